//! Reads who may not take a step (`not-by`), who may take it if everybody else is barred (`instead`), and the first
//! day on which it may be taken (`not-before`). `lifecycle` applies these rules.

use super::reader::{self, condition_of, unknown};
use super::steps::{ID, Reader};
use super::{Bar, NotBefore, NotBy, Who, posts};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Place, Placed, Problem};
use crate::record::Type;

/// Means every step, or every deadline, in `not-by`.
const ANY: &str = "any";

/// Means the step that sealed the fields that this step changes.
const SEALED: &str = "sealed";

impl Reader<'_> {
    /// `WHO`, or `{ who = "WHO", when = "…", once = ["approve"], breached = true }`.
    pub(super) fn bar(&self, item: &Item) -> Option<Bar> {
        match item {
            Item::Section(table) => {
                let who = table.required_text("who", self.problems);
                let when = condition_of(table, "when", &self.shape.name, self.shapes, self.problems);
                let once = table.texts("once", self.problems);
                let missed = table.flag("breached", self.problems).unwrap_or(false);
                table.finish(self.problems);
                Some(Bar { who: self.not_by(&who?)?, when, once, missed })
            }
            item => {
                let who = self.not_by(&item.text(self.problems)?)?;
                Some(Bar { who, when: None, once: Vec::new(), missed: false })
            }
        }
    }

    /// `instead = ["vice-president", "gm"]`: roles, in the order in which they are asked.
    pub(super) fn instead(&self, table: &Section) -> Vec<Who> {
        let named = table.texts("instead", self.problems);
        named.iter().filter_map(|role| self.role(role)).collect()
    }

    /// `not-before = "check-due"`: a date field.
    pub(super) fn not_before(&self, table: &Section, first: bool) -> Option<NotBefore> {
        let named = table.text("not-before", self.problems)?;
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        if !matches!(self.shape.field(field).ty, Type::Date) {
            self.problems.say(&named.place, label!(LoadText::NoDateField, name = named.value));
        }
        if first {
            self.problems.say(&named.place, LoadText::FirstNotBefore);
        }
        Some(NotBefore { field, place: named.place })
    }

    fn not_by(&self, who: &Placed<String>) -> Option<NotBy> {
        match who.value.split_once(':') {
            _ if posts::is_post(&who.value) => {
                posts::post(who, self.shape, self.shapes, self.problems).map(NotBy::Post)
            }
            None => Some(NotBy::Step(who.value.clone())),
            Some(("step", ANY)) => Some(NotBy::Anything),
            Some(("step", SEALED)) => Some(NotBy::Sealed),
            Some(("deadline", ANY)) => Some(NotBy::Missed(None)),
            Some(("deadline", name)) => Some(NotBy::Missed(Some(name.to_owned()))),
            Some(("field", ID)) => self.of_people(&who.place).then_some(NotBy::Own),
            Some(("field", path)) if path.contains('.') => self.beyond_ref(path, &who.place),
            Some(("field", name)) => reader::field(self.shape, name, &who.place, self.problems).map(NotBy::Field),
            Some(("department", name)) => {
                let field = reader::field(self.shape, name, &who.place, self.problems)?;
                if !posts::holds_departments(&self.shape.field(field).ty) {
                    self.problems.say(&who.place, label!(LoadText::HoldsNoDepartment, name = name));
                    return None;
                }
                Some(NotBy::Department(field))
            }
            Some(_) => {
                self.problems.push(Problem::new(who.place.clone(), LoadText::NotByNames).help(LoadText::WriteNotBy));
                None
            }
        }
    }

    /// `field:id`: the person whose record it is. Only records of people belong to a person.
    pub(super) fn of_people(&self, place: &Place) -> bool {
        let named = self.shape.prefix.is_empty();
        if !named {
            self.problems.say(place, label!(LoadText::NobodysRecord, kind = self.shape.name));
        }
        named
    }

    /// `field:complaint.responsible`: a field of the record that a field refers to, of any kind that the reference
    /// allows.
    fn beyond_ref(&self, path: &str, place: &Place) -> Option<NotBy> {
        let (first, name) = path.split_once('.')?;
        let through = reader::field(self.shape, first, place, self.problems)?;
        let Type::Ref(kinds) = &self.shape.field(through).ty else {
            self.problems.say(place, label!(LoadText::NoRef, name = first));
            return None;
        };
        let of = self.shapes.shapes.values().filter(|shape| kinds.is_empty() || kinds.contains(&shape.name));
        let mut names: Vec<&str> = Vec::new();
        for shape in of {
            if shape.field_id(name).is_some() {
                return Some(NotBy::Beyond(through, name.to_owned()));
            }
            names.extend(shape.fields().iter().map(|field| field.name.as_str()));
        }
        let of = if kinds.is_empty() { "policy/kinds".to_owned() } else { kinds.join("`, `") };
        self.problems.push(unknown(place, LoadText::WordField, name, &of, nearest(name, names)));
        None
    }
}
