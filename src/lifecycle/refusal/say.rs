//! Refusals in words: what is refused, why, and what to do. The words of each subject are in its own file.

use super::Refusal;
use super::words::Words;
use crate::locale::Lang;
use crate::locale::messages::RefusalText as Text;
use crate::policy::Policy;
use crate::{say, wording};

impl Refusal {
    /// What is refused and why, one sentence without a full stop.
    pub fn message(&self, lang: Lang, policy: &Policy) -> String {
        Words { lang, policy }.message(self)
    }

    /// What to do, if that is known.
    pub fn help(&self, lang: Lang, policy: &Policy) -> Option<String> {
        Words { lang, policy }.help(self)
    }
}

impl Words<'_> {
    fn message(&self, refusal: &Refusal) -> String {
        let lang = self.lang;
        match refusal {
            Refusal::Unentitled(refusal) => self.people(refusal),
            Refusal::Unauthorised(refusal) => self.authority(refusal),
            Refusal::Unfit(refusal) => self.fields(refusal),
            Refusal::Unfulfilled(refusal) => self.demands(refusal),
            Refusal::Unanswered { why } => say!(lang, Text::Unanswered, why = why.get(lang)),
            Refusal::NoKind { kind } => say!(lang, Text::NoKind, kind = kind),
            Refusal::NoRecord { id } => say!(lang, Text::NoRecord, id = id),
            Refusal::NoState { kind, state } => say!(lang, Text::NoState, kind = self.kind(kind), state = state),
            Refusal::NothingToAcknowledge { id, .. } => say!(lang, Text::NothingToAcknowledge, id = id),
            Refusal::NoStep { kind, step, .. } => say!(lang, Text::NoStep, kind = self.kind(kind), step = step),
            Refusal::NotFrom { id, kind, step, state, from, .. } => {
                let state = self.state(kind, state);
                let step = match self.found(kind) {
                    Some(found) if found.steps_named(step).next().is_none() => {
                        wording::step(found, step, None).get(lang).to_owned()
                    }
                    _ => self.step(kind, step),
                };
                if from.is_empty() {
                    return say!(lang, Text::NotFromState, id = id, state = state, step = step);
                }
                let from = self.either(from.iter().map(|state| self.state(kind, state)));
                say!(lang, Text::NotFrom, id = id, state = state, step = step, from = from)
            }
            Refusal::NoPrevious { step, .. } => say!(lang, Text::NoPrevious, step = step),
            Refusal::BeforeEntered { id, kind, at, since, state: Some(state) } => {
                let (at, since, state) = (self.moment(at), self.moment(since), self.state(kind, state));
                say!(lang, Text::BeforeEntered, at = at, id = id, state = state, since = since)
            }
            Refusal::BeforeEntered { id, at, since, .. } => {
                say!(lang, Text::BeforeOpened, at = self.moment(at), id = id, since = self.moment(since))
            }
            Refusal::NotedLate { at, within, .. } => {
                say!(lang, Text::NotedLate, at = self.moment(at), within = within.text(lang))
            }
            Refusal::BeforeLast { id, at, last } => {
                say!(lang, Text::BeforeLast, at = self.moment(at), id = id, last = self.moment(last))
            }
            Refusal::Future { at, now } => say!(lang, Text::Future, at = self.moment(at), now = self.moment(now)),
            Refusal::NotOfThisCentury { at } => say!(lang, Text::NotOfThisCentury, at = self.moment(at)),
            Refusal::NoId { kind } => say!(lang, Text::NoId, kind = self.kind(kind)),
            Refusal::IdTaken { id } => say!(lang, Text::IdTaken, id = id),
            Refusal::ReservedId { id } => say!(lang, Text::ReservedId, id = id),
            Refusal::Unchanged { id } => say!(lang, Text::Unchanged, id = id),
            Refusal::Consequence { of, step, on, what, cause, .. } => {
                let what = match on {
                    None => self.kind(what),
                    Some((id, kind)) => format!("{id} {}", self.step(kind, what)),
                };
                say!(lang, Text::Consequence, step = self.step(of, step), what = what, cause = self.message(cause))
            }
            Refusal::Endless { step, .. } => say!(lang, Text::Endless, step = step),
            Refusal::Untouchable { id, what } => say!(lang, Text::Untouchable, what = what, id = id),
        }
    }

    fn help(&self, refusal: &Refusal) -> Option<String> {
        let lang = self.lang;
        Some(match refusal {
            Refusal::Unentitled(refusal) => return self.people_help(refusal),
            Refusal::Unauthorised(refusal) => return self.authority_help(refusal),
            Refusal::Unfit(refusal) => return self.fields_help(refusal),
            Refusal::Unfulfilled(refusal) => return self.demands_help(refusal),
            Refusal::NothingToAcknowledge { others, .. } if others.is_empty() => {
                Text::NothingToAcknowledgeHelp.get(lang).to_owned()
            }
            Refusal::NothingToAcknowledge { others, .. } => {
                let people = self.joined(others.iter().map(ToString::to_string));
                say!(lang, Text::AcknowledgedByOthers, people = people)
            }
            Refusal::NoStep { near: Some(near), .. } => say!(lang, Text::DidYouMean, near = near),
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
                self.ruled(say!(lang, Text::Instead, steps = steps), refusal.place())
            }
            Refusal::NotedLate { later, .. } => {
                let roles = self.either(later.iter().map(|role| self.role(role)));
                let advice = match later.is_empty() {
                    true => Text::NotedLateNobody.get(lang).to_owned(),
                    false => say!(lang, Text::NotedLateHelp, roles = roles),
                };
                self.ruled(advice, refusal.place())
            }
            Refusal::IdTaken { id } if id.is_person() => say!(lang, Text::GiveId, example = format!("{id}.2")),
            Refusal::ReservedId { id } => say!(lang, Text::GiveId, example = format!("x-{id}")),
            Refusal::Unanswered { .. } => Text::UnansweredHelp.get(lang).to_owned(),
            Refusal::Consequence { cause, .. } => return self.help(cause),
            Refusal::Endless { .. } => Text::EndlessHelp.get(lang).to_owned(),
            Refusal::Untouchable { .. } => Text::UntouchableHelp.get(lang).to_owned(),
            other => return self.rule_at(other.place()),
        })
    }
}
