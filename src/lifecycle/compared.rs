//! Whether the values of fields are possible: no date after today, no date before the event that it follows, no
//! number above another one. A step is judged only by its changes, so that people can still work on an old record
//! that breaks these rules.

use rust_decimal::Decimal;

use super::refusal::Misplacement;
use super::{Lookup, Operation, Refusal, SKEW, Unfit};
use crate::calendar::{Moment, Zone};
use crate::filter::Unanswered;
use crate::kind::{Against, Compared, Kind, Side};
use crate::policy::Policy;
use crate::record::{FieldId, Fields, Record, Type, Value};

/// A field of a record or a line whose value is not possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    /// The field, such as `delivered` or `resales.0.date`.
    pub key: String,
    /// Why a step that gives it is refused.
    pub refusal: Refusal,
}

/// The record and what it is compared with.
struct Looking<'l> {
    kind: &'l Kind,
    lookup: &'l dyn Lookup,
    zone: Zone,
    now: Moment,
}

impl Operation<'_> {
    /// Refuses a change that makes a record break these rules.
    pub(super) fn compared(&self, kind: &Kind, before: Option<&Record>, after: &Record) -> Result<(), Refusal> {
        let now = after.history.last().map_or(self.setting.now, crate::record::Event::recorded);
        let zone = self.setting.policy.calendars.default().zone();
        let looking = Looking { kind, lookup: &self.pending, zone, now };
        for rule in &kind.compared {
            if !looking.asks(rule, after)? {
                continue;
            }
            let old = before.map(|before| looking.pairs(rule, before)).transpose()?.unwrap_or_default();
            for pair in looking.pairs(rule, after)? {
                // if the rule did not apply before, unchanged values are checked too
                let asked = before.map_or(Ok(true), |before| looking.asks(rule, before))?;
                let untouched = asked
                    && old.iter().any(|old| {
                        old.ours == pair.ours && (old.other == pair.other || rule.against == Against::Today)
                    });
                if !untouched && pair.is_wrong(rule.side, &looking) {
                    return Err(pair.refusal(rule, kind, zone));
                }
            }
        }
        Ok(())
    }
}

/// The values of a stored record that are not possible, with `now` as today.
///
/// # Errors
/// If the records that it refers to cannot be read.
pub fn misplaced(
    policy: &Policy,
    record: &Record,
    lookup: &dyn Lookup,
    now: Moment,
) -> Result<Vec<Misplaced>, Unanswered> {
    let Some(kind) = policy.kind(&record.kind) else { return Ok(Vec::new()) };
    let zone = policy.calendars.default().zone();
    let looking = Looking { kind, lookup, zone, now };
    let mut found = Vec::new();
    for rule in &kind.compared {
        if !looking.asks(rule, record)? {
            continue;
        }
        let wrong = looking.pairs(rule, record)?.into_iter().filter(|pair| pair.is_wrong(rule.side, &looking));
        found.extend(wrong.map(|pair| Misplaced { key: pair.key.clone(), refusal: pair.refusal(rule, kind, zone) }));
    }
    let circle = super::invariants::circle(kind, None, record, lookup)?;
    found.extend(circle.map(|(field, refusal)| Misplaced { key: kind.field(field).name.clone(), refusal }));
    let undifferent = super::invariants::undifferent(kind, record, lookup)?.into_iter();
    found.extend(undifferent.map(|(key, refusal)| Misplaced { key, refusal }));
    Ok(found)
}

/// A value, and the one that it is compared with.
struct Pair {
    key: String,
    ours: Value,
    other: Value,
    /// Whether the other value is the time of recording.
    today: bool,
}

impl Looking<'_> {
    /// Whether a rule applies to a record.
    fn asks(&self, rule: &Compared, record: &Record) -> Result<bool, Unanswered> {
        rule.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, self.lookup))
    }

    /// Every value of a rule's field with the value that it is compared with, if both exist.
    fn pairs(&self, rule: &Compared, record: &Record) -> Result<Vec<Pair>, Unanswered> {
        let mut found = Vec::new();
        for (key, ours, line) in values(rule, self.kind, &record.fields) {
            let other = match &rule.against {
                Against::Today => Some(Value::Time(self.now)),
                Against::Step(step) => {
                    let last = record.history.iter().rfind(|event| event.step == *step);
                    last.map(|event| Value::Time(event.at))
                }
                Against::Line(field) => line.and_then(|line| line.get(*field)).cloned(),
                Against::Field(field) => record.get(*field).cloned(),
                Against::Beyond(through, theirs) => match record.get(*through) {
                    Some(Value::Ref(id)) => self.lookup.record(id)?.and_then(|other| {
                        let (_, field) = theirs.iter().find(|(kind, _)| *kind == other.kind)?;
                        other.get(*field).cloned()
                    }),
                    _ => None,
                },
                Against::Number(number) => Some(Value::Decimal(*number)),
            };
            let today = rule.against == Against::Today;
            found.extend(other.map(|other| Pair { key, ours: ours.clone(), other, today }));
        }
        Ok(found)
    }
}

/// The values of a rule's field, each with its key and its line.
fn values<'f>(rule: &Compared, kind: &Kind, fields: &'f Fields) -> Vec<(String, &'f Value, Option<&'f Fields>)> {
    let declared = |field: FieldId| kind.field(field);
    match rule.path.as_slice() {
        [field] => fields.get(*field).map(|value| (declared(*field).name.clone(), value, None)).into_iter().collect(),
        [list, inner] => {
            let Type::Group(shape) = declared(*list).ty.element() else { return Vec::new() };
            let lines = fields.get(*list).map(Value::elements).unwrap_or_default().iter().enumerate();
            let value = |(at, line): (usize, &'f Value)| {
                let Value::Group(line) = line else { return None };
                let key = format!("{}.{at}.{}", declared(*list).name, shape.field(*inner).name);
                line.get(*inner).map(|value| (key, value, Some(line)))
            };
            lines.filter_map(value).collect()
        }
        _ => Vec::new(),
    }
}

impl Pair {
    fn is_wrong(&self, side: Side, looking: &Looking<'_>) -> bool {
        match side {
            Side::Above => number(&self.ours).zip(number(&self.other)).is_some_and(|(ours, other)| ours > other),
            Side::Before => self.order(looking.zone) == Some(std::cmp::Ordering::Less),
            Side::After => self.order(looking.zone) == Some(std::cmp::Ordering::Greater),
        }
    }

    /// The order of the two dates or times. If one of them is a date, both are compared as dates.
    fn order(&self, zone: Zone) -> Option<std::cmp::Ordering> {
        let day = |value: &Value| match value {
            Value::Date(date) => Some(*date),
            Value::Time(time) => Some(zone.date(*time)),
            _ => None,
        };
        match (&self.ours, &self.other) {
            (Value::Time(ours), Value::Time(other)) if self.today => Some(ours.cmp(&(*other + SKEW))),
            (Value::Time(ours), Value::Time(other)) => Some(ours.cmp(other)),
            (ours, other) => Some(day(ours)?.cmp(&day(other)?)),
        }
    }

    fn refusal(&self, rule: &Compared, kind: &Kind, zone: Zone) -> Refusal {
        // a date is compared with a date
        let other = match (&self.ours, &self.other) {
            (Value::Date(_), Value::Time(time)) => Value::Date(zone.date(*time)),
            (_, other) => other.clone(),
        };
        Refusal::Unfit(Unfit::Misplaced(Box::new(Misplacement {
            kind: kind.name().to_owned(),
            field: self.key.clone(),
            value: self.ours.clone(),
            side: rule.side,
            against: rule.against.clone(),
            named: rule.text.clone(),
            other,
            place: rule.place.clone(),
        })))
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Money(number) | Value::Decimal(number) => Some(*number),
        Value::Count(count) => Some(Decimal::from(*count)),
        _ => None,
    }
}
