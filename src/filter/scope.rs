//! What a filter is bound against: the shapes of kinds, people and records that are known by name, the zone, and today
//! if the filter may depend on it.

use chrono::NaiveDate;

use super::Rollup;
use super::typed::Named;
use crate::calendar::{Calendar, Moment, Zone};
use crate::locale::Label;
use crate::record::{FieldId, Shape};

/// The kinds that a filter's names are looked up in.
pub trait Shapes {
    /// The shape of the kind of this name.
    fn shape(&self, kind: &str) -> Option<&Shape>;

    /// The names of all kinds, for references that may lead to any, and for what was meant.
    fn kinds(&self) -> Vec<&str>;

    /// The states that a milestone of a kind stands for.
    fn milestone(&self, kind: &str, name: &str) -> Option<&[String]>;

    /// The names of a kind's milestones.
    fn milestones(&self, kind: &str) -> Vec<&str>;

    /// What the records of a kind have from others that name them or are alike to them.
    fn rollups(&self, kind: &str) -> &[Rollup] {
        let _ = kind;
        &[]
    }

    /// The condition of a kind that a word names, by its name or label.
    fn condition(&self, kind: &str, word: &str) -> Option<Named> {
        let _ = (kind, word);
        None
    }

    /// The names of a kind's conditions.
    fn conditions(&self, kind: &str) -> Vec<String> {
        let _ = kind;
        Vec::new()
    }

    /// The kind whose records are people, so that a path can go on through a person: `assignee.department`.
    fn people(&self) -> Option<&str> {
        None
    }

    /// Whether a word for a time, such as `mon`, is looked for ahead in a field: what a deadline goes by is, what has happened
    /// lies behind.
    fn looks_ahead(&self, kind: &str, field: FieldId) -> bool {
        let _ = (kind, field);
        false
    }

    /// The ids of the records or people whose name, phone or e-mail address holds `part`. Nothing if that cannot be asked,
    /// as in rules, which mean the same in every book.
    fn holding(&self, wanted: Wanted<'_>, part: &str) -> Option<Vec<String>> {
        let _ = (wanted, part);
        None
    }

    /// What to say of a text by which no record or person of the book is known: what is wrong, and what is near. `None` if one is
    /// known by it, or that cannot be asked.
    fn lost(&self, wanted: Wanted<'_>, text: &str) -> Option<(Label, Option<Label>)> {
        let _ = (wanted, text);
        None
    }

    /// The stored names or ids of what is called `text`: by a label, a whole name, a phone number. Several may be, and any of them
    /// then fits. Called only for texts that are no stored name themselves, or may be both.
    fn called(&self, wanted: Wanted<'_>, text: &str) -> Vec<String> {
        let _ = (wanted, text);
        Vec::new()
    }
}

/// What a name is looked for among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted<'k> {
    /// Records of these kinds; of any, where none is named.
    Record(&'k [String]),
    /// People.
    Person,
    /// Roles.
    Role,
    /// Departments.
    Department,
}

/// Where a filter stands: in a rule, which means the same on every day and for every reader, or in a question.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'c> {
    /// The zone whose days periods are made of.
    pub(crate) zone: Zone,
    /// What `last-month` and `2wd` are seen from; a rule has none.
    pub(crate) asked: Option<Asked<'c>>,
    /// Whether the reader sees nothing private, so that only whole values of it are compared.
    pub(crate) masked: bool,
}

/// When a question is asked, and by which working time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'c> {
    pub(crate) now: Moment,
    pub(crate) calendar: &'c Calendar,
}

impl<'c> Scope<'c> {
    /// For conditions in policy files: no flags, no periods and times as seen from today.
    pub fn rule(zone: Zone) -> Self {
        Scope { zone, asked: None, masked: false }
    }

    /// For what a user asks at `now`; words for times are read as everywhere, by this calendar.
    pub fn question(zone: Zone, calendar: &'c Calendar, now: Moment) -> Self {
        Scope { zone, asked: Some(Asked { now, calendar }), masked: false }
    }

    /// For a reader who sees nothing private.
    #[must_use]
    pub fn masked(self, masked: bool) -> Self {
        Scope { masked, ..self }
    }

    pub(crate) fn today(&self) -> Option<NaiveDate> {
        self.asked.map(|asked| self.zone.date(asked.now))
    }
}
