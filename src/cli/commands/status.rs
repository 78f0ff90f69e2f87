//! `redress status`: hand edits that are not committed.

use serde_json::{Value as Json, json};

use super::validate;
use crate::book::repo::WorktreeChange;
use crate::book::{Part, View};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::{beside_rules, cautions, naming, table};
use crate::locale::messages::RecordText as Text;
use crate::model::{Cell, Column, Table};
use crate::place::Problem;
use crate::policy::Sources;
use crate::record::Id;

/// What was changed by hand and is not committed, and what is wrong with it
///
/// --json lists each file with its `path`, the `id` of its record, `what` became of it (new, changed, deleted, staged; committed: it is wrong as it was committed), which
/// `fields` differ from the last commit, and its `problems`, each with message, hint and place.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// The command.
pub static COMMAND: Command = Command {
    name: "status",
    group: Group::Book,
    zh: "尚未提交的手工改动，以及其中的问题\n\n用 --json 可列出每个文件：path（路径）、id（记录编号）、what（new 新建、changed 修改、deleted 删除、staged 已暂存、committed 已提交但有问题）、fields（与上次提交不同的字段）和 problems（问题，含说明、提示与位置）。",
    zh_args: &[],
    examples: &[Example { line: "redress status", en: "what waits", zh: "有哪些改动" }],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// The record whose file was changed, and which of its fields differ from the last commit. If either side cannot be
/// read, no field is named.
fn differing(view: &View<'_>, change: &WorktreeChange) -> (Option<Id>, Vec<String>) {
    let Part::Record(id) = view.part(&change.path) else { return (None, Vec::new()) };
    let fields = || {
        let kind = view.policy().kind_of(&id)?;
        let tip = view.read(&id).ok()??;
        let disk = view.read_disk(kind, &change.path, &view.on_disk(&change.path)?).ok()?.record;
        let differ = naming::difference(kind, &tip.fields, &disk.fields);
        let fixed = [("state", tip.state == disk.state), ("rules", tip.rules == disk.rules)];
        let fixed =
            fixed.into_iter().chain([("history", tip.history == disk.history && tip.overruled == disk.overruled)]);
        let fixed = fixed.filter(|(_, same)| !same).map(|(name, _)| name.to_owned());
        Some(fixed.chain(differ.iter().map(|(field, _)| kind.field(*field).name.clone())).collect())
    };
    let fields = fields().unwrap_or_default();
    (Some(id), fields)
}

fn run(_: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    context.page();
    session.check_present()?;
    let view = session.view(context)?;
    let changes = view.hand_edits(None)?.unwrap_or_default();
    cautions::note_unfinished(context, session.book.repo());
    cautions::note_detached(context, session.book.repo());
    cautions::note_merge_driver(context, session.book.repo());
    if session.book.repo().is_half_done() {
        context.out.warn("journal", Text::InterruptedCommit);
    }
    let listed = |problem: &Problem| changes.iter().any(|change| *change.path == *problem.place.file);
    for problem in view.misplaced().iter().filter(|problem| !listed(problem)) {
        context.out.warn("not-a-file", problem.line());
    }
    let is_policy = |change: &WorktreeChange| Sources::is_source(&change.path);
    let mut of_policy = match changes.iter().any(is_policy) {
        true => beside_rules::on_disk(&view),
        false => beside_rules::unreadable(view.policy(), &view.reports()?, view.now()),
    };
    let mut rows = Table::new([
        Column::text("path", Text::ColumnPath),
        Column::label("what", Text::ColumnWhat),
        Column::text("fields", Text::ColumnFields),
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
        // A file that a record names may not disappear.
        let lies = change.disk.is_some() || view.lies_on_disk(&change.path);
        let looked_at = lies || matches!(view.part(&change.path), Part::File(..));
        let mut wrong = if looked_at { view.validate(&change.path) } else { Vec::new() };
        if let Part::Record(_) = view.part(&change.path) {
            wrong.extend(validate::refused(&change.path, name));
        }
        if is_policy(change) {
            let of_file: Vec<Problem> =
                of_policy.extract_if(.., |problem| *problem.place.file == *change.path).collect();
            wrong.retain(|told| of_file.iter().all(|problem| problem.message != told.message));
            wrong.extend(of_file);
        }
        let (id, fields) = differing(&view, change);
        let told: Vec<Json> = wrong.iter().map(validate::json).collect();
        data.push(json!({ "path": change.path, "id": id.as_ref().map(Id::as_str), "what": name, "fields": fields, "problems": told }));
        rows.row([
            Cell::text(change.path.as_str()),
            Cell::Label(what.into()),
            Cell::text(fields.join(", ")),
            Cell::count(wrong.len() as u64),
        ]);
        problems.extend(wrong);
    }
    // what is left is wrong in files that nobody changed
    while let Some(file) = of_policy.first().map(|problem| problem.place.file.clone()) {
        let wrong: Vec<Problem> = of_policy.extract_if(.., |problem| problem.place.file == file).collect();
        let told: Vec<Json> = wrong.iter().map(validate::json).collect();
        data.push(json!({ "path": &*file, "id": null, "what": "committed", "fields": [], "problems": told }));
        rows.row([
            Cell::text(&*file),
            Cell::Label(Text::WrongInCommit.into()),
            Cell::text(""),
            Cell::count(wrong.len() as u64),
        ]);
        problems.extend(wrong);
    }
    if context.flags.json {
        context.out.data(json!(data));
    } else if data.is_empty() {
        context.out.note(Text::Clean.get(context.lang));
    } else {
        table::print(context, "status", Text::TitleStatus, rows)?;
        if !problems.is_empty() {
            validate::report(context, &problems, |path| view.on_disk(path));
        }
    }
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Refused })
}
