//! `redress batch [FILE|-]`: many steps from lines of JSON, as one commit or as one commit each.

mod told;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use self::told::{say_done, tell};
use crate::book::index::{as_known, names};
use crate::book::{Writing, Written};
use crate::calendar::expression;
use crate::cli::bulk::{self, Together, Wrong};
use crate::cli::cautions;
use crate::cli::context::Context;
use crate::cli::doubles;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::input::{self, OF_MANY};
use crate::cli::naming::{self, Names};
use crate::cli::progress;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::entry::batch::{self, Act, Line, Target};
use crate::kind::{EDIT, IMPORT};
use crate::label;
use crate::lifecycle::{Actor, Request};
use crate::locale::messages::BulkText as Text;

use crate::record::{Fields, Id};
use crate::say;

/// Take many steps from lines of JSON, as one commit
///
/// Each line is an object: {"op":"new"|"advance"|"edit", "key", "kind", "id", "step", "on", "note", "fields":{…}}.
/// Where an id is expected, {"ref":KEY} is what the line with that key made. A line whose key exists already is passed
/// over, so that a batch can be run again. Where a line is wrong, every wrong line is named and nothing is written.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The lines, `-` or nothing for standard input
    #[arg(value_name = "FILE|-")]
    file: Option<PathBuf>,
    /// A commit for each line, up to the first that is refused
    #[arg(long)]
    each: bool,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "batch",
    group: Group::Records,
    zh: "按 JSON 行批量办理，作一次提交\n\n每行一个对象：{\"op\":\"new\"|\"advance\"|\"edit\", \"key\", \"kind\", \"id\", \"step\", \"on\", \"note\", \"fields\":{…}}。凡写编号之处，可写 {\"ref\":唯一标识}，指该唯一标识所在行建立的记录。唯一标识已存在的行会跳过，因此可重复运行。有错误时逐行指出，不写入任何内容。",
    zh_args: &[("file", "JSON 行文件，- 或不写为标准输入"), ("each", "每行一次提交，遇到被拒绝的行即停止")],
    examples: &[
        Example { line: "redress batch orders.ndjson", en: "all lines or none", zh: "全部办理或全部不办" },
        Example {
            line: "redress batch - --json --each",
            en: "from another program, a commit a line",
            zh: "由其他程序输入，每行一次提交",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// What happened to a line.
struct Outcome {
    id: Id,
    state: String,
    step: String,
    existing: bool,
    commit: Option<String>,
}

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let path = args.file.unwrap_or_else(|| PathBuf::from(input::INPUT));
    let file = path.display().to_string();
    let (lines, bad): (Vec<_>, Vec<_>) =
        batch::lines(&input::bytes(&path, OF_MANY)?).into_iter().partition(Result::is_ok);
    let lines: Vec<Line> = lines.into_iter().flatten().collect();
    let bad = bad.into_iter().filter_map(Result::err);
    let bad: Vec<Wrong> =
        bad.map(|bad| Wrong { line: bad.number, key: bad.key.unwrap_or_default(), message: bad.message }).collect();
    if !bad.is_empty() {
        let failure =
            Failure::usage("bad-lines", label!(Text::BadLines, count = bad.len(); file = input::called(&path)));
        return Err(bulk::named(context, failure, &file, &bad, bulk::on_line));
    }
    let actor = session.actor(context, &session.view(context)?)?;
    if context.may_ask()
        && lines.len() > 1
        && !context.confirm(&say!(context.lang, Text::SureBatch, count = lines.len()))?
    {
        return Ok(Exit::Interrupted);
    }
    let bar = progress::bar(context, lines.len(), Text::WordLines.get(context.lang));
    let (mut outcomes, mut all, mut end) = (Vec::new(), Vec::new(), Exit::Done);
    // how many lines have been shown already
    let mut told = None;
    if args.each && !context.flags.dry_run {
        let group = if session.book.repo().commits_in_chains() { GROUP } else { 1 };
        while let Some(rest) = lines.get(outcomes.len()..).filter(|rest| !rest.is_empty()) {
            let work =
                |writing: &mut Writing<'_>| each(context, writing, &session, &rest[..group.min(rest.len())], &actor);
            let (mut done, written) = session.write(context, None, work).map_err(|failure| {
                bar.finish_and_clear();
                stopped(context, &file, &rest[0], &failure, outcomes.len())
            })?;
            let chain = written.committed.iter().flat_map(|committed| &committed.chain);
            let new = done.iter_mut().filter(|outcome| !outcome.existing);
            new.zip(chain).for_each(|(outcome, id)| outcome.commit = Some(id.to_string()));
            bar.inc(done.len() as u64);
            told = Some(bar.suspend(|| tell(context, &session, &done, &written.changes, told.unwrap_or(0)))?);
            outcomes.extend(done);
            all.extend(written.changes);
            if written.committed.is_some_and(|committed| committed.interrupted.is_some()) {
                end = Exit::Interrupted;
                break;
            }
        }
    } else {
        let work = |writing: &mut Writing<'_>| together(context, writing, &session, &lines, &actor, &file, &bar);
        let (done, written) = session.write(context, None, work).inspect_err(|_| bar.finish_and_clear())?;
        outcomes = done;
        outcomes.iter_mut().for_each(|outcome| complete(outcome, &written));
        all = written.changes;
    }
    bar.finish_and_clear();
    let view = session.view(context)?;
    all.iter().for_each(|change| cautions::warn_of_promises(context, &view, change));
    say_done(context, &view, &outcomes, &all, told);
    if let Some(last) = outcomes.last() {
        session.at_sign.borrow_mut().shown(&last.id);
    }
    Ok(end)
}

/// How many lines are written at a time if each has a commit of its own. A line is reported as done once it is on
/// disk.
const GROUP: usize = 1_000;

/// Takes lines, one commit each, up to the first that is refused. A refused line that does not stand first in its
/// group is taken once more after those before it are written, because it may rest on them. A line that makes or
/// changes people ends the group. So does a word that names a record of the group: its meaning is known only after
/// the group is written.
fn each(
    context: &Context,
    writing: &mut Writing<'_>,
    session: &Session,
    lines: &[Line],
    actor: &Actor,
) -> Result<Vec<Outcome>, Failure> {
    let mut done: Vec<Outcome> = Vec::new();
    let mut made: HashSet<String> = HashSet::new();
    let policy = writing.view.shared_policy();
    for line in lines {
        if !made.is_empty()
            && words_of(line).any(|word| as_known(word).iter().any(|known| !known.is_empty() && made.contains(known)))
        {
            break;
        }
        match take(context, writing, session, line, actor, &HashMap::new()) {
            Ok(outcome) => {
                for change in writing.end_part() {
                    let records = change.before().into_iter().chain([change.after()]);
                    let kind = policy.kind(&change.after().kind);
                    made.extend(kind.into_iter().flat_map(|kind| {
                        records.clone().flat_map(|record| names(record, kind).into_iter().map(|(name, _)| name))
                    }));
                }
                let person = outcome.id.is_person();
                done.push(outcome);
                if person {
                    break;
                }
            }
            Err(failure) if done.is_empty() => return Err(failure),
            Err(_) => break,
        }
    }
    Ok(done)
}

/// The words of a line that may name a record.
fn words_of(line: &Line) -> impl Iterator<Item = &str> {
    fn texts<'j>(value: &'j Json, found: &mut Vec<&'j str>) {
        match value {
            Json::String(text) => found.push(text),
            Json::Array(values) => values.iter().for_each(|value| texts(value, found)),
            Json::Object(values) => values.values().for_each(|value| texts(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    if let Act::Advance { target: Target::Word(word), .. } | Act::Edit { target: Target::Word(word) } = &line.act {
        found.push(word.as_str());
    }
    line.fields.values().for_each(|value| texts(value, &mut found));
    found.into_iter()
}

/// Takes every line in one operation. Everything that is wrong is said at once.
fn together(
    context: &Context,
    writing: &mut Writing<'_>,
    session: &Session,
    lines: &[Line],
    actor: &Actor,
    file: &str,
    bar: &indicatif::ProgressBar,
) -> Result<Vec<Outcome>, Failure> {
    let (mut outcomes, mut wrong, mut exit) = (Vec::new(), Vec::new(), None);
    let mut failed: HashMap<&str, usize> = HashMap::new();
    for line in lines {
        match take(context, writing, session, line, actor, &failed) {
            Ok(outcome) => outcomes.push(outcome),
            // the book itself cannot be read, which is no line's fault
            Err(failure) if failure.exit == Exit::Unreadable => return Err(failure),
            Err(failure) => {
                if let Some(key) = &line.key {
                    failed.insert(key, line.number);
                }
                exit.get_or_insert(failure.exit);
                wrong.push(wrong_line(line, &failure));
            }
        }
        bar.inc(1);
    }
    match exit {
        None => Ok(outcomes),
        Some(exit) => {
            let message = label!(Text::BadLines, count = wrong.len(); file = input::called(Path::new(file)));
            Err(bulk::named(context, Failure::new(exit, "bad-lines", message), file, &wrong, bulk::on_line))
        }
    }
}

fn wrong_line(line: &Line, failure: &Failure) -> Wrong {
    Wrong { line: line.number, key: line.key.clone().unwrap_or_default(), message: bulk::words(failure) }
}

/// Where `--each` stopped.
fn stopped(context: &Context, file: &str, line: &Line, failure: &Failure, before: usize) -> Failure {
    if failure.exit == Exit::Unreadable {
        return failure.clone();
    }
    let message = label!(Text::BadLine, line = line.number; file = input::called(Path::new(file)));
    let stopped = Failure::new(failure.exit, "bad-lines", message).hint(label!(Text::Before, count = before));
    bulk::named(context, stopped, file, &[wrong_line(line, failure)], bulk::on_line)
}

/// Does what a line says, unless its key shows that it was done before. `failed` are the keys of lines that could not
/// be taken.
fn take(
    context: &Context,
    writing: &mut Writing<'_>,
    session: &Session,
    line: &Line,
    actor: &Actor,
    failed: &HashMap<&str, usize>,
) -> Result<Outcome, Failure> {
    let view = writing.view;
    let policy = view.policy();
    if let Some(outcome) = done_before(writing, line)? {
        return Ok(outcome);
    }
    let operation = &mut writing.operation;
    let refuse = |refusal| session::refused(&refusal, policy);
    let mut id_of = |key: &str| match operation.by_key(key).map_err(refuse)? {
        Some(id) => Ok(id.to_string()),
        None => Err(match failed.get(key) {
            Some(line) => Failure::refused("rests-on", label!(Text::RestsOn, line = line)),
            None => Failure::missing("no-key", label!(Text::NoKey, key = key)),
        }),
    };
    let object = batch::without_references(line.fields.clone(), &mut id_of)?;
    let target = match &line.act {
        Act::New { .. } => None,
        Act::Advance { target, .. } | Act::Edit { target } => Some(match target {
            Target::Word(word) => word.clone(),
            Target::Key(key) => id_of(key)?,
        }),
    };
    let names = || Names { view, at_sign: None };
    let on = line.on.as_deref().map(|on| {
        let read = expression::iso(on, session::calendar(view));
        read.map(|understood| understood.moment).map_err(|_| Failure::usage("time", label!(Text::NotIso, text = on)))
    });
    let on = on.transpose()?;
    let request = |step: &str, set| Request {
        set,
        note: line.note.clone(),
        key: line.key.clone(),
        on,
        ..Request::new(step, actor.clone())
    };
    let (id, step) = match (&line.act, target) {
        (Act::New { kind, id }, _) => {
            let kind = session::kind(policy, kind)?;
            session::check_made_by_hand(policy, kind)?;
            let resolver = Together { names: names(), operation: &*operation };
            let fields = naming::read_json_by(view, &resolver, kind, &Fields::new(), &object)?;
            doubles::refuse(context, (view, &*operation), kind, &fields, context.flags.yes)?;
            let set = naming::difference(kind, &Fields::new(), &fields);
            let id = id.as_deref().map(|id| {
                let id = id.parse::<Id>().ok().filter(Id::is_person);
                id.ok_or_else(|| Failure::usage("id", crate::locale::messages::RecordText::IdForStaff))
            });
            let step = kind.first_step().name.clone();
            (operation.create(kind.name(), id.transpose()?, &request(&step, set)).map_err(refuse)?, step)
        }
        (act, target) => {
            let target = target.unwrap_or_default();
            let id = match target.parse::<Id>().ok().filter(|id| operation.is_touched(id)) {
                Some(id) => id,
                None => match operation.by_key(&target).map_err(refuse)? {
                    Some(id) => id,
                    None => session.exact_record(view, &target)?,
                },
            };
            let record = operation.record(&id).map_err(refuse)?;
            let kind = session::kind(policy, &record.kind)?;
            let resolver = Together { names: names(), operation: &*operation };
            let fields = naming::read_json_by(view, &resolver, kind, &record.fields, &object)?;
            let set = naming::difference(kind, &record.fields, &fields);
            match act {
                Act::Advance { step, .. } => {
                    let step = kind.step_called(step).to_owned();
                    operation.advance(&id, &request(&step, set)).map_err(refuse)?;
                    (id, step)
                }
                _ => {
                    operation.edit(&id, &request(EDIT, set)).map_err(refuse)?;
                    (id, EDIT.to_owned())
                }
            }
        }
    };
    let state = operation.record(&id).map_err(refuse)?.state;
    Ok(Outcome { id, state, step, existing: false, commit: None })
}

/// What the line did when it was run before. Its key shows this.
fn done_before(writing: &Writing<'_>, line: &Line) -> Result<Option<Outcome>, Failure> {
    let Some(key) = &line.key else { return Ok(None) };
    let policy = writing.view.policy();
    let refuse = |refusal| session::refused(&refusal, policy);
    let Some(id) = writing.operation.by_key(key).map_err(refuse)? else { return Ok(None) };
    let record = writing.operation.record(&id).map_err(refuse)?;
    let event = record.history.iter().find(|event| event.key.as_ref() == Some(key));
    let taken = event.map(|event| event.step.as_str()).unwrap_or_default();
    let same = match &line.act {
        Act::New { kind, .. } => {
            let kind = session::kind(policy, kind)?;
            record.kind == kind.name() && (taken == kind.first_step().name || taken == IMPORT)
        }
        Act::Advance { step, .. } => session::kind(policy, &record.kind)?.step_called(step) == taken,
        Act::Edit { .. } => taken == EDIT,
    };
    if !same {
        return Err(Failure::refused("key-taken", label!(Text::KeyTaken, id = id, step = taken)));
    }
    let (state, step) = (record.state, taken.to_owned());
    Ok(Some(Outcome { id, state, step, existing: true, commit: None }))
}

/// Adds to an outcome what is known only after writing.
fn complete(outcome: &mut Outcome, written: &Written) {
    if outcome.existing {
        return;
    }
    outcome.commit = written.committed.as_ref().map(|committed| committed.id.to_string());
}
