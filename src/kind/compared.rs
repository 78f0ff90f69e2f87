//! Fields that are compared with something: `not-before`, `not-after` and `not-above` of `[fields.F]`, and
//! `falls-with`. `lifecycle` checks records against them.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Condition;
use super::reader::{self, AllShapes, condition_of};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type};

/// A field that must lie on one side of something else: a date not after today, a quantity not above another one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Compared {
    /// The field: of the record, or of the lines of one of its lists.
    pub path: Vec<FieldId>,
    /// The side on which it may not lie.
    pub side: Side,
    /// What it is compared with.
    pub against: Against,
    /// The condition under which the rule applies.
    pub when: Option<Condition>,
    /// The other side, as the file writes it.
    pub text: String,
    /// Where it is declared.
    pub place: Place,
}

/// The side on which a field may not lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// A date or time earlier than the other.
    Before,
    /// A date or time later than the other.
    After,
    /// A number greater than the other.
    Above,
}

impl Side {
    /// Every side with its key in kind files.
    pub const KEYS: [(&'static str, Side); 3] =
        [("not-before", Side::Before), ("not-after", Side::After), ("not-above", Side::Above)];
}

/// What a field is compared with. If that has no value, nothing is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Against {
    /// The day, or the time, at which the value is recorded.
    Today,
    /// The last time that a step of the record was taken.
    Step(String),
    /// A field of the same line.
    Line(FieldId),
    /// A field of the record.
    Field(FieldId),
    /// A field of the record that a field refers to, for each kind that the record may have.
    Beyond(FieldId, Vec<(String, FieldId)>),
    /// A number.
    Number(Decimal),
}

/// A field that is emptied when another field changes: a client's confirmation no longer fits the changed content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Falls {
    /// The field: of the record, or of the lines of one of its lists.
    pub path: Vec<FieldId>,
    /// The other fields: of the record, or of the lines of a list. A field in lines falls with fields of the same
    /// line.
    pub with: Vec<Vec<FieldId>>,
}

/// A field that can be filled in once and not changed later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Once {
    /// The field: of the record, or of the lines of one of its lists.
    pub path: Vec<FieldId>,
    /// Where it is declared.
    pub place: Place,
}

/// The fields that can be filled in only once.
pub(super) fn once(section: &Section, shape: &Shape, problems: &Problems) -> Vec<Once> {
    let mut found = Vec::new();
    each_field(section, shape, &mut |path, table| {
        if table.flag("once", problems) == Some(true) {
            let place = table.item("once").map_or_else(|| table.place(), Item::place).clone();
            found.push(Once { path: path.to_vec(), place });
        }
    });
    found
}

/// The comparisons of the fields of a kind, and of the lines of its lists.
pub(super) fn compared(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Compared> {
    let mut found = Vec::new();
    each_field(section, shape, &mut |path, table| {
        for (key, side) in Side::KEYS {
            for item in table.items(key) {
                let reader = Reader { shape, shapes, problems, path, side };
                let Some((text, when)) = reader.named(item) else { continue };
                let against = reader.against(&text);
                found.extend(against.map(|against| Compared {
                    path: path.to_vec(),
                    side,
                    against,
                    when: when.clone(),
                    text: text.value.clone(),
                    place: text.place.clone(),
                }));
            }
        }
    });
    found
}

/// The fields that are emptied when others change.
pub(super) fn falls(section: &Section, shape: &Shape, problems: &Problems) -> Vec<Falls> {
    let mut found = Vec::new();
    each_field(section, shape, &mut |path, table| {
        let named = table.texts("falls-with", problems);
        let Some(first) = named.first() else { return };
        let lines = match path {
            [list, _] => match shape.field(*list).ty.element() {
                Type::Group(lines) => Some((*list, lines)),
                _ => return,
            },
            _ => None,
        };
        let declared = match (lines, path) {
            (Some((_, lines)), [_, inner]) => lines.field(*inner),
            (_, [field, ..]) => shape.field(*field),
            _ => return,
        };
        if declared.required {
            problems.say(&first.place, label!(LoadText::MustBeThere, name = declared.name));
        }
        let own = |named: &Placed<String>| {
            let with = match lines {
                Some((list, lines)) => vec![list, reader::field(lines, &named.value, &named.place, problems)?],
                None => super::shape::path(shape, &named.value, &named.place, problems)?,
            };
            if with == path {
                problems.say(&named.place, label!(LoadText::FallsWithItself, name = named.value));
            }
            if with.len() > 2 {
                problems.say(&named.place, label!(LoadText::SealTooDeep, name = named.value));
            }
            (with != path && with.len() <= 2).then_some(with)
        };
        found.push(Falls { path: path.to_vec(), with: named.iter().filter_map(own).collect() });
    });
    found
}

/// Calls `look` for each field and each field of lines, with its table.
fn each_field(section: &Section, shape: &Shape, look: &mut dyn FnMut(&[FieldId], &Section)) {
    // The first pass reports problems of the fields themselves.
    for (name, table) in section.sections("fields", &Problems::new()) {
        let Some(field) = shape.field_id(&name.value) else { continue };
        look(&[field], table);
        if let (Type::Group(lines), Some(Item::Section(of))) = (shape.field(field).ty.element(), table.item("of")) {
            for (name, item) in of.entries() {
                if let (Some(inner), Item::Section(table)) = (lines.field_id(&name.value), item) {
                    look(&[field, inner], table);
                }
            }
        }
    }
}

struct Reader<'r> {
    shape: &'r Shape,
    shapes: &'r AllShapes,
    problems: &'r Problems,
    path: &'r [FieldId],
    side: Side,
}

impl Reader<'_> {
    /// `"delivered"`, or `{ than = "delivered", when = "…" }`.
    fn named(&self, item: &Item) -> Option<(Placed<String>, Option<Condition>)> {
        let Item::Section(table) = item else { return Some((item.text(self.problems)?, None)) };
        let than = table.required_text("than", self.problems);
        let when = condition_of(table, "when", &self.shape.name, self.shapes, self.problems);
        table.finish(self.problems);
        Some((than?, when))
    }

    fn against(&self, text: &Placed<String>) -> Option<Against> {
        let own = self.shape.field(*self.path.first()?);
        let line = match (self.path, own.ty.element()) {
            ([_, _], Type::Group(line)) => Some(line),
            _ => None,
        };
        let ours = match (self.path, line) {
            ([_, inner], Some(line)) => line.field(*inner),
            _ => own,
        };
        if !self.fits(&ours.ty) {
            self.problems.push(self.unfit(&ours.name, &text.place));
            return None;
        }
        match (self.side, text.value.as_str(), text.value.split_once([':', '.'])) {
            (Side::Before | Side::After, "today", _) => return Some(Against::Today),
            (Side::Before | Side::After, _, Some(("step", step))) => {
                let kinds = std::slice::from_ref(&self.shape.name);
                self.shapes.has_step(kinds, step, &text.place, self.problems);
                return Some(Against::Step(step.to_owned()));
            }
            (Side::Above, number, _) if number.starts_with(|c: char| c.is_ascii_digit()) => {
                return match number.parse() {
                    Ok(number) => Some(Against::Number(number)),
                    Err(_) => {
                        self.problems.say(&text.place, label!(LoadText::NoNumber, name = number));
                        None
                    }
                };
            }
            _ => {}
        }
        if let Some((first, rest)) = text.value.split_once('.') {
            return self.beyond(first, rest, text);
        }
        if let Some(field) = line.and_then(|line| line.field_id(&text.value)) {
            let found = line.map(|line| line.field(field))?;
            return self.checked(&found.ty, &text.value, &text.place).then_some(Against::Line(field));
        }
        let Some(field) = self.shape.field_id(&text.value) else {
            let names = line.into_iter().chain([self.shape]).flat_map(|shape| shape.fields().iter());
            let near = nearest(&text.value, names.map(|field| field.name.as_str()));
            self.problems.push(reader::unknown(&text.place, LoadText::WordField, &text.value, &self.shape.name, near));
            return None;
        };
        self.checked(&self.shape.field(field).ty, &text.value, &text.place).then_some(Against::Field(field))
    }

    /// `REF.FIELD`: a field of the record that a field refers to.
    fn beyond(&self, first: &str, rest: &str, text: &Placed<String>) -> Option<Against> {
        let through = reader::field(self.shape, first, &text.place, self.problems)?;
        let Type::Ref(kinds) = &self.shape.field(through).ty else {
            self.problems.say(&text.place, label!(LoadText::NoRef, name = first));
            return None;
        };
        let shapes = self.shapes.shapes.values().filter(|shape| kinds.is_empty() || kinds.contains(&shape.name));
        let mut theirs = Vec::new();
        let mut names = Vec::new();
        for shape in shapes {
            names.extend(shape.fields().iter().map(|field| field.name.as_str()));
            let Some(field) = shape.field_id(rest) else { continue };
            if self.checked(&shape.field(field).ty, &text.value, &text.place) {
                theirs.push((shape.name.clone(), field));
            }
        }
        if theirs.is_empty() {
            let of = if kinds.is_empty() { "policy/kinds".to_owned() } else { kinds.join("`, `") };
            let problem = reader::unknown(&text.place, LoadText::WordField, rest, &of, nearest(rest, names));
            self.problems.push(problem);
            return None;
        }
        Some(Against::Beyond(through, theirs))
    }

    fn fits(&self, ty: &Type) -> bool {
        match self.side {
            Side::Before | Side::After => matches!(ty, Type::Date | Type::Time),
            Side::Above => matches!(ty, Type::Money | Type::Decimal | Type::Count),
        }
    }

    fn checked(&self, ty: &Type, name: &str, place: &Place) -> bool {
        if !self.fits(ty) {
            self.problems.push(self.unfit(name, place).help(LoadText::WriteAgainst));
        }
        self.fits(ty)
    }

    fn unfit(&self, name: &str, place: &Place) -> Problem {
        let message = match self.side {
            Side::Above => label!(LoadText::NoNumber, name = name),
            Side::Before | Side::After => label!(LoadText::NeitherDate, name = name),
        };
        Problem::new(place.clone(), message)
    }
}
