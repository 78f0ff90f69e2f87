//! What a merge made void because the step that made it has no effect, such as what somebody registered after a
//! colleague had recorded that they left. No other record stands for it, so it must be recorded again.

use super::paths::shell;
use crate::book::View;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::MergeText as Text;
use crate::record::{Event, Field, Id, Record, Type, UNITE, Value};
use crate::wording;

/// Whether an event of a merge made a record void because the record's own first step has no effect.
pub(super) fn is_own(id: &Id, event: &Event) -> bool {
    let cause = event.via.as_deref().and_then(|via| via.split_once('#'));
    event.step == UNITE && event.to.is_some() && cause.is_some_and(|(of, _)| of == id.as_str())
}

/// How a record is recorded again.
pub(super) struct Again {
    command: String,
    /// The fields that it leaves out.
    left_out: Vec<Label>,
}

impl Again {
    /// The command in words, with what it leaves out.
    pub(super) fn said(self) -> Label {
        let command = self.command;
        match self.left_out.is_empty() {
            true => label!(Text::Again, command = command),
            false => label!(Text::AgainWithout, command = command; fields = wording::joined(&self.left_out)),
        }
    }
}

/// The command that records it again, without its number, its files, what is private and people who have left. `None`
/// if it is not such a record.
pub(super) fn command(view: &View<'_>, record: &Record) -> Option<Again> {
    let kind = view.policy().kind(&record.kind)?;
    if !view.policy().is_void(record) || !record.history.iter().any(|event| is_own(&record.id, event)) {
        return None;
    }
    let number = kind.numbering.as_ref().map(|numbering| numbering.field);
    let mut again = Again { command: format!("redress new {}", kind.name()), left_out: Vec::new() };
    for name in &record.history.first()?.set {
        let Some(field) = kind.shape.field_id(name).filter(|field| Some(*field) != number) else { continue };
        let Some(value) = record.get(field) else { continue };
        let mut given = Words { view, words: String::new(), whole: true };
        given.add(name, kind.field(field), value);
        again.command.push_str(&given.words);
        if !given.whole {
            again.left_out.push(kind.field(field).label.clone());
        }
    }
    Some(again)
}

/// The words that give a field its value.
struct Words<'v, 'b> {
    view: &'v View<'b>,
    words: String,
    /// Whether they give all of it.
    whole: bool,
}

impl Words<'_, '_> {
    fn add(&mut self, path: &str, field: &Field, value: &Value) {
        if field.private {
            self.whole = false;
            return;
        }
        match value {
            Value::List(all) => {
                for (row, value) in all.iter().enumerate() {
                    match (value, field.ty.element()) {
                        (Value::Group(inner), Type::Group(shape)) => {
                            let mut next = format!("{path}.+");
                            for (inner, value) in inner.iter() {
                                let inner = shape.field(inner);
                                let before = self.words.len();
                                self.add(&format!("{next}.{}", inner.name), inner, value);
                                if self.words.len() > before {
                                    next = format!("{path}.{row}");
                                }
                            }
                        }
                        _ => self.scalar(&format!("{path}.+"), field.ty.element(), value),
                    }
                }
            }
            Value::Group(inner) => {
                if let Type::Group(shape) = &field.ty {
                    for (inner, value) in inner.iter() {
                        let inner = shape.field(inner);
                        self.add(&format!("{path}.{}", inner.name), inner, value);
                    }
                }
            }
            _ => self.scalar(path, &field.ty, value),
        }
    }

    fn scalar(&mut self, path: &str, ty: &Type, value: &Value) {
        let person = value.as_text().filter(|_| matches!(ty, Type::Person));
        let has_left = person
            .and_then(|person| person.parse().ok())
            .is_some_and(|person: Id| self.view.people().get(&person).is_none_or(|person| !person.active));
        match value.stored() {
            Some(text) if !has_left && !matches!(value, Value::File(_)) => {
                self.words.push_str(&format!(" {path}={}", word(&text)));
            }
            _ => self.whole = false,
        }
    }
}

/// A text as a word of the shell that can be shown in one line.
fn word(text: &str) -> String {
    if !text.contains(char::is_control) {
        return shell(&[text.to_owned()]);
    }
    let escape = |c: char| match c {
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        c if c.is_control() => format!("\\0{:o}", u32::from(c)),
        c => c.to_string(),
    };
    let escaped: String = text.chars().map(escape).collect();
    format!("\"$(printf %b {})\"", shell(&[escaped]))
}
