//! The losses of the cases closed in a period (客诉损失): by case, by part, by cause, and in relation to sales (RL2,
//! RL5).

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::fields::{self, case_cell, id_column, number_cell, number_column};
use super::language::Unknown;
use super::model::{Cell, Column, Identity, Level, Part, Report, Table, Tone};
use super::money::{Costed, Ledger, sorts};
use super::sheet::{How, Line, Sheet, SheetRow, Side};
use super::volumes::sales;
use super::{Answer, Cases, Source, Subject, tally};
use crate::calendar::Period;
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::policy::CaseRules;
use crate::record::{FieldId, Value};

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("losses", Text::Losses)?.over(subject.model_period());
    let Some((rules, kind)) = fields::cases(subject, &mut report) else { return Ok(report) };
    if subject.policy().sharing.losses.is_empty() {
        report.note(Level::Note, Text::NoLosses);
        return Ok(report);
    }
    let all = source.cases(period)?;
    let cases = Ledger::of(subject, [&*all])?.costed(&all, &tally::Counted::of(subject, (rules, kind)))?;
    let loss: Decimal = cases.iter().map(|case| case.loss).sum();
    report.identities("loss", Text::LossAddsUp, [identity(&cases, loss)]);
    let cause = rules.cause.filter(|field| subject.words().sight.shows(kind.field(*field)));
    report.figures("figures", Text::Figures, sheet(subject, (kind, cause), &cases).figures());
    report.table("cases", Text::LossByCase, by_case(subject, (rules, kind), &cases));
    // nothing is said about private values, not even numbers
    if let Some(cause) = cause {
        report.table("by-cause", Text::LossByCause, by_cause(subject, kind, cause, &cases, loss));
    }
    notes(subject, (&all, &cases), &mut report);
    Ok(report)
}

/// Compares the sum of the loss parts with what is borne and not borne; each side is added up independently.
pub(super) fn identity(cases: &[Costed<'_>], loss: Decimal) -> Identity {
    let of = |person: bool| {
        let parts = cases.iter().flat_map(|case| &case.borne.borne);
        parts.filter(|part| part.person.is_some() == person).map(|part| part.amount).sum::<Decimal>()
    };
    let unattributed: Decimal = cases.iter().map(|case| case.borne.unattributed).sum();
    Identity::money("loss", Text::LossAddsUp, (Text::Loss, loss))
        .plus(Text::BorneByPeople, of(true))
        .plus(Text::BorneByDepartments, of(false))
        .plus(Text::Unattributed, unattributed)
}

/// Notes that the reports about money share.
pub(super) fn notes(subject: Subject<'_>, (all, cases): (&Cases, &[Costed<'_>]), report: &mut Report) {
    let open = cases.iter().filter(|case| !case.is_final).count();
    if open > 0 {
        report.note(Level::Note, label!(Text::NotFinal, count = open));
    }
    if all.duplicates > 0 {
        report.note(Level::Note, label!(Text::DuplicatesLeftOut, count = all.duplicates));
    }
    if !subject.is_over() {
        report.note(Level::Note, Text::PeriodNotOver);
    }
}

/// What a case adds to the figures.
#[derive(Debug, Clone)]
struct Counted {
    loss: Decimal,
    cause: Option<String>,
}

fn sheet<'s>(
    subject: Subject<'s>,
    (kind, cause): (&'s Kind, Option<FieldId>),
    cases: &[Costed<'_>],
) -> Sheet<'s, Counted> {
    let items = cases.iter().map(|case| {
        let cause = cause.and_then(|field| case.case.value(field)).and_then(Value::stored);
        (case.record.id.clone(), Counted { loss: case.loss, cause })
    });
    let loss = || Side::money(Text::Loss, |item: &Counted| item.loss);
    let with = |item: &Counted| i64::from(!item.loss.is_zero());
    let sales = sales(&subject.policy().reports, subject.period).map_or(Cell::Unknown, Cell::Money);
    let lines = vec![
        Line::sum("loss", Text::LossMeans, Side::money(Text::Loss, |item: &Counted| item.loss)),
        Line::sum("cases", Text::CasesWithLossMeans, Side::count(Text::CasesWithLoss, with)),
        Line::new(
            "mean-loss",
            Text::MeanLoss,
            Text::MeanLossMeans,
            How::Mean([loss(), Side::count(Text::CasesWithLoss, with)]),
        ),
        Line::new(
            "loss-rate",
            Text::LossRate,
            Text::LossRateMeans,
            How::Against(loss(), Part::new(Text::Sales, sales), 100),
        ),
    ];
    let rows = move |item: &Counted| {
        let Some(field) = cause.filter(|_| !item.loss.is_zero()) else { return Vec::new() };
        let stored = item.cause.clone().unwrap_or_default();
        let said = item.cause.as_ref().map(|cause| subject.label(&kind.field(field).ty, cause));
        let label = said.unwrap_or_else(|| Text::NotSaid.label());
        vec![(SheetRow { table: "by-cause".to_owned(), stored, label }, item.clone())]
    };
    Sheet { items: items.collect(), lines, rows: Box::new(rows) }
}

/// The records behind `FIGURE[@ROW]`.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("losses", Text::Losses)?.over(subject.model_period());
    let Some((rules, kind)) = fields::cases(subject, &mut report) else { return Ok(Ok(report)) };
    let all = source.cases(period)?;
    let ledger = Ledger::of(subject, [&*all])?;
    let cases = ledger.costed(&all, &tally::Counted::of(subject, (rules, kind)))?;
    let cause = rules.cause.filter(|field| subject.words().sight.shows(kind.field(*field)));
    sheet(subject, (kind, cause), &cases).records(subject, report, text)
}

fn by_case(subject: Subject<'_>, (rules, kind): (&CaseRules, &Kind), cases: &[Costed<'_>]) -> Table {
    let sorts = sorts(subject, cases.iter().flat_map(|case| case.parts.keys()));
    let mut columns = vec![
        id_column(kind),
        Column::date("closed", Text::Closed),
        Column::text("client", Text::Client).weighing(Column::MUCH),
        Column::text("product", Text::Product).weighing(Column::LITTLE),
    ];
    columns.splice(0..0, number_column(subject, kind));
    columns.extend(sorts.iter().map(|(name, label)| Column::money(name.as_str(), label.clone())));
    columns.push(Column::money("loss", Text::Loss).weighing(Column::MUCH));
    columns.push(Column::flag("final", Text::Final));
    let mut table = Table::new(columns);
    for case in cases.iter().filter(|case| !case.loss.is_zero() || !case.is_final) {
        let named = |field: Option<FieldId>| case_cell(subject, kind, case.case, field);
        let mut cells = vec![
            Cell::id(&case.case.id),
            Cell::Date(subject.zone().date(case.closed)),
            named(rules.client),
            named(rules.product),
        ];
        cells.splice(0..0, number_cell(kind, case.case));
        cells.extend(sorts.iter().map(|(name, _)| Cell::Money(case.parts.get(name).copied().unwrap_or_default())));
        cells.push(Cell::Money(case.loss));
        cells.push(Cell::Bool(case.is_final));
        table.toned(if case.is_final { Tone::Plain } else { Tone::Warning }, cells);
    }
    if !table.rows.is_empty() {
        // the label is in the first column, which otherwise has numbers or ids
        let mut cells = vec![Cell::Label(Text::Total.label())];
        cells.resize(4 + usize::from(kind.numbering.is_some()), Cell::Empty);
        let sum = |name: &str| cases.iter().filter_map(|case| case.parts.get(name)).sum::<Decimal>();
        cells.extend(sorts.iter().map(|(name, _)| Cell::Money(sum(name))));
        cells.push(Cell::Money(cases.iter().map(|case| case.loss).sum()));
        cells.push(Cell::Empty);
        table.total(cells);
    }
    table
}

fn by_cause(subject: Subject<'_>, kind: &Kind, cause: FieldId, cases: &[Costed<'_>], loss: Decimal) -> Table {
    let declared = kind.field(cause);
    let mut sums: BTreeMap<Option<String>, (i64, Decimal)> = BTreeMap::new();
    for case in cases.iter().filter(|case| !case.loss.is_zero()) {
        let sum = sums.entry(case.case.value(cause).and_then(Value::stored)).or_default();
        sum.0 += 1;
        sum.1 += case.loss;
    }
    let mut table = Table::new([
        Column::label("cause", declared.label.clone()),
        Column::count("cases", Text::Count),
        Column::money("loss", Text::Loss).weighing(Column::MUCH),
        Column::percent("share", Text::ShareOfLoss),
    ]);
    // the largest first; a missing value last
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by(|(a, x), (b, y)| (a.is_none(), y.1, a).cmp(&(b.is_none(), x.1, b)));
    for (name, (count, amount)) in rows {
        let said = name.map_or_else(|| Text::NotSaid.label(), |name| subject.label(&declared.ty, &name));
        table.row([Cell::Label(said), Cell::Count(count), Cell::Money(amount), Cell::percent(amount, loss)]);
    }
    table
}
