//! Prints on trial, to find names that a template uses but its kind does not have. A template may test whether a
//! field exists (`is defined`) and leave it out otherwise. Then no real print would report that the name is misspelt
//! or was changed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use minijinja::value::{Enumerator, Object, Serde};
use minijinja::{Environment, Value};
use serde_json::Value as Json;

use super::press::{PAGE, no_page};
use super::samples::{Filling, Samples};
use super::{Desk, FormError, Press, Sheet, sums};
use crate::calendar::Moment;
use crate::label;
use crate::locale::messages::FormText;
use crate::locale::{Label, Lang};
use crate::place::toml::nearest;
use crate::place::{Place, Problem};
use crate::policy::preset::{Choices, Preset};
use crate::policy::{Form, Forms, People, Policy, Sources};
use crate::record::{Record, Type};

/// The part of a kind that a template uses by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Field,
    Step,
}

/// The kind, the part and the missing name.
type Missed = (String, Part, String);

/// The missing names that were used.
type Notes = Arc<Mutex<BTreeSet<Missed>>>;

/// Fields or steps of a record. It notes which missing names are used.
#[derive(Debug)]
struct Watched {
    kind: String,
    part: Part,
    values: IndexMap<String, Value>,
    notes: Notes,
}

impl Object for Watched {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        let found = self.values.get(name);
        if found.is_none() {
            let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
            notes.insert((self.kind.clone(), self.part, name.to_owned()));
        }
        found.cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.values.keys().map(|name| Value::from(name.as_str())).collect())
    }
}

/// Data for a template that watches the fields and steps of every record.
fn watched(data: &Json, policy: &Policy, notes: &Notes) -> Value {
    match data {
        Json::Object(map) => {
            let kind = map.get("kind").and_then(Json::as_str).filter(|_| map.contains_key("steps"));
            let entry = |(name, value): (&String, &Json)| {
                let part = match name.as_str() {
                    "fields" => Some(Part::Field),
                    "steps" => Some(Part::Step),
                    _ => None,
                };
                let watch = kind.zip(part).zip(value.as_object());
                let value = match watch {
                    Some(((kind, part), all)) => {
                        // a record that may be of any kind can have any name
                        let of = |name: &str, value: &Json| match part == Part::Field && names_any(policy, kind, name) {
                            true => Value::from(Serde(value)),
                            false => watched(value, policy, notes),
                        };
                        let values = all.iter().map(|(name, value)| (name.clone(), of(name, value))).collect();
                        let (kind, notes) = (kind.to_owned(), notes.clone());
                        Value::from_object(Watched { kind, part, values, notes })
                    }
                    None => watched(value, policy, notes),
                };
                (name.clone(), value)
            };
            Value::from_pairs(map.iter().map(entry))
        }
        Json::Array(values) => values.iter().map(|value| watched(value, policy, notes)).collect(),
        other => Value::from(Serde(other)),
    }
}

/// Whether a field of a kind refers to records of more than one kind.
fn names_any(policy: &Policy, kind: &str, field: &str) -> bool {
    let field = policy.kind(kind).and_then(|kind| kind.shape.find(field));
    matches!(field.map(|(_, field)| field.ty.element()), Some(Type::Ref(kinds)) if kinds.len() != 1)
}

impl Press<'_> {
    /// Everything that is wrong in the templates of a book, for `policy check`: templates that cannot be read or, if
    /// all can, those that use fields and steps which their kind does not have.
    pub fn check(policy: &Policy, now: Moment) -> Vec<Problem> {
        let forms = &policy.forms;
        let mut templates = Environment::new();
        sums::add(&mut templates);
        let read = forms.templates.iter().filter_map(|(name, text)| {
            templates.add_template(name, text).err().map(|error| FormError::of(&error, forms.home, name).problem())
        });
        let mut found: Vec<Problem> = read.collect();
        if !forms.forms.is_empty() && !forms.templates.contains_key(PAGE) {
            found.push(no_page(forms.home).problem());
        }
        match Press::new(forms) {
            Ok(press) if found.is_empty() => unknown(&press, policy, now),
            _ => found,
        }
    }
}

/// Fields and steps that templates use but that their kinds do not have, with file and line. Templates are shared, so
/// names of another preset's kind with the same name are accepted, unless it is the preset that the book began with.
fn unknown(press: &Press<'_>, policy: &Policy, now: Moment) -> Vec<Problem> {
    // nobody reads these forms, so any rules will do for their deadlines
    let Some(rules) = Preset::named(Preset::DEFAULT).and_then(shipped).map(Arc::new) else { return Vec::new() };
    let mut found: Vec<(&Form, Missed)> = Vec::new();
    for form in &policy.forms.forms {
        let notes = Notes::default();
        let states = policy.kind(&form.kind).map_or(0, |kind| kind.shape.states().len());
        // once empty, and once full: in each state, with different choices
        let fillings = (0..states).map(|which| Some(Filling { text: "x", which }));
        for filling in std::iter::once(None).chain(fillings) {
            let samples = Samples::of(policy, filling, now);
            if let Some(data) = data(press, policy, &rules, &samples, form, now) {
                press.tried(&form.template, &watched(&data, policy, &notes));
            }
        }
        let notes = notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        found.extend(notes.into_iter().map(|missed| (form, missed)));
    }
    if found.is_empty() {
        return Vec::new();
    }
    let shipped: Vec<(&str, Policy)> =
        Preset::ALL.iter().filter_map(|preset| Some((preset.name, shipped(preset)?))).collect();
    // a kind that a company has renamed keeps the prefix of its ids
    let twin = |shipped: &Policy, kind: &str| -> Option<String> {
        let prefix = policy.kind(kind).map(|kind| kind.shape.prefix.as_str()).filter(|prefix| !prefix.is_empty());
        let named = shipped.kind(kind);
        let found = named.or_else(|| shipped.kinds.values().find(|kind| Some(kind.shape.prefix.as_str()) == prefix));
        found.map(|kind| kind.name().to_owned())
    };
    let has = |shipped: &Policy, (kind, part, name): &Missed| {
        twin(shipped, kind).and_then(|kind| shipped.kind(&kind)).is_some_and(|kind| match part {
            Part::Field => kind.shape.find(name).is_some(),
            Part::Step => kind.steps_named(name).next().is_some(),
        })
    };
    let own = &policy.settings.preset;
    found.retain(|(_, missed)| {
        let mut others = shipped.iter().filter(|(_, policy)| has(policy, missed)).map(|(name, _)| name);
        let of_others = others.clone().next().is_some();
        !of_others || others.any(|name| name == own)
    });
    let mut seen = BTreeSet::new();
    let said = found.into_iter().filter_map(|(form, missed)| {
        let problem = problem(policy, form, &missed);
        seen.insert((problem.place.file.clone(), problem.place.line, missed)).then_some(problem)
    });
    said.collect()
}

/// The data for a form's first copy.
fn data(
    press: &Press<'_>,
    policy: &Policy,
    rules: &Arc<Policy>,
    samples: &Samples,
    form: &Form,
    now: Moment,
) -> Option<Json> {
    let record = samples.one(&form.kind)?;
    let people = People::default();
    let rules = |_: &Record| Ok(rules.clone());
    let desk = Desk::new(policy, &people, samples, &rules, now);
    let mut data = press.data(&desk, record, Lang::Zh).ok()?;
    let sheet = Sheet { form, copies: form.copies.iter().collect(), draft: true };
    Press::put(&mut data, &sheet, form.copies.first()?);
    Some(data)
}

/// The rule book of a shipped preset.
fn shipped(preset: &Preset) -> Option<Policy> {
    let files = preset.files(&Choices::default()).ok()?;
    let mut sources: Sources = files.into_iter().map(|file| (file.path, file.text.into_bytes())).collect();
    let settings = "format = 1\nname = \"x\"\nlanguage = \"zh\"\ntime-zone = \"Asia/Shanghai\"\n";
    sources.insert("redress.toml", settings.as_bytes().to_vec());
    Policy::load(&sources, "").ok()
}

fn problem(policy: &Policy, form: &Form, (kind, part, name): &Missed) -> Problem {
    let known: Vec<&str> = match (policy.kind(kind), part) {
        (None, _) => Vec::new(),
        (Some(kind), Part::Field) => kind.shape.fields().iter().map(|field| field.name.as_str()).collect(),
        (Some(kind), Part::Step) => kind.steps.iter().map(|step| step.name.as_str()).collect(),
    };
    let help = nearest(name, known).map(|near| label!(FormText::DidYouMean, near = near));
    let message: Label = match part {
        Part::Field => label!(FormText::NoField, kind = kind, name = name),
        Part::Step => label!(FormText::NoStep, kind = kind, name = name),
    };
    Problem::new(place(&policy.forms, &form.template, name), message).help_if(help)
}

/// The place of a name: in the form's own template, else in one that it includes.
fn place(forms: &Forms, template: &str, name: &str) -> Place {
    let others = forms.templates.keys().map(String::as_str).filter(|other| *other != template);
    let found = std::iter::once(template).chain(others).find_map(|file| {
        let text = forms.templates.get(file)?;
        named_at(text, name).map(|at| (file, text, at))
    });
    let Some((file, text, at)) = found else { return Place::of_file(format!("{}{template}", forms.home.folder())) };
    let line = text[..at].matches('\n').count() + 1;
    let column = text[..at].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let file = format!("{}{file}", forms.home.folder());
    Place { line, column, span: at..at + name.len(), ..Place::of_file(file) }
}

/// The position at which a text uses a name: as `.name`, `"name"` or `'name'`.
fn named_at(text: &str, name: &str) -> Option<usize> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        matches!(before, Some('.' | '"' | '\'')) && !after.is_some_and(part)
    })
}
