//! The only list of computed reports. Help, listing and the command use it.

use super::language::Unknown;
use super::layout::Lays;
use super::model::Report;
use super::needs::Needed::{self, Cases, Losses, Measures, Questionnaire, Recovery, Responsible, Retention, Sanctions};
use super::signatures::sign;
use super::{
    Answer, Source, charts, deductions, improvement, losses, monthly, overdue, receivables, responsibility, retention,
    surveys, timeliness, tracking, words,
};
use crate::calendar::{Every, Period};
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::policy::{Clock, Policy};

/// A computed report.
#[derive(Debug)]
pub struct Definition {
    /// Kebab-case name, as it is typed.
    pub name: &'static str,
    /// Its title.
    pub title: Text,
    /// Other words for it.
    pub also: &'static [&'static str],
    /// What it is about.
    pub about: Text,
    /// The length of its period if none is named. `None` for a report of now.
    pub every: Option<Every>,
    /// What the book's layout file may have for it.
    pub lays: Lays,
    /// The parts of the policy that it needs.
    pub needs: &'static [Needed],
    /// Returns whether a figure is about records of a kind. It is given if each figure is about the records of one
    /// kind, so that a filter of these kinds can limit the report. `None` for a report about cases, which consist of
    /// records of several kinds.
    pub narrowed_by: Option<fn(&Kind) -> bool>,
    /// Tables that it has only if there is something to show: one whose name begins with the first, beside one whose
    /// name begins with the second and ends alike.
    pub(super) sometimes: &'static [(&'static str, &'static str)],
    /// Makes it.
    build: fn(&dyn Source, &Period) -> Answer<Report>,
    /// Lists the records behind a figure.
    records: Records,
}

/// Lists the records behind `FIGURE[@ROW]`.
type Records = fn(&dyn Source, &Period, &str) -> Answer<Result<Report, Unknown>>;

impl Definition {
    /// The report over a period.
    ///
    /// # Errors
    /// If something that it is made from cannot be read.
    pub fn make(&self, source: &dyn Source, period: &Period) -> Answer<Report> {
        let mut report = (self.build)(source, period)?;
        let layout = source.layout(self)?;
        charts::put(&layout.charts, &mut report);
        words::put(&layout.words, &mut report);
        sign(&mut report, &layout.signatures);
        if source.basis().policy.settings.clock == Clock::Simulated {
            report.title = label!(Text::OfDemonstration; title = report.title);
        }
        Ok(report)
    }

    /// The first missing part of the policy that the report needs. `None` if nothing is missing.
    pub fn lacks(&self, policy: &Policy) -> Option<Needed> {
        self.needs.iter().copied().find(|needed| !needed.stands_in(policy))
    }

    /// The records behind a figure, or behind a figure in a row: `FIGURE[@ROW]`.
    ///
    /// # Errors
    /// The outer error if something that it is made from cannot be read; the inner one if there is no such figure or
    /// row.
    pub fn records(&self, source: &dyn Source, period: &Period, figure: &str) -> Answer<Result<Report, Unknown>> {
        (self.records)(source, period, figure)
    }

    /// Its label for users who type its name; in Chinese it has the short name.
    pub fn called(&self) -> Label {
        let title = self.title.label();
        let zh = self.also.first().map_or(title.zh, |short| (*short).to_owned());
        Label { en: self.name.to_owned(), zh }
    }
}

/// Every computed report, in the order of lists.
pub static REPORTS: &[Definition] = &[
    Definition {
        name: "monthly",
        title: Text::Monthly,
        also: &["月报", "统计表"],
        about: Text::MonthlyAbout,
        every: Some(Every::Month),
        lays: Lays::Statistics,
        needs: &[Cases],
        build: monthly::build,
        narrowed_by: None,
        records: monthly::records,
        sometimes: &[("losses-by-", "by-")],
    },
    Definition {
        name: "tracking",
        title: Text::Tracking,
        also: &["追踪表", "登记追踪表"],
        about: Text::TrackingAbout,
        every: Some(Every::Month),
        lays: Lays::Columns,
        needs: &[Cases],
        build: tracking::build,
        narrowed_by: None,
        records: tracking::records,
        sometimes: &[],
    },
    Definition {
        name: "overdue",
        title: Text::Overdue,
        also: &["逾期"],
        about: Text::OverdueAbout,
        every: None,
        lays: Lays::Signatures,
        needs: &[],
        build: overdue::build,
        narrowed_by: None,
        records: overdue::records,
        sometimes: &[],
    },
    Definition {
        name: "timeliness",
        title: Text::Timeliness,
        also: &["时效"],
        about: Text::TimelinessAbout,
        every: Some(Every::Month),
        lays: Lays::Signatures,
        needs: &[],
        build: timeliness::build,
        narrowed_by: None,
        records: timeliness::records,
        sometimes: &[],
    },
    Definition {
        name: "improvement",
        title: Text::Improvement,
        also: &["改进"],
        about: Text::ImprovementAbout,
        every: Some(Every::Month),
        lays: Lays::Signatures,
        needs: &[Measures],
        build: improvement::build,
        narrowed_by: None,
        records: improvement::records,
        sometimes: &[],
    },
    Definition {
        name: "responsibility",
        title: Text::Responsibility,
        also: &["责任"],
        about: Text::ResponsibilityAbout,
        every: Some(Every::Month),
        lays: Lays::Signatures,
        needs: &[Cases, Responsible],
        build: responsibility::build,
        narrowed_by: None,
        records: responsibility::records,
        sometimes: &[],
    },
    Definition {
        name: "losses",
        title: Text::Losses,
        also: &["损失"],
        about: Text::LossesAbout,
        every: Some(Every::Month),
        lays: Lays::Signatures,
        needs: &[Cases, Losses],
        build: losses::build,
        narrowed_by: None,
        records: losses::records,
        sometimes: &[],
    },
    Definition {
        name: "receivables",
        title: Text::Receivables,
        also: &["应收账款"],
        about: Text::ReceivablesAbout,
        every: Some(Every::Month),
        lays: Lays::Signatures,
        needs: &[Cases, Recovery],
        build: receivables::build,
        narrowed_by: None,
        records: receivables::records,
        sometimes: &[],
    },
    Definition {
        name: "deductions",
        title: Text::Deductions,
        also: &["扣款", "处分"],
        about: Text::DeductionsAbout,
        every: Some(Every::Month),
        lays: Lays::Signatures,
        needs: &[Sanctions],
        build: deductions::build,
        narrowed_by: None,
        records: deductions::records,
        sometimes: &[],
    },
    Definition {
        name: "retention",
        title: Text::Retention,
        also: &["保存期限"],
        about: Text::RetentionAbout,
        every: None,
        lays: Lays::Signatures,
        needs: &[Retention],
        build: retention::build,
        narrowed_by: Some(retention::is_of),
        records: retention::records,
        sometimes: &[],
    },
    Definition {
        name: "surveys",
        title: Text::Surveys,
        also: &["调查", "问卷"],
        about: Text::SurveysAbout,
        every: Some(Every::Year),
        build: surveys::build,
        narrowed_by: Some(surveys::is_of),
        records: surveys::records,
        sometimes: &[],
        lays: Lays::Signatures,
        needs: &[Questionnaire],
    },
];

/// The report with this name, title in any language, or other word.
pub fn named(word: &str) -> Option<&'static Definition> {
    let exact = REPORTS.iter().find(|report| report.name == word);
    let called = |report: &&Definition| report.title.label().matches(word) || report.also.contains(&word);
    exact.or_else(|| REPORTS.iter().find(called))
}

#[cfg(test)]
mod tests {
    use super::{REPORTS, named};

    #[test]
    fn a_report_is_found_by_whatever_it_is_called_and_no_word_means_two() {
        for report in REPORTS {
            let titles = [report.title.label().en, report.title.label().zh];
            for word in titles.iter().map(String::as_str).chain(report.also.iter().copied()).chain([report.name]) {
                assert_eq!(named(word).map(|found| found.name), Some(report.name), "{word}");
            }
        }
        assert_eq!(named("月报").map(|found| found.name), Some("monthly"));
        assert!(named("周报").is_none());
    }
}
