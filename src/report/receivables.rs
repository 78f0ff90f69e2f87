//! Receivables whose collection complaints hamper (RL4): each item with its recovery ratio, and what it takes from the
//! salesperson's bonus.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::model::{Cell, Column, Figure, Identity, Level, Part, Report, Table};
use super::{Material, fields, worded};
use crate::locale::messages::ReportText as Text;
use crate::money::{Affected, affected};
use crate::record::{Record, Type, Value};

/// An item with its case and salesperson.
struct Row<'m> {
    record: &'m Record,
    client: Option<String>,
    salesperson: Option<String>,
    affected: Affected,
}

/// What several items come to.
#[derive(Default)]
struct Sum {
    items: i64,
    receivable: Decimal,
    collected: Decimal,
    bonus: Option<Decimal>,
    reduction: Option<Decimal>,
}

impl Sum {
    fn of<'r>(rows: impl IntoIterator<Item = &'r Affected>) -> Self {
        let mut sum = Sum::default();
        for row in rows {
            sum.items += 1;
            sum.receivable += row.receivable;
            sum.collected += row.collected;
            let more = |to: Option<Decimal>, by: Option<Decimal>| by.map(|by| to.unwrap_or_default() + by).or(to);
            sum.bonus = more(sum.bonus, row.bonus);
            sum.reduction = more(sum.reduction, row.reduction);
        }
        sum
    }
}

/// The report.
pub(super) fn build(material: &Material) -> Report {
    let mut report = material.report("receivables", Text::Receivables).over(material.model_period());
    let Some((rules, _)) = fields::cases(material, &mut report) else { return report };
    if material.policy.sharing.recovery.is_none() {
        report.note(Level::Note, Text::NoRecovery);
        return report;
    }
    let mut rows: Vec<Row<'_>> = Vec::new();
    for case in &material.cases.all {
        // what a later form lists stands for the case
        let Some(record) = case.latest() else { continue };
        let Some(recovery) = material.rules_of(record).sharing.recovery.as_ref() else { continue };
        let client = rules.client.and_then(|field| case.value(field)).and_then(Value::stored);
        for affected in affected(recovery, record) {
            let salesperson = material.salespeople.get(&record.id).map(ToString::to_string);
            rows.push(Row { record, client: client.clone(), salesperson, affected });
        }
    }
    let all = Sum::of(rows.iter().map(|row| &row.affected));
    if let (Some(bonus), Some(reduction)) = (all.bonus, all.reduction) {
        let kept: Decimal = rows.iter().filter_map(|row| Some(row.affected.bonus? - row.affected.reduction?)).sum();
        let identity = Identity::money("bonus", Text::BonusAddsUp, (Text::FullBonus, bonus));
        let identity = identity.plus(Text::BonusKept, kept).plus(Text::Reduction, reduction);
        report.identities("bonus", Text::BonusAddsUp, [identity]);
    }
    report.figures("figures", Text::Figures, figures(&all));
    report.table("salespeople", Text::BySalesperson, by_salesperson(material, &rows, &all));
    report.table("items", Text::AffectedItems, items(material, &rows));
    if material.now < material.span().1 {
        report.note(Level::Note, Text::PeriodNotOver);
    }
    report
}

fn figures(all: &Sum) -> Vec<Figure> {
    // where no item is listed nothing is reduced; where none tells its bonus nobody knows
    let none = (all.items == 0).then_some(Decimal::ZERO);
    let reduction = all.reduction.or(none).map_or(Cell::Unknown, Cell::Money);
    let parts = [
        Part::new(Text::Collected, Cell::Money(all.collected)),
        Part::new(Text::Receivable, Cell::Money(all.receivable)),
    ];
    vec![
        Figure::new("receivable", Text::Receivable, Text::ReceivableMeans, Cell::Money(all.receivable)),
        Figure::rate("recovery", Text::RecoveryRatio, Text::RecoveryRatioMeans, parts),
        Figure::new("reduction", Text::Reduction, Text::ReductionMeans, reduction),
    ]
}

fn name(material: &Material, id: Option<&String>) -> Cell {
    id.map_or(Cell::Empty, |id| worded::said(material.label(&Type::Ref(Vec::new()), id)))
}

fn amounts(sum: &Sum) -> [Cell; 6] {
    let money = |amount: Option<Decimal>| amount.map_or(Cell::Empty, Cell::Money);
    [
        Cell::Money(sum.receivable),
        Cell::Money(sum.collected),
        Cell::Money(sum.receivable - sum.collected),
        Cell::percent(sum.collected, sum.receivable),
        money(sum.bonus),
        money(sum.reduction),
    ]
}

fn amount_columns() -> [Column; 6] {
    [
        Column::money("receivable", Text::Receivable),
        Column::money("collected", Text::Collected),
        Column::money("outstanding", Text::Outstanding).weighing(Column::MUCH),
        Column::percent("recovery", Text::RecoveryRatio).weighing(Column::MUCH),
        Column::money("bonus", Text::FullBonus).weighing(Column::LITTLE),
        Column::money("reduction", Text::Reduction),
    ]
}

fn by_salesperson(material: &Material, rows: &[Row<'_>], all: &Sum) -> Table {
    let mut groups: BTreeMap<Option<&String>, Vec<&Affected>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.salesperson.as_ref()).or_default().push(&row.affected);
    }
    let columns = [Column::text("salesperson", Text::Salesperson), Column::count("items", Text::AffectedCount)];
    let mut table = Table::new(columns.into_iter().chain(amount_columns()));
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(person, _)| (person.is_none(), *person));
    for (person, items) in groups {
        let sum = Sum::of(items);
        table.row([name(material, person), Cell::Count(sum.items)].into_iter().chain(amounts(&sum)));
    }
    if !table.rows.is_empty() {
        table.total([Cell::Empty, Cell::Count(all.items)].into_iter().chain(amounts(all)));
    }
    table
}

fn items(material: &Material, rows: &[Row<'_>]) -> Table {
    let columns = [
        Column::id("id", Text::Number),
        Column::text("client", Text::Client).weighing(Column::MUCH),
        Column::text("salesperson", Text::Salesperson),
        Column::text("item", Text::Item),
    ];
    let mut table = Table::new(columns.into_iter().chain(amount_columns()));
    for row in rows {
        let own = [
            Cell::id(&row.record.id),
            name(material, row.client.as_ref()),
            name(material, row.salesperson.as_ref()),
            Cell::text(row.affected.item.as_str()),
        ];
        table.row(own.into_iter().chain(amounts(&Sum::of([&row.affected]))));
    }
    table
}
