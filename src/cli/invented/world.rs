//! What an invented book holds so far: the people, and the records that others may name.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::crew::Person;
use crate::book::View;
use crate::demo::Random;
use crate::policy::Policy;
use crate::record::{Id, Record};

/// What exists so far.
pub(super) struct World {
    pub(super) first: NaiveDate,
    pub(super) today: NaiveDate,
    pub(super) random: Random,
    pub(super) crew: Vec<Person>,
    pub(super) by_kind: BTreeMap<String, Vec<Id>>,
    /// The records of a kind that name a record: a client's cases.
    pub(super) of_client: HashMap<(String, Id), Vec<Id>>,
    pub(super) number: usize,
}

impl World {
    pub(super) fn names(&self, policy: &Policy) -> Names {
        let departments = policy.departments.iter().filter(|known| !known.retired);
        let roles = policy.roles.iter().filter(|role| !role.retired && !role.everybody);
        Names {
            people: self.crew.iter().map(|person| person.id.clone()).collect(),
            departments: departments.map(|known| known.name.clone()).collect(),
            roles: roles.map(|role| role.name.clone()).collect(),
        }
    }

    /// Remembers a new record, so that later records can name it.
    pub(super) fn note(&mut self, view: &View<'_>, record: &Record) {
        self.by_kind.entry(record.kind.clone()).or_default().push(record.id.clone());
        for (id, _) in view.policy().references(record) {
            self.of_client.entry((record.kind.clone(), id)).or_default().push(record.id.clone());
        }
    }
}

/// The names from which values are chosen.
pub(super) struct Names {
    pub(super) people: Vec<Id>,
    pub(super) departments: Vec<String>,
    pub(super) roles: Vec<String>,
}

/// A number below 100 that never changes for a record and a purpose.
pub(super) fn draw(id: &Id, salt: &str) -> u64 {
    let bytes = id.as_str().bytes().chain(salt.bytes());
    Random::new(bytes.fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)))).below(100)
}
