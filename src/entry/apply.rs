//! Applies assignments to fields. All faults are reported together. If there is one, nothing is changed.

use std::collections::{BTreeMap, HashSet};

use super::assignment::{Assignment, Op};
use super::error::{EntryError, Wrong};
use super::reading::Reading;
use super::value::{read, split};
use crate::calendar::Direction;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::EntryText;
use crate::record::{Field, FieldId, Fields, HEADER, Shape, Type, Value};

/// The fields after the assignments.
///
/// # Errors
/// If an assignment cannot be taken: every such assignment, in the order in which they were typed.
pub fn apply(
    shape: &Shape,
    current: &Fields,
    assignments: &[Assignment],
    reading: &Reading<'_>,
) -> Result<Fields, Vec<EntryError>> {
    let mut work = Work { reading, touched: BTreeMap::new(), input_used: false, direction: Direction::Backward };
    let (mut fields, mut errors) = (current.clone(), Vec::new());
    for assignment in assignments {
        let taken = work.value_of(assignment).and_then(|value| work.assign(shape, &mut fields, assignment, &value));
        if let Err(wrong) = taken {
            errors.push(wrong.at(&assignment.typed, &assignment.path.join(".")));
        }
    }
    if errors.is_empty() { Ok(fields) } else { Err(errors) }
}

struct Work<'r> {
    reading: &'r Reading<'r>,
    /// How often each place was set. For lists that grow: which element is being made.
    touched: BTreeMap<String, usize>,
    input_used: bool,
    direction: Direction,
}

impl Work<'_> {
    fn value_of(&mut self, assignment: &Assignment) -> Result<String, Wrong> {
        if assignment.value != "-" {
            return Ok(assignment.value.clone());
        }
        if std::mem::replace(&mut self.input_used, true) {
            return Err(Wrong::new("input-twice", EntryText::InputTwice));
        }
        let input = self.reading.input.ok_or_else(|| Wrong::new("no-input", EntryText::NoInput))?;
        Ok(input.trim_end_matches(['\n', '\r']).to_owned())
    }

    fn assign(&mut self, shape: &Shape, fields: &mut Fields, entry: &Assignment, value: &str) -> Result<(), Wrong> {
        let Some((name, rest)) = entry.path.split_first() else { return Ok(()) };
        let (id, field) = find(shape, name)?;
        self.direction = if self.reading.forward.contains(&id) { Direction::Forward } else { Direction::Backward };
        let old = fields.get(id).cloned();
        match self.changed(&field.ty, old, &field.name, rest, entry.op, value)? {
            Some(new) => fields.set(id, new),
            None => fields.clear(id),
        }
        Ok(())
    }

    /// The value after the assignment. `at` is its place, `rest` the rest of the path inside it.
    fn changed(
        &mut self,
        ty: &Type,
        old: Option<Value>,
        at: &str,
        rest: &[String],
        op: Op,
        text: &str,
    ) -> Result<Option<Value>, Wrong> {
        match (ty, rest.split_first()) {
            (Type::List(element), Some((index, rest))) => self.element(element, old, at, index, rest, op, text),
            (Type::List(element), None) => self.list(element, old, at, op, text),
            (Type::Group(shape), Some((name, rest))) => {
                let mut fields = match old {
                    Some(Value::Group(fields)) => fields,
                    _ => Fields::new(),
                };
                let (id, field) = find(shape, name)?;
                let below = format!("{at}.{}", field.name);
                self.direction = if field.ahead { Direction::Forward } else { self.direction };
                let new = self.changed(&field.ty, fields.get(id).cloned(), &below, rest, op, text)?;
                match new {
                    Some(new) => fields.set(id, new),
                    None => fields.clear(id),
                }
                Ok(Some(Value::Group(fields)).filter(|group| !group.is_empty()))
            }
            (_, Some(_)) => Err(Wrong::new("no-parts", label!(EntryText::NoParts, field = at))),
            (Type::Group(_), None) if op == Op::Set && text.is_empty() => Ok(None),
            (Type::Group(shape), None) => Err(is_group(shape, at, ".")),
            (_, None) if op != Op::Set => Err(Wrong::new("no-list", label!(EntryText::NotList, field = at))),
            (_, None) => {
                if self.again(at) > 0 {
                    return Err(Wrong::new("given-twice", label!(EntryText::Twice, field = at)));
                }
                // blanks say nothing
                if text.trim().is_empty() { Ok(None) } else { read(ty, text, self.direction, self.reading).map(Some) }
            }
        }
    }

    /// How often the place was set before this time.
    fn again(&mut self, at: &str) -> usize {
        let count = self.touched.entry(at.to_owned()).or_default();
        *count += 1;
        *count - 1
    }

    fn list(
        &mut self,
        element: &Type,
        old: Option<Value>,
        at: &str,
        op: Op,
        text: &str,
    ) -> Result<Option<Value>, Wrong> {
        if let Type::Group(shape) = element
            && !(op == Op::Set && text.is_empty())
        {
            let mut wrong = is_group(shape, at, ".+.");
            if op == Op::Remove {
                wrong.candidates.clear();
                wrong.hint = Some(label!(EntryText::RemoveElement, field = at));
            }
            return Err(wrong);
        }
        let mut values = match old {
            Some(Value::List(values)) => values,
            _ => Vec::new(),
        };
        let mut typed = Vec::new();
        for part in split(element, text) {
            typed.push((part, read(element, part, self.direction, self.reading)?));
        }
        if typed.is_empty() && op != Op::Set {
            return Err(Wrong::new("no-value", label!(EntryText::NothingToAdd, field = at, op = op.sign())));
        }
        match op {
            Op::Set => {
                // `F=` twice makes a list; the first one replaces what was there
                if self.again(at) == 0 {
                    values.clear();
                }
                add(&mut values, typed);
            }
            Op::Add => {
                self.again(at);
                add(&mut values, typed);
            }
            Op::Remove => {
                for (part, value) in typed {
                    let Some(found) = values.iter().position(|known| *known == value) else {
                        let there: Vec<String> = values.iter().filter_map(Value::stored).collect();
                        let wrong = Wrong::new("not-in-list", label!(EntryText::NotInList, value = part, field = at));
                        return Err(wrong.names(part, there.iter().map(String::as_str)));
                    };
                    values.remove(found);
                }
            }
        }
        Ok(Some(Value::List(values)).filter(|list| !list.is_empty()))
    }

    #[allow(clippy::too_many_arguments)] // a place in a list consists of a list, an index and a value
    fn element(
        &mut self,
        element: &Type,
        old: Option<Value>,
        at: &str,
        index: &str,
        rest: &[String],
        op: Op,
        text: &str,
    ) -> Result<Option<Value>, Wrong> {
        let mut values = match old {
            Some(Value::List(values)) => values,
            _ => Vec::new(),
        };
        let position = match index {
            "+" => self.growing(element, &values, at, rest),
            number => {
                // a line that is named by its number is finished: `+` adds another one
                self.touched.remove(&format!("{at}.+"));
                number.parse::<usize>().ok().filter(|number| *number <= values.len()).ok_or_else(|| {
                    // a part whose element is not named
                    if let Type::Group(shape) = element
                        && shape.find(number).is_some()
                    {
                        let rest = std::iter::once(index).chain(rest.iter().map(String::as_str)).collect::<Vec<_>>();
                        let message = label!(EntryText::WhichElement, field = at, rest = rest.join("."));
                        return Wrong::new("no-element", message);
                    }
                    let message = label!(EntryText::NoElement, field = at, index = number, count = values.len());
                    Wrong::new("no-element", message)
                })?
            }
        };
        let below = format!("{at}.{position}");
        let old = values.get(position).cloned();
        let new = self.changed(element, old, &below, rest, op, text)?;
        match (new, position < values.len()) {
            (Some(new), true) => values[position] = new,
            (Some(new), false) => values.push(new),
            (None, true) => _ = values.remove(position),
            (None, false) => {}
        }
        Ok(Some(Value::List(values)).filter(|list| !list.is_empty()))
    }

    /// The element that `+` means: the one that this command is adding, until a part comes that the element has
    /// already.
    fn growing(&mut self, element: &Type, values: &[Value], at: &str, rest: &[String]) -> usize {
        let key = format!("{at}.+");
        let begun = self.touched.get(&key).copied().filter(|begun| begun + 1 == values.len());
        let has_part = |begun: usize| match (element, values.get(begun), rest.first()) {
            (Type::Group(shape), Some(Value::Group(fields)), Some(part)) => {
                shape.find(part).is_none_or(|(id, field)| fields.get(id).is_some() && !nests(&field.ty))
            }
            _ => true,
        };
        let position = begun.filter(|begun| !has_part(*begun)).unwrap_or(values.len());
        self.touched.insert(key, position);
        position
    }
}

/// Whether several assignments may set parts of one value.
fn nests(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Group(_))
}

/// Adds values to a list. A name appears once; numbers and amounts, such as the scores of a questionnaire, as often
/// as they are given.
fn add(values: &mut Vec<Value>, typed: Vec<(&str, Value)>) {
    let mut known: HashSet<String> = values.iter().filter_map(Value::stored).collect();
    for (_, value) in typed {
        let number = matches!(value, Value::Count(_) | Value::Decimal(_) | Value::Money(_));
        if number || value.stored().is_none_or(|stored| known.insert(stored)) {
            values.push(value);
        }
    }
}

fn is_group(shape: &Shape, at: &str, dot: &str) -> Wrong {
    let part = shape.fields().first().map(|field| field.name.as_str()).unwrap_or_default();
    let names = shape.fields().iter().map(|field| field.name.as_str());
    Wrong::new("has-parts", label!(EntryText::IsGroup, field = at, dot = dot, part = part)).names("", names)
}

/// The field with a name or label. A label counts only if it is unambiguous.
pub(super) fn find<'s>(shape: &'s Shape, name: &str) -> Result<(FieldId, &'s Field), Wrong> {
    let lower = name.to_lowercase();
    let Some((id, field)) = shape.find(name).or_else(|| shape.find(&lower)) else {
        if HEADER.contains(&lower.as_str()) {
            let mut wrong = Wrong::new("not-by-hand", label!(EntryText::NotByHand, name = lower));
            wrong.hint = Some(EntryText::NotByHandHint.into());
            return Err(wrong);
        }
        let names = shape.fields().iter().filter(|field| !field.retired);
        let names = names.map(|field| (field.name.as_str(), &field.label));
        let owner = Label::spoken(&shape.name, &shape.label);
        let mut wrong = Wrong::new("unknown-field", label!(EntryText::NoField, name = name; owner = owner));
        if let Some(near) = shape.resembling(name) {
            wrong.hint = Some(label!(EntryText::DidYouMean; word = shape.in_each(near)));
            // by its name, which is one word in every language
            let named = shape.find(near).map_or(near, |(_, field)| field.name.as_str());
            wrong.candidates = vec![(named.to_owned(), String::new())];
            return Err(wrong);
        }
        return Err(wrong.called(&lower, names));
    };
    if field.retired {
        return Err(Wrong::new("retired-field", label!(EntryText::Retired, name = field.name)));
    }
    Ok((id, field))
}
