//! Who holds a deadline, and to whom a record is assigned.

use crate::kind::{Deadline, Holder, Kind};
use crate::record::{FieldId, Record, Type, Value};
use crate::wording::{Held, Party};

/// Who holds a deadline: all whom the first of its holders names that names somebody, else to whom the record is assigned.
pub fn holder(deadline: &Deadline, kind: &Kind, record: &Record) -> Held {
    if deadline.outside {
        let named = deadline.holder.iter().find_map(|holder| match holder {
            Holder::Field(field) => record.get(*field),
            Holder::Role(_) | Holder::Department(_) => None,
        });
        return if let Some(Value::Ref(id)) = named { Party::Outside(id.clone()).into() } else { Held::default() };
    }
    let mut found = deadline.holder.iter().map(|holder| match holder {
        Holder::Field(field) => named(*field, kind, record),
        Holder::Role(role) => Party::Role(role.clone()).into(),
        Holder::Department(name) => Party::Department(name.clone()).into(),
    });
    found.find(|held| !held.is_empty()).unwrap_or_else(|| assigned(kind, record))
}

/// To whom a record is assigned.
pub(super) fn assigned(kind: &Kind, record: &Record) -> Held {
    kind.assignee.map(|field| named(field, kind, record)).unwrap_or_default()
}

/// The people, roles or departments that a field names.
pub(super) fn named(field: FieldId, kind: &Kind, record: &Record) -> Held {
    let values = record.get(field).map(Value::elements).unwrap_or_default();
    let party = |text: &str| match kind.field(field).ty.element() {
        Type::Department => Some(Party::Department(text.to_owned())),
        Type::Role => Some(Party::Role(text.to_owned())),
        _ => text.parse().ok().map(Party::Person),
    };
    values.iter().filter_map(Value::as_text).filter_map(party).collect()
}
