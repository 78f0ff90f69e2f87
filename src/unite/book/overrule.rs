//! Finds the events of the second line without effect, and what followed from them.

use std::collections::{BTreeMap, BTreeSet};

use super::Book;
use super::again::{Denied, Judges, Version};
use super::around::Around;
use super::made::Made;
use super::side::Side;
use crate::calendar::Moment;
use crate::lifecycle::Bench;
use crate::record::{Event, Id, Record, UNITE};

impl<'b> Book<'b> {
    /// Finds the events of the second line without effect, and what followed from them: records that they made or
    /// opened are void, steps that they caused have no effect either.
    pub(super) fn overrule(&mut self) {
        loop {
            self.people();
            let mut more = self.taken_again();
            more |= self.unmake();
            let causes = self.without_effect();
            for (id, side) in &self.second.sides {
                let Some(record) = &side.record else { continue };
                for (at, event) in record.history.iter().enumerate().skip(side.old_events()) {
                    let Some(via) = event.via.as_deref().filter(|_| event.step != UNITE) else { continue };
                    if !causes.contains(&(via.to_owned(), event.recorded())) {
                        continue;
                    }
                    more |= match at == 0 && side.is_new() {
                        true => self.cause.insert(id.clone(), via.to_owned()).is_none(),
                        false => self.barred.entry(id.clone()).or_default().insert(at),
                    };
                }
            }
            if !more {
                return;
            }
        }
    }

    /// The records as the second line left them.
    fn known(&self) -> Around<'b> {
        let base = self.first.sides.iter().map(|(id, side)| (id.clone(), side.base.clone()));
        let own = self.second.sides.iter().map(|(id, side)| (id.clone(), side.record.clone()));
        Around::new(self.policy, self.contents, base.chain(own))
    }

    /// The records of the merged book, as far as it is known which events have no effect.
    fn merged(&self) -> Around<'b> {
        let one = self.first.sides.iter().map(|(id, side)| (id.clone(), side.record.clone()));
        let other = self.second.sides.iter().map(|(id, side)| (id.clone(), self.standing(id, side)));
        Around::new(self.policy, self.contents, one.chain(other))
    }

    /// A record of the second line as it is in the merged book. `None` if it is void because what made it has no
    /// effect, or if it cannot be read.
    fn standing(&self, id: &Id, side: &Side) -> Option<Record> {
        let record = self.united(id, side).map(|united| united.record).or_else(|| side.record.clone())?;
        let void = self.cause.contains_key(id) && self.kind(&record).is_some_and(super::has_void);
        (!void).then_some(record)
    }

    /// Finds out who the staff of the merged book are.
    fn people(&mut self) {
        let changed: Vec<(Id, Option<Record>)> = self
            .second
            .sides
            .iter()
            .filter(|(id, _)| id.is_person())
            .map(|(id, side)| (id.clone(), self.standing(id, side)))
            .collect();
        self.staffs.merge(self.policy, changed);
    }

    /// Takes the events of the second line again. Returns whether more of them have no effect than before.
    fn taken_again(&mut self) -> bool {
        let kind = |side: &Side| self.kind(side.record.as_ref()?);
        let own = |id: &Id| self.first.sides.get(id);
        let made: BTreeMap<&Id, Made> = self
            .second
            .sides
            .iter()
            .filter(|(id, side)| side.is_new() && own(id).is_none() && !self.cause.contains_key(*id))
            .filter_map(|(id, side)| Some((id, Made::of(kind(side)?, side.record.as_ref()?)?)))
            .collect();
        let mut versions: Vec<Version<'_>> = Vec::new();
        for (id, side) in self.second.sides.iter().filter(|(id, _)| !self.cause.contains_key(*id)) {
            let made = made.get(id).map(|made| &made.record);
            let base = made.or(side.base.as_ref());
            let first = own(id).map_or(base, |own| own.record.as_ref());
            let (Some(kind), Some(first), Some(second)) = (kind(side), first, side.record.as_ref()) else { continue };
            let barred = self.united(id, side).map(|united| united.places).unwrap_or_default();
            versions.push(Version { kind, base, first, second, new: made.is_some(), barred });
        }
        let then = Bench { people: &self.staffs.known, earlier: &self.staffs.base, ..self.bench() };
        let first = &self.first.sides;
        let judges = Judges { now: self.bench(), then, merged: self.merged(), known: self.known(), first };
        let found = judges.without_effect(&versions);
        let found: Vec<(Id, usize, Option<String>, Option<Id>)> = found
            .into_iter()
            .map(|Denied { version, at, because }| {
                let (record, new) = (versions[version].second, versions[version].new);
                let step = record.history.get(at).filter(|_| new && at == 0);
                (record.id.clone(), at, step.map(|made| format!("{}#{}", record.id, made.step)), because)
            })
            .collect();
        let more = !found.is_empty();
        for (id, at, made, because) in found {
            self.because.extend(because.map(|because| ((id.clone(), at), because)));
            match made {
                Some(by) => drop(self.cause.insert(id, by)),
                None => drop(self.barred.entry(id).or_default().insert(at)),
            }
        }
        more
    }

    /// Nobody knows with which values a record was made, if an event without effect has changed them and did not keep
    /// them. Then the making has no effect either. Returns whether there are such records.
    fn unmake(&mut self) -> bool {
        let mut unmade: Vec<(Id, String)> = Vec::new();
        let new = self.barred.keys().filter(|id| !self.cause.contains_key(*id) && !self.first.sides.contains_key(*id));
        for (id, side) in new.filter_map(|id| self.second.sides.get_key_value(id)) {
            let Some(made) =
                side.record.as_ref().filter(|_| side.is_new()).and_then(|record| Made::of(self.kind(record)?, record))
            else {
                continue;
            };
            let overruled = self.united(id, side).map(|united| united.overruled).unwrap_or_default();
            let lost = |event: &&Event| event.set.iter().any(|name| made.lost.contains(name));
            unmade.extend(overruled.iter().find(lost).map(|event| (id.clone(), format!("{id}#{}", event.step))));
        }
        let more = !unmade.is_empty();
        self.cause.extend(unmade);
        more
    }

    /// The steps of the second line that have no effect, as `ID#step`, each with the time at which it was recorded.
    fn without_effect(&self) -> BTreeSet<(String, Moment)> {
        let mut found = BTreeSet::new();
        for (id, side) in &self.second.sides {
            let events: Vec<Event> = match (&side.record, self.cause.contains_key(id)) {
                (Some(record), true) => record.history.clone(),
                _ => self.united(id, side).map(|united| united.overruled).unwrap_or_default(),
            };
            found.extend(events.into_iter().map(|event| (format!("{id}#{}", event.step), event.recorded())));
        }
        found
    }
}
