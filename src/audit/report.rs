//! The findings as a report.

use super::alteration::Alteration;
use super::auditor::Imported;
use super::difference::difference;
use super::finding::{Finding, Severity};
use crate::calendar::{Moment, Zone};
use crate::cells;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::AuditText as Text;
use crate::model::{Cell, Column, Facts, Level, Report, Table, Tone};
use crate::wording::Words;

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
/// book's, whatever the clocks of the commits were. Without `words` kinds, roles and states have their names.
pub fn report(result: &Result<'_>, zone: Zone, words: Option<&Words<'_>>, facts: Facts) -> Report {
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
        report.table("imports", Text::Imports, imported(imports, zone, words));
    }
    if !changes.is_empty() {
        report.table("changes", Text::Changes, changed(changes, whole, zone, words));
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

/// The changes of the rules: who made them, how long they held, and what differs.
fn changed(changes: &[Alteration], whole: bool, zone: Zone, words: Option<&Words<'_>>) -> Table {
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
            &difference(change, whole, words),
        ]
        .to_vec();
        if whole {
            cells.push(Cell::text(change.loosened.join(", ")));
        }
        table.toned(if change.loosened.is_empty() { Tone::Plain } else { Tone::Warning }, cells);
    }
    table
}

fn at(seconds: i64, zone: Zone) -> Option<Moment> {
    chrono::DateTime::from_timestamp(seconds, 0).map(|at| zone.local(at.fixed_offset()))
}

/// What came in from elsewhere: the book has not seen how it came to be what it is.
fn imported(imports: &[Imported], zone: Zone, words: Option<&Words<'_>>) -> Table {
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
            words.map_or_else(|| Cell::text(&import.kind), |words| Cell::Label(words.kind(&import.kind))),
            import.count,
            import.running,
        ]);
    }
    table
}
