//! Records that a step opens without a field that their first step asks for. The first step then refuses the record,
//! and the step that opens it is refused with it. If the field is asked for under a condition, the values in the
//! entry decide whether that holds.

use std::collections::BTreeSet;

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::kind::{Fill, Kind, Opens, Source, Step};
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::record::{FieldId, Fields, Type, Value};

pub(super) static CHECK: Check = Check { name: "opens-lacks", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    for kind in rulebook.policy.kinds.values() {
        for step in &kind.steps {
            for opens in &step.opens {
                let Some(target) = rulebook.policy.kind(&opens.kind) else { continue };
                let opened = opens.step.as_ref().and_then(|named| target.opened(&named.value));
                let first = opened.unwrap_or_else(|| target.first_step());
                let opening = Opening { target, opens, first };
                let (step, kind, first) = (step.name.as_str(), opens.kind.as_str(), first.name.as_str());
                let (lacking, perhaps) = opening.lacking();
                if !lacking.is_empty() {
                    let fields = lacking.join(", ");
                    let message = label!(Text::OpensLacks, step = step, kind = kind, fields = fields, first = first);
                    found.say(&opens.place, message);
                }
                for (field, when) in perhaps {
                    let message =
                        label!(Text::OpensMayLack, step = step, kind = kind, field = field, first = first, when = when);
                    found.say(&opens.place, message);
                }
            }
        }
    }
}

/// An entry of `opens`.
struct Opening<'k> {
    target: &'k Kind,
    opens: &'k Opens,
    first: &'k Step,
}

impl<'k> Opening<'k> {
    /// The fields that the record needs but never gets, and those that it needs under a condition that the entry does
    /// not decide.
    fn lacking(&self) -> (Vec<&'k str>, Vec<(&'k str, &'k str)>) {
        let required = self.target.shape.handles().filter(|(_, field)| field.required).map(|(id, _)| id);
        let mut lacking: BTreeSet<FieldId> = required.filter(|field| !self.gives(*field)).collect();
        let mut perhaps: Vec<(FieldId, &str)> = Vec::new();
        for ask in self.first.asks.iter().filter(|ask| ask.inner.is_none() && !self.gives(ask.field)) {
            let holds = match &ask.when {
                None => Some(true),
                Some(when) => when.filter.decided(&self.fixed(), &|field| self.is_known(field)),
            };
            match (holds, &ask.when) {
                (Some(true), _) => drop(lacking.insert(ask.field)),
                (None, Some(when)) => perhaps.push((ask.field, when.text.value.as_str())),
                _ => {}
            }
        }
        perhaps.retain(|(field, _)| !lacking.contains(field));
        let name = |field: FieldId| self.target.field(field).name.as_str();
        (
            lacking.into_iter().map(name).collect(),
            perhaps.into_iter().map(|(field, when)| (name(field), when)).collect(),
        )
    }

    /// The sources of a field, in the entry and in the step that makes the record.
    fn sources(&self, field: FieldId) -> impl Iterator<Item = &'k Source> {
        let all = self.opens.with.iter().chain(&self.first.sets);
        all.filter(move |(given, _)| *given == field).map(|(_, source)| source)
    }

    /// Whether the record gets a value for the field. Files are never copied from one record to another.
    fn gives(&self, field: FieldId) -> bool {
        let named = self.sources(field).next().is_some();
        named && !matches!(self.target.field(field).ty.element(), Type::File)
    }

    /// Whether the value of a field is known: it is fixed in the policy, or the field stays empty.
    fn is_known(&self, field: FieldId) -> bool {
        self.sources(field).next().is_none_or(|source| fixed(source).is_some())
    }

    /// The fields with values that are fixed in the policy.
    fn fixed(&self) -> Fields {
        let mut fields = Fields::new();
        for (field, source) in self.first.sets.iter().chain(&self.opens.with) {
            if let Some(value) = fixed(source) {
                fields.set(*field, value.clone());
            }
        }
        fields
    }
}

/// The value that a source always gives.
fn fixed(source: &Source) -> Option<&Value> {
    match source {
        Source::Fill(Fill::Value(value)) => Some(value),
        Source::First(all) => all.first().and_then(fixed),
        _ => None,
    }
}
