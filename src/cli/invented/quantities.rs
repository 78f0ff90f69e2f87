//! How many records of each kind an invented book gets, and the order in which the kinds are begun.

use crate::demo::Shares;
use crate::kind::Kind;
use crate::policy::{Policy, STAFF};
use crate::record::{Field, Type};

/// The kinds that are begun, after the kinds that they name, and how many records of each.
pub(super) fn plan(policy: &Policy, cases: usize, shares: &Shares) -> Vec<(String, usize)> {
    let own = |kind: &&Kind| {
        let name = kind.name();
        let closing = policy.reports.closing.as_ref().is_some_and(|closing| closing.kind == name);
        let noticed = policy.notices.fields.as_ref().is_some_and(|fields| fields.kind == name);
        name != STAFF && !closing && !noticed
    };
    let counted = |kind: &Kind| {
        let is_case = policy.reports.cases.as_ref().is_some_and(|of| of.kind == kind.name());
        if is_case { cases } else { shares.count(kind.name(), cases) }
    };
    let kinds: Vec<&Kind> = policy.kinds.values().filter(own).collect();
    let mut left: Vec<&Kind> = kinds.clone();
    let mut found: Vec<(String, usize)> = Vec::new();
    while !left.is_empty() {
        let waits = |kind: &&Kind| {
            kind.first_step().asks.iter().map(|ask| kind.field(ask.field)).chain(required(kind)).any(|field| {
                named_kinds(&field.ty).iter().any(|name| *name != kind.name() && left.iter().any(|k| k.name() == *name))
            })
        };
        let next = left.iter().position(|kind| !waits(kind)).unwrap_or(0);
        let kind = left.remove(next);
        found.push((kind.name().to_owned(), counted(kind)));
    }
    found
}

pub(super) fn required(kind: &Kind) -> impl Iterator<Item = &Field> {
    kind.shape.fields().iter().filter(|field| field.required)
}

/// The kinds whose records a field names.
fn named_kinds(ty: &Type) -> Vec<&str> {
    match ty.element() {
        Type::Ref(kinds) => kinds.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}
