//! The costs of the closed cases: what was returned, and what was lost, by part; both also in relation to sales. The
//! policy says what is added up (`[[sums]]` of `reports.toml`, `[[losses]]` of `sharing.toml`). The loss is the same
//! as in `report losses`.

use std::ops::AddAssign;

use rust_decimal::Decimal;

use super::Monthly;
use super::counts::Row;
use super::figures::Counted;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::model::{Cell, Column, Part, Ratio};
use crate::money::LossPart;
use crate::policy::{Policy, Sum, Unit};
use crate::report::money::Ledger;
use crate::report::sheet::{How, Line, Side};
use crate::report::{Answer, Case};

/// The costs of one case, or of many.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Costs {
    /// In the order of [`Costing`]; empty if there are none.
    parts: Vec<Decimal>,
    /// All losses.
    pub(super) loss: Decimal,
    /// For how many cases they are not final yet.
    pub(super) unsettled: i64,
}

/// What is added up, in the order of columns: the sums of the statistics, then the losses of today's policy and those
/// that only older rules of a case have.
#[derive(Debug)]
pub(super) struct Costing<'m> {
    all: Vec<&'m Sum>,
    /// How many of them are losses; these are the last ones.
    losses: usize,
}

/// One column of costs.
#[derive(Debug)]
pub(super) struct Told<'c> {
    pub(super) name: &'c str,
    pub(super) label: Label,
    means: Label,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Part(usize, Unit),
    Whole,
    OfSales,
}

impl Costs {
    /// The costs of a closed case.
    ///
    /// # Errors
    /// If a rule asks about other records and they cannot be looked up.
    pub(super) fn of(ledger: &Ledger<'_>, costing: &Costing<'_>, case: &Case) -> Answer<Self> {
        let mut costs = Costs { unsettled: i64::from(!ledger.is_final(case)?), ..Costs::default() };
        costs.parts.resize(costing.all.len(), Decimal::ZERO);
        costs.take(ledger.summed(case)?, |name| costing.sum(name));
        let losses = ledger.lost(case)?;
        costs.loss = losses.iter().map(|came| came.amount).sum();
        costs.take(losses, |name| costing.loss(name));
        Ok(costs)
    }

    fn take(&mut self, came: Vec<LossPart<'_>>, place: impl Fn(&str) -> Option<usize>) {
        for came in came.into_iter().filter(|came| !came.amount.is_zero()) {
            if let Some(part) = place(&came.sum.name).and_then(|at| self.parts.get_mut(at)) {
                *part += came.amount;
            }
        }
    }

    /// Whether nothing was returned and nothing was lost.
    pub(super) fn is_nothing(&self) -> bool {
        self.parts.iter().all(Decimal::is_zero)
    }
}

impl AddAssign<&Costs> for Costs {
    fn add_assign(&mut self, other: &Costs) {
        if self.parts.len() < other.parts.len() {
            self.parts.resize(other.parts.len(), Decimal::ZERO);
        }
        self.parts.iter_mut().zip(&other.parts).for_each(|(sum, more)| *sum += more);
        self.loss += other.loss;
        self.unsettled += other.unsettled;
    }
}

impl<'m> Costing<'m> {
    /// What is added up for the cases of these periods.
    pub(super) fn of(policy: &'m Policy, ledger: &'m Ledger<'_>) -> Self {
        let mut all: Vec<&Sum> = policy.reports.sums.iter().collect();
        let sums = all.len();
        for loss in ledger.rules().flat_map(|rules| &rules.sharing.losses) {
            if all[sums..].iter().all(|known| known.name != loss.name) {
                all.push(loss);
            }
        }
        Costing { losses: all.len() - sums, all }
    }

    fn sum(&self, name: &str) -> Option<usize> {
        self.all[..self.all.len() - self.losses].iter().position(|sum| sum.name == name)
    }

    fn loss(&self, name: &str) -> Option<usize> {
        let sums = self.all.len() - self.losses;
        self.all[sums..].iter().position(|loss| loss.name == name).map(|at| sums + at)
    }

    /// Whether the policy defines no costs.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Every column of costs; the whole loss comes after its parts.
    pub(super) fn told(&self, of_sales: bool) -> Vec<Told<'_>> {
        let parts = self.all.iter().enumerate().map(|(at, sum)| Told {
            name: &sum.name,
            label: sum.label.clone(),
            means: sum.means.clone(),
            what: What::Part(at, sum.unit),
        });
        let mut told: Vec<Told<'_>> = parts.collect();
        if self.losses > 0 {
            let means = Text::LossMeans.label();
            told.push(Told { name: WHOLE, label: Text::Loss.label(), means, what: What::Whole });
            if of_sales {
                let (label, means) = (Text::LossRate.label(), Text::LossRateMeans.label());
                told.push(Told { name: OF_SALES, label, means, what: What::OfSales });
            }
        }
        told
    }
}

/// The column of the whole loss.
pub(super) const WHOLE: &str = "loss";
/// The column of its share of sales.
const OF_SALES: &str = "loss-rate";

impl Told<'_> {
    pub(super) fn column(&self) -> Column {
        let (name, label) = (self.name, self.label.clone());
        match self.what {
            What::Part(_, Unit::Quantity) => Column::decimal(name, label),
            What::OfSales => Column::percent(name, label),
            What::Part(..) => Column::money(name, label),
            What::Whole => Column::money(name, label).weighing(Column::MUCH),
        }
    }

    pub(super) fn cell(&self, row: &Row, sales: Option<Decimal>) -> Cell {
        let costs = &row.costs;
        match self.what {
            What::Part(at, unit) => {
                let sum = costs.parts.get(at).copied().unwrap_or_default();
                if unit == Unit::Money { Cell::Money(sum) } else { Cell::Decimal(sum.normalize()) }
            }
            What::Whole => Cell::Money(costs.loss),
            What::OfSales => sales.map_or(Cell::Unknown, |sales| Cell::Percent(Ratio::new(costs.loss, sales))),
        }
    }

    /// The figure for these costs.
    fn line<'s>(&self, sales: Option<Decimal>) -> Line<'s, Counted> {
        let (name, label) = (self.name, self.label.clone());
        let whole = |item: &Counted| item.row.costs.loss;
        match self.what {
            What::OfSales => {
                let sales = Part::new(Text::Sales, sales.map_or(Cell::Unknown, Cell::Money));
                Line::new(name, label, self.means.clone(), How::Against(Side::money(Text::Loss, whole), sales, 100))
            }
            What::Whole => Line::sum(name, self.means.clone(), Side::money(label, whole)),
            What::Part(at, unit) => {
                let what = if self.means == Label::default() { &self.label } else { &self.means };
                let means = Label::each(|lang| {
                    let what = what.get(lang);
                    label!(Text::OfClosedCases, what = what).get(lang).to_owned()
                });
                let part = move |item: &Counted| item.row.costs.parts.get(at).copied().unwrap_or_default();
                match unit {
                    Unit::Money => Line::sum(name, means, Side::money(label, part)),
                    Unit::Quantity => Line::sum(name, means, Side::quantity(label, part)),
                }
            }
        }
    }
}

impl Monthly<'_> {
    /// The figures for the costs of closed cases.
    pub(super) fn costs<'s>(&self) -> Vec<Line<'s, Counted>> {
        self.costing.told(true).iter().map(|told| told.line(self.now.sales)).collect()
    }

    /// Whether a figure is about costs.
    pub(super) fn is_cost(&self, name: &str) -> bool {
        self.costing.told(true).iter().any(|told| told.name == name)
    }
}
