//! The cases of one period, each with what is counted of it, so that the whole and every row of a table are the same sums.

use std::ops::AddAssign;

use rust_decimal::Decimal;

use super::costs::{Costing, Costs};
use crate::calendar::{Moment, Period};
use crate::report::tally::{Counted, Tally};
use crate::report::volumes::sales;
use crate::report::{Case, Cases, Material};

/// What is counted of one case, or of many.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) tally: Tally,
    pub(super) costs: Costs,
}

/// A period.
pub(super) struct Counts<'m> {
    pub(super) period: &'m Period,
    pub(super) cases: Vec<(&'m Case, Row)>,
    /// Of all of them.
    pub(super) whole: Row,
    /// What was sold, where the policy gives it.
    pub(super) sales: Option<Decimal>,
}

impl<'m> Counts<'m> {
    /// Counts the cases of a period, as seen at `seen` at the latest.
    pub(super) fn of(
        material: &'m Material,
        (counted, costing): (&Counted<'_>, &Costing<'_>),
        cases: &'m Cases,
        seen: Moment,
    ) -> Self {
        let span = cases.period.moments(material.zone());
        let mut whole = Row::default();
        let count = |case: &'m Case| {
            let closed = counted.closed_in(case, span).is_some();
            let costs = if closed { Costs::of(material, costing, case) } else { Costs::default() };
            let row = Row { tally: Tally::of(counted, case, span, seen), costs };
            whole += &row;
            (case, row)
        };
        let counts = cases.all.iter().map(count).collect();
        Counts { period: &cases.period, cases: counts, whole, sales: sales(&material.policy.reports, &cases.period) }
    }
}

impl AddAssign<&Row> for Row {
    fn add_assign(&mut self, other: &Row) {
        self.tally += &other.tally;
        self.costs += &other.costs;
    }
}
