//! What the first name of a path means in a kind.

use super::Rollup;
use super::scope::Shapes;
use super::syntax::Flag;
use crate::locale::Label;
use crate::locale::messages::FilterWord;
use crate::locale::text::fold;
use crate::record::{Class, Computed, Field, FieldId, Shape, Type};

/// A value that every record has besides its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    Id,
    Kind,
    State,
    Class,
    Opened,
    Changed,
    Closed,
    By,
}

impl Own {
    pub(crate) const ALL: [Own; 8] =
        [Own::Id, Own::Kind, Own::State, Own::Class, Own::Opened, Own::Changed, Own::Closed, Own::By];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Own::Id => "id",
            Own::Kind => "kind",
            Own::State => "state",
            Own::Class => "class",
            Own::Opened => "opened",
            Own::Changed => "changed",
            Own::Closed => "closed",
            Own::By => "by",
        }
    }

    fn word(self) -> FilterWord {
        match self {
            Own::Id => FilterWord::Id,
            Own::Kind => FilterWord::Kind,
            Own::State => FilterWord::State,
            Own::Class => FilterWord::Class,
            Own::Opened => FilterWord::Opened,
            Own::Changed => FilterWord::Changed,
            Own::Closed => FilterWord::Closed,
            Own::By => FilterWord::By,
        }
    }

    fn named(name: &str) -> Option<Self> {
        Own::ALL.into_iter().find(|own| own.name() == name)
    }
}

/// The prefix that makes sure a milestone is meant: `milestone.closed`.
pub(crate) const MILESTONE: &str = "milestone";

/// Whether a word is the prefix of milestones, in any language.
pub(crate) fn is_milestone(word: &str) -> bool {
    word == MILESTONE || FilterWord::Milestone.label().matches(word)
}

/// Whether a word is the stored name of a value that every record has besides its fields.
pub fn is_own(word: &str) -> bool {
    Own::named(word).is_some()
}

/// The word for whoever holds something of a record: a running deadline or, if none runs, the next step. If a kind
/// has a field of this name, such as a document's holder, the field is meant.
pub const HOLDER: &str = "holder";

/// Whether a word means the holder, in any language.
pub fn is_holder(word: &str) -> bool {
    word == HOLDER || FilterWord::Holder.label().matches(word)
}

/// Whether kinds may not call a field so, because filters, columns or the record's file give the name another
/// meaning.
pub fn is_reserved(name: &str) -> bool {
    Own::named(name).is_some() || matches!(name, MILESTONE | "rules" | "history")
}

/// The stored name of a value that every record has, from its name or label.
pub fn own_name(word: &str) -> Option<&'static str> {
    let own = Own::named(word).or_else(|| Own::ALL.into_iter().find(|own| own.word().label().matches(word)));
    own.map(Own::name)
}

/// Whether a word means something that every record has, in any language: `opened`, 状态, `overdue`, 承办.
pub fn is_taken(word: &str) -> bool {
    own_name(word).is_some() || flag(word).is_some() || is_milestone(word) || is_holder(word)
}

/// The label of a value that every record has, by its stored name.
pub fn own_label(name: &str) -> Option<Label> {
    Own::named(name).map(|own| own.word().label())
}

/// What the first name of a path stands for.
pub(crate) enum Target<'s> {
    Field(FieldId, &'s Field),
    Computed(&'s Computed),
    Rollup(&'s Rollup),
    Own(Own),
    Milestone(String, &'s [String]),
    /// The holder of something of the record.
    Holder,
}

/// The flag of a bare word, in any language.
pub(crate) fn flag(word: &str) -> Option<Flag> {
    Flag::ALL.into_iter().find(|flag| {
        let also = match flag {
            Flag::Unfinished => FilterWord::UnfinishedToo,
            Flag::Overdue => FilterWord::OverdueToo,
            Flag::Mine => FilterWord::MineToo,
            Flag::Waiting => FilterWord::WaitingToo,
        };
        flag.name() == word || flag_label(*flag).matches(word) || also.label().matches(word)
    })
}

/// The label of a flag.
fn flag_label(flag: Flag) -> Label {
    match flag {
        Flag::Unfinished => FilterWord::Unfinished,
        Flag::Overdue => FilterWord::Overdue,
        Flag::Mine => FilterWord::Mine,
        Flag::Waiting => FilterWord::Waiting,
    }
    .label()
}

/// The label of a class.
pub(crate) fn class_label(class: Class) -> Label {
    match class {
        Class::New => FilterWord::ClassNew,
        Class::Open => FilterWord::ClassOpen,
        Class::Waiting => FilterWord::ClassWaiting,
        Class::Closed => FilterWord::ClassClosed,
    }
    .label()
}

/// What `name` stands for at the start of a path, in the order that the module's page lists.
pub(crate) fn target<'s>(shapes: &'s dyn Shapes, kind: &str, shape: &'s Shape, name: &str) -> Option<Target<'s>> {
    let own = Own::named(name);
    if own.is_none()
        && let Some(id) = shape.field_id(name)
    {
        return Some(Target::Field(id, shape.field(id)));
    }
    if own.is_none()
        && let Some(states) = shapes.milestone(kind, name)
    {
        return Some(Target::Milestone(name.to_owned(), states));
    }
    let computed = shape.computed().iter().find(|computed| computed.name == name);
    let rollups = || shapes.rollups(kind).iter();
    own.map(Target::Own)
        .or_else(|| computed.map(Target::Computed))
        .or_else(|| rollups().find(|rollup| rollup.name == name).map(Target::Rollup))
        .or_else(|| field(shape, name).map(|(id, field)| Target::Field(id, field)))
        .or_else(|| Own::ALL.into_iter().find(|own| own.word().label().matches(name)).map(Target::Own))
        .or_else(|| is_holder(name).then_some(Target::Holder))
        .or_else(|| shape.computed().iter().find(|computed| same_words(&computed.label, name)).map(Target::Computed))
        .or_else(|| rollups().find(|rollup| same_words(&rollup.label, name)).map(Target::Rollup))
}

/// The field with this name, singular or label.
pub(crate) fn field<'s>(shape: &'s Shape, name: &str) -> Option<(FieldId, &'s Field)> {
    if let Some(id) = shape.field_id(name) {
        return Some((id, shape.field(id)));
    }
    singular(shape, name).or_else(|| shape.find(name)).or_else(|| {
        // a label of several words may be written as one word
        shape.handles().find(|(_, field)| same_words(&field.label, name))
    })
}

/// The one list whose elements are called `name`.
fn singular<'s>(shape: &'s Shape, name: &str) -> Option<(FieldId, &'s Field)> {
    let plural = |list: &str| {
        let ending = |stem: &str, ending: &str| list.strip_suffix(ending) == Some(stem);
        ending(name, "s") || ending(name, "es") || name.strip_suffix('y').is_some_and(|stem| ending(stem, "ies"))
    };
    let mut lists = shape.handles().filter(|(_, field)| matches!(field.ty, Type::List(_)) && plural(&field.name));
    lists.next().filter(|_| lists.next().is_none())
}

/// Whether `text` is the label with dashes in place of spaces.
fn same_words(label: &Label, text: &str) -> bool {
    let text = fold(text);
    [&label.en, &label.zh].into_iter().any(|label| !label.is_empty() && fold(label).replace(' ', "-") == text)
}

/// The label of a name that a path of the kind may begin with.
pub(crate) fn label(shape: &Shape, name: &str) -> Label {
    let field = shape.field_id(name).map(|id| shape.field(id).label.clone());
    let computed = || shape.computed().iter().find(|computed| computed.name == name).map(|it| it.label.clone());
    let flag = || flag(name).filter(|flag| flag.name() == name).map(flag_label);
    let holder = || (name == HOLDER).then(|| FilterWord::Holder.label());
    let label = field.or_else(computed).or_else(|| own_label(name)).or_else(flag).or_else(holder);
    Label::spoken(name, &label.unwrap_or_default())
}

/// Every name that a path of the kind may begin with.
pub(crate) fn names(shapes: &dyn Shapes, kind: &str, shape: &Shape) -> Vec<String> {
    let fields = shape.fields().iter().filter(|field| !field.retired).map(|field| field.name.clone());
    let milestones = shapes.milestones(kind).into_iter();
    let milestones = milestones.map(|name| match Own::named(name) {
        Some(_) => format!("{MILESTONE}.{name}"),
        None => name.to_owned(),
    });
    let own = Own::ALL.into_iter().map(|own| own.name().to_owned());
    let computed = shape.computed().iter().map(|computed| computed.name.clone());
    let rollups = shapes.rollups(kind).iter().map(|rollup| rollup.name.clone());
    fields.chain(computed).chain(rollups).chain(own).chain(milestones).chain([HOLDER.to_owned()]).collect()
}
