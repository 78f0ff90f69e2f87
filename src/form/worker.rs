//! The renderer itself: it reads templates and fills them in. Undefined names are errors, the work is limited, and
//! everything is escaped.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use minijinja::value::{Enumerator, Object, Serde};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use serde_json::Value as Json;

use super::renderer::{Answer, Ask, Ended, Fault, Fill, Missed, Part, Renderer, Sort};
use super::style::Style;
use super::{forbidden, sums};
use crate::bounds::{PAGE_MEGABYTES, TEMPLATE_DEPTH};
use crate::label;
use crate::locale::messages::FormText;
use crate::locale::{Label, Lang};

/// The missing names that were used.
type Notes = Arc<Mutex<BTreeSet<Missed>>>;

/// Keeps templates and fills them in.
pub struct Worker {
    templates: Environment<'static>,
    names: BTreeSet<String>,
    /// The first fault of each template that must not be filled in. In the place of the template stands one that only
    /// asks for this fault, so that every form which includes the template reports it.
    faults: Vec<Fault>,
    asked: Asked,
}

/// The fault that a template asked for, by its place in [`Worker::faults`].
type Asked = Arc<Mutex<Option<usize>>>;

/// The function by which the stand-in of a wrong template asks for its fault.
const FAULT: &str = "fault_of_this_template";

impl Default for Worker {
    fn default() -> Self {
        let asked = Asked::default();
        let templates = environment(&Style::default(), &asked);
        Worker { templates, names: BTreeSet::new(), faults: Vec::new(), asked }
    }
}

/// An environment without templates.
fn environment(style: &Style, asked: &Asked) -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_recursion_limit(TEMPLATE_DEPTH);
    // it would print what people typed as it stands
    templates.remove_filter("safe");
    sums::add(&mut templates);
    let asked = asked.clone();
    templates.add_function(FAULT, move |which: usize| -> Result<String, Error> {
        *asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(which);
        Err(Error::new(ErrorKind::InvalidOperation, ""))
    });
    templates.add_global("paper", style.paper.name());
    templates.add_global("both", style.both);
    templates.add_global("blank_signatures", style.blank_signatures);
    templates
}

impl Worker {
    /// Answers one request.
    pub fn answer(&mut self, ask: &Ask<'_>) -> Answer {
        match ask {
            Ask::Begin { names, style } => {
                self.templates = environment(style, &self.asked);
                self.names = names.clone();
                self.faults.clear();
                Answer::default()
            }
            Ask::Add { name, text } => {
                let read = self.templates.add_template_owned(name.to_string(), text.to_string());
                let faults = match read {
                    Ok(()) => forbidden::in_template(name, text, &self.names, &|tried| self.knows(tried)),
                    Err(error) => vec![Fault::of(&error, name)],
                };
                if let Some(first) = faults.first() {
                    let stand_in = format!("{{{{ {FAULT}({}) }}}}", self.faults.len());
                    // the text is a constant, so it can be read
                    self.templates.add_template_owned(name.to_string(), stand_in).ok();
                    self.faults.push(first.clone());
                }
                Answer { faults, ..Answer::default() }
            }
            Ask::Fill(fill) => self.fill(fill),
        }
    }

    /// Whether there are the filters and tests that an expression uses.
    fn knows(&self, expression: &str) -> bool {
        let tried = self.templates.render_str(expression, ());
        !tried.is_err_and(|error| matches!(error.kind(), ErrorKind::UnknownFilter | ErrorKind::UnknownTest))
    }

    /// The fault that a stand-in asked for since the last call.
    fn asked(&self) -> Option<Fault> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).take();
        asked.and_then(|which| self.faults.get(which)).cloned()
    }

    fn fill(&mut self, fill: &Fill<'_>) -> Answer {
        self.templates.set_fuel(Some(fill.steps));
        self.asked();
        let notes = Notes::default();
        let data = match fill.trial {
            true => watched(&fill.data, &fill.open, &notes),
            false => Value::from(Serde(fill.data.as_ref())),
        };
        let sheets: Vec<Value> = fill.sheets.iter().cloned().map(Value::from_safe_string).collect();
        let data = match sheets.is_empty() {
            true => data,
            false => minijinja::context! { sheets, ..data },
        };
        let filled = self.templates.get_template(&fill.template).and_then(|template| template.render(data));
        let missed = notes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match filled {
            Ok(text) if text.len() as u64 > PAGE_MEGABYTES << 20 => {
                let message = label!(FormText::LongPage, limit = PAGE_MEGABYTES);
                let fault = Fault {
                    template: fill.template.to_string(),
                    line: 1,
                    span: 0..0,
                    message,
                    help: Some(FormText::TooMuchHelp.into()),
                    sort: Sort::Certain,
                };
                Answer { text: String::new(), missed, faults: vec![fault] }
            }
            Ok(text) => Answer { text, missed, faults: Vec::new() },
            Err(error) => {
                let fault = self.asked().unwrap_or_else(|| Fault::of(&error, &fill.template));
                Answer { text: String::new(), missed, faults: vec![fault] }
            }
        }
    }
}

/// A renderer in this process, for tests and for what the program itself has written.
#[derive(Default)]
pub struct Inside(RefCell<Worker>);

impl Renderer for Inside {
    fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Ended> {
        Ok(self.0.borrow_mut().answer(ask))
    }

    fn is_limited(&self) -> bool {
        false
    }
}

impl Fault {
    /// The template engine's error with its place. `name` is the template to name if the engine does not say which
    /// one is wrong.
    fn of(error: &Error, name: &str) -> Self {
        // The innermost of nested errors is the cause: it is in the included template, not at the place that includes
        // it.
        let mut innermost = error;
        while let Some(inner) = std::error::Error::source(innermost).and_then(|source| source.downcast_ref()) {
            innermost = inner;
        }
        let kind = innermost.kind();
        Fault {
            template: innermost.name().unwrap_or(name).to_owned(),
            line: innermost.line().unwrap_or(1),
            span: innermost.range().unwrap_or_default(),
            message: message(kind, innermost.detail()),
            help: (kind == ErrorKind::OutOfFuel).then(|| FormText::TooMuchHelp.into()),
            sort: match kind {
                ErrorKind::OutOfFuel => Sort::Steps,
                ErrorKind::SyntaxError
                | ErrorKind::UnknownFilter
                | ErrorKind::UnknownFunction
                | ErrorKind::UnknownTest
                | ErrorKind::UnknownBlock
                | ErrorKind::TemplateNotFound => Sort::Certain,
                _ => Sort::Other,
            },
        }
    }
}

/// The template engine's message. Its details exist only in English and are quoted in other languages.
fn message(kind: ErrorKind, detail: Option<&str>) -> Label {
    let zh = match kind {
        ErrorKind::SyntaxError => FormText::NoSyntax,
        ErrorKind::UndefinedError => FormText::Undefined,
        ErrorKind::UnknownFilter => FormText::NoFilter,
        ErrorKind::UnknownFunction => FormText::NoFunction,
        ErrorKind::UnknownTest => FormText::NoTest,
        ErrorKind::UnknownMethod => FormText::NoMethod,
        ErrorKind::UnknownBlock => FormText::NoBlock,
        ErrorKind::TemplateNotFound => FormText::NoInclude,
        ErrorKind::TooManyArguments | ErrorKind::MissingArgument => FormText::Arguments,
        ErrorKind::OutOfFuel => {
            return label!(FormText::TooManySteps, limit = crate::bounds::TEMPLATE_STEPS);
        }
        _ => FormText::NotDone,
    };
    let en = detail.map(|detail| format!(": {detail}")).unwrap_or_default();
    let quoted = |detail: &str| match known(detail) {
        Some(known) => format!("：{}", known.get(Lang::Zh)),
        None => format!("：“{detail}”"),
    };
    Label::new(format!("{kind}{en}"), format!("{}{}", zh.get(Lang::Zh), detail.map(quoted).unwrap_or_default()))
}

/// The frequent details of the engine in every language.
fn known(detail: &str) -> Option<Label> {
    if let Some(name) = detail.strip_suffix(" is undefined") {
        return Some(label!(FormText::NoValue, name = name));
    }
    Some(match detail {
        "range has too many elements" => FormText::TooManyElements.into(),
        "repeated string is too large" => FormText::TextTooLong.into(),
        "recursion limit exceeded" => FormText::TooDeep.into(),
        _ => return None,
    })
}

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
fn watched(data: &Json, open: &BTreeSet<(String, String)>, notes: &Notes) -> Value {
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
                        let is_open = |name: &str| open.contains(&(kind.to_owned(), name.to_owned()));
                        let of = |name: &str, value: &Json| match part == Part::Field && is_open(name) {
                            true => Value::from(Serde(value)),
                            false => watched(value, open, notes),
                        };
                        let values = all.iter().map(|(name, value)| (name.clone(), of(name, value))).collect();
                        let (kind, notes) = (kind.to_owned(), notes.clone());
                        Value::from_object(Watched { kind, part, values, notes })
                    }
                    None => watched(value, open, notes),
                };
                (name.clone(), value)
            };
            Value::from_pairs(map.iter().map(entry))
        }
        Json::Array(values) => values.iter().map(|value| watched(value, open, notes)).collect(),
        other => Value::from(Serde(other)),
    }
}
