//! Takes back an operation by a new commit that is its inverse, with the trailer `Redress-Undo: SHA`. This module says
//! what may be taken back: the person's own last operation, within `undo-within` of `policy/recording.toml`. No remote
//! branch has it, its files are as it left them, and no record that was changed since names what it made.
//!
//! One commit is one operation: a batch, an import and the records that a step opened go together, with their
//! attachments. Undos and what they took back are passed over, so that the next `undo` takes back the operation before;
//! an undo is not undone. A change of the policy is taken back only while the tree is as it left it. The first commit
//! and merges are never taken back. The audit's rule `undo-false` asks for the same, as far as history shows it.

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
    /// What it did to records. Empty if it changed the policy.
    pub records: Vec<Taken>,
    /// Other files that it wrote or removed: attachments, the policy's.
    pub files: Vec<String>,
    changes: Vec<PathChange>,
}

/// What an operation did to a record.
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
    /// What is taken back, as the change that it was.
    pub fn change(&self) -> Change {
        Change::recorded(self.before.clone(), self.after.clone())
    }
}

/// Why an operation is not taken back.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.label().en)]
pub enum UndoError {
    /// The person has done nothing that is not taken back already.
    Nothing,
    /// Nothing of the record is left to be taken back.
    NothingOf(Id),
    /// Somebody else recorded it.
    ByAnother {
        /// Who.
        author: String,
    },
    /// The book began with it.
    Founding,
    /// Its day is over.
    TooLate {
        /// When it was recorded.
        recorded: Moment,
    },
    /// The remote has it.
    Published {
        /// A branch that has it.
        branch: String,
    },
    /// What it wrote was changed since.
    Followed {
        /// The record, or the file.
        what: String,
    },
    /// Something refers to what it made.
    Referred {
        /// What it made.
        made: Id,
        /// What refers to it.
        by: String,
    },
    /// It changed the policy, and something was recorded by that policy since.
    PolicyInForce,
    /// It wrote files that are not the book's.
    NotOurs {
        /// One of them.
        path: String,
    },
    /// The book cannot be read or written.
    Book(#[from] BookError),
}

impl UndoError {
    /// The stable name for JSON.
    pub fn code(&self) -> &'static str {
        match self {
            UndoError::Nothing | UndoError::NothingOf(_) => "nothing-to-undo",
            UndoError::ByAnother { .. } => "not-yours",
            UndoError::Founding => "founding",
            UndoError::TooLate { .. } => "undo-late",
            UndoError::Published { .. } => "published",
            UndoError::Followed { .. } => "followed",
            UndoError::Referred { .. } => "referred",
            UndoError::PolicyInForce => "policy-in-force",
            UndoError::NotOurs { .. } => "not-ours",
            UndoError::Book(_) => "book",
        }
    }

    /// Why, in words.
    pub fn label(&self) -> Label {
        match self {
            UndoError::Nothing => Text::Nothing.into(),
            UndoError::NothingOf(id) => label!(Text::NothingOf, id = id),
            UndoError::ByAnother { author } => label!(Text::ByAnother, author = author),
            UndoError::Founding => Text::Founding.into(),
            UndoError::TooLate { recorded } => {
                let when = Label::each(|lang| words::date(recorded.date_naive(), lang));
                label!(Text::TooLate; when = when)
            }
            UndoError::Published { branch } => label!(Text::Published, branch = branch),
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
            UndoError::Followed { .. } | UndoError::Referred { .. } => Text::FollowedHint.into(),
            UndoError::TooLate { .. } | UndoError::Published { .. } => Text::InsteadHint.into(),
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
    /// The operation that an undo takes back: the last of the person whom git names, or the last on a record. What was taken back
    /// already, and the commits that did so, are passed over: an undo is not undone, its step is taken again.
    ///
    /// # Errors
    /// There is none, or it may not be taken back.
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
        // what was taken back since leaves no trace in the tree
        if of_policy && self.repo().commit_info(self.commit())?.tree != undoing.commit.tree {
            return Err(UndoError::PolicyInForce);
        }
        self.not_referred(&undoing.commit, &made)?;
        Ok(undoing)
    }

    /// Whatever refers to what a commit made was written after it, so that only what has changed since is read.
    fn not_referred(&self, commit: &CommitInfo, made: &[Id]) -> Result<(), UndoError> {
        if made.is_empty() {
            return Ok(());
        }
        for change in self.repo().changes(Some(commit.id), self.commit())? {
            let Some(blob) = change.new.filter(|_| matches!(self.part(&change.path), Part::Record(_))) else {
                continue;
            };
            let text = String::from_utf8_lossy(&self.repo().blob(blob)?).into_owned();
            if let Some(id) = made.iter().find(|id| names(&text, id.as_str())) {
                let by = match self.part(&change.path) {
                    Part::Record(by) => by.to_string(),
                    _ => change.path,
                };
                return Err(UndoError::Referred { made: id.clone(), by });
            }
        }
        Ok(())
    }

    fn record_in(&self, id: &Id, blob: Oid) -> Result<Record, BookError> {
        let path = self.path(id).unwrap_or_default();
        let kind = self.policy().kind_of(id).ok_or_else(|| BookError::NotFiled { path: path.clone() })?;
        let bytes = self.repo().blob(blob)?;
        Record::read(&bytes, &path, &kind.shape).map_err(|problems| BookError::Unreadable { path, problems })
    }
}

impl Book {
    /// Takes an operation back, if what was seen of it still holds. In a dry run nothing is written.
    ///
    /// # Errors
    /// It may no longer be taken back, files lie otherwise on the disk, and whatever git or the disk refuse.
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

/// Whether a text names an id: not as a part of a longer word.
fn names(text: &str, id: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    text.match_indices(id).any(|(at, _)| {
        let after = &text[at + id.len()..];
        !text[..at].ends_with(inside) && !after.starts_with(inside)
    })
}

/// What the commit says: what was taken back, and of which commit.
fn message(undoing: &Undoing) -> String {
    let first = undoing.commit.message.lines().next().unwrap_or_default();
    format!("undo: {first}\n\n{TRAILER}Undo: {}\n", undoing.commit.id)
}

/// The title of a record with those of the records that it must name, such as its client.
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

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn an_id_is_named_as_a_whole_word() {
        for (text, id, named) in [
            ("client: K-261124-00000\n", "K-261124-00000", true),
            ("via: K-261124-00000#register", "K-261124-00000", true),
            ("see XK-261124-00000", "K-261124-00000", false),
            ("K-261124-000001", "K-261124-00000", false),
            ("by: li.na\n", "li.na", true),
            ("by: li.nan\n", "li.na", false),
        ] {
            assert_eq!(names(text, id), named, "{text}");
        }
    }
}
