//! The complaint statistics (客户投诉案件统计表, RP1): the figures of a period and the costs of the cases that closed, against the period
//! before and a year before. The same stands for every category, product, cause, department and channel. Responsibility by
//! department, remedies by kind, and the state of every improvement measure follow.

mod comparison;
mod costs;
mod counts;
mod figures;
mod measures;
mod noted;
mod tables;
mod voided;

use self::costs::Costing;
use self::counts::{Counts, Row};
use super::model::{Level, Report};
use super::money::costed;
use super::tally::{Counted, Handling};
use super::{Material, fields, responsibility};
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::policy::Reporting;

/// What the parts of the report share.
struct Monthly<'m> {
    material: &'m Material,
    counted: Counted<'m>,
    /// What is added up of the cases that closed.
    costing: Costing<'m>,
    now: Counts<'m>,
    /// The period before, and the same a year before.
    before: [Option<Counts<'m>>; 2],
    nothing: Row,
    handling: Handling,
}

/// The report.
pub(super) fn build(material: &Material) -> Report {
    let mut report = material.report("monthly", Text::Monthly).over(material.model_period());
    let Some(rules) = fields::cases(material, &mut report) else { return report };
    let counted = Counted::of(material, rules);
    let calendar = material.policy.calendars.default();
    let costing = Costing::of(material);
    let count = &|cases, seen| Counts::of(material, (&counted, &costing), cases, seen);
    // the periods have nothing to do with one another
    let (now, before, handling) = std::thread::scope(|scope| {
        let before = [material.previous.as_ref(), material.year_before.as_ref()]
            .map(|cases| cases.map(|cases| scope.spawn(move || count(cases, cases.period.moments(material.zone()).1))));
        let now = count(&material.cases, material.seen_until());
        let handling = Handling::of(&counted, calendar, &material.cases.all, material.span());
        let counted = before
            .map(|counts| counts.map(|counts| counts.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))));
        (now, counted, handling)
    });
    let monthly = Monthly { material, counted, costing, now, before, nothing: Row::default(), handling };
    report.identities("cases", Text::CasesOfPeriod, [monthly.identity()]);
    report.figures("figures", Text::Figures, monthly.figures());
    if !monthly.costing.is_empty() {
        report.figures("losses", Text::ReturnsAndLosses, monthly.costs());
    }
    report.table("comparison", Text::Comparison, monthly.comparison());
    monthly.tables(&mut report);
    if material.policy.sharing.responsible.is_some() {
        let table = responsibility::by_department(material, &costed(material, &monthly.counted));
        report.table("responsibility", Text::Responsibility, table);
    }
    monthly.remedies(&mut report);
    monthly.measures(&mut report);
    monthly.noted(&mut report);
    monthly.voided(&mut report);
    monthly.notes(&mut report);
    report
}

impl Monthly<'_> {
    fn notes(&self, report: &mut Report) {
        let material = self.material;
        let unsettled = self.now.whole.costs.unsettled;
        if unsettled > 0 {
            report.note(Level::Note, label!(Text::NotFinal, count = unsettled));
        }
        if material.cases.duplicates > 0 {
            report.note(Level::Note, label!(Text::DuplicatesLeftOut, count = material.cases.duplicates));
        }
        if material.now < material.span().1 {
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
