//! The book as a commit found it: the first parent, with the changes of the replay so far. It moves from commit to
//! commit by their differences. A record is only read when somebody asks for it.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::commit::{Blob, FileChange, Judging, Source};
use super::listed::{Listed, Said, assignee};
use crate::calendar::Moment;
use crate::filter::{self, Flag, Rollup, Unanswered};
use crate::kind::Unique;
use crate::lifecycle::{Lookup, rolled};
use crate::locale::Label;
use crate::place::Problem;
use crate::policy::{People, Policy, STAFF};
use crate::record::{Class, Fields, Id, Record, Shape, Type, Value};

/// How many records are kept after reading. Others are read again when needed.
const KEPT: usize = 20_000;

/// Records that were read, by id and content. `None` if one cannot be read.
type Read = HashMap<(Id, Blob), Option<Arc<Record>>>;

/// The book at the first parent.
pub struct Past<'s> {
    source: &'s dyn Source,
    policy: Option<Arc<Policy>>,
    slots: HashMap<Id, Blob>,
    listed: Listed,
    staff: BTreeSet<Id>,
    people: RefCell<Option<Arc<People>>>,
    read: RefCell<Read>,
    drafts: RefCell<Drafts>,
    lost: HashMap<Id, (Blob, Arc<Record>)>,
    /// Every folder that a kind has had.
    homes: BTreeSet<String>,
    older: RefCell<HashMap<String, Judging>>,
    /// The records for which a finding about unusable older rules was already made.
    misjudged: RefCell<BTreeSet<Id>>,
    /// The time of the step that is being replayed. The spans of rollups end at it.
    at: Cell<Option<Moment>>,
}

/// The book at a commit, to be kept on disk.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptPast<'k> {
    slots: Vec<(Cow<'k, Id>, Blob)>,
    said: Vec<(Cow<'k, Id>, Cow<'k, Said>)>,
    lost: Vec<(Id, Blob)>,
    homes: BTreeSet<String>,
    misjudged: BTreeSet<Id>,
}

/// Records with the changes of a commit's replay so far.
#[derive(Default)]
struct Drafts {
    records: HashMap<Id, Record>,
    listed: Listed,
}

impl<'s> Past<'s> {
    pub(super) fn new(source: &'s dyn Source) -> Self {
        Past {
            source,
            policy: None,
            slots: HashMap::new(),
            listed: Listed::default(),
            staff: BTreeSet::new(),
            people: RefCell::default(),
            read: RefCell::default(),
            drafts: RefCell::default(),
            lost: HashMap::new(),
            homes: BTreeSet::new(),
            older: RefCell::default(),
            misjudged: RefCell::default(),
            at: Cell::new(None),
        }
    }

    /// What is needed to go on from here later.
    pub(super) fn keep(&self) -> KeptPast<'_> {
        let mut said: Vec<_> = self.listed.all().map(|(id, said)| (Cow::Borrowed(id), Cow::Borrowed(said))).collect();
        // in this order the lists are made again fastest
        said.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        KeptPast {
            slots: self.slots.iter().map(|(id, blob)| (Cow::Borrowed(id), *blob)).collect(),
            said,
            lost: self.lost.iter().map(|(id, (blob, _))| (id.clone(), *blob)).collect(),
            homes: self.homes.clone(),
            misjudged: self.misjudged.borrow().clone(),
        }
    }

    /// Goes on from a commit whose records are read by this policy.
    pub(super) fn resume(source: &'s dyn Source, policy: &Arc<Policy>, kept: KeptPast<'static>) -> Self {
        let mut past = Past::new(source);
        past.homes = kept.homes;
        past.enter(policy);
        past.slots.reserve(kept.slots.len());
        past.listed.reserve(kept.said.len());
        for (id, blob) in kept.slots {
            if id.is_person() {
                past.staff.insert(id.clone().into_owned());
            }
            past.slots.insert(id.into_owned(), blob);
        }
        for (id, said) in kept.said {
            past.listed.set(&id, Some(said.into_owned()));
        }
        past.misjudged = RefCell::new(kept.misjudged);
        for (id, blob) in kept.lost {
            if let Some(record) = past.record_of(&id, blob) {
                past.lost.insert(id, (blob, record));
            }
        }
        past
    }

    /// Sets the time of the step that is being replayed.
    pub(super) fn stand_at(&self, at: Moment) {
        self.at.set(Some(at));
    }

    /// The source of file contents.
    pub fn source(&self) -> &'s dyn Source {
        self.source
    }

    /// What is wrong with the rules under which a record was opened, if they no longer load beside the policy of the
    /// day. Returned once for each record.
    pub(super) fn misjudged(&self, record: &Record) -> Option<Label> {
        let policy = self.policy.as_ref()?;
        let rules = record.rules.as_deref().filter(|rules| *rules != policy.id)?;
        let why = self.judging(rules, policy).ok()?.err()??;
        self.misjudged.borrow_mut().insert(record.id.clone()).then_some(why)
    }

    /// The older rules with this id, loaded beside the policy of the day.
    fn judging(&self, rules: &str, policy: &Policy) -> Result<Judging, Unanswered> {
        if let Some(known) = self.older.borrow().get(rules) {
            return Ok(known.clone());
        }
        let older = self.source.older(rules, policy)?;
        self.older.borrow_mut().insert(rules.to_owned(), older.clone());
        Ok(older)
    }

    /// From now on, records are read by this policy.
    pub(super) fn enter(&mut self, policy: &Arc<Policy>) {
        let before = self.policy.replace(policy.clone());
        if before.as_ref().is_some_and(|before| Arc::ptr_eq(before, policy)) {
            return;
        }
        self.homes.extend(policy.kinds.values().map(|kind| kind.shape.folder.clone()));
        self.read.borrow_mut().clear();
        self.older.borrow_mut().clear();
        *self.people.borrow_mut() = None;
        if before.is_none_or(|before| outline(&before) != outline(policy)) {
            let all: Vec<(Id, Blob)> = self.slots.iter().map(|(id, blob)| (id.clone(), *blob)).collect();
            for (id, blob) in all {
                self.put(id, Some(blob));
            }
        }
    }

    /// Applies the changes of a commit. Records that a rightful undo takes away are not lost: they were never there.
    pub(super) fn apply(&mut self, changes: &[FileChange], undone: bool) {
        self.moved(changes, |_| !undone);
    }

    /// Whether a kind has had this folder.
    pub(super) fn was_home(&self, folder: &str) -> bool {
        self.homes.contains(folder)
    }

    /// Every record of the parent that can be read, by id.
    pub(super) fn all(&self) -> impl Iterator<Item = Arc<Record>> {
        let mut ids: Vec<&Id> = self.slots.keys().collect();
        ids.sort();
        ids.into_iter().filter_map(|id| self.sound(id))
    }

    /// Every folder that a kind has had.
    pub(super) fn homes(&self) -> impl Iterator<Item = &str> {
        self.homes.iter().map(String::as_str)
    }

    /// A record of a kind, if there is one: its prefix tells.
    pub(super) fn any_of(&self, prefix: &str) -> Option<&Id> {
        self.slots.keys().filter(|id| id.prefix().unwrap_or_default() == prefix).min()
    }

    /// Forgets what a replay has done so far.
    pub(super) fn start_over(&self) {
        let mut drafts = self.drafts.borrow_mut();
        drafts.records.clear();
        drafts.listed.clear();
    }

    /// Moves the book to another branch by its differences. Records that this branch lacks are not lost: another
    /// clone may have used the same id for something else.
    pub(super) fn cross(&mut self, changes: &[FileChange]) {
        self.moved(changes, |change| change.after.is_some());
    }

    /// Applies differences. `loses` says which changes remove a record that then counts as lost.
    fn moved(&mut self, changes: &[FileChange], loses: impl Fn(&FileChange) -> bool) {
        let drafts = self.drafts.get_mut();
        drafts.records.clear();
        drafts.listed.clear();
        for change in changes {
            if let Some((_, id)) = Id::of_path(&change.path).filter(|(folder, id)| self.is_folder(folder, id)) {
                let slot = self.slots.get(&id).copied().filter(|_| loses(change));
                if let Some((blob, before)) = slot.and_then(|blob| Some((blob, self.record_of(&id, blob)?))) {
                    self.lost.insert(id.clone(), (blob, before));
                }
                self.put(id.clone(), change.after);
                if self.sound(&id).is_some() {
                    self.lost.remove(&id);
                }
            }
        }
    }

    fn is_folder(&self, folder: &str, id: &Id) -> bool {
        let kind = self.policy.as_ref().and_then(|policy| policy.kind_of(id));
        kind.is_none_or(|kind| kind.shape.folder == folder)
    }

    fn put(&mut self, id: Id, blob: Option<Blob>) {
        self.slots.remove(&id);
        if id.is_person() {
            *self.people.borrow_mut() = None;
            if blob.is_some() {
                self.staff.insert(id.clone());
            } else {
                self.staff.remove(&id);
            }
        }
        let said = blob.and_then(|blob| self.said(&*self.record_of(&id, blob)?));
        self.listed.set(&id, said);
        if let Some(blob) = blob {
            self.slots.insert(id, blob);
        }
    }

    fn said(&self, record: &Record) -> Option<Said> {
        self.policy.as_ref().map(|policy| Said::by(policy, record))
    }

    /// Whether a record refers to another.
    fn names(&self, record: &Record, to: &Id) -> bool {
        self.policy.as_ref().is_some_and(|policy| policy.refers(record, to))
    }

    fn is_dealt_to(&self, record: &Record, person: &Id) -> bool {
        self.policy.as_ref().and_then(|policy| assignee(policy, record)).as_ref() == Some(person)
    }

    /// The ids in the lists of the book and of the replay. Some entries may be outdated.
    fn listed_by(&self, list: impl Fn(&Listed) -> BTreeSet<Id>) -> BTreeSet<Id> {
        let mut found = list(&self.listed);
        found.extend(list(&self.drafts.borrow().listed));
        found
    }

    /// Those of these records that fit, with the changes of the replay so far.
    fn found(&self, ids: BTreeSet<Id>, fits: impl Fn(&Record) -> bool) -> Vec<Record> {
        ids.iter().filter_map(|id| self.draft(id)).filter(fits).collect()
    }

    fn is_void(&self, record: &Record) -> bool {
        self.policy.as_ref().is_some_and(|policy| policy.is_void(record))
    }

    fn is_open(&self, record: &Record) -> bool {
        let kind = self.policy.as_ref().and_then(|policy| policy.kind(&record.kind));
        kind.is_some_and(|kind| kind.shape.class(&record.state) != Class::Closed)
    }

    /// The record with this id and content, read by the current policy.
    pub(super) fn record_of(&self, id: &Id, blob: Blob) -> Option<Arc<Record>> {
        let key = (id.clone(), blob);
        if let Some(found) = self.read.borrow().get(&key) {
            return found.clone();
        }
        let kind = self.policy.as_ref()?.kind_of(id)?;
        let bytes = self.source.bytes(blob)?;
        let record = Record::read(&bytes, &id.path(&kind.shape.folder), &kind.shape).ok().map(Arc::new);
        let mut read = self.read.borrow_mut();
        if read.len() >= KEPT {
            read.clear();
        }
        read.insert(key, record.clone());
        record
    }

    /// The staff records of the parent, some of them in earlier versions, read by another rule book.
    pub(super) fn staff(&self, policy: &Policy, earlier: &[(&Id, Option<Blob>)]) -> Vec<Record> {
        let Some(kind) = policy.kind(STAFF) else { return Vec::new() };
        let read = |id: &Id| {
            let known = earlier.iter().find(|(person, _)| *person == id);
            let blob = known.map_or_else(|| self.slots.get(id).copied(), |(_, blob)| *blob);
            let bytes = self.source.bytes(blob?)?;
            Record::read(&bytes, &id.path(&kind.shape.folder), &kind.shape).ok()
        };
        self.staff.iter().filter_map(read).collect()
    }

    /// Whether the parent has a record with this id, readable or not.
    pub(super) fn has(&self, id: &Id) -> bool {
        self.slots.contains_key(id)
    }

    /// The content of a record's file in the parent.
    pub(super) fn blob_of(&self, id: &Id) -> Option<Blob> {
        self.slots.get(id).copied()
    }

    /// The file of a record in the parent.
    pub(super) fn bytes_of(&self, id: &Id) -> Option<Vec<u8>> {
        self.source.bytes(self.blob_of(id)?)
    }

    /// A record in the parent. `None` if it cannot be read.
    pub(super) fn sound(&self, id: &Id) -> Option<Arc<Record>> {
        self.slots.get(id).and_then(|blob| self.record_of(id, *blob))
    }

    /// The last readable version of a record. One that became unreadable because values do not fit the rules any more
    /// is read without them, if it has more events than that version; the names of their fields stand beside it.
    pub(super) fn last_sound(&self, id: &Id) -> Option<(Arc<Record>, Vec<String>)> {
        let fitting = || {
            let kind = self.policy.as_ref()?.kind_of(id)?;
            let read = Record::read_without_misfits(&self.bytes_of(id)?, &id.path(&kind.shape.folder), &kind.shape);
            read.map(|(record, misfits)| (Arc::new(record), misfits.into_iter().map(|misfit| misfit.key).collect()))
        };
        if let Some(record) = self.sound(id) {
            return Some((record, Vec::new()));
        }
        match (self.lost.get(id).map(|(_, record)| record), fitting()) {
            (Some(lost), Some((fitting, misfits))) if fitting.history.len() > lost.history.len() => {
                Some((fitting, misfits))
            }
            (Some(lost), _) => Some((lost.clone(), Vec::new())),
            (None, fitting) => fitting,
        }
    }

    /// The records of a kind that could be read, and that cannot be read by this shape of it, each with what is wrong.
    pub(super) fn unread_by<'p>(&'p self, shape: &'p Shape) -> impl Iterator<Item = (&'p Id, Problem)> {
        let of_kind = self.slots.iter().filter(|(id, _)| id.prefix().unwrap_or_default() == shape.prefix);
        of_kind.filter_map(|(id, blob)| {
            let bytes = self.source.bytes(*blob)?;
            let problems = Record::read(&bytes, &id.path(&shape.folder), shape).err()?;
            self.sound(id)?;
            Some((id, problems.into_iter().next()?))
        })
    }

    /// The staff of the parent.
    pub fn people(&self) -> Arc<People> {
        if let Some(people) = &*self.people.borrow() {
            return people.clone();
        }
        let people = Arc::new(self.people_by(|id| self.sound(id)));
        *self.people.borrow_mut() = Some(people.clone());
        people
    }

    /// The staff of the parent, some of them as earlier versions of their records have them, read by other rules if
    /// there are any.
    pub(super) fn people_under(&self, policy: Option<&Policy>, earlier: &[(&Id, Option<Blob>)]) -> People {
        let record = |id: &Id| match earlier.iter().find(|(person, _)| *person == id) {
            Some((_, blob)) => blob.and_then(|blob| self.record_of(id, blob)),
            None => self.sound(id),
        };
        match policy {
            Some(policy) => self.people_of(policy, record),
            None => self.people_by(record),
        }
    }

    fn people_by(&self, record: impl Fn(&Id) -> Option<Arc<Record>>) -> People {
        self.policy.as_ref().map(|policy| self.people_of(policy, record)).unwrap_or_default()
    }

    fn people_of(&self, policy: &Policy, record: impl Fn(&Id) -> Option<Arc<Record>>) -> People {
        let Some(kind) = policy.kind(STAFF) else { return People::default() };
        let records: Vec<Arc<Record>> = self.staff.iter().filter_map(record).collect();
        People::of(records.iter().map(AsRef::as_ref), &kind.shape, &policy.roles)
    }

    /// The records with an event that has this idempotency key.
    pub fn with_key(&self, key: &str) -> impl Iterator<Item = &Id> {
        self.listed.keyed(key)
    }

    /// The records that name a record, and perhaps some that did.
    pub(super) fn naming(&self, id: &Id) -> Vec<Id> {
        self.listed.naming(id).cloned().collect()
    }

    /// The records with a unique value, and perhaps some that had it.
    pub(super) fn holding(&self, key: &str) -> Vec<Id> {
        self.listed.alike(key).cloned().collect()
    }

    /// Stores a record after a replayed step.
    pub(super) fn lay(&self, record: Record) {
        let said = self.said(&record);
        let mut drafts = self.drafts.borrow_mut();
        drafts.listed.set(&record.id, said);
        drafts.records.insert(record.id.clone(), record);
    }

    /// A record with the changes of the replay so far.
    pub(super) fn draft(&self, id: &Id) -> Option<Record> {
        let draft = self.drafts.borrow().records.get(id).cloned();
        draft.or_else(|| self.sound(id).map(|record| record.as_ref().clone()))
    }
}

impl filter::Resolver for Past<'_> {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.draft(id).map(Cow::Owned))
    }

    fn flag(&self, _record: &Record, _flag: Flag) -> Result<bool, Unanswered> {
        // Conditions of rules never depend on now or on the reader.
        Ok(false)
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        let Some(at) = self.at.get() else { return Ok(rollup.of_none()) };
        rolled(self, rollup, fields, id, at)
    }
}

impl Lookup for Past<'_> {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        let found = self.listed_by(|listed| listed.naming(id).cloned().collect());
        Ok(self.found(found, |record| record.kind == kind && self.names(record, id) && !self.is_void(record)))
    }

    fn dealt_to(&self, person: &Id) -> Result<Vec<Record>, Unanswered> {
        let found = self.listed_by(|listed| listed.dealt_to(person).cloned().collect());
        let mut records = self.found(found, |record| self.is_open(record) && self.is_dealt_to(record, person));
        records.sort_by(|a, b| (&a.kind, &a.id).cmp(&(&b.kind, &b.id)));
        Ok(records)
    }

    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Record>, Unanswered> {
        let Some(key) = unique.key(record) else { return Ok(Vec::new()) };
        let found = self.listed_by(|listed| listed.alike(&key).cloned().collect());
        Ok(self.found(found, |other| other.kind == record.kind && unique.key(other).as_ref() == Some(&key)))
    }

    fn highest(&self, series: &str) -> Result<u64, Unanswered> {
        Ok(self.listed.highest(series))
    }

    fn published(&self, _id: &Id) -> Result<bool, Unanswered> {
        // history does not show what others had read at the time
        Ok(false)
    }

    fn rules(&self, record: &Record) -> Result<Option<Arc<Policy>>, Unanswered> {
        let Some(policy) = self.policy.as_ref() else { return Ok(None) };
        let Some(rules) = record.rules.as_deref().filter(|rules| *rules != policy.id) else { return Ok(None) };
        Ok(self.judging(rules, policy)?.ok())
    }

    fn by_key(&self, key: &str) -> Result<Option<Id>, Unanswered> {
        Ok(self.with_key(key).next().cloned())
    }
}

/// The fields that refer to records, and the assignee fields, of every kind. They are looked up without reading the
/// records.
fn outline(policy: &Policy) -> Vec<String> {
    fn names(shape: &Shape, path: &str, into: &mut Vec<String>) {
        for field in shape.fields() {
            let path = format!("{path}.{}", field.name);
            match field.ty.element() {
                Type::Ref(_) => into.push(path),
                Type::Group(inner) => names(inner, &path, into),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    for kind in policy.kinds.values() {
        let assignee = kind.assignee.map(|field| kind.field(field).name.as_str()).unwrap_or_default();
        found.push(format!("{}/{}/{assignee}", kind.shape.folder, kind.shape.prefix));
        names(&kind.shape, kind.name(), &mut found);
        found.extend(kind.uniques.iter().map(|unique| unique.name().to_owned()));
        found.extend(kind.numbering.as_ref().map(|numbering| format!("{numbering:?}")));
    }
    found
}
