//! Amounts and levels: decisions above somebody's authority, and rises from level to level (CP7, CP12).

use rust_decimal::Decimal;

use super::Whom;
use super::words::Words;
use crate::locale::Label;
use crate::locale::messages::RefusalText as Text;
use crate::place::Place;
use crate::policy::Term;
use crate::record::Id;
use crate::say;

/// An amount or a level prevents the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unauthorised {
    /// The table gives the decision to a higher level (CP7, CP12).
    AboveAuthority {
        /// The actor.
        actor: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The table.
        table: String,
        /// The amount to decide on.
        amount: Decimal,
        /// The parts of the amount: forms of the case, and what counts beside their decisions.
        parts: Vec<(Id, Decimal)>,
        /// The roles that may decide, from the lowest.
        roles: Vec<Whom>,
        /// The days on which the actor is deputy of one of those who could. Today is not among them.
        terms: Vec<Term>,
        /// The people who could, today.
        could: Vec<Id>,
        /// The row that fits first.
        place: Place,
    },
    /// No row of the table fits.
    NoAuthority {
        /// The step.
        step: String,
        /// The table.
        table: String,
        /// The amount.
        amount: Decimal,
        /// The table's place.
        place: Place,
    },
    /// A line that must have an amount has none.
    NoAmount {
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The kind of the line.
        line: String,
        /// The label of such a line.
        called: Label,
        /// Where the rule stands.
        place: Place,
    },
    /// There is no higher level that somebody holds.
    NoLevel {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The highest level, which already has the case.
        role: String,
        /// Where the first level of the climb is declared.
        place: Place,
    },
    /// A level would be skipped (CP12).
    NotNextLevel {
        /// The record.
        id: Id,
        /// The step.
        step: String,
        /// The level that was given.
        role: String,
        /// The next one.
        next: String,
        /// Where the first level of the climb is declared.
        place: Place,
    },
    /// The case has grown beyond the authority of the person who decided, so the decision no longer holds (CP7).
    Outgrown {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The decision that no longer holds.
        decision: String,
        /// Who took it.
        person: Id,
        /// The amount by now.
        amount: Decimal,
        /// The parts of the amount.
        parts: Vec<(Id, Decimal)>,
        /// The roles that may decide on it.
        roles: Vec<Whom>,
        /// Where the rule is declared.
        place: Place,
    },
}

impl Unauthorised {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Unauthorised::AboveAuthority { .. } => "above-authority",
            Unauthorised::NoAuthority { .. } => "no-authority",
            Unauthorised::NoAmount { .. } => "no-amount",
            Unauthorised::NoLevel { .. } => "no-level",
            Unauthorised::NotNextLevel { .. } => "not-next-level",
            Unauthorised::Outgrown { .. } => "outgrown",
        }
    }

    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Unauthorised::AboveAuthority { place, .. }
            | Unauthorised::NoAuthority { place, .. }
            | Unauthorised::NoAmount { place, .. }
            | Unauthorised::NoLevel { place, .. }
            | Unauthorised::NotNextLevel { place, .. }
            | Unauthorised::Outgrown { place, .. } => Some(place),
        }
    }
}

impl Words<'_> {
    pub(super) fn authority(&self, refusal: &Unauthorised) -> String {
        let lang = self.lang;
        match refusal {
            Unauthorised::AboveAuthority { actor, kind, amount, roles, .. } => {
                let roles = self.either(roles.iter().map(|whom| self.whom(kind, whom)));
                // what has no amount is a matter of the level alone
                match amount.is_zero() {
                    true => say!(lang, Text::AboveLevel, actor = actor, roles = roles),
                    false => {
                        say!(lang, Text::AboveAuthority, actor = actor, amount = self.money(*amount), roles = roles)
                    }
                }
            }
            Unauthorised::NoAuthority { table, amount, .. } => {
                say!(lang, Text::NoAuthority, table = table, amount = self.money(*amount))
            }
            Unauthorised::NoAmount { kind, step, line, called, .. } => {
                say!(lang, Text::NoAmount, step = self.step(kind, step), line = self.named(line, Some(called)))
            }
            Unauthorised::NoLevel { kind, step, role, .. } => {
                say!(lang, Text::NoLevel, step = self.step(kind, step), role = self.role(role))
            }
            Unauthorised::NotNextLevel { role, next, .. } => {
                say!(lang, Text::NotNextLevel, role = self.role(role), next = self.role(next))
            }
            Unauthorised::Outgrown { kind, decision, person, amount, roles, .. } => {
                let roles = self.either(roles.iter().map(|whom| self.whom(kind, whom)));
                let (decision, amount) = (self.step(kind, decision), self.money(*amount));
                say!(lang, Text::Outgrown, decision = decision, person = person, amount = amount, roles = roles)
            }
        }
    }

    pub(super) fn authority_help(&self, refusal: &Unauthorised) -> Option<String> {
        let lang = self.lang;
        Some(match refusal {
            Unauthorised::AboveAuthority { actor, terms, could, parts, place, .. } => {
                let advice = self.both(self.could(could), say!(lang, Text::RuleAt, place = place));
                let advice = self.at_their_time(actor, terms, advice);
                self.made_up(parts).map_or(advice.clone(), |parts| self.both(parts, advice))
            }
            Unauthorised::Outgrown { place, parts, .. } => {
                let rule = say!(lang, Text::RuleAt, place = place);
                let advice = self.both(Text::OutgrownHelp.get(lang).to_owned(), rule);
                self.made_up(parts).map_or(advice.clone(), |parts| self.both(parts, advice))
            }
            other => return self.rule_at(other.place()),
        })
    }
}
