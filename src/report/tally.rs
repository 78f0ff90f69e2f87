//! What is counted of the cases of a period, for the whole and for every row of a table alike.

use std::ops::AddAssign;

use rust_decimal::Decimal;

use super::Case;
use super::fields::reached;
use crate::calendar::{Calendar, Moment, Outcome};
use crate::kind::{AmountOf, Kind};
use crate::record::{FieldId, Value};

/// The names of milestones or states that the statistics speak of, as a kind has them.
#[derive(Debug)]
pub(super) struct Counted<'k> {
    pub(super) kind: &'k Kind,
    pub(super) accepted: Option<Vec<&'k str>>,
    pub(super) closed: Option<Vec<&'k str>>,
    pub(super) declined: Option<Vec<&'k str>>,
    pub(super) withdrawn: Option<Vec<&'k str>>,
    /// The field that says whose fault it was, where it knows `own`.
    fault: Option<FieldId>,
    /// The list of remedies with the amount of each.
    pub(super) amount: Option<(FieldId, FieldId)>,
    /// The states of forms whose remedies do not count.
    without: &'k [String],
}

impl<'k> Counted<'k> {
    pub(super) fn of(kind: &'k Kind) -> Self {
        let amount = kind.amounts.get("remedy");
        let path = amount.and_then(|amount| match amount.of.as_slice() {
            [AmountOf::Path(path)] if path.len() == 2 => Some((path[0], path[1])),
            _ => None,
        });
        Counted {
            kind,
            accepted: reached(kind, "accepted"),
            closed: reached(kind, "closed"),
            declined: reached(kind, "declined"),
            withdrawn: reached(kind, "withdrawn"),
            fault: kind.shape.field_id("fault"),
            amount: path.or_else(|| super::fields::inner(kind, "remedies", "amount")),
            without: amount.map(|amount| amount.without.as_slice()).unwrap_or_default(),
        }
    }

    /// Whether it can be told of a case that closed whether it was upheld.
    pub(super) fn upholds(&self) -> bool {
        self.closed.is_some() && self.fault.is_some()
    }

    /// When a case reached these states for the first time, where that was in the stretch.
    fn first_in(&self, case: &Case, states: Option<&Vec<&str>>, (from, until): (Moment, Moment)) -> Option<Moment> {
        case.first(states?).filter(|at| *at >= from && *at < until)
    }

    pub(super) fn closed_in(&self, case: &Case, span: (Moment, Moment)) -> Option<Moment> {
        case.last_in(self.closed.as_ref()?, span)
    }

    /// Whether a deadline ends with the closing of the case, so that keeping it is closing in time.
    fn closes(&self, stops: &[String]) -> bool {
        self.closed.as_ref().is_some_and(|closed| stops.iter().any(|stop| closed.contains(&stop.as_str())))
    }

    /// Whether a case that closed then did so by the limit; none where no deadline ended with it.
    pub(super) fn on_time(&self, case: &Case, closed: Moment) -> Option<bool> {
        let ended = case.clocks().filter(|clock| self.closes(&clock.stops) && clock.end == Some(closed));
        let known = ended.filter(|clock| matches!(clock.outcome, Outcome::Met | Outcome::Breached));
        known.map(|clock| clock.outcome == Outcome::Met).reduce(|one, other| one && other)
    }

    /// The remedies of the forms that count: the field's lines.
    pub(super) fn remedies<'c>(&'c self, case: &'c Case) -> impl Iterator<Item = &'c crate::record::Fields> {
        let forms = case.forms.iter().map(|form| &form.record);
        let counting = forms.filter(|record| !self.without.contains(&record.state));
        let lists = counting.filter_map(|record| record.get(self.amount?.0));
        lists.flat_map(Value::elements).filter_map(|line| match line {
            Value::Group(fields) => Some(fields),
            _ => None,
        })
    }

    /// What the remedies of a case come to.
    pub(super) fn cost(&self, case: &Case) -> Decimal {
        let Some((_, amount)) = self.amount else { return Decimal::ZERO };
        self.remedies(case).filter_map(|line| money(line.get(amount))).sum()
    }
}

pub(super) fn money(value: Option<&Value>) -> Option<Decimal> {
    match value {
        Some(Value::Money(amount)) => Some(*amount),
        _ => None,
    }
}

/// What is counted of some cases.
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
    /// Cases that closed after their limit, or without one.
    pub(super) late: i64,
    pub(super) cost: Decimal,
}

/// How long the cases that closed took.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Handling {
    /// Working minutes, where the calendar knows them.
    pub(super) minutes: Vec<i64>,
    /// Cases that closed beyond what the calendar knows.
    pub(super) untimed: i64,
}

impl Tally {
    /// What a case counts over `span`, as seen at `seen` at the latest.
    pub(super) fn of(counted: &Counted<'_>, case: &Case, (from, until): (Moment, Moment), seen: Moment) -> Self {
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
            tally.close(counted, case, closed);
        }
        tally
    }

    fn close(&mut self, counted: &Counted<'_>, case: &Case, closed: Moment) {
        self.closed += 1;
        let own = counted.fault.and_then(|fault| case.value(fault)).and_then(Value::as_text) == Some("own");
        self.upheld += i64::from(own);
        match counted.on_time(case, closed) {
            Some(true) => self.on_time += 1,
            Some(false) | None => self.late += 1,
        }
        self.cost += counted.cost(case);
    }

    /// Whether there is nothing to tell.
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

impl Handling {
    /// The handling times of the cases that closed in a stretch of time.
    pub(super) fn of(counted: &Counted<'_>, calendar: &Calendar, cases: &[Case], span: (Moment, Moment)) -> Self {
        let mut handling = Handling::default();
        for (case, closed) in cases.iter().filter_map(|case| Some((case, counted.closed_in(case, span)?))) {
            match case.worked(counted.kind, calendar, closed) {
                Ok(minutes) => handling.minutes.push(minutes),
                Err(_) => handling.untimed += 1,
            }
        }
        handling
    }

    /// The middle one of the handling times, of two the mean, half up.
    pub(super) fn median(&self) -> Option<i64> {
        let mut sorted = self.minutes.clone();
        sorted.sort_unstable();
        let middle = sorted.len() / 2;
        let upper = *sorted.get(middle)?;
        match sorted.len() % 2 {
            1 => Some(upper),
            _ => Some((sorted.get(middle - 1)? + upper + 1).div_euclid(2)),
        }
    }
}
