//! How reports, lists and errors look: text for terminals, Markdown, HTML, CSV, JSON, iCalendar; one file a format.
//!
//! What they say is `report::model`; nothing is computed here but layout. No clock, no terminal: width and colour are handed in, so
//! that the same report renders to the same bytes for ever.

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

#[cfg(test)]
mod sample;

pub use csv::{guarded, unguard};
pub use format::{FORMATS, Format, List, Options, RenderError, format, format_of_file, names};
pub use ics::{Agenda, Entry};
pub use json::{envelope, escaped, label, value};
pub use words::{grouped, words};
