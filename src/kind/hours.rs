//! `[hours]` of a kind: which list of its records holds daily clock times. `lifecycle` compares the days with the
//! working time of the calendar, and fills in who was late, left early or was absent.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Step;
use super::reader::{self, AllShapes};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::Section;
use crate::place::{Place, Placed, Problems};
use crate::record::{FieldId, Fields, Shape, Type, Value};

/// The fields that hold days, and the fields that the program fills in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The list of days.
    pub list: FieldId,
    /// The date of a day, in the list's lines.
    pub date: FieldId,
    /// When the person came, in the list's lines.
    pub came: FieldId,
    /// When the person left, in the list's lines.
    pub went: FieldId,
    /// Why the person was away or late. If it has a value, nothing is counted.
    pub excuse: Option<FieldId>,
    /// Filled in: how many minutes after the beginning of the day's first window the person came.
    pub late: Option<FieldId>,
    /// Filled in: how many minutes before the end of the day's last window the person left.
    pub early: Option<FieldId>,
    /// Filled in: whether the person did not come on a working day.
    pub absent: Option<FieldId>,
    /// A field of the record: the month of its days, such as `2026-11`.
    pub month: Option<FieldId>,
    /// A field of the record, filled in: the first day of the month. Reports find the record by it.
    pub starts: Option<FieldId>,
    /// The step that adds a line for each working day of the month that has none.
    pub completes: Option<String>,
    /// A field of the record: the person whose days these are.
    pub person: Option<FieldId>,
    /// In the person's own record: the days of leave, which count as an excuse.
    pub leave: Option<Leave>,
    /// In the person's own record: the first day of work. Days before it are not missing.
    pub joined: Option<FieldId>,
    /// The calendar, if not the default one.
    pub calendar: Option<Placed<String>>,
    /// Where it is declared.
    pub place: Place,
}

impl Hours {
    /// The format of a month: `2026-11`.
    const MONTH: &'static str = "%Y-%m";

    /// The month of a day, in the record's format.
    pub fn month_of(day: NaiveDate) -> String {
        day.format(Self::MONTH).to_string()
    }

    /// The first day of a month in the record's format.
    pub fn first_of(month: &str) -> Option<NaiveDate> {
        NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").ok()
    }

    /// Fills in the month from a line's day, if the record has none.
    pub fn of_month(&self, fields: &mut Fields, line: &Fields) {
        if let (Some(month), Some(Value::Date(day))) = (self.month, line.get(self.date))
            && fields.get(month).is_none()
        {
            fields.set(month, Value::Text(Self::month_of(*day)));
        }
    }
}

/// Spans of days in the record of a person, each with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    /// The list.
    pub list: FieldId,
    /// The first day, in the list's lines.
    pub from: FieldId,
    /// The last day, in the list's lines. A line without it is about its first day only.
    pub until: FieldId,
    /// The reason, in the list's lines.
    pub reason: Option<FieldId>,
}

/// `[hours]`.
pub(super) fn hours(
    section: &Section,
    (shape, steps): (&Shape, &[Step]),
    shapes: &AllShapes,
    problems: &Problems,
) -> Option<Hours> {
    let table = section.section("hours", problems)?;
    let found = read(table, (shape, steps), shapes, problems);
    table.finish(problems);
    found
}

fn read(table: &Section, (shape, steps): (&Shape, &[Step]), shapes: &AllShapes, problems: &Problems) -> Option<Hours> {
    let person = table.text("person", problems);
    let [leave, joined] = ["leave", "joined"].map(|key| table.text(key, problems));
    let list = table.required_text("list", problems);
    let [date, came, went] = ["date", "in", "out"].map(|key| table.required_text(key, problems));
    let [excuse, late, early, absent] = ["excuse", "late", "early", "absent"].map(|key| table.text(key, problems));
    let month = table.text("month", problems);
    let starts = table.text("starts", problems);
    let completes = table.text("completes", problems);
    let calendar = table.text("calendar", problems);
    let month = month.and_then(|named| {
        let field = reader::field(shape, &named.value, &named.place, problems)?;
        let is_text = matches!(shape.field(field).ty, Type::Text);
        if !is_text {
            problems.say(&named.place, label!(LoadText::NotOfHours, name = named.value, key = "month"));
        }
        is_text.then_some(field)
    });
    let starts = starts.and_then(|named| {
        let field = reader::field(shape, &named.value, &named.place, problems)?;
        let is_date = matches!(shape.field(field).ty, Type::Date);
        if !is_date {
            problems.say(&named.place, label!(LoadText::NotOfHours, name = named.value, key = "starts"));
        }
        is_date.then_some(field)
    });
    if let Some(step) = &completes
        && (month.is_none() || !steps.iter().any(|known| known.name == step.value))
    {
        problems.say(&step.place, label!(LoadText::CompletesNothing, step = step.value));
        return None;
    }
    let wrong = |named: &Placed<String>| {
        problems.say(&named.place, label!(LoadText::NotOfHours, name = named.value, key = named.place.key));
    };
    let person = person.and_then(|named| {
        let field = reader::field(shape, &named.value, &named.place, problems)?;
        let fits = matches!(shape.field(field).ty, Type::Person);
        if !fits {
            wrong(&named);
        }
        fits.then_some(field)
    });
    // people's own records have no prefix: their ids are the people's names
    let staff = shapes.shapes.values().find(|shape| shape.prefix.is_empty()).filter(|_| person.is_some());
    let joined = joined.and_then(|named| {
        let field = reader::field(staff?, &named.value, &named.place, problems)?;
        let fits = matches!(staff?.field(field).ty, Type::Date);
        if !fits {
            wrong(&named);
        }
        fits.then_some(field)
    });
    let leave = leave.and_then(|named| {
        let list = reader::field(staff?, &named.value, &named.place, problems)?;
        let found = spans(list, &staff?.field(list).ty);
        if found.is_none() {
            wrong(&named);
        }
        found
    });
    let list = list?;
    let field = reader::field(shape, &list.value, &list.place, problems)?;
    let (Type::List(_), Type::Group(lines)) = (&shape.field(field).ty, shape.field(field).ty.element()) else {
        problems.say(&list.place, label!(LoadText::NoLines, name = list.value));
        return None;
    };
    let of = |named: Option<Placed<String>>, fits: fn(&Type) -> bool| {
        let named = named?;
        let field = reader::field(lines, &named.value, &named.place, problems)?;
        if fits(&lines.field(field).ty) {
            return Some(field);
        }
        wrong(&named);
        None
    };
    Some(Hours {
        list: field,
        date: of(date, |ty| matches!(ty, Type::Date))?,
        came: of(came, |ty| matches!(ty, Type::Time))?,
        went: of(went, |ty| matches!(ty, Type::Time))?,
        excuse: of(excuse, |ty| matches!(ty, Type::Text)),
        late: of(late, |ty| matches!(ty, Type::Count)),
        early: of(early, |ty| matches!(ty, Type::Count)),
        absent: of(absent, |ty| matches!(ty, Type::Bool)),
        month,
        starts,
        completes: completes.map(|step| step.value),
        person,
        leave,
        joined,
        calendar,
        place: table.place().clone(),
    })
}

/// A list with two dates in its lines, and perhaps a text.
fn spans(list: FieldId, ty: &Type) -> Option<Leave> {
    let (Type::List(_), Type::Group(lines)) = (ty, ty.element()) else { return None };
    let of =
        |fits: fn(&Type) -> bool| lines.handles().filter(move |(_, field)| fits(&field.ty)).map(|(field, _)| field);
    let dates: Vec<FieldId> = of(|ty| matches!(ty, Type::Date)).collect();
    let [from, until] = dates[..] else { return None };
    Some(Leave { list, from, until, reason: of(|ty| matches!(ty, Type::Text)).next() })
}
