//! Staff records as the program reads them (ST1). Only this module knows the names of their fields. Rights, deputies
//! and git's e-mail addresses are needed before any section of the policy could say where they are. So the kind
//! `staff` and these fields are the program's own.
//!
//! The names are bound once to a company's kind. If the kind lacks a field, it is empty for everybody. A field with
//! another type is an error of the rule book.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::people::{Deputy, Person, Tenure};
use crate::label;
use crate::locale::messages::LoadText;
use crate::locale::text::fold;
use crate::place::{Problem, Problems};
use crate::record::{Class, FieldId, Fields, Id, Record, Shape, Type, Value};

/// The kind whose records are people.
pub const STAFF: &str = "staff";

/// The name of a field of a staff record, and its required type.
struct Name(&'static str, fn(&Type) -> bool, LoadText);

const NAME: Name = Name("name", |ty| matches!(ty, Type::Text), LoadText::TypeText);
const EMAILS: Name = Name("emails", is_list_of_emails, LoadText::TypeEmails);
const DEPARTMENT: Name = Name("department", |ty| matches!(ty, Type::Department | Type::Text), LoadText::TypeDepartment);
const CAPACITY: Name = Name("capacity", |ty| matches!(ty, Type::Count), LoadText::TypeCount);
const JOINED: Name = Name("joined", |ty| matches!(ty, Type::Date), LoadText::TypeDate);
const ROLES: Name = Name("roles", is_list_of_groups, LoadText::TypeRoles);
const DEPUTIES: Name = Name("deputy", is_list_of_groups, LoadText::TypeDeputies);

fn is_list_of_emails(ty: &Type) -> bool {
    matches!(ty, Type::List(element) if matches!(**element, Type::Email | Type::Text))
}

fn is_list_of_groups(ty: &Type) -> bool {
    matches!(ty, Type::List(element) if matches!(**element, Type::Group(_)))
}

/// The fields of staff records, by their handles.
pub struct Staff<'s> {
    shape: &'s Shape,
    name: Option<FieldId>,
    emails: Option<FieldId>,
    department: Option<FieldId>,
    capacity: Option<FieldId>,
    joined: Option<FieldId>,
    roles: Option<Dated>,
    deputies: Option<Dated>,
}

/// A list with entries that are valid from one day to another.
struct Dated {
    list: FieldId,
    what: FieldId,
    from: Option<FieldId>,
    until: Option<FieldId>,
}

impl Dated {
    fn of(shape: &Shape, name: &Name, what: &str) -> Option<Self> {
        let list = bound(shape, name)?;
        let Type::Group(inner) = shape.field(list).ty.element() else { return None };
        let date = |name: &str| inner.field_id(name).filter(|id| matches!(inner.field(*id).ty, Type::Date));
        Some(Dated { list, what: inner.field_id(what)?, from: date("from"), until: date("until") })
    }

    /// The value of each line, with its first and last day.
    fn lines<'r>(&self, record: &'r Record) -> impl Iterator<Item = (&'r str, Option<NaiveDate>, Option<NaiveDate>)> {
        let date = |fields: &Fields, field: Option<FieldId>| match fields.get(field?) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        let (what, from, until) = (self.what, self.from, self.until);
        let lines = record.get(self.list).map(Value::elements).unwrap_or_default();
        lines.iter().filter_map(move |line| match line {
            Value::Group(fields) => Some((fields.get(what)?.as_text()?, date(fields, from), date(fields, until))),
            _ => None,
        })
    }
}

fn bound(shape: &Shape, name: &Name) -> Option<FieldId> {
    shape.field_id(name.0).filter(|id| (name.1)(&shape.field(*id).ty))
}

impl<'s> Staff<'s> {
    /// The fields of the kind of this shape.
    pub fn of(shape: &'s Shape) -> Self {
        Staff {
            shape,
            name: bound(shape, &NAME),
            emails: bound(shape, &EMAILS),
            department: bound(shape, &DEPARTMENT),
            capacity: bound(shape, &CAPACITY),
            joined: bound(shape, &JOINED),
            roles: Dated::of(shape, &ROLES, "role"),
            deputies: Dated::of(shape, &DEPUTIES, "person"),
        }
    }

    /// The key of a person's role in the file of the record, counted from 0: `roles.0.role`.
    pub fn role_key(&self, at: usize) -> Option<String> {
        let roles = self.roles.as_ref()?;
        let list = self.shape.field(roles.list);
        let Type::Group(inner) = list.ty.element() else { return None };
        Some(format!("{}.{at}.{}", list.name, inner.field(roles.what).name))
    }

    /// The key of a person's department in the file of the record.
    pub fn department_key(&self) -> Option<String> {
        self.department.map(|field| self.shape.field(field).name.clone())
    }

    /// Notes fields that have one of the names but not its type.
    pub(super) fn check(shape: &Shape, problems: &Problems) {
        for Name(name, fits, wanted) in [NAME, EMAILS, DEPARTMENT, CAPACITY, JOINED, ROLES, DEPUTIES] {
            let field = shape.field_id(name).map(|id| shape.field(id));
            if let Some(field) = field.filter(|field| !fits(&field.ty)) {
                let message = label!(LoadText::StaffField, name = name, ty = field.ty.name(); wanted = wanted);
                problems.push(Problem::new(field.place.clone(), message).help(LoadText::StaffReads));
            }
        }
    }

    /// The person of a record.
    pub(super) fn person(&self, record: &Record, everybody: &Arc<[String]>) -> Person {
        let text = |field: Option<FieldId>| record.get(field?).and_then(Value::as_text).map(str::to_owned);
        let emails = self.emails.and_then(|field| record.get(field)).map(Value::elements).unwrap_or_default();
        let roles = self.roles.iter().flat_map(|roles| roles.lines(record));
        let deputies = self.deputies.iter().flat_map(|deputies| deputies.lines(record));
        Person {
            id: record.id.clone(),
            name: text(self.name).unwrap_or_else(|| record.id.to_string()),
            emails: emails.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
            roles: roles.map(|(role, from, until)| Tenure { role: role.to_owned(), from, until }).collect(),
            everybody: everybody.clone(),
            department: text(self.department),
            capacity: match self.capacity.and_then(|field| record.get(field)) {
                Some(Value::Count(n)) => Some(*n),
                _ => None,
            },
            deputies: deputies
                .filter_map(|(person, from, until)| Some(Deputy { person: person.parse::<Id>().ok()?, from, until }))
                .collect(),
            active: self.shape.class(&record.state) != Class::Closed,
        }
    }

    /// The name of the field with the addresses.
    pub fn address_field(&self) -> Option<&'s str> {
        self.emails.map(|field| self.shape.field(field).name.as_str())
    }

    /// The addresses of a record in their order, regardless of case and width.
    pub fn address_list(&self, record: &Record) -> Vec<String> {
        let all = self.emails.and_then(|field| record.get(field)).map(Value::elements).unwrap_or_default();
        all.iter().filter_map(Value::as_text).map(fold).collect()
    }

    /// The field with the addresses, and those of a record, regardless of case and width.
    pub fn addresses(&self, record: &Record) -> Option<(FieldId, BTreeSet<String>)> {
        Some((self.emails?, self.address_list(record).into_iter().collect()))
    }

    /// Whether two records are of one person: they have an address in common, or say the same.
    pub fn is_same_person(&self, one: &Record, other: &Record) -> bool {
        let of = |record: &Record| self.addresses(record).map(|(_, all)| all).unwrap_or_default();
        one.fields == other.fields || !of(one).is_disjoint(&of(other))
    }

    /// The fields that decide over a person's rights: roles, deputies, addresses, department.
    pub fn deciding(&self) -> impl Iterator<Item = FieldId> {
        let roles = self.roles.as_ref().map(|roles| roles.list);
        [roles, self.deputies(), self.emails, self.department].into_iter().flatten()
    }

    /// The field with a person's deputies.
    pub fn deputies(&self) -> Option<FieldId> {
        self.deputies.as_ref().map(|deputies| deputies.list)
    }

    /// What decides over a person's rights, as text by the names of the fields: each role and deputy with its days, the
    /// addresses, the department.
    pub fn rights(&self, record: &Record) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let name = |field: FieldId| self.shape.field(field).name.clone();
        let day = |date: Option<NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
        for dated in [&self.roles, &self.deputies].into_iter().flatten() {
            for (what, from, until) in dated.lines(record) {
                let days = format!("{}..{}", day(from), day(until));
                let key = format!("{}.{what}", name(dated.list));
                found.entry(key).and_modify(|all: &mut String| all.push_str(&format!(", {days}"))).or_insert(days);
            }
        }
        if let Some(field) = self.emails {
            let all = record.get(field).map(Value::elements).unwrap_or_default().iter().filter_map(Value::as_text);
            found.extend(all.map(|address| (format!("{}.{}", name(field), fold(address)), String::new())));
        }
        if let Some((field, text)) = self.department.and_then(|field| Some((field, record.get(field)?.as_text()?))) {
            found.insert(name(field), text.to_owned());
        }
        found
    }

    /// Whether a value of [`Staff::rights`] is of roles or deputies that have all ended before a day.
    pub fn has_ended(value: &str, day: NaiveDate) -> bool {
        let ended = |days: &str| {
            let until = days.split_once("..").and_then(|(_, until)| until.parse::<NaiveDate>().ok());
            until.is_some_and(|until| until < day)
        };
        value.split(", ").all(ended)
    }

    /// Whether a key of [`Staff::rights`] is a deputy.
    pub fn is_deputy(key: &str) -> bool {
        key.split('.').next() == Some(DEPUTIES.0)
    }

    /// The values of a new person's record, who joins on a day with these roles.
    pub fn newcomer(&self, name: &str, email: &str, roles: &[&str], day: NaiveDate) -> Vec<(FieldId, Option<Value>)> {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut set: Vec<(FieldId, Option<Value>)> = Vec::new();
        set.extend(self.name.map(|field| (field, Some(text(name)))));
        set.extend(self.emails.map(|field| (field, Some(Value::List(vec![text(email)])))));
        set.extend(self.joined.map(|field| (field, Some(Value::Date(day)))));
        if let Some(given) = &self.roles {
            let line = |role: &str| {
                let mut fields = Fields::new();
                fields.set(given.what, text(role));
                Value::Group(fields)
            };
            set.push((given.list, Some(Value::List(roles.iter().map(|role| line(role)).collect()))));
        }
        set
    }
}
