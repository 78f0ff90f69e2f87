//! The tables: the same counts for every category, product, cause, department and channel; remedies by kind; measures.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Monthly;
use crate::cells;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::locale::{Label, Lang};
use crate::policy::Breakdown;
use crate::record::{Class, Type, Value};
use crate::report::Case;
use crate::report::fields::{ABOUT, DUE, MEASURE, inner, inner_type, value};
use crate::report::model::{Cell, Column, Level, Report, Table, Tone};
use crate::report::tally::{Tally, money};

impl Monthly<'_> {
    pub(super) fn tables(&self, report: &mut Report) {
        let mut missing = Vec::new();
        for Breakdown { by: own, first: listed } in self.material.policy.reports.tables.iter().copied() {
            let declared = self.counted.kind.field(own);
            let name = declared.name.as_str();
            // what is private is told of nobody, not even in numbers
            if declared.private && !self.material.private {
                missing.push(name);
                continue;
            }
            let stored = |case: &Case| -> BTreeSet<String> {
                let lines = listed.map(|(list, field)| {
                    let lines = case.value(list).map(Value::elements).unwrap_or_default().iter();
                    let named = lines.filter_map(|line| match line {
                        Value::Group(fields) => fields.get(field)?.stored(),
                        _ => None,
                    });
                    named.collect::<BTreeSet<_>>()
                });
                let plain =
                    || case.value(own).map(Value::elements).unwrap_or_default().iter().filter_map(Value::stored);
                lines.filter(|names| !names.is_empty()).unwrap_or_else(|| plain().collect())
            };
            let table = self.by(&declared.label, &declared.ty, &stored);
            let title = label_by(&declared.label);
            report.table(format!("by-{name}"), title, table);
        }
        if !missing.is_empty() {
            report.note(Level::Note, label!(Text::NoField, names = missing.join(", ")));
        }
    }

    fn by(&self, label: &Label, ty: &Type, stored: &dyn Fn(&Case) -> BTreeSet<String>) -> Table {
        let material = self.material;
        let counted = &self.counted;
        let mut columns = vec![Column::label("value", label.clone()), Column::count("received", Text::Received)];
        columns.extend(counted.accepted.as_ref().map(|_| Column::count("accepted", Text::Accepted)));
        columns.extend(counted.closed.as_ref().map(|_| Column::count("closed", Text::Closed)));
        columns.extend(counted.closed.as_ref().map(|_| Column::count("upheld", Text::Upheld)));
        columns.push(Column::count("open", Text::OpenAtEnd));
        columns.push(Column::count("overdue", Text::OverdueCases));
        columns.push(Column::percent("share", Text::ShareOfReceived));
        columns.extend(counted.amount.map(|_| Column::money("amount", Text::RemedyAmount)));
        let mut table = Table::new(columns);
        let mut groups: BTreeMap<Option<String>, Vec<&Case>> = BTreeMap::new();
        let mut several = false;
        for case in &material.cases.all {
            let names = stored(case);
            several |= names.len() > 1;
            for name in &names {
                groups.entry(Some(name.clone())).or_default().push(case);
            }
            if names.is_empty() {
                groups.entry(None).or_default().push(case);
            }
        }
        let (span, seen) = (material.span(), material.seen_until());
        let count = |cases: Vec<&Case>| Tally::of(counted, cases, span, seen);
        let mut rows: Vec<(Option<String>, Tally)> = groups
            .into_iter()
            .map(|(name, cases)| (name, count(cases)))
            .filter(|(_, tally)| !tally.is_empty())
            .collect();
        // the largest first; what is not said last
        rows.sort_by(|(a, x), (b, y)| {
            (a.is_none(), y.received, y.closed, a).cmp(&(b.is_none(), x.received, x.closed, b))
        });
        for (name, tally) in &rows {
            let said = name.as_ref().map_or_else(|| Text::NotSaid.label(), |name| material.label(ty, name));
            table.row(self.line(said, tally));
        }
        if !rows.is_empty() {
            table.total(self.line(Text::Total.label(), &self.tally));
        }
        if several {
            table.note(Text::CountedAtEach.label());
        }
        table
    }

    fn line(&self, said: Label, tally: &Tally) -> Vec<Cell> {
        let mut cells = vec![Cell::Label(said), Cell::Count(tally.received)];
        cells.extend(self.counted.accepted.as_ref().map(|_| Cell::Count(tally.accepted)));
        cells.extend(self.counted.closed.as_ref().map(|_| Cell::Count(tally.closed)));
        cells.extend(self.counted.closed.as_ref().map(|_| Cell::Count(tally.upheld)));
        cells.push(Cell::Count(tally.open_at_end));
        cells.push(Cell::Count(tally.overdue));
        cells.push(Cell::percent(tally.received, self.tally.received));
        cells.extend(self.counted.amount.map(|_| Cell::Money(tally.cost)));
        cells
    }

    /// What the cases that closed in the period cost, by kind of remedy.
    pub(super) fn remedies(&self, report: &mut Report) {
        let counted = &self.counted;
        let Some((list, amount)) = counted.amount else { return };
        let remedy = inner(counted.kind, "remedies", "kind").filter(|(other, _)| *other == list);
        let Some(remedy) = remedy else { return };
        let quantity = inner(counted.kind, "remedies", "quantity").map(|(_, quantity)| quantity);
        let mut sums: BTreeMap<String, (i64, Decimal, Decimal)> = BTreeMap::new();
        let closed = self.material.cases.all.iter();
        let span = self.material.span();
        for case in closed.filter(|case| counted.closed_in(case, span).is_some()) {
            for line in counted.remedies(case) {
                let Some(kind) = line.get(remedy.1).and_then(Value::stored) else { continue };
                let sum = sums.entry(kind).or_default();
                sum.0 += 1;
                sum.1 += money(line.get(amount)).unwrap_or_default();
                if let Some(Value::Decimal(number)) = quantity.and_then(|quantity| line.get(quantity)) {
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
        let ty = inner_type(counted.kind, remedy);
        for (kind, (count, amount, quantity)) in &sums {
            let said = ty.map_or_else(|| Label::new(kind, kind), |ty| self.material.label(ty, kind));
            table.row([
                Cell::Label(said),
                Cell::Count(*count),
                Cell::Decimal(*quantity),
                Cell::Money(*amount),
                Cell::percent(*amount, self.tally.cost),
            ]);
        }
        if !sums.is_empty() {
            let count: i64 = sums.values().map(|(count, _, _)| count).sum();
            let total = Cell::Money(self.tally.cost);
            table.total([Cell::Label(Text::Total.label()), Cell::Count(count), Cell::Empty, total, Cell::Empty]);
        }
        report.table("remedies", Text::RemediesByKind, table);
    }

    /// How every improvement measure stands that is open or was changed in the period.
    pub(super) fn measures(&self, report: &mut Report) {
        let material = self.material;
        let Some(kind) = material.policy.kind(MEASURE) else { return };
        let mut table = Table::new([
            Column::id("id", Text::Number),
            Column::text("action", Text::Action),
            Column::id("about", Text::About),
            Column::text("owner", Text::Owner),
            Column::date("due", Text::Due),
            Column::label("state", Text::State),
            Column::flag("overdue", Text::OverdueYes),
            Column::text("effect", Text::Effect),
        ]);
        for measure in &material.measures {
            let record = &measure.record;
            let text = |name: &str| value(kind, record, name).and_then(Value::stored);
            let overdue = measure.clocks.iter().any(|clock| clock.is_overdue_at(material.now));
            let state = kind.shape.state(&record.state);
            let tone = match kind.shape.class(&record.state) {
                _ if overdue => Tone::Bad,
                Class::Closed => Tone::Muted,
                _ => Tone::Plain,
            };
            let due = match value(kind, record, DUE) {
                Some(Value::Date(date)) => Cell::Date(*date),
                _ => Cell::Empty,
            };
            table.toned(
                tone,
                cells![
                    Cell::id(&record.id),
                    text("action"),
                    text(ABOUT).map_or(Cell::Empty, Cell::Id),
                    text("owner").map(|owner| material.name(&owner).unwrap_or(owner)),
                    due,
                    state.map(|state| state.label.clone()),
                    overdue,
                    text("effect"),
                ],
            );
        }
        report.table("measures", Text::Measures, table);
    }
}

/// `By category`, `按投诉类别`.
fn label_by(field: &Label) -> Label {
    let [en, zh] = [Lang::En, Lang::Zh].map(|lang| {
        let name = field.get(lang);
        label!(Text::By, field = name).get(lang).to_owned()
    });
    Label::new(en, zh)
}
