//! Losses of the cases closed in a period (客诉损失): by case, by what they consist of, by cause; against sales (RL2, RL5).

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::fields::case_cell;
use super::model::{Cell, Column, Figure, Identity, Level, Part, Report, Table, Tone};
use super::money::{Costed, costed, sorts};
use super::tally::Counted;
use super::volumes::sales;
use super::{Material, fields};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::policy::CaseRules;
use crate::record::{FieldId, Value};

/// The report.
pub(super) fn build(material: &Material) -> Report {
    let mut report = material.report("losses", Text::Losses).over(material.model_period());
    let Some((rules, kind)) = fields::cases(material, &mut report) else { return report };
    if material.policy.sharing.losses.is_empty() {
        report.note(Level::Note, Text::NoLosses);
        return report;
    }
    let cases = costed(material, &Counted::of(material, (rules, kind)));
    let loss: Decimal = cases.iter().map(|case| case.loss).sum();
    report.identities("loss", Text::LossAddsUp, [identity(&cases, loss)]);
    report.figures("figures", Text::Figures, figures(material, &cases, loss));
    report.table("cases", Text::LossByCase, by_case(material, (rules, kind), &cases));
    // private values are told of nobody, not even in numbers
    if let Some(cause) = rules.cause.filter(|field| material.words().sight.shows(kind.field(*field))) {
        report.table("by-cause", Text::LossByCause, by_cause(material, kind, cause, &cases, loss));
    }
    notes(material, &cases, &mut report);
    report
}

/// What the parts come to against what is borne and what is not: each is added up by itself.
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

/// Notes that the money reports share.
pub(super) fn notes(material: &Material, cases: &[Costed<'_>], report: &mut Report) {
    let open = cases.iter().filter(|case| !case.is_final).count();
    if open > 0 {
        report.note(Level::Note, label!(Text::NotFinal, count = open));
    }
    if material.cases.duplicates > 0 {
        report.note(Level::Note, label!(Text::DuplicatesLeftOut, count = material.cases.duplicates));
    }
    if material.now < material.span().1 {
        report.note(Level::Note, Text::PeriodNotOver);
    }
}

fn figures(material: &Material, cases: &[Costed<'_>], loss: Decimal) -> Vec<Figure> {
    let with = cases.iter().filter(|case| !case.loss.is_zero()).count();
    let part = || Part::new(Text::Loss, Cell::Money(loss));
    let sales = sales(&material.policy.reports, &material.period).map_or(Cell::Unknown, Cell::Money);
    vec![
        Figure::new("loss", Text::Loss, Text::LossMeans, Cell::Money(loss)),
        Figure::new("cases", Text::CasesWithLoss, Text::CasesWithLossMeans, Cell::count(with)),
        Figure::mean("mean-loss", Text::MeanLoss, Text::MeanLossMeans, [part(), Part::new(Text::CasesWithLoss, with)]),
        Figure::rate("loss-rate", Text::LossRate, Text::LossRateMeans, [part(), Part::new(Text::Sales, sales)]),
    ]
}

fn by_case(material: &Material, (rules, kind): (&CaseRules, &Kind), cases: &[Costed<'_>]) -> Table {
    let sorts = sorts(material, cases.iter().flat_map(|case| case.parts.keys()));
    let mut columns = vec![
        Column::id("id", Text::Number),
        Column::date("closed", Text::Closed),
        Column::text("client", Text::Client).weighing(Column::MUCH),
        Column::text("product", Text::Product).weighing(Column::LITTLE),
    ];
    columns.extend(sorts.iter().map(|(name, label)| Column::money(name.as_str(), label.clone())));
    columns.push(Column::money("loss", Text::Loss).weighing(Column::MUCH));
    columns.push(Column::flag("final", Text::Final));
    let mut table = Table::new(columns);
    for case in cases.iter().filter(|case| !case.loss.is_zero() || !case.is_final) {
        let named = |field: Option<FieldId>| case_cell(material, kind, case.case, field);
        let mut cells = vec![
            Cell::id(&case.case.id),
            Cell::Date(material.zone().date(case.closed)),
            named(rules.client),
            named(rules.product),
        ];
        cells.extend(sorts.iter().map(|(name, _)| Cell::Money(case.parts.get(name).copied().unwrap_or_default())));
        cells.push(Cell::Money(case.loss));
        cells.push(Cell::Bool(case.is_final));
        table.toned(if case.is_final { Tone::Plain } else { Tone::Warning }, cells);
    }
    if !table.rows.is_empty() {
        let mut cells = vec![Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty];
        let sum = |name: &str| cases.iter().filter_map(|case| case.parts.get(name)).sum::<Decimal>();
        cells.extend(sorts.iter().map(|(name, _)| Cell::Money(sum(name))));
        cells.push(Cell::Money(cases.iter().map(|case| case.loss).sum()));
        cells.push(Cell::Empty);
        table.total(cells);
    }
    table
}

fn by_cause(material: &Material, kind: &Kind, cause: FieldId, cases: &[Costed<'_>], loss: Decimal) -> Table {
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
    // the largest first; what is not said last
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by(|(a, x), (b, y)| (a.is_none(), y.1, a).cmp(&(b.is_none(), x.1, b)));
    for (name, (count, amount)) in rows {
        let said = name.map_or_else(|| Text::NotSaid.label(), |name| material.label(&declared.ty, &name));
        table.row([Cell::Label(said), Cell::Count(count), Cell::Money(amount), Cell::percent(amount, loss)]);
    }
    table
}
