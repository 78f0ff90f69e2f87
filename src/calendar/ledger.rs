//! The ledger of a run: each interval from its start, counted or not, and why. `explain` prints it.

use chrono::{NaiveDate, TimeDelta};

use super::run::{PauseKind, Run, Target};
use super::zone::wall_at;
use super::{Calendar, DayKind, Due, Measure, Moment, Outcome, Roll, Within, words};
use crate::locale::Lang;

/// An interval of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its start.
    pub from: Moment,
    /// Its end, exclusive.
    pub until: Moment,
    /// Whether it counts towards the deadline.
    pub counted: bool,
    /// Why.
    pub why: Why,
}

/// Why an interval counts or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The clock runs: for elapsed time, or for a deadline at a fixed time.
    Running,
    /// A window of a working day.
    Window,
    /// A window of a make-up workday, with its name.
    MakeUpWindow(String),
    /// Between windows, or before or after them.
    OffHours,
    /// A weekday without windows.
    NoWindows,
    /// A holiday, with its name.
    Holiday(String),
    /// A date that the calendar closes.
    Closed,
    /// The day on which the run started.
    StartingDay,
    /// A civil day.
    Day,
    /// A working day.
    Workday,
    /// A make-up workday, with its name.
    MakeUp(String),
    /// Waiting.
    Waiting,
    /// Between an end and its resumption.
    Gap,
    /// After a last day that is no working day, up to the day that replaces it.
    Rolled,
    /// After the due moment.
    Overdue,
    /// The calendar does not know these dates.
    Unknown,
}

impl Why {
    /// The reason, for people.
    pub fn text(&self, lang: Lang) -> String {
        let (en, zh, name) = match self {
            Why::Running => ("time runs", "计时", ""),
            Why::Window => ("working time", "工作时间", ""),
            Why::MakeUpWindow(name) => ("working time, make-up workday", "调休上班时间", name.as_str()),
            Why::OffHours => ("outside working hours", "非工作时间", ""),
            Why::NoWindows => ("day off", "休息日", ""),
            Why::Holiday(name) => ("holiday", "节假日", name.as_str()),
            Why::Closed => ("closed by the calendar", "日历停工", ""),
            Why::StartingDay => ("starting day", "起始日不计", ""),
            Why::Day => ("day", "自然日", ""),
            Why::Workday => ("working day", "工作日", ""),
            Why::MakeUp(name) => ("make-up workday", "调休上班", name.as_str()),
            Why::Waiting => ("waiting", "等待", ""),
            Why::Gap => ("ended, resumed later", "已结束，后恢复", ""),
            Why::Rolled => ("moved to the next working day", "顺延至下一工作日", ""),
            Why::Overdue => ("overdue", "已逾期", ""),
            Why::Unknown => ("outside the dates that the calendar knows", "日历未载日期", ""),
        };
        match (lang, name) {
            (Lang::En, "") => en.to_owned(),
            (Lang::Zh, "") => zh.to_owned(),
            (Lang::En, name) => format!("{en}: {name}"),
            (Lang::Zh, name) => format!("{zh}：{name}"),
        }
    }
}

/// The most days that a ledger lists. What follows is one entry.
const MOST_DAYS: usize = 5 * 366;

/// The ledger of a run as of `now`. It has no gaps from the start of the run to its end, or to `now`, or to its due
/// moment if that is later. Neighbours of the same kind are one entry, except counted days. Empty while the run has
/// no due time.
pub fn ledger(calendar: &Calendar, target: Target<'_>, run: &Run, now: Moment) -> Vec<Entry> {
    if run.due == Due::Unset {
        return Vec::new();
    }
    let due = run.due.at();
    let end = run.end.map_or_else(|| due.map_or(now, |due| due.max(now)), |end| end.at).max(run.start);
    // counting ends with the due moment, unless the run is not overdue at all
    let over = due.filter(|_| run.outcome == Outcome::Breached).map_or(end, |due| due.clamp(run.start, end));
    let mut entries = Vec::new();
    match (target, &run.due) {
        (_, Due::Unknown(_)) => by_day(calendar, (run.start, over), &mut entries, &|date| match calendar.day(date) {
            Ok(_) => (true, Why::Running),
            Err(_) => (false, Why::Unknown),
        }),
        (Target::By(_), _) => {
            push(&mut entries, Entry { from: run.start, until: over, counted: true, why: Why::Running });
        }
        (Target::Within(within, roll), _) => match within.measure() {
            measure @ (Measure::Elapsed | Measure::Work) => by_time(calendar, measure, run, (over, now), &mut entries),
            measure @ (Measure::Days | Measure::Workdays) => {
                let limit = (&run.limit(within), measure, roll);
                entries = without_pauses(by_days(calendar, limit, run, over), run, now);
            }
        },
    }
    push(&mut entries, Entry { from: over, until: end, counted: false, why: Why::Overdue });
    entries
}

/// Adds stretches up to `over` of a run that is measured in elapsed or working time.
fn by_time(calendar: &Calendar, measure: Measure, run: &Run, (over, now): (Moment, Moment), entries: &mut Vec<Entry>) {
    let count = |from: Moment, until: Moment, entries: &mut Vec<Entry>| match measure {
        Measure::Work if from < until => windows(calendar, (from, until), entries),
        _ => push(entries, Entry { from, until, counted: true, why: Why::Running }),
    };
    let mut from = run.start;
    for pause in run.pauses.iter().filter(|pause| pause.moves) {
        let until = pause.until.unwrap_or(now).max(pause.from);
        count(from, pause.from.min(over), entries);
        push(entries, Entry { from: pause.from, until: until.min(over), counted: false, why: why(pause.kind) });
        from = until;
    }
    count(from, over, entries);
}

/// The days up to the last one as the limit lays it down; then, up to `over`, what takes the place of the time that was
/// waited, and the days after a last one that was no working day.
fn by_days(
    calendar: &Calendar,
    (within, measure, roll): (&Within, Measure, Roll),
    run: &Run,
    over: Moment,
) -> Vec<Entry> {
    let end = |moved| calendar.due(run.start, within, Roll::Stay, moved).unwrap_or(over);
    let (nominal, moved) = (end(0).min(over), end(run.moved).min(over));
    let mut entries = Vec::new();
    let days = Days::of(calendar, run, end(0));
    by_day(calendar, (run.start, nominal), &mut entries, &|date| days.judge(calendar, measure, date));
    match measure {
        Measure::Workdays if nominal < moved => windows(calendar, (nominal, moved), &mut entries),
        _ => push(&mut entries, Entry { from: nominal, until: moved, counted: true, why: Why::Running }),
    }
    let why = if roll == Roll::Stay { Why::Running } else { Why::Rolled };
    push(&mut entries, Entry { from: moved, until: over, counted: false, why });
    entries
}

/// The entries with what was waited cut out of them: it does not count.
fn without_pauses(entries: Vec<Entry>, run: &Run, now: Moment) -> Vec<Entry> {
    let mut found = Vec::new();
    let add = |from: Moment, until: Moment, entry: &Entry, found: &mut Vec<Entry>| match entry.counted {
        true if from < until => found.push(Entry { from, until, ..entry.clone() }),
        true => {}
        false => push(found, Entry { from, until, ..entry.clone() }),
    };
    for entry in entries {
        let mut from = entry.from;
        for pause in run.pauses.iter().filter(|pause| pause.moves) {
            let (begin, end) = (pause.from.max(from), pause.until.unwrap_or(now).min(entry.until));
            if begin < end {
                add(from, begin, &entry, &mut found);
                push(&mut found, Entry { from: begin, until: end, counted: false, why: why(pause.kind) });
                from = end;
            }
        }
        add(from, entry.until, &entry, &mut found);
    }
    found
}

/// What tells days apart in a run that is measured in days.
struct Days {
    first: NaiveDate,
    /// Whether the starting day is also the due day: 0 days from it.
    only: bool,
    /// The last day that the limit lays down; a last window past midnight ends on the next.
    last: NaiveDate,
}

impl Days {
    fn of(calendar: &Calendar, run: &Run, nominal: Moment) -> Days {
        let zone = calendar.zone();
        let first = zone.date(run.start);
        let last = zone.date(nominal - TimeDelta::seconds(1));
        let last = last.pred_opt().filter(|before| calendar.end_of_work(*before) == Some(nominal)).unwrap_or(last);
        Days { first, only: last == first, last }
    }

    /// Whether a day counts, and why.
    fn judge(&self, calendar: &Calendar, measure: Measure, date: NaiveDate) -> (bool, Why) {
        let counts = match measure {
            Measure::Workdays => workday(calendar, date),
            _ => (true, Why::Day),
        };
        match counts.0 {
            _ if measure == Measure::Workdays && date > self.last => (true, Why::Window),
            true if date == self.first && !self.only => (false, Why::StartingDay),
            _ => counts,
        }
    }
}

fn why(kind: PauseKind) -> Why {
    match kind {
        PauseKind::Waiting => Why::Waiting,
        PauseKind::Gap => Why::Gap,
    }
}

/// Whether a date counts as a working day, and why.
fn workday(calendar: &Calendar, date: NaiveDate) -> (bool, Why) {
    match calendar.day(date) {
        Err(_) => (false, Why::Unknown),
        Ok((windows, DayKind::MakeUp(name))) => (!windows.is_empty(), Why::MakeUp(name.to_owned())),
        Ok((_, DayKind::Holiday(name))) => (false, Why::Holiday(name.to_owned())),
        Ok(([], DayKind::Dated)) => (false, Why::Closed),
        Ok(([], DayKind::Weekday)) => (false, Why::NoWindows),
        Ok((_, DayKind::Dated | DayKind::Weekday)) => (true, Why::Workday),
    }
}

/// Adds an entry for each day, named by `judge`.
fn by_day(
    calendar: &Calendar,
    (from, until): (Moment, Moment),
    entries: &mut Vec<Entry>,
    judge: &dyn Fn(NaiveDate) -> (bool, Why),
) {
    let zone = calendar.zone();
    let mut at = from;
    for date in zone.date(from).iter_days().take(MOST_DAYS) {
        if at >= until {
            return;
        }
        let end = zone.end_of_day(date).min(until);
        if end > at {
            let (counted, why) = judge(date);
            // Days that count are listed one by one. Days off in a row are one entry.
            let entry = Entry { from: at, until: end, counted, why };
            if counted {
                entries.push(entry)
            } else {
                push(entries, entry)
            }
            at = end;
        }
    }
    push(entries, Entry { from: at, until, counted: false, why: Why::Unknown });
}

/// Adds working stretches and what lies between them.
fn windows(calendar: &Calendar, (from, until): (Moment, Moment), entries: &mut Vec<Entry>) {
    let zone = calendar.zone();
    let mut at = from;
    let most = MOST_DAYS * 2;
    for (start, end) in calendar.stretches(from.timestamp(), until.timestamp()).take(most) {
        let (start, end) = (zone.moment(start), zone.moment(end));
        off(calendar, (at, start), entries);
        let why = match started_on(calendar, start) {
            Some(DayKind::MakeUp(name)) => Why::MakeUpWindow(name.to_owned()),
            _ => Why::Window,
        };
        push(entries, Entry { from: start, until: end, counted: true, why });
        at = end;
    }
    off(calendar, (at, until), entries);
}

/// The kind of the day whose window contains a working instant.
fn started_on(calendar: &Calendar, moment: Moment) -> Option<DayKind<'_>> {
    let wall = calendar.zone().wall(moment);
    [wall.date().pred_opt(), Some(wall.date())].into_iter().flatten().find_map(|date| {
        let (windows, kind) = calendar.day(date).ok()?;
        let inside = |from, until| (wall_at(date, from)..wall_at(date, until)).contains(&wall);
        windows.iter().any(|window| inside(window.from(), window.until())).then_some(kind)
    })
}

/// Adds time off. It is split if a whole day is off for a reason of its own.
fn off(calendar: &Calendar, (from, until): (Moment, Moment), entries: &mut Vec<Entry>) {
    by_day(calendar, (from, until), entries, &|date| match workday(calendar, date) {
        (true, _) => (false, Why::OffHours),
        (false, why) => (false, why),
    });
}

/// Adds an entry, joined to the one before if they are the same. Empty entries are left out.
fn push(entries: &mut Vec<Entry>, entry: Entry) {
    if entry.from >= entry.until {
        return;
    }
    match entries.last_mut() {
        Some(last) if last.until == entry.from && last.counted == entry.counted && last.why == entry.why => {
            last.until = entry.until;
        }
        _ => entries.push(entry),
    }
}

impl Entry {
    /// The length of the interval, for people.
    pub fn length(&self, lang: Lang) -> String {
        words::elapsed(super::run::seconds(self.from, self.until), lang)
    }
}
