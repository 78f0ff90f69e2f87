//! Imports records: it turns a file's bytes into text or workbook cells, these into rows, and rows into requests to
//! the lifecycle. A mapping file says how. It is pure: no record is looked up, nothing is written.
//!
//! A mapping is TOML. `[fields]` says where each field comes from, `[[stages]]` which states the record went through
//! and when, and `[key]` how a row is recognized if it comes again:
//!
//! ```toml
//! dates = "%m/%d/%Y"                        # how the file writes dates; ISO and year-first ones are read without
//! [key]
//! prefix = "cfpb-"
//! columns = ["Complaint ID"]                # without: a digest of the row's mapped columns and how often it came up
//! [fields]
//! content = "{Issue}: {Sub-issue}"          # put together
//! sensitive = { value = "no" }              # always the same
//! received = { column = "Date received" }
//! channel = { column = "Submitted via", values = { Web = "web", "*" = "phone" } }
//! client = { column = "Company", make = { fields = { name = "{Company}" } } }
//! [[stages]]
//! state = "registered"
//! at = "Date received"
//! [[stages]]
//! state = { column = "Response", values = { Closed = "closed", "*" = "" } }   # an empty state is not a stage
//! at = ["Date sent", "Date received"]       # the latest of them
//! when = { Disputed = ["No", ""] }
//! ```

mod decode;
mod load;
mod mapping;
mod row;
pub mod table;
mod template;
mod times;
mod workbook;

pub use decode::decode;
pub use mapping::{Mapping, Taken};
pub use row::{Draft, Wanted};
pub use table::{Row, Table};
pub use times::moment as day_and_time;
pub use workbook::{is_workbook, workbook};

use crate::locale::Label;

/// What is wrong in a row, and in which column if that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    /// The heading. Empty for the row as a whole.
    pub column: String,
    /// What is wrong.
    pub message: Label,
}

#[cfg(test)]
mod tests;
