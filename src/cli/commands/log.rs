//! `redress log [ID]`: a record's history, or the book's.

use serde_json::{Value as Json, json};

use crate::book::repo::HistoryRange;
use crate::calendar::words;
use crate::cli::cautions;
use crate::cli::changes::Changes;
use crate::cli::commands::show;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::subject;
use crate::cli::table;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::RecordText as Text;
use crate::model::{Cell, Column, ColumnType, Table};
use crate::record::stored_time;
use crate::wording::{self, Sight};

/// What happened: to a record, or in the book
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record; without one the latest commits of the book
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// At most this many commits
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "log",
    group: Group::Records,
    zh: "经过：一条记录的，或整个台账的",
    zh_args: &[("id", "记录；不写则为台账最近的提交"), ("limit", "最多多少次提交")],
    examples: &[
        Example { line: "redress log 7K3F2", en: "a record's history", zh: "一条记录的经过" },
        Example { line: "redress log --limit 50", en: "the book's", zh: "台账最近 50 次提交" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let zone = session::calendar(&view).zone();
    let id = args.id.as_deref().map(|word| session.record(context, &view, &[], word)).transpose()?;
    context.page();
    let path = id.as_ref().and_then(|id| view.path(id));
    let (mut history, mut changes, mut shown) = (Json::Null, Json::Null, None);
    if let Some(id) = &id {
        let record = view.read(id)?.ok_or_else(|| Failure::missing("no-record", label!(Text::NoRecord, id = id)))?;
        let kind = session::kind(view.policy(), &record.kind)?;
        history = record.json(&kind.shape, &|_| true).remove("history").unwrap_or_default();
        let told = Changes::of(&view, &record, usize::MAX)?;
        let sight = Sight::asked(context.flags.private);
        changes = told.json(kind, sight);
        if !context.flags.json {
            table::print(context, "history", Text::SectionHistory, show::history(&view, kind, &record, sight))?;
            if !told.is_empty() {
                let table = told.table(&view, kind, &record, sight);
                table::print(context, "changes", Text::SectionChanges, table)?;
            }
        }
        shown = Some(record);
    }
    let range = HistoryRange { path, ..HistoryRange::default() };
    let mut rows = Table::new([
        Column::moment("at", Text::ColumnAt),
        Column::id("commit", Text::ColumnCommit),
        Column::text("by", Text::ColumnBy),
        Column::new("what", Text::ColumnTitle, ColumnType::Any),
    ]);
    let mut data: Vec<Json> = Vec::new();
    for commit in view.repo().history(view.commit(), &range)?.take(args.limit) {
        let commit = commit?;
        let at = chrono::DateTime::from_timestamp(commit.seconds, 0).unwrap_or_default().fixed_offset();
        let subject = commit.message.lines().next().unwrap_or_default();
        let hash = commit.id.to_string();
        let later = view.written_later(&commit)?;
        let happened = later.iter().map(|(id, event)| json!({ "id": id.as_str(), "at": stored_time(&event.at) }));
        data.push(json!({
            "commit": hash, "at": stored_time(&zone.local(at)), "author": commit.author, "subject": subject,
            "noted-later": happened.collect::<Json>(),
        }));
        let mut times: Vec<Label> =
            later.iter().map(|(_, event)| Label::each(|lang| words::moment(event.at, zone, lang))).collect();
        times.dedup();
        let told = subject::of(view.policy(), &commit);
        let what = match times.is_empty() {
            true => Cell::Label(told),
            false => {
                let times = wording::joined(&times);
                let happened = label!(Text::HappenedEarlier; when = times);
                Cell::Label(Label::each(|lang| format!("{} · {}", told.get(lang), happened.get(lang))))
            }
        };
        rows.row([Cell::Moment(zone.local(at)), Cell::id(&hash[..10]), Cell::text(commit.author.as_str()), what]);
    }
    context.out.data(match &id {
        Some(id) => json!({ "id": id.as_str(), "history": history, "changes": changes, "commits": data }),
        None => Json::Array(data),
    });
    table::brief(context, "log", Label::from(Text::TitleLog), rows, 2)?;
    if let Some(id) = &id {
        session.at_sign.borrow_mut().shown(id);
    }
    if let Some(record) = &shown {
        cautions::warn_of_future(context, &view, record);
    }
    cautions::note_waiting(context, &view);
    Ok(Exit::Done)
}
