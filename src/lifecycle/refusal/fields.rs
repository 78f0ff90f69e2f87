//! Messages about values that do not fit their fields.

use super::unfit::{Misplacement, Unfit};
use super::words::Words;
use crate::kind::{Against, Side};
use crate::lifecycle::questionnaire::Amiss;
use crate::locale::messages::RefusalText as Text;
use crate::locale::{Label, Lang};
use crate::record::{Id, Value};
use crate::say;

impl Words<'_> {
    pub(super) fn fields(&self, refusal: &Unfit) -> String {
        let lang = self.lang;
        match refusal {
            Unfit::Sealed { kind, field, by, .. } => {
                say!(lang, Text::Sealed, field = self.field(kind, field), step = self.step(kind, by))
            }
            Unfit::Given { kind, field, .. } => say!(lang, Text::Given, field = self.field(kind, field)),
            Unfit::Emptied { kind, step, field, .. } => {
                say!(lang, Text::Emptied, field = self.field(kind, field), step = self.step(kind, step))
            }
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
            Unfit::OtherDay { kind, line, day, of, .. } => {
                say!(lang, Text::OtherDay, line = self.line(kind, line), day = day, of = of)
            }
            Unfit::Between { id, kind, field, by, step } => {
                let (field, by, step) = (self.field(kind, field), self.step(kind, by), self.step(kind, step));
                say!(lang, Text::Between, field = field, id = id, by = by, step = step)
            }
            Unfit::NoFilter { kind, field, text, why } => {
                let field = self.field(kind, field);
                say!(lang, Text::NoFilter, field = field, text = text, why = why.get(lang))
            }
            Unfit::Misplaced(misplaced) => {
                let Misplacement { kind, field, value, side, against, named, other, .. } = misplaced.as_ref();
                let than = match against {
                    // a time may lie ahead of now on the same day
                    Against::Today if matches!(value, Value::Time(_)) => Text::Now.get(lang).to_owned(),
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
                // a value that was given when the record was made cannot be given again
                let first = self.found(kind).is_some_and(|kind| kind.first_step().name == *by);
                let advice = match first {
                    true => Text::SealedFromFirst.get(lang).to_owned(),
                    false => say!(lang, Text::SealedHelp, step = self.step(kind, by)),
                };
                self.ruled(advice, refusal.place())
            }
            // taking any one of the references away opens the circle; the last one was there before
            Unfit::Circular { field, through, .. } => {
                say!(lang, Text::CircularHelp, id = through.last()?, field = field)
            }
            Unfit::Given { id, .. } => self.ruled(say!(lang, Text::GivenHelp, id = id), refusal.place()),
            Unfit::Emptied { field, .. } => self.ruled(say!(lang, Text::EmptiedHelp, field = field), refusal.place()),
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
