//! The parts of a filter that only the program can answer: flags such as `overdue`, and who holds something.

use std::collections::{BTreeMap, BTreeSet};

use super::unfinished_records;
use crate::book::{BookError, View};
use crate::filter::{Filter, Flag, Holds, Resolver};
use crate::kind::Kind;
use crate::record::Id;

/// The answers to a filter's flags and holders, for every record that may have a duty.
#[derive(Default)]
pub struct Answered {
    flags: BTreeMap<Flag, Vec<Id>>,
    holders: Vec<(Id, Vec<String>)>,
}

impl Answered {
    /// The records that have a flag.
    pub fn flagged(&self, flag: Flag) -> Vec<Id> {
        self.flags.get(&flag).cloned().unwrap_or_default()
    }

    /// The records in which a matching person, role or department holds a duty.
    pub fn held(&self, holds: &Holds) -> Vec<Id> {
        self.holders.iter().filter(|(_, holders)| holds.fits(holders)).map(|(id, _)| id.clone()).collect()
    }
}

/// Computes the flags and holders that a filter asks for. Only records with a possible running deadline or step are
/// looked at.
///
/// # Errors
/// If the index cannot be read.
pub fn answered(view: &View<'_>, kind: &Kind, filter: Option<&Filter>) -> Result<Answered, BookError> {
    let mut found = Answered::default();
    let flags: BTreeSet<Flag> = filter.into_iter().flat_map(Filter::flags).collect();
    let holders = filter.is_some_and(|filter| filter.holders().next().is_some());
    if flags.is_empty() && !holders {
        return Ok(found);
    }
    for record in unfinished_records(view, kind)? {
        for flag in &flags {
            if view.flag(&record, *flag)? {
                found.flags.entry(*flag).or_default().push(record.id.clone());
            }
        }
        if holders {
            found.holders.push((record.id.clone(), view.holders(&record)?));
        }
    }
    Ok(found)
}
