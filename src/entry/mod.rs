//! Reads what people type into fields: assignments (`amount=5,000元`, `demand+=repair`, `contacts.+.name=李四`) and
//! JSON. The shape of a kind says how they are read. No record is looked up and no clock is read here: the caller
//! answers both questions.

mod apply;
mod assignment;
pub mod batch;
mod error;
mod fault;
pub mod import;
mod json;
mod key;
mod reading;
mod value;

pub use apply::apply;
pub use assignment::{Assignment, Op, Stray, parse, parse_words};
pub use error::EntryError;
pub use fault::json_fault;
pub use json::apply_json;
pub use key::key;
pub use reading::{CalendarTimes, Found, Meant, Reading, Resolver, Times, Unresolved};

#[cfg(test)]
mod tests;
