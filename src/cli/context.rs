//! What a command gets: the global flags completed from the environment, the language, the terminal, the clock. Only
//! this module and `environment` know where these come from.

use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};

use super::early::Opened;
use super::environment::{self, Terminal};
use super::exit::Exit;
use super::failure::Failure;
use super::flags::Flags;
use super::output::{Output, Warning};
use super::pager::Pager;
use super::prompt::Prompt;
use crate::book::Book;
use crate::book::repo::Talk;
use crate::calendar::expression;
use crate::calendar::{Calendar, Dates, Direction, ExpressionError, Moment, Zone};
use crate::label;
use crate::locale::Lang;
use crate::locale::messages::CliText;

/// What a command is given.
pub struct Context {
    /// The global flags; `dir`, `as_person`, `now` and `lang` also from the environment.
    pub flags: Flags,
    /// The language of what people read.
    pub lang: Lang,
    /// Where standard input and outputs lead.
    pub terminal: Terminal,
    /// Where the command writes.
    pub out: Output,
    /// Warnings about what was written. They are said after the command has said what it did.
    pub later: RefCell<Vec<Warning>>,
    /// The repository, if it was opened to find the language. A command that opens it takes it from here.
    pub(super) opened: RefCell<Option<Opened>>,
    /// Whether `--now` was typed. A time from the environment yields to the date of `--at`.
    now_typed: bool,
    /// `core.pager` of git's configuration, once a book is open.
    pub(super) core_pager: RefCell<Option<String>>,
    /// The book, once a command has opened it.
    pub(super) book: Cell<Option<&'static Book>>,
    clock: DateTime<Utc>,
}

/// A time as `--now` takes it: with its offset, as the book's clocks show it, a date (which means its end), or words,
/// which count from the machine's clock.
enum Now {
    Instant(Moment),
    Wall(NaiveDateTime),
    Day(NaiveDate),
    Words(String),
}

impl Context {
    /// Completes the flags from the environment and checks that they fit together.
    pub(super) fn new(mut flags: Flags, lang: Lang) -> Result<Self, Failure> {
        let text = |name| environment::variable(name).and_then(|value| value.into_string().ok());
        flags.dir = flags.dir.or_else(|| environment::variable("REDRESS_DIR").map(PathBuf::from));
        flags.as_person = flags.as_person.or_else(|| text("REDRESS_AS"));
        let now_typed = flags.now.is_some();
        flags.now = flags.now.or_else(|| text("REDRESS_NOW"));
        if let Some(now) = &flags.now {
            read_now(now)?;
        }
        if let Some(dir) = flags.dir.as_ref().filter(|dir| !dir.is_dir()) {
            let message = label!(CliText::NoDirectory, dir = dir.display());
            return Err(Failure::unreadable("no-folder", message).hint(CliText::NoDirectoryHint));
        }
        let out = Output::standard(lang, flags.json, flags.quiet).of_dry_run(flags.dry_run);
        let (terminal, clock) = (Terminal::ask(), environment::clock());
        let (later, opened, core_pager) = (RefCell::default(), RefCell::default(), RefCell::default());
        let book = Cell::default();
        Ok(Context { flags, lang, terminal, out, later, opened, core_pager, now_typed, book, clock })
    }

    /// From now on the output is for reading: a terminal shows it in a pager if it is longer than the screen. Ask all
    /// questions first.
    pub fn page(&mut self) {
        let Some(columns) = self.terminal.width.filter(|_| !self.flags.no_pager && !self.flags.json) else { return };
        let screen = (self.terminal.height, columns);
        // a command that opens no book may still run inside one
        let around = || self.opened.borrow().as_ref()?.repo.setting("core.pager").map(str::to_owned);
        let configured = self.core_pager.take().or_else(around);
        if let Some(pager) = Pager::chosen(screen, configured, &environment::variable_even_empty) {
            self.out.page(pager);
        }
    }

    /// From now on the command answers scripts, as with `--json`.
    pub fn answer_scripts(&mut self) {
        self.flags.json = true;
        self.out.answer_scripts();
    }

    /// The folder to work in: `-C`, `REDRESS_DIR`, or the current one.
    pub fn dir(&self) -> &Path {
        self.flags.dir.as_deref().unwrap_or_else(|| Path::new("."))
    }

    /// An environment variable that is set and not empty, for variables of other programs (git, an editor).
    pub fn variable(&self, name: &str) -> Option<OsString> {
        environment::variable(name)
    }

    /// A name for the terminal at which somebody types. `None` in scripts.
    pub fn terminal_id(&self) -> Option<String> {
        if self.terminal.input { environment::terminal_id() } else { None }
    }

    /// Now, to the second, in a zone: `--now`, `REDRESS_NOW` or the clock. If a calendar is at hand,
    /// [`Context::now_by`] understands every word.
    ///
    /// # Errors
    /// If `--now` speaks of working time, which only a book's calendar knows. That it is a time at all was checked
    /// when the context was made.
    pub fn now(&self, zone: Zone) -> Result<Moment, Failure> {
        let calendar = without_work(zone);
        match &self.flags.now {
            Some(text) if expression::is_of_work(text, &calendar) => {
                let message = label!(CliText::NowOfWork, text = text);
                Err(Failure::usage("now", message).hint(CliText::BadNowHint))
            }
            _ => self.now_by(&calendar),
        }
    }

    /// Now, to the second, in the zone of a calendar: `--now`, `REDRESS_NOW` or the clock. Words count from the
    /// machine's clock. A day without a time means its end.
    ///
    /// # Errors
    /// If the calendar does not know the day that the words mean.
    pub fn now_by(&self, calendar: &Calendar) -> Result<Moment, Failure> {
        let zone = calendar.zone();
        let clock = zone.local(self.clock.fixed_offset());
        // its last second, which still belongs to that day
        let end = |date| zone.end_of_day(date) - TimeDelta::seconds(1);
        Ok(match self.flags.now.as_deref().map(read_now).transpose()? {
            Some(Now::Instant(moment)) => zone.local(moment),
            Some(Now::Wall(wall)) => zone.first_at(wall),
            Some(Now::Day(date)) => end(date),
            Some(Now::Words(text)) => match expression::parse(&text, clock, calendar, Direction::Either) {
                Ok(understood) if understood.whole_day => end(understood.date(calendar)),
                Ok(understood) => understood.moment,
                Err(error) => return Err(Failure::usage("now", error.label())),
            },
            None => clock,
        })
    }

    /// The end of the day that `--at` names. It is the time for commands that read the book of that day. `None` if
    /// `--at` names a commit, or if `--now` gives another time.
    pub fn end_of_past(&self, zone: Zone) -> Option<Moment> {
        let text = self.flags.at.as_ref().filter(|text| text.len() == 10 && !self.now_typed)?;
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        // its last second, which still belongs to that day
        Some(zone.local(zone.end_of_day(day) - TimeDelta::seconds(1)))
    }

    /// Whether `--now` or `REDRESS_NOW` is in words whose meaning depends on a book's calendar.
    pub fn now_needs_calendar(&self) -> bool {
        matches!(self.flags.now.as_deref().map(read_now), Some(Ok(Now::Words(_))))
    }

    /// Whether there is somebody to ask. Scripts are never asked.
    pub fn may_ask(&self) -> bool {
        let flags = &self.flags;
        let silent = flags.json || flags.quiet || flags.dry_run || flags.no_input;
        self.terminal.input && self.terminal.error && !silent
    }

    /// How git may speak. It shows its progress in English only.
    pub fn talk(&self) -> Talk {
        match self.lang {
            _ if !self.may_ask() => Talk::Silent,
            Lang::En => Talk::Terminal,
            Lang::Zh => Talk::Asking,
        }
    }

    /// Questions to the person at the terminal. Ask [`Context::may_ask`] first.
    pub fn prompt(&self) -> Prompt<std::io::StdinLock<'static>, std::io::Stderr> {
        Prompt::new(std::io::stdin().lock(), std::io::stderr(), self.lang)
    }

    /// Asks whether to go on. True without a question if `-y` is given or nobody can be asked.
    ///
    /// # Errors
    /// If the user broke it off.
    pub fn confirm(&self, question: &str) -> Result<bool, Failure> {
        if self.flags.yes || !self.may_ask() { Ok(true) } else { self.prompt().confirm(question, false) }
    }

    /// How a command that lists ends: with `--fail-empty` an empty list is exit code 3.
    pub fn listed(&self, count: usize) -> Exit {
        if count == 0 && self.flags.fail_empty { Exit::Missing } else { Exit::Done }
    }

    /// Whether standard output shows colour: it is a terminal with colours, and the user did not turn them off.
    pub fn colour(&self) -> bool {
        !self.flags.json && anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
    }
}

fn read_now(text: &str) -> Result<Now, Failure> {
    const WALL: [&str; 4] = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
    if let Ok(instant) = crate::record::parse_time(&text.replacen(' ', "T", 1)) {
        return Ok(Now::Instant(instant));
    }
    let wall = WALL.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    if let Some(now) = wall.map(Now::Wall).or_else(|| day().map(Now::Day)) {
        return Ok(now);
    }
    // this checks that the words exist; their meaning depends on the book
    let calendar = without_work(Zone::utc());
    match expression::parse(text, Moment::default(), &calendar, Direction::Either) {
        Ok(_) | Err(ExpressionError::Outside(_)) => Ok(Now::Words(text.to_owned())),
        Err(error) => Err(Failure::usage("now", error.label()).hint(CliText::BadNowHint)),
    }
}

/// A calendar that knows a zone and no working time.
fn without_work(zone: Zone) -> Calendar {
    Calendar::new("", zone, Default::default(), Weekday::Mon, Dates::default(), (None, None))
}

#[cfg(test)]
mod tests {
    use super::{Now, read_now};

    #[test]
    fn now_is_an_instant_a_wall_clock_a_day_or_words() {
        for text in ["2026-11-24T17:00+08:00", "2026-11-24T17:00:05Z", "2026-11-24 17:00+08:00"] {
            assert!(matches!(read_now(text), Ok(Now::Instant(_))), "{text}");
        }
        for text in ["2026-11-24T17:00", "2026-11-24 17:00:30"] {
            assert!(matches!(read_now(text), Ok(Now::Wall(_))), "{text}");
        }
        assert!(matches!(read_now("2026-11-24"), Ok(Now::Day(_))));
        for text in ["17:00", "tomorrow", "明天下午5点", "2wd", "eod", "mon@9:00", "20m-ago", "11-24"] {
            assert!(matches!(read_now(text), Ok(Now::Words(_))), "{text}");
        }
        for text in ["", "now", "2026-11-31", "2026-1-1", "2026-13-01T00:00", "5点", "25:00"] {
            assert_eq!(read_now(text).err().map(|failure| failure.exit.code()), Some(2), "{text}");
        }
    }
}
