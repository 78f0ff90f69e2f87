//! The complaint statistics (客户投诉案件统计表, RP1): the figures of a period, what they were a month and a year before, tables
//! by category, product, cause, department and channel, remedies by kind, and how every improvement measure stands.

mod figures;
mod tables;

use super::Cases;
use super::Material;
use super::model::{Column, Level, Report, Table};
use super::tally::{Counted, Handling, Tally};
use crate::cells;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::policy::COMPLAINT;
use crate::report::model::Cell;

/// What is compared: what it is called, how it is counted, and whether the kind has it.
type Line = (Text, fn(&Tally) -> i64, bool);

/// What the parts of the report share.
struct Monthly<'m> {
    material: &'m Material,
    counted: Counted<'m>,
    tally: Tally,
    handling: Handling,
}

/// The report.
pub(super) fn build(material: &Material) -> Report {
    let mut report = material.report("monthly", Text::Monthly).over(material.model_period());
    let Some(kind) = material.policy.kind(COMPLAINT) else {
        report.note(Level::Note, label!(Text::NoSuchKind, kind = COMPLAINT));
        return report;
    };
    let counted = Counted::of(kind);
    let calendar = material.policy.calendars.default();
    let tally = Tally::of(&counted, &material.cases.all, material.span(), material.seen_until());
    let handling = Handling::of(&counted, calendar, &material.cases.all, material.span());
    let monthly = Monthly { material, counted, tally, handling };
    report.identities("cases", Text::CasesOfPeriod, [monthly.identity()]);
    report.figures("figures", Text::Figures, monthly.figures());
    report.table("comparison", Text::Comparison, monthly.comparison());
    monthly.tables(&mut report);
    monthly.remedies(&mut report);
    monthly.measures(&mut report);
    monthly.notes(&mut report);
    report
}

impl Monthly<'_> {
    fn before(&self, cases: Option<&Cases>) -> Option<Tally> {
        let cases = cases?;
        let span = cases.period.moments(self.material.zone());
        Some(Tally::of(&self.counted, &cases.all, span, span.1))
    }

    /// What came and went, against the period before and a year before. What was open then is not compared: it would take
    /// every case of the book.
    fn comparison(&self) -> Table {
        let material = self.material;
        let others = [material.previous.as_ref(), material.year_before.as_ref()];
        let tallies = others.map(|cases| self.before(cases));
        let mut columns =
            vec![Column::label("figure", Text::Figure), Column::new("now", name(&material.period.label), TYPE)];
        let names = [("previous", Text::PeriodBefore), ("year-before", Text::YearBefore)];
        for ((column, text), cases) in names.into_iter().zip(others) {
            let label = cases.map_or_else(|| text.label(), |cases| name(&cases.period.label));
            columns.push(Column::new(column, label, TYPE));
        }
        columns.push(Column::new("change", Text::AgainstBefore, TYPE));
        columns.push(Column::new("year-change", Text::AgainstYearBefore, TYPE));
        let mut table = Table::new(columns);
        let lines: [Line; 8] = [
            (Text::Received, |t| t.received, true),
            (Text::Accepted, |t| t.accepted, self.counted.accepted.is_some()),
            (Text::Closed, |t| t.closed, self.counted.closed.is_some()),
            (Text::Declined, |t| t.declined, self.counted.declined.is_some()),
            (Text::Withdrawn, |t| t.withdrawn, self.counted.withdrawn.is_some()),
            (Text::Reopened, |t| t.reopened, true),
            (Text::Ended, |t| t.ended, true),
            (Text::Upheld, |t| t.upheld, self.counted.closed.is_some()),
        ];
        for (text, count, there) in lines {
            if there {
                let now = count(&self.tally);
                let [previous, year] = tallies.each_ref().map(|tally| tally.as_ref().map(count));
                let change = |before: Option<i64>| before.map(|before| now - before);
                table.row(cells![text.label(), now, previous, year, change(previous), change(year)]);
            }
        }
        if self.counted.amount.is_some() {
            let now = self.tally.cost;
            let [previous, year] = tallies.each_ref().map(|tally| tally.as_ref().map(|tally| tally.cost));
            let money = |amount: Option<rust_decimal::Decimal>| amount.map_or(Cell::Empty, Cell::Money);
            table.row([
                Cell::Label(Text::RemedyAmount.label()),
                Cell::Money(now),
                money(previous),
                money(year),
                money(previous.map(|before| now - before)),
                money(year.map(|before| now - before)),
            ]);
        }
        table
    }

    fn notes(&self, report: &mut Report) {
        let material = self.material;
        if material.cases.duplicates > 0 {
            report.note(Level::Note, label!(Text::DuplicatesLeftOut, count = material.cases.duplicates));
        }
        if material.now < material.span().1 {
            report.note(Level::Note, Text::PeriodNotOver);
        }
        if self.handling.untimed > 0 {
            report.note(Level::Warning, label!(Text::OutsideCalendar, count = self.handling.untimed));
        }
        let missing = |name: &str, there: bool| (!there).then(|| name.to_owned());
        let counted = &self.counted;
        let missing: Vec<String> = [
            missing("accepted", counted.accepted.is_some()),
            missing("closed", counted.closed.is_some()),
            missing("declined", counted.declined.is_some()),
            missing("withdrawn", counted.withdrawn.is_some()),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !missing.is_empty() {
            report.note(Level::Note, label!(Text::NoMilestone, names = missing.join(", ")));
        }
    }
}

/// Counts and amounts stand in one column.
const TYPE: super::model::Type = super::model::Type::Any;

fn name(period: &str) -> crate::locale::Label {
    crate::locale::Label::new(period, period)
}
