//! The holder: the person, role or department that owes a step and is reminded when a deadline is missed.

use chrono::NaiveDate;

use super::{Words, joined};
use crate::locale::messages::RecordText;
use crate::locale::{Label, Lang};
use crate::policy::{People, Person, Seat};
use crate::record::Id;

/// Somebody who can hold something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A person, named in the record.
    Person(Id),
    /// Everybody who has the role.
    Role(String),
    /// Everybody of the department.
    Department(String),
    /// Everybody who has the role in the department.
    Seat(Seat),
    /// Anybody of the staff: nobody in particular is named.
    Anybody,
    /// Not one of the staff: the record that is waited for, such as the client's.
    Outside(Id),
}

impl Party {
    /// Whether it includes a person on a day: by name, by role, or by department.
    pub fn is_for(&self, person: &Id, people: &People, day: NaiveDate) -> bool {
        match self {
            Party::Person(id) => id == person,
            Party::Role(role) => people.has_role(person, role, day),
            Party::Department(name) => {
                people.get(person).is_some_and(|person| person.active && person.department.as_ref() == Some(name))
            }
            Party::Seat(seat) => {
                let own = people.get(person).filter(|person| person.active);
                own.is_some_and(|person| person.has_seat(&seat.role, &seat.department, day))
            }
            Party::Anybody => people.get(person).is_some_and(|person| person.active),
            Party::Outside(_) => false,
        }
    }

    /// The people of the staff that it includes on a day. Those who have left are included only if they are named as
    /// a person.
    pub fn members<'p>(&'p self, people: &'p People, day: NaiveDate) -> Vec<&'p Person> {
        match self {
            Party::Person(id) => people.get(id).into_iter().collect(),
            Party::Anybody | Party::Outside(_) => Vec::new(),
            Party::Role(_) | Party::Department(_) | Party::Seat(_) => {
                people.iter().filter(|person| self.is_for(&person.id, people, day)).collect()
            }
        }
    }
}

/// The stored name: `li.na`, `role:qm`, `department:finance`, `role:head@sales`, `anybody`.
impl std::fmt::Display for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Party::Person(id) | Party::Outside(id) => f.write_str(id.as_str()),
            Party::Role(role) => write!(f, "role:{role}"),
            Party::Department(name) => write!(f, "department:{name}"),
            Party::Seat(seat) => write!(f, "role:{}@{}", seat.role, seat.department),
            Party::Anybody => f.write_str("anybody"),
        }
    }
}

/// Everybody who holds something together. Empty if nobody is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held(Vec<Party>);

impl Held {
    /// Each of them, in the order in which they are named.
    pub fn parties(&self) -> &[Party] {
        &self.0
    }

    /// The people among them.
    pub fn people(&self) -> impl Iterator<Item = &Id> {
        self.0.iter().filter_map(|party| if let Party::Person(id) = party { Some(id) } else { None })
    }

    /// Whether nobody is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it includes a person on a day: by name, by role, or by department.
    pub fn is_for(&self, person: &Id, people: &People, day: NaiveDate) -> bool {
        self.0.iter().any(|party| party.is_for(person, people, day))
    }

    /// The stored names of all of them, and of every person that they include on a day: for a role, everybody who has
    /// it.
    pub fn named(&self, people: &People, day: NaiveDate) -> Vec<String> {
        let everybody = people.iter().filter(|person| self.is_for(&person.id, people, day));
        let mut names: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        names.extend(everybody.map(|person| person.id.to_string()));
        names
    }

    /// The stored names for JSON, separated by commas: `li.na`, `role:qm`, `department:finance`.
    pub fn stored(&self) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }

    /// The holders that stored names mean. A record that is waited for is stored like a person, so it is read as a
    /// person.
    pub fn from_stored(stored: &str) -> Self {
        let party = |name: &str| match name.split_once(':') {
            Some(("role", role)) => Some(match role.split_once('@') {
                Some((role, department)) => {
                    Party::Seat(Seat { role: role.to_owned(), department: department.to_owned() })
                }
                None => Party::Role(role.to_owned()),
            }),
            Some(("department", department)) => Some(Party::Department(department.to_owned())),
            _ if name == "anybody" => Some(Party::Anybody),
            _ => name.parse().ok().map(Party::Person),
        };
        stored.split(',').filter_map(party).collect()
    }
}

/// A single party.
impl From<Party> for Held {
    fn from(party: Party) -> Self {
        Held(vec![party])
    }
}

/// Parties, each once.
impl FromIterator<Party> for Held {
    fn from_iter<I: IntoIterator<Item = Party>>(parties: I) -> Self {
        let mut held = Held::default();
        for party in parties {
            if !held.0.contains(&party) {
                held.0.push(party);
            }
        }
        held
    }
}

impl Words<'_> {
    /// The holders as people read them: names of people, labels of roles and departments, titles of records. Empty if
    /// nobody is named.
    pub fn held(&self, held: &Held) -> Label {
        let parties: Vec<Label> = held.parties().iter().map(|party| self.party(party)).collect();
        joined(&parties)
    }

    /// One holder as people read it.
    pub fn party(&self, party: &Party) -> Label {
        match party {
            Party::Person(id) => Label::verbatim(self.person(id.as_str())),
            Party::Role(role) => self.role(role),
            Party::Department(name) => self.department(name),
            Party::Seat(seat) => {
                let (role, department) = (self.role(&seat.role), self.department(&seat.department));
                Label::each(|lang| match lang {
                    Lang::En => format!("{} ({})", role.get(lang), department.get(lang)),
                    Lang::Zh => format!("{}（{}）", role.get(lang), department.get(lang)),
                })
            }
            Party::Anybody => RecordText::Anybody.into(),
            Party::Outside(id) => self.named(id),
        }
    }
}
