//! Checks the arithmetic against a brute-force oracle. The oracle steps minute by minute over random calendars,
//! zones, windows past midnight, holidays, make-up days and pauses, around the clock changes of several zones. It
//! shares only the types with the code that it judges.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeZone, Timelike, Weekday};
use chrono_tz::Tz;
use proptest::prelude::{Just, Strategy, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::TestCaseError;

use super::{
    Calendar, Dates, Due, Entry, MarkKind, Measure, Moment, Outcome, Reopen, Roll, Run, Span, Target, TimedMark, Unit,
    Why, Window, Within, Zone, ledger, runs,
};

/// Zones, each with a moment shortly before something unusual happens to its clock.
const PLACES: [(&str, &str); 9] = [
    ("Asia/Shanghai", "2026-09-28T00:00"),
    ("Europe/Berlin", "2026-03-27T00:00"),
    ("Europe/Berlin", "2026-10-23T00:00"),
    ("America/New_York", "2026-10-30T00:00"),
    ("Australia/Lord_Howe", "2026-04-03T00:00"),
    ("Australia/Lord_Howe", "2026-10-02T00:00"),
    ("Pacific/Apia", "2011-12-28T00:00"),
    ("America/St_Johns", "2010-11-05T00:00"),
    ("Asia/Kathmandu", "2025-12-29T00:00"),
];

/// A calendar as the oracle sees it: minutes of the clock, nothing else.
#[derive(Debug, Clone)]
struct Plain {
    zone: Tz,
    weekly: Vec<Vec<(u32, u32)>>,
    dated: BTreeMap<NaiveDate, Vec<(u32, u32)>>,
    make_up: Vec<NaiveDate>,
    holidays: Vec<NaiveDate>,
}

impl Plain {
    fn of_date(&self, date: NaiveDate) -> &[(u32, u32)] {
        if let Some(windows) = self.dated.get(&date) {
            windows
        } else if self.make_up.contains(&date) {
            &self.weekly[0]
        } else if self.holidays.contains(&date) {
            &[]
        } else {
            &self.weekly[date.weekday().num_days_from_monday() as usize]
        }
    }

    fn wall(&self, minute: i64) -> NaiveDateTime {
        self.zone.timestamp_opt(minute * 60, 0).unwrap().naive_local()
    }

    /// Whether the minute that begins at an instant (minutes since 1970) is working time.
    fn works(&self, minute: i64) -> bool {
        let wall = self.wall(minute);
        let clock = wall.hour() * 60 + wall.minute();
        let hit =
            |windows: &[(u32, u32)], clock: u32| windows.iter().any(|(from, until)| (*from..*until).contains(&clock));
        hit(self.of_date(wall.date()), clock) || hit(self.of_date(wall.date().pred_opt().unwrap()), clock + 1440)
    }

    fn calendar(&self) -> Calendar {
        let window = |(from, until): &(u32, u32)| {
            let until = if *until > 1440 { until - 1440 } else { *until };
            let text = format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60);
            Window::parse(&text).unwrap()
        };
        let day = |windows: &Vec<(u32, u32)>| windows.iter().map(window).collect::<Vec<_>>();
        let zone: Zone = self.zone.name().parse().unwrap();
        let dates = Dates {
            windows: self.dated.iter().map(|(date, windows)| (*date, day(windows))).collect(),
            make_up: self.make_up.iter().map(|date| (*date, "班".to_owned())).collect(),
            holidays: self.holidays.iter().map(|date| (*date, "休".to_owned())).collect(),
            ..Dates::default()
        };
        let weekly = std::array::from_fn(|at| day(&self.weekly[at]));
        Calendar::new("random", zone, weekly, Weekday::Mon, dates, (None, None))
    }
}

/// Windows of a day: none, one, two with a lunch break, one past midnight, or the whole day. None begins before
/// 06:00, and those past midnight end by then, so that no two days overlap.
fn day() -> impl Strategy<Value = Vec<(u32, u32)>> {
    let two = (360..700u32, 1..120u32, 1..60u32, 1..120u32);
    prop_oneof![
        2 => Just(Vec::new()),
        3 => (360..1000u32, 1..440u32).prop_map(|(from, length)| vec![(from, from + length)]),
        4 => two.prop_map(|(from, a, gap, b)| vec![(from, from + a), (from + a + gap, from + a + gap + b)]),
        2 => (1000..1440u32, 0..361u32).prop_map(|(from, end)| vec![(from, 1440 + end)]),
        1 => Just(vec![(360, 1440)]),
    ]
}

/// Windows that may also begin at night, where clocks change, on a calendar without windows past midnight.
fn night() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop_oneof![
        1 => Just(Vec::new()),
        3 => (0..200u32, 1..300u32).prop_map(|(from, length)| vec![(from, from + length)]),
        1 => Just(vec![(0, 1440)]),
        1 => (0..120u32, 1..60u32, 600..1400u32).prop_map(|(from, length, late)| vec![(from, from + length), (late, 1440)]),
    ]
}

fn plain() -> impl Strategy<Value = (Plain, i64)> {
    let days = prop_oneof![
        (prop::collection::vec(day(), 7), prop::collection::vec((0..14u64, day()), 0..3)),
        (prop::collection::vec(night(), 7), prop::collection::vec((0..14u64, night()), 0..3)),
    ];
    let dates = || prop::collection::vec(0..14u64, 0..4);
    (prop::sample::select(PLACES.to_vec()), days, dates(), dates()).prop_map(
        |((zone, start), days, make_up, holidays)| {
            let zone: Tz = zone.parse().unwrap();
            let start = NaiveDateTime::parse_from_str(start, "%Y-%m-%dT%H:%M").unwrap();
            let at = |days: u64| start.date() + chrono::Days::new(days);
            let plain = Plain {
                zone,
                weekly: days.0,
                dated: days.1.into_iter().map(|(n, windows)| (at(n), windows)).collect(),
                make_up: make_up.into_iter().map(at).collect(),
                holidays: holidays.into_iter().map(at).collect(),
            };
            let minute = zone.from_local_datetime(&start).unwrap().timestamp() / 60;
            (plain, minute)
        },
    )
}

fn moment(minute: i64) -> Moment {
    chrono::DateTime::from_timestamp(minute * 60, 0).unwrap().fixed_offset()
}

fn minutes(moment: Moment) -> i64 {
    assert_eq!(moment.timestamp() % 60, 0);
    moment.timestamp() / 60
}

/// The longest stretch that the oracle steps through, in minutes.
const LONGEST: i64 = 12 * 1440;

proptest! {
    #[test]
    fn working_time_is_what_stepping_finds((plain, base) in plain(), from in 0..4 * 1440i64, length in 0..8 * 1440i64) {
        let calendar = plain.calendar();
        let (from, until) = (base + from, base + from + length);
        let stepped = (from..until).filter(|minute| plain.works(*minute)).count() as i64;
        prop_assert_eq!(calendar.between(moment(from), moment(until)).unwrap(), stepped * 60);
        for minute in (from..until).step_by(37) {
            prop_assert_eq!(calendar.is_working(moment(minute)).unwrap(), plain.works(minute));
        }
    }

    #[test]
    fn adding_work_finds_the_earliest_instant((plain, base) in plain(), from in 0..4 * 1440i64, work in 0..2000i64) {
        let calendar = plain.calendar();
        let start = base + from;
        let mut left = work;
        let mut at = start;
        while left > 0 && at < start + LONGEST {
            left -= i64::from(plain.works(at));
            at += 1;
        }
        if left == 0 {
            let span = Span::new(u32::try_from(work).unwrap(), Unit::WorkMinutes);
            let end = calendar.add(moment(start), span, Roll::Stay).unwrap();
            prop_assert_eq!(minutes(end), at);
            // the inverse, both ways
            prop_assert_eq!(calendar.between(moment(start), end).unwrap(), work * 60);
            let back = calendar.before(end, span).unwrap();
            prop_assert_eq!(calendar.between(back, end).unwrap(), work * 60);
            prop_assert!(work == 0 || plain.works(minutes(back)), "the latest instant is working time");
        }
    }

    #[test]
    fn working_days_are_what_stepping_finds((plain, base) in plain(), from in 0..4 * 1440i64, count in 0..6u32) {
        let calendar = plain.calendar();
        let start = base + from;
        let first = plain.wall(start).date();
        // every date of any minute, in order, with the end of its last window as the minutes show it
        let mut ends: BTreeMap<NaiveDate, i64> = BTreeMap::new();
        for minute in start - 2880..start + LONGEST {
            let wall = plain.wall(minute);
            if !plain.of_date(wall.date()).is_empty() {
                ends.entry(wall.date()).or_insert(i64::MIN);
            }
            for (back, extra) in [(0, 0), (1, 1440)] {
                let date = wall.date() - chrono::Days::new(back);
                let clock = wall.hour() * 60 + wall.minute() + extra;
                if plain.of_date(date).iter().any(|(from, until)| (*from..*until).contains(&clock)) {
                    ends.insert(date, minute + 1);
                }
            }
        }
        // a date that the zone skips is not a day, even if its window reaches into the next one
        ends.retain(|date, _| calendar.zone().has_date(*date));
        let last = match count {
            0 if ends.get(&first).is_some_and(|end| start < *end) => Some(first),
            count => ends.range(first..).map(|(date, _)| *date).filter(|date| *date > first).nth(count.max(1) as usize - 1),
        };
        if let Some(end) = last.map(|last| ends[&last]).filter(|end| *end != i64::MIN && *end < start + LONGEST - 1440) {
            let found = calendar.add(moment(start), Span::new(count, Unit::Workdays), Roll::Stay).unwrap();
            prop_assert_eq!(minutes(found), end, "{} from {}", count, moment(start));
            let last = last.unwrap();
            let between = calendar.workdays_between(first, last).unwrap();
            prop_assert_eq!(between as usize, ends.keys().filter(|date| **date > first && **date <= last).count());
            if count > 0 {
                prop_assert_eq!(calendar.workday_after(first, count).unwrap(), last);
                let back = calendar.workday_before(last, count).unwrap();
                prop_assert_eq!(calendar.workdays_between(back, last).unwrap(), count);
            }
        }
    }

    #[test]
    fn civil_days_end_at_24_00((plain, base) in plain(), from in 0..4 * 1440i64, count in 0..6u32) {
        let calendar = plain.calendar();
        let start = base + from;
        let last = plain.wall(start).date() + chrono::Days::new(u64::from(count));
        let end = calendar.add(moment(start), Span::new(count, Unit::Days), Roll::Stay).unwrap();
        // no minute after the end is on the last day or before, and the minute before the end is
        let end = minutes(end);
        prop_assert!(plain.wall(end - 1).date() <= last);
        prop_assert!((end..end + 1440).all(|minute| plain.wall(minute).date() > last));
    }

    #[test]
    fn runs_keep_their_books(
        (plain, base) in plain(),
        from in 0..2 * 1440i64,
        steps in prop::collection::vec((0..1200i64, kind()), 0..9),
        ahead in 0..3000i64,
        span in span(),
        reopen in prop_oneof![Just(Reopen::Next), Just(Reopen::Restart), Just(Reopen::Resume)],
    ) {
        let calendar = plain.calendar();
        let mut at = base + from;
        let mut marks = vec![TimedMark { at: moment(at), kind: MarkKind::Start, cause: 0 }];
        for (cause, (gap, kind)) in steps.into_iter().enumerate() {
            at += gap;
            marks.push(TimedMark { at: moment(at), kind, cause: cause + 1 });
        }
        let now = moment(at + ahead);
        let within = Within::Span(span);
        let target = Target::Within(&within, Roll::Stay);
        let found = runs(&calendar, target, reopen, &marks, now);
        prop_assert!(!found.is_empty());
        prop_assert!(reopen != Reopen::Resume || found.len() == 1);
        // with restarts, each start has a run of its own
        let starts = marks.iter().filter(|mark| mark.kind == MarkKind::Start).count();
        prop_assert!(reopen != Reopen::Restart || found.len() == starts);
        for run in &found {
            judge(&plain, &calendar, run, span, now)?;
            books(&calendar, run, &ledger(&calendar, target, run, now), span, now)?;
        }
        // what happens later never takes a breach back
        for upto in 1..marks.len() {
            let earlier = runs(&calendar, target, reopen, &marks[..upto], marks[upto].at);
            for (before, after) in earlier.iter().zip(&found) {
                if before.outcome == Outcome::Breached {
                    prop_assert_eq!(after.outcome, Outcome::Breached);
                    prop_assert_eq!(&after.due, &before.due);
                }
            }
        }
    }
}

fn kind() -> impl Strategy<Value = MarkKind> {
    prop_oneof![
        2 => Just(MarkKind::Start),
        4 => Just(MarkKind::Pause),
        4 => Just(MarkKind::Unpause),
        2 => Just(MarkKind::Stop),
        1 => Just(MarkKind::Close),
    ]
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        (0..3000u32).prop_map(|n| Span::new(n, Unit::Minutes)),
        (0..1500u32).prop_map(|n| Span::new(n, Unit::WorkMinutes)),
        (0..4u32).prop_map(|n| Span::new(n, Unit::Days)),
        (0..4u32).prop_map(|n| Span::new(n, Unit::Workdays)),
    ]
}

/// Judges a run by stepping: the time between start and due, without the pauses that moved it, is the span.
fn judge(plain: &Plain, calendar: &Calendar, run: &Run, span: Span, now: Moment) -> Result<(), TestCaseError> {
    let Due::At(due) = run.due else {
        // a calendar with hardly any windows runs out of known dates
        return Ok(());
    };
    let (start, due_minute) = (minutes(run.start), minutes(due));
    let paused = |minute: i64| {
        run.pauses
            .iter()
            .any(|pause| pause.moves && (minutes(pause.from)..minutes(pause.until.unwrap_or(now))).contains(&minute))
    };
    for pause in &run.pauses {
        prop_assert_eq!(pause.moves, pause.from <= due, "only a pause that begins by the due moment moves it");
    }
    if due_minute - start > LONGEST {
        return Ok(());
    }
    let counted = (start..due_minute).filter(|minute| !paused(*minute));
    match span.measure() {
        Measure::Elapsed
            if !run.pauses.iter().any(|pause| pause.moves && pause.until.is_none_or(|until| until > due)) =>
        {
            prop_assert_eq!(counted.count() as i64, i64::from(span.count));
        }
        Measure::Work => {
            prop_assert_eq!(counted.filter(|minute| plain.works(*minute)).count() as i64, i64::from(span.count));
        }
        // What was waited in working time, or in any, comes behind the end that the limit has without it.
        measure @ (Measure::Days | Measure::Workdays) => {
            let nominal = minutes(calendar.add(run.start, span, Roll::Stay).unwrap());
            let counts = |minute: &i64| measure == Measure::Days || plain.works(*minute);
            let owed = (start..nominal).filter(|minute| paused(*minute)).filter(counts).count();
            let given = (nominal..due_minute).filter(|minute| !paused(*minute)).filter(counts).count();
            prop_assert_eq!(owed, given, "{:?}", run);
            let moved = (start..due_minute).filter(|minute| paused(*minute)).filter(counts).count() as i64;
            prop_assert_eq!(run.moved, moved * 60);
            prop_assert!(due_minute == nominal || counts(&(due_minute - 1)), "the earliest instant: {:?}", run);
            prop_assert!(moved > 0 || due_minute == nominal, "{:?}", run);
        }
        _ => {}
    }
    let late = run.until(now) > due;
    match run.outcome {
        Outcome::Met => prop_assert!(!late && !run.is_running()),
        Outcome::Open => prop_assert!(run.is_running() && (!late || run.is_paused())),
        Outcome::Breached => prop_assert!(late),
        Outcome::Unknown | Outcome::Unset | Outcome::Dropped => prop_assert!(false, "{:?}", run),
    }
    let ran = (start..minutes(run.until(now)))
        .filter(|minute| {
            !run.pauses.iter().any(|p| (minutes(p.from)..minutes(p.until.unwrap_or(now))).contains(minute))
        })
        .filter(|minute| plain.works(*minute))
        .count() as i64;
    prop_assert_eq!(run.worked(calendar, now).unwrap(), ran * 60);
    Ok(())
}

/// A ledger has no gaps, and what it counts up to the due moment is the span.
fn books(calendar: &Calendar, run: &Run, ledger: &[Entry], span: Span, now: Moment) -> Result<(), TestCaseError> {
    let Due::At(due) = run.due else { return Ok(()) };
    let end = run.end.map_or(due.max(now), |end| end.at);
    if let (Some(first), Some(last)) = (ledger.first(), ledger.last()) {
        prop_assert_eq!(first.from, run.start);
        prop_assert_eq!(last.until, end);
    }
    prop_assert!(ledger.windows(2).all(|pair| pair[0].until == pair[1].from));
    let counted: i64 = ledger
        .iter()
        .filter(|entry| entry.counted)
        .map(|entry| match span.measure() {
            Measure::Work => calendar.between(entry.from, entry.until).unwrap(),
            _ => entry.until.signed_duration_since(entry.from).num_seconds(),
        })
        .sum();
    match span.measure() {
        Measure::Elapsed | Measure::Work if end >= due => {
            let paused_beyond =
                run.pauses.iter().any(|pause| pause.moves && pause.until.is_none_or(|until| until > due));
            prop_assert!(paused_beyond || counted == span.seconds().unwrap(), "{} of {}: {:?}", counted, span, ledger);
        }
        measure @ (Measure::Days | Measure::Workdays) if end >= due => {
            let nominal = calendar.add(run.start, span, Roll::Stay).unwrap();
            let length = |from: Moment, until: Moment| match measure {
                Measure::Workdays => calendar.between(from, until).unwrap(),
                _ => until.signed_duration_since(from).num_seconds(),
            };
            let behind = |entry: &&Entry| entry.from >= nominal && entry.until <= due;
            let made_up = ledger.iter().filter(behind).filter(|entry| entry.counted);
            let made_up: i64 = made_up.map(|entry| length(entry.from, entry.until)).sum();
            let waited = ledger.iter().filter(|entry| entry.why == Why::Waiting && entry.until <= nominal);
            let waited: i64 = waited.map(|entry| length(entry.from, entry.until)).sum();
            let gaps = ledger.iter().filter(|entry| entry.why == Why::Gap && entry.until <= nominal);
            let gaps: i64 = gaps.map(|entry| length(entry.from, entry.until)).sum();
            let across = ledger.iter().any(|entry| entry.from < nominal && entry.until > nominal);
            prop_assert!(across || made_up == waited + gaps, "{:?}: {:?}", run, ledger);
            let whole = ledger.iter().filter(|entry| matches!(entry.why, Why::Workday | Why::MakeUp(_)));
            let any = run.pauses.iter().any(|pause| pause.moves);
            let whole = whole.filter(|entry| entry.counted).count();
            prop_assert!(
                any || measure == Measure::Days || span.count == 0 || whole as u32 == span.count,
                "{:?}",
                ledger
            );
        }
        _ => {}
    }
    Ok(())
}
