//! What a merge has to tell the people whose work it moved.

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
        /// The other record whose change by the first line stood in its way. `None` if it was the record itself, or if
        /// several records were.
        because: Option<Id>,
    },
    /// Both lines decided on a field, and neither knew of the other. The event of the second line has effect.
    Replaced {
        /// The record.
        id: Id,
        /// The event of the first line.
        first: Box<Event>,
        /// The event of the second line.
        second: Box<Event>,
        /// The fields on which both decided. If only some rows of a list are other ones, these rows, from 1 on.
        fields: Vec<(String, Vec<usize>)>,
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
        /// The record of the first line that has the number, if it is known.
        first: Option<Id>,
    },
    /// What one line took back has not been taken back, because the other line had it already.
    Kept {
        /// The record.
        id: Id,
    },
    /// Both lines made the same record under one key; that of the first line stays.
    Same {
        /// The record that is no longer there.
        gone: Id,
        /// The record that stays.
        stays: Id,
    },
    /// A record of the second line is void: what made or opened it was overruled, or the first line used its key.
    Voided {
        /// The record.
        id: Id,
        /// The overruled step as `ID#step`, or the record of the first line that has the key.
        by: String,
        /// The other record whose change by the first line overruled the step that made this one.
        because: Option<Id>,
    },
    /// As [`Told::Voided`], but the record's kind has no void state, so the record stands.
    Doubted {
        /// The record.
        id: Id,
        /// The step or the record, as in [`Told::Voided`].
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
            Told::Replaced { .. } => "replaced",
            Told::Renamed { .. } => "renamed",
            Told::Renumbered { .. } => "renumbered",
            Told::Kept { .. } => "kept",
            Told::Same { .. } => "same",
            Told::Voided { .. } => "voided",
            Told::Doubted { .. } => "doubted",
            Told::Refiled { .. } => "refiled",
        }
    }

    /// The record that it is about, as it is called after the merge.
    pub fn about(&self) -> &Id {
        match self {
            Told::Overruled { id, .. } | Told::Replaced { id, .. } | Told::Renumbered { id, .. } => id,
            Told::Voided { id, .. } | Told::Doubted { id, .. } | Told::Refiled { id, .. } => id,
            Told::Renamed { to, .. } => to,
            Told::Kept { id } => id,
            Told::Same { stays, .. } => stays,
        }
    }
}
