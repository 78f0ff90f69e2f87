//! The vocabulary of refusals: kinds, steps, states, fields, people and rules in both languages, with the labels of
//! the policy. The sentences are in the files of their subjects.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Named, Whom};
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::locale::messages::RefusalText as Text;
use crate::locale::{Label, Lang};
use crate::place::Place;
use crate::policy::{Policy, Term};
use crate::record::{Id, Type};
use crate::say;
use crate::wording::{grouped, money};

impl Whom {
    /// The people in words: the labels of role, field and step.
    pub fn words(&self, lang: Lang, policy: &Policy, kind: &str) -> String {
        Words { lang, policy }.whom(kind, self)
    }
}

pub(super) struct Words<'w> {
    pub(super) lang: Lang,
    pub(super) policy: &'w Policy,
}

impl Words<'_> {
    /// Advice. If the deputy's days are known, it says before that when the deputy acts for others.
    pub(super) fn at_their_time(&self, deputy: &Id, terms: &[Term], advice: String) -> String {
        let day = |day: Option<NaiveDate>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
        let term = |term: &Term| {
            let (from, until) = (day(term.from), day(term.until));
            say!(self.lang, Text::StandsIn, deputy = deputy, principal = term.principal, from = from, until = until)
        };
        terms.iter().map(term).chain([advice]).reduce(|first, second| self.both(first, second)).unwrap_or_default()
    }

    /// Advice, followed by the place of the rule.
    pub(super) fn ruled(&self, advice: String, place: Option<&Place>) -> String {
        match self.rule_at(place) {
            Some(rule) => self.both(advice, rule),
            None => advice,
        }
    }

    /// The place of the rule.
    pub(super) fn rule_at(&self, place: Option<&Place>) -> Option<String> {
        Some(say!(self.lang, Text::RuleAt, place = place?))
    }

    /// A fact, after the policy's reason for refusing it.
    pub(super) fn because(&self, reason: &Label, said: String) -> String {
        match reason.get(self.lang) {
            "" => said,
            reason => self.both(reason.to_owned(), said),
        }
    }

    /// A record by its title and its id.
    pub(super) fn called(&self, named: &Named) -> String {
        match (&named.title, self.lang) {
            (None, _) => named.id.to_string(),
            (Some(title), Lang::En) => format!("{} ({})", title.get(Lang::En), named.id),
            (Some(title), Lang::Zh) => format!("{}（{}）", title.get(Lang::Zh), named.id),
        }
    }

    /// How a field is given a value. For a list of groups these are the parts that each new line needs, or else its
    /// first part.
    pub(super) fn assignment(&self, kind: &str, field: &str) -> String {
        let found = self.found(kind).and_then(|kind| kind.shape.find(field));
        let parts = match found.map(|(_, field)| &field.ty) {
            Some(Type::List(element)) => match &**element {
                Type::Group(parts) => parts.fields(),
                _ => &[],
            },
            _ => &[],
        };
        let parts = || parts.iter().filter(|part| !part.retired);
        let needed = parts().filter(|part| part.required).map(|part| &part.name);
        let mut named: Vec<&String> = needed.collect();
        if named.is_empty() {
            named.extend(parts().next().map(|part| &part.name));
        }
        match named.is_empty() {
            true => format!("{field}=…"),
            false => named.iter().map(|part| format!("{field}.+.{part}=…")).collect::<Vec<_>>().join(" "),
        }
    }

    pub(super) fn could(&self, could: &[Id]) -> String {
        match could.is_empty() {
            true => Text::NobodyCould.get(self.lang).to_owned(),
            false => say!(self.lang, Text::Could, people = self.joined(could.iter().map(Id::to_string))),
        }
    }

    /// An amount as people write it, with the currency of the book.
    pub(super) fn money(&self, amount: Decimal) -> String {
        format!("{} {}", grouped(&money(amount)), self.policy.settings.currency)
    }

    /// The parts of an amount, if there is more than one.
    pub(super) fn made_up(&self, parts: &[(Id, Decimal)]) -> Option<String> {
        let said = parts.iter().map(|(id, amount)| format!("{id} {}", self.money(*amount)));
        (parts.len() > 1).then(|| say!(self.lang, Text::MadeUpOf, parts = self.joined(said)))
    }

    /// Two pieces of advice on one line.
    pub(super) fn both(&self, first: String, second: String) -> String {
        let separator = if self.lang == Lang::Zh { "；" } else { "; " };
        format!("{first}{separator}{second}")
    }

    /// A list of items, one of which is enough: `a, b or c`.
    pub(super) fn either(&self, items: impl Iterator<Item = String>) -> String {
        self.ended(items, " or ", "或")
    }

    /// Items that are all needed: `a, b and c`.
    pub(super) fn both_of(&self, items: impl Iterator<Item = String>) -> String {
        self.ended(items, " and ", "、")
    }

    fn ended(&self, items: impl Iterator<Item = String>, en: &str, zh: &str) -> String {
        let mut items: Vec<String> = items.collect();
        let last = items.pop().unwrap_or_default();
        match (items.is_empty(), self.lang) {
            (true, _) => last,
            (false, Lang::En) => format!("{}{en}{last}", self.joined(items.into_iter())),
            (false, Lang::Zh) => format!("{}{zh}{last}", self.joined(items.into_iter())),
        }
    }

    pub(super) fn joined(&self, items: impl Iterator<Item = String>) -> String {
        let separator = match self.lang {
            Lang::En => ", ",
            Lang::Zh => "、",
        };
        items.collect::<Vec<_>>().join(separator)
    }

    /// A name as it is typed. In Chinese its label stands before it.
    pub(super) fn named(&self, name: &str, label: Option<&Label>) -> String {
        match (self.lang, label) {
            (Lang::Zh, Some(label)) if !label.zh.is_empty() && label.zh != name => format!("{}({name})", label.zh),
            _ => name.to_owned(),
        }
    }

    pub(super) fn found(&self, kind: &str) -> Option<&Kind> {
        self.policy.kind(kind)
    }

    pub(super) fn kind(&self, kind: &str) -> String {
        self.found(kind).map_or_else(|| kind.to_owned(), |found| found.shape.label.get(self.lang).to_lowercase())
    }

    pub(super) fn step(&self, kind: &str, step: &str) -> String {
        self.named(step, self.found(kind).and_then(|kind| kind.step_label(step, None)))
    }

    /// The label of a step in the state from which it is taken.
    pub(super) fn step_from(&self, kind: &str, step: &str, state: &str) -> String {
        self.named(step, self.found(kind).and_then(|kind| kind.step_label(step, Some(state))))
    }

    /// A line of a list, counted from one for people.
    pub(super) fn line(&self, kind: &str, line: &str) -> String {
        let (list, at) = line.rsplit_once('.').unwrap_or((line, "0"));
        let number = at.parse::<usize>().map_or(1, |at| at + 1);
        say!(self.lang, Text::NthLine, number = number, list = self.field(kind, list))
    }

    pub(super) fn deadline(&self, kind: &str, deadline: &str) -> String {
        self.named(deadline, self.found(kind).and_then(|kind| kind.deadline(deadline)).map(|deadline| &deadline.label))
    }

    pub(super) fn state(&self, kind: &str, state: &str) -> String {
        let label = self.found(kind).and_then(|kind| kind.shape.state(state)).map(|state| &state.label);
        self.named(state, label)
    }

    pub(super) fn field(&self, kind: &str, field: &str) -> String {
        self.named(field, self.label_of(kind, field))
    }

    /// A field of a line, after the line has been named.
    pub(super) fn field_of(&self, kind: &str, line: &str, field: &str) -> String {
        self.named(field, self.label_of(kind, &format!("{line}.{field}")))
    }

    fn label_of(&self, kind: &str, field: &str) -> Option<&Label> {
        let mut parts = field.split('.').filter(|part| part.parse::<usize>().is_err());
        self.found(kind).and_then(|kind| {
            let (_, top) = kind.shape.find(parts.next()?)?;
            match (parts.next(), top.ty.element()) {
                (None, _) => Some(&top.label),
                (Some(inner), Type::Group(lines)) => lines.find(inner).map(|(_, inner)| &inner.label),
                (Some(inner), Type::Ref(kinds)) => {
                    let mut of =
                        self.policy.kinds.values().filter(|k| kinds.is_empty() || kinds.iter().any(|n| n == k.name()));
                    of.find_map(|kind| kind.shape.find(inner)).map(|(_, inner)| &inner.label)
                }
                _ => None,
            }
        })
    }

    pub(super) fn role(&self, role: &str) -> String {
        self.in_full(role, self.policy.roles.get(role).map(|role| &role.label))
    }

    pub(super) fn department(&self, department: &str) -> String {
        self.in_full(department, self.policy.departments.get(department).map(|department| &department.label))
    }

    /// The same for names that are abbreviations, such as roles and departments: the label stands before them in
    /// English too.
    fn in_full(&self, name: &str, label: Option<&Label>) -> String {
        match (self.lang, label) {
            (Lang::En, Some(label)) if !label.en.is_empty() && !label.en.eq_ignore_ascii_case(name) => {
                format!("{} ({name})", label.en)
            }
            _ => self.named(name, label),
        }
    }

    pub(super) fn whom(&self, kind: &str, whom: &Whom) -> String {
        let lang = self.lang;
        match whom {
            Whom::Role(role) => self.role(role),
            Whom::Field(field) => say!(lang, Text::WhomField, field = self.field(kind, field)),
            Whom::Department(field) => say!(lang, Text::WhomDepartment, field = self.field(kind, field)),
            Whom::Post { role, field, above: false } => {
                say!(lang, Text::WhomPost, role = self.role(role), field = self.field(kind, field))
            }
            Whom::Post { role, field, above: true } => {
                say!(lang, Text::WhomAbove, role = self.role(role), field = self.field(kind, field))
            }
            Whom::Step(step) => say!(lang, Text::WhomStep, step = self.step(kind, step)),
            Whom::Wrote(field) => say!(lang, Text::WhomWrote, field = self.field(kind, field)),
            Whom::Anything => Text::WhomAnything.get(lang).to_owned(),
            Whom::Missed(deadline) => say!(lang, Text::WhomMissed, deadline = self.deadline(kind, deadline)),
            Whom::Own => Text::WhomOwn.get(lang).to_owned(),
        }
    }

    pub(super) fn moment(&self, at: &Moment) -> String {
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    }
}
