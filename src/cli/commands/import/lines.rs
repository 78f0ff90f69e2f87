//! `redress import KIND FILE --into LIST`: takes rows that are lines of a list of records, such as the days of a
//! clock. Each row goes to the record with the same values in the fields that make it unique. A record that does not
//! exist is made. One commit takes all rows or none.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::sums::{Bad, Sum, parted};
use crate::book::{View, Writing};
use crate::calendar::Zone;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::importing::Rejected;
use crate::cli::session::{self, Session};
use crate::cli::{done, importing};
use crate::entry::import::{BadCell, Mapping, Row, Table, moment};
use crate::kind::{EDIT, Kind, Target, Unique};
use crate::label;
use crate::lifecycle::{Actor, Lookup as _, Request};
use crate::locale::Label;
use crate::locale::messages::{ImportText as Text, RecordText};
use crate::record::{FieldId, Fields, Id, Record, Shape, Type, Value, stored_time};
use crate::say;

/// A file with lines, and the list that takes them.
pub(super) struct Lines<'a> {
    pub(super) kind: &'a Kind,
    pub(super) list: FieldId,
    pub(super) table: &'a Table,
    pub(super) file: &'a str,
    /// What a map says that the columns are.
    pub(super) mapping: Option<&'a Mapping>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy)]
enum Column {
    Line(FieldId),
    Record(FieldId),
}

/// The lines of one record, and the fields that identify it.
struct Group {
    fields: Fields,
    lines: Vec<Value>,
}

/// What the rows led to.
#[derive(Default)]
struct Done {
    lines: usize,
    existing: usize,
    ids: Vec<Id>,
}

impl Lines<'_> {
    /// The list of a kind that a word names. `None` if there is no such list, or it has no lines.
    pub(super) fn named(kind: &Kind, word: &str) -> Option<FieldId> {
        let (field, declared) = kind.shape.find(word)?;
        let lines = matches!((&declared.ty, declared.ty.element()), (Type::List(_), Type::Group(_)));
        lines.then_some(field)
    }

    /// Takes the lines.
    ///
    /// # Errors
    /// If a column is no field, the columns do not identify the record of a row, or rows are wrong. Each wrong row is
    /// named and nothing is written.
    pub(super) fn run(&self, session: &Session, view: &View<'_>, context: &mut Context) -> Result<Exit, Failure> {
        let Type::Group(shape) = self.kind.field(self.list).ty.element() else { return Ok(Exit::Done) };
        let columns = if self.mapping.is_some() { Vec::new() } else { self.columns(shape)? };
        let actor = session.actor(context, view)?;
        let (done, written) = session.write(context, None, |writing: &mut Writing<'_>| {
            let (groups, wrong) = self.groups(writing, (shape, &columns), &actor)?;
            let mut done = Done::default();
            for group in groups.into_values() {
                match self.take(writing, &actor, group, &mut done) {
                    Ok(()) => {}
                    // the bad rows are named first
                    Err(_) if !wrong.is_empty() => break,
                    Err(failure) => return Err(failure),
                }
            }
            if wrong.is_empty() {
                return Ok(done);
            }
            let (rows, rejected, existing) = (self.table.count, wrong.len(), done.existing);
            let sum = Sum { rows, imported: rows - rejected - existing, existing, rejected, ..Sum::default() };
            Err(sum.with(super::refused(context, self.file, &wrong).hint(Text::MendRows), false))
        })?;
        let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
        let ids: Vec<&str> = done.ids.iter().map(Id::as_str).collect();
        context.out.data(json!({
            "rows": self.table.count, "lines": done.lines, "existing": done.existing, "rejected": 0, "commit": commit, "ids": ids,
        }));
        done::say_changes(context, &session.view(context)?, &written, &|id| done.ids.contains(id));
        let (lines, records) = (done.lines, done.ids.len());
        context.out.line(&say!(
            context.lang,
            Text::LinesTaken,
            rows = self.table.count,
            count = lines,
            records = records,
            existing = done.existing
        ));
        if context.flags.dry_run {
            context.out.aside(RecordText::WouldBe.get(context.lang));
        }
        Ok(Exit::Done)
    }

    /// What each column holds: a field of the lines, otherwise a field of the record.
    fn columns(&self, lines: &Shape) -> Result<Vec<Column>, Failure> {
        let (mut found, mut strange) = (Vec::new(), Vec::new());
        for heading in &self.table.headings {
            let line = lines.find(heading).map(|(field, _)| Column::Line(field));
            let record = || self.kind.shape.find(heading).map(|(field, _)| Column::Record(field));
            match line.or_else(record) {
                Some(column) => found.push(column),
                None => strange.push(heading.as_str()),
            }
        }
        if strange.is_empty() {
            return Ok(found);
        }
        let known = lines.fields().iter().map(|field| field.name.as_str());
        let known: Vec<&str> = known.chain(self.unique().into_iter().flat_map(|unique| self.names(unique))).collect();
        let message = label!(Text::NoLineFields, headings = strange.join(", "), known = known.join(", "));
        Err(Failure::usage("columns", message))
    }

    /// The fields that make a record unique: the first set that the kind names.
    fn unique(&self) -> Option<&Unique> {
        self.kind.uniques.iter().find(|unique| !unique.found)
    }

    fn names<'k>(&'k self, unique: &'k Unique) -> impl Iterator<Item = &'k str> {
        unique.fields.iter().map(|field| self.kind.field(*field).name.as_str())
    }

    /// The rows, grouped by their records.
    fn groups(
        &self,
        writing: &Writing<'_>,
        (lines, columns): (&Shape, &[Column]),
        actor: &Actor,
    ) -> Result<(BTreeMap<String, Group>, Bad), Failure> {
        let Some(unique) = self.unique() else {
            return Err(Failure::usage("into", label!(Text::NothingUnique, kind = self.kind.name())));
        };
        let (read, wrong) = parted(self.table, |row| {
            Ok(self.line(writing, lines, columns, row).and_then(|(fields, line)| {
                let key = unique.key(&self.record(fields.clone(), &actor.person)).ok_or_else(|| {
                    let names = self.names(unique).collect::<Vec<_>>().join(", ");
                    vec![BadCell { column: String::new(), message: label!(Text::OfNoRecord, fields = names) }]
                })?;
                Ok((key, fields, line))
            }))
        })?;
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for (key, fields, line) in read {
            groups.entry(key).or_insert(Group { fields, lines: Vec::new() }).lines.push(Value::Group(line));
        }
        Ok((groups, wrong))
    }

    /// The fields that a row gives its record, and in the list its one line, as the map or the headings say.
    fn object(
        &self,
        writing: &Writing<'_>,
        lines: &Shape,
        columns: &[Column],
        row: &Row,
    ) -> Result<Map<String, Json>, Rejected> {
        let zone = session::calendar(writing.view).zone();
        if let Some(mapping) = self.mapping {
            let draft = mapping.draft(&mapping.prepared(row.clone()), self.kind, zone, writing.view.now())?;
            return Ok(draft.object);
        }
        let (mut own, mut object, mut bad) = (Map::new(), Map::new(), Vec::new());
        // a time without a date is on the day that the row names
        let dated = columns
            .iter()
            .position(|column| matches!(column, Column::Line(field) if matches!(lines.field(*field).ty, Type::Date)));
        let day = dated.map(|column| row.text(column)).unwrap_or_default();
        let no_day = !day.is_empty() && moment(&day, zone).is_err();
        for (place, column) in columns.iter().enumerate() {
            let (field, into) = match column {
                Column::Line(field) => (lines.field(*field), &mut object),
                Column::Record(field) => (self.kind.field(*field), &mut own),
            };
            let text = row.text(place);
            if text.is_empty() {
                continue;
            }
            match written(&field.ty, &text, &day, zone) {
                Ok(json) => drop(into.insert(field.name.clone(), json)),
                // the date of the row is wrong, and is reported by itself
                Err(_) if no_day && matches!(field.ty, Type::Time) => {}
                Err(message) => {
                    let column = self.table.headings.get(place).cloned().unwrap_or_default();
                    bad.push(BadCell { column, message });
                }
            }
        }
        if !bad.is_empty() {
            return Err(bad);
        }
        let list = self.kind.field(self.list).name.clone();
        own.insert(list, Json::Array(vec![Json::Object(object)]));
        Ok(own)
    }

    /// What a row says about its record, and the line.
    fn line(
        &self,
        writing: &Writing<'_>,
        lines: &Shape,
        columns: &[Column],
        row: &Row,
    ) -> Result<(Fields, Fields), Rejected> {
        let own = self.object(writing, lines, columns, row)?;
        let mut fields = importing::fields(writing, self.kind, &own).map_err(|errors| {
            let heading = |path: &str| {
                if let Some(mapping) = self.mapping {
                    return mapping.heading_of(self.kind, path);
                }
                let last = path.rsplit('.').next().unwrap_or(path);
                let called = |heading: &&String| {
                    let line = lines.find(heading).is_some_and(|(_, field)| field.name == last);
                    line || self.kind.shape.find(heading).is_some_and(|(_, field)| field.name == last)
                };
                self.table.headings.iter().find(called).cloned().unwrap_or_default()
            };
            let bad = |error: &crate::entry::EntryError| BadCell {
                column: heading(&error.field),
                message: error.message.clone(),
            };
            errors.iter().map(bad).collect::<Vec<_>>()
        })?;
        let line = match fields.get(self.list).map(Value::elements).unwrap_or_default() {
            [Value::Group(line), ..] => line.clone(),
            _ => Fields::new(),
        };
        fields.clear(self.list);
        self.kind.hours.iter().for_each(|hours| hours.of_month(&mut fields, &line));
        Ok((fields, line))
    }

    /// A record that does not exist yet. Only its fields are looked at.
    fn record(&self, fields: Fields, id: &Id) -> Record {
        let state = self.kind.shape.states().first().map(|state| state.name.clone()).unwrap_or_default();
        Record {
            id: id.clone(),
            kind: self.kind.name().to_owned(),
            state,
            rules: None,
            fields,
            history: Vec::new(),
            overruled: Vec::new(),
        }
    }

    fn take(&self, writing: &mut Writing<'_>, actor: &Actor, group: Group, done: &mut Done) -> Result<(), Failure> {
        let Some(unique) = self.unique() else { return Ok(()) };
        let policy = writing.view.policy();
        let like = self.record(group.fields.clone(), &actor.person);
        let alike = writing.view.alike(unique, &like)?;
        let there = alike.into_iter().find(|record| !unique.without.contains(&record.state));
        let stood = there.as_ref().and_then(|record| record.get(self.list)).map(Value::elements).unwrap_or_default();
        let mut all = stood.to_vec();
        let mut new = 0;
        for line in group.lines {
            if all.iter().any(|other| holds(other, &line)) {
                done.existing += 1;
            } else {
                all.push(line);
                new += 1;
            }
        }
        if new == 0 {
            return Ok(());
        }
        let refused = |refusal| session::refused(&refusal, policy);
        let (id, state) = match there {
            Some(record) => (record.id, record.state),
            None => {
                let set = group.fields.iter().map(|(field, value)| (field, Some(value.clone()))).collect();
                let request = Request { set, ..Request::new(&self.kind.first_step().name, actor.clone()) };
                let id = writing.operation.create(self.kind.name(), None, &request).map_err(refused)?;
                (id, like.state)
            }
        };
        let asks = |step: &&crate::kind::Step| {
            step.asks.iter().any(|ask| ask.field == self.list) && matches!(step.to, Target::Stay)
        };
        let step = self.kind.steps_from(&state).find(asks).map_or(EDIT, |step| step.name.as_str());
        let request = Request { set: vec![(self.list, Some(Value::List(all)))], ..Request::new(step, actor.clone()) };
        writing.operation.advance(&id, &request).map_err(refused)?;
        done.lines += new;
        done.ids.push(id);
        Ok(())
    }
}

/// Whether a line says everything that another one says.
fn holds(line: &Value, other: &Value) -> bool {
    match (line, other) {
        (Value::Group(line), Value::Group(other)) => other.iter().all(|(field, value)| line.get(field) == Some(value)),
        _ => false,
    }
}

/// The value of a cell as JSON, or why it is no date or time.
fn written(ty: &Type, text: &str, day: &str, zone: Zone) -> Result<Json, Label> {
    match ty {
        Type::Date => moment(text, zone).map(|at| Json::String(at.format("%Y-%m-%d").to_string())),
        Type::Time => {
            let at = moment(text, zone).or_else(|_| moment(&format!("{day} {text}"), zone));
            at.map(|at| Json::String(stored_time(&at)))
        }
        _ => Ok(Json::String(text.to_owned())),
    }
}
