//! How a month's figures are closed: `[closing]` of `policy/reports.toml`.

use serde::{Deserialize, Serialize};

use crate::place::Placed;
use crate::place::toml::Section;
use crate::policy::naming::Naming;
use crate::record::FieldId;

/// The fields of a closed period, and the report with what must be done before closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingRules {
    /// The kind of the records about closed periods.
    pub kind: String,
    /// The name of the report.
    pub report: FieldId,
    /// The period, such as `2026-10`.
    pub period: FieldId,
    /// The commit from which the report was made.
    pub commit: FieldId,
    /// The SHA-256 of the report's bytes.
    pub digest: FieldId,
    /// The report's bytes.
    pub file: FieldId,
    /// The report with the lists of what must be done before a period is closed.
    pub checklist: Option<Placed<String>>,
}

impl ClosingRules {
    pub(super) fn read(table: &Section, closed: Naming<'_>) -> Option<Self> {
        let problems = closed.loading.problems;
        let field = |key: &str, ty: &str| closed.typed(&table.required_text(key, problems)?, &[ty]);
        let text = |key: &str| field(key, "text");
        let [report, period, commit, digest] = ["report", "period", "commit", "digest"].map(text);
        let file = field("file", "file");
        Some(ClosingRules {
            kind: closed.name().to_owned(),
            report: report?,
            period: period?,
            commit: commit?,
            digest: digest?,
            file: file?,
            checklist: table.text("checklist", problems),
        })
    }
}
