//! Windows of working time on a day, and names of weekdays. There are no dates and no zone here.

use std::fmt;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use crate::label;
use crate::locale::Label;
use crate::locale::messages::CalendarText;

const DAY: u32 = 24 * 60;

/// A half-open stretch of a day, in minutes after its 00:00. A window past midnight ends beyond 1440 and belongs to
/// the day on which it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Window {
    from: u32,
    until: u32,
}

/// Why a text is not a window, or why windows do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.label().en)]
pub enum WindowError {
    /// Not of the form `08:30-17:30`.
    Form(String),
    /// Start and end are equal.
    Empty(String),
    /// Two windows share time.
    Overlap(Window, Window),
}

impl WindowError {
    /// What is wrong.
    pub fn label(&self) -> Label {
        match self {
            WindowError::Form(text) => label!(CalendarText::Window, text = text),
            WindowError::Empty(text) => label!(CalendarText::WindowEmpty, text = text),
            WindowError::Overlap(one, other) => label!(CalendarText::WindowsOverlap, one = one, other = other),
        }
    }
}

impl Window {
    /// Reads `08:30-12:00`. An end before the start is on the next day.
    ///
    /// # Errors
    /// If the text is anything else, or the window is empty.
    pub fn parse(text: &str) -> Result<Window, WindowError> {
        let form = || WindowError::Form(text.to_owned());
        let (from, until) = text.trim().split_once(['-', '–']).ok_or_else(form)?;
        let from = clock(from).filter(|&m| m < DAY).ok_or_else(form)?;
        let until = clock(until).ok_or_else(form)?;
        match until {
            same if same == from => Err(WindowError::Empty(text.to_owned())),
            next if next < from => Ok(Window { from, until: next + DAY }),
            same_day => Ok(Window { from, until: same_day }),
        }
    }

    /// The start, in minutes after 00:00, below 1440.
    pub fn from(self) -> u32 {
        self.from
    }

    /// The end (exclusive), in minutes after 00:00 of the day that the window starts on, up to 2879.
    pub fn until(self) -> u32 {
        self.until
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = if self.until > DAY { self.until - DAY } else { self.until };
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.from / 60, self.from % 60, until / 60, until % 60)
    }
}

/// `08:30` as minutes after 00:00; `24:00` is the end of the day.
fn clock(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let number = |digits: &str| {
        (digits.len() == 2).then(|| digits.bytes().all(|b| b.is_ascii_digit()))?.then(|| digits.parse::<u32>().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (minutes < 60 && (hours < 24 || hours == 24 && minutes == 0)).then_some(hours * 60 + minutes)
}

/// Sorts the windows of one day.
///
/// # Errors
/// If two of them overlap.
pub(crate) fn of_day(mut windows: Vec<Window>) -> Result<Vec<Window>, WindowError> {
    windows.sort_unstable();
    match windows.windows(2).find(|pair| pair[0].until > pair[1].from) {
        Some(pair) => Err(WindowError::Overlap(pair[0], pair[1])),
        None => Ok(windows),
    }
}

/// The windows of a day and the next that overlap past midnight.
pub(crate) fn overlap_past_midnight(day: &[Window], next: &[Window]) -> Option<WindowError> {
    let (last, first) = (day.last()?, next.first()?);
    (last.until > first.from + DAY).then_some(WindowError::Overlap(*last, *first))
}

/// The names that policy files use, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// A weekday by its English name of three letters, in any case.
pub(crate) fn weekday(name: &str) -> Option<Weekday> {
    let at = WEEKDAYS.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    Weekday::try_from(u8::try_from(at).ok()?).ok()
}

/// The weekdays that `mon`, `mon-fri`, `sat-mon` or `mon,thu` name, in the order in which they are named.
pub(crate) fn weekdays(text: &str) -> Option<Vec<Weekday>> {
    let mut found = Vec::new();
    for part in text.split(',') {
        match part.trim().split_once('-') {
            None => found.push(weekday(part.trim())?),
            Some((from, to)) => {
                let (mut day, to) = (weekday(from.trim())?, weekday(to.trim())?);
                found.push(day);
                while day != to {
                    day = day.succ();
                    found.push(day);
                }
            }
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::{Window, WindowError, of_day, overlap_past_midnight, weekdays};
    use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};

    fn window(text: &str) -> Window {
        Window::parse(text).unwrap()
    }

    #[test]
    fn windows_read_and_show() {
        for (text, from, until) in [
            ("08:30-12:00", 510, 720),
            ("22:00-06:00", 1320, 1800),
            ("00:00-24:00", 0, 1440),
            ("22:00-00:00", 1320, 1440),
        ] {
            assert_eq!((window(text).from(), window(text).until()), (from, until), "{text}");
        }
        assert_eq!(window("22:00-06:00").to_string(), "22:00-06:00");
        assert_eq!(window("22:00-00:00").to_string(), "22:00-24:00");
        for wrong in
            ["", "8:30-12:00", "08:30", "08:60-09:00", "24:00-25:00", "24:00-06:00", "08:30-12:00-13:00", "上午"]
        {
            assert!(matches!(Window::parse(wrong), Err(WindowError::Form(_))), "{wrong}");
        }
        assert!(matches!(Window::parse("08:00-08:00"), Err(WindowError::Empty(_))));
    }

    #[test]
    fn overlaps_are_found() {
        assert!(of_day(vec![window("13:00-17:00"), window("08:00-13:00")]).is_ok());
        assert!(of_day(vec![window("13:00-17:00"), window("08:00-13:01")]).is_err());
        assert!(overlap_past_midnight(&[window("22:00-06:00")], &[window("05:59-07:00")]).is_some());
        assert!(overlap_past_midnight(&[window("22:00-06:00")], &[window("06:00-07:00")]).is_none());
    }

    #[test]
    fn weekdays_read_as_ranges() {
        assert_eq!(weekdays("mon-fri"), Some(vec![Mon, Tue, Wed, Thu, Fri]));
        assert_eq!(weekdays("sat-mon"), Some(vec![Sat, Sun, Mon]));
        assert_eq!(weekdays("mon,thu"), Some(vec![Mon, Thu]));
        assert_eq!(weekdays("Sat"), Some(vec![Sat]));
        assert_eq!(weekdays("monday"), None);
        assert_eq!(weekdays(""), None);
    }
}
