//! Reads `[amounts.NAME]`: what an authority table of that name decides on. `lifecycle` computes the amounts.

use std::collections::BTreeMap;

use super::reader::{self, AllShapes, unknown};
use super::{Amount, AmountOf, Granted, Raises, shape};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Section, nearest};
use crate::place::{Placed, Problem, Problems};
use crate::record::{FieldId, Shape, Type};

/// Every `[amounts.NAME]` of a kind file.
pub(super) fn amounts(
    section: &Section,
    shape: &Shape,
    shapes: &AllShapes,
    problems: &Problems,
) -> BTreeMap<String, Amount> {
    let reader = Reader { shape, shapes, problems };
    let all = section.sections("amounts", problems).into_iter();
    all.filter_map(|(name, table)| Some((name.value.clone(), reader.amount(name, table)?))).collect()
}

/// Notes conflicts between kinds: a record counts with a case only if the case counts that kind.
pub(crate) fn together(kinds: &BTreeMap<String, super::Kind>, problems: &Problems) {
    for kind in kinds.values() {
        for (name, amount) in &kind.amounts {
            for beside in &amount.beside {
                let Some(other) = kinds.get(&beside.value) else { continue };
                if other.amounts.get(name).is_none_or(|amount| amount.case.is_none()) {
                    let message = label!(LoadText::CountsWithNone, kind = beside.value, name = name);
                    problems.push(Problem::new(beside.place.clone(), message).help(LoadText::WriteCase));
                }
            }
            if let Some(granted) = &amount.granted {
                let decides = |step: &super::Step| step.authority.as_ref().is_some_and(|table| table.value == *name);
                let (by, place) = (&granted.by.value, &granted.by.place);
                if kind.steps_named(by).next().is_none() {
                    let near = nearest(by, kind.steps.iter().map(|step| step.name.as_str()));
                    problems.push(unknown(place, LoadText::WordStep, by, kind.name(), near));
                } else if !kind.steps_named(by).any(decides) {
                    problems.say(place, label!(LoadText::GrantsNothing, step = by, name = name));
                }
            }
            let Some(case) = amount.case else { continue };
            let Type::Ref(named) = &kind.field(case).ty else { continue };
            let counts = |of: &super::Kind| {
                let beside = of.amounts.get(name).map(|amount| amount.beside.as_slice()).unwrap_or_default();
                (named.is_empty() || named.iter().any(|one| one == of.name()))
                    && beside.iter().any(|beside| beside.value == kind.name())
            };
            if !kinds.values().any(counts) {
                let message = label!(LoadText::NoCaseCounts, kind = kind.name(), name = name);
                problems.push(Problem::new(amount.place.clone(), message).help(LoadText::WriteBeside));
            }
        }
    }
}

struct Reader<'r> {
    shape: &'r Shape,
    shapes: &'r AllShapes,
    problems: &'r Problems,
}

impl Reader<'_> {
    fn amount(&self, name: &Placed<String>, table: &Section) -> Option<Amount> {
        let (shape, problems) = (self.shape, self.problems);
        let named = table.texts("of", problems);
        if named.is_empty() {
            problems.say(table.place(), label!(LoadText::Absent, key = "of"));
        }
        let of: Vec<AmountOf> = named.iter().filter_map(|of| self.of(of)).collect();
        let group = of.iter().find_map(|of| match of {
            AmountOf::Path(path) => self.group(path),
            AmountOf::Computed(_) => None,
        });
        let kind = table.text("kind", problems);
        let kind = kind.and_then(|kind| reader::field(group.unwrap_or(shape), &kind.value, &kind.place, problems));
        let valued = table.texts("valued", problems).into_iter().map(|value| value.value).collect();
        let field = |key| table.text(key, problems).and_then(|f| reader::field(shape, &f.value, &f.place, problems));
        let chain = field("chain");
        let states = |key| -> Vec<String> {
            let states = table.texts(key, problems);
            states.iter().filter_map(|s| reader::state(shape, &s.value, &s.place, problems)).collect()
        };
        let (mut without, pending) = (states("without"), states("pending"));
        // a void record does not count
        without.extend(shape.voids().map(str::to_owned));
        let raises = table.section("raises", problems).map(|table| self.raises(table));
        if let (Some(_), None) = (&raises, chain) {
            problems.say(&name.place, LoadText::RaisesNoChain);
        }
        let least = table.text("least", problems).and_then(|least| self.least(&least));
        let beside = table.texts("beside", problems).into_iter().filter(|kind| self.kind(kind)).collect::<Vec<_>>();
        let when = reader::condition_of(table, "when", &shape.name, self.shapes, problems);
        let case = table.text("case", problems).and_then(|case| self.case(&case));
        let ordered = table.text("ordered", problems).and_then(|ordered| {
            let field = reader::field(shape, &ordered.value, &ordered.place, problems)?;
            self.money(&shape.field(field).ty, &ordered);
            Some(field)
        });
        let granted = table.section("granted", problems).and_then(|table| self.granted(table));
        if case.is_some() && (chain.is_some() || !beside.is_empty()) {
            problems.say(&name.place, LoadText::CaseOrChain);
        }
        if let (Some(_), None) = (ordered, case) {
            problems.say(&name.place, LoadText::OrderedNoCase);
        }
        table.finish(problems);
        let place = name.place.clone();
        (of.len() == named.len() && !of.is_empty()).then_some(Amount {
            of,
            kind,
            valued,
            chain,
            without,
            pending,
            raises,
            least,
            beside,
            when,
            case,
            ordered,
            granted,
            place,
        })
    }

    /// `least = "level"`: a field of type role.
    fn least(&self, named: &Placed<String>) -> Option<FieldId> {
        let field = reader::field(self.shape, &named.value, &named.place, self.problems)?;
        if !matches!(self.shape.field(field).ty, Type::Role) {
            self.problems.say(&named.place, label!(LoadText::HoldsNoRole, name = named.value));
            return None;
        }
        Some(field)
    }

    /// `granted = { by = "approve", of = "approved-items" }`.
    fn granted(&self, table: &Section) -> Option<Granted> {
        let (by, amount) = (table.required_text("by", self.problems), table.required_text("of", self.problems));
        table.finish(self.problems);
        Some(Granted { by: by?, amount: self.of(&amount?)? })
    }

    /// A path into groups, or a computed value.
    fn of(&self, of: &Placed<String>) -> Option<AmountOf> {
        if let Some(computed) = self.shape.find_computed(&of.value) {
            self.money(&computed.ty, of);
            return Some(AmountOf::Computed(computed.name.clone()));
        }
        let path = shape::path(self.shape, &of.value, &of.place, self.problems)?;
        let group = self.group(&path)?;
        self.money(&group.field(path[path.len() - 1]).ty, of);
        Some(AmountOf::Path(path))
    }

    fn money(&self, ty: &Type, of: &Placed<String>) {
        if !matches!(ty, Type::Money) {
            self.problems.say(&of.place, label!(LoadText::NoMoney, name = of.value));
        }
    }

    /// The shape that holds the last field of a path.
    fn group(&self, path: &[FieldId]) -> Option<&Shape> {
        path[..path.len() - 1].iter().try_fold(self.shape, |shape, field| match shape.field(*field).ty.element() {
            Type::Group(inner) => Some(inner),
            _ => None,
        })
    }

    fn case(&self, case: &Placed<String>) -> Option<FieldId> {
        let field = reader::field(self.shape, &case.value, &case.place, self.problems)?;
        if !matches!(self.shape.field(field).ty, Type::Ref(_)) {
            self.problems.say(&case.place, label!(LoadText::NoRef, name = case.value));
            return None;
        }
        Some(field)
    }

    fn kind(&self, kind: &Placed<String>) -> bool {
        let known = self.shapes.shapes.contains_key(&kind.value);
        if !known {
            let near = nearest(&kind.value, self.shapes.shapes.keys().map(String::as_str));
            self.problems.push(unknown(&kind.place, LoadText::WordKind, &kind.value, "policy/kinds", near));
        }
        known
    }

    /// `raises = { states = ["refused"], from = 2 }`.
    fn raises(&self, table: &Section) -> Raises {
        let problems = self.problems;
        let states = table.texts("states", problems);
        if states.is_empty() {
            problems.say(table.place(), LoadText::RaisesNoState);
        }
        let states = states.iter().filter_map(|s| reader::state(self.shape, &s.value, &s.place, problems)).collect();
        let from = table.count("from", problems);
        if let Some(from) = from.as_ref().filter(|from| from.value == 0) {
            problems.say(&from.place, LoadText::FromCounts);
        }
        table.finish(problems);
        Raises { states, from: from.map_or(1, |from| usize::try_from(from.value).unwrap_or(usize::MAX)) }
    }
}
