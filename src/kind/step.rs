//! What a step is: from and to which states it leads, who may take it, and what it asks, forbids, seals, opens and
//! advances.

mod demand;
mod effect;
mod who;

pub use demand::{
    After, Ask, Attends, Condition, Demand, Entries, Limit, Lines, Most, Need, Next, NotBefore, StepAmount, Summand,
};
pub use effect::{Advance, Climb, Covers, Doings, Fill, Joins, OnlyOnce, Opens, Source, Told, Which, Whose};
pub use who::{Bar, Guard, NotBy, Post, Who};

use serde::{Deserialize, Serialize};

use super::AtMost;
use crate::locale::Label;
use crate::place::{Place, Placed};
use crate::record::{FieldId, Shape, is_among};

/// A step of a kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Other words for it. They are accepted wherever its name and label are.
    pub also: Vec<String>,
    /// What it is for.
    pub help: Label,
    /// Whether it makes a record that another record's step opens, in place of the first step of the kind.
    pub opened: bool,
    /// The states from which it can be taken; empty for a step that makes a record.
    pub from: Vec<String>,
    /// Where it leads.
    pub to: Target,
    /// Who may take it; if empty, anybody of the staff.
    pub by: Vec<Who>,
    /// Fields that must have a value, given with the step or before.
    pub asks: Vec<Ask>,
    /// What must hold.
    pub when: Vec<Demand>,
    /// How often it may be taken on a record.
    pub at_most: Option<AtMost>,
    /// Limits that must not be exceeded together with other records.
    pub limits: Vec<Limit>,
    /// Steps that must have been taken since the record entered its state.
    pub after: Vec<After>,
    /// Departments that must be in a list of participants.
    pub attends: Vec<Attends>,
    /// Deadlines of the kind that must run and have passed: the step may only be taken once they are overdue (GP4).
    pub overdue: Vec<Placed<String>>,
    /// Deadlines of the kind that must run and not have passed: the step may only be taken before they are overdue.
    pub before: Vec<Placed<String>>,
    /// The authority table that says who decides.
    pub authority: Option<Placed<String>>,
    /// Decisions that must still be within the authority of the person who took them. A case that has grown since
    /// makes them void.
    pub upholds: Vec<Placed<String>>,
    /// The field whose role rises one level with the step.
    pub climbs: Option<Climb>,
    /// Who may not take it, regardless of their role.
    pub not_by: Vec<Bar>,
    /// For which records it may stand among the next steps.
    pub next: Next,
    /// Roles that may take it if everybody else who could is barred: the first role that a person without a bar has.
    pub instead: Vec<Who>,
    /// A date field: the step may be taken from that day on.
    pub not_before: Option<NotBefore>,
    /// Fields that cannot be changed once the step is taken, until a step leads back before it.
    pub seals: Vec<FieldId>,
    /// Fields of a list's lines that are sealed in the same way: the list and the field.
    pub seals_within: Vec<(FieldId, FieldId)>,
    /// Fields, and fields of a list's lines, that it may change although a step has sealed them: it decides on them
    /// again. Events keep the earlier values.
    pub unseals: Vec<Vec<FieldId>>,
    /// Fields that it empties, unless they are given with it: earlier values no longer hold.
    pub clears: Vec<FieldId>,
    /// Fields that it sets if they are empty and nobody gives them, with the source of each value.
    pub sets: Vec<(FieldId, Source)>,
    /// Lists to which it adds a line, unless they are given with it: the fields of the line, with the source of each
    /// value.
    pub adds: Vec<(FieldId, Vec<(FieldId, Source)>)>,
    /// Lists from which it removes a value, unless they are given with it.
    pub drops: Vec<(FieldId, Source)>,
    /// The field that says with whom the step is done. It may be taken at once on all records of the kind with the
    /// same value.
    pub covers: Option<Covers>,
    /// Whether it is refused while a record that is not closed is assigned to the person whose record this is (GP5).
    pub hands_over: bool,
    /// The records that it makes.
    pub opens: Vec<Opens>,
    /// The steps of other records that it takes.
    pub advances: Vec<Advance>,
    /// States that linked records must have reached.
    pub needs: Vec<Need>,
    /// Where it is declared.
    pub place: Place,
}

impl Step {
    /// Whether the word is its label in any language, or one of its other words.
    pub fn is_called(&self, word: &str) -> bool {
        self.label.matches(word) || is_among(&self.also, word)
    }

    /// Whether the note of the step goes into this field if nobody gives it a value.
    pub fn takes_note(&self, field: FieldId) -> bool {
        self.sets.iter().any(|(set, source)| *set == field && source.is_note())
    }

    /// The `edit` step of a kind that declares none: the people of its first step may take it. It demands nothing
    /// else.
    pub fn edit_like(first: &Step) -> Self {
        Step {
            by: first.by.clone(),
            not_by: first.not_by.clone(),
            authority: first.authority.clone(),
            ..Step::undeclared(super::EDIT, &first.place)
        }
    }

    /// A step that a kind does not declare and that any member of staff may take. It changes no state and demands
    /// nothing.
    pub fn undeclared(name: &str, place: &Place) -> Self {
        Step {
            name: name.to_owned(),
            label: Label::default(),
            also: Vec::new(),
            help: Label::default(),
            opened: false,
            from: Vec::new(),
            to: Target::Stay,
            by: Vec::new(),
            asks: Vec::new(),
            when: Vec::new(),
            at_most: None,
            limits: Vec::new(),
            after: Vec::new(),
            attends: Vec::new(),
            overdue: Vec::new(),
            before: Vec::new(),
            authority: None,
            upholds: Vec::new(),
            climbs: None,
            not_by: Vec::new(),
            next: Next::Always,
            instead: Vec::new(),
            not_before: None,
            seals: Vec::new(),
            seals_within: Vec::new(),
            unseals: Vec::new(),
            clears: Vec::new(),
            sets: Vec::new(),
            adds: Vec::new(),
            drops: Vec::new(),
            covers: None,
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

    /// Whether it marks the record as registered by mistake: it leads to a void state.
    pub fn voids(&self, shape: &Shape) -> bool {
        self.targets().into_iter().any(|state| shape.is_void(state))
    }

    /// Whether it only corrects what other steps have sealed: it asks for nothing, and changes the state only if the
    /// changed fields must be examined again.
    pub fn only_corrects(&self) -> bool {
        let stays = match &self.to {
            Target::Stay => true,
            Target::First(branches) => branches.iter().all(|branch| !branch.changes.is_empty()),
            Target::State(_) | Target::Previous => false,
        };
        !self.unseals.is_empty() && self.asks.is_empty() && self.seals.is_empty() && stays
    }

    /// Whether it may change a field (or the field `inner` of its lines) although a step has sealed it. It may also
    /// fill in an empty field that it asks for.
    pub fn unseals(&self, field: FieldId, inner: Option<FieldId>, empty: bool) -> bool {
        let named =
            |path: &Vec<FieldId>| path.first() == Some(&field) && path.get(1).is_none_or(|at| Some(*at) == inner);
        self.unseals.iter().any(named) || (empty && self.asks.iter().any(|ask| ask.field == field))
    }

    /// Whether it empties a private field for good: it does not ask for another value.
    pub fn erases(&self, shape: &Shape, field: FieldId) -> bool {
        let asked = || self.asks.iter().any(|ask| ask.field == field);
        self.clears.contains(&field) && shape.field(field).holds_private() && !asked()
    }

    /// Every state that it names as a target. `previous` and staying name none.
    pub fn targets(&self) -> Vec<&str> {
        match &self.to {
            Target::Stay | Target::Previous => Vec::new(),
            Target::State(state) => vec![state],
            Target::First(branches) => branches.iter().map(|branch| branch.state.as_str()).collect(),
        }
    }
}

/// Where a step leads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Target {
    /// The state stays the same.
    Stay,
    /// To a state.
    State(String),
    /// Back to the state before the one that the record is in.
    Previous,
    /// To the state of the first branch that fits the record after the step. If none fits, the state stays the same.
    First(Vec<Branch>),
}

/// A state that a step may lead to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Branch {
    /// What must hold for the record after the step.
    pub when: Option<Condition>,
    /// Fields, or fields of a list's lines. The step must change at least one of them. If the list is empty, no
    /// change is needed.
    pub changes: Vec<Vec<FieldId>>,
    /// The state.
    pub state: String,
}
