//! Printed forms: a record as HTML for paper, made with the templates that stand in the book under `forms/`.
//!
//! Templates get plain data ([`data`] documents it for who edits them) and can neither read files nor change anything. Which
//! forms there are is the policy's; finding the record and writing the page is not here.

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

#[cfg(test)]
mod tests;
