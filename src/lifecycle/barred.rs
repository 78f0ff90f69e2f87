//! The people whom four eyes bar besides the person who took a step: those who wrote the values of that step, and the
//! holders of a missed deadline.

use std::collections::BTreeSet;

use super::entitled::Case;
use super::{Lookup, Staffing, deadlines};
use crate::calendar::Outcome;
use crate::filter::Unanswered;
use crate::kind::Bar;
use crate::record::{Event, FieldId, Id, Type};

impl Case<'_> {
    /// Whether the record has reached the point at which a rule of four eyes applies.
    ///
    /// # Errors
    /// If the deadlines of the record cannot be computed.
    pub(super) fn has_come_to(
        &self,
        bar: &Bar,
        staffing: Staffing<'_>,
        lookup: &dyn Lookup,
    ) -> Result<bool, Unanswered> {
        if bar.once.is_empty() && !bar.missed {
            return Ok(true);
        }
        let history = self.record.map(|record| record.history.as_slice()).unwrap_or_default();
        if bar.once.iter().any(|step| history.iter().any(|event| event.step == step.value)) {
            return Ok(true);
        }
        Ok(bar.missed && self.missed(staffing, lookup, &|_, _| Some(()))?.is_some())
    }

    /// Which of these people holds a missed deadline of the record, and that deadline: the one with this name, or
    /// any.
    ///
    /// # Errors
    /// If the deadlines of the record cannot be computed.
    pub(super) fn late(
        &self,
        staffing: Staffing<'_>,
        lookup: &dyn Lookup,
        named: Option<&str>,
        eyes: &BTreeSet<&Id>,
    ) -> Result<Option<(Id, String)>, Unanswered> {
        let day = staffing.day();
        self.missed(staffing, lookup, &|deadline, held| {
            let meant = named.is_none_or(|named| named == deadline);
            let person = eyes.iter().find(|person| meant && held.is_for(person, staffing.people, day));
            person.map(|person| ((*person).clone(), deadline.to_owned()))
        })
    }

    /// Returns the first result of `find` for a missed deadline of the company.
    fn missed<T>(
        &self,
        staffing: Staffing<'_>,
        lookup: &dyn Lookup,
        find: &dyn Fn(&str, &super::Held) -> Option<T>,
    ) -> Result<Option<T>, Unanswered> {
        let Some(record) = self.record else { return Ok(None) };
        let older = lookup.rules(record)?;
        let Staffing { policy, people, now } = staffing;
        let rules = older.as_deref().unwrap_or(policy);
        let standings = deadlines::deadlines(rules, policy, people, record, lookup, now)?;
        let own = standings.runs().filter(|(standing, _)| !standing.deadline.outside);
        let mut breached = own.filter(|(_, run)| run.outcome == Outcome::Breached);
        Ok(breached.find_map(|(standing, _)| find(&standing.deadline.name, &standing.held)))
    }

    /// Which of these people wrote a field of the barred step that this step approves, and the field. It counts the
    /// last writer of each such field, and everybody who wrote it since the barred step was taken before. Values that
    /// rules filled in have no writer.
    pub(super) fn writer(&self, barred: &str, eyes: &BTreeSet<&Id>) -> Option<(Id, String)> {
        let history = self.record.map(|record| record.history.as_slice()).unwrap_or_default();
        let mut times = history.iter().enumerate().filter(|(_, event)| event.step == barred).map(|(at, _)| at).rev();
        // counts from the time before last
        times.next();
        let since = times.next().map_or(0, |at| at + 1);
        self.approved(barred).into_iter().find_map(|field| {
            let name = &self.kind.field(field).name;
            let wrote = |event: &&Event| event.via.is_none() && event.set.contains(name);
            let last = history.iter().rfind(wrote);
            let found = history[since..].iter().filter(wrote).chain(last).flat_map(Event::people);
            let person = found.into_iter().find(|person| eyes.contains(person))?;
            Some((person.clone(), name.clone()))
        })
    }

    /// The fields that a step asks for or seals, and that this step approves: it seals them, or decides on their
    /// amount. Fields of lines with owners of their own belong to those owners.
    fn approved(&self, barred: &str) -> BTreeSet<FieldId> {
        let kind = self.kind;
        let mut covers: BTreeSet<FieldId> = self.step.seals.iter().copied().collect();
        let owned = |list: FieldId, inner: FieldId| {
            kind.guards.iter().any(|guard| guard.path == [list, inner] && !guard.by.is_empty())
        };
        covers
            .extend(self.step.seals_within.iter().filter(|(list, inner)| !owned(*list, *inner)).map(|(list, _)| *list));
        let amount = self.step.authority.as_ref().and_then(|named| kind.amounts.get(&named.value));
        let valued = amount.into_iter().flat_map(|amount| &amount.of).filter_map(crate::kind::AmountOf::field);
        covers.extend(valued);
        let about = kind.steps_named(barred).flat_map(|step| {
            let asked = step.asks.iter().map(|ask| ask.field);
            asked.chain(step.seals.iter().copied()).chain(step.seals_within.iter().map(|(list, _)| *list))
        });
        let about: BTreeSet<FieldId> = about.collect();
        covers.intersection(&about).copied().filter(|field| !matches!(kind.field(*field).ty, Type::File)).collect()
    }
}
