//! The amount of a record that authority is asked for: the sum over its lines, and what of it is missing.

use rust_decimal::Decimal;

use crate::kind::Amount;
use crate::record::{FieldId, Fields, Value};

/// The sum of an amount over a record's fields.
///
/// # Errors
/// With the name of the first line that should have an amount and has none.
pub fn amount(rule: &Amount, fields: &Fields) -> Result<Decimal, String> {
    let mut sum = Decimal::ZERO;
    for line in lines(&rule.of, fields) {
        let value = line.get(rule.of[rule.of.len() - 1]);
        let kind = rule.kind.and_then(|kind| line.get(kind)).and_then(Value::as_text);
        match (value, kind) {
            (Some(Value::Money(amount)), _) => sum += *amount,
            (_, Some(kind)) if rule.valued.iter().any(|valued| valued == kind) => return Err(kind.to_owned()),
            _ => {}
        }
    }
    Ok(sum)
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
