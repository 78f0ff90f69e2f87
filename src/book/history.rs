//! Gives history to the audit: the commits, the changes of each against its parents, and the rule book of each.

mod contents;
mod kept;
mod lines;
mod odd;
mod walk;
mod windows;

use std::collections::HashMap;

use self::contents::Contents;
use self::kept::{Sofar, Told};
use self::walk::Walk;
use super::repo::{CommitInfo, HistoryRange, Oid, PathChange, Repo, RepoError};
use super::{Book, BookError};
use crate::audit::{Alteration, Blob, FileChange, Finding, Imported, Looked, Severity, Window};
use crate::label;
use crate::lifecycle::SKEW;
use crate::locale::Label;
use crate::locale::messages::AuditText;
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
    /// The clock of the audit, in seconds since 1970. `None`: dates are not compared with it.
    pub now: Option<i64>,
    /// Whether objects are hashed again and nothing is taken from an earlier audit.
    pub strict: bool,
    /// Whether it is told of each change of the rules which steps it has allowed.
    pub rules: bool,
}

impl AuditScope {
    /// Whether it is the whole history up to its last commit.
    fn is_whole(&self) -> bool {
        self.since.is_none() && self.made.is_none() && self.record.is_none()
    }
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
    /// The changes of the rules among them, in the order of history.
    pub changes: Vec<Alteration>,
    /// What was looked at.
    pub looked: Looked,
}

impl Book {
    /// Replays history, parents first. `progress` is called with the number of finished commits and the number of
    /// all.
    ///
    /// # Errors
    /// If git cannot be read. Faults in the history are findings, not errors.
    pub fn audit(&self, scope: &AuditScope, progress: &mut dyn FnMut(usize, usize)) -> Result<Audited, BookError> {
        let repo = self.repo();
        if scope.strict {
            repo.hash_again();
        }
        let to = scope.to.map_or_else(|| repo.tip(), Ok)?;
        let contents = Contents::of(repo);
        let mut walk = Walk::new(repo, &contents, scope.now);
        let mut sofar = resumed(repo, scope, to, &mut walk)?;
        let from = scope.since.or_else(|| sofar.tip());
        let range = HistoryRange { from, ..HistoryRange::default() };
        let mut commits: Vec<CommitInfo> = repo.history(to, &range)?.collect::<Result<_, _>>()?;
        commits.reverse();
        let commits = lines::in_lines(commits);
        walk.root = root(&commits, to).filter(|_| from.is_none());
        let all = match scope.since {
            Some(_) => repo.history(to, &HistoryRange::default())?.count(),
            None => sofar.commits + commits.len(),
        };
        let mut selected = Vec::new();
        for commit in commits {
            // a commit that cannot be read becomes a finding
            if wanted(repo, scope, &commit).unwrap_or(true) {
                selected.push(commit);
            }
        }
        let mut findings: Vec<Finding> = std::mem::take(&mut sofar.findings).into_iter().map(Told::finding).collect();
        for (done, commit) in selected.iter().enumerate() {
            progress(done, selected.len());
            findings.extend(odd::findings(repo, commit));
            match walk.look(commit) {
                Ok(found) => findings.extend(found),
                // objects of a partial clone are missing on purpose
                Err(error) if repo.is_partial() && odd::is_missing(&error) => return Err(error),
                Err(error) => findings.push(odd::unjudged(commit, &error)),
            }
            sofar.add(commit);
        }
        progress(selected.len(), selected.len());
        match restored(repo, &walk.auditor.windows, &selected) {
            Ok(found) => findings.extend(found),
            Err(error) => findings.push(about_all("unreadable-commit", odd::message(&error))),
        }
        // what is missing now may be there the next time
        if scope.is_whole() && !selected.is_empty() && !findings.iter().any(odd::may_come_back) {
            sofar.tip = to.as_bytes().to_vec();
            sofar.findings = findings.iter().map(Told::of).collect();
            if let Some(bytes) = walk.auditor.to_bytes() {
                sofar.auditor = bytes;
                sofar.write(repo);
            }
        }
        let (replaced, grafted) = repo.disguises()?;
        if replaced > 0 {
            findings.push(about_all("replaced", label!(AuditText::Replaced, count = replaced)));
        }
        if grafted {
            findings.push(about_all("grafted", AuditText::Grafted.into()));
        }
        let (mut imports, ledger) = (walk.auditor.imports, walk.auditor.ledger);
        let mut changes = ledger.all;
        if scope.rules {
            let windows: Vec<Window> = changes.iter().map(Alteration::window).collect();
            match windows::refused(repo, &windows, to) {
                Ok(refused) => changes.iter_mut().zip(refused).for_each(|(change, steps)| change.loosened = steps),
                Err(error) => findings.push(about_all("unreadable-commit", odd::message(&error))),
            }
        }
        if let Some((id, _)) = &scope.record {
            findings.retain(|finding| finding.record.as_ref().is_none_or(|of| of == id));
            imports.clear();
            changes.retain(|change| change.person.as_ref() == Some(id));
        }
        let looked = Looked {
            tip: to.to_string(),
            roots: std::mem::take(&mut sofar.roots),
            commits: sofar.commits,
            all,
            dates: sofar.dates,
            shallow: repo.is_shallow(),
            grafted,
            replaced,
        };
        Ok(Audited { findings, commits: looked.commits, imports, changes, looked })
    }
}

impl Sofar {
    fn add(&mut self, commit: &CommitInfo) {
        self.commits += 1;
        if commit.parents.is_empty() {
            self.roots.push(commit.id.to_string());
        }
        let (first, last) = self.dates.unwrap_or((commit.seconds, commit.seconds));
        self.dates = Some((first.min(commit.seconds), last.max(commit.seconds)));
        self.latest = self.latest.max(commit.seconds).max(commit.author_seconds);
    }
}

/// What an earlier audit has kept, if it can be gone on from.
fn resumed(repo: &Repo, scope: &AuditScope, to: Oid, walk: &mut Walk<'_>) -> Result<Sofar, BookError> {
    if scope.strict || !scope.is_whole() || repo.is_shallow() {
        return Ok(Sofar::default());
    }
    let Some(mut kept) = Sofar::read(repo) else { return Ok(Sofar::default()) };
    // what was ahead of an earlier clock may be past now, and the other way round
    let skew = SKEW.num_seconds();
    let ahead = scope.now.is_some_and(|now| kept.latest > now.saturating_add(skew));
    let Some(tip) = kept.tip().filter(|_| !ahead && !kept.findings.iter().any(Told::is_of_clock)) else {
        return Ok(Sofar::default());
    };
    if !repo.is_at_or_before(tip, to).unwrap_or(false) || !walk.resume(tip, &std::mem::take(&mut kept.auditor))? {
        return Ok(Sofar::default());
    }
    Ok(kept)
}

/// The findings about rules that were set back after steps that they refuse.
fn restored(repo: &Repo, windows: &[Window], selected: &[CommitInfo]) -> Result<Vec<Finding>, BookError> {
    let Some(last) = selected.last().filter(|_| !windows.is_empty()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (window, steps) in windows.iter().zip(windows::refused(repo, windows, last.id)?) {
        let closed = selected.iter().find(|commit| Some(commit.id.to_string()) == window.closed);
        let Some(closed) = closed.filter(|_| !steps.is_empty()) else { continue };
        let opened = window.opened.get(..12).unwrap_or(&window.opened);
        let (keys, count) = (window.keys.join(", "), steps.len());
        let steps = steps.join(", ");
        let message =
            label!(AuditText::Restored, what = window.what, opened = opened, keys = keys, count = count, steps = steps);
        let finding = about(closed, "rules-restored", Severity::Error, message);
        found.push(Finding { file: window.person.is_none().then(|| window.what.clone()), ..finding });
    }
    Ok(found)
}

/// The commit that began the book: the end of the line of first parents.
fn root(commits: &[CommitInfo], to: Oid) -> Option<Oid> {
    let by_id: HashMap<Oid, &CommitInfo> = commits.iter().map(|commit| (commit.id, commit)).collect();
    let mut at = by_id.get(&to)?;
    while let Some(parent) = at.parents.first() {
        at = by_id.get(parent)?;
    }
    Some(at.id)
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

/// A finding about a commit as a whole.
fn about(info: &CommitInfo, rule: &'static str, severity: Severity, message: Label) -> Finding {
    let at = chrono::DateTime::from_timestamp(info.seconds, 0).map(|at| at.fixed_offset());
    let (commit, author) = (info.id.to_string(), info.author.clone());
    Finding { rule, severity, commit, at, author, record: None, event: None, file: None, message }
}

/// A finding about the repository.
fn about_all(rule: &'static str, message: Label) -> Finding {
    let (commit, author) = (String::new(), String::new());
    Finding {
        rule,
        severity: Severity::Error,
        commit,
        at: None,
        author,
        record: None,
        event: None,
        file: None,
        message,
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

#[cfg(test)]
mod ground;
#[cfg(test)]
mod tests;
