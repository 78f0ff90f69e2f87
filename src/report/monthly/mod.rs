//! The complaint statistics (客户投诉案件统计表, RP1): the figures of a period and the costs of the cases that closed, against the period
//! before and a year before. The same stands for every category, product, cause, department and channel. Responsibility by
//! department, remedies by kind, and the state of every improvement measure follow.

mod behind;
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

pub(super) use self::behind::records;
pub(super) use self::comparison::change;
use self::costs::Costing;
use self::counts::{Counts, Row};
use super::model::{Level, Report};
use super::money::Ledger;
use super::tally::{Counted, Handling};
use super::{Answer, Cases, Layout, Source, Subject, fields, named, responsibility};
use crate::calendar::Period;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::policy::Reporting;

/// The report's name.
const NAME: &str = "monthly";

/// What the parts of the report share.
struct Monthly<'m> {
    subject: Subject<'m>,
    cases: &'m Cases,
    counted: Counted<'m>,
    /// What is added up of the cases that closed.
    costing: Costing<'m>,
    now: Counts<'m>,
    /// The period before, and the same a year before.
    before: [Option<Counts<'m>>; 2],
    nothing: Row,
    handling: Handling,
    /// What a file of the book says of how the report looks.
    layout: Rc<Layout>,
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report(NAME, Text::Monthly)?.over(subject.model_period());
    let Some(rules) = fields::cases(subject, &mut report) else { return Ok(report) };
    let counted = Counted::of(subject, rules);
    let calendar = subject.policy().calendars.default();
    let earlier = [period.previous(), period.year_before()];
    source.foresee(&earlier.iter().flatten().cloned().collect::<Vec<Period>>());
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
    let handling = Handling::of(&counted, calendar, &cases.all, subject.span());
    let (nothing, layout) = (Row::default(), layout(source)?);
    let monthly = Monthly { subject, cases: &cases, counted, costing, now, before, nothing, handling, layout };
    monthly.closed(&mut report)?;
    report.identities("cases", Text::CasesOfPeriod, [monthly.identity()]);
    report.figures("figures", Text::Figures, monthly.figures()?);
    if !monthly.costing.is_empty() {
        report.figures("losses", Text::ReturnsAndLosses, monthly.costs());
    }
    report.table("comparison", Text::Comparison, monthly.comparison());
    monthly.tables(&mut report);
    if subject.policy().sharing.responsible.is_some() {
        let costed = ledger.costed(&cases, &monthly.counted)?;
        report.table("responsibility", Text::Responsibility, responsibility::by_department(subject, &costed));
    }
    monthly.remedies(&mut report);
    monthly.measures(&mut report)?;
    monthly.noted(&mut report)?;
    monthly.voided(&mut report)?;
    monthly.notes(&mut report);
    Ok(report)
}

/// What the book says of how the statistics look.
fn layout(source: &dyn Source) -> Answer<Rc<Layout>> {
    named(NAME).map_or_else(|| Ok(Rc::default()), |report| source.layout(report))
}

impl Monthly<'_> {
    fn notes(&self, report: &mut Report) {
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
        if self.handling.untimed > 0 {
            report.note(Level::Warning, label!(Text::OutsideCalendar, count = self.handling.untimed));
        }
        let missing: Vec<&str> = self.counted.rules.left_out().collect();
        if !missing.is_empty() {
            report.note(Level::Note, label!(Text::NoMilestone, file = Reporting::FILE, names = missing.join(", ")));
        }
    }
}
