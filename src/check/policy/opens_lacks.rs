//! What a step opens is made by the first step of its kind, which refuses it, and the step with it, where something is missing
//! that the first step asks for.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::kind::{Kind, Opens, Step};
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::record::{FieldId, Type};

pub(super) static CHECK: Check = Check { name: "opens-lacks", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    for kind in rulebook.policy.kinds.values() {
        for step in &kind.steps {
            for opens in &step.opens {
                let Some(target) = rulebook.policy.kind(&opens.kind) else { continue };
                let opened = opens.step.as_ref().and_then(|named| target.opened(&named.value));
                let first = opened.unwrap_or_else(|| target.first_step());
                let lacking = lacking(target, opens, first);
                if !lacking.is_empty() {
                    let (fields, first) = (lacking.join(", "), first.name.as_str());
                    let (step, kind) = (step.name.as_str(), opens.kind.as_str());
                    let message = label!(Text::OpensLacks, step = step, kind = kind, fields = fields, first = first);
                    found.say(&opens.place, message);
                }
            }
        }
    }
}

/// The fields that the record is to have and never gets. Files are never copied from one record to another.
fn lacking<'k>(target: &'k Kind, opens: &Opens, first: &'k Step) -> Vec<&'k str> {
    let given = |field: FieldId| {
        let named = opens.with.iter().chain(&first.sets).any(|(given, _)| *given == field);
        named && !matches!(target.field(field).ty.element(), Type::File)
    };
    let required = target.shape.handles().filter(|(_, field)| field.required).map(|(id, _)| id);
    let asked = first.asks.iter().filter(|ask| ask.when.is_none() && ask.inner.is_none()).map(|ask| ask.field);
    let mut fields: Vec<FieldId> = required.chain(asked).filter(|field| !given(*field)).collect();
    fields.sort();
    fields.dedup();
    fields.into_iter().map(|field| target.field(field).name.as_str()).collect()
}
