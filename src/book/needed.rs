//! What the rules of a merge no longer have although a record of one of the two lines needs it. Each line alone was
//! sound: one took something out of the rules that none of its records had, and the other one used it meanwhile.

use super::removed::{Lost, What, losses};
use super::repo::{CommitInfo, HistoryRange, Oid, PathChange, Repo};
use super::{BookError, sources};
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::is_sealed;
use crate::locale::Label;
use crate::locale::messages::NeededText as Text;
use crate::place::Problem;
use crate::policy::Policy;
use crate::record::{Id, Record};

/// Two lines that are to be merged.
pub(super) struct Lines<'l> {
    pub(super) repo: &'l Repo,
    pub(super) base: Oid,
    /// The last commits of both.
    pub(super) tips: [Oid; 2],
}

impl Lines<'_> {
    /// What the `merged` rules no longer have although a record needs it that one of the lines has changed.
    ///
    /// # Errors
    /// If git cannot be read.
    pub(super) fn needed(&self, merged: &Policy) -> Result<Vec<Problem>, BookError> {
        let [first, second] = self.tips;
        Ok([self.needed_by(first, second, merged)?, self.needed_by(second, first, merged)?].concat())
    }

    fn needed_by(&self, own: Oid, other: Oid, merged: &Policy) -> Result<Vec<Problem>, BookError> {
        let rules = |commit| self.repo.tree_id(commit, "policy");
        // what only this line has changed in the rules was compared with its records when it was committed
        if rules(self.base)? == rules(other)? {
            return Ok(Vec::new());
        }
        let policy = sources::policy(self.repo, own)?;
        let lost: Vec<(&Kind, Vec<Lost>)> =
            policy.kinds.values().map(|kind| (kind, losses(kind, merged.kind(kind.name())))).collect();
        if lost.iter().all(|(_, lost)| lost.is_empty()) {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for PathChange { path, new, .. } in self.repo.changes(Some(self.base), own)? {
            let Some(((kind, id), blob)) = policy.kind_at(&path).zip(new) else { continue };
            // what its own rules cannot read either is told elsewhere
            let Ok(record) = Record::read(&self.repo.blob(blob)?, &path, &kind.shape) else { continue };
            let lost = lost.iter().filter(|(of, _)| of.name() == kind.name()).flat_map(|(_, lost)| lost);
            for lost in lost.filter(|lost| lost.is_in(&record, kind, merged.kind(kind.name()))) {
                let user = self.last(own, other, &path)?;
                let remover = self.remover(other, own, kind, lost)?;
                found.push(said(kind, (&id, &record), lost, user.as_ref(), remover.as_ref()));
            }
        }
        Ok(found)
    }

    /// The last commit of a line that changed a file.
    fn last(&self, line: Oid, without: Oid, path: &str) -> Result<Option<CommitInfo>, BookError> {
        let range = HistoryRange { from: Some(without), path: Some(path.to_owned()), ..HistoryRange::default() };
        Ok(self.repo.history(line, &range)?.next().transpose()?)
    }

    /// The last commit of a line that took something out of the rules.
    fn remover(&self, line: Oid, without: Oid, kind: &Kind, lost: &Lost) -> Result<Option<CommitInfo>, BookError> {
        let path = lost.place(kind).file.to_string();
        let range = HistoryRange { from: Some(without), path: Some(path), ..HistoryRange::default() };
        let lacks = |commit: Oid| {
            let policy = sources::policy(self.repo, commit).ok()?;
            Some(losses(kind, policy.kind(kind.name())).contains(lost))
        };
        for commit in self.repo.history(line, &range)? {
            let commit = commit?;
            let before = commit.parents.first().and_then(|parent| lacks(*parent));
            if lacks(commit.id) == Some(true) && before == Some(false) {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }
}

/// Which record needs what, who recorded it and who took it out, and what each of them can do.
fn said(
    kind: &Kind,
    (id, record): (&Id, &Record),
    lost: &Lost,
    user: Option<&CommitInfo>,
    remover: Option<&CommitInfo>,
) -> Problem {
    let who = |commit: Option<&CommitInfo>| commit.map_or_else(|| "?".to_owned(), |commit| commit.author.clone());
    let short = |commit: Option<&CommitInfo>| {
        commit.map_or_else(|| "?".to_owned(), |commit| commit.id.to_string()[..10].to_owned())
    };
    let number = kind.numbering.as_ref().and_then(|numbering| numbering.of(record));
    let named = number.map_or_else(|| id.to_string(), |number| format!("{number} {id}"));
    let message = label!(
        Text::Needed,
        record = named,
        user = who(user),
        used = short(user),
        remover = who(remover),
        removed = short(remover);
        what = called(kind, lost)
    );
    let keep = label!(Text::Keep, remover = who(remover); how = lost.remedy());
    let help = match changed_by(kind, (id, record), lost) {
        Some(command) => label!(Text::KeepOrChange, user = who(user), command = command; keep = keep),
        None => label!(Text::ThenSync; keep = keep),
    };
    Problem::new(lost.place(kind), message).help(help)
}

/// What a record needs, in words.
fn called(kind: &Kind, lost: &Lost) -> Label {
    match &lost.what {
        What::Kind => label!(Text::Kind, name = kind.name()),
        What::Folder(old, _) => label!(Text::Folder, name = old),
        What::Prefix(old, _) => label!(Text::Prefix, name = old),
        What::Field(path) => label!(Text::Field, name = path.join(".")),
        What::Choice(path, value) => label!(Text::Choice, name = path.join("."), value = value),
        What::Type(path) => label!(Text::Type, name = path.join(".")),
        What::State(state) => label!(Text::State, name = state),
    }
}

/// The command that gives the record another value, where nothing of the earlier one stays in its history and no step
/// has sealed it.
fn changed_by(kind: &Kind, (id, record): (&Id, &Record), lost: &Lost) -> Option<String> {
    let (What::Choice(path, _) | What::Type(path)) = &lost.what else { return None };
    let [name] = &path[..] else { return None };
    let field = kind.shape.field_id(name)?;
    let is_kept = kind.kept().any(|kept| kept == field);
    (!is_kept && !is_sealed(kind, record, field)).then(|| format!("redress edit {id} {name}=VALUE"))
}
