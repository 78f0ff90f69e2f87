//! Evaluates a filter on a record in memory. An absent value fits no comparison, so the complement of the comparison
//! fits.

use std::borrow::Cow;
use std::ops::Bound;

use chrono::NaiveDate;

use super::Rollup;
use super::domain::number;
use super::merged::{Way, survivor};
use super::syntax::Flag;
use super::typed::{Ask, Condition, Filter, Holds, Merging, Named, OnRecord, OnValue, Test};
use crate::locale::Label;
use crate::locale::text::fold;
use crate::record::{Class, Event, FieldId, Fields, Id, RANDOM_LENGTH, Record, Value, entered};

/// Why something besides the record could not be looked up. It is never taken for an answer: a rule that depends on
/// records that cannot be read neither holds nor fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.en)]
pub struct Unanswered(pub Label);

/// Answers what a record alone does not say.
pub trait Resolver {
    /// The record with this id. A missing record is `None`.
    ///
    /// # Errors
    /// If the record cannot be looked up or read.
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered>;

    /// Whether a record is overdue, or is the reader's to do. Other flags follow from the record's state and are not
    /// asked here.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn flag(&self, record: &Record, flag: Flag) -> Result<bool, Unanswered>;

    /// The stored names of everybody who holds something of a record: `role:qm`, and `li.na` who has the role. Only
    /// questions ask this. Rules are not evaluated for a moment, so by default nobody holds anything.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn holders(&self, _record: &Record) -> Result<Vec<String>, Unanswered> {
        Ok(Vec::new())
    }

    /// The value of a rollup for a record with these fields; the record may not have an id yet. The span of the
    /// rollup ends at the moment that this resolver answers for.
    ///
    /// # Errors
    /// If the other records cannot be found or read.
    fn rollup(&self, rollup: &Rollup, _fields: &Fields, _id: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        Ok(rollup.of_none())
    }

    /// Of the records of a kind that refer to `id`, the one that was opened last, except `but`. Only lists ask this,
    /// never rules.
    ///
    /// # Errors
    /// If it cannot be found out.
    fn latest(&self, _kind: &str, _id: &Id, _but: &Id) -> Result<Option<Record>, Unanswered> {
        Ok(None)
    }
}

impl Holds {
    /// Whether one of the holders fits.
    pub fn fits(&self, holders: &[String]) -> bool {
        holders.iter().any(|holder| any(&self.0, &Atom::Text(holder)))
    }
}

/// A resolver that knows no other record and no flag.
#[derive(Debug, Clone, Copy, Default)]
pub struct Alone;

impl Resolver for Alone {
    fn record(&self, _: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(None)
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Filter {
    /// Whether the record fits. It must be of the filter's kind, read by the shape that the filter was bound to.
    ///
    /// # Errors
    /// If something besides the record cannot be looked up.
    pub fn matches(&self, record: &Record, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
        self.fits(&Subject { fields: &record.fields, record: Some(record) }, lookup)
    }

    /// Whether a record fits, if only these fields are known.
    ///
    /// # Errors
    /// As [`Filter::matches`].
    pub fn matches_fields(&self, fields: &Fields, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
        self.fits(&Subject { fields, record: None }, lookup)
    }

    /// Whether a record fits if only some fields are known; a known field may be empty. `None` if the answer depends
    /// on something else.
    pub fn decided(&self, fields: &Fields, is_known: &dyn Fn(FieldId) -> bool) -> Option<bool> {
        let mut all = Some(true);
        for Condition { negated, ask } in &self.conditions {
            let fits = match ask {
                Ask::Record(OnRecord::Named(named)) => named.decided(fields, is_known),
                Ask::Record(OnRecord::Field(handle, value)) if is_known(handle.id) => match fields.get(handle.id) {
                    Some(_) if value.looks_beyond() => None,
                    Some(known) => value.fits(known, &Alone).ok(),
                    None => Some(false),
                },
                _ => None,
            };
            match fits {
                Some(fits) if fits == *negated => return Some(false),
                Some(_) => {}
                None => all = None,
            }
        }
        all
    }

    fn fits(&self, subject: &Subject<'_>, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
        for condition in &self.conditions {
            if !condition.fits(subject, lookup)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the record cannot fit even if empty fields are filled in: because of its own values, or those of a
    /// record that it refers to. `open` says whether a field can still get another value.
    ///
    /// # Errors
    /// As [`Filter::matches`].
    pub fn fails_for_good(
        &self,
        record: &Record,
        lookup: &dyn Resolver,
        open: &dyn Fn(FieldId) -> bool,
    ) -> Result<bool, Unanswered> {
        let subject = Subject { fields: &record.fields, record: Some(record) };
        for condition in &self.conditions {
            let mended = match &condition.ask {
                Ask::Record(OnRecord::Field(handle, ask)) => {
                    open(handle.id) && !(ask.follows() && record.fields.get(handle.id).is_some())
                }
                Ask::Record(OnRecord::Computed(computed, _)) => computed.reads(open),
                Ask::Record(OnRecord::Rollup(rollup, _)) => rollup.reads(open),
                Ask::Record(OnRecord::Paired(paired)) => {
                    record.fields.iter().any(|(field, _)| paired.reads(field) && open(field))
                        || paired.lacks(&record.fields)
                }
                Ask::Record(OnRecord::Named(named)) => {
                    condition.negated || !named.fails_for_good(record, lookup, open)?
                }
                Ask::Record(_) | Ask::Flag(_) | Ask::Holder(_) => false,
            };
            if !mended && !condition.fits(&subject, lookup)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Named {
    /// The result of [`Filter::decided`] for the alternatives together.
    fn decided(&self, fields: &Fields, is_known: &dyn Fn(FieldId) -> bool) -> Option<bool> {
        let mut any = Some(false);
        for filter in &self.any {
            match filter.decided(fields, is_known) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => any = None,
            }
        }
        any
    }

    fn fails_for_good(
        &self,
        record: &Record,
        lookup: &dyn Resolver,
        open: &dyn Fn(FieldId) -> bool,
    ) -> Result<bool, Unanswered> {
        for filter in &self.any {
            if !filter.fails_for_good(record, lookup, open)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Condition {
    fn fits(&self, subject: &Subject<'_>, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
        let fits = match &self.ask {
            Ask::Flag(flag) => match subject.record {
                Some(record) => lookup.flag(record, *flag)?,
                None => false,
            },
            Ask::Holder(holds) => match subject.record {
                Some(record) => holds.fits(&lookup.holders(record)?),
                None => false,
            },
            Ask::Record(ask) => ask.fits(subject, lookup)?,
        };
        Ok(fits != self.negated)
    }
}

struct Subject<'r> {
    fields: &'r Fields,
    record: Option<&'r Record>,
}

/// A value in the form that tests compare.
enum Atom<'v> {
    Text(&'v str),
    Number(i64),
    Day(NaiveDate),
    Bool(bool),
    /// Lists and groups: tests only ask whether they are there.
    Many,
}

impl<'v> Atom<'v> {
    fn of(value: &'v Value) -> Self {
        match value {
            Value::Text(text) => Atom::Text(text),
            Value::Ref(id) => Atom::Text(id.as_str()),
            Value::File(file) => Atom::Text(&file.name),
            Value::Date(day) => Atom::Day(*day),
            Value::Bool(yes) => Atom::Bool(*yes),
            Value::Count(_) | Value::Decimal(_) | Value::Money(_) | Value::Time(_) => {
                number(value).map_or(Atom::Many, Atom::Number)
            }
            Value::List(_) | Value::Group(_) => Atom::Many,
        }
    }
}

impl OnRecord {
    fn fits(&self, subject: &Subject<'_>, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
        if let OnRecord::Field(handle, ask) = self {
            return subject.fields.get(handle.id).map_or(Ok(false), |value| ask.fits(value, lookup));
        }
        if let OnRecord::Computed(computed, ask) = self {
            return computed.value(subject.fields).map_or(Ok(false), |value| ask.fits(&value, lookup));
        }
        if let OnRecord::Rollup(rollup, ask) = self {
            let value = lookup.rollup(rollup, subject.fields, subject.record.map(|record| &record.id))?;
            return value.map_or(Ok(false), |value| ask.fits(&value, lookup));
        }
        match self {
            OnRecord::Paired(paired) => return paired.holds(subject.fields, subject.record, lookup),
            OnRecord::Named(named) => return any_of(&named.any, |filter| filter.fits(subject, lookup)),
            _ => {}
        }
        let Some(record) = subject.record else { return Ok(false) };
        let text = |tests: &[Test], text: &str| any(tests, &Atom::Text(text));
        let time = |tests: &[Test], event: Option<&Event>| {
            event.is_some_and(|event| any(tests, &Atom::Number(event.at.timestamp())))
        };
        Ok(match self {
            OnRecord::Field(..)
            | OnRecord::Computed(..)
            | OnRecord::Rollup(..)
            | OnRecord::Paired(_)
            | OnRecord::Named(_) => false,
            OnRecord::Id(tests) => text(tests, record.id.as_str()),
            OnRecord::Kind(tests) => text(tests, &record.kind),
            OnRecord::State(tests) => text(tests, &record.state),
            OnRecord::Class(classes, tests) => text(tests, classes.of(&record.state).name()),
            OnRecord::Opened(tests) => time(tests, record.history.first()),
            OnRecord::Changed(tests) => time(tests, record.history.last()),
            OnRecord::Closed(classes, tests) => time(tests, closing(record, |state| classes.of(state))),
            OnRecord::By(ask) => match record.history.first() {
                Some(event) => ask.fits_name(event.by.as_str(), lookup)?,
                None => false,
            },
            OnRecord::Milestone(states, tests) => time(tests, entering(record, states)),
        })
    }
}

/// The event by which a closed record entered its state.
pub(crate) fn closing(record: &Record, class: impl Fn(&str) -> Class) -> Option<&Event> {
    if class(&record.state) != Class::Closed {
        return None;
    }
    entered(&record.history)
}

/// The last event that led to one of these states.
pub(crate) fn entering<'r>(record: &'r Record, states: &[String]) -> Option<&'r Event> {
    record.history.iter().rev().find(|event| event.to.as_ref().is_some_and(|to| states.contains(to)))
}

impl OnValue {
    fn fits(&self, value: &Value, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
        Ok(match (self, value) {
            (OnValue::Any(tests), value) => any(tests, &Atom::of(value)),
            (OnValue::Each(ask), Value::List(values)) => any_of(values, |value| ask.fits(value, lookup))?,
            (OnValue::Inside(handle, ask), Value::Group(fields)) => match fields.get(handle.id) {
                Some(value) => ask.fits(value, lookup)?,
                None => false,
            },
            (OnValue::Follow(_), Value::Ref(id)) => self.follow(id, lookup)?,
            (OnValue::Standing(kinds, tests), Value::Ref(id)) => stands(kinds, tests, id, lookup)?,
            (OnValue::Follow(_), Value::Text(name)) => self.fits_name(name, lookup)?,
            _ => false,
        })
    }

    /// As [`OnValue::fits`], for a person's name.
    fn fits_name(&self, name: &str, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
        match self {
            OnValue::Any(tests) => Ok(any(tests, &Atom::Text(name))),
            OnValue::Follow(_) => name.parse::<Id>().map_or(Ok(false), |id| self.follow(&id, lookup)),
            OnValue::Each(_) | OnValue::Inside(..) | OnValue::Standing(..) => Ok(false),
        }
    }

    fn follow(&self, id: &Id, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
        let OnValue::Follow(kinds) = self else { return Ok(false) };
        let by = |record: &Record| kinds.iter().find(|of| of.kind == record.kind)?.merged_by.as_ref().map(|by| by.id);
        let Some(record) = survivor(id, &by, lookup)? else { return Ok(false) };
        let subject = Subject { fields: &record.fields, record: Some(&record) };
        any_of(kinds, |of| Ok(of.kind == record.kind && of.ask.fits(&subject, lookup)?))
    }
}

/// Whether an id fits, or one that means the same record after mergers.
fn stands(kinds: &[Merging], tests: &[Test], id: &Id, lookup: &dyn Resolver) -> Result<bool, Unanswered> {
    if any(tests, &Atom::Text(id.as_str())) {
        return Ok(true);
    }
    let by = |record: &Record| kinds.iter().find(|of| of.kind == record.kind).map(|of| of.by.id);
    let way = Way::from(id, &by, lookup)?;
    any_of(tests, |test| match test {
        Test::Names(names) => any_of(names, |name| match name.parse() {
            Ok(named) => Ok(Way::from(&named, &by, lookup)?.end() == way.end()),
            Err(_) => Ok(false),
        }),
        Test::IdPart(_) => Ok(way.through.iter().any(|id| test.fits(&Atom::Text(id.as_str())))),
        _ => Ok(false),
    })
}

/// Whether one of the items fits. Items after the first that fits are not asked.
fn any_of<T>(items: &[T], fits: impl Fn(&T) -> Result<bool, Unanswered>) -> Result<bool, Unanswered> {
    for item in items {
        if fits(item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn any(tests: &[Test], atom: &Atom<'_>) -> bool {
    tests.iter().any(|test| test.fits(atom))
}

impl Test {
    fn fits(&self, atom: &Atom<'_>) -> bool {
        match (self, atom) {
            (Test::Present, _) => true,
            (Test::Names(names), Atom::Text(text)) => names.iter().any(|name| name == text),
            (Test::IdPart(part), Atom::Text(text)) => random_starts(text, part),
            (Test::TextIs(folded), Atom::Text(text)) => folded == text || *folded == fold(text),
            (Test::TextIn(from, to), Atom::Text(text)) => inside(&fold(text), from, to),
            (Test::TextHas(part), Atom::Text(text)) => fold(text).contains(part.as_str()),
            (Test::Number(from, to), Atom::Number(n)) => {
                from.is_none_or(|from| from <= *n) && to.is_none_or(|to| *n <= to)
            }
            (Test::Days(from, to), Atom::Day(day)) => {
                from.is_none_or(|from| from <= *day) && to.is_none_or(|to| *day <= to)
            }
            (Test::Bool(asked), Atom::Bool(yes)) => asked == yes,
            _ => false,
        }
    }
}

fn inside(text: &str, from: &Bound<String>, to: &Bound<String>) -> bool {
    let after = match from {
        Bound::Included(from) => from.as_str() <= text,
        Bound::Excluded(from) => from.as_str() < text,
        Bound::Unbounded => true,
    };
    let before = match to {
        Bound::Included(to) => text <= to.as_str(),
        Bound::Excluded(to) => text < to.as_str(),
        Bound::Unbounded => true,
    };
    after && before
}

/// Whether the id is a record's and its random part begins with `part`.
fn random_starts(id: &str, part: &str) -> bool {
    let random = id.len().checked_sub(RANDOM_LENGTH).and_then(|at| id.get(at..));
    id.starts_with(|c: char| c.is_ascii_uppercase()) && random.is_some_and(|random| random.starts_with(part))
}
