//! What differs by a change of the rules, in words.

use super::alteration::{Alteration, Part, STATE};
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::locale::{Label, Lang};
use crate::policy::STAFF;
use crate::wording::{self, Words};

/// How many days are named.
const MOST_DAYS: usize = 6;

/// How many values of a change are shown, if it is not shown whole.
const FEW: usize = 2;

/// The values that a change of the rules changed, and what that means for days that had passed. Without `words` the
/// fields of a person, roles and states have their names.
pub(super) fn difference(change: &Alteration, whole: bool, words: Option<&Words<'_>>) -> Label {
    let few = if whole { change.parts.len() } else { FEW };
    let words = words.filter(|_| change.person.is_some());
    let parts: Vec<Label> = change.parts.iter().take(few).map(|part| of_part(part, words)).collect();
    let all = |lang, separator: &str| parts.iter().map(|part| part.get(lang)).collect::<Vec<_>>().join(separator);
    let text = Label::new(all(Lang::En, "; "), all(Lang::Zh, "；"));
    let text = match change.parts.len().saturating_sub(few) {
        0 => text,
        more => label!(Text::AndMore, more = more; text = text),
    };
    if change.days.is_empty() {
        return text;
    }
    let mut days = change.days.iter().take(MOST_DAYS).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if change.days.len() > MOST_DAYS {
        days.push_str(&format!(", … ({})", change.days.len()));
    }
    let flips = match change.flips.is_empty() {
        true => Label::verbatim("-"),
        false => Label::verbatim(change.flips.join(", ")),
    };
    label!(Text::PastDays, days = days; text = text, flips = flips)
}

/// A value that is new, gone or another: `+ …`, `- …`, `…: A → B`.
fn of_part(part: &Part, words: Option<&Words<'_>>) -> Label {
    let name = name(&part.key, words);
    // a role or deputy without a first and a last day
    let is_bare = |value: &str| value.is_empty() || words.is_some() && value == "..";
    let shown = |value: &Option<String>| match (value, words) {
        (None, _) => Label::verbatim("-"),
        (Some(value), Some(words)) => self::value(&part.key, value, words),
        (Some(value), None) => Label::verbatim(value),
    };
    match (&part.before, &part.after) {
        (None, Some(after)) if is_bare(after) => Label::each(|lang| format!("+ {}", name.get(lang))),
        (Some(before), None) if is_bare(before) => Label::each(|lang| format!("- {}", name.get(lang))),
        (before, after) => {
            label!(Text::Differs; name = name, before = shown(before), after = shown(after))
        }
    }
}

/// What the key of a value is called. That of a role is the name of the field and the role: `roles.cs-manager`.
fn name(key: &str, words: Option<&Words<'_>>) -> Label {
    let Some(words) = words else { return Label::verbatim(key) };
    if key == STATE {
        return Text::State.into();
    }
    let (field, of) = key.split_once('.').unwrap_or((key, ""));
    let shape = words.policy.kind(STAFF).map(|kind| &kind.shape);
    let known = shape.and_then(|shape| Some(shape.field(shape.field_id(field)?).label.clone()));
    let field = known.unwrap_or_else(|| Label::verbatim(field));
    let of = match words.policy.roles.get(of) {
        Some(role) => role.label.clone(),
        None => Label::verbatim(words.person(of)),
    };
    Label::each(|lang| [field.get(lang), of.get(lang)].join(" ").trim_end().to_owned())
}

/// A value in words: a state, a department, or days.
fn value(key: &str, value: &str, words: &Words<'_>) -> Label {
    match words.policy.kind(STAFF).filter(|_| key == STATE) {
        Some(kind) => wording::state(kind, value),
        None => words.department(value),
    }
}
