//! Roles and departments of people of the staff that the rule book does not have. A misspelt role gives its holder no
//! right, and nobody notices.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::place::Place;
use crate::policy::{Departments, Person, Roles, STAFF, Sources, Staff};

pub(super) static CHECK: Check = Check { name: "staff-names", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let policy = rulebook.policy;
    let Some(kind) = policy.kind(STAFF) else { return };
    let (folder, staff) = (kind.shape.folder.as_str(), Staff::of(&kind.shape));
    // If a company declares none, any name is allowed.
    let (any_role, any_department) = (policy.roles.iter().next().is_none(), policy.departments.iter().next().is_none());
    for person in rulebook.people.iter().filter(|person| person.active) {
        for (at, tenure) in person.roles.iter().enumerate() {
            let past = tenure.until.is_some_and(|until| until < rulebook.today);
            if !any_role && !past && policy.roles.get(&tenure.role).is_none() {
                let place = place(rulebook.sources, folder, person, staff.role_key(at), &tenure.role);
                let message = label!(Text::StaffRole, person = person.name, role = tenure.role, file = Roles::FILE);
                found.say(&place, message);
            }
        }
        for department in person.department.iter().filter(|_| !any_department) {
            if policy.departments.get(department).is_none() {
                let place = place(rulebook.sources, folder, person, staff.department_key(), department);
                let file = Departments::FILE;
                found.say(
                    &place,
                    label!(Text::StaffDepartment, person = person.name, department = department, file = file),
                );
            }
        }
    }
}

/// The line of a person's file that ends with a key and this value; if there is none, the whole file.
fn place(sources: &Sources, folder: &str, person: &Person, key: Option<String>, value: &str) -> Place {
    let path = format!("{folder}/{}.yaml", person.id);
    let key = key.unwrap_or_default();
    let last = key.rsplit('.').next().unwrap_or_default();
    let text = sources.bytes(&path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let says = |line: &str| {
        let line = line.trim_start().trim_start_matches("- ").trim_end();
        let said = line.strip_prefix(last).and_then(|rest| rest.trim_start().strip_prefix(':'));
        said.is_some_and(|said| said.trim().trim_matches(['"', '\'']) == value)
    };
    let line = text.lines().position(says).map_or(1, |at| at + 1);
    Place { line, key: key.as_str().into(), ..Place::of_file(path) }
}
