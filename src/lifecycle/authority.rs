//! Decisions by amount (CP7, CP12): the sum of the case decides which role may take the step. Nobody decides above
//! their level.

use rust_decimal::Decimal;

use super::entitled::Case;
use super::{Hand, Lookup, Refusal, Setting, Staffing, Unauthorised, Whom};
use crate::calendar::Moment;
use crate::filter::Unanswered;
use crate::kind::Who;
use crate::policy::{Authority, Person, Roles, Row};
use crate::record::Record;

impl Case<'_> {
    /// Of the hands, those whose role may decide today: on the record's amount after the step, at the level to which
    /// the case has been escalated. If everybody who may is barred from the step, the people of the step's `instead`
    /// decide.
    ///
    /// # Errors
    /// If nobody of the hands may; the refusal says why.
    pub(super) fn authority(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        hands: Vec<Hand>,
        after: &Record,
    ) -> Result<Vec<Hand>, Refusal> {
        self.authority_on(setting, lookup, hands, after, (setting.now, true))
    }

    /// The same at a moment. For a decision that was taken earlier, a later escalation of the case does not count.
    pub(super) fn authority_on(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        hands: Vec<Hand>,
        after: &Record,
        (at, escalated): (Moment, bool),
    ) -> Result<Vec<Hand>, Refusal> {
        let Some(named) = &self.step.authority else { return Ok(hands) };
        let step = self.step.name.clone();
        // The loader has checked that the table and the amount exist.
        let Some(table) = setting.policy.authority.get(&named.value) else { return Ok(Vec::new()) };
        let Some(total) = self.total(&named.value, setting, lookup, after)? else { return Ok(Vec::new()) };
        if total.is_covered() {
            return Ok(hands);
        }
        let amount = total.amount();
        let rows = raised(fitting(table, amount, &total.counted, lookup)?, total.up);
        let rows = if escalated { at_least(rows, &total.least, &setting.policy.roles) } else { rows };
        let Some(first) = rows.first() else {
            return Err(Refusal::Unauthorised(Unauthorised::NoAuthority {
                step,
                table: table.name.clone(),
                amount,
                place: table.place.clone(),
            }));
        };
        // the hands belong to the staff; a decision stays valid after the person who took it has left
        let staffing = Staffing { now: at, ..setting.staffing() };
        let case = Case { record: Some(after), fields: &after.fields, ..*self };
        let levels: Vec<Who> = rows.iter().map(|row| row.by(self.kind.name())).collect();
        let decides = |person: &crate::policy::Person| levels.iter().any(|who| case.is(who, person, staffing));
        let may = |hand: &Hand| setting.people.get(hand.for_.as_ref().unwrap_or(&hand.by)).is_some_and(decides);
        let (able, unable): (Vec<Hand>, Vec<Hand>) = hands.into_iter().partition(may);
        if able.is_empty()
            && let Some(who) = self.instead(setting.staffing(), lookup, &decides)?
        {
            let holds = |hand: &Hand| {
                let person = setting.people.get(hand.for_.as_ref().unwrap_or(&hand.by));
                person.is_some_and(|person| self.is(who, person, staffing))
            };
            let standing_in: Vec<Hand> = unable.iter().filter(|hand| holds(hand)).cloned().collect();
            if !standing_in.is_empty() {
                return Ok(standing_in);
            }
        }
        match unable.into_iter().next() {
            Some(hand) if able.is_empty() => Err(Refusal::Unauthorised(Unauthorised::AboveAuthority {
                terms: {
                    let terms = setting.people.other_terms(&hand.by, setting.day()).into_iter();
                    terms.filter(|term| setting.people.get(&term.principal).is_some_and(decides)).collect()
                },
                actor: hand.by,
                kind: self.kind.name().to_owned(),
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
    /// Whether a person has a role of the step's authority table, whatever the amount.
    pub(super) fn decides_on_some(&self, setting: &Setting<'_>, person: &Person) -> bool {
        let table = self.step.authority.as_ref().and_then(|named| setting.policy.authority.get(&named.value));
        let rows = table.map(|table| table.rows.as_slice()).unwrap_or_default();
        rows.iter().any(|row| self.is(&row.by(self.kind.name()), person, setting.staffing()))
    }

    /// The lowest level that may decide on a record. `None` if there is nothing to decide on, or no amount yet.
    pub(super) fn level(
        &self,
        named: &str,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        record: &Record,
    ) -> Result<Option<Row>, Refusal> {
        let Some(table) = setting.policy.authority.get(named) else { return Ok(None) };
        let total = match self.total(named, setting, lookup, record) {
            Ok(Some(total)) if !total.is_covered() => total,
            Ok(_) | Err(Refusal::Unauthorised(Unauthorised::NoAmount { .. })) => return Ok(None),
            Err(other) => return Err(other),
        };
        let rows = raised(fitting(table, total.amount(), &total.counted, lookup)?, total.up);
        let rows = at_least(rows, &total.least, &setting.policy.roles);
        Ok(rows.first().cloned())
    }

    /// Who decides by these rows. If the step is meant for some of them, only those.
    fn deciding(&self, rows: &[Row]) -> Vec<Whom> {
        let all: Vec<Who> = rows.iter().map(|row| row.by(self.kind.name())).collect();
        let both: Vec<Whom> = all.iter().filter(|who| self.step.by.contains(who)).map(|who| self.whom(who)).collect();
        if both.is_empty() { all.iter().map(|who| self.whom(who)).collect() } else { both }
    }
}

/// The rows `up` levels higher. The highest level decides on everything above it.
fn raised(rows: &[Row], up: usize) -> &[Row] {
    let mut rows = rows;
    for _ in 0..up {
        let next = rows.iter().position(|row| !row.is_level_with(&rows[0]));
        rows = next.map_or(rows, |next| &rows[next..]);
    }
    rows
}

/// The rows from the first one that is not below any of these levels. If there is none, the last row.
fn at_least<'r>(rows: &'r [Row], levels: &[String], roles: &Roles) -> &'r [Row] {
    let high = |row: &Row, level: &String| row.role == *level || roles.above(level).any(|above| above.name == row.role);
    levels.iter().fold(rows, |rows, level| {
        let first = rows.iter().position(|row| high(row, level)).unwrap_or(rows.len().saturating_sub(1));
        &rows[first..]
    })
}

/// The first row that fits, and all later ones. Its `when` must hold for everything that counts. So a case that is
/// split over several forms or slips is decided at the same level as on one form.
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
