//! Findings: mistakes that do not stop the program but should be fixed. A check is a file and a line in the list of
//! its subject. It is a pure function of values.

mod finding;
pub mod policy;

pub use finding::{Finding, Severity};
