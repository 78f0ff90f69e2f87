//! The tables: the same counts and costs for every category, product, cause, department and channel; and remedies by
//! kind.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Monthly;
use super::costs::{Told, WHOLE};
use super::counts::Row;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::model::{Cell, Column, Level, Report, Table};
use crate::policy::Breakdown;
use crate::record::{Field, Value};
use crate::report::Case;
use crate::report::fields::inner_type;
use crate::report::tally::money;

impl Monthly<'_> {
    pub(super) fn tables(&self, report: &mut Report) {
        let (mut missing, mut told) = (Vec::new(), Vec::new());
        for breakdown in self.layout.tables.iter().copied() {
            let declared = self.counted.kind.field(breakdown.by);
            // nothing is said about private values, not even numbers
            match self.subject.words().sight.shows(declared) {
                false => missing.push(declared.name.as_str()),
                true => told.push((declared, breakdown)),
            }
        }
        for (declared, breakdown) in told {
            let groups = &self.groups(breakdown);
            let name = declared.name.as_str();
            report.table(format!("by-{name}"), by(&declared.label), self.by(declared, groups));
            // a table without any costs is left out
            if groups.rows.iter().flat_map(|(_, rows)| rows).any(|row| !row.costs.is_nothing()) {
                let table = self.costs_by(declared, groups);
                report.table(format!("losses-by-{name}"), losses_by(&declared.label), table);
            }
        }
        if !missing.is_empty() {
            report.note(Level::Note, label!(Text::NoField, names = missing.join(", ")));
        }
    }

    /// The counts for each value, for now and for the earlier periods.
    fn groups(&self, breakdown: Breakdown) -> Groups {
        let mut groups: BTreeMap<Option<Cow<'_, str>>, [Row; 3]> = BTreeMap::new();
        let mut several = false;
        let [before, year] = &self.before;
        for (at, counts) in [Some(&self.now), before.as_ref(), year.as_ref()].into_iter().enumerate() {
            for (case, row) in counts.into_iter().flat_map(|counts| &counts.cases) {
                let names = values(case, breakdown);
                several |= names.len() > 1;
                if names.is_empty() {
                    groups.entry(None).or_default()[at] += row;
                }
                for name in names {
                    groups.entry(Some(name)).or_default()[at] += row;
                }
            }
        }
        let rows = groups.into_iter().map(|(name, rows)| (name.map(Cow::into_owned), rows));
        Groups { rows: rows.collect(), several }
    }

    fn by(&self, declared: &Field, groups: &Groups) -> Table {
        let counted = &self.counted;
        let mut columns =
            vec![Column::label("value", declared.label.clone()), Column::count("received", Text::Received)];
        columns.extend(counted.accepted.as_ref().map(|_| Column::count("accepted", Text::Accepted)));
        columns.extend(counted.closed.as_ref().map(|_| Column::count("closed", Text::Closed)));
        columns.extend(counted.upholds().then(|| Column::count("upheld", Text::Upheld)));
        columns.push(Column::count("open", Text::OpenAtEnd));
        columns.push(Column::count("overdue", Text::OverdueCases));
        columns.push(Column::percent("share", Text::ShareOfReceived));
        let earlier = self.earlier(&Text::Received.label());
        columns.extend(earlier.into_iter().map(|(name, label)| Column::count(format!("received-{name}"), label)));
        let mut table = Table::new(columns);
        let telling = |rows: &[Row; 3]| !rows[0].tally.is_empty() || rows[1..].iter().any(|row| row.tally.received > 0);
        let mut rows: Vec<_> = groups.rows.iter().filter(|(_, rows)| telling(rows)).collect();
        // the largest first; a missing value last
        rows.sort_by_key(|(name, [now, before, _])| {
            let (now, before) = (&now.tally, &before.tally);
            (name.is_none(), Reverse((now.received, now.closed, before.received)), name)
        });
        for (name, counts) in &rows {
            table.row(self.line(self.said(declared, name.as_deref()), counts.each_ref()));
        }
        if !rows.is_empty() {
            table.total(self.line(Text::Total.label(), self.whole()));
        }
        if groups.several {
            table.note(Text::CountedAtEach.label());
        }
        table
    }

    fn line(&self, said: Label, [now, earlier @ ..]: [&Row; 3]) -> Vec<Cell> {
        let tally = &now.tally;
        let mut cells = vec![Cell::Label(said), Cell::Count(tally.received)];
        cells.extend(self.counted.accepted.as_ref().map(|_| Cell::Count(tally.accepted)));
        cells.extend(self.counted.closed.as_ref().map(|_| Cell::Count(tally.closed)));
        cells.extend(self.counted.upholds().then_some(Cell::Count(tally.upheld)));
        cells.push(Cell::Count(tally.open_at_end));
        cells.push(Cell::Count(tally.overdue));
        cells.push(Cell::percent(tally.received, self.now.whole.tally.received));
        let there = earlier.iter().zip(&self.before).filter(|(_, counts)| counts.is_some());
        cells.extend(there.map(|(row, _)| Cell::Count(row.tally.received)));
        cells
    }

    /// The same for the costs of the closed cases.
    fn costs_by(&self, declared: &Field, groups: &Groups) -> Table {
        let told = self.costing.told(self.now.sales.is_some());
        let mut columns = vec![Column::label("value", declared.label.clone())];
        columns.extend(told.iter().map(Told::column));
        let whole = told.iter().find(|told| told.name == WHOLE);
        let earlier = whole.map(|whole| self.earlier(&whole.label)).unwrap_or_default();
        columns.extend(earlier.into_iter().map(|(name, label)| Column::money(format!("loss-{name}"), label)));
        let mut table = Table::new(columns);
        let mut rows: Vec<_> = groups.rows.iter().collect();
        rows.retain(|(_, rows)| rows.iter().any(|row| !row.costs.is_nothing()));
        rows.sort_by_key(|(name, [now, before, _])| {
            (name.is_none(), Reverse((now.costs.loss, before.costs.loss)), name)
        });
        let line = |said: Label, [now, earlier @ ..]: [&Row; 3]| {
            let mut cells = vec![Cell::Label(said)];
            cells.extend(told.iter().map(|told| told.cell(now, self.now.sales)));
            if whole.is_some() {
                let there = earlier.into_iter().zip(&self.before).filter(|(_, counts)| counts.is_some());
                cells.extend(there.map(|(row, _)| Cell::Money(row.costs.loss)));
            }
            cells
        };
        for (name, costs) in &rows {
            table.row(line(self.said(declared, name.as_deref()), costs.each_ref()));
        }
        table.total(line(Text::Total.label(), self.whole()));
        if groups.several {
            table.note(Text::CountedAtEach.label());
        }
        table
    }

    /// The totals of the three periods; a missing period has zeros.
    fn whole(&self) -> [&Row; 3] {
        let [before, year] = self.before.each_ref().map(|counts| counts.as_ref().map_or(&self.nothing, |c| &c.whole));
        [&self.now.whole, before, year]
    }

    fn said(&self, declared: &Field, name: Option<&str>) -> Label {
        name.map_or_else(|| Text::NotSaid.label(), |name| self.subject.label(&declared.ty, name))
    }

    /// The costs of the cases closed in the period, by kind of remedy.
    pub(super) fn remedies(&self, report: &mut Report) {
        let counted = &self.counted;
        let Some(remedies) = counted.remedies else { return };
        let Some(remedy) = remedies.kind else { return };
        let mut sums: BTreeMap<String, (i64, Decimal, Decimal)> = BTreeMap::new();
        let closed = self.cases.all.iter();
        let span = self.subject.span();
        for case in closed.filter(|case| counted.closed_in(case, span).is_some()) {
            for line in counted.lines(case) {
                let Some(kind) = line.get(remedy).and_then(Value::stored) else { continue };
                let sum = sums.entry(kind).or_default();
                sum.0 += 1;
                sum.1 += money(line.get(remedies.amount)).unwrap_or_default();
                if let Some(Value::Decimal(number)) = remedies.quantity.and_then(|quantity| line.get(quantity)) {
                    sum.2 += number;
                }
            }
        }
        let mut table = Table::new([
            Column::label("remedy", Text::Remedy),
            Column::count("count", Text::Count),
            Column::decimal("quantity", Text::Quantity),
            Column::money("amount", Text::Amount),
            Column::percent("share", Text::ShareOfAmount),
        ]);
        let ty = inner_type(counted.kind, (remedies.list, remedy));
        for (kind, (count, amount, quantity)) in &sums {
            let said = ty.map_or_else(|| Label::new(kind, kind), |ty| self.subject.label(ty, kind));
            table.row([
                Cell::Label(said),
                Cell::Count(*count),
                Cell::Decimal(*quantity),
                Cell::Money(*amount),
                Cell::percent(*amount, self.now.whole.tally.cost),
            ]);
        }
        if !sums.is_empty() {
            let count: i64 = sums.values().map(|(count, _, _)| count).sum();
            let total = Cell::Money(self.now.whole.tally.cost);
            table.total([Cell::Label(Text::Total.label()), Cell::Count(count), Cell::Empty, total, Cell::Empty]);
        }
        report.table("remedies", Text::RemediesByKind, table);
    }
}

/// The values under which a case counts, each once: those of its lines if they have any, else its own value.
pub(super) fn values(case: &Case, Breakdown { by, first }: Breakdown) -> Vec<Cow<'_, str>> {
    type Name<'n> = &'n dyn for<'v> Fn(&'v Value) -> Option<Cow<'v, str>>;
    fn of<'v>(value: Option<&'v Value>, name: Name<'_>) -> Vec<Cow<'v, str>> {
        let mut names: Vec<_> = value.map(Value::elements).unwrap_or_default().iter().filter_map(name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
    let lines = first.map(|(list, field)| {
        of(case.value(list), &|line| match line {
            Value::Group(fields) => stored(fields.get(field)?),
            _ => None,
        })
    });
    lines.filter(|names| !names.is_empty()).unwrap_or_else(|| of(case.value(by), &stored))
}

/// The stored text of a value; borrowed if it is a text.
fn stored(value: &Value) -> Option<Cow<'_, str>> {
    value.as_text().map(Cow::Borrowed).or_else(|| value.stored().map(Cow::Owned))
}

/// The counts for each value.
struct Groups {
    rows: Vec<(Option<String>, [Row; 3])>,
    /// Whether a case may count under several of them.
    several: bool,
}

/// `By category`, `按投诉类别`.
fn by(field: &Label) -> Label {
    Label::each(|lang| {
        let name = field.get(lang);
        label!(Text::By, field = name).get(lang).to_owned()
    })
}

/// `Returns and losses by category`, `按投诉类别统计退货与损失`.
fn losses_by(field: &Label) -> Label {
    Label::each(|lang| {
        let name = field.get(lang);
        label!(Text::LossesBy, field = name).get(lang).to_owned()
    })
}
