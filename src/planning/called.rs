//! The earlier callbacks of a client: when the next one is due, and which states mean that the client was called.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::question::{Question, civil};
use crate::calendar::{Calendar, Outside, Span};
use crate::kind::{DeadlineTarget, Kind, Mark};
use crate::policy::{CallbackFields, Campaign};
use crate::record::{Class, FieldId, Id, Record, Value};

/// The existing callbacks.
#[derive(Default)]
pub(super) struct Past {
    /// When a client was last called, by campaign or (for a callback without campaign) by reason.
    pub(super) last: HashMap<(Id, String), NaiveDate>,
    /// Clients with an open callback, with the same key.
    pub(super) pending: BTreeSet<(Id, String)>,
    /// Open callbacks: whose they are, and their day.
    pub(super) open: Vec<(Option<Id>, Option<NaiveDate>)>,
}

impl Past {
    pub(super) fn of((fields, kind): (&CallbackFields, &Kind), question: &Question<'_>, calendar: &Calendar) -> Self {
        let CallbackFields { client, campaign, reason, due, happened, .. } = *fields;
        let text = |record: &Record, field| record.get(field).and_then(Value::as_text).map(str::to_owned);
        let made = called_states(kind, due);
        let mut past = Past::default();
        for record in question.records.get(kind.name()).into_iter().flatten() {
            let Some(Value::Ref(client)) = record.get(client) else { continue };
            let by = campaign.and_then(|field| text(record, field)).map(|name| format!("campaign {name}"));
            let by = by.or_else(|| Some(format!("reason {}", text(record, reason?)?)));
            let by = by.map(|by| (client.clone(), by));
            if kind.shape.class(&record.state) != Class::Closed {
                let assignee = kind.assignee.and_then(|field| text(record, field)).and_then(|id| id.parse().ok());
                let due = due.and_then(|field| record.get(field)).and_then(|value| day(value, calendar));
                past.open.push((assignee, due));
                past.pending.extend(by.clone());
            }
            let called = happened.and_then(|field| record.get(field)).and_then(|value| day(value, calendar));
            let called = called.or_else(|| {
                // A call that reached nobody counts as made. A callback that was cancelled or that waits does not.
                let entered =
                    |event: &&crate::record::Event| event.to.as_ref().is_some_and(|to| made.contains(to.as_str()));
                record.history.iter().rfind(entered).map(|event| calendar.zone().date(event.at))
            });
            if let (Some(by), Some(called)) = (by, called) {
                let last = past.last.entry(by).or_insert(called);
                *last = called.max(*last);
            }
        }
        past
    }

    /// When a client is due by the rhythm of a campaign. `None` while a callback of the campaign is open, and for a
    /// client without earlier callbacks.
    pub(super) fn due(
        &self,
        fields: &CallbackFields,
        client: &Record,
        campaign: &Campaign,
        every: Span,
        calendar: &Calendar,
    ) -> Result<Option<NaiveDate>, Outside> {
        let reason = fields.reason.and_then(|reason| campaign.set.iter().find(|(field, _)| *field == reason));
        let reason = reason.and_then(|(_, value)| value.as_text()).map(|reason| format!("reason {reason}"));
        let names: Vec<(Id, String)> = [Some(format!("campaign {}", campaign.name)), reason]
            .into_iter()
            .flatten()
            .map(|name| (client.id.clone(), name))
            .collect();
        if names.iter().any(|name| self.pending.contains(name)) {
            return Ok(None);
        }
        let last = names.iter().filter_map(|name| self.last.get(name)).max().copied();
        let Some(since) = last.or_else(|| client.opened().map(|at| calendar.zone().date(at))) else { return Ok(None) };
        let start = calendar.zone().start_of_day(since);
        Ok(Some(civil(calendar, calendar.proposed(start, every)?)))
    }
}

/// The states in which the client was called, successfully or not: states that end the deadline of the planned day,
/// and the kind's milestones, which imported callbacks have reached.
fn called_states(kind: &Kind, due: Option<FieldId>) -> BTreeSet<&str> {
    let ends = kind.deadlines.iter().filter(|deadline| Some(&deadline.target) == due.map(DeadlineTarget::By).as_ref());
    let states = ends.flat_map(|deadline| &deadline.stops).filter_map(|stop| match stop {
        Mark::State(state) => Some(state.as_str()),
        _ => None,
    });
    states.chain(kind.milestones.iter().flat_map(|milestone| &milestone.states).map(String::as_str)).collect()
}

pub(super) fn day(value: &Value, calendar: &Calendar) -> Option<NaiveDate> {
    match value {
        Value::Date(date) => Some(*date),
        Value::Time(at) => Some(calendar.zone().date(*at)),
        _ => None,
    }
}
