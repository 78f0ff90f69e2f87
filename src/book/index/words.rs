//! Full-text search: one row for each record, with all its texts and the names by which it is known.

use rusqlite::params_from_iter;
use rusqlite::types::Value as Cell;

use super::Index;
use super::error::IndexError;
use super::find::parse_id;
use crate::filter::Merged;
use crate::kind::Kind;
use crate::locale::text::fold;
use crate::record::{Fields, Id, Record, Shape, Type, Value, is_phone, phone_digits};

/// The folded texts of a record: those that everybody may read, and private ones.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) open: String,
    pub(super) private: String,
}

impl Texts {
    /// Everything that a record says in words: its id, texts, phones, addresses and files, the people it names, and
    /// the notes of its history. Each is on its own lines.
    pub(super) fn of(record: &Record, kind: &Kind) -> Self {
        let mut texts = Texts::default();
        texts.add(record.id.as_str(), false);
        texts.collect(&record.fields, &kind.shape, false);
        record.history.iter().filter_map(|event| event.note.as_deref()).for_each(|note| texts.add(note, false));
        texts
    }

    fn add(&mut self, text: &str, private: bool) {
        let into = if private { &mut self.private } else { &mut self.open };
        into.push('\n');
        into.push_str(&fold(text));
    }

    fn collect(&mut self, fields: &Fields, shape: &Shape, private: bool) {
        for (id, value) in fields.iter() {
            let field = shape.field(id);
            let private = private || field.private;
            for value in value.elements() {
                match (field.ty.element(), value) {
                    (Type::Group(inner), Value::Group(fields)) => self.collect(fields, inner, private),
                    (Type::Phone, Value::Text(phone)) => {
                        self.add(phone, private);
                        self.add(&phone_digits(phone), private);
                    }
                    (Type::Person, Value::Text(person)) => self.add(&person_line(person), private),
                    (Type::Text | Type::Email, Value::Text(text)) => self.add(text, private),
                    (Type::File, Value::File(file)) => self.add(&file.name, private),
                    _ => {}
                }
            }
        }
    }
}

/// The line for a person whom a record names. It is written so that no word matches a part of an id.
fn person_line(person: &str) -> String {
    format!("@{person}@")
}

/// What to search for.
#[derive(Debug, Clone, Copy)]
pub struct WantedWords<'w> {
    /// All of these words, each with the people whom it may mean.
    pub words: &'w [(String, Vec<Id>)],
    /// In records of these kinds; if the list is empty, of all.
    pub kinds: &'w [String],
    /// Whether parts of private values count. A whole phone number or address of a client always finds the client.
    pub private: bool,
    /// The mergers of the book.
    pub merged: &'w Merged,
}

impl Index {
    /// The records that have all of the words, in their texts or in the names and phones of records they refer to;
    /// the latest first.
    ///
    /// # Errors
    /// As [`Index::record`].
    pub fn saying(&self, wanted: &WantedWords<'_>) -> Result<Vec<Id>, IndexError> {
        let mut values: Vec<Cell> = Vec::new();
        let mut sql = String::from("SELECT t.source FROM \"book:texts\" AS t WHERE 1");
        if !wanted.kinds.is_empty() {
            sql.push_str(" AND t.kind IN (SELECT value FROM json_each(?))");
            values.push(serde_json::Value::from_iter(wanted.kinds.iter().map(String::as_str)).to_string().into());
        }
        for (word, people) in wanted.words {
            let folded = fold(word.trim());
            let phone = if is_phone(&folded) { phone_digits(&folded) } else { folded.clone() };
            let mut any = String::from("instr(t.text, ?) > 0");
            values.push(folded.clone().into());
            for person in people {
                any.push_str(" OR instr(t.text, ?) > 0");
                values.push(person_line(person.as_str()).into());
            }
            if wanted.private {
                any.push_str(" OR instr(t.private, ?) > 0");
                values.push(folded.clone().into());
            }
            // whole private names and numbers count, but parts only count if they are not private
            let mut known = String::from("(n.folded = ? OR n.folded = ?");
            values.extend([folded.clone().into(), phone.clone().into()]);
            let part = if wanted.private { "" } else { " AND n.private = 0" };
            known.push_str(&format!(" OR ((instr(n.folded, ?) > 0 OR instr(n.folded, ?) > 0){part}))"));
            values.extend([folded.into(), phone.into()]);
            // the name of a merged record means the surviving record
            let merged = if wanted.merged.is_empty() {
                String::new()
            } else {
                let pairs = wanted.merged.pairs().map(|(id, now)| serde_json::json!([id.as_str(), now.as_str()]));
                values.push(serde_json::Value::from_iter(pairs).to_string().into());
                " UNION SELECT b.value ->> 0 FROM json_each(?) AS b WHERE b.value ->> 1 IN (
                    SELECT a.value ->> 1 FROM called JOIN json_each(?) AS a ON a.value ->> 0 = called.source)"
                    .to_owned()
            };
            if let Some(pairs) = values.last().filter(|_| !merged.is_empty()).cloned() {
                values.push(pairs);
            }
            sql.push_str(&format!(
                " AND ({any} OR t.source IN (
                    WITH called AS MATERIALIZED (SELECT DISTINCT n.source FROM \"book:names\" AS n WHERE {known}),
                    named AS MATERIALIZED (SELECT source FROM called{merged})
                    SELECT source FROM named
                    UNION SELECT l.source FROM named CROSS JOIN \"book:links\" AS l ON l.target = named.source))",
            ));
        }
        sql.push_str(" ORDER BY t.opened DESC, t.source DESC");
        self.ask(|connection| {
            let mut find = connection.prepare_cached(&sql)?;
            let rows = find.query_map(params_from_iter(&values), |row| parse_id(row, 0))?;
            rows.collect()
        })
    }
}
