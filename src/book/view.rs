//! The book at one commit: policy, people and records. `judged` has deadlines and duties of records; `lookup` has
//! what rules ask about other records.

mod doubted;
mod judged;
mod lookup;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::index::{Index, IndexLink, Location};
use super::reading::Reading;
use super::repo::{HistoryRange, Oid, Repo};
use super::sources::{self, Older};
use super::{Book, BookError, Misjudged, kept};
use crate::calendar::Moment;
use crate::filter::{Merged, Unanswered};
use crate::locale::Label;
use crate::policy::{People, Policy};
use crate::record::{FILES, Id, Record, Unknown};
use crate::wording::{Sight, Titles, Words};

/// The book at a commit, for a reader at a moment.
pub struct View<'b> {
    book: &'b Book,
    commit: Oid,
    policy: Arc<Policy>,
    people: Arc<People>,
    now: Moment,
    reader: Option<Id>,
    sight: Sight,
    past: bool,
    index: OnceCell<Index>,
    older: RefCell<HashMap<String, Arc<Policy>>>,
    read: RefCell<HashMap<Id, Option<(Record, Oid)>>>,
    rows: Cell<bool>,
    kinds: RefCell<HashMap<Id, Arc<str>>>,
    merged: OnceCell<Merged>,
}

/// How many records are kept after reading, because the same clients are referred to again and again.
const KEPT: usize = 8192;

impl Book {
    /// The book at a past commit, or at the tip if `past` is `None`. Deadlines are judged at `now`.
    ///
    /// # Errors
    /// If the commit has no book, or if its policy does not load.
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
        // without this the records of the kind would be missing without a word
        for folder in policy.kinds.rows().map(|kind| kind.folder.as_str()).chain([FILES]) {
            if let Some(wrong) = repo.not_a_file(commit, folder, true)? {
                return Err(BookError::Displaced(wrong));
            }
        }
        let people = book.kept.people(repo, commit, &policy)?;
        Ok(View {
            book,
            commit,
            policy,
            people,
            now,
            reader: None,
            sight: Sight::Masked,
            past,
            index: OnceCell::new(),
            older: RefCell::default(),
            read: RefCell::default(),
            rows: Cell::new(false),
            kinds: RefCell::default(),
            merged: OnceCell::new(),
        })
    }

    /// The same view for a reader: the person of `mine`.
    #[must_use]
    pub fn read_by(self, reader: Option<Id>) -> Self {
        View { reader, ..self }
    }

    /// The same view for a reader who may see more or fewer private values.
    #[must_use]
    pub fn seen(self, sight: Sight) -> Self {
        View { sight, ..self }
    }

    /// The day of the view.
    pub fn today(&self) -> chrono::NaiveDate {
        self.local(self.now()).date_naive()
    }

    pub(super) fn local(&self, at: Moment) -> Moment {
        self.policy().calendars.default().zone().local(at)
    }

    /// These records without those that were registered by mistake.
    pub fn without_void(&self, mut records: Vec<Record>) -> Vec<Record> {
        records.retain(|record| !self.policy().is_void(record));
        records
    }

    /// These records with references to surviving records, and without records that were merged into another. Counts
    /// and plans use them.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn followed(&self, mut records: Vec<Record>) -> Result<Vec<Record>, BookError> {
        let merged = self.merged()?;
        if !merged.is_empty() {
            records.retain(|record| !self.policy().is_merged(record));
            records.iter_mut().for_each(|record| merged.follow(&mut record.fields));
        }
        Ok(records)
    }

    /// All mergers of the book.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn merged(&self) -> Result<&Merged, BookError> {
        if let Some(known) = self.merged.get() {
            return Ok(known);
        }
        let merges = self.policy().kinds.rows().any(|kind| kind.merged_by.is_some());
        let found = if merges { Merged::of(self.index()?.mergers()?) } else { Merged::default() };
        Ok(self.merged.get_or_init(|| found))
    }

    /// The id that counts after mergers: its own, unless its record was merged into another one.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn survivor(&self, id: &Id) -> Result<Id, BookError> {
        Ok(self.merged()?.survivor(id).clone())
    }

    /// Every id that means the same record; first the one that counts now.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn merged_with(&self, id: &Id) -> Result<Vec<Id>, BookError> {
        Ok(self.merged()?.same(id))
    }

    /// The references to a record, or to one that was merged into it. For a merged record, only the references to its
    /// own id.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn links_to(&self, id: &Id) -> Result<Vec<IndexLink>, BookError> {
        Ok(self.links_to_each([id])?.remove(id).unwrap_or_default())
    }

    /// As [`View::links_to`], for several records, by id.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn links_to_each<'i>(
        &self,
        ids: impl IntoIterator<Item = &'i Id>,
    ) -> Result<HashMap<Id, Vec<IndexLink>>, BookError> {
        let (index, merged) = (self.index()?, self.merged()?);
        if merged.is_empty() {
            return Ok(index.all_linked_to(ids)?);
        }
        let same: Vec<(&Id, Vec<Id>)> = ids.into_iter().map(|id| (id, self.standing_for(merged, id))).collect();
        let links = index.all_linked_to(same.iter().flat_map(|(_, same)| same))?;
        let of = |(id, same): (&Id, Vec<Id>)| {
            let mut own: Vec<IndexLink> = same.iter().filter_map(|id| links.get(id)).flatten().cloned().collect();
            own.sort_by(|a, b| (&a.kind, &a.id, &a.field).cmp(&(&b.kind, &b.id, &b.field)));
            own.dedup();
            (id.clone(), own)
        };
        Ok(same.into_iter().map(of).collect())
    }

    /// The ids that mean a record: its own and those merged into it. For a merged record, only its own.
    fn standing_for(&self, merged: &Merged, id: &Id) -> Vec<Id> {
        if merged.survivor(id) == id { merged.same(id) } else { vec![id.clone()] }
    }

    /// The repository.
    pub fn repo(&self) -> &'b Repo {
        &self.book.repo
    }

    /// The book as it was right before a moment: at the last commit made by then, judged at that moment, for the same
    /// reader. `None` if there was no commit yet.
    ///
    /// # Errors
    /// If the history is cut off, or if the policy of that day does not load.
    pub fn before(&self, at: Moment) -> Result<Option<View<'b>>, BookError> {
        let Some(commit) = self.repo().last_before(self.commit, at.timestamp())? else { return Ok(None) };
        let view = View::of(self.book, commit, true, self.local(at))?;
        Ok(Some(view.read_by(self.reader.clone()).seen(self.sight)))
    }

    /// The commit.
    pub fn commit(&self) -> Oid {
        self.commit
    }

    /// The rule book.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The rule book, for use after the view is gone.
    pub fn shared_policy(&self) -> Arc<Policy> {
        self.policy.clone()
    }

    /// The staff.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The staff, for use after the view is gone.
    pub fn shared_people(&self) -> Arc<People> {
        self.people.clone()
    }

    /// The moment at which deadlines are judged.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// The person of `mine`.
    pub fn reader(&self) -> Option<&Id> {
        self.reader.as_ref()
    }

    /// The path of a record's file. `None` if no kind has ids of this form.
    pub fn path(&self, id: &Id) -> Option<String> {
        self.policy.kind_of(id).map(|kind| id.path(&kind.shape.folder))
    }

    /// The record with this id; `None` if there is none.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub fn read(&self, id: &Id) -> Result<Option<Record>, BookError> {
        Ok(self.read_with_blob(id)?.map(|(record, _)| record))
    }

    /// A record, with the blob that it was read from.
    ///
    /// # Errors
    /// If its file cannot be read.
    fn read_with_blob(&self, id: &Id) -> Result<Option<(Record, Oid)>, BookError> {
        if let Some(known) = self.read.borrow().get(id) {
            return Ok(known.clone());
        }
        let found = self.read_anew(id)?;
        let mut read = self.read.borrow_mut();
        if read.len() >= KEPT {
            read.clear();
        }
        read.insert(id.clone(), found.clone());
        Ok(found)
    }

    fn read_anew(&self, id: &Id) -> Result<Option<(Record, Oid)>, BookError> {
        let Some(kind) = self.policy.kind_of(id) else { return Ok(None) };
        // a record that the index does not know may be a file that cannot be read
        if self.rows.get()
            && let Some(record) = self.index()?.record(id)?
        {
            return Ok(Some((record, Oid::ZERO_SHA1)));
        }
        let path = id.path(&kind.shape.folder);
        let Some(entry) = self.repo().entry(self.commit, &path)?.filter(super::repo::FileAt::is_regular) else {
            return Ok(None);
        };
        let bytes = self.repo().blob(entry.blob)?;
        match Record::read(&bytes, &path, &kind.shape) {
            Ok(record) => Ok(Some((record, entry.blob))),
            Err(problems) => {
                let read = Record::read_without_misfits(&bytes, &path, &kind.shape);
                let misfits = read.map(|(_, misfits)| misfits).unwrap_or_default();
                Err(BookError::Unreadable { path, problems, misfits })
            }
        }
    }

    /// Sets whether records are read from the rows of the index, without their blobs, for callers that read many. If
    /// these are `all` records, the kinds of all of them are read at once.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(super) fn read_rows(&self, rows: bool, all: bool) -> Result<(), BookError> {
        self.rows.set(rows);
        self.read.borrow_mut().clear();
        self.kinds.replace(if rows && all { self.index()?.kinds()? } else { HashMap::new() });
        Ok(())
    }

    /// The kind of a record that others refer to. `None` if there is no such record.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub(super) fn kind_of_named(&self, id: &Id) -> Result<Option<Arc<str>>, BookError> {
        if let Some(kind) = self.kinds.borrow().get(id) {
            return Ok(Some(kind.clone()));
        }
        Ok(self.read(id)?.map(|record| record.kind.into()))
    }

    /// The last readable version of a record, for repairing a broken file.
    ///
    /// # Errors
    /// If history cannot be read.
    pub fn last_readable(&self, id: &Id) -> Result<Option<Record>, BookError> {
        let Some(kind) = self.policy.kind_of(id) else { return Ok(None) };
        let path = id.path(&kind.shape.folder);
        let range = HistoryRange { path: Some(path.clone()), ..HistoryRange::default() };
        let mut fitting: Option<Record> = None;
        for commit in self.repo().history(self.commit, &range)? {
            let Some(bytes) = self.repo().read(commit?.id, &path)? else { continue };
            match Record::read(&bytes, &path, &kind.shape) {
                // what was recorded since then must not be lost
                Ok(record) if fitting.as_ref().is_none_or(|later| later.history.len() <= record.history.len()) => {
                    return Ok(Some(record));
                }
                Ok(_) => break,
                Err(_) if fitting.is_some() => {}
                Err(_) => fitting = Record::read_without_misfits(&bytes, &path, &kind.shape).map(|(record, _)| record),
            }
        }
        Ok(fitting)
    }

    /// A record of the commit without the entries that do not fit their fields, and those entries. `None` if it can be
    /// read, or if it cannot be read even so.
    ///
    /// # Errors
    /// If git cannot be read.
    pub fn without_misfits(&self, id: &Id) -> Result<Option<(Record, Vec<Unknown>)>, BookError> {
        let Some(kind) = self.policy.kind_of(id) else { return Ok(None) };
        let path = id.path(&kind.shape.folder);
        let bytes = self.repo().read(self.commit, &path)?;
        Ok(bytes.and_then(|bytes| Record::read_without_misfits(&bytes, &path, &kind.shape)))
    }

    /// The index of the commit.
    ///
    /// # Errors
    /// If neither the index nor the records can be read.
    pub fn index(&self) -> Result<&Index, BookError> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        let place = if self.past { Location::Past } else { Location::Tip };
        let opened = Index::open(self.repo(), self.commit, &self.policy, place)?;
        opened.see_until(self.now);
        Ok(self.index.get_or_init(|| opened))
    }

    /// The rule book that a record is judged by. If its kind says so, it is the one under which the record was
    /// opened, provided that git still has it and that it still loads. Otherwise it is today's; [`Book::misjudged`]
    /// lists the records to which this happened.
    ///
    /// # Errors
    /// If git has the rule book but cannot read it. Then today's rules are not used in its place.
    pub fn rules_of(&self, record: &Record) -> Result<Arc<Policy>, Unanswered> {
        let opened = record.rules.as_deref().filter(|rules| *rules != self.policy.id);
        let Some(rules) = opened else { return Ok(self.policy.clone()) };
        let known = self.older.borrow().get(rules).cloned();
        let found = match known {
            Some(found) => found,
            None => {
                let source = match self.past {
                    true => None,
                    false => Some(kept::source(self.repo(), self.commit).map_err(unanswered)?),
                };
                let mut misjudged = self.book.misjudged.borrow_mut();
                let mut today = |why| {
                    misjudged.entry(rules.to_owned()).or_insert(Misjudged { records: BTreeSet::new(), why });
                    self.policy.clone()
                };
                let found =
                    match sources::older(self.repo(), rules, &self.policy, source.as_ref()).map_err(unanswered)? {
                        Older::Loaded(policy) => Arc::from(policy),
                        Older::Lost => today(None),
                        Older::Broken(why) => today(Some(why)),
                    };
                self.older.borrow_mut().insert(rules.to_owned(), found.clone());
                found
            }
        };
        if Arc::ptr_eq(&found, &self.policy)
            && let Some(misjudged) = self.book.misjudged.borrow_mut().get_mut(rules)
        {
            misjudged.records.insert(record.id.clone());
        }
        Ok(found)
    }

    /// The lookup for commands that only read. Files that cannot be read count as absent and are reported elsewhere,
    /// so that everything else can still be shown. Steps are taken with the view itself, which is strict.
    pub fn reading(&self) -> Reading<'_, 'b> {
        Reading(self)
    }

    /// The words for the reader. Nothing private is in them unless [`View::seen`] allowed it.
    pub fn words(&self) -> Words<'_> {
        Words::new(&self.policy, &self.people, Titles::Read(self), self.sight)
    }
}

/// The error for something that could not be read.
pub fn unanswered(error: impl Into<Label>) -> Unanswered {
    Unanswered(error.into())
}
