//! Reads the data of reports and plans from the book, when they ask for it. The [`BookSource`] of reports has one
//! file for each subject. The other files find the records that commands plan from. `report` decides how reports
//! look, and `book` how the index answers.

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
