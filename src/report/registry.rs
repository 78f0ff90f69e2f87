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
};

/// Every report, in the order in which they are listed.
pub static REPORTS: &[Definition] = &[
    Definition {
        name: "monthly",
        title: Text::Monthly,
        about: Text::MonthlyAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, statistics: true, losses: true, ..NOTHING },
        build: monthly::build,
    },
    Definition {
        name: "tracking",
        title: Text::Tracking,
        about: Text::TrackingAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, clients: true, ..NOTHING },
        build: tracking::build,
    },
    Definition {
        name: "overdue",
        title: Text::Overdue,
        about: Text::OverdueAbout,
        every: None,
        wants: Wants { running: true, ..NOTHING },
        build: overdue::build,
    },
    Definition {
        name: "timeliness",
        title: Text::Timeliness,
        about: Text::TimelinessAbout,
        every: Some(Every::Month),
        wants: Wants { timed: true, ..NOTHING },
        build: timeliness::build,
    },
    Definition {
        name: "improvement",
        title: Text::Improvement,
        about: Text::ImprovementAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, statistics: true, ..NOTHING },
        build: improvement::build,
    },
    Definition {
        name: "lessons",
        title: Text::Lessons,
        about: Text::LessonsAbout,
        every: Some(Every::Year),
        wants: Wants { cases: true, clients: true, ..NOTHING },
        build: lessons::build,
    },
    Definition {
        name: "callbacks",
        title: Text::Callbacks,
        about: Text::CallbacksAbout,
        every: Some(Every::Month),
        wants: Wants { callbacks: true, ..NOTHING },
        build: callbacks::build,
    },
    Definition {
        name: "responsibility",
        title: Text::Responsibility,
        about: Text::ResponsibilityAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, losses: true, ..NOTHING },
        build: responsibility::build,
    },
    Definition {
        name: "losses",
        title: Text::Losses,
        about: Text::LossesAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, clients: true, losses: true, ..NOTHING },
        build: losses::build,
    },
    Definition {
        name: "receivables",
        title: Text::Receivables,
        about: Text::ReceivablesAbout,
        every: Some(Every::Month),
        wants: Wants { cases: true, clients: true, losses: true, recovery: true, ..NOTHING },
        build: receivables::build,
    },
    Definition {
        name: "deductions",
        title: Text::Deductions,
        about: Text::DeductionsAbout,
        every: Some(Every::Month),
        wants: Wants { sanctions: true, ..NOTHING },
        build: deductions::build,
    },
];

/// The report of a name, or of its title in any language.
pub fn named(word: &str) -> Option<&'static Definition> {
    let exact = REPORTS.iter().find(|report| report.name == word);
    exact.or_else(|| REPORTS.iter().find(|report| report.title.label().matches(word)))
}

/// The name most similar to a word, for who mistyped it.
pub fn nearest_name(word: &str) -> Option<&'static str> {
    nearest(word, REPORTS.iter().map(|report| report.name))
}
