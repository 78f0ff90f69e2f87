//! Daily clock times, compared with the calendar (ST4): fills in who was late, left early or was absent. `kind` says
//! which fields hold them.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::{Operation, Refusal, Unfit};
use crate::calendar::{Calendar, Moment, Zone};
use crate::filter::Resolver as _;
use crate::kind::{Hours, Kind};
use crate::record::{Class, FieldId, Fields, Id, Record, Value, entered};

impl Operation<'_> {
    /// Sorts the days, merges lines of the same day, and fills in the results. The rule book does this, so nobody
    /// counts as the writer. The step that completes a month adds a line for each working day that has none.
    ///
    /// # Errors
    /// If a day is outside the record's month, or if a time is on another day than its line.
    pub(super) fn clocked(
        &self,
        kind: &Kind,
        step: &str,
        before: &Fields,
        after: &mut Fields,
        at: Moment,
    ) -> Result<(), Refusal> {
        let Some(hours) = &kind.hours else { return Ok(()) };
        let completes = hours.completes.as_deref() == Some(step);
        let touched = [Some(hours.list), hours.month].into_iter().flatten();
        let changed = touched.into_iter().any(|field| before.get(field) != after.get(field));
        if !completes && !changed {
            return Ok(());
        }
        let calendars = &self.setting.policy.calendars;
        let named = hours.calendar.as_ref().and_then(|name| calendars.get(&name.value));
        let calendar = named.unwrap_or_else(|| calendars.default());
        let lines = after.get(hours.list).map(Value::elements).unwrap_or_default();
        let mut days: BTreeMap<NaiveDate, Fields> = BTreeMap::new();
        for (number, line) in lines.iter().enumerate() {
            // a line without its day is refused for that elsewhere
            let Value::Group(line) = line else { return Ok(()) };
            let Some(date) = date(line, hours.date) else { return Ok(()) };
            if let Some(came) = time(line, hours.came).filter(|came| calendar.zone().date(*came) != date) {
                return Err(strange(kind, hours, number, (calendar.zone().date(came), date.to_string())));
            }
            match days.get_mut(&date) {
                Some(there) => united(hours, there, line),
                None => drop(days.insert(date, line.clone())),
            }
        }
        self.within_month(kind, hours, &days, after)?;
        let person = self.person_of(hours, after)?;
        if completes {
            let there = Stay {
                joined: person.as_ref().zip(hours.joined).and_then(|(person, field)| date(&person.fields, field)),
                left: person.as_ref().and_then(|person| self.left(person, calendar.zone())),
                today: calendar.zone().date(at),
            };
            for missing in missing(hours, after, calendar, &there) {
                let mut line = Fields::new();
                line.set(hours.date, Value::Date(missing));
                days.entry(missing).or_insert(line);
            }
        }
        for (date, line) in &mut days {
            told(hours, calendar, *date, line, person.as_ref());
        }
        after.set(hours.list, Value::List(days.into_values().map(Value::Group).collect()));
        Ok(())
    }

    /// The month of the record. If the record gives none, it is that of the first day. All days must lie in it.
    fn within_month(
        &self,
        kind: &Kind,
        hours: &Hours,
        days: &BTreeMap<NaiveDate, Fields>,
        after: &mut Fields,
    ) -> Result<(), Refusal> {
        let Some(field) = hours.month else { return Ok(()) };
        let said = |date: &NaiveDate| Hours::month_of(*date);
        let month = match after.get(field).and_then(Value::as_text) {
            Some(month) => month.to_owned(),
            None => {
                let Some(first) = days.keys().next() else { return Ok(()) };
                after.set(field, Value::Text(said(first)));
                said(first)
            }
        };
        if let (Some(starts), Some(first)) = (hours.starts, Hours::first_of(&month)) {
            after.set(starts, Value::Date(first));
        }
        match days.keys().enumerate().find(|(_, date)| said(date) != month) {
            Some((number, date)) => Err(strange(kind, hours, number, (*date, month))),
            None => Ok(()),
        }
    }

    /// The record of the person whose days these are.
    fn person_of(&self, hours: &Hours, after: &Fields) -> Result<Option<Record>, Refusal> {
        let named = hours.person.and_then(|field| after.get(field)).and_then(Value::as_text);
        let Some(id) = named.and_then(|id| id.parse::<Id>().ok()) else { return Ok(None) };
        Ok(self.pending.record(&id)?.map(|record| record.into_owned()))
    }

    /// The day on which a person left.
    fn left(&self, person: &Record, zone: Zone) -> Option<NaiveDate> {
        let last = entered(&person.history)?;
        let class = self.setting.policy.kind(&person.kind)?.shape.class(&person.state);
        (class == Class::Closed).then(|| zone.date(last.at))
    }
}

/// Merges two lines of one day: from the earliest time to the latest.
fn united(hours: &Hours, there: &mut Fields, line: &Fields) {
    let mut times: Vec<Moment> = Vec::new();
    for (of, field) in [(&*there, hours.came), (&*there, hours.went), (line, hours.came), (line, hours.went)] {
        times.extend(time(of, field));
    }
    let (first, last) = (times.iter().min().copied(), times.iter().max().copied());
    for (field, value) in line.iter() {
        there.set(field, value.clone());
    }
    if let Some(first) = first {
        there.set(hours.came, Value::Time(first));
    }
    if let Some(last) = last.filter(|last| first.is_some_and(|first| first < *last)) {
        there.set(hours.went, Value::Time(last));
    }
}

/// When a person joined and left the company, as far as that is known.
struct Stay {
    joined: Option<NaiveDate>,
    left: Option<NaiveDate>,
    today: NaiveDate,
}

/// The working days of the month up to now on which the person was with the company and has no line.
fn missing(hours: &Hours, after: &Fields, calendar: &Calendar, stay: &Stay) -> Vec<NaiveDate> {
    let month = hours.month.and_then(|field| after.get(field)).and_then(Value::as_text);
    let Some(first) = month.and_then(Hours::first_of) else { return Vec::new() };
    let there = |day: &NaiveDate| {
        *day <= stay.today
            && stay.joined.is_none_or(|joined| joined <= *day)
            && stay.left.is_none_or(|left| *day < left)
    };
    let same = Hours::month_of(first);
    let days = first.iter_days().take_while(|day| Hours::month_of(*day) == same);
    days.filter(there).filter(|day| calendar.is_workday(*day).unwrap_or(false)).collect()
}

/// Fills in the results for a day. An excused day is neither late nor absent.
fn told(hours: &Hours, calendar: &Calendar, date: NaiveDate, line: &mut Fields, person: Option<&Record>) {
    let (came, went) = (time(line, hours.came), time(line, hours.went));
    let begins = calendar.start_of_work(date);
    if came.is_none()
        && went.is_none()
        && begins.is_some()
        && let Some(excuse) = hours.excuse.filter(|excuse| line.get(*excuse).is_none())
        && let Some(reason) = person.and_then(|person| on_leave(hours, person, date))
    {
        line.set(excuse, Value::Text(reason));
    }
    let excused = hours.excuse.is_some_and(|excuse| line.get(excuse).is_some_and(|value| !value.is_empty()));
    let counted = begins.filter(|_| !excused);
    let late = counted.zip(came).map_or(0, |(begins, came)| minutes(came - begins));
    let ends = calendar.end_of_work(date).filter(|_| !excused);
    let early = ends.zip(went).map_or(0, |(ends, went)| minutes(ends - went));
    for (field, count) in [(hours.late, late), (hours.early, early)] {
        match (field, count) {
            (Some(field), 0) => line.clear(field),
            (Some(field), count) => line.set(field, Value::Count(count)),
            (None, _) => {}
        }
    }
    if let Some(field) = hours.absent {
        match counted.is_some() && came.is_none() && went.is_none() {
            true => line.set(field, Value::Bool(true)),
            false => line.clear(field),
        }
    }
}

/// The reason why a person is on leave on a day.
fn on_leave(hours: &Hours, person: &Record, day: NaiveDate) -> Option<String> {
    let leave = hours.leave?;
    let lines = person.get(leave.list).map(Value::elements).unwrap_or_default().iter();
    let mut groups = lines.filter_map(|line| if let Value::Group(line) = line { Some(line) } else { None });
    let line = groups.find(|line| {
        let (from, until) = (date(line, leave.from), date(line, leave.until));
        from.or(until).zip(until.or(from)).is_some_and(|(from, until)| from <= day && day <= until)
    })?;
    let reason = leave.reason.and_then(|field| line.get(field)).and_then(Value::stored);
    Some(reason.unwrap_or_else(|| NO_REASON.to_owned()))
}

/// The excuse for a day of leave without a reason.
const NO_REASON: &str = "-";

/// Whole minutes of a time span; a minute that has begun counts. 0 if the span is not positive.
fn minutes(time: TimeDelta) -> u64 {
    let seconds = u64::try_from(time.num_seconds()).unwrap_or(0);
    seconds.div_ceil(60)
}

fn date(line: &Fields, field: FieldId) -> Option<NaiveDate> {
    if let Some(Value::Date(date)) = line.get(field) { Some(*date) } else { None }
}

fn time(line: &Fields, field: FieldId) -> Option<Moment> {
    if let Some(Value::Time(time)) = line.get(field) { Some(*time) } else { None }
}

fn strange(kind: &Kind, hours: &Hours, number: usize, (day, of): (NaiveDate, String)) -> Refusal {
    Refusal::Unfit(Unfit::OtherDay {
        kind: kind.name().to_owned(),
        line: format!("{}.{number}", kind.field(hours.list).name),
        day,
        of,
        place: hours.place.clone(),
    })
}
