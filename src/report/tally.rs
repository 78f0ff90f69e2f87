//! The counts of a period's cases. They are made in the same way for the whole and for every row of a table.

use std::ops::AddAssign;

use rust_decimal::Decimal;

use super::{Answer, Case, Subject};
use crate::calendar::{Moment, Outcome};
use crate::kind::Kind;
use crate::policy::{CaseRules, Remedies};
use crate::record::Value;

/// What the statistics count about cases, by the policy.
pub(super) struct Counted<'m> {
    subject: Subject<'m>,
    pub(super) rules: &'m CaseRules,
    pub(super) kind: &'m Kind,
    pub(super) accepted: Option<Vec<&'m str>>,
    pub(super) closed: Option<Vec<&'m str>>,
    pub(super) declined: Option<Vec<&'m str>>,
    pub(super) withdrawn: Option<Vec<&'m str>>,
    pub(super) remedies: Option<&'m Remedies>,
}

impl<'m> Counted<'m> {
    pub(super) fn of(subject: Subject<'m>, (rules, kind): (&'m CaseRules, &'m Kind)) -> Self {
        let states = |states: &'m Option<Vec<String>>| -> Option<Vec<&'m str>> {
            states.as_ref().map(|states| states.iter().map(String::as_str).collect())
        };
        Counted {
            subject,
            rules,
            kind,
            accepted: states(&rules.accepted),
            closed: states(&rules.closed),
            declined: states(&rules.declined),
            withdrawn: states(&rules.withdrawn),
            remedies: rules.remedies.as_ref(),
        }
    }

    /// Whether the policy says how a closed case is upheld.
    pub(super) fn upholds(&self) -> bool {
        self.closed.is_some() && self.rules.upheld.is_some()
    }

    /// Whether the complaint was justified, by the latest form; for fields that it leaves empty, by the earlier ones.
    ///
    /// # Errors
    /// If the rule asks about other records and they cannot be looked up.
    pub(super) fn is_upheld(&self, case: &Case) -> Answer<bool> {
        let (Some(upheld), Some(whole)) = (&self.rules.upheld, case.whole(self.kind)) else { return Ok(false) };
        upheld.filter.matches(&whole, self.subject.source)
    }

    /// The step that confirms cause and shares.
    pub(super) fn confirmed(&self) -> Option<&'m str> {
        self.subject.policy().reports.confirmed.as_deref()
    }

    /// When a case first reached these states, if that was in the time span.
    fn first_in(&self, case: &Case, states: Option<&Vec<&str>>, (from, until): (Moment, Moment)) -> Option<Moment> {
        case.first(states?).filter(|at| *at >= from && *at < until)
    }

    pub(super) fn closed_in(&self, case: &Case, span: (Moment, Moment)) -> Option<Moment> {
        case.last_in(self.closed.as_ref()?, span)
    }

    /// Whether a deadline ends with the closing of the case, so that meeting it means closing in time.
    fn closes(&self, stops: &[String]) -> bool {
        self.closed.as_ref().is_some_and(|closed| stops.iter().any(|stop| closed.contains(&stop.as_str())))
    }

    /// Whether a case that closed then did so in time. `None` if no deadline ended with it.
    pub(super) fn on_time(&self, case: &Case, closed: Moment) -> Option<bool> {
        let ended = case.clocks().filter(|clock| self.closes(&clock.timing.stops) && clock.end == Some(closed));
        let known = ended.filter(|clock| matches!(clock.outcome, Outcome::Met | Outcome::Breached));
        known.map(|clock| clock.outcome == Outcome::Met).reduce(|one, other| one && other)
    }

    /// The remedies of the forms that count, as lines of the field.
    pub(super) fn lines<'c>(&'c self, case: &'c Case) -> impl Iterator<Item = &'c crate::record::Fields> {
        let forms = case.forms.iter().map(|form| &form.record);
        let counting = forms.filter_map(|record| Some((record, self.remedies?)));
        let counting = counting.filter(|(record, remedies)| !remedies.without.contains(&record.state));
        let lists = counting.filter_map(|(record, remedies)| record.get(remedies.list));
        lists.flat_map(Value::elements).filter_map(|line| match line {
            Value::Group(fields) => Some(fields),
            _ => None,
        })
    }

    /// The cost of a case's remedies.
    pub(super) fn cost(&self, case: &Case) -> Decimal {
        let Some(remedies) = self.remedies else { return Decimal::ZERO };
        self.lines(case).filter_map(|line| money(line.get(remedies.amount))).sum()
    }
}

pub(super) fn money(value: Option<&Value>) -> Option<Decimal> {
    match value {
        Some(Value::Money(amount)) => Some(*amount),
        _ => None,
    }
}

/// The counts of some cases.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) received: i64,
    pub(super) accepted: i64,
    pub(super) closed: i64,
    pub(super) upheld: i64,
    pub(super) declined: i64,
    pub(super) withdrawn: i64,
    pub(super) reopened: i64,
    pub(super) ended: i64,
    pub(super) open_at_start: i64,
    pub(super) open_at_end: i64,
    pub(super) overdue: i64,
    pub(super) on_time: i64,
    /// Cases that closed too late.
    pub(super) late: i64,
    pub(super) cost: Decimal,
}

impl Tally {
    /// The counts of a case for `span`, with nothing after `seen`.
    ///
    /// # Errors
    /// If a rule asks about other records and they cannot be looked up.
    pub(super) fn of(
        counted: &Counted<'_>,
        case: &Case,
        (from, until): (Moment, Moment),
        seen: Moment,
    ) -> Answer<Self> {
        let span = (from, until);
        let open = case.is_open_at(counted.kind, until);
        let last = |states: Option<&Vec<&str>>| states.and_then(|states| case.last_in(states, span));
        let flow = case.flow(counted.kind, span);
        let mut tally = Tally {
            received: i64::from(case.opened().is_some_and(|at| at >= from && at < until)),
            accepted: i64::from(counted.first_in(case, counted.accepted.as_ref(), span).is_some()),
            declined: i64::from(last(counted.declined.as_ref()).is_some()),
            withdrawn: i64::from(last(counted.withdrawn.as_ref()).is_some()),
            open_at_start: i64::from(case.is_open_at(counted.kind, from)),
            open_at_end: i64::from(open),
            overdue: i64::from(open && case.clocks().any(|clock| clock.is_overdue_at(seen))),
            reopened: flow.reopened,
            ended: flow.ended,
            ..Tally::default()
        };
        if let Some(closed) = counted.closed_in(case, span) {
            tally.close(counted, case, closed)?;
        }
        Ok(tally)
    }

    fn close(&mut self, counted: &Counted<'_>, case: &Case, closed: Moment) -> Answer<()> {
        self.closed += 1;
        self.upheld += i64::from(counted.is_upheld(case)?);
        match counted.on_time(case, closed) {
            Some(true) => self.on_time += 1,
            Some(false) => self.late += 1,
            // no deadline ended with the closing, as in cases that were imported closed: neither in time nor late
            None => {}
        }
        self.cost += counted.cost(case);
        Ok(())
    }

    /// Whether all counts are zero.
    pub(super) fn is_empty(&self) -> bool {
        *self == Tally::default()
    }
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        // every part is named, so that none is forgotten
        let Tally {
            received,
            accepted,
            closed,
            upheld,
            declined,
            withdrawn,
            reopened,
            ended,
            open_at_start,
            open_at_end,
            overdue,
            on_time,
            late,
            cost,
        } = other;
        self.received += received;
        self.accepted += accepted;
        self.closed += closed;
        self.upheld += upheld;
        self.declined += declined;
        self.withdrawn += withdrawn;
        self.reopened += reopened;
        self.ended += ended;
        self.open_at_start += open_at_start;
        self.open_at_end += open_at_end;
        self.overdue += overdue;
        self.on_time += on_time;
        self.late += late;
        self.cost += cost;
    }
}

/// The median of some times in minutes; the mean of the two middle ones is rounded half up.
pub(super) fn median(minutes: &[i64]) -> Option<i64> {
    let mut sorted = minutes.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    match sorted.len() % 2 {
        1 => Some(upper),
        _ => Some((sorted.get(middle - 1)? + upper + 1).div_euclid(2)),
    }
}
