//! What the cases that closed have cost: what came back, what they have lost by what it consists of, all of it against sales. What is
//! added up the policy says (`[[sums]]` of `reports.toml`, `[[losses]]` of `sharing.toml`); the loss is that of `report losses`.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use rust_decimal::Decimal;

use super::Monthly;
use super::counts::{Counts, Row};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::policy::{Sum, Unit};
use crate::report::model::{Cell, Column, Figure, Part, Ratio};
use crate::report::money::{is_final, lost, sorts, summed};
use crate::report::{Case, Material};

/// What one case has cost, or many.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Costs {
    /// By the sums of the statistics, in their order; empty for nothing.
    sums: Vec<Decimal>,
    /// By the names of losses.
    losses: BTreeMap<String, Decimal>,
    /// Of how many cases it may still change.
    pub(super) unsettled: i64,
}

/// What there is to tell of costs, in the order of columns.
#[derive(Debug)]
pub(super) struct Costing {
    sums: Vec<Sum>,
    /// The names of losses with what they are called, and what they mean.
    losses: Vec<(String, Label, Label)>,
}

/// One thing that is told.
#[derive(Debug)]
pub(super) struct Told<'c> {
    pub(super) name: &'c str,
    pub(super) label: Label,
    means: Label,
    what: What<'c>,
}

#[derive(Debug, Clone, Copy)]
enum What<'c> {
    Sum(usize, Unit),
    Loss(&'c str),
    Whole,
    OfSales,
}

impl Costs {
    /// What a case that closed has cost.
    pub(super) fn of(material: &Material, case: &Case) -> Self {
        Costs {
            sums: summed(material, case).unwrap_or_default(),
            losses: lost(material, case).unwrap_or_default(),
            unsettled: i64::from(!is_final(material, case)),
        }
    }

    /// Everything that was lost.
    pub(super) fn loss(&self) -> Decimal {
        self.losses.values().sum()
    }

    /// Whether nothing came back and nothing was lost.
    pub(super) fn is_nothing(&self) -> bool {
        self.sums.iter().chain(self.losses.values()).all(Decimal::is_zero)
    }
}

impl AddAssign<&Costs> for Costs {
    fn add_assign(&mut self, other: &Costs) {
        if self.sums.len() < other.sums.len() {
            self.sums.resize(other.sums.len(), Decimal::ZERO);
        }
        self.sums.iter_mut().zip(&other.sums).for_each(|(sum, more)| *sum += more);
        self.unsettled += other.unsettled;
        for (name, more) in &other.losses {
            match self.losses.get_mut(name) {
                Some(loss) => *loss += more,
                None => drop(self.losses.insert(name.clone(), *more)),
            }
        }
    }
}

impl Costing {
    /// What today's policy tells, and what older rules of a case know besides.
    pub(super) fn of<'c, 'm: 'c>(material: &Material, periods: impl Iterator<Item = &'c Counts<'m>>) -> Self {
        let policy = &material.policy;
        let known = sorts(material, periods.flat_map(|counts| counts.whole.costs.losses.keys()));
        let means = |name: &str| policy.sharing.losses.iter().find(|loss| loss.name == name).map(|loss| &loss.means);
        let losses = known.into_iter().map(|(name, label)| {
            let means = means(&name).cloned().unwrap_or_default();
            (name, label, means)
        });
        Costing { sums: policy.reports.sums.clone(), losses: losses.collect() }
    }

    /// Whether the policy says of nothing what it costs.
    pub(super) fn is_empty(&self) -> bool {
        self.sums.is_empty() && self.losses.is_empty()
    }

    /// Everything that is told, the whole loss after what it consists of.
    pub(super) fn told(&self, of_sales: bool) -> Vec<Told<'_>> {
        let sums = self.sums.iter().enumerate().map(|(at, sum)| Told {
            name: &sum.name,
            label: sum.label.clone(),
            means: sum.means.clone(),
            what: What::Sum(at, sum.unit),
        });
        let losses = self.losses.iter().map(|(name, label, means)| Told {
            name,
            label: label.clone(),
            means: means.clone(),
            what: What::Loss(name),
        });
        let mut told: Vec<Told<'_>> = sums.chain(losses).collect();
        if !self.losses.is_empty() {
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
            What::Sum(_, Unit::Quantity) => Column::decimal(name, label),
            What::OfSales => Column::percent(name, label),
            What::Sum(..) | What::Loss(_) | What::Whole => Column::money(name, label),
        }
    }

    pub(super) fn cell(&self, row: &Row, sales: Option<Decimal>) -> Cell {
        let costs = &row.costs;
        match self.what {
            What::Sum(at, unit) => {
                let sum = costs.sums.get(at).copied().unwrap_or_default();
                if unit == Unit::Money { Cell::Money(sum) } else { Cell::Decimal(sum.normalize()) }
            }
            What::Loss(name) => Cell::Money(costs.losses.get(name).copied().unwrap_or_default()),
            What::Whole => Cell::Money(costs.loss()),
            What::OfSales => sales.map_or(Cell::Unknown, |sales| Cell::Percent(Ratio::new(costs.loss(), sales))),
        }
    }

    fn figure(&self, now: &Counts<'_>) -> Figure {
        let value = self.cell(&now.whole, now.sales);
        match self.what {
            What::OfSales => {
                let sales = now.sales.map_or(Cell::Unknown, Cell::Money);
                let parts = [Part::new(Text::Loss, Cell::Money(now.whole.costs.loss())), Part::new(Text::Sales, sales)];
                Figure::rate(self.name, self.label.clone(), self.means.clone(), parts)
            }
            What::Whole => Figure::new(self.name, self.label.clone(), self.means.clone(), value),
            What::Sum(..) | What::Loss(_) => {
                let what = if self.means == Label::default() { &self.label } else { &self.means };
                let means = Label::each(|lang| {
                    let what = what.get(lang);
                    label!(Text::OfClosedCases, what = what).get(lang).to_owned()
                });
                Figure::new(self.name, self.label.clone(), means, value)
            }
        }
    }
}

impl Monthly<'_> {
    /// The figures of what the cases that closed have cost.
    pub(super) fn costs(&self) -> Vec<Figure> {
        self.costing.told(true).iter().map(|told| told.figure(&self.now)).collect()
    }
}
