//! Refusals in words, in both languages, with the labels of the policy.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Named, Refusal, Whom};
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::locale::messages::RefusalText as Text;
use crate::locale::{Label, Lang};
use crate::policy::{Policy, Term};
use crate::record::{Id, Type, Value, show_money};
use crate::say;

impl Refusal {
    /// What is refused and why, one sentence without a full stop.
    pub fn message(&self, lang: Lang, policy: &Policy) -> String {
        Words { lang, policy }.message(self)
    }

    /// What to do, where that is known.
    pub fn help(&self, lang: Lang, policy: &Policy) -> Option<String> {
        Words { lang, policy }.help(self)
    }
}

impl Whom {
    /// Who it is, as people read it: the labels of role, field and step.
    pub fn words(&self, lang: Lang, policy: &Policy, kind: &str) -> String {
        Words { lang, policy }.whom(kind, self)
    }
}

struct Words<'w> {
    lang: Lang,
    policy: &'w Policy,
}

impl Words<'_> {
    fn message(&self, refusal: &Refusal) -> String {
        let lang = self.lang;
        match refusal {
            Refusal::Unanswered { why } => say!(lang, Text::Unanswered, why = why.get(lang)),
            Refusal::NoKind { kind } => say!(lang, Text::NoKind, kind = kind),
            Refusal::NoRecord { id } => say!(lang, Text::NoRecord, id = id),
            Refusal::NoState { kind, state } => say!(lang, Text::NoState, kind = self.kind(kind), state = state),
            Refusal::NoStep { kind, step, .. } => say!(lang, Text::NoStep, kind = self.kind(kind), step = step),
            Refusal::NotFrom { id, kind, step, state, from, .. } => {
                let from = self.joined(from.iter().map(|state| self.state(kind, state)));
                let (state, step) = (self.state(kind, state), self.step(kind, step));
                say!(lang, Text::NotFrom, id = id, state = state, step = step, from = from)
            }
            Refusal::NoPrevious { step, .. } => say!(lang, Text::NoPrevious, step = step),
            Refusal::NotStaff { person } => say!(lang, Text::NotStaff, person = person),
            Refusal::NotActing { typist, actor, kind, step, .. } => {
                say!(lang, Text::NotActing, typist = typist, step = self.step(kind, step), actor = actor)
            }
            Refusal::NotEntitled { actor, kind, step, by, .. } => {
                let by = self.joined(by.iter().map(|whom| self.whom(kind, whom)));
                let (kind, step) = (self.kind(kind), self.step(kind, step));
                say!(lang, Text::NotEntitled, actor = actor, step = step, kind = kind, by = by)
            }
            Refusal::NotTheirs { actor, kind, field, by, .. } => {
                let by = self.joined(by.iter().map(|whom| self.whom(kind, whom)));
                say!(lang, Text::NotTheirs, actor = actor, field = self.field(kind, field), by = by)
            }
            Refusal::SameEyes { person, kind, step, because, .. } => {
                let because = match because {
                    Whom::Step(step) => say!(lang, Text::BecauseStep, step = self.step(kind, step)),
                    Whom::Field(field) | Whom::Department(field) | Whom::Role(field) => {
                        say!(lang, Text::BecauseField, field = self.field(kind, field))
                    }
                };
                let step = self.step(kind, step);
                say!(lang, Text::SameEyes, person = person, step = step, because = because)
            }
            Refusal::AboveAuthority { actor, amount, roles, .. } => {
                let roles = self.joined(roles.iter().map(|role| self.role(role)));
                say!(lang, Text::AboveAuthority, actor = actor, amount = show_money(*amount), roles = roles)
            }
            Refusal::NoAuthority { table, amount, .. } => {
                say!(lang, Text::NoAuthority, table = table, amount = show_money(*amount))
            }
            Refusal::NoAmount { step, line, .. } => say!(lang, Text::NoAmount, step = step, line = line),
            Refusal::Sealed { kind, field, by, .. } => {
                say!(lang, Text::Sealed, field = self.field(kind, field), step = self.step(kind, by))
            }
            Refusal::Missing { kind, step, state, fields, .. } => {
                let fields = self.joined(fields.iter().map(|field| self.field(kind, field)));
                say!(lang, Text::Missing, step = self.step_from(kind, step, state), fields = fields)
            }
            Refusal::NoLevel { kind, step, role, .. } => {
                say!(lang, Text::NoLevel, step = self.step(kind, step), role = self.role(role))
            }
            Refusal::NotNextLevel { role, next, .. } => {
                say!(lang, Text::NotNextLevel, role = self.role(role), next = self.role(next))
            }
            Refusal::Outgrown { kind, decision, person, amount, roles, .. } => {
                let roles = self.joined(roles.iter().map(|role| self.role(role)));
                let (decision, amount) = (self.step(kind, decision), show_money(*amount));
                say!(lang, Text::Outgrown, decision = decision, person = person, amount = amount, roles = roles)
            }
            Refusal::Unmet { kind, step, state, condition, reason, .. } if *reason == Label::default() => {
                say!(lang, Text::Unmet, step = self.step_from(kind, step, state), condition = condition)
            }
            Refusal::Unmet { reason, .. } => reason.get(lang).to_owned(),
            Refusal::Exceeded { of, sum, most, reason, .. } => {
                let (sum, most) = (show_money(*sum), show_money(*most));
                self.because(reason, say!(lang, Text::Exceeded, of = self.called(of), sum = sum, most = most))
            }
            Refusal::NotUnique { kind, fields, other, reason, .. } => {
                let fields = self.joined(fields.iter().map(|field| self.field(kind, field)));
                self.because(reason, say!(lang, Text::NotUnique, fields = fields, other = self.called(other)))
            }
            Refusal::Circular { id, kind, field, through } => {
                let field = self.field(kind, field);
                match through.as_slice() {
                    [] => say!(lang, Text::NamesItself, field = field, id = id),
                    _ => {
                        let through = self.joined(through.iter().map(Id::to_string));
                        say!(lang, Text::Circular, field = field, id = id, through = through)
                    }
                }
            }
            Refusal::NotSame { kind, field, ours, other, theirs, reason, .. } => {
                let (field, other) = (self.field(kind, field), self.called(other));
                self.because(
                    reason,
                    say!(lang, Text::NotSame, field = field, ours = ours, other = other, theirs = theirs),
                )
            }
            Refusal::Before { kind, step, state, missing, .. } => {
                let missing = missing.iter().map(|lacking| {
                    let step = self.step_from(kind, &lacking.step, state);
                    if !lacking.departments.is_empty() {
                        let departments = self.joined(lacking.departments.iter().map(|name| self.department(name)));
                        return say!(lang, Text::OfDepartments, step = step, departments = departments);
                    }
                    if lacking.times > 1 { say!(lang, Text::SoOften, step = step, times = lacking.times) } else { step }
                });
                let missing = self.joined(missing);
                say!(lang, Text::Before, step = self.step_from(kind, step, state), missing = missing)
            }
            Refusal::Needs { step, kind, states, open, .. } => {
                let states = self.joined(states.iter().map(|state| self.state(kind, state)));
                match open.is_empty() {
                    true => say!(lang, Text::NeedsSome, step = step, kind = self.kind(kind), states = states),
                    false => say!(lang, Text::Needs, step = step, kind = self.kind(kind), states = states),
                }
            }
            Refusal::StillDealt { person, step, open, .. } => {
                say!(lang, Text::StillDealt, step = step, count = open.len(), person = person)
            }
            Refusal::BeforeLast { id, at, last } => {
                say!(lang, Text::BeforeLast, at = self.moment(at), id = id, last = self.moment(last))
            }
            Refusal::Future { at, now } => say!(lang, Text::Future, at = self.moment(at), now = self.moment(now)),
            Refusal::NotOfThisCentury { at } => say!(lang, Text::NotOfThisCentury, at = self.moment(at)),
            Refusal::NoId { kind } => say!(lang, Text::NoId, kind = self.kind(kind)),
            Refusal::IdTaken { id } => say!(lang, Text::IdTaken, id = id),
            Refusal::Required { kind, fields, .. } => {
                let fields = self.joined(fields.iter().map(|field| self.field(kind, field)));
                say!(lang, Text::Required, kind = self.kind(kind), fields = fields)
            }
            Refusal::Retired { field, .. } => say!(lang, Text::Retired, field = field),
            Refusal::BadReference { kind, field, to, kinds } => {
                let kinds = match kinds.is_empty() {
                    true => Text::AnyRecord.get(lang).to_owned(),
                    false => self.joined(kinds.iter().map(|kind| self.kind(kind))),
                };
                say!(lang, Text::BadReference, field = self.field(kind, field), to = to, kinds = kinds)
            }
            Refusal::NoPerson { kind, field, person } => {
                say!(lang, Text::NoPerson, field = self.field(kind, field), person = person)
            }
            Refusal::NoRole { kind, field, role, .. } => {
                say!(lang, Text::NoRole, field = self.field(kind, field), role = role)
            }
            Refusal::NoDepartment { kind, field, department, .. } => {
                say!(lang, Text::NoDepartment, field = self.field(kind, field), department = department)
            }
            Refusal::BadValue { field, error } => {
                say!(lang, Text::BadValue, field = field, error = error.label().get(lang))
            }
            Refusal::Passed { kind, field, value, at, .. } => {
                let value = match value {
                    Value::Time(time) => self.moment(time),
                    other => other.stored().unwrap_or_default(),
                };
                say!(lang, Text::Passed, field = self.field(kind, field), value = value, at = self.moment(at))
            }
            Refusal::Unchanged { id } => say!(lang, Text::Unchanged, id = id),
            Refusal::Consequence { step, what, cause, .. } => {
                say!(lang, Text::Consequence, step = step, what = what, cause = self.message(cause))
            }
            Refusal::Endless { step, .. } => say!(lang, Text::Endless, step = step),
            Refusal::Untouchable { id, what } => say!(lang, Text::Untouchable, what = what, id = id),
        }
    }

    fn help(&self, refusal: &Refusal) -> Option<String> {
        let lang = self.lang;
        Some(match refusal {
            Refusal::NoStep { near: Some(near), .. }
            | Refusal::NoRole { near: Some(near), .. }
            | Refusal::NoDepartment { near: Some(near), .. } => say!(lang, Text::DidYouMean, near = near),
            Refusal::NoStep { kind, near: None, .. } => {
                let mut steps: Vec<&str> = Vec::new();
                for step in self.found(kind).map(|kind| kind.steps.as_slice()).unwrap_or_default() {
                    if !steps.contains(&step.name.as_str()) {
                        steps.push(&step.name);
                    }
                }
                say!(lang, Text::KnownSteps, steps = self.joined(steps.into_iter().map(|step| self.step(kind, step))))
            }
            Refusal::NotFrom { kind, instead, state, .. } if !instead.is_empty() => {
                let steps = self.joined(instead.iter().map(|step| self.step_from(kind, step, state)));
                self.ruled(say!(lang, Text::Instead, steps = steps), refusal)
            }
            Refusal::NotStaff { .. } => Text::AddStaff.get(lang).to_owned(),
            Refusal::NotActing { typist, terms, place, .. } => {
                self.at_their_time(typist, terms, say!(lang, Text::RuleAt, place = place))
            }
            Refusal::NotEntitled { actor, terms, could, place, .. } => {
                let advice = self.both(self.could(could), say!(lang, Text::RuleAt, place = place));
                self.at_their_time(actor, terms, advice)
            }
            Refusal::NotTheirs { could, place, .. } | Refusal::SameEyes { could, place, .. } => {
                self.both(self.could(could), say!(lang, Text::RuleAt, place = place))
            }
            Refusal::AboveAuthority { actor, terms, could, parts, place, .. } => {
                let advice = self.both(self.could(could), say!(lang, Text::RuleAt, place = place));
                let advice = self.at_their_time(actor, terms, advice);
                self.made_up(parts).map_or(advice.clone(), |parts| self.both(parts, advice))
            }
            Refusal::Outgrown { place, parts, .. } => {
                let rule = say!(lang, Text::RuleAt, place = place);
                let advice = self.both(Text::OutgrownHelp.get(lang).to_owned(), rule);
                self.made_up(parts).map_or(advice.clone(), |parts| self.both(parts, advice))
            }
            Refusal::Unanswered { .. } => Text::UnansweredHelp.get(lang).to_owned(),
            Refusal::Sealed { kind, by, .. } => {
                // what was given when the record was made cannot be given again
                let first = self.found(kind).is_some_and(|kind| kind.first_step().name == *by);
                let advice = match first {
                    true => Text::SealedFromFirst.get(lang).to_owned(),
                    false => say!(lang, Text::SealedHelp, step = self.step(kind, by)),
                };
                self.ruled(advice, refusal)
            }
            Refusal::Before { kind, state, missing, .. } => {
                let could = missing.iter().map(|lacking| {
                    let step = self.step_from(kind, &lacking.step, state);
                    say!(lang, Text::CouldStep, step = step, could = self.could(&lacking.could))
                });
                let could: Vec<String> = could.collect();
                self.ruled(could.join(if lang == Lang::Zh { "；" } else { "; " }), refusal)
            }
            Refusal::Missing { kind, fields, .. } | Refusal::Required { kind, fields, .. } => {
                let example = fields.iter().map(|field| self.assignment(kind, field)).collect::<Vec<_>>().join(" ");
                let mut advice = say!(lang, Text::MissingHelp, example = example);
                if let ([field], Some(found)) = (fields.as_slice(), self.found(kind))
                    && let Some((_, field)) =
                        found.shape.find(field).filter(|(_, field)| field.help != Label::default())
                {
                    advice = say!(lang, Text::MissingMeans, advice = advice, means = field.help.get(lang));
                }
                if matches!(refusal, Refusal::Missing { noted: true, .. }) {
                    advice = self.both(advice, Text::MissingNoted.get(lang).to_owned());
                }
                self.ruled(advice, refusal)
            }
            Refusal::Needs { kind, open, .. } if !open.is_empty() => {
                let open = open.iter().map(|(id, state)| format!("{id} ({})", self.state(kind, state)));
                self.ruled(say!(lang, Text::StillOpen, records = self.joined(open)), refusal)
            }
            Refusal::Exceeded { others, .. } if !others.is_empty() => {
                let others = self.joined(others.iter().map(Id::to_string));
                self.ruled(say!(lang, Text::ExceededWith, records = others), refusal)
            }
            Refusal::StillDealt { open, .. } => {
                let fields = open.iter().filter_map(|(_, kind, _)| {
                    let kind = self.found(kind)?;
                    kind.assignee.map(|field| kind.field(field).name.as_str())
                });
                let mut fields: Vec<&str> = fields.collect();
                fields.sort_unstable();
                fields.dedup();
                let example = fields.iter().map(|field| format!("redress edit ID {field}=…"));
                let records = open.iter().map(|(id, kind, state)| format!("{id} ({})", self.state(kind, state)));
                let (example, records) = (self.joined(example), self.joined(records));
                say!(lang, Text::StillDealtHelp, example = example, records = records)
            }
            Refusal::Consequence { cause, .. } => return self.help(cause),
            Refusal::Endless { .. } => Text::EndlessHelp.get(lang).to_owned(),
            Refusal::Untouchable { .. } => Text::UntouchableHelp.get(lang).to_owned(),
            Refusal::Passed { place, .. } => say!(lang, Text::PassedHelp, place = place),
            other => {
                let place = other.place()?;
                say!(lang, Text::RuleAt, place = place)
            }
        })
    }

    /// Advice, after when somebody stands in for others, where that is said.
    fn at_their_time(&self, deputy: &Id, terms: &[Term], advice: String) -> String {
        let day = |day: Option<NaiveDate>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
        let term = |term: &Term| {
            let (from, until) = (day(term.from), day(term.until));
            say!(self.lang, Text::StandsIn, deputy = deputy, principal = term.principal, from = from, until = until)
        };
        terms.iter().map(term).chain([advice]).reduce(|first, second| self.both(first, second)).unwrap_or_default()
    }

    /// Advice, and where the rule stands.
    fn ruled(&self, advice: String, refusal: &Refusal) -> String {
        match refusal.place() {
            Some(place) => self.both(advice, say!(self.lang, Text::RuleAt, place = place)),
            None => advice,
        }
    }

    /// What is so, after why the policy says that it may not be.
    fn because(&self, reason: &Label, said: String) -> String {
        match reason.get(self.lang) {
            "" => said,
            reason => self.both(reason.to_owned(), said),
        }
    }

    /// A record by what people call it, and its id.
    fn called(&self, named: &Named) -> String {
        match (&named.title, self.lang) {
            (None, _) => named.id.to_string(),
            (Some(title), Lang::En) => format!("{title} ({})", named.id),
            (Some(title), Lang::Zh) => format!("{title}（{}）", named.id),
        }
    }

    /// How a field is given a value: of lists of groups, the first part of a new line.
    fn assignment(&self, kind: &str, field: &str) -> String {
        let found = self.found(kind).and_then(|kind| kind.shape.find(field));
        let parts = match found.map(|(_, field)| &field.ty) {
            Some(Type::List(element)) => match &**element {
                Type::Group(parts) => parts.fields().iter().find(|part| !part.retired),
                _ => None,
            },
            _ => None,
        };
        parts.map_or_else(|| format!("{field}=…"), |part| format!("{field}.+.{}=…", part.name))
    }

    fn could(&self, could: &[Id]) -> String {
        match could.is_empty() {
            true => Text::NobodyCould.get(self.lang).to_owned(),
            false => say!(self.lang, Text::Could, people = self.joined(could.iter().map(Id::to_string))),
        }
    }

    /// What an amount is made up of, where that is more than one thing.
    fn made_up(&self, parts: &[(Id, Decimal)]) -> Option<String> {
        let said = parts.iter().map(|(id, amount)| format!("{id} {}", show_money(*amount)));
        (parts.len() > 1).then(|| say!(self.lang, Text::MadeUpOf, parts = self.joined(said)))
    }

    /// Two pieces of advice in a line.
    fn both(&self, first: String, second: String) -> String {
        let separator = if self.lang == Lang::Zh { "；" } else { "; " };
        format!("{first}{separator}{second}")
    }

    fn joined(&self, items: impl Iterator<Item = String>) -> String {
        let separator = match self.lang {
            Lang::En => ", ",
            Lang::Zh => "、",
        };
        items.collect::<Vec<_>>().join(separator)
    }

    /// A name as it is typed; where people read Chinese, with its label before it.
    fn named(&self, name: &str, label: Option<&Label>) -> String {
        match (self.lang, label) {
            (Lang::Zh, Some(label)) if !label.zh.is_empty() && label.zh != name => format!("{}({name})", label.zh),
            _ => name.to_owned(),
        }
    }

    fn found(&self, kind: &str) -> Option<&Kind> {
        self.policy.kind(kind)
    }

    fn kind(&self, kind: &str) -> String {
        self.found(kind).map_or_else(|| kind.to_owned(), |found| found.shape.label.get(self.lang).to_lowercase())
    }

    fn step(&self, kind: &str, step: &str) -> String {
        self.named(step, self.found(kind).and_then(|kind| kind.step_label(step, None)))
    }

    /// A step as it is called in the state that it is taken from.
    fn step_from(&self, kind: &str, step: &str, state: &str) -> String {
        self.named(step, self.found(kind).and_then(|kind| kind.step_label(step, Some(state))))
    }

    fn state(&self, kind: &str, state: &str) -> String {
        let label = self.found(kind).and_then(|kind| kind.shape.state(state)).map(|state| &state.label);
        self.named(state, label)
    }

    fn field(&self, kind: &str, field: &str) -> String {
        let mut parts = field.split('.').filter(|part| part.parse::<usize>().is_err());
        let found = self.found(kind).and_then(|kind| {
            let (_, top) = kind.shape.find(parts.next()?)?;
            match (parts.next(), top.ty.element()) {
                (None, _) => Some(&top.label),
                (Some(inner), Type::Group(lines)) => lines.find(inner).map(|(_, inner)| &inner.label),
                _ => None,
            }
        });
        self.named(field, found)
    }

    fn role(&self, role: &str) -> String {
        self.named(role, self.policy.roles.get(role).map(|role| &role.label))
    }

    fn department(&self, department: &str) -> String {
        self.named(department, self.policy.departments.get(department).map(|department| &department.label))
    }

    fn whom(&self, kind: &str, whom: &Whom) -> String {
        let lang = self.lang;
        match whom {
            Whom::Role(role) => self.role(role),
            Whom::Field(field) => say!(lang, Text::WhomField, field = self.field(kind, field)),
            Whom::Department(field) => say!(lang, Text::WhomDepartment, field = self.field(kind, field)),
            Whom::Step(step) => say!(lang, Text::WhomStep, step = self.step(kind, step)),
        }
    }

    fn moment(&self, at: &Moment) -> String {
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    }
}
