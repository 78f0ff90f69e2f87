//! What the reading of an entry needs besides the shape: what names and times mean, and the text of standard input.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::calendar::expression::{self, ExpressionError};
use crate::calendar::{Calendar, Direction, Moment, Understood};
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
    /// What it could mean: names with labels. If there are several, the name is ambiguous; if there are none, it
    /// means nothing.
    pub candidates: Vec<(String, String)>,
}

/// Knows what names mean.
pub trait Resolver {
    /// The record that an id, part of an id, key, name, phone or e-mail means. It is of one of the kinds, or of any
    /// kind if none is named.
    ///
    /// # Errors
    /// If there is none, or there are several.
    fn record(&self, kinds: &[String], text: &str) -> Found<Id>;
    /// The person that an id, name or e-mail means.
    ///
    /// # Errors
    /// If there is nobody, or there are several people.
    fn person(&self, text: &str) -> Found<Id>;
    /// The role with a name or label.
    ///
    /// # Errors
    /// If there is none.
    fn role(&self, text: &str) -> Found<String>;
    /// The department with a name or label.
    ///
    /// # Errors
    /// If there is none.
    fn department(&self, text: &str) -> Found<String>;
}

/// The meaning of a time: the moment, and the civil date that was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meant {
    /// The moment.
    pub moment: Moment,
    /// The date.
    pub date: NaiveDate,
}

/// Knows what times mean. It has the book's calendar and the current time.
pub trait Times {
    /// The meaning of a time that a person typed.
    ///
    /// # Errors
    /// If it is not a time: why.
    fn typed(&self, text: &str, direction: Direction) -> Result<Meant, Label>;
    /// The meaning of ISO text, with or without an offset. `None` for anything else.
    fn iso(&self, text: &str) -> Option<Meant>;
}

/// Times in a calendar, relative to now.
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
        // a promise is written down and may be changed: in a year whose holidays are not laid down yet the weekdays
        // count
        let understood = match understood {
            Err(ExpressionError::Outside(outside)) if outside.unlaid.is_some() => match self.calendar.for_plans() {
                Some(open) => expression::parse(text, self.now, &open, direction),
                None => Err(ExpressionError::Outside(outside)),
            },
            understood => understood,
        };
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
    /// Whether dates and times must be in ISO form: for `batch`, `--from`, JSON.
    pub iso_only: bool,
    /// The text of standard input, for `F=-`. `None` if there is none.
    pub input: Option<&'r str>,
    /// The fields whose times lie ahead. All others lie in the past (docs/times.md); see
    /// [`crate::kind::Kind::promises`].
    pub forward: BTreeSet<FieldId>,
}
