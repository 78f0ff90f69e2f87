//! Who holds something: who owes a step, and is pressed when a deadline is missed.

use chrono::NaiveDate;

use crate::kind::{Deadline, Holder, Kind};
use crate::locale::messages::RecordText;
use crate::locale::{Label, Lang};
use crate::policy::{People, Person, Policy};
use crate::record::{FieldId, Id, Record, Type, Value};

/// One that can hold something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A person, named in the record.
    Person(Id),
    /// Everybody who has the role.
    Role(String),
    /// Everybody of the department.
    Department(String),
    /// Anybody of the staff: what nobody in particular is named for.
    Anybody,
    /// None of the staff: the record that is waited for, such as the client's.
    Outside(Id),
}

impl Party {
    /// Whether it is a person's: in person, by role, or by department.
    pub fn is_for(&self, person: &Id, people: &People, day: NaiveDate) -> bool {
        match self {
            Party::Person(id) => id == person,
            Party::Role(role) => people.has_role(person, role, day),
            Party::Department(name) => {
                people.get(person).is_some_and(|person| person.active && person.department.as_ref() == Some(name))
            }
            Party::Anybody => people.get(person).is_some_and(|person| person.active),
            Party::Outside(_) => false,
        }
    }

    /// The people of the staff that it stands for on a day. Those who have left are among them only where they are named in person.
    pub fn members<'p>(&'p self, people: &'p People, day: NaiveDate) -> Vec<&'p Person> {
        match self {
            Party::Person(id) => people.get(id).into_iter().collect(),
            Party::Anybody | Party::Outside(_) => Vec::new(),
            Party::Role(_) | Party::Department(_) => {
                people.iter().filter(|person| self.is_for(&person.id, people, day)).collect()
            }
        }
    }

    /// Who it is, as people read it: the name of a person, the label of a role or department.
    pub fn label(&self, policy: &Policy, people: &People) -> Label {
        match self {
            Party::Person(id) => {
                Label::verbatim(people.get(id).map_or_else(|| id.as_str(), |person| person.name.as_str()))
            }
            Party::Role(name) => {
                policy.roles.get(name).map_or_else(|| Label::verbatim(name), |role| role.label.clone())
            }
            Party::Department(name) => {
                let department = policy.departments.get(name);
                department.map_or_else(|| Label::verbatim(name), |department| department.label.clone())
            }
            Party::Anybody => RecordText::Anybody.label(),
            Party::Outside(id) => Label::verbatim(id.as_str()),
        }
    }
}

/// The stored name: `li.na`, `role:qm`, `department:finance`, `anybody`.
impl std::fmt::Display for Party {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Party::Person(id) | Party::Outside(id) => f.write_str(id.as_str()),
            Party::Role(role) => write!(f, "role:{role}"),
            Party::Department(name) => write!(f, "department:{name}"),
            Party::Anybody => f.write_str("anybody"),
        }
    }
}

/// Who holds something together; empty where nobody is named.
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

    /// Whether it is a person's: in person, by role, or by department.
    pub fn is_for(&self, person: &Id, people: &People, day: NaiveDate) -> bool {
        self.0.iter().any(|party| party.is_for(person, people, day))
    }

    /// Who they are, as people read it.
    pub fn label(&self, policy: &Policy, people: &People) -> Label {
        let labels: Vec<Label> = self.0.iter().map(|party| party.label(policy, people)).collect();
        let joined = |lang, between: &str| labels.iter().map(|label| label.get(lang)).collect::<Vec<_>>().join(between);
        Label::new(joined(Lang::En, ", "), joined(Lang::Zh, "、"))
    }

    /// The stored names, for JSON: `li.na`, `role:qm`, `department:finance`, with commas between several.
    pub fn stored(&self) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}

/// One party alone.
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
