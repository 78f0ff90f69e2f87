//! Events that a merge of two clones found no longer possible. They stay in the history of the record, but they have
//! no effect: no state, no value and no deadline follows from them.

use super::{Event, Id, Record, Value};

/// The step of events that a merge adds: a record got another id or number, or it is void because what opened it was
/// overruled.
pub const UNITE: &str = "unite";
/// The step by which people acknowledge that an event of theirs was overruled. Every kind has it.
pub const ACKNOWLEDGE: &str = "acknowledge";

/// An event without effect, with the values that it would have set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overruled {
    /// How many events with effect stand before it in the file.
    pub after: usize,
    /// The event, as the person recorded it. Its `to` and `set` had no effect.
    pub event: Event,
    /// The values that it would have set, as far as they are known. An earlier event of the same clone can have set
    /// values that nobody kept.
    pub values: Vec<(String, Value)>,
}

/// An entry of a record's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'r> {
    /// An event that took effect.
    Event(&'r Event),
    /// An event that did not.
    Overruled(&'r Overruled),
}

impl<'r> Entry<'r> {
    /// What was recorded.
    pub fn event(self) -> &'r Event {
        match self {
            Entry::Event(event) => event,
            Entry::Overruled(overruled) => &overruled.event,
        }
    }
}

impl Record {
    /// The whole history in the order of the file, with the overruled events.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut overruled = self.overruled.iter().peekable();
        let mut at = 0;
        std::iter::from_fn(move || {
            if let Some(next) = overruled.next_if(|next| next.after <= at) {
                return Some(Entry::Overruled(next));
            }
            let event = self.history.get(at)?;
            at += 1;
            Some(Entry::Event(event))
        })
    }

    /// The people who have overruled events that they have not seen yet, each once.
    pub fn uninformed(&self) -> impl Iterator<Item = &Id> {
        let people: std::collections::BTreeSet<&Id> =
            self.overruled.iter().flat_map(|one| one.event.takers()).collect();
        people.into_iter().filter(|person| self.unseen(person).next().is_some())
    }

    /// The overruled events of a person that the person has not acknowledged yet.
    pub fn unseen<'r>(&'r self, person: &'r Id) -> impl Iterator<Item = &'r Overruled> {
        let acknowledges = |event: &Event| event.step == ACKNOWLEDGE && event.takers().any(|taker| taker == person);
        let last = self.history.iter().rposition(acknowledges);
        let seen = move |overruled: &Overruled| last.is_some_and(|last| last >= overruled.after);
        self.overruled.iter().filter(move |one| one.event.takers().any(|taker| taker == person) && !seen(one))
    }
}
