//! `redress doctor [--fix]`: checks repository, journal, index and policy.

use std::time::SystemTime;

use chrono::Datelike;
use serde_json::json;

use super::plan;
use crate::book::BookError;
use crate::book::repo::{Driver, RecoveryOutcome, RepoError, recover};
use crate::calendar::{Outside, words};
use crate::cli::beside_rules;
use crate::cli::cautions;
use crate::cli::context::Context;
use crate::cli::done;
use crate::cli::environment;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::opening;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::table;
use crate::gather;
use crate::label;
use crate::locale::messages::{PolicyText, RecordText as Text, SyncText};
use crate::locale::text::visible;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Table};
use crate::planning::Unplanned;
use crate::policy::Sources;
use crate::say;

/// Look whether the book can be read and written, and end what a crash interrupted
#[derive(Debug, clap::Args)]
pub struct Args {
    /// End or take back what a crash left half done
    #[arg(long)]
    fix: bool,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "doctor",
    group: Group::Book,
    zh: "检查台账能否读写，并收尾被中断的操作",
    zh_args: &[("fix", "收尾或撤回被中断的操作")],
    examples: &[
        Example { line: "redress doctor", en: "what is wrong", zh: "有什么问题" },
        Example { line: "redress doctor --fix", en: "after a crash", zh: "崩溃之后" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let book = opening::open(context)?;
    let repo = book.repo();
    context.core_pager.replace(repo.setting("core.pager").map(str::to_owned));
    context.page();
    let standing = repo.standing();
    let mut found: Vec<Finding> = Vec::new();
    // what scripts read does not depend on anybody's language
    let lang = if context.flags.json { Lang::En } else { context.lang };
    let failed = |failure: &Failure| {
        let hint = failure.hint.as_ref().map(|hint| hint.get(lang).to_owned());
        (failure.code, failure.message.get(lang).to_owned(), hint.unwrap_or_default())
    };
    found.extend(standing.refusals.iter().map(|refusal| said(refusal, lang)));
    let (machine, mut left) = (SystemTime::now(), Vec::new());
    for leftover in repo.leftovers(machine) {
        let shown = leftover.path.strip_prefix(repo.top().unwrap_or(repo.git_dir())).unwrap_or(&leftover.path);
        let (path, seconds) = (visible(&shown.display().to_string()).into_owned(), leftover.age.as_secs());
        let old = Label::each(|lang| words::duration(i64::try_from(seconds).unwrap_or(i64::MAX), lang));
        if args.fix && !context.flags.dry_run && repo.clear_leftover(&leftover, machine)? {
            let text = label!(Text::LeftoverCleared, path = path);
            context.out.note(text.get(lang));
        } else if let Some(process) = leftover.owner {
            let text = label!(Text::LeftoverInUse, path = path, process = process);
            found.push(("in-use", text.get(lang).to_owned(), Text::LeftoverWait.get(lang).to_owned()));
        } else if leftover.removable {
            let text = label!(Text::Leftover, path = path; age = old);
            found.push(("left-behind", text.get(lang).to_owned(), "redress doctor --fix".to_owned()));
            left.push(leftover.path);
        } else if !leftover.path.ends_with("index.lock") {
            // a young lock on git's index is told below, as it is in the way of every writer
            let text = label!(Text::LeftoverYoung, path = path; age = old);
            found.push(("in-use", text.get(lang).to_owned(), Text::LeftoverWait.get(lang).to_owned()));
        }
    }
    let journal = repo.is_half_done();
    let fixes = args.fix && standing.refusals.is_empty() && !context.flags.dry_run;
    if fixes && repo.remake_index()? {
        context.out.note(Text::IndexRemade.get(lang));
    }
    let recovered = match fixes.then(|| recover(repo)).transpose() {
        // told below, as it is in the way of every writer
        Err(RepoError::NotAFile { .. }) => None,
        recovered => recovered?,
    };
    if let Some(report) = recovered {
        if !matches!(report.outcome, RecoveryOutcome::Clean) || !report.restored.is_empty() {
            let what = match report.outcome {
                RecoveryOutcome::Clean => Text::RecoveredNothing,
                RecoveryOutcome::Cleared => Text::RecoveredCleared,
                RecoveryOutcome::RolledBack => Text::RecoveredBack,
                RecoveryOutcome::RolledForward => Text::RecoveredForward,
                RecoveryOutcome::Dropped => Text::RecoveredDropped,
            };
            let what = what.get(context.lang);
            let text = match report.restored.is_empty() {
                true => what.to_owned(),
                false => say!(context.lang, Text::Recovered, what = what, files = report.restored.join(", ")),
            };
            context.out.note(&text);
        }
        for left in &report.left {
            found.push(("left-alone", done::left_alone(left).get(context.lang).to_owned(), String::new()));
        }
    } else if journal {
        let text = Text::Interrupted.get(context.lang).to_owned();
        found.push(("journal", text, "redress doctor --fix".to_owned()));
    }
    if repo.top().is_some() {
        let codes: Vec<&str> = found.iter().map(|(code, _, _)| *code).collect();
        let obstacles = repo.obstacles();
        let is_left = |error: &&RepoError| matches!(error, RepoError::IndexLocked { path, .. } if left.contains(path));
        let new = obstacles.iter().filter(|error| !codes.contains(&error.code()) && !is_left(error));
        found.extend(new.map(|error| said(error, lang)));
    }
    if let Ok(shared) = repo.shared(None) {
        let locks = repo.remote_locks(&shared).into_iter();
        let locked = |path| RepoError::RemoteLocked { remote: shared.remote.clone(), path };
        found.extend(locks.map(|path| said(&locked(path), lang)));
    }
    let driver = repo.merge_driver_at_work();
    if driver != Driver::Sound {
        let fix = args.fix && !context.flags.dry_run;
        // who has registered one has agreed already
        let agreed = context.flags.yes || driver != Driver::Missing;
        let ask = context.may_ask() && !agreed;
        if fix && (agreed || ask && context.prompt().confirm(SyncText::AskDriver.get(lang), true)?) {
            repo.register_merge_driver(&environment::place_of_program())?;
            context.out.note(SyncText::DriverSet.get(lang));
        } else if driver == Driver::Lost {
            let text = SyncText::LostDriver.get(lang).to_owned();
            found.push(("merge-driver", text, "redress doctor --fix".to_owned()));
        } else if fix && !context.may_ask() {
            context.out.warn("merge-driver", SyncText::DriverNeedsYes);
        } else {
            // the book is sound, and `sync` needs no driver
            cautions::note_merge_driver(context, repo);
        }
    }
    let session = Session::open(context);
    match session.as_ref().map(|session| session.view(context)) {
        Ok(Ok(view)) => {
            let codes: Vec<&str> = found.iter().map(|(code, _, _)| *code).collect();
            let nobody = session.as_ref().ok().and_then(|session| session.actor(context, &view).err());
            found.extend(nobody.filter(|failure| !codes.contains(&failure.code)).map(|failure| failed(&failure)));
            if let Ok(session) = &session
                && standing.refusals.is_empty()
                && !session.book.keeps_line_ends()?
            {
                if args.fix && !context.flags.dry_run {
                    if let Some(commit) = session.book.keep_line_ends(view.now())? {
                        let text = label!(Text::LineEndsKept, commit = commit);
                        context.out.note(text.get(lang));
                    }
                } else {
                    let text = Text::LineEnds.get(lang).to_owned();
                    found.push(("line-ends", text, "redress doctor --fix".to_owned()));
                }
            }
            for oddity in repo.oddities_of(view.commit()) {
                let path = oddity.path.unwrap_or_default();
                let text = label!(Text::Odd, path = visible(&path); what = oddity.what);
                let lost = ["missing-object", "damaged-object"].contains(&oddity.rule);
                let help = if lost { Text::LostHelp } else { Text::OddHelp };
                found.push((oddity.rule, text.get(lang).to_owned(), help.get(lang).to_owned()));
            }
            for problem in view.misplaced() {
                let hint = problem.help.unwrap_or_default();
                let (path, message) = (visible(&problem.place.file), problem.message.get(lang));
                let text = if message.contains(&*path) { message.to_owned() } else { format!("{path}: {message}") };
                found.push(("not-a-file", text, hint.get(lang).to_owned()));
            }
            for lost in view.files_lost()? {
                let help = lost.help.unwrap_or_default();
                found.push(("file-missing", lost.message.get(lang).to_owned(), help.get(lang).to_owned()));
            }
            let edits = match view.hand_edits(None) {
                Ok(edits) => edits.unwrap_or_default(),
                // told above
                Err(BookError::Repo(RepoError::DamagedIndex { .. })) => Vec::new(),
                Err(error) => return Err(error.into()),
            };
            for change in &edits {
                if let Err(error @ (RepoError::Io { .. } | RepoError::NotAFile { .. })) =
                    repo.file_on_disk(&change.path)
                {
                    let row = said(&error, lang);
                    let told = found.iter().any(|(_, message, _)| *message == row.1);
                    found.extend((!told).then_some(row));
                }
            }
            if edits.iter().any(|change| Sources::is_source(&change.path)) {
                for problem in beside_rules::on_disk(&view) {
                    let (path, message) = (visible(&problem.place.file), problem.message.get(lang));
                    let told = found.iter().any(|(_, told, _)| told == message || told.contains(&*path));
                    let row = (format!("{}: {message}", problem.place), problem.help.unwrap_or_default());
                    found.extend((!told).then(|| ("policy", row.0, row.1.get(lang).to_owned())));
                }
            }
            for (path, problems) in view.index()?.unreadable()? {
                let Some(problem) = problems.first() else { continue };
                let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
                let why = format!("{}: {}", problem.place, problem.message.get(lang));
                let help = problem.help.as_ref().map(|help| help.get(lang));
                // nobody can type a name that is no text
                let edit = (!name.contains("\\x")).then(|| format!("redress edit {name}"));
                let help: Vec<&str> = help.into_iter().chain(edit.as_deref()).collect();
                found.push(("unreadable", why, help.join("; ")));
            }
            let falsely = view.kept_falsely()?;
            if !falsely.is_empty() {
                let text = label!(Text::KeptFalsely, views = falsely.join(", "));
                found.push(("kept-falsely", text.get(lang).to_owned(), "rm -r .git/redress".to_owned()));
            }
            // the next year's holidays are to be brought in time, and the book is sound until then
            for calendar in view.policy().calendars.iter() {
                let today = calendar.zone().date(view.now());
                for year in calendar.unlaid_years(today) {
                    let said = match year > today.year() {
                        true => label!(PolicyText::NextYear, calendar = calendar.name(), year = year),
                        false => label!(PolicyText::NoHolidaysYet, calendar = calendar.name(), year = year),
                    };
                    context.out.warn("year-without-holidays", said);
                }
            }
            // a plan that was not run is a warning: the book itself is sound
            match gather::unplanned_duties(&view, None) {
                Ok(Some((period, names))) => {
                    let said = label!(Text::TasksUnplanned; period = period, duties = names);
                    context.out.warn("unplanned", said);
                }
                // the year whose holidays are missing was told above
                Ok(None) | Err(Unplanned::Outside(Outside { unlaid: Some(_), .. })) => {}
                Err(error) => return Err(plan::unplanned(error)),
            }
        }
        Ok(Err(failure)) => once(&mut found, failed(&failure)),
        Err(failure) => once(&mut found, failed(failure)),
    }
    let data: Vec<_> =
        found.iter().map(|(code, message, hint)| json!({ "code": code, "message": message, "hint": hint })).collect();
    context.out.data(json!({ "shallow": standing.shallow, "partial": standing.partial, "findings": data }));
    if found.is_empty() {
        for line in [Text::Healthy, Text::HealthyPast, Text::HealthyObjects] {
            context.out.note(line.get(lang));
        }
        return Ok(Exit::Done);
    }
    let mut rows = Table::new([Column::text("message", Text::ColumnReason), Column::text("hint", Text::ColumnHelp)]);
    // the code is for scripts, and stands in --json
    for (_, message, hint) in &found {
        rows.row([Cell::text(message.as_str()), Cell::text(hint.as_str())]);
    }
    table::print(context, "doctor", Text::TitleDoctor, rows)?;
    Ok(Exit::Refused)
}

/// A finding: its code, what is wrong, and what to do.
type Finding = (&'static str, String, String);

/// Adds a finding if none of its sort was told.
fn once(found: &mut Vec<Finding>, finding: Finding) {
    if found.iter().all(|(code, _, _)| *code != finding.0) {
        found.push(finding);
    }
}

/// What stands in the way, and what to do.
fn said(error: &RepoError, lang: Lang) -> Finding {
    let hint = error.hint().unwrap_or_default();
    (error.code(), error.label().get(lang).to_owned(), hint.get(lang).to_owned())
}
