//! `redress status`: hand edits that are not committed.

use serde_json::json;

use crate::book::Part;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::table;
use crate::label;
use crate::locale::messages::RecordText as Text;
use crate::place::{Place, Problem};
use crate::report::model::{Cell, Column, Table};

/// What was changed by hand and is not committed, and what is wrong with it
#[derive(Debug, clap::Args)]
pub struct Args {}

/// The command.
pub static COMMAND: Command = Command {
    name: "status",
    group: Group::Book,
    zh: "尚未提交的手工改动，以及其中的问题",
    zh_args: &[],
    examples: &[Example { line: "redress status", en: "what waits", zh: "有哪些改动" }],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// What `commit` refuses whatever the file says.
fn refused(path: &str, what: &str) -> Option<Problem> {
    let place = Place::of_file(path);
    match what {
        "new" => Some(Problem::new(place, label!(Text::NewByHand, path = path))),
        "deleted" => {
            let problem = Problem::new(place, label!(Text::DeletedByHand, path = path));
            Some(problem.help(label!(Text::RestoreHint, path = path)))
        }
        _ => None,
    }
}

fn run(_: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_present()?;
    let view = session.view(context)?;
    let changes = view.hand_edits(None)?.unwrap_or_default();
    let mut rows = Table::new([
        Column::text("path", Text::ColumnPath),
        Column::label("what", Text::ColumnWhat),
        Column::count("problems", Text::ColumnProblems),
    ]);
    let mut data = Vec::new();
    let mut problems = Vec::new();
    for change in &changes {
        let (what, name) = match (change.tip, change.disk) {
            (None, Some(_)) => (Text::MadeByHand, "new"),
            (Some(_), None) if !view.lies_on_disk(&change.path) => (Text::GoneByHand, "deleted"),
            (Some(tip), Some(disk)) if tip == disk => (Text::StagedByHand, "staged"),
            _ => (Text::ChangedByHand, "changed"),
        };
        // A file that a record names may not be gone.
        let lies = change.disk.is_some() || view.lies_on_disk(&change.path);
        let looked_at = lies || matches!(view.part(&change.path), Part::File(..));
        let mut wrong = if looked_at { view.validate(&change.path) } else { Vec::new() };
        if let Part::Record(_) = view.part(&change.path) {
            wrong.extend(refused(&change.path, name));
        }
        data.push(json!({ "path": change.path, "what": name, "problems": wrong.len() }));
        rows.row([Cell::text(change.path.as_str()), Cell::Label(what.into()), Cell::count(wrong.len() as u64)]);
        problems.extend(wrong);
    }
    let policy = changes.iter().any(|change| crate::policy::Sources::is_source(&change.path));
    if policy {
        problems.extend(view.policy_on_disk().err().unwrap_or_default());
    }
    if context.flags.json {
        context.out.data(json!(data));
    } else if changes.is_empty() {
        context.out.note(Text::Clean.get(context.lang));
    } else {
        table::print(context, "status", Text::TitleStatus, rows)?;
        if !problems.is_empty() {
            super::validate::report(context, &problems, |path| view.on_disk(path));
        }
    }
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Refused })
}
