//! Reads one value by its field's type. Except in texts, full-width characters count as ASCII.

use super::error::Wrong;
use super::reading::{Found, Reading};
use crate::calendar::Direction;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::EntryText;
use crate::locale::text::{fold, half_width};
use crate::record::{Choice, Type, Value, ValueError, typed_amount};

/// Reads one value. `direction` says on which side of now a time is looked for.
pub(super) fn read(ty: &Type, text: &str, direction: Direction, reading: &Reading<'_>) -> Result<Value, Wrong> {
    if matches!(ty, Type::Text) {
        return Ok(Value::Text(text.to_owned()));
    }
    let typed = text.trim();
    let plain = half_width(typed);
    let plain = plain.trim();
    let stored = |code, message: Label, text: &str| {
        Value::from_stored(ty, text).map_err(|error| match error {
            ValueError::Negative(_) => Wrong::new("negative", error.label()),
            ValueError::TooLarge(_) => Wrong::new("too-large", error.label()),
            _ => Wrong::new(code, message),
        })
    };
    match ty {
        Type::Count => stored("no-count", label!(EntryText::Count, value = typed), &ungrouped(plain)),
        // This keeps the second half of `5,000` in a list from being read as zero.
        Type::Decimal if padded(plain) => Err(Wrong::new("no-number", label!(EntryText::Decimal, value = typed))),
        Type::Decimal => stored("no-number", label!(EntryText::Decimal, value = typed), &ungrouped(plain)),
        Type::Money => stored("no-amount", label!(EntryText::Money, value = typed), &ungrouped(&typed_amount(plain))),
        Type::Phone => stored("no-phone", label!(EntryText::Phone, value = typed), plain),
        Type::Email => stored("no-email", label!(EntryText::Email, value = typed), plain),
        Type::Bool => match fold(plain).as_str() {
            "yes" | "y" | "true" | "是" => Ok(Value::Bool(true)),
            "no" | "n" | "false" | "否" => Ok(Value::Bool(false)),
            _ => Err(Wrong::new("no-bool", label!(EntryText::Bool, value = typed))),
        },
        Type::Date | Type::Time => time(ty, typed, direction, reading),
        // a month and a day alone: the year is unknown
        Type::Day if Value::from_stored(ty, &format!("--{plain}")).is_ok() => {
            stored("no-day", Label::default(), &format!("--{plain}"))
        }
        Type::Day => Value::from_stored(ty, plain).map_err(|error| Wrong::new("no-day", error.label())),
        Type::Choice(choices) => choice(choices, typed),
        Type::Person => named(reading.resolver.person(typed), NOT_FOUND).map(|id| Value::Text(id.to_string())),
        Type::Role => named(reading.resolver.role(typed), NO_CHOICE).map(Value::Text),
        Type::Department => named(reading.resolver.department(typed), NO_CHOICE).map(Value::Text),
        Type::Ref(kinds) => named(reading.resolver.record(kinds, typed), NOT_FOUND).map(Value::Ref),
        Type::File => Err(Wrong::new("file", EntryText::File)),
        Type::Text | Type::List(_) | Type::Group(_) => Ok(Value::Text(text.to_owned())),
    }
}

fn time(ty: &Type, typed: &str, direction: Direction, reading: &Reading<'_>) -> Result<Value, Wrong> {
    let meant = if reading.iso_only {
        let message = || match ty {
            Type::Date => label!(EntryText::IsoDate, value = typed),
            _ => label!(EntryText::IsoTime, value = typed),
        };
        reading.times.iso(typed).ok_or_else(|| Wrong::new("no-time", message()))?
    } else {
        reading.times.typed(typed, direction).map_err(|message| Wrong::new("no-time", message))?
    };
    Ok(match ty {
        Type::Date => Value::Date(meant.date),
        _ => Value::Time(meant.moment),
    })
}

fn choice(choices: &[Choice], typed: &str) -> Result<Value, Wrong> {
    let wanted = fold(typed);
    let folded = |choice: &&Choice| fold(&choice.name) == wanted || choice.is_called(typed);
    let found = choices.iter().find(|choice| choice.name == typed).or_else(|| choices.iter().find(folded));
    let offered = choices.iter().filter(|choice| !choice.retired).map(|choice| (choice.name.as_str(), &choice.label));
    match found {
        Some(choice) if choice.retired => {
            Err(Wrong::new("retired-choice", label!(EntryText::ChoiceRetired, value = typed)).called("", offered))
        }
        Some(choice) => Ok(Value::Text(choice.name.clone())),
        None => Err(Wrong::new(NO_CHOICE, label!(EntryText::Choice, value = typed)).called(&wanted, offered)),
    }
}

/// The code for a word that names no record and no person.
const NOT_FOUND: &str = "not-found";
/// The code for a word that is not one of the known names.
const NO_CHOICE: &str = "no-choice";

fn named<T>(found: Found<T>, none: &'static str) -> Result<T, Wrong> {
    found.map_err(|unresolved| {
        let code = if unresolved.candidates.len() > 1 { "several-fit" } else { none };
        let (hint, candidates) = (unresolved.hint, unresolved.candidates);
        Wrong { code, message: unresolved.message, hint, candidates }
    })
}

/// Whether a number begins with superfluous zeros.
fn padded(text: &str) -> bool {
    let digits = text.trim_start_matches('-').as_bytes();
    digits.first() == Some(&b'0') && digits.get(1).is_some_and(u8::is_ascii_digit)
}

/// A number without the commas between its thousands. Commas elsewhere stay and are refused.
fn ungrouped(text: &str) -> String {
    let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let groups: Vec<&str> = whole.trim_start_matches('-').split(',').collect();
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let sound = groups.len() > 1
        && groups[0].len() <= 3
        && groups.iter().all(|group| digits(group))
        && groups[1..].iter().all(|group| group.len() == 3);
    if !sound {
        return text.to_owned();
    }
    let part = part.map_or(String::new(), |part| format!(".{part}"));
    format!("{}{part}", whole.replace(',', ""))
}

/// The values of a list in one text: `a,b` or `a、b`, and except in texts also `a，b`. Between numbers a comma always
/// separates, so thousands have no commas there. In lists of amounts commas stand between thousands, and `、` or `;`
/// separate.
pub(super) fn split<'t>(ty: &Type, text: &'t str) -> Vec<&'t str> {
    let separates = |c: char| match ty {
        Type::Money => matches!(c, '、' | '，' | ';' | '；'),
        Type::Decimal | Type::Count => matches!(c, ',' | '、' | '，' | ';' | '；'),
        Type::Text => matches!(c, ',' | '、'),
        _ => matches!(c, ',' | '、' | '，'),
    };
    text.split(separates).map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::choice;
    use crate::locale::Label;
    use crate::record::{Choice, Value};

    #[test]
    fn a_choice_is_found_by_its_name_in_any_case_the_very_name_first() {
        let named =
            |name: &str| Choice { name: name.to_owned(), label: Label::default(), also: Vec::new(), retired: false };
        let choices = ["key", "A", "b", "B"].map(named);
        let read = |typed| choice(&choices, typed).ok().and_then(|value| value.as_text().map(str::to_owned));
        for (typed, found) in [("A", "A"), ("a", "A"), ("KEY", "key"), ("B", "B"), ("b", "b"), ("ｂ", "b")] {
            assert_eq!(read(typed).as_deref(), Some(found), "{typed}");
        }
        assert_eq!(read("c"), None);
        assert_eq!(choice(&choices, "A").ok(), Some(Value::Text("A".to_owned())));
    }
}
