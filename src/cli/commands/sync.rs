//! `redress sync [REMOTE]`: shares the book with colleagues.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::book::repo::{CommitInfo, Content, HistoryRange, Oid, Replaced, WorktreeChange};
use crate::book::{ATTEMPTS, BookError, KeptBack, Part, SyncError, Synced, Syncing, View, Why};
use crate::calendar::words;
use crate::cli::commands::validate;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output::Warning;
use crate::cli::paths::shell;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::settled::Settled;
use crate::cli::{beside_rules, cautions, done, doubles};
use crate::lifecycle::{Change, SKEW};
use crate::locale::Label;
use crate::locale::messages::{CliText, NeededText, RecordText, SyncText as Text};
use crate::locale::text::visible;
use crate::policy::{Invalid, Sources};
use crate::record::{Id, Record};
use crate::unite::Told;
use crate::{label, say};

/// How many changes are told one by one.
const NAMED: usize = 20;

/// Share the book with colleagues: take in what they published, and publish what you did
///
/// What both sides recorded is united: nothing is lost. A step that is no longer possible, because a colleague took
/// another one first, stays in the history as overruled and has no effect. The published history comes first, and no
/// commit is rewritten. If others publish meanwhile, it begins again, five times at most. Without REMOTE it is the
/// upstream of the branch, the only remote, or `origin`. If a sync is interrupted, run it again: it goes on. --dry-run
/// says what would come and go.
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
    let session = Session::open(context).map_err(without_book)?;
    session.check_writing(context)?;
    let syncing =
        Syncing { remote: args.remote, now: session.now, dry_run: context.flags.dry_run, talk: context.talk() };
    let lang = context.lang;
    let out = &mut context.out;
    let again = &mut |attempt| out.aside(&say!(lang, Text::Again, attempt = attempt, most = ATTEMPTS));
    let mut synced = session.book.sync(&syncing, again).map_err(refused)?;
    for committed in &synced.written {
        session.book.repo().keep_up(committed);
        context.later.borrow_mut().extend(done::cautions_of(committed));
    }
    let came = Side::of(&session, synced.base, synced.published, synced.before)?;
    warn_of_future(&session, context, &synced)?;
    warn_of_branch(&session, context, &synced);
    if context.flags.dry_run {
        warn_of_hand_edits(&session, context, &came)?;
    }
    let went = Side::of(&session, synced.base, Some(synced.before), synced.published.unwrap_or(synced.before))?;
    let went = match (synced.published, &synced.edits) {
        // what goes out is what the merge made of it
        (Some(_), Some(edits)) => Side {
            paths: edits.iter().map(|edit| edit.path.to_string()).collect(),
            span: synced.base.zip(synced.published),
            ..went
        },
        (Some(_), None) => went,
        (None, _) => Side { commits: count(&session, synced.before, None)?, ..Side::default() },
    };
    let settled = settled(&session, &synced)?;
    let findings = findings(&session, context, &synced, &came, &went)?;
    if synced.edits.is_some() && !context.flags.dry_run {
        let view = session.view(context)?;
        doubles::warn_of_both(context, &view, &made_by(&view, &went)?, &made_by(&view, &came)?)?;
    }
    if synced.after != synced.before {
        let view = session.view(context)?;
        for id in made_by(&view, &went)?.iter().chain(&made_by(&view, &came)?) {
            if let Some(record) = view.read(id).ok().flatten() {
                cautions::warn_of_void_in(context, &view, &record);
            }
        }
    }
    context.out.data(data(&synced, &settled, &came, &went, &findings));
    say(&session, context, &synced, &settled, (&came, &went));
    if !findings.is_empty() {
        context.out.note(match synced.edits {
            Some(_) => Text::Findings.get(lang),
            None => Text::FindingsCameIn.get(lang),
        });
        let view = session.view(context)?;
        validate::show(context, &findings, |path| view.on_disk(path));
    }
    match synced.unsent.take() {
        Some(error) => Err(error.into()),
        None => Ok(if findings.is_empty() { Exit::Done } else { Exit::Refused }),
    }
}

/// A clone from before the book was made has a way to it.
fn without_book(failure: Failure) -> Failure {
    match failure.code {
        "no-book" => failure.hint(CliText::PullBook),
        _ => failure,
    }
}

fn refused(error: SyncError) -> Failure {
    match error {
        SyncError::Book(error) => error.into(),
        SyncError::NoBook { name } => {
            Failure::refused("no-book", label!(Text::NoBook, name = name)).hint(Text::NoBookHint)
        }
        SyncError::TwoBooks { name, branch, published } => {
            let published = published.to_string()[..10].to_owned();
            Failure::refused("two-books", label!(Text::TwoBooks, name = name)).hint(label!(
                Text::TwoBooksHint,
                branch = branch,
                published = published
            ))
        }
        SyncError::Unsound { commit, error } => {
            let who = commit.as_ref().map_or_else(|| "?".to_owned(), |commit| commit.author.clone());
            let short = commit.as_ref().map_or_else(String::new, |commit| commit.id.to_string()[..10].to_owned());
            let why = match *error {
                BookError::Policy(_) => CliText::BadPolicy.into(),
                ref error => error.label(),
            };
            let problems = match *error {
                BookError::Policy(Invalid(problems)) => problems,
                _ => Vec::new(),
            };
            Failure::refused("unsound", label!(Text::Unsound, who = who, commit = short; why = why))
                .hint(label!(Text::UnsoundHint, who = who))
                .problems(problems)
        }
        SyncError::Unfit(error) => Failure::refused(error.code(), error.label()).hint(Text::UnfitHint),
        SyncError::NotUnique(problems) => {
            Failure::refused("not-unique", Text::NotUnique).hint(Text::NotUniqueHint).problems(problems)
        }
        SyncError::Needed(needed) => {
            Failure::refused("needed", NeededText::Stopped).problems(needed.into_iter().take(NAMED))
        }
        SyncError::KeptBack(kept) => kept_back(*kept),
        SyncError::Conflicts(conflicts) => {
            let files = conflicts.paths.join(", ");
            let is_policy = conflicts.paths.iter().all(|path| Sources::is_source(path));
            let commit = if is_policy { "redress commit" } else { "git commit" };
            let (gone, kept): (Vec<String>, Vec<String>) =
                conflicts.paths.iter().cloned().partition(|path| conflicts.unpublished.contains(path));
            let mut take = Vec::new();
            if !kept.is_empty() {
                take.push(format!("git restore --source={} -- {}", conflicts.theirs, shell(&kept)));
            }
            if !gone.is_empty() {
                take.push(format!("git rm -q -- {}", shell(&gone)));
            }
            take.push(format!("{commit} {}", shell(&conflicts.paths)));
            let take = take.join(" && ");
            let record = conflicts.paths.iter().find_map(|path| Id::of_path(path)).map(|(_, id)| id);
            let hint = match record.filter(|_| !conflicts.problems.is_empty() && !is_policy) {
                Some(id) => label!(Text::ShortenHint, id = id),
                None if is_policy => label!(Text::ConflictsUsed; take = label!(Text::ConflictsHint, take = take)),
                None => label!(Text::ConflictsHint, take = take),
            };
            let message = match conflicts.problems.is_empty() {
                false => label!(Text::ConflictsTogether, files = files),
                true => label!(Text::Conflicts, files = files),
            };
            let problems: Vec<_> = conflicts.problems.into_iter().take(NAMED).collect();
            Failure::refused("conflicts", message).hint(hint).problems(problems)
        }
    }
}

/// Why a commit is kept back, and how the rest can be sent without losing anything.
fn kept_back(kept: KeptBack) -> Failure {
    let (short, own) = (kept.commit.id.to_string()[..10].to_owned(), kept.back.to_string()[..10].to_owned());
    let (branch, saved) = (&kept.branch, format!("saved-{short}"));
    let subject = visible(kept.commit.message.lines().next().unwrap_or_default());
    let is_merge = kept.commit.parents.len() > 1;
    let (code, message, findings, hint) = match kept.why {
        Why::Again(lost) => {
            let lost = lost.to_string()[..10].to_owned();
            let message = label!(Text::RecordedAgain, commit = short, subject = subject, lost = lost);
            (
                "recorded-again",
                message,
                Vec::new(),
                label!(Text::BackHintAgain, own = own, branch = branch, saved = saved),
            )
        }
        Why::Faulty(findings) => {
            let hint = match (kept.rebased, kept.has_more) {
                (Some(since), true) => {
                    let since = &since.to_string()[..10];
                    label!(Text::RebaseHintMore, own = own, branch = branch, saved = saved, since = since)
                }
                (Some(_), false) => label!(Text::RebaseHint, own = own, branch = branch),
                (None, true) => label!(Text::BackHintMore, own = own, branch = branch, saved = saved),
                (None, false) => label!(Text::BackHint, own = own, branch = branch),
            };
            let faulty = label!(Text::Faulty, commit = short, subject = subject);
            match is_merge {
                true => ("false-merge", label!(Text::FalseMerge, commit = short), findings, hint),
                false if kept.rebased.is_some() => ("faulty", faulty, findings, hint),
                false => {
                    let hint = Label::each(|lang| {
                        format!("{}{}{}", hint.get(lang), lang.semicolon(), Text::TakeBackHint.get(lang))
                    });
                    ("faulty", faulty, findings, hint)
                }
            }
        }
    };
    Failure::refused(code, message).details(findings.into_iter().take(NAMED)).hint(hint)
}

/// What one side did since the last commit that both had.
#[derive(Debug, Default)]
struct Side {
    commits: usize,
    /// The files that differ.
    paths: Vec<String>,
    /// The commits between which the changes lie. If there was a merge, those of this clone lie between the published
    /// commit, the second one, and the merged book.
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
        let paths = changes.into_iter().map(|change| change.path).collect();
        Ok(Side { commits, paths, span: Some((base, to)) })
    }
}

/// Warns if the branch that was shared is not the one that clones of the remote work with.
fn warn_of_branch(session: &Session, context: &Context, synced: &Synced) {
    let (branch, remote) = (synced.shared.short(), &synced.shared.remote);
    let main = session.book.repo().branch_of_clones(&synced.shared);
    if let Some(main) = main.filter(|main| main != branch) {
        let message = label!(Text::OtherBranch, branch = branch, main = main, remote = remote);
        context.later.borrow_mut().push(Warning { code: "other-branch", message });
    }
}

/// Warns in a dry run of files that are changed by hand and that would come in, and of own files that lie there.
fn warn_of_hand_edits(session: &Session, context: &Context, came: &Side) -> Result<(), Failure> {
    let edits = session.view(context)?.hand_edits(None)?.unwrap_or_default();
    let there = edits.into_iter().filter(|edit| came.paths.contains(&edit.path));
    let (edited, own): (Vec<_>, Vec<_>) = there.partition(|edit| edit.tip.is_some());
    let files = |edits: Vec<WorktreeChange>| shell(&edits.into_iter().map(|edit| edit.path).collect::<Vec<_>>());
    let mut later = context.later.borrow_mut();
    if !edited.is_empty() {
        let message = label!(Text::HandEditsThere, files = files(edited));
        later.push(Warning { code: "hand-edits", message });
    }
    if !own.is_empty() {
        later.push(Warning { code: "in-the-way", message: label!(Text::FilesInTheWay, files = files(own)) });
    }
    Ok(())
}

/// The records that a side has made.
fn made_by(view: &View<'_>, side: &Side) -> Result<Vec<Id>, Failure> {
    let Some((base, _)) = side.span else { return Ok(Vec::new()) };
    let mut made = Vec::new();
    for path in &side.paths {
        if let Part::Record(id) = view.part(path)
            && view.repo().entry(base, path.as_str()).map_err(BookError::from)?.is_none()
        {
            made.push(id);
        }
    }
    Ok(made)
}

/// Warns of commits that came in and are dated later than now: a clock is wrong, here or there.
fn warn_of_future(session: &Session, context: &mut Context, synced: &Synced) -> Result<(), Failure> {
    let Some(published) = synced.published else { return Ok(()) };
    let range = HistoryRange { from: Some(synced.before), ..HistoryRange::default() };
    let latest = session.now.timestamp() + SKEW.num_seconds();
    let mut ahead = Vec::new();
    for commit in session.book.repo().history(published, &range)? {
        let commit = commit?;
        if commit.seconds > latest {
            ahead.push(commit);
        }
    }
    // a merge is dated as late as what it merges, so it says nothing of the clock of who made it
    let made = |commit: &&CommitInfo| commit.parents.len() < 2;
    let last = ahead.iter().filter(made).max_by_key(|commit| commit.seconds);
    let Some(last) = last.or(ahead.iter().max_by_key(|commit| commit.seconds)) else { return Ok(()) };
    let zone = session.view(context)?.policy().settings.time_zone;
    let at = chrono::DateTime::from_timestamp(last.seconds, 0).unwrap_or_default();
    let when = Label::each(|lang| words::moment(zone.local(at.fixed_offset()), zone, lang));
    let text = label!(Text::FromTheFuture, count = ahead.len(), who = last.author; when = when);
    context.later.borrow_mut().push(Warning { code: "future", message: text });
    Ok(())
}

fn count(session: &Session, to: Oid, from: Option<Oid>) -> Result<usize, Failure> {
    let range = HistoryRange { from, ..HistoryRange::default() };
    let commits: Result<Vec<_>, _> = session.book.repo().history(to, &range)?.collect();
    Ok(commits?.len())
}

/// What is wrong in the files that came in, and in those that a merge touched.
fn findings(
    session: &Session,
    context: &mut Context,
    synced: &Synced,
    came: &Side,
    went: &Side,
) -> Result<Vec<crate::place::Problem>, Failure> {
    if synced.after == synced.before {
        return Ok(Vec::new());
    }
    let view = session.view(context)?;
    let mut found = Vec::new();
    if came.paths.iter().any(|path| Sources::is_source(path)) {
        found.extend(beside_rules::on_disk(&view));
    }
    let touched: BTreeSet<&str> = came.paths.iter().chain(&went.paths).map(String::as_str).collect();
    let there = touched.into_iter().filter(|path| view.lies_on_disk(path));
    found.extend(view.validate_all(there, &mut |_| ()));
    Ok(found)
}

/// A record that a merge has settled, in words.
struct Settlement {
    code: &'static str,
    about: String,
    named: Label,
    what: Label,
}

/// What the merges of a sync have settled.
fn settled(session: &Session, synced: &Synced) -> Result<Vec<Settlement>, Failure> {
    let Some(published) = synced.published.filter(|_| !synced.told.is_empty()) else { return Ok(Vec::new()) };
    let at = |commit| session.book.view(Some(commit), session.now);
    let base = synced.base.map(at).transpose()?;
    let (first, merged) = (at(published)?, at(synced.after)?);
    let record = |id: &Id| made(&merged, synced.edits.as_deref()?, &merged.path(id)?);
    let settled = Settled { base: base.as_ref(), first: &first, merged: &merged, record: &record };
    let one = |told: &Told| Settlement {
        code: told.code(),
        about: told.about().to_string(),
        named: settled.named(told),
        what: settled.what(told),
    };
    Ok(synced.told.iter().map(one).collect())
}

/// The record at a path as a merge has made it. `None` if the merge took that of the published book, or none.
fn made(view: &View<'_>, edits: &[Replaced], path: &str) -> Option<Record> {
    let Part::Record(id) = view.part(path) else { return None };
    let kind = view.policy().kind_of(&id)?;
    let at = edits.binary_search_by(|edit| edit.path.as_str().cmp(path)).ok()?;
    let bytes = match edits.get(at)?.new.as_ref()? {
        (Content::Bytes(bytes), _) => Cow::Borrowed(bytes),
        (Content::Blob(blob), _) => Cow::Owned(view.repo().blob(*blob).ok()?),
    };
    Record::read(&bytes, path, &kind.shape).ok()
}

fn data(synced: &Synced, settled: &[Settlement], came: &Side, went: &Side, findings: &[crate::place::Problem]) -> Json {
    let side = |side: &Side| json!({ "commits": side.commits, "files": side.paths });
    let told = |one: &Settlement| {
        let message = format!("{}: {}", one.named.en, one.what.en);
        json!({ "what": one.code, "about": one.about, "message": message })
    };
    json!({
        "remote": synced.shared.remote, "branch": synced.shared.short(),
        "commit": synced.after.to_string(), "published": synced.published.map(|id| id.to_string()),
        "came": side(came), "went": side(went), "sent": synced.sent,
        "told": settled.iter().map(told).collect::<Vec<_>>(),
        "findings": findings.iter().map(validate::json).collect::<Vec<_>>(),
    })
}

/// Says what came in, what went out, and what the merge had to settle.
fn say(
    session: &Session,
    context: &mut Context,
    synced: &Synced,
    settled: &[Settlement],
    (came, went): (&Side, &Side),
) {
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
        say_changes(session, context, came, None);
    }
    if !settled.is_empty() {
        context.out.note(match dry_run {
            true => Text::WouldTell.get(lang),
            false => Text::Told.get(lang),
        });
        for one in settled.iter().take(NAMED) {
            context.out.line(&format!("  {}", visible(one.named.get(lang))));
            context.out.line(&format!("      {}", visible(one.what.get(lang))));
        }
        if settled.len() > NAMED {
            context.out.line(&format!("  {}", say!(lang, Text::More, count = settled.len() - NAMED)));
        }
        // another name of a file, what a colleague had already, and what counts are nothing to take note of
        if !dry_run && settled.iter().any(|one| !matches!(one.code, "refiled" | "kept" | "same" | "replaced")) {
            context.out.flush();
            let view = session.view(context).ok();
            let is_here = view.is_some_and(|view| {
                view.reader().is_none_or(|id| view.people().get(id).is_some_and(|person| person.active))
            });
            context.out.aside(if is_here { Text::ToldHow } else { Text::ToldHowLeft }.get(lang));
        }
    }
    if went.commits > 0 {
        let count = went.commits;
        context.out.note(&match (dry_run, &synced.unsent) {
            (true, _) => say!(lang, Text::WouldGoOut, name = name, count = count),
            (false, Some(_)) => say!(lang, Text::NotSent, name = name, count = count),
            (false, None) => say!(lang, Text::WentOut, name = name, count = count),
        });
        say_changes(session, context, went, synced.edits.as_deref());
    }
}

/// The changes of a side, one line each; of many the first. `edits` are those of a merge.
fn say_changes(session: &Session, context: &mut Context, side: &Side, edits: Option<&[Replaced]>) {
    if side.span.is_some() && side.paths.is_empty() {
        context.out.line(&format!("  {}", Text::NothingDiffers.get(context.lang)));
    }
    let lines = lines(session, context, side, edits);
    let lines = lines.unwrap_or_else(|| {
        // The rule book of that side does not load, so records are named by their files.
        side.paths.iter().take(NAMED).map(|path| say!(context.lang, Text::File, path = path)).collect()
    });
    lines.iter().for_each(|line| context.out.line(&format!("  {line}")));
    if side.paths.len() > NAMED {
        context.out.line(&format!("  {}", say!(context.lang, Text::More, count = side.paths.len() - NAMED)));
    }
}

fn lines(session: &Session, context: &Context, side: &Side, edits: Option<&[Replaced]>) -> Option<Vec<String>> {
    let (base, to) = side.span?;
    let tip = session.book.repo().tip().ok()?;
    let at = |commit| session.book.view(Some(commit), session.now).ok();
    let (before, after) = match edits {
        None => (at(base)?, at(to)?),
        // from the published commit to the merged book
        Some(_) => (at(to)?, at(tip)?),
    };
    let line = |path: &String| match after.part(path) {
        Part::Record(id) => {
            let was = before.read(&id).ok().flatten();
            let now = match edits {
                None => match after.read(&id) {
                    Ok(now) => now,
                    Err(error) => return error.label().get(context.lang).to_owned(),
                },
                Some(edits) => made(&after, edits, path),
            };
            match now {
                Some(now) => done::happened(&after, &changed(was, now), context.lang),
                None => say!(context.lang, RecordText::NoRecord, id = id),
            }
        }
        _ => say!(context.lang, Text::File, path = path),
    };
    Some(side.paths.iter().take(NAMED).map(line).collect())
}

/// What happened to a record. A merge of git has put the events of the other side before those that were published
/// first, so new events may stand anywhere.
fn changed(was: Option<Record>, mut now: Record) -> Change {
    let Some(mut was) = was else { return Change::recorded(None, now) };
    let (mut kept, mut new, mut left) = (Vec::new(), Vec::new(), was.history.clone());
    for event in std::mem::take(&mut now.history) {
        match left.iter().position(|known| *known == event) {
            Some(at) => {
                left.remove(at);
                kept.push(event);
            }
            None => new.push(event),
        }
    }
    was.history.clone_from(&kept);
    now.history = kept.into_iter().chain(new).collect();
    let (known, new): (Vec<_>, Vec<_>) = std::mem::take(&mut now.overruled)
        .into_iter()
        .partition(|one| was.overruled.iter().any(|known| known.event == one.event));
    was.overruled.clone_from(&known);
    now.overruled = known.into_iter().chain(new).collect();
    Change::recorded(Some(was), now)
}
