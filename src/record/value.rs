//! Values of fields, and how they are stored as text.

use chrono::{DateTime, Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Fields, FileRef, Id, Type, parse_decimal, parse_money, show_money};
use crate::calendar::{Moment, Zone};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, StoredText};

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Text, and everything that is stored as a name: choice, person, role, department, phone, e-mail, day.
    Text(String),
    /// A whole number.
    Count(u64),
    /// A decimal number.
    Decimal(Decimal),
    /// An amount with two decimals.
    Money(Decimal),
    /// A civil date.
    Date(NaiveDate),
    /// An instant.
    Time(Moment),
    /// Yes or no.
    Bool(bool),
    /// Another record.
    Ref(Id),
    /// A file beside the record.
    File(FileRef),
    /// Several values.
    List(Vec<Value>),
    /// Named values.
    Group(Fields),
}

/// A text that is not a value of the type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.label().en)]
pub enum ValueError {
    /// Not a whole number.
    Count(String),
    /// Not a decimal number.
    Decimal(String),
    /// Not an amount.
    Money(String),
    /// A number or amount beyond [`super::MAX_AMOUNT`].
    TooLarge(String),
    /// A number or amount below zero.
    Negative(String),
    /// Not a date.
    Date(String),
    /// Not an instant.
    Time(String),
    /// Neither yes nor no.
    Bool(String),
    /// Not one of the choices.
    Choice(String, Vec<String>),
    /// Not an id.
    Id(#[from] super::IdError),
    /// Not a name of a person, role or department.
    Name {
        /// What was written.
        name: String,
        /// What it should name.
        what: LoadText,
    },
    /// Not a day with or without its year.
    Day(String),
    /// Not a phone number.
    Phone(String),
    /// Not an e-mail address.
    Email(String),
    /// Not the reference of a file.
    File(String),
    /// Empty text in the place of a value.
    Empty,
    /// A list or group in the place of a single value.
    NotScalar(&'static str),
}

impl ValueError {
    /// What is wrong, and how the value is written.
    pub fn label(&self) -> Label {
        match self {
            ValueError::Count(text) => label!(StoredText::Count, text = text),
            ValueError::Decimal(text) => label!(StoredText::Decimal, text = text),
            ValueError::Money(text) => label!(StoredText::Money, text = text),
            ValueError::TooLarge(text) => {
                label!(StoredText::TooLarge, text = text, most = show_money(super::MAX_AMOUNT.into()))
            }
            ValueError::Negative(text) => label!(StoredText::Negative, text = text),
            ValueError::Date(text) => label!(StoredText::Date, text = text),
            ValueError::Time(text) => label!(StoredText::Time, text = text),
            ValueError::Bool(text) => label!(StoredText::Bool, text = text),
            ValueError::Choice(text, names) => label!(StoredText::Choice, text = text, names = names.join(", ")),
            ValueError::Id(error) => error.label(),
            ValueError::Name { name, what } => {
                label!(StoredText::Name, text = name; what = *what)
            }
            ValueError::Day(text) => label!(StoredText::Day, text = text),
            ValueError::Phone(text) => label!(StoredText::Phone, text = text, ext = '转'),
            ValueError::Email(text) => label!(StoredText::Email, text = text),
            ValueError::File(text) => label!(StoredText::File, text = text),
            ValueError::Empty => StoredText::Empty.into(),
            ValueError::NotScalar(ty) => label!(StoredText::OneValueOf, ty = ty),
        }
    }
}

impl Value {
    /// Reads a stored scalar by its field's type. Lists and groups have no stored scalar. Negative numbers and
    /// amounts are refused: they would lower the sum of a case, and so change who may decide (CP7).
    ///
    /// # Errors
    /// If the text is not a value of the type.
    pub fn from_stored(ty: &Type, text: &str) -> Result<Self, ValueError> {
        let own = || text.to_owned();
        Ok(match ty {
            Type::Text => Value::Text(nonempty(text)?),
            Type::Count => match text.parse::<u64>() {
                Ok(n) if n.to_string() == text && n <= i64::MAX.unsigned_abs() => Value::Count(n),
                _ => return Err(ValueError::Count(own())),
            },
            Type::Decimal => Value::Decimal(not_negative(parse_decimal(text)?, text)?),
            Type::Money => Value::Money(not_negative(parse_money(text)?, text)?),
            Type::Date => Value::Date(parse_date(text)?),
            Type::Day if day_of_year(text).is_some() => Value::Text(own()),
            Type::Day => return Err(ValueError::Day(own())),
            Type::Time => Value::Time(parse_time(text)?),
            Type::Bool => match text {
                "true" | "yes" => Value::Bool(true),
                "false" | "no" => Value::Bool(false),
                _ => return Err(ValueError::Bool(own())),
            },
            Type::Choice(choices) if choices.iter().any(|choice| choice.name == text) => Value::Text(own()),
            Type::Choice(choices) => {
                let names = choices.iter().filter(|choice| !choice.retired).map(|choice| choice.name.clone());
                return Err(ValueError::Choice(own(), names.collect()));
            }
            Type::Person => match text.parse::<Id>() {
                Ok(id) if id.is_person() => Value::Text(own()),
                _ => return Err(ValueError::Name { name: own(), what: LoadText::WordPerson }),
            },
            Type::Role | Type::Department if is_kebab(text) => Value::Text(own()),
            Type::Role => return Err(ValueError::Name { name: own(), what: LoadText::WordRole }),
            Type::Department => return Err(ValueError::Name { name: own(), what: LoadText::WordDepartment }),
            Type::Phone => Value::Text(phone(text).ok_or_else(|| ValueError::Phone(own()))?),
            Type::Email => Value::Text(email(text).ok_or_else(|| ValueError::Email(own()))?),
            Type::Ref(_) => Value::Ref(text.parse::<Id>()?),
            Type::File => Value::File(FileRef::parse(text).ok_or_else(|| ValueError::File(own()))?),
            Type::List(_) | Type::Group(_) => return Err(ValueError::NotScalar(ty.name())),
        })
    }

    /// The scalar as it is stored; `None` for lists and groups.
    pub fn stored(&self) -> Option<String> {
        Some(match self {
            Value::Text(text) => text.clone(),
            Value::Count(n) => n.to_string(),
            Value::Decimal(n) => n.normalize().to_string(),
            Value::Money(amount) => show_money(*amount),
            Value::Date(date) => date.format("%Y-%m-%d").to_string(),
            Value::Time(at) => stored_time(at),
            Value::Bool(yes) => yes.to_string(),
            Value::Ref(id) => id.to_string(),
            Value::File(file) => file.stored(),
            Value::List(_) | Value::Group(_) => return None,
        })
    }

    /// The text of a text-like value.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it holds nothing, so that it is left out of the file.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Text(text) => text.is_empty(),
            Value::List(values) => values.is_empty(),
            Value::Group(fields) => fields.is_empty(),
            _ => false,
        }
    }

    /// Replaces references to files.
    pub fn refile(&mut self, to: &dyn Fn(&FileRef) -> Option<FileRef>) {
        match self {
            Value::File(file) => {
                if let Some(other) = to(file) {
                    *file = other;
                }
            }
            Value::List(values) => values.iter_mut().for_each(|value| value.refile(to)),
            Value::Group(fields) => fields.refile(to),
            _ => {}
        }
    }

    /// Replaces the ids of other records. If a list then holds the same id twice, one of them is removed.
    pub fn rename(&mut self, to: &dyn Fn(&Id) -> Option<Id>) {
        match self {
            Value::Ref(id) => {
                if let Some(other) = to(id) {
                    *id = other;
                }
            }
            Value::List(values) => {
                values.iter_mut().for_each(|value| value.rename(to));
                if matches!(values.first(), Some(Value::Ref(_))) {
                    let mut seen = std::collections::BTreeSet::new();
                    values.retain(|value| if let Value::Ref(id) = value { seen.insert(id.clone()) } else { true });
                }
            }
            Value::Group(fields) => fields.rename(to),
            _ => {}
        }
    }

    /// Replaces the ids of people in a value of this type.
    pub fn rename_people(&mut self, ty: &Type, to: &dyn Fn(&Id) -> Option<Id>) {
        match (self, ty) {
            (Value::Text(id), Type::Person) => {
                if let Some(other) = id.parse().ok().and_then(|id| to(&id)) {
                    *id = other.to_string();
                }
            }
            (Value::List(values), Type::List(element)) => {
                values.iter_mut().for_each(|value| value.rename_people(element, to));
            }
            (Value::Group(fields), Type::Group(shape)) => fields.rename_people(shape, to),
            _ => {}
        }
    }

    /// Writes times as the clocks of a zone show them. The instants stay the same.
    pub fn localize(&mut self, zone: Zone) {
        match self {
            Value::Time(at) => *at = zone.local(*at),
            Value::List(values) => values.iter_mut().for_each(|value| value.localize(zone)),
            Value::Group(fields) => fields.localize(zone),
            _ => {}
        }
    }

    /// Looks at every single value in it, however deep in lists and groups, in order.
    pub fn each<'v>(&'v self, look: &mut impl FnMut(&'v Value)) {
        match self {
            Value::List(values) => values.iter().for_each(|value| value.each(look)),
            Value::Group(fields) => fields.iter().for_each(|(_, value)| value.each(look)),
            one => look(one),
        }
    }

    /// The values that a filter or report looks at: the elements of a list, or the value itself.
    pub fn elements(&self) -> &[Value] {
        match self {
            Value::List(values) => values,
            one => std::slice::from_ref(one),
        }
    }
}

/// An instant as it is stored: to the second, with its offset.
pub fn stored_time(at: &Moment) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Reads a stored date.
///
/// # Errors
/// If it is not a date in the form `2026-11-24`.
pub fn parse_date(text: &str) -> Result<NaiveDate, ValueError> {
    stored_date(text).ok_or_else(|| ValueError::Date(text.to_owned()))
}

fn stored_date(text: &str) -> Option<NaiveDate> {
    let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
    (bytes[4] == b'-' && bytes[7] == b'-').then_some(())?;
    let year = i32::try_from(number(&bytes[..4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&bytes[5..7])?, number(&bytes[8..10])?)
}

/// The year (if known), the month and the day of a stored day: `1958-03-12`, or `--03-12` without the year. `None`
/// for any other text.
pub fn day_of_year(text: &str) -> Option<(Option<i32>, u32, u32)> {
    if let Some(date) = stored_date(text) {
        return Some((Some(date.year()), date.month(), date.day()));
    }
    // a day without a year may be 29 February
    let date = stored_date(&format!("2000{}", text.strip_prefix('-').filter(|rest| rest.starts_with('-'))?))?;
    Some((None, date.month(), date.day()))
}

/// The number that the digits make; they are too few to overflow. `None` if a byte is not a digit.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
}

/// Reads a stored instant. Seconds may be left out; fractions of seconds and a missing offset are refused.
///
/// # Errors
/// If it is not an instant in the form `2026-11-24T17:30:00+08:00`.
pub fn parse_time(text: &str) -> Result<Moment, ValueError> {
    if let Some(at) = stored_form(text) {
        return Ok(at);
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%dT%H:%M%:z"];
    let text_utc = text.strip_suffix('Z').map(|start| format!("{start}+00:00"));
    let text_offset = text_utc.as_deref().unwrap_or(text);
    let read = formats.iter().find_map(|format| DateTime::parse_from_str(text_offset, format).ok());
    read.filter(|_| text.is_ascii()).ok_or_else(|| ValueError::Time(text.to_owned()))
}

/// A fast reader for exactly the stored form, `2026-11-24T17:30:00+08:00`, because files hold millions of them.
/// `None` if the text has another form.
fn stored_form(text: &str) -> Option<Moment> {
    let bytes: &[u8; 25] = text.as_bytes().try_into().ok()?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (22, b':')];
    marks.iter().all(|(at, mark)| bytes[*at] == *mark).then_some(())?;
    let date = stored_date(text.get(..10)?)?;
    let wall = date.and_hms_opt(number(&bytes[11..13])?, number(&bytes[14..16])?, number(&bytes[17..19])?)?;
    let (hours, minutes) = (number(&bytes[20..22])?, number(&bytes[23..25])?);
    let east = i32::try_from((hours < 24 && minutes < 60).then_some(hours * 3600 + minutes * 60)?).ok()?;
    let offset = match bytes[19] {
        b'+' => chrono::FixedOffset::east_opt(east),
        b'-' => chrono::FixedOffset::west_opt(east),
        _ => None,
    };
    wall.and_local_timezone(offset?).single()
}

fn not_negative(number: Decimal, text: &str) -> Result<Decimal, ValueError> {
    if number < Decimal::ZERO { Err(ValueError::Negative(text.to_owned())) } else { Ok(number) }
}

fn nonempty(text: &str) -> Result<String, ValueError> {
    if text.is_empty() { Err(ValueError::Empty) } else { Ok(text.to_owned()) }
}

/// Whether a text is a kebab-case name: small letters, digits and single dashes.
pub fn is_kebab(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

fn phone(text: &str) -> Option<String> {
    let number = text.split(['x', '转']).next().unwrap_or_default();
    let rest = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | 'x' | '转' | '*'));
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (rest && (3..=20).contains(&digits) && text.trim() == text).then(|| text.to_owned())
}

fn email(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let sound = |part: &str| {
        !part.is_empty() && part.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>(),;:\\\"[]@".contains(c))
    };
    (sound(local) && sound(domain) && text.len() <= 254 && !domain.starts_with('.') && !domain.ends_with('.'))
        .then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Type, Value, stored_form};
    use crate::locale::Label;
    use crate::record::Choice;

    #[test]
    fn stored_scalars_read_back() {
        let choices = Type::Choice(vec![Choice {
            name: "phone".into(),
            label: Label::default(),
            also: Vec::new(),
            retired: false,
        }]);
        let file = format!("leak.jpg sha256:{}", "a".repeat(64));
        for (ty, text) in [
            (Type::Text, "no"),
            (Type::Count, "120"),
            (Type::Decimal, "0.125"),
            (Type::Money, "5000.00"),
            (Type::Date, "2026-11-10"),
            (Type::Day, "1958-03-12"),
            (Type::Day, "--02-29"),
            (Type::Time, "2026-11-25T17:30:00+08:00"),
            (Type::Bool, "true"),
            (choices, "phone"),
            (Type::Person, "li.na"),
            (Type::Role, "cs-manager"),
            (Type::Phone, "+86 571 8888-6666转801"),
            (Type::Email, "li.na@example.cn"),
            (Type::Ref(Vec::new()), "K-260301-9XQ4M"),
            (Type::File, file.as_str()),
        ] {
            let value = Value::from_stored(&ty, text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(value.stored().as_deref(), Some(text));
        }
    }

    #[test]
    fn the_short_way_to_an_instant_is_the_long_one() {
        let long = |text: &str| super::DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%:z").ok();
        let mut known = 0;
        for date in ["2026-11-24", "2024-02-29", "2026-02-29", "0000-01-01", "9999-12-31", "2026-13-01", "2026-1+-02"] {
            for time in ["00:00:00", "23:59:59", "24:00:00", "23:59:60", "17:3:000", "aa:00:00"] {
                for zone in ["+08:00", "-11:30", "+00:00", "-00:00", "+23:59", "+24:00", "+08:60", "~08:00", "+0800 "] {
                    let text = format!("{date}T{time}{zone}");
                    let short = stored_form(&text);
                    assert!(short.is_none() || short == long(&text), "{text}: {short:?}");
                    assert_eq!(
                        short.map(|at| at.offset().to_owned()),
                        short.and(long(&text)).map(|at| at.offset().to_owned())
                    );
                    known += usize::from(short.is_some());
                }
            }
        }
        assert_eq!(known, 4 * 2 * 5);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (ty, text) in [
            (Type::Text, ""),
            (Type::Count, "007"),
            (Type::Count, "-1"),
            (Type::Decimal, "-0.125"),
            (Type::Money, "-0.01"),
            (Type::Date, "2026-02-30"),
            (Type::Date, "--02-28"),
            (Type::Day, "--02-30"),
            (Type::Day, "-02-28"),
            (Type::Day, "02-28"),
            (Type::Day, "1959-02-29"),
            (Type::Date, "2026-1-3"),
            (Type::Date, "+2026-1-03"),
            (Type::Date, "2026-11-1 "),
            (Type::Date, "２０２６-1"),
            (Type::Time, "2026-11-25T17:30:00"),
            (Type::Bool, "maybe"),
            (Type::Person, "../x"),
            (Type::Person, "C-261122-7K3F2"),
            (Type::Role, "CS manager"),
            (Type::Phone, "call me"),
            (Type::Email, "a@b@c d"),
            (Type::File, "../x sha256:00"),
        ] {
            assert!(Value::from_stored(&ty, text).is_err(), "{text}");
        }
    }
}
