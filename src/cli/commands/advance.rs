//! `redress advance ID[,ID…] STEP[,STEP…] [FIELD=VALUE…]`: takes steps, all or none, as one commit.

use std::path::Path;

use indexmap::IndexSet;
use serde_json::json;

use crate::book::{View, Writing};
use crate::cli::beside::Besides;
use crate::cli::bulk::{self, Wrong};
use crate::cli::context::Context;
use crate::cli::done::say_written;
use crate::cli::entries::{self, Given};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::filing::Filing;
use crate::cli::input::{self, INPUT, OF_MANY};
use crate::cli::naming::{self, Names};
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{choices, covering, doubles};
use crate::kind::{Ask, Kind};
use crate::lifecycle::{Actor, Refusal, Request};
use crate::locale::messages::{BulkText, RecordText as Text};
use crate::record::{FieldId, Id, Record};

/// Take steps of records: accept, propose, approve, close
///
/// Without a step it lists the steps open to you now, each with what it still asks for, and who could take the others.
/// Several ids and steps are separated by commas, or ids come from standard input (`-`), one a line; all are taken or
/// none, as one commit. A refusal says which rule, where it stands, and who could.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record or records: ids, starts of their random parts, keys, names; `helpdesk-*` all whose key begins so; `-`
    /// reads them from standard input, one a line
    #[arg(value_name = "ID[,ID…]|-")]
    ids: String,
    /// The step or steps
    #[arg(value_name = "STEP[,STEP…]")]
    steps: Option<String>,
    /// What is filled in with it
    #[arg(value_name = "FIELD=VALUE")]
    words: Vec<String>,
    /// When it really happened
    #[arg(long, value_name = "TIME")]
    on: Option<String>,
    /// Also of the other records that one act serves, such as all open callbacks of the client who was called
    #[arg(long)]
    cover: bool,
    /// A note kept with the step, `-` for standard input
    #[arg(short, long, value_name = "TEXT|-")]
    message: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "advance",
    group: Group::Records,
    zh: "办理步骤：受理、拟方案、核准、结案\n\n不写步骤时，列出您现在可办理的步骤、尚需填写的内容，以及其他步骤可由谁办理。多个编号和步骤以逗号分隔，编号也可由标准输入读取（-），每行一个；全部办理或全部不办，作一次提交。被拒绝时会说明依据哪条规定、规定所在、可由谁办理。",
    zh_args: &[
        (
            "ids",
            "记录：编号、编号末段开头、唯一标识、名称；helpdesk-* 为唯一标识以此开头的全部记录；- 由标准输入读取，每行一个",
        ),
        ("steps", "步骤"),
        ("words", "随步骤填写的内容"),
        ("on", "实际发生的时间"),
        ("cover", "同时办理同一行动所涉及的其他记录，例如被回访客户的全部待回访"),
        ("message", "随步骤保存的备注，- 为标准输入"),
    ],
    examples: &[
        Example { line: "redress advance 7K3F2", en: "what can be done with it now", zh: "现在可以办理什么" },
        Example {
            line: "redress advance 7K3F2 accept promised=周五 -m 已电话告知",
            en: "accept it and promise an answer by Friday",
            zh: "redress advance 7K3F2 受理 承诺答复时间=周五 -m 已电话告知\n受理并承诺周五前答复",
        },
        Example {
            line: "redress advance 7K3,9XQ agree,close",
            en: "two steps of two records, one commit",
            zh: "两条记录各办两步，一次提交",
        },
        Example {
            line: "redress advance - archive",
            en: "what `redress list --quiet` or another program names, a record a line",
            zh: "由 redress list --quiet 等程序给出编号，每行一个",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

impl Args {
    /// One step of one record, as if it had been typed.
    pub(super) fn of(id: &Id, step: &str) -> Self {
        let (ids, steps) = (id.to_string(), Some(step.to_owned()));
        Args { ids, steps, words: Vec::new(), on: None, cover: false, message: None }
    }
}

/// The shortest start of a key that names records.
const SHORTEST: usize = 3;
/// The most records that the start of a key names.
const MOST_KEYED: u32 = 1_000_000;

/// The records that came to be by an event whose key begins so, without those that are void.
fn keyed(view: &View<'_>, start: &str) -> Result<Vec<Id>, Failure> {
    if start.chars().count() < SHORTEST {
        return Err(Failure::usage("no-record", crate::label!(Text::KeyTooShort, least = SHORTEST)));
    }
    let mut found = Vec::new();
    for (key, id) in view.index()?.keys_from(start, MOST_KEYED)? {
        let Some(record) = view.read(&id)? else { continue };
        let made = record.history.first().is_some_and(|event| event.key.as_ref() == Some(&key));
        let void = view.policy().kind(&record.kind).is_some_and(|kind| kind.shape.is_void(&record.state));
        if made && !void {
            found.push(id);
        }
    }
    if found.is_empty() {
        return Err(Failure::missing("no-record", crate::label!(Text::NoKeyBegins, start = start)));
    }
    Ok(found)
}

/// Runs the command.
///
/// # Errors
/// If a rule refuses it, or the book cannot be read or written.
pub(super) fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    let view = session.view(context)?;
    if args.steps.is_some() {
        session.will_write();
    }
    let listed = args.ids == INPUT;
    if let Some(corrected) = rearranged(&view, &args).filter(|_| !listed) {
        let stray = args.words.first().unwrap_or(&args.ids);
        let failure = Failure::usage("stray-word", crate::label!(Text::StrayWord, word = stray));
        return Err(failure.hint(crate::label!(Text::StrayWordHint, command = corrected)));
    }
    // A record that is named twice counts once.
    let ids: IndexSet<Id> = match listed {
        true => from_input(context, &session, &view, &args)?,
        false => {
            let ids = args.ids.split([',', '、', '，']).filter(|word| !word.is_empty());
            let mut found = IndexSet::new();
            for word in ids {
                match word.strip_suffix('*') {
                    Some(start) => found.extend(keyed(&view, start)?),
                    None => {
                        found.insert(session.record(context, &view, &[], word)?);
                    }
                }
            }
            found
        }
    };
    let mut ids = Vec::from_iter(ids);
    if listed && ids.is_empty() {
        context.out.data(json!([]));
        context.out.aside(Text::NothingNamed.get(context.lang));
        return Ok(context.listed(0));
    }
    session.echo(context, &view)?;
    let Some(first) = ids.first().cloned() else { return Err(Failure::usage("no-record", Text::NothingCalledHint)) };
    let kind = match view.policy().kind_of(&first) {
        Some(kind) => kind,
        None => return Err(Failure::missing("no-record", crate::label!(Text::NoRecord, id = &first))),
    };
    let mut words = args.words.clone();
    let steps: Vec<String> = match &args.steps {
        Some(steps) if crate::entry::parse(steps).is_some() => {
            words.insert(0, steps.clone());
            Vec::new()
        }
        Some(steps) => steps
            .split([',', '、', '，'])
            .filter(|step| !step.is_empty())
            .map(|step| kind.step_called(step).to_owned())
            .collect(),
        None => Vec::new(),
    };
    let actor = session.actor(context, &view)?;
    if steps.is_empty() {
        if !words.is_empty() {
            return Err(Failure::usage("no-step", crate::label!(Text::NoSuchStepField, word = words.join(" "))));
        }
        return choices::list(context, &session, &view, kind, &first, &actor);
    }
    session.check_writing(context)?;
    let given = Given::read(args.message.as_deref(), None, &words)?;
    let typed = format!("redress advance {} {}", args.ids, steps.join(","));
    let mut assignments = entries::parse(&kind.shape, &words, &typed)?;
    let on = entries::happened(&view, args.on.as_deref())?;
    if context.may_ask() && ids.len() > 1 && !context.confirm(&format!("{} × {}?", steps.join(","), ids.len()))? {
        return Ok(Exit::Interrupted);
    }
    let named = ids.len();
    for id in ids.clone() {
        let record = view.read(&id)?.filter(|record| record.kind == kind.name());
        if let (Some(record), Some(step)) = (record, steps.first()) {
            ids.extend(covering::covered(context, &view, kind, &record, step, &ids, (&actor, args.cover))?);
        }
    }
    if context.may_ask() {
        let mut missing: IndexSet<FieldId> = IndexSet::new();
        for id in ids.iter().filter(|id| view.policy().kind_of(id).is_some_and(|of| of.name() == kind.name())) {
            missing.extend(self::missing(&view, kind, id, (&steps, given.message.is_some()), &assignments, &actor));
        }
        let missing = Vec::from_iter(missing);
        let current = view.read(&first)?;
        let taken = steps.iter().filter_map(|step| kind.steps_named(step).next());
        let asks: Vec<&Ask> = taken.flat_map(|step| &step.asks).collect();
        entries::ask(context, &session, &view, kind, (&missing, &asks), current.as_ref(), &mut assignments)?;
        let fields = current.as_ref().map(|record| record.fields.clone()).unwrap_or_default();
        entries::settle(context, &session, &view, kind, &fields, &mut assignments)?;
        if let Some(record) = current.as_ref().filter(|_| ids.len() == 1) {
            entries::ask_further(context, &session, &view, kind, (&asks, &missing), record, &mut assignments)?;
        }
    }
    let besides = Besides::take(context, &session, &view, kind, &mut assignments)?;
    let files = Filing::take(kind, &mut assignments, view.policy().settings.largest_attachment)?;
    let mut attempt = |sure: bool| {
        session.write(context, None, |writing: &mut Writing<'_>| {
            let names = Names { view: writing.view, at_sign: Some(&session.at_sign) };
            let policy = writing.view.policy();
            for (at, id) in ids.iter().enumerate() {
                for (i, step) in steps.iter().enumerate() {
                    let refuse = |refusal: Refusal| session::refused(&refusal, policy);
                    let record = writing.operation.record(id).map_err(refuse)?;
                    let kind = session::kind(policy, &record.kind)?;
                    let covers = kind.step_from(step, &record.state).and_then(|step| step.covers.as_ref());
                    // a record that another one's step covers gets nothing else
                    if at >= named && covers.is_none() {
                        break;
                    }
                    let mut request = Request::new(step.as_str(), actor.clone());
                    // Fields that are filled in go with the first step. The later steps see them.
                    if i == 0 {
                        let mut fields = naming::read_assignments(
                            &names,
                            kind,
                            &record.fields,
                            &assignments,
                            given.text.as_deref(),
                        )?;
                        besides.make(context, writing, &names, &actor, (kind, &mut fields), sure)?;
                        let new = files.apply(kind, Some(id), &record.fields, &mut fields)?;
                        new.into_iter().try_for_each(|taken| taken.put(writing, id))?;
                        request.set = naming::difference(kind, &record.fields, &fields);
                        if let Some(covers) = covers.filter(|_| at >= named) {
                            request.set.retain(|(field, _)| covers.with.contains(field));
                        }
                        request.note.clone_from(&given.message);
                    }
                    request.on = on;
                    writing.operation.advance(id, &request).map_err(|refusal| {
                        let mut fields = record.fields.clone();
                        request.set.iter().for_each(|(field, value)| match value {
                            Some(value) => fields.set(*field, value.clone()),
                            None => fields.clear(*field),
                        });
                        choices::usual(
                            writing.view,
                            kind,
                            Record { fields, ..record.clone() },
                            &refusal,
                            refuse(refusal.clone()),
                        )
                    })?;
                }
            }
            Ok::<_, Failure>(())
        })
    };
    let (_, written) = doubles::asking(context, &mut attempt)?;
    say_written(context, &session, &session.view(context)?, &ids, &written);
    if listed {
        // A user who gives a list gets a list back, even for a single record.
        context.out.answer_in_a_list();
    }
    Ok(Exit::Done)
}

/// The records that standard input names, one a line. Empty lines are skipped. All lines that name no record are
/// reported together.
fn from_input(context: &Context, session: &Session, view: &View<'_>, args: &Args) -> Result<IndexSet<Id>, Failure> {
    let more = args.steps.iter().chain(&args.words).filter_map(|word| crate::entry::parse(word));
    if args.message.as_deref() == Some(INPUT) || more.into_iter().any(|assignment| assignment.value == INPUT) {
        return Err(Failure::usage("input", Text::InputOnce));
    }
    if args.steps.as_ref().is_none_or(|word| crate::entry::parse(word).is_some()) {
        return Err(Failure::usage("no-step", Text::StepOfInput));
    }
    let text = input::text(Path::new(INPUT), OF_MANY)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (mut ids, mut wrong, mut exit) = (IndexSet::new(), Vec::new(), None);
    for (word, line) in text.lines().map(str::trim).zip(1..).filter(|(word, _)| !word.is_empty()) {
        match session.exact_record(view, word) {
            Ok(id) => drop(ids.insert(id)),
            Err(failure) if failure.exit == Exit::Unreadable => return Err(failure),
            Err(failure) => {
                exit.get_or_insert(failure.exit);
                wrong.push(Wrong { line, key: String::new(), message: bulk::words(&failure) });
            }
        }
    }
    let Some(exit) = exit else { return Ok(ids) };
    let message = crate::label!(BulkText::BadLines, count = wrong.len(); file = input::called(Path::new(INPUT)));
    let failure = Failure { exit, ..Failure::usage("bad-lines", message) };
    Err(bulk::named(context, failure, INPUT, &wrong, bulk::on_line))
}

/// The command that was probably meant, if steps or ids are separated by spaces or stand in the wrong order: `7K3 9XQ
/// agree close`, `agree 7K3`.
fn rearranged(view: &View<'_>, args: &Args) -> Option<String> {
    let lead: Vec<&String> = std::iter::once(&args.ids)
        .chain(args.steps.iter().chain(&args.words).take_while(|word| crate::entry::parse(word).is_none()))
        .collect();
    let is_step = |word: &str| {
        let named = |step: &str| {
            view.policy().kinds.values().any(|kind| kind.steps_named(kind.step_called(step)).next().is_some())
        };
        word.split([',', '、', '，']).filter(|step| !step.is_empty()).all(named)
    };
    let steps_first = is_step(lead.first()?);
    let apart = lead.len() > 2 && args.steps.is_some();
    if !apart && !steps_first || lead.len() < 2 {
        return None;
    }
    let names_a_record = |word: &str| {
        let mut parts = word.split([',', '、', '，']).filter(|part| !part.is_empty());
        parts.all(|part| view.resolve(&[], part).is_ok_and(|found| found.is_ok()))
    };
    let (ids, steps): (Vec<&String>, Vec<&String>) = lead.iter().copied().partition(|word| names_a_record(word));
    if !apart && ids.contains(&&args.ids)
        || ids.is_empty()
        || steps.is_empty()
        || !steps.iter().all(|word| is_step(word))
    {
        return None;
    }
    let join = |words: &[&String]| words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(",");
    let rest = args.steps.iter().chain(&args.words).skip(lead.len() - 1).cloned();
    let words = ["redress".to_owned(), "advance".to_owned(), join(&ids), join(&steps)].into_iter().chain(rest);
    Some(crate::cli::words::join(words))
}

/// What the steps of a record still ask for. Empty if no value would make the first step possible. A note of the first
/// step is not asked for again in the field that it goes into.
pub(super) fn missing(
    view: &View<'_>,
    kind: &Kind,
    id: &Id,
    (steps, noted): (&[String], bool),
    assignments: &[crate::entry::Assignment],
    actor: &Actor,
) -> Vec<FieldId> {
    let Ok(choices) = view.options(id, actor) else { return Vec::new() };
    let Some(choice) = choices.into_iter().find(|choice| Some(&choice.step.name) == steps.first()) else {
        return Vec::new();
    };
    let given = |name: &String| {
        let field = kind.shape.find(name).map(|(_, field)| field);
        assignments.iter().any(|assignment| {
            let typed = assignment.path.first();
            typed.is_some_and(|typed| typed == name || field.is_some_and(|field| field.is_called(typed)))
        })
    };
    let from_note = |field: &FieldId| noted && choice.step.takes_note(*field);
    let asked = choice.to_ask().iter().filter(|name| !given(name)).filter_map(|name| kind.shape.field_id(name));
    let mut missing: Vec<FieldId> = asked.filter(|field| !from_note(field)).collect();
    // what later steps always ask for is asked now too, because all steps are taken or none
    let record = view.read(id).ok().flatten();
    let there = |field: FieldId| record.as_ref().is_some_and(|record| record.get(field).is_some());
    let later = steps.iter().skip(1).filter_map(|step| kind.steps_named(step).next());
    let asked = later.flat_map(|step| step.asks.iter().filter(|ask| ask.when.is_none() && ask.inner.is_none()));
    for field in asked.map(|ask| ask.field) {
        if !there(field) && !given(&kind.field(field).name) && !missing.contains(&field) {
            missing.push(field);
        }
    }
    missing
}
