//! The walk from commit to commit: each with its changes and the rule books around it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::super::repo::{CommitInfo, Oid, Repo};
use super::super::{BookError, kept, sources};
use super::beginning::Beginning;
use super::changes;
use super::clocks::Clocks;
use super::contents::Contents;
use super::odd;
use crate::audit::{Auditor, Begun, Commit, FileChange, Finding, Joining, Rulebook, Rulebooks};
use crate::locale::messages::AuditText;
use crate::policy::Policy;

pub(super) struct Walk<'w> {
    pub(super) repo: &'w Repo,
    contents: &'w Contents<'w>,
    pub(super) auditor: Auditor<'w>,
    now: Option<i64>,
    /// The present commit of the audit.
    pub(super) at: Option<Oid>,
    /// The commit that began the book. Other commits without parents are findings.
    pub(super) root: Option<Oid>,
    /// Where the book begins.
    pub(super) beginning: Beginning,
    /// The dates that history has given so far.
    pub(super) clocks: Clocks,
    books: HashMap<kept::Source, Rulebook>,
    /// The rule book of the commit that was looked at last, which is mostly the parent of the next one.
    recent: Option<(Oid, Rulebook)>,
    /// The last rules that loaded, for commits whose own do not.
    last: HashMap<Oid, Option<Arc<Policy>>>,
}

/// A commit and everything by which it is judged.
pub(super) struct Stop {
    pub(super) commit: Commit,
    before: Rulebook,
    after: Rulebook,
    last: Option<Arc<Policy>>,
}

impl Stop {
    pub(super) fn rules(&self) -> Rulebooks<'_> {
        Rulebooks { before: &self.before, after: &self.after, last: self.last.as_ref() }
    }
}

impl<'w> Walk<'w> {
    pub(super) fn new(repo: &'w Repo, contents: &'w Contents<'w>, now: Option<i64>) -> Self {
        Walk {
            repo,
            contents,
            auditor: Auditor::new(contents, now),
            now,
            at: None,
            root: None,
            beginning: Beginning::default(),
            clocks: Clocks::default(),
            books: HashMap::new(),
            recent: None,
            last: HashMap::new(),
        }
    }

    /// Goes on after a commit, from what was kept. Returns whether that can be read.
    pub(super) fn resume(&mut self, at: Oid, bytes: &[u8]) -> Result<bool, BookError> {
        let Some(policy) = self.last(at)? else { return Ok(false) };
        let Some(auditor) = Auditor::resume(self.contents, self.now, &policy, bytes) else { return Ok(false) };
        (self.auditor, self.at) = (auditor, Some(at));
        Ok(true)
    }

    /// Judges a commit.
    pub(super) fn look(&mut self, info: &CommitInfo) -> Result<Vec<Finding>, BookError> {
        if !info.parents.is_empty() {
            let stop = self.stop(info)?;
            self.at = Some(info.id);
            return Ok(self.auditor.look(&stop.commit, stop.rules()));
        }
        let after = self.rulebook(info.id)?;
        let compared = self.repo.compared(None, info.id)?;
        let changes = changes(compared.paths);
        if self.repo.is_shallow() {
            let all = Auditor::new(self.contents, self.now);
            let before = std::mem::replace(&mut self.auditor, all);
            (self.auditor.imports, self.auditor.ledger) = (before.imports, before.ledger);
            self.at = Some(info.id);
            self.auditor.go(&changes, after.policy());
            return Ok(vec![super::about(info, "shallow", crate::audit::Severity::Warning, AuditText::Shallow.into())]);
        }
        let mut found = Vec::new();
        if self.root != Some(info.id) {
            found.push(super::about(info, "second-root", crate::audit::Severity::Error, AuditText::SecondRoot.into()));
        }
        let other = Auditor::new(self.contents, self.now);
        let before = std::mem::replace(&mut self.auditor, other);
        self.at = Some(info.id);
        let begun = self.beginning.of(self.repo, info);
        let commit = Commit { odd: compared.odd, begun, ..commit(info, None, changes, Vec::new()) };
        let rules = Rulebooks { before: &Rulebook::Absent, after: &after, last: None };
        found.extend(self.auditor.look(&commit, rules));
        self.auditor.join(before);
        Ok(found)
    }

    /// A commit with parents, with everything by which it is judged. The audit stands at its first parent then.
    pub(super) fn stop(&mut self, info: &CommitInfo) -> Result<Stop, BookError> {
        let Some(parent) = info.parents.first().copied() else {
            return Err(BookError::NoBook { commit: info.id.to_string() });
        };
        let before = match self.recent.take() {
            Some((commit, book)) if commit == parent => book,
            _ => self.rulebook(parent)?,
        };
        let after = self.rulebook(info.id)?;
        self.recent = Some((info.id, after.clone()));
        let last = match before.policy() {
            Some(policy) => Some(policy.clone()),
            None => self.last(parent)?,
        };
        if self.at != Some(parent) {
            let between = changes(self.repo.changes(self.at, parent)?);
            self.auditor.go(&between, last.as_ref());
        }
        let mut others = Vec::new();
        let first = self.repo.commit_info(parent)?;
        let mut seconds = first.seconds;
        for other in info.parents.iter().skip(1) {
            others.push(changes(self.repo.changes(Some(*other), info.id)?));
            seconds = seconds.max(self.repo.commit_info(*other)?.seconds);
        }
        let own = self.repo.compared(Some(parent), info.id)?;
        let commit = commit(info, Some(seconds), changes(own.paths), others);
        let moved = self.moved(info, &after)?;
        let begun = self.beginning.of(self.repo, info);
        let joining = joining(self.repo, &info.parents)?;
        let early = self.early(info, begun, joining.as_ref())?;
        self.at = Some(parent);
        Ok(Stop {
            commit: Commit {
                odd: own.odd,
                clock: self.clocks.before(self.repo, info),
                joining,
                moved,
                begun,
                early,
                ..commit
            },
            before,
            after,
            last,
        })
    }

    /// The files of the parents that are records by the rules of the commit and were none by those of any parent that
    /// has them (`true`), or the other way round.
    fn moved(&mut self, info: &CommitInfo, after: &Rulebook) -> Result<Vec<(String, bool)>, BookError> {
        let Some(new) = after.policy() else { return Ok(Vec::new()) };
        let mut parents = Vec::new();
        for parent in &info.parents {
            parents.extend(self.last(*parent)?.map(|policy| (*parent, policy)));
        }
        if parents.iter().all(|(_, old)| Arc::ptr_eq(old, new)) {
            return Ok(Vec::new());
        }
        let here = places(new);
        let folders: BTreeSet<&str> = parents
            .iter()
            .flat_map(|(_, old)| places(old).symmetric_difference(&here).copied().collect::<Vec<_>>())
            .map(|(_, folder)| folder)
            .collect();
        let mut moved = Vec::new();
        for folder in folders {
            let mut before: BTreeMap<String, bool> = BTreeMap::new();
            for (parent, old) in &parents {
                for file in self.repo.list(*parent, folder)? {
                    let was = old.kind_at(&file.path).is_some();
                    *before.entry(file.path).or_default() |= was;
                }
            }
            let now =
                self.repo.list(info.id, folder)?.into_iter().map(|file| (new.kind_at(&file.path).is_some(), file.path));
            moved.extend(now.filter(|(is, path)| before.get(path) == Some(&!is)).map(|(is, path)| (path, is)));
        }
        Ok(moved)
    }

    /// The files that come in from commits before the book: where it begins, all that lie there already; in a merge,
    /// what a line without the book has changed.
    fn early(&mut self, info: &CommitInfo, begun: Begun, joining: Option<&Joining>) -> Result<Vec<String>, BookError> {
        let mut early = BTreeSet::new();
        match (begun, joining) {
            (Begun::Here | Begun::Again, _) => {
                let here = self.repo.changes(None, info.id)?;
                let here: BTreeSet<String> = here.into_iter().map(|file| file.path).collect();
                for parent in &info.parents {
                    let there = self.repo.changes(None, *parent)?.into_iter().map(|file| file.path);
                    early.extend(there.filter(|path| here.contains(path)));
                }
            }
            (Begun::Before, Some(Joining::Two { first, second })) => {
                for (parent, line) in info.parents.iter().zip([first, second]) {
                    if !self.beginning.has_begun(self.repo, *parent) {
                        early.extend(line.iter().map(|change| change.path.clone()));
                    }
                }
            }
            _ => {}
        }
        Ok(early.into_iter().collect())
    }

    /// Moves to a commit that was just looked at, without judging it.
    pub(super) fn pass(&mut self, stop: &Stop, id: Oid) {
        let changes: &[FileChange] = &stop.commit.changes;
        self.auditor.go(changes, stop.after.policy().or(stop.last.as_ref()));
        self.at = Some(id);
    }

    /// The rule book of a commit. It is loaded once for all commits that have the same.
    fn rulebook(&mut self, commit: Oid) -> Result<Rulebook, BookError> {
        let key = kept::source(self.repo, commit)?;
        if let Some(found) = self.books.get(&key) {
            return Ok(found.clone());
        }
        let book = match sources::policy(self.repo, commit) {
            Ok(policy) => Rulebook::Loaded(Arc::new(policy)),
            Err(BookError::NoBook { .. }) => Rulebook::Absent,
            Err(BookError::Policy(invalid)) => Rulebook::Broken(invalid.label()),
            Err(error) if self.repo.is_partial() && odd::is_missing(&error) => return Err(error),
            // a part of the rule book is missing or damaged
            Err(error) => Rulebook::Broken(error.label()),
        };
        self.books.insert(key, book.clone());
        Ok(book)
    }

    /// The last rule book that loaded, at a commit or before it on the line of first parents that have a book.
    pub(super) fn last(&mut self, commit: Oid) -> Result<Option<Arc<Policy>>, BookError> {
        let (mut at, mut passed) = (commit, Vec::new());
        let found = loop {
            if let Some(known) = self.last.get(&at) {
                break known.clone();
            }
            if let Rulebook::Loaded(policy) = self.rulebook(at)? {
                break Some(policy);
            }
            passed.push(at);
            let parents = self.repo.commit_info(at)?.parents;
            match self.beginning.parent(self.repo, &parents) {
                Some(parent) => at = parent,
                None => break None,
            }
        };
        self.last.extend(passed.into_iter().map(|commit| (commit, found.clone())));
        Ok(found)
    }
}

/// Where the rules look for records: a prefix and a folder for each kind.
fn places(policy: &Policy) -> BTreeSet<(&str, &str)> {
    policy.kinds.values().map(|kind| (kind.shape.prefix.as_str(), kind.shape.folder.as_str())).collect()
}

fn commit(info: &CommitInfo, parent: Option<i64>, changes: Vec<FileChange>, others: Vec<Vec<FileChange>>) -> Commit {
    Commit {
        id: info.id.to_string(),
        seconds: info.seconds,
        authored: info.author_seconds,
        parent_seconds: parent,
        clock: None,
        author: info.author.clone(),
        email: info.author_email.clone(),
        committer: info.committer.clone(),
        committer_email: info.committer_email.clone(),
        message: info.message.clone(),
        changes,
        odd: Vec::new(),
        moved: Vec::new(),
        others,
        joining: None,
        begun: Begun::NotYet,
        early: Vec::new(),
    }
}

/// What a merge with these parents merges.
fn joining(repo: &Repo, parents: &[Oid]) -> Result<Option<Joining>, BookError> {
    let [first, second] = match parents {
        [] | [_] => return Ok(None),
        [first, second] => [*first, *second],
        _ => return Ok(Some(Joining::Many)),
    };
    Ok(Some(match repo.merge_bases(first, second)?[..] {
        [] => Joining::Unrelated,
        [base] => {
            let line = |tip: Oid| repo.changes(Some(base), tip).map(changes);
            Joining::Two { first: line(first)?, second: line(second)? }
        }
        _ => Joining::Crossed,
    }))
}
