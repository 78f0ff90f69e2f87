//! Computations: values that follow from the fields of one record alone. A kind file says which of them a kind has,
//! what they are called, and which fields they use (`[computed.…]`). Filters, lists and the index treat the values
//! like fields.
//!
//! Each computation is one file: its pure arithmetic, its field handles and a typed view of a record. Anything that
//! needs other records, the staff or the policy belongs to `money`.

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
    /// Its name: `[computed.NAME]`, or `by = "NAME"` in that table.
    pub name: &'static str,
    /// The fields that it needs.
    pub inputs: &'static [Input],
    /// The values that it gives.
    pub outputs: fn() -> Vec<Output>,
    /// Binds one of its values to fields; `None` if there is no such value or a required field is missing.
    pub bind: fn(&Bindings, &str) -> Option<Arc<dyn Compute>>,
}

/// Every computation, sorted by name.
pub static COMPUTATIONS: &[Computation] = &[
    allowance::COMPUTATION,
    elements::COMPUTATION,
    lines::COMPUTATION,
    reconciliation::COMPUTATION,
    resale::COMPUTATION,
    shares::COMPUTATION,
];

impl Computation {
    /// The computation with this name.
    pub fn named(name: &str) -> Option<&'static Computation> {
        COMPUTATIONS.iter().find(|computation| computation.name == name)
    }
}

/// Binds a stored rule to its fields again.
pub fn bind(bound: &Bound) -> Option<Arc<dyn Compute>> {
    let computation = Computation::named(&bound.computation)?;
    (computation.bind)(&Bindings(bound.fields.clone()), &bound.output)
}
