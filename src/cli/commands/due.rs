//! `redress due`: what the actor must do, by deadline.

use chrono::TimeDelta;
use serde_json::{Value as Json, json};

use crate::book::View;
use crate::calendar::{Moment, Outcome, Roll, Span};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::naming;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::table;
use crate::cli::{asked, cautions};
use crate::kind::Kind;
use crate::lifecycle::{Held, holder};
use crate::locale::Label;
use crate::locale::messages::RecordText as Text;
use crate::record::{Id, Record, stored_time};
use crate::report::model::{Cell, Column, Table, Tone};

/// What you must do, by deadline: in person, by role where nobody is assigned, or as deputy
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which records; `kind=complaint` names a kind
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Only what falls due within so much time, such as '2 workdays'
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// Everybody's
    #[arg(long, conflicts_with = "of")]
    all: bool,
    /// Another person's
    #[arg(long = "for", value_name = "PERSON", id = "of")]
    of: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "due",
    group: Group::Reports,
    zh: "待办事项，按期限排列：本人经办的、按角色应办的、代理他人的",
    zh_args: &[
        ("filter", "筛选条件；kind=complaint 指定种类"),
        ("within", "只列出此时间内到期的，如 '2 workdays'"),
        ("all", "所有人的"),
        ("of", "某人的"),
    ],
    examples: &[
        Example { line: "redress due", en: "what is mine", zh: "我的待办" },
        Example {
            line: "redress due --all --within '2 workdays'",
            en: "everybody's next two working days",
            zh: "所有人两个工作日内到期的",
        },
        Example { line: "redress due kind=callback --for li.na", en: "a colleague's callbacks", zh: "李娜的回访" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// One thing to do.
struct Item {
    due: Moment,
    id: Id,
    kind: String,
    title: String,
    state: Label,
    deadline: Label,
    deadline_name: String,
    held: Held,
    overdue: bool,
    paused: bool,
}

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let (kinds, words) = kinds(&view, &args.filter)?;
    let whose = match (&args.of, args.all) {
        (_, true) => None,
        (Some(person), _) => Some(session.person(&view, person)?),
        (None, false) => view.reader().cloned(),
    };
    let until = args.within.as_deref().map(|span| until(&view, span)).transpose()?;
    let mut items = Vec::new();
    // Over several kinds a filter speaks of those that have its fields; it must be one of at least one kind.
    let filters: Vec<_> = kinds.into_iter().map(|kind| (kind, asked::filter(&view, kind, &words))).collect();
    let speaks = filters.iter().any(|(_, filter)| filter.is_ok());
    for (kind, filter) in filters {
        let filter = match filter {
            Ok(filter) => filter,
            Err(_) if speaks => continue,
            Err(failure) => return Err(failure),
        };
        for record in asked::unclosed(&view, kind)? {
            if filter.as_ref().map_or(Ok(true), |filter| filter.matches(&record, &view.reading()))? {
                items.extend(item(&view, kind, &record)?);
            }
        }
    }
    let day = view.now().date_naive();
    let people: Vec<Id> = match &whose {
        None => Vec::new(),
        Some(person) => {
            let principals = view.people().principals(person, day).map(|principal| principal.id.clone());
            std::iter::once(person.clone()).chain(principals).collect()
        }
    };
    items.retain(|item| {
        let mine = whose.is_none() || people.iter().any(|person| item.held.is_for(person, view.people(), day));
        mine && until.is_none_or(|until| item.due <= until)
    });
    items.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
    context.out.data(items.iter().map(json_of).collect());
    if items.is_empty() {
        context.out.note(Text::DoneSoFar.get(context.lang));
    } else {
        let rows = table::listed(context, rows(&view, &items), &[]);
        table::print(context, "due", Text::TitleDue, rows)?;
    }
    if !args.all && args.of.is_none() {
        cautions::note_nobody(context, &view, Text::NobodysWork);
    }
    session.at_sign.borrow_mut().listed(items.iter().map(|item| &item.id));
    let unreadable = cautions::note_unreadable(context, &view)?;
    Ok(if unreadable == Exit::Done { context.listed(items.len()) } else { unreadable })
}

/// The kinds that are asked for, and the words that are left for the filter.
fn kinds<'v>(view: &'v View<'_>, words: &[String]) -> Result<(Vec<&'v Kind>, Vec<String>), Failure> {
    let named = words.iter().find_map(|word| word.strip_prefix("kind="));
    let rest: Vec<String> = words.iter().filter(|word| !word.starts_with("kind=")).cloned().collect();
    let kinds = match named {
        Some(names) => names.split(',').map(|name| session::kind(view.policy(), name)).collect::<Result<_, _>>()?,
        None => view.policy().kinds.values().filter(|kind| !kind.deadlines.is_empty()).collect(),
    };
    Ok((kinds, rest))
}

fn until(view: &View<'_>, span: &str) -> Result<Moment, Failure> {
    let span: Span = span.parse().map_err(|error: crate::calendar::SpanError| Failure::usage("span", error.label()))?;
    session::calendar(view).add(view.now(), span, Roll::Stay).map_err(|error| Failure::usage("span", error.label()))
}

/// The running deadline of a record that falls due first.
fn item(view: &View<'_>, kind: &Kind, record: &Record) -> Result<Option<Item>, Failure> {
    let found = view.with_deadlines(record, |standings| {
        let own = standings.iter().filter(|standing| !standing.deadline.outside);
        let running = own.filter_map(|standing| Some((standing, standing.running()?)));
        let dated = running.filter_map(|(standing, run)| Some((run.due.at()?, standing, run)));
        // what stands still is due after what goes on
        dated.min_by_key(|(due, _, run)| (run.is_held(), *due)).map(|(due, standing, run)| {
            let deadline = standing.deadline;
            let held = holder(deadline, kind, record);
            (
                due,
                deadline.label.clone(),
                deadline.name.clone(),
                held,
                run.outcome == Outcome::Breached,
                run.is_paused(),
            )
        })
    })?;
    let Some((due, deadline, deadline_name, held, overdue, paused)) = found else { return Ok(None) };
    let title = naming::title(view, &record.id);
    let state = kind.shape.state(&record.state).map(|state| state.label.clone()).unwrap_or_default();
    Ok(Some(Item {
        due,
        id: record.id.clone(),
        kind: record.kind.clone(),
        title,
        state,
        deadline,
        deadline_name,
        held,
        overdue,
        paused,
    }))
}

fn json_of(item: &Item) -> Json {
    json!({
        "id": item.id.as_str(), "kind": item.kind, "deadline": item.deadline_name, "due": stored_time(&item.due),
        "holder": item.held.stored(), "overdue": item.overdue, "paused": item.paused,
    })
}

fn rows(view: &View<'_>, items: &[Item]) -> Table {
    let mut rows = Table::new([
        Column::moment("due", Text::ColumnDue),
        Column::id("id", Text::ColumnId),
        Column::label("kind", Text::ColumnKind),
        Column::text("title", Text::ColumnTitle),
        Column::label("state", Text::ColumnState),
        Column::label("deadline", Text::ColumnDeadline),
        Column::label("holder", Text::ColumnHolder),
    ]);
    for item in items {
        let tone = match item.overdue {
            true => Tone::Bad,
            false if item.due - view.now() < TimeDelta::days(1) => Tone::Warning,
            false => Tone::Plain,
        };
        let kind = view.policy().kind(&item.kind).map(|kind| kind.shape.label.clone());
        rows.toned(
            tone,
            [
                Cell::End(item.due),
                Cell::id(&item.id),
                Cell::Label(kind.unwrap_or_default()),
                Cell::text(item.title.as_str()),
                Cell::Label(item.state.clone()),
                Cell::Label(item.deadline.clone()),
                Cell::Label(item.held.label(view.policy(), view.people())),
            ],
        );
    }
    rows
}
