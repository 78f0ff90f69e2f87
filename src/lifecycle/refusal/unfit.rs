//! What may be wrong with values: they are given with a step, or stand in a record.

use crate::calendar::Moment;
use crate::kind::{Against, Side};
use crate::lifecycle::questionnaire::Amiss;
use crate::locale::Label;
use crate::place::Place;
use crate::record::{Id, Value, ValueError};

/// A date, time or number beside what it is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplacement {
    /// The kind.
    pub kind: String,
    /// The field, as `resales.0.date`.
    pub field: String,
    /// What it is.
    pub value: Value,
    /// On which side it may not lie.
    pub side: Side,
    /// What it is held against.
    pub against: Against,
    /// That as the rule writes it.
    pub named: String,
    /// What that is.
    pub other: Value,
    /// Where it is said.
    pub place: Place,
}

/// A field lacks its value, or has one that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// The field cannot be changed since a step that seals it.
    Sealed {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The step that sealed it.
        by: String,
        /// Where the sealing step is declared.
        place: Place,
    },
    /// The field is given once, and was.
    Given {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// Where that is said.
        place: Place,
    },
    /// Fields that the step asks for are not there.
    Missing {
        /// The record, if there is one already.
        id: Option<Id>,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from. Empty if there is no record yet.
        state: String,
        /// The fields.
        fields: Vec<String>,
        /// Whether a note was given with the step: that fills in no field.
        noted: bool,
        /// Where they are asked for.
        place: Place,
    },
    /// A record names itself, or another of its kind that leads back to it.
    Circular {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The records on the way, in order. Empty if it names itself.
        through: Vec<Id>,
    },
    /// A running number is given, or would change.
    Numbered {
        /// The record, if there is one already.
        id: Option<Id>,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// Whether others can have read the number.
        published: bool,
        /// Where the field is declared to run.
        place: Place,
    },
    /// A required field would be empty.
    Required {
        /// The record, if there is one already.
        id: Option<Id>,
        /// The kind.
        kind: String,
        /// The fields.
        fields: Vec<String>,
    },
    /// A list has more lines than it may.
    TooMany {
        /// The kind.
        kind: String,
        /// The list.
        field: String,
        /// How many lines it has.
        are: u64,
        /// How many it may have.
        most: u64,
        /// Where it is said.
        place: Place,
    },
    /// A line of a list must have one of these fields, and has none.
    Neither {
        /// The kind.
        kind: String,
        /// The line, as `responsible.0`.
        line: String,
        /// The fields.
        fields: Vec<String>,
        /// Where it is said.
        place: Place,
    },
    /// A field is given that is no longer offered.
    Retired {
        /// The kind.
        kind: String,
        /// The field, or the field with the choice.
        field: String,
    },
    /// A field names a record that is not there, or one of a kind that does not belong there.
    BadReference {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The record that it names.
        to: Id,
        /// The kinds that belong there.
        kinds: Vec<String>,
    },
    /// A field names nobody of the staff.
    NoPerson {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The person that it names.
        person: String,
    },
    /// A field names a role that the policy does not declare.
    NoRole {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The role that it names.
        role: String,
        /// What was meant, perhaps.
        near: Option<String>,
    },
    /// A field names a department that the policy does not declare.
    NoDepartment {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The department that it names.
        department: String,
        /// What was meant, perhaps.
        near: Option<String>,
    },
    /// A value is not a value of its field.
    BadValue {
        /// The field.
        field: String,
        /// Why.
        error: ValueError,
    },
    /// A response does not answer the questions, or is not to be given (CB6).
    Answer {
        /// The kind.
        kind: String,
        /// The response, as `responses.0`.
        line: String,
        /// What is wrong.
        what: Box<Amiss>,
        /// Where the questionnaire is declared.
        place: Place,
    },
    /// A day, or the time at which somebody came, is not of the day or month that it stands in.
    OtherDay {
        /// The kind.
        kind: String,
        /// The line, as `days.0`.
        line: String,
        /// The day that was given.
        day: chrono::NaiveDate,
        /// The day or month that it is to be of.
        of: String,
        /// Where that is said.
        place: Place,
    },
    /// A text that is to be a filter is none.
    NoFilter {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The text.
        text: String,
        /// What is wrong in it.
        why: Label,
    },
    /// Something private that an earlier step of the same commit set would be kept for good.
    Between {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The step that set it before.
        by: String,
        /// The step that changes it.
        step: String,
    },
    /// A date, time or number does not lie where it can.
    Misplaced(Box<Misplacement>),
    /// A date or time that only looks forward has passed at the time of the step that gives it.
    Passed {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What it was given.
        value: Value,
        /// When the step happens.
        at: Moment,
        /// Where the field says so.
        place: Place,
    },
}

impl Unfit {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Unfit::Sealed { .. } => "sealed",
            Unfit::Given { .. } => "given",
            Unfit::Missing { .. } => "missing",
            Unfit::Required { .. } => "required",
            Unfit::Neither { .. } => "neither",
            Unfit::TooMany { .. } => "too-many",
            Unfit::Retired { .. } => "retired",
            Unfit::BadReference { .. } => "bad-reference",
            Unfit::NoPerson { .. } => "no-person",
            Unfit::NoRole { .. } => "no-role",
            Unfit::NoDepartment { .. } => "no-department",
            Unfit::BadValue { .. } => "bad-value",
            Unfit::Passed { .. } => "passed",
            Unfit::Misplaced(misplaced) => match misplaced.side {
                Side::Before => "too-early",
                Side::After => "too-late",
                Side::Above => "too-much",
            },
            Unfit::Answer { what, .. } => match **what {
                Amiss::Count { .. } => "answers",
                Amiss::Answer { .. } => "bad-answer",
                Amiss::NotAsked => "not-asked",
                Amiss::Twice => "answered-twice",
                Amiss::Own { .. } => "own-case",
            },
            Unfit::OtherDay { .. } => "other-day",
            Unfit::NoFilter { .. } => "no-filter",
            Unfit::Between { .. } => "between",
            Unfit::Circular { .. } => "circular",
            Unfit::Numbered { .. } => "numbered",
        }
    }

    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Unfit::Sealed { place, .. }
            | Unfit::Given { place, .. }
            | Unfit::Missing { place, .. }
            | Unfit::Neither { place, .. }
            | Unfit::TooMany { place, .. }
            | Unfit::Numbered { place, .. }
            | Unfit::Answer { place, .. }
            | Unfit::OtherDay { place, .. }
            | Unfit::Passed { place, .. } => Some(place),
            Unfit::Misplaced(misplaced) => Some(&misplaced.place),
            _ => None,
        }
    }
}
