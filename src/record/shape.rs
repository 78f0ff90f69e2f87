//! The shape of a kind's records: fields with types and labels, states with classes. A field is addressed by a handle.

mod former;

pub(super) use former::GONE;

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
    /// An instant, to the second, with an offset.
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
    /// Another record of one of these kinds; if the list is empty, of any kind.
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

    /// The type of an element: for a list its element's type, for anything else the type itself.
    pub fn element(&self) -> &Type {
        match self {
            Type::List(element) => element,
            other => other,
        }
    }

    /// Whether every stored value of an earlier type can be read as one of this type.
    fn reads_all_of(&self, earlier: &Type) -> bool {
        match (self, earlier) {
            (Type::Choice(now), Type::Choice(then)) => {
                then.iter().all(|then| now.iter().any(|now| now.name == then.name))
            }
            (Type::List(now), Type::List(then)) => now.reads_all_of(then),
            (Type::Group(now), Type::Group(then)) => now.reads_all_of(then),
            (Type::Ref(_), Type::Ref(_)) => true,
            (now, then) => now == then,
        }
    }

    /// Whether values of the type are stored as plain text, which people, filters and reports compare as text.
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
    /// Other words for it. They are accepted wherever its name and label are.
    pub also: Vec<String>,
    /// Whether it is no longer offered; old records keep it.
    pub retired: bool,
}

impl Choice {
    /// Whether the word is its name, its label in any language, or one of its other words.
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
    /// Other words for it. They are accepted wherever its name and label are.
    pub also: Vec<String>,
    /// What it is for, shown in prompts and help.
    pub help: Label,
    /// Whether every record must have it.
    pub required: bool,
    /// Whether it is masked in lists, reports and messages unless somebody asks for private values.
    pub private: bool,
    /// Whether a word for a time, such as `mon`, means the next one and not the last one.
    pub ahead: bool,
    /// Whether it is no longer offered; old records keep it.
    pub retired: bool,
    /// Where it is declared.
    pub place: Place,
}

impl Field {
    /// Whether the word is its name, its label in any language, or one of its other words.
    pub fn is_called(&self, word: &str) -> bool {
        self.name == word || self.label.matches(word) || is_among(&self.also, word)
    }
}

/// Whether the word is one of `also`, regardless of case and width.
pub(crate) fn is_among(also: &[String], word: &str) -> bool {
    !also.is_empty() && also.iter().any(|other| fold(other) == fold(word))
}

/// What a state means for reports and filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// Just registered; nobody works on it yet.
    New,
    /// Somebody works on it.
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

    /// The class with this name.
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
    /// Other words for it. They are accepted wherever its name and label are.
    pub also: Vec<String>,
    /// Whether nobody owes a step while a record is in the state: an active client, a recorded invoice. Otherwise
    /// somebody always owes work on a new or open record.
    pub resting: bool,
    /// Whether the record was registered by mistake. Reports do not count it, and rules treat it as absent.
    pub void: bool,
    /// Whether no step leads here any more; old records keep it.
    pub retired: bool,
    /// Where it is declared.
    pub place: Place,
}

impl State {
    /// Whether the word is its name, its label in any language, or one of its other words.
    pub fn is_called(&self, word: &str) -> bool {
        self.name == word || self.label.matches(word) || is_among(&self.also, word)
    }
}

/// The fields and states of a kind, or the fields of a group (which has no states).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shape {
    /// The kind's name; for a group, the name of its field.
    pub name: String,
    /// The prefix of ids; empty for staff and groups.
    pub prefix: String,
    /// The folder of the kind's records; empty for groups.
    pub folder: String,
    /// What people read.
    pub label: Label,
    /// The field that says into which record of the same kind a record was merged.
    pub merged_by: Option<FieldId>,
    fields: Vec<Field>,
    states: Vec<State>,
    computed: Arc<Vec<Computed>>,
    either: Option<Box<(Vec<FieldId>, Place)>>,
    by_name: BTreeMap<String, FieldId>,
}

impl Field {
    /// Whether it is private, or has a private part.
    pub fn holds_private(&self) -> bool {
        let within = |lines: &Shape| lines.fields().iter().any(|inner| inner.private);
        self.private || matches!(self.ty.element(), Type::Group(lines) if within(lines))
    }
}

impl Shape {
    /// A shape with its fields and states in declared order. If two fields have the same name, the first is found by
    /// it; loaders refuse the second.
    pub fn new(name: &str, fields: Vec<Field>, states: Vec<State>) -> Self {
        let mut by_name = BTreeMap::new();
        for (field, index) in fields.iter().zip(0u16..) {
            by_name.entry(field.name.clone()).or_insert(FieldId(index));
        }
        Shape { name: name.to_owned(), fields, states, by_name, ..Shape::default() }
    }

    /// The same shape with computed values.
    #[must_use]
    pub fn computing(self, computed: Vec<Computed>) -> Self {
        Shape { computed: Arc::new(computed), ..self }
    }

    /// The same shape for the lines of a list: each line must have at least one of the fields `either`. `place` says
    /// where that rule is declared.
    #[must_use]
    pub fn having(self, either: Vec<FieldId>, place: Place) -> Self {
        Shape { either: Some(Box::new((either, place))), ..self }
    }

    /// The fields that a line needs at least one of, and the place of that rule.
    pub fn either(&self) -> Option<&(Vec<FieldId>, Place)> {
        self.either.as_deref()
    }

    /// The computed values of a record, in declared order.
    pub fn computed(&self) -> &[Computed] {
        &self.computed
    }

    /// The computed value with this name, or with this label in any language.
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

    /// The field of a handle of this shape. Older rules may have handles of fields that the kind no longer has. They
    /// get a field without a name. No record has a value of it.
    pub fn field(&self, id: FieldId) -> &Field {
        self.fields.get(id.index()).unwrap_or_else(|| &GONE)
    }

    /// The field with this name, this label in any language, or this other word.
    pub fn find(&self, name_or_label: &str) -> Option<(FieldId, &Field)> {
        match self.field_id(name_or_label) {
            Some(id) => Some((id, self.field(id))),
            None => self.handles().find(|(_, field)| field.is_called(name_or_label)),
        }
    }

    /// Whether whatever could be stored by an earlier shape can be read by this one: it has the same fields, in any
    /// order, with every choice, and every state. A new field may not fit what a record has under its name.
    pub fn reads_all_of(&self, earlier: &Shape) -> bool {
        let has_state = |state: &State| self.state(&state.name).is_some();
        let reads =
            |field: &Field| self.field_id(&field.name).is_some_and(|id| self.field(id).ty.reads_all_of(&field.ty));
        self.fields.len() == earlier.fields.len()
            && earlier.fields.iter().all(reads)
            && earlier.states.iter().all(has_state)
    }

    /// Whether a field, or a field of the lines of a list, can refer to a record of this kind.
    pub fn refers_to(&self, kind: &str) -> bool {
        self.fields.iter().any(|field| match field.ty.element() {
            Type::Ref(kinds) => kinds.is_empty() || kinds.iter().any(|named| named == kind),
            Type::Group(inner) => inner.refers_to(kind),
            _ => false,
        })
    }

    /// The name or label of the field that an unknown word probably means: a similar one, or a label that contains
    /// the word or is contained in it.
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

    /// A name or label as people of each language read it: an English label is told by its Chinese one.
    pub fn in_each(&self, word: &str) -> Label {
        let labelled = self.fields.iter().find(|field| field.label.en == word && !field.label.zh.is_empty());
        Label::new(word, labelled.filter(|field| field.name != word).map_or(word, |field| field.label.zh.as_str()))
    }

    /// The states in declared order; a new record is in the first one.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// The state with this name.
    pub fn state(&self, name: &str) -> Option<&State> {
        self.states.iter().find(|state| state.name == name)
    }

    /// Whether nobody owes a step in this state (`resting = true`).
    pub fn rests(&self, state: &str) -> bool {
        self.state(state).is_some_and(|state| state.resting)
    }

    /// Whether a record in this state was registered by mistake (`void = true`).
    pub fn is_void(&self, state: &str) -> bool {
        self.state(state).is_some_and(|state| state.void)
    }

    /// The states of records that were registered by mistake, in declared order.
    pub fn voids(&self) -> impl Iterator<Item = &str> {
        self.states.iter().filter(|state| state.void).map(|state| state.name.as_str())
    }

    /// The class of the state with this name; a state that the shape does not know counts as open.
    pub fn class(&self, state: &str) -> Class {
        self.state(state).map_or(Class::Open, |state| state.class)
    }
}
