//! What a merge made void because the step that made it has no effect, such as what somebody registered after a
//! colleague had recorded that they left. No other record stands for it, so it must be recorded again.

use super::paths::shell;
use crate::policy::Policy;
use crate::record::{Event, Id, Record, UNITE};

/// Whether an event of a merge made a record void because the record's own first step has no effect.
pub(super) fn is_own(id: &Id, event: &Event) -> bool {
    let cause = event.via.as_deref().and_then(|via| via.split_once('#'));
    event.step == UNITE && event.to.is_some() && cause.is_some_and(|(of, _)| of == id.as_str())
}

/// The command that records it again, without its number, its files and what is private. `None` if it is not such a
/// record.
pub(super) fn command(policy: &Policy, record: &Record) -> Option<String> {
    let kind = policy.kind(&record.kind)?;
    if !policy.is_void(record) || !record.history.iter().any(|event| is_own(&record.id, event)) {
        return None;
    }
    let number = kind.numbering.as_ref().map(|numbering| numbering.field);
    let word = |name: &String| {
        let field = kind.shape.field_id(name).filter(|field| Some(*field) != number)?;
        let value = record.get(field).filter(|_| !kind.field(field).private)?.stored()?.to_string();
        Some(format!(" {name}={}", shell(&[value])))
    };
    let words: String = record.history.first()?.set.iter().filter_map(word).collect();
    Some(format!("redress new {}{words}", kind.name()))
}
