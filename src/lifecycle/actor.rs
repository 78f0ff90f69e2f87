//! Who takes a step: in person, as a deputy, or through somebody who types.

use chrono::NaiveDate;

use crate::policy::{People, Person};
use crate::record::Id;

/// Whose request it is and who types it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person who acts: `--as`, or who types.
    pub person: Id,
    /// The person at the keyboard, whom git names as author.
    pub typist: Id,
}

impl Actor {
    /// Somebody who types for themselves.
    pub fn own(person: Id) -> Self {
        Actor { typist: person.clone(), person }
    }

    /// Who typed it, where that is somebody else.
    pub fn entered(&self) -> Option<&Id> {
        (self.typist != self.person).then_some(&self.typist)
    }
}

/// The hand by which a step is taken: the actor's own, or as deputy of a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// Who acts.
    pub by: Id,
    /// For whom.
    pub for_: Option<Id>,
}

impl Hand {
    /// Everybody whose role the actor, who is of the staff, can use on a day: first the actor, then those for whom the actor is
    /// deputy.
    pub(super) fn all<'p>(people: &'p People, actor: &'p Id, day: NaiveDate) -> Vec<(Hand, &'p Person)> {
        let own = people.get(actor).map(|person| (Hand { by: actor.clone(), for_: None }, person));
        let principals = people
            .principals(actor, day)
            .map(|person| (Hand { by: actor.clone(), for_: Some(person.id.clone()) }, person));
        own.into_iter().chain(principals).collect()
    }

    /// Both people of the hand.
    pub(super) fn people(&self) -> impl Iterator<Item = &Id> {
        std::iter::once(&self.by).chain(&self.for_)
    }
}
