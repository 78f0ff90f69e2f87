//! Fields that are emptied when others change (`falls-with`). The rule book does this, so nobody counts as the
//! writer.

use super::Request;
use super::guarded::differs;
use crate::kind::{Falls, Kind};
use crate::record::{FieldId, Fields, Value};

/// Empties the fields that depend on a changed field, unless they are given with the change.
pub(super) fn fallen(kind: &Kind, request: &Request, before: &Fields, after: &mut Fields) {
    for falls in &kind.falls {
        match falls.path.as_slice() {
            [field] => {
                let given = request.set.iter().any(|(given, value)| given == field && value.is_some());
                if !given
                    && !decides_anew(kind, request, *field)
                    && falls.with.iter().any(|path| differs(path, before, after))
                {
                    after.clear(*field);
                }
            }
            [list, inner] => {
                let Some(Value::List(lines)) = after.get(*list) else { continue };
                let mut lines = lines.clone();
                // a line that gets another value with the change keeps it
                each_changed(falls, before, *list, &mut lines, |old, line| {
                    if old.get(*inner) == line.get(*inner) {
                        line.clear(*inner);
                    }
                });
                after.set(*list, Value::List(lines));
            }
            _ => {}
        }
    }
}

/// Whether the step of a request empties the field and sets it again: it decides on what changes with it. For example,
/// a director who approves a loan until another day has approved that day.
fn decides_anew(kind: &Kind, request: &Request, field: FieldId) -> bool {
    kind.steps_named(&request.step)
        .any(|step| step.clears.contains(&field) && step.sets.iter().any(|(set, _)| *set == field))
}

/// The fields that somebody gave, without those that `falls-with` emptied: nobody did that.
pub fn unfallen(kind: &Kind, before: &Fields, after: &Fields, set: &mut Vec<(FieldId, Option<Value>)>) {
    for falls in &kind.falls {
        match falls.path.as_slice() {
            [field] => {
                let fell = falls.with.iter().any(|path| differs(path, before, after));
                set.retain(|(given, value)| given != field || value.is_some() || !fell);
            }
            [list, inner] => {
                let given = set.iter_mut().find(|(given, _)| given == list);
                let Some((_, Some(Value::List(lines)))) = given else { continue };
                each_changed(falls, before, *list, lines, |old, line| {
                    if let (Some(stood), None) = (old.get(*inner), line.get(*inner)) {
                        line.set(*inner, stood.clone());
                    }
                });
            }
            _ => {}
        }
    }
}

/// Calls the function for each line of a list in which a changed field empties another one, with the line's earlier
/// value.
fn each_changed(
    falls: &Falls,
    before: &Fields,
    list: FieldId,
    lines: &mut [Value],
    mut look: impl FnMut(&Fields, &mut Fields),
) {
    let old = before.get(list).map(Value::elements).unwrap_or_default();
    for (old, line) in old.iter().zip(lines) {
        let (Value::Group(old), Value::Group(line)) = (old, line) else { continue };
        let mut with = falls.with.iter().filter_map(|path| path.last());
        if with.any(|field| old.get(*field) != line.get(*field)) {
            look(old, line);
        }
    }
}
