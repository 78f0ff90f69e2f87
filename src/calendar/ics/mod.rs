//! Reads holidays and make-up workdays from an iCalendar file. The State Council's notices and the public holidays of
//! other countries are published in this form. All-day events count; appointments with a time do not.

mod event;
mod lines;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use icalendar::parser::read_calendar_simple;

use super::{Dates, Zone};
use crate::locale::messages::CalendarText;
use crate::place::{Place, Problem, Problems};
use event::{Event, Mark, Worded, event};
use lines::unfold;

/// Adds the all-day events of a file to `dates`. `X-APPLE-SPECIAL-DAY`, or (休) and (班) in the summary, distinguish
/// holidays from make-up workdays, and so do words such as 补班 and 假期. In a file without marks every all-day event is
/// a holiday. In a file with marks, events without a mark and without such a word are observed without a day off.
/// Times in UTC are converted to `zone`. Cancelled events are skipped. Events that recur are refused, because a rule
/// without an end is not a notice. Returns the place of each make-up workday.
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
                    Mark::None if marked => &mut dates.observed,
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
