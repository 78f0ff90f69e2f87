//! Rollups: what the records come to that name a record or are alike to it, as a value of that record. `[rollups.NAME]` of a kind
//! file declares them; nothing of them is stored.
//!
//! A rollup is asked at a moment, at which its span ends: that of a step's event, or now. Void records are left out, and so is the
//! record itself. Memory works it out from the records that join; `rollup_sql` asks the same of the index.

use chrono::{Days, Months, NaiveDate, TimeDelta};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::domain::number;
use super::eval::{closing, entering};
use super::typed::{Classes, Handle, Merging};
use super::{Filter, Resolver, Unanswered};
use crate::calendar::{Moment, Span, Unit, Zone};
use crate::locale::Label;
use crate::locale::text::fold;
use crate::place::Place;
use crate::record::{Computed, FieldId, Fields, Id, Record, Type, Value};

/// A value of the records of a kind that comes from other records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollup {
    /// Its name, which no field or computed value of the kind has.
    pub name: String,
    /// What it is.
    pub ty: Type,
    /// What people read.
    pub label: Label,
    /// What it is for.
    pub help: Label,
    /// Masked as fields are: it comes from one that is.
    pub private: bool,
    /// The kind of the records that are rolled up.
    pub of: String,
    /// Where it is declared.
    pub place: Place,
    /// The kind that has it, if its records may be merged: what names a merged record names the one that stands for it.
    pub(crate) merging: Option<Merging>,
    pub(crate) join: Join,
    pub(crate) filter: Option<Filter>,
    pub(crate) within: Option<Span>,
    /// How long ago the span ends; without one it ends at the moment that is asked of.
    pub(crate) ago: Option<Span>,
    pub(crate) at: When,
    pub(crate) take: Take,
    /// The states in which a record of the kind is void.
    pub(crate) void: Vec<String>,
    pub(crate) zone: Zone,
}

/// Which records are rolled up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Join {
    /// Those that name the record in one of these fields.
    Through(Vec<Through>),
    /// Those that hold the same in all of these fields.
    Same(Vec<Alike>),
}

/// A field that names the record, with those around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Through {
    pub(crate) path: Vec<FieldId>,
    /// As links have it: `lines.item`.
    pub(crate) name: String,
}

/// A pair of fields that hold the same. Without an own field the other one holds the id of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alike {
    pub(crate) own: Option<Handle>,
    pub(crate) theirs: Handle,
    pub(crate) ty: Type,
    /// Of a reference the kinds that it may lead to and whose records may be merged: two names of one record are the same.
    pub(crate) merging: Vec<Merging>,
}

/// Every id that means the same record as one does, for records that are merged as these say.
pub(crate) type SameAs<'f> = &'f dyn Fn(&[Merging], &Id) -> Result<Vec<Id>, Unanswered>;

/// The time of a record that its span and its order go by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum When {
    Opened,
    Closed(Classes),
    Milestone(Vec<String>),
    Date(Handle),
    Time(Handle),
    /// The first of these that is known; a date is the beginning of its day.
    First(Vec<When>),
}

/// What of the records is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Take {
    Count,
    Sum(What),
    /// With what sums are multiplied before they are divided: the mean of counts is a decimal.
    Mean(What, i64),
    First(What),
    Last(What),
}

/// A value of each record that is rolled up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    Field(Handle),
    Computed(Box<Computed>),
    Rollup(Box<Rollup>),
    Opened,
    Closed(Classes),
}

/// The stretch of time that counts, both ends included. Days, weeks and months are whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) seconds: (i64, i64),
    pub(crate) days: (NaiveDate, NaiveDate),
    pub(crate) zone: Zone,
}

/// The values by which records are alike: what stands in the index under this key is the same. `None` if one of them is empty.
pub fn alike_key<'v>(name: &str, values: impl IntoIterator<Item = Option<&'v Value>>) -> Option<String> {
    let mut key = name.to_owned();
    for value in values {
        let value = value.filter(|value| !value.is_empty())?.stored()?;
        key.push('\n');
        key.push_str(&alike_text(&value));
    }
    Some(key)
}

/// A stored value with case, width and space around it put aside.
pub(crate) fn alike_text(value: &str) -> String {
    fold(value.trim()).trim().to_owned()
}

/// By what the keys of records that hold the same in these fields are told from others.
pub fn alike_name<'n>(kind: &str, fields: impl IntoIterator<Item = &'n str>) -> String {
    format!("alike {kind} {}", fields.into_iter().collect::<Vec<_>>().join(" "))
}

/// Before any day of a book.
const BEGINNING: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

impl Rollup {
    /// What a record without any other comes to: a count and a sum are zero, anything else has no value.
    pub fn of_none(&self) -> Option<Value> {
        match self.take {
            Take::Count | Take::Sum(_) => value_of(&self.ty, 0, self.zone),
            Take::Mean(..) | Take::First(_) | Take::Last(_) => None,
        }
    }

    /// The fields of the other records in which they hold the same, by their names and handles. `None` if they name the record.
    pub fn alike(&self) -> Option<Vec<(&str, FieldId)>> {
        match &self.join {
            Join::Through(_) => None,
            Join::Same(pairs) => Some(pairs.iter().map(|pair| (pair.theirs.name.as_str(), pair.theirs.id)).collect()),
        }
    }

    /// Whether what it comes to depends on one of these fields of the record itself.
    pub(crate) fn reads(&self, field: &dyn Fn(FieldId) -> bool) -> bool {
        match &self.join {
            Join::Through(_) => false,
            Join::Same(pairs) => pairs.iter().any(|pair| pair.own.as_ref().is_some_and(|own| field(own.id))),
        }
    }

    /// The fields that a record must have to be alike to one with these: one way for each name of a record that was merged. None if
    /// one of them is empty.
    ///
    /// # Errors
    /// What was merged cannot be looked up.
    pub(crate) fn probes(&self, fields: &Fields, id: Option<&Id>, same: SameAs<'_>) -> Result<Vec<Fields>, Unanswered> {
        let Join::Same(pairs) = &self.join else { return Ok(Vec::new()) };
        let mut probes = vec![Fields::new()];
        for pair in pairs {
            let value = match &pair.own {
                Some(own) => fields.get(own.id).filter(|value| !value.is_empty()).cloned(),
                None if pair.ty == Type::Person => id.map(|id| Value::Text(id.to_string())),
                None => id.cloned().map(Value::Ref),
            };
            let values = match value {
                None => return Ok(Vec::new()),
                Some(Value::Ref(id)) if !pair.merging.is_empty() => {
                    same(&pair.merging, &id)?.into_iter().map(Value::Ref).collect()
                }
                Some(value) => vec![value],
            };
            let with = |probe: &Fields, value: &Value| {
                let mut probe = probe.clone();
                probe.set(pair.theirs.id, value.clone());
                probe
            };
            probes = probes.iter().flat_map(|probe| values.iter().map(move |value| with(probe, value))).collect();
        }
        Ok(probes)
    }

    /// How records may be merged into the one that has the rollup.
    pub(crate) fn merges(&self) -> &[Merging] {
        self.merging.as_slice()
    }

    /// Whether a record names one of these, where it is joined so.
    pub fn names(&self, other: &Record, ids: &[Id]) -> bool {
        let Join::Through(fields) = &self.join else { return true };
        fields.iter().any(|through| leads(&other.fields, &through.path, ids))
    }

    pub(crate) fn reach(&self, until: Moment) -> Option<Reach> {
        if self.within.is_none() && self.ago.is_none() {
            return None;
        }
        // What is so long ago ends just before the span that goes from then on begins, so that no record lies in both.
        let until = self.ago.map_or(until, |ago| span_start(until, ago, self.zone) - TimeDelta::seconds(1));
        let from = self.within.map(|span| span_start(until, span, self.zone));
        let first = from.map_or(BEGINNING, |from| self.zone.date(from));
        let since = from.map_or(i64::MIN, |from| from.timestamp());
        Some(Reach { seconds: (since, until.timestamp()), days: (first, self.zone.date(until)), zone: self.zone })
    }

    /// Those of these records, which all join, that count, with the time that each goes by.
    ///
    /// # Errors
    /// What the condition asks of other records cannot be looked up.
    pub fn counted<'r>(
        &self,
        records: &'r [Record],
        own: Option<&Id>,
        until: Moment,
        lookup: &dyn Resolver,
    ) -> Result<Vec<(Option<i64>, &'r Record)>, Unanswered> {
        let reach = self.reach(until);
        let mut counted: Vec<(Option<i64>, &'r Record)> = Vec::new();
        for record in records {
            let left_out = self.void.contains(&record.state) || own == Some(&record.id);
            let at = self.at.of(record, self.zone);
            let in_time = reach.is_none_or(|reach| at.is_some_and(|at| self.at.lies(at, reach)));
            if left_out || !in_time || !self.filter.as_ref().map_or(Ok(true), |fits| fits.matches(record, lookup))? {
                continue;
            }
            counted.push((at, record));
        }
        Ok(counted)
    }

    /// What these records come to, which all join: those that are void, that are the record itself, that lie outside of the span
    /// or do not fit are left out. `lookup` answers for the same moment.
    ///
    /// # Errors
    /// What the condition asks of other records cannot be looked up.
    pub fn of_records(
        &self,
        records: &[Record],
        own: Option<&Id>,
        until: Moment,
        lookup: &dyn Resolver,
    ) -> Result<Option<Value>, Unanswered> {
        let mut counted = self.counted(records, own, until, lookup)?;
        let (what, last) = match &self.take {
            Take::Count => return Ok(Some(Value::Count(counted.len() as u64))),
            Take::Sum(what) => {
                let sum = numbers(what, &counted, lookup)?.into_iter().sum::<i128>();
                return Ok(value_of(&self.ty, saturated(sum), self.zone));
            }
            Take::Mean(what, scale) => {
                let numbers = numbers(what, &counted, lookup)?;
                let mean = mean(numbers.iter().sum(), numbers.len(), *scale);
                return Ok(mean.and_then(|mean| value_of(&self.ty, mean, self.zone)));
            }
            Take::First(what) => (what, false),
            Take::Last(what) => (what, true),
        };
        counted.retain(|(at, _)| at.is_some());
        counted.sort_by(|(a, one), (b, other)| (a, &one.id).cmp(&(b, &other.id)));
        if last {
            counted.reverse();
        }
        for (_, record) in counted {
            if let Some(value) = what.of(record, lookup)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }
}

/// Where a span backwards from a moment begins. Days, weeks and months are whole days of the zone.
pub fn span_start(until: Moment, span: Span, zone: Zone) -> Moment {
    let (last, count) = (zone.date(until), u64::from(span.count));
    let day = match span.unit {
        Unit::Months => last.checked_sub_months(Months::new(span.count)),
        Unit::Weeks => last.checked_sub_days(Days::new(count * 7)),
        Unit::Days => last.checked_sub_days(Days::new(count)),
        _ => None,
    };
    match (day, span.seconds()) {
        (Some(day), _) => zone.start_of_day(day),
        (None, Some(seconds)) => until - TimeDelta::seconds(seconds),
        // before every date that there is
        (None, None) => zone.moment(i64::MIN / 4),
    }
}

fn leads(fields: &Fields, path: &[FieldId], ids: &[Id]) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    let values = fields.get(*first).map(Value::elements).unwrap_or_default();
    values.iter().any(|value| match value {
        Value::Ref(id) => rest.is_empty() && ids.contains(id),
        Value::Group(inner) => leads(inner, rest, ids),
        _ => false,
    })
}

fn numbers(what: &What, counted: &[(Option<i64>, &Record)], lookup: &dyn Resolver) -> Result<Vec<i128>, Unanswered> {
    let mut numbers = Vec::new();
    for (_, record) in counted {
        numbers.extend(what.of(record, lookup)?.as_ref().and_then(number).map(i128::from));
    }
    Ok(numbers)
}

/// A sum as columns hold it.
pub(super) fn saturated(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

/// The mean of numbers as columns hold it, rounded half away from zero. `None` if there are none.
pub(super) fn mean(sum: i128, count: usize, scale: i64) -> Option<i64> {
    let count = i128::try_from(count).ok().filter(|count| *count > 0)?;
    let sum = sum.checked_mul(i128::from(scale))?;
    let rounded = (2 * sum.abs() + count) / (2 * count);
    Some(saturated(if sum < 0 { -rounded } else { rounded }))
}

/// A number of a column as a value of a type.
fn value_of(ty: &Type, n: i64, zone: Zone) -> Option<Value> {
    Some(match ty {
        Type::Count => Value::Count(u64::try_from(n).ok()?),
        Type::Money => Value::Money(Decimal::new(n, 2)),
        Type::Decimal => Value::Decimal(Decimal::new(n, 6).normalize()),
        Type::Time => Value::Time(zone.moment(n)),
        _ => return None,
    })
}

impl When {
    /// The time as numbers are compared: seconds, or days.
    fn of(&self, record: &Record, zone: Zone) -> Option<i64> {
        let start = |one: &When| match one {
            When::Date(handle) => match record.get(handle.id) {
                Some(Value::Date(day)) => Some(zone.start_of_day(*day).timestamp()),
                _ => None,
            },
            other => other.of(record, zone),
        };
        match self {
            When::Opened => record.history.first().map(|event| event.at.timestamp()),
            When::Closed(classes) => closing(record, |state| classes.of(state)).map(|event| event.at.timestamp()),
            When::Milestone(states) => entering(record, states).map(|event| event.at.timestamp()),
            When::Time(handle) => record.get(handle.id).and_then(number),
            When::First(several) => several.iter().find_map(start),
            When::Date(handle) => match record.get(handle.id) {
                Some(Value::Date(day)) => Some(day_number(*day)),
                _ => None,
            },
        }
    }

    fn lies(&self, at: i64, reach: Reach) -> bool {
        let (from, until) = match self {
            When::Date(_) => (day_number(reach.days.0), day_number(reach.days.1)),
            _ => reach.seconds,
        };
        from <= at && at <= until
    }
}

fn day_number(day: NaiveDate) -> i64 {
    use chrono::Datelike as _;
    i64::from(day.num_days_from_ce())
}

impl What {
    fn of(&self, record: &Record, lookup: &dyn Resolver) -> Result<Option<Value>, Unanswered> {
        let time = |event: Option<&crate::record::Event>| event.map(|event| Value::Time(event.at));
        Ok(match self {
            What::Field(handle) => record.get(handle.id).cloned(),
            What::Computed(computed) => computed.value(&record.fields),
            What::Rollup(rollup) => lookup.rollup(rollup, &record.fields, Some(&record.id))?,
            What::Opened => time(record.history.first()),
            What::Closed(classes) => time(closing(record, |state| classes.of(state))),
        })
    }
}
