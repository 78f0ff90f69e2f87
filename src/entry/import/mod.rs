//! Records from elsewhere: a file's bytes to text, text to rows, rows to what `import` asks of the lifecycle, as a
//! mapping file says. Pure: no record is looked up, nothing is written.
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
mod drafted;
mod headings;
mod load;
mod mapping;
mod own;
mod row;
pub mod table;
mod template;
mod times;
mod workbook;

pub use drafted::draft;
pub use headings::Choice;
pub use mapping::{Mapping, Taken};
pub use own::{is_own, of_rejects};
pub use row::{Draft, Stranger, Wanted};
pub use table::{Layout, Row, Table};
pub use times::{day_and_time, moment};

use crate::locale::Label;

/// What is wrong in a row, and in which column if that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    /// The heading. Empty for the row as a whole.
    pub column: String,
    /// What is wrong.
    pub message: Label,
}

/// The name of a file without its folders and its ending.
fn stem(file: &str) -> String {
    let path = std::path::Path::new(file);
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
