//! Holidays and make-up workdays from an iCalendar file, as the State Council's notices and other countries' public
//! holidays are passed around. All-day events count; appointments with a time do not.

use std::sync::Arc;

use chrono::{Days, NaiveDate, NaiveTime};
use icalendar::parser::{Component, read_calendar_simple};

use super::{Dates, Zone};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{CalendarText, LoadText};
use crate::place::{Place, Problem, Problems};

/// Larger files are refused, in bytes; a country's holidays of a century are smaller.
const MOST_BYTES: usize = 4 << 20;
/// The deepest nesting of components; the format needs three.
const DEEPEST: usize = 8;
/// The longest event, in days.
const LONGEST: u64 = 366;

/// What an event makes of its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Holiday,
    MakeUp,
    /// Told by a word of the summary, which says nothing of the other events: 国庆节 假期, 国庆节 补班.
    Worded(Worded),
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worded {
    Holiday,
    MakeUp,
}

/// Words of a summary that tell a make-up workday.
const MAKE_UP: [&str; 2] = ["补班", "上班"];
/// Words of a summary that tell a holiday.
const HOLIDAY: [&str; 4] = ["假期", "放假", "休假", "公休"];
/// What tells of work without saying whether the day is a make-up workday.
const WORK: char = '班';

/// Lines without foldings, each with the line of the file that it begins on.
struct Unfolded {
    file: Arc<str>,
    text: String,
    lines: Vec<usize>,
}

/// Adds the all-day events of a file to `dates`. `X-APPLE-SPECIAL-DAY`, or (休) and (班) in the summary, tell holiday from
/// make-up workday, and so do words as 补班 and 假期. In a file where no event is marked each all-day event is a holiday;
/// where some are, those without mark and word are not days off. Times in UTC are those of `zone`. Cancelled events are passed over; events that recur are refused, since a rule for ever is no notice.
/// Returns the place of each make-up workday.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    zone: Zone,
    dates: &mut Dates,
    problems: &Problems,
) -> Vec<(NaiveDate, Place)> {
    let mut made_up = Vec::new();
    match events(file, bytes, zone) {
        Err(problem) => problems.push(problem),
        Ok(events) => {
            let marked = events.iter().any(|event| matches!(event.mark, Mark::Holiday | Mark::MakeUp));
            for event in events {
                let make_up = matches!(event.mark, Mark::MakeUp | Mark::Worded(Worded::MakeUp));
                let into = match event.mark {
                    _ if make_up => &mut dates.make_up,
                    Mark::Holiday | Mark::MakeUp | Mark::Worded(_) => &mut dates.holidays,
                    Mark::None if marked => continue,
                    Mark::None => &mut dates.holidays,
                };
                for date in event.from.iter_days().take_while(|date| *date < event.until) {
                    if make_up {
                        made_up.push((date, event.place.clone()));
                    }
                    into.entry(date).or_insert_with(|| event.name.clone());
                }
            }
        }
    }
    made_up
}

/// An all-day event; `until` is exclusive.
struct Event {
    from: NaiveDate,
    until: NaiveDate,
    mark: Mark,
    name: String,
    place: Place,
}

fn events(file: &str, bytes: &[u8], zone: Zone) -> Result<Vec<Event>, Problem> {
    let unfolded = unfold(file, bytes)?;
    let starts = unfolded.check_nesting()?;
    let roots = read_calendar_simple(&unfolded.text).map_err(|error| {
        let at = unfolded.text.len().saturating_sub(error.input.len());
        let line = unfolded.text.get(..at).map_or(0, |before| before.matches('\n').count());
        Problem::new(unfolded.place(line, ""), CalendarText::NoLine).help(CalendarText::ExportAgain)
    })?;
    let mut found = Vec::new();
    let mut at = starts.into_iter();
    for root in roots.iter().filter(|root| root.name.as_str().eq_ignore_ascii_case("VCALENDAR")) {
        let events = root.components.iter().filter(|part| part.name.as_str().eq_ignore_ascii_case("VEVENT"));
        for component in events {
            let place = unfolded.place(at.next().unwrap_or_default(), "VEVENT");
            found.extend(event(component, zone, place)?);
        }
    }
    if found.is_empty() {
        return Err(Problem::new(unfolded.place(0, ""), CalendarText::NoEvent));
    }
    Ok(found)
}

/// An event as far as it is one of all day that takes place.
fn event(component: &Component<'_>, zone: Zone, place: Place) -> Result<Option<Event>, Problem> {
    let get = |name: &str| {
        let found = component.properties.iter().find(|property| property.name.as_str().eq_ignore_ascii_case(name));
        found.map(|property| property.val.as_str().trim())
    };
    let wrong = |message: Label| Problem::new(place.clone(), message);
    if get("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(None);
    }
    let Some(start) = get("DTSTART") else { return Err(wrong(CalendarText::NoStart.into())) };
    let Some(from) = all_day(start, zone).map_err(&wrong)? else { return Ok(None) };
    if get("RRULE").or(get("RDATE")).is_some() {
        return Err(wrong(CalendarText::Recurs.into()).help(CalendarText::WriteEach));
    }
    let until = match (get("DTEND"), get("DURATION")) {
        (Some(end), _) => all_day(end, zone).map_err(&wrong)?,
        (None, Some(duration)) => {
            let days = days_of(duration).ok_or_else(|| wrong(label!(CalendarText::NoDays, text = clean(duration))))?;
            from.checked_add_days(Days::new(days))
        }
        (None, None) => from.succ_opt(),
    };
    let until = match until {
        Some(until) if until == from => from.succ_opt().unwrap_or(from),
        Some(until) if until > from && until.signed_duration_since(from).num_days().unsigned_abs() <= LONGEST => until,
        _ => return Err(wrong(label!(CalendarText::NoLength, days = LONGEST))),
    };
    let summary = clean(get("SUMMARY").unwrap_or_default());
    let (name, by_summary) = told_by_summary(&summary);
    let mark = match get("X-APPLE-SPECIAL-DAY") {
        Some(day) if day.eq_ignore_ascii_case("WORK-HOLIDAY") => Mark::Holiday,
        Some(day) if day.eq_ignore_ascii_case("ALTERNATE-WORKDAY") => Mark::MakeUp,
        Some(day) => {
            let message = label!(CalendarText::NoSpecialDay, text = clean(day));
            return Err(wrong(message).help(CalendarText::SpecialDays));
        }
        None => by_summary,
    };
    if mark == Mark::None && name.contains(WORK) {
        return Err(wrong(label!(CalendarText::UnclearDay, text = name)).help(label!(
            CalendarText::MarkDay,
            work = "（班）",
            off = "（休）"
        )));
    }
    Ok(Some(Event { from, until, mark, name, place }))
}

/// The date of an all-day value: `20261001`, or as some exporters write it a midnight, of no zone or of UTC as `zone` has it.
fn all_day(value: &str, zone: Zone) -> Result<Option<NaiveDate>, Label> {
    let (date, time) = value.split_once(['T', 't']).map_or((value, None), |(date, time)| (date, Some(time)));
    let wrong = || label!(CalendarText::NoIcsDate, text = clean(value));
    if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let date = NaiveDate::parse_from_str(date, "%Y%m%d").map_err(|_| wrong())?;
    let utc = time.and_then(|time| time.strip_suffix(['Z', 'z']));
    if let Some(time) = utc.and_then(|time| NaiveTime::parse_from_str(time, "%H%M%S").ok()) {
        let wall = zone.wall(date.and_time(time).and_utc().fixed_offset());
        return Ok((wall.time() == NaiveTime::MIN).then_some(wall.date()));
    }
    Ok(time.is_none_or(|time| time == "000000").then_some(date))
}

/// `P3D` and `P1W` as days.
fn days_of(duration: &str) -> Option<u64> {
    let rest = duration.strip_prefix('P')?;
    let (count, each) = match (rest.strip_suffix('D'), rest.strip_suffix('W')) {
        (Some(count), _) => (count, 1),
        (None, Some(count)) => (count, 7),
        (None, None) => return None,
    };
    Some(u64::from(count.parse::<u16>().ok()?) * each)
}

/// The holiday's name and what (休) or (班) behind it says.
fn told_by_summary(summary: &str) -> (String, Mark) {
    for (marker, mark) in
        [("(休)", Mark::Holiday), ("（休）", Mark::Holiday), ("(班)", Mark::MakeUp), ("（班）", Mark::MakeUp)]
    {
        if summary.contains(marker) {
            return (summary.replace(marker, "").trim().to_owned(), mark);
        }
    }
    let has = |words: &[&str]| words.iter().any(|word| summary.contains(word));
    let mark = match (has(&MAKE_UP), has(&HOLIDAY)) {
        (true, false) => Mark::Worded(Worded::MakeUp),
        (false, true) => Mark::Worded(Worded::Holiday),
        _ => Mark::None,
    };
    (summary.trim().to_owned(), mark)
}

/// Text of a file that somebody else wrote, without control characters, at most 80 characters.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

/// Joins folded lines as bytes, since a folding may cut a character in two.
fn unfold(file: &str, bytes: &[u8]) -> Result<Unfolded, Problem> {
    let whole = |message: CalendarText| Problem::new(Place::of_file(file), message);
    if bytes.len() > MOST_BYTES {
        return Err(whole(CalendarText::TooLarge).help(CalendarText::KeepYears));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut text: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut lines = Vec::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match line {
            [] => {}
            [b' ' | b'\t', rest @ ..] if !lines.is_empty() => {
                text.truncate(text.len() - 2);
                text.extend_from_slice(rest);
                text.extend_from_slice(b"\r\n");
            }
            line => {
                lines.push(number + 1);
                text.extend_from_slice(line);
                text.extend_from_slice(b"\r\n");
            }
        }
    }
    let text = String::from_utf8(text).map_err(|_| whole(CalendarText::NotUtf8).help(LoadText::SaveUtf8))?;
    Ok(Unfolded { file: Arc::from(file), text, lines })
}

impl Unfolded {
    /// The place of an unfolded line, counted from 0.
    fn place(&self, line: usize, key: &str) -> Place {
        let line = self.lines.get(line).or(self.lines.last()).copied().unwrap_or(1);
        Place { line, key: Arc::from(key), ..Place::of_file(self.file.clone()) }
    }

    /// Checks what the parser, which recurses, must not be given, and returns the lines at which events of the calendar
    /// begin.
    fn check_nesting(&self) -> Result<Vec<usize>, Problem> {
        let mut open: Vec<String> = Vec::new();
        let mut starts = Vec::new();
        for (number, line) in self.text.split_terminator("\r\n").enumerate() {
            let name = line.split([':', ';']).next().unwrap_or_default();
            let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let Some((key, value)) = line.split_once(':').filter(|_| named) else {
                return Err(Problem::new(self.place(number, ""), CalendarText::NoLine));
            };
            if key.trim().eq_ignore_ascii_case("BEGIN") {
                if open.len() == 1 && value.eq_ignore_ascii_case("VEVENT") {
                    starts.push(number);
                }
                open.push(value.to_ascii_uppercase());
            } else if key.trim().eq_ignore_ascii_case("END") && open.pop() != Some(value.to_ascii_uppercase()) {
                return Err(Problem::new(self.place(number, ""), CalendarText::NotBegun));
            }
            if open.len() > DEEPEST {
                return Err(Problem::new(self.place(number, ""), CalendarText::TooDeep));
            }
            let begins = number > 0 && open == ["VCALENDAR"] && key.trim().eq_ignore_ascii_case("BEGIN");
            if begins && value.eq_ignore_ascii_case("VCALENDAR") {
                return Err(Problem::new(self.place(number, ""), CalendarText::SecondCalendar));
            }
            if number == 0 && open != ["VCALENDAR"] {
                return Err(Problem::new(self.place(0, ""), CalendarText::NoCalendar));
            }
        }
        match open.last() {
            None if !self.lines.is_empty() => Ok(starts),
            None => Err(Problem::new(self.place(0, ""), CalendarText::Empty)),
            Some(name) => {
                let message = label!(CalendarText::BreaksOff, name = clean(name));
                Err(Problem::new(self.place(self.lines.len(), ""), message))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dates, read};
    use crate::place::Problems;
    use chrono::NaiveDate;
    use proptest::prelude::{any, proptest};

    fn dates(text: &[u8]) -> Result<Dates, String> {
        let problems = Problems::new();
        let mut dates = Dates::default();
        read("calendar/x.ics", text, "Asia/Shanghai".parse().unwrap(), &mut dates, &problems);
        match problems.into_sorted().first() {
            None => Ok(dates),
            Some(problem) => Err(problem.to_string()),
        }
    }

    fn calendar(events: &str) -> String {
        format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}\nEND:VCALENDAR\n")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_year_2026_of_china_is_read() {
        let dates = dates(include_bytes!("testdata/cn-2026.ics")).unwrap();
        assert_eq!((dates.holidays.len(), dates.make_up.len()), (33, 6));
        assert_eq!(dates.holidays.get(&day("2026-10-07")).map(String::as_str), Some("国庆节"));
        assert!(!dates.holidays.contains_key(&day("2026-10-08")));
        let made_up: Vec<String> = dates.make_up.keys().map(ToString::to_string).collect();
        assert_eq!(made_up, ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]);
    }

    #[test]
    fn the_summary_tells_where_nothing_else_does() {
        let text = calendar(
            "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nDURATION:P2D\nSUMMARY:国庆节（休）\nEND:VEVENT\nBEGIN:VEVENT\n\
             DTSTART;VALUE=DATE:20261010\nSUMMARY:国庆节(班)\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260819\nSUMMARY:七夕\nEND:VEVENT",
        );
        let dates = dates(text.as_bytes()).unwrap();
        assert_eq!(dates.holidays.keys().copied().collect::<Vec<_>>(), [day("2026-10-01"), day("2026-10-02")]);
        assert_eq!(dates.make_up.get(&day("2026-10-10")).map(String::as_str), Some("国庆节"));
    }

    #[test]
    fn words_of_the_summary_tell_without_marking_the_file() {
        let text = calendar(
            "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nSUMMARY:国庆节 假期 第1天/共7天\nEND:VEVENT\nBEGIN:VEVENT\n\
             DTSTART;VALUE=DATE:20261010\nSUMMARY:国庆节 补班 第1天/共1天\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nSUMMARY:元旦\nEND:VEVENT",
        );
        let dates = dates(text.as_bytes()).unwrap();
        assert_eq!(dates.holidays.keys().copied().collect::<Vec<_>>(), [day("2026-01-01"), day("2026-10-01")]);
        assert_eq!(dates.make_up.keys().copied().collect::<Vec<_>>(), [day("2026-10-10")]);
    }

    #[test]
    fn midnights_of_utc_are_those_of_the_zone() {
        let event = |from: &str, until: &str| {
            let text = calendar(&format!("BEGIN:VEVENT\nDTSTART:{from}\nDTEND:{until}\nSUMMARY:x\nEND:VEVENT"));
            dates(text.as_bytes()).map(|dates| dates.holidays.keys().copied().collect::<Vec<_>>())
        };
        let two = event("20261130T160000Z", "20261202T160000Z");
        assert_eq!(two, Ok(vec![day("2026-12-01"), day("2026-12-02")]));
        assert!(event("20261201T000000Z", "20261202T000000Z").unwrap_err().contains("no all-day event"));
    }

    #[test]
    fn without_any_mark_every_all_day_event_is_a_holiday() {
        let text = calendar(
            "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261004\nSUMMARY:Tag der Deut\n sch\n en Einheit\nEND:VEVENT\n\
             BEGIN:VEVENT\nDTSTART:20261005T090000Z\nDTEND:20261005T100000Z\nSUMMARY:Meeting\nEND:VEVENT\n\
             BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED\nEND:VEVENT",
        );
        let dates = dates(text.as_bytes()).unwrap();
        assert_eq!(dates.holidays.len(), 1);
        assert_eq!(dates.holidays[&day("2026-10-03")], "Tag der Deutschen Einheit");
    }

    #[test]
    fn bad_files_are_refused_with_their_line() {
        let event = |inner: &str| calendar(&format!("BEGIN:VEVENT\n{inner}\nEND:VEVENT"));
        let deep = "BEGIN:X\n".repeat(100_000);
        let cases = [
            (String::new(), "x.ics:1: the file is empty"),
            ("hello".to_owned(), "x.ics:1: this is not a line"),
            ("BEGIN:VEVENT\nEND:VEVENT".to_owned(), "x.ics:1: an iCalendar file begins with"),
            ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR".to_owned(), "x.ics:3: this ends what was not begun"),
            ("BEGIN:VCALENDAR\n".to_owned(), "x.ics:1: the file breaks off: END:VCALENDAR"),
            (calendar(&deep), "x.ics:10: components lie too deep"),
            (calendar(""), "x.ics:1: the file holds no all-day event"),
            (event("SUMMARY:x"), "x.ics:3: VEVENT: the event has no DTSTART"),
            (event("DTSTART:2026-10-01"), "x.ics:3: VEVENT: `2026-10-01` is not a date"),
            (event("DTSTART:20261301"), "is not a date"),
            (event("DTSTART:20261001\nDTEND:20260901"), "ends before it starts"),
            (event("DTSTART:20261001\nDTEND:20990901"), "lasts more than"),
            (event("DTSTART:20261001\nRRULE:FREQ=YEARLY"), "recurs by a rule"),
            (event("DTSTART:20261001\n\"?:;=:"), "x.ics:5: this is not a line"),
            (
                event("DTSTART:20261001\nX-APPLE-SPECIAL-DAY:MAYBE"),
                "x.ics:3: VEVENT: X-APPLE-SPECIAL-DAY does not know `MAYBE`",
            ),
            (event("DTSTART:20261001\nSUMMARY:值班"), "x.ics:3: VEVENT: `值班` does not say whether it is a day off"),
            ([event("DTSTART:20261001"), event("DTSTART:20261002")].concat(), "x.ics:7: a second calendar begins here"),
        ];
        for (text, expected) in cases {
            let said = dates(text.as_bytes()).unwrap_err();
            assert!(said.contains(expected), "{said}\nfor {}", text.chars().take(90).collect::<String>());
        }
        assert!(dates(&[0xff, 0xfe]).unwrap_err().contains("UTF-8"));
        assert!(dates(&vec![b'a'; 5 << 20]).unwrap_err().contains("4 MiB"));
    }

    #[test]
    fn a_large_file_takes_no_time_to_speak_of() {
        let event = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20261001\nSUMMARY:x\nEND:VEVENT\n";
        let text = calendar(&event.repeat(40_000));
        assert_eq!(dates(text.as_bytes()).unwrap().holidays.len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "(BEGIN:VCALENDAR\n)?((BEGIN|END):(VEVENT|VCALENDAR)\n|DTSTART(;VALUE=DATE)?:[0-9TZ]{0,16}\n|[ -~\n\r\t]{0,20}|SUMMARY:.{0,9}\n){0,20}") {
            let _ = dates(text.as_bytes());
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = dates(&bytes);
        }
    }
}
