//! Printed forms: a record as HTML for paper, made with the book's templates.
//!
//! Templates get plain data and cannot reach anything else; [`data`] documents the data for people who edit them.
//! Undefined names are errors with file and line. Fuel limits the work. Every text is escaped, and characters that
//! hide or turn text are written out. The page forbids itself to load anything. `policy check` prints every form with
//! invented records (`trial`), and reports names that a template uses but its kind does not have. Names of another
//! shipped preset's kind are accepted, because presets share templates.
//!
//! Forms always follow today's rules, even for records that older rules judge. While the `draft` condition of a form
//! holds, each page is marked as a draft. Each copy is one table, whose head and foot browsers repeat on every page.
//! A letter ends with its text message, which only the screen shows. If somebody else typed a step, its signature
//! line stays empty, because nobody has signed. The policy says which forms exist. This module neither finds records
//! nor writes files.

mod capitals;
mod data;
mod error;
mod press;
mod samples;
mod sums;
mod trial;
mod words;

pub use data::{Desk, Earlier};
pub use error::FormError;
pub use press::{Paper, Press, Sheet, Style};
pub use samples::invented;

#[cfg(test)]
mod tests;
