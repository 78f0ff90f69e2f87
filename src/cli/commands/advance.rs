//! `redress advance ID[,ID…] STEP[,STEP…] [FIELD=VALUE…]`: takes steps, all or none, as one commit.

use std::path::Path;

use indexmap::IndexSet;
use serde_json::json;

use crate::book::{View, Writing};
use crate::cli::beside::Besides;
use crate::cli::bulk::{self, Wrong};
use crate::cli::context::Context;
use crate::cli::covering;
use crate::cli::done::{self, say_written};
use crate::cli::doubles;
use crate::cli::entries::{self, Given};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::filing::Filing;
use crate::cli::input::{self, INPUT, OF_MANY};
use crate::cli::naming;
use crate::cli::naming::Names;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::table;
use crate::kind::{Kind, Proposal, Usual};
use crate::lifecycle::{Actor, Refusal, Request, Unentitled, Unfit};
use crate::locale::messages::{BulkText, RecordText as Text};
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Table};
use crate::record::{FieldId, Id, Record};
use crate::say;

/// Take steps of records: accept, propose, approve, close
///
/// Without a step it lists the steps open to you now, each with what it still asks for, and who could take the others. Several ids
/// and steps are separated by commas, or ids come from standard input (`-`), one a line; all are taken or none, as one commit. A
/// refusal says which rule, where it stands, and who could.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record or records: ids, starts of their random parts, keys, names; `-` reads them from standard input, one a line
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

/// How many people a cell of the list names.
const NAMED: usize = 4;

/// The command.
pub static COMMAND: Command = Command {
    name: "advance",
    group: Group::Records,
    zh: "办理步骤：受理、拟方案、核准、结案\n\n不写步骤时，列出您现在可办理的步骤、尚需填写的内容，以及其他步骤可由谁办理。多个编号和步骤以逗号分隔，编号也可由标准输入读取（-），每行一个；全部办理或全部不办，作一次提交。被拒绝时会说明依据哪条规定、规定所在、可由谁办理。",
    zh_args: &[
        ("ids", "记录：编号、编号末段开头、唯一标识、名称；- 由标准输入读取，每行一个"),
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
    /// One step of one record, as if it were typed.
    pub(super) fn of(id: &Id, step: &str) -> Self {
        let (ids, steps) = (id.to_string(), Some(step.to_owned()));
        Args { ids, steps, words: Vec::new(), on: None, cover: false, message: None }
    }
}

/// Runs the command.
///
/// # Errors
/// A rule refuses it, or the book cannot be read or written.
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
    // A record that is named twice is meant once.
    let ids: IndexSet<Id> = match listed {
        true => from_input(context, &session, &view, &args)?,
        false => {
            let ids = args.ids.split([',', '、', '，']).filter(|word| !word.is_empty());
            ids.map(|word| session.record(context, &view, &[], word)).collect::<Result<_, _>>()?
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
        return list(context, &session, &view, kind, &first, &actor);
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
            missing.extend(self::missing(&view, kind, id, &steps, &assignments, &actor));
        }
        let missing = Vec::from_iter(missing);
        let current = view.read(&first)?;
        entries::ask(context, &session, &view, kind, &missing, current.as_ref(), &mut assignments)?;
        let current = current.map(|record| record.fields).unwrap_or_default();
        entries::settle(context, &session, &view, kind, &current, &mut assignments)?;
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
                    // Fields that are filled in go with the first step; those after it see it.
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
                        usual(
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
        // Who hands in a list gets one back, also for a single record.
        context.out.answer_in_a_list();
    }
    Ok(Exit::Done)
}

/// The records that standard input names, one a line. Empty lines are passed over; every line that names no record is said.
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

/// The command as it was probably meant, where steps or ids stand apart or the wrong way round: `7K3 9XQ agree close`,
/// `agree 7K3`.
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

/// What the steps of a record ask for and is neither there nor given yet; nothing where the first cannot be taken whatever is given.
fn missing(
    view: &View<'_>,
    kind: &Kind,
    id: &Id,
    steps: &[String],
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
    let mut missing: Vec<FieldId> =
        choice.to_ask().iter().filter(|name| !given(name)).filter_map(|name| kind.shape.field_id(name)).collect();
    // what later steps ask for in any case is asked now, too: all are taken or none
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

fn list(
    context: &mut Context,
    session: &Session,
    view: &View<'_>,
    kind: &Kind,
    id: &Id,
    actor: &Actor,
) -> Result<Exit, Failure> {
    context.page();
    let mut choices = view.options(id, actor).map_err(|refusal| session::refused(&refusal, view.policy()))?;
    // The actor's own steps stand first.
    choices.sort_by_key(|choice| !choice.entitled);
    let lang = context.lang;
    let mut rows = Table::new([
        Column::text("step", Text::ColumnStep),
        Column::text("to", Text::ColumnTo),
        Column::text("asks", Text::ColumnAsks),
        Column::text("who", Text::ColumnWho),
        Column::text("why", Text::ColumnWhy),
    ]);
    let mut data = Vec::new();
    let record = view.read(id)?;
    let usual = record.as_ref().map(|record| Proposal::usual(kind, record, &view.reading()).unwrap_or_default());
    let usual = usual.unwrap_or_default();
    let state = record.map(|record| record.state).unwrap_or_default();
    for choice in &choices {
        let to: Vec<String> = choice.step.targets().iter().map(|state| done::state(kind, state, lang)).collect();
        let of = |name: &String| {
            let list = name.split('.').next().unwrap_or_default();
            usual.iter().filter(|usual| usual.field == list).collect::<Vec<_>>()
        };
        let fields = choice.missing().iter().map(|name| {
            let called = match kind.shape.find(name) {
                Some((_, field)) if field.label.get(lang) != name => format!("{} ({name})", field.label.get(lang)),
                _ => name.clone(),
            };
            match of(name)
                .iter()
                .flat_map(|usual| &usual.values)
                .map(|value| value.label.get(lang).to_owned())
                .collect::<Vec<_>>()
            {
                values if values.is_empty() => called,
                values => say!(lang, Text::UsuallyOf, field = called, values = done::enumerated(&values, lang)),
            }
        });
        let asks = done::enumerated(&fields.collect::<Vec<_>>(), lang);
        let who = match (choice.entitled, choice.could.as_slice(), choice.by.as_slice()) {
            (true, ..) => Text::You.get(lang).to_owned(),
            (false, [], []) => Text::NobodyOf.get(lang).to_owned(),
            (false, [], by) => {
                let by = by.iter().map(|whom| whom.words(lang, view.policy(), kind.name()));
                done::enumerated(&by.collect::<Vec<_>>(), lang)
            }
            (false, could, _) => people(view, could, lang),
        };
        // Missing fields and the people of the step stand in columns of their own.
        let said = |refusal: &&Refusal| {
            matches!(
                refusal,
                Refusal::Unfit(Unfit::Missing { .. }) | Refusal::Unentitled(Unentitled::NotEntitled { .. })
            )
        };
        let why = choice.hindrances.iter().filter(|refusal| !said(refusal));
        let why: Vec<String> = why.map(|refusal| refusal.message(lang, view.policy())).collect();
        data.push(json!({
            "step": choice.step.name, "open": choice.is_open(), "entitled": choice.entitled, "to": choice.step.targets(),
            "asks": choice.missing(), "proposed": proposed(choice.missing(), &usual), "could": choice.could.iter().map(Id::as_str).collect::<Vec<_>>(),
            "hindrances": choice.hindrances.iter().map(Refusal::code).collect::<Vec<_>>(),
        }));
        let (to, why) = (done::enumerated(&to, lang), why.join(if lang == Lang::Zh { "；" } else { "; " }));
        let cells = [done::step(kind, &choice.step.name, Some(&state), lang), to, asks, who, why];
        rows.row(cells.into_iter().map(Cell::text));
    }
    let title = match view.read(id)? {
        Some(record) => done::named(view, &record, lang),
        None => id.to_string(),
    };
    context.out.data(json!({ "id": id.as_str(), "state": state, "steps": data }));
    table::print(context, "steps", Label::new(title.clone(), title), rows)?;
    session.at_sign.borrow_mut().shown(id);
    Ok(Exit::Done)
}

/// The refusal with what is usual for the fields that it misses.
fn usual(view: &View<'_>, kind: &Kind, record: Record, refusal: &Refusal, mut failure: Failure) -> Failure {
    let missing = refusal.missing();
    let found = match missing.is_empty() {
        true => Vec::new(),
        false => Proposal::usual(kind, &record, &view.reading()).unwrap_or_default(),
    };
    for usual in found.iter().filter(|usual| missing.iter().any(|name| name.split('.').next() == Some(usual.field))) {
        let said = |lang: Lang| {
            let named = |value: &&crate::record::Choice| format!("{} ({})", value.label.get(lang), value.name);
            let values = done::enumerated(&usual.values.iter().map(named).collect::<Vec<_>>(), lang);
            say!(lang, Text::UsuallyOf, field = usual.chosen.label.get(lang), values = values)
        };
        failure.details.push(Label::each(said));
    }
    failure
}

/// What is usual for the fields that are asked for, by name; a field of lines as `LIST.FIELD`.
fn proposed(asked: &[String], usual: &[Usual<'_>]) -> serde_json::Value {
    let is_asked = |usual: &&Usual<'_>| asked.iter().any(|name| name.split('.').next() == Some(usual.field));
    let each = usual.iter().filter(is_asked).map(|usual| {
        let name = match usual.chosen.name == usual.field {
            true => usual.field.to_owned(),
            false => format!("{}.{}", usual.field, usual.chosen.name),
        };
        (name, usual.values.iter().map(|value| value.name.as_str()).collect::<Vec<_>>().into())
    });
    serde_json::Value::Object(each.collect())
}

/// People by their names, the first few where there are many.
fn people(view: &View<'_>, ids: &[Id], lang: Lang) -> String {
    let words = view.words();
    let name = |id: &Id| words.person(id.as_str());
    let few = if ids.len() > NAMED { NAMED - 1 } else { ids.len() };
    let named = done::enumerated(&ids[..few].iter().map(name).collect::<Vec<_>>(), lang);
    match ids.len() - few {
        0 => named,
        more => say!(lang, Text::AndMore, names = named, more = more),
    }
}
