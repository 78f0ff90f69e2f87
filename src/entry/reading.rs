//! What reading an entry needs besides the shape: who and what a name means, what a time means, what standard input held.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::calendar::{Calendar, Direction, Moment, Understood, expression};
use crate::locale::Label;
use crate::record::{FieldId, Id};

/// What a name means.
pub type Found<T> = Result<T, Unresolved>;

/// A name that means nothing, or several things.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unresolved {
    /// What is wrong.
    pub message: Label,
    /// What to write.
    pub hint: Option<Label>,
    /// What it could mean: name and words. Several: the name is ambiguous; none: it means nothing.
    pub candidates: Vec<(String, String)>,
}

/// Knows who and what names mean.
pub trait Resolver {
    /// The record of one of the kinds (of any, where none is named) that an id, part of one, key, name, phone or e-mail means.
    ///
    /// # Errors
    /// It means none or several.
    fn record(&self, kinds: &[String], text: &str) -> Found<Id>;
    /// The person that an id, name or e-mail means.
    ///
    /// # Errors
    /// It means nobody or several.
    fn person(&self, text: &str) -> Found<Id>;
    /// The role of a name or label.
    ///
    /// # Errors
    /// There is none.
    fn role(&self, text: &str) -> Found<String>;
    /// The department of a name or label.
    ///
    /// # Errors
    /// There is none.
    fn department(&self, text: &str) -> Found<String>;
}

/// What a time means: the moment, and the civil date that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meant {
    /// The moment.
    pub moment: Moment,
    /// The date.
    pub date: NaiveDate,
}

/// Knows what times mean: the book's calendar and now.
pub trait Times {
    /// What a person means.
    ///
    /// # Errors
    /// Why it is not a time.
    fn typed(&self, text: &str, direction: Direction) -> Result<Meant, Label>;
    /// What ISO text means, with or without an offset. `None` for anything else.
    fn iso(&self, text: &str) -> Option<Meant>;
}

/// Times by a calendar, as seen from now.
#[derive(Debug, Clone, Copy)]
pub struct CalendarTimes<'c> {
    /// The calendar.
    pub calendar: &'c Calendar,
    /// Now.
    pub now: Moment,
}

impl CalendarTimes<'_> {
    fn meant(&self, understood: Understood) -> Meant {
        Meant { moment: understood.moment, date: understood.date(self.calendar) }
    }
}

impl Times for CalendarTimes<'_> {
    fn typed(&self, text: &str, direction: Direction) -> Result<Meant, Label> {
        let understood = expression::parse(text, self.now, self.calendar, direction);
        understood.map(|understood| self.meant(understood)).map_err(|error| error.label())
    }

    fn iso(&self, text: &str) -> Option<Meant> {
        expression::iso(text, self.calendar).ok().map(|understood| self.meant(understood))
    }
}

/// How entries are read.
pub struct Reading<'r> {
    /// Who and what names mean.
    pub resolver: &'r dyn Resolver,
    /// What times mean.
    pub times: &'r dyn Times,
    /// Dates and times in ISO form alone: `batch`, `--from`, JSON.
    pub iso_only: bool,
    /// What standard input held, for `F=-`. `None` if it is not to be had.
    pub input: Option<&'r str>,
    /// The fields whose times lie ahead, all others behind (docs/times.md); see [`crate::kind::Kind::promises`].
    pub forward: BTreeSet<FieldId>,
}
