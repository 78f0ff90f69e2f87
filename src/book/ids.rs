//! Draws ids that no record has.

use std::cell::RefCell;
use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher, RandomState};

use chrono::NaiveDate;

use super::repo::{Oid, Repo};
use crate::lifecycle::Ids;
use crate::policy::Policy;
use crate::record::{Id, RANDOM_LENGTH};

/// Draws from the system's random numbers.
pub(super) struct Drawn<'b> {
    repo: &'b Repo,
    tip: Option<Oid>,
    policy: &'b Policy,
    given: RefCell<HashSet<Id>>,
    random: RefCell<Box<dyn FnMut() -> [u8; RANDOM_LENGTH] + 'b>>,
}

impl<'b> Drawn<'b> {
    pub(super) fn new(
        repo: &'b Repo,
        tip: Option<Oid>,
        policy: &'b Policy,
        random: Box<dyn FnMut() -> [u8; RANDOM_LENGTH] + 'b>,
    ) -> Self {
        Drawn { repo, tip, policy, given: RefCell::default(), random: RefCell::new(random) }
    }

    fn is_taken(&self, id: &Id) -> bool {
        let Some(kind) = self.policy.kind_of(id) else { return false };
        let path = id.path(&kind.shape.folder);
        let at = |tip| self.repo.entry(tip, &path).is_ok_and(|entry| entry.is_some());
        self.tip.is_some_and(at)
    }
}

impl Ids for Drawn<'_> {
    fn fresh(&self, prefix: &str, date: NaiveDate) -> Id {
        loop {
            let random = (self.random.borrow_mut())();
            // The year of an event is checked when its time is read, and a prefix when the policy is loaded.
            let Ok(id) = Id::coded(prefix, date, random) else { continue };
            if !self.is_taken(&id) && self.given.borrow_mut().insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Five random numbers, from a hash whose keys the standard library takes from the system's randomness each time.
pub(super) fn system_random() -> [u8; RANDOM_LENGTH] {
    let [a, b, c, d, e, ..] = RandomState::new().build_hasher().finish().to_le_bytes();
    [a, b, c, d, e]
}
