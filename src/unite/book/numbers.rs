//! Running numbers: where both lines gave the same number, the records of the second line get the next ones.

use std::collections::BTreeMap;

use super::Book;
use crate::record::{Id, Record, Value};
use crate::unite::Told;

impl Book<'_> {
    /// Gives new records of the second line another number where the first line has given the same one.
    pub(super) fn renumber(&mut self) {
        let mut highest: BTreeMap<String, u64> = BTreeMap::new();
        let mut own: BTreeMap<(String, u64), Id> = BTreeMap::new();
        for (line, first) in [(&self.first, true), (&self.second, false)] {
            for record in line.sides.values().filter_map(|side| side.record.as_ref()) {
                let numbering = self.kind(record).and_then(|kind| kind.numbering.as_ref());
                let Some(numbered) = numbering.and_then(|numbering| numbering.counted(record)) else { continue };
                let highest = highest.entry(numbered.series.clone()).or_default();
                *highest = numbered.count.max(*highest);
                if first {
                    own.insert((numbered.series, numbered.count), record.id.clone());
                }
            }
        }
        let mut again: Vec<(&Record, String)> = Vec::new();
        let mut firsts: BTreeMap<Id, Id> = BTreeMap::new();
        for side in self.second.sides.values().filter(|side| side.is_new()) {
            let Some(record) = &side.record else { continue };
            let numbering = self.kind(record).and_then(|kind| kind.numbering.as_ref());
            let numbered = numbering.and_then(|numbering| numbering.counted(record));
            let stays = self.first.sides.contains_key(&record.id);
            let Some(numbered) = numbered.filter(|_| !stays) else { continue };
            if let Some(first) = own.get(&(numbered.series.clone(), numbered.count)) {
                firsts.insert(record.id.clone(), first.clone());
                again.push((record, numbered.series));
            }
        }
        again.sort_by_key(|(record, _)| (record.opened(), record.id.clone()));
        let mut numbers: BTreeMap<Id, (String, String)> = BTreeMap::new();
        for (record, series) in again {
            let Some(numbering) = self.kind(record).and_then(|kind| kind.numbering.as_ref()) else { continue };
            let (Some(old), Some(day)) = (numbering.of(record), record.opened().map(|at| at.date_naive())) else {
                continue;
            };
            let highest = highest.entry(series).or_default();
            *highest += 1;
            numbers.insert(record.id.clone(), (old.to_owned(), numbering.number(day, *highest)));
        }
        self.forms(&mut numbers);
        for (id, (from, to)) in numbers {
            self.number(&id, &from, &to);
            let first = firsts.remove(&id);
            self.told.push(Told::Renumbered { id, from, to, first });
        }
    }

    /// Later forms of a case have its number with an ending.
    fn forms(&self, numbers: &mut BTreeMap<Id, (String, String)>) {
        let mut found: Vec<(Id, (String, String))> = Vec::new();
        for side in self.second.sides.values().filter(|side| side.is_new()) {
            let Some(record) = &side.record else { continue };
            let Some(numbering) = self.kind(record).and_then(|kind| kind.numbering.as_ref()) else { continue };
            let Some(number) = numbering.of(record).filter(|_| numbering.over.is_some()) else { continue };
            let first = numbers.values().find_map(|(from, to)| Some((number.strip_prefix(from.as_str())?, to)));
            if let Some((ending, to)) = first.filter(|(ending, _)| ending.starts_with('-')) {
                found.push((record.id.clone(), (number.to_owned(), format!("{to}{ending}"))));
            }
        }
        numbers.extend(found);
    }

    fn number(&mut self, id: &Id, from: &str, to: &str) {
        let side = self.second.sides.get(id).and_then(|side| side.record.as_ref());
        let Some(kind) = side.and_then(|record| self.policy.kind(&record.kind)) else { return };
        let Some(numbering) = &kind.numbering else { return };
        let name = kind.field(numbering.field).name.clone();
        self.second.set(id, numbering.field, Value::Text(to.to_owned()));
        self.second.mark(id, |event| {
            event.set.push(name.clone());
            event.was.push((name, Value::Text(from.to_owned())));
        });
    }
}
