//! Takes an operation back with a new commit that is its inverse, with the trailer `Redress-Undo: SHA`. This module
//! says what may be taken back: the person's own last operation, within `undo-within` of `policy/recording.toml`. No
//! remote branch and no merge since may have it, its files must be as it left them, and no record that was changed
//! later may refer to a record that it made.
//!
//! One commit is one operation: a batch, an import and the records that a step opened go together, with their
//! attachments. Undos and the operations that they took back are skipped, so the next `undo` takes back the operation
//! before; an undo cannot be undone. A change of the policy can only be taken back while the tree is as it left it.
//! The first commit and merges can never be taken back. The audit's rule `undo-false` requires the same, as far as
//! history shows it.

use std::collections::HashSet;

use super::repo::{CommitInfo, Committed, Expect, HistoryRange, Oid, PathChange};
use super::{Book, BookError, Part, View, Writer};
use crate::audit::{Said, TRAILER};
use crate::calendar::{Moment, words};
use crate::label;
use crate::lifecycle::Change;
use crate::locale::messages::UndoText as Text;
use crate::locale::text::fold;
use crate::locale::{Label, Lang};
use crate::record::{Id, Record};

/// An operation that can be taken back.
#[derive(Debug)]
pub struct Undoing {
    /// Its commit.
    pub commit: CommitInfo,
    /// Its effects on records. Empty if it changed the policy.
    pub records: Vec<Taken>,
    /// Other files that it wrote or removed: attachments, or files of the policy.
    pub files: Vec<String>,
    changes: Vec<PathChange>,
}

/// The effect of an operation on a record.
#[derive(Debug)]
pub struct Taken {
    /// The record.
    pub id: Id,
    /// The record before it. `None` if it made the record.
    pub before: Option<Record>,
    /// The record after it.
    pub after: Record,
}

impl Taken {
    /// The original change.
    pub fn change(&self) -> Change {
        Change::recorded(self.before.clone(), self.after.clone())
    }
}

/// Why an operation cannot be taken back.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.label().en)]
pub enum UndoError {
    /// The person has no operation that is not already taken back.
    Nothing,
    /// No operation on the record is left to be taken back.
    NothingOf(Id),
    /// Somebody else recorded it.
    ByAnother {
        /// That person.
        author: String,
    },
    /// The person is no longer of the staff.
    HasLeft {
        /// That person.
        person: Id,
    },
    /// The commit was made with git and takes recorded events away, as `git revert` does.
    Reverted {
        /// The commit.
        commit: Oid,
        /// Whether it is the last one.
        is_last: bool,
    },
    /// It is the first operation of the book.
    Founding,
    /// The last day for taking it back is over.
    TooLate {
        /// When it was recorded.
        recorded: Moment,
    },
    /// A remote has it.
    Published {
        /// A remote branch that has it.
        branch: String,
    },
    /// It was merged with the work of others.
    Merged,
    /// Something that it wrote was changed later.
    Followed {
        /// The record, or the file.
        what: String,
    },
    /// Something refers to a record that it made.
    Referred {
        /// The record that it made.
        made: Id,
        /// The record that refers to it.
        by: String,
    },
    /// It changed the policy, and something was recorded under that policy later.
    PolicyInForce,
    /// It wrote files that do not belong to the book.
    NotOurs {
        /// One of these files.
        path: String,
    },
    /// The book cannot be read or written.
    Book(#[from] BookError),
}

impl UndoError {
    /// The stable code for JSON.
    pub fn code(&self) -> &'static str {
        match self {
            UndoError::Nothing | UndoError::NothingOf(_) => "nothing-to-undo",
            UndoError::ByAnother { .. } => "not-yours",
            UndoError::HasLeft { .. } => "has-left",
            UndoError::Reverted { .. } => "reverted",
            UndoError::Founding => "founding",
            UndoError::TooLate { .. } => "undo-late",
            UndoError::Published { .. } => "published",
            UndoError::Merged => "merged",
            UndoError::Followed { .. } => "followed",
            UndoError::Referred { .. } => "referred",
            UndoError::PolicyInForce => "policy-in-force",
            UndoError::NotOurs { .. } => "not-ours",
            UndoError::Book(_) => "book",
        }
    }

    /// Why, as a message.
    pub fn label(&self) -> Label {
        match self {
            UndoError::Nothing => Text::Nothing.into(),
            UndoError::NothingOf(id) => label!(Text::NothingOf, id = id),
            UndoError::ByAnother { author } => label!(Text::ByAnother, author = author),
            UndoError::HasLeft { person } => label!(Text::HasLeft, person = person),
            UndoError::Reverted { commit, .. } => label!(Text::Reverted, commit = &commit.to_string()[..10]),
            UndoError::Founding => Text::Founding.into(),
            UndoError::TooLate { recorded } => {
                let when = Label::each(|lang| words::date(recorded.date_naive(), lang));
                label!(Text::TooLate; when = when)
            }
            UndoError::Published { branch } => label!(Text::Published, branch = branch),
            UndoError::Merged => Text::Merged.into(),
            UndoError::Followed { what } => label!(Text::Followed, what = what),
            UndoError::Referred { made, by } => label!(Text::Referred, made = made, by = by),
            UndoError::PolicyInForce => Text::PolicyInForce.into(),
            UndoError::NotOurs { path } => label!(Text::NotOurs, path = path),
            UndoError::Book(error) => error.label(),
        }
    }

    /// What to do instead.
    pub fn hint(&self) -> Label {
        match self {
            UndoError::ByAnother { author } => label!(Text::ByAnotherHint, author = author),
            UndoError::HasLeft { .. } => Text::HasLeftHint.into(),
            UndoError::Reverted { commit, is_last: true } => {
                label!(Text::RevertedHint, commit = &commit.to_string()[..10])
            }
            UndoError::Reverted { .. } => Text::RevertedSyncHint.into(),
            UndoError::Followed { .. } | UndoError::Referred { .. } => Text::FollowedHint.into(),
            UndoError::TooLate { .. } | UndoError::Published { .. } | UndoError::Merged => Text::InsteadHint.into(),
            _ => Text::UndoHint.into(),
        }
    }
}

impl From<super::repo::RepoError> for UndoError {
    fn from(error: super::repo::RepoError) -> Self {
        UndoError::Book(BookError::Repo(error))
    }
}

impl View<'_> {
    /// The operation that an undo would take back: the last one of the person in git's configuration, or the last one
    /// on a record. Undos and operations that are already taken back are skipped: an undo cannot be undone, its step
    /// is taken again.
    ///
    /// # Errors
    /// If there is none, or if it may not be taken back.
    pub fn undoing(&self, record: Option<&Id>) -> Result<Undoing, UndoError> {
        let email = self.repo().identity(0, 0)?.0.email;
        let path = record.and_then(|id| self.path(id));
        let range = HistoryRange { path, ..HistoryRange::default() };
        let mut undone: HashSet<Oid> = HashSet::new();
        for commit in self.repo().history(self.commit(), &range)? {
            let commit = commit?;
            if let Some(named) = Said::read(&commit.message).undo {
                undone.extend(self.repo().named(&named).ok());
                continue;
            }
            let theirs = self.same_person(&commit.author_email, &email);
            let passed = undone.contains(&commit.id) || commit.parents.len() > 1;
            if !passed && (record.is_some() || theirs) {
                if !theirs {
                    return Err(UndoError::ByAnother { author: commit.author });
                }
                return self.may_be_undone(commit);
            }
        }
        Err(record.map_or(UndoError::Nothing, |id| UndoError::NothingOf(id.clone())))
    }

    fn same_person(&self, one: &str, other: &str) -> bool {
        let known = |email: &str| self.people().by_email(email).map(|person| person.id.clone());
        fold(one) == fold(other) || known(one).is_some_and(|one| known(other) == Some(one))
    }

    fn may_be_undone(&self, commit: CommitInfo) -> Result<Undoing, UndoError> {
        let Some(parent) = commit.parents.first().copied() else { return Err(UndoError::Founding) };
        let calendar = self.policy().calendars.default();
        let utc = chrono::DateTime::from_timestamp(commit.author_seconds, 0).unwrap_or_default();
        let recorded = calendar.zone().local(utc.fixed_offset());
        let until = self.policy().recording.undo_until(recorded, calendar);
        let in_time = match until {
            Some(until) => self.now() <= until,
            None => calendar.zone().date(self.now()) <= calendar.zone().date(recorded),
        };
        if !in_time {
            return Err(UndoError::TooLate { recorded });
        }
        if let Some(branch) = self.repo().remote_branch_with(commit.id)? {
            return Err(UndoError::Published { branch });
        }
        if self.repo().merge_between(commit.id, self.commit())?.is_some() {
            return Err(UndoError::Merged);
        }
        let changes = self.repo().changes(Some(parent), commit.id)?;
        let mut undoing = Undoing { records: Vec::new(), files: Vec::new(), changes, commit };
        let mut of_policy = false;
        let mut made: Vec<Id> = Vec::new();
        for change in &undoing.changes {
            let path = &change.path;
            let part = self.part(path);
            if self.repo().entry(self.commit(), path)?.map(|entry| entry.blob) != change.new {
                let what = if let Part::Record(id) = part { id.to_string() } else { path.clone() };
                return Err(UndoError::Followed { what });
            }
            match part {
                Part::Record(id) => {
                    let Some(after) = self.read(&id)? else { return Err(UndoError::Followed { what: path.clone() }) };
                    let before = match change.old {
                        Some(blob) => Some(self.record_in(&id, blob)?),
                        None => None,
                    };
                    if before.is_none() || id.is_person() {
                        made.push(id.clone());
                    }
                    // only what was recorded can be taken back, and a revert by git records nothing
                    if before.as_ref().is_some_and(|before| !after.history.starts_with(&before.history)) {
                        let commit = undoing.commit.id;
                        return Err(UndoError::Reverted { commit, is_last: commit == self.commit() });
                    }
                    undoing.records.push(Taken { id, before, after });
                }
                Part::Policy => {
                    of_policy = true;
                    undoing.files.push(path.clone());
                }
                Part::File(..) => undoing.files.push(path.clone()),
                Part::Stray | Part::Other => return Err(UndoError::NotOurs { path: path.clone() }),
            }
        }
        // an operation that was undone since leaves no trace in the tree
        if of_policy && self.repo().commit_info(self.commit())?.tree != undoing.commit.tree {
            return Err(UndoError::PolicyInForce);
        }
        let author = self.people().by_email(&undoing.commit.author_email).filter(|person| !person.active);
        // somebody who noted by mistake that they had left takes that back
        if let Some(person) = author.filter(|person| undoing.records.iter().all(|taken| taken.id != person.id)) {
            return Err(UndoError::HasLeft { person: person.id.clone() });
        }
        self.not_referred(&undoing.commit, &made)?;
        self.no_rules_changed(&undoing.commit, &made)?;
        Ok(undoing)
    }

    /// People whose records a commit made or changed may have changed the rules since, which no record tells.
    fn no_rules_changed(&self, commit: &CommitInfo, made: &[Id]) -> Result<(), UndoError> {
        if !made.iter().any(Id::is_person) {
            return Ok(());
        }
        let range = HistoryRange { from: Some(commit.id), ..HistoryRange::default() };
        let mut undone: HashSet<Oid> = HashSet::new();
        for since in self.repo().history(self.commit(), &range)? {
            let since = since?;
            if let Some(named) = Said::read(&since.message).undo {
                undone.extend(self.repo().named(&named).ok());
                continue;
            }
            let author = self.people().by_email(&since.author_email);
            if undone.contains(&since.id) || author.is_none_or(|author| !made.contains(&author.id)) {
                continue;
            }
            let changes = self.repo().changes(since.parents.first().copied(), since.id)?;
            if let Some(change) = changes.into_iter().find(|change| matches!(self.part(&change.path), Part::Policy)) {
                return Err(UndoError::Followed { what: change.path });
            }
        }
        Ok(())
    }

    /// References to a commit's records are made after it, so only later changes are read.
    fn not_referred(&self, commit: &CommitInfo, made: &[Id]) -> Result<(), UndoError> {
        if made.is_empty() {
            return Ok(());
        }
        for change in self.repo().changes(Some(commit.id), self.commit())? {
            let Some(blob) = change.new.filter(|_| matches!(self.part(&change.path), Part::Record(_))) else {
                continue;
            };
            let text = String::from_utf8_lossy(&self.repo().blob(blob)?).into_owned();
            if let Some(id) = made.iter().find(|id| id.is_in(&text)) {
                let by = match self.part(&change.path) {
                    Part::Record(by) => by.to_string(),
                    _ => change.path,
                };
                return Err(UndoError::Referred { made: id.clone(), by });
            }
        }
        Ok(())
    }

    pub(super) fn record_in(&self, id: &Id, blob: Oid) -> Result<Record, BookError> {
        let path = self.path(id).unwrap_or_default();
        let kind = self.policy().kind_of(id).ok_or_else(|| BookError::NotFiled { path: path.clone() })?;
        let bytes = self.repo().blob(blob)?;
        Record::read(&bytes, &path, &kind.shape).map_err(|problems| BookError::Unreadable {
            path,
            problems,
            misfits: Vec::new(),
        })
    }
}

impl Book {
    /// Takes an operation back, if it is still the one that was `seen`. In a dry run nothing is written.
    ///
    /// # Errors
    /// If it may no longer be taken back, if files on the disk differ, and every failure of git or the disk.
    pub fn undo(&self, writer: &Writer, record: Option<&Id>, seen: Oid) -> Result<Option<Committed>, UndoError> {
        let mut transaction = self.repo().begin(writer.wait)?;
        let tip = transaction.tip().ok_or(UndoError::Nothing)?;
        let view = View::of(self, tip, false, writer.now)?;
        let undoing = view.undoing(record)?;
        if undoing.commit.id != seen {
            let what = undoing.commit.id.to_string();
            return Err(UndoError::Followed { what });
        }
        for change in &undoing.changes {
            let expect = change.new.map_or(Expect::Absent, Expect::Same);
            match change.old {
                Some(old) => transaction.put(&change.path, self.repo().blob(old)?, expect)?,
                None => transaction.remove(&change.path, expect)?,
            }
        }
        if writer.dry_run {
            return Ok(None);
        }
        let offset = writer.now.offset().local_minus_utc() / 60;
        let (author, committer) = self.repo().identity(writer.now.timestamp(), offset)?;
        Ok(Some(transaction.commit(&message(&undoing), &author, &committer)?))
    }
}

/// The commit message: what was taken back, and from which commit.
fn message(undoing: &Undoing) -> String {
    let subject = Said::subject_of_undo(&undoing.commit.message);
    format!("{subject}\n\n{TRAILER}Undo: {}\n", undoing.commit.id)
}

/// The title of a record, with the titles of records that it must refer to, such as its client.
pub fn about(view: &View<'_>, record: &Record, lang: Lang) -> String {
    let words = view.words();
    let mut found = vec![words.title_of(record).get(lang).to_owned()];
    let required = view.policy().kind(&record.kind).into_iter().flat_map(|kind| kind.shape.handles());
    for (field, _) in required.filter(|(_, field)| field.required) {
        if let Some(crate::record::Value::Ref(id)) = record.get(field) {
            found.push(words.title(id).get(lang).to_owned());
        }
    }
    found.retain(|text| !text.is_empty() && text != record.id.as_str());
    found.dedup();
    found.join(", ")
}
