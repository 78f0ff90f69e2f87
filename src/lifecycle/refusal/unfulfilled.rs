//! What the rules may demand of the record, of other steps and of other records before a step, and is not there.

use rust_decimal::Decimal;

use super::{Lacking, Named, Over, Waits, Whom};
use crate::calendar::Span;
use crate::locale::Label;
use crate::place::Place;
use crate::record::Id;

/// A demand of the rules is not fulfilled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfulfilled {
    /// A condition does not hold.
    Unmet {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from. Empty if there is no record yet.
        state: String,
        /// The condition as written.
        condition: String,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it stands.
        place: Place,
    },
    /// Another record of the kind holds the same already.
    NotUnique {
        /// The record, if there is one already.
        id: Id,
        /// The kind.
        kind: String,
        /// The fields.
        fields: Vec<String>,
        /// The one that holds it.
        other: Named,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// A field says something else than the record that another field names.
    NotSame {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What it says.
        ours: Box<Label>,
        /// The record that is named, or that names this one.
        other: Named,
        /// What it says there.
        theirs: Box<Label>,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// With the others that name the same record it comes to more than that one allows.
    Exceeded {
        /// The record.
        id: Id,
        /// The step.
        step: String,
        /// The record that all of them name.
        of: Named,
        /// What they come to.
        sum: Decimal,
        /// What they may come to.
        most: Decimal,
        /// The others.
        others: Vec<Id>,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it stands.
        place: Place,
    },
    /// Other steps must be taken first.
    Before {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from. Empty if there is no record yet.
        state: String,
        /// What is missing.
        missing: Vec<Lacking>,
        /// Where it stands.
        place: Place,
    },
    /// The step was taken as often as it may be.
    TooOften {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// How often it was taken, and how often it may be.
        times: (u64, u64),
        /// Within which span; ever without one.
        within: Option<Span>,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// A list has fewer entries than the step asks for, or on fewer days.
    TooFew {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The list.
        field: String,
        /// How many entries there are, and how many there must be.
        times: (u64, u64),
        /// On how many days they lie, and on how many they must.
        days: (u64, u64),
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// Departments without anybody, or without a head, among those who take part.
    Absent {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The list of those who take part.
        list: String,
        /// The departments, each with its heads.
        absent: Vec<(String, Vec<Id>)>,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// Two things that must differ have a value in common.
    NotDifferent {
        /// The record.
        id: Id,
        /// Its kind.
        kind: String,
        /// The two: fields, or who took a step.
        both: Box<(Whom, Whom)>,
        /// What both hold, as it is compared.
        value: String,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// The record would be what no record of the kind may be.
    Never {
        /// The record.
        id: Id,
        /// Its kind.
        kind: String,
        /// The condition as written.
        condition: String,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// The step is open only once a deadline has passed, which it has not at the time of the step.
    NotOverdue {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The deadline.
        deadline: String,
        /// What it waits for.
        waits: Waits,
        /// The people who could take the step then.
        could: Vec<Id>,
        /// Where the step says so.
        place: Place,
    },
    /// The step is open only before a deadline has passed, which it has at the time of the step.
    Passed {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The deadline.
        deadline: String,
        /// Why it is too late.
        over: Over,
        /// Where the step says so.
        place: Place,
    },
    /// The step is open from a day on that has not come at the time of the step.
    TooSoon {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The field that says the day.
        field: String,
        /// The day.
        from: chrono::NaiveDate,
        /// The people who could take the step then.
        could: Vec<Id>,
        /// Where the step says so.
        place: Place,
    },
    /// Linked records have not come to where they must be.
    Needs {
        /// The record.
        id: Id,
        /// Its kind.
        of: String,
        /// The step.
        step: String,
        /// The linked kind.
        kind: String,
        /// The states that will do.
        states: Vec<String>,
        /// The records that are elsewhere, with their states. Empty if there must be one and is not.
        open: Vec<(Id, String)>,
        /// Where it stands.
        place: Place,
    },
}

impl Unfulfilled {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Unfulfilled::Unmet { .. } => "unmet",
            Unfulfilled::NotUnique { .. } => "not-unique",
            Unfulfilled::NotDifferent { .. } => "not-different",
            Unfulfilled::Never { .. } => "never",
            Unfulfilled::NotSame { .. } => "not-same",
            Unfulfilled::Exceeded { .. } => "exceeded",
            Unfulfilled::Before { .. } => "before",
            Unfulfilled::TooOften { .. } => "too-often",
            Unfulfilled::TooFew { .. } => "too-few",
            Unfulfilled::Absent { .. } => "absent",
            Unfulfilled::NotOverdue { .. } => "not-overdue",
            Unfulfilled::Passed { .. } => "passed",
            Unfulfilled::TooSoon { .. } => "too-soon",
            Unfulfilled::Needs { .. } => "needs",
        }
    }

    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Unfulfilled::Unmet { place, .. }
            | Unfulfilled::NotUnique { place, .. }
            | Unfulfilled::NotDifferent { place, .. }
            | Unfulfilled::Never { place, .. }
            | Unfulfilled::NotSame { place, .. }
            | Unfulfilled::Exceeded { place, .. }
            | Unfulfilled::Before { place, .. }
            | Unfulfilled::TooOften { place, .. }
            | Unfulfilled::TooFew { place, .. }
            | Unfulfilled::Absent { place, .. }
            | Unfulfilled::NotOverdue { place, .. }
            | Unfulfilled::Passed { place, .. }
            | Unfulfilled::TooSoon { place, .. }
            | Unfulfilled::Needs { place, .. } => Some(place),
        }
    }
}
