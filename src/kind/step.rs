//! What a step is: from where to where, by whom, and what it asks, forbids, seals, opens and advances.

use serde::{Deserialize, Serialize};

use super::invariant::Unique;
use crate::calendar::Span;
use crate::filter::Filter;
use crate::locale::Label;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Fields, Shape, Value};

/// A condition of a kind or policy file, with its place for refusals.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Condition {
    /// What is compared.
    pub filter: Filter,
    /// As it is written.
    pub text: Placed<String>,
    /// Why it is so, for people; a refusal shows it where it is given.
    pub reason: Label,
}

/// Something that must hold before a step is taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Demand {
    /// What must hold.
    pub holds: Condition,
    /// Only where this does.
    pub when: Option<Condition>,
}

/// What records that name the same one may come to together: an amount of that record (RT5, RT6).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Limit {
    /// The field that names that record. `None` if it is the record itself.
    pub through: Option<FieldId>,
    /// The amount, as a field of its kind.
    pub most: FieldId,
    /// What counts: of each of these kinds the field that names the record, and the amount.
    pub sums: Vec<Summand>,
    /// In these states nothing counts; the record whose step it is counts in any.
    pub without: Vec<String>,
    /// As it reads: `return.certified-amount + allowance.amount ≤ invoice.amount`.
    pub text: String,
    /// Why it is so, for people.
    pub reason: Label,
    /// Where it is said.
    pub place: Place,
}

/// What records of a kind add to a sum.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Summand {
    /// The kind.
    pub kind: String,
    /// Its field that names the record in common.
    pub through: FieldId,
    /// The amount.
    pub amount: Amount,
}

/// An amount of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Amount {
    /// In a field.
    Field(FieldId),
    /// A computed value, by name.
    Computed(String),
}

/// A step of a kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// What it is for.
    pub help: Label,
    /// It makes a record that another record's step opens, instead of the first step of the kind.
    pub opened: bool,
    /// The states that it can be taken from; none for a step that makes a record.
    pub from: Vec<String>,
    /// Where it leads.
    pub to: Target,
    /// Who may take it; empty is anybody of the staff.
    pub by: Vec<Who>,
    /// What must be there, given with the step or before.
    pub asks: Vec<Ask>,
    /// What must hold.
    pub when: Vec<Demand>,
    /// What must not be exceeded together with other records.
    pub limits: Vec<Limit>,
    /// Steps that must have been taken since the state was entered.
    pub after: Vec<After>,
    /// Departments that must stand in a list of those who take part.
    pub attends: Vec<Attends>,
    /// Deadlines of the kind that must run and have passed: the step is open only once they are overdue (GP4).
    pub overdue: Vec<Placed<String>>,
    /// The authority table that says who decides.
    pub authority: Option<Placed<String>>,
    /// Decisions that must still lie within the authority of the person who took them: a case that has grown since voids them.
    pub upholds: Vec<Placed<String>>,
    /// The field whose role goes one level up with the step.
    pub climbs: Option<Climb>,
    /// Who may not take it, whatever their role.
    pub not_by: Vec<Bar>,
    /// Roles whose holders may take it where everybody else who could is barred from it: the first that somebody free holds.
    pub instead: Vec<String>,
    /// A date field: the step is open from that day on.
    pub not_before: Option<NotBefore>,
    /// Fields that cannot be changed once it is taken, until a step leads back before it.
    pub seals: Vec<FieldId>,
    /// Fields of a list's lines that cannot be changed likewise: the list and the field.
    pub seals_within: Vec<(FieldId, FieldId)>,
    /// Fields that it may give although a step has sealed them, and of the lines of a list: it decides on them again. Events keep what
    /// they held before.
    pub unseals: Vec<Vec<FieldId>>,
    /// Fields that it empties, unless they are given with it: what held before it no longer does.
    pub clears: Vec<FieldId>,
    /// Fields that it sets where nobody gives them and they are empty, and where their values come from.
    pub sets: Vec<(FieldId, Source)>,
    /// It is refused while a record that is not closed is dealt to the person whose record this is (GP5).
    pub hands_over: bool,
    /// The records that it makes.
    pub opens: Vec<Opens>,
    /// The steps of other records that it takes.
    pub advances: Vec<Advance>,
    /// What linked records must have come to.
    pub needs: Vec<Need>,
    /// Where it is declared.
    pub place: Place,
}

impl Step {
    /// The right to `edit` of a kind that declares no such step: that of its first step. It demands nothing else.
    pub fn edit_like(first: &Step) -> Self {
        Step {
            by: first.by.clone(),
            not_by: first.not_by.clone(),
            authority: first.authority.clone(),
            ..Step::undeclared(super::EDIT, &first.place)
        }
    }

    /// A step that a kind does not declare and everybody of the staff may take: it changes no state and demands nothing.
    pub fn undeclared(name: &str, place: &Place) -> Self {
        Step {
            name: name.to_owned(),
            label: Label::default(),
            help: Label::default(),
            opened: false,
            from: Vec::new(),
            to: Target::Stay,
            by: Vec::new(),
            asks: Vec::new(),
            when: Vec::new(),
            limits: Vec::new(),
            after: Vec::new(),
            attends: Vec::new(),
            overdue: Vec::new(),
            authority: None,
            upholds: Vec::new(),
            climbs: None,
            not_by: Vec::new(),
            instead: Vec::new(),
            not_before: None,
            seals: Vec::new(),
            seals_within: Vec::new(),
            unseals: Vec::new(),
            clears: Vec::new(),
            sets: Vec::new(),
            hands_over: false,
            opens: Vec::new(),
            advances: Vec::new(),
            needs: Vec::new(),
            place: place.clone(),
        }
    }

    /// Whether it can be taken from a state.
    pub fn leads_from(&self, state: &str) -> bool {
        self.from.iter().any(|from| from == state)
    }

    /// Whether it says that the record was registered by mistake: it leads to a void state.
    pub fn voids(&self, shape: &Shape) -> bool {
        self.targets().into_iter().any(|state| shape.is_void(state))
    }

    /// Whether it is there to put right what other steps have fixed, and for nothing else: it asks for nothing, and changes the state
    /// only where what it changes is to be looked at again.
    pub fn only_corrects(&self) -> bool {
        let stays = match &self.to {
            Target::Stay => true,
            Target::First(branches) => branches.iter().all(|branch| !branch.changes.is_empty()),
            Target::State(_) | Target::Previous => false,
        };
        !self.unseals.is_empty() && self.asks.is_empty() && self.seals.is_empty() && stays
    }

    /// Whether it may give a field although a step has sealed it, of the lines of a list where `inner` is named. What it asks for
    /// and nobody has given yet it may fill in.
    pub fn unseals(&self, field: FieldId, inner: Option<FieldId>, empty: bool) -> bool {
        let named =
            |path: &Vec<FieldId>| path.first() == Some(&field) && path.get(1).is_none_or(|at| Some(*at) == inner);
        self.unseals.iter().any(named) || (empty && self.asks.iter().any(|ask| ask.field == field))
    }

    /// Every state that it can lead to by name; `previous` and staying name none.
    pub fn targets(&self) -> Vec<&str> {
        match &self.to {
            Target::Stay | Target::Previous => Vec::new(),
            Target::State(state) => vec![state],
            Target::First(branches) => branches.iter().map(|branch| branch.state.as_str()).collect(),
        }
    }
}

/// Who may change a field, whatever the step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guard {
    /// The field: of the record, or of the lines of one of its lists.
    pub path: Vec<FieldId>,
    /// Who may; empty is everybody who may take the step.
    pub by: Vec<Who>,
    /// Who may not, whatever their role: those who would gain by it.
    pub not_by: Vec<Bar>,
    /// Where it is said.
    pub place: Place,
}

/// Where a step leads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Target {
    /// The state stays.
    Stay,
    /// To a state.
    State(String),
    /// Back to the state before the one that the record is in.
    Previous,
    /// To the state of the first branch that fits the record as the step leaves it; where none does the state stays.
    First(Vec<Branch>),
}

/// A state that a step may lead to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Branch {
    /// What must hold of the record as the step leaves it.
    pub when: Option<Condition>,
    /// Fields, or a list and a field of its lines, of which the step must have changed one; empty asks for no change.
    pub changes: Vec<Vec<FieldId>>,
    /// The state.
    pub state: String,
}

/// Who may take a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// Everybody who has the role that day.
    Role(String),
    /// The person, or the people, that a field names.
    Field(FieldId),
    /// Everybody of the department, or departments, that a field names.
    Department(FieldId),
    /// The person who took a step of this record before.
    Step(String),
    /// The person whose record it is.
    Own,
}

/// A field that a step asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ask {
    /// The field.
    pub field: FieldId,
    /// The field of each line of it that must be there, where lines are asked for.
    pub inner: Option<FieldId>,
    /// Of which lines; none is of all.
    pub lines: Option<Lines>,
    /// Only where this holds.
    pub when: Option<Condition>,
    /// Where it is said.
    pub place: Place,
}

/// Which lines of a list of groups are meant: those where each of these fields has one of its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines(pub Vec<(FieldId, Vec<String>)>);

impl Lines {
    /// Whether a line is meant.
    pub fn hold(&self, line: &Fields) -> bool {
        self.0.iter().all(|(field, values)| {
            let value = line.get(*field).and_then(Value::as_text);
            value.is_some_and(|value| values.iter().any(|wanted| wanted == value))
        })
    }
}

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

/// A step that must have been taken since the state was entered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct After {
    /// The step.
    pub step: String,
    /// By a person of each department that this field names.
    pub each: Option<FieldId>,
    /// So often.
    pub times: usize,
    /// Since this state was entered last, instead of the one that the record is in; where it never was, ever.
    pub since: Option<String>,
    /// Only where this holds.
    pub when: Option<Condition>,
    /// Where it is said.
    pub place: Place,
}

/// Departments that must stand in a list of those who take part: each that the record names elsewhere (RL5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attends {
    /// The list of groups, and the field of its lines that names a department.
    pub list: (FieldId, FieldId),
    /// The field of its lines that names the person who takes part: a head of the department, if it has one.
    pub head: Option<FieldId>,
    /// The departments that must stand there: fields, or fields of lists' lines.
    pub of: Vec<Vec<FieldId>>,
    /// Why it is so, for people.
    pub reason: Label,
    /// Where it is said.
    pub place: Place,
}

/// Four eyes: who may not take a step, and in which records.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Bar {
    /// Who.
    pub who: NotBy,
    /// Only where this holds; a record that does not exist yet is not asked.
    pub when: Option<Condition>,
    /// Only once one of these steps of the record was taken; none is always.
    pub once: Vec<Placed<String>>,
    /// Also once a deadline of the record was missed.
    pub missed: bool,
}

/// From when on a step is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotBefore {
    /// The date field that says it; where it is empty, the step is open.
    pub field: FieldId,
    /// Where it is said.
    pub place: Place,
}

/// Four eyes: who may not take a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotBy {
    /// The person who took this step last, or wrote what it is about.
    Step(String),
    /// Everybody who took a step of the record.
    Anything,
    /// The person who took the step that has sealed what this one changes.
    Sealed,
    /// The person who holds this deadline of the record, or any, where it was missed.
    Missed(Option<String>),
    /// Whom this field names.
    Field(FieldId),
    /// Whom a field of this name names in the record that a field names: the person who is concerned in the case of a slip.
    Beyond(FieldId, String),
    /// Everybody of the department, or departments, that a field names.
    Department(FieldId),
    /// The person whose record it is.
    Own,
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
    /// One for each line of this list of groups, instead of one for the record.
    pub each: Option<FieldId>,
    /// Of which lines; none is of all.
    pub lines: Option<Lines>,
    /// A field that names a record of the same kind which this one repeats: where that one has what would be opened, or is
    /// still to get it, it serves this one too (CB5, GP4).
    pub shared: Option<FieldId>,
    /// Its fields, by handles of its own kind, and where their values come from.
    pub with: Vec<(FieldId, Source)>,
    /// Where there is one alike, that one is joined instead.
    pub joins: Option<Joins>,
    /// Where it is said.
    pub place: Place,
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
    /// A value that the policy gives.
    Fill(Fill),
    /// The first of these that gives a value.
    First(Vec<Source>),
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
    /// Of the records that name any form of the case, not this one alone.
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

/// What every linked record of a kind must have come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Their kind.
    pub kind: String,
    /// The states that will do.
    pub states: Vec<String>,
    /// At least one record of the kind must be there.
    pub some: bool,
    /// Where it is said.
    pub place: Place,
}
