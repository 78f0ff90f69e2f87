//! Whether records of one kind can refer to those of another.

use crate::kind::Kind;

/// Whether a field of a kind, or of the lines of its lists, can refer to a record of the kind `other`.
pub(super) fn names(kind: &Kind, other: &str) -> bool {
    kind.shape.refers_to(other)
}
