//! Closed records that may still have a running deadline, since their kind has a deadline that outlives the state.

use std::collections::BTreeSet;

use super::index::Selection;
use super::material::{unbound, unclosed};
use super::{BookError, View};
use crate::filter::{self, Scope};
use crate::kind::{Kind, Mark};
use crate::record::{Class, Id};

impl View<'_> {
    /// The records of a kind that may ask something of somebody: those that are not closed, and closed ones for which a deadline
    /// may run on. A record in a resting state is left out, unless its kind has deadlines that may run in that state.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn owing(&self, kind: &Kind) -> Result<BTreeSet<Id>, BookError> {
        let states = kind.shape.states().iter().filter(|state| state.class != Class::Closed);
        let resting: Vec<&str> =
            states.clone().filter(|state| state.resting).map(|state| state.name.as_str()).collect();
        if resting.is_empty() || !kind.deadlines.is_empty() {
            return self.unfinished(kind);
        }
        match resting.len() == states.count() {
            true => Ok(BTreeSet::new()),
            false => self.selected(kind, &[unclosed(), format!("state!={}", resting.join(","))]),
        }
    }

    /// The closed records of a kind for which a deadline may still run: of those in a state that it outlives the ones on whose
    /// last start no stop followed.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn outlived(&self, kind: &Kind) -> Result<BTreeSet<Id>, BookError> {
        let mut found = BTreeSet::new();
        for deadline in kind.deadlines.iter().filter(|deadline| !deadline.outlives.is_empty()) {
            let when = deadline.when.as_ref().map_or("", |when| when.text.value.as_str());
            let text = format!("state={} {when}", deadline.outlives.join(","));
            let scope = Scope::rule(self.policy().settings.time_zone);
            let filter = filter::parse(text.trim()).and_then(|expr| expr.bind(kind.name(), self.policy(), &scope));
            let filter = filter.map_err(|error| unbound(kind, &[text], error))?;
            let selection = Selection::of(kind.name()).filtered(&filter);
            // what starts by a date, or by another record, no event of this one tells
            let ids = match events(&deadline.starts) {
                Some([steps, states]) => {
                    let [stops, stopping] = events(&deadline.stops).unwrap_or_default();
                    self.index()?.unstopped(&selection, [&steps, &states], [&stops, &stopping])?
                }
                None => self.index()?.select_ids(&selection)?,
            };
            found.extend(ids);
        }
        Ok(found)
    }
}

/// The steps and the states of marks. `None` if one is neither.
fn events(marks: &[Mark]) -> Option<[Vec<&str>; 2]> {
    let (mut steps, mut states) = (Vec::new(), Vec::new());
    for mark in marks {
        match mark {
            Mark::Step(step) => steps.push(step.as_str()),
            Mark::State(state) => states.push(state.as_str()),
            Mark::Field(_) | Mark::Linked { .. } | Mark::Needs(_) => return None,
        }
    }
    Some([steps, states])
}
