//! How reports, lists and errors look: text for terminals, Markdown, HTML, XLSX, CSV, JSON, iCalendar; one file for
//! each format.
//!
//! `report` decides the content; only layout is computed here. The caller passes in width and colour, and no clock or
//! terminal is read, so the same report always renders to the same bytes.

mod chart;
mod csv;
mod format;
mod html;
mod ics;
mod json;
mod markdown;
mod markup;
mod ndjson;
pub mod problem;
mod text;
mod words;
mod xlsx;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod sample;

pub use csv::{guarded, unguard};
pub use format::{FORMATS, Format, List, Options, RenderError, format, format_of_file, names, with_names};
pub use ics::{Agenda, Entry};
pub use json::{envelope, escaped, label, value};
pub use words::{grouped, words};
