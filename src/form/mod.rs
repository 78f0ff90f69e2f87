//! Printed forms: a record as HTML for paper, made with the templates of the book.
//!
//! Templates get plain data ([`data`] documents it for the people who edit them) and have no way to anything else.
//! Undefined names are errors with file and line. Fuel bounds the work. Every text is escaped, and characters that hide
//! or turn text are written out. The page forbids itself to load anything. `policy check` prints every form on trial
//! from invented records (`trial`), and names what a template asks of a kind that the kind does not have. If another
//! shipped preset has it, it is let pass, since templates are shared.
//!
//! Forms are always today's, also for records that are judged by older rules. While `draft` of a form holds, each page
//! is marked as a draft. Each copy is one table, whose head and foot browsers repeat on every page. A letter ends with
//! its text message, which is on the screen alone. The line of a step that somebody else typed stays empty, since
//! nobody has signed. Which forms there are is the policy's; finding the record and writing the page is not here.

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
