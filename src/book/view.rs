//! The book at one commit: policy, people, records, and the questions that only an index can answer quickly.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::ids::{Drawn, system_random};
use super::index::{Index, Place, Selection};
use super::reading::Reading;
use super::repo::{HistoryRange, Oid, Repo};
use super::sources::{self, Older};
use super::{Book, BookError, Misjudged, kept};
use crate::calendar::Moment;
use crate::filter::{self, Flag, Unanswered};
use crate::kind::{Kind, Unique};
use crate::lifecycle::{
    self, Actor, Awaited, Choice, Duty, Held, Lookup, Operation, Refusal, Setting, Shown, Standings, Whose,
};
use crate::locale::Label;
use crate::policy::{People, Policy};
use crate::record::{Id, Record};
use crate::wording::{Sight, Titles, Words};

/// The book at a commit, read by somebody at a time.
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
}

/// How many of the records that were read are kept, since the same clients are named again and again.
const KEPT: usize = 8192;

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
        })
    }

    /// The same view, read by somebody: whose `mine` is.
    #[must_use]
    pub fn read_by(self, reader: Option<Id>) -> Self {
        View { reader, ..self }
    }

    /// The same view for a reader who sees so much of what is private.
    #[must_use]
    pub fn seen(self, sight: Sight) -> Self {
        View { sight, ..self }
    }

    /// The day that it is for the view.
    pub fn today(&self) -> chrono::NaiveDate {
        self.local(self.now()).date_naive()
    }

    pub(super) fn local(&self, at: Moment) -> Moment {
        self.policy().calendars.default().zone().local(at)
    }

    /// These records without those that were registered by mistake, which count nowhere.
    pub fn without_void(&self, mut records: Vec<Record>) -> Vec<Record> {
        records.retain(|record| !self.policy().is_void(record));
        records
    }

    /// The repository.
    pub fn repo(&self) -> &'b Repo {
        &self.book.repo
    }

    /// The book as it was right before a moment: at the last commit that was made by then, seen from the moment, by the same
    /// reader. `None` if there was no commit yet.
    ///
    /// # Errors
    /// The history is cut off, or the policy of that day does not hold together.
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

    /// The rule book, to be kept beyond the view.
    pub fn shared_policy(&self) -> Arc<Policy> {
        self.policy.clone()
    }

    /// The staff.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// The staff, to be kept beyond the view.
    pub fn shared_people(&self) -> Arc<People> {
        self.people.clone()
    }

    /// What deadlines are seen from.
    pub fn now(&self) -> Moment {
        self.now
    }

    /// Whose `mine` is.
    pub fn reader(&self) -> Option<&Id> {
        self.reader.as_ref()
    }

    /// The path of a record's file. `None` if no kind has ids of this form.
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
        // what the index does not know may be a file that cannot be read
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
            Err(problems) => Err(BookError::Unreadable { path, problems }),
        }
    }

    /// Whether records are read from the rows of the index, without their blobs: for callers that read many of them. Where these are
    /// `all`, what kind each record is of is asked for once.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub(super) fn read_rows(&self, rows: bool, all: bool) -> Result<(), BookError> {
        self.rows.set(rows);
        self.read.borrow_mut().clear();
        self.kinds.replace(if rows && all { self.index()?.kinds()? } else { HashMap::new() });
        Ok(())
    }

    /// The kind of a record that others name. `None` if there is no such record.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub(super) fn kind_of_named(&self, id: &Id) -> Result<Option<Arc<str>>, BookError> {
        if let Some(kind) = self.kinds.borrow().get(id) {
            return Ok(Some(kind.clone()));
        }
        Ok(self.read(id)?.map(|record| record.kind.into()))
    }

    /// A record as it was when its file could last be read: what a broken file is mended by.
    ///
    /// # Errors
    /// What reading history can meet.
    pub fn last_readable(&self, id: &Id) -> Result<Option<Record>, BookError> {
        let Some(kind) = self.policy.kind_of(id) else { return Ok(None) };
        let path = id.path(&kind.shape.folder);
        let range = HistoryRange { path: Some(path.clone()), ..HistoryRange::default() };
        for commit in self.repo().history(self.commit, &range)? {
            let Some(bytes) = self.repo().read(commit?.id, &path)? else { continue };
            if let Ok(record) = Record::read(&bytes, &path, &kind.shape) {
                return Ok(Some(record));
            }
        }
        Ok(None)
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
        let opened = Index::open(self.repo(), self.commit, &self.policy, place)?;
        Ok(self.index.get_or_init(|| opened))
    }

    /// The rule book that a record is judged by: that under which it was opened, where its kind says so, git still knows it and it
    /// still loads, else today's. Which records are judged by today's because of that, [`Book::misjudged`] tells.
    ///
    /// # Errors
    /// Git knows the rule book and cannot read it: nobody is judged by today's rules because of that.
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

    /// The other records for commands that only read: files that cannot be read are named elsewhere and count as absent, so that
    /// one of them does not keep everything else from being shown. Steps are taken on the view itself, which is strict.
    pub fn reading(&self) -> Reading<'_, 'b> {
        Reading(self)
    }

    /// What records and names are called for the reader; nothing private unless [`View::seen`] said so.
    pub fn words(&self) -> Words<'_> {
        Words::new(&self.policy, &self.people, Titles::Read(self), self.sight)
    }

    /// The deadlines of a record.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn standings(&self, record: &Record) -> Result<Standings, Unanswered> {
        self.standings_shown(record, Shown::Now)
    }

    /// The same, where `shown` says which form of a case shows the runs over all its forms.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn standings_shown(&self, record: &Record, shown: Shown) -> Result<Standings, Unanswered> {
        let (rules, reading) = (self.rules_of(record)?, self.reading());
        lifecycle::deadlines_shown(shown, &rules, &self.policy, &self.people, record, &reading, self.now)
    }

    /// What can be done with a record next, and by whom.
    ///
    /// # Errors
    /// There is no such record, or what its steps ask of others cannot be looked up.
    pub fn options(&self, id: &Id, actor: &Actor) -> Result<Vec<Choice>, Refusal> {
        let ids = Drawn::new(self.repo(), Some(self.commit), &self.policy, Box::new(system_random));
        let setting = Setting { policy: &self.policy, people: &self.people, lookup: self, ids: &ids, now: self.now };
        lifecycle::options(&Operation::new(setting), id, actor)
    }

    /// That somebody may make records of a kind, so far as that can be told before anything is filled in.
    ///
    /// # Errors
    /// Why the actor may not.
    pub fn may_begin(&self, kind: &Kind, actor: &Actor) -> Result<(), Refusal> {
        self.reading_only(|setting| lifecycle::may_begin(&Operation::new(*setting), kind.name(), actor))
    }

    /// What a record waits for now.
    ///
    /// # Errors
    /// What its rules ask of other records cannot be looked up.
    pub fn awaited(&self, record: &Record) -> Result<Awaited<'_>, Unanswered> {
        let Some(kind) = self.policy.kind(&record.kind) else { return Ok(Awaited::default()) };
        let standings = self.standings(record)?;
        self.reading_only(|setting| lifecycle::awaited(kind, setting, record, &standings))
    }

    /// What a record asks of whom now, by its `standings`.
    ///
    /// # Errors
    /// What its rules ask of other records cannot be looked up.
    pub fn duties(&self, record: &Record, standings: &Standings) -> Result<Vec<Duty>, Unanswered> {
        let Some(kind) = self.policy.kind(&record.kind) else { return Ok(Vec::new()) };
        self.reading_only(|setting| lifecycle::duties(kind, setting, record, standings))
    }

    /// Everybody who holds something of a record now.
    ///
    /// # Errors
    /// What its rules ask of other records cannot be looked up.
    pub fn holders_of(&self, record: &Record) -> Result<Held, Unanswered> {
        let duties = self.duties(record, &self.standings(record)?)?;
        Ok(duties.iter().flat_map(|duty| duty.held.parties()).cloned().collect())
    }

    fn reading_only<T>(&self, ask: impl FnOnce(&Setting<'_>) -> T) -> T {
        let ids = Drawn::new(self.repo(), Some(self.commit), &self.policy, Box::new(system_random));
        let reading = self.reading();
        ask(&Setting { policy: &self.policy, people: &self.people, lookup: &reading, ids: &ids, now: self.now })
    }

    /// Whether a record is the reader's to do; see [`Whose::is_mine`].
    fn is_mine(&self, record: &Record) -> Result<bool, Unanswered> {
        let (Some(reader), Some(kind)) = (&self.reader, self.policy.kind(&record.kind)) else { return Ok(false) };
        let duties = self.duties(record, &self.standings(record)?)?;
        Ok(Whose::of(reader, &self.people, self.now.date_naive()).is_mine(kind, record, &duties))
    }

    /// That no file of a kind, or of any, that cannot be read speaks of something: the index knows nothing of such files.
    fn none_unread(&self, kind: Option<&str>, of: &str) -> Result<(), Unanswered> {
        let folder = kind.and_then(|kind| self.policy.kind(kind)).map(|kind| format!("{}/", kind.shape.folder));
        for (path, _) in self.index().map_err(unanswered)?.unreadable().map_err(unanswered)? {
            if folder.as_ref().is_some_and(|folder| !path.starts_with(folder.as_str())) {
                continue;
            }
            // no record names itself
            if path.rsplit('/').next().and_then(|name| name.strip_suffix(".yaml")) == Some(of) {
                continue;
            }
            let entry = self.repo().entry(self.commit, path).map_err(unanswered)?;
            let Some(entry) = entry.filter(super::repo::FileAt::is_regular) else { continue };
            let bytes = self.repo().blob(entry.blob).map_err(unanswered)?;
            if !of.is_empty() && bytes.windows(of.len()).any(|part| part == of.as_bytes()) {
                let path = path.clone();
                return Err(unanswered(BookError::Unreadable { path, problems: Vec::new() }));
            }
        }
        Ok(())
    }
}

impl filter::Lookup for View<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.read(id).map_err(unanswered)?.map(Cow::Owned))
    }

    fn flag(&self, record: &Record, flag: Flag) -> Result<bool, Unanswered> {
        match flag {
            Flag::Overdue => Ok(self.standings(record)?.is_overdue()),
            Flag::Mine => self.is_mine(record),
            // The others follow from the state and are not asked.
            _ => Ok(false),
        }
    }

    fn holders(&self, record: &Record) -> Result<Vec<String>, Unanswered> {
        Ok(self.holders_of(record)?.named(&self.people, self.now.date_naive()))
    }

    fn latest(&self, kind: &str, id: &Id, but: &Id) -> Result<Option<Record>, Unanswered> {
        let found = self.index().map_err(unanswered)?.latest_linked(id, kind, but).map_err(unanswered)?;
        found.map_or(Ok(None), |found| self.read(&found)).map_err(unanswered)
    }
}

impl Lookup for View<'_> {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        self.none_unread(Some(kind), id.as_str())?;
        self.reading().linked(id, kind)
    }

    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        let mut dealt = Vec::new();
        for kind in self.policy.kinds.values() {
            let Some(assignee) = kind.assignee else { continue };
            self.none_unread(Some(kind.name()), person.as_str())?;
            let words = ["class!=closed".to_owned(), format!("{}={person}", kind.field(assignee).name)];
            let scope = filter::Scope::rule(self.policy.settings.time_zone);
            let filter = filter::parse_words(&words).and_then(|expr| expr.bind(kind.name(), &*self.policy, &scope));
            let filter = filter.map_err(|error| Unanswered(error.message))?;
            let index = self.index().map_err(unanswered)?;
            dealt.extend(index.select(&Selection::of(kind.name()).filtered(&filter)).map_err(unanswered)?);
        }
        Ok(dealt)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let first = unique.fields.first().and_then(|field| record.get(*field)?.stored()).unwrap_or_default();
        self.none_unread(Some(&record.kind), first.trim())?;
        self.reading().alike(unique, record)
    }

    fn highest(&self, series: &str) -> Result<u64, Unanswered> {
        self.index().and_then(|index| Ok(index.highest(series)?)).map_err(unanswered)
    }

    fn published(&self, id: &Id) -> Result<bool, Unanswered> {
        let (Some(upstream), Some(path)) = (self.repo().upstream().map_err(unanswered)?, self.path(id)) else {
            return Ok(false);
        };
        Ok(self.repo().entry(upstream, &path).map_err(unanswered)?.is_some())
    }

    fn rules(&self, record: &Record) -> Result<Option<Arc<Policy>>, Unanswered> {
        self.rules_of(record).map(Some)
    }

    fn by_key(&self, key: &str) -> Result<Option<Id>, Unanswered> {
        let found = self.index().map_err(unanswered)?.by_key(key).map_err(unanswered)?;
        if found.is_none() {
            self.none_unread(None, key)?;
        }
        Ok(found)
    }
}

/// What could not be read, as an answer that nobody has.
pub fn unanswered(error: impl Into<Label>) -> Unanswered {
    Unanswered(error.into())
}
