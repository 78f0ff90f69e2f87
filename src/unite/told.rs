//! What a merge has to tell the people whose work it moved.

use crate::label;
use crate::locale::Label;
use crate::locale::messages::MergeText as Text;
use crate::policy::{People, Policy};
use crate::record::{Event, Id};

/// Something that a merge did besides taking what each line has recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// An event of the second line has no effect.
    Overruled {
        /// The record.
        id: Id,
        /// The event, as its line recorded it.
        event: Box<Event>,
    },
    /// Both lines had drawn the same id; the record of the second line has another one.
    Renamed {
        /// The id that the record of the first line keeps.
        from: Id,
        /// The id that the record of the second line has now.
        to: Id,
    },
    /// Both lines had given the same running number; the record of the second line has another one.
    Renumbered {
        /// The record.
        id: Id,
        /// Its number before.
        from: String,
        /// Its number now.
        to: String,
    },
    /// Both lines made the same record under one key; that of the first line stays.
    Same {
        /// The record that is no longer there.
        gone: Id,
        /// The record that stays.
        stays: Id,
    },
    /// A record of the second line is void: what opened it was overruled, or the first line used its key.
    Voided {
        /// The record.
        id: Id,
        /// The overruled step as `ID#step`, or the record of the first line that has the key.
        by: String,
    },
    /// Both lines filed another content under one name; the file of the second line has another name.
    Refiled {
        /// The record to which the file belongs.
        id: Id,
        /// Its name before.
        from: String,
        /// Its name now.
        to: String,
    },
}

impl Told {
    /// A short name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Told::Overruled { .. } => "overruled",
            Told::Renamed { .. } => "renamed",
            Told::Renumbered { .. } => "renumbered",
            Told::Same { .. } => "same",
            Told::Voided { .. } => "voided",
            Told::Refiled { .. } => "refiled",
        }
    }

    /// The record that it is about, as it is called after the merge.
    pub fn about(&self) -> &Id {
        match self {
            Told::Overruled { id, .. } | Told::Renumbered { id, .. } => id,
            Told::Voided { id, .. } | Told::Refiled { id, .. } => id,
            Told::Renamed { to, .. } => to,
            Told::Same { stays, .. } => stays,
        }
    }

    /// What happened, in one sentence.
    pub fn label(&self, policy: &Policy, people: &People) -> Label {
        match self {
            Told::Overruled { id, event } => {
                let kind = policy.kind_of(id);
                let step = kind.and_then(|kind| kind.step_label(&event.step, None)).cloned();
                let step = step.unwrap_or_else(|| Label::new(event.step.as_str(), event.step.as_str()));
                let name = people.get(&event.by).map(|person| &person.name);
                let by = name.map_or_else(|| event.by.to_string(), |name| format!("{name} ({})", event.by));
                label!(Text::Overruled, id = id, by = by; step = step)
            }
            Told::Renamed { from, to } => label!(Text::Renamed, from = from, to = to),
            Told::Renumbered { id, from, to } => label!(Text::Renumbered, id = id, from = from, to = to),
            Told::Same { gone, stays } => label!(Text::Same, gone = gone, stays = stays),
            Told::Voided { id, by } if by.contains('#') => label!(Text::Voided, id = id, by = by),
            Told::Voided { id, by } => label!(Text::VoidedByKey, id = id, by = by),
            Told::Refiled { id, from, to } => label!(Text::Refiled, id = id, from = from, to = to),
        }
    }
}
