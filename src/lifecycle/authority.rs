//! Decisions by amount (CP7, CP12): the sum of the case decides which role may take the step, and nobody decides above it.

use rust_decimal::Decimal;

use super::entitled::Case;
use super::{Hand, Lookup, Refusal, Setting, linked};
use crate::filter::Unanswered;
use crate::kind::Condition;
use crate::policy::{Authority, Row, amount};
use crate::record::{Fields, Record};

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
        let (Some(table), Some(rule)) =
            (setting.policy.authority.get(&named.value), self.kind.amounts.get(&named.value))
        else {
            return Ok(Vec::new());
        };
        let sum = |fields: &Fields| {
            amount(rule, fields).map_err(|line| Refusal::NoAmount {
                step: step.clone(),
                line,
                place: rule.place.clone(),
            })
        };
        let mut total = sum(&after.fields)?;
        let mut up = 0;
        let mut forms = vec![after];
        let others = rule.chain.map(|field| linked::chain(self.kind, after, field, lookup)).transpose()?;
        if let Some(others) = &others {
            for other in others.iter().filter(|other| !rule.without.contains(&other.state)) {
                total += sum(&other.fields)?;
                forms.push(other);
            }
            if let Some(raises) = &rule.raises {
                let raising = others.iter().filter(|other| raises.states.contains(&other.state)).count();
                up = (raising + 1).saturating_sub(raises.from);
            }
        }
        let rows = raised(fitting(table, self.kind.name(), total, &forms, lookup)?, up);
        let Some(first) = rows.first() else {
            return Err(Refusal::NoAuthority {
                step,
                table: table.name.clone(),
                amount: total,
                place: table.place.clone(),
            });
        };
        let decides =
            |person: &crate::policy::Person| person.active && rows.iter().any(|row| person.has_role(&row.role, day));
        let may = |hand: &Hand| setting.people.get(hand.for_.as_ref().unwrap_or(&hand.by)).is_some_and(decides);
        let (able, unable): (Vec<Hand>, Vec<Hand>) = hands.into_iter().partition(may);
        match unable.into_iter().next() {
            Some(hand) if able.is_empty() => Err(Refusal::AboveAuthority {
                actor: hand.by,
                step,
                table: table.name.clone(),
                amount: total,
                roles: rows.iter().map(|row| row.role.clone()).collect(),
                could: setting.people.iter().filter(|person| decides(person)).map(|p| p.id.clone()).collect(),
                place: first.place.clone(),
            }),
            _ => Ok(able),
        }
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

/// The first row that fits and every later one. What a row demands must hold for every form that counts, so that a case split
/// over several goes no lower than it would on one.
fn fitting<'t>(
    table: &'t Authority,
    kind: &str,
    amount: Decimal,
    forms: &[&Record],
    lookup: &dyn Lookup,
) -> Result<&'t [Row], Unanswered> {
    let holds = |condition: &Condition| {
        forms.iter().try_fold(true, |all, form| Ok(all && condition.filter.matches(form, lookup)?))
    };
    for (i, row) in table.rows.iter().enumerate() {
        if row.up_to.is_none_or(|limit| amount <= limit) && row.when.get(kind).map_or(Ok(true), holds)? {
            return Ok(&table.rows[i..]);
        }
    }
    Ok(&[])
}
