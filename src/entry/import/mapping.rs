//! A mapping, bound to the columns of a file and the fields of a kind.

use super::own::{is_own, of_rejects};
use super::table::Row;
use super::template::Template;
use super::times::Dates;
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;
use crate::locale::text::fold;
use crate::record::{FieldId, Type};
use serde_json::Value as Json;

/// Where everything in a record comes from.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(super) headings: Vec<String>,
    /// Parts of columns that hold objects of JSON: the column, and the keys that lead to the part. They follow the
    /// columns.
    pub(super) parts: Vec<(usize, Vec<String>)>,
    pub(super) sources: Vec<Source>,
    pub(super) stages: Vec<Stage>,
    pub(super) id: Option<usize>,
    pub(super) key: Keying,
    /// Folded texts of cells that say nothing, such as `null`.
    pub(super) empty: Vec<String>,
    /// Columns that are left out on purpose.
    pub(super) left_out: Vec<usize>,
    /// The stage's column with the date from which deadlines of records that are not finished run.
    pub(super) running: Option<(Vec<usize>, Dates)>,
    /// What headings were taken for that only resemble a field.
    pub(super) notes: Vec<Label>,
    /// Whether the rows are rejected ones that come again.
    pub(super) rejects: bool,
}

/// Where a field comes from.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) field: FieldId,
    /// The place in the field, if that is a list of lines or a group.
    pub(super) within: Option<Within>,
    pub(super) from: From,
    /// The column with the time of day that goes with a date.
    pub(super) time: Option<usize>,
    /// What is taken off both ends of a text.
    pub(super) strip: Vec<String>,
    /// What is put in place of what.
    pub(super) replace: Vec<(String, String)>,
    pub(super) values: Option<Values>,
    /// What an empty cell means.
    pub(super) default: Option<String>,
    pub(super) dates: Dates,
    /// What separates the values of a list.
    pub(super) split: Vec<String>,
    pub(super) make: Option<Make>,
    /// Only if these columns have one of these values.
    pub(super) when: Vec<(usize, Vec<String>)>,
    /// The text field that takes people who are not staff.
    pub(super) strangers: Option<FieldId>,
}

/// A part of a list's line, or of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Within {
    /// The line, from 0. `None` for a group.
    pub(super) line: Option<usize>,
    /// The part.
    pub(super) part: FieldId,
}

impl Source {
    /// A field that comes from a column as it is.
    pub(super) fn plain(field: FieldId, from: From) -> Self {
        Source {
            field,
            within: None,
            from,
            time: None,
            strip: Vec::new(),
            replace: Vec::new(),
            values: None,
            default: None,
            dates: Dates::default(),
            split: Vec::new(),
            make: None,
            when: Vec::new(),
            strangers: None,
        }
    }

    /// Every column that it reads.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> + '_ {
        let made = self.make.iter().flat_map(|make| make.fields.iter().flat_map(|(_, from)| from.columns()));
        let when = self.when.iter().map(|(column, _)| *column);
        self.from.columns().into_iter().chain(self.time).chain(made).chain(when)
    }
}

/// More lines than a file can mean.
const MOST_LINES: usize = 100;

impl Within {
    /// The part of a list's first line that a name or label means.
    pub(super) fn first(list: FieldId, name: &str, kind: &Kind) -> Option<Self> {
        let Type::Group(inner) = kind.field(list).ty.element() else { return None };
        inner.find(name).map(|(part, _)| Within { line: Some(0), part })
    }

    /// The field and the part that a heading such as `contacts.0.name` or `联系人.0.姓名` names.
    pub(super) fn of(heading: &str, kind: &Kind) -> Option<(FieldId, Self)> {
        let mut parts = heading.split('.').map(str::trim);
        let (field, declared) = kind.shape.find(parts.next()?)?;
        let line = match &declared.ty {
            Type::List(_) => Some(parts.next()?.parse().ok().filter(|line| *line < MOST_LINES)?),
            _ => None,
        };
        let Type::Group(inner) = declared.ty.element() else { return None };
        let (part, _) = inner.find(parts.next()?)?;
        parts.next().is_none().then_some((field, Within { line, part }))
    }
}

/// Where the text of a field comes from.
#[derive(Debug, Clone)]
pub(super) enum From {
    /// A column.
    Column(usize),
    /// Several columns.
    Template(Template),
    /// No column: always the same text.
    Fixed(String),
}

impl Source {
    /// The field by its name, with the part of its line.
    pub(super) fn path(&self, kind: &Kind) -> String {
        let field = kind.field(self.field);
        match (self.within, field.ty.element()) {
            (Some(Within { line, part }), Type::Group(inner)) => {
                let line = line.map_or_else(String::new, |line| format!(".{line}"));
                format!("{}{line}.{}", field.name, inner.field(part).name)
            }
            _ => field.name.clone(),
        }
    }
}

impl From {
    pub(super) fn columns(&self) -> Vec<usize> {
        match self {
            From::Column(column) => vec![*column],
            From::Template(template) => template.columns().collect(),
            From::Fixed(_) => Vec::new(),
        }
    }
}

/// What each value of a column becomes. `*` stands for every other value that is not empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    pub(super) table: Vec<(String, String)>,
    pub(super) otherwise: Option<String>,
    /// Values that the table does not know stay as they are.
    pub(super) keep: bool,
}

impl Values {
    /// What a value becomes. `None` if the table does not contain it.
    pub(super) fn of<'v>(&'v self, text: &'v str) -> Option<&'v str> {
        let known = self.table.iter().find(|(from, _)| from == text);
        let known = known.or_else(|| self.table.iter().find(|(from, _)| fold(from) == fold(text)));
        match known {
            Some((_, to)) => Some(to),
            None if text.is_empty() => Some(""),
            None if self.keep => Some(text),
            None => self.otherwise.as_deref(),
        }
    }
}

/// A record that a field names and that is made if it does not exist.
#[derive(Debug, Clone)]
pub(super) struct Make {
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) fields: Vec<(String, Template)>,
}

/// A state that the record was in.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) state: StateFrom,
    pub(super) at: Vec<usize>,
    /// The column with the time of day.
    pub(super) time: Option<usize>,
    pub(super) dates: Dates,
    pub(super) when: Vec<(usize, Vec<String>)>,
}

#[derive(Debug, Clone)]
pub(super) enum StateFrom {
    Fixed(String),
    Column(usize, Values),
}

/// How a row is recognized if it comes again.
#[derive(Debug, Clone)]
pub(super) struct Keying {
    pub(super) prefix: String,
    /// Empty if a digest of the mapped columns is used.
    pub(super) columns: Vec<usize>,
}

/// The field that a heading was taken for. A user may want to see this before the import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The heading.
    pub heading: String,
    /// The field.
    pub field: String,
}

impl Mapping {
    /// A mapping of these columns that maps nothing yet.
    pub(super) fn blank(headings: &[String], kind: &Kind) -> Self {
        Mapping {
            headings: headings.to_vec(),
            parts: Vec::new(),
            sources: Vec::new(),
            stages: Vec::new(),
            id: None,
            key: Keying { prefix: format!("{}-", kind.name()), columns: Vec::new() },
            empty: Vec::new(),
            left_out: Vec::new(),
            running: None,
            notes: Vec::new(),
            rejects: of_rejects(headings.iter().map(String::as_str)),
        }
    }

    /// Takes this column for the key of a row. What comes before it in the key says where the number is from.
    ///
    /// # Errors
    /// There is none of this heading.
    pub fn keyed_by(&mut self, heading: &str, source: &str) -> Result<(), Label> {
        let column = column_of(&self.headings, heading)?;
        let prefix = format!("{source}-{}-", self.headings[column]);
        self.key = Keying { prefix, columns: vec![column] };
        Ok(())
    }

    /// What headings were taken for that only resemble a field.
    pub fn notes(&self) -> &[Label] {
        &self.notes
    }

    /// The headings of columns that nothing comes from.
    pub fn unused(&self) -> Vec<&str> {
        let mut used = vec![false; self.headings.len()];
        let whole = |column: usize| match column.checked_sub(self.headings.len()) {
            Some(part) => self.parts.get(part).map_or(0, |(column, _)| *column),
            None => column,
        };
        for column in
            self.used().into_iter().chain(self.key.columns.iter().copied()).chain(self.left_out.iter().copied())
        {
            if let Some(used) = used.get_mut(whole(column)) {
                *used = true;
            }
        }
        let unused = self.headings.iter().zip(used).filter(|(heading, used)| !used && !is_own(heading));
        unused.map(|(heading, _)| heading.as_str()).collect()
    }

    /// A row as the mapping sees it: cells that say nothing are empty, and parts of objects have columns of their own.
    pub fn prepared(&self, mut row: Row) -> Row {
        for cell in &mut row.cells {
            if !self.empty.is_empty() && cell.as_str().is_some_and(|text| self.empty.contains(&fold(text.trim()))) {
                *cell = Json::Null;
            }
            // lists and objects of JSON stand as text in the rejected rows of a CSV file
            if self.rejects
                && let Some(text) = cell.as_str()
                && ["{\"", "[\"", "[{"].iter().any(|begin| text.starts_with(begin))
                && let Ok(json) = serde_json::from_str(text)
            {
                *cell = json;
            }
        }
        row.cells.resize(self.headings.len().max(row.cells.len()), Json::Null);
        row.cells.truncate(self.headings.len());
        for (column, path) in &self.parts {
            let mut part = row.cells.get(*column);
            for key in path {
                part = part.and_then(|part| match part {
                    Json::Array(items) => items.get(key.parse::<usize>().ok()?),
                    part => part.get(key),
                });
            }
            let part = part.cloned().unwrap_or_default();
            row.cells.push(part);
        }
        row
    }

    /// The heading of a column, or of a part of one.
    pub(super) fn heading(&self, column: usize) -> String {
        match column.checked_sub(self.headings.len()).and_then(|part| self.parts.get(part)) {
            Some((column, path)) => format!("{}.{}", self.heading(*column), path.join(".")),
            None => self.headings.get(column).cloned().unwrap_or_default(),
        }
    }

    /// The heading of the column that a field comes from; several with commas, empty if there is none.
    pub fn heading_of(&self, kind: &Kind, field: &str) -> String {
        let name = field.split('.').next().unwrap_or_default();
        let source = self.sources.iter().find(|source| source.path(kind) == field);
        let source = source.or_else(|| self.sources.iter().find(|source| kind.field(source.field).name == name));
        let columns = source.map(|source| source.from.columns()).unwrap_or_default();
        columns.iter().map(|column| self.heading(*column)).collect::<Vec<_>>().join(", ")
    }

    /// What each field comes from.
    pub fn taken(&self, kind: &Kind) -> Vec<Taken> {
        let heading = |source: &Source| {
            let columns = source.from.columns().into_iter();
            columns.map(|column| self.heading(column)).collect::<Vec<_>>().join(", ")
        };
        let taken = |source: &Source| Taken { heading: heading(source), field: source.path(kind) };
        self.sources.iter().map(taken).collect()
    }

    /// The columns that are used, each once, sorted by their headings.
    pub(super) fn used(&self) -> Vec<usize> {
        let fields = self.sources.iter().flat_map(Source::columns);
        let stages = self.stages.iter().flat_map(|stage| {
            let state = match &stage.state {
                StateFrom::Fixed(_) => None,
                StateFrom::Column(column, _) => Some(*column),
            };
            let when = stage.when.iter().map(|(column, _)| *column);
            stage.at.iter().copied().chain(stage.time).chain(state).chain(when)
        });
        let running = self.running.iter().flat_map(|(columns, _)| columns.iter().copied());
        let mut used: Vec<(String, usize)> =
            fields.chain(stages).chain(running).chain(self.id).map(|column| (self.heading(column), column)).collect();
        used.sort();
        used.dedup();
        used.into_iter().map(|(_, column)| column).collect()
    }
}

/// The column of a heading, whatever its case.
pub(super) fn column_of(headings: &[String], heading: &str) -> Result<usize, Label> {
    let column = headings.iter().position(|known| known == heading);
    let column = column.or_else(|| headings.iter().position(|known| fold(known) == fold(heading)));
    column.ok_or_else(|| label!(Text::NoColumn, heading = heading, known = several(headings)))
}

/// Headings in a sentence: the first of them, if there are many.
pub(super) fn several<T: AsRef<str>>(headings: &[T]) -> String {
    const MOST: usize = 20;
    let shown: Vec<&str> = headings.iter().take(MOST).map(AsRef::as_ref).collect();
    shown.join(", ") + if headings.len() > MOST { ", …" } else { "" }
}

/// The states of a kind by their names and labels.
pub(super) fn states(kind: &Kind) -> Values {
    let names = kind.shape.states().iter().flat_map(|state| {
        let labels = [&state.label.en, &state.label.zh].into_iter().filter(|label| !label.is_empty());
        std::iter::once(&state.name)
            .chain(labels)
            .chain(&state.also)
            .map(|from| (from.clone(), state.name.clone()))
            .collect::<Vec<_>>()
    });
    Values { table: names.collect(), otherwise: None, keep: false }
}

/// Whether a list of such values can be written into one cell.
pub(super) fn splits(ty: &Type) -> bool {
    matches!(ty, Type::List(element) if !matches!(**element, Type::Group(_) | Type::List(_)))
}
