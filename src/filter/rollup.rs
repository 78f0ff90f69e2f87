//! Rollups: a value of a record that is computed from other records, which refer to it or are alike to it.
//! `[rollups.NAME]` of a kind file declares them; nothing about them is stored.
//!
//! A rollup is computed for a moment, at which its span ends: the time of a step's event, or now. Void records are
//! left out, and so is the record itself. This module computes it in memory from the joined records; `rollup_sql`
//! asks the index for the same.

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
    /// Its name. No field or computed value of the kind has the same name.
    pub name: String,
    /// What it is.
    pub ty: Type,
    /// What people read.
    pub label: Label,
    /// What it is for.
    pub help: Label,
    /// Whether it is masked, as fields are: true if it follows from a private field.
    pub private: bool,
    /// The kind of the other records.
    pub of: String,
    /// Where it is declared.
    pub place: Place,
    /// The kind that has the rollup, if its records can be merged. A reference to a merged record then counts for the
    /// surviving one.
    pub(crate) merging: Option<Merging>,
    pub(crate) join: Join,
    pub(crate) filter: Option<Filter>,
    pub(crate) within: Option<Span>,
    /// How long before the moment the span ends. `None` if it ends at the moment itself.
    pub(crate) ago: Option<Span>,
    pub(crate) at: When,
    pub(crate) take: Take,
    /// The states in which a record of the other kind is void.
    pub(crate) void: Vec<String>,
    pub(crate) zone: Zone,
}

/// Which other records count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Join {
    /// Records that refer to this record in one of these fields.
    Through(Vec<Through>),
    /// Records that have the same values in all of these fields.
    Same(Vec<Alike>),
}

/// A field that refers to the record, with the fields around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Through {
    pub(crate) path: Vec<FieldId>,
    /// The name in the table of links: `lines.item`.
    pub(crate) name: String,
}

/// A pair of fields with the same value. If `own` is `None`, the other field holds the id of this record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Alike {
    pub(crate) own: Option<Handle>,
    pub(crate) theirs: Handle,
    pub(crate) ty: Type,
    /// For a reference, the kinds that it may lead to and that can merge records: ids of one merged record count as
    /// the same.
    pub(crate) merging: Vec<Merging>,
}

/// Returns every id that means the same record as an id, after mergers of these kinds.
pub(crate) type SameAs<'f> = &'f dyn Fn(&[Merging], &Id) -> Result<Vec<Id>, Unanswered>;

/// The time of a record that decides its order and whether it lies in the span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum When {
    Opened,
    Closed(Classes),
    Milestone(Vec<String>),
    Date(Handle),
    Time(Handle),
    /// The first of these that is known. A date counts as the beginning of its day.
    First(Vec<When>),
}

/// What is taken from the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Take {
    Count,
    Sum(What),
    /// The mean, with the factor for sums before they are divided: the mean of counts is a decimal.
    Mean(What, i64),
    First(What),
    Last(What),
}

/// A value of each record that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum What {
    Field(Handle),
    Computed(Box<Computed>),
    Rollup(Box<Rollup>),
    Opened,
    Closed(Classes),
}

/// The time span that counts, both ends included. Days, weeks and months are whole days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) seconds: (i64, i64),
    pub(crate) days: (NaiveDate, NaiveDate),
    pub(crate) zone: Zone,
}

/// The values by which records are alike, as a key. Alike records have the same key in the index. `None` if one value
/// is empty.
pub fn alike_key<'v>(name: &str, values: impl IntoIterator<Item = Option<&'v Value>>) -> Option<String> {
    let mut key = name.to_owned();
    for value in values {
        let value = value.filter(|value| !value.is_empty())?.stored()?;
        key.push('\n');
        key.push_str(&alike_text(&value));
    }
    Some(key)
}

/// A stored value without differences in case, width and outer spaces.
pub(crate) fn alike_text(value: &str) -> String {
    fold(value.trim()).trim().to_owned()
}

/// The prefix that separates keys of one kind and set of fields from all other keys.
pub fn alike_name<'n>(kind: &str, fields: impl IntoIterator<Item = &'n str>) -> String {
    format!("alike {kind} {}", fields.into_iter().collect::<Vec<_>>().join(" "))
}

/// A day before any day of a book.
const BEGINNING: NaiveDate = match NaiveDate::from_ymd_opt(1, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

impl Rollup {
    /// The value if no other record counts: zero for a count or a sum, none for anything else.
    pub fn of_none(&self) -> Option<Value> {
        match self.take {
            Take::Count | Take::Sum(_) => value_of(&self.ty, 0, self.zone),
            Take::Mean(..) | Take::First(_) | Take::Last(_) => None,
        }
    }

    /// The fields of the other records that must have the same values, by name and handle. `None` if the records are
    /// joined by references.
    pub fn alike(&self) -> Option<Vec<(&str, FieldId)>> {
        match &self.join {
            Join::Through(_) => None,
            Join::Same(pairs) => Some(pairs.iter().map(|pair| (pair.theirs.name.as_str(), pair.theirs.id)).collect()),
        }
    }

    /// Whether the value depends on one of these fields of the record itself.
    pub(crate) fn reads(&self, field: &dyn Fn(FieldId) -> bool) -> bool {
        match &self.join {
            Join::Through(_) => false,
            Join::Same(pairs) => pairs.iter().any(|pair| pair.own.as_ref().is_some_and(|own| field(own.id))),
        }
    }

    /// The fields that an alike record must have. There is one alternative for each id of a merged record. Empty if
    /// one of the fields has no value.
    ///
    /// # Errors
    /// If mergers cannot be looked up.
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

    /// Whether a record refers to one of `ids`. Always true if records are joined by equal values.
    pub fn names(&self, other: &Record, ids: &[Id]) -> bool {
        let Join::Through(fields) = &self.join else { return true };
        fields.iter().any(|through| leads(&other.fields, &through.path, ids))
    }

    pub(crate) fn reach(&self, until: Moment) -> Option<Reach> {
        if self.within.is_none() && self.ago.is_none() {
            return None;
        }
        // A span that begins `ago` ends one second before the span of the same moment without `ago` begins. So no
        // record lies in both.
        let until = self.ago.map_or(until, |ago| span_start(until, ago, self.zone) - TimeDelta::seconds(1));
        let from = self.within.map(|span| span_start(until, span, self.zone));
        let first = from.map_or(BEGINNING, |from| self.zone.date(from));
        let since = from.map_or(i64::MIN, |from| from.timestamp());
        Some(Reach { seconds: (since, until.timestamp()), days: (first, self.zone.date(until)), zone: self.zone })
    }

    /// The records that count, of records that all join, each with its time.
    ///
    /// # Errors
    /// If the condition asks about other records and they cannot be looked up.
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

    /// The value for records that all join. Void records, the record itself, records outside the span and records
    /// that do not fit are left out. `lookup` answers for the same moment.
    ///
    /// # Errors
    /// If the condition asks about other records and they cannot be looked up.
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

/// The beginning of a span that goes back from a moment. Days, weeks and months are whole days of the zone.
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
        // before every date that exists
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

/// A sum as a column holds it; it stops at the limits of `i64`.
pub(super) fn saturated(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

/// The mean of column values, rounded half away from zero. `None` if there are none.
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
    /// The time as a number: seconds, or days.
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
