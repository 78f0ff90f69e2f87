//! The lines that people sign, at the head or at the foot of a report: `[[signatures]]` of a file in `reports/`.

use super::language::choose;
use super::model::{Body, Report};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText, LoadText, ReportText as Text};
use crate::place::toml::Section;
use crate::place::{Placed, Problems};
use crate::policy::Policy;

/// The key in report files.
const KEY: &str = "signatures";
/// The sections of a report with the lines at its head and at its foot.
const SECTIONS: [&str; 2] = ["signed-at-head", "signatures"];

/// A line that somebody signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Who signs, or what is signed.
    pub label: Label,
    /// The position of the line.
    pub at: Margin,
}

/// The position of a line in a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Margin {
    /// Before all other sections.
    Head,
    /// After all other sections.
    #[default]
    Foot,
}

impl Margin {
    const ALL: [Margin; 2] = [Margin::Head, Margin::Foot];

    /// The name in report files.
    const fn name(self) -> &'static str {
        match self {
            Margin::Head => "head",
            Margin::Foot => "foot",
        }
    }
}

/// Reads the lines of a report file; problems are noted.
pub(super) fn read(file: &Section, policy: &Policy, problems: &Problems) -> Vec<Signature> {
    let mut lines = Vec::new();
    for table in file.list(KEY, problems) {
        let of = table.text("department", problems).map(|name| department(&name, policy, problems));
        let label = table.label("label", problems);
        if label.is_none() && of.is_none() {
            problems.say(table.place(), label!(LoadText::Absent, key = "label"));
        }
        let label = label.or(of.flatten());
        let at = table.text("at", problems).and_then(|word| {
            let found = Margin::ALL.into_iter().find(|margin| margin.name() == word.value);
            if found.is_none() {
                problems.push(choose(&word, LanguageText::NoSuchMargin, &Margin::ALL.map(Margin::name)));
            }
            found
        });
        table.finish(problems);
        lines.extend(label.map(|label| Signature { label, at: at.unwrap_or_default() }));
    }
    lines
}

/// The label of a department.
fn department(name: &Placed<String>, policy: &Policy, problems: &Problems) -> Option<Label> {
    let found = policy.departments.get(&name.value).map(|department| department.label.clone());
    if found.is_none() {
        let names: Vec<&str> = policy.departments.iter().map(|department| department.name.as_str()).collect();
        problems.push(choose(name, LanguageText::NoSuchDepartment, &names));
    }
    found
}

/// Adds the lines at the head and at the foot of a report.
pub(super) fn sign(report: &mut Report, lines: &[Signature]) {
    let of = |at: Margin| lines.iter().filter(move |line| line.at == at).map(|line| line.label.clone());
    let [head, foot] = SECTIONS;
    if of(Margin::Head).next().is_some() {
        report.signatures(head, Text::SignedAtHead, of(Margin::Head));
        report.sections.rotate_right(1);
    }
    if of(Margin::Foot).next().is_some() {
        report.signatures(foot, Text::Signatures, of(Margin::Foot));
    }
}

/// Whether a section of a report has lines to be signed. A report that includes another one leaves these out.
pub(super) fn is_signed(body: &Body) -> bool {
    matches!(body, Body::Signatures(_))
}
