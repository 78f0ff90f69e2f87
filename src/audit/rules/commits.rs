//! What people see of a commit without looking into it: its subject, and who made it. And what lies in it beside the
//! records that its message names.

use super::super::scene::Scene;
use super::{Of, Rule};
use crate::audit::delta::Delta;
use crate::audit::finding::{Finding, Severity};
use crate::audit::said::Subject;
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::locale::text::fold;
use crate::record::{FILES, Id};

pub(super) static RULE: Rule =
    Rule { name: "commits", ids: &["subject-false", "committer", "file-unnamed"], of: Of::Every, look };

/// How a subject begins that takes a commit back.
const UNDO: &str = "undo: ";

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    committer(scene, found);
    if scene.midway || scene.founding {
        return;
    }
    if scene.commit.is_merge() {
        // a merge takes no step
        let said = shown(&scene.commit.message);
        if !scene.said.steps.is_empty() || claims(scene, &said) {
            let message = label!(Text::SubjectFalse, said = said, should = "-");
            found.push(scene.finding("subject-false", Severity::Error, message));
        }
        return;
    }
    subject(scene, found);
    if !scene.said.steps.is_empty() {
        files(scene, found);
    }
}

/// The program writes both names alike. Another person's name as the committer says that they made the commit in the
/// author's name. The same person may use two addresses, and may rebase or pick their own commits.
fn committer(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let (author, committer) = (&scene.commit.email, &scene.commit.committer_email);
    if author.is_empty() || committer.is_empty() {
        found.push(scene.finding("committer", Severity::Error, Text::NoAddress));
        return;
    }
    // a service that merges for somebody signs with its own name, and the merge is judged by what it holds
    if fold(author) == fold(committer) || scene.commit.is_merge() || scene.founding {
        return;
    }
    let known = |email: &str| scene.people.by_email(email).map(|person| person.id.clone());
    if known(author).is_none() || known(author) != known(committer) {
        let message = label!(Text::Committer, author = author, committer = committer);
        found.push(scene.finding("committer", Severity::Error, message));
    }
}

fn subject(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let said = &shown(&scene.commit.message);
    let should = match Subject::of(scene.said, &|id| kind(scene, id)) {
        Some(subject) => subject.line(),
        None if scene.said.undo.is_none() && claims(scene, said) => "-".to_owned(),
        None => return,
    };
    if *said != should {
        let message = label!(Text::SubjectFalse, said = said, should = should);
        found.push(scene.finding("subject-false", Severity::Error, message));
    }
}

/// The subject as git shows it: the first lines that are not empty, as one.
fn shown(message: &str) -> String {
    let lines = message.lines().map(str::trim).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// Whether the subject of a commit without steps names a step of a record, or says that it takes something back.
fn claims(scene: &Scene<'_>, subject: &str) -> bool {
    let words = subject.split_once(' ').and_then(|(kind, rest)| Some((kind, rest.split_once(": ")?.0)));
    let of_record = words.is_some_and(|(kind, id)| {
        let known = id.parse::<Id>().is_ok_and(|id| scene.past.has(&id) || id.prefix().is_some());
        known && scene.policy.is_some_and(|policy| policy.kind(kind).is_some())
    });
    of_record || subject.starts_with(UNDO)
}

fn kind(scene: &Scene<'_>, id: &str) -> String {
    let of = |delta: &&Delta| delta.id.as_ref().is_some_and(|known| known.as_str() == id);
    let record = scene.deltas.iter().find(of).and_then(|delta| delta.after.as_ref());
    let kind = record.map(|record| record.kind.clone()).or_else(|| {
        let id = id.parse::<Id>().ok()?;
        Some(scene.policy?.kind_of(&id)?.name().to_owned())
    });
    kind.unwrap_or_default()
}

/// A commit with steps holds records and what is attached to them. The rules have findings of their own.
fn files(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let is_record = |path: &str| scene.deltas.iter().any(|delta| delta.path == path);
    let beside = |path: &str| !is_record(path) && !path.starts_with("policy/") && path.split('/').next() != Some(FILES);
    for change in scene.commit.changes.iter().filter(|change| beside(&change.path)) {
        let message = label!(Text::FileUnnamed, file = change.path);
        let finding = scene.finding("file-unnamed", Severity::Error, message);
        found.push(Finding { file: Some(change.path.clone()), ..finding });
    }
}
