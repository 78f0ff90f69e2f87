//! Several steps that are taken together or not at all.

use chrono::NaiveDate;

use super::pending::Pending;
use super::{Actor, Change, Ids, Lookup, Refusal};
use crate::calendar::Moment;
use crate::kind::{IMPORT, Kind};
use crate::policy::{People, Policy};
use crate::record::{FieldId, Fields, Id, Record, Value};

/// What an operation happens in: the rule book and staff of the parent commit, the other records, and now.
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

    /// What says who may do what.
    pub fn staffing(&self) -> Staffing<'s> {
        Staffing { policy: self.policy, people: self.people, now: self.now }
    }
}

/// The rule book and the staff of a moment: what says who may do what.
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

/// One step as somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The step.
    pub step: String,
    /// The fields that it changes; no value clears.
    pub set: Vec<(FieldId, Option<Value>)>,
    /// What is noted with it.
    pub note: Option<String>,
    /// When it really happened, where that is not now.
    pub on: Option<Moment>,
    /// An idempotency key.
    pub key: Option<String>,
    /// Who takes it.
    pub actor: Actor,
}

impl Request {
    /// A step with nothing beside it.
    pub fn new(step: impl Into<String>, actor: Actor) -> Self {
        Request { step: step.into(), set: Vec::new(), note: None, on: None, key: None, actor }
    }

    /// The fields after the request.
    pub(super) fn apply(&self, fields: &Fields) -> Fields {
        let mut fields = fields.clone();
        for (field, value) in &self.set {
            match value {
                Some(value) => fields.set(*field, value.clone()),
                None => fields.clear(*field),
            }
        }
        fields
    }
}

/// The first format of a book in which imports need a right, and edits that no step declares that of the kind's first step.
const RIGHTS_FROM: u64 = 2;

/// Steps that are taken together: each sees what those before it did, and either all are written or none.
pub struct Operation<'s> {
    pub(super) setting: Setting<'s>,
    pub(super) pending: Pending<'s>,
    /// Recorded steps are taken again.
    recorded: bool,
}

impl<'s> Operation<'s> {
    /// An operation that has done nothing yet.
    pub fn new(setting: Setting<'s>) -> Self {
        Operation { pending: Pending::new(setting.lookup, setting.policy, setting.now), setting, recorded: false }
    }

    /// An operation in which the audit takes recorded steps again, by what the rule book of their day said.
    pub fn again(setting: Setting<'s>) -> Self {
        Operation { recorded: true, ..Operation::new(setting) }
    }

    /// Whether imports, and edits that no step declares, were anybody's when the steps were recorded: in a book of an older format
    /// whose rule book declares no `import`, which it could not then. The person who works by such a rule book now is asked for a right.
    pub(super) fn rights_were_free(&self) -> bool {
        let old = self.setting.policy.settings.format < RIGHTS_FROM;
        old && self.recorded && self.setting.policy.kinds.values().all(|kind| kind.steps_named(IMPORT).next().is_none())
    }

    /// The other records as the operation has them by now.
    pub fn lookup(&self) -> &dyn Lookup {
        &self.pending
    }

    /// A record as the operation has it by now.
    ///
    /// # Errors
    /// If there is no such record, or it cannot be read.
    pub fn record(&self, id: &Id) -> Result<Record, Refusal> {
        self.pending.get(id)?.ok_or_else(|| Refusal::NoRecord { id: id.clone() })
    }

    /// Takes a record for what it was when it could last be read, so that one whose file is broken can be mended.
    pub fn suppose(&mut self, last: Record) {
        self.pending.put(Some(last.clone()), last);
    }

    /// How far the operation has come, for [`Operation::back_to`].
    pub fn mark(&self) -> usize {
        self.pending.mark()
    }

    /// Forgets the records that were first touched after a mark, as if nothing had been asked since. What was touched before
    /// stays as it is by now, so that this is for requests that only make records.
    pub fn back_to(&mut self, mark: usize) {
        self.pending.back_to(mark);
    }

    /// Does something that may be refused: if it is, nothing of it is left, and what was done before stays.
    ///
    /// # Errors
    /// What `act` gives.
    pub fn attempt<T>(&mut self, act: impl FnOnce(&mut Operation<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let (done, changes) = {
            let setting = Setting { lookup: &self.pending, ..self.setting };
            let mut inner = Operation { recorded: self.recorded, ..Operation::new(setting) };
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

    /// The records of a kind that have this value in a field that identifies them (`identified-by`), or this key of what is near
    /// (`[near]`), among those that the operation
    /// has made or changed by now.
    pub fn identified(&self, kind: &Kind, value: &str) -> Vec<Id> {
        self.pending.identified(kind, value)
    }

    /// The record that an earlier request with this key made or changed.
    ///
    /// # Errors
    /// [`Refusal::Unanswered`] where it cannot be told.
    pub fn by_key(&self, key: &str) -> Result<Option<Id>, Refusal> {
        Ok(self.pending.by_key(key)?)
    }

    /// What was done since the operation began, or since this was called last: what one of several commits is to hold. Later
    /// steps see it as before.
    pub fn take_part(&mut self) -> Vec<Change> {
        self.pending.take_part()
    }

    /// What is to be written, in the order in which the records were first touched.
    pub fn finish(self) -> Vec<Change> {
        self.pending.into_changes()
    }
}
