//! What people fill in: the simplest value that fits.

use redress::book::View;
use redress::calendar::Moment;
use redress::record::{Fields, Id, Type, Value};
use rust_decimal::Decimal;

/// A value of a type, or `None` if none can be invented. `pick` chooses among several.
pub(super) fn value(view: &View<'_>, ty: &Type, now: Moment, pick: usize) -> Option<Value> {
    Some(match ty {
        Type::Text => Value::Text(["漏水", "裂纹", "迟到"][pick % 3].to_owned()),
        Type::Count => Value::Count(1 + (pick % 5) as u64),
        Type::Decimal => Value::Decimal(Decimal::from(1 + (pick % 5) as u64)),
        Type::Money => Value::Money(Decimal::from(100 * (1 + (pick % 5) as u64))),
        Type::Date => Value::Date(now.date_naive()),
        Type::Time => Value::Time(now + chrono::TimeDelta::days(1)),
        Type::Bool => Value::Bool(pick.is_multiple_of(2)),
        Type::Choice(choices) => {
            let names: Vec<&str> = choices.iter().filter(|one| !one.retired).map(|one| one.name.as_str()).collect();
            Value::Text((*names.get(pick % names.len().max(1))?).to_owned())
        }
        Type::Person => Value::Text("li.na".to_owned()),
        Type::Department => Value::Text(view.policy().departments.iter().next()?.name.clone()),
        Type::Ref(kinds) => Value::Ref(any_record(view, kinds, pick)?),
        Type::List(element) => Value::List(vec![value(view, element, now, pick)?]),
        Type::Group(shape) => {
            let mut fields = Fields::new();
            for (id, field) in shape.handles() {
                if let Some(value) = value(view, &field.ty, now, pick) {
                    fields.set(id, value);
                }
            }
            Value::Group(fields)
        }
        Type::Day | Type::Role | Type::Phone | Type::Email | Type::File => return None,
    })
}

/// A record of one of these kinds.
fn any_record(view: &View<'_>, kinds: &[String], pick: usize) -> Option<Id> {
    let of =
        view.policy().kinds.values().filter(|kind| kinds.is_empty() || kinds.iter().any(|name| name == kind.name()));
    let folders: Vec<String> = of.map(|kind| format!("{}/", kind.shape.folder)).collect();
    let paths = super::clones::records(view);
    let ids: Vec<Id> = paths
        .iter()
        .filter(|path| folders.iter().any(|folder| path.starts_with(folder)))
        .filter_map(|path| Some(Id::of_path(path)?.1))
        .collect();
    ids.get(pick % ids.len().max(1)).cloned()
}
