//! Numbers of records in their units, and the age bands of open records.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::belongs::Stretch;
use super::members::Member;
use crate::calendar::{Calendar, Span, Unit};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LanguageText as Text;
use crate::model::{Cell, ColumnType};
use crate::record::{FieldId, Fields, Type, Value};

pub(super) fn unit_of(ty: &Type) -> ColumnType {
    match ty.element() {
        Type::Money => ColumnType::Money,
        Type::Count => ColumnType::Count,
        _ => ColumnType::Decimal,
    }
}

pub(super) fn in_unit(unit: ColumnType, value: Decimal) -> Cell {
    match unit {
        ColumnType::Money => Cell::Money(rounded(value, 2)),
        ColumnType::Count => Cell::or_unknown(value.to_i64().map(Cell::Count)),
        ColumnType::Minutes => Cell::or_unknown(rounded(value, 0).to_i64().map(Cell::Minutes)),
        _ => Cell::Decimal(rounded(value, 2).normalize()),
    }
}

pub(super) fn rounded(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}

/// The numbers at the end of a path, each element of a list separately.
pub(super) fn numbers(fields: &Fields, path: &[FieldId]) -> Vec<Decimal> {
    let Some((first, rest)) = path.split_first() else { return Vec::new() };
    let Some(value) = fields.get(*first) else { return Vec::new() };
    let of = |value: &Value| match value {
        Value::Group(inner) => numbers(inner, rest),
        value => number(value).into_iter().collect(),
    };
    value.elements().iter().flat_map(of).collect()
}

pub(super) fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Count(count) => Some(Decimal::from(*count)),
        Value::Decimal(number) | Value::Money(number) => Some(*number),
        _ => None,
    }
}

/// Whether a member is no older than a band.
pub(super) fn is_within(calendar: &Calendar, member: &Member, stretch: &Stretch, band: Span) -> bool {
    let Some(opened) = member.record.opened() else { return false };
    let zone = calendar.zone();
    let (first, last) = (zone.date(opened), zone.date(stretch.seen - chrono::Duration::seconds(1)));
    let count = i64::from(band.count);
    let days = last.signed_duration_since(first).num_days();
    match band.unit {
        Unit::Workdays => calendar.workdays_between(first, last).is_ok_and(|days| days <= band.count),
        Unit::Days => days <= count,
        Unit::Weeks => days <= count * 7,
        Unit::Months => first.checked_add_months(chrono::Months::new(band.count)).is_none_or(|end| last <= end),
        Unit::Minutes | Unit::Hours => {
            let minutes = if band.unit == Unit::Hours { count * 60 } else { count };
            (stretch.seen - opened).num_minutes() <= minutes
        }
        Unit::WorkMinutes | Unit::WorkHours => {
            let minutes = if band.unit == Unit::WorkHours { count * 60 } else { count };
            calendar.between(opened, stretch.seen).is_ok_and(|seconds| seconds / 60 <= minutes)
        }
    }
}

/// The label of a band.
pub(super) fn band(of: &Label, bands: &[Span], at: usize) -> Label {
    let said = |band: &Span| Label::each(|lang| band.text(lang));
    let before = at.checked_sub(1).and_then(|before| bands.get(before));
    match (bands.get(at), bands.last()) {
        (Some(band), _) if before.is_some() => {
            label!(Text::Between; of = of, from = before.map(said).unwrap_or_default(), band = said(band))
        }
        (Some(band), _) => label!(Text::UpTo; of = of, band = said(band)),
        (None, Some(last)) => label!(Text::Above; of = of, band = said(last)),
        (None, None) => of.clone(),
    }
}
