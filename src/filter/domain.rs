//! The type of the values at the end of a path, and how one value is read for it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::scope::{Asked, Scope, Shapes, Wanted};
use crate::calendar::{CivilDays, Direction, ExpressionError, Moment, Said, Zone, expression};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::FilterText;
use crate::locale::text::fold;
use crate::record::{
    Choice, Id, Shape, State, Type, Value, is_among, is_kebab, parse_decimal, parse_money, random_part, show_money,
    stored_time, typed_amount,
};

/// The type of the values at the end of a path.
pub(crate) enum Domain<'s> {
    Text,
    Count,
    Decimal,
    Money,
    Day,
    Instant,
    Bool,
    /// A closed list, in its declared order.
    Names(Vec<Name<'s>>),
    Person,
    Role,
    Department,
    /// Who holds something: a person, a role or a department.
    Holder,
    /// Ids of records of these kinds; if the list is empty, of any kind.
    Ref(Vec<String>),
    /// The fields of a group. A filter can only ask whether the group is there.
    Group(&'s Shape),
}

/// A stored name, with its label and other words for it.
pub(crate) struct Name<'s> {
    pub(crate) name: String,
    pub(crate) label: Label,
    pub(crate) also: &'s [String],
}

impl Name<'_> {
    pub(crate) fn new(name: &str, label: Label) -> Self {
        Name { name: name.to_owned(), label, also: &[] }
    }
}

/// A value as read.
pub(crate) enum Read {
    /// Ordered values: all numbers from the first to the last, and the canonical text.
    Span(i64, i64, String),
    Text(String),
    Bool(bool),
    /// Stored names; each of them fits.
    Names(Vec<String>),
    IdPart(String),
}

/// Why a value was not read, and what to do.
pub(crate) enum Unread {
    Relative,
    /// A word for a time that cannot be computed.
    Time(ExpressionError),
    Help(FilterText),
    OneOf(Label),
}

impl Unread {
    pub(crate) fn help(&self) -> Label {
        match self {
            Unread::Relative => FilterText::RelativeHelp.label(),
            Unread::Time(_) => FilterText::WordHelp.label(),
            Unread::Help(help) => help.label(),
            Unread::OneOf(names) => label!(FilterText::OneOf; names = names.clone()),
        }
    }
}

impl<'s> Domain<'s> {
    pub(crate) fn of(ty: &'s Type) -> Self {
        match ty {
            Type::Text | Type::Phone | Type::Email | Type::Day | Type::File => Domain::Text,
            Type::Count => Domain::Count,
            Type::Decimal => Domain::Decimal,
            Type::Money => Domain::Money,
            Type::Date => Domain::Day,
            Type::Time => Domain::Instant,
            Type::Bool => Domain::Bool,
            Type::Choice(choices) => Domain::choices(choices),
            Type::List(element) => Domain::of(element),
            Type::Group(shape) => Domain::Group(shape),
            Type::Person => Domain::Person,
            Type::Role => Domain::Role,
            Type::Department => Domain::Department,
            Type::Ref(kinds) => Domain::Ref(kinds.clone()),
        }
    }

    fn choices(choices: &'s [Choice]) -> Self {
        let named = |choice: &'s Choice| Name { also: &choice.also, ..Name::new(&choice.name, choice.label.clone()) };
        Domain::Names(choices.iter().map(named).collect())
    }

    pub(crate) fn states(states: &'s [State]) -> Self {
        let named = |state: &'s State| Name { also: &state.also, ..Name::new(&state.name, state.label.clone()) };
        Domain::Names(states.iter().map(named).collect())
    }

    /// The name of the type in messages.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Domain::Text => "text",
            Domain::Count => "count",
            Domain::Decimal => "decimal",
            Domain::Money => "money",
            Domain::Day => "date",
            Domain::Instant => "time",
            Domain::Bool => "bool",
            Domain::Names(_) => "choice",
            Domain::Person => "person",
            Domain::Role => "role",
            Domain::Department => "department",
            Domain::Holder => "holder",
            Domain::Ref(_) => "ref",
            Domain::Group(_) => "group",
        }
    }

    /// Whether values have an order, so that ranges and `<` are allowed.
    pub(crate) fn is_ordered(&self) -> bool {
        use Domain::{Count, Day, Decimal, Instant, Money, Names, Text};
        matches!(self, Text | Count | Decimal | Money | Day | Instant | Names(_))
    }

    /// Whether values are stored as text, so that `~` is allowed.
    pub(crate) fn is_textual(&self) -> bool {
        use Domain::{Department, Names, Person, Ref, Role, Text};
        matches!(self, Text | Names(_) | Person | Role | Department | Ref(_))
    }

    /// Reads one value. `text` has ASCII punctuation, unless the domain is text.
    pub(crate) fn read(
        &self,
        text: &str,
        direction: Direction,
        shapes: &dyn Shapes,
        scope: &Scope<'_>,
    ) -> Result<Read, Unread> {
        match self {
            Domain::Text => Ok(Read::Text(text.to_owned())),
            Domain::Count => {
                let count = text.parse::<i64>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
                let count = count.ok_or(Unread::Help(FilterText::BadNumber))?;
                Ok(Read::Span(count, count, count.to_string()))
            }
            Domain::Decimal => {
                let number = parse_decimal(text).map_err(|_| Unread::Help(FilterText::BadDecimal))?;
                let scaled = millionths(number);
                Ok(Read::Span(scaled, scaled, number.normalize().to_string()))
            }
            Domain::Money => {
                let amount = parse_money(&typed_amount(text)).map_err(|_| Unread::Help(FilterText::BadMoney))?;
                Ok(Read::Span(cents(amount), cents(amount), show_money(amount)))
            }
            Domain::Day => {
                let period = match days(text, scope)? {
                    Some(period) => period,
                    None => match word(text, direction, scope, FilterText::BadDate)? {
                        Word::Day(day) => CivilDays { first: day, last: day },
                        Word::Moment(_) => return Err(Unread::Help(FilterText::BadDate)),
                    },
                };
                let [first, last] = [period.first, period.last].map(|day| i64::from(day.num_days_from_ce()));
                Ok(Read::Span(first, last, period.to_string()))
            }
            Domain::Instant => instant(text, direction, scope),
            Domain::Bool => match fold(text).as_str() {
                "yes" | "true" | "是" => Ok(Read::Bool(true)),
                "no" | "false" | "否" => Ok(Read::Bool(false)),
                _ => Err(Unread::Help(FilterText::BadBool)),
            },
            Domain::Names(names) => match position(names, text) {
                Some(index) => {
                    let at = i64::try_from(index).unwrap_or(i64::MAX);
                    Ok(Read::Span(at, at, names[index].name.clone()))
                }
                None => Err(Unread::OneOf(Label::list(names.iter().map(|it| Label::typed(&it.name, &it.label))))),
            },
            Domain::Person => {
                let person = || text.parse::<Id>().ok().filter(Id::is_person).map(|id| id.to_string());
                named(shapes.called(Wanted::Person, text), person(), FilterText::BadName)
            }
            Domain::Role => {
                let name = is_kebab(text).then(|| text.to_owned());
                named(shapes.called(Wanted::Role, text), name, FilterText::BadName)
            }
            Domain::Department => {
                let name = is_kebab(text).then(|| text.to_owned());
                named(shapes.called(Wanted::Department, text), name, FilterText::BadName)
            }
            Domain::Holder => holder(text, shapes),
            Domain::Ref(kinds) => reference(text, kinds, shapes),
            Domain::Group(_) => Err(Unread::Help(FilterText::NoValue)),
        }
    }
}

fn named(called: Vec<String>, itself: Option<String>, help: FilterText) -> Result<Read, Unread> {
    if !called.is_empty() {
        return Ok(Read::Names(called));
    }
    itself.map(|name| Read::Names(vec![name])).ok_or(Unread::Help(help))
}

/// A holder: a stored name, or the label of a person, role or department. Several may have the same label.
fn holder(text: &str, shapes: &dyn Shapes) -> Result<Read, Unread> {
    let (wanted, name) = match text.split_once(':') {
        // a role in a department (`role:head@sales`): each part is a name or a label
        Some(("role", seat)) if seat.contains('@') => {
            let (role, department) = seat.split_once('@').unwrap_or((seat, ""));
            let named = |wanted: Wanted<'_>, part: &str| {
                let mut found = shapes.called(wanted, part);
                if found.is_empty() && is_kebab(part) {
                    found.push(part.to_owned());
                }
                found
            };
            let departments = named(Wanted::Department, department);
            let seats = named(Wanted::Role, role).into_iter();
            let seats = seats.flat_map(|role| departments.iter().map(move |of| format!("role:{role}@{of}")));
            return self::named(seats.collect(), None, FilterText::BadHolder);
        }
        Some(("role", name)) => (Some(Wanted::Role), name),
        Some(("department", name)) => (Some(Wanted::Department), name),
        Some(_) => return Err(Unread::Help(FilterText::BadHolder)),
        None => (None, text),
    };
    let parties = |of: Wanted<'_>, names: Vec<String>| -> Vec<String> {
        let before = match of {
            Wanted::Role => "role:",
            Wanted::Department => "department:",
            Wanted::Person | Wanted::Record(_) => "",
        };
        names.into_iter().map(|name| format!("{before}{name}")).collect()
    };
    let among: Vec<Wanted<'_>> = match wanted {
        Some(wanted) => vec![wanted],
        None => vec![Wanted::Person, Wanted::Role, Wanted::Department],
    };
    let mut found: Vec<String> = among.iter().flat_map(|of| parties(*of, shapes.called(*of, name))).collect();
    // if nothing has this label, the text may be a stored name itself
    if found.is_empty() && is_kebab(&name.replace('.', "-")) {
        found = among.iter().flat_map(|of| parties(*of, vec![name.to_owned()])).collect();
    }
    named(found, None, FilterText::BadHolder)
}

/// A record by its id in any case, by its title, or by the start of the random part of its id.
fn reference(text: &str, kinds: &[String], shapes: &dyn Shapes) -> Result<Read, Unread> {
    let allowed = |prefix: &str| {
        kinds.is_empty() || kinds.iter().any(|kind| shapes.shape(kind).is_none_or(|shape| shape.prefix == prefix))
    };
    let coded = text.to_ascii_uppercase().parse::<Id>().ok().filter(|id| id.prefix().is_some_and(allowed));
    if let Some(id) = coded {
        return Ok(Read::Names(vec![id.to_string()]));
    }
    let called = shapes.called(Wanted::Record(kinds), text);
    if !called.is_empty() {
        return Ok(Read::Names(called));
    }
    let people = kinds.iter().any(|kind| shapes.shape(kind).is_some_and(|shape| shape.prefix.is_empty()));
    let person = || text.parse::<Id>().ok().filter(Id::is_person).map(|id| Read::Names(vec![id.to_string()]));
    let part = || random_part(text).map(Read::IdPart);
    let read = if people { person().or_else(part) } else { part().or_else(|| person().filter(|_| kinds.is_empty())) };
    read.ok_or(Unread::Help(FilterText::BadId))
}

/// The position of a name: first exactly, then in any case (`A` may be a name), then by label, last by another word.
fn position(names: &[Name<'_>], text: &str) -> Option<usize> {
    let folded = fold(text);
    let exact = names.iter().position(|it| it.name == text);
    let by_name = exact.or_else(|| names.iter().position(|it| fold(&it.name) == folded));
    let by_label = by_name.or_else(|| names.iter().position(|it| it.label.matches(text)));
    by_label.or_else(|| names.iter().position(|it| is_among(it.also, text)))
}

/// The period that a text names. `None` if it names none.
fn days(text: &str, scope: &Scope<'_>) -> Result<Option<CivilDays>, Unread> {
    match CivilDays::said(text, scope.today()) {
        Said::Period(period) => Ok(Some(period)),
        Said::Relative => Err(Unread::Relative),
        Said::Nothing => Ok(None),
    }
}

/// The meaning of a word for a time.
enum Word {
    Day(NaiveDate),
    Moment(Moment),
}

/// A word for a time: `mon`, `2wd`, `3d-ago`, `17:00`. A word that says whether it is past or future ignores
/// `direction`.
fn word(text: &str, direction: Direction, scope: &Scope<'_>, help: FilterText) -> Result<Word, Unread> {
    let Some(Asked { now, calendar }) = scope.asked else { return Err(Unread::Help(help)) };
    let read = match expression::parse(text, now, calendar, direction) {
        Err(ExpressionError::Ahead(_)) => expression::parse(text, now, calendar, Direction::Forward),
        read => read,
    };
    match read {
        Ok(understood) if understood.whole_day => Ok(Word::Day(understood.date(calendar))),
        Ok(understood) => Ok(Word::Moment(understood.moment)),
        Err(ExpressionError::Unknown(_)) => Err(Unread::Help(FilterText::WordHelp)),
        Err(error) => Err(Unread::Time(error)),
    }
}

fn instant(text: &str, direction: Direction, scope: &Scope<'_>) -> Result<Read, Unread> {
    let upper = text.to_ascii_uppercase();
    if let Some((first, last, shown)) = clock(&upper, scope.zone) {
        return Ok(Read::Span(first, last, shown));
    }
    let period = match days(text, scope)? {
        Some(period) => period,
        None => match word(text, direction, scope, FilterText::BadTime)? {
            Word::Day(day) => CivilDays { first: day, last: day },
            // a clock shows minutes, so the word means the whole minute
            Word::Moment(at) if at.timestamp() % 60 == 0 => {
                return Ok(Read::Span(at.timestamp(), at.timestamp() + 59, minute(&at)));
            }
            Word::Moment(at) => return Ok(Read::Span(at.timestamp(), at.timestamp(), stored_time(&at))),
        },
    };
    let start = scope.zone.start_of_day(period.first).timestamp();
    let end = scope.zone.end_of_day(period.last).timestamp().saturating_sub(1);
    Ok(Read::Span(start, end, period.to_string()))
}

fn minute(at: &Moment) -> String {
    at.format("%Y-%m-%dT%H:%M%:z").to_string()
}

/// A minute or a second: with its own offset, or on the clocks of the zone. If the clocks repeat an hour, both are
/// included.
fn clock(text: &str, zone: Zone) -> Option<(i64, i64, String)> {
    let offset = text.strip_suffix('Z').map(|start| format!("{start}+00:00"));
    for (format, seconds) in [("%Y-%m-%dT%H:%M:%S", 0), ("%Y-%m-%dT%H:%M", 59)] {
        let with_offset = DateTime::parse_from_str(offset.as_deref().unwrap_or(text), &format!("{format}%:z"));
        if let Ok(at) = with_offset {
            let shown = if seconds == 0 { stored_time(&at) } else { minute(&at) };
            return Some((at.timestamp(), at.timestamp() + seconds, shown));
        }
        if let Ok(local) = NaiveDateTime::parse_from_str(text, format) {
            let (first, last) = zone.showing(local)?;
            return Some((first, last + seconds, local.format(format).to_string()));
        }
    }
    None
}

/// An amount in cents: filters compare it so, and the index stores it so.
pub(crate) fn cents(amount: Decimal) -> i64 {
    scaled(amount, Decimal::ONE_HUNDRED)
}

/// A number in millionths: filters compare it so, and the index stores it so.
fn millionths(number: Decimal) -> i64 {
    scaled(number, Decimal::from(1_000_000))
}

fn scaled(number: Decimal, scale: Decimal) -> i64 {
    let limit = if number.is_sign_negative() { i64::MIN } else { i64::MAX };
    number.checked_mul(scale).and_then(|n| n.round().to_i64()).unwrap_or(limit)
}

/// The number that filters compare and the index stores, for a count, decimal, amount or instant.
pub(crate) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Count(count) => Some(i64::try_from(*count).unwrap_or(i64::MAX)),
        Value::Decimal(number) => Some(millionths(*number)),
        Value::Money(amount) => Some(cents(*amount)),
        Value::Time(at) => Some(at.timestamp()),
        _ => None,
    }
}
