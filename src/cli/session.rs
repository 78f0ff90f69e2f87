//! What commands on records share: the book at the commit they read, who acts, whom and what a word means.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::at_sign::AtSign;
use super::context::Context;
use super::done;
use super::exit::Exit;
use super::failure::{Candidate, Failure};
use super::opening;
use crate::book::repo::Oid;
use crate::book::{Book, View, Writer, Writing, Written};
use crate::calendar::{Calendar, Moment};
use crate::entry::{self, Assignment, CalendarTimes, EntryError, Reading, Resolver, Unresolved};
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::{Actor, Refusal};
use crate::locale::messages::{PlanText, RecordText as Text};
use crate::locale::{Label, Lang};
use crate::policy::{People, Policy};
use crate::record::{FieldId, Fields, Id, Value};
use crate::say;

/// A book that a command works on.
pub struct Session {
    /// The book.
    pub book: Book,
    /// Now, as the book's clocks show it; with `--at` and without `--now` the date of that commit.
    pub now: Moment,
    /// What the terminal last wrote, showed and listed.
    pub at_sign: RefCell<AtSign>,
    past: Option<Oid>,
}

impl Session {
    /// Opens the book that the command's folder lies in.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn open(context: &Context) -> Result<Self, Failure> {
        let book = opening::open(context)?;
        let commit = opening::commit(context, book.repo())?;
        let past = context.flags.at.as_ref().map(|_| commit);
        let zone = opening::zone(book.repo(), commit)?;
        let now = match (past, &context.flags.now) {
            (Some(commit), None) => {
                let seconds = book.repo().commit_info(commit)?.seconds;
                let instant = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
                zone.local(instant.fixed_offset())
            }
            _ => context.now(zone)?,
        };
        let at_sign = RefCell::new(AtSign::load(&book.repo().state_dir(), context.terminal_id().as_deref()));
        Ok(Session { book, now, at_sign, past })
    }

    /// The book as the command reads it.
    ///
    /// # Errors
    /// Its policy does not hold together.
    pub fn view(&self, context: &Context) -> Result<View<'_>, Failure> {
        let view = self.book.view(self.past, self.now)?;
        let reader = self.reader(context, &view)?;
        Ok(view.read_by(reader))
    }

    /// Fails where `--at` is given: the past cannot be written to.
    ///
    /// # Errors
    /// It is.
    pub fn check_present(&self) -> Result<(), Failure> {
        match self.past {
            Some(_) => Err(Failure::usage("at", Text::PastIsReadOnly)),
            None => Ok(()),
        }
    }

    fn reader(&self, context: &Context, view: &View<'_>) -> Result<Option<Id>, Failure> {
        match &context.flags.as_person {
            Some(text) => person(view, text).map(Some),
            None => Ok(self.typist(view.people())),
        }
    }

    /// The person at the keyboard, whom git's e-mail address names.
    fn typist(&self, people: &People) -> Option<Id> {
        let (author, _) = self.book.repo().identity(0, 0).ok()?;
        people.by_email(&author.email).map(|person| person.id.clone())
    }

    /// Who acts: who types, or whom `--as` names.
    ///
    /// # Errors
    /// Git's identity belongs to nobody of the staff.
    pub fn actor(&self, context: &Context, view: &View<'_>) -> Result<Actor, Failure> {
        let (author, _) = self.book.repo().identity(0, 0)?;
        let typist = self.typist(view.people());
        let person = context.flags.as_person.as_ref().map(|text| person(view, text)).transpose()?;
        match (person, typist) {
            (Some(person), Some(typist)) => Ok(Actor { person, typist }),
            (None, Some(typist)) => Ok(Actor::own(typist)),
            (_, None) => {
                let message = label!(Text::NotOfTheStaff, email = author.email);
                Err(Failure::refused("not-staff", message).hint(Text::NotOfTheStaffHint))
            }
        }
    }

    /// The record of one of these kinds (of any, where none is named) that a word means.
    ///
    /// # Errors
    /// None does, or several do and nobody can be asked.
    pub fn record(&self, context: &Context, view: &View<'_>, kinds: &[String], word: &str) -> Result<Id, Failure> {
        if let Some(id) = self.at_sign.borrow().meant(word)? {
            return Ok(id);
        }
        match view.resolve(kinds, word)? {
            Ok(id) => Ok(id),
            Err(unresolved) => {
                let unresolved = explain(view, &unresolved);
                let candidates = unresolved.candidates.iter();
                let candidates: Vec<Candidate> = candidates
                    .map(|(name, about)| Candidate { name: name.clone(), about: Label::verbatim(about.as_str()) })
                    .collect();
                if candidates.len() > 1 && context.may_ask() {
                    let choice = |candidate: &Candidate| super::prompt::Choice {
                        name: candidate.name.clone(),
                        label: Label::each(|lang| format!("{}  {}", candidate.name, candidate.about.get(lang))),
                    };
                    let choices: Vec<_> = candidates.iter().map(choice).collect();
                    let question = unresolved.message.get(context.lang);
                    if let Some(at) = context.prompt().choose(question, &choices, false)? {
                        return view.resolve(kinds, &candidates[at].name)?.map_err(|_| Failure::interrupted());
                    }
                }
                let code = if candidates.is_empty() { "no-record" } else { "several-fit" };
                let failure = match candidates.is_empty() {
                    true => Failure::missing(code, unresolved.message),
                    false => Failure::refused(code, unresolved.message),
                };
                Err(failure.hint_if(unresolved.hint).candidates(candidates))
            }
        }
    }

    /// The person that a word means.
    ///
    /// # Errors
    /// Nobody or several.
    pub fn person(&self, view: &View<'_>, word: &str) -> Result<Id, Failure> {
        person(view, word)
    }

    /// The record that a word of a file means: nobody is asked, and `@` means nothing.
    ///
    /// # Errors
    /// None does, or several do.
    pub fn exact_record(&self, view: &View<'_>, word: &str) -> Result<Id, Failure> {
        view.resolve(&[], word)?.map_err(|unresolved| {
            let unresolved = explain(view, &unresolved);
            let candidates = unresolved
                .candidates
                .into_iter()
                .map(|(name, about)| Candidate { name, about: Label::verbatim(about) });
            let candidates: Vec<Candidate> = candidates.collect();
            let failure = match candidates.is_empty() {
                true => Failure::missing("no-record", unresolved.message),
                false => Failure::refused("several-fit", unresolved.message),
            };
            failure.hint_if(unresolved.hint).candidates(candidates)
        })
    }

    /// A path as it is typed, from the book's top: in a folder of the book it is read from there, where something lies.
    pub fn path(&self, context: &Context, typed: &str) -> String {
        let plain = typed.trim_start_matches("./").trim_end_matches('/').to_owned();
        let Some(top) = self.book.repo().top().and_then(|top| top.canonicalize().ok()) else { return plain };
        let here = context.dir().join(typed);
        // the folder alone is resolved: a link stays what it is
        let folder = here.parent().and_then(|folder| folder.canonicalize().ok());
        let whole = folder.zip(here.file_name()).map(|(folder, name)| folder.join(name));
        let inside = whole.filter(|path| path.symlink_metadata().is_ok());
        let inside = inside.and_then(|path| Some(path.strip_prefix(&top).ok()?.to_str()?.to_owned()));
        inside.filter(|path| !path.is_empty()).unwrap_or(plain)
    }

    /// Runs an operation and writes it as one commit, unless `--dry-run` is given.
    ///
    /// # Errors
    /// What `work` refuses, and whatever git or the disk refuse.
    pub fn write<T>(
        &self,
        context: &Context,
        said: Option<String>,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, Failure>,
    ) -> Result<(T, Written), Failure> {
        self.check_present()?;
        let writer = Writer { dry_run: context.flags.dry_run, said, ..Writer::new(self.now) };
        let (done, written) = self.book.write(writer, work)?;
        context.later.borrow_mut().extend(done::cautions(&written));
        Ok((done, written))
    }
}

/// The kind that a word names.
///
/// # Errors
/// There is none.
pub fn kind<'p>(policy: &'p Policy, word: &str) -> Result<&'p Kind, Failure> {
    policy.find_kind(word).ok_or_else(|| {
        let names = policy.kinds.keys().map(String::as_str);
        let near = crate::place::toml::nearest(word, names.clone());
        let hint = match near {
            Some(near) => label!(Text::DidYouMean, word = near),
            None => label!(Text::KnownKinds, kinds = names.collect::<Vec<_>>().join(", ")),
        };
        Failure::missing("no-kind", label!(Text::NoKind, word = word)).hint(hint)
    })
}

/// The failure of a command that makes records of which the policy does not say what they are.
pub fn unsaid(file: &str, section: &str) -> Failure {
    Failure::missing("no-kind", label!(PlanText::NoSection, file = file, section = section))
}

/// A refusal as the failure of a command: what is only missing is a matter of usage.
pub fn refused(refusal: &Refusal, policy: &Policy) -> Failure {
    let mut failure = opening::refusal(refusal, policy);
    if !refusal.missing().is_empty() || matches!(refusal, Refusal::NoStep { .. } | Refusal::NoId { .. }) {
        failure.exit = super::exit::Exit::Usage;
    }
    if matches!(refusal, Refusal::Unanswered { .. }) {
        failure.exit = super::exit::Exit::Unreadable;
    }
    failure
}

fn person(view: &View<'_>, text: &str) -> Result<Id, Failure> {
    view.resolve_person(text).map_err(|unresolved| {
        let found = explain(view, &unresolved);
        let candidates =
            found.candidates.into_iter().map(|(name, about)| Candidate { name, about: Label::verbatim(about) });
        Failure::missing("no-person", found.message).hint_if(found.hint).candidates(candidates)
    })
}

/// What a record is called: its title field, or what the record is called that this field names; without one its state.
pub fn title(view: &View<'_>, id: &Id) -> String {
    titled(view, id, TITLES_DEEP)
}

/// How many references a title may lead through.
const TITLES_DEEP: usize = 2;

fn titled(view: &View<'_>, id: &Id, depth: usize) -> String {
    let Ok(Some(record)) = view.read(id) else { return String::new() };
    let Some(kind) = view.policy().kind(&record.kind) else { return String::new() };
    let named = match kind.title.and_then(|field| record.get(field)) {
        Some(Value::Ref(to)) if depth > 0 => Some(titled(view, to, depth - 1)).filter(|title| !title.is_empty()),
        Some(Value::Text(name)) => {
            // What is called by a choice is called by its label.
            let choices = kind.title.map(|field| kind.field(field).ty.clone());
            let label = match choices {
                Some(crate::record::Type::Choice(choices)) => {
                    choices.into_iter().find(|choice| choice.name == *name).map(|choice| choice.label)
                }
                _ => None,
            };
            Some(label.map_or_else(|| name.clone(), |label| label.get(view.policy().settings.lang).to_owned()))
        }
        value => value.and_then(Value::stored),
    };
    let state = kind.shape.state(&record.state).map(|state| state.label.get(view.policy().settings.lang).to_owned());
    named.or(state).unwrap_or_default()
}

fn explain(view: &View<'_>, unresolved: &crate::book::Unresolved) -> Unresolved {
    use crate::book::Unresolved as Book;
    match unresolved {
        Book::Nothing(text) => {
            let near = near(view, text);
            let hint = match near.is_empty() {
                true => Text::NothingCalledHint.into(),
                false => label!(Text::DidYouMean, word = near.join(", ")),
            };
            Unresolved { message: label!(Text::NothingCalled, text = text), hint: Some(hint), candidates: Vec::new() }
        }
        Book::NoRecord(id) => {
            let near = near(view, id.as_str());
            let hint = (!near.is_empty()).then(|| label!(Text::DidYouMean, word = near.join(", ")));
            Unresolved { message: label!(Text::NoRecord, id = id), hint, candidates: Vec::new() }
        }
        Book::Several { text, candidates } => Unresolved {
            message: label!(Text::SeveralCalled, text = text, count = candidates.len()),
            hint: Some(Text::SeveralCalledHint.into()),
            candidates: candidates.iter().map(|id| (id.to_string(), title(view, id))).collect(),
        },
    }
}

/// Records that a word which names none may have meant, with what they are called.
fn near(view: &View<'_>, text: &str) -> Vec<String> {
    let near = view.resembling(text).unwrap_or_default();
    near.iter().map(|id| format!("{id} {}", title(view, id)).trim_end().to_owned()).collect()
}

/// Whom and what the words of entries mean in a book.
pub struct Names<'v> {
    /// The book.
    pub view: &'v View<'v>,
    /// What the terminal last wrote and listed; nothing for files.
    pub at_sign: Option<&'v RefCell<AtSign>>,
}

impl Resolver for Names<'_> {
    fn record(&self, kinds: &[String], text: &str) -> entry::Found<Id> {
        match self.at_sign.map(|at_sign| at_sign.borrow().meant(text)) {
            Some(Ok(Some(id))) => return Ok(id),
            Some(Err(none)) => return Err(Unresolved { message: none.message, hint: None, candidates: Vec::new() }),
            Some(Ok(None)) | None => {}
        }
        match self.view.resolve(kinds, text) {
            Ok(found) => found.map_err(|unresolved| explain(self.view, &unresolved)),
            Err(error) => {
                let failure = Failure::from(error);
                Err(Unresolved { message: failure.message, hint: failure.hint, candidates: Vec::new() })
            }
        }
    }

    fn person(&self, text: &str) -> entry::Found<Id> {
        self.view.resolve_person(text).map_err(|unresolved| explain(self.view, &unresolved))
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

/// A word that is none of the policy's names, with those that it has.
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
    Unresolved { message: label!(Text::NothingCalled, text = text), hint: Some(hint), candidates: Vec::new() }
}

/// The fields after the assignments.
///
/// # Errors
/// Everything that cannot be taken.
pub fn read_assignments(
    names: &Names<'_>,
    kind: &Kind,
    current: &Fields,
    assignments: &[Assignment],
    input: Option<&str>,
) -> Result<Fields, Failure> {
    let times = times(names.view);
    let reading =
        Reading { resolver: names, times: &times, iso_only: false, input, forward: kind.promises().collect() };
    entry::apply(&kind.shape, current, assignments, &reading).map_err(|errors| entries(&errors))
}

/// The fields with those of a JSON object, whose times are ISO.
///
/// # Errors
/// Everything that cannot be taken.
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
/// Everything that cannot be taken.
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
    CalendarTimes { calendar: calendar(view), now: view.now() }
}

/// The book's usual calendar.
pub fn calendar<'v>(view: &'v View<'_>) -> &'v Calendar {
    view.policy().calendars.default()
}

/// What differs between fields, as a request holds it.
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
    // What names nothing ends as elsewhere where it stands, unless something is wrong with the words themselves.
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
