//! Rules for every record of a kind after every step: `[[unique]]` and `[[same]]`; `differs` has those for values
//! that must differ. `lifecycle` checks them at steps, and `book` checks them in files on disk.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Numbering;
use super::reader::{self, AllShapes, label, unknown};
use crate::filter::{alike_key, alike_name};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Record, Shape, Type};

/// Fields whose values no two records of the kind may share, such as an invoice's number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// The prefix of its keys: the kind and the names of the fields. It separates them from keys of other rules.
    name: String,
    /// All of them together are the key. If one is empty, nothing is checked.
    pub fields: Vec<FieldId>,
    /// The states in which a record does not count.
    pub without: Vec<String>,
    /// Whether several records may share the values: they are only looked up by them (`[[alike]]`).
    pub found: bool,
    /// The reason, for people.
    pub reason: Label,
    /// Where it is declared.
    pub place: Place,
}

impl Unique {
    /// A rule by which similar records of a kind are found. A kind declares it in `[[alike]]`.
    pub(crate) fn alike(shape: &Shape, fields: Vec<FieldId>, place: Place) -> Self {
        let names: Vec<&str> = fields.iter().map(|field| shape.field(*field).name.as_str()).collect();
        Unique::found(alike_name(&shape.name, names), fields, place)
    }

    /// A rule by which records are looked up, with a name that `alike_name` made.
    pub fn found(name: String, fields: Vec<FieldId>, place: Place) -> Self {
        Unique { name, fields, without: Vec::new(), found: true, reason: Label::default(), place }
    }

    /// The rule that no two records have the same running number, except one that was recorded by mistake.
    pub(super) fn number(shape: &Shape, numbering: &Numbering) -> Unique {
        let void = shape.states().iter().filter(|state| shape.is_void(&state.name));
        Unique {
            name: format!("{} {}", shape.name, shape.field(numbering.field).name),
            fields: vec![numbering.field],
            without: void.map(|state| state.name.clone()).collect(),
            found: false,
            reason: Label::default(),
            place: numbering.place.clone(),
        }
    }

    /// The key that no other record of the kind may have: texts without case, width and outer spaces. `None` if a
    /// field is empty. The state of the record is ignored.
    pub fn key(&self, record: &Record) -> Option<String> {
        alike_key(&self.name, self.fields.iter().map(|field| record.get(*field)))
    }

    /// As [`Unique::key`], but `None` if the record's state does not count, or if records are only looked up by the
    /// key.
    pub fn held(&self, record: &Record) -> Option<String> {
        if self.found || self.without.contains(&record.state) { None } else { self.key(record) }
    }

    /// The prefix of its keys, which separates them from those of other rules.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// A field that must agree with a field of the record that another field refers to: a certificate's client with the
/// invoice's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Same {
    /// The field.
    pub field: FieldId,
    /// The field that refers to the other record.
    pub through: FieldId,
    /// The field there, for each kind that the other record may have.
    pub theirs: BTreeMap<String, FieldId>,
    /// The states in which a record is not checked.
    pub without: Vec<String>,
    /// The reason, for people.
    pub reason: Label,
    /// Where it is declared.
    pub place: Place,
}

/// `[[unique]] fields = ["number"], without = ["void"], reason = …`, and `[[alike]] fields = ["cause"]`.
pub(super) fn uniques(section: &Section, shape: &Shape, problems: &Problems) -> Vec<Unique> {
    let unique = |table: &Section, found: bool| {
        let named = table.texts("fields", problems);
        if named.is_empty() {
            problems.say(table.place(), label!(LoadText::Absent, key = "fields"));
        }
        let field = |named: &Placed<String>| {
            let field = reader::field(shape, &named.value, &named.place, problems)?;
            if matches!(shape.field(field).ty, Type::List(_) | Type::Group(_) | Type::File) {
                problems.say(&named.place, label!(LoadText::NotOneValue, name = named.value));
                return None;
            }
            Some(field)
        };
        let fields: Vec<FieldId> = named.iter().filter_map(field).collect();
        let names: Vec<&str> = named.iter().map(|named| named.value.as_str()).collect();
        let name = format!("{} {}", shape.name, names.join(" "));
        let place = named.first().map_or_else(|| table.place().clone(), |first| first.place.clone());
        let whole = fields.len() == named.len() && !fields.is_empty();
        if found {
            table.finish(problems);
            return whole.then(|| Unique::alike(shape, fields, place));
        }
        let (without, reason) = rest(table, shape, problems);
        whole.then_some(Unique { name, fields, without, found, reason, place })
    };
    let uniques = section.list("unique", problems).into_iter().filter_map(|table| unique(table, false));
    let alike = section.list("alike", problems).into_iter().filter_map(|table| unique(table, true));
    uniques.chain(alike).collect()
}

/// `[[same]] field = "client", as = "invoice.client", without = ["void"], reason = …`.
pub(super) fn sames(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Same> {
    let same = |table: &Section| {
        let (own, path) = (table.required_text("field", problems), table.required_text("as", problems));
        let (without, reason) = rest(table, shape, problems);
        let (own, path) = (own?, path?);
        let field = reader::field(shape, &own.value, &own.place, problems)?;
        let Some((first, beyond)) = path.value.split_once('.') else {
            problems.say(&path.place, LoadText::AsOfRef);
            return None;
        };
        let through = reader::field(shape, first, &path.place, problems)?;
        let Type::Ref(kinds) = &shape.field(through).ty else {
            problems.say(&path.place, label!(LoadText::NoRef, name = first));
            return None;
        };
        let named = shapes.shapes.values().filter(|shape| kinds.is_empty() || kinds.contains(&shape.name));
        let theirs: BTreeMap<String, FieldId> =
            named.filter_map(|shape| Some((shape.name.clone(), shape.field_id(beyond)?))).collect();
        if theirs.is_empty() {
            let shapes = kinds.iter().filter_map(|kind| shapes.shapes.get(kind));
            let near = nearest(beyond, shapes.flat_map(|shape| shape.fields().iter().map(|field| field.name.as_str())));
            problems.push(unknown(&path.place, LoadText::WordField, beyond, &kinds.join("`, `"), near));
            return None;
        }
        for (kind, theirs) in &theirs {
            let (ours, theirs) = (&shape.field(field).ty, &shapes.shapes[kind].field(*theirs).ty);
            if ours.name() != theirs.name() {
                let message = label!(
                    LoadText::TypesDiffer,
                    path = path.value,
                    ours = theirs.name(),
                    name = own.value,
                    ty = ours.name()
                );
                problems.push(Problem::new(path.place.clone(), message));
            }
        }
        Some(Same { field, through, theirs, without, reason, place: path.place })
    };
    section.list("same", problems).into_iter().filter_map(same).collect()
}

/// The states that are excepted, and the reason of the rule.
pub(super) fn rest(table: &Section, shape: &Shape, problems: &Problems) -> (Vec<String>, Label) {
    let states = table.texts("without", problems);
    let named = states.iter().filter_map(|s| reader::state(shape, &s.value, &s.place, problems));
    // a void record does not count
    let mut without: Vec<String> = named.collect();
    without.extend(shape.voids().filter(|void| !states.iter().any(|state| state.value == *void)).map(str::to_owned));
    let reason = label(table, "reason", "", problems);
    table.finish(problems);
    (without, reason)
}
