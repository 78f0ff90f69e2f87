//! Who may act as somebody else with `--as`: `policy/acting.toml`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{People, Roles};
use crate::kind::{EDIT, IMPORT, Kind};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::nearest;
use crate::place::{Place, Placed, Problem, Problems, toml};
use crate::record::Id;

/// The rules for acting as somebody else. Deputies come from staff records; clerks type for others what the policy
/// lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acting {
    /// Whether anybody may act as anybody: for a company with one desk, and for trying things out.
    pub anyone: bool,
    /// Who may type which steps for others, by role.
    pub clerks: Vec<Clerks>,
    /// The file, for refusals.
    pub place: Place,
}

/// A role that types for others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clerks {
    /// The role of the typist.
    pub role: String,
    /// The steps, such as `register` or `complaint:register`.
    pub steps: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

impl Acting {
    /// The path of the file.
    pub const FILE: &'static str = "policy/acting.toml";

    /// The rules without such a file: only deputies.
    pub fn none() -> Self {
        Acting { anyone: false, clerks: Vec::new(), place: Place::of_file(Self::FILE) }
    }

    /// Reads the file.
    pub fn load(text: &str, kinds: &BTreeMap<String, Kind>, roles: &Roles, problems: &Problems) -> Option<Self> {
        let section = toml::read(Self::FILE, text, problems)?;
        let anyone = section.flag("anyone", problems).unwrap_or(false);
        let clerk = |table: &toml::Section| {
            let steps = table.texts("steps", problems);
            let role = table.required_text("role", problems);
            table.finish(problems);
            let role = role?;
            roles.check(&role, problems);
            steps.iter().for_each(|step| known(step, kinds, problems));
            let steps = steps.into_iter().map(|step| step.value).collect();
            Some(Clerks { role: role.value, steps, place: role.place })
        };
        let clerks = section.list("clerks", problems).into_iter().filter_map(clerk).collect();
        section.finish(problems);
        Some(Acting { anyone, clerks, place: Place::of_file(Self::FILE) })
    }

    /// Whether `typist` may enter a step of a kind in the name of `actor` on a day.
    pub fn allows(
        &self,
        people: &People,
        typist: &Id,
        actor: &Id,
        kind: &str,
        step: &str,
        day: chrono::NaiveDate,
    ) -> bool {
        let listed = |clerks: &Clerks| {
            let full = format!("{kind}:{step}");
            clerks.steps.iter().any(|listed| listed == step || *listed == full)
        };
        typist == actor
            || self.anyone
            || self.clerks.iter().any(|clerks| listed(clerks) && people.has_role(typist, &clerks.role, day))
    }
}

/// Notes a problem if no kind has the step, or if the named kind does not have it.
pub(super) fn known(listed: &Placed<String>, kinds: &BTreeMap<String, Kind>, problems: &Problems) {
    let (kind, step) = match listed.value.split_once(':') {
        Some((kind, step)) => (Some(kind), step),
        None => (None, listed.value.as_str()),
    };
    let of: Vec<&Kind> = match kind {
        Some(kind) => kinds.get(kind).into_iter().collect(),
        None => kinds.values().collect(),
    };
    let say = |message: Label, near: Option<&str>| {
        let help = near.map(|near| label!(LoadText::DidYouMean, near = near));
        problems.push(Problem::new(listed.place.clone(), message).help_if(help));
    };
    if let Some(kind) = kind.filter(|_| of.is_empty()) {
        say(label!(LoadText::NoKind, kind = kind), nearest(kind, kinds.keys().map(String::as_str)));
    } else if ![EDIT, IMPORT].contains(&step) && of.iter().all(|kind| kind.steps_named(step).next().is_none()) {
        let near = nearest(step, of.iter().flat_map(|kind| &kind.steps).map(|step| step.name.as_str()));
        let message = match kind {
            Some(kind) => label!(LoadText::KindNoStep, kind = kind, step = step),
            None => label!(LoadText::NoKindStep, step = step),
        };
        say(message, near);
    }
}
