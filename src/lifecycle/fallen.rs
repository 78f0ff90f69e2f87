//! Fields that are emptied when others change (`falls-with`): the rule book's own act, which is nobody's.

use super::Request;
use super::guarded::differs;
use crate::kind::{Falls, Kind};
use crate::record::{FieldId, Fields, Value};

/// Empties the fields that fall with one that has changed, unless they are given with it.
pub(super) fn fallen(kind: &Kind, request: &Request, before: &Fields, after: &mut Fields) {
    for falls in &kind.falls {
        match falls.path.as_slice() {
            [field] => {
                let given = request.set.iter().any(|(given, value)| given == field && value.is_some());
                if !given && falls.with.iter().any(|path| differs(path, before, after)) {
                    after.clear(*field);
                }
            }
            [list, inner] => {
                let Some(Value::List(lines)) = after.get(*list) else { continue };
                let mut lines = lines.clone();
                // a line that is given another value with the change keeps it
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

/// What somebody gave, as history tells it: `set` without what fell by itself, so that it is nobody's doing.
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

/// Passes on the lines of a list in which a field changed that makes another field fall, each with its earlier value.
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
