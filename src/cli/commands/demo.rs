//! `redress demo [DIR]`: makes a book of invented data and takes its cases through their whole lives.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{init, validate};
use crate::book::{Book, Founded, Founding, Rules, View, Writer};
use crate::calendar::{Moment, Zone};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::typed::Typed;
use crate::cli::words::quote;
use crate::cli::{done, invented, table};
use crate::demo::{Random, Story};
use crate::filter::{Expr, Scope};
use crate::lifecycle::Actor;
use crate::locale::messages::{DemoText as Text, RecordText};
use crate::model::{Cell, Column, Table};
use crate::policy::preset::Preset;
use crate::policy::{Clock, Company};
use crate::record::{Id, stored_time};
use crate::wording;
use crate::{label, say};

/// The folder if none is named.
const FOLDER: &str = "redress-demo";
/// How many cases a book without a story holds if no number is given.
const FEW: u32 = 40;
/// The report that is shown with the book.
const REPORT: &str = "monthly";
/// The time in the book if `--now` does not say: a Monday, so that the story's month has ended.
const NOW: &str = "2026-11-02T17:00:00+08:00";
const SEED: u64 = 0x0EED_5EED;

/// Make a book of invented, realistic data and take its cases through their whole lives
///
/// Every step goes the way of a user's: checked against the policy, one commit each. The book is the same at every run
/// with the same git identity, down to its commits. It is seen from a fixed time, unless --now names another; set
/// REDRESS_NOW to that time to go on in it.
///
/// With --records the book is filled in bulk for measuring and practice: every step goes through the rule book and is
/// dated when it is told to have happened, noted at the time of its commit, which holds up to 2,500 cases. Presets
/// other than basic get records of every kind in proportion, taken on by a staff of their own; a preset without a story
/// is shown so, too.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder; without it `redress-demo`
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The rule book
    #[arg(long, value_name = "NAME", default_value = Preset::DEFAULT)]
    preset: String,
    /// So many complaints over ten years instead of the story, with clients, callbacks and the other kinds in
    /// proportion
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    records: Option<u32>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "demo",
    group: Group::Book,
    zh: "建立演示台账：虚构而真实可信的数据，案件走完全过程\n\n每一步都与用户操作相同：按制度检查，各作一次提交。git 身份相同时，每次运行的台账完全一致，直至提交编号。台账以固定时间为准，除非用 --now 另行指定；继续操作时请将 REDRESS_NOW 设为该时间。\n\n用 --records 可批量生成，供测量和练习：每一步都按制度检查，按所述时间发生，在提交时补记，每次提交最多 2,500 件。除 basic 外的预设按比例生成各类记录，由虚构员工逐步办理；没有故事的预设也以此方式演示。",
    zh_args: &[
        ("dir", "文件夹；不写则为 redress-demo"),
        ("preset", "所用的预设制度"),
        ("records", "不讲故事，而生成十年间的若干件投诉，并按比例生成客户、回访及其他各类记录"),
    ],
    examples: &[
        Example { line: "redress demo", en: "a book to look around in", zh: "可供浏览的台账" },
        Example {
            line: "redress demo /tmp/try --lang zh --now 2026-06-15T09:00",
            en: "elsewhere, in Chinese, as of another day",
            zh: "redress demo 演示 --lang zh --now 2026-06-15T09:00\n指定文件夹、语言和时间",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let preset = init::preset(&args.preset)?;
    let dir = context.dir().join(args.dir.as_deref().unwrap_or(Path::new(FOLDER)));
    context.flags.now.get_or_insert_with(|| NOW.to_owned());
    let story = Story::of(preset.name)
        .transpose()
        .map_err(|error| Failure::unreadable("story", label!(Text::BadStory, line = error.line, text = error.text)))?;
    // a preset without a story is shown by invented records
    let story = story.filter(|_| args.records.is_none());
    let records = match &story {
        Some(_) => None,
        None => Some(args.records.unwrap_or(FEW)),
    };
    if let Some(story) = story.as_ref().filter(|_| context.flags.dry_run) {
        let lines: Vec<String> =
            story.lines().iter().map(|line| typed(story, line.person.as_deref(), &line.command)).collect();
        context.out.data(json!({ "commands": lines }));
        lines.iter().for_each(|line| context.out.line(line));
        context.out.aside(RecordText::WouldBe.get(context.lang));
        return Ok(Exit::Done);
    }
    let founding = Founding {
        currency: None,
        parts: Vec::new(),
        rules: Rules::Preset(preset),
        name: Text::BookName.get(context.lang).to_owned(),
        lang: context.lang,
        zone: None,
        clock: Clock::Simulated,
        company: Company::default(),
        people: Vec::new(),
        through: None,
    };
    // Working days cannot reach further back than this many days, even over the longest holidays.
    let days = story.as_ref().map_or(invented::DAYS + 10, |story| u64::from(story.days()) * 2 + 10);
    // without a book nobody can say what working time is
    context.now(Zone::utc())?;
    let begin = |zone: Zone| begins(context.now(zone).unwrap_or_default(), days);
    let made = init::make(context, &dir, &founding, begin)?;
    match (story, records) {
        (Some(story), _) => {
            let story = story.beside(made.person.as_str());
            tell(context, &made, &story)?;
        }
        (None, _) if context.flags.dry_run => {
            context.out.aside(RecordText::WouldBe.get(context.lang));
            return Ok(Exit::Done);
        }
        (None, count) => {
            let zone = made.book.view(None, Moment::default())?.policy().calendars.default().zone();
            let (now, count) = (context.now(zone)?, count.unwrap_or(FEW) as usize);
            match preset.name == Preset::DEFAULT {
                true => invented::fill(context, &made, now, count)?,
                false => invented::fill_any(context, &made, now, count, preset.name)?,
            }
            validate::note_sound(&made.book.view(None, now)?)?;
        }
    }
    let shown = std::fs::canonicalize(&dir).unwrap_or(dir);
    finish(context, &made.book, &shown)
}

/// A time before everything that happens.
fn begins(now: Moment, days: u64) -> Moment {
    now - chrono::TimeDelta::days(i64::try_from(days).unwrap_or_default())
}

/// Takes every step of the story and prints it.
fn tell(context: &mut Context, made: &Founded, story: &Story) -> Result<(), Failure> {
    let book = &made.book;
    let mut opened: HashMap<String, String> = HashMap::new();
    let mut day = None;
    let mut numbers = Random::new(SEED);
    for line in story.lines() {
        let now = {
            let view = book.view(None, Moment::default())?;
            let calendar = view.policy().calendars.default();
            let today = context.now(calendar.zone())?.date_naive();
            let outside = |_| Failure::usage("now", label!(Text::OutOfCalendar, day = today));
            line.at(calendar, today).map_err(outside)?
        };
        if day != Some(now.date_naive()) {
            day = Some(now.date_naive());
            context.out.note(&format!("\n# {}", now.date_naive()));
        }
        let command = line.filled(&opened);
        context.out.note(&typed(story, line.person.as_deref(), &command));
        let mut random = Random::new(numbers.number());
        let person = line.person.as_ref().and_then(|person| person.parse().ok()).unwrap_or_else(|| made.person.clone());
        let typist = if story.own_desks { person.clone() } else { made.person.clone() };
        let author = (typist != made.person).then(|| author(book, &typist)).transpose()?.flatten();
        let writer = Writer { random: Some(Box::new(move || random.id_part())), author, ..Writer::new(now) };
        let (_, written) = book.write(writer, |writing| {
            let actor = Actor { person: person.clone(), typist: typist.clone() };
            Typed::read(&command)?.take(writing, &actor)
        })?;
        let view = book.view(None, now)?;
        for change in &written.changes {
            let own = change.after().history.last().is_none_or(|event| event.via.is_none());
            context.out.note(&format!("  {}", done::line(&view, change, own, context)));
        }
        if let Some(name) = &line.opens {
            let made = written.changes.iter().rfind(|change| {
                change.before().is_none() && change.after().history.iter().any(|event| event.via.is_some())
            });
            opened.extend(made.map(|change| (name.clone(), change.id().to_string())));
        }
    }
    Ok(())
}

/// The name and address of a member of the staff, for that person's commits.
fn author(book: &Book, person: &Id) -> Result<Option<(String, String)>, Failure> {
    let view = book.view(None, Moment::default())?;
    let known = view.people().get(person);
    Ok(known.and_then(|person| Some((person.name.clone(), person.emails.first()?.clone()))))
}

/// The command as its user types it: at their own desk, or with `--as` if the person who makes the book types for
/// everybody.
fn typed(story: &Story, person: Option<&str>, command: &str) -> String {
    match person {
        Some(person) if story.own_desks => format!("{person} $ redress {command}"),
        Some(person) => format!("$ redress --as {} {command}", quote(person)),
        None => format!("$ redress {command}"),
    }
}

/// Says what the book holds and how to look at it.
fn finish(context: &mut Context, book: &Book, dir: &Path) -> Result<Exit, Failure> {
    let zone = book.view(None, Moment::default())?.policy().calendars.default().zone();
    let now = context.now(zone)?;
    let view = book.view(None, now)?;
    let counts = counts(&view)?;
    let mut rows = Table::new([
        Column::label("kind", RecordText::ColumnKind),
        Column::label("state", RecordText::ColumnState),
        Column::count("count", Text::ColumnCount),
    ]);
    for (kind, states) in &counts {
        let Some(kind) = view.policy().kind(kind) else { continue };
        for (state, count) in states {
            let label = wording::state(kind, state);
            rows.row([Cell::Label(kind.shape.label.clone()), Cell::Label(label), Cell::count(*count)]);
        }
    }
    if !context.flags.quiet {
        context.out.line("");
        table::print(context, "records", Text::TitleRecords, rows)?;
        context.out.line("");
        table::show(context, &super::report::usual_report(REPORT, &view)?)?;
    }
    let now = stored_time(&now);
    let records: BTreeMap<&String, BTreeMap<&str, u64>> = counts
        .iter()
        .map(|(kind, states)| (kind, states.iter().map(|(state, count)| (state.as_str(), *count)).collect()))
        .collect();
    context.out.data(json!({ "dir": dir, "now": now, "commit": view.commit().to_string(), "records": records }));
    context.out.note("");
    context.out.note(&say!(context.lang, Text::Made, dir = dir.display(), now = now));
    context.out.note(&say!(context.lang, Text::Look, dir = quote(&dir.display().to_string()), now = now));
    Ok(Exit::Done)
}

/// How many records of each kind are in which state, in the order of the states.
fn counts(view: &View<'_>) -> Result<BTreeMap<String, Vec<(String, u64)>>, Failure> {
    let index = view.index()?;
    let mut counts = BTreeMap::new();
    for kind in view.policy().kinds.values() {
        let mut states: Vec<(String, u64)> = Vec::new();
        for state in kind.shape.states() {
            let scope = Scope::rule(view.policy().settings.time_zone);
            let bound = Expr::every().is("state", [&state.name]).ask(kind.name(), view.policy(), &scope)?;
            let count = index.count(&crate::book::index::Selection::of(kind.name()).filtered(&bound))?;
            if count > 0 {
                states.push((state.name.clone(), count));
            }
        }
        if !states.is_empty() {
            counts.insert(kind.name().to_owned(), states);
        }
    }
    Ok(counts)
}
