//! Values that do not fit their fields: they are given with a step, or stand in a record.

use super::words::Words;
use crate::calendar::Moment;
use crate::kind::{Against, Side};
use crate::lifecycle::questionnaire::Amiss;
use crate::locale::messages::RefusalText as Text;
use crate::locale::{Label, Lang};
use crate::place::Place;
use crate::record::{Id, Value, ValueError};
use crate::say;

/// A date, time or number beside what it is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplacement {
    /// The kind.
    pub kind: String,
    /// The field, as `resales.0.date`.
    pub field: String,
    /// What it is.
    pub value: Value,
    /// On which side it may not lie.
    pub side: Side,
    /// What it is held against.
    pub against: Against,
    /// That as the rule writes it.
    pub named: String,
    /// What that is.
    pub other: Value,
    /// Where it is said.
    pub place: Place,
}

/// A field lacks its value, or has one that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// The field cannot be changed since a step that seals it.
    Sealed {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The step that sealed it.
        by: String,
        /// Where the sealing step is declared.
        place: Place,
    },
    /// The field is given once, and was.
    Given {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// Where that is said.
        place: Place,
    },
    /// Fields that the step asks for are not there.
    Missing {
        /// The record, if there is one already.
        id: Option<Id>,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from. Empty if there is no record yet.
        state: String,
        /// The fields.
        fields: Vec<String>,
        /// Whether a note was given with the step: that fills in no field.
        noted: bool,
        /// Where they are asked for.
        place: Place,
    },
    /// A record names itself, or another of its kind that leads back to it.
    Circular {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The records on the way, in order. Empty if it names itself.
        through: Vec<Id>,
    },
    /// A running number is given, or would change.
    Numbered {
        /// The record, if there is one already.
        id: Option<Id>,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// Whether others can have read the number.
        published: bool,
        /// Where the field is declared to run.
        place: Place,
    },
    /// A required field would be empty.
    Required {
        /// The record, if there is one already.
        id: Option<Id>,
        /// The kind.
        kind: String,
        /// The fields.
        fields: Vec<String>,
    },
    /// A list has more lines than it may.
    TooMany {
        /// The kind.
        kind: String,
        /// The list.
        field: String,
        /// How many lines it has.
        are: u64,
        /// How many it may have.
        most: u64,
        /// Where it is said.
        place: Place,
    },
    /// A line of a list must have one of these fields, and has none.
    Neither {
        /// The kind.
        kind: String,
        /// The line, as `responsible.0`.
        line: String,
        /// The fields.
        fields: Vec<String>,
        /// Where it is said.
        place: Place,
    },
    /// A field is given that is no longer offered.
    Retired {
        /// The kind.
        kind: String,
        /// The field, or the field with the choice.
        field: String,
    },
    /// A field names a record that is not there, or one of a kind that does not belong there.
    BadReference {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The record that it names.
        to: Id,
        /// The kinds that belong there.
        kinds: Vec<String>,
    },
    /// A field names nobody of the staff.
    NoPerson {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The person that it names.
        person: String,
    },
    /// A field names a role that the policy does not declare.
    NoRole {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The role that it names.
        role: String,
        /// What was meant, perhaps.
        near: Option<String>,
    },
    /// A field names a department that the policy does not declare.
    NoDepartment {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The department that it names.
        department: String,
        /// What was meant, perhaps.
        near: Option<String>,
    },
    /// A value is not a value of its field.
    BadValue {
        /// The field.
        field: String,
        /// Why.
        error: ValueError,
    },
    /// A response does not answer the questions, or is not to be given (CB6).
    Answer {
        /// The kind.
        kind: String,
        /// The response, as `responses.0`.
        line: String,
        /// What is wrong.
        what: Box<Amiss>,
        /// Where the questionnaire is declared.
        place: Place,
    },
    /// A text that is to be a filter is none.
    NoFilter {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The text.
        text: String,
        /// What is wrong in it.
        why: Label,
    },
    /// A date, time or number does not lie where it can.
    Misplaced(Box<Misplacement>),
    /// A date or time that only looks forward has passed at the time of the step that gives it.
    Passed {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What it was given.
        value: Value,
        /// When the step happens.
        at: Moment,
        /// Where the field says so.
        place: Place,
    },
}

impl Unfit {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Unfit::Sealed { .. } => "sealed",
            Unfit::Given { .. } => "given",
            Unfit::Missing { .. } => "missing",
            Unfit::Required { .. } => "required",
            Unfit::Neither { .. } => "neither",
            Unfit::TooMany { .. } => "too-many",
            Unfit::Retired { .. } => "retired",
            Unfit::BadReference { .. } => "bad-reference",
            Unfit::NoPerson { .. } => "no-person",
            Unfit::NoRole { .. } => "no-role",
            Unfit::NoDepartment { .. } => "no-department",
            Unfit::BadValue { .. } => "bad-value",
            Unfit::Passed { .. } => "passed",
            Unfit::Misplaced(misplaced) => match misplaced.side {
                Side::Before => "too-early",
                Side::After => "too-late",
                Side::Above => "too-much",
            },
            Unfit::Answer { what, .. } => match **what {
                Amiss::Count { .. } => "answers",
                Amiss::Answer { .. } => "bad-answer",
                Amiss::NotAsked => "not-asked",
                Amiss::Twice => "answered-twice",
                Amiss::Own { .. } => "own-case",
            },
            Unfit::NoFilter { .. } => "no-filter",
            Unfit::Circular { .. } => "circular",
            Unfit::Numbered { .. } => "numbered",
        }
    }

    pub(super) fn place(&self) -> Option<&Place> {
        match self {
            Unfit::Sealed { place, .. }
            | Unfit::Given { place, .. }
            | Unfit::Missing { place, .. }
            | Unfit::Neither { place, .. }
            | Unfit::TooMany { place, .. }
            | Unfit::Numbered { place, .. }
            | Unfit::Answer { place, .. }
            | Unfit::Passed { place, .. } => Some(place),
            Unfit::Misplaced(misplaced) => Some(&misplaced.place),
            _ => None,
        }
    }
}

impl Words<'_> {
    pub(super) fn fields(&self, refusal: &Unfit) -> String {
        let lang = self.lang;
        match refusal {
            Unfit::Sealed { kind, field, by, .. } => {
                say!(lang, Text::Sealed, field = self.field(kind, field), step = self.step(kind, by))
            }
            Unfit::Given { kind, field, .. } => say!(lang, Text::Given, field = self.field(kind, field)),
            Unfit::Missing { kind, step, state, fields, .. } => {
                let fields = self.joined(fields.iter().map(|field| self.field(kind, field)));
                say!(lang, Text::Missing, step = self.step_from(kind, step, state), fields = fields)
            }
            Unfit::Circular { id, kind, field, through } => {
                let field = self.field(kind, field);
                match through.as_slice() {
                    [] => say!(lang, Text::NamesItself, field = field, id = id),
                    _ => {
                        let through = self.joined(through.iter().map(Id::to_string));
                        say!(lang, Text::Circular, field = field, id = id, through = through)
                    }
                }
            }
            Unfit::Numbered { id, kind, field, published, .. } => {
                let field = self.field(kind, field);
                match id {
                    None => say!(lang, Text::NumberGiven, field = field),
                    Some(id) if *published => say!(lang, Text::NumberPublished, field = field, id = id),
                    Some(id) => say!(lang, Text::NumberFixed, field = field, id = id),
                }
            }
            Unfit::Required { kind, fields, .. } => {
                let fields = self.joined(fields.iter().map(|field| self.field(kind, field)));
                say!(lang, Text::Required, kind = self.kind(kind), fields = fields)
            }
            Unfit::Neither { kind, line, fields, .. } => {
                let fields = self.joined(fields.iter().map(|field| self.field_of(kind, line, field)));
                say!(lang, Text::Neither, line = self.line(kind, line), fields = fields)
            }
            Unfit::TooMany { kind, field, are, most, .. } => {
                say!(lang, Text::TooMany, field = self.field(kind, field), are = are, most = most)
            }
            Unfit::Retired { field, .. } => say!(lang, Text::Retired, field = field),
            Unfit::BadReference { kind, field, to, kinds } => {
                let kinds = match kinds.is_empty() {
                    true => Text::AnyRecord.get(lang).to_owned(),
                    false => self.joined(kinds.iter().map(|kind| self.kind(kind))),
                };
                say!(lang, Text::BadReference, field = self.field(kind, field), to = to, kinds = kinds)
            }
            Unfit::NoPerson { kind, field, person } => {
                say!(lang, Text::NoPerson, field = self.field(kind, field), person = person)
            }
            Unfit::NoRole { kind, field, role, .. } => {
                say!(lang, Text::NoRole, field = self.field(kind, field), role = role)
            }
            Unfit::NoDepartment { kind, field, department, .. } => {
                say!(lang, Text::NoDepartment, field = self.field(kind, field), department = department)
            }
            Unfit::BadValue { field, error } => {
                say!(lang, Text::BadValue, field = field, error = error.label().get(lang))
            }
            Unfit::Answer { kind, line, what, .. } => {
                let line = self.line(kind, line);
                match what.as_ref() {
                    Amiss::Count { questions, answers } => {
                        say!(lang, Text::AnswerCount, line = line, questions = questions, answers = answers)
                    }
                    Amiss::Answer { question, answer, fits } => {
                        say!(lang, Text::BadAnswer, line = line, question = question, answer = answer, fits = fits)
                    }
                    Amiss::NotAsked => say!(lang, Text::NotAsked, line = line),
                    Amiss::Twice => say!(lang, Text::AnsweredTwice, line = line),
                    Amiss::Own { person } => say!(lang, Text::OwnCase, line = line, person = person),
                }
            }
            Unfit::NoFilter { kind, field, text, why } => {
                let field = self.field(kind, field);
                say!(lang, Text::NoFilter, field = field, text = text, why = why.get(lang))
            }
            Unfit::Misplaced(misplaced) => {
                let Misplacement { kind, field, value, side, against, named, other, .. } = misplaced.as_ref();
                let than = match against {
                    Against::Today => Text::Today.get(lang).to_owned(),
                    Against::Step(step) => say!(lang, Text::DayOfStep, step = self.step(kind, step)),
                    Against::Line(_) => match field.rsplit_once('.') {
                        Some((line, _)) => self.field_of(kind, line, named),
                        None => self.field(kind, named),
                    },
                    Against::Field(_) | Against::Beyond(..) => self.field(kind, named),
                    Against::Number(_) => String::new(),
                };
                let other = self.shown(other);
                let than = if than.is_empty() { other } else { say!(lang, Text::ThatIs, what = than, value = other) };
                let (field, value) = (self.field(kind, field), self.shown(value));
                match side {
                    Side::Before => say!(lang, Text::TooEarly, field = field, value = value, than = than),
                    Side::After => say!(lang, Text::TooLate, field = field, value = value, than = than),
                    Side::Above => say!(lang, Text::TooMuch, field = field, value = value, than = than),
                }
            }
            Unfit::Passed { kind, field, value, at, .. } => {
                let value = self.shown(value);
                say!(lang, Text::Passed, field = self.field(kind, field), value = value, at = self.moment(at))
            }
        }
    }

    fn shown(&self, value: &Value) -> String {
        match value {
            Value::Time(time) => self.moment(time),
            other => other.stored().unwrap_or_default(),
        }
    }

    pub(super) fn fields_help(&self, refusal: &Unfit) -> Option<String> {
        let lang = self.lang;
        Some(match refusal {
            Unfit::Sealed { kind, by, .. } => {
                // what was given when the record was made cannot be given again
                let first = self.found(kind).is_some_and(|kind| kind.first_step().name == *by);
                let advice = match first {
                    true => Text::SealedFromFirst.get(lang).to_owned(),
                    false => say!(lang, Text::SealedHelp, step = self.step(kind, by)),
                };
                self.ruled(advice, refusal.place())
            }
            Unfit::Given { id, .. } => self.ruled(say!(lang, Text::GivenHelp, id = id), refusal.place()),
            Unfit::Missing { kind, fields, .. } | Unfit::Required { kind, fields, .. } => {
                let example = fields.iter().map(|field| self.assignment(kind, field)).collect::<Vec<_>>().join(" ");
                let mut advice = say!(lang, Text::MissingHelp, example = example);
                if let ([field], Some(found)) = (fields.as_slice(), self.found(kind))
                    && let Some((_, field)) =
                        found.shape.find(field).filter(|(_, field)| field.help != Label::default())
                {
                    advice = say!(lang, Text::MissingMeans, advice = advice, means = field.help.get(lang));
                }
                if matches!(refusal, Unfit::Missing { noted: true, .. }) {
                    advice = self.both(advice, Text::MissingNoted.get(lang).to_owned());
                }
                self.ruled(advice, refusal.place())
            }
            Unfit::Neither { line, fields, place, .. } => {
                let example = fields.iter().map(|field| format!("{line}.{field}=…")).collect::<Vec<_>>();
                let or = if lang == Lang::Zh { " 或 " } else { " or " };
                self.ruled(say!(lang, Text::MissingHelp, example = example.join(or)), Some(place))
            }
            Unfit::Passed { place, .. } => say!(lang, Text::PassedHelp, place = place),
            Unfit::NoRole { near: Some(near), .. } | Unfit::NoDepartment { near: Some(near), .. } => {
                say!(lang, Text::DidYouMean, near = near)
            }
            other => return self.rule_at(other.place()),
        })
    }
}
