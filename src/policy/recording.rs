//! How late something may be noted, and until when a recorded operation can be taken back: `policy/recording.toml`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::acting::known;
use super::{People, Roles};
use crate::calendar::{Calendar, Moment, Roll, Span, Unit, Within};
use crate::kind::Kind;
use crate::place::{Place, Placed, Problems, toml};
use crate::record::Id;

/// The rules for recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// How late something may be noted after it happened. `None`: at any time.
    noted: Option<Late>,
    /// Steps with their own limit, such as `complete` or `callback:complete`.
    steps: Vec<(String, Late)>,
    /// The roles that may note something even later.
    later: Vec<String>,
    /// How long after recording an operation can be taken back.
    undo: Within,
}

/// A limit for noting, and where it is declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    /// The longest time after the event.
    pub within: Span,
    /// Where it is declared.
    pub place: Place,
}

impl Recording {
    /// The path of the file.
    pub const FILE: &'static str = "policy/recording.toml";

    /// The rules without such a file: no limit for noting, and operations can be taken back on the same day.
    pub fn none() -> Self {
        let undo = Within::Span(Span { count: 0, unit: Unit::Days });
        Recording { noted: None, steps: Vec::new(), later: Vec::new(), undo }
    }

    /// Reads the file.
    pub fn load(text: &str, kinds: &BTreeMap<String, Kind>, roles: &Roles, problems: &Problems) -> Option<Self> {
        let section = toml::read(Self::FILE, text, problems)?;
        let noted = section.text("noted-within", problems).and_then(|text| late(&text, problems));
        let later = section.texts("noted-later-by", problems);
        later.iter().for_each(|role| roles.check(role, problems));
        let undo = section.text("undo-within", problems).and_then(|text| span(&text, problems));
        let step = |table: &toml::Section| {
            let step = table.required_text("step", problems);
            let within = table.required_text("noted-within", problems);
            table.finish(problems);
            let step = step?;
            known(&step, kinds, problems);
            Some((step.value, late(&within?, problems)?))
        };
        let steps = section.list("steps", problems).into_iter().filter_map(step).collect();
        section.finish(problems);
        let undo = undo.map_or_else(|| Recording::none().undo, Within::Span);
        Some(Recording { noted, steps, later: later.into_iter().map(|role| role.value).collect(), undo })
    }

    /// The limit for noting a step of a kind: that of the step, else the general one.
    pub fn limit(&self, kind: &str, step: &str) -> Option<&Late> {
        let full = format!("{kind}:{step}");
        let own = self.steps.iter().find(|(listed, _)| *listed == full);
        let own = own.or_else(|| self.steps.iter().find(|(listed, _)| listed == step));
        own.map(|(_, late)| late).or(self.noted.as_ref())
    }

    /// Whether a person may note something after the limit.
    pub fn may_later(&self, people: &People, person: &Id, day: NaiveDate) -> bool {
        self.later.iter().any(|role| people.has_role(person, role, day))
    }

    /// The roles that may note something after the limit.
    pub fn later(&self) -> &[String] {
        &self.later
    }

    /// Until when an operation recorded at a moment can be taken back. `None`: the calendar does not know.
    pub fn undo_until(&self, recorded: Moment, calendar: &Calendar) -> Option<Moment> {
        calendar.due(recorded, &self.undo, Roll::Stay, 0).ok()
    }
}

impl Late {
    /// Whether an event is noted too late. It is never too late if the calendar does not know.
    pub fn is_over(&self, at: Moment, noted: Moment, calendar: &Calendar) -> bool {
        let due = calendar.due(at, &Within::Span(self.within), Roll::Stay, 0);
        due.is_ok_and(|due| noted > due)
    }
}

fn late(text: &Placed<String>, problems: &Problems) -> Option<Late> {
    span(text, problems).map(|within| Late { within, place: text.place.clone() })
}

fn span(text: &Placed<String>, problems: &Problems) -> Option<Span> {
    text.value.parse().map_err(|error: crate::calendar::SpanError| problems.say(&text.place, error.label())).ok()
}
