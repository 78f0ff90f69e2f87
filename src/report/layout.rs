//! How a company lays out a computed report: `reports/NAME.toml`, with the report's name. The file holds what only
//! reports show, so a new column does not make new rules.
//!
//! Older books have `[[tables]]` and `[tracking]` in `policy/reports.toml`. These are used if the book has no file
//! for the report.

use super::charts::{self, Charted};
use super::registry::{Definition, named};
use super::signatures::{self, Signature};
use super::words::{self, OwnWords};
use crate::kind::{Kind, field_of};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, RecordText, ReportText as Text, RuleText};
use crate::place::toml::{Section, nearest, read};
use crate::place::{Placed, Problem, Problems, did_you_mean};
use crate::policy::{Breakdown, Policy, Reporting, Sources};
use crate::record::{FieldId, Type};
use crate::report::language::{ENDING, FOLDER, MILESTONE};

/// The content of a book's layout file for a computed report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// The columns of the report's list of cases.
    pub columns: Vec<CaseColumn>,
    /// The fields by which the statistics are broken down.
    pub tables: Vec<Breakdown>,
    /// How its tables are drawn.
    pub charts: Vec<Charted>,
    /// The lines to be signed.
    pub signatures: Vec<Signature>,
    /// The company's names for figures, headings and columns.
    pub words: OwnWords,
}

/// A column of a list of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseColumn {
    /// A field of the case.
    Field(FieldId),
    /// What was returned and what was lost, one column for each part.
    Losses,
    /// The improvement measures about the case, each with its state.
    Measures,
    /// When the case reached a milestone. For the milestone that closes cases it is the closing in the period, else
    /// the first time.
    Milestone {
        /// The milestone's name.
        name: String,
        /// The states that reach it.
        states: Vec<String>,
    },
    /// When a step of the case was last taken.
    Step {
        /// The step's name.
        name: String,
        /// What it is called.
        label: Label,
    },
    /// When a deadline of the case first started and when its last run ended. These are the times when the case came
    /// to the deadline's department and when it left.
    Deadline {
        /// The deadline's name.
        name: String,
        /// What it is called.
        label: Label,
    },
    /// The days from its opening to its closing.
    Days,
    /// Whether it was closed too late.
    Overdue,
}

/// What a list of cases can show besides fields. A field of the same name wins.
const OWN: [(&str, CaseColumn); 4] = [
    ("losses", CaseColumn::Losses),
    ("measures", CaseColumn::Measures),
    ("days", CaseColumn::Days),
    ("overdue", CaseColumn::Overdue),
];

/// The prefixes of a step and of a deadline.
const STEP: &str = "step.";
const DEADLINE: &str = "deadline.";

/// What the layout file of a computed report may have besides signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lays {
    /// Words and charts alone.
    Signatures,
    /// The columns of its list: fields of cases, milestones, steps and deadlines.
    Columns,
    /// The columns of its list, fields or [`CaseColumn`]s, and its tables.
    Statistics,
}

impl Layout {
    /// The layout of a report in the files of a book. All problems are noted.
    pub fn of(report: &Definition, sources: &Sources, policy: &Policy, problems: &Problems) -> Layout {
        let path = format!("{FOLDER}{}{ENDING}", report.name);
        match sources.text(&path, problems) {
            Some(text) => Layout::read(report, &path, text, policy, problems),
            None => Layout::older(report, policy),
        }
    }

    /// The layout that an older book has in `policy/reports.toml`.
    pub(super) fn older(report: &Definition, policy: &Policy) -> Layout {
        let reports = &policy.reports;
        match report.lays {
            Lays::Signatures => Layout::default(),
            Lays::Columns => Layout {
                columns: reports.tracking.iter().copied().map(CaseColumn::Field).collect(),
                ..Layout::default()
            },
            Lays::Statistics => Layout { tables: reports.tables.clone(), ..Layout::default() },
        }
    }

    /// Reads the file of a computed report.
    pub(super) fn read(report: &Definition, path: &str, text: &str, policy: &Policy, problems: &Problems) -> Layout {
        let Some(file) = read(path, text, problems) else { return Layout::default() };
        let cases = policy.reports.cases.as_ref().and_then(|rules| policy.kind(&rules.kind));
        let signatures = signatures::read(&file, policy, problems);
        let (charts, words) = (charts::of_tables(&file, problems), words::read(&file, problems));
        let mut layout = Layout { charts, signatures, words, ..Layout::default() };
        if report.lays != Lays::Signatures {
            for name in file.texts("columns", problems) {
                let own: &[_] = if report.lays == Lays::Statistics { &OWN } else { &[] };
                layout.columns.extend(cases.and_then(|kind| column(kind, own, &name, problems)));
            }
        }
        if report.lays == Lays::Statistics {
            for table in file.list("tables", problems) {
                layout.tables.extend(cases.and_then(|kind| breakdown(kind, table, problems)));
                table.finish(problems);
            }
        }
        if cases.is_none() && (file.has("columns") || file.has("tables")) {
            let message = label!(Text::NoSection, file = Reporting::FILE, section = "cases");
            problems.say(file.place(), message);
        }
        file.finish(problems);
        layout
    }
}

/// The computed report that a file of `reports/` lays out: the one with its name.
pub(super) fn laid_out(path: &str) -> Option<&'static Definition> {
    let name = path.strip_prefix(FOLDER)?.strip_suffix(ENDING)?;
    named(name).filter(|report| report.name == name)
}

fn column(kind: &Kind, own: &[(&str, CaseColumn)], name: &Placed<String>, problems: &Problems) -> Option<CaseColumn> {
    let found = own.iter().find(|(own, _)| *own == name.value && kind.shape.find(own).is_none());
    match found {
        Some((_, column)) => Some(column.clone()),
        None if name.value.starts_with(MILESTONE) => milestone(kind, name, problems),
        None if name.value.starts_with(STEP) => step(kind, name, problems),
        None if name.value.starts_with(DEADLINE) => deadline(kind, name, problems),
        None => field_of(&kind.shape, &name.value, &name.place, problems).map(CaseColumn::Field),
    }
}

fn step(kind: &Kind, name: &Placed<String>, problems: &Problems) -> Option<CaseColumn> {
    let word = name.value.strip_prefix(STEP)?;
    let found = kind.step_label(word, None);
    if found.is_none() {
        let near = nearest(word, kind.steps.iter().map(|step| step.name.as_str()));
        let message = label!(LoadText::KindNoStep, kind = kind.name(), step = word);
        problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
    }
    found.map(|label| CaseColumn::Step { name: word.to_owned(), label: label.clone() })
}

fn deadline(kind: &Kind, name: &Placed<String>, problems: &Problems) -> Option<CaseColumn> {
    let word = name.value.strip_prefix(DEADLINE)?;
    let found = kind.deadline(word);
    if found.is_none() {
        let near = nearest(word, kind.deadlines.iter().map(|deadline| deadline.name.as_str()));
        let message = label!(RecordText::NoDeadline, kind = kind.name(), name = word);
        problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
    }
    found.map(|deadline| CaseColumn::Deadline { name: word.to_owned(), label: deadline.label.clone() })
}

fn milestone(kind: &Kind, name: &Placed<String>, problems: &Problems) -> Option<CaseColumn> {
    let word = name.value.strip_prefix(MILESTONE)?;
    let found = kind.milestone(word);
    if found.is_none() {
        let near = nearest(word, kind.milestones.iter().map(|milestone| milestone.name.as_str()));
        let message = label!(RuleText::NoMilestone, kind = kind.name(), name = word);
        problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
    }
    found.map(|milestone| CaseColumn::Milestone { name: milestone.name.clone(), states: milestone.states.clone() })
}

fn breakdown(kind: &Kind, table: &Section, problems: &Problems) -> Option<Breakdown> {
    let by = table.required_text("by", problems);
    let by = by.and_then(|name| field_of(&kind.shape, &name.value, &name.place, problems));
    match table.text("first", problems).map(|path| part(kind, &path, problems)) {
        Some(None) => None,
        first => Some(Breakdown { by: by?, first: first.flatten() }),
    }
}

/// A list of groups and a field of its lines: `responsible.department`.
fn part(kind: &Kind, path: &Placed<String>, problems: &Problems) -> Option<(FieldId, FieldId)> {
    let (list, inner) = path.value.split_once('.').unwrap_or((&path.value, ""));
    let list = field_of(&kind.shape, list, &path.place, problems)?;
    let Type::Group(lines) = kind.field(list).ty.element() else {
        let problem = Problem::new(path.place.clone(), label!(RuleText::NoPart, name = path.value));
        problems.push(problem.help(RuleText::NoPartDo));
        return None;
    };
    Some((list, field_of(lines, inner, &path.place, problems)?))
}
