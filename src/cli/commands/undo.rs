//! `redress undo [ID]`: takes back an operation by a new commit.

use serde_json::{Value as Json, json};

use crate::book::{Taken, UndoError, Undoing, View, Writer, about};
use crate::calendar::words;
use crate::cli::cautions;
use crate::cli::context::Context;
use crate::cli::done::{self, enumerated};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::kind::Kind;
use crate::locale::Lang;
use crate::locale::messages::{CliText, RecordText, UndoText as Text};
use crate::{label, say};

/// How many records are listed one by one.
const NAMED: usize = 20;

/// Take back your last operation, or the last on a record
///
/// A new commit restores what was before. That goes while nothing rests on it: on the day on which it was recorded
/// (undo-within in policy/recording.toml), before others have it (it is in no branch of a remote), if nothing was
/// changed after it on its records and nothing refers to what it made. Everybody takes back only their own. A batch, an
/// import, and what a step has opened are one operation and are taken back together, attachments included; a change of
/// the policy only while it is the last change of the book. The first commit of a book and what `sync` has merged are
/// not taken back, nor is an undo itself: take the step again. A second undo takes back the operation before.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record whose last operation it is; without it your own last operation, whatever it was about
    #[arg(value_name = "ID")]
    id: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "undo",
    group: Group::Records,
    zh: "撤销本人最近一次操作，或某条记录的最近一次操作\n\n以一次新的提交恢复原状。前提是尚无后续：在记录的当日（policy/recording.toml 的 undo-within）、他人尚未取得（不在任何远程分支中）、所涉记录此后没有更改、也没有记录引用它所建立的内容。每人只能撤销自己的操作。批量办理、导入以及步骤自动建立的记录为一次操作，连同附件一并撤销；制度的更改只有在其后没有任何更改时才能撤销。台账的首次提交、sync 合并的内容以及撤销本身不能撤销：请重新办理。再次执行则撤销更早的一次操作。",
    zh_args: &[("id", "记录；不写则为本人最近一次操作，不论涉及什么")],
    examples: &[
        Example { line: "redress undo", en: "what you did last", zh: "撤销本人最近一次操作" },
        Example {
            line: "redress undo 7K3F2 -y",
            en: "the last operation on a record, without asking",
            zh: "撤销某条记录的最近一次操作，不再确认",
        },
        Example { line: "redress undo --dry-run", en: "what would be taken back", zh: "只显示将撤销什么" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let id = args.id.as_deref().map(|word| session.record(context, &view, &[], word)).transpose()?;
    let undoing = match view.undoing(id.as_ref()) {
        Ok(undoing) => undoing,
        Err(error) => {
            // what was recorded last may be on a branch
            cautions::note_detached(context, session.book.repo());
            return Err(refused(error));
        }
    };
    let dry_run = context.flags.dry_run;
    let lines = lines(&view, &undoing, context.lang);
    if !dry_run && !context.flags.yes {
        if !context.may_ask() {
            let command = args.id.as_ref().map_or("redress undo".to_owned(), |word| format!("redress undo {word}"));
            let failure = Failure::usage("needs-yes", label!(CliText::NeedsYes, command = command));
            return Err(failure.hint(crate::locale::Label::verbatim(
                lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "),
            )));
        }
        lines.iter().for_each(|line| context.out.aside(line));
        if !context.prompt().confirm(Text::Confirm.get(context.lang), false)? {
            return Ok(Exit::Interrupted);
        }
    }
    let writer = Writer { dry_run, ..Writer::new(session.now) };
    let committed = session.book.undo(&writer, id.as_ref(), undoing.commit.id).map_err(refused)?;
    if let Some(committed) = &committed {
        session.book.repo().keep_up(committed);
    }
    let records: Vec<Json> = undoing.records.iter().map(json_of).collect();
    context.out.data(json!({
        "undone": undoing.commit.id.to_string(), "commit": committed.map(|committed| committed.id.to_string()),
        "records": records, "files": undoing.files,
    }));
    if context.flags.quiet {
        undoing.records.iter().for_each(|taken| context.out.line(taken.id.as_str()));
        return Ok(Exit::Done);
    }
    if context.flags.yes || dry_run {
        lines.iter().for_each(|line| context.out.line(line));
    }
    match dry_run {
        true => context.out.aside(RecordText::WouldBe.get(context.lang)),
        false => context.out.note(Text::Done.get(context.lang)),
    }
    Ok(Exit::Done)
}

fn refused(error: UndoError) -> Failure {
    match error {
        UndoError::Book(error) => error.into(),
        error => Failure::refused(error.code(), error.label()).hint(error.hint()),
    }
}

fn json_of(taken: &Taken) -> Json {
    let steps: Vec<String> = taken.change().events().iter().map(|event| event.step.clone()).collect();
    let state = taken.before.as_ref().map(|before| before.state.as_str());
    json!({ "id": taken.id.as_str(), "steps": steps, "from": taken.after.state, "state": state })
}

/// What is taken back, and which records it was about.
fn lines(view: &View<'_>, undoing: &Undoing, lang: Lang) -> Vec<String> {
    let zone = view.policy().calendars.default().zone();
    let utc = chrono::DateTime::from_timestamp(undoing.commit.author_seconds, 0).unwrap_or_default();
    let when = words::moment(utc.fixed_offset(), zone, lang);
    let mut lines = vec![say!(lang, Text::Would, when = when)];
    let named = undoing.records.iter().take(NAMED);
    lines.extend(named.map(|taken| {
        let told = view.policy().kind(&taken.after.kind).map(|kind| line(view, kind, taken, lang));
        format!("  {}", told.unwrap_or_else(|| taken.id.to_string()))
    }));
    if undoing.records.len() > NAMED {
        lines.push(format!("  {}", say!(lang, Text::More, count = undoing.records.len() - NAMED)));
    }
    lines.extend(undoing.files.iter().map(|path| format!("  {}", say!(lang, Text::File, path = path))));
    lines
}

fn line(view: &View<'_>, kind: &Kind, taken: &Taken, lang: Lang) -> String {
    let (id, about) = (&taken.id, about(view, &taken.after, lang));
    let change = taken.change();
    let from = taken.before.as_ref().map(|before| before.state.as_str());
    let steps: Vec<String> = change.events().iter().map(|event| done::step(kind, &event.step, from, lang)).collect();
    let steps = enumerated(&steps, lang);
    match change.states() {
        (None, _) => say!(lang, Text::Made, id = id, about = about, step = steps),
        (Some(from), to) if from != to => {
            let (from, to) = (done::state(kind, from, lang), done::state(kind, to, lang));
            say!(lang, Text::Went, id = id, about = about, step = steps, from = from, to = to)
        }
        (_, to) => say!(lang, Text::Stayed, id = id, about = about, step = steps, state = done::state(kind, to, lang)),
    }
}
