//! Messages about demands of the rules: on the record, on other steps and on other records.

use super::unfulfilled::Unfulfilled;
use super::words::Words;
use super::{Over, Waits, Whom};
use crate::calendar::words;
use crate::locale::messages::RefusalText as Text;
use crate::locale::{Label, Lang};
use crate::record::Id;
use crate::say;

impl Words<'_> {
    pub(super) fn demands(&self, refusal: &Unfulfilled) -> String {
        let lang = self.lang;
        match refusal {
            Unfulfilled::Unmet { kind, step, state, condition, reason, .. } if *reason == Label::default() => {
                let condition = self.condition(kind, condition);
                say!(lang, Text::Unmet, step = self.step_from(kind, step, state), condition = condition)
            }
            Unfulfilled::Never { kind, condition, reason, .. } if *reason == Label::default() => {
                say!(lang, Text::Never, condition = self.condition(kind, condition))
            }
            Unfulfilled::Unmet { reason, .. } | Unfulfilled::Never { reason, .. } => reason.get(lang).to_owned(),
            Unfulfilled::Exceeded { of, sum, most, reason, .. } => {
                let (sum, most) = (self.money(*sum), self.money(*most));
                self.because(reason, say!(lang, Text::Exceeded, of = self.called(of), sum = sum, most = most))
            }
            Unfulfilled::NotUnique { kind, fields, other, reason, .. } => {
                let fields = self.joined(fields.iter().map(|field| self.field(kind, field)));
                self.because(reason, say!(lang, Text::NotUnique, fields = fields, other = self.called(other)))
            }
            Unfulfilled::NotDifferent { kind, both, reason, .. } => {
                let (first, second) = (self.one_of_both(kind, &both.0), self.one_of_both(kind, &both.1));
                self.because(reason, say!(lang, Text::NotDifferent, first = first, second = second))
            }
            Unfulfilled::NotSame { kind, field, ours, other, theirs, reason, .. } => {
                let (field, other) = (self.field(kind, field), self.called(other));
                let (ours, theirs) = (ours.get(lang), theirs.get(lang));
                self.because(
                    reason,
                    say!(lang, Text::NotSame, field = field, ours = ours, other = other, theirs = theirs),
                )
            }
            Unfulfilled::Before { kind, step, state, missing, .. } => {
                let missing = missing.iter().map(|lacking| {
                    let step = self.step_from(kind, &lacking.step, state);
                    if !lacking.departments.is_empty() {
                        let departments = self.both_of(lacking.departments.iter().map(|name| self.department(name)));
                        return say!(lang, Text::OfDepartments, step = step, departments = departments);
                    }
                    if lacking.times > 1 { say!(lang, Text::SoOften, step = step, times = lacking.times) } else { step }
                });
                let missing = self.both_of(missing);
                say!(lang, Text::Before, step = self.step_from(kind, step, state), missing = missing)
            }
            Unfulfilled::TooOften { kind, step, state, times: (are, most), within, reason, .. } => {
                let step = self.step_from(kind, step, state);
                let said = match within {
                    None => say!(lang, Text::TooOften, step = step, are = are, most = most),
                    Some(within) => {
                        let within = within.text(lang);
                        say!(lang, Text::TooOftenWithin, step = step, are = are, most = most, within = within)
                    }
                };
                self.because(reason, said)
            }
            Unfulfilled::TooFew { kind, step, state, field, times, days, reason, .. } => {
                let (step, field) = (self.step_from(kind, step, state), self.field(kind, field));
                let said = match days {
                    (_, 1) => say!(lang, Text::TooFew, step = step, field = field, are = times.0, wanted = times.1),
                    (on, of) => {
                        let (are, wanted) = times;
                        say!(
                            lang,
                            Text::TooFewDays,
                            step = step,
                            field = field,
                            are = are,
                            wanted = wanted,
                            on = on,
                            of = of
                        )
                    }
                };
                self.because(reason, said)
            }
            Unfulfilled::Absent { kind, step, state, list, absent, reason, .. } => {
                let departments = self.both_of(absent.iter().map(|(name, _)| self.department(name)));
                let (step, list) = (self.step_from(kind, step, state), self.field(kind, list));
                self.because(reason, say!(lang, Text::Absent, step = step, departments = departments, list = list))
            }
            Unfulfilled::NotOverdue { kind, step, state, deadline, waits, .. } => {
                self.not_overdue(&self.step_from(kind, step, state), &self.deadline(kind, deadline), waits)
            }
            Unfulfilled::Passed { kind, step, state, deadline, over, .. } => {
                self.passed(&self.step_from(kind, step, state), &self.deadline(kind, deadline), over)
            }
            Unfulfilled::TooSoon { kind, step, state, field, from, .. } => {
                let (step, field) = (self.step_from(kind, step, state), self.field(kind, field));
                say!(lang, Text::TooSoon, step = step, field = field, from = words::date(*from, lang))
            }
            Unfulfilled::Needs { of, step, kind, states, open, .. } => {
                let states = self.either(states.iter().map(|state| self.state(kind, state)));
                let step = self.step(of, step);
                match open.is_empty() {
                    true => say!(lang, Text::NeedsSome, step = step, kind = self.kind(kind), states = states),
                    false => say!(lang, Text::Needs, step = step, kind = self.kind(kind), states = states),
                }
            }
        }
    }

    fn not_overdue(&self, step: &str, deadline: &str, waits: &Waits) -> String {
        let lang = self.lang;
        match waits {
            Waits::Until(due) => {
                let when = words::end(*due, self.policy.settings.time_zone, lang);
                say!(lang, Text::OpenAfter, step = step, deadline = deadline, when = when)
            }
            Waits::Paused => say!(lang, Text::OpenPaused, step = step, deadline = deadline),
            Waits::Idle => say!(lang, Text::OpenIdle, step = step, deadline = deadline),
            Waits::Undated => say!(lang, Text::OpenUndated, step = step, deadline = deadline),
            Waits::Unknown(why) => {
                say!(lang, Text::OpenUnknown, step = step, deadline = deadline, why = why.get(lang))
            }
        }
    }

    /// A filter in words. Conditions that the kind names are shown by their labels.
    pub(super) fn condition(&self, kind: &str, filter: &str) -> String {
        let Some(kind) = self.found(kind) else { return filter.to_owned() };
        let word = |word: &str| match kind.condition(word) {
            Some(named) => self.named(word, Some(&named.label)),
            None => word.to_owned(),
        };
        filter.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }

    fn one_of_both(&self, kind: &str, whom: &Whom) -> String {
        match whom {
            Whom::Step(step) => say!(self.lang, Text::WhoTook, step = self.step(kind, step)),
            Whom::Field(field) => self.field(kind, field),
            _ => String::new(),
        }
    }

    pub(super) fn passed(&self, step: &str, deadline: &str, over: &Over) -> String {
        let lang = self.lang;
        match over {
            Over::Since(due) => {
                let when = words::end(*due, self.policy.settings.time_zone, lang);
                say!(lang, Text::PassedAt, step = step, deadline = deadline, when = when)
            }
            Over::Idle => say!(lang, Text::PassedIdle, step = step, deadline = deadline),
            Over::Undated => say!(lang, Text::PassedUndated, step = step, deadline = deadline),
            Over::Unknown(why) => {
                say!(lang, Text::PassedUnknown, step = step, deadline = deadline, why = why.get(lang))
            }
        }
    }

    pub(super) fn demands_help(&self, refusal: &Unfulfilled) -> Option<String> {
        let lang = self.lang;
        Some(match refusal {
            Unfulfilled::Before { kind, state, missing, .. } => {
                let could = missing.iter().map(|lacking| {
                    let step = self.step_from(kind, &lacking.step, state);
                    say!(lang, Text::CouldStep, step = step, could = self.could(&lacking.could))
                });
                let could: Vec<String> = could.collect();
                self.ruled(could.join(if lang == Lang::Zh { "；" } else { "; " }), refusal.place())
            }
            Unfulfilled::Absent { absent, place, .. } => {
                let heads = absent.iter().filter(|(_, heads)| !heads.is_empty());
                let heads = heads.map(|(name, heads)| {
                    let people = self.either(heads.iter().map(Id::to_string));
                    say!(lang, Text::HeadOf, department = self.department(name), people = people)
                });
                let heads: Vec<String> = heads.collect();
                if heads.is_empty() {
                    return self.rule_at(Some(place));
                }
                self.ruled(heads.join(if lang == Lang::Zh { "；" } else { "; " }), Some(place))
            }
            Unfulfilled::TooFew { kind, step, state, field, place, .. } => {
                let found = self.found(kind);
                let fills = found.into_iter().flat_map(|kind| kind.steps_from(state).map(move |step| (kind, step)));
                let fills = fills.filter(|(kind, other)| {
                    other.name != *step && other.asks.iter().any(|ask| kind.field(ask.field).name == *field)
                });
                let steps = self.either(fills.map(|(_, other)| self.step_from(kind, &other.name, state)));
                if steps.is_empty() {
                    return self.rule_at(Some(place));
                }
                self.ruled(say!(lang, Text::TooFewHelp, steps = steps, field = self.field(kind, field)), Some(place))
            }
            Unfulfilled::NotOverdue { could, place, .. } | Unfulfilled::TooSoon { could, place, .. } => {
                self.ruled(self.could(could), Some(place))
            }
            Unfulfilled::Needs { kind, open, .. } if !open.is_empty() => {
                let open = open.iter().map(|(id, state)| format!("{id} ({})", self.state(kind, state)));
                self.ruled(say!(lang, Text::StillOpen, records = self.joined(open)), refusal.place())
            }
            Unfulfilled::Exceeded { others, .. } if !others.is_empty() => {
                let others = self.joined(others.iter().map(Id::to_string));
                self.ruled(say!(lang, Text::ExceededWith, records = others), refusal.place())
            }
            other => return self.rule_at(other.place()),
        })
    }
}
