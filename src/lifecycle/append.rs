//! The only place that writes events: who took which step, and what else the event keeps about the record.

use std::collections::BTreeSet;

use super::{Operation, Refusal, Unfit, linked};
use crate::filter::Unanswered;
use crate::kind::Kind;
use crate::policy::BETWEEN_FROM;
use crate::record::{Event, FieldId, Fields, Record, Value};

impl Operation<'_> {
    /// Returns the record with one more event, in the state that the event leads to. `before` is the record before
    /// the event; the first event has none. The event keeps which fields changed (`set`), what promises were before
    /// (`was`), and the truth of the deadline conditions (`holds`). It also keeps values that an earlier event of the
    /// same commit set (`was`, `had`).
    ///
    /// # Errors
    /// If a deadline condition cannot be evaluated, or if something private would be kept for ever.
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
        // the calendar that counted a time, or the hand that wrote it, may have another zone than the book
        let zone = self.setting.policy.settings.time_zone;
        for field in set.iter().filter_map(|name| kind.shape.field_id(name)) {
            if let Some(mut value) = after.get(field).cloned() {
                value.localize(zone);
                after.fields.set(field, value);
            }
        }
        let (at, noted) = (zone.local(event.at), event.noted.map(|noted| zone.local(noted)));
        let was = linked::was(kind, &event.step, fields, &set, kept);
        if let Some(to) = &event.to {
            after.state.clone_from(to);
        }
        after.history.push(Event { at, noted, set, was, had, ..event });
        let older = before.map(|before| super::Lookup::rules(&self.pending, before)).transpose()?.flatten();
        let judging = older.as_deref().and_then(|rules| rules.kind(kind.name())).unwrap_or(kind);
        let holds = holds(judging, before, &after, &self.pending)?;
        if let Some(event) = after.history.last_mut() {
            event.holds = holds;
        }
        Ok(after)
    }

    /// The fields of an event that an earlier event of the same commit also set. No commit holds their values between
    /// the two events.
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
                // An event is kept for ever, so it must not hold private values: `erase` could not remove them.
                _ if kind.field(field).holds_private() => {
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

/// What an event keeps about fields that an earlier event of the same commit set.
struct Between {
    /// The fields whose earlier value is kept.
    kept: Vec<FieldId>,
    /// For lists that only got more lines: how many lines they had.
    had: Vec<(String, usize)>,
}

/// The truth of the deadline conditions that an event keeps. The first event of a record has all of them, later
/// events have those that changed. In older records no event has a condition's truth; then an event has it if it
/// changed it.
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

/// Whether the truth that events last kept for a deadline condition is wrong for the record as it is now.
///
/// # Errors
/// If a deadline condition cannot be evaluated.
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

/// The truth of a deadline condition in the last event that has it.
fn last(history: &[Event], condition: &str) -> Option<bool> {
    let told = history.iter().rev().find_map(|event| event.holds.iter().find(|(name, _)| name == condition));
    told.map(|(_, holds)| *holds)
}
