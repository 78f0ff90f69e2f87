//! Whether records of one kind can name those of another.

use crate::kind::Kind;
use crate::record::{Shape, Type};

/// Whether a field of a kind, or of the lines of its lists, can name a record of the kind of this name.
pub(super) fn names(kind: &Kind, other: &str) -> bool {
    shape_names(&kind.shape, other)
}

fn shape_names(shape: &Shape, other: &str) -> bool {
    shape.fields().iter().any(|field| match field.ty.element() {
        Type::Ref(kinds) => kinds.is_empty() || kinds.iter().any(|kind| kind == other),
        Type::Group(inner) => shape_names(inner, other),
        _ => false,
    })
}
