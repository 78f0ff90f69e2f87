//! What people see of a commit without looking into it: its subject, and who made it. And what lies in it beside the
//! records that its message names.

use super::super::scene::Scene;
use super::{Of, Rule};
use crate::audit::delta::Delta;
use crate::audit::finding::{Finding, Severity};
use crate::audit::said::{Subject, UNDO, harmless, is_trailer, is_whole_id};
use crate::kind::{Kind, Step};
use crate::locale::Lang;
use crate::locale::messages::{AuditText as Text, RecordText};
use crate::locale::text::{as_seen, fold};
use crate::policy::Person;
use crate::record::{FILES, Id};
use crate::{label, say};

pub(super) static RULE: Rule = Rule {
    name: "commits",
    ids: &["subject-false", "note-false", "committer", "author-name", "odd-message", "file-unnamed"],
    of: Of::Every,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    committer(scene, found);
    names(scene, found);
    odd(scene, found);
    if scene.midway || scene.founding {
        return;
    }
    if scene.commit.is_merge() {
        // a merge takes no step
        let said = shown(&scene.commit.message);
        if claims(scene, &said) {
            let message = label!(Text::SubjectFalse, said = said, should = "-");
            found.push(scene.finding("subject-false", Severity::Error, message));
        }
        return;
    }
    subject(scene, found);
    if !scene.said.steps.is_empty() {
        notes(scene, found);
        files(scene, found);
    }
}

/// The program writes both names alike. Another person's name as the committer says that they made the commit in the
/// author's name. The same person may use two addresses, and may rebase or pick their own commits.
pub(super) fn committer(scene: &Scene<'_>, found: &mut Vec<Finding>) {
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

/// The name beside an address is what most people read. It may be any name but that of another of the staff.
fn names(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let commit = scene.commit;
    let signed = [(&commit.author, &commit.email), (&commit.committer, &commit.committer_email)];
    let wrong = |(name, email): &(&String, &String)| {
        let named = as_seen(name.trim());
        let is = |person: &Person| fold(&person.name) == named || person.id.as_str() == named;
        let own = scene.people.by_email(email).filter(|own| !is(own))?;
        Some((own.id.clone(), scene.people.iter().find(|other| is(other))?.id.clone()))
    };
    if let Some(((name, _), (own, other))) = signed.iter().find_map(|signed| Some((signed, wrong(signed)?))) {
        let message = label!(Text::AuthorName, name = name, own = own, other = other);
        found.push(scene.finding("author-name", Severity::Warning, message));
    }
}

/// Only the first commit says how the book began, and a merge takes no step.
fn odd(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let said = scene.said;
    let none = scene.commit.is_merge() || said.init.is_some() != scene.founding;
    if let Some(line) = if none { said.first_line() } else { said.odd() } {
        found.push(scene.finding("odd-message", Severity::Error, label!(Text::OddTrailer, line = line)));
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

/// Whether git adds a line to a message when it is asked to: who signs it off, which is the author or the committer, or
/// which commit it is a copy of.
fn is_of_git(scene: &Scene<'_>, line: &str) -> bool {
    let signs = |line: &str| {
        let (_, email) = line.strip_prefix("Signed-off-by: ")?.strip_suffix('>')?.rsplit_once(" <")?;
        let commit = scene.commit;
        Some([&commit.email, &commit.committer_email].into_iter().any(|known| fold(known) == fold(email)))
    };
    let copies = |line: &str| line.strip_prefix("(cherry picked from commit ")?.strip_suffix(')').map(is_whole_id);
    signs(line).or_else(|| copies(line)).unwrap_or_default()
}

/// Beside the subject and the trailers of the steps of one record stand the notes of its events. Of several records
/// people may say anything.
fn notes(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let [delta] = scene.deltas else { return };
    let notes = delta.new_events().filter_map(|(_, event)| event.note.as_deref());
    // git takes blanks off the ends of lines when it writes a message anew
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    let is_said = |line: &String| !line.is_empty() && !is_trailer(line) && !is_of_git(scene, line);
    let mut notes = notes.flat_map(|note| lines(&harmless(note))).filter(is_said);
    let mut said = lines(&scene.commit.message).into_iter().skip(1).filter(is_said);
    if let Some(line) = said.find(|line| notes.next().as_ref() != Some(line)) {
        found.push(scene.of_record("note-false", delta, None, label!(Text::NoteFalse, line = line)));
    }
}

/// The subject as git shows it: the first lines that are not empty, as one.
pub(super) fn shown(message: &str) -> String {
    let lines = message.lines().map(str::trim).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// Whether the subject of a commit without steps names a step of a record, or says that it takes something back, in any
/// language and width of letters.
fn claims(scene: &Scene<'_>, subject: &str) -> bool {
    // behind a carriage return a terminal begins the line anew
    let subject = as_seen(subject.rsplit('\r').next().unwrap_or_default());
    let is_commit = |word: &str| word.len() >= 7 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let undoes = |lang: Lang| {
        let begins = fold(&say!(lang, RecordText::LogUndo, commit = ""));
        subject.strip_prefix(&begins).and_then(|rest| rest.split_whitespace().next()).is_some_and(is_commit)
    };
    let mut kinds = scene.policy.into_iter().flat_map(|policy| policy.kinds.values());
    subject.starts_with(UNDO.trim_end())
        || [Lang::En, Lang::Zh].into_iter().any(undoes)
        || kinds.any(|kind| names_step(scene, kind, &subject))
}

/// Whether a subject begins with a record, or with a kind and a record of it, or what may be its number and a step, or
/// with a kind and how many records there are.
fn names_step(scene: &Scene<'_>, kind: &Kind, subject: &str) -> bool {
    let label = &kind.shape.label;
    let names = [kind.name(), label.get(Lang::En), label.get(Lang::Zh)].map(fold);
    let rest =
        names.iter().map(String::as_str).chain([""]).find_map(|name| subject.strip_prefix(name)?.split_once(':'));
    let is_record = |id: &Id| scene.past.has(id) || id.prefix().is_some();
    let is_step = |steps: &str| {
        let said = steps.split(['(', ',']).next().unwrap_or_default().trim();
        let called = |step: &Step| {
            [&step.name, step.label.get(Lang::En), step.label.get(Lang::Zh)].into_iter().any(|name| fold(name) == said)
        };
        kind.steps.iter().any(called)
    };
    rest.is_some_and(|(id, steps)| match id.trim() {
        "" => {
            let many = steps.strip_suffix(" records").and_then(|steps| steps.rsplit_once(' '));
            many.is_some_and(|(_, count)| count.parse::<usize>().is_ok())
        }
        number if number.bytes().any(|byte| byte.is_ascii_digit()) && is_step(steps) => true,
        id => [coded(id), id.to_owned()].iter().any(|id| id.parse().is_ok_and(|id| is_record(&id))),
    })
}

/// An id as it must have been meant: behind its prefix no id has the letters O, I and L.
fn coded(id: &str) -> String {
    let id = id.to_uppercase();
    match id.split_once('-') {
        Some((prefix, rest)) => format!("{prefix}-{}", rest.replace('O', "0").replace(['I', 'L'], "1")),
        None => id,
    }
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
