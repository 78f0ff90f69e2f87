//! What a command says on the side so that nobody relies on more than is known.

use chrono::{Datelike, NaiveDate};

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use crate::book::View;
use crate::calendar::Calendar;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{CliText, RecordText};
use crate::place::Problem;
use crate::policy::CALENDAR;

/// Warns, once for each year, where a date lies in a year whose holidays nobody has laid down yet.
pub(super) fn warn_of_year(context: &mut Context, calendar: &Calendar, date: NaiveDate) {
    if calendar.lacks_holidays_of(date) {
        let year = date.year();
        let text = label!(CliText::YearWithoutHolidays, calendar = calendar.name(), year = year, file = CALENDAR);
        context.out.warn("year-without-holidays", text);
    }
}

/// Says on standard error which records could not be read; the command ends with exit code 1 then.
///
/// # Errors
/// The index cannot be read.
pub(super) fn note_unreadable(context: &mut Context, view: &View<'_>) -> Result<Exit, Failure> {
    note_waiting(context, view);
    let unreadable = view.index()?.unreadable()?;
    for (path, problems) in unreadable {
        let problem = problems.first().map_or_else(|| Label::verbatim(path.as_str()), Problem::line);
        context.out.warn("unreadable", problem);
    }
    Ok(if unreadable.is_empty() { Exit::Done } else { Exit::Refused })
}

/// Says on standard error that hand edits wait to be committed, which what is read does not show; in small books, where
/// finding out is cheap.
pub(super) fn note_waiting(context: &mut Context, view: &View<'_>) {
    if context.flags.at.is_some() {
        return;
    }
    let limit = view.policy().settings.look_for_edits_up_to;
    // A repository without files, or one that cannot be looked at, is no matter of a reading command.
    let Ok(Some(edits)) = view.hand_edits(Some(limit)) else { return };
    if !edits.is_empty() {
        context.out.warn("hand-edits", label!(RecordText::EditsWaiting, count = edits.len()));
    }
}
