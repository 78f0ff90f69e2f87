//! The amount of a record for a decision by authority: the sum over its lines, and what is missing in it.

use rust_decimal::Decimal;

use crate::kind::{Amount, AmountOf};
use crate::locale::Label;
use crate::record::{FieldId, Fields, Shape, Type, Value};

/// The amount of a record's fields: the first that has a value of those that the rule lists. For fields in groups it
/// is the sum over the lines.
///
/// # Errors
/// If a line should have an amount but has none: the name of that line's kind.
pub fn amount(rule: &Amount, shape: &Shape, fields: &Fields) -> Result<Decimal, String> {
    for of in &rule.of {
        if let Some(found) = one(rule, of, shape, fields)? {
            return Ok(found);
        }
    }
    Ok(Decimal::ZERO)
}

/// The amount that an earlier step has already decided for these fields. Zero if the rule has no such step.
pub fn granted(rule: &Amount, shape: &Shape, fields: &Fields) -> Decimal {
    let granted = rule.granted.as_ref().map(|granted| one(rule, &granted.amount, shape, fields));
    granted.and_then(Result::ok).flatten().unwrap_or_default()
}

/// The label of a line that lacks its amount.
pub fn line_called(rule: &Amount, shape: &Shape, line: &str) -> Label {
    let paths = rule.of.iter().filter_map(|of| match of {
        AmountOf::Path(path) => path.split_last().map(|(_, lists)| lists),
        AmountOf::Computed(_) => None,
    });
    let within = |lists: &[FieldId]| {
        let inner = lists.iter().try_fold(shape, |shape, list| match shape.field(*list).ty.element() {
            Type::Group(inner) => Some(inner),
            _ => None,
        })?;
        match inner.field(rule.kind?).ty.element() {
            Type::Choice(choices) => {
                choices.iter().find(|choice| choice.name == line).map(|choice| choice.label.clone())
            }
            _ => None,
        }
    };
    paths.into_iter().find_map(within).unwrap_or_default()
}

fn one(rule: &Amount, of: &AmountOf, shape: &Shape, fields: &Fields) -> Result<Option<Decimal>, String> {
    match of {
        AmountOf::Path(path) => sum(rule, path, fields),
        AmountOf::Computed(name) => {
            Ok(shape.find_computed(name).and_then(|computed| computed.value(fields)).as_ref().and_then(money))
        }
    }
}

/// The sum over the lines. `None` if no line has an amount.
fn sum(rule: &Amount, path: &[FieldId], fields: &Fields) -> Result<Option<Decimal>, String> {
    let mut sum: Option<Decimal> = None;
    for line in lines(path, fields) {
        let value = line.get(path[path.len() - 1]);
        let kind = rule.kind.and_then(|kind| line.get(kind)).and_then(Value::as_text);
        match (value.and_then(money), kind) {
            (Some(amount), _) => sum = Some(sum.unwrap_or_default().saturating_add(amount)),
            (None, Some(kind)) if rule.valued.iter().any(|valued| valued == kind) => return Err(kind.to_owned()),
            _ => {}
        }
    }
    Ok(sum)
}

fn money(value: &Value) -> Option<Decimal> {
    match value {
        Value::Money(amount) => Some(*amount),
        _ => None,
    }
}

/// The groups that hold the last field of a path: the record itself, or each element of a list of groups.
fn lines<'f>(path: &[FieldId], fields: &'f Fields) -> Vec<&'f Fields> {
    let mut lines = vec![fields];
    for field in &path[..path.len() - 1] {
        let inner = lines.iter().filter_map(|line| line.get(*field)).flat_map(Value::elements);
        lines = inner.filter_map(|value| if let Value::Group(fields) = value { Some(fields) } else { None }).collect();
    }
    lines
}
