//! The lines of an iCalendar file. Folded lines are joined, and the depth of components is known. Places keep the
//! line of the file.

use std::sync::Arc;

use crate::label;
use crate::locale::messages::{CalendarText, LoadText};
use crate::place::{Place, Problem};

/// Larger files are refused, in bytes. The holidays of one country in a century take less.
const MOST_BYTES: usize = 4 << 20;
/// The deepest nesting of components. The format needs three.
const DEEPEST: usize = 8;
/// Lines without folds, each with the line of the file on which it begins.
pub(super) struct Unfolded {
    file: Arc<str>,
    pub(super) text: String,
    lines: Vec<usize>,
}

/// Joins folded lines as bytes, because a fold may cut a character in two.
pub(super) fn unfold(file: &str, bytes: &[u8]) -> Result<Unfolded, Problem> {
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
    pub(super) fn place(&self, line: usize, key: &str) -> Place {
        let line = self.lines.get(line).or(self.lines.last()).copied().unwrap_or(1);
        Place { line, key: Arc::from(key), ..Place::of_file(self.file.clone()) }
    }

    /// Refuses nesting that would be too deep for the recursive parser. Returns the lines at which events of the
    /// calendar begin.
    pub(super) fn check_nesting(&self) -> Result<Vec<usize>, Problem> {
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

/// Text of a file from elsewhere, without control characters, cut to 80 characters.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
