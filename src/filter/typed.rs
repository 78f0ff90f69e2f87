//! A filter whose names are handles and whose values are typed. `bind` makes it, `eval` evaluates it, `sql` writes it
//! as SQL.

use std::fmt;
use std::ops::Bound;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Rollup;
use super::error::FilterError;
use super::paired::Paired;
use super::scan::parse;
use super::scope::{Scope, Shapes};
use super::syntax::{Expr, Flag};
use crate::locale::Label;
use crate::place::{Placed, Problem};
use crate::record::{Class, Computed, FieldId, Shape};

/// A filter for records of one kind. It displays as its canonical text, and that text binds to the same filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub(crate) kind: String,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) canonical: Expr,
}

impl Filter {
    /// Reads and binds a condition of a policy file.
    ///
    /// # Errors
    /// If the text is not a filter or does not fit the kind. The problem marks the wrong characters.
    pub fn read(text: &Placed<String>, kind: &str, shapes: &dyn Shapes, scope: &Scope<'_>) -> Result<Self, Problem> {
        let read = parse(&text.value).and_then(|expr| expr.bind(kind, shapes, scope));
        read.map_err(|error: FilterError| error.problem(text))
    }

    /// The kind of the records that it is for.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The flags that it asks for.
    pub fn flags(&self) -> impl Iterator<Item = Flag> + '_ {
        self.conditions.iter().filter_map(|condition| match condition.ask {
            Ask::Flag(flag) => Some(flag),
            Ask::Holder(_) | Ask::Record(_) => None,
        })
    }

    /// What it asks about the holders of the record.
    pub fn holders(&self) -> impl Iterator<Item = &Holds> + '_ {
        self.conditions.iter().filter_map(|condition| match &condition.ask {
            Ask::Holder(holds) => Some(holds),
            Ask::Flag(_) | Ask::Record(_) => None,
        })
    }

    /// The filter in two parts: what it asks about records, and what it asks about each thing that is held (its
    /// holder, and whether it is overdue). A list of held things tests each line with the second part; see
    /// [`Filter::fits_held`].
    pub fn apart(&self) -> (Filter, Filter) {
        let part = |held: bool| {
            let is_held = |condition: &Condition| matches!(condition.ask, Ask::Holder(_) | Ask::Flag(Flag::Overdue));
            let terms = self.conditions.iter().zip(&self.canonical.terms).filter(|(of, _)| is_held(of) == held);
            let (conditions, terms) = terms.map(|(condition, term)| (condition.clone(), term.clone())).unzip();
            Filter { kind: self.kind.clone(), conditions, canonical: Expr { terms } }
        };
        (part(false), part(true))
    }

    /// Whether a held thing fits: by its holders, and by whether it is overdue. What the filter asks about the record
    /// is not tested.
    pub fn fits_held(&self, holders: &[String], overdue: bool) -> bool {
        self.conditions.iter().all(|Condition { negated, ask }| match ask {
            Ask::Holder(holds) => holds.fits(holders) != *negated,
            Ask::Flag(Flag::Overdue) => overdue != *negated,
            Ask::Flag(_) | Ask::Record(_) => true,
        })
    }

    /// Whether it asks about other records: those that the record refers to, or those of a rollup.
    pub fn follows(&self) -> bool {
        self.conditions.iter().any(|condition| match &condition.ask {
            Ask::Flag(_) | Ask::Holder(_) => false,
            Ask::Record(ask) => ask.follows(),
        })
    }

    /// Whether it asks about a rollup, whose answer depends on the moment.
    pub fn rolls(&self) -> bool {
        self.conditions.iter().any(|condition| match &condition.ask {
            Ask::Flag(_) | Ask::Holder(_) => false,
            Ask::Record(ask) => ask.rolls(),
        })
    }

    /// Whether it asks nothing, so that every record fits.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.canonical.fmt(f)
    }
}

/// One term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Condition {
    /// Whether the condition is negated.
    pub(crate) negated: bool,
    pub(crate) ask: Ask,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// What only the caller knows.
    Flag(Flag),
    Holder(Holds),
    Record(OnRecord),
}

/// A question about the holders of a record: one of them must fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holds(pub(crate) Vec<Test>);

impl Holds {
    /// The stored names that are asked for, grouped by value: a person, a role and a department may have the same
    /// name.
    pub fn named(&self) -> impl Iterator<Item = &[String]> {
        self.0.iter().filter_map(|test| match test {
            Test::Names(names) => Some(names.as_slice()),
            _ => None,
        })
    }
}

/// What is asked about a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OnRecord {
    Field(Handle, OnValue),
    Computed(Box<Computed>, OnValue),
    Rollup(Box<Rollup>, OnValue),
    Id(Vec<Test>),
    Kind(Vec<Test>),
    State(Vec<Test>),
    Class(Classes, Vec<Test>),
    Opened(Vec<Test>),
    Changed(Vec<Test>),
    Closed(Classes, Vec<Test>),
    By(OnValue),
    /// When one of the states was last entered.
    Milestone(Vec<String>, Vec<Test>),
    /// A comparison of values of the record with one another.
    Paired(Box<Paired>),
    /// A condition that the kind names.
    Named(Box<Named>),
}

/// A condition that a kind names (`[conditions.NAME]`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The alternatives; the record must fit one of them.
    pub any: Vec<Filter>,
}

impl OnRecord {
    fn rolls(&self) -> bool {
        match self {
            OnRecord::Rollup(..) => true,
            OnRecord::Field(_, value) | OnRecord::Computed(_, value) | OnRecord::By(value) => value.rolls(),
            OnRecord::Paired(paired) => paired.rolls(),
            OnRecord::Named(named) => named.any.iter().any(Filter::rolls),
            _ => false,
        }
    }

    fn follows(&self) -> bool {
        match self {
            OnRecord::Field(_, value) | OnRecord::Computed(_, value) | OnRecord::By(value) => value.follows(),
            OnRecord::Rollup(..) => true,
            OnRecord::Id(_)
            | OnRecord::Kind(_)
            | OnRecord::State(_)
            | OnRecord::Class(..)
            | OnRecord::Opened(_)
            | OnRecord::Changed(_)
            | OnRecord::Closed(..)
            | OnRecord::Milestone(..) => false,
            OnRecord::Paired(paired) => paired.follows(),
            OnRecord::Named(named) => named.any.iter().any(Filter::follows),
        }
    }
}

impl OnValue {
    fn rolls(&self) -> bool {
        match self {
            OnValue::Any(_) | OnValue::Standing(..) => false,
            OnValue::Each(inside) | OnValue::Inside(_, inside) => inside.rolls(),
            OnValue::Follow(kinds) => kinds.iter().any(|followed| followed.ask.rolls()),
        }
    }

    pub(super) fn follows(&self) -> bool {
        match self {
            OnValue::Any(_) | OnValue::Standing(..) => false,
            OnValue::Each(inside) | OnValue::Inside(_, inside) => inside.follows(),
            OnValue::Follow(_) => true,
        }
    }
}

/// What is asked about a value that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum OnValue {
    /// One of the tests fits.
    Any(Vec<Test>),
    /// One element of the list fits.
    Each(Box<OnValue>),
    /// A field of the group fits.
    Inside(Handle, Box<OnValue>),
    /// The record that it refers to (after mergers) is of one of these kinds and fits.
    Follow(Vec<Followed>),
    /// The id fits, or another id of the same record: one was merged into the other, or both into a third.
    Standing(Vec<Merging>, Vec<Test>),
}

impl OnValue {
    /// The same question about the exact id, ignoring mergers.
    pub(super) fn unmerged(self) -> Self {
        match self {
            OnValue::Standing(_, tests) => OnValue::Any(tests),
            OnValue::Each(inside) => OnValue::Each(Box::new(inside.unmerged())),
            other => other,
        }
    }

    /// Whether the answer depends on other records.
    pub(super) fn looks_beyond(&self) -> bool {
        match self {
            OnValue::Any(_) => false,
            OnValue::Each(inside) | OnValue::Inside(_, inside) => inside.looks_beyond(),
            OnValue::Follow(_) | OnValue::Standing(..) => true,
        }
    }
}

/// What is asked about a record of one kind that a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Followed {
    pub(crate) kind: String,
    /// The field that says into which record a record of the kind was merged.
    pub(crate) merged_by: Option<Handle>,
    pub(crate) ask: OnRecord,
}

/// A kind that can merge records, with the field for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Merging {
    pub(crate) kind: String,
    pub(crate) by: Handle,
}

impl Merging {
    /// The mergers of a kind. `None` if its records are not merged.
    pub(crate) fn of(shape: &Shape) -> Option<Self> {
        let by = shape.merged_by.map(|id| Handle { id, name: shape.field(id).name.clone() })?;
        Some(Merging { kind: shape.name.clone(), by })
    }
}

/// A field by its handle, and by the name that columns and JSON use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Handle {
    pub(crate) id: FieldId,
    pub(crate) name: String,
}

/// The class of each state of a kind; a state that is not listed counts as open, as in the shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Classes(pub(crate) Vec<(String, Class)>);

impl Classes {
    pub(crate) fn of(&self, state: &str) -> Class {
        self.0.iter().find(|(name, _)| name == state).map_or(Class::Open, |(_, class)| *class)
    }
}

/// One alternative. Ranges include both ends unless they say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Test {
    /// Any value.
    Present,
    /// One of these stored names, exactly.
    Names(Vec<String>),
    /// The random part of the id begins with this.
    IdPart(String),
    /// The same text after folding.
    TextIs(String),
    /// The folded text lies between these, in the order of code points.
    TextIn(Bound<String>, Bound<String>),
    /// The folded text contains this.
    TextHas(String),
    /// A count, cents, millionths or seconds since 1970.
    Number(Option<i64>, Option<i64>),
    Days(Option<NaiveDate>, Option<NaiveDate>),
    Bool(bool),
}
