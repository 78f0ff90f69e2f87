//! The one place where events are written: who took which step, and what the event says of the record besides.

use std::collections::BTreeSet;

use super::{Operation, Refusal, Unfit, linked};
use crate::filter::Unanswered;
use crate::kind::Kind;
use crate::policy::BETWEEN_FROM;
use crate::record::{Event, FieldId, Fields, Record, Shape, Type, Value};

impl Operation<'_> {
    /// The record with one more event, and in the state that the event leads to. `before` is the record before it; there is none
    /// for its first event. The event gets the fields that changed (`set`), what promises were before (`was`), and the truth of the
    /// deadline conditions (`holds`). What an earlier event of the same commit set it keeps as well (`was`, `had`).
    ///
    /// # Errors
    /// A deadline condition cannot be told, or something private would be kept for good.
    pub(super) fn append(
        &self,
        kind: &Kind,
        before: Option<&Record>,
        mut after: Record,
        event: Event,
    ) -> Result<Record, Refusal> {
        let none = Fields::new();
        let fields = before.map_or(&none, |before| &before.fields);
        let set = after.fields.changed(fields, &kind.shape);
        let Between { kept, had } = self.between(kind, before, &after, &set, &event.step)?;
        let was = linked::was(kind, &event.step, fields, &set, kept);
        if let Some(to) = &event.to {
            after.state.clone_from(to);
        }
        after.history.push(Event { set, was, had, ..event });
        let older = before.map(|before| super::Lookup::rules(&self.pending, before)).transpose()?.flatten();
        let judging = older.as_deref().and_then(|rules| rules.kind(kind.name())).unwrap_or(kind);
        let holds = holds(judging, before, &after, &self.pending)?;
        if let Some(event) = after.history.last_mut() {
            event.holds = holds;
        }
        Ok(after)
    }

    /// Of the fields that an event sets those that an earlier event of the same commit set: no commit holds what they were in between.
    fn between(
        &self,
        kind: &Kind,
        before: Option<&Record>,
        after: &Record,
        set: &[String],
        step: &str,
    ) -> Result<Between, Refusal> {
        let (mut kept, mut had) = (Vec::new(), Vec::new());
        let Some(before) = before.filter(|_| self.setting.policy.settings.format >= BETWEEN_FROM) else {
            return Ok(Between { kept, had });
        };
        let stood = self.setting.ids.stood(&before.id).unwrap_or_else(|| self.pending.stood(before));
        let same = before.history.get(stood..).unwrap_or_default();
        let named: BTreeSet<&String> = same.iter().flat_map(|event| &event.set).collect();
        for name in set.iter().filter(|name| named.contains(name)) {
            let Some((field, value)) = kind.shape.field_id(name).and_then(|field| Some((field, before.get(field)?)))
            else {
                continue;
            };
            let now = after.get(field).map(Value::elements).unwrap_or_default();
            match value {
                Value::List(lines) if now.starts_with(lines) => had.push((name.clone(), lines.len())),
                // An event is there for good, and what is private must not be: `erase` could not clear it.
                _ if is_private(&kind.shape, field) => {
                    let by = same.iter().rev().find(|event| event.set.contains(name));
                    return Err(Refusal::Unfit(Unfit::Between {
                        id: before.id.clone(),
                        kind: kind.name().to_owned(),
                        field: name.clone(),
                        by: by.map(|event| event.step.clone()).unwrap_or_default(),
                        step: step.to_owned(),
                    }));
                }
                _ => kept.push(field),
            }
        }
        Ok(Between { kept, had })
    }
}

/// What an event keeps of fields that an earlier event of the same commit set.
struct Between {
    /// The fields whose value before it is kept.
    kept: Vec<FieldId>,
    /// Of lists that only got more lines: how many they had.
    had: Vec<(String, usize)>,
}

/// Whether a field is private, or something within it.
fn is_private(shape: &Shape, field: FieldId) -> bool {
    let field = shape.field(field);
    let within = |ty: &Type| match ty.element() {
        Type::Group(lines) => lines.fields().iter().any(|inner| inner.private),
        _ => false,
    };
    field.private || within(&field.ty)
}

/// The truth of the deadline conditions that the last event of a record tells: of each condition in the record's first event, later
/// of those that are no longer as they were last told. A condition that no event tells, as in older records, is told where the
/// event changed it.
fn holds(
    kind: &Kind,
    before: Option<&Record>,
    after: &Record,
    lookup: &dyn crate::filter::Resolver,
) -> Result<Vec<(String, bool)>, Unanswered> {
    let mut told = Vec::new();
    for (name, when) in kind.told() {
        let now = when.filter.matches(after, lookup)?;
        let known = match before {
            None => None,
            Some(before) => match last(&before.history, name) {
                Some(known) => Some(known),
                None => Some(when.filter.matches(before, lookup)?),
            },
        };
        if known != Some(now) {
            told.push((name.to_owned(), now));
        }
    }
    Ok(told)
}

/// Whether events last told something untrue of a deadline condition of a record as it is now.
///
/// # Errors
/// A deadline condition cannot be told.
pub(crate) fn untrue(kind: &Kind, record: &Record, lookup: &dyn crate::filter::Resolver) -> Result<bool, Unanswered> {
    for (name, when) in kind.told() {
        if let Some(told) = last(&record.history, name)
            && when.filter.matches(record, lookup)? != told
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What events last told of a deadline condition.
fn last(history: &[Event], condition: &str) -> Option<bool> {
    let told = history.iter().rev().find_map(|event| event.holds.iter().find(|(name, _)| name == condition));
    told.map(|(_, holds)| *holds)
}
