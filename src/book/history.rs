//! Gives history to the audit: the commits, the changes of each against its parents, and the rule book of each.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::repo::{CommitInfo, HistoryRange, Oid, PathChange, Repo, RepoError};
use super::sources::{self, Older};
use super::{Book, BookError, kept};
use crate::audit::{Auditor, Blob, Commit, FileChange, Finding, Imported, Judging, Rulebook, Severity, Source, Undone};
use crate::filter::Unanswered;
use crate::locale::Label;
use crate::locale::messages::AuditText;
use crate::policy::Policy;
use crate::record::Id;

/// The part of history that is audited.
#[derive(Debug, Clone, Default)]
pub struct AuditScope {
    /// The last commit; `None` means the tip.
    pub to: Option<Oid>,
    /// Only commits after this one.
    pub since: Option<Oid>,
    /// Only commits whose time is in this range (seconds since 1970; the end is not included).
    pub made: Option<(i64, i64)>,
    /// Only what is about this record, at this path.
    pub record: Option<(Id, String)>,
}

/// The result of an audit.
#[derive(Debug, Clone)]
pub struct Audited {
    /// The findings, in the order of history.
    pub findings: Vec<Finding>,
    /// How many commits were judged.
    pub commits: usize,
    /// The imports among them, in the order of history.
    pub imports: Vec<Imported>,
}

impl Book {
    /// Replays history, parents first. `progress` is called with the number of finished commits and the number of
    /// all.
    ///
    /// # Errors
    /// If git cannot be read. Faults in the history are findings, not errors.
    pub fn audit(&self, scope: &AuditScope, progress: &mut dyn FnMut(usize, usize)) -> Result<Audited, BookError> {
        let repo = self.repo();
        let to = scope.to.map_or_else(|| repo.tip(), Ok)?;
        let range = HistoryRange { from: scope.since, ..HistoryRange::default() };
        let mut commits: Vec<CommitInfo> = repo.history(to, &range)?.collect::<Result<_, _>>()?;
        commits.reverse();
        let mut selected = Vec::new();
        for commit in commits {
            if wanted(repo, scope, &commit)? {
                selected.push(commit);
            }
        }
        let contents = Contents { repo, rules: RefCell::default() };
        let mut walk = Walk {
            repo,
            contents: &contents,
            auditor: Auditor::new(&contents),
            imports: Vec::new(),
            at: None,
            books: HashMap::new(),
        };
        let mut findings = Vec::new();
        for (done, commit) in selected.iter().enumerate() {
            progress(done, selected.len());
            findings.extend(walk.look(commit)?);
        }
        progress(selected.len(), selected.len());
        if let Some((id, _)) = &scope.record {
            findings.retain(|finding| finding.record.as_ref().is_none_or(|of| of == id));
        }
        let mut imports = walk.imports;
        imports.extend(walk.auditor.imports());
        if scope.record.is_some() {
            imports.clear();
        }
        Ok(Audited { findings, commits: selected.len(), imports })
    }
}

fn wanted(repo: &Repo, scope: &AuditScope, commit: &CommitInfo) -> Result<bool, RepoError> {
    if scope.made.is_some_and(|(from, until)| !(from..until).contains(&commit.seconds)) {
        return Ok(false);
    }
    let Some((_, path)) = &scope.record else { return Ok(true) };
    let here = repo.entry(commit.id, path)?;
    if commit.parents.is_empty() {
        return Ok(here.is_some());
    }
    for parent in &commit.parents {
        if repo.entry(*parent, path)? != here {
            return Ok(true);
        }
    }
    Ok(false)
}

struct Walk<'w> {
    repo: &'w Repo,
    contents: &'w Contents<'w>,
    auditor: Auditor<'w>,
    /// What other histories brought in, if the book has several beginnings.
    imports: Vec<Imported>,
    /// The present commit of the audit.
    at: Option<Oid>,
    books: HashMap<kept::Source, Rulebook>,
}

impl Walk<'_> {
    fn look(&mut self, info: &CommitInfo) -> Result<Vec<Finding>, BookError> {
        let after = self.rulebook(info.id)?;
        let Some(parent) = info.parents.first().copied() else {
            let before = std::mem::replace(&mut self.auditor, Auditor::new(self.contents));
            self.imports.extend(before.imports());
            self.at = Some(info.id);
            let changes = changes(self.repo.changes(None, info.id)?);
            if self.repo.is_shallow() {
                self.auditor.go(&changes, &after);
                return Ok(vec![cut_off(info)]);
            }
            let commit = commit(info, None, changes, Vec::new());
            return Ok(self.auditor.look(&commit, &Rulebook::Absent, &after));
        };
        let before = self.rulebook(parent)?;
        if self.at != Some(parent) {
            let between = changes(self.repo.changes(self.at, parent)?);
            self.auditor.go(&between, &before);
        }
        let mut others = Vec::new();
        for other in info.parents.iter().skip(1) {
            others.push(changes(self.repo.changes(Some(*other), info.id)?));
        }
        let own = changes(self.repo.changes(Some(parent), info.id)?);
        let seconds = self.repo.commit_info(parent)?.seconds;
        self.at = Some(info.id);
        Ok(self.auditor.look(&commit(info, Some(seconds), own, others), &before, &after))
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
            Err(BookError::Policy(invalid)) => Rulebook::Broken(invalid.to_string()),
            Err(error) => return Err(error),
        };
        self.books.insert(key, book.clone());
        Ok(book)
    }
}

fn commit(info: &CommitInfo, parent: Option<i64>, changes: Vec<FileChange>, others: Vec<Vec<FileChange>>) -> Commit {
    Commit {
        id: info.id.to_string(),
        seconds: info.seconds,
        authored: info.author_seconds,
        parent_seconds: parent,
        author: info.author.clone(),
        email: info.author_email.clone(),
        message: info.message.clone(),
        changes,
        others,
    }
}

fn cut_off(info: &CommitInfo) -> Finding {
    let at = chrono::DateTime::from_timestamp(info.seconds, 0).map(|at| at.fixed_offset());
    Finding {
        rule: "shallow",
        severity: Severity::Warning,
        commit: info.id.to_string(),
        at,
        author: info.author.clone(),
        record: None,
        event: None,
        file: None,
        message: Label::from(AuditText::Shallow),
    }
}

fn changes(paths: Vec<PathChange>) -> Vec<FileChange> {
    let blob = |oid: Oid| {
        let mut bytes = [0; 20];
        bytes.copy_from_slice(&oid.as_bytes()[..20]);
        Blob(bytes)
    };
    let change =
        |path: PathChange| FileChange { path: path.path, before: path.old.map(blob), after: path.new.map(blob) };
    paths.into_iter().map(change).collect()
}

struct Contents<'b> {
    repo: &'b Repo,
    rules: RefCell<HashMap<String, bool>>,
}

impl Source for Contents<'_> {
    fn bytes(&self, blob: Blob) -> Option<Vec<u8>> {
        self.repo.blob(Oid::from_bytes(&blob.0).ok()?).ok()
    }

    fn knows_rules(&self, rules: &str) -> bool {
        if let Some(known) = self.rules.borrow().get(rules) {
            return *known;
        }
        let known = self.repo.tree_named(rules).is_ok_and(|tree| tree.is_some());
        self.rules.borrow_mut().insert(rules.to_owned(), known);
        known
    }

    fn older(&self, rules: &str, policy: &Policy) -> Result<Judging, Unanswered> {
        let older = sources::older(self.repo, rules, policy, None).map_err(|error| Unanswered(error.into()))?;
        Ok(match older {
            Older::Loaded(policy) => Ok(Arc::from(policy)),
            Older::Lost => Err(None),
            Older::Broken(why) => Err(Some(why)),
        })
    }

    fn undone(&self, named: &str, by: &str) -> Option<Undone> {
        let hexadecimal = named.len() >= 7 && named.bytes().all(|b| b.is_ascii_hexdigit());
        let undone = self.repo.named(named).ok().filter(|_| hexadecimal)?;
        let by = Oid::from_str(by).ok()?;
        if undone == by || !self.repo.is_at_or_before(undone, by).ok()? {
            return None;
        }
        let info = self.repo.commit_info(undone).ok()?;
        let paths = self.repo.changes(info.parents.first().copied(), undone).ok()?;
        let range = HistoryRange { from: Some(undone), ..HistoryRange::default() };
        let since = self.repo.history(by, &range).ok()?.filter_map(Result::ok);
        let merged = since
            .filter(|commit| commit.parents.len() > 1)
            .any(|merge| self.repo.is_at_or_before(undone, merge.id).unwrap_or(true));
        Some(Undone {
            email: info.author_email,
            authored: info.author_seconds,
            message: info.message,
            parents: info.parents.len(),
            merged,
            changes: changes(paths),
        })
    }
}

#[cfg(test)]
mod ground;
#[cfg(test)]
mod tests;
