//! Reads from the book what reports and plans are made from, when they ask for it: the [`BookSource`] of reports,
//! with one file for each subject, and the records that commands plan from. `report` decides how reports look, and
//! `book` how the index answers.

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
