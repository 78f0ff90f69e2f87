//! Reads how `redress assign` distributes the records of a kind: `[assignment]` of a kind file.

use serde::{Deserialize, Serialize};

use super::path::Path;
use super::reader::{self, AllShapes};
use super::{Condition, Step, due};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::Section;
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type};

/// To whom the records of a kind are assigned, and how they are chosen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Assignment {
    /// The field that says to whom a record is assigned.
    pub field: FieldId,
    /// The step that assigns a record.
    pub step: String,
    /// The role of the people to whom records are assigned.
    pub role: String,
    /// Paths to people. The first of these people who is present keeps the record.
    pub keep: Vec<Path>,
    /// Which records count as a person's load. Without it, records that are not closed count.
    pub load: Option<Condition>,
    /// How work is distributed.
    pub balance: Balance,
    /// Where it is declared.
    pub place: Place,
}

/// How work is distributed among the people who may do it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Balance {
    /// Equal numbers first; capacity decides among equals.
    #[default]
    Even,
    /// In proportion to capacity.
    Proportional,
}

impl Balance {
    /// `balance = "even"` or `"proportional"` of a table.
    pub(crate) fn read(table: &Section, problems: &Problems) -> Self {
        match table.text("balance", problems) {
            Some(Placed { value, .. }) if value == "proportional" => Balance::Proportional,
            Some(Placed { value, place }) if value != "even" => {
                problems
                    .push(Problem::new(place, label!(LoadText::NoBalance, name = value)).help(LoadText::BalancesAre));
                Balance::Even
            }
            _ => Balance::Even,
        }
    }
}

/// Reads `[assignment]`: `field` (without it the kind's assignee), `step`, `role`, `keep`, `load`, `balance`.
pub(super) fn assignment(
    section: &Section,
    shape: &Shape,
    (assignee, steps): (Option<FieldId>, &[Step]),
    shapes: &AllShapes,
    problems: &Problems,
) -> Option<Assignment> {
    let table = section.section("assignment", problems)?;
    let field = match table.text("field", problems) {
        Some(named) => reader::field(shape, &named.value, &named.place, problems),
        None if assignee.is_none() => {
            problems.say(table.place(), LoadText::NothingAssigned);
            None
        }
        None => assignee,
    };
    let field = field.filter(|field| {
        let is_person = matches!(shape.field(*field).ty, Type::Person);
        if !is_person {
            problems.say(table.place(), label!(LoadText::AssignedNobody, name = shape.field(*field).name));
        }
        is_person
    });
    let step = table.required_text("step", problems);
    if let Some(step) = &step
        && !steps.iter().any(|known| known.name == step.value && !known.from.is_empty())
    {
        let names = steps.iter().map(|step| step.name.as_str());
        let near = crate::place::toml::nearest(&step.value, names);
        problems.push(reader::unknown(&step.place, LoadText::WordStep, &step.value, &shape.name, near));
    }
    let role = table.required_text("role", problems);
    if let Some(role) = &role {
        shapes.roles.check(role, problems);
    }
    let keep = table.texts("keep", problems);
    let keep = keep.iter().filter_map(|path| due::read(path, shape, shapes, problems)).collect();
    let load = reader::condition_of(table, "load", &shape.name, shapes, problems);
    let balance = Balance::read(table, problems);
    table.finish(problems);
    Some(Assignment {
        field: field?,
        step: step?.value,
        role: role?.value,
        keep,
        load,
        balance,
        place: table.place().clone(),
    })
}
