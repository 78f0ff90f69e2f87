//! Responsibility for the cases closed in a period (责任归属): by department with problem rates, by person, and case by
//! case (RL1, RL3, RL5).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::fields::{self, id_column, number_cell, number_column};
use super::language::Unknown;
use super::losses::{identity, notes};
use super::model::{Cell, Column, Level, Report, Table};
use super::money::{Costed, Ledger};
use super::sheet::{How, Line, Sheet, SheetRow, Side};
use super::tally::Counted;
use super::{Answer, Source, Subject};
use crate::calendar::Period;
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::money::{Borne, Capacity};
use crate::record::{Id, Type};

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("responsibility", Text::Responsibility)?.over(subject.model_period());
    let Some(rules) = fields::cases(subject, &mut report) else { return Ok(report) };
    if subject.policy().sharing.responsible.is_none() {
        report.note(Level::Note, Text::NoResponsible);
        return Ok(report);
    }
    let counted = Counted::of(subject, rules);
    let all = source.cases(period)?;
    let cases = Ledger::of(subject, [&*all])?.costed(&all, &counted)?;
    let loss: Decimal = cases.iter().map(|case| case.loss).sum();
    report.identities("loss", Text::LossAddsUp, [identity(&cases, loss)]);
    report.figures("figures", Text::Figures, sheet(subject, &counted, &cases)?.only(|name| !OF_ROWS.contains(&name)));
    report.table("departments", Text::ByDepartment, by_department(subject, &cases));
    report.table("people", Text::ByPerson, by_person(subject, &cases));
    report.table("cases", Text::ByCase, by_case(subject, rules.1, &cases));
    notes(subject, (&all, &cases), &mut report);
    Ok(report)
}

/// The figures that are only in tables.
const OF_ROWS: [&str; 4] = ["cases", "loss", "direct", "superior"];

/// What a case adds to the figures, in total or in the row of somebody who bears a part.
#[derive(Debug, Clone)]
struct Shared {
    /// One case. In the row of unattributed losses it does not count if somebody pays a part.
    case: i64,
    upheld: i64,
    confirmed: i64,
    loss: Decimal,
    /// The part borne by the directly responsible person or by the department.
    direct: Decimal,
    superior: Decimal,
    /// Each part, with the rows of its department and of its person.
    parts: Vec<Borne>,
    unattributed: Decimal,
}

/// Adds up parts of a loss.
fn summed(parts: &[Borne], superior: bool) -> Decimal {
    let is = |part: &&Borne| matches!(part.level, Capacity::Superior(_)) == superior;
    parts.iter().filter(is).map(|part| part.amount).sum()
}

impl Shared {
    /// The same for these parts only.
    fn of(&self, parts: Vec<Borne>) -> Self {
        let [direct, superior] = [false, true].map(|superior| summed(&parts, superior));
        Shared { loss: direct + superior, direct, superior, parts, unattributed: Decimal::ZERO, ..self.clone() }
    }
}

fn sheet<'s>(subject: Subject<'s>, counted: &Counted<'_>, cases: &[Costed<'_>]) -> Answer<Sheet<'s, Shared>> {
    let (mut items, step) = (Vec::new(), counted.confirmed());
    for case in cases {
        let taken = |step: &str| case.record.history.iter().any(|event| event.step == step);
        let (parts, unattributed) = (case.borne.borne.clone(), case.borne.unattributed);
        let [direct, superior] = [false, true].map(|superior| summed(&parts, superior));
        let upheld = counted.is_upheld(case.case)?.into();
        let confirmed = step.is_some_and(taken).into();
        let shared = Shared { case: 1, upheld, confirmed, loss: case.loss, direct, superior, parts, unattributed };
        items.push((case.case.id.clone(), shared));
    }
    let closed = || Side::count(Text::Closed, |item: &Shared| item.case);
    let mut lines = vec![Line::sum("closed", Text::ClosedMeans, Side::count(Text::Closed, |item: &Shared| item.case))];
    if counted.upholds() {
        let means = label!(Text::UpheldRateMeans; means = counted.rules.upheld_means.clone());
        let upheld = Side::count(Text::Upheld, |item: &Shared| item.upheld);
        lines.push(Line::new("upheld", Text::Upheld, means, How::Rate([upheld, closed()])));
    }
    let borne = Side::money(Text::Attributed, |item: &Shared| item.direct + item.superior);
    let loss = Side::money(Text::Loss, |item: &Shared| item.loss);
    lines.push(Line::new("attributed", Text::Attributed, Text::AttributedMeans, How::Rate([borne, loss])));
    if step.is_some() {
        let confirmed = Side::count(Text::Confirmed, |item: &Shared| item.confirmed);
        lines.push(Line::new("confirmed", Text::Confirmed, Text::ConfirmedMeans, How::Rate([confirmed, closed()])));
    }
    lines.extend([
        Line::sum("cases", Text::ClosedMeans, Side::count(Text::Count, |item: &Shared| item.case)),
        Line::sum("loss", Text::LossMeans, Side::money(Text::Loss, |item: &Shared| item.loss)),
        Line::sum("direct", Text::AttributedMeans, Side::money(Text::AsDirect, |item: &Shared| item.direct)),
        Line::sum("superior", Text::AttributedMeans, Side::money(Text::AsSuperior, |item: &Shared| item.superior)),
    ]);
    let rows = move |item: &Shared| {
        let mut rows: BTreeMap<(&str, Option<&str>), Vec<Borne>> = BTreeMap::new();
        for part in &item.parts {
            rows.entry(("departments", charged(subject, part))).or_default().push(part.clone());
            if let Some(person) = &part.person {
                rows.entry(("people", Some(person.as_str()))).or_default().push(part.clone());
            }
        }
        let row = |((table, name), parts): ((&str, Option<&str>), Vec<Borne>)| {
            let label = match (table, name) {
                ("people", Some(person)) => Label::verbatim(subject.words().person(person)),
                (_, name) => department(subject, name),
            };
            (SheetRow { table: table.to_owned(), stored: name.unwrap_or_default().to_owned(), label }, item.of(parts))
        };
        let mut all: Vec<(SheetRow, Shared)> = rows.into_iter().map(row).collect();
        if item.parts.is_empty() || !item.unattributed.is_zero() {
            let whole =
                SheetRow { table: "departments".to_owned(), stored: String::new(), label: Text::Unattributed.label() };
            let case = item.parts.is_empty().into();
            all.push((whole, Shared { case, loss: item.unattributed, ..item.of(Vec::new()) }));
        }
        all
    };
    Ok(Sheet { items, lines, rows: Box::new(rows) })
}

/// The records behind `FIGURE[@ROW]`.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("responsibility", Text::Responsibility)?.over(subject.model_period());
    let Some(rules) = fields::cases(subject, &mut report) else { return Ok(Ok(report)) };
    let (all, counted) = (source.cases(period)?, Counted::of(subject, rules));
    let ledger = Ledger::of(subject, [&*all])?;
    let cases = ledger.costed(&all, &counted)?;
    sheet(subject, &counted, &cases)?.records(subject, report, text)
}

fn department(subject: Subject<'_>, name: Option<&str>) -> Label {
    name.map_or_else(|| Text::NotSaid.label(), |name| subject.label(&Type::Department, name))
}

/// The department of a part: the one that is charged, else that of the person.
fn charged<'m>(subject: Subject<'m>, part: &'m crate::money::Borne) -> Option<&'m str> {
    let own = || subject.people().get(part.person.as_ref()?)?.department.as_deref();
    part.department.as_deref().or_else(own)
}

/// The cases and losses of each department, with problem rates.
pub(super) fn by_department(subject: Subject<'_>, cases: &[Costed<'_>]) -> Table {
    let mut sums: BTreeMap<Option<&str>, (BTreeSet<&Id>, Decimal)> = BTreeMap::new();
    let mut nobody = (0, Decimal::ZERO);
    for case in cases {
        for part in &case.borne.borne {
            let sum = sums.entry(charged(subject, part)).or_default();
            sum.0.insert(&case.case.id);
            sum.1 += part.amount;
        }
        if case.borne.borne.is_empty() {
            nobody.0 += 1;
        }
        nobody.1 += case.borne.unattributed;
    }
    let loss: Decimal = cases.iter().map(|case| case.loss).sum();
    let mut table = Table::new([
        Column::label("department", Text::Department),
        Column::count("cases", Text::Count),
        Column::percent("rate", Text::ProblemRate),
        Column::money("loss", Text::Loss),
        Column::percent("share", Text::ShareOfLoss),
    ]);
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by(|(a, x), (b, y)| (a.is_none(), y.1, y.0.len(), a).cmp(&(b.is_none(), x.1, x.0.len(), b)));
    let all = Decimal::from(cases.len());
    for (name, (in_cases, amount)) in rows {
        let count = Decimal::from(in_cases.len());
        table.row([
            Cell::Label(department(subject, name)),
            Cell::count(in_cases.len()),
            Cell::percent(count, all),
            Cell::Money(amount),
            Cell::percent(amount, loss),
        ]);
    }
    if nobody.0 > 0 || !nobody.1.is_zero() {
        table.row([
            Cell::Label(Text::Unattributed.label()),
            Cell::Count(nobody.0),
            Cell::percent(nobody.0, all),
            Cell::Money(nobody.1),
            Cell::percent(nobody.1, loss),
        ]);
    }
    if !table.rows.is_empty() {
        let total = Cell::Label(Text::Total.label());
        table.total([total, Cell::count(cases.len()), Cell::Empty, Cell::Money(loss), Cell::Empty]);
        table.note(Text::CountedAtEach.label());
    }
    table
}

fn by_person(subject: Subject<'_>, cases: &[Costed<'_>]) -> Table {
    #[derive(Default)]
    struct Sum<'m> {
        cases: BTreeSet<&'m Id>,
        direct: Decimal,
        superior: Decimal,
    }
    let mut sums: BTreeMap<&Id, Sum<'_>> = BTreeMap::new();
    for case in cases {
        for part in &case.borne.borne {
            let Some(person) = &part.person else { continue };
            let sum = sums.entry(person).or_default();
            sum.cases.insert(&case.case.id);
            match part.level {
                Capacity::Superior(_) => sum.superior += part.amount,
                Capacity::Direct | Capacity::Department => sum.direct += part.amount,
            }
        }
    }
    let mut table = Table::new([
        Column::text("person", Text::Person),
        Column::label("department", Text::Department),
        Column::count("cases", Text::Count),
        Column::money("direct", Text::AsDirect),
        Column::money("superior", Text::AsSuperior),
        Column::money("loss", Text::Borne),
    ]);
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by_key(|(person, sum)| (std::cmp::Reverse(sum.direct + sum.superior), (*person).clone()));
    let (mut direct, mut superior) = (Decimal::ZERO, Decimal::ZERO);
    for (person, sum) in rows {
        let own = subject.people().get(person).and_then(|person| person.department.as_deref());
        direct += sum.direct;
        superior += sum.superior;
        table.row([
            Cell::text(subject.words().person(person.as_str())),
            Cell::Label(department(subject, own)),
            Cell::count(sum.cases.len()),
            Cell::Money(sum.direct),
            Cell::Money(sum.superior),
            Cell::Money(sum.direct + sum.superior),
        ]);
    }
    if !table.rows.is_empty() {
        let amounts = [direct, superior, direct + superior].map(Cell::Money);
        table.total([Cell::Label(Text::Total.label()), Cell::Empty, Cell::Empty].into_iter().chain(amounts));
    }
    table
}

fn by_case(subject: Subject<'_>, kind: &Kind, cases: &[Costed<'_>]) -> Table {
    let columns = [
        id_column(kind),
        Column::label("department", Text::Department),
        Column::text("person", Text::Person),
        Column::label("as", Text::BorneAs),
        Column::money("amount", Text::Amount),
        Column::percent("share", Text::ShareOfLoss),
    ];
    let mut table = Table::new(number_column(subject, kind).into_iter().chain(columns));
    for case in cases {
        let number = || number_cell(kind, case.case).into_iter();
        for part in &case.borne.borne {
            let person = part.person.as_ref();
            let name = person.map(|id| subject.words().person(id.as_str()));
            let level = match part.level {
                Capacity::Direct => Text::AsDirect.label(),
                Capacity::Superior(1) => Text::FirstSuperior.label(),
                Capacity::Superior(2) => Text::SecondSuperior.label(),
                Capacity::Superior(_) => Text::AsSuperior.label(),
                Capacity::Department => Text::AsDepartment.label(),
            };
            table.row(number().chain([
                Cell::id(&case.case.id),
                Cell::Label(department(subject, charged(subject, part))),
                name.map_or(Cell::Empty, Cell::Text),
                Cell::Label(level),
                Cell::Money(part.amount),
                Cell::percent(part.amount, case.loss),
            ]));
        }
        if !case.borne.unattributed.is_zero() {
            table.row(number().chain([
                Cell::id(&case.case.id),
                Cell::Empty,
                Cell::Empty,
                Cell::Label(Text::Unattributed.label()),
                Cell::Money(case.borne.unattributed),
                Cell::percent(case.borne.unattributed, case.loss),
            ]));
        }
    }
    table
}
