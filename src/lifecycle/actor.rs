//! Who takes a step: the person, a deputy, or somebody who types for the person.

use chrono::NaiveDate;

use crate::policy::{People, Person};
use crate::record::Id;

/// Who asks for a step, and who types it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person who acts: the person of `--as`, else the person who types.
    pub person: Id,
    /// The person at the keyboard, whom git names as author.
    pub typist: Id,
}

impl Actor {
    /// A person who types for themselves.
    pub fn own(person: Id) -> Self {
        Actor { typist: person.clone(), person }
    }

    /// Who typed it, if that is not the person who acts.
    pub fn entered(&self) -> Option<&Id> {
        (self.typist != self.person).then_some(&self.typist)
    }
}

/// How a step is taken: by the actor in person, or as deputy of a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// Who acts.
    pub by: Id,
    /// The principal, if the actor is a deputy.
    pub for_: Option<Id>,
}

impl Hand {
    /// Everybody whose role the actor can use on a day: first the actor, then the people whose deputy the actor is.
    /// The actor must be on the staff.
    pub(super) fn all<'p>(people: &'p People, actor: &'p Id, day: NaiveDate) -> Vec<(Hand, &'p Person)> {
        let own = people.get(actor).map(|person| (Hand { by: actor.clone(), for_: None }, person));
        let principals = people
            .principals(actor, day)
            .map(|person| (Hand { by: actor.clone(), for_: Some(person.id.clone()) }, person));
        own.into_iter().chain(principals).collect()
    }

    /// The actor and the principal.
    pub(super) fn people(&self) -> impl Iterator<Item = &Id> {
        std::iter::once(&self.by).chain(&self.for_)
    }
}
