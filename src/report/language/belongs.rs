//! Whether a record belongs to a time span: by when it was opened or closed, by a step, a milestone or a date.

use chrono::NaiveDate;

use super::plan::Belongs;
use crate::calendar::{Moment, Period, Zone};
use crate::kind::Kind;
use crate::record::{Class, Event, FieldId, Id, Record, Value};
use crate::report::set::is_open_at;
use crate::report::{Belonging, Source};

impl Belongs {
    /// The same in the form that sources use.
    pub(super) fn belonging<'b>(&'b self, kind: &'b Kind, period: &'b Period) -> Belonging<'b> {
        match self {
            Belongs::Opened => Belonging::Opened(period),
            Belongs::Closed => Belonging::Closed(period),
            Belongs::Milestone { name, .. } => Belonging::Milestone(name, period),
            Belongs::Step(step) => Belonging::Step(step, period),
            Belongs::Field(field) => Belonging::Field(&kind.field(*field).name, period),
            Belongs::Touched => Belonging::Present(period),
            Belongs::OpenAtEnd => Belonging::OpenAtEnd(period),
            Belongs::All => Belonging::All,
        }
    }

    /// When a record began to belong to a time span. `None`: it does not belong. `Some(None)`: nothing says when.
    pub(super) fn when(&self, kind: &Kind, record: &Record, stretch: &Stretch, zone: Zone) -> Option<Option<Moment>> {
        let inside = |at: Moment| at >= stretch.from && at < stretch.end;
        let last = |wanted: &dyn Fn(&Event) -> bool| {
            let found = record.history.iter().filter(|event| inside(event.at) && wanted(event));
            found.map(|event| event.at).max()
        };
        match self {
            Belongs::OpenAtEnd => {
                let there = record.opened().is_some_and(|at| at < stretch.seen);
                (there && is_open_at(kind, record, stretch.seen)).then(|| record.opened())
            }
            Belongs::All => record.opened().is_some_and(|at| at < stretch.seen).then(|| record.opened()),
            Belongs::Opened => record.opened().filter(|at| inside(*at)).map(Some),
            Belongs::Milestone { states, .. } => {
                last(&|event| event.to.as_ref().is_some_and(|to| states.contains(to))).map(Some)
            }
            Belongs::Step(step) => last(&|event| event.step == *step).map(Some),
            Belongs::Touched => last(&|_| true).map(Some).or_else(|| {
                let there = record.opened().is_some_and(|at| at < stretch.end);
                (there && is_open_at(kind, record, stretch.from)).then_some(None)
            }),
            Belongs::Closed => {
                let closes = |event: &Event| event.to.as_ref().is_some_and(|to| kind.shape.class(to) == Class::Closed);
                let at = last(&closes)?;
                // its whole history decides whether it was closed before
                self.belonging(kind, &stretch.period).holds(kind, record, zone).then_some(Some(at))
            }
            Belongs::Field(field) => match record.get(*field) {
                Some(Value::Date(day)) => stretch.period.contains(*day).then(|| Some(day_start(*day, stretch))),
                Some(Value::Time(at)) => inside(*at).then_some(Some(*at)),
                _ => None,
            },
        }
    }
}

/// The beginning of a civil day, with the offset of the time span.
fn day_start(day: NaiveDate, stretch: &Stretch) -> Moment {
    let days = day.signed_duration_since(stretch.period.from).num_days();
    stretch.from + chrono::Duration::days(days)
}

/// The other record that a field of a record refers to.
pub(super) fn named(record: &Record, field: Option<FieldId>) -> Option<&Id> {
    match record.get(field?) {
        Some(Value::Ref(id)) if *id != record.id => Some(id),
        _ => None,
    }
}

/// A time span to which records belong: the whole period of a report, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The days.
    pub period: Period,
    /// The first instant.
    pub from: Moment,
    /// The instant right after the last one.
    pub end: Moment,
    /// The instant before which events count: its end, or now.
    pub seen: Moment,
}

/// The time span of a period.
pub(super) fn stretch(source: &dyn Source, period: Period) -> Stretch {
    let basis = source.basis();
    let (from, end) = period.moments(basis.policy.calendars.default().zone());
    // an event at exactly this instant counts
    let now = basis.now + chrono::Duration::seconds(1);
    Stretch { period, from, end, seen: end.min(now) }
}
