//! The rules that computed reports need. If the company does not have a report's rules, the report is left out of
//! every list of reports.

use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::policy::{Deductions, Policy, Reporting, Sharing};

/// A part of the policy that a computed report needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// The rules for cases.
    Cases,
    /// The rules for improvement measures.
    Measures,
    /// The fields in which a complaint names the people and departments at fault.
    Responsible,
    /// The losses of a case.
    Losses,
    /// How a salesperson's bonus is reduced.
    Recovery,
    /// The rules for sanctions.
    Sanctions,
    /// A kind of record with the answers to a survey.
    Questionnaire,
    /// How long records of some kind are kept.
    Retention,
}

impl Needed {
    /// Where it is declared: the file or folder, and the section.
    pub const fn place(self) -> (&'static str, &'static str) {
        match self {
            Needed::Cases => (Reporting::FILE, "[cases]"),
            Needed::Measures => (Reporting::FILE, "[measures]"),
            Needed::Responsible => (Sharing::FILE, "[responsible]"),
            Needed::Losses => (Sharing::FILE, "[[losses]]"),
            Needed::Recovery => (Sharing::FILE, "[recovery]"),
            Needed::Sanctions => (Deductions::FILE, "[sanctions]"),
            Needed::Questionnaire => (KINDS, "[questionnaire]"),
            Needed::Retention => (KINDS, "[[retention]]"),
        }
    }

    /// That a report cannot be made without it, and what to do.
    pub fn missing(self, report: Label) -> [Label; 2] {
        let (file, section) = self.place();
        let missing = label!(Text::LacksRules, section = section, file = file; name = report);
        [missing, label!(Text::LacksRulesHint, section = section, file = file)]
    }

    /// Whether a company's policy has it.
    pub fn stands_in(self, policy: &Policy) -> bool {
        let mut kinds = policy.kinds.values();
        match self {
            Needed::Cases => policy.reports.cases.is_some(),
            Needed::Measures => policy.reports.measures.is_some(),
            Needed::Responsible => policy.sharing.responsible.is_some(),
            Needed::Losses => !policy.sharing.losses.is_empty(),
            Needed::Recovery => policy.sharing.recovery.is_some(),
            Needed::Sanctions => policy.deductions.fields.is_some(),
            Needed::Questionnaire => kinds.any(|kind| kind.questionnaire.is_some()),
            Needed::Retention => kinds.any(|kind| !kind.retention.is_empty()),
        }
    }
}

/// The folder of kinds.
const KINDS: &str = "policy/kinds";
