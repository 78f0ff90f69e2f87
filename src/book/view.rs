//! The book as one commit has it: policy, people, records, and what only an index can say quickly.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::index::{Index, Place, Selection};
use super::repo::{Oid, Repo};
use super::{Book, BookError, sources};
use crate::calendar::Moment;
use crate::filter::{self, Flag};
use crate::lifecycle::{self, Lookup, Standing};
use crate::policy::{People, Policy};
use crate::record::{Class, Id, Record};

/// The book at a commit, read by somebody at a time.
pub struct View<'b> {
    repo: &'b Repo,
    commit: Oid,
    policy: Arc<Policy>,
    people: Arc<People>,
    now: Moment,
    reader: Option<Id>,
    past: bool,
    index: OnceCell<Index>,
    older: RefCell<HashMap<String, Arc<Policy>>>,
}

impl Book {
    /// The book at a commit of the past, or at the tip where none is given. `now` is what deadlines are seen from.
    ///
    /// # Errors
    /// If the commit holds no book, or its policy does not hold together.
    pub fn view(&self, past: Option<Oid>, now: Moment) -> Result<View<'_>, BookError> {
        let commit = match past {
            Some(commit) => commit,
            None => self.repo.tip()?,
        };
        View::of(self, commit, past.is_some(), now)
    }
}

impl<'b> View<'b> {
    pub(super) fn of(book: &'b Book, commit: Oid, past: bool, now: Moment) -> Result<Self, BookError> {
        let repo = &book.repo;
        let policy = book.kept.policy(repo, commit)?;
        let people = book.kept.people(repo, commit, &policy)?;
        Ok(View {
            repo,
            commit,
            policy,
            people,
            now,
            reader: None,
            past,
            index: OnceCell::new(),
            older: RefCell::default(),
        })
    }

    /// The same view, read by somebody: whose `mine` is.
    #[must_use]
    pub fn read_by(self, reader: Option<Id>) -> Self {
        View { reader, ..self }
    }

    /// The repository.
    pub fn repo(&self) -> &'b Repo {
        self.repo
    }

    /// The commit.
    pub fn commit(&self) -> Oid {
        self.commit
    }

    /// The rule book.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The rule book, to be kept beyond the view.
    pub fn shared_policy(&self) -> Arc<Policy> {
        self.policy.clone()
    }

    /// The staff.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// What deadlines are seen from.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Whose `mine` is.
    pub fn reader(&self) -> Option<&Id> {
        self.reader.as_ref()
    }

    /// The path of a record's file; none where no kind has ids of this form.
    pub fn path(&self, id: &Id) -> Option<String> {
        self.policy.kind_of(id).map(|kind| id.path(&kind.shape.folder))
    }

    /// A record.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub fn read(&self, id: &Id) -> Result<Option<Record>, BookError> {
        Ok(self.read_with_blob(id)?.map(|(record, _)| record))
    }

    /// A record with the blob that it was read from.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub fn read_with_blob(&self, id: &Id) -> Result<Option<(Record, Oid)>, BookError> {
        let Some(kind) = self.policy.kind_of(id) else { return Ok(None) };
        let path = id.path(&kind.shape.folder);
        let Some(entry) = self.repo.entry(self.commit, &path)?.filter(super::repo::FileAt::is_regular) else {
            return Ok(None);
        };
        let bytes = self.repo.blob(entry.blob)?;
        match Record::read(&bytes, &path, &kind.shape) {
            Ok(record) => Ok(Some((record, entry.blob))),
            Err(problems) => Err(BookError::Unreadable { path, problems }),
        }
    }

    /// The index of the commit.
    ///
    /// # Errors
    /// If neither the index nor the records themselves can be read.
    pub fn index(&self) -> Result<&Index, BookError> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let place = if self.past { Place::Past } else { Place::Tip };
        let opened = Index::open(self.repo, self.commit, &self.policy, place)?;
        Ok(self.index.get_or_init(|| opened))
    }

    /// The rule book that a record is judged by: that under which it was opened, where its kind says so and git still knows
    /// it, else today's.
    pub fn rules_of(&self, record: &Record) -> Arc<Policy> {
        let opened = record.rules.as_deref().filter(|rules| *rules != self.policy.id);
        let Some(rules) = opened else { return self.policy.clone() };
        if let Some(found) = self.older.borrow().get(rules) {
            return found.clone();
        }
        let older = sources::older(self.repo, rules, &self.policy).ok().flatten();
        let found = older.map_or_else(|| self.policy.clone(), Arc::new);
        self.older.borrow_mut().insert(rules.to_owned(), found.clone());
        found
    }

    /// Hands the deadlines of a record to `look`.
    pub fn with_deadlines<T>(&self, record: &Record, look: impl FnOnce(&[Standing<'_>]) -> T) -> T {
        let rules = self.rules_of(record);
        look(&lifecycle::deadlines(&rules, &self.policy, record, self, self.now))
    }

    /// Whether a record is the reader's to do: assigned to them, or holding a running deadline in person, by role or as
    /// deputy.
    fn is_mine(&self, record: &Record) -> bool {
        let Some(reader) = &self.reader else { return false };
        let day = self.now.date_naive();
        let mut people = vec![reader.clone()];
        people.extend(self.people.principals(reader, day).map(|person| person.id.clone()));
        let Some(kind) = self.policy.kind(&record.kind) else { return false };
        let assigned = kind.assignee.and_then(|field| record.get(field)).and_then(|value| value.as_text());
        if let Some(assigned) = assigned {
            return people.iter().any(|person| person.as_str() == assigned);
        }
        if kind.shape.class(&record.state) == Class::Closed {
            return false;
        }
        self.with_deadlines(record, |standings| {
            let running = standings.iter().filter(|standing| standing.running().is_some());
            let mut held = running.map(|standing| lifecycle::holder(standing.deadline, kind, record));
            held.any(|held| people.iter().any(|person| held.is_for(person, &self.people, day)))
        })
    }

    fn is_overdue(&self, record: &Record) -> bool {
        let late = |run: &crate::calendar::Run| run.outcome == crate::calendar::Outcome::Breached;
        self.with_deadlines(record, |standings| standings.iter().any(|standing| standing.running().is_some_and(late)))
    }
}

impl filter::Lookup for View<'_> {
    fn record(&self, id: &Id) -> Option<Cow<'_, Record>> {
        self.read(id).ok().flatten().map(Cow::Owned)
    }

    fn flag(&self, record: &Record, flag: Flag) -> bool {
        match flag {
            Flag::Overdue => self.is_overdue(record),
            Flag::Mine => self.is_mine(record),
            // The others follow from the state and are not asked.
            _ => false,
        }
    }
}

impl Lookup for View<'_> {
    fn linked(&self, id: &Id, kind: &str) -> Vec<Record> {
        let index = self.index().ok();
        let linked = index.and_then(|index| index.records(&index.linked(id, kind).ok()?).ok());
        linked.unwrap_or_default()
    }

    fn dealt_to(&self, person: &Id) -> Vec<Record> {
        let mut dealt = Vec::new();
        for kind in self.policy.kinds.values() {
            let Some(assignee) = kind.assignee else { continue };
            let words = ["class!=closed".to_owned(), format!("{}={person}", kind.field(assignee).name)];
            let scope = filter::Scope::rule(self.policy.settings.time_zone);
            let bound = filter::parse_words(&words).and_then(|expr| expr.bind(kind.name(), &*self.policy, &scope));
            let Ok(filter) = bound else { continue };
            let selected = self.index().ok().map(|index| index.select(&Selection::of(kind.name()).filtered(&filter)));
            dealt.extend(selected.and_then(Result::ok).unwrap_or_default());
        }
        dealt
    }

    fn by_key(&self, key: &str) -> Option<Id> {
        self.index().ok()?.by_key(key).ok()?
    }
}
