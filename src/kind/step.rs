//! What a step is: from where to where, by whom, and what it asks, forbids, seals, opens and advances.

mod demand;
mod effect;
mod who;

pub use demand::{
    After, Ask, Attends, Condition, Demand, Entries, Limit, Lines, Most, Need, NotBefore, StepAmount, Summand,
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
    /// Other words for it, which are taken wherever its name and label are.
    pub also: Vec<String>,
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
    /// How often it may be taken of a record.
    pub at_most: Option<AtMost>,
    /// What must not be exceeded together with other records.
    pub limits: Vec<Limit>,
    /// Steps that must have been taken since the state was entered.
    pub after: Vec<After>,
    /// Departments that must stand in a list of those who take part.
    pub attends: Vec<Attends>,
    /// Deadlines of the kind that must run and have passed: the step is open only once they are overdue (GP4).
    pub overdue: Vec<Placed<String>>,
    /// Deadlines of the kind that must run and not have passed: the step is open only before they are overdue.
    pub before: Vec<Placed<String>>,
    /// The authority table that says who decides.
    pub authority: Option<Placed<String>>,
    /// Decisions that must still lie within the authority of the person who took them: a case that has grown since voids them.
    pub upholds: Vec<Placed<String>>,
    /// The field whose role goes one level up with the step.
    pub climbs: Option<Climb>,
    /// Who may not take it, regardless of their role.
    pub not_by: Vec<Bar>,
    /// Who may take it where everybody else who could is barred from it: roles, the first that somebody free holds.
    pub instead: Vec<Who>,
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
    /// Fields that it sets if nobody gives them and they are empty, and where their values come from.
    pub sets: Vec<(FieldId, Source)>,
    /// Lists that it adds a line to, unless they are given with it: the fields of the line, and where their values come from.
    pub adds: Vec<(FieldId, Vec<(FieldId, Source)>)>,
    /// Lists that it takes a value out of, unless they are given with it.
    pub drops: Vec<(FieldId, Source)>,
    /// The field that names whom the step is done with: it may be taken at once of all records of the kind that name the same.
    pub covers: Option<Covers>,
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
    /// Whether the word is its label in any language, or another word for it.
    pub fn is_called(&self, word: &str) -> bool {
        self.label.matches(word) || is_among(&self.also, word)
    }

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
    /// Fields, or a list and a field of its lines. The step must change at least one of them. If this is empty, no change is
    /// needed.
    pub changes: Vec<Vec<FieldId>>,
    /// The state.
    pub state: String,
}
