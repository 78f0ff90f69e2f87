//! Languages, labels and text as people read it. No record, no file, no terminal.

mod label;
mod lang;
pub mod messages;
mod os;
pub mod text;

pub use label::Label;
pub use lang::{Lang, UnknownLang};
pub use os::os_error;
