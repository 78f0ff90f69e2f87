//! Who has a role in a department that a record names, or in the nearest department above it in which somebody has
//! the role.

use chrono::NaiveDate;

use super::{Departments, People, Person};
use crate::kind::Post;
use crate::record::{Fields, Shape};

/// A role in one department.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat {
    /// The role.
    pub role: String,
    /// The department.
    pub department: String,
}

impl Person {
    /// Whether the person has a role on a day and belongs to a department.
    pub fn has_seat(&self, role: &str, department: &str, day: NaiveDate) -> bool {
        self.department.as_deref() == Some(department) && self.has_role(role, day)
    }
}

impl Departments {
    /// The seats of a post for the fields of a record: one for each department that they name. Of the departments
    /// above a department, the nearest counts in which somebody has the role on the day. If nobody has it in any of
    /// them, that department gives no seat.
    pub fn seats(&self, post: &Post, (shape, fields): (&Shape, &Fields), people: &People, day: NaiveDate) -> Vec<Seat> {
        let taken = |name: &str| people.iter().any(|person| person.active && person.has_seat(&post.role, name, day));
        let nearest = |named: &str| match post.above {
            false => Some(named.to_owned()),
            true => self.above(named).find(|above| taken(&above.name)).map(|above| above.name.clone()),
        };
        let mut found: Vec<Seat> = Vec::new();
        for department in post.departments(shape, fields).into_iter().filter_map(nearest) {
            if found.iter().all(|seat| seat.department != department) {
                found.push(Seat { role: post.role.clone(), department });
            }
        }
        found
    }
}
