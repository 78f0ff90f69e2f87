//! The one list of reports. Help, listing and the command are driven from it.

use super::model::Report;
use super::{
    Material, callbacks, deductions, improvement, lessons, losses, monthly, overdue, receivables, responsibility,
    timeliness, tracking,
};
use crate::calendar::Every;
use crate::locale::messages::ReportText as Text;
use crate::place::toml::nearest;

/// A report.
#[derive(Debug)]
pub struct Definition {
    /// Kebab-case name, as it is typed.
    pub name: &'static str,
    /// What it is called.
    pub title: Text,
    /// What people call it besides.
    pub also: &'static [&'static str],
    /// What it says.
    pub about: Text,
    /// What it covers where no period is named; none for a report of now.
    pub every: Option<Every>,
    /// What it is made from.
    pub wants: Wants,
    /// Makes it.
    pub build: fn(&Material) -> Report,
}

/// What of the book a report is made from, so that no more is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wants {
    /// The cases of the period.
    pub cases: bool,
    /// Those of the period before and of a year before, repeats, clients, measures.
    pub statistics: bool,
    /// The callbacks of the period.
    pub callbacks: bool,
    /// Every unfinished record that has a deadline.
    pub running: bool,
    /// The records that something happened to in the period, and every unfinished one, of the kinds that have deadlines.
    pub timed: bool,
    /// The names of the clients that are spoken of.
    pub clients: bool,
    /// What names the cases and is added up of them, and the rules that they are judged by.
    pub losses: bool,
    /// Whose bonus the receivables of the cases touch.
    pub recovery: bool,
    /// The sanctions.
    pub sanctions: bool,
    /// The notices that were issued about the records at hand.
    pub notices: bool,
}

const NOTHING: Wants = Wants {
    cases: false,
    statistics: false,
    callbacks: false,
    running: false,
    timed: false,
    clients: false,
    losses: false,
    recovery: false,
    sanctions: false,
    notices: false,
};

/// Every report, in the order in which they are listed.
pub static REPORTS: &[Definition] = &[
    Definition {
        name: "monthly",
        title: Text::Monthly,
        also: &["月报", "统计表"],
        about: Text::MonthlyAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, statistics: true, losses: true, ..NOTHING },
        build: monthly::build,
    },
    Definition {
        name: "tracking",
        title: Text::Tracking,
        also: &["追踪表", "登记追踪表"],
        about: Text::TrackingAbout,
        every: Some(Every::Month),
        wants: Wants { notices: true, cases: true, clients: true, ..NOTHING },
        build: tracking::build,
    },
    Definition {
        name: "overdue",
        title: Text::Overdue,
        also: &["逾期"],
        about: Text::OverdueAbout,
        every: None,
        wants: Wants { notices: true, running: true, ..NOTHING },
        build: overdue::build,
    },
    Definition {
        name: "timeliness",
        title: Text::Timeliness,
        also: &["时效"],
        about: Text::TimelinessAbout,
        every: Some(Every::Month),
        wants: Wants { timed: true, ..NOTHING },
        build: timeliness::build,
    },
    Definition {
        name: "improvement",
        title: Text::Improvement,
        also: &["改进"],
        about: Text::ImprovementAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, statistics: true, ..NOTHING },
        build: improvement::build,
    },
    Definition {
        name: "lessons",
        title: Text::Lessons,
        also: &["经验"],
        about: Text::LessonsAbout,
        every: Some(Every::Year),
        wants: Wants { cases: true, clients: true, ..NOTHING },
        build: lessons::build,
    },
    Definition {
        name: "callbacks",
        title: Text::Callbacks,
        also: &["回访"],
        about: Text::CallbacksAbout,
        every: Some(Every::Month),
        wants: Wants { callbacks: true, ..NOTHING },
        build: callbacks::build,
    },
    Definition {
        name: "responsibility",
        title: Text::Responsibility,
        also: &["责任"],
        about: Text::ResponsibilityAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, losses: true, ..NOTHING },
        build: responsibility::build,
    },
    Definition {
        name: "losses",
        title: Text::Losses,
        also: &["损失"],
        about: Text::LossesAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, clients: true, losses: true, ..NOTHING },
        build: losses::build,
    },
    Definition {
        name: "receivables",
        title: Text::Receivables,
        also: &["应收账款"],
        about: Text::ReceivablesAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, clients: true, losses: true, recovery: true, ..NOTHING },
        build: receivables::build,
    },
    Definition {
        name: "deductions",
        title: Text::Deductions,
        also: &["扣款", "处分"],
        about: Text::DeductionsAbout,
        every: Some(Every::Month),
        wants: Wants { sanctions: true, ..NOTHING },
        build: deductions::build,
    },
];

/// The report of a name, of its title in any language, or of what people call it besides.
pub fn named(word: &str) -> Option<&'static Definition> {
    let exact = REPORTS.iter().find(|report| report.name == word);
    let called = |report: &&Definition| report.title.label().matches(word) || report.also.contains(&word);
    exact.or_else(|| REPORTS.iter().find(called))
}

/// The name most similar to a word, for who mistyped it.
pub fn nearest_name(word: &str) -> Option<&'static str> {
    nearest(word, REPORTS.iter().map(|report| report.name))
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
