//! Decisions by amount (CP7, CP12): the sum of the case decides which role may take the step, and nobody decides above it.

use rust_decimal::Decimal;

use super::entitled::Case;
use super::{Hand, Lookup, Refusal, Setting, Unauthorised};
use crate::filter::Unanswered;
use crate::kind::Who;
use crate::policy::{Authority, Row};
use crate::record::Record;

impl Case<'_> {
    /// Of the hands those whose role on a day may decide on the amount of the record as the step leaves it.
    ///
    /// # Errors
    /// Why none may.
    pub(super) fn authority(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        hands: Vec<Hand>,
        after: &Record,
        day: chrono::NaiveDate,
    ) -> Result<Vec<Hand>, Refusal> {
        let Some(named) = &self.step.authority else { return Ok(hands) };
        let step = self.step.name.clone();
        // The loader has made sure that the table and the amount exist.
        let Some(table) = setting.policy.authority.get(&named.value) else { return Ok(Vec::new()) };
        let Some(total) = self.total(&named.value, setting, lookup, after)? else { return Ok(Vec::new()) };
        if total.is_covered() {
            return Ok(hands);
        }
        let amount = total.amount();
        let rows = raised(fitting(table, amount, &total.counted, lookup)?, total.up);
        let Some(first) = rows.first() else {
            return Err(Refusal::Unauthorised(Unauthorised::NoAuthority {
                step,
                table: table.name.clone(),
                amount,
                place: table.place.clone(),
            }));
        };
        // hands are of the staff, and a decision that is upheld outlives who took it
        let decides = |person: &crate::policy::Person| rows.iter().any(|row| person.has_role(&row.role, day));
        let may = |hand: &Hand| setting.people.get(hand.for_.as_ref().unwrap_or(&hand.by)).is_some_and(decides);
        let (able, unable): (Vec<Hand>, Vec<Hand>) = hands.into_iter().partition(may);
        match unable.into_iter().next() {
            Some(hand) if able.is_empty() => Err(Refusal::Unauthorised(Unauthorised::AboveAuthority {
                terms: {
                    let terms = setting.people.other_terms(&hand.by, setting.day()).into_iter();
                    terms.filter(|term| setting.people.get(&term.principal).is_some_and(decides)).collect()
                },
                actor: hand.by,
                step,
                table: table.name.clone(),
                amount,
                parts: total.parts(),
                roles: self.deciding(rows),
                could: setting.people.iter().filter(|p| p.active && decides(p)).map(|p| p.id.clone()).collect(),
                place: first.place.clone(),
            })),
            _ => Ok(able),
        }
    }
}

impl Case<'_> {
    /// The role of the lowest level that may decide on a record; none where there is nothing to decide on, or no amount yet.
    pub(super) fn level(
        &self,
        named: &str,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        record: &Record,
    ) -> Result<Option<String>, Refusal> {
        let Some(table) = setting.policy.authority.get(named) else { return Ok(None) };
        let total = match self.total(named, setting, lookup, record) {
            Ok(Some(total)) if !total.is_covered() => total,
            Ok(_) | Err(Refusal::Unauthorised(Unauthorised::NoAmount { .. })) => return Ok(None),
            Err(other) => return Err(other),
        };
        let rows = raised(fitting(table, total.amount(), &total.counted, lookup)?, total.up);
        Ok(rows.first().map(|row| row.role.clone()))
    }

    /// The roles of rows, of them those that the step is for where it names any of them.
    fn deciding(&self, rows: &[Row]) -> Vec<String> {
        let named = |row: &&Row| self.step.by.iter().any(|who| matches!(who, Who::Role(role) if *role == row.role));
        let both: Vec<String> = rows.iter().filter(named).map(|row| row.role.clone()).collect();
        if both.is_empty() { rows.iter().map(|row| row.role.clone()).collect() } else { both }
    }
}

/// The rows so many levels further up; the highest level decides whatever is above it.
fn raised(rows: &[Row], up: usize) -> &[Row] {
    let mut rows = rows;
    for _ in 0..up {
        let next = rows.iter().position(|row| row.role != rows[0].role);
        rows = next.map_or(rows, |next| &rows[next..]);
    }
    rows
}

/// The first row that fits and every later one. What a row demands must hold for everything that counts, so that a case split
/// over several forms or slips goes no lower than it would on one.
fn fitting<'t>(
    table: &'t Authority,
    amount: Decimal,
    counted: &[Record],
    lookup: &dyn Lookup,
) -> Result<&'t [Row], Unanswered> {
    let holds = |row: &Row| {
        counted.iter().try_fold(true, |all, record| match row.when.get(&record.kind) {
            Some(condition) if all => condition.filter.matches(record, lookup),
            _ => Ok(all),
        })
    };
    for (i, row) in table.rows.iter().enumerate() {
        if row.up_to.is_none_or(|limit| amount <= limit) && holds(row)? {
            return Ok(&table.rows[i..]);
        }
    }
    Ok(&[])
}
