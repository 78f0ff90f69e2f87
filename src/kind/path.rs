//! Paths through references: `client.phone`, `about.client.name`, `client.contacts.hours`. What a line of a list may show beside
//! the record's own fields.

use serde::{Deserialize, Serialize};

use crate::locale::{Label, Lang};
use crate::place::toml::nearest;
use crate::record::{Shape, Type};

/// How many names a path may have.
const LONGEST: usize = 5;

/// A field of a record, of its lines, or of a record that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// The names of the fields, the record's own first.
    pub parts: Vec<String>,
    /// The labels of the fields, one after the other.
    pub label: Label,
}

/// A path that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Astray {
    /// The name that is not there.
    pub part: String,
    /// Where it was looked for: a kind, or a field that leads no further.
    pub of: String,
    /// A name like it that is there.
    pub near: Option<String>,
}

impl Path {
    /// The names with dots between them.
    pub fn name(&self) -> String {
        self.parts.join(".")
    }

    /// Reads a path that begins at a record of `shape`; names and labels of fields are both understood. `known` finds the shapes of
    /// kinds by their names; those of all kinds where none is named.
    ///
    /// # Errors
    /// A name is no field of any record that the path can have reached, or leads no further.
    pub fn read<'s>(text: &str, shape: &'s Shape, known: &dyn Fn(&[String]) -> Vec<&'s Shape>) -> Result<Path, Astray> {
        let words: Vec<&str> = text.split('.').collect();
        let (mut reached, mut of) = (vec![shape], shape.name.clone());
        let (mut parts, mut labels) = (Vec::new(), Vec::new());
        for (at, word) in words.iter().enumerate() {
            let found: Vec<_> = reached.iter().filter_map(|shape| shape.find(word)).map(|(_, field)| field).collect();
            let Some(first) = found.first().filter(|_| at < LONGEST) else {
                let near = reached.iter().find_map(|shape| {
                    nearest(word, shape.fields().iter().map(|field| field.name.as_str())).map(str::to_owned)
                });
                return Err(Astray { part: (*word).to_owned(), of, near });
            };
            parts.push(first.name.clone());
            labels.push(first.label.clone());
            of.clone_from(&first.name);
            reached = found.iter().flat_map(|field| beyond(&field.ty, known)).collect();
        }
        let label = Label::each(|lang| {
            let between = if lang == Lang::Zh { "·" } else { ": " };
            labels.iter().map(|label| label.get(lang)).collect::<Vec<_>>().join(between)
        });
        Ok(Path { parts, label })
    }
}

/// Where a path may go on after a field: in the lines of a list, or in the records that it names.
fn beyond<'s>(ty: &'s Type, known: &dyn Fn(&[String]) -> Vec<&'s Shape>) -> Vec<&'s Shape> {
    match ty.element() {
        Type::Group(lines) => vec![lines],
        Type::Ref(kinds) => known(kinds),
        _ => Vec::new(),
    }
}
