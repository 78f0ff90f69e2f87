//! The message of a commit: a line for people, the note, and trailers that `audit` compares with the records.

use crate::audit::{SaidStep, Subject, harmless};
use crate::lifecycle::Change;
use crate::record::{Event, Id};

/// How many files of the policy a subject names; if there are more, it gives their number.
const NAMED_FILES: usize = 6;

/// The message of a commit with these changes. `said` is what the user said about the whole operation. `files` are
/// the files written beside records, such as the policy's.
pub(super) fn message(changes: &[Change], files: &[String], said: Option<&str>) -> String {
    let mut message = Message::default();
    changes.iter().for_each(|change| message.add(change));
    message.of(files, said)
}

/// The message of a commit whose changes come one after another.
#[derive(Default)]
pub(super) struct Message {
    first: Option<First>,
    count: usize,
    /// Whether all changes so far are of one kind and have the same steps.
    alike: bool,
    /// The trailers of several changes.
    trailers: String,
}

/// What is said of the first change.
struct First {
    kind: String,
    id: Id,
    steps: String,
    arrow: String,
    notes: Vec<String>,
    /// The trailers that it has if it is the only one.
    trailers: String,
}

impl Message {
    /// Adds a change.
    pub(super) fn add(&mut self, change: &Change) {
        self.count += 1;
        several(change, &mut self.trailers);
        match &self.first {
            Some(first) => self.alike &= change.after().kind == first.kind && steps(change) == first.steps,
            None => {
                self.alike = true;
                let mut trailers = String::new();
                match change.events() {
                    [event] => single(change, event, &mut trailers),
                    _ => several(change, &mut trailers),
                }
                self.first = Some(First {
                    kind: change.after().kind.clone(),
                    id: change.id().clone(),
                    steps: steps(change),
                    arrow: arrow(change, " → "),
                    notes: change.events().iter().filter_map(|event| event.note.clone()).collect(),
                    trailers,
                });
            }
        }
    }

    /// The whole message.
    pub(super) fn of(&self, files: &[String], said: Option<&str>) -> String {
        let only = self.first.as_ref().filter(|_| self.count == 1);
        let mut text = self.subject(files);
        let notes = only.iter().flat_map(|first| &first.notes).map(String::as_str);
        for note in notes.chain(said.filter(|_| only.is_none())) {
            text.push_str("\n\n");
            text.push_str(&harmless(note));
        }
        text.push_str("\n\n");
        text.push_str(only.map_or(&self.trailers, |first| &first.trailers));
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }

    fn subject(&self, files: &[String]) -> String {
        let Some(First { kind, id, steps, arrow, .. }) = &self.first else {
            let names: Vec<&str> = files.iter().map(|path| path.strip_prefix("policy/").unwrap_or(path)).collect();
            return match names.len() > NAMED_FILES {
                true => format!("policy: change {} files", names.len()),
                false => format!("policy: change {}", names.join(", ")),
            };
        };
        let subject = Subject {
            kind: kind.clone(),
            id: id.to_string(),
            steps: steps.clone(),
            arrow: arrow.clone(),
            count: self.count,
            alike: self.alike,
        };
        subject.line()
    }
}

/// The steps that a record took, in order.
fn steps(change: &Change) -> String {
    change.events().iter().map(|event| event.step.as_str()).collect::<Vec<_>>().join(", ")
}

/// `registered → accepted`, or only the state if it stays the same.
fn arrow(change: &Change, between: &str) -> String {
    match change.states() {
        (Some(from), to) if from != to => format!("{from}{between}{to}"),
        (_, to) => to.to_owned(),
    }
}

/// The trailers of the only step of a commit.
fn single(change: &Change, event: &Event, text: &mut String) {
    let (from, to) = change.states();
    let step = SaidStep {
        for_: event.for_.as_ref().map(Id::to_string),
        entered: event.entered.as_ref().map(Id::to_string),
        ..said(change, event, from.unwrap_or_default(), to)
    };
    SaidStep { from: from.map(str::to_owned), ..step }.write_whole(text);
}

/// A trailer for each event.
fn several(change: &Change, text: &mut String) {
    let mut state = change.before().map(|before| before.state.clone());
    for event in change.events() {
        let to = event.to.clone().or_else(|| state.clone()).unwrap_or_default();
        let from = state.take().unwrap_or_default();
        said(change, event, &from, &to).write(text);
        state = Some(to);
    }
}

fn said(change: &Change, event: &Event, from: &str, to: &str) -> SaidStep {
    SaidStep {
        record: change.id().to_string(),
        step: Some(event.step.clone()),
        from: Some(from.to_owned()),
        to: Some(to.to_owned()),
        by: Some(event.by.to_string()),
        ..SaidStep::default()
    }
}
