//! What a filter is bound against: the shapes of kinds, whoever is known by name, the zone, and whether there is a today.

use chrono::NaiveDate;

use crate::calendar::{Moment, Zone};
use crate::record::Shape;

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

    /// The kind whose records are people, so that a path can go on through a person: `assignee.department`.
    fn people(&self) -> Option<&str> {
        None
    }

    /// The stored names or ids of whatever is called `text`: by a label, a whole name, a phone number. Several may be, and
    /// any of them then fits. Called only for texts that are no stored name themselves, or may be both.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// The zone whose days periods are made of.
    pub(crate) zone: Zone,
    /// The day that `last-month` is seen from; a rule has none.
    pub(crate) today: Option<NaiveDate>,
}

impl Scope {
    /// For conditions in policy files: no flags, no periods as seen from today.
    pub fn rule(zone: Zone) -> Self {
        Scope { zone, today: None }
    }

    /// For what a user asks at `now`.
    pub fn question(zone: Zone, now: Moment) -> Self {
        Scope { zone, today: Some(zone.date(now)) }
    }
}
