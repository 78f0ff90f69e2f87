//! Merges the trees of two lines of a book, and gives a merge's contents to the engine of `unite`.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::BookError;
use super::repo::{
    BookPath, Content, Differs, FileAt, HistoryRange, Oid, PathChange, Replaced, Repo, RepoError, Sides, merge_text,
};
use super::sources;
use crate::locale::messages::RepoText;
use crate::policy::{Policy, STAFF, Sources};
use crate::record::Record;
use crate::unite::{self, Changed, Contents, Hash, Joined, at_odds, unite_books, unite_files};

/// The union of two trees.
#[derive(Debug, Default)]
pub struct United {
    /// The files that are not as in the first parent.
    pub edits: Vec<Replaced>,
    /// What people must be told.
    pub told: Vec<unite::Told>,
    /// Files that both sides changed in the same lines, or rule files that do not load together.
    pub conflicts: Vec<BookPath>,
    /// Whether these are rule files that do not load together, though those of each side do.
    pub at_odds: bool,
}

/// The contents of a repository, for a merge into a line.
struct Lines<'r> {
    repo: &'r Repo,
    /// The last commit of the line that was published first.
    first: Oid,
    second: Oid,
    /// The versions of files in the second line, once they are asked for.
    versions: OnceCell<Versions>,
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

    fn versions(&self, path: &str) -> Vec<Vec<u8>> {
        let all = self.versions.get_or_init(|| versions(self.repo, self.first, self.second));
        all.get(path).into_iter().flatten().filter_map(|blob| self.repo.blob(*blob).ok()).collect()
    }

    fn merged(&self, path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>> {
        merged(path, base, first, second)
    }
}

/// The contents that commits made, by path.
pub(super) type Versions = HashMap<String, Vec<Oid>>;

/// What the commits of the second line made that the first line does not have. What cannot be read is left out.
pub(super) fn versions(repo: &Repo, first: Oid, second: Oid) -> Versions {
    let mut found = Versions::new();
    let range = HistoryRange { from: Some(first), ..HistoryRange::default() };
    for commit in repo.history(second, &range).into_iter().flatten().flatten() {
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

/// Merges the trees of two lines that both come from `base`. The line of `first` was published first.
///
/// # Errors
/// If git cannot be read, or if the merged rule book has mistakes.
pub fn unite_trees(repo: &Repo, base: Oid, first: Oid, second: Oid) -> Result<United, BookError> {
    let lines = Lines { repo, first, second, versions: OnceCell::new() };
    let modes: BTreeMap<BookPath, u32> = repo
        .differing(base, second)?
        .into_iter()
        .filter_map(|differs: Differs| Some((differs.path, differs.new?.1)))
        .collect();
    let (one, other) = (changed(repo, base, first)?, changed(repo, base, second)?);
    let policy = match policy(&lines, second, &one, &other)? {
        Ok(policy) => policy,
        Err((conflicts, at_odds)) => {
            return Ok(United { conflicts: paths(conflicts)?, at_odds, ..United::default() });
        }
    };
    let Joined { files, told, conflicts } = unite_books(&policy, &lines, &one, &other);
    let mut united = United { conflicts: paths(conflicts)?, told, ..United::default() };
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

/// The rule book of the merged book. Without one, the files that are in the way: both lines changed the same place in
/// them, or what the lines changed does not load together (`true`).
fn policy(
    lines: &Lines<'_>,
    second: Oid,
    one: &[Changed],
    other: &[Changed],
) -> Result<Result<Policy, (BTreeSet<String>, bool)>, BookError> {
    let (repo, first) = (lines.repo, lines.first);
    let merged = unite_files(lines, &rules(one), &rules(other), &|_| false);
    if !merged.conflicts.is_empty() {
        return Ok(Err((merged.conflicts, false)));
    }
    Ok(Ok(match (rules(one).is_empty(), merged.files.is_empty()) {
        (_, true) => sources::policy(repo, first)?,
        (true, false) => sources::policy(repo, second)?,
        (false, false) => {
            match Policy::load(&united_rules(repo, first, &merged.files)?, &sources::rules_id(repo, first)?) {
                Ok(policy) => policy,
                Err(error) => {
                    // a line whose own rules do not load is mended there
                    if sources::policy(repo, first).is_err() || sources::policy(repo, second).is_err() {
                        return Err(error.into());
                    }
                    return Ok(Err((at_odds(one, other), true)));
                }
            }
        }
    }))
}

/// The rule files of a merge: those of the first line, with what the merge changes.
pub(super) fn united_rules(
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
