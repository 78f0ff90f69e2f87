//! A TOML file as the sequence of its tables in the order of the text. Overlays are merged in this form, so that
//! comments stay in their places; see `overlay`.

use toml_edit::{DocumentMut, Item, Table, Value};

/// The position of a table: its keys, with the `name` of entries in arrays of tables.
pub(super) type Id = Vec<String>;

/// A table of the file with its own keys, without inner tables that have their own header.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Its position; empty for the keys above the first header. The second entry with the same name is `name#2`.
    /// Entries without a name are `#1`, `#2` and so on.
    pub(super) id: Id,
    /// The keys of the header; empty above the first header.
    header: Vec<String>,
    /// Whether it is an entry of an array.
    entry: bool,
    /// Comments and blank lines before the header.
    pub(super) lead: String,
    /// What follows the header on its line.
    trail: String,
    /// Its keys and values with their comments.
    pub(super) body: Table,
    position: isize,
}

/// A file, split into its tables.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) parts: Vec<Part>,
    /// Comments after the last value.
    trailing: String,
}

impl Document {
    /// Splits a text.
    pub(super) fn parse(text: &str) -> Result<Self, toml_edit::TomlError> {
        let document: DocumentMut = text.parse()?;
        let mut parts = Vec::new();
        collect(document.as_table(), &mut Vec::new(), &mut Vec::new(), false, &mut parts);
        parts.sort_by_key(|part| part.position);
        Ok(Document { parts, trailing: document.trailing().as_str().unwrap_or_default().to_owned() })
    }

    /// The parts at an id or inside it.
    pub(super) fn within(&self, id: &[String]) -> impl Iterator<Item = usize> {
        self.parts.iter().enumerate().filter(move |(_, part)| part.id.starts_with(id)).map(|(i, _)| i)
    }

    /// The part at an id.
    pub(super) fn part(&mut self, id: &[String]) -> Option<&mut Part> {
        self.parts.iter_mut().find(|part| part.id == id)
    }

    /// The whole text.
    pub(super) fn text(self) -> String {
        let mut text = String::new();
        for part in self.parts {
            if !part.header.is_empty() {
                let keys: Vec<String> = part.header.iter().map(|key| toml_edit::Key::new(key).to_string()).collect();
                let (open, close) = if part.entry { ("[[", "]]") } else { ("[", "]") };
                text.push_str(&format!("{}{open}{}{close}{}\n", part.lead, keys.join("."), part.trail));
            }
            text.push_str(&DocumentMut::from(part.body).to_string());
        }
        text.push_str(&self.trailing);
        text
    }
}

impl Part {
    /// Makes its keys those above the first header.
    pub(super) fn without_header(&mut self) {
        self.header.clear();
    }

    /// Whether the table has a header in the text.
    pub(super) fn has_header(&self) -> bool {
        !self.header.is_empty()
    }
}

/// Notes a table and the tables inside it.
fn collect(table: &Table, header: &mut Vec<String>, id: &mut Id, entry: bool, parts: &mut Vec<Part>) {
    if header.is_empty() || !table.is_implicit() {
        parts.push(part(table, header, id, entry));
    }
    for (key, item) in table.iter() {
        match item {
            Item::Table(inner) if !inner.is_dotted() => {
                header.push(key.to_owned());
                id.push(key.to_owned());
                collect(inner, header, id, false, parts);
                id.pop();
                header.pop();
            }
            Item::ArrayOfTables(entries) => {
                header.push(key.to_owned());
                id.push(key.to_owned());
                let mut names: Vec<String> = Vec::new();
                for inner in entries {
                    let name = inner.get("name").and_then(Item::as_str).unwrap_or_default().to_owned();
                    let nth = names.iter().filter(|before| **before == name).count() + 1;
                    id.push(if nth == 1 && !name.is_empty() { name.clone() } else { format!("{name}#{nth}") });
                    names.push(name);
                    collect(inner, header, id, true, parts);
                    id.pop();
                }
                id.pop();
                header.pop();
            }
            _ => {}
        }
    }
}

fn part(table: &Table, header: &[String], id: &[String], entry: bool) -> Part {
    let mut body = Table::new();
    for (name, item) in table.iter() {
        let own = match item {
            Item::Value(_) => true,
            Item::Table(inner) => inner.is_dotted(),
            _ => false,
        };
        if let (true, Some(key)) = (own, table.key(name)) {
            body.insert_formatted(key, item.clone());
        }
    }
    let decor = table.decor();
    let raw = |raw: Option<&toml_edit::RawString>| raw.and_then(|raw| raw.as_str()).unwrap_or_default().to_owned();
    Part {
        id: id.to_vec(),
        header: header.to_vec(),
        entry,
        lead: raw(decor.prefix()),
        trail: raw(decor.suffix()),
        body,
        position: if header.is_empty() { -1 } else { table.position().unwrap_or(isize::MAX) },
    }
}

/// The comments above a key.
pub(super) fn lead_of(table: &Table, key: &str) -> String {
    let prefix = table.key(key).and_then(|key| key.leaf_decor().prefix()).and_then(|raw| raw.as_str());
    prefix.unwrap_or_default().to_owned()
}

/// Sets the comments above a key.
pub(super) fn set_lead(table: &mut Table, key: &str, lead: &str) {
    if let Some(mut key) = table.key_mut(key) {
        key.leaf_decor_mut().set_prefix(lead);
    }
}

/// What follows a value on its line, for instance a comment.
pub(super) fn trail_of(value: &Value) -> &str {
    value.decor().suffix().and_then(|raw| raw.as_str()).unwrap_or_default()
}
