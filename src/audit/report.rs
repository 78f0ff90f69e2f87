//! The findings as a report.

use super::alteration::{Alteration, Part};
use super::auditor::Imported;
use super::finding::{Finding, Severity};
use crate::calendar::{Moment, Zone};
use crate::cells;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::AuditText as Text;
use crate::model::{Cell, Column, Facts, Level, Report, Table, Tone};

/// How many characters of a commit's id are shown.
const SHORT: usize = 12;

/// What was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked {
    /// The last commit.
    pub tip: String,
    /// The commits without parents, as far as they were met.
    pub roots: Vec<String>,
    /// How many commits were judged.
    pub commits: usize,
    /// How many commits history has up to the last one.
    pub all: usize,
    /// The earliest and the latest committer date of the commits that were judged, seconds since 1970.
    pub dates: Option<(i64, i64)>,
    /// Whether history is cut off.
    pub shallow: bool,
    /// Whether git gives commits other parents.
    pub grafted: bool,
    /// How many objects git replaces by others.
    pub replaced: usize,
}

/// What an audit has found.
pub struct Result<'r> {
    /// The findings, in the order of history.
    pub findings: &'r [Finding],
    /// The imports.
    pub imports: &'r [Imported],
    /// The changes of the rules.
    pub changes: &'r [Alteration],
    /// Whether each change is shown whole, with the steps that it has allowed.
    pub whole: bool,
    /// What was looked at.
    pub looked: &'r Looked,
}

/// The name of the table of findings.
pub const FINDINGS: &str = "findings";

/// The findings in the order of history, the imports, and the changes of the rules. Times are shown in `zone`, the
/// book's, whatever the clocks of the commits were.
pub fn report(result: &Result<'_>, zone: Zone, facts: Facts) -> Report {
    let Result { findings, imports, changes, whole, looked } = *result;
    let mut table = Table::new([
        Column::id("commit", Text::Commit),
        Column::moment("at", Text::At),
        Column::text("author", Text::Author),
        Column::id("record", Text::Record),
        Column::count("event", Text::Event),
        Column::text("rule", Text::Rule),
        Column::label("severity", Text::Severity),
        Column::label("message", Text::Message),
    ]);
    for finding in findings {
        let tone = match finding.severity {
            Severity::Warning => Tone::Warning,
            Severity::Error => Tone::Bad,
        };
        let commit = finding.commit.get(..SHORT).unwrap_or(&finding.commit);
        table.toned(
            tone,
            cells![
                Cell::id(commit),
                finding.at.map(|at| zone.local(at)),
                finding.author.as_str(),
                finding.record.as_ref().map(Cell::id).unwrap_or(Cell::Empty),
                finding.event,
                finding.rule,
                Label::from(match finding.severity {
                    Severity::Warning => Text::Warning,
                    Severity::Error => Text::Error,
                }),
                &finding.message,
            ],
        );
    }
    let mut report = Report::new("audit", Text::Title, facts);
    report.table(FINDINGS, Label::default(), table);
    if !imports.is_empty() {
        report.table("imports", Text::Imports, imported(imports, zone));
    }
    if !changes.is_empty() {
        report.table("changes", Text::Changes, changed(changes, whole, zone));
    }
    if !findings.is_empty() {
        report.note(Level::Error, label!(Text::Summary, findings = findings.len(), commits = looked.commits));
    }
    report
}

/// What was looked at, for scripts.
pub fn scope(looked: &Looked, zone: Zone) -> Table {
    let mut table = Table::new([
        Column::id("tip", Text::Tip),
        Column::text("roots", Text::Roots),
        Column::count("commits", Text::Commits),
        Column::count("all", Text::All),
        Column::moment("first", Text::First),
        Column::moment("last", Text::Last),
        Column::text("shallow", Text::IsShallow),
        Column::text("grafted", Text::IsGrafted),
        Column::count("replaced", Text::IsReplaced),
    ]);
    let yes = |is: bool| if is { "yes" } else { "no" };
    table.row(cells![
        Cell::id(looked.tip.as_str()),
        looked.roots.join(" "),
        looked.commits,
        looked.all,
        looked.dates.and_then(|(first, _)| at(first, zone)),
        looked.dates.and_then(|(_, last)| at(last, zone)),
        yes(looked.shallow),
        yes(looked.grafted),
        looked.replaced,
    ]);
    table
}

/// How many days are named.
const MOST_DAYS: usize = 6;

/// How many values of a change are shown, if it is not shown whole.
const FEW: usize = 2;

/// The changes of the rules: who made them, how long they held, and what differs.
fn changed(changes: &[Alteration], whole: bool, zone: Zone) -> Table {
    let mut columns = vec![
        Column::id("commit", Text::Commit),
        Column::moment("at", Text::At),
        Column::text("author", Text::Author),
        Column::text("what", Text::What),
        Column::moment("until", Text::Until),
        Column::label("difference", Text::Difference),
    ];
    if whole {
        columns.push(Column::text("loosened", Text::Loosened));
    }
    let mut table = Table::new(columns);
    for change in changes {
        let mut cells = cells![
            Cell::id(change.commit.get(..SHORT).unwrap_or(&change.commit)),
            at(change.seconds, zone),
            change.author.as_str(),
            change.what.as_str(),
            change.until.and_then(|until| at(until, zone)),
            &difference(change, whole),
        ]
        .to_vec();
        if whole {
            cells.push(Cell::text(change.loosened.join(", ")));
        }
        table.toned(if change.loosened.is_empty() { Tone::Plain } else { Tone::Warning }, cells);
    }
    table
}

fn difference(change: &Alteration, whole: bool) -> Label {
    let few = if whole { change.parts.len() } else { FEW };
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let part = |part: &Part| match (&part.before, &part.after) {
        (None, Some(after)) if after.is_empty() => format!("+ {}", part.key),
        (Some(before), None) if before.is_empty() => format!("- {}", part.key),
        (before, after) => format!("{}: {} → {}", part.key, shown(before), shown(after)),
    };
    let text = change.parts.iter().take(few).map(part).collect::<Vec<_>>().join("; ");
    let text = match change.parts.len().saturating_sub(few) {
        0 => Label::verbatim(text),
        more => label!(Text::AndMore, text = text, more = more),
    };
    if change.days.is_empty() {
        return text;
    }
    let mut days = change.days.iter().take(MOST_DAYS).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if change.days.len() > MOST_DAYS {
        days.push_str(&format!(", … ({})", change.days.len()));
    }
    let flips = match change.flips.is_empty() {
        true => Label::new("-", "-"),
        false => Label::verbatim(change.flips.join(", ")),
    };
    label!(Text::PastDays, days = days; text = text, flips = flips)
}

fn at(seconds: i64, zone: Zone) -> Option<Moment> {
    chrono::DateTime::from_timestamp(seconds, 0).map(|at| zone.local(at.fixed_offset()))
}

/// What came in from elsewhere: the book has not seen how it came to be what it is.
fn imported(imports: &[Imported], zone: Zone) -> Table {
    let mut table = Table::new([
        Column::id("commit", Text::Commit),
        Column::moment("at", Text::At),
        Column::text("author", Text::Author),
        Column::text("kind", Text::Kind),
        Column::count("records", Text::Records),
        Column::count("running", Text::Running),
    ]);
    for import in imports {
        table.row(cells![
            Cell::id(import.commit.get(..SHORT).unwrap_or(&import.commit)),
            at(import.seconds, zone),
            import.author.as_str(),
            import.kind.as_str(),
            import.count,
            import.running,
        ]);
    }
    table
}
