//! The clones, what is done in them, and what must hold in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use proptest::test_runner::TestCaseError;
use redress::book::repo::{Environment, Failpoint, InitOptions, Repo, RepoError, Talk, recover};
use redress::book::{
    AuditScope, Book, BookError, Conflicts, Founding, Newcomer, Rules, SyncError, Syncing, View, Writer, Writing, found,
};
use redress::calendar::Moment;
use redress::kind::EDIT;
use redress::lifecycle::{Actor, Refusal, Request};
use redress::locale::Lang;
use redress::policy::preset::Preset;
use redress::policy::{Clock, Company};
use redress::record::{Id, RANDOM_LENGTH, parse_time};
use redress::unite::Told;

use super::values::value;

/// Who works in each clone.
pub(super) const PEOPLE: [&str; 6] = ["li.na", "wang.lei", "zhao.min", "chen.yu", "sun.li", "wu.hao"];
const ROLES: [&str; 4] = ["cs-manager", "cs-specialist", "complaint-officer", "gm"];
/// Where syncs break off.
const POINTS: [&str; 4] = ["locked", "journal-written", "ref-moved", "index-stamped"];
/// How many records they work on.
const MEETING: usize = 3;
const BEGIN: &str = "2026-11-24T09:00:00+08:00";

/// A book that is shared already: the folders `shared.git` and `0`.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let made = TEMPLATE.get_or_init(|| {
        let dir = tempfile::tempdir().expect("a folder");
        git(dir.path(), &["init", "-q", "--bare", "-b", "main", "shared.git"]);
        let top = dir.path().join("0");
        let options = InitOptions { branch: Some("main".to_owned()) };
        let repo = Repo::init(&top, &environment("li.na", ""), &options).expect("a repository").repo;
        let people = PEOPLE[1..].iter().map(|id| Newcomer {
            name: (*id).to_owned(),
            email: format!("{id}@example.cn"),
            roles: ROLES.map(str::to_owned).to_vec(),
        });
        let founding = Founding {
            rules: Rules::Preset(Preset::named("basic").expect("the preset")),
            parts: Vec::new(),
            name: "shared".to_owned(),
            lang: Lang::En,
            zone: None,
            currency: None,
            clock: Clock::Simulated,
            company: Company::default(),
            people: people.collect(),
            through: None,
        };
        found(repo, &founding, |_| parse_time(BEGIN).expect("a time"), false).expect("a book");
        git(&top, &["remote", "add", "origin", "../shared.git"]);
        // two complaints that everybody has
        let mut world = World {
            dir: tempfile::tempdir().expect("a folder"),
            books: vec![Book::over(Repo::discover(&top, &environment("li.na", "")).expect("a repository"))],
            now: parse_time(BEGIN).expect("a time"),
            turns: 0,
            noted: Vec::new(),
            commands: Vec::new(),
            tally: BTreeMap::new(),
        };
        for kind in ["client", "complaint", "complaint"] {
            world.make(0, kind, None, 0).expect("a record");
        }
        git(&top, &["push", "-q", "-u", "origin", "main"]);
        dir
    });
    made.path()
}

fn git(dir: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").current_dir(dir).args(arguments).output().expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-rT").args([from, to]).status().expect("cp runs");
    assert!(copied.success());
}

fn environment(person: &str, failpoint: &str) -> Environment {
    let email = Some(format!("{person}@example.cn"));
    Environment {
        author_name: Some(person.to_owned()),
        author_email: email.clone(),
        committer_name: Some(person.to_owned()),
        committer_email: email,
        failpoint: Failpoint::parse(failpoint),
        program: Some("walk".to_owned()),
        ..Environment::default()
    }
}

/// The files of all records at the view's commit, except those of people.
pub(super) fn records(view: &View<'_>) -> Vec<String> {
    let kinds = view.policy().kinds.values().filter(|kind| kind.name() != "staff");
    let lists = kinds.map(|kind| view.repo().list(view.commit(), &kind.shape.folder).expect("a tree"));
    lists.flatten().map(|file| file.path).collect()
}

/// The clones of one book.
pub(super) struct World {
    dir: tempfile::TempDir,
    books: Vec<Book>,
    now: Moment,
    /// How many turns there were. Each leaves its own note, by which it is found again.
    pub(super) turns: usize,
    pub(super) noted: Vec<String>,
    pub(super) commands: Vec<String>,
    /// How often what happened in merges.
    pub(super) tally: BTreeMap<&'static str, usize>,
}

impl World {
    pub(super) fn new(clones: usize) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        copy(template(), dir.path());
        let place = |clone: usize| dir.path().join(clone.to_string());
        (1..clones).for_each(|clone| copy(&place(0), &place(clone)));
        let now = parse_time(BEGIN).expect("a time");
        let mut world = World {
            dir,
            books: Vec::new(),
            now,
            turns: 0,
            noted: Vec::new(),
            commands: Vec::new(),
            tally: BTreeMap::new(),
        };
        world.books = (0..clones).map(|clone| world.open(clone, "")).collect();
        world
    }

    pub(super) fn place(&self, clone: usize) -> PathBuf {
        self.dir.path().join(clone.to_string())
    }

    fn open(&self, clone: usize, failpoint: &str) -> Book {
        Book::over(Repo::discover(&self.place(clone), &environment(PEOPLE[clone], failpoint)).expect("a repository"))
    }

    /// The failure of this history, as shell commands.
    pub(super) fn failed(&self, why: &str) -> TestCaseError {
        let clones = self.books.len();
        let head = format!("# {why}\nredress init 0 --preset basic --clock simulated  # shared by {clones} clones\n");
        TestCaseError::fail(head + &self.commands.join("\n"))
    }

    pub(super) fn say(&mut self, clone: usize, line: &str) {
        self.commands.push(format!("redress -C {clone} --now {} {line}", self.now()));
    }

    /// The time as it is typed.
    pub(super) fn now(&self) -> String {
        self.now.format("%FT%T%:z").to_string()
    }

    pub(super) fn view(&self, clone: usize) -> Result<View<'_>, String> {
        self.books[clone].view(None, self.now).map_err(|error| error.to_string())
    }

    /// Completes or takes back what a process that died has left, as the next writing command does. git itself waits
    /// for the lock of its index until then.
    pub(super) fn recover(&self, clone: usize) -> Result<(), String> {
        recover(self.books[clone].repo()).map(drop).map_err(|error| error.to_string())
    }

    /// Reads a clone again in which another process has worked.
    pub(super) fn open_again(&mut self, clone: usize) {
        self.books[clone] = self.open(clone, "");
    }

    /// One person does something.
    pub(super) fn turn(&mut self, (who, what, one, other): (u8, u8, u8, u8)) -> Result<(), String> {
        self.turns += 1;
        // several in the same second
        if !what.is_multiple_of(3) {
            self.now += chrono::TimeDelta::minutes(i64::from(other % 8));
        }
        let clone = usize::from(who) % self.books.len();
        let (one, other) = (usize::from(one), usize::from(other));
        match what % 24 {
            16.. => self.typed(clone, usize::from(what % 24) - 16, one, other),
            0 => self.make(clone, "client", None, one),
            1 | 2 => self.make(clone, "complaint", None, one),
            3 => self.make(clone, "inquiry", Some(format!("key-{}", one % 2)), other),
            4..=9 => self.advance(clone, one, other),
            10 | 11 => self.edit(clone, one, other),
            12 => self.sync(clone, POINTS.get(one % 12).copied()),
            13..=15 => self.sync(clone, None),
        }
    }

    /// Writes in a clone. What the rules refuse is not done.
    fn write(
        &mut self,
        clone: usize,
        work: impl FnOnce(&mut Writing<'_>) -> Result<Option<String>, BookError>,
    ) -> Result<(), String> {
        // few beginnings, so that two clones draw the same id
        let mut random = u64::try_from(self.turns % 2).expect("a small number");
        let drawn = move || {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut digits = [0; RANDOM_LENGTH];
            digits
                .iter_mut()
                .enumerate()
                .for_each(|(at, digit)| *digit = u8::try_from(random >> (30 + 5 * at) & 31).expect("five bits"));
            digits
        };
        let writer = Writer { random: Some(Box::new(drawn)), ..Writer::new(self.now) };
        match self.books[clone].write(writer, work) {
            Ok((Some(line), written)) if written.committed.is_some() => {
                self.noted.push(format!("turn {}.", self.turns));
                self.say(clone, &line);
                Ok(())
            }
            Ok(_) | Err(BookError::Refused(_)) => Ok(()),
            Err(error) => Err(format!("writing: {error}")),
        }
    }

    fn request(&self, clone: usize, step: &str) -> Request {
        let person: Id = PEOPLE[clone].parse().expect("an id");
        Request { note: Some(format!("turn {}.", self.turns)), ..Request::new(step, Actor::own(person)) }
    }

    fn make(&mut self, clone: usize, kind: &'static str, key: Option<String>, pick: usize) -> Result<(), String> {
        let (now, turns) = (self.now, self.turns);
        let mut request = self.request(clone, "");
        request.key = key;
        self.write(clone, |writing| {
            let Some(of) = writing.view.policy().kind(kind) else { return Ok(None) };
            // a command that comes again with its key does nothing
            if let Some(key) = &request.key
                && writing.operation.by_key(key)?.is_some()
            {
                return Ok(None);
            }
            request.step = of.first_step().name.clone();
            if let Some((name, _)) = of.shape.find("name") {
                request.set.push((name, Some(redress::record::Value::Text(format!("client {turns}")))));
            }
            let view = writing.view;
            let made = filled(view, of.name(), &mut request, now, pick, |request| {
                writing.operation.attempt(|operation| operation.create(kind, None, request)).map(|_| ())
            });
            Ok(made?.map(|fields| {
                let key = request.key.as_ref().map(|key| format!(" --key {key}")).unwrap_or_default();
                format!("new {kind} {fields}-m 'turn {turns}.'{key}")
            }))
        })
    }

    fn advance(&mut self, clone: usize, one: usize, other: usize) -> Result<(), String> {
        let (now, turns) = (self.now, self.turns);
        let mut request = self.request(clone, "");
        self.write(clone, |writing| {
            let view = writing.view;
            let Some(id) = any(view, one) else { return Ok(None) };
            let Some(record) = view.read(&id)? else { return Ok(None) };
            let Some(kind) = view.policy().kind(&record.kind) else { return Ok(None) };
            let steps: Vec<&str> = kind.steps_from(&record.state).map(|step| step.name.as_str()).collect();
            let Some(step) = steps.get(other % steps.len().max(1)) else { return Ok(None) };
            request.step = (*step).to_owned();
            let taken = filled(view, kind.name(), &mut request, now, other, |request| {
                writing.operation.attempt(|operation| operation.advance(&id, request))
            });
            Ok(taken?.map(|fields| format!("advance {id} {step} {fields}-m 'turn {turns}.'")))
        })
    }

    fn edit(&mut self, clone: usize, one: usize, other: usize) -> Result<(), String> {
        let (now, turns) = (self.now, self.turns);
        let mut request = self.request(clone, EDIT);
        self.write(clone, |writing| {
            let view = writing.view;
            let Some(id) = any(view, one) else { return Ok(None) };
            let Some(record) = view.read(&id)? else { return Ok(None) };
            let Some(kind) = view.policy().kind(&record.kind) else { return Ok(None) };
            let fields: Vec<_> = kind.shape.handles().filter(|(_, field)| field.name != "name").collect();
            let Some((field, of)) = fields.get(other % fields.len().max(1)) else { return Ok(None) };
            let mut new = value(view, &of.ty, now, one);
            // one more line in a list, or only this one
            if let (Some(redress::record::Value::List(lines)), false) = (&mut new, other.is_multiple_of(3)) {
                let before = record.get(*field).map(|before| before.elements().to_vec()).unwrap_or_default();
                lines.splice(0..0, before);
            }
            let said = new.as_ref().and_then(redress::record::Value::stored).unwrap_or_default();
            request.set.push((*field, new));
            let edited = writing.operation.attempt(|operation| operation.edit(&id, &request));
            Ok(edited.ok().map(|()| format!("edit {id} {}={said} -m 'turn {turns}.'", of.name)))
        })
    }

    /// A sync, which may break off.
    fn sync(&mut self, clone: usize, point: Option<&str>) -> Result<(), String> {
        match self.sync_once(clone, point)? {
            Some(Conflicts { paths, theirs, .. }) => {
                self.give_in(clone, &theirs, &paths)?;
                match self.sync_once(clone, None)? {
                    Some(conflicts) => Err(format!("conflicts again: {conflicts:?}")),
                    None => Ok(()),
                }
            }
            None => Ok(()),
        }
    }

    /// A sync. Returns the files that both sides changed in the same lines.
    fn sync_once(&mut self, clone: usize, point: Option<&str>) -> Result<Option<Conflicts>, String> {
        let syncing = Syncing { remote: None, now: self.now, dry_run: false, talk: Talk::Silent };
        let broken = point.map(|point| format!("{point}:error"));
        let prefix = broken.as_ref().map(|point| format!("  # with REDRESS_FAILPOINT={point}")).unwrap_or_default();
        self.say(clone, &format!("sync{prefix}"));
        if let Some(point) = &broken {
            self.books[clone] = self.open(clone, point);
        }
        let synced = self.books[clone].sync(&syncing, &mut |_| ());
        if broken.is_some() {
            self.books[clone] = self.open(clone, "");
        }
        match synced {
            Ok(synced) => {
                let told = synced.told.iter().map(Told::code);
                let moved = synced.written.iter().map(|_| "came in");
                told.chain(moved).for_each(|what| *self.tally.entry(what).or_default() += 1);
                match synced.unsent {
                    Some(RepoError::Failpoint { .. }) | None => Ok(None),
                    Some(error) => Err(format!("not sent: {error}")),
                }
            }
            Err(SyncError::Book(BookError::Repo(RepoError::Failpoint { .. }))) => Ok(None),
            Err(SyncError::Conflicts(conflicts)) => {
                *self.tally.entry("conflicts").or_default() += 1;
                Ok(Some(conflicts))
            }
            Err(SyncError::Book(error)) => Err(format!("sync: {error}")),
            Err(error) => Err(format!("sync: {error:?}")),
        }
    }

    /// Everybody syncs until all have everything, and what must hold holds.
    pub(super) fn finish(&mut self) -> Result<(), String> {
        let clones = self.books.len();
        for clone in (0..clones).chain(0..clones) {
            self.sync(clone, None)?;
        }
        let published = git(&self.dir.path().join("shared.git"), &["rev-parse", "main"]);
        for clone in 0..clones {
            let tip = self.books[clone].repo().tip().map_err(|error| error.to_string())?;
            if tip.to_string() != published.trim() {
                return Err(format!("clone {clone} is at {tip}, and not at {published}"));
            }
            let status = git(&self.place(clone), &["status", "--porcelain"]);
            if !status.is_empty() {
                return Err(format!("clone {clone} is not clean: {status}"));
            }
        }
        let book = &self.books[0];
        let view = book.view(None, self.now).map_err(|error| error.to_string())?;
        let files = view.record_files();
        let problems = view.validate_all(files.iter().map(String::as_str), &mut |_| ());
        if let Some(problem) = problems.first() {
            return Err(format!("invalid: {}: {}", problem.place.file, problem.message.en));
        }
        let texts: Vec<String> = files.iter().filter_map(|path| String::from_utf8(view.on_disk(path)?).ok()).collect();
        let all = texts.concat();
        let lost: BTreeSet<&String> = self.noted.iter().filter(|note| !all.contains(note.as_str())).collect();
        if !lost.is_empty() {
            return Err(format!("lost: {lost:?}"));
        }
        if let Some(finding) = self.findings(0)? {
            return Err(format!("the audit finds: {finding}"));
        }
        self.reported("monthly 2026-11")
    }

    /// What the audit of a clone finds first.
    pub(super) fn findings(&self, clone: usize) -> Result<Option<String>, String> {
        let audited = self.books[clone].audit(&AuditScope::default(), &mut |_, _| ());
        let audited = audited.map_err(|error| error.to_string())?;
        // here the clones draw the same ids on purpose, of which the audit warns
        let found = audited.findings.iter().find(|finding| finding.rule != "id-again");
        Ok(found.map(|finding| format!("{finding:?}")))
    }
}

/// One of the first records of the book, so that colleagues meet at the same ones. People are left out.
pub(super) fn any(view: &View<'_>, pick: usize) -> Option<Id> {
    let paths = records(view);
    Some(Id::of_path(paths.get(pick % paths.len().clamp(1, MEETING))?)?.1)
}

/// Takes a step, and fills in what it asks for. Returns the fields as they are typed. `None` if it is refused.
fn filled(
    view: &View<'_>,
    kind: &str,
    request: &mut Request,
    now: Moment,
    pick: usize,
    mut take: impl FnMut(&Request) -> Result<(), Refusal>,
) -> Result<Option<String>, BookError> {
    let Some(kind) = view.policy().kind(kind) else { return Ok(None) };
    for _ in 0..4 {
        let Err(refusal) = take(request) else {
            let typed = request.set.iter().map(|(field, value)| {
                let said = value.as_ref().and_then(redress::record::Value::stored).unwrap_or_else(|| "…".to_owned());
                format!("{}='{said}' ", kind.field(*field).name)
            });
            return Ok(Some(typed.collect()));
        };
        let before = request.set.len();
        for name in refusal.missing() {
            if let Some((field, of)) = kind.shape.find(name)
                && let Some(new) = value(view, &of.ty, now, pick)
            {
                request.set.push((field, Some(new)));
            }
        }
        if request.set.len() == before {
            return Ok(None);
        }
    }
    Ok(None)
}
