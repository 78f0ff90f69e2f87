//! A company's rule book, loaded from its files: kinds, people, authority, acting, calendars. Every name in it is
//! known to exist, so that names cannot cause errors at run time.

mod acting;
mod amount;
mod authority;
mod callbacks;
mod called;
mod compiled;
mod control;
mod deductions;
mod departments;
mod forms;
mod grades;
mod kinds;
mod load;
mod naming;
pub mod new_kind;
mod notices;
mod people;
pub mod preset;
mod recording;
mod recurring;
mod reports;
mod roles;
mod seats;
mod settings;
mod sharing;
mod signs;
mod sources;
mod staff;
mod sums;
mod superiors;

pub use acting::Acting;
pub use amount::{amount, granted, line_called};
pub use authority::{Authority, Row};
pub use callbacks::{CallbackFields, Callbacks, Campaign, LeftOut, Question, Rhythm, Taken};
pub use control::{Control, ControlRow};
pub use deductions::{Cap, Cause, Concerned, Deducted, Deductions, Much, Pay, Rule, SanctionFields, WageCap};
pub use departments::{Department, Departments};
pub use forms::{Form, FormCopy, Forms, FormsHome};
pub use grades::{GradeRow, Grades, Grading};
pub use kinds::{Kinds, Rows};
pub use load::{CALENDAR, Invalid};
pub use notices::{NoticeFields, NoticeLines, NoticeRule, Notices, Occasion};
pub use people::{Deputy, People, Person, Tenure, Term};
pub use recording::{Late, Recording};
pub use recurring::{Copied, Cycle, DutyHolder, Each, Except, Recurring, RecurringDuty};
pub use reports::{
    Breakdown, CaseRules, ClosingRules, ComplaintRate, Denominator, Lots, MeasureRules, Recurrence, Remedies, Repeats,
    Reporting, Satisfaction, Volume,
};
pub use roles::{Role, Roles};
pub use seats::Seat;
pub use settings::{ATTACHMENT_MEGABYTES, BETWEEN_FROM, Clock, Company, FORMAT, Settings};
pub use sharing::{Band, Measure, Recovery, Responsible, Sharing, Vacant};
pub use signs::{Remedy, Sign, Signs};
pub use sources::{FILES, FOLDERS, SOURCE_FOLDERS, Sources};
pub use staff::{STAFF, Staff};
pub use sums::{Sum, SumOf, Summand, Unit};
pub use superiors::{sharers, superiors};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::Calendars;
use crate::filter::Wanted;
use crate::kind::{Astray, Kind, Path};
use crate::record::{FieldId, Id, Record, Shape};

/// The rule book of one commit.
#[derive(Debug, Serialize, Deserialize)]
pub struct Policy {
    /// The short id of the git tree of `policy/`, which records keep as `rules`. Empty for a policy that is not in a
    /// commit.
    pub id: String,
    /// `redress.toml`.
    pub settings: Settings,
    /// Every kind by its name.
    #[serde(skip)]
    pub kinds: Kinds,
    /// The roles; empty if the company declares none.
    pub roles: Roles,
    /// The departments; empty if the company declares none.
    pub departments: Departments,
    /// Working time.
    pub calendars: Arc<Calendars>,
    /// Who decides what: the tables by name.
    pub authority: BTreeMap<String, Authority>,
    /// Who may act as whom.
    pub acting: Acting,
    /// Who may change the rules.
    pub control: Control,
    /// How late something may be noted, and until when it can be taken back.
    pub recording: Recording,
    /// Which clients are called back, and what they are asked.
    pub callbacks: Callbacks,
    /// Which duties come back by themselves.
    pub recurring: Recurring,
    /// How records are graded.
    pub grades: Grades,
    /// Which records give warning.
    pub signs: Signs,
    /// The losses of a case, and who bears them.
    pub sharing: Sharing,
    /// What is deducted, and how much in a month.
    pub deductions: Deductions,
    /// The rules by which reports count.
    pub reports: Reporting,
    /// When notices are due.
    pub notices: Notices,
    /// Which forms are printed.
    pub forms: Forms,
}

impl Policy {
    /// The kind of a name.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.get(name)
    }

    /// The path that a word means for records of a shape, through references and into the lines of lists.
    ///
    /// # Errors
    /// If a name in it is not a field of what it has reached.
    pub fn path_from(&self, shape: &Shape, word: &str) -> Result<Path, Astray> {
        let known = |kinds: &[String]| -> Vec<&Shape> {
            let found: Vec<&Kind> = match kinds.is_empty() {
                true => self.kinds.values().collect(),
                false => kinds.iter().filter_map(|name| self.find_kind(name)).collect(),
            };
            found.into_iter().map(|kind| &kind.shape).collect()
        };
        let rolled = |shape: &Shape, word: &str| {
            let found = self.kind(&shape.name)?.find_rollup(word)?;
            Some((found.name.clone(), found.label.clone()))
        };
        Path::read(word, shape, &known, &rolled)
    }

    /// The kind with this name, or with this label in any language, regardless of case. English labels may be in the
    /// plural.
    pub fn find_kind(&self, word: &str) -> Option<&Kind> {
        let plural = |kind: &&Kind| {
            let singular = word.to_lowercase();
            kind.shape.folder == singular || singular.strip_suffix('s').is_some_and(|one| kind.shape.label.matches(one))
        };
        self.kind(word)
            .or_else(|| self.kinds.values().find(|kind| kind.shape.label.matches(word)))
            .or_else(|| self.kinds.values().find(|kind| kind.also.iter().any(|also| also == word)))
            .or_else(|| self.kinds.values().find(plural))
    }

    /// The kind with ids of this form.
    pub fn kind_of(&self, id: &Id) -> Option<&Kind> {
        let prefix = id.prefix().unwrap_or_default();
        self.kinds.with_prefix(prefix)
    }

    /// The kind and the id of the record whose file this is. `None` if it is the file of no record.
    pub fn kind_at(&self, path: &str) -> Option<(&Kind, Id)> {
        let (folder, id) = Id::of_path(path)?;
        let kind = self.kind_of(&id).filter(|kind| kind.shape.folder == folder)?;
        Some((kind, id))
    }

    /// Every record to which a record refers, each with the path of the referring field. Empty if its kind is
    /// unknown.
    pub fn references(&self, record: &Record) -> Vec<(Id, String)> {
        self.kind(&record.kind).map(|kind| record.fields.references(&kind.shape)).unwrap_or_default()
    }

    /// Whether a record refers to another one.
    pub fn refers(&self, record: &Record, to: &Id) -> bool {
        self.references(record).iter().any(|(id, _)| id == to)
    }

    /// Whether a record was registered by mistake. Reports do not count it, and rules treat it as absent.
    pub fn is_void(&self, record: &Record) -> bool {
        self.kind(&record.kind).is_some_and(|kind| kind.shape.is_void(&record.state))
    }

    /// Whether a record was merged into another one, which counts in its place everywhere.
    pub fn is_merged(&self, record: &Record) -> bool {
        self.kind(&record.kind).is_some_and(|kind| kind.merged_into(record).is_some())
    }

    /// The field that says into which record a record was merged, if its kind has one.
    pub fn merged_by(&self, record: &Record) -> Option<FieldId> {
        self.kind(&record.kind)?.shape.merged_by
    }

    /// The kind with this folder.
    pub fn kind_in(&self, folder: &str) -> Option<&Kind> {
        self.kinds.in_folder(folder)
    }
}

impl crate::filter::Shapes for Policy {
    fn shape(&self, kind: &str) -> Option<&Shape> {
        self.kind(kind).map(|kind| &kind.shape)
    }

    fn kinds(&self) -> Vec<&str> {
        self.kinds.keys().map(String::as_str).collect()
    }

    fn milestone(&self, kind: &str, name: &str) -> Option<&[String]> {
        self.kind(kind)?.milestone(name).map(|milestone| milestone.states.as_slice())
    }

    fn milestones(&self, kind: &str) -> Vec<&str> {
        self.kind(kind).into_iter().flat_map(|kind| &kind.milestones).map(|m| m.name.as_str()).collect()
    }

    fn rollups(&self, kind: &str) -> &[crate::filter::Rollup] {
        self.kind(kind).map(|kind| kind.rollups.as_slice()).unwrap_or_default()
    }

    fn condition(&self, kind: &str, word: &str) -> Option<crate::filter::Named> {
        self.kind(kind)?.condition(word).cloned()
    }

    fn conditions(&self, kind: &str) -> Vec<String> {
        self.kind(kind).into_iter().flat_map(|kind| &kind.conditions).map(|named| named.name.clone()).collect()
    }

    fn people(&self) -> Option<&str> {
        self.kinds.contains_key(STAFF).then_some(STAFF)
    }

    fn looks_ahead(&self, kind: &str, field: FieldId) -> bool {
        self.kind(kind).is_some_and(|kind| kind.looks_ahead().any(|ahead| ahead == field))
    }

    /// Roles and departments by label. Only the book can find people and records.
    fn called(&self, wanted: Wanted<'_>, text: &str) -> Vec<String> {
        let found = match wanted {
            Wanted::Role => self.roles.find(text).map(|role| &role.name),
            Wanted::Department => self.departments.find(text).map(|department| &department.name),
            Wanted::Record(_) | Wanted::Person => None,
        };
        found.into_iter().cloned().collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
