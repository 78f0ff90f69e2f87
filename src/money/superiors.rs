//! Who stands above a person: by the person's roles and `reports-to`, first in the same department.

use chrono::NaiveDate;

use crate::policy::{People, Person, Policy};
use crate::record::Id;

/// The superiors of a person on a day, the first superior first. Of the holders of a role one of the person's department
/// comes first, else the only one; where several have it and none is of the department, the level is vacant and the next one
/// is asked. Nobody is their own superior, and nobody stands there twice.
pub fn superiors(policy: &Policy, people: &People, person: &Id, day: NaiveDate) -> Vec<Id> {
    let Some(own) = people.get(person) else { return Vec::new() };
    // of several roles the one with most levels above it: the lowest
    let lowest = own.roles_on(day).map(|role| policy.roles.above(role).count()).max();
    let role = own.roles_on(day).find(|role| Some(policy.roles.above(role).count()) == lowest);
    let mut found: Vec<Id> = Vec::new();
    for above in role.into_iter().flat_map(|role| policy.roles.above(role)) {
        let free = |holder: &&Person| holder.id != *person && !found.contains(&holder.id);
        let holders: Vec<&Person> = people.with_role(&above.name, day).filter(free).collect();
        let near = |holder: &&&Person| own.department.is_some() && holder.department == own.department;
        let chosen = holders.iter().find(near).or_else(|| holders.first().filter(|_| holders.len() == 1));
        found.extend(chosen.map(|holder| holder.id.clone()));
    }
    found
}
