//! Values of fields as they are printed: in both languages, nothing hidden in them.

use serde_json::{Value as Json, json};

use crate::calendar::{Moment, Zone};
use crate::lifecycle::Held;
use crate::locale::messages::FormText as Text;
use crate::locale::text::{one_line, visible_lines};
use crate::locale::{Label, Lang};
use crate::policy::{People, Policy};
use crate::record::{Type, Value, show_money};

/// What names in records mean.
pub(super) struct Words<'w> {
    pub(super) policy: &'w Policy,
    pub(super) people: &'w People,
    pub(super) zone: Zone,
}

impl Words<'_> {
    /// A single value as it is printed. Lists and groups have no text of their own.
    pub(super) fn scalar(&self, ty: &Type, value: &Value, title: impl Fn(&crate::record::Id) -> String) -> Label {
        let same = |text: String| Label::new(text.clone(), text);
        match (ty, value) {
            (Type::Choice(choices), Value::Text(name)) => {
                let choice = choices.iter().find(|choice| choice.name == *name);
                choice.map_or_else(|| same(name.clone()), |choice| choice.label.clone())
            }
            (Type::Person, Value::Text(id)) => same(self.person(id)),
            (Type::Role, Value::Text(name)) => {
                self.policy.roles.get(name).map_or_else(|| same(name.clone()), |role| role.label.clone())
            }
            (Type::Department, Value::Text(name)) => self.department(name),
            (_, Value::Money(amount)) => same(grouped(&show_money(*amount))),
            (_, Value::Time(at)) => same(self.moment(*at)),
            (_, Value::Bool(yes)) => if *yes { Text::Yes } else { Text::No }.into(),
            (_, Value::Ref(id)) => same(one_line(&title(id)).into_owned()),
            (_, Value::File(file)) => same(file.name.clone()),
            (_, value) => same(visible_lines(&value.stored().unwrap_or_default()).into_owned()),
        }
    }

    /// What a person is called.
    pub(super) fn person(&self, id: &str) -> String {
        let person = id.parse().ok().and_then(|id| self.people.get(&id));
        one_line(person.map_or(id, |person| person.name.as_str())).into_owned()
    }

    /// What a department is called.
    pub(super) fn department(&self, name: &str) -> Label {
        let department = self.policy.departments.get(name);
        department.map_or_else(|| Label::new(name, name), |department| department.label.clone())
    }

    /// Who holds something.
    pub(super) fn held(&self, held: &Held) -> Label {
        let label = held.label(self.policy, self.people);
        Label { en: one_line(&label.en).into_owned(), zh: one_line(&label.zh).into_owned() }
    }

    /// An instant to the minute, as the book's clocks show it.
    pub(super) fn moment(&self, at: Moment) -> String {
        self.zone.local(at).format("%Y-%m-%d %H:%M").to_string()
    }
}

/// A label in every language; a language that is left out has the other's.
pub(super) fn label(label: &Label) -> Json {
    json!({ "zh": label.get(Lang::Zh), "en": label.get(Lang::En) })
}

/// `1234567.50` as `1,234,567.50`.
pub(super) fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, cents) = rest.split_once('.').map_or((rest, None), |(whole, cents)| (whole, Some(cents)));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    cents.map_or(out.clone(), |cents| format!("{out}.{cents}"))
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_set_apart() {
        for (plain, shown) in [
            ("0.00", "0.00"),
            ("999.99", "999.99"),
            ("1000.00", "1,000.00"),
            ("-1234567.5", "-1,234,567.5"),
            ("120", "120"),
        ] {
            assert_eq!(grouped(plain), shown);
        }
    }
}
