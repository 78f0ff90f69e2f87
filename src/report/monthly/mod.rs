//! The complaint statistics (客户投诉案件统计表, RP1): the figures of a period and the costs of the closed cases, compared
//! with the period before and a year before. The same follows for every category, product, cause, department and
//! channel. Then come responsibility by department, remedies by kind, and the state of every improvement measure.

mod closed;
mod comparison;
mod costs;
mod counts;
mod figures;
mod measures;
mod noted;
mod scores;
mod tables;
mod voided;

use std::rc::Rc;

pub(super) use self::comparison::change;
use self::costs::Costing;
use self::counts::{Counts, Row};
use super::language::Unknown;
use super::model::{Level, Report, Table};
use super::money::Ledger;
use super::tally::Counted;
use super::{Answer, Cases, Layout, Source, Subject, fields, named, responsibility};
use crate::calendar::Period;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::policy::Reporting;

/// The report's name.
const NAME: &str = "monthly";

/// Shared by the parts of the report.
struct Monthly<'m> {
    subject: Subject<'m>,
    cases: &'m Cases,
    counted: Counted<'m>,
    /// Which costs of the closed cases are added up.
    costing: Costing<'m>,
    now: Counts<'m>,
    /// The period before, and the same period a year before.
    before: [Option<Counts<'m>>; 2],
    nothing: Row,
    /// The book's layout of the report.
    layout: Rc<Layout>,
    /// The cases and losses of each department, if the policy says how responsibility is recorded.
    costed: Option<Table>,
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    with(source, period, |monthly, mut report| {
        monthly.write(&mut report)?;
        Ok(report)
    })
}

/// The records behind `FIGURE[@ROW]`.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let mut behind = None;
    let report = with(source, period, |monthly, report| {
        behind = Some(monthly.sheet()?.records(monthly.subject, report.clone(), text)?);
        Ok(report)
    })?;
    Ok(behind.unwrap_or(Ok(report)))
}

/// Counts the cases of the period and passes them to `then`. If the policy has no rules for cases, there is nothing
/// to count.
fn with(
    source: &dyn Source,
    period: &Period,
    then: impl FnOnce(&Monthly<'_>, Report) -> Answer<Report>,
) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report(NAME, Text::Monthly)?.over(subject.model_period());
    let Some(rules) = fields::cases(subject, &mut report) else { return Ok(report) };
    let counted = Counted::of(subject, rules);
    let earlier = [period.previous(), period.year_before()];
    let cases = source.cases(period)?;
    let before = earlier.each_ref().map(|period| period.as_ref().map(|period| source.past_cases(period)).transpose());
    let [previous, year_before] = before;
    let before = [previous?, year_before?];
    let ledger = Ledger::of(subject, before.iter().flatten().chain([&cases]).map(AsRef::as_ref))?;
    let costing = Costing::of(subject.policy(), &ledger);
    let count = |cases, seen| Counts::of(subject, (&counted, &costing, &ledger), cases, seen);
    let now = count(&cases, subject.seen_until())?;
    let [previous, year_before] = before.each_ref().map(|cases| {
        let seen = |cases: &Cases| cases.period.moments(subject.zone()).1;
        cases.as_ref().map(|cases| count(cases, seen(cases))).transpose()
    });
    let before = [previous?, year_before?];
    let costed = match subject.policy().sharing.responsible.is_some() {
        true => Some(responsibility::by_department(subject, &ledger.costed(&cases, &counted)?)),
        false => None,
    };
    let (nothing, layout) = (Row::default(), layout(source)?);
    then(&Monthly { subject, cases: &cases, counted, costing, now, before, nothing, layout, costed }, report)
}

/// The book's layout of the statistics.
fn layout(source: &dyn Source) -> Answer<Rc<Layout>> {
    named(NAME).map_or_else(|| Ok(Rc::default()), |report| source.layout(report))
}

impl Monthly<'_> {
    fn write(&self, report: &mut Report) -> Answer<()> {
        self.closed(report)?;
        report.identities("cases", Text::CasesOfPeriod, [self.identity()]);
        let sheet = self.sheet()?;
        let mut figures = sheet.only(|name| !self.is_cost(name));
        figures::mark_imported(&mut figures, &sheet.items);
        report.figures("figures", Text::Figures, figures);
        if !self.costing.is_empty() {
            report.figures("losses", Text::ReturnsAndLosses, sheet.only(|name| self.is_cost(name)));
        }
        report.table("comparison", Text::Comparison, self.comparison());
        self.tables(report);
        if let Some(table) = &self.costed {
            report.table("responsibility", Text::Responsibility, table.clone());
        }
        self.remedies(report);
        self.measures(report)?;
        self.noted(report)?;
        self.voided(report)?;
        let untimed = sheet.items.iter().filter(|(_, item)| item.untimed).count();
        self.notes(untimed, report);
        let imported = sheet.items.iter().filter(|(_, item)| item.imported).count();
        if imported > 0 {
            report.note(Level::Note, label!(Text::SomeImported, count = imported));
        }
        Ok(())
    }

    fn notes(&self, untimed: usize, report: &mut Report) {
        let subject = self.subject;
        let unsettled = self.now.whole.costs.unsettled;
        if unsettled > 0 {
            report.note(Level::Note, label!(Text::NotFinal, count = unsettled));
        }
        if self.cases.duplicates > 0 {
            report.note(Level::Note, label!(Text::DuplicatesLeftOut, count = self.cases.duplicates));
        }
        if !subject.is_over() {
            report.note(Level::Note, Text::PeriodNotOver);
        }
        if untimed > 0 {
            report.note(Level::Warning, label!(Text::OutsideCalendar, count = untimed));
        }
        let missing: Vec<&str> = self.counted.rules.left_out().collect();
        if !missing.is_empty() {
            report.note(Level::Note, label!(Text::NoMilestone, file = Reporting::FILE, names = missing.join(", ")));
        }
    }
}
