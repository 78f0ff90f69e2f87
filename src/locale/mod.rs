//! Languages, labels and text for people. This module knows no record, no file and no terminal.

#[cfg(test)]
mod checked;
mod label;
mod lang;
pub mod messages;
mod os;
pub mod text;

#[cfg(test)]
pub(crate) use checked::not_chinese;
pub use label::Label;
pub use lang::{Lang, UnknownLang};
pub use os::{os_error, tells_of_full_disk};
