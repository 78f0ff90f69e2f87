//! The lines of `due` for the calendar of a phone: an event for each running deadline. They are events because
//! calendars of phones ignore tasks (VTODO).

use std::collections::BTreeSet;

use super::lines::{self, Item};
use crate::book::View;
use crate::calendar::Moment;
use crate::cli::context::Context;
use crate::cli::done;
use crate::cli::failure::Failure;
use crate::cli::listing::{self, Way};
use crate::kind::{Deadline, Mark, Step};
use crate::label;
use crate::locale::Lang;
use crate::locale::messages::RecordText as Text;
use crate::render::{Agenda, Entry};
use crate::say;

/// The part after the `@` of each id, as RFC 7986 advises. No two books share ids of records.
const DOMAIN: &str = "redress";
/// The sign between the parts of a summary.
const DOT: &str = " · ";

/// Writes the lines that have a time, and says how many have none.
///
/// # Errors
/// If the file cannot be written.
pub(super) fn write(
    context: &mut Context,
    view: &View<'_>,
    way: &Way,
    items: &[Item],
    limit: Option<usize>,
) -> Result<(), Failure> {
    let shown = &items[..items.len().min(limit.unwrap_or(usize::MAX))];
    let mut ids = BTreeSet::new();
    let mut entries: Vec<Entry> = Vec::new();
    for item in shown {
        entries.extend(entry(view, item, &mut ids, context.lang)?);
    }
    let untimed = shown.len() - entries.len();
    let name = label!(Text::DueOf, book = view.policy().settings.name);
    let agenda = Agenda { name: name.get(context.lang).to_owned(), written: view.now(), entries };
    listing::agenda(context, way, &agenda)?;
    if untimed > 0 {
        context.out.aside(&say!(context.lang, Text::NoTimeNoEvent, count = untimed));
    }
    Ok(())
}

/// A line as an event. `None` if it has no time: there is no time limit, or the calendar does not know the day.
fn entry(view: &View<'_>, item: &Item, ids: &mut BTreeSet<String>, lang: Lang) -> Result<Option<Entry>, Failure> {
    let (Some(standing), Some(due)) = (item.duty.standing.as_ref(), item.duty.due()) else { return Ok(None) };
    let Some(kind) = view.policy().kind(&item.record.kind) else { return Ok(None) };
    let record = &item.record.id;
    // an event is named by its record and its deadline, not by the holder; only a deadline with several lines needs
    // more
    let mut id = format!("{record}.{}@{DOMAIN}", standing.deadline.name);
    if !ids.insert(id.clone()) {
        id = format!("{record}.{}.{}@{DOMAIN}", standing.deadline.name, item.held.stored());
        ids.insert(id.clone());
    }
    let called = done::number(view, &item.record).unwrap_or(record.as_str()).to_owned();
    let mut summary = vec![standing.deadline.label.get(lang).to_owned(), called];
    summary.extend(lines::about(view, item, lang));
    let mut description = vec![
        say!(lang, Text::EventRecord, kind = kind.shape.label.get(lang), id = record),
        say!(lang, Text::EventHolder, holder = view.words().held(&item.held).get(lang)),
    ];
    let steps = next(view, item, &standing.deadline)?;
    let commands: Vec<String> = steps.iter().map(|step| format!("redress advance {record} {step}")).collect();
    description.push(match commands.is_empty() {
        true => say!(lang, Text::EventNext, command = format!("redress show {record}")),
        false => say!(lang, Text::EventNext, command = commands.join("\n")),
    });
    Ok(Some(Entry {
        id,
        due,
        summary: summary.join(DOT),
        description: description.join("\n"),
        categories: vec![kind.shape.label.get(lang).to_owned()],
        alarm: alarm(view, item, due),
    }))
}

/// The steps that the record waits for: those that end the deadline, or all of them if there are none.
fn next(view: &View<'_>, item: &Item, deadline: &Deadline) -> Result<Vec<String>, Failure> {
    let awaited = view.awaited(&item.record)?.steps;
    let ends = |step: &&&Step| {
        deadline.stops.iter().any(|mark| match mark {
            Mark::State(state) => step.targets().contains(&state.as_str()),
            Mark::Step(name) => step.name == *name,
            _ => false,
        })
    };
    let ending: Vec<&&Step> = awaited.iter().filter(ends).collect();
    let named = if ending.is_empty() { awaited.iter().collect() } else { ending };
    Ok(named.into_iter().map(|step| step.name.clone()).collect())
}

/// How many minutes before the deadline the rule book warns. `None` if it does not, or if that time has passed.
fn alarm(view: &View<'_>, item: &Item, due: Moment) -> Option<i64> {
    let standing = item.duty.standing.as_ref()?;
    let from = standing.calendar.before(due, standing.deadline.warns?).ok()?;
    (from > view.now()).then(|| (due - from).num_minutes())
}
