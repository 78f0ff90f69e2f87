//! The kinds of a rule book, by name. Kinds from stored bytes are only read when they are asked for: a short command
//! needs three, and kinds are most of a rule book. What the index needs to know about every kind is in the list of
//! all kinds, because nearly every command opens the index.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::filter::columns::columns;
use crate::kind::Kind;

/// Every kind by its name.
#[derive(Default)]
pub struct Kinds {
    all: BTreeMap<String, Entry>,
    /// The stored bytes of kinds that nobody has asked for yet.
    kept: Vec<u8>,
}

/// A kind, and what is known about it before it is read.
struct Entry {
    head: Head,
    /// The position of its bytes.
    at: usize,
    kind: OnceLock<Option<Box<Kind>>>,
}

/// The entry of a kind in the list of all kinds.
#[derive(Serialize, Deserialize)]
pub(super) struct Head {
    prefix: String,
    rows: Rows,
    /// The length of its bytes.
    length: usize,
}

/// What the index needs to know about a kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rows {
    /// The name of the kind.
    pub name: String,
    /// The folder of its records.
    pub folder: String,
    /// The number of columns in the view of the kind.
    pub columns: usize,
    /// What rows depend on besides the files of records, as text for comparing.
    pub follow_from: String,
    /// The field that says into which record another one was merged, if records of the kind are merged.
    pub merged_by: Option<String>,
    /// Whether a record of the kind must have the same values as records that it refers to.
    pub has_sames: bool,
}

impl Kinds {
    /// The kind with this name.
    pub fn get(&self, name: &str) -> Option<&Kind> {
        self.all.get(name).and_then(|entry| self.read(entry))
    }

    /// Whether there is a kind with this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.all.contains_key(name)
    }

    /// Their names, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &String> + Clone {
        self.all.keys()
    }

    /// All kinds, sorted by name.
    pub fn values(&self) -> impl Iterator<Item = &Kind> {
        self.all.values().filter_map(|entry| self.read(entry))
    }

    /// The kind at a place in the order of names.
    pub fn nth(&self, place: usize) -> Option<&Kind> {
        self.all.values().nth(place).and_then(|entry| self.read(entry))
    }

    /// What the index needs to know about each kind, sorted by name.
    pub fn rows(&self) -> impl Iterator<Item = &Rows> {
        self.all.values().map(|entry| &entry.head.rows)
    }

    /// The kind with this prefix of ids.
    pub(super) fn with_prefix(&self, prefix: &str) -> Option<&Kind> {
        self.find(|head| head.prefix == prefix)
    }

    /// The kind with this folder.
    pub(super) fn in_folder(&self, folder: &str) -> Option<&Kind> {
        self.find(|head| head.rows.folder == folder)
    }

    fn find(&self, wanted: impl Fn(&Head) -> bool) -> Option<&Kind> {
        self.all.values().find(|entry| wanted(&entry.head)).and_then(|entry| self.read(entry))
    }

    fn read<'k>(&'k self, entry: &'k Entry) -> Option<&'k Kind> {
        let read = || postcard::from_bytes(self.kept.get(entry.at..)?).ok().map(Box::new);
        entry.kind.get_or_init(read).as_deref()
    }

    /// All kinds as bytes, one after another, and the list of them. `None` if one cannot be written.
    pub(super) fn to_bytes(&self) -> Option<(Vec<Head>, Vec<u8>)> {
        let (mut heads, mut bytes) = (Vec::new(), Vec::new());
        for kind in self.values() {
            let written = postcard::to_stdvec(kind).ok()?;
            heads.push(Head { length: written.len(), ..Head::of(kind) });
            bytes.extend(written);
        }
        Some((heads, bytes))
    }

    /// The kinds of a list, whose bytes begin at a position.
    pub(super) fn from_bytes(heads: Vec<Head>, mut at: usize, kept: Vec<u8>) -> Kinds {
        let mut all = BTreeMap::new();
        for head in heads {
            let next = at.saturating_add(head.length);
            all.insert(head.rows.name.clone(), Entry { head, at, kind: OnceLock::new() });
            at = next;
        }
        Kinds { all, kept }
    }
}

impl Head {
    fn of(kind: &Kind) -> Head {
        let shape = &kind.shape;
        let rows = Rows {
            name: kind.name().to_owned(),
            folder: shape.folder.clone(),
            columns: columns(shape).len(),
            follow_from: kind.rows_follow_from(),
            merged_by: shape.merged_by.map(|field| shape.field(field).name.clone()),
            has_sames: !kind.sames.is_empty(),
        };
        Head { prefix: shape.prefix.clone(), rows, length: 0 }
    }
}

impl From<BTreeMap<String, Kind>> for Kinds {
    fn from(kinds: BTreeMap<String, Kind>) -> Self {
        let entry = |kind: Kind| Entry { head: Head::of(&kind), at: 0, kind: OnceLock::from(Some(Box::new(kind))) };
        Kinds { all: kinds.into_iter().map(|(name, kind)| (name, entry(kind))).collect(), kept: Vec::new() }
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_map().entries(self.values().map(|kind| (kind.name(), kind))).finish()
    }
}
