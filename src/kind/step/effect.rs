//! What a step does to its record and to others: the values that it sets, the records that it opens, and those that
//! it advances.

use serde::{Deserialize, Serialize};

use super::{Condition, Lines};
use crate::calendar::{Shift, Span, Unit};
use crate::kind::invariant::Unique;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Value};

/// A role that rises one level: by `reports-to` of roles.toml, skipping levels that nobody holds (CP12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climb {
    /// The field that holds the level.
    pub field: FieldId,
    /// The level before the first rise.
    pub from: String,
    /// Where it is declared.
    pub place: Place,
}

/// What several records share if one act serves all of them, such as a call to their client.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Covers {
    /// The field that they share.
    pub field: FieldId,
    /// The fields that are the same for all of them, such as the time of the call. Everything else that is given is
    /// only for the record that was named.
    pub with: Vec<FieldId>,
    /// Only records for which this holds. For example, a card that is sent is not a call.
    pub when: Option<Condition>,
    /// Where it is declared.
    pub place: Place,
}

/// A record that a step makes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Opens {
    /// Its kind.
    pub kind: String,
    /// The step that makes it; `None` means the first step of the kind.
    pub step: Option<Placed<String>>,
    /// The condition under which it is opened.
    pub when: Option<Condition>,
    /// A condition under which it is not opened.
    pub unless: Option<Condition>,
    /// The field that refers to the record with the list `each`; `None` means the record itself.
    pub through: Option<FieldId>,
    /// Opens one record for each line of this list of groups; `None` opens one for the record.
    pub each: Option<FieldId>,
    /// Which lines count; `None` means all.
    pub lines: Option<Lines>,
    /// A field that refers to a record of the same kind which this one repeats. If that record already has what would
    /// be opened, or will still get it, it serves this one too (CB5, GP4).
    pub shared: Option<FieldId>,
    /// Its fields, by handles of its own kind, and where their values come from.
    pub with: Vec<(FieldId, Source)>,
    /// If given, it is not opened a second time by the same record.
    pub once: Option<OnlyOnce>,
    /// If given and a similar record exists, that record is joined instead.
    pub joins: Option<Joins>,
    /// Where it is declared.
    pub place: Place,
}

/// What makes a record the same as one that was opened before. A repeated step does not order the same thing twice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OnlyOnce {
    /// The fields of its kind that must have the same values.
    pub alike: Vec<FieldId>,
    /// The states in which an earlier record does not count; void ones never count.
    pub without: Vec<String>,
}

/// The record that is joined in place of opening a new one: the first similar record whose state the step leads from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Joins {
    /// The fields of its kind by which records are similar.
    pub alike: Unique,
    /// The step of that record.
    pub step: Placed<String>,
    /// Its list of references to which the record is added.
    pub list: FieldId,
}

/// Where a value comes from that a step sets, or with which it makes a record. "The record" below is the one that
/// takes the step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Source {
    /// The id of the record.
    Id,
    /// A field of the record.
    Field(FieldId),
    /// A field of the line for which a record is opened.
    Line(FieldId),
    /// A computed value of the record, by name.
    Computed(String),
    /// The value of a source in the record that a field refers to, by the kind of that record.
    Beyond(FieldId, Vec<(String, Source)>),
    /// The sum of an amount or number over the lines of a list.
    Sum {
        /// The list.
        list: FieldId,
        /// The field of its lines that is added up.
        of: FieldId,
        /// If given, only lines count in which this field has one of these names.
        only: Option<(FieldId, Vec<String>)>,
    },
    /// One amount or number divided by another, rounded down: amounts to the cent, numbers to six decimals. So a
    /// price times its quantity is never more than what was decided.
    Divided(Box<Source>, Box<Source>),
    /// Lines of a list of groups.
    Lines {
        /// The field that refers to the record with the list `each`; `None` means the record itself.
        through: Option<FieldId>,
        /// A list of the record: one line is made for each of its lines. `None` makes a single line.
        each: Option<FieldId>,
        /// Which lines count; `None` means all.
        lines: Option<Lines>,
        /// The fields of each line, and where their values come from.
        with: Vec<(FieldId, Source)>,
        /// If one of these fields gets no value, no line is made.
        required: Vec<FieldId>,
    },
    /// The field of the first line of a list that has a value: the list and the field.
    Within(FieldId, FieldId),
    /// The head of the department that a field of the record names.
    Head(FieldId),
    /// The lowest role that may decide on the record's amount, by the authority with this name.
    Authority(Placed<String>),
    /// A time after the step: a count of this unit.
    Ahead(Box<Source>, Unit),
    /// All records of a kind that a filter finds when the step is taken.
    Every {
        /// The kind.
        kind: String,
        /// The filter.
        which: Which,
    },
    /// The steps that a person took on a day, as lines of a list.
    Doings(Box<Doings>),
    /// The latest or the earliest of dates or times. The latest is only known once each of them has a value.
    Extreme {
        /// Where they come from.
        of: Vec<Source>,
        /// Whether the latest is meant.
        latest: bool,
    },
    /// A date or time, moved later or earlier by a span.
    Shifted(Box<Source>, Shift),
    /// A value that the policy gives.
    Fill(Fill),
    /// The first of these that gives a value.
    First(Vec<Source>),
}

/// The steps that a person took on a day, as lines of a list. They are written once, with the step, and do not change
/// later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doings {
    /// The kinds of records that count.
    pub kinds: Vec<String>,
    /// The field that names the person.
    pub by: FieldId,
    /// The field with the day.
    pub on: FieldId,
    /// Steps that are left out.
    pub without: Vec<String>,
    /// The fields of each line, each with what is told in it: the first of the list that has a value.
    pub with: Vec<(FieldId, Vec<Told>)>,
}

/// What is told about a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// When it was taken.
    At,
    /// The label of the record's kind.
    Kind,
    /// The record.
    Record,
    /// The label of the step.
    Step,
    /// The note of the step.
    Note,
    /// A field of the record, by its kind. For records of the kind `own`, the record itself is told.
    Field {
        /// The field of each kind that has it.
        of: Vec<(String, FieldId)>,
        /// The kind that the target field refers to.
        own: Option<String>,
    },
}

/// The filter that finds records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// As the policy has it.
    Text(String),
    /// From a field of the record.
    Field(FieldId),
}

impl Source {
    /// The steps of a person that it writes down, if it does.
    pub fn doings(&self) -> Option<&Doings> {
        match self {
            Source::Doings(doings) => Some(doings),
            Source::First(all) => all.iter().find_map(Source::doings),
            _ => None,
        }
    }

    /// Whether it is the note of the step, alone or if other sources give nothing.
    pub fn is_note(&self) -> bool {
        match self {
            Source::Fill(fill) => matches!(fill, Fill::Note),
            Source::First(all) => all.iter().any(Source::is_note),
            _ => false,
        }
    }

    /// Whether it moves the very field that it sets, which then has a value already: `due = { from = ["due"], plus =
    /// "3 months" }`.
    pub fn renews(&self, field: FieldId) -> bool {
        let names = |source: &Source| matches!(source, Source::Field(own) if *own == field);
        match self {
            Source::Shifted(of, _) => match &**of {
                Source::First(all) | Source::Extreme { of: all, .. } => all.iter().any(names),
                source => names(source),
            },
            Source::First(all) => all.iter().any(|source| source.renews(field)),
            _ => false,
        }
    }
}

/// A value that the policy gives.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Fill {
    /// A fixed value.
    Value(Value),
    /// A span after the step.
    Span(Span),
    /// The person who takes the step.
    Actor,
    /// The department of the person who takes the step.
    Department,
    /// The note of the step.
    Note,
}

/// A step of another record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Advance {
    /// Which records take it.
    pub whose: Whose,
    /// Their step.
    pub step: String,
    /// The condition on this record under which it is taken.
    pub when: Option<Condition>,
    /// A condition on the other records: only those that fit take it.
    pub only: Option<Condition>,
    /// The fields that are given with the step, by handles of the other kind.
    pub with: Vec<(FieldId, Source)>,
    /// Whether records that refer to any form of the case take it, and not only those that refer to this form.
    pub forms: bool,
    /// Where it is declared.
    pub place: Place,
}

/// Which records take the step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// The records that a field of this one refers to.
    Named(FieldId),
    /// Every record of a kind that refers to this one and whose state the step leads from.
    Linked(String),
}
