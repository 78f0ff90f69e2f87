//! The departments of a company: `policy/departments.toml`.

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::roles::{Roles, label, labels_are_unique, named};
use super::{People, Person};
use crate::kind::Declared;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::read;
use crate::place::{Place, Placed, Problems};

/// A department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Its name, which records use.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The roles that head it: the first one that somebody of the department has.
    pub head: Vec<String>,
    /// The department that it is a part of.
    pub above: Option<String>,
    /// Whether it no longer exists; old records keep it.
    pub retired: bool,
    /// Where it is declared.
    pub place: Place,
}

/// Every department, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Departments(IndexMap<String, Department>);

impl Departments {
    /// The path of the file.
    pub const FILE: &'static str = "policy/departments.toml";

    /// Reads the file. All problems are noted, and departments without problems are returned.
    pub fn load(text: &str, roles: &Roles, problems: &Problems) -> Self {
        let Some(file) = read(Self::FILE, text, problems) else { return Departments::default() };
        let mut departments = IndexMap::new();
        let mut ups = Vec::new();
        let common = file.text("head", problems);
        common.iter().for_each(|head| roles.check(head, problems));
        for (name, table) in file.sections("departments", problems) {
            named(name, LoadText::WordDepartment, problems);
            let own = table.text("head", problems);
            own.iter().for_each(|head| roles.check(head, problems));
            let above = table.text("above", problems);
            ups.extend(above.iter().map(|up| (name.value.clone(), up.clone())));
            let department = Department {
                name: name.value.clone(),
                label: label(table, &name.value, problems),
                head: common.iter().chain(&own).map(|head| head.value.clone()).collect(),
                above: above.map(|up| up.value),
                retired: table.flag("retired", problems).unwrap_or(false),
                place: name.place.clone(),
            };
            table.finish(problems);
            departments.insert(name.value.clone(), department);
        }
        file.finish(problems);
        let departments = Departments(departments);
        for (of, up) in ups {
            departments.check(&up, problems);
            if departments.above(&of).any(|above| above.name == of) {
                problems.say(&up.place, label!(LoadText::AboveItself, of = of));
            }
        }
        labels_are_unique(departments.iter().map(|department| (&department.label, &department.place)), problems);
        departments
    }

    /// The department with this name.
    pub fn get(&self, name: &str) -> Option<&Department> {
        self.0.get(name)
    }

    /// The department with this name, or with this label in any language.
    pub fn find(&self, word: &str) -> Option<&Department> {
        self.get(word).or_else(|| self.iter().find(|department| department.label.matches(word)))
    }

    /// Every department, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Department> {
        self.0.values()
    }

    /// The departments above a department, the nearest first.
    pub fn above<'d>(&'d self, name: &str) -> impl Iterator<Item = &'d Department> {
        let up = |department: &Department| department.above.as_deref().and_then(|up| self.get(up));
        // A circle is a problem of the file; the iterator ends anyway.
        std::iter::successors(self.get(name).and_then(up), move |department| up(department)).take(self.0.len())
    }

    /// The only department that is headed by a role. `None` for a role such as `head`, which heads several.
    pub fn led_by(&self, role: &str) -> Option<&Department> {
        let mut led = self.iter().filter(|department| department.head.iter().any(|head| head == role));
        led.next().filter(|_| led.next().is_none())
    }

    /// The heads of a department on a day: those of its people who have the first of its head roles that any of them
    /// has. If nobody does, it is everybody who has the last of these roles, unless it heads other departments too.
    pub fn heads<'p>(&self, name: &str, people: &'p People, day: NaiveDate) -> Vec<&'p Person> {
        let Some(department) = self.get(name) else { return Vec::new() };
        let holders = |role: &String| {
            let holds = |person: &&Person| person.active && person.has_role(role, day);
            people.iter().filter(holds).collect::<Vec<&'p Person>>()
        };
        let own = |role: &String| {
            let mut own = holders(role);
            own.retain(|person| person.department.as_deref() == Some(name));
            own
        };
        let found = department.head.iter().map(own).find(|own| !own.is_empty());
        let last = department.head.last().filter(|role| self.led_by(role).is_some());
        found.or_else(|| last.map(holders)).unwrap_or_default()
    }

    /// Notes a problem if a named department does not exist.
    pub fn check(&self, name: &Placed<String>, problems: &Problems) {
        self.declared().check(name, problems);
    }

    /// Whether the company declares none, so that any name is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names, for other files that name departments.
    pub(super) fn declared(&self) -> Declared {
        Declared { what: LoadText::WordDepartment, file: Self::FILE, names: self.0.keys().cloned().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::Departments;
    use crate::place::Problems;
    use crate::policy::Roles;

    #[test]
    fn a_department_is_found_by_name_and_label() {
        let problems = Problems::new();
        let text =
            "[departments.qm]\nlabel = { en = \"Quality\", zh = \"品管部\" }\n[departments.old]\nretired = true\n";
        let departments = Departments::load(text, &Roles::default(), &problems);
        assert!(problems.is_empty());
        assert_eq!(departments.find("品管部").map(|department| department.name.as_str()), Some("qm"));
        assert!(departments.get("old").is_some_and(|department| department.retired));
        assert!(departments.find("nobody").is_none());
    }

    #[test]
    fn departments_stand_under_departments_and_never_under_themselves() {
        let problems = Problems::new();
        let text = "[departments.a]\nabove = \"b\"\n[departments.b]\nabove = \"c\"\n[departments.c]\n";
        let departments = Departments::load(text, &Roles::default(), &problems);
        let above: Vec<&str> = departments.above("a").map(|department| department.name.as_str()).collect();
        assert_eq!((above, problems.is_empty()), (vec!["b", "c"], true));
        let circle =
            text.replace("[departments.c]\n", "[departments.c]\nabove = \"a\"\n[departments.d]\nabove = \"e\"\n");
        Departments::load(&circle, &Roles::default(), &problems);
        let said: Vec<String> = problems.into_sorted().iter().map(ToString::to_string).collect();
        let itself = |line, name: &str| {
            format!("policy/departments.toml:{line}: departments.{name}.above: `{name}` stands above itself")
        };
        assert_eq!(said[..3], [itself(2, "a"), itself(4, "b"), itself(6, "c")]);
        assert_eq!(
            said[3..],
            [
                "policy/departments.toml:8: departments.d.above: there is no department `e` (add `[departments.e]` to policy/departments.toml)"
            ]
        );
    }

    #[test]
    fn a_head_is_a_role() {
        let problems = Problems::new();
        let roles = Roles::load("[roles.gm]\n", &problems);
        Departments::load("[departments.qm]\nhead = \"qm\"\n", &roles, &problems);
        let said = problems.into_sorted()[0].to_string();
        assert_eq!(
            said,
            "policy/departments.toml:2: departments.qm.head: there is no role `qm` (add `[roles.qm]` to policy/roles.toml)"
        );
    }
}
