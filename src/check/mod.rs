//! Findings: what is not wrong enough to stop the program and still wants mending. A check is a file and a line in the list
//! of its subject; it is a pure function of values.

mod finding;
pub mod policy;

pub use finding::{Finding, Severity};
