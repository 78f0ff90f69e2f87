//! What a filter is bound against: the shapes of kinds, names of people and records, the zone, and today if the
//! filter may depend on it.

use chrono::NaiveDate;

use super::Rollup;
use super::typed::Named;
use crate::calendar::{Calendar, Moment, Zone};
use crate::locale::Label;
use crate::record::{FieldId, Shape};

/// The kinds in which a filter's names are looked up.
pub trait Shapes {
    /// The shape of the kind of this name.
    fn shape(&self, kind: &str) -> Option<&Shape>;

    /// The names of all kinds, for references to any kind and for suggestions.
    fn kinds(&self) -> Vec<&str>;

    /// The states that a milestone of a kind stands for.
    fn milestone(&self, kind: &str, name: &str) -> Option<&[String]>;

    /// The names of a kind's milestones.
    fn milestones(&self, kind: &str) -> Vec<&str>;

    /// The values that records of a kind get from other records.
    fn rollups(&self, kind: &str) -> &[Rollup] {
        let _ = kind;
        &[]
    }

    /// The condition of a kind with this name or label.
    fn condition(&self, kind: &str, word: &str) -> Option<Named> {
        let _ = (kind, word);
        None
    }

    /// The names of a kind's conditions.
    fn conditions(&self, kind: &str) -> Vec<String> {
        let _ = kind;
        Vec::new()
    }

    /// The kind whose records are people. It lets a path continue through a person: `assignee.department`.
    fn people(&self) -> Option<&str> {
        None
    }

    /// Whether a word for a time, such as `mon`, means the next one in this field. It does for promised times, and
    /// not for times of what has happened.
    fn looks_ahead(&self, kind: &str, field: FieldId) -> bool {
        let _ = (kind, field);
        false
    }

    /// The ids of the records or people whose name, phone or e-mail address contains `part`. `None` if this cannot be
    /// asked, as in rules, which mean the same in every book.
    fn holding(&self, wanted: Wanted<'_>, part: &str) -> Option<Vec<String>> {
        let _ = (wanted, part);
        None
    }

    /// The error for a text that matches no record or person of the book, and a suggestion. `None` if something
    /// matches, or if this cannot be asked.
    fn lost(&self, wanted: Wanted<'_>, text: &str) -> Option<(Label, Option<Label>)> {
        let _ = (wanted, text);
        None
    }

    /// The stored names or ids of everything called `text`: by label, whole name or phone number. If there are
    /// several, any of them fits. It is called only for texts that are not a stored name, or may be both.
    fn called(&self, wanted: Wanted<'_>, text: &str) -> Vec<String> {
        let _ = (wanted, text);
        Vec::new()
    }
}

/// What a name is searched among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'k> {
    /// Records of these kinds; if the list is empty, of any kind.
    Record(&'k [String]),
    /// People.
    Person,
    /// Roles.
    Role,
    /// Departments.
    Department,
}

/// Where a filter is used: in a rule, which means the same on every day and for every reader, or in a question.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'c> {
    /// The zone whose days make up periods.
    pub(crate) zone: Zone,
    /// The moment from which `last-month` and `2wd` are counted; `None` in a rule.
    pub(crate) asked: Option<Asked<'c>>,
    /// Whether the reader may not see private values, and so may only compare whole ones.
    pub(crate) masked: bool,
}

/// The moment of a question, and the calendar of its working time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'c> {
    pub(crate) now: Moment,
    pub(crate) calendar: &'c Calendar,
}

impl<'c> Scope<'c> {
    /// For conditions in policy files: no flags, periods, or times relative to today.
    pub fn rule(zone: Zone) -> Self {
        Scope { zone, asked: None, masked: false }
    }

    /// For questions that a user asks at `now`; words for times use this calendar.
    pub fn question(zone: Zone, calendar: &'c Calendar, now: Moment) -> Self {
        Scope { zone, asked: Some(Asked { now, calendar }), masked: false }
    }

    /// The same for a reader who may or may not see private values.
    #[must_use]
    pub fn masked(self, masked: bool) -> Self {
        Scope { masked, ..self }
    }

    pub(crate) fn today(&self) -> Option<NaiveDate> {
        self.asked.map(|asked| self.zone.date(asked.now))
    }
}
