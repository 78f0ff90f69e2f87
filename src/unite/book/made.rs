//! A new record of the second line as it was when it was made.

use std::collections::BTreeSet;

use crate::kind::{IMPORT, Kind};
use crate::record::{Event, Record, entered};

/// A record with the events that made it.
pub(super) struct Made {
    /// The record, as far as later events kept the values that it had.
    pub(super) record: Record,
    /// What it was made with and nobody kept. The record has the last values.
    pub(super) lost: BTreeSet<String>,
}

impl Made {
    /// `None` if the record has no event.
    pub(super) fn of(kind: &Kind, last: &Record) -> Option<Made> {
        // an import makes a record by several events
        let imports = last.history.iter().take_while(|event| event.step == IMPORT && event.via.is_none()).count();
        let (making, later) = last.history.split_at_checked(imports.max(1))?;
        let state = entered(making).and_then(|event| event.to.clone()).unwrap_or_else(|| last.state.clone());
        let mut record = Record { state, history: making.to_vec(), overruled: Vec::new(), ..last.clone() };
        let mut lost = BTreeSet::new();
        for name in later.iter().flat_map(|event| &event.set).collect::<BTreeSet<&String>>() {
            let sets = |event: &&Event| event.set.contains(name);
            let was = later.iter().find(sets).and_then(|event| event.was.iter().find(|(was, _)| was == name));
            let given = making.iter().any(|event| sets(&event));
            match (was, kind.shape.field_id(name)) {
                (Some((_, value)), Some(field)) => record.fields.set(field, value.clone()),
                (None, _) if given => drop(lost.insert(name.clone())),
                (None, Some(field)) => record.fields.clear(field),
                (_, None) => {
                    let known = record.fields.unknown().iter().filter(|unknown| unknown.key != *name);
                    let known = known.cloned().collect();
                    record.fields.keep(known);
                }
            }
        }
        Some(Made { record, lost })
    }
}
