//! The kind language: what a kind file says about states, steps and deadlines, compiled so that every name is known to
//! exist. docs/policy.md describes every key.
//!
//! A kind of record is one TOML file, and the engine names no field (`tests/layers.rs`). What a step does to a record
//! is `lifecycle`'s.
//!
//! A seal is broken by a step that leads to a new or open state no further from the beginning than the states from
//! which the sealing step leads. The distance of a state is that of the steps that name it, so `previous` makes no way
//! shorter. No number or amount of a field is below zero: it would lower what a case comes to, and with it who may
//! decide.

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
pub(crate) use reader::{AllShapes, Declared, condition_of, field as field_of, label as label_of, name_of, unknown};
pub use remark::Remark;
pub use retention::{KeptFrom, Retention};
pub(crate) use rollups::{found_alike, rollups};
pub use step::{
    Advance, After, Ask, Attends, Bar, Branch, Climb, Condition, Covers, Demand, Doings, Entries, Fill, Guard, Joins,
    Limit, Lines, Most, Need, NotBefore, NotBy, OnlyOnce, Opens, Post, Source, Step, StepAmount, Summand, Target, Told,
    Which, Who, Whose,
};

pub(crate) use steps::ID;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::filter::{Named, Rollup};
use crate::locale::Label;
use crate::place::{Place, Placed};
use crate::record::{Field, FieldId, Fields, Id, Record, Shape, Type, Value};

/// The step by which fields are changed without a step of the kind, and by which hand edits are committed.
pub const EDIT: &str = "edit";
/// The step by which records come in from elsewhere, in their state there. A kind that does not declare it takes none.
pub const IMPORT: &str = "import";

/// Which policy a record is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rules {
    /// That under which it was opened: cases.
    Opened,
    /// Today's: clients, staff, contracts.
    Current,
}

/// A moment in a record's life that reports count, so that they need not know a company's states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// Its name: `accepted`, `closed`.
    pub name: String,
    /// The states whose first entering reaches it.
    pub states: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// What an authority table decides on: the sum of an amount over a record's lines, over the other records of its chain, and
/// over what stands beside their decisions (CP7, CP12).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Amount {
    /// The amount: the first of these that has a value.
    pub of: Vec<AmountOf>,
    /// The field beside it that says what kind of line it is.
    pub kind: Option<FieldId>,
    /// The kinds of lines that must have an amount.
    pub valued: Vec<String>,
    /// The field that names the record before this one of the same case; their amounts count together.
    pub chain: Option<FieldId>,
    /// The states in which a record of the chain does not count.
    pub without: Vec<String>,
    /// The states in which a record of the chain orders nothing yet, or nothing any more.
    pub pending: Vec<String>,
    /// What of the chain moves the decision up.
    pub raises: Option<Raises>,
    /// The field of type role that says which level the case has reached: none below it decides (CP12).
    pub least: Option<FieldId>,
    /// The kinds of records under the case that count with it: what no decision in force has ordered, and what they come to
    /// beyond what it has.
    pub beside: Vec<Placed<String>>,
    /// Only where this holds it comes to anything.
    pub when: Option<Condition>,
    /// The field that names the case which this record counts with; the amount is judged with the whole case then.
    pub case: Option<FieldId>,
    /// Where a decision of the case has opened the record: the amount that it ordered, which that decision covers.
    pub ordered: Option<FieldId>,
    /// What a step of the record itself has decided already.
    pub granted: Option<Granted>,
    /// Where it is declared.
    pub place: Place,
}

/// Where an amount stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AmountOf {
    /// In a field, as a path into groups: the sum over the lines.
    Path(Vec<FieldId>),
    /// In a computed value.
    Computed(String),
}

impl AmountOf {
    /// The field that it stands in; a computed value stands in none.
    pub fn field(&self) -> Option<FieldId> {
        match self {
            AmountOf::Path(path) => path.first().copied(),
            AmountOf::Computed(_) => None,
        }
    }
}

/// What a step that took the authority has decided of its own record: while it holds, only what goes beyond it is decided on again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// The step.
    pub by: Placed<String>,
    /// What it has decided.
    pub amount: AmountOf,
}

/// Records of a chain that move the decision up: with this many of them in these states one level, with each further another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raises {
    /// The states.
    pub states: Vec<String>,
    /// How many move it up for the first time.
    pub from: usize,
}

/// A kind of record as its file lays it down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kind {
    /// Fields and states.
    pub shape: Shape,
    /// Other words for the kind that are accepted where its name is.
    pub also: Vec<String>,
    /// Which policy its records are judged by.
    pub rules: Rules,
    /// What reports count.
    pub milestones: Vec<Milestone>,
    /// The conditions that it names.
    pub conditions: Vec<Named>,
    /// The steps in the order of the file; the first is the one that `new` takes.
    pub steps: Vec<Step>,
    /// The fields that not everybody who takes a step may change with it.
    pub guards: Vec<Guard>,
    /// The fields of type date or time that no step gives a time before its own (`ahead`).
    pub ahead: Vec<(FieldId, Place)>,
    /// The fields that are held against something.
    pub compared: Vec<Compared>,
    /// The fields that are emptied when others change.
    pub falls: Vec<Falls>,
    /// The fields that are given once and stay as they are.
    pub once: Vec<Once>,
    /// The lists that say how many lines they may have.
    pub most_lines: Vec<MostLines>,
    /// The deadlines in the order of the file.
    pub deadlines: Vec<Arc<Deadline>>,
    /// How the records of the kind are numbered.
    pub numbering: Option<Numbering>,
    /// What no two records of the kind hold alike.
    pub uniques: Vec<Unique>,
    /// What agrees with a record that is named.
    pub sames: Vec<Same>,
    /// How long records and fields are kept.
    pub retention: Vec<Retention>,
    /// What must differ in a record.
    pub differs: Vec<Differs>,
    /// What no record may come to be.
    pub nevers: Vec<Never>,
    /// What is remarked on although it is allowed.
    pub remarks: Vec<Remark>,
    /// What is usual for its fields.
    pub proposals: Vec<Proposal>,
    /// What a record has from others that name it or are alike to it.
    pub rollups: Vec<Rollup>,
    /// What authority tables decide on, by their name.
    pub amounts: BTreeMap<String, Amount>,
    /// The field that says what a record is called, such as a client's name.
    pub title: Option<FieldId>,
    /// The fields by whose whole value a record can be referred to, as paths into groups: `name`, `contacts.phone`.
    pub known_by: Vec<Vec<FieldId>>,
    /// What identifies a record, as paths into groups: who registers one with a value that is there is told so.
    pub identified_by: Vec<Vec<FieldId>>,
    /// How to recognise a record that is probably there already under another spelling.
    pub near: Option<Near>,
    /// Records for which one of these holds are not meant if another record names one by its name.
    pub left_out: Vec<Condition>,
    /// The field that says to whom a record is dealt.
    pub assignee: Option<FieldId>,
    /// How records are dealt out.
    pub assignment: Option<Assignment>,
    /// What lists show if nothing is asked for: fields, computed values and paths; several with `|` between them are one
    /// column, in which the first that has a value stands.
    pub columns: Vec<String>,
    /// The columns of lists that a narrow screen keeps, the most important first: fields, `state` and `opened`.
    pub keep: Vec<String>,
    /// Which fields hold questions, and which the answers to them.
    pub questionnaire: Option<Questionnaire>,
    /// Which list holds days as a clock has them, and what the calendar says of them.
    pub hours: Option<Hours>,
    /// What a line of `due` shows, and to whom its private values are shown.
    pub due: DueShows,
    /// How many steps a state lies from the beginning, for each state.
    pub(crate) ranks: BTreeMap<String, usize>,
    /// The kind's file.
    pub place: Place,
}

impl Kind {
    /// The fields that a deadline `by` reads, and the lists of whose lines deadlines are: what they held before is kept in the events
    /// that change them.
    pub fn promises(&self) -> impl Iterator<Item = FieldId> + '_ {
        let mut seen = std::collections::BTreeSet::new();
        let read = self.deadlines.iter().filter_map(|deadline| match (deadline.target.clone(), &deadline.line) {
            (DeadlineTarget::By(field), _) => Some(field),
            (DeadlineTarget::Within(_), line) => line.as_ref().map(|line| line.list),
        });
        read.filter(move |field| seen.insert(*field))
    }

    /// The fields in which a word for a time, such as `mon`, is looked for ahead: those that a deadline goes by, and those that
    /// take no time that has passed.
    pub fn looks_ahead(&self) -> impl Iterator<Item = FieldId> + '_ {
        self.promises().chain(self.ahead.iter().map(|(field, _)| *field))
    }

    /// The conditions of the deadlines whose truth events tell, each once.
    pub fn told(&self) -> impl Iterator<Item = (&str, &Condition)> {
        let mut seen = std::collections::BTreeSet::new();
        let all = self.deadlines.iter().flat_map(|deadline| deadline.told());
        all.filter(move |(name, _)| seen.insert(*name))
    }

    /// The record of the kind into which one was merged, if it was.
    pub fn merged_into<'r>(&self, record: &'r Record) -> Option<&'r Id> {
        match record.get(self.shape.merged_by?) {
            Some(Value::Ref(into)) => Some(into),
            _ => None,
        }
    }

    /// The keys by which other records of the kind are near to one with these fields, each with the field that it is of.
    pub fn near_keys(&self, fields: &Fields) -> Vec<(String, FieldId)> {
        self.near.as_ref().map(|near| near.keys(&self.shape, fields)).unwrap_or_default()
    }

    /// How many steps at least lie between the making of a record and a state.
    pub fn rank(&self, state: &str) -> usize {
        self.ranks.get(state).copied().unwrap_or(usize::MAX)
    }

    /// The kind's name.
    pub fn name(&self) -> &str {
        &self.shape.name
    }

    /// How much a column of a list of the kind matters if there is no room for all: what `keep` names, then what a record is
    /// called by, its state, the other columns in their order, and when it was opened. Between 0 and 200.
    pub fn weight(&self, column: &str) -> u8 {
        let named = |id: &FieldId| self.field(*id).name.as_str();
        let mut order: Vec<&str> = self.keep.iter().map(String::as_str).collect();
        order.extend(self.title.iter().map(named));
        order.push("state");
        // a column of several is called by the last
        order.extend(self.columns.iter().filter_map(|column| column.rsplit('|').next()));
        order.push("opened");
        let place = order.iter().position(|name| *name == column);
        place.map_or(0, |place| u8::try_from(200_usize.saturating_sub(place)).unwrap_or_default())
    }

    /// The step by which a record of the kind is made.
    pub fn first_step(&self) -> &Step {
        &self.steps[0]
    }

    /// The steps that make records: the first, which `new` takes, and those by which other records open one.
    pub fn making(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().enumerate().filter(|(at, step)| *at == 0 || step.opened).map(|(_, step)| step)
    }

    /// The step of a name by which other records open one of the kind.
    pub fn opened(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.opened && step.name == name)
    }

    /// The field by which a form of a case names the one before it, where the kind has such chains.
    pub fn chain(&self) -> Option<FieldId> {
        self.amounts.values().find_map(|amount| amount.chain)
    }

    /// The step of a name that can be taken from a state. `edit` can be taken from every state.
    pub fn step_from(&self, name: &str, state: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name && step.leads_from(state))
    }

    /// Every step of a name, from any state.
    pub fn steps_named<'k>(&'k self, name: &'k str) -> impl Iterator<Item = &'k Step> {
        self.steps.iter().filter(move |step| step.name == name)
    }

    /// What a step is called that was taken from a state, where one is known: of several steps of a name the one that leads
    /// from there, otherwise the first. `None` if the kind has no step of that name.
    pub fn step_label(&self, name: &str, from: Option<&str>) -> Option<&Label> {
        let there = from.and_then(|from| self.step_from(name, from));
        there.or_else(|| self.steps.iter().find(|step| step.name == name)).map(|step| &step.label)
    }

    /// The name of the step that is called so, by its name, its label or another word for it; any other word is given back.
    pub fn step_called<'a>(&'a self, called: &'a str) -> &'a str {
        let by_label = || self.steps.iter().find(|step| step.is_called(called));
        let step = self.steps.iter().find(|step| step.name == called).or_else(by_label);
        step.map_or(called, |step| step.name.as_str())
    }

    /// The steps that can be taken from a state, in the order of the file.
    pub fn steps_from<'k>(&'k self, state: &'k str) -> impl Iterator<Item = &'k Step> {
        self.steps.iter().filter(move |step| step.leads_from(state))
    }

    /// The rollup of a name, or of a label in any language.
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

    /// The condition that a word names, by its name or label.
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
