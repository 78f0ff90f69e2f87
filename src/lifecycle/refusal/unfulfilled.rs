//! Demands of the rules before a step, on the record, other steps and other records, that can be unmet.

use rust_decimal::Decimal;

use super::{Lacking, Named, Over, Waits, Whom};
use crate::calendar::Span;
use crate::locale::Label;
use crate::place::Place;
use crate::record::Id;

/// A demand of the rules is not met.
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
        /// The state from which it would be taken. Empty if there is no record yet.
        state: String,
        /// The condition in the policy's notation.
        condition: String,
        /// The reason, in the policy's words.
        reason: crate::locale::Label,
        /// Where it stands.
        place: Place,
    },
    /// Another record of the kind already has the same value.
    NotUnique {
        /// The record, if there is one already.
        id: Id,
        /// The kind.
        kind: String,
        /// The fields.
        fields: Vec<String>,
        /// The record that has it.
        other: Named,
        /// The reason, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is declared.
        place: Place,
    },
    /// A field disagrees with the record that another field refers to.
    NotSame {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// Its value.
        ours: Box<Label>,
        /// The record that is referred to, or that refers to this one.
        other: Named,
        /// The value there.
        theirs: Box<Label>,
        /// The reason, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is declared.
        place: Place,
    },
    /// The record, together with others that refer to the same record, exceeds what that one allows.
    Exceeded {
        /// The record.
        id: Id,
        /// The step.
        step: String,
        /// The record that all of them refer to.
        of: Named,
        /// Their sum.
        sum: Decimal,
        /// The most that is allowed.
        most: Decimal,
        /// The others.
        others: Vec<Id>,
        /// The reason, in the policy's words.
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
        /// The state from which it would be taken. Empty if there is no record yet.
        state: String,
        /// What is missing.
        missing: Vec<Lacking>,
        /// Where it stands.
        place: Place,
    },
    /// The step was already taken as often as allowed.
    TooOften {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state from which it would be taken.
        state: String,
        /// How often it was taken, and how often it is allowed.
        times: (u64, u64),
        /// The span in which this counts; `None` is the whole history.
        within: Option<Span>,
        /// The reason, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is declared.
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
        /// The state from which it would be taken.
        state: String,
        /// The list.
        field: String,
        /// How many entries there are, and how many there must be.
        times: (u64, u64),
        /// On how many days they are, and on how many they must be.
        days: (u64, u64),
        /// The reason, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is declared.
        place: Place,
    },
    /// A department has no participant, or none of its heads takes part.
    Absent {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state from which it would be taken.
        state: String,
        /// The list of participants.
        list: String,
        /// The departments, each with its heads.
        absent: Vec<(String, Vec<Id>)>,
        /// The reason, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is declared.
        place: Place,
    },
    /// Two values that must differ are the same.
    NotDifferent {
        /// The record.
        id: Id,
        /// Its kind.
        kind: String,
        /// The two: fields, or the people of steps.
        both: Box<(Whom, Whom)>,
        /// The common value, in the form in which it is compared.
        value: String,
        /// The reason, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is declared.
        place: Place,
    },
    /// The record would become what no record of the kind may be.
    Never {
        /// The record.
        id: Id,
        /// Its kind.
        kind: String,
        /// The condition in the policy's notation.
        condition: String,
        /// The reason, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is declared.
        place: Place,
    },
    /// The step may only be taken after a deadline has passed, and at its time the deadline has not passed.
    NotOverdue {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state from which it would be taken.
        state: String,
        /// The deadline.
        deadline: String,
        /// What it waits for.
        waits: Waits,
        /// The people who could take the step then.
        could: Vec<Id>,
        /// Where the step declares it.
        place: Place,
    },
    /// The step may only be taken before a deadline has passed, and at its time the deadline has passed.
    Passed {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state from which it would be taken.
        state: String,
        /// The deadline.
        deadline: String,
        /// Why it is too late.
        over: Over,
        /// Where the step declares it.
        place: Place,
    },
    /// The step may only be taken from a day on, and at its time the day has not come.
    TooSoon {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state from which it would be taken.
        state: String,
        /// The field with the day.
        field: String,
        /// The day.
        from: chrono::NaiveDate,
        /// The people who could take the step then.
        could: Vec<Id>,
        /// Where the step declares it.
        place: Place,
    },
    /// Linked records have not reached the states that they must have reached.
    Needs {
        /// The record.
        id: Id,
        /// Its kind.
        of: String,
        /// The step.
        step: String,
        /// The linked kind.
        kind: String,
        /// The states that are enough.
        states: Vec<String>,
        /// The records in other states, with these states. Empty if there must be a record and there is none.
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
