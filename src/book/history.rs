//! Gives history to the audit: the commits, the changes of each against its parents, and the rule book of each.

mod beginning;
mod clocks;
mod contents;
mod kept;
mod lines;
mod odd;
mod walk;
mod windows;

use std::collections::{HashMap, HashSet};

pub(super) use self::beginning::Beginning;
use self::clocks::Clocks;
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
use crate::policy::{SOURCE_FOLDERS, STAFF, Settings};
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
        if !Beginning::default().has_begun(repo, to) {
            return Err(BookError::NoBook { commit: to.to_string() });
        }
        let contents = Contents::of(repo);
        let mut walk = Walk::new(repo, &contents, scope.now);
        let mut sofar = resumed(repo, scope, to, &mut walk)?;
        let range = HistoryRange { from: sofar.tip(), ..HistoryRange::default() };
        let mut commits: Vec<CommitInfo> = repo.history(to, &range)?.collect::<Result<_, _>>()?;
        commits.reverse();
        let commits = lines::in_lines(commits);
        walk.root = root(&commits, to).filter(|_| range.from.is_none());
        walk.beginning = Beginning::of_all(repo, &commits, to);
        let all = sofar.commits + commits.len();
        let selected = selected(repo, scope, to, &commits)?;
        let rules = Rules::of(repo, &mut walk, scope, to)?;
        let mut findings: Vec<Finding> = std::mem::take(&mut sofar.findings).into_iter().map(Told::finding).collect();
        let mut done = 0;
        for commit in &commits {
            walk.clocks.pass(repo, commit);
            if !selected.contains(&commit.id) {
                // what held in the part that is audited may have begun before it
                if rules.as_ref().is_some_and(|rules| rules.changes(repo, commit)) {
                    walk.look(commit).ok();
                }
                continue;
            }
            progress(done, selected.len());
            done += 1;
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
        match restored(repo, scope, &walk.auditor.windows, &commits, &selected) {
            Ok(found) => findings.extend(found),
            Err(error) => findings.push(about_all("unreadable-commit", odd::message(&error))),
        }
        // what is missing now may be there the next time
        if scope.is_whole() && !selected.is_empty() && !findings.iter().any(odd::may_come_back) {
            sofar.tip = to.as_bytes().to_vec();
            sofar.findings = findings.iter().map(Told::of).collect();
            sofar.clocks = walk.clocks.keep();
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
        if !scope.is_whole() {
            let looked_at = |commit: &str| Oid::from_str(commit).is_ok_and(|id| selected.contains(&id));
            changes.retain(|change| looked_at(&change.commit));
            imports.retain(|import| looked_at(&import.commit));
        }
        if scope.rules {
            let windows: Vec<Window> =
                changes.iter().filter(|change| change.judges()).map(Alteration::window).collect();
            match windows::refused(repo, &windows, to) {
                Ok(refused) => {
                    changes.iter_mut().filter(|change| change.judges()).zip(refused).for_each(|(change, steps)| {
                        change.loosened = steps.into_iter().map(|(_, act)| act.what).collect();
                    })
                }
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

impl Book {
    /// The errors that [`Book::audit`] would find in the commits after `from`, in the order of history. Each commit is
    /// judged on what lies before it. The clock is not asked. A partial clone judges nothing.
    ///
    /// # Errors
    /// If git cannot be read.
    pub fn judged(&self, from: Oid, to: Oid) -> Result<Vec<Finding>, BookError> {
        let repo = self.repo();
        let range = HistoryRange { from: Some(from), ..HistoryRange::default() };
        let mut commits: Vec<CommitInfo> = repo.history(to, &range)?.collect::<Result<_, _>>()?;
        // objects of a partial clone are missing on purpose
        if commits.is_empty() || repo.is_partial() {
            return Ok(Vec::new());
        }
        commits.reverse();
        let commits = lines::in_lines(commits);
        let contents = Contents::of(repo);
        let mut walk = Walk::new(repo, &contents, None);
        walk.beginning = Beginning::of_all(repo, &commits, to);
        // what an earlier audit has kept saves reading the whole book
        resumed(repo, &AuditScope::default(), from, &mut walk)?;
        let mut findings = Vec::new();
        for commit in &commits {
            findings.extend(odd::findings(repo, commit));
            match walk.look(commit) {
                Ok(found) => findings.extend(found),
                Err(error) => findings.push(odd::unjudged(commit, &error)),
            }
        }
        let selected: HashSet<Oid> = commits.iter().map(|commit| commit.id).collect();
        let windows = std::mem::take(&mut walk.auditor.windows);
        findings.extend(restored(repo, &AuditScope::default(), &windows, &commits, &selected)?);
        findings.retain(|finding| finding.severity == Severity::Error);
        Ok(findings)
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
    walk.clocks = Clocks::resume(&kept.clocks);
    Ok(kept)
}

/// The findings about rules that were set back after steps that they refuse. Of an audit of a part, those that reach
/// into it.
fn restored(
    repo: &Repo,
    scope: &AuditScope,
    windows: &[Window],
    commits: &[CommitInfo],
    selected: &HashSet<Oid>,
) -> Result<Vec<Finding>, BookError> {
    let Some(last) = commits.last().filter(|_| !windows.is_empty()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let windows: Vec<Window> = windows
        .iter()
        .filter_map(|window| is_of_one_line(repo, window).map(|is| is.then(|| window.clone())).transpose())
        .collect::<Result<_, BookError>>()?;
    for (window, mut steps) in windows.iter().zip(windows::refused(repo, &windows, last.id)?) {
        if let Some((id, _)) = &scope.record {
            steps.retain(|(_, act)| act.what.split(' ').next() == Some(id.as_str()));
        }
        let closed = commits.iter().find(|commit| Some(commit.id.to_string()) == window.closed);
        let Some(closed) = closed.filter(|_| !steps.is_empty()) else { continue };
        let inside = |commit: &Oid| selected.contains(commit);
        if !inside(&closed.id) && !steps.iter().any(|(commit, _)| inside(commit)) {
            continue;
        }
        let opened = window.opened.get(..12).unwrap_or(&window.opened);
        let (keys, count) = (window.keys.join(", "), steps.len());
        let is_slight = steps.iter().all(|(_, act)| act.is_slight);
        let steps = steps.into_iter().map(|(_, act)| act.what).collect::<Vec<_>>().join(", ");
        let what = &window.what;
        let message = match window.is_back {
            true => {
                label!(AuditText::Restored, what = what, opened = opened, keys = keys, count = count, steps = steps)
            }
            false => {
                label!(AuditText::ChangedAgain, what = what, opened = opened, keys = keys, count = count, steps = steps)
            }
        };
        let severity = if window.is_usual() || is_slight { Severity::Warning } else { Severity::Error };
        let finding = about(closed, "rules-restored", severity, message);
        found.push(Finding { file: window.person.is_none().then(|| window.what.clone()), ..finding });
    }
    Ok(found)
}

/// Whether the end of a time follows its beginning.
fn is_of_one_line(repo: &Repo, window: &Window) -> Result<bool, BookError> {
    match &window.closed {
        Some(closed) if window.is_doubtful => {
            Ok(repo.is_at_or_before(repo.named(&window.opened)?, repo.named(closed)?)?)
        }
        _ => Ok(true),
    }
}

/// The commits that are judged.
fn selected(repo: &Repo, scope: &AuditScope, to: Oid, commits: &[CommitInfo]) -> Result<HashSet<Oid>, BookError> {
    let after: Option<HashSet<Oid>> = match scope.since {
        Some(since) => {
            let range = HistoryRange { from: Some(since), ..HistoryRange::default() };
            Some(repo.history(to, &range)?.map(|info| info.map(|info| info.id)).collect::<Result<_, _>>()?)
        }
        None => None,
    };
    let later = commits.iter().filter(|commit| after.as_ref().is_none_or(|after| after.contains(&commit.id)));
    // a commit that cannot be read becomes a finding
    Ok(later.filter(|commit| wanted(repo, scope, commit).unwrap_or(true)).map(|commit| commit.id).collect())
}

/// Where the rules lie, for an audit of a part of history.
struct Rules {
    tops: Vec<String>,
}

impl Rules {
    /// `None` for an audit of the whole history, which looks at every commit anyway.
    fn of(repo: &Repo, walk: &mut Walk<'_>, scope: &AuditScope, to: Oid) -> Result<Option<Self>, BookError> {
        if scope.is_whole() || repo.is_shallow() {
            return Ok(None);
        }
        let policy = walk.last(to)?;
        let staff = policy.and_then(|policy| Some(policy.kind(STAFF)?.shape.folder.clone()));
        let tops = SOURCE_FOLDERS.iter().map(|folder| (*folder).to_owned());
        Ok(Some(Rules { tops: tops.chain([Settings::FILE.to_owned()]).chain(staff).collect() }))
    }

    /// Whether a commit changes the rules, or what somebody may do.
    fn changes(&self, repo: &Repo, commit: &CommitInfo) -> bool {
        let Some(parent) = commit.parents.first().filter(|_| commit.parents.len() == 1) else {
            return commit.parents.is_empty();
        };
        let tops = |commit: Oid| repo.tops(commit, &self.tops).ok();
        tops(*parent) != tops(commit.id)
    }
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

fn blob(oid: Oid) -> Blob {
    let mut bytes = [0; 20];
    bytes.copy_from_slice(&oid.as_bytes()[..20]);
    Blob(bytes)
}

fn changes(paths: Vec<PathChange>) -> Vec<FileChange> {
    let change =
        |path: PathChange| FileChange { path: path.path, before: path.old.map(blob), after: path.new.map(blob) };
    paths.into_iter().map(change).collect()
}

#[cfg(test)]
mod ground;
#[cfg(test)]
mod tests;
