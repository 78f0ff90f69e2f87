//! The superiors of a person: by the person's roles and `reports-to`, first in the same department; and which of them
//! share in what a person is charged with.

use chrono::NaiveDate;

use super::{People, Person, Policy};
use crate::record::{FieldId, Fields, Id, Value};

/// The superiors of a person on a day, the nearest first. At each level it is the holder of the role in the person's
/// department, then the holder in the nearest department above it, else the only holder. If several people have the
/// role and none of them is in these departments, the level is vacant and the next one follows. Nobody is their own
/// superior, and nobody appears twice.
pub fn superiors(policy: &Policy, people: &People, person: &Id, day: NaiveDate) -> Vec<Id> {
    let Some(own) = people.get(person) else { return Vec::new() };
    // of several roles the lowest: the one with most levels above it
    let lowest = own.roles_on(day).map(|role| policy.roles.above(role).count()).max();
    let role = own.roles_on(day).find(|role| Some(policy.roles.above(role).count()) == lowest);
    let mut found: Vec<Id> = Vec::new();
    for above in role.into_iter().flat_map(|role| policy.roles.above(role)) {
        let free = |holder: &&Person| holder.id != *person && !found.contains(&holder.id);
        let holders: Vec<&Person> = people.with_role(&above.name, day).filter(free).collect();
        let of = |name: &str| holders.iter().find(|holder| holder.department.as_deref() == Some(name));
        let over =
            own.department.iter().flat_map(|name| policy.departments.above(name)).map(|above| above.name.as_str());
        let near = own.department.as_deref().into_iter().chain(over).find_map(of);
        let chosen = near.or_else(|| holders.first().filter(|_| holders.len() == 1));
        found.extend(chosen.map(|holder| holder.id.clone()));
    }
    found
}

/// The superiors who share in what the lines of `field` charge people with, by the bands of `policy/sharing.toml`
/// (RL3). Every level counts to which some band gives a part, because the loss of a case is not known before its end.
/// Empty if the policy gives superiors no share, or if the field is not the list of responsible people.
pub fn sharers(
    policy: &Policy,
    people: &People,
    (kind, field): (&str, FieldId),
    fields: &Fields,
    day: NaiveDate,
) -> Vec<Id> {
    let of_cases = policy.reports.cases.as_ref().is_some_and(|cases| cases.kind == kind);
    let Some(responsible) = policy.sharing.responsible.as_ref().filter(|list| of_cases && list.list == field) else {
        return Vec::new();
    };
    let bands = policy.sharing.bands.iter();
    let levels = bands.filter_map(|band| band.parts.iter().skip(1).rposition(|part| !part.is_zero())).max();
    let Some(levels) = levels.map(|last| last + 1) else { return Vec::new() };
    let lines = fields.get(field).map(Value::elements).unwrap_or_default().iter();
    let groups = lines.filter_map(|line| if let Value::Group(line) = line { Some(line) } else { None });
    let named = |line: &Fields, field| line.get(field).and_then(Value::as_text).map(str::to_owned);
    let divided = groups.filter(|line| named(line, responsible.department).is_some());
    let persons = divided.filter_map(|line| named(line, responsible.person)?.parse::<Id>().ok());
    persons.flat_map(|person| superiors(policy, people, &person, day).into_iter().take(levels)).collect()
}
