//! Who handles a record that the policy makes, and what is copied into it. Shared by recurring duties and warning
//! signs.

use chrono::NaiveDate;

use crate::policy::{Copied, DutyHolder, People, Person, Policy};
use crate::record::{FieldId, Id, Record, Value};

/// The values that are copied from the record for which another one is made.
pub(super) fn copies(with: &[(FieldId, Copied)], of: &Record) -> Vec<(FieldId, Value)> {
    let value = |from: &Copied| match from {
        // a person's record is referred to by the person's id
        Copied::Id if of.id.is_person() => Some(Value::Text(of.id.to_string())),
        Copied::Id => Some(Value::Ref(of.id.clone())),
        Copied::Field(field) => of.get(*field).cloned(),
    };
    with.iter().filter_map(|(to, from)| Some((*to, value(from)?))).collect()
}

/// Who may do a piece of work on a day: the people of the first holder that names somebody who is present.
pub(super) fn able(
    policy: &Policy,
    people: &People,
    (holders, of): (&[DutyHolder], Option<&Record>),
    day: NaiveDate,
) -> Vec<Id> {
    let there = |id: &Id| people.is_attended(id, day);
    let with = |fits: &dyn Fn(&Person) -> bool| -> Vec<Id> {
        people.iter().filter(|person| person.active && fits(person)).map(|person| person.id.clone()).collect()
    };
    let named = |holder: &DutyHolder| -> Vec<Id> {
        match holder {
            DutyHolder::Person(id) => vec![id.clone()],
            DutyHolder::Role(role) => with(&|person| person.has_role(role, day)),
            DutyHolder::Department(name) => with(&|person| person.department.as_ref() == Some(name)),
            DutyHolder::Seat { role, department } => with(&|person| person.has_seat(role, department, day)),
            DutyHolder::Post(post) => {
                let kind = of.and_then(|of| Some((of, policy.kind(&of.kind)?)));
                let seats =
                    kind.map(|(of, kind)| policy.departments.seats(post, (&kind.shape, &of.fields), people, day));
                let seats = seats.unwrap_or_default();
                with(&|person| seats.iter().any(|seat| person.has_seat(&seat.role, &seat.department, day)))
            }
            DutyHolder::Field(field) => {
                let values = of.and_then(|of| of.get(*field)).map(Value::elements).unwrap_or_default();
                values.iter().filter_map(Value::as_text).filter_map(|id| id.parse().ok()).collect()
            }
            DutyHolder::Own => of.map(|of| of.id.clone()).into_iter().collect(),
        }
    };
    let found = holders.iter().map(|holder| -> Vec<Id> { named(holder).into_iter().filter(there).collect() });
    found.into_iter().find(|able| !able.is_empty()).unwrap_or_default()
}
