//! The cases of one period, each with its counts. The whole and every row of a table are sums of the same counts.

use std::ops::AddAssign;

use rust_decimal::Decimal;

use super::costs::{Costing, Costs};
use crate::calendar::{Moment, Period};
use crate::report::money::Ledger;
use crate::report::tally::{Counted, Tally};
use crate::report::volumes::sales;
use crate::report::{Answer, Case, Cases, Subject};

/// The counts of one case, or of many.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) tally: Tally,
    pub(super) costs: Costs,
}

/// A period.
pub(super) struct Counts<'m> {
    pub(super) period: &'m Period,
    pub(super) cases: Vec<(&'m Case, Row)>,
    /// The counts of all cases together.
    pub(super) whole: Row,
    /// The sales, if the policy gives them.
    pub(super) sales: Option<Decimal>,
}

impl<'m> Counts<'m> {
    /// Counts the cases of a period, with nothing after `seen`.
    ///
    /// # Errors
    /// If a rule asks about other records and they cannot be looked up.
    pub(super) fn of(
        subject: Subject<'_>,
        (counted, costing, ledger): (&Counted<'_>, &Costing<'_>, &Ledger<'_>),
        cases: &'m Cases,
        seen: Moment,
    ) -> Answer<Self> {
        let span = cases.period.moments(subject.zone());
        let mut whole = Row::default();
        let mut counts = Vec::with_capacity(cases.all.len());
        for case in &cases.all {
            let closed = counted.closed_in(case, span).is_some();
            let costs = if closed { Costs::of(ledger, costing, case)? } else { Costs::default() };
            let row = Row { tally: Tally::of(counted, case, span, seen)?, costs };
            whole += &row;
            counts.push((case, row));
        }
        let sales = sales(&subject.policy().reports, &cases.period);
        Ok(Counts { period: &cases.period, cases: counts, whole, sales })
    }
}

impl AddAssign<&Row> for Row {
    fn add_assign(&mut self, other: &Row) {
        self.tally += &other.tally;
        self.costs += &other.costs;
    }
}
