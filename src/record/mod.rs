//! Records: ids, values, events, the shape of a kind's fields, and how they are read and written.
//!
//! `kind` and `lifecycle` decide what a record may do next. A record does not know what its states mean, nor its
//! steps.

mod computed;
mod decode;
mod encode;
mod event;
mod fields;
mod file;
mod id;
mod json;
mod money;
mod overruled;
mod packed;
mod phone;
mod shape;
mod unknown;
mod value;
pub mod yaml;

pub use computed::{Binder, Bound, Compute, Computed, bind_kept_by};
pub use decode::{Decoded, HEADER, decode, whose};
pub use encode::write_fields;
pub use event::{Event, entered};
pub use fields::Fields;
pub use file::{FILES, FileRef, is_device};
pub use id::{Id, IdError, RANDOM_ALPHABET, RANDOM_LENGTH, random_part};
pub use money::{MAX_AMOUNT, parse_decimal, parse_money, show_money, typed_amount};
pub use overruled::{ACKNOWLEDGE, Entry, Overruled, UNITE};
pub use phone::{is_phone, phone_digits};
pub(crate) use shape::is_among;
pub use shape::{Choice, Class, Field, FieldId, Shape, State, Type};
pub use unknown::{Unknown, Within};
pub use value::{Value, ValueError, day_of_year, is_kebab, parse_date, parse_time, stored_time};

/// The step by which records come in from elsewhere, in the state that they already have. A kind that does not declare
/// it accepts no imports.
pub const IMPORT: &str = "import";

/// One record as its file holds it. Fields are addressed by handles of the kind's [`Shape`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id, which also gives the path of its file.
    pub id: Id,
    /// The name of its kind.
    pub kind: String,
    /// The state after the last event.
    pub state: String,
    /// The short id of the policy under which the record was opened, for kinds that are judged by it.
    pub rules: Option<String>,
    /// The values of its fields.
    pub fields: Fields,
    /// Its events, in the order in which they were written down.
    pub history: Vec<Event>,
    /// The events that a merge overruled, in the order of the file.
    pub overruled: Vec<Overruled>,
}

impl Record {
    /// The value of a field.
    pub fn get(&self, field: FieldId) -> Option<&Value> {
        self.fields.get(field)
    }

    /// When the record was opened: the `at` of its first event.
    pub fn opened(&self) -> Option<crate::calendar::Moment> {
        self.history.first().map(|event| event.at)
    }

    /// Whether it came in from elsewhere: its first event is an import.
    pub fn is_imported(&self) -> bool {
        self.history.first().is_some_and(|event| event.step == IMPORT)
    }

    /// Each event with the state that the record was in before it. The first event has `None`.
    pub fn passed(&self) -> impl Iterator<Item = (Option<&str>, &Event)> {
        self.history.iter().scan(None, |state, event| {
            let before = *state;
            *state = event.to.as_deref().or(before);
            Some((before, event))
        })
    }
}
