//! Receivables whose payment complaints delay (RL4): each item with its recovery ratio, and how much it reduces the
//! salesperson's bonus.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::fields::{self, id_column, number_cell, number_column};
use super::language::Unknown;
use super::model::{Cell, Column, Identity, Level, Report, Table};
use super::money::older;
use super::sheet::{How, Line, Sheet, SheetRow, Side};
use super::{Answer, Case, Cases, Source, Subject, worded};
use crate::calendar::Period;
use crate::kind::Kind;
use crate::locale::messages::ReportText as Text;
use crate::money::{Affected, affected};
use crate::policy::{CaseRules, Recovery};
use crate::record::{Record, Type, Value};

/// An item, with its case and salesperson.
struct Row<'m> {
    record: &'m Record,
    /// Its running number, if cases have one.
    number: Option<Cell>,
    client: Option<String>,
    salesperson: Option<String>,
    affected: Affected,
}

/// The sums of several items.
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

/// The items of the period's cases, each with its case.
fn listed<'m>(subject: Subject<'m>, cases: &'m Cases, rules: &CaseRules, kind: &Kind) -> Answer<Vec<Row<'m>>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let older = older(subject, &cases.all.iter().filter_map(Case::latest).collect::<Vec<_>>())?;
    for case in &cases.all {
        // the items of a later form count for the case
        let Some(record) = case.latest() else { continue };
        let judged = record.rules.as_ref().and_then(|id| older.get(id)).map_or(subject.policy(), |older| &**older);
        let Some(recovery) = judged.sharing.recovery.as_ref() else { continue };
        let salesperson = salesperson(subject, recovery, record)?;
        let client = rules.client.and_then(|field| case.value(field)).and_then(Value::stored);
        for affected in affected(recovery, record) {
            let (number, client, salesperson) = (number_cell(kind, case), client.clone(), salesperson.clone());
            rows.push(Row { record, number, client, salesperson, affected });
        }
    }
    Ok(rows)
}

/// What an item adds to the figures.
#[derive(Debug, Clone)]
struct Counted {
    affected: Affected,
    salesperson: Option<String>,
}

/// The figures at the head of the report; all others are only in tables.
const FIGURES: [&str; 3] = ["receivable", "recovery", "reduction"];

fn sheet<'s>(subject: Subject<'s>, rows: &[Row<'_>]) -> Sheet<'s, Counted> {
    let items = rows.iter().map(|row| {
        let (affected, salesperson) = (row.affected.clone(), row.salesperson.clone());
        (row.record.id.clone(), Counted { affected, salesperson })
    });
    // without items nothing is reduced; if no item has a bonus, the reduction is unknown
    let known = rows.is_empty() || rows.iter().any(|row| row.affected.reduction.is_some());
    let receivable = |item: &Counted| item.affected.receivable;
    let collected = |item: &Counted| item.affected.collected;
    let reduction = |item: &Counted| item.affected.reduction.unwrap_or_default();
    let lines = vec![
        Line::sum("receivable", Text::ReceivableMeans, Side::money(Text::Receivable, receivable)),
        Line::new(
            "recovery",
            Text::RecoveryRatio,
            Text::RecoveryRatioMeans,
            How::Rate([Side::money(Text::Collected, collected), Side::money(Text::Receivable, receivable)]),
        ),
        Line::sum("reduction", Text::ReductionMeans, Side::money(Text::Reduction, reduction)).known(known),
        Line::sum("items", Text::ReceivableMeans, Side::count(Text::AffectedCount, |_: &Counted| 1)),
        Line::sum("collected", Text::RecoveryRatioMeans, Side::money(Text::Collected, collected)),
        Line::sum(
            "outstanding",
            Text::ReceivableMeans,
            Side::money(Text::Outstanding, |item: &Counted| item.affected.outstanding()),
        ),
        Line::sum(
            "bonus",
            Text::ReductionMeans,
            Side::money(Text::FullBonus, |item: &Counted| item.affected.bonus.unwrap_or_default()),
        ),
    ];
    let of = move |item: &Counted| {
        let person = item.salesperson.as_ref();
        let label = person.map(|id| subject.label(&Type::Ref(Vec::new()), id)).unwrap_or_default();
        let stored = person.cloned().unwrap_or_default();
        vec![(SheetRow { table: "salespeople".to_owned(), stored, label }, item.clone())]
    };
    Sheet { items: items.collect(), lines, rows: Box::new(of) }
}

/// The records behind `FIGURE[@ROW]`.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("receivables", Text::Receivables)?.over(subject.model_period());
    let Some((rules, kind)) = fields::cases(subject, &mut report) else { return Ok(Ok(report)) };
    let cases = source.cases(period)?;
    sheet(subject, &listed(subject, &cases, rules, kind)?).records(subject, report, text)
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("receivables", Text::Receivables)?.over(subject.model_period());
    let Some((rules, kind)) = fields::cases(subject, &mut report) else { return Ok(report) };
    if subject.policy().sharing.recovery.is_none() {
        report.note(Level::Note, Text::NoRecovery);
        return Ok(report);
    }
    let cases = source.cases(period)?;
    let rows = listed(subject, &cases, rules, kind)?;
    let all = Sum::of(rows.iter().map(|row| &row.affected));
    if let (Some(bonus), Some(reduction)) = (all.bonus, all.reduction) {
        let kept: Decimal = rows.iter().filter_map(|row| Some(row.affected.bonus? - row.affected.reduction?)).sum();
        let identity = Identity::money("bonus", Text::BonusAddsUp, (Text::FullBonus, bonus));
        let identity = identity.plus(Text::BonusKept, kept).plus(Text::Reduction, reduction);
        report.identities("bonus", Text::BonusAddsUp, [identity]);
    }
    report.figures("figures", Text::Figures, sheet(subject, &rows).only(|name| FIGURES.contains(&name)));
    report.table("salespeople", Text::BySalesperson, by_salesperson(subject, &rows, &all));
    report.table("items", Text::AffectedItems, items(subject, kind, &rows));
    if !subject.is_over() {
        report.note(Level::Note, Text::PeriodNotOver);
    }
    Ok(report)
}

/// The salesperson whose bonus depends on a form's receivables: the person of its client.
fn salesperson(subject: Subject<'_>, recovery: &Recovery, record: &Record) -> Answer<Option<String>> {
    let Some((client, person)) = recovery.salesperson else { return Ok(None) };
    let Some(Value::Ref(client)) = record.get(client) else { return Ok(None) };
    let client = subject.source.record(client)?;
    Ok(client.and_then(|client| client.get(person)?.as_text().map(str::to_owned)))
}

fn name(subject: Subject<'_>, id: Option<&String>) -> Cell {
    id.map_or(Cell::Empty, |id| worded::said(subject.label(&Type::Ref(Vec::new()), id)))
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

fn by_salesperson(subject: Subject<'_>, rows: &[Row<'_>], all: &Sum) -> Table {
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
        table.row([name(subject, person), Cell::Count(sum.items)].into_iter().chain(amounts(&sum)));
    }
    if !table.rows.is_empty() {
        table.total([Cell::Label(Text::Total.label()), Cell::Count(all.items)].into_iter().chain(amounts(all)));
    }
    table
}

fn items(subject: Subject<'_>, kind: &Kind, rows: &[Row<'_>]) -> Table {
    let columns = [
        id_column(kind),
        Column::text("client", Text::Client).weighing(Column::MUCH),
        Column::text("salesperson", Text::Salesperson),
        Column::text("item", Text::Item),
    ];
    let columns = number_column(subject, kind).into_iter().chain(columns);
    let mut table = Table::new(columns.chain(amount_columns()));
    for row in rows {
        let own = [
            Cell::id(&row.record.id),
            name(subject, row.client.as_ref()),
            name(subject, row.salesperson.as_ref()),
            Cell::text(row.affected.item.as_str()),
        ];
        let own = row.number.clone().into_iter().chain(own);
        table.row(own.chain(amounts(&Sum::of([&row.affected]))));
    }
    table
}
