//! Reports: one file for each report, the values that they are made from, and the registry.
//!
//! `render` decides how a report looks, and `gather` reads its values. A report is a pure function of the answers of
//! a [`Source`]. [`REPORTS`] is the only list of computed reports.

mod adjustments;
mod answers;
mod cases;
mod charts;
mod clock;
mod deductions;
mod differences;
mod fields;
mod improvement;
pub mod language;
mod layout;
mod losses;
mod measures;
mod money;
mod monthly;
mod needs;
mod notices;
mod overdue;
mod owed;
mod passage;
mod plain;
mod receivables;
mod registry;
mod repeats;
mod responsibility;
mod retention;
pub mod rulebook;
mod set;
mod sheet;
mod signatures;
mod source;
mod surveys;
mod tally;
mod timeliness;
mod tracking;
mod volumes;
pub mod worded;
mod words;

pub use adjustments::{Adjustment, adjustments};
pub use answers::{Clocked, NotedLater, Timed, Untimed};
pub use cases::{Case, Cases};
pub use charts::Charted;
pub use clock::{Clock, Timing, said};
pub use differences::{Difference, differences};
pub use layout::{CaseColumn, Layout, Lays};
pub use needs::Needed;
pub use plain::PlainSource;
pub use registry::{Definition, REPORTS, named};
pub use retention::{kept_of, past_of};
pub use set::{Belonging, RecordSet};
pub use signatures::{Margin, Signature};
pub use source::{Answer, Basis, Link, Owed, RecordedEvent, Source, Subject};

use crate::model;

#[cfg(test)]
mod tests;
