//! Printed forms: a record as HTML for paper, made with the book's templates.
//!
//! Templates get plain data and cannot reach anything else; [`data`] documents the data for people who edit them.
//! Undefined names are errors with file and line. Every text is escaped, `safe` and `autoescape false` are refused,
//! and characters that hide or turn text are written out. The page forbids itself to load anything. `policy check`
//! prints every form with invented records (`trial`), and reports names that a template uses but its kind does not
//! have. Names of another shipped preset's kind are accepted, because presets share templates.
//!
//! A few characters of a template can ask for any amount of memory and time. So a [`Renderer`] fills templates in, and
//! the command line uses one in a process of its own that limits itself ([`crate::bounds`]).
//!
//! Forms always follow today's rules, even for records that older rules judge. While the `draft` condition of a form
//! holds, each page is marked as a draft. Each copy is one table, whose head and foot browsers repeat on every page.
//! A letter ends with its text message, which only the screen shows. If somebody else typed a step, its signature
//! line stays empty, because nobody has signed. The policy says which forms exist. This module neither finds records
//! nor writes files.

mod capitals;
mod data;
mod error;
mod forbidden;
mod press;
mod renderer;
mod samples;
mod style;
mod sums;
mod trial;
mod words;
mod worker;

pub use data::{Desk, Earlier};
pub use error::FormError;
pub use press::{Press, Sheet};
pub use renderer::{Answer, Ask, Ended, Renderer};
pub use samples::invented;
pub use style::{Paper, Style};
pub use worker::{Inside, Worker};

#[cfg(test)]
mod tests;
