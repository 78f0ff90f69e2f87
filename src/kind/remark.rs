//! Remarks on a record that is allowed but probably wrong: `[remarks.NAME]`. They are checked when a record is
//! written, shown or validated, and refuse nothing.

use serde::{Deserialize, Serialize};

use super::Condition;
use super::reader::{self, AllShapes, condition_of, label, name_of};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::Problems;
use crate::place::toml::Section;
use crate::record::{FieldId, Shape};

/// A remark on something that is allowed but probably not meant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remark {
    /// Its name, for scripts.
    pub name: String,
    /// The field that it is about. Whoever changes the field sees the remark.
    pub field: FieldId,
    /// The steps at which it is always shown.
    pub at: Vec<String>,
    /// The condition under which it applies.
    pub when: Condition,
    /// The remark, one sentence without a full stop.
    pub says: Label,
}

/// `[remarks.NAME]` with `field`, `at`, `when` and `says`.
pub(super) fn remarks(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Remark> {
    let mut found = Vec::new();
    for (name, table) in section.sections("remarks", problems) {
        name_of(name, LoadText::WordRemark, problems);
        let field = table.required_text("field", problems);
        let field = field.and_then(|field| reader::field(shape, &field.value, &field.place, problems));
        let at = table.texts("at", problems);
        at.iter().for_each(|step| {
            shapes.has_step(std::slice::from_ref(&shape.name), &step.value, &step.place, problems);
        });
        if table.item("when").is_none() {
            problems.say(table.place(), label!(LoadText::Absent, key = "when"));
        }
        let when = condition_of(table, "when", &shape.name, shapes, problems);
        let says = label(table, "says", &name.value, problems);
        table.finish(problems);
        if let (Some(field), Some(when)) = (field, when) {
            let at = at.into_iter().map(|step| step.value).collect();
            found.push(Remark { name: name.value.clone(), field, at, when, says });
        }
    }
    found
}
