//! Finds the place of a key in a policy file. A loaded rule book only remembers the places of its tables, so that
//! every command reads less. For a finding, the key is looked up in the file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::place::toml::{Item, Section, read};
use crate::place::{Place, Problems};
use crate::policy::Sources;

/// The keys of a rule book's files. Each file is read when one of its keys is asked for.
pub(super) struct Keys<'s> {
    sources: &'s Sources,
    read: RefCell<BTreeMap<String, Option<Rc<Section>>>>,
}

impl<'s> Keys<'s> {
    pub(super) fn of(sources: &'s Sources) -> Self {
        Keys { sources, read: RefCell::default() }
    }

    /// The place of a key, such as `reopen` or the list entry `stops.1`, in the table with its name at `name`. If the
    /// key is missing, it is the place of the name.
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

/// The item at a path. A single value counts as a list of one.
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
