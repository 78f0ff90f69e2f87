//! Values that follow from the fields of one record alone. The computations themselves are in `compute`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{FieldId, Fields, Type, Value};
use crate::locale::Label;
use crate::place::Place;

/// A rule that is bound to fields: from the fields of a record to a value.
pub trait Compute: fmt::Debug + Send + Sync {
    /// The value. `None` if the fields do not give one.
    fn value(&self, fields: &Fields) -> Option<Value>;
}

/// What a rule is bound from. It can be stored, and the rule bound again from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// The computation.
    pub computation: String,
    /// Which of the computation's values it is.
    pub output: String,
    /// The field handles, by the names that the computation uses. One handle means a field of the record, two mean a
    /// field of a list's lines.
    pub fields: BTreeMap<String, Vec<FieldId>>,
}

/// A function that binds a rule. It returns `None` if there is no such computation.
pub type Binder = fn(&Bound) -> Option<Arc<dyn Compute>>;

static BINDER: OnceLock<Binder> = OnceLock::new();

/// Sets how stored rules are bound again. The computations are in a layer above this one, so they must be handed in
/// once.
pub fn bind_kept_by(binder: Binder) {
    BINDER.get_or_init(|| binder);
}

/// A computed value of a kind. Filters, lists and the index treat it like a field; files do not hold it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Computed {
    /// Its name, which no field of the kind has.
    pub name: String,
    /// What it is.
    pub ty: Type,
    /// What people read.
    pub label: Label,
    /// What it is for.
    pub help: Label,
    /// Whether it is masked, as fields are: true if it follows from a private field.
    pub private: bool,
    /// The computation, its output and the names of its fields. Two values with the same rule are equal.
    pub rule: String,
    /// Where it is declared.
    pub place: Place,
    computing: Computing,
}

/// A rule together with what it is bound from; only the latter is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(into = "Bound", try_from = "Bound")]
struct Computing {
    bound: Bound,
    compute: Arc<dyn Compute>,
}

impl From<Computing> for Bound {
    fn from(computing: Computing) -> Self {
        computing.bound
    }
}

impl TryFrom<Bound> for Computing {
    type Error = String;

    fn try_from(bound: Bound) -> Result<Self, Self::Error> {
        let compute = BINDER.get().and_then(|bind| bind(&bound)).ok_or_else(|| bound.computation.clone())?;
        Ok(Computing { bound, compute })
    }
}

impl Computed {
    /// A value with a type and a rule, without a label.
    pub fn new(name: &str, ty: Type, rule: String, place: Place, bound: Bound, compute: Arc<dyn Compute>) -> Self {
        let label = Label::new(name, "");
        Computed {
            name: name.to_owned(),
            ty,
            label,
            help: Label::default(),
            private: false,
            rule,
            place,
            computing: Computing { bound, compute },
        }
    }

    /// Whether the value depends on one of these fields.
    pub fn reads(&self, field: &dyn Fn(FieldId) -> bool) -> bool {
        self.computing.bound.fields.values().any(|bound| bound.first().is_some_and(|own| field(*own)))
    }

    /// The value for a record with these fields; `None` if they do not give one.
    pub fn value(&self, fields: &Fields) -> Option<Value> {
        self.computing.compute.value(fields)
    }
}

impl PartialEq for Computed {
    fn eq(&self, other: &Self) -> bool {
        let key = |of: &Self| (of.name.clone(), of.ty.clone(), of.label.clone(), of.rule.clone(), of.private);
        key(self) == key(other)
    }
}

impl Eq for Computed {}
