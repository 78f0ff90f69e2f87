//! What reports and plans are made from, read from the book when it is asked for: the [`BookSource`] of reports, one file a concern,
//! and the records that commands plan from. How reports look is `report`'s affair, how the index answers `book`'s.

mod cases;
mod events;
mod flags;
mod holders;
mod links;
mod question;
mod records;
mod runs;
mod source;

pub use flags::{Answered, answered, unclosed_records};
pub use source::BookSource;
