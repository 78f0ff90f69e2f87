//! `redress explain ID`: the ledger of a record's deadlines, every interval counted or not, and why.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::calendar::{Moment, Run, Waiting, ledger, words};
use crate::cli::cautions;
use crate::cli::context::Context;
use crate::cli::done::{self, enumerated, state, step};
use crate::cli::exit::Exit;
use crate::cli::failure::{Candidate, Failure};
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::table;
use crate::kind::{Deadline, DeadlineTarget, IMPORT, Kind, Mark};
use crate::lifecycle::{self, Standing};
use crate::locale::messages::RecordText as Text;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Facts, Level, Report, Table};
use crate::place::toml::nearest;
use crate::policy::Policy;
use crate::record::{Class, Record, stored_time};
use crate::{label, say};

/// Explain a record's deadlines: every interval, counted or not, and why
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record
    #[arg(value_name = "ID")]
    id: String,
    /// Only this deadline
    #[arg(long, value_name = "NAME")]
    deadline: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "explain",
    group: Group::Records,
    zh: "说明一条记录的时限：每段时间是否计入及原因",
    zh_args: &[("id", "记录"), ("deadline", "只看这一时限")],
    examples: &[Example { line: "redress explain 7K3F2", en: "why it is due then", zh: "为何此时到期" }],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let id = session.record(context, &view, &[], &args.id)?;
    context.page();
    let record = view.read(&id)?.ok_or_else(|| Failure::missing("no-record", label!(Text::NoRecord, id = id)))?;
    let rules = view.rules_of(&record)?;
    let deadlines = rules.kind(&record.kind).map(|kind| kind.deadlines.as_slice()).unwrap_or_default();
    if let Some(name) = &args.deadline
        && !deadlines.iter().any(|deadline| named(deadline, name))
    {
        return Err(unknown(name, &record.kind, deadlines));
    }
    let title = Label::each(|lang| {
        say!(lang, Text::Understood, name = Text::TitleExplain.get(lang), when = done::named(&view, &record, lang))
    });
    let mut report = Report::new("explain", title, Facts::default());
    let mut data: Vec<Json> = Vec::new();
    let mut extended: Vec<Label> = Vec::new();
    let mut moved: Vec<Label> = Vec::new();
    let kind = rules.kind(&record.kind);
    let untold = kind.map(|kind| lifecycle::untold(kind, &record)).unwrap_or_default();
    let standings = view.standings(&record)?;
    for standing in standings.iter() {
        let deadline = &standing.deadline;
        if args.deadline.as_ref().is_some_and(|name| !named(deadline, name)) {
            continue;
        }
        for (number, run) in (1..).zip(&standing.runs) {
            let zone = standing.calendar.zone();
            let entries = ledger(&standing.calendar, standing.target(), run, view.now());
            let mut rows = Table::new([
                Column::moment("from", Text::ColumnStart),
                Column::moment("until", Text::ColumnEnded),
                Column::flag("counted", Text::ColumnCounted),
                Column::label("length", Text::ColumnLength),
                Column::label("why", Text::ColumnReason),
            ]);
            for entry in &entries {
                rows.row([
                    Cell::Moment(entry.from),
                    Cell::Moment(entry.until),
                    Cell::Bool(entry.counted),
                    Cell::Label(Label::each(|lang| entry.length(lang))),
                    Cell::Label(Label::each(|lang| entry.why.text(lang))),
                ]);
            }
            let apart = standing.apart_in(run, view.now());
            let called = deadline.apart.as_ref().map(|apart| apart.label.clone()).unwrap_or_default();
            for (from, until) in &apart {
                let length = |lang| words::elapsed(until.signed_duration_since(*from).num_seconds(), lang);
                rows.row([
                    Cell::Moment(*from),
                    Cell::Moment(*until),
                    Cell::Bool(true),
                    Cell::Label(Label::each(length)),
                    Cell::Label(called.clone()),
                ]);
            }
            let outcome = super::show::outcome(deadline, run);
            let due = |lang: Lang| match run.due.at() {
                Some(due) => words::end(due, zone, lang),
                None => "–".to_owned(),
            };
            let title = Label::each(|lang| {
                let (name, due, outcome) = (deadline.label.get(lang), due(lang), outcome.get(lang));
                say!(lang, Text::ExplainRun, name = name, number = number, due = due, outcome = outcome)
            });
            let mut told = json!({
                "deadline": deadline.name, "run": number, "start": stored_time(&run.start),
                "due": run.due.at().as_ref().map(stored_time), "ended": run.end.map(|end| stored_time(&end.at)),
                "outcome": run.outcome.name(), "never": run.is_never(), "rule": deadline.place.to_string(),
                "moved": run.moved, "moves": standing.moves(run).map(|moves| match moves {
                    Waiting::Work => "work",
                    Waiting::Elapsed => "elapsed",
                }),
                "elapsed": run.elapsed(view.now()), "worked": run.worked(&standing.calendar, view.now()).ok(),
                "intervals": entries.iter().map(|entry| json!({
                    "from": stored_time(&entry.from), "until": stored_time(&entry.until), "counted": entry.counted,
                    "why": entry.why.text(Lang::En),
                })).collect::<Vec<_>>(),
            });
            let goes_on = standing.running() == Some(run);
            told["holder"] = goes_on.then(|| standing.held.stored()).into();
            if !run.extensions.is_empty() {
                told["extensions"] = run.extensions.iter().map(|extension| json!({
                    "at": stored_time(&extension.at), "to": extension.to.to_string(), "counts": extension.counts,
                })).collect();
            }
            moved.extend(moved_by(standing, number, run));
            for extension in &run.extensions {
                let to = Label::each(|lang| extension.to.text(lang));
                let at = Label::each(|lang| words::end(extension.at, zone, lang));
                extended.push(match extension.counts {
                    true => label!(Text::Extended, run = number; name = &deadline.label, to = to, at = at),
                    false => label!(Text::ExtendedLate, run = number; name = &deadline.label, to = to, at = at),
                });
            }
            if deadline.apart.is_some() {
                let stretch = |(from, until): &(Moment, Moment)| {
                    json!({
                        "from": stored_time(from), "until": stored_time(until), "label": called.get(Lang::En),
                    })
                };
                told["apart"] = apart.iter().map(stretch).collect();
            }
            if deadline.when.is_some() {
                let old = untold.iter().any(|other| other.name == deadline.name);
                told["condition"] = if old { "today" } else { "told" }.into();
            }
            data.push(told);
            report.table(format!("{}-{number}", deadline.name), title, rows);
        }
    }
    let asked = |deadline: &Deadline| args.deadline.as_ref().is_none_or(|name| named(deadline, name));
    let mut notes: Vec<Label> = extended;
    notes.extend(moved);
    if kind.is_some_and(|kind| has_waited(kind, &record)) {
        let shown = standings.iter().filter(|standing| asked(&standing.deadline) && !standing.runs.is_empty());
        notes.extend(shown.filter_map(|standing| unmoved(&standing.deadline)));
    }
    for deadline in untold.iter().filter(|deadline| asked(deadline)) {
        let when = deadline.when.as_ref().map(|when| when.text.value.as_str()).unwrap_or_default();
        notes.push(label!(Text::ConditionOfToday, when = when; name = &deadline.label));
    }
    for deadline in deadlines.iter().filter(|deadline| asked(deadline)) {
        if let (Some(kind), Some(field)) = (kind, deadline.over)
            && let Some(form) = lifecycle::shown_by(kind, field, &record, &view.reading())?
        {
            notes.push(label!(Text::ShownByForm, id = form; name = &deadline.label));
        }
    }
    for note in &notes {
        report.note(Level::Note, note.clone());
    }
    match data.is_empty() {
        true => {
            let asked = |deadline: &&Deadline| args.deadline.as_ref().is_none_or(|name| named(deadline, name));
            let asked: Vec<&Deadline> = deadlines.iter().map(Arc::as_ref).filter(asked).collect();
            context.out.line(nothing_runs(&rules, &record, &asked).get(context.lang));
            notes.iter().for_each(|note| context.out.line(note.get(context.lang)));
        }
        false => table::show(context, &report)?,
    }
    context.out.data(Json::Array(data));
    cautions::note_waiting(context, &view);
    session.at_sign.borrow_mut().shown(&id);
    Ok(Exit::Done)
}

/// By how much waiting moved a run.
fn moved_by(standing: &Standing, number: usize, run: &Run) -> Option<Label> {
    let name = &standing.deadline.label;
    run.pauses.iter().find(|pause| pause.moves)?;
    let waiting = standing.moves(run)?;
    if run.moved == 0 {
        return Some(label!(Text::WaitingMovedNothing, run = number; name = name));
    }
    let length = |lang| match waiting {
        Waiting::Work => words::work(run.moved, lang),
        Waiting::Elapsed => words::elapsed(run.moved, lang),
    };
    Some(label!(Text::WaitingMoved, run = number; name = name, length = Label::each(length)))
}

/// Whether the record waits or has waited.
fn has_waited(kind: &Kind, record: &Record) -> bool {
    let waits = |state: &String| kind.shape.class(state) == Class::Waiting;
    record.history.iter().any(|event| event.to.as_ref().is_some_and(waits))
}

/// Why waiting never moves a deadline; `None` for one that it moves.
fn unmoved(deadline: &Deadline) -> Option<Label> {
    let moves = match &deadline.target {
        DeadlineTarget::By(_) => false,
        DeadlineTarget::Within(within) => within.waiting().is_some(),
    };
    match (moves, deadline.pauses.is_empty()) {
        (false, _) => Some(label!(Text::WaitingNeverMoves; name = &deadline.label)),
        (true, true) => Some(label!(Text::WaitingNoPause; name = &deadline.label)),
        (true, false) => None,
    }
}

fn named(deadline: &Deadline, name: &str) -> bool {
    deadline.name == name || deadline.label.matches(name)
}

/// Says that no deadline runs, and why: the kind has no deadlines, the record was imported, or the start of the
/// deadlines has not happened yet.
fn nothing_runs(rules: &Policy, record: &Record, deadlines: &[&Deadline]) -> Label {
    let Some(kind) = rules.kind(&record.kind).filter(|_| !deadlines.is_empty()) else {
        let kind =
            rules.kind(&record.kind).map_or_else(|| Label::verbatim(&record.kind), |kind| kind.shape.label.clone());
        return label!(Text::KindHasNone; kind = kind);
    };
    let imported = record.history.first().is_some_and(|event| event.step == IMPORT);
    let each = deadlines.iter().map(|deadline| {
        let starts = Label::each(|lang| {
            let starts = deadline.starts.iter().map(|mark| mark_label(rules, kind, mark).get(lang).to_owned());
            enumerated(&starts.collect::<Vec<_>>(), lang)
        });
        match &deadline.when {
            Some(when) => label!(Text::StartsWhere, when = when.text.value; name = &deadline.label, starts = starts),
            None => label!(Text::StartsWith; name = &deadline.label, starts = starts),
        }
    });
    let why = if imported { Text::NoneOfImport } else { Text::NoDeadlines };
    std::iter::once(why.label())
        .chain(each)
        .reduce(|all, next| Label::each(|lang| format!("{}\n  {}", all.get(lang), next.get(lang))))
        .unwrap_or_default()
}

/// What starts a deadline, in words.
fn mark_label(rules: &Policy, kind: &Kind, mark: &Mark) -> Label {
    match mark {
        Mark::State(name) => Label::each(|lang| state(kind, name, lang)),
        Mark::Step(name) => Label::each(|lang| step(kind, name, None, lang)),
        Mark::Field(field) => kind.field(*field).label.clone(),
        Mark::Filled(list, inner) => kind.line_field(*list, *inner).unwrap_or_else(|| kind.field(*list)).label.clone(),
        Mark::Becomes(becomes) => label!(Text::ConditionBecomes, when = becomes.condition.text.value.trim()),
        Mark::Needs(name) => {
            let step = |lang| step(kind, name, None, lang);
            label!(Text::NeedsMet; step = Label::each(step))
        }
        Mark::Linked { kind: other, step: name } => match rules.kind(other) {
            Some(other) => {
                Label::each(|lang| format!("{} {}", other.shape.label.get(lang), step(other, name, None, lang)))
            }
            None => Label::verbatim(format!("{other}:{name}")),
        },
    }
}

/// The failure if there is no such deadline: it suggests similar names and lists those that exist.
fn unknown(name: &str, kind: &str, deadlines: &[Arc<Deadline>]) -> Failure {
    let names = || deadlines.iter().map(|deadline| deadline.name.as_str());
    let failure = Failure::missing("no-deadline", label!(Text::NoDeadline, kind = kind, name = name));
    let failure = match nearest(name, names()) {
        Some(near) => failure.hint(label!(Text::DidYouMean, word = near)),
        None => failure.hint(label!(Text::DeadlinesAre; names = Label::list(deadlines.iter().map(|deadline| Label::typed(&deadline.name, &deadline.label))))),
    };
    let candidates =
        deadlines.iter().map(|deadline| Candidate { name: deadline.name.clone(), about: deadline.label.clone() });
    failure.candidates(candidates)
}
