//! A mapping, bound to the columns of a file and the fields of a kind.

use super::template::Template;
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;
use crate::locale::text::fold;
use crate::record::{FieldId, Type};

/// The headings that are more than a field: the state in which a record comes in, and the id of a kind whose ids are
/// names.
const STATE: [&str; 2] = ["state", "状态"];
const ID: [&str; 2] = ["id", "编号"];

/// Where everything in a record comes from.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub(super) headings: Vec<String>,
    pub(super) sources: Vec<Source>,
    pub(super) stages: Vec<Stage>,
    pub(super) id: Option<usize>,
    pub(super) key: Keying,
}

/// Where a field comes from.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) field: FieldId,
    /// The place in the field, if that is a list of lines or a group.
    pub(super) within: Option<Within>,
    pub(super) from: From,
    pub(super) values: Option<Values>,
    pub(super) format: Option<String>,
    pub(super) split: Option<String>,
    pub(super) make: Option<Make>,
}

/// A part of a line of a list, or of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Within {
    /// The line, from 0. `None` for a group.
    pub(super) line: Option<usize>,
    /// The part.
    pub(super) part: FieldId,
}

/// The limit for lines. No file needs as many.
const MOST_LINES: usize = 100;

impl Within {
    /// The field and the part that a heading such as `contacts.0.name` or `联系人.0.姓名` names.
    fn of(heading: &str, kind: &Kind) -> Option<(FieldId, Self)> {
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
    /// The path of the field: its name, with the part of its line.
    fn path(&self, kind: &Kind) -> String {
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
}

impl Values {
    /// What a value becomes. `None` if the table does not contain it.
    pub(super) fn of<'v>(&'v self, text: &'v str) -> Option<&'v str> {
        let known = self.table.iter().find(|(from, _)| from == text);
        let known = known.or_else(|| self.table.iter().find(|(from, _)| fold(from) == fold(text)));
        match known {
            Some((_, to)) => Some(to),
            None if text.is_empty() => Some(""),
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
    pub(super) format: Option<String>,
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
    /// Maps headings that are names or labels of fields.
    ///
    /// # Errors
    /// If a heading is neither: nothing in a file is left out silently.
    pub fn by_headings(headings: &[String], kind: &Kind) -> Result<Self, Label> {
        let mut mapping = Mapping {
            headings: headings.to_vec(),
            sources: Vec::new(),
            stages: Vec::new(),
            id: None,
            key: Keying { prefix: format!("{}-", kind.name()), columns: Vec::new() },
        };
        let mut strange = Vec::new();
        for (column, heading) in headings.iter().enumerate() {
            let lower = heading.to_lowercase();
            let found = kind.shape.find(heading).or_else(|| kind.shape.find(&lower));
            let whole = found.map(|(field, _)| (field, None));
            let found = whole.or_else(|| Within::of(heading, kind).map(|(field, within)| (field, Some(within))));
            if let Some((field, within)) = found {
                let same = |source: &&Source| {
                    source.field == field && (source.within == within || source.within.is_none() || within.is_none())
                };
                if let Some(first) = mapping.sources.iter().find(same) {
                    let first = first.from.columns().first().and_then(|column| headings.get(*column));
                    let first = first.map(String::as_str).unwrap_or_default();
                    return Err(label!(Text::BothMean, one = first, other = heading, field = kind.field(field).name));
                }
                let from = From::Column(column);
                mapping.sources.push(Source {
                    field,
                    within,
                    from,
                    values: None,
                    format: None,
                    split: None,
                    make: None,
                });
            } else if STATE.contains(&lower.as_str()) {
                let state = StateFrom::Column(column, states(kind));
                mapping.stages.push(Stage { state, at: Vec::new(), format: None, when: Vec::new() });
            } else if ID.contains(&lower.as_str()) && kind.shape.prefix.is_empty() {
                mapping.id = Some(column);
            } else {
                strange.push(heading.as_str());
            }
        }
        if strange.is_empty() {
            return Ok(mapping);
        }
        let near = strange.iter().find_map(|heading| Some((*heading, kind.shape.resembling(heading)?)));
        let (kind, headings) = (kind.name(), strange.join(", "));
        Err(match near {
            Some((heading, near)) => {
                label!(Text::StrangeNear, kind = kind, headings = headings, heading = heading, near = near)
            }
            None => label!(Text::Strange, kind = kind, headings = headings),
        })
    }

    /// Uses this column, as it is, as the key of a row.
    ///
    /// # Errors
    /// If there is no column with this heading.
    pub fn keyed_by(&mut self, heading: &str) -> Result<(), Label> {
        let column = self.headings.iter().position(|known| known == heading);
        let column = column.or_else(|| self.headings.iter().position(|known| fold(known) == fold(heading)));
        let column =
            column.ok_or_else(|| label!(Text::NoColumn, heading = heading, known = self.headings.join(", ")))?;
        self.key = Keying { prefix: String::new(), columns: vec![column] };
        Ok(())
    }

    /// The heading of the column that a field comes from. Several are joined by commas; empty if there is none.
    pub fn heading_of(&self, kind: &Kind, field: &str) -> String {
        let name = field.split('.').next().unwrap_or_default();
        let source = self.sources.iter().find(|source| source.path(kind) == field);
        let source = source.or_else(|| self.sources.iter().find(|source| kind.field(source.field).name == name));
        let columns = source.map(|source| source.from.columns()).unwrap_or_default();
        columns.iter().filter_map(|column| self.headings.get(*column)).cloned().collect::<Vec<_>>().join(", ")
    }

    /// What each field comes from.
    pub fn taken(&self, kind: &Kind) -> Vec<Taken> {
        let heading = |source: &Source| {
            let columns = source.from.columns().into_iter();
            columns.filter_map(|column| self.headings.get(column)).cloned().collect::<Vec<_>>().join(", ")
        };
        let taken = |source: &Source| Taken { heading: heading(source), field: source.path(kind) };
        self.sources.iter().map(taken).collect()
    }

    /// The columns that are used, each once, sorted by their headings.
    pub(super) fn used(&self) -> Vec<usize> {
        let made = |source: &Source| {
            let made = source.make.iter().flat_map(|make| make.fields.iter().flat_map(|(_, from)| from.columns()));
            made.collect::<Vec<_>>()
        };
        let fields = self.sources.iter().flat_map(|source| [source.from.columns(), made(source)].concat());
        let stages = self.stages.iter().flat_map(|stage| {
            let state = match &stage.state {
                StateFrom::Fixed(_) => None,
                StateFrom::Column(column, _) => Some(*column),
            };
            stage
                .at
                .iter()
                .copied()
                .chain(state)
                .chain(stage.when.iter().map(|(column, _)| *column))
                .collect::<Vec<_>>()
        });
        let mut used: Vec<usize> = fields.chain(stages).chain(self.id).collect();
        used.sort_by_key(|column| self.headings.get(*column));
        used.dedup();
        used
    }
}

/// The states of a kind by their names and labels.
fn states(kind: &Kind) -> Values {
    let names = kind.shape.states().iter().flat_map(|state| {
        let labels = [&state.label.en, &state.label.zh].into_iter().filter(|label| !label.is_empty());
        std::iter::once(&state.name)
            .chain(labels)
            .chain(&state.also)
            .map(|from| (from.clone(), state.name.clone()))
            .collect::<Vec<_>>()
    });
    Values { table: names.collect(), otherwise: None }
}

/// Whether a list of such values can be written into one cell.
pub(super) fn splits(ty: &Type) -> bool {
    matches!(ty, Type::List(element) if !matches!(**element, Type::Group(_) | Type::List(_)))
}
