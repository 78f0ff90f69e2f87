//! Reads what people type before the record is known: assignments, files, standard input, times, and answers to
//! questions.

use std::borrow::Cow;
use std::io::{BufRead, Write};
use std::path::Path;

use serde_json::{Map, Value as Json};

use super::beside;
use super::context::Context;
use super::failure::Failure;
use super::filing;
use super::input::{self, INPUT, OF_A_RECORD};
use super::naming::{self, Names};
use super::prompt::{MenuItem, Prompt};
use super::session::{self, Session};
use crate::book::View;
use crate::calendar::{Direction, Moment, expression};
use crate::entry::{self, Assignment};
use crate::kind::{Ask, Kind, Proposal, Usual};
use crate::locale::Label;
use crate::locale::messages::{EntryText, FindText, RecordText as Text};
use crate::policy::Policy;
use crate::record::{Choice, Field, FieldId, Fields, Id, Record, Shape, Type, yaml};
use crate::{label, lifecycle, say};

/// What was given besides assignments.
pub struct Given {
    /// The note.
    pub message: Option<String>,
    /// Fields from a file.
    pub object: Option<Map<String, Json>>,
    /// The text of standard input, for `FIELD=-`.
    pub text: Option<String>,
}

impl Given {
    /// Reads them. Standard input is read at most once.
    ///
    /// # Errors
    /// If standard input is asked for twice, or a file cannot be read.
    pub fn read(message: Option<&str>, from: Option<&Path>, words: &[String]) -> Result<Self, Failure> {
        let by_message = message == Some(INPUT);
        let by_file = from.is_some_and(|path| path == Path::new(INPUT));
        let by_words = words.iter().any(|word| entry::parse(word).is_some_and(|assignment| assignment.value == INPUT));
        if [by_message, by_file, by_words].into_iter().filter(|asked| *asked).count() > 1 {
            return Err(Failure::usage("input", Text::InputOnce));
        }
        let asked = by_message || by_file || by_words;
        let input = asked.then(|| input::text(Path::new(INPUT), OF_A_RECORD)).transpose()?;
        let message = if by_message { input.clone() } else { message.map(str::to_owned) };
        let message = message.map(|text| text.trim_end().to_owned()).filter(|text| !text.is_empty());
        let object = match from {
            None => None,
            Some(_) if by_file => Some(object(INPUT, input.as_deref().unwrap_or_default())?),
            Some(path) => {
                let text = input::text(path, OF_A_RECORD)?;
                let name = path.display().to_string();
                Some(object(&name, &text)?)
            }
        };
        let text = if by_words { input.map(|text| text.trim_end_matches('\n').to_owned()) } else { None };
        Ok(Given { message, object, text })
    }
}

/// The fields of a text in JSON or YAML.
///
/// # Errors
/// If it is neither, or has no map at the top.
pub fn object(name: &str, text: &str) -> Result<Map<String, Json>, Failure> {
    let called = input::called(Path::new(name));
    if text.trim().is_empty() {
        return Err(Failure::usage("file", label!(Text::BadFrom; file = called, reason = Text::NoFieldsGiven)));
    }
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| {
            Failure::usage("file", label!(Text::BadFrom; file = called, reason = entry::json_fault(&error)))
        });
    }
    let reader = yaml::Reader::of_hand_edits();
    let document = reader.read(text.as_bytes()).map_err(|error| {
        let problem = error.problem(name);
        let reason = |problem: &crate::place::Problem| label!(Text::BadFrom; file = &called, reason = &problem.message);
        Failure::usage("file", reason(&problem)).problems([problem])
    })?;
    match document.root.json() {
        Json::Object(map) => Ok(map),
        _ => Err(Failure::usage("file", label!(Text::BadFrom; file = called, reason = Text::NoFieldsGiven))),
    }
}

/// The assignments among the words of a command.
///
/// # Errors
/// If a word is none.
pub fn parse(shape: &Shape, words: &[String], command: &str) -> Result<Vec<Assignment>, Failure> {
    entry::parse_words(words, |name| shape.find(name).is_some()).map_err(|stray| {
        let hint = stray
            .corrected
            .map(|words| label!(Text::StrayWordHint, command = format!("{command} {}", super::words::join(words))));
        let hint = hint.unwrap_or_else(|| EntryText::WriteAssignment.into());
        Failure::usage("stray-word", label!(Text::StrayWord, word = stray.word)).hint(hint)
    })
}

/// When something happened, as `--on` says.
///
/// # Errors
/// If it is not a time.
pub fn happened(view: &View<'_>, on: Option<&str>) -> Result<Option<Moment>, Failure> {
    let Some(on) = on else { return Ok(None) };
    let read = expression::parse(on, view.now(), session::calendar(view), Direction::Backward);
    read.map(|understood| Some(understood.moment)).map_err(|error| Failure::usage("time", error.label()))
}

/// Asks for fields on the terminal and adds the answers to the assignments. The usual value for the record stands
/// beside the question. `asks` is what the steps ask for; of a list, it says which parts each line must have.
///
/// # Errors
/// If the user broke it off.
pub fn ask(
    context: &Context,
    session: &Session,
    view: &View<'_>,
    kind: &Kind,
    (fields, asks): (&[FieldId], &[&Ask]),
    current: Option<&Record>,
    assignments: &mut Vec<Assignment>,
) -> Result<(), Failure> {
    if fields.is_empty() {
        return Ok(());
    }
    let names = Names { view, at_sign: Some(&session.at_sign) };
    let mut prompt = context.prompt();
    for id in fields {
        let field = kind.field(*id);
        let usual = current.map(|current| usual(&names, kind, current, assignments)).unwrap_or_default();
        let usual = |of: &Field| {
            let found = usual.iter().find(|usual| std::ptr::eq(usual.chosen, of))?;
            let labels: Vec<String> =
                found.values.iter().map(|value| value.label.get(context.lang).to_owned()).collect();
            Some(super::done::enumerated(&labels, context.lang))
        };
        // a name that resembles no existing record may be made; otherwise the name is asked for again
        let makes = |failure: &Failure, assignment: &Assignment| {
            let like = view.resembling(&assignment.value).is_ok_and(|like| !like.is_empty());
            failure.code == NOTHING && !like && beside::making(view.policy(), kind, assignment).is_some()
        };
        let fits = |assignment: &Assignment| {
            if filing::path(kind, assignment).is_some() {
                return Ok(()); // the file is read (and perhaps refused) after all answers are given
            }
            match naming::read_assignments(&names, kind, &Fields::new(), std::slice::from_ref(assignment), None) {
                // `settle` asks which of several is meant, and whether to make one
                Err(failure) if makes(&failure, assignment) => Ok(()),
                Err(failure) if failure.code != SEVERAL => {
                    let hint = failure.hint.map(|hint| format!("\n{}", hint.get(context.lang))).unwrap_or_default();
                    Err(format!("{}{hint}", failure.message.get(context.lang)))
                }
                Ok(fields) => match lifecycle::looks_ahead(kind, &fields, view.now()) {
                    Err(refusal) => Err(refusal.message(context.lang, view.policy())),
                    Ok(()) => Ok(()),
                },
                _ => Ok(()),
            }
        };
        match &field.ty {
            Type::List(element) if let Type::Group(parts) = &**element => {
                let there = current.and_then(|current| current.get(*id)).map_or(0, |lines| lines.elements().len());
                let always = |ask: &&&Ask| ask.field == *id && ask.when.is_none() && ask.lines.is_none();
                let needed: Vec<FieldId> = asks.iter().filter(always).filter_map(|ask| ask.inner).collect();
                assignments.extend(ask_group(&mut prompt, view.policy(), field, (parts, &needed, there), usual, fits)?);
            }
            _ => {
                let assignment = |answer: &str| assignment(&[&field.name], answer);
                let asked = by_number(view.policy(), field);
                if let Some(answer) =
                    prompt.field(&asked, false, usual(field).as_deref(), |answer| fits(&assignment(answer)))?
                {
                    assignments.push(assignment(&answer));
                }
            }
        }
    }
    Ok(())
}

/// Asks for what steps want of some records only. An answer that was just given may decide this, so it goes on as
/// long as answers lead to more questions. What was `asked` already is not asked again.
///
/// # Errors
/// If the user broke it off.
pub fn ask_further(
    context: &Context,
    session: &Session,
    view: &View<'_>,
    kind: &Kind,
    (asks, asked): (&[&Ask], &[FieldId]),
    record: &Record,
    assignments: &mut Vec<Assignment>,
) -> Result<(), Failure> {
    let names = Names { view, at_sign: Some(&session.at_sign) };
    let mut asked: Vec<FieldId> = asked.to_vec();
    loop {
        let fields = naming::read_assignments(&names, kind, &record.fields, assignments, None);
        // what cannot be read is refused when the step is taken
        let Ok(fields) = fields else { return Ok(()) };
        let probe = Record { fields, ..record.clone() };
        let holds = |ask: &&&Ask| {
            let when = ask.when.as_ref().filter(|_| ask.inner.is_none() && probe.get(ask.field).is_none());
            when.is_some_and(|when| when.filter.matches(&probe, &view.reading()).unwrap_or(false))
        };
        let mut wanted: Vec<FieldId> = asks.iter().filter(holds).map(|ask| ask.field).collect();
        wanted.retain(|field| !asked.contains(field));
        wanted.sort();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(());
        }
        ask(context, session, view, kind, (&wanted, asks), Some(&probe), assignments)?;
        settle(context, session, view, kind, &record.fields, assignments)?;
        asked.extend(wanted);
    }
}

/// The usual values for a record with what is given so far. Empty if they cannot be looked up.
fn usual<'k>(names: &Names<'_>, kind: &'k Kind, current: &Record, assignments: &[Assignment]) -> Vec<Usual<'k>> {
    let fields = naming::read_assignments(names, kind, &current.fields, assignments, None);
    let fields = fields.unwrap_or_else(|_| current.fields.clone());
    let record = Record { fields, ..current.clone() };
    Proposal::usual(kind, &record, &names.view.reading()).unwrap_or_default()
}

/// What a record of the kind needs at once and is not given yet.
pub fn wanted(kind: &Kind, assignments: &[Assignment], object: Option<&Map<String, Json>>) -> Vec<FieldId> {
    let given = |id: FieldId| {
        let field = kind.field(id);
        assignments.iter().any(|assignment| assignment.path.first().is_some_and(|name| field.is_called(name)))
            || object.is_some_and(|object| object.keys().any(|name| field.is_called(name)))
    };
    let required = kind.shape.handles().filter(|(_, field)| field.required && !field.retired).map(|(id, _)| id);
    let asks =
        kind.first_step().asks.iter().filter(|ask| ask.when.is_none() && ask.inner.is_none()).map(|ask| ask.field);
    let mut wanted: Vec<FieldId> = required.chain(asks).filter(|id| !given(*id)).collect();
    wanted.sort();
    wanted.dedup();
    wanted
}

/// The code of a reference that fits several.
const SEVERAL: &str = "several-fit";
/// The code of a reference that fits nothing.
const NOTHING: &str = "not-found";

/// Asks on the terminal which record or person is meant, if the name in an assignment fits several.
///
/// # Errors
/// If the user broke it off.
pub fn settle(
    context: &Context,
    session: &Session,
    view: &View<'_>,
    kind: &Kind,
    current: &Fields,
    assignments: &mut [Assignment],
) -> Result<(), Failure> {
    let names = Names { view, at_sign: Some(&session.at_sign) };
    for assignment in assignments.iter_mut().filter(|_| context.may_ask()) {
        let read = naming::read_assignments(&names, kind, current, std::slice::from_ref(assignment), None);
        let Err(failure) = read else { continue };
        let question = failure.message.get(context.lang);
        if failure.code == NOTHING
            && let Some((of, made)) = beside::making(view.policy(), kind, assignment)
        {
            let called = session::kind(view.policy(), &of)?.shape.label.get(context.lang);
            let near = view.resembling(&assignment.value)?;
            let near = near.iter().filter(|id| view.policy().kind_of(id).is_some_and(|kind| kind.name() == of));
            let mut choices: Vec<MenuItem> = near.map(|id| known(view, id)).collect();
            if choices.is_empty() {
                let question = say!(context.lang, FindText::MakeIt, kind = called, text = assignment.value);
                if context.prompt().confirm(&question, false)? {
                    *assignment = made;
                }
                continue;
            }
            // a client who is known by a longer name is not made a second time
            let new = Label::each(|lang| say!(lang, FindText::NewOne, kind = called, text = assignment.value));
            choices.push(MenuItem { name: String::new(), label: new });
            let question = say!(context.lang, FindText::OneOrNew, kind = called, text = assignment.value);
            match context.prompt().choose(&question, &choices, false)? {
                Some(at) if at + 1 < choices.len() => assignment.value.clone_from(&choices[at].name),
                _ => *assignment = made,
            }
            continue;
        }
        // If one assignment holds several names, the answer must not replace all of them.
        if failure.code != SEVERAL || !failure.message.en.contains(&format!("`{}`", assignment.value.trim())) {
            continue;
        }
        let choices: Vec<MenuItem> = failure.candidates.iter().map(MenuItem::from).collect();
        if let Some(at) = context.prompt().choose(question, &choices, false)? {
            assignment.value.clone_from(&choices[at].name);
        }
    }
    if context.may_ask() { session.echo(context, view) } else { Ok(()) }
}

/// A record that may be meant: its id and its title.
fn known(view: &View<'_>, id: &Id) -> MenuItem {
    let title = view.words().title(id);
    MenuItem { name: id.to_string(), label: Label::each(|lang| format!("{id}  {}", title.get(lang))) }
}

/// Asks for the entries of a list of groups, part by part, until the user wants no more. There is at least one entry.
/// `needed` are the parts that a rule asks of each, `there` is how many entries the list has already.
fn ask_group<R: BufRead, W: Write>(
    prompt: &mut Prompt<R, W>,
    policy: &Policy,
    field: &Field,
    (parts, needed, there): (&Shape, &[FieldId], usize),
    usual: impl Fn(&Field) -> Option<String>,
    fits: impl Fn(&Assignment) -> Result<(), String>,
) -> Result<Vec<Assignment>, Failure> {
    let mut assignments = Vec::new();
    for entry in there.. {
        prompt.heading(field, entry + 1)?;
        let before = assignments.len();
        for (id, part) in parts.handles().filter(|(_, part)| !part.retired) {
            // The first part decides whether there is an entry at all. It must be answered, and so must the parts
            // that a rule asks for.
            let optional = !part.required && !needed.contains(&id);
            let position = if assignments.len() == before { "+".to_owned() } else { entry.to_string() };
            let path = [field.name.as_str(), &position, &part.name];
            // Alone, the part is read into a list without entries.
            let alone = [field.name.as_str(), "+", &part.name];
            let asked = by_number(policy, part);
            let answer =
                prompt.field(&asked, optional, usual(part).as_deref(), |answer| fits(&assignment(&alone, answer)))?;
            assignments.extend(answer.map(|answer| assignment(&path, &answer)));
        }
        if assignments.is_empty() {
            prompt.needs_answer()?;
        } else if assignments.len() == before || !prompt.another(field)? {
            break;
        }
    }
    Ok(assignments)
}

/// A field as it is asked for: departments and roles are chosen by number from those of the rule book.
fn by_number<'f>(policy: &Policy, field: &'f Field) -> Cow<'f, Field> {
    let choice = |name: &str, label: &Label, retired| Choice {
        name: name.to_owned(),
        label: label.clone(),
        also: Vec::new(),
        retired,
    };
    let choices: Vec<Choice> = match field.ty.element() {
        Type::Department => policy.departments.iter().map(|of| choice(&of.name, &of.label, of.retired)).collect(),
        Type::Role => policy.roles.iter().map(|role| choice(&role.name, &role.label, role.retired)).collect(),
        _ => return Cow::Borrowed(field),
    };
    let one = Type::Choice(choices);
    let ty = if matches!(field.ty, Type::List(_)) { Type::List(Box::new(one)) } else { one };
    Cow::Owned(Field { ty, ..field.clone() })
}

fn assignment(path: &[&str], answer: &str) -> Assignment {
    Assignment {
        path: path.iter().map(|part| (*part).to_owned()).collect(),
        op: entry::Op::Set,
        value: answer.to_owned(),
        typed: format!("{}={answer}", path.join(".")),
    }
}
