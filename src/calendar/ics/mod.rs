//! Holidays and make-up workdays from an iCalendar file, as the State Council's notices and other countries' public
//! holidays are passed around. All-day events count, and make-up workdays that were written as appointments.
//!
//! `lines` joins the file's lines and keeps those that count; `event` reads one event by its `stamp`s, its `title`, its
//! `kinds` and its rule (`recur`); `series` finds the days on which each stands; what the days become is decided here.

mod event;
mod kinds;
mod lines;
mod personal;
mod recur;
mod series;
mod stamp;
#[cfg(test)]
mod tests;
mod title;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};
use icalendar::parser::read_calendar_simple;

use super::Zone;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::CalendarText;
use crate::locale::text::fold;
use crate::place::{Place, Placed, Problem, Problems};
use event::{Event, event, may_weigh};
use kinds::Kind;
pub use lines::lines_of_events;
use lines::{Lines, Unfolded, clean, unfold};
use series::{Occurrence, occurrences};
use stamp::Covers;
use title::Says;

/// An appointment this long, in seconds, takes the whole of a working day.
const WHOLE_DAY: i64 = 6 * 3600;
/// How many names a remark lists.
const MOST_NAMES: usize = 12;

/// Which events of a file count as days off.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// Events are taken whose title, category or description holds one of these texts. Without any, the usual ones are.
    pub(super) only: Vec<Placed<String>>,
    /// Events that hold one of these texts are left out.
    pub(super) except: Vec<Placed<String>>,
}

/// What a date is by a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Becomes {
    MakeUp,
    Off,
    /// A day with a name that is worked.
    Observed,
}

/// A date that a file lays down.
#[derive(Debug, Clone)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) becomes: Becomes,
    pub(super) name: String,
    /// Whether it comes from a rule without an end.
    pub(super) endless: bool,
    pub(super) place: Place,
}

/// Why an event is no day off although it lasts all day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Unclear,
    Shorter,
    Personal,
    Partial,
    Observance,
}

/// A file of a calendar: its name, what is taken of it, and its events.
#[derive(Debug)]
pub(super) struct File<'c> {
    name: String,
    choice: &'c Choice,
    events: Vec<Event>,
}

/// Reads the events of a file. Each one that cannot be read and that could say something of whole days is a problem.
/// Others, such as meetings, are left out with a remark.
pub(super) fn open<'c>(
    name: &str,
    bytes: &[u8],
    zone: Zone,
    choice: &'c Choice,
    problems: &Problems,
    remarks: &Problems,
) -> File<'c> {
    let events = events(name, bytes, zone, problems, remarks).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    File { name: name.to_owned(), choice, events }
}

/// The dates that the files of a calendar lay down, up to `last`, for each file. An event of one file may change or
/// cancel one of another file. Its own field (`X-APPLE-SPECIAL-DAY`) decides what a day is, then a mark or word of the
/// title, then what categories and description say. In a file that marks its days off, or says which holidays are
/// public, an event without is observed without a day off; in any other one it is a day off. What was left out and
/// should be known is remarked on.
pub(super) fn days(
    mut files: Vec<File<'_>>,
    last: NaiveDate,
    problems: &Problems,
    remarks: &Problems,
) -> Vec<Vec<Day>> {
    let before = problems.len();
    let mut all = Vec::new();
    for (number, file) in files.iter_mut().enumerate() {
        all.extend(std::mem::take(&mut file.events).into_iter().map(|event| Event { file: number, ..event }));
    }
    let occurrences = occurrences(&all, last, problems);
    if problems.len() > before {
        return Vec::new();
    }
    let of_file = |(number, file): (usize, &File<'_>)| {
        let own: Vec<&Occurrence<'_>> =
            occurrences.iter().filter(|occurrence| occurrence.event.file == number).collect();
        let (days, judge) = laid_down(file.choice, &own);
        if days.is_empty() && judge.left_out.is_empty() && !touches(&all, number) {
            let mut events = all.iter().filter(|event| event.file == number).peekable();
            let cancelled = events.peek().is_some() && events.all(|event| event.cancelled);
            let message = if cancelled { CalendarText::AllCancelled } else { CalendarText::NoEvent };
            problems.push(Problem::new(Place::of_file(file.name.as_str()), message));
        }
        judge.remark(&file.name, remarks);
        days
    };
    files.iter().enumerate().map(of_file).collect()
}

/// What the occurrences of a file make of days.
fn laid_down<'c>(choice: &'c Choice, occurrences: &[&Occurrence<'_>]) -> (Vec<Day>, Judge<'c>) {
    let mut judge = Judge::new(choice, occurrences);
    let mut days = Vec::new();
    for occurrence in occurrences {
        let Some(becomes) = judge.judge(occurrence) else { continue };
        let (from, until) = occurrence.covers.days();
        let event = occurrence.event;
        days.extend(from.iter_days().take_while(|date| *date < until).map(|date| Day {
            date,
            becomes,
            name: clean(&event.name),
            endless: occurrence.endless,
            place: event.place.clone(),
        }));
    }
    (days, judge)
}

/// Whether a file has an event of the same id as another file: it changes or cancels what stands there, or the other
/// way round.
fn touches(all: &[Event], file: usize) -> bool {
    let ids = |own: bool| all.iter().filter(move |event| (event.file == file) == own && !event.uid.is_empty());
    let others: std::collections::HashSet<&str> = ids(false).map(|event| event.uid.as_str()).collect();
    ids(true).any(|event| others.contains(event.uid.as_str()))
}

fn events(
    file: &str,
    bytes: &[u8],
    zone: Zone,
    problems: &Problems,
    remarks: &Problems,
) -> Result<Vec<Event>, Problem> {
    let unfolded = unfold(file, bytes)?;
    let (mut found, mut left_out) = (Vec::new(), 0_usize);
    for lines in unfolded.events(remarks)? {
        let (problem, weighs) = match parsed(&lines, zone, &unfolded) {
            Ok(event) => {
                found.push(event);
                continue;
            }
            Err(wrong) => wrong,
        };
        if weighs {
            problems.push(problem);
            continue;
        }
        left_out += 1;
        if left_out <= MOST_NAMES {
            remarks.push(Problem::new(problem.place, label!(CalendarText::LeftOutEvent; why = problem.message)));
        }
    }
    if left_out > MOST_NAMES {
        remarks.say(&Place::of_file(file), label!(CalendarText::LeftOutMore, count = left_out - MOST_NAMES));
    }
    Ok(found)
}

/// Reads an event. Otherwise what is wrong with it, and whether it could say something of whole days.
fn parsed(lines: &Lines<'_>, zone: Zone, unfolded: &Unfolded) -> Result<Event, (Problem, bool)> {
    let text = |lines: &mut dyn Iterator<Item = &str>| {
        let lines: String = lines.flat_map(|line| [line, "\r\n"]).collect();
        format!("BEGIN:VEVENT\r\n{lines}END:VEVENT\r\n")
    };
    let whole = text(&mut lines.lines.iter().map(|(_, line)| *line));
    if let Ok([component, ..]) = read_calendar_simple(&whole).as_deref() {
        let event = event(component, lines.cancels, zone, unfolded.place(lines.at, "VEVENT"));
        return event.map_err(|problem| (problem, may_weigh(component, zone)));
    }
    let reads =
        |line: &str| read_calendar_simple(&text(&mut std::iter::once(line))).is_ok_and(|found| !found.is_empty());
    let (good, bad): (Vec<_>, Vec<_>) = lines.lines.iter().partition(|(_, line)| reads(line));
    let rest = text(&mut good.iter().map(|(_, line)| *line));
    let weighs = read_calendar_simple(&rest).is_ok_and(|found| found.iter().any(|event| may_weigh(event, zone)));
    // a line that cannot be read may be the one that says when the event is
    let weighs = weighs || bad.iter().any(|(_, line)| line.to_ascii_uppercase().starts_with("DTSTART"));
    let at = bad.first().map_or(lines.at, |(number, _)| *number);
    Err((Problem::new(unfolded.place(at, ""), CalendarText::NoLine).help(CalendarText::ExportAgain), weighs))
}

/// Decides what the days of events become.
struct Judge<'c> {
    choice: &'c Choice,
    /// Texts of `only` and `except` that no event held so far.
    idle: Vec<&'c Placed<String>>,
    /// Whether the file marks its days off.
    marked: bool,
    /// Whether the file says which holidays are public.
    told: bool,
    left_out: Vec<(Reason, String, Place)>,
}

impl<'c> Judge<'c> {
    fn new(choice: &'c Choice, occurrences: &[&Occurrence<'_>]) -> Self {
        let marked = occurrences.iter().any(|occurrence| occurrence.event.marked);
        let told = occurrences.iter().any(|occurrence| occurrence.event.kind == Some(Kind::Public));
        let idle = choice.only.iter().chain(&choice.except).collect();
        Judge { choice, idle, marked, told, left_out: Vec::new() }
    }

    /// What the days of an event become; `None` for one that says nothing of them.
    fn judge(&mut self, occurrence: &Occurrence<'_>) -> Option<Becomes> {
        let event = occurrence.event;
        let whole = match occurrence.covers {
            Covers::Days(..) => true,
            Covers::Time(_, _, seconds) => seconds >= WHOLE_DAY && matches!(event.says, Says::Off),
        };
        let except = self.holds(&self.choice.except, event);
        let only = self.holds(&self.choice.only, event);
        let is_work = event.says == Says::Work;
        if !whole && !is_work {
            if event.says == Says::Unclear {
                self.leave_out(Reason::Unclear, event);
            }
            return None;
        }
        if except {
            return Some(Becomes::Observed);
        }
        match event.says {
            Says::Work => return Some(Becomes::MakeUp),
            Says::Usual => return Some(Becomes::Observed),
            _ if !self.choice.only.is_empty() => return Some(if only { Becomes::Off } else { Becomes::Observed }),
            Says::Off => return Some(Becomes::Off),
            Says::Shorter => {
                self.leave_out(Reason::Shorter, event);
                return Some(Becomes::Observed);
            }
            Says::Unclear => {
                self.leave_out(Reason::Unclear, event);
                return None;
            }
            Says::Personal => {
                self.leave_out(Reason::Personal, event);
                return None;
            }
            Says::Swapped if on_weekend(occurrence.covers) => {
                self.leave_out(Reason::Unclear, event);
                return None;
            }
            Says::Holiday | Says::Swapped | Says::Nothing => {}
        }
        Some(match event.kind {
            Some(Kind::Public) => Becomes::Off,
            Some(Kind::Half) => {
                self.leave_out(Reason::Shorter, event);
                Becomes::Observed
            }
            Some(Kind::Partial) => {
                self.leave_out(Reason::Partial, event);
                Becomes::Observed
            }
            Some(Kind::Observance) => {
                // a file that tells kinds or marks is believed; a title alone is told
                if !self.told && !self.marked {
                    self.leave_out(Reason::Observance, event);
                }
                Becomes::Observed
            }
            None if event.says != Says::Nothing => Becomes::Off,
            None if self.marked || self.told => Becomes::Observed,
            None => Becomes::Off,
        })
    }

    /// Whether an event holds one of the texts.
    fn holds(&mut self, texts: &'c [Placed<String>], event: &Event) -> bool {
        let held = |text: &Placed<String>| event.told.iter().any(|told| fold(told).contains(&fold(&text.value)));
        let found: Vec<&Placed<String>> = texts.iter().filter(|text| held(text)).collect();
        self.idle.retain(|idle| !found.iter().any(|text| std::ptr::eq(*text, *idle)));
        !found.is_empty()
    }

    fn leave_out(&mut self, reason: Reason, event: &Event) {
        self.left_out.push((reason, clean(&event.title), event.place.clone()));
    }

    fn remark(self, file: &str, remarks: &Problems) {
        let mut by_reason: BTreeMap<Reason, Vec<(String, Place)>> = BTreeMap::new();
        for (reason, title, place) in self.left_out {
            let titles = by_reason.entry(reason).or_default();
            if !titles.iter().any(|(other, _)| *other == title) {
                titles.push((title, place));
            }
        }
        for (reason, titles) in by_reason {
            let names = Label::words(titles.iter().map(|(title, _)| title.as_str()).take(MOST_NAMES));
            let more = titles.len().saturating_sub(MOST_NAMES);
            let names = if more == 0 { names } else { label!(CalendarText::AndMore, more = more; names = names) };
            match reason {
                Reason::Unclear | Reason::Shorter => {
                    for (title, place) in titles {
                        let message = match reason {
                            Reason::Shorter => label!(CalendarText::ShorterDay, text = title),
                            _ => label!(CalendarText::UnclearDay, text = title, work = "（班）", off = "（休）"),
                        };
                        remarks.say(&place, message);
                    }
                }
                Reason::Personal => {
                    remarks.say(&Place::of_file(file), label!(CalendarText::PersonalDays; names = names))
                }
                Reason::Partial => remarks.say(&Place::of_file(file), label!(CalendarText::PartialDays; names = names)),
                Reason::Observance => {
                    remarks.say(&Place::of_file(file), label!(CalendarText::ObservedDays; names = names))
                }
            }
        }
        for text in self.idle {
            remarks.say(&text.place, label!(CalendarText::IdleChoice, text = text.value, file = file));
        }
    }
}

/// Whether all of its days lie on Saturdays and Sundays.
fn on_weekend(covers: Covers) -> bool {
    let (from, until) = covers.days();
    from.iter_days().take_while(|day| *day < until).all(|day| matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}
