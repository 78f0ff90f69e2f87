//! Merges the trees of two lines of a book, and gives a merge's contents to the engine of `unite`.

use super::BookError;
use super::found::SETTINGS;
use super::repo::{BookPath, Oid, PathChange, Repo, Sides, merge_text};
use super::sources;
use crate::policy::{Policy, SOURCE_FOLDERS};
use crate::unite::{Changed, Content, Contents, Hash, Joined, unite_books, unite_files};

/// The contents of a repository, for a merge into a line.
pub(super) struct Lines<'r> {
    pub(super) repo: &'r Repo,
    /// The last commit of the line that was published first.
    pub(super) first: Oid,
}

impl Contents for Lines<'_> {
    fn bytes(&self, content: &Hash) -> Option<Vec<u8>> {
        self.repo.blob(Oid::from_bytes(content).ok()?).ok()
    }

    fn is_taken(&self, path: &str) -> bool {
        // what cannot be read is not free either
        self.repo.entry(self.first, path).map_or(true, |entry| entry.is_some())
    }

    fn merged(&self, path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>> {
        merged(path, base, first, second)
    }
}

/// Merges a text line by line, as git does. `None` if both lines changed the same place.
pub(super) fn merged(path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>> {
    let path = BookPath::new(path).ok()?;
    let sides = Sides { base, ours: first, theirs: second };
    let merged = merge_text(&path, sides, ["first", "before", "second"]).ok()?;
    (!merged.conflict).then_some(merged.bytes)
}

/// What differs between two commits, for a merge.
pub(super) fn changed(paths: Vec<PathChange>) -> Vec<Changed> {
    let hash = |oid: Oid| {
        let mut hash: Hash = [0; 20];
        hash.copy_from_slice(&oid.as_bytes()[..20]);
        hash
    };
    let one = |path: PathChange| Changed { path: path.path, old: path.old.map(hash), new: path.new.map(hash) };
    paths.into_iter().map(one).collect()
}

/// Two lines of a book, merged, and the rule book of the merged book.
pub(super) struct Merged {
    /// The merged book, as differences from the first line's last commit.
    pub(super) joined: Joined,
    /// Its rule book. `None` if the rules themselves cannot be merged.
    pub(super) policy: Option<Policy>,
}

/// Merges two lines that both come from `base`. The line of `first` was published first.
///
/// # Errors
/// If git cannot be read, or if the merged rule book has mistakes.
pub(super) fn join(repo: &Repo, base: Oid, first: Oid, second: Oid) -> Result<Merged, BookError> {
    let lines = Lines { repo, first };
    let one = changed(repo.changes(Some(base), first)?);
    let other = changed(repo.changes(Some(base), second)?);
    let rules =
        |changes: &[Changed]| changes.iter().filter(|change| is_rule(&change.path)).cloned().collect::<Vec<_>>();
    let of_rules = unite_files(&lines, &rules(&one), &rules(&other), &|_| false);
    if !of_rules.conflicts.is_empty() {
        return Ok(Merged { joined: of_rules, policy: None });
    }
    let policy = match (rules(&one).is_empty(), of_rules.files.is_empty()) {
        (_, true) => sources::policy(repo, first)?,
        (true, false) => sources::policy(repo, second)?,
        (false, false) => {
            let mut files = sources::of_commit(repo, first)?;
            for (path, content) in &of_rules.files {
                match content {
                    None => files.remove(path),
                    Some(Content::Kept(hash)) => files.insert(path, lines.bytes(hash).unwrap_or_default()),
                    Some(Content::Made(bytes)) => files.insert(path, bytes.clone()),
                }
            }
            Policy::load(&files, &sources::rules_id(repo, first)?)?
        }
    };
    let joined = unite_books(&policy, &lines, &one, &other);
    Ok(Merged { joined, policy: Some(policy) })
}

fn is_rule(path: &str) -> bool {
    path == SETTINGS || path.split_once('/').is_some_and(|(folder, _)| SOURCE_FOLDERS.contains(&folder))
}
