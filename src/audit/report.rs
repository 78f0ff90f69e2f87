//! The findings as a report.

use super::auditor::Imported;
use super::finding::{Finding, Severity};
use crate::calendar::Zone;
use crate::cells;
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::model::{Cell, Column, Facts, Level, Report, Table, Tone};

/// How many characters of a commit's id are shown.
const SHORT: usize = 12;

/// The findings in the order of history. `commits` is how many were judged. Times are shown in `zone`, the book's,
/// whatever the clocks of the commits were.
pub fn report(findings: &[Finding], imports: &[Imported], commits: usize, zone: Zone, facts: Facts) -> Report {
    let mut table = Table::new([
        Column::id("commit", Text::Commit),
        Column::moment("at", Text::At),
        Column::text("author", Text::Author),
        Column::id("record", Text::Record),
        Column::count("event", Text::Event),
        Column::text("rule", Text::Rule),
        Column::text("severity", Text::Severity),
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
                finding.severity.name(),
                &finding.message,
            ],
        );
    }
    let mut report = Report::new("audit", Text::Title, facts);
    report.table("findings", crate::locale::Label::default(), table);
    if !imports.is_empty() {
        report.table("imports", Text::Imports, imported(imports, zone));
    }
    if !findings.is_empty() {
        report.note(Level::Error, label!(Text::Summary, findings = findings.len(), commits = commits));
    }
    report
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
        let at = chrono::DateTime::from_timestamp(import.seconds, 0).map(|at| zone.local(at.fixed_offset()));
        table.row(cells![
            Cell::id(import.commit.get(..SHORT).unwrap_or(&import.commit)),
            at,
            import.author.as_str(),
            import.kind.as_str(),
            import.count,
            import.running,
        ]);
    }
    table
}
