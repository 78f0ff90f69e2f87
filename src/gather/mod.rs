//! What reports and plans are made from, read from the book when it is asked for: the [`BookSource`] of reports, one file a concern,
//! and the records that commands plan from. How reports look is `report`'s affair, how the index answers `book`'s.

mod alike;
mod cases;
mod events;
mod flags;
mod holders;
mod kept;
mod links;
mod noted;
mod periods;
mod planned;
mod question;
mod records;
mod runs;
mod source;
mod unfinished;

pub use alike::{earlier, given, recurred, same, within};
pub use flags::{Answered, answered};
pub use planned::{called_back, concerned, fitting, loads, open, pressed, recurring_for, unplanned_duties};
pub use source::BookSource;
pub use unfinished::{owing, unfinished, unfinished_records};
