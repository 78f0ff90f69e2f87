//! `redress policy upgrade`: brings the rule book of a book to the version of this program.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::book::repo::{BookPath, Expect, difference};
use crate::book::{Part, Upgrade, UpgradeError, Upgraded, UpgradedFile, View, Writing};
use crate::check::policy::{Rulebook, findings};
use crate::check::{Finding, Severity};
use crate::cli::commands::init::parts;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::locale::messages::{CliText, UpgradeText as Text};
use crate::place::{Place, Problem};
use crate::policy::preset::PresetPart;
use crate::policy::{Invalid, Policy, Sources};
use crate::{label, say};

/// The line that git puts before the book's own text of a conflict.
const MARKER: &[u8] = b"<<<<<<< ";

/// How the rule book is upgraded.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Take this beside the preset, such as the time limits of a regulator; the book remembers it
    #[arg(long = "part", value_name = "NAME", value_delimiter = ',', value_parser = parts())]
    parts: Vec<&'static PresetPart>,
}

/// Shows what the upgrade does, asks, and writes it as one commit. What needs a person is left on disk, uncommitted.
///
/// # Errors
/// If the book cannot be upgraded, or has hand edits in its rule book.
pub(super) fn run(args: &Args, session: &Session, context: &mut Context) -> Result<Exit, Failure> {
    session.check_writing(context)?;
    session.book.repo().check_work_tree()?;
    let view = session.view(context)?;
    let edits = view.hand_edits(None)?.unwrap_or_default();
    if let Some(edit) = edits.iter().find(|edit| view.part(&edit.path) == Part::Policy) {
        let message = label!(Text::HandEdits, path = edit.path);
        return Err(Failure::refused("hand-edits", message).hint(label!(Text::HandEditsHint, path = edit.path)));
    }
    let upgrade = view.upgrade(&args.parts).map_err(|error| impossible(error, &view))?;
    let preset = upgrade.preset.name;
    let parts: Vec<&str> = upgrade.parts.iter().map(|part| part.name).collect();
    if upgrade.is_empty() {
        context.out.note(&say!(context.lang, Text::UpToDate, preset = preset));
        context.out.data(json!({ "preset": preset, "parts": parts, "files": [], "commit": null }));
        return Ok(Exit::Done);
    }
    show(&upgrade, context)?;
    let problems = problems(&upgrade, &view)?;
    if !problems.is_empty() {
        return leave_to_a_person(&view, &upgrade, problems, context);
    }
    warn_of_findings(&upgrade, &view, session, context)?;
    let files = upgrade.changed().count();
    let actor = session.actor(context, &view).ok();
    session.may_change(&view, actor.as_ref(), upgrade.changed().map(|file| file.path.as_str()))?;
    if !context.flags.dry_run && !context.confirm(&say!(context.lang, Text::Sure, preset = preset, count = files))? {
        return Err(Failure::interrupted());
    }
    let version = env!("CARGO_PKG_VERSION");
    let said = match parts.join(", ") {
        parts if parts.is_empty() => format!("Upgrade the preset {preset} to the one of redress {version}"),
        parts => format!("Upgrade the preset {preset} with {parts} to the one of redress {version}"),
    };
    let ((), written) = session.write(context, Some(said), |writing: &mut Writing<'_>| put(&upgrade, writing))?;
    let commit = written.committed.map(|committed| committed.id.to_string());
    context.out.data(json!({ "preset": preset, "parts": parts, "files": as_json(&upgrade), "commit": commit }));
    match context.flags.dry_run {
        true => context.out.aside(crate::locale::messages::RecordText::WouldBe.get(context.lang)),
        false => context.out.note(&say!(context.lang, Text::Done, preset = preset, count = files)),
    }
    Ok(Exit::Done)
}

fn impossible(error: UpgradeError, view: &View<'_>) -> Failure {
    let file = |key: &str| Place { key: key.into(), ..Place::of_file("redress.toml") };
    match error {
        UpgradeError::OwnRules => Failure::refused("own-rules", Text::OwnRules).hint(Text::OwnRulesHint),
        UpgradeError::NoPreset(name) => {
            let problem = Problem::new(file("preset"), label!(Text::NoPreset, name = name)).help(Text::NoPresetHint);
            Failure::refused("preset", label!(Text::CannotUpgrade, name = view.policy().settings.name))
                .problems([problem])
        }
        UpgradeError::NoPart(name) => {
            let problem = Problem::new(file("parts"), label!(Text::NoPart, name = name)).help(Text::NoPresetHint);
            Failure::refused("preset", label!(Text::CannotUpgrade, name = view.policy().settings.name))
                .problems([problem])
        }
        UpgradeError::CutOff => Failure::unreadable("cut-off", Text::CutOff).hint(Text::CutOffHint),
        UpgradeError::Preset(error) => {
            Failure::unreadable("preset", label!(crate::locale::messages::RecordText::BadPreset, reason = error))
        }
        UpgradeError::Book(error) => error.into(),
    }
}

/// Shows the differences as git does, then one line for each file.
fn show(upgrade: &Upgrade, context: &mut Context) -> Result<(), Failure> {
    let lang = context.lang;
    for file in &upgrade.files {
        let path = BookPath::new(&file.path)?;
        context.out.text(&difference(&path, file.before.as_deref(), file.after.as_deref())?);
    }
    for file in &upgrade.files {
        let said = match file.change {
            Upgraded::Added => Text::Added,
            Upgraded::Replaced => Text::Replaced,
            Upgraded::Merged => Text::Merged,
            Upgraded::Conflict => Text::Conflict,
            Upgraded::Moved => Text::Moved,
            Upgraded::Removed => Text::Removed,
            Upgraded::Kept => Text::Kept,
            Upgraded::StaysAway => Text::StaysAway,
        };
        context.out.line(&said.with(lang, &[("path", &file.path)]));
        if let Some(from) = file.from.as_ref().filter(|_| file.change != Upgraded::Removed) {
            context.out.line(&Text::MovedFrom.with(lang, &[("path", from)]));
        }
    }
    Ok(())
}

/// What prevents the upgraded rule book from being used: conflicts, and rules that no longer hold together.
fn problems(upgrade: &Upgrade, view: &View<'_>) -> Result<Vec<Problem>, Failure> {
    if upgrade.has_conflict() {
        return Ok(upgrade.files.iter().filter(|file| file.change == Upgraded::Conflict).map(conflict).collect());
    }
    let sources = upgrade.applied(&view.sources()?);
    match Policy::load(&sources, "") {
        Err(Invalid(problems)) => Ok(problems),
        Ok(policy) => Ok(view.unfit(&policy, &sources)?),
    }
}

/// The first conflict of a file, with its line.
fn conflict(file: &UpgradedFile) -> Problem {
    let bytes = file.after.as_deref().unwrap_or_default();
    let line = bytes.split(|byte| *byte == b'\n').position(|line| line.starts_with(MARKER));
    let place = Place { line: line.map_or(1, |line| line + 1), ..Place::of_file(file.path.as_str()) };
    Problem::new(place, Text::SameLines).help(Text::SameLinesHint)
}

/// Writes the upgraded files to disk, where a person corrects and commits them.
fn leave_to_a_person(
    view: &View<'_>,
    upgrade: &Upgrade,
    problems: Vec<Problem>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let message = if upgrade.has_conflict() { Text::Conflicts } else { Text::DoesNotHold };
    let mut failure = Failure::refused("upgrade", message);
    for file in &upgrade.files {
        if let Some(text) = file.after.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok()) {
            failure = failure.source(file.path.as_str(), text);
        }
    }
    let failure = failure.problems(problems);
    if context.flags.dry_run {
        return Err(failure.hint(Text::NothingWritten));
    }
    view.leave_on_disk(upgrade)?;
    let folders: BTreeSet<&str> = upgrade.writes().map(|(path, _)| path.split('/').next().unwrap_or(path)).collect();
    let mut tracked = Vec::new();
    for folder in &folders {
        if view.repo().entry(view.commit(), folder)?.is_some() {
            tracked.push(*folder);
        }
    }
    let folders: Vec<&str> = folders.into_iter().collect();
    Err(failure.hint(label!(Text::MendAndCommit, tracked = tracked.join(" "), folders = folders.join(" "))))
}

/// Says what `policy check` finds in the upgraded rule book and did not find before.
fn warn_of_findings(
    upgrade: &Upgrade,
    view: &View<'_>,
    session: &Session,
    context: &mut Context,
) -> Result<(), Failure> {
    let before = view.sources()?;
    let found = |policy: &Policy, sources: &Sources| -> Vec<Finding> {
        let rulebook = Rulebook { policy, sources, people: view.people(), today: session.now.date_naive() };
        findings(&rulebook).into_iter().filter(|finding| finding.severity > Severity::Note).collect()
    };
    let mut old: BTreeMap<String, usize> = BTreeMap::new();
    for finding in found(view.policy(), &before) {
        *old.entry(finding.message.en).or_default() += 1;
    }
    let after = upgrade.applied(&before);
    let policy = Policy::load(&after, "")
        .map_err(|Invalid(problems)| Failure::refused("policy", CliText::BadPolicy).problems(problems))?;
    for finding in found(&policy, &after) {
        match old.get_mut(&finding.message.en).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => context.out.warn("policy", label!(Text::Finding, place = finding.place; message = finding.message)),
        }
    }
    Ok(())
}

/// Puts the upgraded files into the commit.
fn put(upgrade: &Upgrade, writing: &mut Writing<'_>) -> Result<(), Failure> {
    for (path, bytes) in upgrade.writes() {
        let expect = match writing.view.blob_at(path)? {
            Some(blob) => Expect::Same(blob),
            None => Expect::Absent,
        };
        match bytes {
            Some(bytes) => writing.file(path, bytes.to_vec(), expect),
            None => writing.remove(path, expect),
        }
    }
    Ok(())
}

fn as_json(upgrade: &Upgrade) -> Vec<serde_json::Value> {
    upgrade
        .files
        .iter()
        .map(|file| json!({ "path": file.path, "from": file.from, "change": file.change.name() }))
        .collect()
}
