//! Whether the values of fields are possible: no date after today, none before what it follows, no number above
//! another. A step is judged by its changes, so that people can still work on an old record that does not keep to this.

use rust_decimal::Decimal;

use super::refusal::Misplacement;
use super::{Lookup, Operation, Refusal, SKEW, Unfit};
use crate::calendar::{Moment, Zone};
use crate::filter::Unanswered;
use crate::kind::{Against, Compared, Kind, Side};
use crate::policy::Policy;
use crate::record::{FieldId, Fields, Record, Type, Value};

/// A field of a record or a line that does not lie where it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    /// The field, as `delivered` or `resales.0.date`.
    pub key: String,
    /// Why a step that gives it is refused.
    pub refusal: Refusal,
}

/// What a record is looked at with.
struct Looking<'l> {
    kind: &'l Kind,
    lookup: &'l dyn Lookup,
    zone: Zone,
    now: Moment,
}

impl Operation<'_> {
    /// Why a record may not become so.
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
                // a rule that did not hold before is asked of what stood there, too
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

/// What of a record as it lies in a file does not lie where it can, `now` being today.
///
/// # Errors
/// The records that it names cannot be read.
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
    let undifferent = super::invariants::undifferent(kind, record, lookup)?.into_iter();
    found.extend(undifferent.map(|(key, refusal)| Misplaced { key, refusal }));
    Ok(found)
}

/// A value beside what it is held against.
struct Pair {
    key: String,
    ours: Value,
    other: Value,
    /// Whether the other is the time at which the value is recorded.
    today: bool,
}

impl Looking<'_> {
    /// Whether a rule is one for a record.
    fn asks(&self, rule: &Compared, record: &Record) -> Result<bool, Unanswered> {
        rule.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, self.lookup))
    }

    /// Every value of a rule's field with what it is held against, where both are there.
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

/// The values of a rule's field: the key of each, and the line that it stands in.
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

    /// How the two dates or times lie; two days where one of them is a day.
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
        // a day is held against a day
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
