//! Recurring duties: `policy/recurring.toml` (GP7). `planning` computes what falls into a period.

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::callbacks::set_fields;
use super::naming::{Loading, Naming, did_you_mean};
use super::roles::{label, labels_are_unique, named};
use crate::calendar::{Calendar, Every, Measure, Moment, Outside, Roll, Within};
use crate::kind::{Condition, DeadlineTarget, ID, Post, is_post, post};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, RuleText};
use crate::place::toml::{Item, Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Id, Record, Type, Value};

/// The content of `recurring.toml`. Empty if there are no recurring duties.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Recurring {
    /// The most spread duties for a person and a working day, by default; `None` spreads them evenly.
    pub per_day: Option<u64>,
    /// The duties, in the order of the file.
    pub duties: Vec<RecurringDuty>,
}

/// A recurring duty, and the records that it makes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecurringDuty {
    /// Its name; the keys of its records have it.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The kind of the records that it makes.
    pub kind: String,
    /// How often.
    pub every: Cycle,
    /// The records that get one each. `None` makes one for all.
    pub each: Option<Each>,
    /// When it is due, counted from the first day of the period. `None` means the last working day of the period, or
    /// the day itself.
    pub due: Option<Within>,
    /// Whether `due` counts from the last day of the period and not from the first (`after`).
    pub counts_from_end: bool,
    /// What happens if the day is not a working day.
    pub roll: Roll,
    /// Whether the records are spread over the working days until it is due.
    pub spread: bool,
    /// Whether each is made when its day comes: a plan of a longer period makes those up to today.
    pub day_by_day: bool,
    /// Who does it: the first entry that gives somebody who is present.
    pub holders: Vec<DutyHolder>,
    /// The date or time field for when it is due. `None` if the kind has its own deadlines.
    pub field: Option<FieldId>,
    /// The values that its records begin with.
    pub set: Vec<(FieldId, Value)>,
    /// The fields that are copied from the record for which it is made.
    pub with: Vec<(FieldId, Copied)>,
    /// Where it is declared.
    pub place: Place,
}

impl RecurringDuty {
    /// The placeholder for the period in a text.
    pub const PERIOD: &'static str = "{period}";

    /// The day on which it is due in one of its periods, and the time on that day. The day `until` is the one after the
    /// period.
    ///
    /// # Errors
    /// If the calendar does not know a day.
    pub fn due(&self, first: NaiveDate, until: NaiveDate, calendar: &Calendar) -> Result<(NaiveDate, Moment), Outside> {
        let Some(within) = &self.due else {
            let mut day = until.pred_opt().unwrap_or(first);
            match (&self.every, self.roll) {
                (Cycle::On(_), Roll::Stay) => {}
                (Cycle::On(_), Roll::NextWorkday) if !calendar.is_workday(day)? => {
                    day = calendar.workday_after(day, 1)?
                }
                (Cycle::On(_), Roll::NextWorkday) => {}
                // the last working day of the period, if it has one
                _ => {
                    let mut last = first.iter_days().take_while(|day| *day < until).collect::<Vec<_>>();
                    while let Some(found) = last.pop() {
                        if calendar.is_workday(found)? {
                            day = found;
                            break;
                        }
                    }
                }
            }
            return Ok((day, calendar.end_of_date(day)));
        };
        let from = if self.counts_from_end { until.pred_opt() } else { None };
        let start = calendar.zone().start_of_day(from.unwrap_or(first));
        let end = calendar.proposed_within(start, within, self.roll)?;
        let day = calendar.zone().date(end - TimeDelta::seconds(1));
        // a day without a time means the end of its last working window, as for a date in a field
        Ok((day, if within.measure() == Measure::Days { calendar.end_of_date(day) } else { end }))
    }
}

/// How often a duty comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cycle {
    /// Once in each period.
    Once(Every),
    /// On these days, such as every Monday and Thursday, or the tenth of each month.
    On(Within),
}

/// The records that get a duty each.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Each {
    /// Their kind.
    pub kind: String,
    /// Only records that meet this condition. `None` means all that are not closed.
    pub select: Option<Condition>,
    /// The list of such a record with the days on which there is no duty, such as days of leave.
    pub except: Option<Except>,
}

/// A list of spans of days: each line has a first and a last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Except {
    /// The list.
    pub list: FieldId,
    /// The first day, in the list's lines. If it is empty, the span is only the last day.
    pub from: FieldId,
    /// The last day, in the list's lines. If it is empty, the span is only the first day.
    pub until: FieldId,
}

impl Except {
    /// Whether a day is in one of the spans of a record.
    pub fn covers(&self, record: &Record, day: NaiveDate) -> bool {
        let lines = record.get(self.list).map(Value::elements).unwrap_or_default();
        lines.iter().any(|line| {
            let Value::Group(line) = line else { return false };
            let date = |field: FieldId| if let Some(Value::Date(date)) = line.get(field) { Some(*date) } else { None };
            let (from, until) = (date(self.from), date(self.until));
            from.or(until).zip(until.or(from)).is_some_and(|(from, until)| from <= day && day <= until)
        })
    }
}

/// The value that a field is copied from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Copied {
    /// The record itself.
    Id,
    /// A field of it.
    Field(FieldId),
}

/// Who does a duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DutyHolder {
    /// This person.
    Person(Id),
    /// One of the people with the role.
    Role(String),
    /// One of the people of the department.
    Department(String),
    /// One of the people with the role in the department.
    Seat {
        /// The role.
        role: String,
        /// The department.
        department: String,
    },
    /// One of the people with the role in a department that the record for which it is made names.
    Post(Post),
    /// One of the people that a field of that record names.
    Field(FieldId),
    /// The person whose record that is.
    Own,
}

impl Recurring {
    /// The path of the file.
    pub const FILE: &'static str = "policy/recurring.toml";

    /// Reads the file. All problems are noted, and everything without problems is returned.
    pub(super) fn load(text: &str, loading: Loading<'_>) -> Self {
        let problems = loading.problems;
        let Some(file) = read(Self::FILE, text, problems) else { return Recurring::default() };
        let per_day = file.count("per-day", problems);
        if let Some(none) = per_day.as_ref().filter(|count| count.value == 0) {
            problems.say(&none.place, RuleText::NothingDealt);
        }
        let tables = file.list("duties", problems).into_iter();
        let duties: Vec<RecurringDuty> = tables.filter_map(|table| duty(table, loading)).collect();
        file.finish(problems);
        labels_are_unique(duties.iter().map(|duty| (&duty.label, &duty.place)), problems);
        for (i, duty) in duties.iter().enumerate() {
            if duties[..i].iter().any(|before| before.name == duty.name) {
                problems.say(&duty.place, label!(LoadText::ThereIs, name = duty.name; what = RuleText::WordDuty));
            }
        }
        Recurring { per_day: per_day.map(|count| count.value), duties }
    }
}

fn duty(table: &Section, loading: Loading<'_>) -> Option<RecurringDuty> {
    let problems = loading.problems;
    let name = table.required_text("name", problems);
    name.iter().for_each(|name| named(name, RuleText::WordDuty, problems));
    let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
    let every = table.required_text("every", problems).and_then(|text| cycle(&text, problems));
    let kind = loading.named_in(table);
    let of = table.text("each", problems).and_then(|name| loading.kind(&name));
    if let (Some(item), None) = (table.item("select"), &of) {
        problems.push(Problem::new(item.place().clone(), RuleText::SelectOfNone).help(RuleText::AddEach));
    }
    let select = of.and_then(|of| of.condition(table, "select"));
    let except = except(table, of, problems);
    let span = |key: &str| {
        let text = table.text(key, problems)?;
        let wrong = |error: crate::calendar::SpanError| problems.say(&text.place, error.label());
        text.value.parse::<Within>().map_err(wrong).ok()
    };
    let (due, after) = (span("due"), span("after"));
    if let (Some(_), Some(item)) = (&due, table.item("after")) {
        problems.push(Problem::new(item.place().clone(), RuleText::DueTwice).help(RuleText::DueOnce));
    }
    let roll = table.text("roll", problems);
    if let Some(roll) = roll.as_ref().filter(|roll| roll.value != "next-workday") {
        problems.say(&roll.place, LoadText::RollIs);
    }
    let spread = table.flag("spread", problems).unwrap_or(false);
    let day_by_day = table.flag("day-by-day", problems).unwrap_or(false);
    let holders = table.texts("holder", problems);
    let holders = holders.iter().filter_map(|text| holder(text, of, loading)).collect();
    let given = kind.and_then(|kind| kind.field(table, "field", &["date", "time"]));
    let set = table.section("set", problems);
    let set = set.zip(kind).map(|(set, kind)| set_fields(set, kind)).unwrap_or_default();
    let with = table.section("with", problems);
    if let (Some(with), None) = (with, of) {
        problems.push(Problem::new(with.place().clone(), RuleText::WithOfNone).help(RuleText::AddEach));
    }
    let copied = |with: &Section| with.entries().filter_map(|(name, item)| copied(name, item, kind?, of?)).collect();
    let with = with.map(copied).unwrap_or_default();
    table.finish(problems);
    let (name, kind) = (name?, kind?);
    Some(RecurringDuty {
        name: name.value,
        label,
        kind: kind.name().to_owned(),
        every: every?,
        each: of.map(|of| Each { kind: of.name().to_owned(), select, except }),
        counts_from_end: after.is_some(),
        due: due.or(after),
        roll: if roll.is_some() { Roll::NextWorkday } else { Roll::Stay },
        spread,
        day_by_day,
        holders,
        field: given.or_else(|| due_field(kind)),
        set,
        with,
        place: name.place,
    })
}

/// `except = "leave"`: a list of the record for which a duty is made, with two dates in its lines.
fn except(table: &Section, of: Option<Naming<'_>>, problems: &Problems) -> Option<Except> {
    let named = table.text("except", problems)?;
    let Some(of) = of else {
        problems.push(Problem::new(named.place, RuleText::ExceptOfNone).help(RuleText::AddEach));
        return None;
    };
    let list = of.typed(&named, &[])?;
    let lines = match of.shape.field(list).ty.element() {
        Type::Group(lines) => Some(lines),
        _ => None,
    };
    let dates: Vec<FieldId> = lines
        .into_iter()
        .flat_map(|lines| lines.handles())
        .filter(|(_, field)| matches!(field.ty, Type::Date))
        .map(|(field, _)| field)
        .collect();
    if let [from, until] = dates[..] {
        return Some(Except { list, from, until });
    }
    problems.say(&named.place, label!(RuleText::ExceptDates, name = named.value));
    None
}

/// The date or time field of a kind's first deadline that ends at a field.
pub(super) fn due_field(kind: Naming<'_>) -> Option<FieldId> {
    let own = kind.rules()?.deadlines.iter().filter(|deadline| deadline.line.is_none());
    own.into_iter().find_map(|deadline| match &deadline.target {
        DeadlineTarget::By(field) => Some(*field),
        DeadlineTarget::Within(_) => None,
    })
}

fn cycle(text: &Placed<String>, problems: &Problems) -> Option<Cycle> {
    let found = Every::ALL.into_iter().find(|every| every.name() == text.value).map(Cycle::Once);
    let on = || text.value.parse().ok().filter(|within| !matches!(within, Within::Span(_))).map(Cycle::On);
    let found = found.or_else(on);
    if found.is_none() {
        let message = label!(RuleText::NoCycle, text = text.value);
        problems.push(Problem::new(text.place.clone(), message).help(RuleText::NoCycleDo));
    }
    found
}

/// `with = { client = "client", about = "id" }`: fields of the record for which the duty is made, or the record
/// itself.
pub(super) fn copied(
    name: &Placed<String>,
    item: &Item,
    kind: Naming<'_>,
    of: Naming<'_>,
) -> Option<(FieldId, Copied)> {
    let problems = kind.loading.problems;
    let to = kind.typed(name, &[])?;
    let from = item.text(problems)?;
    let ty = &kind.shape.field(to).ty;
    if from.value == ID {
        let fits = match ty {
            Type::Ref(kinds) => kinds.is_empty() || kinds.iter().any(|kind| kind == of.name()),
            Type::Person => of.shape.prefix.is_empty(),
            _ => false,
        };
        if !fits {
            problems.say(&from.place, label!(RuleText::NotThere, name = name.value, kind = of.name()));
        }
        return fits.then_some((to, Copied::Id));
    }
    let field = of.typed(&from, &[])?;
    let ours = &of.shape.field(field).ty;
    if ours.name() != ty.name() {
        let (path, ours, ty) = (&from.value, ours.name(), ty.name());
        let message = label!(LoadText::TypesDiffer, path = path, ours = ours, ty = ty, name = name.value);
        problems.say(&from.place, message);
        return None;
    }
    Some((to, Copied::Field(field)))
}

pub(super) fn holder(text: &Placed<String>, of: Option<Naming<'_>>, loading: Loading<'_>) -> Option<DutyHolder> {
    let problems = loading.problems;
    let at = |value: &str| Placed { value: value.to_owned(), place: text.place.clone() };
    let (what, name) = match is_post(&text.value) {
        true => ("role", text.value.strip_prefix("role:").unwrap_or(&text.value)),
        false => text.value.split_once(':').unwrap_or((&text.value, "")),
    };
    let nobody = || {
        let message = label!(LoadText::SaysNobody, text = text.value);
        problems.push(Problem::new(text.place.clone(), message).help(RuleText::DutyHolderDo));
    };
    match (what, name, of) {
        ("role", name, Some(of)) if is_post(name) && !is_seat(name, of, loading) => {
            post(&at(name), of.shape, loading.shapes, problems).map(DutyHolder::Post)
        }
        ("role", name, _) if is_post(name) => {
            let (role, department) = name.split_once('@')?;
            loading.shapes.roles.check(&at(role), problems);
            loading.shapes.departments.check(&at(department), problems);
            Some(DutyHolder::Seat { role: role.to_owned(), department: department.to_owned() })
        }
        ("role", role, _) => {
            loading.shapes.roles.check(&at(role), problems);
            Some(DutyHolder::Role(role.to_owned()))
        }
        ("department", department, _) => {
            loading.shapes.departments.check(&at(department), problems);
            Some(DutyHolder::Department(department.to_owned()))
        }
        ("person", id, _) => match id.parse::<Id>() {
            Ok(id) if id.is_person() => Some(DutyHolder::Person(id)),
            _ => {
                nobody();
                None
            }
        },
        ("field", ID, Some(of)) if of.shape.prefix.is_empty() => Some(DutyHolder::Own),
        ("field", name, Some(of)) => {
            let field = of.typed(&at(name), &[])?;
            let people = matches!(of.shape.field(field).ty.element(), Type::Person);
            if !people {
                let near = of.shape.fields().iter().filter(|field| matches!(field.ty.element(), Type::Person));
                let near = nearest(name, near.map(|field| field.name.as_str())).map(did_you_mean);
                let message = label!(RuleText::NoPeople, name = name);
                problems.push(Problem::new(text.place.clone(), message).help_if(near));
            }
            people.then_some(DutyHolder::Field(field))
        }
        _ => {
            nobody();
            None
        }
    }
}

/// Whether the text after the sign is a department of the company and not a field of the record.
fn is_seat(name: &str, of: Naming<'_>, loading: Loading<'_>) -> bool {
    let department = name.split_once('@').map_or("", |(_, department)| department);
    let declared = loading.shapes.departments.names.iter().any(|known| known == department);
    declared && of.shape.field_id(department).is_none()
}
