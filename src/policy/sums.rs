//! Sums over complaints: amounts and quantities in their own lines, or in records that refer to them. Losses and
//! statistics are declared in the same way (`policy/sharing.toml`, `policy/reports.toml`); `money` adds up.

use serde::{Deserialize, Serialize};

use super::naming;
use super::roles::{label, named};
use crate::kind::{AllShapes, Condition, condition_of, field_of};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, SumText};
use crate::place::toml::{Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{Computed, FieldId, Shape, Type};

/// A sum over the forms of a case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sum {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The definition, in the company's words. Empty if it gives none.
    pub means: Label,
    /// What is added up.
    pub of: SumOf,
    /// The unit of the sum.
    pub unit: Unit,
    /// The condition for a record to count: the complaint, or the record that refers to it.
    pub when: Option<Condition>,
    /// The condition for a final amount. If it does not hold for a record, its amount may still change.
    pub settled: Option<Condition>,
    /// Where it is declared.
    pub place: Place,
}

/// What is added up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum SumOf {
    /// In lines of the complaint itself.
    Lines {
        /// The list.
        list: FieldId,
        /// The part of a line.
        part: FieldId,
        /// If given, only lines count in which this field has one of these names.
        only: Option<(FieldId, Vec<String>)>,
    },
    /// In records that refer to the complaint.
    Linked {
        /// Their kind.
        kind: String,
        /// Their field that refers to it.
        through: FieldId,
        /// Which of their values.
        part: Summand,
    },
}

/// The value of a record that is added up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Summand {
    /// A field.
    Field(FieldId),
    /// A computed value.
    Computed(Box<Computed>),
}

/// The unit of a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// The book's currency.
    Money,
    /// The unit of the goods, whatever it is.
    Quantity,
}

impl Unit {
    /// The types of fields that can have it.
    fn types(self) -> &'static [&'static str] {
        match self {
            Unit::Money => &["money"],
            Unit::Quantity => &["decimal", "count"],
        }
    }
}

impl Sum {
    /// The kind of linked records that are added up. `None` for lines of the cases themselves.
    pub fn linked(&self) -> Option<&str> {
        match &self.of {
            SumOf::Lines { .. } => None,
            SumOf::Linked { kind, .. } => Some(kind),
        }
    }
}

/// The columns that reports have besides sums.
const COLUMNS: [&str; 10] =
    ["value", "id", "closed", "client", "product", "final", "loss", "loss-rate", "loss-previous", "loss-year-before"];

/// Notes sums of the statistics that have the name of a loss, because both are columns of one table.
pub(super) fn distinct(sums: &[Sum], losses: &[Sum], problems: &Problems) {
    for sum in sums {
        if let Some(loss) = losses.iter().find(|loss| loss.name == sum.name) {
            let message = label!(SumText::LossThere, name = sum.name, place = loss.place);
            problems.push(Problem::new(sum.place.clone(), message).help(SumText::LossIsColumn));
        }
    }
}

/// Reads the entries of a file with sums.
pub(super) struct Reader<'r> {
    /// The name of an entry in messages.
    pub(super) what: LoadText,
    pub(super) complaint: &'r Shape,
    pub(super) shapes: &'r AllShapes,
    pub(super) problems: &'r Problems,
    /// Whether they are statistics. These may also have a quantity, and are never final.
    pub(super) statistics: bool,
}

impl Reader<'_> {
    /// The entries under a key; no two may have the same name.
    pub(super) fn all(&self, file: &Section, key: &str) -> Vec<Sum> {
        let mut sums: Vec<Sum> = Vec::new();
        for table in file.list(key, self.problems) {
            let sum = self.sum(table);
            table.finish(self.problems);
            if let Some(sum) = sum {
                if sums.iter().any(|before| before.name == sum.name) {
                    self.problems.say(&sum.place, label!(LoadText::ThereIs, name = sum.name; what = self.what));
                }
                sums.push(sum);
            }
        }
        sums
    }

    fn sum(&self, table: &Section) -> Option<Sum> {
        let name = table.required_text("name", self.problems);
        let kind = table.text("kind", self.problems);
        let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), self.problems);
        let means = table.label("means", self.problems).unwrap_or_default();
        let of_kind = kind.as_ref().map_or(self.complaint.name.as_str(), |kind| kind.value.as_str());
        let Some(shape) = self.shapes.shapes.get(of_kind) else {
            let near = nearest(of_kind, self.shapes.shapes.keys().map(String::as_str));
            let place = kind.as_ref().map_or_else(|| table.place().clone(), |kind| kind.place.clone());
            let help = near.map(|near| label!(LoadText::DidYouMean, near = near));
            self.problems.push(Problem::new(place, label!(LoadText::NoKind, kind = of_kind)).help_if(help));
            return None;
        };
        let when = condition_of(table, "when", of_kind, self.shapes, self.problems);
        let settled = match self.statistics {
            true => None,
            false => condition_of(table, "final", of_kind, self.shapes, self.problems),
        };
        let (part, unit) = self.part(table)?;
        let of = match &kind {
            Some(kind) => self.linked(table, &kind.value, shape, &part, unit),
            None => self.of_lines(table, &part, unit),
        };
        let name = name?;
        named(&name, self.what, self.problems);
        if COLUMNS.contains(&name.value.as_str()) {
            let message = label!(SumText::ColumnThere, name = name.value);
            self.problems.push(
                Problem::new(name.place.clone(), message)
                    .help(label!(LoadText::ChooseOther; what = LoadText::WordName)),
            );
        }
        Some(Sum { name: name.value, label, means, of: of?, unit, when, settled, place: name.place })
    }

    /// What is added up. Its key decides the unit.
    fn part(&self, table: &Section) -> Option<(Placed<String>, Unit)> {
        if self.statistics
            && let Some(quantity) = table.text("quantity", self.problems)
        {
            if table.has("amount") {
                self.problems.say(&quantity.place, SumText::OneMeasure);
            }
            return Some((quantity, Unit::Quantity));
        }
        Some((table.required_text("amount", self.problems)?, Unit::Money))
    }

    fn of_lines(&self, table: &Section, named: &Placed<String>, unit: Unit) -> Option<SumOf> {
        let Some((list, part)) = named.value.split_once('.') else {
            self.problems.say(&named.place, LoadText::SumOfLines);
            return None;
        };
        let list = field_of(self.complaint, list, &named.place, self.problems)?;
        let Type::Group(lines) = self.complaint.field(list).ty.element() else {
            self.problems.say(&named.place, label!(LoadText::OfLinesWrite, name = named.value));
            return None;
        };
        let part = field_of(lines, part, &named.place, self.problems)?;
        let part = typed(lines, part, named, unit.types(), self.problems)?;
        let mut only = None;
        if let Some(which) = table.section("where", self.problems) {
            for (key, _) in which.entries() {
                let field = field_of(lines, &key.value, &key.place, self.problems)?;
                let values = which.texts(&key.value, self.problems);
                if let Type::Choice(choices) = &lines.field(field).ty {
                    for value in values.iter().filter(|value| choices.iter().all(|choice| choice.name != value.value)) {
                        let near = nearest(&value.value, choices.iter().map(|choice| choice.name.as_str()));
                        let help = near.map(|near| label!(LoadText::DidYouMean, near = near));
                        let message = label!(LoadText::CannotBe, name = key.value, value = value.value);
                        self.problems.push(Problem::new(value.place.clone(), message).help_if(help));
                    }
                }
                if only.is_some() {
                    self.problems.say(&key.place, LoadText::OneField);
                }
                only = Some((field, values.into_iter().map(|value| value.value).collect()));
            }
        }
        Some(SumOf::Lines { list, part, only })
    }

    fn linked(&self, table: &Section, kind: &str, shape: &Shape, named: &Placed<String>, unit: Unit) -> Option<SumOf> {
        let through = table.required_text("through", self.problems)?;
        let field = field_of(shape, &through.value, &through.place, self.problems)?;
        let leads =
            matches!(&shape.field(field).ty, Type::Ref(to) if to.is_empty() || to.contains(&self.complaint.name));
        if !leads {
            self.problems
                .say(&through.place, label!(SumText::NamesNo, name = through.value, kind = self.complaint.name));
            return None;
        }
        let part = match shape.computed().iter().find(|computed| computed.name == named.value) {
            Some(computed) if unit.types().contains(&computed.ty.name()) => {
                Summand::Computed(Box::new(computed.clone()))
            }
            Some(computed) => {
                self.problems.say(&named.place, wrong_type(&named.value, computed.ty.name(), unit.types()));
                return None;
            }
            None => Summand::Field(naming::typed(shape, named, unit.types(), self.problems)?),
        };
        Some(SumOf::Linked { kind: kind.to_owned(), through: field, part })
    }
}

/// The field, if it has one of these types.
pub(super) fn typed(
    shape: &Shape,
    field: FieldId,
    named: &Placed<String>,
    types: &[&str],
    problems: &Problems,
) -> Option<FieldId> {
    let ty = shape.field(field).ty.name();
    if types.contains(&ty) {
        return Some(field);
    }
    problems.say(&named.place, wrong_type(&named.value, ty, types));
    None
}

fn wrong_type(name: &str, ty: &str, wanted: &[&str]) -> Label {
    label!(LoadText::TypeNot, name = name, ty = ty, wanted = wanted.join(" / "))
}
