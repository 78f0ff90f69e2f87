//! `redress commit [PATH…]`: validates hand edits, makes them canonical and commits them.

use serde_json::json;

use crate::book::Writing;
use crate::book::repo::{Expect, WorktreeChange};
use crate::book::{Part, View};
use crate::calendar::Zone;
use crate::cli::cautions;
use crate::cli::commands::edit::{self, take_over};
use crate::cli::commands::validate;
use crate::cli::context::Context;
use crate::cli::entries::Given;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{beside_rules, done};
use crate::kind::EDIT;
use crate::lifecycle::Request;
use crate::locale::Label;
use crate::locale::messages::RecordText as Text;
use crate::locale::text::visible;
use crate::place::Problem;
use crate::policy::Policy;
use crate::record::{Id, Record};
use crate::wording;
use crate::{label, say};
use chrono::NaiveDate;

/// How many files beside the records are named; of more the number is told.
const MOST_NAMED: usize = 10;

/// Commit hand edits: validated, made canonical, with an event in each record
///
/// Records and policy are committed apart. A record that holds comments is not written until you say what becomes of
/// them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which files; without any all
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// A note kept with the change, `-` for standard input
    #[arg(short, long, value_name = "TEXT|-")]
    message: Option<String>,
    /// What becomes of comments in records: kept as the note of the event, or dropped
    #[arg(long, value_name = "note|drop")]
    comments: Option<Comments>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Comments {
    Note,
    Drop,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "commit",
    group: Group::Book,
    zh: "提交手工改动：先检查，整理为规范格式，并在各记录中记下\n\n记录与制度分开提交。含有注释的记录，须先说明注释如何处理。",
    zh_args: &[
        ("paths", "哪些文件；不写则为全部"),
        ("message", "随改动保存的备注，- 为标准输入"),
        ("comments", "记录中的注释：作为备注保存 (note) 或丢弃 (drop)"),
    ],
    examples: &[
        Example { line: "redress commit -m 更正电话", en: "all hand edits", zh: "提交全部手工改动" },
        Example {
            line: "redress commit policy -m '核决权限调整'", en: "the policy alone", zh: "只提交制度"
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// A record that was changed on disk.
struct Edited {
    record: Record,
    bytes: Vec<u8>,
    comments: Option<String>,
}

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let actor = session.actor(context, &view)?;
    let given = Given::read(args.message.as_deref(), None, &[])?;
    let paths: Vec<String> = args.paths.iter().map(|path| session.path(context, path)).collect();
    let below = |change: &WorktreeChange, path: &str| {
        change.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let wanted = |change: &WorktreeChange| {
        paths.is_empty() || paths.iter().any(|path| matches!(&**path, "" | ".") || below(change, path))
    };
    let changes = view.hand_edits(None)?.unwrap_or_default();
    for problem in view.misplaced() {
        context.out.warn("not-a-file", problem.line());
    }
    let known = |path: &&String| {
        let there = view.repo().top().is_some_and(|top| top.join(path).symlink_metadata().is_ok());
        there || changes.iter().any(|change| below(change, path))
    };
    if let Some(path) = paths.iter().find(|path| !known(path)) {
        return Err(Failure::missing("no-file", label!(Text::NoFile, path = path)));
    }
    let mut changes: Vec<WorktreeChange> = changes.into_iter().filter(wanted).collect();
    if args.comments.is_some() {
        changes.extend(commented(&view, &paths, &changes)?);
    }
    if changes.is_empty() {
        cautions::note_detached(context, view.repo());
        context.out.note(Text::Clean.get(context.lang));
        context.out.data(json!({ "commit": null, "records": [], "files": [] }));
        return Ok(Exit::Done);
    }
    let (policy, records): (Vec<_>, Vec<_>) =
        changes.into_iter().partition(|change| view.part(&change.path) == Part::Policy);
    if !policy.is_empty() && !records.is_empty() {
        return Err(Failure::refused("policy-alone", Text::PolicyAlone).hint(Text::PolicyAloneHint));
    }
    let edited = match gather(&view, &records, args.comments) {
        Ok(edited) => edited,
        Err(Stop::Failed(failure)) => return Err(failure),
        Err(Stop::Wrong(problems)) => return Ok(wrong(context, &view, &problems)),
    };
    if !policy.is_empty() {
        session.may_change(&view, Some(&actor), policy.iter().map(|change| change.path.as_str()))?;
        match view.policy_on_disk() {
            Err(problems) => return Ok(wrong(context, &view, &problems)),
            Ok(new) if new.settings.clock != view.policy().settings.clock => {
                let clock = view.policy().settings.clock.name();
                let failure = Failure::refused("clock-changed", Text::ClockStays);
                return Err(failure.hint(label!(Text::ClockStaysHint, clock = clock)));
            }
            Ok(new) => warn_of_calendars(context, &view, &new),
        }
        let problems = match policy.iter().any(|change| change.path.ends_with(".html")) {
            true => beside_rules::tried_on_disk(&view),
            false => beside_rules::on_disk(&view),
        };
        if !problems.is_empty() {
            return Ok(wrong(context, &view, &problems));
        }
    }
    let beside = records.iter().filter(|change| matches!(view.part(&change.path), Part::File(..)));
    let files: Vec<(String, Option<Vec<u8>>)> =
        policy.iter().chain(beside).map(|change| (change.path.clone(), view.on_disk(&change.path))).collect();
    let mut same: Vec<&Edited> = Vec::new();
    let (ids, written) = session.write(context, given.message.clone(), |writing: &mut Writing<'_>| {
        let mut ids: Vec<Id> = Vec::new();
        for edited in &edited {
            let (before, mended) = edit::before(writing, &edited.record.id)?;
            // The message is about what was changed. A comment that is to be kept is kept in any case.
            let message = given.message.as_ref().filter(|_| mended || before.fields != edited.record.fields);
            let note = match (message, &edited.comments) {
                (Some(message), Some(comments)) => Some(format!("{message}\n{comments}")),
                (message, comments) => message.or(comments.as_ref()).cloned(),
            };
            let lang = writing.view.policy().settings.lang;
            let note = note.or_else(|| mended.then(|| Text::Mended.get(lang).to_owned()));
            let request = Request { note, ..Request::new(EDIT, actor.clone()) };
            match take_over(writing, &edited.record, &edited.bytes, &request) {
                Ok(()) => ids.push(edited.record.id.clone()),
                Err(failure) if failure.code == "unchanged" => same.push(edited),
                Err(failure) => return Err(failure),
            }
        }
        for (path, bytes) in files.clone() {
            match bytes {
                Some(bytes) => {
                    let expect = Expect::bytes_on_disk(&bytes)?;
                    writing.file(path, bytes, expect);
                }
                None => writing.remove(path, Expect::OnDisk(None)),
            }
        }
        Ok::<_, Failure>(ids)
    })?;
    // A byte order mark or a dropped comment changes no record: only the file is put right.
    let mut rewritten = 0;
    for edited in same.iter().filter(|_| !context.flags.dry_run) {
        rewritten += usize::from(view.make_canonical(&edited.record, &edited.bytes)?);
    }
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    context.out.data(json!({
        "commit": commit, "records": ids.iter().map(Id::as_str).collect::<Vec<_>>(),
        "files": files.iter().map(|(path, _)| path).collect::<Vec<_>>(),
    }));
    if context.flags.quiet {
        ids.iter().for_each(|id| context.out.line(id.as_str()));
        return Ok(Exit::Done);
    }
    let after = session.view(context)?;
    done::say_changes(context, &after, &written, &|id| ids.contains(id));
    for (path, _) in files.iter().take(MOST_NAMED) {
        context.out.line(&visible(path));
    }
    if ids.len() + files.len() > 0 || rewritten == 0 {
        let count = ids.len() + files.len();
        context.out.note(&match context.flags.dry_run {
            true => say!(context.lang, Text::FilesWouldBe, count = count),
            false => say!(context.lang, Text::FilesCommitted, count = count),
        });
        if context.flags.dry_run {
            context.out.aside(Text::WouldBe.get(context.lang));
        }
    }
    if rewritten > 0 {
        context.out.note(&say!(context.lang, Text::FilesRewritten, count = rewritten));
    }
    Ok(Exit::Done)
}

/// The records at these paths whose comments are in the last commit already and that no hand has changed since.
fn commented(view: &View<'_>, paths: &[String], changes: &[WorktreeChange]) -> Result<Vec<WorktreeChange>, Failure> {
    let mut found = Vec::new();
    for path in paths.iter().filter(|path| changes.iter().all(|change| change.path != **path)) {
        if let (Part::Record(_), Some(tip)) = (view.part(path), view.blob_at(path)?)
            && view.on_disk(path).is_some_and(|bytes| crate::book::has_comments(&bytes))
        {
            found.push(WorktreeChange { path: path.clone(), tip: Some(tip), index: Some(tip), disk: Some(tip) });
        }
    }
    Ok(found)
}

/// Warns of days before today that a changed calendar counts otherwise, and says which zone counts from when.
fn warn_of_calendars(context: &mut Context, view: &View<'_>, new: &Policy) {
    for calendar in new.calendars.iter() {
        let Some(before) = view.policy().calendars.get(calendar.name()) else { continue };
        let days = calendar.differing(before, calendar.zone().date(view.now()));
        if let (Some(first), Some(last)) = (days.first(), days.last()) {
            let name = calendar.name();
            let text = label!(Text::PastDaysChange, calendar = name, count = days.len(), first = first, last = last);
            context.out.warn("past-days", text);
        }
        let zones = calendar.zones();
        if zones != before.zones() {
            let one = |(from, zone): &(Option<NaiveDate>, Zone)| match from {
                Some(from) => label!(Text::ZoneFrom, zone = zone.name(), from = from),
                None => Label::verbatim(zone.name()),
            };
            let zones = wording::joined(&zones.iter().map(one).collect::<Vec<_>>());
            let text = label!(Text::CalendarZones, calendar = calendar.name(); zones = zones);
            context.out.note(text.get(context.lang));
        }
    }
}

fn wrong(context: &mut Context, view: &View<'_>, problems: &[Problem]) -> Exit {
    validate::report(context, problems, |path| view.on_disk(path));
    Exit::Refused
}

/// Why nothing is committed.
enum Stop {
    Failed(Failure),
    Wrong(Vec<Problem>),
}

/// The records that were changed on disk. Everything that is wrong with them is said at once.
fn gather(view: &View<'_>, changes: &[WorktreeChange], comments: Option<Comments>) -> Result<Vec<Edited>, Stop> {
    let (mut edited, mut problems) = (Vec::new(), Vec::new());
    for change in changes {
        let path = &change.path;
        let failed = |failure: Failure| Stop::Failed(failure.hint(label!(Text::RestoreHint, path = path)));
        let Part::Record(id) = view.part(path) else {
            problems.extend(view.validate(path));
            continue;
        };
        if change.tip.is_none() {
            return Err(Stop::Failed(Failure::refused("new-by-hand", label!(Text::NewByHand, path = path))));
        }
        if view.lies_on_disk(path) && view.on_disk(path).is_none() {
            problems.extend(view.validate(path));
            continue;
        }
        let Some(bytes) = view.on_disk(path) else {
            return Err(failed(Failure::refused("deleted-by-hand", label!(Text::DeletedByHand, path = path))));
        };
        let kind = session::kind(view.policy(), view.policy().kind_of(&id).map_or("", |kind| kind.name()));
        let kind = kind.map_err(Stop::Failed)?;
        let decoded = match view.read_disk(kind, path, &bytes) {
            Ok(decoded) => decoded,
            Err(wrong) => {
                problems.extend(wrong);
                continue;
            }
        };
        problems.extend(view.changed_by_hand(kind, path, &decoded, &bytes));
        let lines: Vec<&str> = decoded.comments.iter().map(|(_, text)| text.as_str()).collect();
        let kept = match (comments, lines.is_empty()) {
            (_, true) => None,
            // comments that the last commit holds go with an event of their own
            (Some(Comments::Drop), false) if change.disk == change.tip => {
                Some(Text::CommentsDropped.get(view.policy().settings.lang).to_owned())
            }
            (Some(Comments::Drop), false) => None,
            (Some(Comments::Note), false) => Some(lines.join("\n")),
            (None, false) => {
                return Err(Stop::Failed(Failure::refused("comments", label!(Text::HasComments, path = path))));
            }
        };
        edited.push(Edited { record: decoded.record, bytes, comments: kept });
    }
    if problems.is_empty() { Ok(edited) } else { Err(Stop::Wrong(problems)) }
}
