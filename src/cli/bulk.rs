//! What `batch` and `import` share: the names of records that the operation has just made, and errors about many
//! lines.

use super::context::Context;
use super::failure::Failure;
use super::naming::Names;
use crate::book::View;
use crate::entry::{Found, Resolver, Unresolved};
use crate::lifecycle::Operation;
use crate::locale::messages::{BulkText as Text, RecordText};
use crate::locale::{Label, Lang};
use crate::place::{Place, Problem};
use crate::record::Id;
use crate::{label, say};

/// How many bad lines are listed. Of the others only the number is said.
pub const MOST_NAMED: usize = 50;
/// What names mean in the middle of an operation: the ids of what it has made so far count too.
pub struct Together<'w, 'o> {
    /// What they mean in the book.
    pub names: Names<'w>,
    /// The operation.
    pub operation: &'w Operation<'o>,
}

impl Together<'_, '_> {
    fn made(&self, text: &str) -> Option<Id> {
        let id: Id = text.parse().ok()?;
        self.operation.is_touched(&id).then_some(id)
    }
}

impl Resolver for Together<'_, '_> {
    fn record(&self, kinds: &[String], text: &str) -> Found<Id> {
        self.made(text).map_or_else(|| self.names.record(kinds, text), Ok)
    }

    fn person(&self, text: &str) -> Found<Id> {
        self.made(text).map_or_else(|| self.names.person(text), Ok)
    }

    fn role(&self, text: &str) -> Found<String> {
        self.names.role(text)
    }

    fn department(&self, text: &str) -> Found<String> {
        self.names.department(text)
    }
}

/// What names mean in files of rows: a whole id, a key, or a whole name. Parts of ids do not count there, because a
/// company's short name may look like one.
pub struct Exact<'w, 'o> {
    /// The book.
    pub view: &'w View<'w>,
    /// The operation.
    pub operation: &'w Operation<'o>,
}

impl Exact<'_, '_> {
    /// The record that stands for a record of the book, such as the one that it was merged into.
    fn stands_for(&self, id: Id) -> Id {
        self.view.survivor(&id).unwrap_or(id)
    }
}

impl Resolver for Exact<'_, '_> {
    fn record(&self, kinds: &[String], text: &str) -> Found<Id> {
        let wanted = |id: &Id| {
            kinds.is_empty()
                || self.view.policy().kind_of(id).is_some_and(|kind| kinds.iter().any(|k| k == kind.name()))
        };
        if let Ok(id) = text.to_uppercase().parse::<Id>()
            && self.operation.record(&id).is_ok()
        {
            return Ok(self.stands_for(id));
        }
        let unanswered = |refusal: crate::lifecycle::Refusal| {
            let policy = self.view.policy();
            let message = Label::new(refusal.message(Lang::En, policy), refusal.message(Lang::Zh, policy));
            Unresolved { message, ..Unresolved::default() }
        };
        if let Some(id) = self.operation.by_key(text).map_err(unanswered)?.filter(wanted) {
            return Ok(self.stands_for(id));
        }
        let known = self.view.index().ok().map(|index| index.known_as(kinds, text));
        let known = known.and_then(Result::ok).unwrap_or_default();
        let mut known: Vec<Id> = known.into_iter().map(|id| self.stands_for(id)).collect();
        known.sort();
        known.dedup();
        match known.as_slice() {
            [id] => Ok(id.clone()),
            [] => {
                let message = label!(RecordText::NothingCalled, text = text);
                Err(Unresolved { message, ..Unresolved::default() })
            }
            several => {
                let message = label!(RecordText::SeveralCalled, text = text, count = several.len());
                let candidates = several.iter().map(|id| (id.to_string(), String::new())).collect();
                Err(Unresolved { message, hint: None, candidates })
            }
        }
    }

    fn person(&self, text: &str) -> Found<Id> {
        match text.parse::<Id>().ok().filter(|id| self.operation.is_touched(id)) {
            Some(id) => Ok(id),
            None => Names { view: self.view, at_sign: None }.person(text),
        }
    }

    fn role(&self, text: &str) -> Found<String> {
        Names { view: self.view, at_sign: None }.role(text)
    }

    fn department(&self, text: &str) -> Found<String> {
        Names { view: self.view, at_sign: None }.department(text)
    }
}

/// One thing that is wrong in a file of many lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from 1.
    pub line: usize,
    /// The line's key, or the column's heading.
    pub key: String,
    /// What is wrong, and what to do.
    pub message: Label,
}

/// The words of a failure in one label: what is wrong, its details, and what to do.
pub fn words(failure: &Failure) -> Label {
    let mut label = failure.message.clone();
    for more in &failure.details {
        label = Label::new(format!("{}; {}", label.en, more.en), format!("{}；{}", label.zh, more.zh));
    }
    match &failure.hint {
        Some(hint) => Label::new(format!("{} ({})", label.en, hint.en), format!("{}（{}）", label.zh, hint.zh)),
        None => label,
    }
}

/// Adds what is wrong to a failure: one line each for people, places for scripts.
pub fn named(context: &Context, failure: Failure, file: &str, wrong: &[Wrong], say: fn(&Wrong) -> Label) -> Failure {
    let mut details: Vec<Label> = wrong.iter().take(MOST_NAMED).map(say).collect();
    if wrong.len() > MOST_NAMED {
        details.push(label!(Text::AndMore, count = wrong.len() - MOST_NAMED));
    }
    let place = |wrong: &Wrong| Place { line: wrong.line, key: wrong.key.as_str().into(), ..Place::of_file(file) };
    let problems = wrong.iter().take(MOST_NAMED).map(|wrong| Problem::new(place(wrong), wrong.message.clone()));
    let failure = failure.details(details);
    // people read the lines above, and excerpts would repeat them
    if context.flags.json { failure.problems(problems) } else { failure }
}

/// What is wrong, with its line and key.
pub fn on_line(wrong: &Wrong) -> Label {
    let [en, zh] = Lang::ALL.map(|lang| {
        let what = wrong.message.get(lang);
        match wrong.key.is_empty() {
            true => say!(lang, Text::OnLine, line = wrong.line, what = what),
            false => say!(lang, Text::OnLineOf, line = wrong.line, key = wrong.key, what = what),
        }
    });
    Label { en, zh }
}
