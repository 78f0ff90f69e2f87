//! `redress sync [REMOTE]`: shares the book with colleagues.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::book::repo::{HistoryRange, Oid, PathChange, Talk};
use crate::book::uniting::Told;
use crate::book::{ATTEMPTS, Part, SyncError, Synced, Syncing};
use crate::cli::commands::validate;
use crate::cli::context::Context;
use crate::cli::done;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::lifecycle::Change;
use crate::locale::messages::{RecordText, SyncText as Text};
use crate::locale::text::visible;
use crate::policy::Sources;
use crate::{label, say};

/// How many changes are told one by one.
const NAMED: usize = 20;

/// Share the book with colleagues: take in what they published, and publish what you did
///
/// What both sides recorded is united: nothing is lost. A step that is no longer possible, because a colleague took another one first,
/// stays in the history as overruled and has no effect. The published history comes first, and no commit is rewritten. If others
/// publish meanwhile, it begins again, five times at most. Without REMOTE it is the upstream of the branch, the only remote, or
/// `origin`. If a sync is interrupted, run it again: it goes on. --dry-run says what would come and go.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The remote; without it the upstream of the branch
    #[arg(value_name = "REMOTE")]
    remote: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "sync",
    group: Group::Book,
    zh: "与同事共享台账：取得他们发布的内容，并发布自己的内容\n\n双方记录的内容合为一体，不会丢失。如果同事先办了别的步骤，使某一步骤不再可能，该步骤留在历史中但未生效。已发布的历史在前，任何提交都不重做。如他人同时发布，则重新开始，最多五次。不写 REMOTE 时，为本分支的上游、唯一的远程仓库或 origin。同步中断后再次运行即可继续。--dry-run 只说明将收到和发出什么。",
    zh_args: &[("remote", "远程仓库；不写则为本分支的上游")],
    examples: &[
        Example { line: "redress sync", en: "in the morning, and after work", zh: "每天上班时和下班前" },
        Example { line: "redress sync --dry-run", en: "what would come and go", zh: "将收到和发出什么" },
        Example { line: "redress sync backup", en: "with another remote", zh: "与另一个远程仓库" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let talk = match context.terminal.error && context.may_ask() {
        true => Talk::Terminal,
        false => Talk::Silent,
    };
    let syncing = Syncing { remote: args.remote, now: session.now, dry_run: context.flags.dry_run, talk };
    let lang = context.lang;
    let out = &mut context.out;
    let again = &mut |attempt| out.aside(&say!(lang, Text::Again, attempt = attempt, most = ATTEMPTS));
    let mut synced = session.book.sync(&syncing, again).map_err(refused)?;
    for committed in &synced.written {
        session.book.repo().keep_up(committed);
        context.later.borrow_mut().extend(done::cautions_of(committed));
    }
    let came = Side::of(&session, synced.base, synced.published, synced.before)?;
    let went = Side::of(&session, synced.base, Some(synced.before), synced.published.unwrap_or(synced.before))?;
    let went = match synced.published {
        Some(_) => went,
        None => Side { commits: count(&session, synced.before, None)?, ..Side::default() },
    };
    let findings = findings(&session, context, &synced, &came, &went)?;
    context.out.data(data(&synced, &came, &went, &findings));
    say(&session, context, &synced, &came, &went);
    if !findings.is_empty() {
        context.out.note(Text::Findings.get(lang));
        let view = session.view(context)?;
        validate::show(context, &findings, |path| view.on_disk(path));
    }
    match synced.unsent.take() {
        Some(error) => Err(error.into()),
        None => Ok(if findings.is_empty() { Exit::Done } else { Exit::Refused }),
    }
}

fn refused(error: SyncError) -> Failure {
    match error {
        SyncError::Book(error) => error.into(),
        SyncError::NoBook { name } => {
            Failure::refused("no-book", label!(Text::NoBook, name = name)).hint(Text::NoBookHint)
        }
        SyncError::Conflicts(conflicts) => {
            let files = conflicts.paths.join(", ");
            let is_policy = conflicts.paths.iter().all(|path| Sources::is_source(path));
            let commit = if is_policy { "redress commit" } else { "git commit" };
            let take = format!(
                "git restore --source={} -- {} && {commit} {}",
                conflicts.theirs,
                shell(&conflicts.paths),
                shell(&conflicts.paths)
            );
            Failure::refused("conflicts", label!(Text::Conflicts, files = files))
                .hint(label!(Text::ConflictsHint, take = take))
        }
    }
}

/// Paths as words of a shell.
fn shell(paths: &[String]) -> String {
    let plain = |path: &String| path.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    let word = |path: &String| if plain(path) { path.clone() } else { format!("'{}'", path.replace('\'', "'\\''")) };
    paths.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// What one side did since the last commit that both had.
#[derive(Debug, Default)]
struct Side {
    commits: usize,
    changes: Vec<PathChange>,
    /// The commits between which the changes lie.
    span: Option<(Oid, Oid)>,
}

impl Side {
    /// What lies between `base` and `to`, and how many commits of it `other` does not have.
    fn of(session: &Session, base: Option<Oid>, to: Option<Oid>, other: Oid) -> Result<Side, Failure> {
        let (Some(base), Some(to)) = (base, to) else { return Ok(Side::default()) };
        let commits = count(session, to, Some(other))?;
        if commits == 0 {
            return Ok(Side::default());
        }
        let changes = session.book.repo().changes(Some(base), to)?;
        Ok(Side { commits, changes, span: Some((base, to)) })
    }
}

fn count(session: &Session, to: Oid, from: Option<Oid>) -> Result<usize, Failure> {
    let range = HistoryRange { from, ..HistoryRange::default() };
    let commits: Result<Vec<_>, _> = session.book.repo().history(to, &range)?.collect();
    Ok(commits?.len())
}

/// What is wrong in the files that a merge touched.
fn findings(
    session: &Session,
    context: &mut Context,
    synced: &Synced,
    came: &Side,
    went: &Side,
) -> Result<Vec<crate::place::Problem>, Failure> {
    let merged = synced.after != synced.before && Some(synced.after) != synced.published;
    if !merged {
        return Ok(Vec::new());
    }
    let view = session.view(context)?;
    let mut found = Vec::new();
    if came.changes.iter().any(|change| Sources::is_source(&change.path)) {
        found.extend(view.policy_on_disk().err().unwrap_or_default());
    }
    let touched: BTreeSet<&str> = came.changes.iter().chain(&went.changes).map(|change| change.path.as_str()).collect();
    let there = touched.into_iter().filter(|path| view.lies_on_disk(path));
    found.extend(view.validate_all(there, &mut |_| ()));
    Ok(found)
}

fn data(synced: &Synced, came: &Side, went: &Side, findings: &[crate::place::Problem]) -> Json {
    let side = |side: &Side| {
        let files: Vec<&str> = side.changes.iter().map(|change| change.path.as_str()).collect();
        json!({ "commits": side.commits, "files": files })
    };
    let told = |told: &Told| json!({ "what": told.code, "about": told.about, "message": told.label.en });
    json!({
        "remote": synced.shared.remote, "branch": synced.shared.short(),
        "commit": synced.after.to_string(), "published": synced.published.map(|id| id.to_string()),
        "came": side(came), "went": side(went), "sent": synced.sent,
        "told": synced.told.iter().map(told).collect::<Vec<_>>(),
        "findings": findings.iter().map(validate::json).collect::<Vec<_>>(),
    })
}

/// Says what came in, what went out, and what the merge had to settle.
fn say(session: &Session, context: &mut Context, synced: &Synced, came: &Side, went: &Side) {
    let (lang, name) = (context.lang, synced.shared.name());
    if came.commits + went.commits == 0 {
        context.out.note(&say!(lang, Text::Same, name = name));
        return;
    }
    let dry_run = context.flags.dry_run;
    if came.commits > 0 {
        let count = came.commits;
        context.out.note(&match dry_run {
            true => say!(lang, Text::WouldComeIn, name = name, count = count),
            false => say!(lang, Text::CameIn, name = name, count = count),
        });
        say_changes(session, context, came);
    }
    if !synced.told.is_empty() {
        context.out.note(Text::Told.get(lang));
        for told in synced.told.iter().take(NAMED) {
            context.out.line(&format!("  {}", visible(told.label.get(lang))));
        }
        if synced.told.len() > NAMED {
            context.out.line(&format!("  {}", say!(lang, Text::More, count = synced.told.len() - NAMED)));
        }
    }
    if went.commits > 0 {
        let count = went.commits;
        context.out.note(&match (dry_run, &synced.unsent) {
            (true, _) => say!(lang, Text::WouldGoOut, name = name, count = count),
            (false, Some(_)) => say!(lang, Text::NotSent, name = name, count = count),
            (false, None) => say!(lang, Text::WentOut, name = name, count = count),
        });
        say_changes(session, context, went);
    }
}

/// The changes of a side, one line each; of many the first.
fn say_changes(session: &Session, context: &mut Context, side: &Side) {
    let lines = lines(session, context, side);
    let lines = lines.unwrap_or_else(|| {
        // The rule book of that side does not load, so records are named by their files.
        side.changes.iter().take(NAMED).map(|change| say!(context.lang, Text::File, path = change.path)).collect()
    });
    lines.iter().for_each(|line| context.out.line(&format!("  {line}")));
    if side.changes.len() > NAMED {
        context.out.line(&format!("  {}", say!(context.lang, Text::More, count = side.changes.len() - NAMED)));
    }
}

fn lines(session: &Session, context: &Context, side: &Side) -> Option<Vec<String>> {
    let (base, to) = side.span?;
    let before = session.book.view(Some(base), session.now).ok()?;
    let after = session.book.view(Some(to), session.now).ok()?;
    let line = |change: &PathChange| match after.part(&change.path) {
        Part::Record(id) => {
            let (was, now) = (before.read(&id).ok().flatten(), after.read(&id).ok().flatten());
            match now {
                Some(now) => done::happened(&after, &Change::recorded(was, now), context.lang),
                None => say!(context.lang, RecordText::NoRecord, id = id),
            }
        }
        _ => say!(context.lang, Text::File, path = change.path),
    };
    Some(side.changes.iter().take(NAMED).map(line).collect())
}
