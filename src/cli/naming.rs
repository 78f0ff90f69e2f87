//! What the words of a command line mean in a book: records, people, fields and their values. It also makes the
//! errors for words that mean nothing.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::at_sign::AtSign;
use super::exit::Exit;
use super::failure::{Candidate, Failure};
use crate::book::{Dropped, View};
use crate::entry::{self, Assignment, CalendarTimes, EntryError, Reading, Resolver, Unresolved};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::{FindText, RecordText as Text};
use crate::locale::text::{fold, half_width};
use crate::locale::{Label, Lang};
use crate::policy::Person;
use crate::record::{FieldId, Fields, Id, Type, Value};
use crate::say;
use crate::wording::joined;

/// The person that a text names.
///
/// # Errors
/// If nobody has this name, or several have.
pub fn person(view: &View<'_>, text: &str) -> Result<Id, Failure> {
    view.resolve_person(text).map_err(|unresolved| {
        let found = explain(view, &unresolved);
        let candidates =
            found.candidates.into_iter().map(|(name, about)| Candidate { name, about: Label::verbatim(about) });
        let failure = match unresolved {
            crate::book::Unresolved::Several { .. } => Failure::refused("several-fit", found.message),
            _ => Failure::missing("no-person", found.message),
        };
        failure.hint_if(found.hint).candidates(candidates)
    })
}

/// The title of a record in the book's language, on one line that may be cut.
fn title(view: &View<'_>, id: &Id) -> String {
    first_line(view.words().title(id).get(view.policy().settings.lang))
}

pub(super) fn explain(view: &View<'_>, unresolved: &crate::book::Unresolved) -> Unresolved {
    use crate::book::Unresolved as Book;
    // only the history knows a record that a merge dropped
    let text = match unresolved {
        Book::Nothing(text) => Some(text.clone()),
        Book::NoRecord(id) => Some(id.to_string()),
        _ => None,
    };
    if let Some(text) = text
        && let Ok(Some(Dropped { gone, stays })) = view.dropped(&text)
    {
        let title = view.words().title(&stays);
        let named = Label::each(|lang| match (first_line(title.get(lang)).as_str(), lang) {
            ("", _) => stays.to_string(),
            (title, Lang::En) => format!("{stays} ({title})"),
            (title, Lang::Zh) => format!("{stays}（{title}）"),
        });
        let hint = label!(Text::DroppedSee, stays = stays);
        let message = label!(Text::DroppedFor, gone = gone; stays = named);
        return Unresolved { message, hint: Some(hint), candidates: Vec::new() };
    }
    match unresolved {
        Book::Nothing(text) => {
            let hint = meant(&near(view, text), text);
            Unresolved { message: label!(Text::NothingCalled, text = text), hint: Some(hint), candidates: Vec::new() }
        }
        Book::OtherKind { id, kind, wanted } => {
            let called = |name: &String| {
                let kind = view.policy().kind(name);
                kind.map_or_else(|| Label::verbatim(name.as_str()), |kind| kind.shape.label.clone())
            };
            let (kind, wanted) = (called(kind), Label::list(wanted.iter().map(called)));
            let message = label!(Text::OtherKind, id = id; kind = kind, wanted = wanted);
            Unresolved { message, hint: None, candidates: Vec::new() }
        }
        Book::NoRecord(id) => {
            let near = near(view, id.as_str());
            let hint = (!near.is_empty()).then(|| label!(Text::DidYouMean; word = Label::words(&near)));
            Unresolved { message: label!(Text::NoRecord, id = id), hint, candidates: Vec::new() }
        }
        Book::LeftOut { text, candidates } => Unresolved {
            message: label!(FindText::LeftOut, text = text),
            hint: Some(FindText::LeftOutHint.into()),
            candidates: candidates.iter().map(|id| (id.to_string(), title(view, id))).collect(),
        },
        Book::Several { text, candidates } => Unresolved {
            message: label!(Text::SeveralCalled, text = text, count = candidates.len()),
            hint: Some(Text::SeveralCalledHint.into()),
            candidates: candidates.iter().map(|id| (id.to_string(), title(view, id))).collect(),
        },
    }
}

/// The question whether one of these was meant by a word that names nothing, or else what can be written.
fn meant(near: &[String], text: &str) -> Label {
    let typed = half_width(text.trim());
    let row = (1..=3).contains(&typed.len()) && typed.bytes().all(|byte| byte.is_ascii_digit());
    match near.is_empty() {
        true if row || typed == "@" => Text::OnTerminalsAlone.into(),
        true => Text::NothingCalledHint.into(),
        false => label!(Text::DidYouMean; word = Label::words(near)),
    }
}

/// Records that a word may have meant although it names none, with their titles.
fn near(view: &View<'_>, text: &str) -> Vec<String> {
    near_of(view, text, &|_| true)
}

/// Those of them that are wanted.
fn near_of(view: &View<'_>, text: &str, wanted: &dyn Fn(&Id) -> bool) -> Vec<String> {
    let near = view.resembling(text).unwrap_or_default();
    let named = |id: &Id| match title(view, id).as_str() {
        "" => id.to_string(),
        title => format!("{id} ({title})"),
    };
    near.iter().filter(|id| wanted(id)).map(named).collect()
}

/// Staff whom a word may have meant although it names nobody, with their names: those whose name contains the word,
/// or else those whose name is much like it.
fn near_people(view: &View<'_>, text: &str) -> Vec<String> {
    let part = fold(text.trim());
    let holds = |person: &&Person| person.active && !part.is_empty() && fold(&person.name).contains(&part);
    let named = |person: &Person| format!("{} ({})", person.id, person.name);
    let near: Vec<String> = view.people().iter().filter(holds).take(MOST_NEAR).map(named).collect();
    if near.is_empty() { near_of(view, text, &Id::is_person) } else { near }
}

/// How many people are offered to somebody who wrote part of a name.
const MOST_NEAR: usize = 5;

/// How to make a record of the one kind that is wanted, with a text as its name: by itself, or together with the
/// record that names it.
fn new_of(view: &View<'_>, kinds: &[String]) -> Option<Label> {
    let [name] = kinds else { return None };
    let kind = view.policy().kind(name)?;
    let title = kind.field(kind.title?);
    let is_text = matches!(title.ty, Type::Text) && !kind.shape.prefix.is_empty();
    is_text.then(|| label!(Text::OrMakeIt, kind = name, field = title.name))
}

/// The beginning of a text on one line.
fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let short: String = line.chars().take(SHOWN).collect();
    if short.len() < text.trim().len() { format!("{short}…") } else { short }
}

/// The most characters of a title that are shown beside an id.
const SHOWN: usize = 40;

/// What the words of entries mean in a book.
pub struct Names<'v> {
    /// The book.
    pub view: &'v View<'v>,
    /// What the terminal last wrote and listed. `None` for files.
    pub at_sign: Option<&'v RefCell<AtSign>>,
}

impl Resolver for Names<'_> {
    fn record(&self, kinds: &[String], text: &str) -> entry::Found<Id> {
        match self.at_sign.map(|at_sign| at_sign.borrow().meant(text)) {
            Some(Ok(Some(id))) => {
                let kind = self.view.policy().kind_of(&id);
                if kinds.is_empty() || kind.is_some_and(|kind| kinds.iter().any(|name| name == kind.name())) {
                    return Ok(id);
                }
                // it is refused, so that nobody is asked whether it is meant
                self.at_sign.inspect(|at_sign| drop(at_sign.borrow().to_echo()));
                let wanted: Vec<Label> = kinds.iter().map(|kind| self.view.words().kind(kind)).collect();
                let record = self.view.words().named(&id);
                let message = label!(FindText::RowOfAnotherKind, row = text; record = record, kind = joined(&wanted));
                return Err(Unresolved { message, hint: None, candidates: Vec::new() });
            }
            Some(Err(none)) => return Err(Unresolved { message: none.message, hint: None, candidates: Vec::new() }),
            Some(Ok(None)) | None => {}
        }
        match self.view.resolve_reference(kinds, text) {
            Ok(found) => found.map_err(|unresolved| {
                let mut said = explain(self.view, &unresolved);
                if matches!(unresolved, crate::book::Unresolved::Nothing(_)) && !kinds.is_empty() {
                    let of = |id: &Id| {
                        self.view.policy().kind_of(id).is_some_and(|of| kinds.iter().any(|kind| kind == of.name()))
                    };
                    said.hint = Some(meant(&near_of(self.view, text, &of), text));
                }
                if said.hint == Some(Text::NothingCalledHint.into()) {
                    said.hint = new_of(self.view, kinds).or(said.hint);
                }
                said
            }),
            Err(error) => {
                let failure = Failure::from(error);
                Err(Unresolved { message: failure.message, hint: failure.hint, candidates: Vec::new() })
            }
        }
    }

    fn person(&self, text: &str) -> entry::Found<Id> {
        self.view.resolve_person(text).map_err(|unresolved| {
            let mut said = explain(self.view, &unresolved);
            if matches!(unresolved, crate::book::Unresolved::Nothing(_)) {
                said.message = label!(Text::NobodyCalled, text = text);
                said.hint = Some(meant(&near_people(self.view, text), text));
            }
            said
        })
    }

    fn role(&self, text: &str) -> entry::Found<String> {
        let roles = &self.view.policy().roles;
        let known = || roles.iter().map(|role| (&role.name, &role.label, role.retired));
        roles.find(text).map(|role| role.name.clone()).ok_or_else(|| unnamed(text, known()))
    }

    fn department(&self, text: &str) -> entry::Found<String> {
        let departments = &self.view.policy().departments;
        let known = || departments.iter().map(|department| (&department.name, &department.label, department.retired));
        departments.find(text).map(|department| department.name.clone()).ok_or_else(|| unnamed(text, known()))
    }
}

/// A word that is none of the policy's names, with the names that the policy has.
fn unnamed<'p>(text: &str, known: impl Iterator<Item = (&'p String, &'p Label, bool)>) -> Unresolved {
    let current: Vec<(&String, &Label)> =
        known.filter(|(_, _, retired)| !retired).map(|(name, label, _)| (name, label)).collect();
    let near = crate::place::toml::nearest(text, current.iter().map(|(name, _)| name.as_str()));
    let names = Label::each(|lang| {
        let named = current.iter().map(|(name, label)| format!("{name} {}", label.get(lang)));
        named.collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
    });
    let hint = match near {
        Some(near) => label!(Text::DidYouMean, word = near),
        None => Label::each(|lang| say!(lang, Text::KnownNames, names = names.get(lang))),
    };
    Unresolved { message: label!(Text::NoSuchName, text = text), hint: Some(hint), candidates: Vec::new() }
}

/// The fields after the assignments.
///
/// # Errors
/// If something cannot be taken: everything that cannot, at once.
pub fn read_assignments(
    names: &Names<'_>,
    kind: &Kind,
    current: &Fields,
    assignments: &[Assignment],
    input: Option<&str>,
) -> Result<Fields, Failure> {
    let times = times(names.view);
    let reading =
        Reading { resolver: names, times: &times, iso_only: false, input, forward: kind.looks_ahead().collect() };
    entry::apply(&kind.shape, current, assignments, &reading).map_err(|errors| entries(&errors))
}

/// The fields with those of a JSON object. Times in it are ISO.
///
/// # Errors
/// If something cannot be taken: everything that cannot, at once.
pub fn read_json(
    names: &Names<'_>,
    kind: &Kind,
    current: &Fields,
    object: &serde_json::Map<String, serde_json::Value>,
) -> Result<Fields, Failure> {
    read_json_by(names.view, names, kind, current, object)
}

/// As [`read_json`], with names that mean what `resolver` says.
///
/// # Errors
/// If something cannot be taken: everything that cannot, at once.
pub fn read_json_by(
    view: &View<'_>,
    resolver: &dyn Resolver,
    kind: &Kind,
    current: &Fields,
    object: &serde_json::Map<String, serde_json::Value>,
) -> Result<Fields, Failure> {
    let times = times(view);
    let reading = Reading { resolver, times: &times, iso_only: true, input: None, forward: BTreeSet::new() };
    entry::apply_json(&kind.shape, current, object, &reading).map_err(|errors| entries(&errors))
}

/// What times mean in a book.
pub fn times<'v>(view: &'v View<'_>) -> CalendarTimes<'v> {
    CalendarTimes { calendar: super::session::calendar(view), now: view.now() }
}

/// The fields that differ, as a request holds them. `None` means that the field is cleared.
pub fn difference(kind: &Kind, before: &Fields, after: &Fields) -> Vec<(FieldId, Option<Value>)> {
    let differs = kind.shape.handles().filter(|(field, _)| before.get(*field) != after.get(*field));
    differs.map(|(field, _)| (field, after.get(field).cloned())).collect()
}

fn entries(errors: &[EntryError]) -> Failure {
    let Some(first) = errors.first() else { return Failure::usage("entry", Label::default()) };
    let say = |error: &EntryError| {
        Label::new(
            format!("{}: {}", error.given, error.message.get(crate::locale::Lang::En)),
            format!("{}：{}", error.given, error.message.get(crate::locale::Lang::Zh)),
        )
    };
    let candidates = first
        .candidates
        .iter()
        .map(|(name, about)| Candidate { name: name.clone(), about: Label::verbatim(about.as_str()) });
    // a word that fits several records or none has the same exit code as elsewhere, unless other words have other
    // faults
    let exit = |error: &EntryError| match error.code {
        "several-fit" => Exit::Refused,
        "not-found" => Exit::Missing,
        _ => Exit::Usage,
    };
    let alike = errors.iter().all(|error| exit(error) == exit(first));
    Failure::new(if alike { exit(first) } else { Exit::Usage }, first.code, say(first))
        .hint_if(first.hint.clone())
        .candidates(candidates)
        .details(errors.iter().skip(1).map(say))
}
