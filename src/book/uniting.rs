//! Merges the trees of two lines of a book, and gives a merge's contents to the engine of `unite`.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::index::Index;
use super::repo::{
    BookPath, Content, Differs, FileAt, HistoryRange, Oid, PathChange, Replaced, Repo, RepoError, Sides, merge_text,
};
use super::view::unanswered;
use super::{Book, BookError, View, needed, sources};
use crate::calendar::Moment;
use crate::filter::Unanswered;
use crate::kind::Unique;
use crate::locale::messages::RepoText;
use crate::place::Problem;
use crate::policy::{Policy, STAFF, Sources};
use crate::record::{Id, Record};
use crate::unite::{self, Changed, Contents, Hash, Joined, WhichLine, unite_books, unite_files};

/// The union of two trees.
#[derive(Debug, Default)]
pub struct United {
    /// The files that are not as in the first parent.
    pub edits: Vec<Replaced>,
    /// What people must be told.
    pub told: Vec<unite::Told>,
    /// Files that both sides changed in the same lines, or rule files that do not load together.
    pub conflicts: Vec<BookPath>,
    /// What is wrong with these files, if they do not load together.
    pub problems: Vec<Problem>,
    /// What the merged rules lack although a record of a line needs it.
    pub needed: Vec<Problem>,
}

/// The contents of a repository, for a merge into a line.
struct Lines<'r> {
    repo: &'r Repo,
    /// The last commit of the line that was published first.
    first: Oid,
    second: Oid,
    /// The versions of files in the first line and in the second, once they are asked for.
    versions: [OnceCell<Versions>; 2],
    /// This clone's book: its index knows what neither line has changed.
    own: Own<'r>,
}

/// This clone's book at its last commit, which is that of the second line. It is read if somebody asks for it.
struct Own<'r> {
    book: &'r Book,
    now: Moment,
    view: OnceCell<View<'r>>,
}

impl<'r> Own<'r> {
    fn index(&self) -> Result<&Index, Unanswered> {
        let view = match self.view.get() {
            Some(view) => view,
            None => {
                let view = self.book.view(None, self.now).map_err(unanswered)?;
                self.view.get_or_init(|| view)
            }
        };
        view.index().map_err(unanswered)
    }
}

impl Contents for Lines<'_> {
    fn bytes(&self, content: &Hash) -> Option<Vec<u8>> {
        self.repo.blob(Oid::from_bytes(content).ok()?).ok()
    }

    fn at(&self, path: &str) -> Option<Vec<u8>> {
        let entry = self.repo.entry(self.first, path).ok()??;
        self.repo.blob(entry.blob).ok()
    }

    fn is_taken(&self, path: &str) -> bool {
        // what cannot be read is not free either
        self.repo.entry(self.first, path).map_or(true, |entry| entry.is_some())
    }

    fn staff(&self, policy: &Policy) -> Vec<Record> {
        staff(self.repo, self.first, policy)
    }

    fn versions(&self, of: WhichLine, path: &str) -> Vec<Vec<u8>> {
        let known = &self.versions[usize::from(of == WhichLine::Second)];
        let all = known.get_or_init(|| versions(self.repo, [self.first, self.second], of));
        all.get(path).into_iter().flatten().filter_map(|blob| self.repo.blob(*blob).ok()).collect()
    }

    fn naming(&self, id: &Id, kind: &str) -> Result<Vec<Id>, Unanswered> {
        self.own.index()?.linked(id, kind).map_err(unanswered)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Id>, Unanswered> {
        let key = unique.key(record);
        key.map_or(Ok(Vec::new()), |key| self.own.index()?.holding(&key).map_err(unanswered))
    }

    fn merged(&self, path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>> {
        merged(path, base, first, second)
    }
}

/// The contents that commits made, by path.
pub(super) type Versions = HashMap<String, Vec<Oid>>;

/// What the commits of one of two lines made that the other does not have. What cannot be read is left out.
pub(super) fn versions(repo: &Repo, [first, second]: [Oid; 2], of: WhichLine) -> Versions {
    let (line, without) = if of == WhichLine::First { (first, second) } else { (second, first) };
    let mut found = Versions::new();
    let range = HistoryRange { from: Some(without), ..HistoryRange::default() };
    for commit in repo.history(line, &range).into_iter().flatten().flatten() {
        for change in repo.changes(commit.parents.first().copied(), commit.id).unwrap_or_default() {
            found.entry(change.path).or_default().extend(change.new);
        }
    }
    found
}

/// The staff records of a commit that can be read.
pub(super) fn staff(repo: &Repo, commit: Oid, policy: &Policy) -> Vec<Record> {
    let Some(kind) = policy.kind(STAFF) else { return Vec::new() };
    let files = repo.list(commit, &kind.shape.folder).unwrap_or_default();
    let read = |file: FileAt| Record::read(&repo.blob(file.blob).ok()?, &file.path, &kind.shape).ok();
    files.into_iter().filter_map(read).collect()
}

/// Merges a text line by line, as git does. `None` if both lines changed the same place.
pub(super) fn merged(path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>> {
    let path = BookPath::new(path).ok()?;
    let sides = Sides { base, ours: first, theirs: second };
    let merged = merge_text(&path, sides, ["first", "before", "second"]).ok()?;
    (!merged.conflict).then_some(merged.bytes)
}

/// Merges the trees of two lines that both come from `base`. The line of `first` was published first, that of `second`
/// is this clone's.
///
/// # Errors
/// If git cannot be read, or if the merged rule book has mistakes.
pub fn unite_trees(book: &Book, base: Oid, first: Oid, second: Oid, now: Moment) -> Result<United, BookError> {
    let repo = &book.repo;
    let own = Own { book, now, view: OnceCell::new() };
    let lines = Lines { repo, first, second, versions: Default::default(), own };
    let modes: BTreeMap<BookPath, u32> = repo
        .differing(base, second)?
        .into_iter()
        .filter_map(|differs: Differs| Some((differs.path, differs.new?.1)))
        .collect();
    let (one, other) = (changed(repo, base, first)?, changed(repo, base, second)?);
    let policy = match policy(&lines, second, &one, &other)? {
        Ok(policy) => policy,
        Err(stopped) => return Ok(stopped),
    };
    let needed = needed::Lines { repo, base, tips: [first, second] }.needed(&policy)?;
    if !needed.is_empty() {
        return Ok(United { needed, ..United::default() });
    }
    let Joined { files, told, conflicts, problems } = unite_books(&policy, &lines, &one, &other);
    let mut united = United { conflicts: paths(conflicts)?, told, problems, ..United::default() };
    for (path, content) in files {
        let path = BookPath::new(&path)?;
        let mode = modes.get(&path).copied().unwrap_or(PLAIN);
        let new = match content {
            None => None,
            Some(unite::Content::Kept(hash)) => Some((Content::Blob(oid(&hash)?), mode)),
            Some(unite::Content::Made(bytes)) => Some((Content::Bytes(bytes), PLAIN)),
        };
        united.edits.push(Replaced { path, new });
    }
    Ok(united)
}

/// The mode of an ordinary file.
const PLAIN: u32 = 0o100_644;

fn paths(paths: impl IntoIterator<Item = String>) -> Result<Vec<BookPath>, BookError> {
    paths.into_iter().map(|path| BookPath::new(&path).map_err(BookError::from)).collect()
}

fn oid(hash: &Hash) -> Result<Oid, BookError> {
    Ok(Oid::from_bytes(hash).map_err(RepoError::git(RepoText::DoReadObject))?)
}

/// What a line has changed, for a merge.
fn changed(repo: &Repo, base: Oid, tip: Oid) -> Result<Vec<Changed>, BookError> {
    let hash = |oid: Oid| {
        let mut hash: Hash = [0; 20];
        hash.copy_from_slice(&oid.as_bytes()[..20]);
        hash
    };
    let one = |path: PathChange| Changed { path: path.path, old: path.old.map(hash), new: path.new.map(hash) };
    Ok(repo.changes(Some(base), tip)?.into_iter().map(one).collect())
}

/// The rule book of the merged book. Without one, a union with the files that are in the way: both lines changed the
/// same place in them, or they do not load together.
fn policy(
    lines: &Lines<'_>,
    second: Oid,
    one: &[Changed],
    other: &[Changed],
) -> Result<Result<Policy, United>, BookError> {
    let (repo, first) = (lines.repo, lines.first);
    let merged = unite_files(lines, &rules(one), &rules(other), &|_| false);
    if !merged.conflicts.is_empty() {
        return Ok(Err(United { conflicts: paths(merged.conflicts)?, ..United::default() }));
    }
    Ok(Ok(match (rules(one).is_empty(), merged.files.is_empty()) {
        (_, true) => sources::policy(repo, first)?,
        (true, false) => sources::policy(repo, second)?,
        (false, false) => {
            match Policy::load(&united_rules(repo, first, &merged.files)?, &sources::rules_id(repo, first)?) {
                Ok(policy) => policy,
                Err(error) => match clashing(repo, first, second, &merged.files)? {
                    // a line whose own rules do not load is mended there
                    files if files.is_empty() => return Err(error.into()),
                    files => {
                        let conflicts = paths(files)?;
                        return Ok(Err(United { conflicts, problems: error.0, ..United::default() }));
                    }
                },
            }
        }
    }))
}

/// Of the rule files that a merge changes in the first line, those that do not load with the others. Each of them alone
/// is in the way. None if the merged rules load, or if those of a line do not.
///
/// # Errors
/// If git cannot be read.
pub(super) fn clashing(
    repo: &Repo,
    first: Oid,
    second: Oid,
    files: &BTreeMap<String, Option<unite::Content>>,
) -> Result<BTreeSet<String>, BookError> {
    let loads = |without: &BTreeSet<&String>| -> Result<bool, BookError> {
        let mut taken = files.clone();
        taken.retain(|path, _| !without.contains(path));
        Ok(Policy::load(&united_rules(repo, first, &taken)?, "").is_ok())
    };
    let mut clashing: BTreeSet<&String> = files.keys().filter(|path| is_rule(path)).collect();
    if loads(&BTreeSet::new())? || !loads(&clashing)? || sources::policy(repo, second).is_err() {
        return Ok(BTreeSet::new());
    }
    // a file can need another one that is tried later, so all are tried again after each that fits
    'again: loop {
        for path in &clashing {
            let fewer: BTreeSet<&String> = clashing.iter().copied().filter(|other| other != path).collect();
            if loads(&fewer)? {
                clashing = fewer;
                continue 'again;
            }
        }
        return Ok(clashing.into_iter().cloned().collect());
    }
}

/// The rule files of a merge: those of the first line, with what the merge changes.
fn united_rules(
    repo: &Repo,
    first: Oid,
    files: &BTreeMap<String, Option<unite::Content>>,
) -> Result<Sources, BookError> {
    let mut all = sources::of_commit(repo, first)?;
    for (path, content) in files.iter().filter(|(path, _)| is_rule(path)) {
        match content {
            None => all.remove(path),
            Some(unite::Content::Kept(hash)) => all.insert(path, repo.blob(oid(hash)?)?),
            Some(unite::Content::Made(bytes)) => all.insert(path, bytes.clone()),
        }
    }
    Ok(all)
}

/// The changes of rule files.
fn rules(changes: &[Changed]) -> Vec<Changed> {
    changes.iter().filter(|change| is_rule(&change.path)).cloned().collect()
}

fn is_rule(path: &str) -> bool {
    Sources::is_source(path)
}
