//! Whether records of one kind can name those of another.

use crate::kind::Kind;

/// Whether a field of a kind, or of the lines of its lists, can name a record of the kind of this name.
pub(super) fn names(kind: &Kind, other: &str) -> bool {
    kind.shape.refers_to(other)
}
