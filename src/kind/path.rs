//! Paths through references: `client.phone`, `about.client.name`, `client.contacts.name+phone`,
//! `client.last:complaint.state`, `client.complaints-year`. Lists show their values beside the record's own fields.
//! Rules do not use such paths; they use filters.

use serde::{Deserialize, Serialize};

use crate::bounds::PATH_PARTS;
use crate::filter::{is_own, own_label, own_name};
use crate::label;
use crate::locale::messages::WordingText as Text;
use crate::locale::{Label, Lang};
use crate::place::toml::nearest;
use crate::record::{Shape, Type};

/// The prefix of a kind whose latest record is meant.
const LAST: &str = "last:";
/// The values that every record has besides its fields. A path may end with one.
pub(super) const OWN: [&str; 4] = ["id", "state", "opened", "changed"];

/// A field of a record, of its lines, or of a record that it refers to or that refers to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// The parts, the record's own first.
    pub parts: Vec<Part>,
    /// The labels of the parts, one after the other.
    pub label: Label,
    /// Whether it ends with a value of its own type: a number, a date or a time, or whatever a rule computes.
    pub is_typed: bool,
}

/// A part of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// A field by its name, such as `client`. The last part may have several, such as `at+outcome`.
    Fields(Vec<String>),
    /// The record of this kind that refers to the record and was opened last: `last:complaint`.
    Last {
        /// The kind.
        kind: String,
        /// What people read.
        label: Label,
    },
    /// A value that every record has, such as `state`.
    Own(String),
    /// A computed value or a rollup by its name, such as `complaints-year`.
    Derived(String),
}

/// The error for a path that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Astray {
    /// The part that does not exist.
    pub part: String,
    /// Where it was looked for: a kind, or a field that leads no further.
    pub of: String,
    /// A similar name that exists.
    pub near: Option<String>,
}

impl Part {
    fn name(&self) -> String {
        match self {
            Part::Fields(names) => names.join("+"),
            Part::Last { kind, .. } => format!("{LAST}{kind}"),
            Part::Own(name) | Part::Derived(name) => name.clone(),
        }
    }

    /// Whether it includes everything that another part shows.
    fn covers(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::Fields(own), Part::Fields(others)) => others.iter().all(|name| own.contains(name)),
            _ => self == other,
        }
    }
}

impl Path {
    /// The parts, joined by dots.
    pub fn name(&self) -> String {
        self.parts.iter().map(Part::name).collect::<Vec<_>>().join(".")
    }

    /// The label of the latest record that it leads through, if it does.
    pub fn last(&self) -> Option<&Label> {
        self.parts.iter().rev().find_map(|part| if let Part::Last { label, .. } = part { Some(label) } else { None })
    }

    /// Whether it ends with a computed value or a rollup.
    pub fn is_derived(&self) -> bool {
        matches!(self.parts.last(), Some(Part::Derived(_)))
    }

    /// Whether it includes everything that another path shows: `contacts.name+phone` includes `contacts.phone`.
    pub fn covers(&self, other: &Path) -> bool {
        self.parts.len() == other.parts.len() && self.parts.iter().zip(&other.parts).all(|(own, part)| own.covers(part))
    }

    /// Whether a word is such a path and not just a field: it has several parts, or asks for several fields.
    pub fn is_meant(word: &str) -> bool {
        word.contains(['.', '+']) || word.starts_with(LAST)
    }

    /// Reads a path that begins at a record of `shape`; it may use names and labels of fields. `known` returns the
    /// shapes of kinds by their names, and of all kinds if no name is given. `rolled` finds a rollup of a kind: its
    /// name and label.
    ///
    /// # Errors
    /// If a name is not a field of any record that the path can have reached, or if it leads no further.
    pub fn read<'s>(
        text: &str,
        shape: &'s Shape,
        known: &dyn Fn(&[String]) -> Vec<&'s Shape>,
        rolled: Rolls<'_>,
    ) -> Result<Path, Astray> {
        let words: Vec<&str> = text.split('.').collect();
        let (mut reached, mut of) = (vec![shape], shape.name.clone());
        let (mut parts, mut labels, mut is_typed) = (Vec::new(), Vec::new(), false);
        for (at, word) in words.iter().enumerate() {
            let found = (at < PATH_PARTS).then(|| part(word, at + 1 == words.len(), &reached, known, rolled)).flatten();
            let Some((part, label, beyond)) = found else {
                let near = reached.iter().find_map(|shape| {
                    nearest(word, shape.fields().iter().map(|field| field.name.as_str())).map(str::to_owned)
                });
                return Err(Astray { part: (*word).to_owned(), of, near });
            };
            of = part.name();
            is_typed = match &part {
                Part::Derived(_) => true,
                Part::Fields(names) => reached.iter().filter_map(|shape| shape.find(word)).any(|(_, field)| {
                    names.len() == 1
                        && matches!(field.ty, Type::Count | Type::Decimal | Type::Money | Type::Date | Type::Time)
                }),
                Part::Own(name) => matches!(name.as_str(), "opened" | "changed"),
                Part::Last { .. } => false,
            };
            parts.push(part);
            labels.push(label);
            reached = beyond;
        }
        let label = Label::each(|lang| {
            let between = if lang == Lang::Zh { "·" } else { ": " };
            labels.iter().map(|label| label.get(lang)).collect::<Vec<_>>().join(between)
        });
        Ok(Path { parts, label, is_typed })
    }
}

/// Finds the rollup of a kind that a word means: its name and label.
pub(super) type Rolls<'r> = &'r dyn Fn(&Shape, &str) -> Option<(String, Label)>;

/// A part of a path, its label, and the shapes that it leads to.
type Reached<'s> = (Part, Label, Vec<&'s Shape>);

/// The meaning of a word after a path that has reached these shapes; `None` if it has none.
fn part<'s>(
    word: &str,
    ends: bool,
    reached: &[&'s Shape],
    known: &dyn Fn(&[String]) -> Vec<&'s Shape>,
    rolled: Rolls<'_>,
) -> Option<Reached<'s>> {
    // the lines of a list are not records
    let records = !reached.is_empty() && reached.iter().all(|shape| !shape.folder.is_empty());
    if let Some(kind) = word.strip_prefix(LAST) {
        let shape = known(&[kind.to_owned()]).into_iter().next().filter(|_| records)?;
        let names = reached.iter().any(|reached| shape.refers_to(&reached.name));
        let label = label!(Text::LastOf; kind = &shape.label);
        let part = Part::Last { kind: shape.name.clone(), label: label.clone() };
        return names.then(|| (part, label, vec![shape]));
    }
    let own = || {
        let name = own_name(word).filter(|name| OWN.contains(name) && ends && records)?;
        Some((Part::Own(name.to_owned()), own_label(name)?, Vec::new()))
    };
    let derived = || {
        let of = |shape: &&&'s Shape| {
            let computed = shape.find_computed(word).map(|computed| (computed.name.clone(), computed.label.clone()));
            computed.or_else(|| rolled(shape, word))
        };
        let (name, label) = reached.iter().filter(|_| ends && records).find_map(|shape| of(&shape))?;
        Some((Part::Derived(name), label, Vec::new()))
    };
    if is_own(word) {
        return own();
    }
    let words: Vec<&str> = word.split('+').collect();
    let (mut names, mut labels, mut beyond) = (Vec::new(), Vec::new(), Vec::new());
    for word in &words {
        let found: Vec<_> = reached.iter().filter_map(|shape| shape.find(word)).map(|(_, field)| field).collect();
        let Some(first) = found.first() else { return derived().or_else(own) };
        names.push(first.name.clone());
        labels.push(first.label.clone());
        beyond = found.iter().flat_map(|field| self::beyond(&field.ty, known)).collect();
    }
    if words.len() > 1 && !ends {
        return None;
    }
    let label = Label::each(|lang| labels.iter().map(|label| label.get(lang)).collect::<Vec<_>>().join("+"));
    Some((Part::Fields(names), label, beyond))
}

/// Where a path may continue after a field: in the lines of a list, in the records that it refers to, in the record
/// of a person.
fn beyond<'s>(ty: &'s Type, known: &dyn Fn(&[String]) -> Vec<&'s Shape>) -> Vec<&'s Shape> {
    match ty.element() {
        Type::Group(lines) => vec![lines],
        Type::Ref(kinds) => known(kinds),
        // people are the records whose kind has no prefix
        Type::Person => known(&[]).into_iter().filter(|shape| shape.prefix.is_empty()).collect(),
        _ => Vec::new(),
    }
}
