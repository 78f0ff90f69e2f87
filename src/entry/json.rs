//! Applies JSON (and YAML read as JSON) to fields, for `batch` and `--from`. Each value is read by its field's type;
//! null clears the field.

use serde_json::{Map, Value as Json};

use super::apply::find;
use super::error::{EntryError, Wrong};
use super::reading::Reading;
use super::value::read;
use crate::calendar::Direction;
use crate::label;
use crate::locale::messages::EntryText;
use crate::record::{Fields, Shape, Type, Value};

/// The fields, with those of the object replaced. Times must be ISO if the reading says so.
///
/// # Errors
/// If something is wrong: everything, in the order of the object.
pub fn apply_json(
    shape: &Shape,
    current: &Fields,
    object: &Map<String, Json>,
    reading: &Reading<'_>,
) -> Result<Fields, Vec<EntryError>> {
    let (mut fields, mut errors) = (current.clone(), Vec::new());
    let mut reader = JsonReader { reading, direction: Direction::Backward, errors: &mut errors };
    reader.group(shape, &mut fields, object, "");
    if errors.is_empty() { Ok(fields) } else { Err(errors) }
}

struct JsonReader<'r> {
    reading: &'r Reading<'r>,
    direction: Direction,
    errors: &'r mut Vec<EntryError>,
}

impl JsonReader<'_> {
    fn group(&mut self, shape: &Shape, fields: &mut Fields, object: &Map<String, Json>, at: &str) {
        for (name, json) in object {
            let here = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            match find(shape, name) {
                Err(wrong) => self.errors.push(wrong.at(&here, &here)),
                Ok((id, field)) => {
                    if at.is_empty() {
                        let ahead = self.reading.forward.contains(&id);
                        self.direction = if ahead { Direction::Forward } else { Direction::Backward };
                    }
                    let outside = self.direction;
                    if field.ahead {
                        self.direction = Direction::Forward;
                    }
                    match self.value(&field.ty, json, &here) {
                        Some(value) => fields.set(id, value),
                        None => fields.clear(id),
                    }
                    self.direction = outside;
                }
            }
        }
    }

    /// The value. `None` for null, for an empty value, and for a wrong one, which is noted.
    fn value(&mut self, ty: &Type, json: &Json, at: &str) -> Option<Value> {
        let text = match (ty, json) {
            (_, Json::Null) => return None,
            (Type::List(element), Json::Array(items)) => {
                let mut values = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    values.extend(self.value(element, item, &format!("{at}.{index}")));
                }
                return Some(Value::List(values));
            }
            (Type::Group(shape), Json::Object(object)) => {
                let mut fields = Fields::new();
                self.group(shape, &mut fields, object, at);
                return Some(Value::Group(fields));
            }
            (Type::List(_) | Type::Group(_), _) | (_, Json::Array(_) | Json::Object(_)) => {
                return self.wrong(kind(ty, json), at);
            }
            (Type::Bool, Json::Bool(yes)) => return Some(Value::Bool(*yes)),
            (_, Json::Bool(_)) => return self.wrong(kind(ty, json), at),
            (Type::Count | Type::Decimal | Type::Money | Type::Text, Json::Number(number)) => number.to_string(),
            (_, Json::Number(_)) => return self.wrong(kind(ty, json), at),
            (_, Json::String(text)) => text.clone(),
        };
        if text.trim().is_empty() {
            return None;
        }
        match read(ty, &text, self.direction, self.reading) {
            Ok(value) => Some(value),
            Err(wrong) => self.wrong(wrong, at),
        }
    }

    fn wrong(&mut self, wrong: Wrong, at: &str) -> Option<Value> {
        self.errors.push(wrong.at(at, at));
        None
    }
}

fn kind(ty: &Type, json: &Json) -> Wrong {
    let given = match json {
        Json::Null => "null",
        Json::Bool(_) => "true/false",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "list",
        Json::Object(_) => "object",
    };
    Wrong::new("wrong-type", label!(EntryText::Kind, wanted = ty.name(), given = given))
}
