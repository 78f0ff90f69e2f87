//! The usual values of a field: `[[proposals]]`. People see them when they fill in the field, and choose. Nothing is
//! filled in for them (CP2).

use serde::{Deserialize, Serialize};

use super::reader::{self, AllShapes, condition_of};
use super::{Condition, Kind, shape};
use crate::filter::{Resolver, Unanswered};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::Problems;
use crate::place::toml::{Section, nearest};
use crate::record::{Choice, Field, FieldId, Record, Shape, Type};

/// The usual values of a field under a condition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Proposal {
    /// The field of the record.
    pub field: FieldId,
    /// The field of its lines, if it is a list of lines.
    pub inner: Option<FieldId>,
    /// For which records; `None` means all.
    pub when: Option<Condition>,
    /// The names of the values, or the texts, the most usual first.
    pub values: Vec<String>,
}

impl Proposal {
    /// The usual values for a record, for each field (or field of lines) of the proposals whose conditions hold.
    ///
    /// # Errors
    /// If a condition asks about other records and they cannot be looked up.
    pub fn usual<'k>(kind: &'k Kind, record: &Record, lookup: &dyn Resolver) -> Result<Vec<Usual<'k>>, Unanswered> {
        let mut found: Vec<Usual<'k>> = Vec::new();
        for proposal in &kind.proposals {
            let holds = proposal.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, lookup))?;
            if !holds {
                continue;
            }
            let field = kind.field(proposal.field);
            let chosen = match (field.ty.element(), proposal.inner) {
                (Type::Group(lines), Some(inner)) => lines.field(inner),
                _ => field,
            };
            let named = |value: &String| match chosen.ty.element() {
                Type::Choice(choices) => {
                    choices.iter().find(|choice| choice.name == *value && !choice.retired).cloned()
                }
                _ => Some(written(value)),
            };
            let values = proposal.values.iter().filter_map(named);
            match found.iter_mut().find(|usual| std::ptr::eq(usual.chosen, chosen)) {
                Some(usual) => usual.values.extend(values),
                None => found.push(Usual { field: &field.name, chosen, values: values.collect() }),
            }
        }
        Ok(found)
    }
}

/// The usual values of one field of a record.
#[derive(Debug, Clone)]
pub struct Usual<'k> {
    /// The name of the record's field.
    pub field: &'k str,
    /// The field that is chosen: the same, or one of its lines.
    pub chosen: &'k Field,
    /// The values, the most usual first.
    pub values: Vec<Choice>,
}

/// A text, which is read as it is written.
fn written(text: &str) -> Choice {
    Choice { name: text.to_owned(), label: Label::verbatim(text), also: Vec::new(), retired: false }
}

/// `[[proposals]]` with `field`, `when` and `values`.
pub(super) fn proposals(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Proposal> {
    let mut found = Vec::new();
    for table in section.list("proposals", problems) {
        let field = table.required_text("field", problems);
        let path = field.as_ref().and_then(|field| shape::path(shape, &field.value, &field.place, problems));
        let when = condition_of(table, "when", &shape.name, shapes, problems);
        let values = table.texts("values", problems);
        if values.is_empty() {
            problems.say(table.place(), label!(LoadText::Absent, key = "values"));
        }
        table.finish(problems);
        let (Some(named), Some(path)) = (field, path) else { continue };
        let (field, inner) = match path.as_slice() {
            [field] => (*field, None),
            [field, inner] => (*field, Some(*inner)),
            _ => {
                problems.say(&named.place, LoadText::TooDeep);
                continue;
            }
        };
        let ty = shape.field(field).ty.element();
        let ty = match (ty, inner) {
            (Type::Group(lines), Some(inner)) => lines.field(inner).ty.element(),
            (ty, _) => ty,
        };
        match ty {
            Type::Choice(choices) => {
                for value in values.iter().filter(|value| choices.iter().all(|choice| choice.name != value.value)) {
                    let near = nearest(&value.value, choices.iter().map(|choice| choice.name.as_str()));
                    problems.push(reader::unknown(&value.place, LoadText::WordValue, &value.value, &named.value, near));
                }
            }
            Type::Text => {
                for value in values.iter().filter(|value| value.value.trim().is_empty()) {
                    problems.say(&value.place, LoadText::EmptyProposal);
                }
            }
            _ => {
                problems.say(&named.place, label!(LoadText::NoProposal, name = named.value));
                continue;
            }
        }
        let values = values.into_iter().map(|value| value.value).collect();
        found.push(Proposal { field, inner, when, values });
    }
    found
}
