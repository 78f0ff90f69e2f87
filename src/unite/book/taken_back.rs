//! What one line took back with an undo although the other line has it already: it stays, as if it had not been taken
//! back.

use super::side::{Line, Side};
use super::{Book, Content, Joined, WhichLine};
use crate::record::{Id, Record};
use crate::unite::Told;
use crate::unite::record::is_beginning;

impl Book<'_> {
    /// Lets stay what the common ancestor has and one line took back. The lines then part at the version of the record
    /// to which the undo led, and what was taken back counts as done by the other line.
    pub(super) fn keep_taken_back(&mut self, joined: &mut Joined) {
        for which in [WhichLine::Second, WhichLine::First] {
            let line = if which == WhichLine::First { &self.first } else { &self.second };
            let back = |(id, side): (&Id, &Side)| {
                let base = side.base.as_ref()?;
                match &side.record {
                    Some(record) if is_beginning(base, record) => None,
                    Some(record) => self.parting(which, side, base, record).map(|part| (id.clone(), Some(part))),
                    None => side.now.is_none().then(|| (id.clone(), None)),
                }
            };
            let back: Vec<(Id, Option<Record>)> = line.sides.iter().filter_map(back).collect();
            for (id, part) in back {
                self.keep(which, &id, part, joined);
                self.told.push(Told::Kept { id });
            }
        }
    }

    /// The version of a record from which a line went on after an undo: the histories of it and of the common ancestor
    /// have the same beginning. `None` if that line never had it: then its history was rewritten.
    fn parting(&self, which: WhichLine, side: &Side, base: &Record, now: &Record) -> Option<Record> {
        let common = base.entries().zip(now.entries()).take_while(|(one, other)| one == other).count();
        let is_it = |record: &Record| record.entries().count() == common && is_beginning(record, base);
        if is_it(now) {
            return Some(now.clone());
        }
        let shape = &self.kind(base)?.shape;
        let versions = self.contents.versions(which, &side.path).into_iter();
        versions.filter_map(|bytes| Record::read(&bytes, &side.path, shape).ok()).find(is_it)
    }

    /// Lets a record that a line took back, as a whole or down to a version, stay in the other line.
    fn keep(&mut self, which: WhichLine, id: &Id, part: Option<Record>, joined: &mut Joined) {
        let (line, other) = match which {
            WhichLine::First => (&mut self.first, &mut self.second),
            WhichLine::Second => (&mut self.second, &mut self.first),
        };
        let Some(side) = line.sides.get_mut(id) else { return };
        let held = |record: Option<&Record>| -> Vec<String> {
            record.map(|record| record.files().into_iter().map(|file| file.path(id)).collect()).unwrap_or_default()
        };
        let left = held(part.as_ref());
        let files: Vec<String> = held(side.base.as_ref()).into_iter().filter(|path| !left.contains(path)).collect();
        if !other.sides.contains_key(id) {
            other.sides.insert(id.clone(), side.unchanged(self.contents));
        }
        match part {
            Some(part) => {
                for side in [Some(side), other.sides.get_mut(id)].into_iter().flatten() {
                    side.base = Some(part.clone());
                }
            }
            None => {
                line.sides.remove(id);
                if let Some(other) = other.sides.get_mut(id) {
                    (other.old, other.base) = (None, None);
                }
            }
        }
        put_back(line, other, which, &files, joined);
    }
}

/// Lets the files of a record stay that were taken back with it.
fn put_back(line: &mut Line, other: &Line, which: WhichLine, files: &[String], joined: &mut Joined) {
    let gone = |path: &str| files.iter().any(|file| file == path);
    let back = line.files.iter().filter(|change| change.new.is_none() && gone(&change.path));
    for change in back {
        let own = other.files.iter().find(|own| own.path == change.path).map(|own| own.new);
        match which {
            WhichLine::Second => drop(joined.files.remove(&change.path)),
            WhichLine::First => {
                let now = own.unwrap_or(change.old);
                joined.files.insert(change.path.clone(), now.map(Content::Kept));
            }
        }
    }
    line.files.retain(|change| change.new.is_some() || !gone(&change.path));
}
