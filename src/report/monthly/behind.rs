//! The cases behind a figure of the statistics, whole or in the row of a breakdown: what each counts comes to the figure.

use rust_decimal::Decimal;

use super::tables::values;
use crate::calendar::Period;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText, RecordText, ReportText as Text};
use crate::model::{Cell, Column, Report, Table, Type};
use crate::place::toml::nearest;
use crate::policy::Breakdown;
use crate::report::language::Unknown;
use crate::report::tally::{Counted, Tally};
use crate::report::{Answer, Case, Source, Subject, worded};
use crate::wording;

/// What a case adds to a figure.
#[derive(Clone, Copy)]
enum Adds {
    /// So many.
    Count(fn(&Tally) -> i64),
    /// So many of so many.
    Rate([fn(&Tally) -> i64; 2]),
    /// So much.
    Money(fn(&Tally) -> Decimal),
}

/// The figures that are made of what each case counts.
const FIGURES: [(&str, Text, Adds); 11] = [
    ("received", Text::Received, Adds::Count(|tally| tally.received)),
    ("accepted", Text::Accepted, Adds::Count(|tally| tally.accepted)),
    ("closed", Text::Closed, Adds::Count(|tally| tally.closed)),
    ("upheld", Text::Upheld, Adds::Count(|tally| tally.upheld)),
    ("declined", Text::Declined, Adds::Count(|tally| tally.declined)),
    ("withdrawn", Text::Withdrawn, Adds::Count(|tally| tally.withdrawn)),
    ("open", Text::OpenAtEnd, Adds::Count(|tally| tally.open_at_end)),
    ("overdue", Text::OverdueCases, Adds::Count(|tally| tally.overdue)),
    ("closed-rate", Text::ClosedRate, Adds::Rate([|tally| tally.closed, |tally| tally.accepted])),
    (
        "closed-on-time",
        Text::OnTimeRate,
        Adds::Rate([|tally| tally.on_time, |tally| tally.on_time + tally.late + tally.overdue]),
    ),
    ("remedies", Text::RemedyAmount, Adds::Money(|tally| tally.cost)),
];

/// The cases behind `FIGURE`, or behind `FIGURE@VALUE` of a breakdown; `by-FIELD.FIGURE@VALUE` where several have the value.
///
/// # Errors
/// The book cannot be read; within that, that there is no such figure or value.
pub(in crate::report) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let (wanted, row) = text.split_once('@').map_or((text, None), |(figure, row)| (figure, Some(row)));
    let (table, name) = wanted.split_once('.').map_or((None, wanted), |(table, name)| (Some(table), name));
    let Some((_, label, adds)) = FIGURES.iter().find(|(known, _, _)| *known == name) else {
        return Ok(Err(no_figure(name)));
    };
    let mut report = subject.report(super::NAME, Text::Monthly)?.over(subject.model_period());
    report.title = label!(LanguageText::BehindFigure; report = Text::Monthly, figure = *label);
    let Some(rules) = crate::report::fields::cases(subject, &mut report) else { return Ok(Ok(report)) };
    let counted = Counted::of(subject, rules);
    let layout = super::layout(source)?;
    let mut made = empty(*label, *adds);
    let (cases, mut sums) = (source.cases(period)?, (Decimal::ZERO, Decimal::ZERO));
    for case in cases
        .all
        .iter()
        .filter(|case| row.is_none_or(|row| is_in((subject, &counted, &layout.tables), case, table, row)))
    {
        let tally = Tally::of(&counted, case, subject.span(), subject.seen_until())?;
        let parts = match adds {
            Adds::Count(count) => (count(&tally).into(), Decimal::ZERO),
            Adds::Rate([over, under]) => (over(&tally).into(), under(&tally).into()),
            Adds::Money(amount) => (amount(&tally), Decimal::ZERO),
        };
        if parts != (Decimal::ZERO, Decimal::ZERO) {
            sums = (sums.0 + parts.0, sums.1 + parts.1);
            made.row(head(subject, case).into_iter().chain(cells(*adds, parts)));
        }
    }
    if made.rows.is_empty() {
        if let Some(row) = row {
            let message = label!(LanguageText::NoRow, row = row, figure = name);
            let hint = LanguageText::RowsAreValues.label();
            return Ok(Err(Unknown { message, hint }));
        }
    } else {
        let total = [Cell::Label(LanguageText::Total.label()), Cell::Empty, Cell::Empty, Cell::Empty];
        made.total(total.into_iter().chain(cells(*adds, sums)));
    }
    report.table("records", LanguageText::Behind, made);
    Ok(Ok(report))
}

/// Whether a case is counted in the row of a value.
fn is_in(
    (subject, counted, tables): (Subject<'_>, &Counted<'_>, &[Breakdown]),
    case: &Case,
    table: Option<&str>,
    row: &str,
) -> bool {
    tables.iter().any(|breakdown| {
        let declared = counted.kind.field(breakdown.by);
        let meant = table.is_none_or(|table| table.strip_prefix("by-") == Some(declared.name.as_str()));
        let called = |stored: &String| stored == row || subject.label(&declared.ty, stored).matches(row);
        meant && subject.words().sight.shows(declared) && values(case, *breakdown).iter().any(called)
    })
}

fn empty(label: Text, adds: Adds) -> Table {
    let columns = vec![
        Column::id("id", RecordText::ColumnId).weighing(Column::MUCH),
        Column::text("record", LanguageText::ColumnRecord),
        Column::label("state", RecordText::ColumnState),
        Column::moment("opened", RecordText::ColumnOpened),
    ];
    let own = match adds {
        Adds::Count(_) => vec![Column::count("value", label)],
        Adds::Money(_) => vec![Column::money("value", label)],
        Adds::Rate(_) => vec![
            Column::new("value", LanguageText::Counts, Type::Count),
            Column::new("of", LanguageText::Of, Type::Count),
        ],
    };
    Table::new(columns.into_iter().chain(own))
}

fn head(subject: Subject<'_>, case: &Case) -> [Cell; 4] {
    let Some(latest) = case.latest() else { return [Cell::id(&case.id), Cell::Empty, Cell::Empty, Cell::Empty] };
    let kind = subject.policy().kind(&latest.kind);
    [
        Cell::id(&latest.id),
        worded::said(subject.words().about(latest)),
        kind.map_or(Cell::Empty, |kind| Cell::Label(wording::state(kind, &latest.state))),
        case.opened().into(),
    ]
}

fn cells(adds: Adds, (value, of): (Decimal, Decimal)) -> Vec<Cell> {
    let count = |number: Decimal| Cell::or_unknown(i64::try_from(number).ok());
    match adds {
        Adds::Count(_) => vec![count(value)],
        Adds::Money(_) => vec![Cell::Money(value)],
        Adds::Rate(_) => vec![count(value), count(of)],
    }
}

fn no_figure(name: &str) -> Unknown {
    let names: Vec<&str> = FIGURES.iter().map(|(name, _, _)| *name).collect();
    let hint: Label = match nearest(name, names.iter().copied()) {
        Some(near) => label!(RecordText::DidYouMean, word = near),
        None => label!(LanguageText::FiguresAre, names = names.join(", ")),
    };
    Unknown { message: label!(LanguageText::NoFigureOfRecords, name = name), hint }
}
