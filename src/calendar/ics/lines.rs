//! The lines of an iCalendar file. Folded lines are joined, and the depth of components is known. Places keep the
//! line of the file.

use std::sync::Arc;

use crate::bounds::CALENDAR_BYTES;
use crate::label;
use crate::locale::messages::{CalendarText, LoadText};
use crate::place::{Place, Problem, Problems};

/// The deepest nesting of components. The format needs three.
const DEEPEST: usize = 8;
/// The properties of an event that say something of its days.
const COUNT: [&str; 17] = [
    "UID",
    "SEQUENCE",
    "STATUS",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "EXRULE",
    "RDATE",
    "EXDATE",
    "RECURRENCE-ID",
    "SUMMARY",
    "DESCRIPTION",
    "CATEGORIES",
    "X-APPLE-SPECIAL-DAY",
    "X-MICROSOFT-CDO-ALLDAYEVENT",
    "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT",
];

/// Lines without folds, each with the line of the file on which it begins.
pub(super) struct Unfolded {
    file: Arc<str>,
    pub(super) text: String,
    lines: Vec<usize>,
}

/// The lines of one event that say something of its days.
#[derive(Default)]
pub(super) struct Lines<'u> {
    /// Each with its number among the unfolded lines.
    pub(super) lines: Vec<(usize, &'u str)>,
    /// The line at which it begins.
    pub(super) at: usize,
    /// Whether the calendar around it cancels events.
    pub(super) cancels: bool,
}

/// Joins folded lines as bytes, since a folding may cut a character in two.
pub(super) fn unfold(file: &str, bytes: &[u8]) -> Result<Unfolded, Problem> {
    let whole = |message: CalendarText| Problem::new(Place::of_file(file), message);
    if bytes.len() > CALENDAR_BYTES {
        return Err(whole(CalendarText::TooLarge).help(CalendarText::KeepYears));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut text: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut lines: Vec<usize> = Vec::new();
    let end = |text: &mut Vec<u8>, lines: &mut Vec<usize>, begin: usize| {
        // spaces at the end say nothing, and a line of them is none
        text.truncate(begin + text[begin..].trim_ascii_end().len());
        match text.len() == begin {
            true => drop(lines.pop()),
            false => text.extend_from_slice(b"\r\n"),
        }
        text.len()
    };
    let mut begin = 0;
    for (number, line) in ended(bytes).enumerate() {
        match line {
            [] => {}
            [b' ' | b'\t', rest @ ..] if text.len() > begin => text.extend_from_slice(rest),
            line => {
                if text.len() > begin {
                    begin = end(&mut text, &mut lines, begin);
                }
                lines.push(number + 1);
                text.extend_from_slice(line);
            }
        }
    }
    if text.len() > begin {
        end(&mut text, &mut lines, begin);
    }
    let text = String::from_utf8(text).map_err(|_| whole(CalendarText::NotUtf8).help(LoadText::SaveUtf8))?;
    Ok(Unfolded { file: Arc::from(file), text, lines })
}

/// The lines of a file, whether they end with LF, CRLF or CR.
fn ended(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let only_cr = !bytes.contains(&b'\n');
    let lines = bytes.split(move |byte| *byte == if only_cr { b'\r' } else { b'\n' });
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

impl Unfolded {
    /// The place of an unfolded line, counted from 0.
    pub(super) fn place(&self, line: usize, key: &str) -> Place {
        let line = self.lines.get(line).or(self.lines.last()).copied().unwrap_or(1);
        Place { line, key: Arc::from(key), ..Place::of_file(self.file.clone()) }
    }

    /// The events of the file, each with the lines that count. Components lie in one another as the format says. Any
    /// other line is passed over, and remarked on if it is none.
    pub(super) fn events(&self, remarks: &Problems) -> Result<Vec<Lines<'_>>, Problem> {
        let mut open: Vec<String> = Vec::new();
        let mut found: Vec<Lines<'_>> = Vec::new();
        let (mut of_calendar, mut cancels) = (0, false);
        for (number, line) in self.text.split_terminator("\r\n").enumerate() {
            let name = line.split([':', ';']).next().unwrap_or_default();
            let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let Some((key, value)) = line.split_once(':').filter(|_| named) else {
                // programs write texts of several lines without folding them
                let problem = Problem::new(self.place(number, ""), CalendarText::NoLine);
                if open.is_empty() {
                    return Err(problem);
                }
                remarks.push(problem);
                continue;
            };
            let (begins, ends) = (key.trim().eq_ignore_ascii_case("BEGIN"), key.trim().eq_ignore_ascii_case("END"));
            let value = value.trim();
            if begins {
                if open.is_empty() {
                    (of_calendar, cancels) = (found.len(), false);
                }
                if open.len() == 1 && value.eq_ignore_ascii_case("VEVENT") {
                    found.push(Lines { at: number, ..Lines::default() });
                }
                open.push(value.to_ascii_uppercase());
            }
            if open.first().is_none_or(|first| first != "VCALENDAR") {
                return Err(Problem::new(self.place(number, ""), CalendarText::NoCalendar));
            }
            if open.len() > DEEPEST {
                return Err(Problem::new(self.place(number, ""), CalendarText::TooDeep));
            }
            match open.as_slice() {
                _ if begins => {}
                _ if ends => {
                    if open.pop() != Some(value.to_ascii_uppercase()) {
                        return Err(Problem::new(self.place(number, ""), CalendarText::NotBegun));
                    }
                    if open.is_empty() {
                        found[of_calendar..].iter_mut().for_each(|event| event.cancels = cancels);
                    }
                }
                [_] => cancels |= name.eq_ignore_ascii_case("METHOD") && value.eq_ignore_ascii_case("CANCEL"),
                [_, event] if event == "VEVENT" && COUNT.iter().any(|count| name.eq_ignore_ascii_case(count)) => {
                    found.iter_mut().last().into_iter().for_each(|event| event.lines.push((number, line)));
                }
                _ => {}
            }
        }
        match open.last() {
            None if !self.lines.is_empty() => Ok(found),
            None => Err(Problem::new(self.place(0, ""), CalendarText::Empty)),
            Some(name) => {
                let message = label!(CalendarText::BreaksOff, name = clean(name));
                Err(Problem::new(self.place(self.lines.len(), ""), message))
            }
        }
    }
}

/// The events of a file, each with its lines that say something of its days, as the loader reads them. The names of
/// these lines are in upper case. An event of a calendar that cancels events has the line `METHOD:CANCEL`. `None` for a
/// file that cannot be read.
pub fn lines_of_events(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    let unfolded = unfold("", bytes).ok()?;
    let events = unfolded.events(&Problems::new()).ok()?;
    let named = |line: &str| {
        let end = line.find([':', ';']).unwrap_or(line.len());
        line[..end].to_ascii_uppercase() + &line[end..]
    };
    let told = |event: Lines<'_>| {
        let cancels = event.cancels.then(|| "METHOD:CANCEL".to_owned());
        event.lines.into_iter().map(|(_, line)| named(line)).chain(cancels).collect()
    };
    Some(events.into_iter().map(told).collect())
}

/// Text of a file from elsewhere, without control characters, cut to 80 characters.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
