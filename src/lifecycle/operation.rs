//! Several steps that are taken together or not at all.

use chrono::NaiveDate;

use super::pending::Pending;
use super::{Actor, Change, Ids, Lookup, Refusal};
use crate::calendar::Moment;
use crate::filter::Unanswered;
use crate::kind::{IMPORT, Kind};
use crate::policy::{People, Policy};
use crate::record::{FieldId, Fields, Id, Record, Value};

/// The context of an operation: the rule book and staff of the parent commit, the other records, and now.
#[derive(Clone, Copy)]
pub struct Setting<'s> {
    /// The rule book.
    pub policy: &'s Policy,
    /// The staff.
    pub people: &'s People,
    /// The other records.
    pub lookup: &'s dyn Lookup,
    /// Where new ids come from.
    pub ids: &'s dyn Ids,
    /// The time of recording, with the book's offset.
    pub now: Moment,
}

impl<'s> Setting<'s> {
    /// The local day of recording, on which roles and deputies are looked up.
    pub fn day(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// The rule book and staff that say who may do what.
    pub fn staffing(&self) -> Staffing<'s> {
        Staffing { policy: self.policy, people: self.people, now: self.now }
    }
}

/// The rule book and the staff at a moment; they say who may do what.
#[derive(Clone, Copy)]
pub struct Staffing<'s> {
    /// The rule book.
    pub policy: &'s Policy,
    /// The staff.
    pub people: &'s People,
    /// The moment, with the book's offset.
    pub now: Moment,
}

impl Staffing<'_> {
    /// The local day on which roles and deputies are looked up.
    pub fn day(&self) -> NaiveDate {
        self.now.date_naive()
    }
}

/// A step that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The step.
    pub step: String,
    /// The fields that it changes; `None` clears a field.
    pub set: Vec<(FieldId, Option<Value>)>,
    /// The note of the step.
    pub note: Option<String>,
    /// When it really happened, if that is not now.
    pub on: Option<Moment>,
    /// An idempotency key, unique in the book.
    pub key: Option<String>,
    /// Who takes it.
    pub actor: Actor,
}

impl Request {
    /// A step without fields, note, time or key.
    pub fn new(step: impl Into<String>, actor: Actor) -> Self {
        Request { step: step.into(), set: Vec::new(), note: None, on: None, key: None, actor }
    }

    /// The fields after the request.
    pub(super) fn apply(&self, fields: &Fields) -> Fields {
        let mut fields = fields.clone();
        for (field, value) in &self.set {
            match value {
                Some(value) => {
                    let mut value = value.clone();
                    if let Some(old) = fields.get(*field) {
                        value.inherit(old);
                    }
                    fields.set(*field, value);
                }
                None => fields.clear(*field),
            }
        }
        fields
    }
}

/// The first format of a book in which imports need a right, and in which undeclared edits need that of the kind's
/// first step.
const RIGHTS_FROM: u64 = 2;

/// Steps that are taken together. Each one sees the effects of those before it. Either all of them are written or
/// none.
pub struct Operation<'s> {
    pub(super) setting: Setting<'s>,
    pub(super) pending: Pending<'s>,
    /// Whether recorded steps are replayed.
    recorded: bool,
}

impl<'s> Operation<'s> {
    /// An operation without steps.
    pub fn new(setting: Setting<'s>) -> Self {
        Operation { pending: Pending::new(setting.lookup, setting.policy, setting.now), setting, recorded: false }
    }

    /// An operation for the audit: it replays recorded steps by the rule book of their day.
    pub fn again(setting: Setting<'s>) -> Self {
        Operation { recorded: true, ..Operation::new(setting) }
    }

    /// Whether, when the steps were recorded, everybody might import and make undeclared edits. This was so in books
    /// of an older format, whose rule books could not declare `import`. New steps under such a rule book need the
    /// right.
    pub(super) fn rights_were_free(&self) -> bool {
        let old = self.setting.policy.settings.format < RIGHTS_FROM;
        old && self.recorded && self.setting.policy.kinds.values().all(|kind| kind.steps_named(IMPORT).next().is_none())
    }

    /// The other records, with the changes of this operation so far.
    pub fn lookup(&self) -> &dyn Lookup {
        &self.pending
    }

    /// A record, with the changes of this operation so far.
    ///
    /// # Errors
    /// If there is no such record, or it cannot be read.
    pub fn record(&self, id: &Id) -> Result<Record, Refusal> {
        self.pending.get(id)?.ok_or_else(|| Refusal::NoRecord { id: id.clone() })
    }

    /// Uses the last readable version of a record, so that a record with a broken file can be repaired.
    pub fn suppose(&mut self, last: Record) {
        self.pending.put(Some(last.clone()), last);
    }

    /// The present point of the operation, for [`Operation::back_to`].
    pub fn mark(&self) -> usize {
        self.pending.mark()
    }

    /// Forgets the records that were first touched after the mark. Records touched before it keep their present
    /// changes, so this is for requests that only make records.
    pub fn back_to(&mut self, mark: usize) {
        self.pending.back_to(mark);
    }

    /// Tries something that may be refused. If it is refused, nothing of it remains, and everything done before
    /// stays.
    ///
    /// # Errors
    /// The error of `act`.
    pub fn attempt<T>(&mut self, act: impl FnOnce(&mut Operation<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let (done, changes) = {
            let setting = Setting { lookup: &self.pending, ..self.setting };
            let pending = Pending::within(&self.pending, setting.policy, setting.now);
            let mut inner = Operation { setting, pending, recorded: self.recorded };
            (act(&mut inner)?, inner.finish())
        };
        for change in changes {
            let (before, after) = change.into_parts();
            self.pending.put(before, after);
        }
        Ok(done)
    }

    /// Whether the operation has made or changed this record.
    pub fn is_touched(&self, id: &Id) -> bool {
        self.pending.is_touched(id)
    }

    /// The records of a kind that this operation has made or changed so far, with this value in an identifying field
    /// (`identified-by`), or with this key for similar records (`[near]`).
    pub fn identified(&self, kind: &Kind, value: &str) -> Vec<Id> {
        self.pending.identified(kind, value)
    }

    /// The record that an earlier request with this key made or changed.
    ///
    /// # Errors
    /// [`Refusal::Unanswered`] if it cannot be found out.
    pub fn by_key(&self, key: &str) -> Result<Option<Id>, Refusal> {
        Ok(self.pending.by_key(key)?)
    }

    /// The changes since the operation began, or since the last call: the content of one of several commits. Later
    /// steps still see these changes.
    pub fn take_part(&mut self) -> Vec<Change> {
        self.pending.take_part()
    }

    /// Says that no later step will probably ask for a record that this operation has made. It is kept in a fifth of
    /// the memory, and is made again if a step does ask for it. This is for imports, which make many thousand records.
    pub fn settle(&mut self, id: &Id) {
        self.pending.settle(id);
    }

    /// All changes to be written, in the order in which the records were first touched. Settled records are made again
    /// one after another, so that they need never be in memory at once.
    pub fn finish_each(self) -> impl Iterator<Item = Result<(Change, bool), Unanswered>> {
        self.pending.into_each()
    }

    /// All changes to be written, in the order in which the records were first touched.
    pub fn finish(self) -> Vec<Change> {
        self.pending.into_changes()
    }
}
