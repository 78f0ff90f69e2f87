//! What a writing command says: what changed, what was opened, what comes next and until when; and the same as JSON.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::choices::people;
use super::context::Context;
use super::output::Warning;
use super::session::Session;
use super::{alike, cautions, filed_again};
use crate::book::repo::{Committed, LeftAlone, WhyLeft};
use crate::book::{View, Written};
use crate::calendar::{Due, Outcome, words};
use crate::filter::Unanswered;
use crate::kind::{EDIT, Kind, Step};
use crate::lifecycle::{Actor, Change};
use crate::locale::messages::{BulkText, MergeText, RecordText as Text, RefusalText};
use crate::locale::{Label, Lang};
use crate::record::{Event, FieldId, Id, Record, Type, Value};
use crate::wording;
use crate::{label, say};

/// Says what was written. `asked` are the records that the command was about. The others were opened or advanced by
/// it.
pub fn say_written(context: &mut Context, session: &Session, view: &View<'_>, asked: &[Id], written: &Written) {
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let data: Vec<Json> = asked.iter().map(|id| json(view, id, written, commit.as_deref())).collect();
    context.out.data(match <[Json; 1]>::try_from(data) {
        Ok([one]) => one,
        Err(several) => Json::Array(several),
    });
    for change in &written.changes {
        cautions::warn_of_promises(context, view, change);
        cautions::warn_of_leaver(context, view, change);
        cautions::warn_of_void(context, view, change);
        cautions::warn_of_remarks(context, view, change);
        cautions::warn_of_future(context, view, change.after());
    }
    if context.flags.quiet {
        asked.iter().for_each(|id| context.out.line(id.as_str()));
    } else {
        for change in &written.changes {
            let line = line(view, change, asked.contains(change.id()), context);
            context.out.line(&line);
        }
        if let [id] = asked
            && let Some(change) = written.changes.iter().find(|change| change.id() == id)
        {
            say_understood(context, view, change);
            say_next(context, session, view, change.after());
            say_alike(context, view, change);
        }
        if context.flags.dry_run {
            context.out.aside(Text::WouldBe.get(context.lang));
        }
    }
    if let Some(id) = asked.last().filter(|_| written.committed.is_some()) {
        session.at_sign.borrow_mut().shown(id);
    }
}

/// What else there is to say about a commit: what could not be tidied up, what the post-commit hook said, and which
/// files somebody else changed, now or while an earlier operation was interrupted.
pub fn cautions(written: &Written) -> Vec<Warning> {
    let mut cautions: Vec<Warning> = written.left_before.iter().map(left_warning).collect();
    cautions.extend(written.committed.iter().flat_map(cautions_of));
    cautions
}

/// The same about one commit.
pub fn cautions_of(committed: &Committed) -> Vec<Warning> {
    let mut cautions: Vec<Warning> = committed.left.iter().map(left_warning).collect();
    if let Some(error) = &committed.unfinished {
        let why = error.label();
        let message = Label::each(|lang| say!(lang, Text::Unfinished, why = why.get(lang)));
        cautions.push(Warning { code: "unfinished", message });
    }
    if let Some(said) = &committed.post_commit {
        cautions.push(Warning { code: "post-commit", message: label!(Text::PostCommit, said = said.trim_end()) });
    }
    cautions
}

fn left_warning(left: &LeftAlone) -> Warning {
    Warning { code: "left-alone", message: left_alone(left) }
}

/// Says that a file is not as in the last commit, and why.
pub fn left_alone(left: &LeftAlone) -> Label {
    let why = match left.why {
        WhyLeft::Meanwhile => Text::LeftMeanwhile,
        WhyLeft::Since => Text::LeftSince,
        WhyLeft::Staged => Text::LeftStaged,
        WhyLeft::LaterCommit => Text::LeftLater,
    };
    let one = |lang: Lang| say!(lang, Text::LeftAlone, path = left.path, why = why.get(lang));
    Label::new(one(Lang::En), one(Lang::Zh))
}

fn json(view: &View<'_>, id: &Id, written: &Written, commit: Option<&str>) -> Json {
    let change = written.changes.iter().find(|change| change.id() == id);
    let state = match change {
        Some(change) => Some(change.after().state.clone()),
        None => view.read(id).ok().flatten().map(|record| record.state),
    };
    let made = |other: &&Change| {
        let first = other.after().history.first().and_then(|event| event.via.as_deref());
        other.before().is_none() && first.is_some_and(|via| via.split('#').next() == Some(id.as_str()))
    };
    let opened: Vec<&str> = written.changes.iter().filter(made).map(|change| change.id().as_str()).collect();
    let mut data = json!({
        "id": id.as_str(), "state": state, "commit": commit, "opened": opened, "existing": change.is_none(),
    });
    if let Some(number) = change.and_then(|change| number(view, change.after())) {
        data["number"] = json!(number);
    }
    data
}

/// The running number of a record.
pub fn number<'r>(view: &View<'_>, record: &'r Record) -> Option<&'r str> {
    view.words().number(record)
}

/// What happened to a record, or would happen to it, in one line. `asked` says whether the command was about it.
pub fn line(view: &View<'_>, change: &Change, asked: bool, context: &Context) -> String {
    told(view, change, asked, context.flags.dry_run, context.lang)
}

/// What happened to a record in a commit that is there, in one line.
pub fn happened(view: &View<'_>, change: &Change, lang: Lang) -> String {
    told(view, change, true, false, lang)
}

fn told(view: &View<'_>, change: &Change, asked: bool, dry_run: bool, lang: Lang) -> String {
    let record = change.after();
    let Some(kind) = view.policy().kind(&record.kind) else { return record.id.to_string() };
    let (from, to) = change.states();
    let label = kind.shape.label.get(lang);
    let words = view.words();
    let id = words.called(record);
    let (events, known) = (change.events(), change.before().map_or(0, |before| before.overruled.len()));
    let overruled: Vec<&Event> = record.overruled.iter().skip(known).map(|one| &one.event).collect();
    let said = match from {
        // a record that is not written has no id
        None if !asked && dry_run => say!(lang, Text::WouldOpen, kind = label),
        None if dry_run => say!(lang, Text::WouldMake, kind = label, state = state(kind, to, lang)),
        None if !asked => say!(lang, Text::Opened, id = id, kind = label),
        None => say!(lang, Text::Made, id = id, kind = label, state = state(kind, to, lang)),
        Some(from) if from != to => {
            let (from, to) = (state(kind, from, lang), state(kind, to, lang));
            match dry_run {
                true => say!(lang, Text::WouldGo, id = id, kind = label, from = from, to = to),
                false => say!(lang, Text::Went, id = id, kind = label, from = from, to = to),
            }
        }
        Some(_) if change.events().last().is_some_and(|event| event.step == EDIT && !event.set.is_empty()) => {
            let (fields, state) = (set_fields(kind, change, lang), state(kind, to, lang));
            match dry_run {
                true => say!(lang, Text::WouldChange, id = id, kind = label, fields = fields, state = state),
                false => say!(lang, Text::Changed, id = id, kind = label, fields = fields, state = state),
            }
        }
        // all that came is without effect
        Some(_) if events.is_empty() && !overruled.is_empty() => {
            let each = overruled.iter().map(|event| (step(kind, &event.step, None, lang), &event.by));
            let steps: Vec<String> = each.clone().map(|(step, _)| step).collect();
            let mut people: Vec<String> = each.map(|(_, by)| words.person(by.as_str())).collect();
            people.dedup();
            let (step, by) = (enumerated(&steps, lang), enumerated(&people, lang));
            say!(lang, Text::Overrules, id = id, kind = label, step = step, by = by, state = state(kind, to, lang))
        }
        Some(_) if events.is_empty() => {
            say!(lang, Text::ChangedWithoutStep, id = id, kind = label, state = state(kind, to, lang))
        }
        Some(_) => {
            let step = change.events().last().map(|event| step(kind, &event.step, Some(to), lang)).unwrap_or_default();
            let step = match set_fields(kind, change, lang) {
                fields if fields.is_empty() => step,
                fields => say!(lang, MergeText::StepOn, step = step, fields = fields),
            };
            let state = state(kind, to, lang);
            match dry_run {
                true => say!(lang, Text::WouldStay, id = id, kind = label, step = step, state = state),
                false => say!(lang, Text::Stayed, id = id, kind = label, step = step, state = state),
            }
        }
    };
    let said = overruled.iter().fold(said, |said, event| match events.is_empty() && from == Some(to) {
        true => said,
        false => {
            let (step, by) = (step(kind, &event.step, None, lang), words.person(event.by.as_str()));
            say!(lang, Text::OverruledToo, said = said, step = step, by = by)
        }
    });
    with_about(said, words.about(record).get(lang))
}

/// The fields that a change has set, as people call them. The kind may have lost some of them since.
fn set_fields(kind: &Kind, change: &Change, lang: Lang) -> String {
    let set: BTreeSet<&String> = change.events().iter().flat_map(|event| &event.set).collect();
    let known = kind.shape.fields().iter().filter(|field| set.contains(&field.name));
    let known = known.map(|field| field.label.get(lang).to_owned());
    let unknown = set.iter().filter(|name| kind.shape.field_id(name).is_none()).map(|name| (*name).clone());
    enumerated(&known.chain(unknown).collect::<Vec<_>>(), lang)
}

/// A sentence about a record, followed by what the record is about.
fn with_about(said: String, about: &str) -> String {
    if about.is_empty() { said } else { format!("{said} · {about}") }
}

/// A record as commands name it: number and id, its kind and state, who and what it is about.
pub fn named(view: &View<'_>, record: &Record, lang: Lang) -> String {
    let Some(kind) = view.policy().kind(&record.kind) else { return record.id.to_string() };
    let (words, label) = (view.words(), kind.shape.label.get(lang));
    let said =
        say!(lang, Text::Made, id = words.called(record), kind = label, state = state(kind, &record.state, lang));
    with_about(said, words.about(record).get(lang))
}

/// The changes, one line each. If there are many, only the first few.
pub fn say_changes(context: &mut Context, view: &View<'_>, written: &Written, asked: &dyn Fn(&Id) -> bool) {
    for change in written.changes.iter().take(MOST_SHOWN) {
        let line = line(view, change, asked(change.id()), context);
        context.out.line(&line);
    }
    let count = written.changes.len() + written.left_out;
    if count > MOST_SHOWN {
        context.out.line(&say!(context.lang, BulkText::AndMore, count = count - MOST_SHOWN));
    }
}

/// How many changes are listed one by one.
const MOST_SHOWN: usize = 20;

/// Says which records resemble one that was made or entered another state: repeats, other clients of the same lot.
fn say_alike(context: &mut Context, view: &View<'_>, change: &Change) {
    let record = change.after();
    let Some(kind) = view.policy().kind(&record.kind).filter(|_| change.states().0 != Some(change.states().1)) else {
        return;
    };
    // Similar records are an extra: if the index cannot be read, the command has still done its work.
    for found in alike::alike(view, kind, record).unwrap_or_default() {
        let ids: Vec<String> = found.records.iter().map(|record| record.id.to_string()).collect();
        let (what, ids) = (found.text.get(context.lang), enumerated(&ids, context.lang));
        context.out.line(&say!(context.lang, Text::AlikeLine, what = what, ids = ids));
    }
}

/// The label of a state.
pub fn state(kind: &Kind, name: &str, lang: Lang) -> String {
    wording::state(kind, name).get(lang).to_owned()
}

/// The label of a step that leads from a state, with the name that is typed.
pub fn step(kind: &Kind, name: &str, from: Option<&str>, lang: Lang) -> String {
    let label = wording::step(kind, name, from);
    match label.get(lang) {
        label if label != name => format!("{label} ({name})"),
        _ => name.to_owned(),
    }
}

/// Words in a list.
pub fn enumerated(words: &[String], lang: Lang) -> String {
    words.join(match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    })
}

/// Says which dates and times a change has set, with their weekdays, which levels, people and records, and which files
/// it took out. So the user sees what was understood, and what followed from a rule.
fn say_understood(context: &mut Context, view: &View<'_>, change: &Change) {
    let (lang, zone) = (context.lang, super::session::calendar(view).zone());
    let Some(kind) = view.policy().kind(&change.after().kind) else { return };
    let set: Vec<&String> = change.events().iter().flat_map(|event| &event.set).collect();
    let fields = kind.shape.handles().filter(|(_, field)| set.contains(&&field.name));
    let mut lines: Vec<String> = Vec::new();
    let was = change.before();
    for (id, field) in fields {
        let taken = taken_out(was, change.after(), id);
        if !taken.is_empty() {
            let files = enumerated(&taken, lang);
            lines.push(say!(lang, Text::TakenOut, name = field.label.get(lang), files = files));
            continue;
        }
        let when = match change.after().get(id) {
            None if was.is_some_and(|was| was.get(id).is_some() && was.state == change.after().state) => {
                lines.push(say!(lang, Text::Cleared, name = field.label.get(lang)));
                continue;
            }
            Some(Value::Date(date)) => words::date(*date, lang),
            Some(Value::Time(at)) => words::end(*at, zone, lang),
            // a level that follows from a rule
            Some(Value::Text(role)) if matches!(kind.field(id).ty, Type::Role) => {
                view.words().role(role).get(lang).to_owned()
            }
            // a new record is named with those that it is about
            Some(value @ (Value::Ref(_) | Value::Text(_)))
                if was.is_some_and(|was| was.get(id) != Some(value))
                    && matches!(field.ty, Type::Ref(_) | Type::Person | Type::Department)
                    && !field.private =>
            {
                view.words().value_in(kind, id, &change.after().fields, value).get(lang).to_owned()
            }
            _ => continue,
        };
        lines.push(say!(lang, Text::Understood, name = field.label.get(lang), when = when));
    }
    let happened = change.events().iter().filter(|event| event.noted.is_some());
    lines.extend(happened.map(|event| {
        let when = words::moment(event.at, zone, lang);
        say!(lang, Text::Understood, name = step(kind, &event.step, None, lang), when = when)
    }));
    lines.iter().for_each(|line| context.out.line(&format!("  {line}")));
}

/// The names of the files that a change took out of a field.
fn taken_out(before: Option<&Record>, after: &Record, field: FieldId) -> Vec<String> {
    let files = |record: &Record| -> Vec<String> {
        let values = record.get(field).map(|value| value.elements().to_vec()).unwrap_or_default();
        let name = |value| if let Value::File(file) = value { Some(file.name) } else { None };
        values.into_iter().filter_map(name).collect()
    };
    let left = files(after);
    before.map(files).unwrap_or_default().into_iter().filter(|name| !left.contains(name)).collect()
}

/// What a record waits for now, in lines: the steps that the procedure wants next, and the records that must end
/// first.
///
/// # Errors
/// If what the rules ask of other records cannot be looked up.
pub fn next(
    view: &View<'_>,
    kind: &Kind,
    record: &Record,
    actor: Option<&Actor>,
    lang: Lang,
) -> Result<Vec<String>, Unanswered> {
    let awaited = view.awaited(record)?;
    // people who cannot be told from the rules are not named; the steps are
    let choices = actor.and_then(|actor| view.options(&record.id, actor).ok()).unwrap_or_default();
    let called = |next: &Step| {
        let step = step(kind, &next.name, Some(&record.state), lang);
        let others = choices.iter().find(|choice| choice.step.name == next.name && !choice.entitled);
        match others.filter(|choice| !choice.could.is_empty()) {
            Some(others) => say!(lang, Text::NextBy, step = step, who = people(view, &others.could, lang)),
            None => step,
        }
    };
    let later = awaited.later.iter().map(|(next, until)| {
        let when = words::end(*until, view.policy().settings.time_zone, lang);
        say!(lang, Text::NextAfter, step = called(next), when = when)
    });
    let steps = awaited.steps.iter().map(|next| called(next)).chain(later);
    let steps = enumerated(&steps.collect::<Vec<_>>(), lang);
    if let Some(command) = filed_again::command(view, record) {
        return Ok(vec![say!(lang, Text::NextAgain, command = command.said().get(lang))]);
    }
    let first = match (steps.is_empty(), awaited.records.is_empty(), awaited.others) {
        (true, true, 0) => Text::NextNobody.get(lang).to_owned(),
        (true, true, _) => say!(lang, Text::NextNone, id = record.id),
        (true, false, _) => Text::NextRecords.get(lang).to_owned(),
        (false, _, 0) => steps,
        (false, _, count) => say!(lang, Text::NextAndMore, steps = steps, count = count, id = record.id),
    };
    let waits = awaited.records.iter().filter_map(|(id, kind, now)| {
        let kind = view.policy().kind(kind)?;
        let known = view.read(id).ok().flatten();
        let record = known.map(|record| named(view, &record, lang)).unwrap_or_else(|| {
            let (called, state) = (kind.shape.label.get(lang), state(kind, now, lang));
            say!(lang, Text::Made, id = id, kind = called, state = state)
        });
        Some(say!(lang, Text::WaitsFor, record = record))
    });
    Ok(std::iter::once(first).chain(waits.map(|line| format!("  {line}"))).collect())
}

fn say_next(context: &mut Context, session: &Session, view: &View<'_>, record: &Record) {
    let lang = context.lang;
    let Some(kind) = view.policy().kind(&record.kind) else { return };
    let actor = session.actor(context, view).ok();
    match next(view, kind, record, actor.as_ref(), lang) {
        Ok(lines) => {
            for (at, line) in lines.iter().enumerate() {
                context.out.line(&match at {
                    0 if context.flags.dry_run => say!(lang, Text::WouldNext, steps = line),
                    0 => say!(lang, Text::Next, steps = line),
                    _ => line.clone(),
                });
            }
        }
        // The command has done its work, even if this text cannot be made.
        Err(error) => context.out.warn("unanswered", label!(RefusalText::Unanswered; why = error.0)),
    }
    let standings = match view.standings(record) {
        Ok(standings) => standings,
        // The command has done its work, even if this text cannot be made.
        Err(error) => return context.out.warn("unanswered", label!(RefusalText::Unanswered; why = error.0)),
    };
    for standing in standings.iter() {
        let Some(run) = standing.running() else { continue };
        let (name, zone) = (standing.deadline.label.get(lang), standing.calendar.zone());
        let due = run.due.at();
        if let Some(due) = due {
            cautions::warn_of_year(context, &standing.calendar, zone.date(due));
        }
        if let Due::Unknown(outside) = &run.due {
            cautions::warn_of_unlaid(context, outside);
        }
        let line = match (due, run.outcome) {
            (Some(due), Outcome::Breached) if standing.deadline.outside => {
                say!(lang, Text::DuePassed, name = name, when = words::end(due, zone, lang))
            }
            (Some(due), Outcome::Breached) => {
                say!(lang, Text::DueOverdue, name = name, when = words::end(due, zone, lang))
            }
            (Some(due), _) => say!(lang, Text::DueLine, name = name, when = words::end(due, zone, lang)),
            (None, Outcome::Unknown) => say!(lang, Text::DueUnknown, name = name),
            (None, _) => continue,
        };
        context.out.line(&format!("  {line}"));
    }
}
