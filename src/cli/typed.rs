//! Runs a command line inside an operation of another command: `new` and `advance` as words, for stories.

use super::naming;
use crate::book::Writing;
use crate::label;
use crate::lifecycle::{Actor, Request};
use crate::locale::messages::RecordText as Text;
use crate::record::{Fields, Id};

use super::commands::new::id_of;
use super::entries;
use super::failure::Failure;
use super::naming::Names;
use super::session;
use super::words;

/// A command that writes records.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Typed {
    command: String,
    words: Vec<String>,
    message: Option<String>,
    key: Option<String>,
    on: Option<String>,
}

impl Typed {
    /// Reads the line as a shell does.
    ///
    /// # Errors
    /// If there is no command, or a flag has no value.
    pub fn read(line: &str) -> Result<Self, Failure> {
        let stray = |word: &str| Failure::usage("stray-word", label!(Text::StrayWord, word = word));
        let mut words = words::split(line).into_iter();
        let command = words.next().ok_or_else(|| stray(line))?;
        let mut typed = Typed { command, ..Typed::default() };
        while let Some(word) = words.next() {
            let flag = match word.as_str() {
                "-m" => &mut typed.message,
                "--key" => &mut typed.key,
                "--on" => &mut typed.on,
                _ => {
                    typed.words.push(word);
                    continue;
                }
            };
            *flag = Some(words.next().ok_or_else(|| stray(&word))?);
        }
        Ok(typed)
    }

    /// Takes the step or steps. Returns the records that it was about.
    ///
    /// # Errors
    /// If the command line or the rule book refuses.
    pub fn take(&self, writing: &mut Writing<'_>, actor: &Actor) -> Result<Vec<Id>, Failure> {
        match self.command.as_str() {
            "new" => self.make(writing, actor).map(|id| vec![id]),
            "advance" => self.advance(writing, actor),
            other => Err(Failure::usage("stray-word", label!(Text::StrayWord, word = other))),
        }
    }

    fn request(&self, writing: &Writing<'_>, step: &str, actor: &Actor) -> Result<Request, Failure> {
        let on = entries::happened(writing.view, self.on.as_deref())?;
        Ok(Request { on, ..Request::new(step, actor.clone()) })
    }

    fn make(&self, writing: &mut Writing<'_>, actor: &Actor) -> Result<Id, Failure> {
        let names = Names { view: writing.view, at_sign: None };
        let policy = writing.view.policy();
        let (kind, words) =
            self.words.split_first().ok_or_else(|| Failure::usage("no-kind", label!(Text::NoKind, word = "")))?;
        let kind = session::kind(policy, kind)?;
        let assignments = entries::parse(&kind.shape, words, "redress new")?;
        let fields = naming::read_assignments(&names, kind, &Fields::new(), &assignments, None)?;
        let mut request = self.request(writing, &kind.first_step().name, actor)?;
        request.set = naming::difference(kind, &Fields::new(), &fields);
        request.note.clone_from(&self.message);
        request.key.clone_from(&self.key);
        let id = id_of(kind, None, &assignments)?;
        writing.operation.create(kind.name(), id, &request).map_err(|refusal| session::refused(&refusal, policy))
    }

    fn advance(&self, writing: &mut Writing<'_>, actor: &Actor) -> Result<Vec<Id>, Failure> {
        let names = Names { view: writing.view, at_sign: None };
        let policy = writing.view.policy();
        let [ids, steps, words @ ..] = self.words.as_slice() else {
            return Err(Failure::usage("no-record", Text::NothingCalledHint));
        };
        let mut taken = Vec::new();
        for word in ids.split(',') {
            let resolved = writing.view.resolve(&[], word)?;
            let id = resolved.map_err(|_| Failure::missing("no-record", label!(Text::NothingCalled, text = word)))?;
            for (i, step) in steps.split(',').enumerate() {
                let refuse = |refusal: crate::lifecycle::Refusal| session::refused(&refusal, policy);
                let record = writing.operation.record(&id).map_err(refuse)?;
                let kind = session::kind(policy, &record.kind)?;
                let mut request = self.request(writing, step, actor)?;
                // As on the command line, fields that are filled in go with the first step.
                if i == 0 {
                    let assignments = entries::parse(&kind.shape, words, "redress advance")?;
                    let fields = naming::read_assignments(&names, kind, &record.fields, &assignments, None)?;
                    request.set = naming::difference(kind, &record.fields, &fields);
                    request.note.clone_from(&self.message);
                }
                writing.operation.advance(&id, &request).map_err(refuse)?;
            }
            taken.push(id);
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::Typed;

    #[test]
    fn flags_stand_anywhere_and_words_stay_in_order() {
        let typed =
            Typed::read("new complaint --key a -m '到 货' client=x --on yesterday@17:00 content='a b'").unwrap();
        assert_eq!(typed.words, ["complaint", "client=x", "content=a b"]);
        assert_eq!((typed.key.as_deref(), typed.message.as_deref()), (Some("a"), Some("到 货")));
        assert_eq!(typed.on.as_deref(), Some("yesterday@17:00"));
        assert!(Typed::read("").is_err() && Typed::read("new complaint -m").is_err());
    }
}
