//! Finds where a key of a policy file stands. A loaded rule book remembers only the places of its tables, so that every
//! command reads less; a finding looks for the key in the file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::place::toml::{Item, Section, read};
use crate::place::{Place, Problems};
use crate::policy::Sources;

/// The keys of the files of a rule book. Each file is read when one of its keys is asked for.
pub(super) struct Keys<'s> {
    sources: &'s Sources,
    read: RefCell<BTreeMap<String, Option<Rc<Section>>>>,
}

impl<'s> Keys<'s> {
    pub(super) fn of(sources: &'s Sources) -> Self {
        Keys { sources, read: RefCell::default() }
    }

    /// The place of a key of the table whose name stands at a place: `reopen`, or `stops.1` of a list. The place of the name
    /// where the key is not there.
    pub(super) fn place(&self, name: &Place, key: &str) -> Place {
        let table = name.key.rsplit_once('.').map_or("", |(table, _)| table);
        let path = table.split('.').chain(key.split('.')).filter(|part| !part.is_empty());
        self.file(&name.file).and_then(|file| find(&file, path)).unwrap_or_else(|| name.clone())
    }

    fn file(&self, file: &str) -> Option<Rc<Section>> {
        let load = || {
            let text = std::str::from_utf8(self.sources.bytes(file)?).ok()?;
            read(file, text, &Problems::new()).map(Rc::new)
        };
        self.read.borrow_mut().entry(file.to_owned()).or_insert_with(load).clone()
    }
}

/// The item that a path leads to. A single value stands for a list of one.
fn find<'p>(file: &Section, path: impl Iterator<Item = &'p str>) -> Option<Place> {
    let mut found: Option<&Item> = None;
    for part in path {
        found = Some(match (found, part.parse::<usize>()) {
            (None, _) => file.item(part)?,
            (Some(Item::Section(section)), _) => section.item(part)?,
            (Some(Item::List(_, items)), Ok(at)) => items.get(at)?,
            (Some(single), Ok(0)) => single,
            _ => return None,
        });
    }
    found.map(|item| item.place().clone())
}
