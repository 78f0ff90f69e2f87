//! iCalendar (RFC 5545): what is due, for the calendar of a phone. Only lists of what is due have this form.
//!
//! We write it ourselves, and tests read it back with `icalendar`. That crate's writer gives alarms random ids, so
//! two exports of one list differ, and it folds some lines after the 75th octet.

use chrono::Utc;

use super::format::OfList;
use super::{Format, Options, RenderError};
use crate::calendar::Moment;
use crate::model::Report;

pub(super) const FORMAT: Format = Format { name: "ics", extension: "ics", write, list: OfList::Agenda, binary: false };

/// The most octets of a line, without its line break.
const OCTETS: usize = 75;
/// Times are in UTC, so that no zone must be described.
const INSTANT: &str = "%Y%m%dT%H%M%SZ";

/// What is due, for a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agenda {
    /// The name of the calendar.
    pub name: String,
    /// When it was written. If two entries have the same id, the later one counts.
    pub written: Moment,
    /// What is due, in order.
    pub entries: Vec<Entry>,
}

/// Something that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The same in every export, so that a later export replaces it.
    pub id: String,
    /// When it is due.
    pub due: Moment,
    /// The text in one line.
    pub summary: String,
    /// Further text, in lines.
    pub description: String,
    /// The kinds of work to which it belongs.
    pub categories: Vec<String>,
    /// How many minutes before `due` the calendar reminds of it.
    pub alarm: Option<i64>,
}

/// A report has no due times.
fn write(_: &Report, _: &Options) -> Result<Vec<u8>, RenderError> {
    Err(RenderError::NoAgenda)
}

impl Agenda {
    /// The agenda as a file. The same agenda always gives the same file.
    pub fn written(&self) -> Vec<u8> {
        let mut lines = Lines::default();
        lines.put("BEGIN", "VCALENDAR");
        lines.put("VERSION", "2.0");
        lines.put("PRODID", "-//redress//due//EN");
        lines.put("CALSCALE", "GREGORIAN");
        lines.put("METHOD", "PUBLISH");
        lines.put("X-WR-CALNAME", &text(&self.name));
        for entry in &self.entries {
            self.entry(entry, &mut lines);
        }
        lines.put("END", "VCALENDAR");
        lines.0.into_bytes()
    }

    fn entry(&self, entry: &Entry, lines: &mut Lines) {
        lines.put("BEGIN", "VEVENT");
        lines.put("UID", &text(&entry.id));
        lines.put("DTSTAMP", &instant(self.written));
        lines.put("DTSTART", &instant(entry.due));
        lines.put("DTEND", &instant(entry.due));
        lines.put("SUMMARY", &text(&entry.summary));
        lines.put("DESCRIPTION", &text(&entry.description));
        let categories: Vec<String> = entry.categories.iter().map(|category| text(category)).collect();
        if !categories.is_empty() {
            lines.put("CATEGORIES", &categories.join(","));
        }
        // a time limit does not block the time for other appointments
        lines.put("TRANSP", "TRANSPARENT");
        if let Some(minutes) = entry.alarm {
            lines.put("BEGIN", "VALARM");
            lines.put("ACTION", "DISPLAY");
            lines.put("DESCRIPTION", &text(&entry.summary));
            lines.put("TRIGGER", &format!("-PT{minutes}M"));
            lines.put("END", "VALARM");
        }
        lines.put("END", "VEVENT");
    }
}

fn instant(at: Moment) -> String {
    at.with_timezone(&Utc).format(INSTANT).to_string()
}

/// A text in which characters with a meaning in the format are escaped. Control characters are left out, because no
/// line may have them.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => out.push_str("\\n"),
            '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Lines that end with CRLF and are not longer than [`OCTETS`].
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Adds a property. A long one continues on the next line after a space; no character is split.
    fn put(&mut self, name: &str, value: &str) {
        let mut taken = 0;
        for c in format!("{name}:{value}").chars() {
            if taken + c.len_utf8() > OCTETS {
                self.0.push_str("\r\n ");
                taken = 1;
            }
            self.0.push(c);
            taken += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::{Agenda, Entry, OCTETS};
    use crate::calendar::Moment;
    use icalendar::parser::{read_calendar_simple, unfold};

    fn at(text: &str) -> Moment {
        text.parse().expect("a time")
    }

    fn agenda(summary: &str, description: &str) -> Agenda {
        let entry = Entry {
            id: "C-261130-AAAAA.answer@redress".to_owned(),
            due: at("2026-12-01T17:30:00+08:00"),
            summary: summary.to_owned(),
            description: description.to_owned(),
            categories: vec!["客户投诉".to_owned(), "a,b".to_owned()],
            alarm: Some(240),
        };
        Agenda { name: "客服部".to_owned(), written: at("2026-11-30T09:00:00+08:00"), entries: vec![entry] }
    }

    /// The properties of the first event, as the parser for calendar files reads them.
    fn read(agenda: &Agenda) -> Vec<(String, String)> {
        let text = String::from_utf8(agenda.written()).expect("UTF-8");
        let plain = unfold(&text);
        let roots = read_calendar_simple(&plain).expect("a calendar");
        let event = &roots[0].components[0];
        event.properties.iter().map(|property| (property.name.to_string(), property.val.to_string())).collect()
    }

    #[test]
    fn what_falls_due_is_an_event_in_utc_with_an_alarm() {
        let agenda = agenda("承诺答复时限", "redress advance C-261130-AAAAA notify");
        let found = read(&agenda);
        let of = |name: &str| found.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert_eq!(of("UID"), Some("C-261130-AAAAA.answer@redress"));
        assert_eq!((of("DTSTART"), of("DTSTAMP")), (Some("20261201T093000Z"), Some("20261130T010000Z")));
        let text = String::from_utf8(agenda.written()).expect("UTF-8");
        assert!(text.contains("\r\nCATEGORIES:客户投诉,a\\,b\r\n"), "{text}");
        assert!(text.contains("BEGIN:VALARM\r\nACTION:DISPLAY\r\n") && text.contains("TRIGGER:-PT240M\r\n"), "{text}");
        assert_eq!(agenda.written(), agenda.written());
    }

    #[test]
    fn any_text_comes_back_and_no_line_is_too_long_or_cut_in_a_character() {
        let long = "电机异响；要求换货,并\\赔偿;".repeat(20);
        for text in ["", "a", &long, "x\r\ny\nz", "tab\there", &"x".repeat(74), &"é".repeat(75), "bell\u{7}"] {
            let agenda = agenda(text, text);
            let written = String::from_utf8(agenda.written()).expect("UTF-8");
            assert!(written.ends_with("END:VCALENDAR\r\n"));
            for line in written.split_terminator("\r\n") {
                assert!(line.len() <= OCTETS && !line.contains(['\r', '\n']), "{} octets: {line}", line.len());
            }
            let found = read(&agenda);
            let of = |name: &str| found.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
            let wanted = text.replace("\r\n", "\n").replace('\t', " ").replace('\u{7}', "");
            assert_eq!(of("SUMMARY"), Some(wanted.clone()), "{text:?}");
            assert_eq!(of("DESCRIPTION"), Some(wanted), "{text:?}");
        }
    }
}
