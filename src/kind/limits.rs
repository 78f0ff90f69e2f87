//! Reads `limits` of a step: the most that all records referring to the same record may add up to.

use super::reader::{self, label, unknown};
use super::steps::Reader;
use super::{Limit, Most, StepAmount, Summand};
use crate::filter::Shapes as _;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Section, nearest};
use crate::place::{Placed, Problem};
use crate::record::{FieldId, Shape, Type};

impl Reader<'_> {
    /// `{ sum = ["return.certified-amount", "allowance.amount"], most = "invoice.amount", without = ["void"], reason =
    /// … }`.
    pub(super) fn limit(&self, table: &Section) -> Option<Limit> {
        let problems = self.problems;
        let sum = table.texts("sum", problems);
        let most = table.required_text("most", problems);
        let without = table.texts("without", problems);
        let reason = label(table, "reason", "", problems);
        let others = table.text("through", problems);
        table.finish(problems);
        let most = most?;
        let (through, named, field) = match most.value.contains('.') {
            true => self.beyond(&most).map(|(through, named, field)| (Some(through), named, field))?,
            false => (None, self.shape.name.clone(), self.own(&most)?),
        };
        let by = match (through, &others) {
            (Some(through), _) => self.shape.field(through).name.clone(),
            (None, Some(others)) => others.value.clone(),
            (None, None) => {
                problems.push(Problem::new(most.place.clone(), LoadText::ThroughOwn).help(LoadText::MostOfRef));
                return None;
            }
        };
        let sums: Vec<Summand> = sum.iter().filter_map(|sum| self.summand(sum, &by, &named)).collect();
        if through.is_some() && sums.len() == sum.len() && !sums.iter().any(|sum| sum.kind == self.shape.name) {
            let message = label!(LoadText::SumLeavesOut, kind = self.shape.name);
            problems.push(Problem::new(table.place().clone(), message).help(LoadText::WriteSum));
        }
        for state in &without {
            let shapes = sums.iter().filter_map(|sum| self.shapes.shapes.get(&sum.kind));
            if !shapes.clone().any(|shape| shape.state(&state.value).is_some()) {
                let near = nearest(
                    &state.value,
                    shapes.flat_map(|shape| shape.states().iter().map(|state| state.name.as_str())),
                );
                problems.push(unknown(&state.place, LoadText::WordState, &state.value, &self.shape.name, near));
            }
        }
        let text: Vec<&str> = sum.iter().map(|sum| sum.value.as_str()).collect();
        let text = format!("{} ≤ {}", text.join(" + "), most.value);
        let without = without.into_iter().map(|state| state.value).collect();
        Some(Limit { through, most: field, sums, without, text, reason, place: most.place })
    }

    /// `KIND.AMOUNT`: what a record of a kind adds, if it refers to the same record by a field of the same name.
    fn summand(&self, path: &Placed<String>, own: &str, named: &str) -> Option<Summand> {
        let Some((kind, amount)) = path.value.split_once('.') else {
            self.problems.say(&path.place, label!(LoadText::WriteAmount, text = path.value));
            return None;
        };
        let shape = self.kind(&path.as_ref().map(|_| kind.to_owned()))?;
        let through = reader::field(shape, own, &path.place, self.problems)?;
        if !matches!(&shape.field(through).ty, Type::Ref(kinds) if kinds.iter().any(|known| known == named)) {
            self.problems.say(&path.place, label!(LoadText::OwnNamesNo, own = own, kind = kind, named = named));
            return None;
        }
        let amount = self.amount(shape, amount, path)?;
        Some(Summand { kind: kind.to_owned(), through, amount })
    }

    /// A rollup of a kind that is an amount.
    fn rolled(&self, shape: &Shape, name: &str, path: &Placed<String>) -> Option<Option<Most>> {
        let rollups = self.shapes.rollups(&shape.name);
        let rollup = rollups.iter().find(|rollup| rollup.name == name)?;
        if !is_amount(&rollup.ty) {
            self.problems.say(&path.place, label!(LoadText::NotAmountOf, name = path.value, kind = shape.name));
            return Some(None);
        }
        Some(Some(Most::Rollup(Box::new(rollup.clone()))))
    }

    /// An amount of the record itself.
    fn own(&self, path: &Placed<String>) -> Option<Most> {
        if let Some(rollup) = self.rolled(self.shape, &path.value, path) {
            return rollup;
        }
        let field = reader::field(self.shape, &path.value, &path.place, self.problems)?;
        if !is_amount(&self.shape.field(field).ty) {
            self.problems.say(&path.place, label!(LoadText::NotAmountOf, name = path.value, kind = self.shape.name));
            return None;
        }
        Some(Most::Field(field))
    }

    /// `REF.FIELD`: the field that refers to a record of one kind, that kind, and an amount among its fields and
    /// rollups.
    fn beyond(&self, path: &Placed<String>) -> Option<(FieldId, String, Most)> {
        let wrong = |message: Label| {
            self.problems.say(&path.place, message);
            None
        };
        let (first, rest) = path.value.split_once('.')?;
        let through = reader::field(self.shape, first, &path.place, self.problems)?;
        let Type::Ref(kinds) = &self.shape.field(through).ty else {
            return wrong(label!(LoadText::NoRef, name = first));
        };
        let [kind] = kinds.as_slice() else {
            return wrong(label!(LoadText::SeveralKinds, name = first));
        };
        let shape = self.shapes.shapes.get(kind)?;
        if let Some(rollup) = self.rolled(shape, rest, path) {
            return Some((through, kind.clone(), rollup?));
        }
        let field = reader::field(shape, rest, &path.place, self.problems)?;
        if !is_amount(&shape.field(field).ty) {
            return wrong(label!(LoadText::NotAmountOf, name = rest, kind = kind));
        }
        Some((through, kind.clone(), Most::Field(field)))
    }

    fn amount(&self, shape: &Shape, named: &str, path: &Placed<String>) -> Option<StepAmount> {
        let computed = shape.computed().iter().find(|computed| computed.name == named);
        let (ty, amount) = match (computed, shape.find(named)) {
            (Some(computed), _) => (&computed.ty, StepAmount::Computed(computed.name.clone())),
            (None, Some((id, field))) => (&field.ty, StepAmount::Field(id)),
            (None, None) => {
                let names = shape.computed().iter().map(|computed| computed.name.as_str());
                let near = nearest(named, names.chain(shape.fields().iter().map(|field| field.name.as_str())));
                self.problems.push(unknown(&path.place, LoadText::WordFigure, named, &shape.name, near));
                return None;
            }
        };
        if !is_amount(ty) {
            self.problems.say(&path.place, label!(LoadText::NotAmountOf, name = named, kind = shape.name));
            return None;
        }
        Some(amount)
    }
}

fn is_amount(ty: &Type) -> bool {
    matches!(ty, Type::Money | Type::Decimal | Type::Count)
}
