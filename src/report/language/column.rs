//! Columns of lists and rows of tables: fields, computed values, paths through references, and what the program knows
//! about a record or an event. Each is bound for every kind that its set may have.

use crate::calendar::Moment;
use crate::filter::{Rollup, is_holder, own_name};
use crate::kind::{Kind, Path};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText as Text, LoadText, RecordText};
use crate::place::toml::nearest;
use crate::place::{Placed, Problem, Problems};
use crate::policy::Policy;
use crate::record::{Computed, FieldId};

/// A bound column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name, as the file writes it.
    pub name: String,
    /// Its heading.
    pub label: Label,
    /// What it shows, for each kind that has it.
    pub shows: Vec<(String, Show)>,
}

/// What a column shows about a record.
#[derive(Debug, Clone)]
pub enum Show {
    /// Its id.
    Id,
    /// Its kind.
    Kind,
    /// Its title.
    Record,
    /// Its state.
    State,
    /// When it was opened.
    Opened,
    /// When it was last changed.
    Changed,
    /// When it entered its present closed state.
    Closed,
    /// When it last entered one of these states.
    Milestone(Vec<String>),
    /// Who holds it.
    Holder,
    /// When its nearest deadline ends.
    Due,
    /// Its age in working days.
    Age,
    /// Who took the step; only for events.
    Who,
    /// When the step was taken.
    When,
    /// The step.
    Step,
    /// The note of the step.
    Note,
    /// A field.
    Field(FieldId),
    /// A computed value.
    Computed(Box<Computed>),
    /// A rollup; its span ends with the period, or now.
    Rollup(Box<Rollup>),
    /// The value at the end of a path.
    Path(Path),
}

/// What the program knows about every record, by column name.
const OWN: [(&str, Show, Text); 5] = [
    ("record", Show::Record, Text::ColumnRecord),
    ("kind", Show::Kind, Text::ColumnKind),
    ("due", Show::Due, Text::ColumnDue),
    ("age", Show::Age, Text::ColumnAge),
    ("holder", Show::Holder, Text::ColumnHolder),
];

/// What the program knows about every event, by column name.
const OF_EVENTS: [(&str, Show, Text); 4] = [
    ("who", Show::Who, Text::ColumnWho),
    ("when", Show::When, Text::ColumnWhen),
    ("step", Show::Step, Text::ColumnStep),
    ("note", Show::Note, Text::ColumnNote),
];

/// The prefix of a milestone.
pub(in crate::report) const MILESTONE: &str = "milestone.";

impl Column {
    /// The column with this name for records of these kinds. At least one kind must have it; with `all`, every kind
    /// must.
    pub fn bind(
        policy: &Policy,
        kinds: &[String],
        events: bool,
        name: &Placed<String>,
        all: bool,
        problems: &Problems,
    ) -> Option<Column> {
        let (mut shows, mut label, mut lacking) = (Vec::new(), None, None);
        for kind in kinds.iter().filter_map(|kind| policy.kind(kind)) {
            match show(policy, kind, events, &name.value) {
                Some((show, said)) => {
                    shows.push((kind.name().to_owned(), show));
                    label.get_or_insert(said);
                }
                None => _ = lacking.get_or_insert(kind),
            }
        }
        match (lacking, label) {
            (Some(kind), _) if all || shows.is_empty() => {
                problems.push(unknown(kind, events, name));
                None
            }
            (_, label) => Some(Column { name: name.value.clone(), label: label?, shows }),
        }
    }

    /// What it shows for records of a kind.
    pub fn of(&self, kind: &str) -> Option<&Show> {
        self.shows.iter().find(|(of, _)| of == kind).map(|(_, show)| show)
    }

    /// The field that it shows, if it shows a field for every kind.
    pub fn field(&self) -> Option<(&str, FieldId)> {
        match self.shows.as_slice() {
            [(kind, Show::Field(field))] => Some((kind, *field)),
            _ => None,
        }
    }
}

/// What a name shows for records of a kind, with its heading. The kind's own names win over those of the program; for
/// events, names of the event win.
fn show(policy: &Policy, kind: &Kind, events: bool, name: &str) -> Option<(Show, Label)> {
    let shape = &kind.shape;
    let fixed = |all: &[(&str, Show, Text)]| {
        let found = all.iter().find(|(own, _, text)| *own == name || text.label().matches(name));
        found.map(|(_, show, text)| (show.clone(), text.label()))
    };
    if let Some(found) = events.then(|| fixed(&OF_EVENTS)).flatten() {
        return Some(found);
    }
    if let Some(milestone) = name.strip_prefix(MILESTONE).and_then(|name| kind.milestone(name)) {
        return Some((Show::Milestone(milestone.states.clone()), reached(kind, &milestone.states)));
    }
    if Path::is_meant(name) {
        let path = policy.path_from(shape, name).ok()?;
        let label = path.label.clone();
        return Some((Show::Path(path), label));
    }
    let own = |name: &str| {
        Some(match name {
            "id" => (Show::Id, RecordText::ColumnId.label()),
            "state" => (Show::State, RecordText::ColumnState.label()),
            "opened" => (Show::Opened, RecordText::ColumnOpened.label()),
            "changed" => (Show::Changed, RecordText::ColumnChanged.label()),
            "closed" => (Show::Closed, Text::ColumnClosed.label()),
            _ => return None,
        })
    };
    let field = || shape.find(name).map(|(id, field)| (Show::Field(id), field.label.clone()));
    let computed = || {
        let found = shape.find_computed(name)?;
        Some((Show::Computed(Box::new(found.clone())), found.label.clone()))
    };
    let rollup = || {
        let found = kind.find_rollup(name)?;
        Some((Show::Rollup(Box::new(found.clone())), found.label.clone()))
    };
    let labelled = || own_name(name).and_then(own);
    let holder = || is_holder(name).then(|| (Show::Holder, Text::ColumnHolder.label()));
    own(name).or_else(field).or_else(computed).or_else(rollup).or_else(|| fixed(&OWN)).or_else(labelled).or_else(holder)
}

fn unknown(kind: &Kind, events: bool, name: &Placed<String>) -> Problem {
    let message = label!(Text::NoColumn, kind = kind.name(), name = name.value);
    let fields = kind.shape.fields().iter().filter(|field| !field.retired).map(|field| field.name.as_str());
    let computed = kind.shape.computed().iter().map(|computed| computed.name.as_str());
    let own = OWN.iter().map(|(name, _, _)| *name).chain(["id", "state", "opened", "changed", "closed"]);
    let of_events = OF_EVENTS.iter().filter(|_| events).map(|(name, _, _)| *name);
    // for a path, only the first part is compared with existing names: the rest belongs to another kind
    let first = name.value.split(['.', '+']).next().unwrap_or_default();
    let rollups = kind.rollups.iter().map(|rollup| rollup.name.as_str());
    let near = nearest(first, fields.chain(computed).chain(rollups).chain(own).chain(of_events));
    let help = near.filter(|near| *near != first).map(|near| label!(LoadText::DidYouMean, near = near));
    Problem::new(name.place.clone(), message).help_if(help)
}

/// The label of the first of these states.
pub(in crate::report) fn reached(kind: &Kind, states: &[String]) -> Label {
    states.first().map(|state| crate::wording::state(kind, state)).unwrap_or_default()
}

/// When a record last entered one of these states.
pub(super) fn entered(record: &crate::record::Record, states: &[String]) -> Option<Moment> {
    let entered = record.history.iter().rev().find(|event| event.to.as_ref().is_some_and(|to| states.contains(to)));
    entered.map(|event| event.at)
}
