//! `redress report NAME MONTH --close`: keeps a month's report in the book. About a closed month it says which
//! commits have changed which figures since.

use chrono::{Datelike, Months};
use serde_json::json;

use crate::book::View;
use crate::book::repo::{CommitInfo, Expect, HistoryRange, Oid};
use crate::calendar::Period;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::session::{self, Session};
use crate::cli::table;
use crate::gather::BookSource;
use crate::label;
use crate::lifecycle::{Lookup, Request};
use crate::locale::Label;
use crate::locale::messages::{ClosingText as Text, RecordText};
use crate::model::{Body, Cell, Column, ColumnType, Level, Report, Table};
use crate::policy::{ClosingRules, Policy, Reporting};
use crate::record::{FileRef, Id, Record, Value};
use crate::render;
use crate::report::{Adjustment, Belonging, RecordSet, Source, adjustments};
use crate::wording::Sight;

/// How many characters of a commit's id people see.
const SHORT: usize = 8;
/// The most reports that are made to find the commits that changed a closed month.
const MOST_REPORTS: usize = 200;

/// A report that can be made of the book as it is and as it was.
pub(super) struct Remade<'r> {
    /// The report's name.
    pub(super) name: &'r str,
    /// Its name for people.
    pub(super) called: Label,
    /// The period.
    pub(super) period: &'r Period,
    /// Makes it.
    pub(super) make: &'r dyn Fn(&View<'_>) -> Result<Report, Failure>,
}

impl Remade<'_> {
    fn file(&self) -> String {
        format!("{}-{}.json", self.name, self.period.label)
    }

    /// The bytes that are kept: JSON, which is in no language.
    fn bytes(made: &Report) -> Vec<u8> {
        let mut bytes = format!("{:#}", render::value(made)).into_bytes();
        bytes.push(b'\n');
        bytes
    }

    /// One clone's closed month is the other's: a merge keeps one record of this key. A month that was closed by
    /// mistake is closed again under the next key.
    fn key(&self, view: &View<'_>) -> Result<String, Failure> {
        let mut number = 1;
        let key = |number| format!("{}:{}:{number}", self.name, self.period.label);
        while view.by_key(&key(number))?.is_some() {
            number += 1;
        }
        Ok(key(number))
    }

    /// The record that keeps this report. `None` if the month is not closed.
    fn closed(&self, view: &View<'_>, rules: &ClosingRules) -> Result<Option<Record>, Failure> {
        let kind = session::kind(view.policy(), &rules.kind)?;
        let source = BookSource::new(view, table::facts(view));
        let kept = source.records(&RecordSet::of(kind, Belonging::All))?;
        let says = |record: &Record, field, word: &str| record.get(field).and_then(Value::as_text) == Some(word);
        let this =
            |record: &&Record| says(record, rules.report, self.name) && says(record, rules.period, &self.period.label);
        Ok(kept.iter().find(this).cloned())
    }
}

/// Keeps the report of a month that is over, made of a commit that everybody has. The lists of the policy's checklist
/// say what should be finished first.
///
/// # Errors
/// If the month cannot be closed, or work is left and no reason is given.
pub(super) fn close(
    remade: &Remade<'_>,
    message: Option<&str>,
    (session, context): (&Session, &mut Context),
) -> Result<Exit, Failure> {
    session.check_writing(context)?;
    if context.flags.private {
        return Err(Failure::usage("private", Text::ShownToAll).hint(Text::ShownToAllHint));
    }
    let view = session.view(context)?;
    let rules = rules(view.policy())?;
    ready(remade, rules, &view)?;
    let checklist = rules.checklist.as_ref().map(|name| super::whole(&name.value, remade.period, &view)).transpose()?;
    let left = checklist.as_ref().map_or(0, left_to_do);
    if let Some(checklist) = checklist.filter(|_| left > 0) {
        show_left(&checklist, context)?;
    }
    let reason = message.map(str::trim).filter(|reason| !reason.is_empty());
    if left > 0 && reason.is_none() {
        let message = label!(Text::Unfinished, period = remade.period.label, count = left);
        return Err(Failure::refused("unfinished", message).hint(Text::UnfinishedHint));
    }
    let actor = session.actor(context, &view)?;
    let ((id, file), written) = session.write(context, None, |writing| {
        // somebody else may have closed the month, or committed, before this command got the lock
        ready(remade, rules, writing.view)?;
        let made = (remade.make)(writing.view)?;
        if made.level() == Some(Level::Error) {
            let failure = Failure::refused("incomplete", Text::NotComplete);
            let period = &remade.period.label;
            return Err(failure.hint(label!(Text::NotCompleteHint, report = remade.name, period = period)));
        }
        let bytes = Remade::bytes(&made);
        let file = FileRef { name: remade.file(), digest: FileRef::digest(&bytes) };
        let kind = session::kind(writing.view.policy(), &rules.kind)?;
        let mut request = Request::new(kind.first_step().name.as_str(), actor.clone());
        request.key = Some(remade.key(writing.view)?);
        request.note = reason.map(str::to_owned);
        request.set = vec![
            (rules.report, Some(Value::Text(remade.name.to_owned()))),
            (rules.period, Some(Value::Text(remade.period.label.clone()))),
            (rules.commit, Some(Value::Text(writing.view.commit().to_string()))),
            (rules.digest, Some(Value::Text(file.digest.clone()))),
            (rules.file, Some(Value::File(file.clone()))),
        ];
        let made = writing.operation.create(kind.name(), None, &request);
        let id = made.map_err(|refusal| session::refused(&refusal, writing.view.policy()))?;
        writing.file(file.path(&id), bytes, Expect::Absent);
        Ok((id, file))
    })?;
    let dry_run = context.flags.dry_run;
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    context.out.data(json!({
        "id": (!dry_run).then_some(id.as_str()), "report": remade.name, "period": remade.period.label,
        "digest": file.digest, "commit": commit, "unfinished": left,
    }));
    if context.flags.quiet {
        context.out.line(id.as_str());
        return Ok(Exit::Done);
    }
    match dry_run {
        true => context.out.aside(RecordText::WouldBe.get(context.lang)),
        false => context.out.note(done(remade, &id, &file).get(context.lang)),
    }
    Ok(Exit::Done)
}

fn done(remade: &Remade<'_>, id: &Id, file: &FileRef) -> Label {
    label!(Text::Done, period = remade.period.label, id = id, digest = file.digest; report = &remade.called)
}

fn rules(policy: &Policy) -> Result<&ClosingRules, Failure> {
    policy.reports.closing.as_ref().ok_or_else(|| session::unsaid(Reporting::FILE, "closing"))
}

/// Checks that the month can be closed now.
fn ready(remade: &Remade<'_>, rules: &ClosingRules, view: &View<'_>) -> Result<(), Failure> {
    let period = remade.period;
    let next = period.from.checked_add_months(Months::new(1));
    if period.from.day() != 1 || next != Some(period.until) {
        let message = label!(Text::NotAMonth, period = period.label);
        return Err(Failure::usage("no-month", message).hint(Text::NotAMonthHint));
    }
    if period.until > view.today() {
        let message = label!(Text::NotOver, period = period.label, day = period.last());
        return Err(Failure::refused("not-over", message));
    }
    if let Some(record) = remade.closed(view, rules)? {
        let (by, when, id) = (closer(&record, view), closed_at(&record), &record.id);
        let message =
            label!(Text::AlreadyClosed, period = period.label, id = id, by = by, when = when; report = &remade.called);
        let hint = label!(Text::AlreadyClosedHint, report = remade.name, period = period.label, id = id);
        return Err(Failure::refused("closed", message).hint(hint));
    }
    let repo = view.repo();
    let published = match repo.upstream()? {
        Some(upstream) => repo.is_at_or_before(view.commit(), upstream)?,
        None => !repo.has_remote()?,
    };
    match published {
        true => Ok(()),
        false => Err(Failure::refused("not-published", Text::NotPublished).hint(Text::NotPublishedHint)),
    }
}

/// How many records the lists of a report contain.
fn left_to_do(checklist: &Report) -> usize {
    lists(checklist).map(|(_, _, table)| table.body().count()).sum()
}

/// The lists of a report: tables with a row for each record, whose first column is its id.
fn lists(report: &Report) -> impl Iterator<Item = (&str, &crate::locale::Label, &Table)> {
    report.sections.iter().filter_map(|section| match &section.body {
        Body::Table(table) if table.columns.first().is_some_and(|column| column.kind == ColumnType::Id) => {
            Some((section.name.as_str(), &section.title, table))
        }
        _ => None,
    })
}

fn show_left(checklist: &Report, context: &mut Context) -> Result<(), Failure> {
    if context.flags.json || context.flags.quiet {
        return Ok(());
    }
    for (name, title, table) in lists(checklist).filter(|(_, _, table)| table.body().next().is_some()) {
        table::print(context, name, title.clone(), table.clone())?;
    }
    Ok(())
}

fn closer(record: &Record, view: &View<'_>) -> String {
    let by = record.history.first().map(|event| view.words().person(event.by.as_str()).to_string());
    by.unwrap_or_default()
}

fn closed_at(record: &Record) -> String {
    record.opened().map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// Adds to the report of a closed month who closed it, and which commits have changed which figures since.
///
/// # Errors
/// If the book or its history cannot be read.
pub(super) fn tell(
    made: &mut Report,
    remade: &Remade<'_>,
    (session, view): (&Session, &View<'_>),
) -> Result<(), Failure> {
    let Some(rules) = &view.policy().reports.closing else { return Ok(()) };
    let Some(record) = remade.closed(view, rules)? else { return Ok(()) };
    let text = |field| record.get(field).and_then(Value::as_text).unwrap_or_default().to_owned();
    let (commit, digest) = (text(rules.commit), text(rules.digest));
    let (by, when, short) = (closer(&record, view), closed_at(&record), short(&commit));
    made.note(Level::Note, label!(Text::Closed, by = by, when = when, commit = short, id = record.id));
    let here = commit.parse::<Oid>().ok().filter(|id| view.repo().commit_info(*id).is_ok());
    let Some(closed) = here else {
        made.note(Level::Warning, label!(Text::NoCommit, commit = short));
        return Ok(());
    };
    let at = |commit: Oid, now| -> Result<Report, Failure> { (remade.make)(&session.book.view(Some(commit), now)?) };
    let closed_on = record.opened().unwrap_or(view.now());
    if FileRef::digest(&Remade::bytes(&at(closed, closed_on)?)) != digest {
        made.note(Level::Warning, label!(Text::Otherwise, file = remade.file()));
    }
    let line = line(view, closed)?;
    let first = at(closed, view.now())?;
    let last = line.len() - 1;
    // the kept report is masked, so it is compared with a masked one
    let masked = match view.words().sight {
        Sight::Masked => None,
        Sight::Clear => Some(at(view.commit(), view.now())?),
    };
    let today = (last, masked.as_ref().unwrap_or(made));
    let found = adjustments((0, &first), today, MOST_REPORTS, &mut |place| at(line[place], view.now()))?;
    if found.is_empty() {
        made.note(Level::Note, Text::ClosedAsIs);
        return Ok(());
    }
    let table = told(&found, &line, view)?;
    made.table("adjustments", Text::Adjustments, table);
    Ok(())
}

/// A closed month whose kept report is not what this program makes of the commit before it.
pub(in crate::cli::commands) struct Doubted {
    /// The record that keeps the report.
    pub(in crate::cli::commands) record: Record,
    /// The report's name and its period.
    pub(in crate::cli::commands) report: String,
    /// The commit that closed the month.
    pub(in crate::cli::commands) closing: CommitInfo,
}

/// Makes the report of each closed month once more, of the commit that its closing followed.
///
/// # Errors
/// If the closed months or their history cannot be read.
pub(in crate::cli::commands) fn doubted(session: &Session, view: &View<'_>) -> Result<Vec<Doubted>, Failure> {
    let Some(rules) = &view.policy().reports.closing else { return Ok(Vec::new()) };
    let kind = session::kind(view.policy(), &rules.kind)?;
    let source = BookSource::new(view, table::facts(view));
    let mut found = Vec::new();
    for record in source.records(&RecordSet::of(kind, Belonging::All))?.iter() {
        if view.policy().is_void(record) {
            continue;
        }
        let range = HistoryRange { path: view.path(&record.id), ..HistoryRange::default() };
        let Some(closing) = view.repo().history(view.commit(), &range)?.last().transpose()? else { continue };
        let text = |field| record.get(field).and_then(Value::as_text).unwrap_or_default();
        let kept = match record.get(rules.file) {
            Some(Value::File(file)) => file.digest.as_str(),
            _ => "",
        };
        let (name, label) = (text(rules.report), text(rules.period));
        let before = closing.parents.first().filter(|parent| parent.to_string() == text(rules.commit));
        let made = before.and_then(|before| {
            let view = session.book.view(Some(*before), record.opened()?).ok()?;
            let period = Period::parse(label, view.today()).ok()?;
            Some(FileRef::digest(&Remade::bytes(&super::whole(name, &period, &view).ok()?)))
        });
        if made.as_deref() != Some(kept) || kept != text(rules.digest) {
            found.push(Doubted { record: record.clone(), report: format!("{name} {label}"), closing });
        }
    }
    Ok(found)
}

/// The commits from the closing one to that of the view, along first parents. Only the two if the closing one is not
/// among them.
fn line(view: &View<'_>, closed: Oid) -> Result<Vec<Oid>, Failure> {
    let range = HistoryRange { from: Some(closed), first_parent: true, ..HistoryRange::default() };
    let mut line = Vec::new();
    let mut joined = view.commit() == closed;
    for commit in view.repo().history(view.commit(), &range)? {
        let commit = commit?;
        line.push(commit.id);
        joined = commit.parents.first() == Some(&closed);
    }
    if !joined {
        line = vec![view.commit()];
    }
    line.push(closed);
    line.reverse();
    line.dedup();
    Ok(line)
}

fn told(found: &[Adjustment], line: &[Oid], view: &View<'_>) -> Result<Table, Failure> {
    let mut table = Table::new([
        Column::id("commit", Text::ColumnCommit),
        Column::moment("at", Text::ColumnWhen),
        Column::text("by", Text::ColumnBy),
        Column::label("section", Text::ColumnSection),
        Column::label("figure", Text::ColumnOf),
        Column::new("was", Text::ColumnWas, ColumnType::Any),
        Column::new("is", Text::ColumnIs, ColumnType::Any),
    ]);
    let zone = view.policy().calendars.default().zone();
    for one in found {
        let info = view.repo().commit_info(line[one.at])?;
        let at = chrono::DateTime::from_timestamp(info.author_seconds, 0).unwrap_or_default();
        let from = (one.at - one.after > 1).then(|| format!("{}..", short(&line[one.after].to_string())));
        let commit = format!("{}{}", from.unwrap_or_default(), short(&info.id.to_string()));
        for difference in &one.differences {
            table.row([
                Cell::id(&commit),
                Cell::Moment(zone.local(at.fixed_offset())),
                Cell::text(info.author.as_str()),
                Cell::Label(difference.section.clone()),
                Cell::Label(difference.of.clone()),
                difference.was.clone(),
                difference.is.clone(),
            ]);
        }
    }
    Ok(table)
}

fn short(commit: &str) -> String {
    commit.chars().take(SHORT).collect()
}
