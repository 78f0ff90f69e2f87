//! The names by which records of a kind are known, and by which a new one is recognised as already there: `known-by`,
//! `identified-by`, `left-out`.

use super::Condition;
use super::reader::{self, AllShapes};
use super::shape;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::locale::text::fold;
use crate::place::Problems;
use crate::place::toml::Section;
use crate::record::{FieldId, Fields, Shape, Type, Value, phone_digits};

/// What stands at a path, as names are compared: case and width put aside, phone numbers by their digits. Each with whether it is
/// private.
pub fn named_by(shape: &Shape, fields: &Fields, path: &[FieldId]) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    collect(fields, shape, path, false, &mut found);
    found
}

fn collect(fields: &Fields, shape: &Shape, path: &[FieldId], private: bool, found: &mut Vec<(String, bool)>) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some(value) = fields.get(*first) else { return };
    let (ty, private) = (shape.field(*first).ty.element(), private || shape.field(*first).private);
    for value in value.elements() {
        match (value, ty) {
            (Value::Group(inner), Type::Group(shape)) => collect(inner, shape, rest, private, found),
            (Value::Text(text), Type::Phone) => found.push((phone_digits(text), private)),
            (value, _) => found.extend(value.stored().map(|text| (fold(&text), private))),
        }
    }
}

/// `identified-by = ["name", "phone"]`: two records with the same value there are probably one. The fields stand in `known-by`, by
/// which the index finds them.
pub(super) fn identified_by(
    section: &Section,
    shape: &Shape,
    known_by: &[Vec<FieldId>],
    problems: &Problems,
) -> Vec<Vec<FieldId>> {
    let mut found = Vec::new();
    for named in section.texts("identified-by", problems) {
        let Some(path) = shape::path(shape, &named.value, &named.place, problems) else { continue };
        match known_by.contains(&path) {
            true => found.push(path),
            false => problems.say(&named.place, label!(LoadText::NotKnownBy, name = named.value)),
        }
    }
    found
}

/// `left-out = ["state=archived"]`: a record for which one of the conditions holds is not meant if another record names one by its
/// name.
pub(super) fn left_out(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Condition> {
    let named = section.texts("left-out", problems).into_iter();
    named.filter_map(|text| reader::condition(&shape.name, text, Label::default(), shapes, problems)).collect()
}
