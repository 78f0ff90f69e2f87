//! What a record is called.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Words, between, masked, state};
use crate::filter;
use crate::kind::{Kind, Part, Path};
use crate::locale::text::{one_line, truncate};
use crate::locale::{Label, Lang};
use crate::record::{FieldId, Id, Record, Type, Value};

/// How many references a title may follow.
const DEEP: usize = 2;

/// The columns of a page for each part of [`Words::about`].
const ABOUT: usize = 36;

/// Where the titles of records come from.
#[derive(Clone, Copy)]
pub enum Titles<'t> {
    /// From the records themselves. A record that cannot be read has no title; callers that need one must check
    /// first.
    Read(&'t dyn filter::Resolver),
    /// From titles that were collected beforehand, by id. Private values were already left out.
    Told(&'t BTreeMap<String, Label>),
}

impl Words<'_> {
    /// What a record is called: the value of its title field, or the title of the record that this field refers to.
    /// If there is no such value, it is the state; if the value is private, it is the mask. Empty if there is no such
    /// record.
    pub fn title(&self, id: &Id) -> Label {
        self.title_through(id, DEEP)
    }

    /// The title of a record, or its id if it has none.
    pub fn named(&self, id: &Id) -> Label {
        let title = self.title(id);
        if title.get(Lang::En).is_empty() { Label::verbatim(id.as_str()) } else { title }
    }

    /// The title of a record that was already read.
    pub fn title_of(&self, record: &Record) -> Label {
        self.of(record, DEEP)
    }

    /// The value of a record's title field in words, without reading other records. `None` if there is no value, if
    /// it is private, or if it refers to another record.
    pub fn own_title(&self, record: &Record) -> Option<Label> {
        let kind = self.policy.kind(&record.kind)?;
        let field = kind.title.filter(|field| self.sight.shows(kind.field(*field)))?;
        let value = record.get(field).filter(|value| !value.is_empty() && !matches!(value, Value::Ref(_)))?;
        Some(self.value_in(kind, field, &record.fields, value))
    }

    /// The title of a record that was already read, without its running number.
    pub fn bare_title(&self, record: &Record) -> Label {
        self.policy.kind(&record.kind).map(|kind| self.bare(kind, record, DEEP)).unwrap_or_default()
    }

    /// The running number of a record.
    pub fn number<'r>(&self, record: &'r Record) -> Option<&'r str> {
        self.policy.kind(&record.kind)?.numbering.as_ref()?.of(record)
    }

    /// How people refer to a record: its running number followed by its id, or only its id.
    pub fn called(&self, record: &Record) -> String {
        match self.number(record) {
            Some(number) => format!("{number} {}", record.id),
            None => record.id.to_string(),
        }
    }

    /// What a record is about, on one line: first whom or what it refers to, such as the client, then its own title.
    /// `[due]` of its kind says what comes first, else the columns of lists. Private values are left out.
    pub fn about(&self, record: &Record) -> Label {
        let Some(kind) = self.policy.kind(&record.kind) else { return Label::default() };
        let names = |path: &&Path| match path.parts.as_slice() {
            [Part::Fields(fields)] => fields
                .first()
                .and_then(|name| kind.shape.find(name))
                .is_some_and(|(_, field)| matches!(field.ty, Type::Ref(_) | Type::Person)),
            _ => false,
        };
        let shown = || kind.due.shown(None);
        let told = |path: &Path| {
            let told = Some(self.follow(record, path)).filter(|told| !told.is_masked)?;
            Some(told.without_heading(path)?.said)
        };
        let column = |field: &FieldId| matches!(kind.field(*field).ty, Type::Ref(_)) && Some(*field) != kind.title;
        let whom = match shown().next() {
            Some(_) => shown().find(names).and_then(told),
            None => {
                let mut own = kind.columns.iter().filter_map(|name| kind.shape.find(name)).map(|(field, _)| field);
                own.find(column).map(|field| self.seen_field(kind, record, field))
            }
        };
        let own = self.own_title(record);
        let title = kind.title.map(|field| self.seen_field(kind, record, field));
        let mut parts: Vec<Label> = Vec::new();
        for said in whom.into_iter().chain(own).chain(shown().filter_map(told)).chain(title) {
            let said = Label::each(|lang| truncate(&one_line(said.get(lang).trim()), ABOUT));
            // a record that is missing or not written yet has only its id, which is not a name
            let nameless = said.get(Lang::En).parse::<Id>().is_ok_and(|id| !id.is_person());
            if parts.len() < 2 && !said.get(Lang::En).is_empty() && !nameless && !parts.contains(&said) {
                parts.push(said);
            }
        }
        between(&parts, [" · ", " · "])
    }

    /// The value of a field in words. Empty if the reader may not see it.
    fn seen_field(&self, kind: &Kind, record: &Record, field: FieldId) -> Label {
        if self.sight.shows(kind.field(field)) { self.field(kind, &record.fields, field) } else { Label::default() }
    }

    fn title_through(&self, id: &Id, depth: usize) -> Label {
        if let Some(person) = self.people.get(id) {
            return Label::verbatim(person.name.as_str());
        }
        match self.titles {
            Titles::Told(told) => told.get(id.as_str()).cloned().unwrap_or_default(),
            Titles::Read(lookup) => match self.standing(id, lookup) {
                Ok(Some(record)) => self.of(&record, depth),
                Ok(None) | Err(_) => Label::default(),
            },
        }
    }

    /// The record that counts for an id after mergers. If merged records form a circle, it is the record of the id
    /// itself.
    pub(super) fn standing<'l>(
        &self,
        id: &Id,
        lookup: &'l dyn filter::Resolver,
    ) -> Result<Option<Cow<'l, Record>>, filter::Unanswered> {
        match filter::survivor(id, &|record| self.policy.merged_by(record), lookup)? {
            Some(record) => Ok(Some(record)),
            None => lookup.record(id),
        }
    }

    /// The title of a record, with its running number before it if it has one.
    fn of(&self, record: &Record, depth: usize) -> Label {
        let Some(kind) = self.policy.kind(&record.kind) else { return Label::default() };
        let title = self.bare(kind, record, depth);
        match self.number(record) {
            // the title may be the running number itself
            Some(number) if title.get(Lang::En) == number => title,
            Some(number) => Label::each(|lang| format!("{number} {}", title.get(lang))),
            None => title,
        }
    }

    /// What sort of thing a record without a title is: the first choice that a line of `due` shows of it. For example,
    /// a document without a name is called by its type.
    fn sort(&self, kind: &Kind, record: &Record) -> Option<Label> {
        kind.due.shown(None).find_map(|path| {
            let [Part::Fields(names)] = path.parts.as_slice() else { return None };
            let [name] = names.as_slice() else { return None };
            let (id, field) = kind.shape.find(name)?;
            let is_told = matches!(field.ty, Type::Choice(_)) && self.sight.shows(field);
            let value = record.get(id).filter(|value| is_told && !value.is_empty())?;
            Some(self.value_in(kind, id, &record.fields, value))
        })
    }

    fn bare(&self, kind: &Kind, record: &Record, depth: usize) -> Label {
        let field = kind.title.filter(|field| record.get(*field).is_some_and(|value| !value.is_empty()));
        let Some(field) = field else {
            return self.sort(kind, record).unwrap_or_else(|| state(kind, &record.state));
        };
        if !self.sight.shows(kind.field(field)) {
            return masked();
        }
        let named = match record.get(field) {
            Some(Value::Ref(to)) if depth > 0 => self.title_through(to, depth - 1),
            Some(Value::Ref(_)) | None => Label::default(),
            Some(value) => self.value_in(kind, field, &record.fields, value),
        };
        if named.get(Lang::En).is_empty() { state(kind, &record.state) } else { named }
    }
}
