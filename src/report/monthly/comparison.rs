//! Compares the whole with the period before and with the same period a year before.

use rust_decimal::Decimal;

use super::Monthly;
use super::counts::Counts;
use crate::calendar::Period;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::model::{Cell, Column, ColumnType, Ratio, Table};
use crate::report::tally::Tally;

/// A compared number: its label, how it is counted, and whether the kind has it.
type Line = (Text, fn(&Tally) -> i64, bool);

/// The earlier periods: the headings of their columns.
pub(super) const EARLIER: [(&str, Text); 2] = [("previous", Text::PeriodBefore), ("year-before", Text::YearBefore)];

impl Monthly<'_> {
    /// Cases that came and ended, and their costs, compared with the period before and a year before. Cases that were
    /// open then are not compared, because that would need every case of the book.
    pub(super) fn comparison(&self) -> Table {
        let mut columns = vec![
            Column::label("figure", Text::Figure),
            Column::new("now", name(&self.now.period.label), ColumnType::Any),
        ];
        for ((column, text), counts) in EARLIER.into_iter().zip(&self.before) {
            let label = counts.as_ref().map_or_else(|| text.label(), |counts| name(&counts.period.label));
            columns.push(Column::new(column, label, ColumnType::Any));
        }
        columns.push(Column::new("change", Text::AgainstBefore, ColumnType::Any));
        columns.push(Column::new("year-change", Text::AgainstYearBefore, ColumnType::Any));
        let mut table = Table::new(columns);
        let counted = &self.counted;
        let lines: [Line; 8] = [
            (Text::Received, |t| t.received, true),
            (Text::Accepted, |t| t.accepted, counted.accepted.is_some()),
            (Text::Closed, |t| t.closed, counted.closed.is_some()),
            (Text::Declined, |t| t.declined, counted.declined.is_some()),
            (Text::Withdrawn, |t| t.withdrawn, counted.withdrawn.is_some()),
            (Text::Reopened, |t| t.reopened, true),
            (Text::Ended, |t| t.ended, true),
            (Text::Upheld, |t| t.upheld, counted.upholds()),
        ];
        for (text, count, _) in lines.into_iter().filter(|(_, _, there)| *there) {
            table.row(self.compared(text.label(), |counts| Cell::Count(count(&counts.whole.tally))));
        }
        for told in self.costing.told(self.sells()) {
            table.row(self.compared(told.label.clone(), |counts| told.cell(&counts.whole, counts.sales)));
        }
        table
    }

    /// Whether the sales of any of the periods are known.
    fn sells(&self) -> bool {
        self.now.sales.is_some() || self.before.iter().flatten().any(|counts| counts.sales.is_some())
    }

    fn compared(&self, label: Label, of: impl Fn(&Counts<'_>) -> Cell) -> Vec<Cell> {
        let now = of(&self.now);
        let before = self.before.each_ref().map(|counts| counts.as_ref().map_or(Cell::Empty, &of));
        let changes = before.each_ref().map(|before| change(&now, before));
        [Cell::Label(label), now].into_iter().chain(before).chain(changes).collect()
    }

    /// The heading of a breakdown's column that shows the same for an earlier period.
    pub(super) fn earlier(&self, what: &Label) -> Vec<(&'static str, Label)> {
        let periods = EARLIER.into_iter().zip(&self.before).filter_map(|((column, _), counts)| {
            let period = &counts.as_ref()?.period.label;
            let label = Label::each(|lang| {
                let (what, period) = (what.get(lang), Period::called(period));
                label!(Text::OfPeriod, what = what, period = period.get(lang)).get(lang).to_owned()
            });
            Some((column, label))
        });
        periods.collect()
    }
}

/// The increase since then; for shares the difference, in percentage points.
pub(in crate::report) fn change(now: &Cell, before: &Cell) -> Cell {
    match (now, before) {
        (Cell::Count(now), Cell::Count(before)) => Cell::Count(now - before),
        (Cell::Minutes(now), Cell::Minutes(before)) => Cell::Minutes(now - before),
        (Cell::Money(now), Cell::Money(before)) => Cell::Money(now - before),
        (Cell::Decimal(now), Cell::Decimal(before)) => Cell::Decimal((now - before).normalize()),
        (Cell::Percent(now), Cell::Percent(before)) => points(now, before).map_or(Cell::Unknown, Cell::Percent),
        (_, Cell::Empty) => Cell::Empty,
        _ => Cell::Unknown,
    }
}

fn points(now: &Ratio, before: &Ratio) -> Option<Ratio> {
    let part = |one: Decimal, other: Decimal| one.checked_mul(other);
    let numerator = part(now.numerator, before.denominator)?.checked_sub(part(before.numerator, now.denominator)?)?;
    Some(Ratio::new(numerator, part(now.denominator, before.denominator)?))
}

fn name(period: &str) -> Label {
    Period::called(period)
}

#[cfg(test)]
mod tests {
    use super::change;
    use crate::model::{Cell, Ratio};
    use rust_decimal::Decimal;

    #[test]
    fn a_change_is_told_in_what_it_is_counted_in() {
        let money = |cents| Cell::Money(Decimal::new(cents, 2));
        for (now, before, expected) in [
            (Cell::Count(3), Cell::Count(5), Cell::Count(-2)),
            (money(10_050), money(50), money(10_000)),
            (Cell::Percent(Ratio::new(1, 4)), Cell::Percent(Ratio::new(1, 5)), Cell::Percent(Ratio::new(1, 20))),
            (Cell::Percent(Ratio::new(1, 4)), Cell::Unknown, Cell::Unknown),
            (Cell::Percent(Ratio::new(Decimal::MAX, 4)), Cell::Percent(Ratio::new(1, 5)), Cell::Unknown),
            (money(1), Cell::Empty, Cell::Empty),
        ] {
            assert_eq!(change(&now, &before), expected, "{now:?} {before:?}");
        }
    }
}
