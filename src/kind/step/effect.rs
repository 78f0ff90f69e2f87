//! What a step does to its record and to others: the values that it sets, the records that it opens and advances.

use serde::{Deserialize, Serialize};

use super::{Condition, Lines};
use crate::calendar::{Shift, Span, Unit};
use crate::kind::invariant::Unique;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Value};

/// A role that goes one level up: `reports-to` of roles.toml, levels that nobody holds passed over (CP12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climb {
    /// The field that holds the level.
    pub field: FieldId,
    /// The level that the first climb starts from.
    pub from: String,
    /// Where it is said.
    pub place: Place,
}

/// What several records have in common that one act of somebody serves, such as a call to their client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covers {
    /// The field that names it.
    pub field: FieldId,
    /// The fields that are the same for all of them, such as the hour of the call; what else is given is for the record that was
    /// named.
    pub with: Vec<FieldId>,
    /// Where it is said.
    pub place: Place,
}

/// A record that a step makes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Opens {
    /// Its kind.
    pub kind: String,
    /// The step that makes it; none is the first of the kind.
    pub step: Option<Placed<String>>,
    /// Only where this holds.
    pub when: Option<Condition>,
    /// Not where this holds.
    pub unless: Option<Condition>,
    /// The field that names the record whose list `each` is; none is the record itself.
    pub through: Option<FieldId>,
    /// One for each line of this list of groups, instead of one for the record.
    pub each: Option<FieldId>,
    /// Of which lines; none is of all.
    pub lines: Option<Lines>,
    /// A field that names a record of the same kind which this one repeats: where that one has what would be opened, or is
    /// still to get it, it serves this one too (CB5, GP4).
    pub shared: Option<FieldId>,
    /// Its fields, by handles of its own kind, and where their values come from.
    pub with: Vec<(FieldId, Source)>,
    /// Not if the record has opened one like it before.
    pub once: Option<OnlyOnce>,
    /// If there is one alike, that one is joined instead.
    pub joins: Option<Joins>,
    /// Where it is said.
    pub place: Place,
}

/// What makes a record one that was opened before: an order that a repeated step does not give a second time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OnlyOnce {
    /// The fields of its kind that hold the same.
    pub alike: Vec<FieldId>,
    /// The states in which one that was opened before does not count; void ones never do.
    pub without: Vec<String>,
}

/// The record that is joined instead of opening another: the first of those alike from whose state the step leads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Joins {
    /// By which fields of its kind records are alike.
    pub alike: Unique,
    /// The step of that record.
    pub step: Placed<String>,
    /// The list of references in it that the record is added to.
    pub list: FieldId,
}

/// Where the value of a field comes from that a step sets, or that an opened record is made with. `Record` below is the one
/// whose step it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Source {
    /// The id of the record.
    Id,
    /// A field of the record.
    Field(FieldId),
    /// A field of the line for which it is opened.
    Line(FieldId),
    /// A computed value of the record, by name.
    Computed(String),
    /// What this gives of the record that a field names, by that record's kind.
    Beyond(FieldId, Vec<(String, Source)>),
    /// The sum of an amount or number over the lines of a list whose choice is one of these, or over all.
    Sum {
        /// The list.
        list: FieldId,
        /// The field of its lines that is added up.
        of: FieldId,
        /// The field of its lines that tells which count, and the names of those that do.
        only: Option<(FieldId, Vec<String>)>,
    },
    /// One amount or number divided by another, rounded down to the cent or to six decimals: a price is never more than what was
    /// decided for all.
    Divided(Box<Source>, Box<Source>),
    /// Lines of a list of groups.
    Lines {
        /// The field that names the record whose list `each` is; none is the record itself.
        through: Option<FieldId>,
        /// A list of the record: one line for each of its lines. None is one line in all.
        each: Option<FieldId>,
        /// Of which lines; none is of all.
        lines: Option<Lines>,
        /// The fields of each line, and where their values come from.
        with: Vec<(FieldId, Source)>,
        /// The fields without which there is no line.
        required: Vec<FieldId>,
    },
    /// The field of the first line of a list that has it.
    Within(FieldId, FieldId),
    /// The head of the department that a field of the record names.
    Head(FieldId),
    /// The role of the lowest level that may decide on what the record comes to, by the authority of this name.
    Authority(Placed<String>),
    /// So much time after the step as a count gives, in this unit.
    Ahead(Box<Source>, Unit),
    /// All records of a kind that a filter finds when the step is taken.
    Every {
        /// The kind.
        kind: String,
        /// The filter.
        which: Which,
    },
    /// What a person did on a day: a line of a list for each step.
    Doings(Box<Doings>),
    /// The latest, or earliest, of dates or times. The latest is known once each of them has a value.
    Extreme {
        /// Where they come from.
        of: Vec<Source>,
        /// Whether the latest is meant.
        latest: bool,
    },
    /// A date or time that is later or earlier by a span.
    Shifted(Box<Source>, Shift),
    /// A value that the policy gives.
    Fill(Fill),
    /// The first of these that gives a value.
    First(Vec<Source>),
}

/// The steps that a person took on a day, as lines of a list. They are taken down when the step is, and stay as they were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doings {
    /// Of records of these kinds.
    pub kinds: Vec<String>,
    /// The field that names the person.
    pub by: FieldId,
    /// The field with the day.
    pub on: FieldId,
    /// Steps that are left out.
    pub without: Vec<String>,
    /// The fields of each line, and what is told in them: the first that has a value.
    pub with: Vec<(FieldId, Vec<Told>)>,
}

/// What is told of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// When it was taken.
    At,
    /// What the kind of the record is called.
    Kind,
    /// The record.
    Record,
    /// What the step is called.
    Step,
    /// What was noted with it.
    Note,
    /// A field of the record, by its kind. `own` is the kind of which a record is told itself.
    Field {
        /// The field of each kind that has it.
        of: Vec<(String, FieldId)>,
        /// The kind that the target names.
        own: Option<String>,
    },
}

/// The filter that finds records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Which {
    /// As the policy writes it.
    Text(String),
    /// As a field of the record has it.
    Field(FieldId),
}

impl Source {
    /// What of a person's steps it takes down, if it does.
    pub fn doings(&self) -> Option<&Doings> {
        match self {
            Source::Doings(doings) => Some(doings),
            Source::First(all) => all.iter().find_map(Source::doings),
            _ => None,
        }
    }

    /// Whether it moves the very field that it is for, which then has a value already: `due = { from = ["due"], plus = "3 months" }`.
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
    /// As it stands.
    Value(Value),
    /// So much time after the step.
    Span(Span),
    /// Who takes the step.
    Actor,
    /// The department of the person who takes the step.
    Department,
    /// What is noted with the step.
    Note,
}

/// A step of another record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Advance {
    /// Which record.
    pub whose: Whose,
    /// The step of that record.
    pub step: String,
    /// Only where this holds on this record.
    pub when: Option<Condition>,
    /// Only of records for which this holds.
    pub only: Option<Condition>,
    /// The fields that are given with the step, by handles of the other kind.
    pub with: Vec<(FieldId, Source)>,
    /// The records that name any form of the case, not only those that name this form.
    pub forms: bool,
    /// Where it is said.
    pub place: Place,
}

/// Whose step is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// The record's, or records', that a field of this one names.
    Named(FieldId),
    /// That of every record of a kind which names this one and from whose state the step leads.
    Linked(String),
}
