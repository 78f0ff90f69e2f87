//! Computations: what follows from the fields of one record alone, by name and bound fields. A kind file says which of
//! them a kind has and what its fields are called (`[computed.…]`). Filters, lists and the index know the values like
//! fields.
//!
//! A computation is one file: its pure arithmetic, its handles and a typed view of a record. If other records, the
//! staff or the policy are needed, it belongs to `money`.

mod allowance;
mod bind;
mod elements;
mod lines;
mod number;
mod reconciliation;
mod resale;
mod shares;

pub use allowance::{Allowance, AllowanceItem};
pub use bind::{Bindings, Input, Output, Within};
pub use reconciliation::{Line, Reconciliation, Verdict};
pub use resale::{Resale, ReturnedItem, Sale};
pub use shares::Shares;

use std::sync::Arc;

use crate::record::{Bound, Compute};

/// A computation that kind files can name.
#[derive(Debug)]
pub struct Computation {
    /// Its name, as `[computed.NAME]`, or `by = "NAME"` in it.
    pub name: &'static str,
    /// The fields that it goes by.
    pub inputs: &'static [Input],
    /// What it gives.
    pub outputs: fn() -> Vec<Output>,
    /// One of its outputs with the fields bound.
    pub bind: fn(&Bindings, &str) -> Option<Arc<dyn Compute>>,
}

/// Every computation, in the order of their names.
pub static COMPUTATIONS: &[Computation] = &[
    allowance::COMPUTATION,
    elements::COMPUTATION,
    lines::COMPUTATION,
    reconciliation::COMPUTATION,
    resale::COMPUTATION,
    shares::COMPUTATION,
];

impl Computation {
    /// The computation of a name.
    pub fn named(name: &str) -> Option<&'static Computation> {
        COMPUTATIONS.iter().find(|computation| computation.name == name)
    }
}

/// Binds a rule to the fields that it was bound to before.
pub fn bind(bound: &Bound) -> Option<Arc<dyn Compute>> {
    let computation = Computation::named(&bound.computation)?;
    (computation.bind)(&Bindings(bound.fields.clone()), &bound.output)
}
