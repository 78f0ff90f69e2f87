//! What the rules demand of the record, of other steps and of other records before the step.

use rust_decimal::Decimal;

use super::words::Words;
use super::{Lacking, Named, Over, Waits, Whom};
use crate::calendar::{Span, words};
use crate::locale::messages::RefusalText as Text;
use crate::locale::{Label, Lang};
use crate::place::Place;
use crate::record::{Id, show_money};
use crate::say;

/// A demand of the rules is not fulfilled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfulfilled {
    /// A condition does not hold.
    Unmet {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from. Empty if there is no record yet.
        state: String,
        /// The condition as written.
        condition: String,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it stands.
        place: Place,
    },
    /// Another record of the kind holds the same already.
    NotUnique {
        /// The record, if there is one already.
        id: Id,
        /// The kind.
        kind: String,
        /// The fields.
        fields: Vec<String>,
        /// The one that holds it.
        other: Named,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// A field says something else than the record that another field names.
    NotSame {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What it says.
        ours: Box<Label>,
        /// The record that is named, or that names this one.
        other: Named,
        /// What it says there.
        theirs: Box<Label>,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// With the others that name the same record it comes to more than that one allows.
    Exceeded {
        /// The record.
        id: Id,
        /// The step.
        step: String,
        /// The record that all of them name.
        of: Named,
        /// What they come to.
        sum: Decimal,
        /// What they may come to.
        most: Decimal,
        /// The others.
        others: Vec<Id>,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it stands.
        place: Place,
    },
    /// Other steps must be taken first.
    Before {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from. Empty if there is no record yet.
        state: String,
        /// What is missing.
        missing: Vec<Lacking>,
        /// Where it stands.
        place: Place,
    },
    /// The step was taken as often as it may be.
    TooOften {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// How often it was taken, and how often it may be.
        times: (u64, u64),
        /// Within which span; ever without one.
        within: Option<Span>,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// A list has fewer entries than the step asks for, or on fewer days.
    TooFew {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The list.
        field: String,
        /// How many entries there are, and how many there must be.
        times: (u64, u64),
        /// On how many days they lie, and on how many they must.
        days: (u64, u64),
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// Departments without anybody, or without a head, among those who take part.
    Absent {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The list of those who take part.
        list: String,
        /// The departments, each with its heads.
        absent: Vec<(String, Vec<Id>)>,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// Two things that must differ have a value in common.
    NotDifferent {
        /// The record.
        id: Id,
        /// Its kind.
        kind: String,
        /// The two: fields, or who took a step.
        both: Box<(Whom, Whom)>,
        /// What both hold, as it is compared.
        value: String,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// The record would be what no record of the kind may be.
    Never {
        /// The record.
        id: Id,
        /// Its kind.
        kind: String,
        /// The condition as written.
        condition: String,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// The step is open only once a deadline has passed, which it has not at the time of the step.
    NotOverdue {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The deadline.
        deadline: String,
        /// What it waits for.
        waits: Waits,
        /// The people who could take the step then.
        could: Vec<Id>,
        /// Where the step says so.
        place: Place,
    },
    /// The step is open only before a deadline has passed, which it has at the time of the step.
    Passed {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The deadline.
        deadline: String,
        /// Why it is too late.
        over: Over,
        /// Where the step says so.
        place: Place,
    },
    /// The step is open from a day on that has not come at the time of the step.
    TooSoon {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from.
        state: String,
        /// The field that says the day.
        field: String,
        /// The day.
        from: chrono::NaiveDate,
        /// The people who could take the step then.
        could: Vec<Id>,
        /// Where the step says so.
        place: Place,
    },
    /// Linked records have not come to where they must be.
    Needs {
        /// The record.
        id: Id,
        /// Its kind.
        of: String,
        /// The step.
        step: String,
        /// The linked kind.
        kind: String,
        /// The states that will do.
        states: Vec<String>,
        /// The records that are elsewhere, with their states. Empty if there must be one and is not.
        open: Vec<(Id, String)>,
        /// Where it stands.
        place: Place,
    },
}

impl Unfulfilled {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Unfulfilled::Unmet { .. } => "unmet",
            Unfulfilled::NotUnique { .. } => "not-unique",
            Unfulfilled::NotDifferent { .. } => "not-different",
            Unfulfilled::Never { .. } => "never",
            Unfulfilled::NotSame { .. } => "not-same",
            Unfulfilled::Exceeded { .. } => "exceeded",
            Unfulfilled::Before { .. } => "before",
            Unfulfilled::TooOften { .. } => "too-often",
            Unfulfilled::TooFew { .. } => "too-few",
            Unfulfilled::Absent { .. } => "absent",
            Unfulfilled::NotOverdue { .. } => "not-overdue",
            Unfulfilled::Passed { .. } => "passed",
            Unfulfilled::TooSoon { .. } => "too-soon",
            Unfulfilled::Needs { .. } => "needs",
        }
    }

    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Unfulfilled::Unmet { place, .. }
            | Unfulfilled::NotUnique { place, .. }
            | Unfulfilled::NotDifferent { place, .. }
            | Unfulfilled::Never { place, .. }
            | Unfulfilled::NotSame { place, .. }
            | Unfulfilled::Exceeded { place, .. }
            | Unfulfilled::Before { place, .. }
            | Unfulfilled::TooOften { place, .. }
            | Unfulfilled::TooFew { place, .. }
            | Unfulfilled::Absent { place, .. }
            | Unfulfilled::NotOverdue { place, .. }
            | Unfulfilled::Passed { place, .. }
            | Unfulfilled::TooSoon { place, .. }
            | Unfulfilled::Needs { place, .. } => Some(place),
        }
    }
}

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
                let (sum, most) = (show_money(*sum), show_money(*most));
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

    /// A filter, in which the conditions that the kind names are called as people call them.
    fn condition(&self, kind: &str, filter: &str) -> String {
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

    fn passed(&self, step: &str, deadline: &str, over: &Over) -> String {
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
