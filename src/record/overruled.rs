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

    /// Whether a merge has made it what it is: an event without effect, or one that the merge added.
    fn is_of_merge(self) -> bool {
        matches!(self, Entry::Overruled(_)) || self.event().step == UNITE
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

    /// The people whose work a merge has changed and who have not acknowledged it yet, each once.
    pub fn uninformed(&self) -> impl Iterator<Item = &Id> {
        let all = self.entries().filter(|entry| entry.is_of_merge());
        let people: std::collections::BTreeSet<&Id> = all.flat_map(|entry| entry.event().takers()).collect();
        people.into_iter().filter(|person| self.unseen(person).next().is_some())
    }

    /// What merges have changed of a person's work and the person has not acknowledged yet: overruled events, and
    /// those by which the record got another id or number or is void.
    pub fn unseen<'r>(&'r self, person: &'r Id) -> impl Iterator<Item = Entry<'r>> {
        let acknowledges = |event: &Event| event.step == ACKNOWLEDGE && event.takers().any(|taker| taker == person);
        let last = self.history.iter().rposition(acknowledges);
        let mut before = 0;
        self.entries().filter(move |entry| {
            let seen = last.is_some_and(|last| last >= before);
            before += usize::from(matches!(entry, Entry::Event(_)));
            !seen && entry.is_of_merge() && entry.event().takers().any(|taker| taker == person)
        })
    }
}
