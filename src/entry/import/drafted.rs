//! A draft of a map: every column of a file, with the field that it seems to be, or among those that are left out.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;

use super::headings::Choice;
use super::mapping::{From, Mapping, Source, StateFrom};
use super::table::{Row, Table};
use super::times::{Dates, Format};
use crate::calendar::Zone;
use crate::kind::Kind;
use crate::locale::Lang;
use crate::locale::messages::ImportText as Text;
use crate::record::Type;
use crate::say;

/// How many rows are looked at.
const LOOKED_AT: usize = 2000;
/// More different values than a choice has.
const MOST_VALUES: usize = 30;
/// How many values stand beside a column, and how long each may be.
const SHOWN: usize = 3;
const LONGEST: usize = 24;
/// Ways of writing dates that are tried.
const WAYS: [&str; 12] = [
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%m-%d-%Y",
    "%d-%m-%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%d.%m.%y",
    "%d/%b/%y %I:%M %p",
    "epoch",
    "epoch-ms",
    "excel",
];
/// What headings of numbers end in, by which a row is known again.
const NUMBERS: [&str; 9] = ["id", "编号", "单号", "number", "no", "no.", "key", "号", "code"];

/// A draft of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The file.
    pub text: String,
    /// How many columns have a field.
    pub mapped: usize,
    /// How many are left out.
    pub left: usize,
}

/// Drafts a map for a file, or for a sheet of a workbook that is named. What it could not tell stands in it as a
/// comment.
pub fn draft(table: &Table, kind: &Kind, (zone, sheet): (Zone, Option<&str>), lang: Lang) -> Drafted {
    let rows: Vec<Row> = table.rows().take(LOOKED_AT).filter_map(Result::ok).collect();
    let mapping = guessed(&table.headings, kind);
    let drafting = Drafting { table, rows: &rows, kind, zone, lang };
    let key = drafting.key();
    let state = mapping.stages.iter().find_map(|stage| match &stage.state {
        StateFrom::Column(column, values) => Some((*column, values)),
        StateFrom::Fixed(_) => None,
    });
    let mut used: HashSet<usize> = key.into_iter().chain(state.map(|(column, _)| column)).collect();
    let mut fields = String::new();
    for source in &mapping.sources {
        if let From::Column(column) = source.from {
            used.insert(column);
            drafting.field(&mut fields, source, column);
        }
    }
    let left: Vec<usize> = (0..table.headings.len()).filter(|column| !used.contains(column)).collect();
    let mut text = format!("# {}\n", say!(lang, Text::DraftHead, kind = kind.name()));
    if let Some(above) = table.two_heads {
        let skip = if above == 0 { String::new() } else { format!("skip = {above}\n") };
        let _ = write!(text, "\n{skip}head = 2\n");
    }
    if let Some(sheet) = sheet {
        let _ = writeln!(text, "\nsheet = {}", quoted(sheet));
    }
    if !left.is_empty() {
        let _ = writeln!(text, "\n# {}\nignore = [", say!(lang, Text::DraftLeft));
        for column in &left {
            let _ = writeln!(text, "  {},{}", quoted(&table.headings[*column]), drafting.shown(*column));
        }
        text.push_str("]\n");
    }
    if let Some(key) = key {
        let _ = write!(text, "\n[key]\ncolumns = [{}]\n", quoted(&table.headings[key]));
    }
    let _ = write!(text, "\n[fields]\n{fields}");
    let given: BTreeSet<&str> = mapping.sources.iter().map(|source| kind.field(source.field).name.as_str()).collect();
    let asked = kind.first_step().asks.iter().map(|ask| kind.field(ask.field).name.as_str());
    let declared = kind.shape.fields().iter().filter(|field| field.required).map(|field| field.name.as_str());
    let missing: BTreeSet<&str> = asked.chain(declared).filter(|name| !given.contains(name)).collect();
    for name in missing {
        let _ = writeln!(text, "# {name} = \"{{…}}\"  # {}", say!(lang, Text::DraftMissing));
    }
    if let Some((column, values)) = state {
        drafting.state(&mut text, column, |word| values.of(word).map(str::to_owned), &mapping.sources);
    }
    Drafted { text, mapped: used.len(), left: left.len() }
}

/// The fields that headings seem to be. Of two that mean the same field the first has it.
fn guessed(headings: &[String], kind: &Kind) -> Mapping {
    let choice = Choice { ignore: true, key: None };
    let mut alone: Vec<String> = headings.to_vec();
    loop {
        match Mapping::by_headings(&alone, kind, choice) {
            Ok(mapping) => return mapping,
            Err(_) => {
                // the last heading that repeats a field names nothing
                let twice = (0..alone.len()).find(|last| Mapping::by_headings(&alone[..=*last], kind, choice).is_err());
                match twice.and_then(|twice| alone.get_mut(twice)) {
                    Some(heading) => heading.insert(0, '\u{1}'),
                    None => return Mapping::blank(headings, kind),
                }
            }
        }
    }
}

struct Drafting<'d> {
    table: &'d Table,
    rows: &'d [Row],
    kind: &'d Kind,
    zone: Zone,
    lang: Lang,
}

impl Drafting<'_> {
    fn values(&self, column: usize) -> impl Iterator<Item = String> + '_ {
        self.rows.iter().map(move |row| row.text(column)).filter(|text| !text.is_empty())
    }

    /// Different values, the first that come up.
    fn distinct(&self, column: usize, most: usize) -> Vec<String> {
        let mut seen = HashSet::new();
        self.values(column).filter(|text| seen.insert(text.clone())).take(most).collect()
    }

    /// Some values as a comment.
    fn shown(&self, column: usize) -> String {
        let values: Vec<String> = self.distinct(column, SHOWN).iter().map(|text| plain(text)).collect();
        if values.is_empty() { String::new() } else { format!("  # {}", values.join(" | ")) }
    }

    /// The column by which a row is known again: a number that no two rows have.
    fn key(&self) -> Option<usize> {
        let numbered = |heading: &str| {
            let heading = heading.to_lowercase();
            NUMBERS.iter().any(|word| heading.ends_with(word))
        };
        (0..self.table.headings.len()).filter(|column| numbered(&self.table.headings[*column])).find(|column| {
            let mut seen = HashSet::new();
            !self.rows.is_empty()
                && self.rows.iter().map(|row| row.text(*column)).all(|text| !text.is_empty() && seen.insert(text))
        })
    }

    fn field(&self, out: &mut String, source: &Source, column: usize) {
        let path = source.path(self.kind);
        let name = if path.contains('.') { quoted(&path) } else { path };
        let declared = match (source.within, self.kind.field(source.field).ty.element()) {
            (Some(within), Type::Group(inner)) => inner.field(within.part),
            _ => self.kind.field(source.field),
        };
        let mut parts = vec![format!("column = {}", quoted(&self.table.headings[column]))];
        let mut notes = Vec::new();
        match &declared.ty {
            Type::Date | Type::Time => match self.way(column) {
                Way::Known => {}
                Way::Told(way) => parts.push(format!("date = {}", quoted(&way))),
                Way::Several(ways) => notes.push(say!(self.lang, Text::DraftDates, ways = ways.join(", "))),
            },
            Type::Choice(choices) => {
                let all = self.distinct(column, MOST_VALUES);
                let unknown: Vec<String> = all
                    .iter()
                    .filter(|text| !choices.iter().any(|choice| choice.is_called(text)))
                    .map(|text| format!("{} = \"\"", quoted(text)))
                    .collect();
                if !unknown.is_empty() {
                    parts.push(format!("keep = true, values = {{ {} }}", unknown.join(", ")));
                    let names: Vec<&str> =
                        choices.iter().filter(|choice| !choice.retired).map(|choice| choice.name.as_str()).collect();
                    notes.push(say!(self.lang, Text::DraftChoices, names = names.join(", ")));
                }
            }
            Type::Ref(_) => parts.push("make = true".to_owned()),
            Type::Person => notes.push(say!(self.lang, Text::DraftPeople)),
            _ => {}
        }
        for note in notes {
            let _ = writeln!(out, "# {note}");
        }
        let _ = writeln!(out, "{name} = {{ {} }}{}", parts.join(", "), self.shown(column));
    }

    /// How a column writes dates.
    fn way(&self, column: usize) -> Way {
        let reads = |dates: &Dates| self.values(column).all(|text| dates.read(&text, self.zone).is_ok());
        if reads(&Dates::default()) {
            return Way::Known;
        }
        let fits = |way: &&&str| {
            let formats = Format::parse(way).into_iter().collect();
            reads(&Dates { formats, ..Dates::default() })
        };
        let ways: Vec<String> = WAYS.iter().filter(fits).map(|way| (*way).to_owned()).collect();
        match <[String; 1]>::try_from(ways) {
            Ok([way]) => Way::Told(way),
            Err(ways) => Way::Several(ways),
        }
    }

    fn state(&self, out: &mut String, column: usize, known: impl Fn(&str) -> Option<String>, sources: &[Source]) {
        let _ = writeln!(out, "\n[[stages]]");
        let at = sources.iter().find_map(|source| match source.from {
            From::Column(column) if self.kind.field(source.field).ty == Type::Time => Some(column),
            _ => None,
        });
        if let Some(at) = at.filter(|at| self.values(*at).count() == self.rows.len()) {
            let _ = writeln!(out, "at = {}", quoted(&self.table.headings[at]));
            if let Way::Told(way) = self.way(at) {
                let _ = writeln!(out, "date = {}", quoted(&way));
            }
        }
        let first = self.kind.shape.states().first().map_or("", |state| state.name.as_str());
        let pairs = self.distinct(column, MOST_VALUES).into_iter().map(|word| {
            let to = known(&word).unwrap_or_else(|| first.to_owned());
            format!("{} = {}", quoted(&word), quoted(&to))
        });
        let pairs: Vec<String> = pairs.collect();
        let names: Vec<&str> = self.kind.shape.states().iter().map(|state| state.name.as_str()).collect();
        let _ = writeln!(out, "# {}", say!(self.lang, Text::DraftStates, names = names.join(", ")));
        let heading = quoted(&self.table.headings[column]);
        let _ = writeln!(out, "state = {{ column = {heading}, values = {{ {} }} }}", pairs.join(", "));
    }
}

enum Way {
    Known,
    Told(String),
    Several(Vec<String>),
}

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A text in a comment.
fn plain(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
