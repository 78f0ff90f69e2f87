//! Books for these tests: commits with random records of the basic preset's kinds, each also kept as a map.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::{IndexEntry, IndexTime, Oid, Repository, Signature};

use crate::book::index::{Index, Location};
use crate::book::repo::{Environment, Repo};
use crate::policy::Policy;
use crate::policy::tests::{loaded, replaced, sources_of};
use crate::record::{Event, Fields, Id, Record, Shape, Type, Value, parse_time};

/// Numbers from a seed.
#[derive(Debug, Clone)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    pub(super) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    pub(super) fn pick<'p, T>(&mut self, pool: &'p [T]) -> &'p T {
        &pool[self.roll(pool.len())]
    }
}

pub(super) const TEXTS: [&str; 7] = ["漏水", "Ｌeak", "LEAK 漏水", "a,b", "%_'\"", "杭州", "SO-1"];
pub(super) const PHONES: [&str; 4] = ["+86 571 8888-6666转801", "86571 88886666x801", "138 0000 1111", "13800001111"];
pub(super) const PEOPLE: [&str; 3] = ["li.na", "wang.lei", "zhao.min"];
const TIMES: [&str; 6] = [
    "2026-09-30T12:30:00+08:00",
    "2026-10-01T00:29:59+08:00",
    "2026-10-05T17:30:00+08:00",
    "2026-11-22T09:31:00+08:00",
    "2026-11-22T01:31:00Z",
    "2025-12-31T23:59:59-04:00",
];
const KEYS: [&str; 4] = ["k-1", "k-2", "mail/7", "单号"];
/// Few, so that references meet records, and records come and go.
const RANDOM: [&str; 6] = ["7K3F2", "7K3F3", "00000", "ZZZZZ", "7K000", "A1B2C"];
const DAYS: [&str; 3] = ["260930", "261005", "261122"];

pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// A repository, and the content of each of its commits.
pub(super) struct World {
    pub(super) dir: tempfile::TempDir,
    pub(super) git: Repository,
    pub(super) policies: Vec<Arc<Policy>>,
    pub(super) commits: HashMap<Oid, (Arc<Files>, usize)>,
}

/// The basic preset: unchanged, with a new field and a state of another class, and without one kind.
fn policies() -> Vec<Arc<Policy>> {
    let uniques =
        "[[unique]]\nfields = [\"channel\", \"client\"]\n[[unique]]\nfields = [\"content\"]\n[states.registered]";
    let plain = replaced(sources_of("basic"), "policy/kinds/complaint.toml", &[("[states.registered]", uniques)]);
    let extra = "[fields.extra]\ntype = \"text\"\n\n[states.prospect]";
    let client = [
        ("known-by = [\"name\", ", "known-by = ["),
        ("identified-by = [\"name\", ", "identified-by = ["),
        ("[states.prospect]", extra),
    ];
    let other = replaced(plain.clone(), "policy/kinds/client.toml", &client);
    let task = [("[states.done]\nclass = \"open\"", "[states.done]\nclass = \"waiting\"")];
    let other = replaced(other, "policy/kinds/task.toml", &task);
    [plain, other].iter().map(|sources| Arc::new(loaded(sources))).collect()
}

impl World {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let git = Repository::init(dir.path().join("book")).expect("a repository");
        let mut world = World { dir, git, policies: policies(), commits: HashMap::new() };
        world.git.set_head("refs/heads/main").expect("a branch");
        world.commit(Files::new(), 0, None);
        world
    }

    pub(super) fn repo(&self) -> Repo {
        Repo::discover(&self.dir.path().join("book"), &Environment::default()).expect("a repository")
    }

    pub(super) fn state_dir(&self) -> PathBuf {
        self.git.path().join("redress")
    }

    pub(super) fn head(&self) -> Oid {
        self.git.refname_to_id("HEAD").expect("a tip")
    }

    /// The content of a commit, and its policy.
    pub(super) fn at(&self, commit: Oid) -> (Arc<Files>, Arc<Policy>) {
        let (files, policy) = &self.commits[&commit];
        (Arc::clone(files), Arc::clone(&self.policies[*policy]))
    }

    pub(super) fn open(&self, repo: &Repo, commit: Oid, place: Location) -> Index {
        let policy = self.at(commit).1;
        Index::open(repo, commit, &policy, place).expect("an index, whatever became of the file")
    }

    /// Commits these files, and moves the branch of HEAD to the commit.
    pub(super) fn commit(&mut self, files: Files, policy: usize, parent: Option<Oid>) -> Oid {
        let mut index = git2::Index::new().expect("an index");
        for (path, bytes) in &files {
            let id = self.git.blob(bytes).expect("a blob");
            // in these tests, bytes that look like a link are committed as a link
            let mode = if bytes.starts_with(b"../") { 0o120_000 } else { 0o100_644 };
            let entry = IndexEntry {
                ctime: IndexTime::new(0, 0),
                mtime: IndexTime::new(0, 0),
                dev: 0,
                ino: 0,
                mode,
                uid: 0,
                gid: 0,
                file_size: 0,
                id,
                flags: 0,
                flags_extended: 0,
                path: path.clone().into_bytes(),
            };
            index.add(&entry).expect("added");
        }
        let tree = index.write_tree_to(&self.git).and_then(|id| self.git.find_tree(id)).expect("a tree");
        let seconds = 1_790_000_000 + i64::try_from(self.commits.len()).expect("few");
        let signature = Signature::new("Li Na", "li.na@example.com", &git2::Time::new(seconds, 480)).expect("a name");
        let parents: Vec<_> = parent.iter().map(|id| self.git.find_commit(*id).expect("a commit")).collect();
        let parents: Vec<_> = parents.iter().collect();
        let commit = self.git.commit(None, &signature, &signature, "a step", &tree, &parents).expect("a commit");
        let branch = self.git.find_reference("HEAD").expect("HEAD");
        let branch = branch.symbolic_target().expect("UTF-8").expect("a branch").to_owned();
        self.git.reference(&branch, commit, true, "test").expect("moved");
        self.commits.insert(commit, (Arc::new(files), policy));
        commit
    }

    /// Changes some files of a commit at random.
    pub(super) fn change(&self, from: Oid, policy: usize, dice: &mut Dice) -> Files {
        let mut files = (*self.commits[&from].0).clone();
        let policy = &self.policies[policy];
        for _ in 0..=dice.roll(8) {
            let kind = *dice.pick(&["client", "complaint", "complaint", "task", "callback", "staff"]);
            let shape = &policy.kind(kind).expect("a kind").shape;
            // mostly existing ids, so that rows come and go
            let there: Vec<Id> = files.keys().filter_map(|path| Id::of_path(path)).map(|(_, id)| id).collect();
            let of_kind = |id: &&Id| id.prefix().unwrap_or_default() == shape.prefix;
            let there: Vec<&Id> = there.iter().filter(of_kind).collect();
            let id = match there.as_slice() {
                [] => random_id(shape, dice),
                _ if dice.one_in(3) => random_id(shape, dice),
                there => (*dice.pick(there)).clone(),
            };
            let path = id.path(&shape.folder);
            match dice.roll(12) {
                0 | 1 => {
                    files.remove(&path);
                }
                2 => broken(&mut files, &path, shape, &id, dice),
                _ => {
                    let record = random_record(shape, id, dice);
                    files.insert(path, record.write(shape).into_bytes());
                }
            }
        }
        files
    }
}

/// Puts files that are not records in the places of records.
fn broken(files: &mut Files, path: &str, shape: &Shape, id: &Id, dice: &mut Dice) {
    let (path, bytes): (String, &[u8]) = match dice.roll(7) {
        0 => (path.to_owned(), b"id: [\n"),
        1 => (path.to_owned(), b"../elsewhere.yaml"),
        2 => (format!("{}/stray.yaml", shape.folder), b"a: b\n"),
        3 => (format!("{}/2026/README.md", shape.folder), b"# not a record\n"),
        4 => (path.to_owned(), b"\xff\xfe"),
        // an id of another kind in this kind's folder
        5 => (format!("tasks/2026/11/22/C-261122-{}.yaml", dice.pick(&RANDOM)), b"id: x\n"),
        _ => (path.to_owned(), b""),
    };
    let mut bytes = bytes.to_vec();
    if bytes.is_empty() {
        // with a state that the kind does not have
        let record = random_record(shape, id.clone(), dice);
        bytes = record.write(shape).replacen("state: ", "state: no-", 1).into_bytes();
    }
    files.insert(path, bytes);
}

pub(super) fn random_id(shape: &Shape, dice: &mut Dice) -> Id {
    let text = match shape.prefix.as_str() {
        "" => (*dice.pick(&PEOPLE)).to_owned(),
        prefix => format!("{prefix}-{}-{}", dice.pick(&DAYS), dice.pick(&RANDOM)),
    };
    text.parse().expect("an id")
}

pub(super) fn random_record(shape: &Shape, id: Id, dice: &mut Dice) -> Record {
    let fields = random_fields(shape, dice, 2);
    let mut history = Vec::new();
    let mut state = String::new();
    for number in 0..=dice.roll(4) {
        let at = random_time(dice).expect("a time");
        let mut event =
            Event::new(at, dice.pick(&PEOPLE).parse().expect("a person"), *dice.pick(&["register", "accept"]));
        if number == 0 || dice.one_in(2) {
            state = dice.pick(shape.states()).name.clone();
            event.to = Some(state.clone());
        }
        event.noted = dice.one_in(4).then(|| random_time(dice).expect("a time"));
        event.for_ = dice.one_in(5).then(|| dice.pick(&PEOPLE).parse().expect("a person"));
        event.entered = dice.one_in(5).then(|| dice.pick(&PEOPLE).parse().expect("a person"));
        event.key = dice.one_in(5).then(|| (*dice.pick(&KEYS)).to_owned());
        event.via = dice.one_in(5).then(|| "C-261122-7K3F2#close".to_owned());
        event.note = dice.one_in(3).then(|| (*dice.pick(&TEXTS)).to_owned());
        history.push(event);
    }
    Record {
        id,
        kind: shape.name.clone(),
        state,
        rules: dice.one_in(2).then(|| "3f2a9c1b77d0".to_owned()),
        fields,
        history,
        overruled: Vec::new(),
    }
}

fn random_fields(shape: &Shape, dice: &mut Dice, sparse: usize) -> Fields {
    let mut fields = Fields::new();
    for (id, field) in shape.handles() {
        if dice.one_in(sparse)
            && let Some(value) = random_value(&field.ty, dice)
        {
            fields.set(id, value);
        }
    }
    fields
}

fn random_value(ty: &Type, dice: &mut Dice) -> Option<Value> {
    let text = match ty {
        Type::List(element) => {
            let values = (0..=dice.roll(3)).filter_map(|_| random_value(element, dice)).collect::<Vec<_>>();
            return (!values.is_empty()).then_some(Value::List(values));
        }
        Type::Group(shape) => {
            let fields = random_fields(shape, dice, 2);
            return (!fields.is_empty()).then_some(Value::Group(fields));
        }
        Type::Text => (*dice.pick(&TEXTS)).to_owned(),
        Type::Count => (*dice.pick(&["0", "7", "120"])).to_owned(),
        Type::Decimal => (*dice.pick(&["0", "0.125", "3.5"])).to_owned(),
        Type::Money => (*dice.pick(&["0.00", "99.99", "5000.00", "0.05"])).to_owned(),
        Type::Date => (*dice.pick(&["2026-09-30", "2026-10-01", "2026-11-22"])).to_owned(),
        Type::Time => (*dice.pick(&TIMES)).to_owned(),
        Type::Bool => (*dice.pick(&["true", "false"])).to_owned(),
        Type::Choice(choices) => dice.pick(choices).name.clone(),
        Type::Person => (*dice.pick(&PEOPLE)).to_owned(),
        Type::Role | Type::Department => (*dice.pick(&["quality", "sales"])).to_owned(),
        Type::Phone => (*dice.pick(&PHONES)).to_owned(),
        Type::Email => (*dice.pick(&["Li.Na@example.com", "a@b.cn"])).to_owned(),
        Type::Ref(kinds) if kinds.iter().any(|kind| kind == "client") => {
            format!("K-{}-{}", dice.pick(&DAYS), dice.pick(&RANDOM))
        }
        Type::Ref(_) => format!("C-{}-{}", dice.pick(&DAYS), dice.pick(&RANDOM)),
        Type::Day => "--02-29".to_owned(),
        Type::File => format!("leak.jpg sha256:{}", "a".repeat(64)),
    };
    Some(Value::from_stored(ty, &text).unwrap_or_else(|error| panic!("{text}: {error}")))
}

/// Every id that such a book can have.
pub(super) fn all_ids(policy: &Policy) -> Vec<Id> {
    let mut all: Vec<Id> = PEOPLE.iter().map(|name| name.parse().expect("a person")).collect();
    for kind in policy.kinds.values().filter(|kind| !kind.shape.prefix.is_empty()) {
        let of_day = |day: &&str| RANDOM.map(|random| format!("{}-{day}-{random}", kind.shape.prefix));
        all.extend(DAYS.iter().flat_map(of_day).map(|id| id.parse::<Id>().expect("an id")));
    }
    all
}

pub(super) fn keys() -> [&'static str; 4] {
    KEYS
}

/// Replaces a word by another one of the same length, everywhere in a file.
pub(super) fn alter(path: &Path, word: &[u8], other: &[u8]) {
    use std::io::Write;
    let Ok(mut bytes) = std::fs::read(path) else { return };
    let places: Vec<usize> =
        (0..bytes.len().saturating_sub(word.len())).filter(|at| bytes[*at..].starts_with(word)).collect();
    places.iter().for_each(|at| bytes[*at..*at + word.len()].copy_from_slice(other));
    std::fs::OpenOptions::new().write(true).open(path).and_then(|mut file| file.write_all(&bytes)).expect("written");
}

/// Overwrites a part of a file.
pub(super) fn scribble(path: &Path, at: u64, byte: u8) {
    use std::io::{Seek, SeekFrom, Write};
    let Ok(mut file) = std::fs::OpenOptions::new().write(true).open(path) else { return };
    file.seek(SeekFrom::Start(at)).expect("a place");
    file.write_all(&[byte]).expect("written");
}

fn random_time(dice: &mut Dice) -> Result<crate::calendar::Moment, crate::record::ValueError> {
    let text: &str = TIMES[dice.roll(TIMES.len())];
    parse_time(text)
}
