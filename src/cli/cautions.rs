//! Warnings that a command adds to its answer, so that nobody relies on more than is known.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::session;
use crate::book::repo::{Driver, Repo, RepoError};
use crate::book::{Book, View};
use crate::calendar::{Calendar, Outside, words};
use crate::filter::Unanswered;
use crate::gather;
use crate::kind::{Deadline, DeadlineTarget, IMPORT, Kind, Remark};
use crate::label;
use crate::lifecycle::{self, Change, passed};
use crate::locale::Label;
use crate::locale::messages::{CliText, RecordText, StoredText, SyncText};
use crate::place::Problem;
use crate::policy::CALENDAR;
use crate::record::{Field, FieldId, Id, Record, Value};
use crate::wording;

/// Warns where a date lies in a year whose holidays are not announced yet. It warns once for each year.
pub(super) fn warn_of_year(context: &mut Context, calendar: &Calendar, date: NaiveDate) {
    if calendar.lacks_holidays_of(date) {
        let year = date.year();
        let text = label!(CliText::YearWithoutHolidays, calendar = calendar.name(), year = year, file = CALENDAR);
        context.out.warn("year-without-holidays", text);
    }
}

/// Warns, once for each year, where something is unknown since the year's holidays are not laid down yet.
pub(super) fn warn_of_unlaid(context: &mut Context, outside: &Outside) {
    if outside.unlaid.is_some() {
        context.out.warn("year-without-holidays", outside.label());
    }
}

/// Warns if an answer depends on the person who asks and that person is not known.
pub(super) fn note_nobody(context: &mut Context, view: &View<'_>, text: RecordText) {
    if view.reader().is_none() {
        context.out.warn("nobody", text);
    }
}

/// Warns somebody who may make them that recurring duties of the current month were not made yet. It is silent about
/// days that the calendar does not know.
pub(super) fn note_unplanned(context: &mut Context, view: &View<'_>) {
    if let Ok(Some((period, names))) = gather::unplanned_duties(view, view.reader()) {
        let said = label!(RecordText::TasksUnplanned; period = period, duties = names);
        context.out.warn("unplanned", said);
    }
}

/// Warns of promises that a step gave and that look wrong: a promise that had passed when the step was taken, so that
/// it is missed from the start, a promise on a day on which nobody works, and one in a year whose holidays are not laid
/// down yet, like any other time that the step reckons into such a year. All are allowed.
pub(super) fn warn_of_promises(context: &mut Context, view: &View<'_>, change: &Change) {
    let Some(kind) = view.policy().kind(&change.after().kind) else { return };
    for event in change.events().iter().filter(|event| event.step != IMPORT) {
        for field in kind.promises() {
            let declared = kind.field(field);
            let Some(value) = change.after().get(field).filter(|_| event.set.contains(&declared.name)) else {
                continue;
            };
            let calendar = calendar_of(view, kind, field);
            let when = Label::each(|lang| match value {
                Value::Time(time) => words::end(*time, calendar.zone(), lang),
                Value::Date(date) => words::date(*date, lang),
                other => other.stored().unwrap_or_default(),
            });
            let id = change.id();
            if passed(value, event.at) {
                context.out.warn("passed", label!(CliText::Passed, id = id; field = &declared.label, when = when));
                continue;
            }
            match day(value, calendar).map(|day| calendar.is_workday(day)) {
                Some(Ok(false)) => {
                    context.out.warn("day-off", label!(CliText::DayOff, id = id; field = &declared.label, when = when));
                }
                Some(Err(Outside { unlaid: Some(_), .. })) => {
                    warn_of_unlaid_day(context, (id, declared), value, calendar)
                }
                Some(_) | None => {}
            }
        }
        // what a step itself reckons is written into other fields too
        let steps = kind.steps.iter().filter(|step| step.name == event.step);
        let reckoned: BTreeSet<FieldId> = steps.flat_map(|step| step.sets.iter().map(|(field, _)| *field)).collect();
        let promises: BTreeSet<FieldId> = kind.promises().collect();
        for field in reckoned.difference(&promises) {
            let declared = kind.field(*field);
            let Some(value) = change.after().get(*field).filter(|_| event.set.contains(&declared.name)) else {
                continue;
            };
            warn_of_unlaid_day(context, (change.id(), declared), value, calendar_of(view, kind, *field));
        }
    }
}

/// Warns if a step gave a record to somebody who has left: nobody is told of it by that person's list.
pub(super) fn warn_of_leaver(context: &mut Context, view: &View<'_>, change: &Change) {
    let Some((kind, field)) = view.policy().kind(&change.after().kind).and_then(|kind| Some((kind, kind.assignee?)))
    else {
        return;
    };
    let given = change.events().iter().any(|event| event.step != IMPORT && event.set.contains(&kind.field(field).name));
    let person = change.after().get(field).and_then(Value::as_text).and_then(|person| person.parse::<Id>().ok());
    let left = person.and_then(|person| view.people().get(&person)).filter(|person| given && !person.active);
    if let Some(person) = left {
        let text = label!(CliText::HasLeft, id = change.id(), person = person.id; field = &kind.field(field).label);
        context.out.warn("has-left", text);
    }
}

/// Warns of a void record to which a change has just referred: the person may not know that it is void.
pub(super) fn warn_of_void(context: &mut Context, view: &View<'_>, change: &Change) {
    let before = change.before().map(|before| view.policy().references(before)).unwrap_or_default();
    for (to, path) in view.policy().references(change.after()) {
        if !before.contains(&(to.clone(), path.clone())) {
            warn_of_void_at(context, view, change.after(), &to, &path);
        }
    }
}

/// Warns of void records to which a record refers.
pub(super) fn warn_of_void_in(context: &mut Context, view: &View<'_>, record: &Record) {
    for (to, path) in view.policy().references(record) {
        warn_of_void_at(context, view, record, &to, &path);
    }
}

fn warn_of_void_at(context: &mut Context, view: &View<'_>, record: &Record, to: &Id, path: &str) {
    let Some(kind) = view.policy().kind(&record.kind).filter(|kind| !kind.shape.is_void(&record.state)) else { return };
    let field = path.split('.').next().and_then(|name| kind.shape.field_id(name));
    if let Some(field) = field
        && kind.shape.merged_by != Some(field)
        && let Ok(Some(other)) = view.read(to)
        && view.policy().is_void(&other)
    {
        let text = label!(CliText::RefersToVoid, id = record.id, other = to; field = &kind.field(field).label);
        context.out.warn("refers-to-void", text);
    }
}

/// Warns of a date that lies in a year whose holidays are not laid down yet, so that it may turn out to be a day off.
fn warn_of_unlaid_day(context: &mut Context, (id, field): (&Id, &Field), value: &Value, calendar: &Calendar) {
    let Some(day) = day(value, calendar) else { return };
    if !calendar.is_workday(day).is_err_and(|outside| outside.unlaid.is_some()) {
        return;
    }
    let when = Label::each(|lang| match value {
        Value::Time(time) => words::end(*time, calendar.zone(), lang),
        _ => words::date(day, lang),
    });
    let text =
        label!(CliText::UnlaidDay, id = id, year = day.year(), file = CALENDAR; field = &field.label, when = when);
    context.out.warn("year-without-holidays", text);
}

/// The calendar of the deadline that ends at the time in a field.
fn calendar_of<'v>(view: &'v View<'_>, kind: &Kind, field: FieldId) -> &'v Calendar {
    let by = |deadline: &Deadline| matches!(deadline.target, DeadlineTarget::By(of) if of == field);
    let named = kind.deadlines.iter().find(|deadline| by(deadline)).and_then(|deadline| deadline.calendar.as_ref());
    named.and_then(|name| view.policy().calendars.get(&name.value)).unwrap_or_else(|| session::calendar(view))
}

/// The day of a promise. Midnight means the end of the day before.
fn day(value: &Value, calendar: &Calendar) -> Option<NaiveDate> {
    match value {
        Value::Date(date) => Some(*date),
        Value::Time(time) => Some(calendar.zone().date(*time - TimeDelta::seconds(1))),
        _ => None,
    }
}

/// The remarks on a record as it stands: things that are worth a look although they are allowed.
///
/// # Errors
/// If what the remarks ask of other records cannot be looked up.
pub(super) fn remarks<'k>(view: &View<'_>, kind: &'k Kind, record: &Record) -> Result<Vec<&'k Remark>, Unanswered> {
    let mut found = Vec::new();
    for remark in &kind.remarks {
        if remark.when.filter.matches(record, &view.reading())? {
            found.push(remark);
        }
    }
    Ok(found)
}

/// Warns of an event that is later than now: the clock was wrong when it was recorded.
pub(super) fn warn_of_future(context: &mut Context, view: &View<'_>, record: &Record) {
    let Some(event) = lifecycle::ahead_of(record, view.now()) else { return };
    let zone = session::calendar(view).zone();
    let step = |lang| match view.policy().kind(&record.kind) {
        Some(kind) => wording::step(kind, &event.step, None).get(lang).to_owned(),
        None => event.step.clone(),
    };
    let when = Label::each(|lang| words::moment(event.at, zone, lang));
    let step = Label::each(step);
    let is_last = record.history.last().is_some_and(|last| std::ptr::eq(last, event));
    let message = match is_last && view.undoing(Some(&record.id)).is_ok() {
        true => label!(RecordText::FutureEventOwn, id = record.id; step = step, when = when),
        false => label!(RecordText::FutureEvent, id = record.id; step = step, when = when),
    };
    context.out.warn("future", message);
}

/// Warns of records that are judged by today's rules although they were opened under other ones. Those rules are gone
/// or do not load any more. Deadlines never move silently.
pub(super) fn warn_of_misjudged(context: &mut Context) {
    let misjudged = context.book.get().map(Book::misjudged).unwrap_or_default();
    for (rules, of) in misjudged {
        let Some(first) = of.records.first() else { continue };
        let others = of.records.len() - 1;
        let ids = match others {
            0 => Label::verbatim(first.as_str()),
            _ => label!(RecordText::AndOthers, id = first, others = others),
        };
        let message = match of.why {
            Some(why) => label!(RecordText::RulesBroken, rules = rules; ids = ids, why = why),
            None => label!(RecordText::RulesLost, rules = rules; ids = ids),
        };
        context.out.warn("rules", message);
    }
}

/// Warns of what neither the kind of a record nor this program knows. Returns whether there is any.
pub(super) fn warn_of_unknown(context: &mut Context, record: &Record) -> bool {
    let mut names: Vec<&str> = record.unknown().into_iter().map(|unknown| unknown.key.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if !names.is_empty() {
        let names = names.join(", ");
        context.out.warn("unknown-entry", label!(StoredText::UnknownKept, id = record.id, names = names));
    }
    !names.is_empty()
}

/// Warns of a remark on a record.
pub(super) fn warn_of(context: &mut Context, id: &Id, remark: &Remark) {
    context.out.warn("remark", label!(RecordText::Remarked, id = id; says = &remark.says));
}

/// Warns of the remarks on a record that was written, if a step changed what the remark is about or the remark names
/// the step.
pub(super) fn warn_of_remarks(context: &mut Context, view: &View<'_>, change: &Change) {
    let Some(kind) = view.policy().kind(&change.after().kind) else { return };
    // The command has done its work, even if this text cannot be made.
    for remark in remarks(view, kind, change.after()).unwrap_or_default() {
        let name = &kind.field(remark.field).name;
        if change.events().iter().any(|event| event.set.contains(name) || remark.at.contains(&event.step)) {
            warn_of(context, change.id(), remark);
        }
    }
}

/// Says on standard error which records could not be read. The command then ends with exit code 1.
///
/// # Errors
/// If the index cannot be read.
pub(super) fn note_unreadable(context: &mut Context, view: &View<'_>) -> Result<Exit, Failure> {
    note_waiting(context, view);
    let unreadable = view.index()?.unreadable()?;
    for (path, problems) in unreadable {
        let problem = problems.first().map_or_else(|| Label::verbatim(path.as_str()), Problem::line);
        context.out.warn("unreadable", problem);
    }
    Ok(if unreadable.is_empty() { Exit::Done } else { Exit::Refused })
}

/// Says on standard error what git has begun and not ended, such as a merge, and how to end it. Until then the files
/// mix two states. Returns whether there is something.
pub(super) fn note_unfinished(context: &mut Context, repo: &Repo) -> bool {
    let refusals = repo.standing().refusals;
    let begun: Vec<&RepoError> =
        refusals.iter().filter(|error| matches!(error, RepoError::InProgress { .. })).collect();
    for error in &begun {
        let (message, hint) = (error.label(), error.hint().unwrap_or_default());
        context.out.warn(error.code(), label!(RecordText::BegunInGit; what = message, out = hint));
    }
    !begun.is_empty()
}

/// Says on standard error that HEAD is on no branch, and how to go back to one: until then nothing can be written.
pub(super) fn note_detached(context: &mut Context, repo: &Repo) {
    let refusals = repo.standing().refusals;
    for error in refusals.iter().filter(|error| matches!(error, RepoError::Detached { .. })) {
        let (message, hint) = (error.label(), error.hint().unwrap_or_default());
        context.out.warn(error.code(), label!(RecordText::BegunInGit; what = message, out = hint));
    }
}

/// Notes what the command has recorded, for a failure that comes after it.
pub(super) fn note_recorded(context: &mut Context) {
    let Some(repo) = context.book.get().map(Book::repo) else { return };
    let made = repo.made();
    let Some(last) = made.last().and_then(|last| repo.commit_info(*last).ok()) else { return };
    let commit: String = last.id.to_string().chars().take(12).collect();
    let subject = last.message.lines().next().unwrap_or_default();
    context.out.recorded(match made.len() {
        1 => label!(CliText::Recorded, commit = commit, subject = subject),
        count => label!(CliText::RecordedLast, count = count, commit = commit, subject = subject),
    });
}

/// Says on standard error that git does not know the merge driver of the book, if others share it.
pub(super) fn note_merge_driver(context: &mut Context, repo: &Repo) {
    match repo.merge_driver() {
        Driver::Missing => context.out.warn("merge-driver", SyncText::NoDriver),
        Driver::Old => context.out.warn("merge-driver", SyncText::OldDriver),
        Driver::Sound | Driver::Lost => {}
    }
}

/// Says on standard error that HEAD is on no branch, so that an older state may be shown, and that hand edits wait to be
/// committed: reading commands do not show them. For edits it looks only in small books, where finding out is cheap.
pub(super) fn note_waiting(context: &mut Context, view: &View<'_>) {
    if context.flags.at.is_some() {
        return;
    }
    note_detached(context, view.repo());
    let limit = view.policy().settings.look_for_edits_up_to;
    // A repository without files, or one that cannot be looked at, does not concern a reading command.
    let Ok(Some(edits)) = view.hand_edits(Some(limit)) else { return };
    if !edits.is_empty() && !note_unfinished(context, view.repo()) {
        context.out.warn("hand-edits", label!(RecordText::EditsWaiting, count = edits.len()));
    }
}
