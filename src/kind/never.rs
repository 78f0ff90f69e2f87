//! What no record of a kind may become: `[[never]] changes = ["apology"], when = "fault=client", reason = …`.
//! `lifecycle` checks it at every step, edit and import.

use serde::{Deserialize, Serialize};

use super::reader::{self, AllShapes, condition_of};
use super::{Condition, invariant};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::Section;
use crate::place::{Place, Problems};
use crate::record::{FieldId, Record, Shape};

/// Something that no record may become.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Never {
    /// Checked when one of these fields changes. If there are none, checked when the condition becomes true.
    pub changes: Vec<FieldId>,
    /// What a record may not be.
    pub when: Condition,
    /// The states in which a record is not checked.
    pub without: Vec<String>,
    /// The reason, for people.
    pub reason: Label,
    /// Where it is declared.
    pub place: Place,
}

impl Never {
    /// Whether one of its fields has another value than before.
    pub fn changed(&self, before: Option<&Record>, after: &Record) -> bool {
        self.changes.iter().any(|field| before.and_then(|before| before.get(*field)) != after.get(*field))
    }
}

/// `[[never]]`.
pub(super) fn nevers(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Never> {
    let never = |table: &Section| {
        let named = table.texts("changes", problems);
        let changes =
            named.iter().filter_map(|name| reader::field(shape, &name.value, &name.place, problems)).collect();
        let when = condition_of(table, "when", &shape.name, shapes, problems);
        if when.is_none() && !table.has("when") {
            problems.say(table.place(), label!(LoadText::Absent, key = "when"));
        }
        let (without, reason) = invariant::rest(table, shape, problems);
        let when = when?;
        Some(Never { changes, place: when.text.place.clone(), when, without, reason })
    };
    section.list("never", problems).into_iter().filter_map(never).collect()
}
