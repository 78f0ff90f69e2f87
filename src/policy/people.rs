//! The staff as the policy sees them: who has which role, department and deputy on a day (ST1).

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::Roles;
use super::staff::Staff;
use crate::locale::text::fold;
use crate::record::{Id, Record, Shape};

/// Everybody with a staff record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People(BTreeMap<Id, Person>);

/// One of the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id, such as `li.na`.
    pub id: Id,
    /// The name as written.
    pub name: String,
    /// E-mail addresses; commits have the first one.
    pub emails: Vec<String>,
    /// Roles with their dates.
    pub roles: Vec<Tenure>,
    /// The roles that every member of staff has.
    pub everybody: Arc<[String]>,
    /// The department.
    pub department: Option<String>,
    /// The most open records that can be assigned to the person; `None` means the policy's usual number.
    pub capacity: Option<u64>,
    /// The person's deputies, with their dates.
    pub deputies: Vec<Deputy>,
    /// Whether the person has not left.
    pub active: bool,
}

/// A role with its first and last day, both inclusive; `None` means without an end on that side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenure {
    /// The role.
    pub role: String,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
}

/// A deputy with the first and last day, both inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deputy {
    /// The deputy.
    pub person: Id,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
}

/// The time in which somebody is a deputy for a person, both days inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The principal.
    pub principal: Id,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub until: Option<NaiveDate>,
}

fn within(day: NaiveDate, from: Option<NaiveDate>, until: Option<NaiveDate>) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

impl Person {
    /// Whether the person has a role on a day; roles of everybody count.
    pub fn has_role(&self, role: &str, day: NaiveDate) -> bool {
        self.everybody.iter().any(|own| own == role)
            || self.roles.iter().any(|tenure| tenure.role == role && within(day, tenure.from, tenure.until))
    }

    /// The person's own roles on a day, without those of everybody.
    pub fn roles_on(&self, day: NaiveDate) -> impl Iterator<Item = &str> {
        self.roles.iter().filter(move |t| within(day, t.from, t.until)).map(|tenure| tenure.role.as_str())
    }
}

impl People {
    /// The people of these staff records, with the roles that everybody has.
    pub fn of<'r>(records: impl IntoIterator<Item = &'r Record>, shape: &Shape, roles: &Roles) -> Self {
        let everybody: Arc<[String]> = roles.everybody().into_iter().map(str::to_owned).collect();
        let staff = Staff::of(shape);
        let people = records.into_iter().map(|record| staff.person(record, &everybody));
        People(people.map(|person| (person.id.clone(), person)).collect())
    }

    /// Whether nobody has a staff record yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The person with this id.
    pub fn get(&self, id: &Id) -> Option<&Person> {
        self.0.get(id)
    }

    /// The person with this e-mail address, regardless of case and width. One who has not left comes before others, as
    /// one registered by mistake may have the same. `None` if several have it who have not left: nobody knows who of
    /// them acts. If nobody of the staff has an address alone, it is the first of them, so that somebody can mend it.
    pub fn by_email(&self, email: &str) -> Option<&Person> {
        let found = self.with_email(email);
        let mut active = found.iter().filter(|person| person.active);
        match (active.next(), active.next()) {
            (Some(_), Some(_)) if self.iter().any(|person| self.has_own_email(person)) => None,
            (Some(first), _) => Some(first),
            (None, _) => found.first().copied(),
        }
    }

    /// Everybody with this e-mail address, regardless of case and width, by id.
    pub fn with_email(&self, email: &str) -> Vec<&Person> {
        let wanted = fold(email);
        self.iter().filter(|person| person.emails.iter().any(|own| fold(own) == wanted)).collect()
    }

    /// Whether a person can act: has not left, and has an address that nobody else has who has not left.
    fn has_own_email(&self, person: &Person) -> bool {
        let own = |email: &String| self.with_email(email).iter().all(|other| other.id == person.id || !other.active);
        person.active && person.emails.iter().any(own)
    }

    /// Everybody, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.0.values()
    }

    /// Whether a person has a role on a day and has not left.
    pub fn has_role(&self, id: &Id, role: &str, day: NaiveDate) -> bool {
        self.get(id).is_some_and(|person| person.active && person.has_role(role, day))
    }

    /// Everybody who has a role on a day and has not left.
    pub fn with_role<'p>(&'p self, role: &'p str, day: NaiveDate) -> impl Iterator<Item = &'p Person> {
        self.iter().filter(move |person| person.active && person.has_role(role, day))
    }

    /// The people whose deputy a person is on a day. Deputies of deputies do not count.
    pub fn principals<'p>(&'p self, deputy: &'p Id, day: NaiveDate) -> impl Iterator<Item = &'p Person> {
        let stands_in = move |d: &Deputy| d.person == *deputy && within(day, d.from, d.until);
        self.iter().filter(move |person| person.active && person.id != *deputy && person.deputies.iter().any(stands_in))
    }

    /// The deputies of a person on a day.
    pub fn deputies(&self, principal: &Id, day: NaiveDate) -> impl Iterator<Item = &Deputy> {
        let own = self.get(principal).into_iter().flat_map(|person| &person.deputies);
        own.filter(move |deputy| within(day, deputy.from, deputy.until))
    }

    /// Whether somebody does a person's work on a day: the person has not left, and if there are deputies for the
    /// day, at least one of them has not left.
    pub fn is_attended(&self, id: &Id, day: NaiveDate) -> bool {
        let mut deputies = self.deputies(id, day).peekable();
        let active = |id: &Id| self.get(id).is_some_and(|person| person.active);
        active(id) && (deputies.peek().is_none() || deputies.any(|deputy| active(&deputy.person)))
    }

    /// For whom a person is deputy at other times than this day, and when.
    pub fn other_terms(&self, deputy: &Id, day: NaiveDate) -> Vec<Term> {
        let of = |person: &Person| -> Vec<Term> {
            let own = person.deputies.iter().filter(|d| d.person == *deputy && !within(day, d.from, d.until));
            own.map(|d| Term { principal: person.id.clone(), from: d.from, until: d.until }).collect()
        };
        self.iter().filter(|person| person.active && person.id != *deputy).flat_map(of).collect()
    }

    /// The people that a text means: by id, whole name or e-mail address, regardless of case and width.
    pub fn named(&self, text: &str) -> Vec<&Person> {
        let wanted = fold(text);
        let fits = |person: &&Person| {
            person.id.as_str() == wanted
                || fold(&person.name) == wanted
                || person.emails.iter().any(|email| fold(email) == wanted)
        };
        self.iter().filter(fits).collect()
    }
}
