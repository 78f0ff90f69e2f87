//! Takes the rows of an import one by one: finds or makes the records that a row names, and reports faults by their
//! columns.

use std::collections::{BTreeMap, HashMap};

use super::context::Context;
use super::doubles;
use super::naming;
use crate::book::{View, Writing};
use crate::calendar::Zone;
use crate::cli::bulk::{self, Exact};
use crate::cli::failure::Failure;
use crate::cli::session;
use crate::entry::import::{BadCell, Draft, Mapping, Row, Wanted};
use crate::entry::{EntryError, Reading, apply_json};
use crate::kind::{EDIT, IMPORT, Kind};
use crate::label;
use crate::lifecycle::{Actor, Arrival, Refusal, Request, Unentitled};
use crate::locale::messages::{ImportText as Text, RecordText};
use crate::locale::text::fold;
use crate::locale::{Label, Lang};
use crate::record::{Fields, Id, Value};

/// What came in.
#[derive(Default)]
pub struct Done {
    /// How many rows the file has.
    pub rows: usize,
    /// The records of the rows.
    pub imported: Vec<Id>,
    /// Rows that had come in before.
    pub existing: usize,
    /// Rows that had come in before and that say something else now.
    pub changed: usize,
    /// What they say.
    pub differences: Vec<Difference>,
    /// Records that were made because rows name them, by kind.
    pub made: BTreeMap<String, usize>,
    /// Rows that could not be taken.
    pub rejected: usize,
}

/// A field that a row gives another value than its record has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The line of the row.
    pub line: usize,
    /// The key of the row.
    pub key: String,
    /// The record.
    pub id: Id,
    /// The field by its name.
    pub field: String,
    /// The value in the book, as it is stored.
    pub was: String,
    /// The value in the file.
    pub now: String,
}

/// What a difference of states has for its field.
pub const STATE: &str = "state";

/// What became of a row that could be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The record that was made.
    Made(Id),
    /// The record was there, and says the same.
    Existed(Id),
    /// The record was there, and says something else.
    Differs(Id),
}

/// An import in the making.
pub struct Import<'i> {
    /// What the command is given.
    pub context: &'i Context,
    /// The kind of the rows.
    pub kind: &'i Kind,
    /// What the columns are.
    pub mapping: &'i Mapping,
    /// Who imports.
    pub actor: &'i Actor,
    /// Whether what differs in a known row is taken as an edit.
    pub update: bool,
    /// Whether deadlines of records that are not finished start with their state.
    pub running: bool,
    /// What records are called that rows name, by kind and folded name.
    pub found: HashMap<(String, String), Id>,
    /// What came in so far.
    pub done: Done,
}

/// What is wrong with a row.
pub type Rejected = Vec<BadCell>;

impl Import<'_> {
    /// Takes a row. The outer error is the book's, the inner one says what is wrong with the row. Nothing of a wrong
    /// row is left.
    ///
    /// # Errors
    /// The book's, and nothing of the row is taken.
    pub fn row(
        &mut self,
        writing: &mut Writing<'_>,
        row: &Row,
        seen: &mut HashMap<String, usize>,
    ) -> Result<Result<Outcome, Rejected>, Failure> {
        let line = row.line;
        let row = &self.mapping.prepared(row.clone());
        let key = match self.mapping.key(row, seen) {
            Ok(key) => key,
            Err(wrong) => return Ok(Err(vec![wrong])),
        };
        let known = writing.operation.by_key(&key);
        let known = known.map_err(|refusal| session::refused(&refusal, writing.view.policy()))?;
        if let Some(id) = &known
            && writing.view.policy().kind_of(id).is_none_or(|kind| kind.name() != self.kind.name())
        {
            let message = label!(Text::KeyOfOther, key = key, id = id, kind = self.kind.name());
            return Ok(Err(vec![BadCell { column: String::new(), message }]));
        }
        let zone = session::calendar(writing.view).zone();
        let now = writing.view.now();
        let draft = match self.mapping.draft(row, self.kind, zone, now) {
            Ok(draft) => draft,
            // nobody asks a known row again, unless it is to change something
            Err(_) if known.is_some() && !self.update => {
                self.done.existing += 1;
                return Ok(Ok(Outcome::Existed(known.unwrap_or_else(|| self.actor.person.clone()))));
            }
            Err(wrong) => return Ok(Err(wrong)),
        };
        let mark = writing.operation.mark();
        let taken = match known {
            Some(id) => self.again(writing, draft, (line, key), id)?,
            None => self.take(writing, draft, key, zone)?.map(|(id, made)| {
                for (kind, called, id) in made {
                    *self.done.made.entry(kind.clone()).or_default() += 1;
                    self.found.insert((kind, called), id);
                }
                self.done.imported.push(id.clone());
                Outcome::Made(id)
            }),
        };
        if taken.is_err() {
            writing.operation.back_to(mark);
        }
        Ok(taken)
    }

    /// A row that came in before: what it says otherwise than its record is told, and taken as an edit if that is
    /// wanted. An empty cell says nothing.
    fn again(
        &mut self,
        writing: &mut Writing<'_>,
        mut draft: Draft,
        (line, key): (usize, String),
        id: Id,
    ) -> Result<Result<Outcome, Rejected>, Failure> {
        let view = writing.view;
        let record = writing.operation.record(&id).map_err(|refusal| session::refused(&refusal, view.policy()))?;
        for wanted in std::mem::take(&mut draft.wanted) {
            let known = view.index()?.known_as(std::slice::from_ref(&wanted.kind), &wanted.called)?;
            // of several that are called so, or none, the one that stands there stays
            if let [one] = known.as_slice() {
                draft.object.insert(wanted.field, one.to_string().into());
            }
        }
        self.strangers(writing, &mut draft);
        let before = &record.fields;
        let after = match changed_fields(writing, self.kind, before, &draft.object) {
            Ok(fields) => fields,
            Err(errors) if self.update => return Ok(Err(self.wrong(errors))),
            Err(_) => before.clone(),
        };
        let set = naming::difference(self.kind, before, &after);
        // a row whose state was that of its import says nothing of what happened in the book since
        let came = record.history.iter().rev().find(|event| event.step == IMPORT).and_then(|event| event.to.as_ref());
        let state = draft.stages.last().map(|(_, state)| state);
        let state = state.filter(|state| **state != record.state && Some(*state) != came);
        if let Some(now) = state {
            let (field, was, now) = (STATE.to_owned(), record.state.clone(), now.clone());
            self.done.differences.push(Difference { line, key: key.clone(), id: id.clone(), field, was, now });
        }
        if set.is_empty() {
            // no edit changes a state
            let differs = state.is_some() && !self.update;
            *(if differs { &mut self.done.changed } else { &mut self.done.existing }) += 1;
            return Ok(Ok(if state.is_some() { Outcome::Differs(id) } else { Outcome::Existed(id) }));
        }
        let stored = |fields: &Fields, field| fields.get(field).map(in_a_line).unwrap_or_default();
        let differences = set.iter().map(|(field, _)| Difference {
            line,
            key: key.clone(),
            id: id.clone(),
            field: self.kind.field(*field).name.clone(),
            was: stored(before, *field),
            now: stored(&after, *field),
        });
        let differences: Vec<Difference> = differences.collect();
        if self.update {
            let request = Request { set, ..Request::new(EDIT, self.actor.clone()) };
            if let Err(refusal) = writing.operation.edit(&id, &request) {
                return Ok(Err(self.refused(&refusal, view)?));
            }
        }
        self.done.changed += 1;
        self.done.differences.extend(differences);
        Ok(Ok(Outcome::Differs(id)))
    }

    /// People who are not staff go to the text field that the mapping names.
    fn strangers(&self, writing: &Writing<'_>, draft: &mut Draft) {
        for stranger in std::mem::take(&mut draft.strangers) {
            let Some(name) = draft.object.get(&stranger.field).and_then(|json| json.as_str()).map(str::to_owned) else {
                continue;
            };
            let resolver = Exact { view: writing.view, operation: &writing.operation };
            if crate::entry::Resolver::person(&resolver, &name).is_ok() {
                continue;
            }
            draft.object.remove(&stranger.field);
            let line = format!("{}: {name}", stranger.heading);
            let text = match draft.object.get(&stranger.to).and_then(|json| json.as_str()) {
                Some(text) if !text.is_empty() => format!("{text}\n{line}"),
                _ => line,
            };
            draft.object.insert(stranger.to, text.into());
        }
    }

    /// What is wrong with fields, by the columns that they come from.
    pub(super) fn wrong(&self, errors: Vec<EntryError>) -> Rejected {
        let bad = |error: EntryError| BadCell {
            column: self.mapping.heading_of(self.kind, &error.field),
            message: said(&error),
        };
        errors.into_iter().map(bad).collect()
    }

    #[allow(clippy::type_complexity, reason = "the book's errors apart from the row's, and what was made on the way")]
    fn take(
        &self,
        writing: &mut Writing<'_>,
        mut draft: Draft,
        key: String,
        zone: Zone,
    ) -> Result<Result<(Id, Vec<(String, String, Id)>), Rejected>, Failure> {
        let view = writing.view;
        let first = self.kind.shape.states().first().map(|state| state.name.clone()).unwrap_or_default();
        if draft.stages.is_empty() {
            draft.stages.push((zone.local(view.now()), first));
        }
        self.strangers(writing, &mut draft);
        if let (Some(at), Some(last)) = (draft.running, draft.stages.last_mut()) {
            last.0 = at;
        }
        let arrival = Arrival { stages: draft.stages, running: self.running };
        let mut made = Vec::new();
        for wanted in draft.wanted {
            let called = fold(&wanted.called);
            let id = match self.found.get(&(wanted.kind.clone(), called.clone())) {
                Some(id) => id.clone(),
                None => match self.named(writing, &wanted, &arrival)? {
                    Ok((id, new)) => {
                        if new {
                            made.push((wanted.kind, called, id.clone()));
                        }
                        id
                    }
                    Err(wrong) => return Ok(Err(wrong)),
                },
            };
            draft.object.insert(wanted.field, id.to_string().into());
        }
        let fields = match fields(writing, self.kind, &draft.object) {
            Ok(fields) => fields,
            Err(errors) => return Ok(Err(self.wrong(errors))),
        };
        let id = match draft.id.as_deref().map(str::parse::<Id>).transpose() {
            Ok(id) => id,
            Err(_) => {
                let text = draft.id.unwrap_or_default();
                let message = label!(RecordText::BadStaffId, text = text);
                return Ok(Err(vec![BadCell { column: String::new(), message }]));
            }
        };
        if let Err(failure) =
            doubles::refuse(self.context, (view, &writing.operation), self.kind, &fields, self.context.flags.yes)
        {
            if failure.code != doubles::DOUBLE {
                return Err(failure);
            }
            let path = self.kind.identified_by.first().and_then(|path| path.first());
            let column = path.map(|field| self.mapping.heading_of(self.kind, &self.kind.field(*field).name));
            let message = bulk::words(&failure);
            return Ok(Err(vec![BadCell { column: column.unwrap_or_default(), message }]));
        }
        let set = naming::difference(self.kind, &Fields::new(), &fields);
        let request = Request { set, key: Some(key), ..Request::new(IMPORT, self.actor.clone()) };
        Ok(match writing.operation.import(self.kind.name(), id, &arrival, &request) {
            Ok(id) => Ok((id, made)),
            Err(refusal) => Err(self.refused(&refusal, view)?),
        })
    }

    /// The record that a row names by what it is called, and whether it had to be made.
    fn named(
        &self,
        writing: &mut Writing<'_>,
        wanted: &Wanted,
        arrival: &Arrival,
    ) -> Result<Result<(Id, bool), Rejected>, Failure> {
        let view = writing.view;
        let column = self.mapping.heading_of(self.kind, &wanted.field);
        let one = |message| Ok(Err(vec![BadCell { column: column.clone(), message }]));
        let known = view.index()?.known_as(std::slice::from_ref(&wanted.kind), &wanted.called)?;
        match known.as_slice() {
            [id] => return Ok(Ok((id.clone(), false))),
            [] => {}
            several => {
                return one(label!(Text::CalledSeveral, called = wanted.called, count = several.len()));
            }
        }
        let kind = session::kind(view.policy(), &wanted.kind)?;
        let mut object = wanted.object.clone();
        if object.is_empty()
            && let Some(title) = kind.title
        {
            object.insert(kind.field(title).name.clone(), wanted.called.clone().into());
        }
        let fields = match fields(writing, kind, &object) {
            Ok(fields) => fields,
            Err(errors) => {
                let bad = errors.iter().map(|error| BadCell { column: column.clone(), message: said(error) });
                return Ok(Err(bad.collect()));
            }
        };
        let set = naming::difference(kind, &Fields::new(), &fields);
        let request = Request { set, ..Request::new(IMPORT, self.actor.clone()) };
        let arrived = arrival.stages.first().map(|(at, _)| (*at, wanted.state.clone()));
        let arrival = Arrival { stages: arrived.into_iter().collect(), running: false };
        match writing.operation.import(kind.name(), None, &arrival, &request) {
            Ok(id) => Ok(Ok((id, true))),
            Err(refusal) => Ok(Err(self.refused(&refusal, view)?)),
        }
    }

    /// What the rules say against a row. That nothing may be imported at all is not a row's fault.
    pub(super) fn refused(&self, refusal: &Refusal, view: &View<'_>) -> Result<Rejected, Failure> {
        let failure = session::refused(refusal, view.policy());
        if matches!(
            refusal,
            Refusal::Unanswered { .. }
                | Refusal::Unentitled(
                    Unentitled::NotEntitled { .. }
                        | Unentitled::NotStaff { .. }
                        | Unentitled::NotActing { .. }
                        | Unentitled::NoImport { .. }
                )
        ) {
            return Err(failure);
        }
        let field = match refusal {
            Refusal::Unentitled(Unentitled::NotTheirs { field, .. } | Unentitled::OwnGain { field, .. }) => {
                Some(field.clone())
            }
            _ => refusal.missing().first().map(|field| (*field).to_string()),
        };
        let column = field.map(|field| self.mapping.heading_of(self.kind, &field));
        Ok(vec![BadCell { column: column.unwrap_or_default(), message: bulk::words(&failure) }])
    }
}

/// The fields of a new record from JSON, as rows of a file give them: times in ISO alone.
pub(super) fn fields(
    writing: &Writing<'_>,
    kind: &Kind,
    object: &serde_json::Map<String, serde_json::Value>,
) -> Result<Fields, Vec<EntryError>> {
    changed_fields(writing, kind, &Fields::new(), object)
}

/// The fields of a record after JSON has given some of them.
pub(super) fn changed_fields(
    writing: &Writing<'_>,
    kind: &Kind,
    before: &Fields,
    object: &serde_json::Map<String, serde_json::Value>,
) -> Result<Fields, Vec<EntryError>> {
    let resolver = Exact { view: writing.view, operation: &writing.operation };
    let times = naming::times(writing.view);
    let reading = Reading {
        resolver: &resolver,
        times: &times,
        iso_only: true,
        input: None,
        forward: std::collections::BTreeSet::new(),
    };
    apply_json(&kind.shape, before, object, &reading)
}

/// A value in a line, as it is stored.
pub fn in_a_line(value: &Value) -> String {
    match value {
        Value::List(items) => items.iter().map(in_a_line).collect::<Vec<_>>().join(", "),
        Value::Group(fields) => fields.iter().map(|(_, value)| in_a_line(value)).collect::<Vec<_>>().join(" "),
        other => other.stored().unwrap_or_default(),
    }
}

fn said(error: &EntryError) -> Label {
    let [en, zh] = Lang::ALL.map(|lang| {
        let message = error.message.get(lang);
        match &error.hint {
            Some(hint) => format!("{message} ({})", hint.get(lang)),
            None => message.to_owned(),
        }
    });
    Label { en, zh }
}
