//! What can be wrong with values that a step gives or a record has.

use crate::calendar::Moment;
use crate::kind::{Against, Side};
use crate::lifecycle::questionnaire::Amiss;
use crate::locale::Label;
use crate::place::Place;
use crate::record::{Id, Value, ValueError};

/// A date, time or number, and what it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplacement {
    /// The kind.
    pub kind: String,
    /// The field, such as `resales.0.date`.
    pub field: String,
    /// Its value.
    pub value: Value,
    /// The side on which it may not lie.
    pub side: Side,
    /// What it is compared with.
    pub against: Against,
    /// The other side in the rule's notation.
    pub named: String,
    /// The other value.
    pub other: Value,
    /// Where it is declared.
    pub place: Place,
}

/// A field has no value, or one that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// The field cannot be changed, because a step has sealed it.
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
    /// The field can be filled in only once, and has a value already.
    Given {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// Where it is declared.
        place: Place,
    },
    /// A private field is given with the step that empties it.
    Emptied {
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The field.
        field: String,
        /// Where the step is declared.
        place: Place,
    },
    /// Fields that the step asks for are missing.
    Missing {
        /// The record, if there is one already.
        id: Option<Id>,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state from which it would be taken. Empty if there is no record yet.
        state: String,
        /// The fields.
        fields: Vec<String>,
        /// Whether a note was given with the step; a note fills in no field.
        noted: bool,
        /// Where they are asked for.
        place: Place,
    },
    /// A record refers to itself, or to another of its kind that leads back to it.
    Circular {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The records on the way, in order. Empty if it refers to itself.
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
        /// Whether others may have read the number.
        published: bool,
        /// Where the running number is declared.
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
    /// A list has more lines than allowed.
    TooMany {
        /// The kind.
        kind: String,
        /// The list.
        field: String,
        /// How many lines it has.
        are: u64,
        /// How many it may have.
        most: u64,
        /// Where it is declared.
        place: Place,
    },
    /// A line of a list has none of these fields, but needs one of them.
    Neither {
        /// The kind.
        kind: String,
        /// The line, such as `responsible.0`.
        line: String,
        /// The fields.
        fields: Vec<String>,
        /// Where it is declared.
        place: Place,
    },
    /// A field or choice that is no longer offered was given.
    Retired {
        /// The kind.
        kind: String,
        /// The field, or the field with the choice.
        field: String,
    },
    /// A field refers to a record that does not exist, or whose kind is not allowed there.
    BadReference {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The record that it refers to.
        to: Id,
        /// The kinds that are allowed.
        kinds: Vec<String>,
    },
    /// A field names a person who is not on the staff.
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
        /// A similar name that was perhaps meant.
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
        /// A similar name that was perhaps meant.
        near: Option<String>,
    },
    /// A value is not a value of its field.
    BadValue {
        /// The field.
        field: String,
        /// Why.
        error: ValueError,
    },
    /// A response does not answer the questions, or may not be given (CB6).
    Answer {
        /// The kind.
        kind: String,
        /// The response, such as `responses.0`.
        line: String,
        /// What is wrong.
        what: Box<Amiss>,
        /// Where the questionnaire is declared.
        place: Place,
    },
    /// A day, or the time at which somebody came, lies outside its month or day.
    OtherDay {
        /// The kind.
        kind: String,
        /// The line, such as `days.0`.
        line: String,
        /// The day that was given.
        day: chrono::NaiveDate,
        /// The day or month in which it must lie.
        of: String,
        /// Where it is declared.
        place: Place,
    },
    /// A text that must be a filter is not one.
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
    /// A private value that an earlier step of the same commit set would be kept for ever.
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
    /// A date, time or number has a value that is not possible.
    Misplaced(Box<Misplacement>),
    /// A date or time of the past was given to a field that only accepts future ones.
    Passed {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The given value.
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
            Unfit::Emptied { .. } => "emptied",
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
            | Unfit::Emptied { place, .. }
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
