//! The kind language: states, steps and deadlines of a kind file, compiled so that every name in them is known to
//! exist. docs/policy.md describes every key.
//!
//! A kind of record is one TOML file, and the engine names no field (`tests/layers.rs`). `lifecycle` applies steps to
//! records.
//!
//! A sealed field can be changed again after a step leads back: to a new or open state that is no further from the
//! beginning than the states from which the sealing step leads. The distance of a state counts only steps that name
//! it, so `previous` makes no way shorter. No number or amount of a field is negative: it would lower the sum of a
//! case, and so change who may decide.

mod amounts;
mod assignment;
mod bars;
mod bounds;
mod check;
mod compared;
mod computed;
mod conditions;
mod consequences;
mod course;
mod deadline;
mod deadlines;
mod differs;
mod due;
mod effects;
mod hours;
mod identity;
mod invariant;
mod limits;
mod load;
mod measures;
mod never;
mod numbering;
mod path;
mod posts;
mod proposal;
mod questionnaire;
mod reader;
mod remark;
mod retention;
mod rollups;
mod rows;
mod rules;
mod shape;
mod sources;
mod step;
mod steps;
mod waits;

pub(crate) use amounts::together;
pub use assignment::{Assignment, Balance};
pub use bounds::{AtMost, MostLines};
pub(crate) use check::{endless, openings};
pub use compared::{Against, Compared, Falls, Once, Side};
pub(crate) use conditions::bound as bound_conditions;
pub(crate) use course::{Course, course, following, within};
pub use deadline::{Apart, Becomes, Deadline, DeadlineTarget, Extends, Holder, Line, Mark};
pub use differs::{Differing, Differs};
pub use due::{DueShows, Shown};
pub use hours::Hours;
pub use identity::{NEAR, Near, named_by};
pub use invariant::{Same, Unique};
pub use load::{Draft, RESERVED_FOLDERS, draft};
pub use never::Never;
pub use numbering::{Numbered, Numbering};
pub use path::{Astray, Part, Path};
pub(crate) use posts::{is_post, post};
pub use proposal::{Proposal, Usual};
pub use questionnaire::{Asks, Question, Questionnaire, UNANSWERED};
pub(crate) use reader::{
    AllShapes, Declared, condition_of, field as field_of, label as label_of, name_of, state as state_of, unknown,
};
pub use remark::Remark;
pub use retention::{KeptFrom, Retention};
pub(crate) use rollups::{found_alike, rollups};
pub use step::{
    Advance, After, Ask, Attends, Bar, Branch, Climb, Condition, Covers, Demand, Doings, Entries, Fill, Guard, Joins,
    Limit, Lines, Most, Need, Next, NotBefore, NotBy, OnlyOnce, Opens, Post, Source, Step, StepAmount, Summand, Target,
    Told, Which, Who, Whose,
};

pub(crate) use steps::ID;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::filter::{Named, Rollup};
use crate::locale::Label;
use crate::place::{Place, Placed};
use crate::record::{Field, FieldId, Fields, Id, Record, Shape, Type, Value};

/// The step that changes fields without a step of the kind. Edits by hand are committed with it.
pub const EDIT: &str = "edit";
pub use crate::record::IMPORT;

/// Which policy a record is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rules {
    /// The policy under which it was opened: cases.
    Opened,
    /// Today's policy: clients, staff, contracts.
    Current,
}

/// A moment in a record's life that reports count. With milestones, reports need not know a company's states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// Its name: `accepted`, `closed`.
    pub name: String,
    /// The states that reach it when one of them is entered for the first time.
    pub states: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// What an authority table decides on: the sum of an amount over a record's lines. The other records of its chain
/// count with it, and so do the records that are counted beside their decisions (CP7, CP12).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Amount {
    /// The amount: the first of these that has a value.
    pub of: Vec<AmountOf>,
    /// The field beside it that says what kind of line it is.
    pub kind: Option<FieldId>,
    /// The values of `kind` for which a line must have an amount.
    pub valued: Vec<String>,
    /// The field that refers to the previous record of the same case; the amounts of all of them count together.
    pub chain: Option<FieldId>,
    /// The states in which a record of the chain does not count.
    pub without: Vec<String>,
    /// The states in which a record of the chain orders nothing yet, or nothing any more.
    pub pending: Vec<String>,
    /// How records of the chain move the decision up.
    pub raises: Option<Raises>,
    /// The field of type role with the level that the case has reached; no lower level may decide (CP12).
    pub least: Option<FieldId>,
    /// The kinds of records under the case that count with it: those that no decision in force has ordered, and the
    /// part of others that exceeds what was ordered.
    pub beside: Vec<Placed<String>>,
    /// The condition under which it counts; otherwise the amount is zero.
    pub when: Option<Condition>,
    /// The field that refers to the case with which this record counts. The amount is then judged together with the
    /// whole case.
    pub case: Option<FieldId>,
    /// For a record that a decision of the case has opened: the amount that this decision ordered and covers.
    pub ordered: Option<FieldId>,
    /// What a step of the record itself has already decided.
    pub granted: Option<Granted>,
    /// Where it is declared.
    pub place: Place,
}

/// Where an amount is taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AmountOf {
    /// In a field, as a path into groups: the sum over the lines.
    Path(Vec<FieldId>),
    /// In a computed value.
    Computed(String),
}

impl AmountOf {
    /// The field that holds it. `None` for a computed value.
    pub fn field(&self) -> Option<FieldId> {
        match self {
            AmountOf::Path(path) => path.first().copied(),
            AmountOf::Computed(_) => None,
        }
    }
}

/// What a step with authority has decided about its own record. While the decision holds, only an excess is decided
/// again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// The step.
    pub by: Placed<String>,
    /// What it has decided.
    pub amount: AmountOf,
}

/// Records of a chain that move the decision up: one level for the first `from` records in these states, another for
/// each further one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raises {
    /// The states.
    pub states: Vec<String>,
    /// How many move it up for the first time.
    pub from: usize,
}

/// A kind of record, as its file defines it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kind {
    /// Fields and states.
    pub shape: Shape,
    /// Other words for the kind. They are accepted wherever its name is.
    pub also: Vec<String>,
    /// Which policy its records are judged by.
    pub rules: Rules,
    /// The moments that reports count.
    pub milestones: Vec<Milestone>,
    /// The conditions that it names.
    pub conditions: Vec<Named>,
    /// The steps in the order of the file; `new` takes the first one.
    pub steps: Vec<Step>,
    /// The fields that only some of the people who take a step may change.
    pub guards: Vec<Guard>,
    /// The date and time fields that may not be set to a time before the step that sets them (`ahead`).
    pub ahead: Vec<(FieldId, Place)>,
    /// The fields that say who has the record (`remembers`). Events that change them keep the earlier values.
    pub remembers: Vec<FieldId>,
    /// The fields that are compared with something.
    pub compared: Vec<Compared>,
    /// The fields that are emptied when others change.
    pub falls: Vec<Falls>,
    /// The fields that can be filled in only once.
    pub once: Vec<Once>,
    /// The lists that have a limit of lines.
    pub most_lines: Vec<MostLines>,
    /// The deadlines in the order of the file.
    pub deadlines: Vec<Arc<Deadline>>,
    /// How the records of the kind are numbered.
    pub numbering: Option<Numbering>,
    /// The fields whose values no two records of the kind share.
    pub uniques: Vec<Unique>,
    /// The fields that must agree with a record that is referred to.
    pub sames: Vec<Same>,
    /// How long records and fields are kept.
    pub retention: Vec<Retention>,
    /// The values that must differ in a record.
    pub differs: Vec<Differs>,
    /// What no record may become.
    pub nevers: Vec<Never>,
    /// Remarks on records that are allowed but probably wrong.
    pub remarks: Vec<Remark>,
    /// The usual values of its fields.
    pub proposals: Vec<Proposal>,
    /// The values that a record gets from others that refer to it or are alike to it.
    pub rollups: Vec<Rollup>,
    /// What authority tables decide on, by the name of the table.
    pub amounts: BTreeMap<String, Amount>,
    /// The field that says what a record is called, such as a client's name.
    pub title: Option<FieldId>,
    /// The fields by whose whole value a record can be referred to, as paths into groups: `name`, `contacts.phone`.
    pub known_by: Vec<Vec<FieldId>>,
    /// The fields that identify a record, as paths into groups. Registering one with a value that exists is reported.
    pub identified_by: Vec<Vec<FieldId>>,
    /// How to recognise a record that probably exists already under another spelling.
    pub near: Option<Near>,
    /// If one of these holds for a record, references by name do not mean it.
    pub left_out: Vec<Condition>,
    /// The field that says to whom a record is assigned.
    pub assignee: Option<FieldId>,
    /// How records are assigned.
    pub assignment: Option<Assignment>,
    /// The columns of lists by default: fields, computed values and paths. Several with `|` between them share one
    /// column, which shows the first one that has a value.
    pub columns: Vec<String>,
    /// The columns of lists that stay on a narrow screen, the most important first: fields, `state` and `opened`.
    pub keep: Vec<String>,
    /// Which fields hold questions, and which the answers to them.
    pub questionnaire: Option<Questionnaire>,
    /// Which list holds daily clock times, and what is filled in from the calendar.
    pub hours: Option<Hours>,
    /// What a line of `due` shows, and who sees its private values.
    pub due: DueShows,
    /// For each state, how many steps lead to it from the beginning.
    pub(crate) ranks: BTreeMap<String, usize>,
    /// The kind's file.
    pub place: Place,
}

impl Kind {
    /// The fields that deadlines read with `by`, and the lists with lines that have deadlines. Events that change
    /// them keep the earlier values.
    pub fn promises(&self) -> impl Iterator<Item = FieldId> + '_ {
        let mut seen = std::collections::BTreeSet::new();
        let read = self.deadlines.iter().filter_map(|deadline| match (deadline.target.clone(), &deadline.line) {
            (DeadlineTarget::By(field), _) => Some(field),
            (DeadlineTarget::Within(_), line) => line.as_ref().map(|line| line.list),
        });
        read.filter(move |field| seen.insert(*field))
    }

    /// All fields whose earlier values are kept by the events that change them.
    pub fn kept(&self) -> impl Iterator<Item = FieldId> + '_ {
        self.promises().chain(self.remembers.iter().copied())
    }

    /// The fields in which a word for a time, such as `mon`, means the next one: those that a deadline uses, and
    /// those that say `ahead`.
    pub fn looks_ahead(&self) -> impl Iterator<Item = FieldId> + '_ {
        let said = self.shape.handles().filter(|(_, field)| field.ahead).map(|(id, _)| id);
        self.promises().chain(said)
    }

    /// The conditions of deadlines whose truth events keep, each once.
    pub fn told(&self) -> impl Iterator<Item = (&str, &Condition)> {
        let mut seen = std::collections::BTreeSet::new();
        let all = self.deadlines.iter().flat_map(|deadline| deadline.told());
        all.filter(move |(name, _)| seen.insert(*name))
    }

    /// The record into which this one was merged, if it was.
    pub fn merged_into<'r>(&self, record: &'r Record) -> Option<&'r Id> {
        match record.get(self.shape.merged_by?) {
            Some(Value::Ref(into)) => Some(into),
            _ => None,
        }
    }

    /// The keys by which other records of the kind are similar to one with these fields, each with its field.
    pub fn near_keys(&self, fields: &Fields) -> Vec<(String, FieldId)> {
        self.near.as_ref().map(|near| near.keys(&self.shape, fields)).unwrap_or_default()
    }

    /// The least number of steps between the making of a record and a state.
    pub fn rank(&self, state: &str) -> usize {
        self.ranks.get(state).copied().unwrap_or(usize::MAX)
    }

    /// The kind's name.
    pub fn name(&self) -> &str {
        &self.shape.name
    }

    /// The least weight of a column of `keep`.
    pub const KEPT: u8 = 200;

    /// How important a column of a list is if there is no room for all. First come the columns of `keep`, from
    /// [`Kind::KEPT`] up, then the title, the state, the other columns in their order, and the opening time.
    pub fn weight(&self, column: &str) -> u8 {
        let below = |most: u8, place: usize| most.saturating_sub(u8::try_from(place).unwrap_or(u8::MAX));
        if let Some(place) = self.keep.iter().position(|name| name == column) {
            return below(u8::MAX - 1, place).max(Kind::KEPT);
        }
        let named = |id: &FieldId| self.field(*id).name.as_str();
        let mut order: Vec<&str> = self.title.iter().map(named).collect();
        order.push("state");
        // a column of several alternatives has the name of the last
        order.extend(self.columns.iter().filter_map(|column| column.rsplit('|').next()));
        order.push("opened");
        order.iter().position(|name| *name == column).map_or(0, |place| below(Kind::KEPT - 1, place))
    }

    /// The step by which a record of the kind is made.
    pub fn first_step(&self) -> &Step {
        &self.steps[0]
    }

    /// The steps that make records: the first, which `new` takes, and those by which other records open one.
    pub fn making(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().enumerate().filter(|(at, step)| *at == 0 || step.opened).map(|(_, step)| step)
    }

    /// The step with this name by which other records open one of the kind.
    pub fn opened(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.opened && step.name == name)
    }

    /// The field by which a form of a case refers to the form before it, if the kind has such chains.
    pub fn chain(&self) -> Option<FieldId> {
        self.amounts.values().find_map(|amount| amount.chain)
    }

    /// The step with this name that can be taken from a state. `edit` can be taken from every state.
    pub fn step_from(&self, name: &str, state: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name && step.leads_from(state))
    }

    /// Every step with this name, from any state.
    pub fn steps_named<'k>(&'k self, name: &'k str) -> impl Iterator<Item = &'k Step> {
        self.steps.iter().filter(move |step| step.name == name)
    }

    /// The label of a step that was taken from a state, if the state is known. Of several steps with the name it is
    /// the one that leads from there, else the first. `None` if the kind has no such step.
    pub fn step_label(&self, name: &str, from: Option<&str>) -> Option<&Label> {
        let there = from.and_then(|from| self.step_from(name, from));
        there.or_else(|| self.steps.iter().find(|step| step.name == name)).map(|step| &step.label)
    }

    /// The name of the step with this name, label or other word. A word that is unknown is returned unchanged.
    pub fn step_called<'a>(&'a self, called: &'a str) -> &'a str {
        let by_label = || self.steps.iter().find(|step| step.is_called(called));
        let step = self.steps.iter().find(|step| step.name == called).or_else(by_label);
        step.map_or(called, |step| step.name.as_str())
    }

    /// The steps that can be taken from a state, in the order of the file.
    pub fn steps_from<'k>(&'k self, state: &'k str) -> impl Iterator<Item = &'k Step> {
        self.steps.iter().filter(move |step| step.leads_from(state))
    }

    /// The rollup with this name, or with this label in any language.
    pub fn find_rollup(&self, name_or_label: &str) -> Option<&Rollup> {
        let named = self.rollups.iter().find(|rollup| rollup.name == name_or_label);
        named.or_else(|| self.rollups.iter().find(|rollup| rollup.label.matches(name_or_label)))
    }

    /// The milestone of a name.
    pub fn milestone(&self, name: &str) -> Option<&Milestone> {
        self.milestones.iter().find(|milestone| milestone.name == name)
    }

    /// The deadline of a name.
    pub fn deadline(&self, name: &str) -> Option<&Arc<Deadline>> {
        self.deadlines.iter().find(|deadline| deadline.name == name)
    }

    /// The condition with this name or label.
    pub fn condition(&self, word: &str) -> Option<&Named> {
        let named = self.conditions.iter().find(|named| named.name == word);
        named.or_else(|| self.conditions.iter().find(|named| named.label.matches(word)))
    }

    /// The field behind a handle.
    pub fn field(&self, id: FieldId) -> &Field {
        self.shape.field(id)
    }

    /// A field of the lines of a list. `None` if the list has no such lines.
    pub fn line_field(&self, list: FieldId, inner: FieldId) -> Option<&Field> {
        match self.shape.field(list).ty.element() {
            Type::Group(lines) => Some(lines.field(inner)),
            _ => None,
        }
    }
}
