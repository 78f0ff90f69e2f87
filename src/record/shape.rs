//! The shape of a kind's records: fields with types and labels, states with classes. A field is addressed by a handle.

mod former;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Computed;
use crate::locale::Label;
use crate::locale::text::fold;
use crate::place::Place;
use crate::place::toml::nearest;

/// The handle of a field within its shape or group: its place in the declared order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FieldId(pub(crate) u16);

impl FieldId {
    /// Position in the declared order, from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    /// Text of one or several lines.
    Text,
    /// A whole number, not negative.
    Count,
    /// A decimal number, not negative.
    Decimal,
    /// An amount in the book's currency, not negative.
    Money,
    /// A civil date.
    Date,
    /// A civil date whose year may be unknown, such as a birthday.
    Day,
    /// An instant, to the second.
    Time,
    /// Yes or no.
    Bool,
    /// One of the names that the kind lists.
    Choice(Vec<Choice>),
    /// Several values of one type, in order.
    List(Box<Type>),
    /// Named values of their own types; a list of groups is the lines of a table.
    Group(Shape),
    /// A person of the staff.
    Person,
    /// A role of the policy.
    Role,
    /// A department of the policy.
    Department,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// Another record, of one of these kinds; of any, where none is named.
    Ref(Vec<String>),
    /// A file beside the record.
    File,
}

impl Type {
    /// The name in kind files.
    pub fn name(&self) -> &'static str {
        match self {
            Type::Text => "text",
            Type::Count => "count",
            Type::Decimal => "decimal",
            Type::Money => "money",
            Type::Date => "date",
            Type::Day => "day",
            Type::Time => "time",
            Type::Bool => "bool",
            Type::Choice(_) => "choice",
            Type::List(_) => "list",
            Type::Group(_) => "group",
            Type::Person => "person",
            Type::Role => "role",
            Type::Department => "department",
            Type::Phone => "phone",
            Type::Email => "email",
            Type::Ref(_) => "ref",
            Type::File => "file",
        }
    }

    /// The type of an element: of a list its element's, of anything else its own.
    pub fn element(&self) -> &Type {
        match self {
            Type::List(element) => element,
            other => other,
        }
    }

    /// Whether values of the type are stored as plain text that people, filters and reports compare as such.
    pub fn is_name(&self) -> bool {
        matches!(self, Type::Choice(_) | Type::Person | Type::Role | Type::Department)
    }
}

/// One value of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The stored name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// Other words for it, which are taken wherever its name and label are.
    pub also: Vec<String>,
    /// No longer offered; old records keep it.
    pub retired: bool,
}

impl Choice {
    /// Whether the word is its name, its label in any language, or another word for it.
    pub fn is_called(&self, word: &str) -> bool {
        self.name == word || self.label.matches(word) || is_among(&self.also, word)
    }
}

/// A field of a kind or of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The stored name.
    pub name: String,
    /// What it holds.
    pub ty: Type,
    /// What people read.
    pub label: Label,
    /// Other words for it, which are taken wherever its name and label are.
    pub also: Vec<String>,
    /// What it is for, in prompts and help.
    pub help: Label,
    /// Must be there in every record.
    pub required: bool,
    /// Masked in lists, reports and messages unless asked for.
    pub private: bool,
    /// A word for a time, such as `mon`, is looked for ahead.
    pub ahead: bool,
    /// No longer offered; old records keep it.
    pub retired: bool,
    /// Where it is declared.
    pub place: Place,
}

impl Field {
    /// Whether the word is its name, its label in any language, or another word for it.
    pub fn is_called(&self, word: &str) -> bool {
        self.name == word || self.label.matches(word) || is_among(&self.also, word)
    }
}

/// Whether the word is one of these, regardless of case and width.
pub(crate) fn is_among(also: &[String], word: &str) -> bool {
    !also.is_empty() && also.iter().any(|other| fold(other) == fold(word))
}

/// What a state means to reports and filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// Just registered, nobody has taken it up.
    New,
    /// Somebody is at it.
    Open,
    /// It waits for the client.
    Waiting,
    /// It has ended.
    Closed,
}

impl Class {
    /// Every class, in the order of a record's life.
    pub const ALL: [Class; 4] = [Class::New, Class::Open, Class::Waiting, Class::Closed];

    /// The name in kind files and filters.
    pub fn name(self) -> &'static str {
        match self {
            Class::New => "new",
            Class::Open => "open",
            Class::Waiting => "waiting",
            Class::Closed => "closed",
        }
    }

    /// The class of a name.
    pub fn named(name: &str) -> Option<Self> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// A state of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The stored name.
    pub name: String,
    /// What it means.
    pub class: Class,
    /// What people read.
    pub label: Label,
    /// Other words for it, which are taken wherever its name and label are.
    pub also: Vec<String>,
    /// Nobody owes a step while a record is in the state: an active client, a recorded invoice. Without it, a record that is new
    /// or open is always somebody's work.
    pub resting: bool,
    /// The record was registered by mistake: it counts nowhere, and rules treat it as not there.
    pub void: bool,
    /// No step leads here any more; old records keep it.
    pub retired: bool,
    /// Where it is declared.
    pub place: Place,
}

impl State {
    /// Whether the word is its name, its label in any language, or another word for it.
    pub fn is_called(&self, word: &str) -> bool {
        self.name == word || self.label.matches(word) || is_among(&self.also, word)
    }
}

/// The fields and states of a kind, or the fields of a group (which has no states).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shape {
    /// The kind's name; a group's is that of its field.
    pub name: String,
    /// The prefix of ids; empty for staff and groups.
    pub prefix: String,
    /// The folder of the kind's records; empty for groups.
    pub folder: String,
    /// What people read.
    pub label: Label,
    /// The field by which a record says into which other one of the kind it has been merged.
    pub merged_by: Option<FieldId>,
    fields: Vec<Field>,
    states: Vec<State>,
    computed: Arc<Vec<Computed>>,
    either: Option<Box<(Vec<FieldId>, Place)>>,
    by_name: BTreeMap<String, FieldId>,
}

impl Shape {
    /// A shape with its fields and states in declared order. Of two fields of one name the first is found by it; loaders
    /// refuse the second.
    pub fn new(name: &str, fields: Vec<Field>, states: Vec<State>) -> Self {
        let mut by_name = BTreeMap::new();
        for (field, index) in fields.iter().zip(0u16..) {
            by_name.entry(field.name.clone()).or_insert(FieldId(index));
        }
        Shape { name: name.to_owned(), fields, states, by_name, ..Shape::default() }
    }

    /// The same shape with values that are computed of its records.
    #[must_use]
    pub fn computing(self, computed: Vec<Computed>) -> Self {
        Shape { computed: Arc::new(computed), ..self }
    }

    /// The same shape of a list's lines, each with at least one of these fields, and where that is said.
    #[must_use]
    pub fn having(self, either: Vec<FieldId>, place: Place) -> Self {
        Shape { either: Some(Box::new((either, place))), ..self }
    }

    /// Each line has at least one of these fields; and where that is said.
    pub fn either(&self) -> Option<&(Vec<FieldId>, Place)> {
        self.either.as_deref()
    }

    /// The values that are computed of a record, in declared order.
    pub fn computed(&self) -> &[Computed] {
        &self.computed
    }

    /// The computed value of a name, or of a label in any language.
    pub fn find_computed(&self, name_or_label: &str) -> Option<&Computed> {
        let named = self.computed.iter().find(|computed| computed.name == name_or_label);
        named.or_else(|| self.computed.iter().find(|computed| computed.label.matches(name_or_label)))
    }

    /// The fields in declared order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Each field with its handle.
    pub fn handles(&self) -> impl Iterator<Item = (FieldId, &Field)> {
        (0u16..).map(FieldId).zip(&self.fields)
    }

    /// The handle of a field.
    pub fn field_id(&self, name: &str) -> Option<FieldId> {
        self.by_name.get(name).copied()
    }

    /// The field behind a handle of this shape. Older rules may have handles of fields that have left it since: these are nameless
    /// and without a value in every record.
    pub fn field(&self, id: FieldId) -> &Field {
        self.fields.get(id.index()).unwrap_or_else(|| &former::GONE)
    }

    /// The field of a name, of a label in any language, or of another word for it.
    pub fn find(&self, name_or_label: &str) -> Option<(FieldId, &Field)> {
        match self.field_id(name_or_label) {
            Some(id) => Some((id, self.field(id))),
            None => self.handles().find(|(_, field)| field.is_called(name_or_label)),
        }
    }

    /// Whether a field, or a field of the lines of a list, can name a record of the kind of this name.
    pub fn refers_to(&self, kind: &str) -> bool {
        self.fields.iter().any(|field| match field.ty.element() {
            Type::Ref(kinds) => kinds.is_empty() || kinds.iter().any(|named| named == kind),
            Type::Group(inner) => inner.refers_to(kind),
            _ => false,
        })
    }

    /// The name or label of the field that is probably meant by a word that is none: much like it, or a label that holds the word or
    /// that the word holds.
    pub fn resembling(&self, word: &str) -> Option<&str> {
        let current = || self.fields.iter().filter(|field| !field.retired);
        let folded = fold(word);
        let near = nearest(&folded, current().map(|field| field.name.as_str()));
        let holds = |label: &&str| {
            let label = fold(label);
            folded.chars().count() > 1
                && (label.contains(&folded) || label.chars().count() > 1 && folded.contains(&label))
        };
        let labels = || current().flat_map(|field| [field.label.zh.as_str(), field.label.en.as_str()]);
        near.or_else(|| labels().filter(|label| !label.is_empty()).find(holds))
    }

    /// The states in declared order; the first is the one that a new record is in.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// The state of a name.
    pub fn state(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// Whether nobody owes a step in a state of this name (`resting = true`).
    pub fn rests(&self, state: &str) -> bool {
        self.state(state).is_some_and(|state| state.resting)
    }

    /// Whether a record in a state of this name was registered by mistake (`void = true`).
    pub fn is_void(&self, state: &str) -> bool {
        self.state(state).is_some_and(|state| state.void)
    }

    /// The states of records that were registered by mistake, in declared order.
    pub fn voids(&self) -> impl Iterator<Item = &str> {
        self.states.iter().filter(|state| state.void).map(|state| state.name.as_str())
    }

    /// The class of a state of this name; a state that the shape does not know counts as open.
    pub fn class(&self, state: &str) -> Class {
        self.state(state).map_or(Class::Open, |state| state.class)
    }
}
