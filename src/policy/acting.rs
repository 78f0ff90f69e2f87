//! Who may act as somebody else with `--as`: `policy/acting.toml`.

use crate::place::{Place, Problems, toml};
use crate::record::Id;

use super::People;

/// The rules for acting as somebody else. Deputies are the staff records'; clerks type for others what the policy lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// Anybody may act as anybody: for a company of one desk, and for trying things.
    pub anyone: bool,
    /// Who has one of these roles may type these steps for others.
    pub clerks: Vec<Clerks>,
    /// The file, for refusals.
    pub place: Place,
}

/// Who types for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clerks {
    /// The role of who types.
    pub role: String,
    /// The steps, as `register` or `complaint:register`.
    pub steps: Vec<String>,
    /// Where it is said.
    pub place: Place,
}

impl Acting {
    /// The file that says it.
    pub const FILE: &'static str = "policy/acting.toml";

    /// What holds where there is no such file: deputies alone.
    pub fn none() -> Self {
        Acting { anyone: false, clerks: Vec::new(), place: Place::of_file(Self::FILE) }
    }

    /// Reads the file.
    pub fn load(text: &str, problems: &Problems) -> Option<Self> {
        let section = toml::read(Self::FILE, text, problems)?;
        let anyone = section.flag("anyone", problems).unwrap_or(false);
        let clerk = |table: &toml::Section| {
            let role = table.required_text("role", problems)?;
            let steps = table.texts("steps", problems).into_iter().map(|step| step.value).collect();
            table.finish(problems);
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
