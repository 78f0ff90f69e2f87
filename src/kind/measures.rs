//! Reads what a rollup takes from each record, and which time of the record counts.

use super::reader::{self, AllShapes, unknown};
use crate::filter::{Classes, Handle, Shapes, Take, What, When};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::nearest;
use crate::place::{Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type};

/// The prefix of a milestone.
const MILESTONE: &str = "milestone.";

/// What is taken from the records, with its type.
pub(super) fn take(
    key: &str,
    name: &Placed<String>,
    theirs: &Shape,
    shapes: &AllShapes,
    problems: &Problems,
) -> Option<(Take, Type, bool)> {
    let (what, ty, private) = what(name, theirs, shapes, problems)?;
    let number = matches!(ty, Type::Count | Type::Decimal | Type::Money);
    let single = !matches!(ty, Type::List(_) | Type::Group(_) | Type::File);
    if !(if matches!(key, "sum" | "mean") { number } else { single }) {
        let message = match key {
            "sum" | "mean" => label!(LoadText::NotAmountOf, name = name.value, kind = theirs.name),
            _ => label!(LoadText::NotOneValue, name = name.value),
        };
        problems.say(&name.place, message);
        return None;
    }
    Some(match (key, &ty) {
        ("sum", _) => (Take::Sum(what), ty, private),
        ("mean", Type::Count) => (Take::Mean(what, 1_000_000), Type::Decimal, private),
        ("mean", _) => (Take::Mean(what, 1), ty, private),
        ("first", _) => (Take::First(what), ty, private),
        _ => (Take::Last(what), ty, private),
    })
}

impl When {
    /// The fields that it reads.
    pub(super) fn handles(&self) -> Vec<FieldId> {
        match self {
            When::Date(handle) | When::Time(handle) => vec![handle.id],
            When::First(several) => several.iter().flat_map(When::handles).collect(),
            When::Opened | When::Closed(_) | When::Milestone(_) => Vec::new(),
        }
    }
}

/// `at = "received"`, or `at = ["received", "opened"]`: the first time that is known.
pub(super) fn at(named: &[Placed<String>], theirs: &Shape, shapes: &AllShapes, problems: &Problems) -> Option<When> {
    let mut several = named.iter().map(|at| when(at, theirs, shapes, problems)).collect::<Option<Vec<When>>>()?;
    match several.len() {
        0 => Some(When::Opened),
        1 => several.pop(),
        _ => Some(When::First(several)),
    }
}

/// Which time of a record counts.
pub(super) fn when(at: &Placed<String>, theirs: &Shape, shapes: &AllShapes, problems: &Problems) -> Option<When> {
    if let Some(name) = at.value.strip_prefix(MILESTONE) {
        let found = shapes.milestone(&theirs.name, name);
        if found.is_none() {
            let near = nearest(name, shapes.milestones(&theirs.name));
            problems.push(unknown(&at.place, LoadText::WordMilestone, name, &theirs.name, near));
        }
        return found.map(|states| When::Milestone(states.to_vec()));
    }
    match at.value.as_str() {
        "opened" => return Some(When::Opened),
        "closed" => return Some(When::Closed(classes(theirs))),
        _ => {}
    }
    let id = reader::field(theirs, &at.value, &at.place, problems)?;
    let handle = Handle { id, name: at.value.clone() };
    match theirs.field(id).ty {
        Type::Date => Some(When::Date(handle)),
        Type::Time => Some(When::Time(handle)),
        _ => {
            let message = label!(LoadText::RollupNoTime, name = at.value);
            problems.push(Problem::new(at.place.clone(), message).help(LoadText::RollupTimes));
            None
        }
    }
}

fn classes(shape: &Shape) -> Classes {
    Classes(shape.states().iter().map(|state| (state.name.clone(), state.class)).collect())
}

/// A field, computed value or rollup of the records, or the time when they were opened or closed. With its type, and
/// whether it is private.
pub(super) fn what(
    name: &Placed<String>,
    theirs: &Shape,
    shapes: &AllShapes,
    problems: &Problems,
) -> Option<(What, Type, bool)> {
    match name.value.as_str() {
        "opened" => return Some((What::Opened, Type::Time, false)),
        "closed" => return Some((What::Closed(classes(theirs)), Type::Time, false)),
        _ => {}
    }
    if let Some(id) = theirs.field_id(&name.value) {
        let field = theirs.field(id);
        return Some((What::Field(Handle { id, name: name.value.clone() }), field.ty.clone(), field.private));
    }
    if let Some(computed) = theirs.computed().iter().find(|computed| computed.name == name.value) {
        return Some((What::Computed(Box::new(computed.clone())), computed.ty.clone(), computed.private));
    }
    let rollups = shapes.rollups(&theirs.name);
    if let Some(rollup) = rollups.iter().find(|rollup| rollup.name == name.value) {
        return Some((What::Rollup(Box::new(rollup.clone())), rollup.ty.clone(), rollup.private));
    }
    let fields = theirs.fields().iter().map(|field| field.name.as_str());
    let computed = theirs.computed().iter().map(|computed| computed.name.as_str());
    let rollups = rollups.iter().map(|rollup| rollup.name.as_str());
    let near = nearest(&name.value, fields.chain(computed).chain(rollups));
    problems.push(unknown(&name.place, LoadText::WordField, &name.value, &theirs.name, near));
    None
}

/// The type of the values at the end of a path.
pub(super) fn last_type<'s>(shape: &'s Shape, path: &[FieldId]) -> Option<&'s Type> {
    let (first, rest) = path.split_first()?;
    match (shape.field(*first).ty.element(), rest) {
        (ty, []) => Some(ty),
        (Type::Group(inner), rest) => last_type(inner, rest),
        _ => None,
    }
}
