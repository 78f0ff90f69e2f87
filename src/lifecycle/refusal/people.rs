//! Who may not act, or not on this record: staff, entitlement, deputies, four eyes, and records that are still
//! assigned to somebody. Amounts and levels are in `authority`.

use super::Whom;
use super::words::Words;
use crate::kind::EDIT;
use crate::locale::messages::RefusalText as Text;
use crate::place::Place;
use crate::policy::Term;
use crate::record::Id;
use crate::say;

/// Somebody may not take the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unentitled {
    /// The person who acts has no staff record, or has left.
    NotStaff {
        /// The person.
        person: Id,
    },
    /// The typist may not act in that name.
    NotActing {
        /// The typist.
        typist: Id,
        /// The person in whose name the typist acts.
        actor: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The days on which the typist is the actor's deputy. Today is not among them.
        terms: Vec<Term>,
        /// Who could today: the actor, deputies, and who may type the step.
        could: Vec<Id>,
        /// Where the rule is declared.
        place: Place,
    },
    /// The actor is not among those who may take the step.
    NotEntitled {
        /// The actor.
        actor: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// Who may.
        by: Vec<Whom>,
        /// The days on which the actor is deputy of one of those who could. Today is not among them.
        terms: Vec<Term>,
        /// The people who could, today.
        could: Vec<Id>,
        /// Where the step is declared.
        place: Place,
    },
    /// The actor is not among those who may change a field, in any step.
    NotTheirs {
        /// The actor.
        actor: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// Who may.
        by: Vec<Whom>,
        /// The people who could, today.
        could: Vec<Id>,
        /// Where it is declared.
        place: Place,
    },
    /// Four eyes: the actor, the principal or the typist took part in what is to be decided (GP1).
    SameEyes {
        /// The person.
        person: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The step that the person took, or the field that names the person.
        because: Whom,
        /// The people who could, today.
        could: Vec<Id>,
        /// Where the step is declared.
        place: Place,
    },
    /// Four eyes on a field: a person who would gain by its value may not write it.
    OwnGain {
        /// The person.
        person: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What names the person.
        because: Whom,
        /// The people who could, today.
        could: Vec<Id>,
        /// Where it is declared.
        place: Place,
    },
    /// The kind accepts no imports.
    NoImport {
        /// The kind.
        kind: String,
        /// Its file.
        place: Place,
    },
    /// Records are still assigned to the person, who may not leave them behind (GP5).
    StillDealt {
        /// The person.
        person: Id,
        /// The kind of the person's record.
        kind: String,
        /// The step.
        step: String,
        /// The records with their kinds and states.
        open: Vec<(Id, String, String)>,
        /// Where the step is declared.
        place: Place,
    },
}

impl Unentitled {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Unentitled::NotStaff { .. } => "not-staff",
            Unentitled::NotActing { .. } => "not-acting",
            Unentitled::NotEntitled { .. } => "not-entitled",
            Unentitled::NotTheirs { .. } => "not-theirs",
            Unentitled::SameEyes { .. } => "same-eyes",
            Unentitled::OwnGain { .. } => "own-gain",
            Unentitled::NoImport { .. } => "no-import",
            Unentitled::StillDealt { .. } => "still-dealt",
        }
    }

    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Unentitled::NotActing { place, .. }
            | Unentitled::NotEntitled { place, .. }
            | Unentitled::NotTheirs { place, .. }
            | Unentitled::SameEyes { place, .. }
            | Unentitled::OwnGain { place, .. }
            | Unentitled::NoImport { place, .. }
            | Unentitled::StillDealt { place, .. } => Some(place),
            _ => None,
        }
    }
}

impl Words<'_> {
    pub(super) fn people(&self, refusal: &Unentitled) -> String {
        let lang = self.lang;
        match refusal {
            Unentitled::NotStaff { person } => say!(lang, Text::NotStaff, person = person),
            Unentitled::NotActing { typist, actor, kind, step, .. } => {
                say!(lang, Text::NotActing, typist = typist, step = self.step(kind, step), actor = actor)
            }
            Unentitled::NotEntitled { actor, kind, step, by, .. } => {
                let by = self.either(by.iter().map(|whom| self.whom(kind, whom)));
                let (kind, step) = (self.kind(kind), self.step(kind, step));
                say!(lang, Text::NotEntitled, actor = actor, step = step, kind = kind, by = by)
            }
            Unentitled::NotTheirs { actor, kind, field, by, .. } => {
                let by = self.either(by.iter().map(|whom| self.whom(kind, whom)));
                say!(lang, Text::NotTheirs, actor = actor, field = self.field(kind, field), by = by)
            }
            Unentitled::SameEyes { person, kind, step, because, .. } => {
                let because = self.eyes(kind, because);
                let step = self.step(kind, step);
                say!(lang, Text::SameEyes, person = person, step = step, because = because)
            }
            Unentitled::OwnGain { person, kind, field, because, .. } => {
                let because = self.eyes(kind, because);
                say!(lang, Text::OwnGain, person = person, field = self.field(kind, field), because = because)
            }
            Unentitled::NoImport { kind, .. } => say!(lang, Text::NoImport, kind = self.kind(kind)),
            Unentitled::StillDealt { person, kind, step, open, .. } => {
                let step = self.step(kind, step);
                say!(lang, Text::StillDealt, step = step, count = open.len(), person = person)
            }
        }
    }

    fn eyes(&self, kind: &str, because: &Whom) -> String {
        let lang = self.lang;
        match because {
            Whom::Step(step) => say!(lang, Text::BecauseStep, step = self.step(kind, step)),
            Whom::Department(field) => say!(lang, Text::BecauseDepartment, field = self.field(kind, field)),
            Whom::Post { .. } => say!(lang, Text::BecausePost, whom = self.whom(kind, because)),
            Whom::Field(field) | Whom::Role(field) => {
                say!(lang, Text::BecauseField, field = self.field(kind, field))
            }
            Whom::Wrote(field) => say!(lang, Text::BecauseWrote, field = self.field(kind, field)),
            Whom::Anything => Text::BecauseAnything.get(lang).to_owned(),
            Whom::Missed(deadline) => say!(lang, Text::BecauseMissed, deadline = self.deadline(kind, deadline)),
            Whom::Own => Text::BecauseOwn.get(lang).to_owned(),
        }
    }

    /// Where the rule of a step is declared. If a kind has no step `edit`, the right of its first step counts.
    fn rule_of(&self, kind: &str, step: &str, place: &Place) -> String {
        let kind = self.found(kind).filter(|kind| step == EDIT && kind.steps_named(EDIT).next().is_none());
        match kind {
            Some(kind) => {
                let first = kind.first_step();
                say!(self.lang, Text::RuleOfFirst, step = self.step(kind.name(), &first.name), place = place)
            }
            None => say!(self.lang, Text::RuleAt, place = place),
        }
    }

    pub(super) fn people_help(&self, refusal: &Unentitled) -> Option<String> {
        let lang = self.lang;
        Some(match refusal {
            Unentitled::NotStaff { .. } => Text::AddStaff.get(lang).to_owned(),
            Unentitled::NotActing { typist, actor, terms, could, place, .. } => {
                let others: Vec<String> = could.iter().filter(|one| *one != actor).map(Id::to_string).collect();
                let people = self.joined(others.iter().cloned());
                let rule = say!(lang, Text::RuleAt, place = place);
                let advice = match others.is_empty() {
                    true => self.both(say!(lang, Text::NobodyInName, actor = actor), rule),
                    false => self.both(say!(lang, Text::CouldInName, actor = actor, people = people), rule),
                };
                self.at_their_time(typist, terms, advice)
            }
            Unentitled::NotEntitled { actor, kind, step, terms, could, place, .. } => {
                let advice = self.both(self.could(could), self.rule_of(kind, step, place));
                self.at_their_time(actor, terms, advice)
            }
            Unentitled::SameEyes { kind, step, could, place, .. } => {
                self.both(self.could(could), self.rule_of(kind, step, place))
            }
            Unentitled::NotTheirs { could, place, .. } | Unentitled::OwnGain { could, place, .. } => {
                self.both(self.could(could), say!(lang, Text::RuleAt, place = place))
            }
            Unentitled::NoImport { place, .. } => say!(lang, Text::NoImportHelp, file = place.file),
            Unentitled::StillDealt { open, .. } => {
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
        })
    }
}
