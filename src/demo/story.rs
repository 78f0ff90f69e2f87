//! A story: which person takes which command on which working day before now. Stories are data under `stories/`, one
//! for each preset.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};

use crate::calendar::{Calendar, Moment, Outside};

/// The stories by preset, and whether everybody in it acts at their own desk. If the policy lets nobody type for
/// others, the person who makes the book could not play it alone.
static STORIES: &[(&str, &str, bool)] = &[
    ("agency", include_str!("stories/agency.story"), true),
    ("basic", include_str!("stories/basic.story"), false),
    ("manufacturer", include_str!("stories/manufacturer.story"), true),
    ("property", include_str!("stories/property.story"), true),
    ("service-desk", include_str!("stories/service-desk.story"), true),
    ("vip-sales", include_str!("stories/vip-sales.story"), true),
    ("terminals", include_str!("stories/terminals.story"), true),
];
/// The person who makes the book.
const FOUNDER: &str = "-";

/// The events of a demonstration book, in order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    lines: Vec<Line>,
    /// Whether everybody acts at their own desk. Otherwise the person who makes the book acts for all.
    pub own_desks: bool,
}

/// A command of a story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How many working days before the day of now.
    pub days: u32,
    /// The time of that day.
    pub time: NaiveTime,
    /// The person; `None` means the person who makes the book.
    pub person: Option<String>,
    /// The command, as typed after `redress`.
    pub command: String,
    /// The name of the record that it opens, for later lines.
    pub opens: Option<String>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: `{text}` is not a line of a story; write DAYS TIME WHO COMMAND")]
pub struct StoryError {
    /// Its number, from 1.
    pub line: usize,
    /// The text of the line.
    pub text: String,
}

impl Story {
    /// The story of a preset, if it has one.
    ///
    /// # Errors
    /// If its file is not a story; a test makes sure that this never happens.
    pub fn of(preset: &str) -> Option<Result<Self, StoryError>> {
        let (_, text, own_desks) = STORIES.iter().find(|(name, ..)| *name == preset)?;
        Some(Story::read(text).map(|story| Story { own_desks: *own_desks, ..story }))
    }

    /// The presets with a story.
    pub fn presets() -> impl Iterator<Item = &'static str> {
        STORIES.iter().map(|(name, ..)| *name)
    }

    /// Reads a story. Empty lines and lines that begin with `#` are skipped.
    ///
    /// # Errors
    /// The first line that cannot be read.
    pub fn read(text: &str) -> Result<Self, StoryError> {
        let mut lines = Vec::new();
        for (i, text) in text.lines().enumerate().filter(|(_, text)| !text.is_empty() && !text.starts_with('#')) {
            lines.push(line(text).ok_or_else(|| StoryError { line: i + 1, text: text.to_owned() })?);
        }
        lines.sort_by_key(|line| (std::cmp::Reverse(line.days), line.time));
        Ok(Story { lines, own_desks: false })
    }

    /// The day of the first line, counted as in [`Line::days`].
    pub fn days(&self) -> u32 {
        self.lines.first().map_or(0, |line| line.days)
    }

    /// Its lines, in order of time.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The story with its person `founder` renamed, because the person who makes the book has that id.
    #[must_use]
    pub fn beside(self, founder: &str) -> Self {
        let other = format!("{founder}-2");
        let told = |text: &str| renamed(text, founder, &other);
        let line = |line: Line| Line { person: line.person.as_deref().map(told), command: told(&line.command), ..line };
        Story { lines: self.lines.into_iter().map(line).collect(), ..self }
    }
}

impl Line {
    /// When the line happens, counted from a day.
    ///
    /// # Errors
    /// If the calendar does not reach back that far.
    pub fn at(&self, calendar: &Calendar, today: NaiveDate) -> Result<Moment, Outside> {
        let day = calendar.workday_before(today, self.days)?;
        Ok(calendar.zone().first_at(day.and_time(self.time)))
    }

    /// The command, with the ids of records that earlier lines opened.
    pub fn filled(&self, opened: &HashMap<String, String>) -> String {
        let mut command = self.command.clone();
        for (name, id) in opened {
            command = command.replace(&format!("{{{name}}}"), id);
        }
        command
    }
}

/// A text in which one id is replaced by another, wherever it is a whole word.
fn renamed(text: &str, id: &str, other: &str) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(id) {
        let (before, after) = (&rest[..at], &rest[at + id.len()..]);
        let whole = !before.ends_with(part) && !after.starts_with(part);
        out.push_str(before);
        out.push_str(if whole { other } else { id });
        rest = after;
    }
    out + rest
}

fn line(text: &str) -> Option<Line> {
    let mut words = text.splitn(4, ' ');
    let days = words.next()?.parse().ok().filter(|days| *days > 0)?;
    let time = NaiveTime::parse_from_str(words.next()?, "%H:%M").ok()?;
    let person = Some(words.next()?).filter(|who| *who != FOUNDER).map(str::to_owned);
    let command = words.next().filter(|command| !command.is_empty())?;
    let (command, opens) = match command.rsplit_once(" => ") {
        Some((command, name)) => (command, Some(name.to_owned())),
        None => (command, None),
    };
    Some(Line { days, time, person, command: command.to_owned(), opens })
}

#[cfg(test)]
mod tests {
    use super::{STORIES, Story};
    use std::collections::HashMap;

    #[test]
    fn every_story_can_be_read_and_names_only_what_it_opened() {
        for (preset, text, _) in STORIES {
            let story = Story::read(text).unwrap_or_else(|error| panic!("{preset}: {error}"));
            let mut opened = HashMap::new();
            for line in story.lines() {
                let command = line.filled(&opened);
                assert!(!command.contains(['{', '}']), "{preset}: {command}");
                opened.extend(line.opens.clone().map(|name| (name, "B-261001-00000".to_owned())));
            }
            assert!(story.lines().len() > 50, "{preset}");
        }
    }

    #[test]
    fn whoever_makes_the_book_is_nobody_of_the_story() {
        let story = Story::read(
            "1 09:00 - new staff emails=gao.yu@x.cn\n1 09:01 gao.yu advance gao.yuan change a=gao.yu,b.gao.yu\n",
        );
        let story = story.expect("a story").beside("gao.yu");
        let told: Vec<&str> = story.lines().iter().map(|line| line.command.as_str()).collect();
        assert_eq!(told, ["new staff emails=gao.yu-2@x.cn", "advance gao.yuan change a=gao.yu-2,b.gao.yu"]);
        assert_eq!(story.lines()[1].person.as_deref(), Some("gao.yu-2"));
        for preset in Story::presets() {
            let story = Story::of(preset).expect("it has one").expect("it is one");
            let people: std::collections::BTreeSet<String> =
                story.lines().iter().filter_map(|line| line.person.clone()).collect();
            for person in &people {
                let told = story.clone().beside(person);
                assert!(told.lines().iter().all(|line| line.person.as_ref() != Some(person)), "{preset} {person}");
                assert!(
                    told.lines().iter().any(|line| line.command.contains(&format!("emails={person}-2@"))),
                    "{preset} {person}"
                );
            }
        }
    }

    #[test]
    fn lines_are_told_in_the_order_of_time() {
        let story = Story::read("# x\n\n1 09:00 - b => y\n2 10:00 li.na c\n2 09:00 - a\n").unwrap();
        let told: Vec<&str> = story.lines().iter().map(|line| line.command.as_str()).collect();
        assert_eq!(told, ["a", "c", "b"]);
        assert_eq!(story.lines()[2].opens.as_deref(), Some("y"));
        assert_eq!(story.lines()[1].person.as_deref(), Some("li.na"));
        for wrong in ["0 09:00 - a", "1 9 - a", "1 09:00 -", "x"] {
            assert!(Story::read(wrong).is_err(), "{wrong}");
        }
    }
}
