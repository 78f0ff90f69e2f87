//! Merges the rows of a list that both clones changed.
//!
//! A row is found again in the other versions by its content. A row that one side changed is found by its first
//! filled field, which names it, and otherwise by its place. Rows without fields, such as labels, are their own name.

use super::unknown;
use crate::record::{Fields, Value};

/// A list as both sides left it. `None` if both changed the same value of a row to different values, or if one side
/// removed a row that the other changed.
pub(super) fn rows(base: &[Value], first: &[Value], second: &[Value]) -> Option<Vec<Value>> {
    let (of_first, of_second) = (Followed::of(base, first), Followed::of(base, second));
    let mut merged: Vec<Option<Value>> = first.iter().cloned().map(Some).collect();
    for (at, row) in base.iter().enumerate() {
        match (of_first.now[at], of_second.now[at]) {
            (Some(here), Some(there)) => merged[here] = Some(row_of(row, &first[here], &second[there])?),
            // gone on one side: it must not have been changed on the other
            (Some(here), None) if first[here] == *row => merged[here] = None,
            (None, Some(there)) if second[there] == *row => {}
            (None, None) => {}
            _ => return None,
        }
    }
    // the same new row on both sides is one row, as often as one side has it
    let mut own: Vec<&Value> = of_first.new.iter().map(|at| &first[*at]).collect();
    for at in of_second.new {
        match own.iter().position(|row| **row == second[at]) {
            Some(same) => {
                own.swap_remove(same);
            }
            None => merged.push(Some(second[at].clone())),
        }
    }
    Some(merged.into_iter().flatten().collect())
}

/// The changes of the first side that a merged list does not have.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lost {
    /// Whether there are any.
    pub(super) any: bool,
    /// The rows of the merged list where they would be, from 1 on. None if it has only one.
    pub(super) rows: Vec<usize>,
}

/// Which changes of the first side a merged list does not have: a row is looked at field by field.
pub(super) fn lost(base: &[Value], first: &[Value], merged: &[Value]) -> Lost {
    let (of_first, of_merged) = (Followed::of(base, first), Followed::of(base, merged));
    let mut lost = Lost::default();
    for (at, row) in base.iter().enumerate() {
        match (of_first.now[at], of_merged.now[at]) {
            (Some(here), Some(is)) if has_changes(row, &first[here], &merged[is]) => {}
            (None, None) => {}
            (Some(here), None) => lost.any |= first[here] != *row,
            (_, Some(is)) => lost.rows.push(is + 1),
        }
    }
    let mut new: Vec<&Value> = of_merged.new.iter().map(|at| &merged[*at]).collect();
    for at in of_first.new {
        match new.iter().position(|row| **row == first[at]) {
            Some(same) => {
                new.swap_remove(same);
            }
            None => lost.any = true,
        }
    }
    lost.any |= !lost.rows.is_empty();
    lost.rows.retain(|_| merged.len() > 1);
    lost
}

/// Whether a row has what one side changed in it.
fn has_changes(base: &Value, first: &Value, merged: &Value) -> bool {
    let (Value::Group(base), Value::Group(first), Value::Group(merged)) = (base, first, merged) else {
        return first == base || first == merged;
    };
    let fields = base.iter().chain(first.iter()).map(|(field, _)| field);
    fields.into_iter().all(|field| {
        let (was, here) = (base.get(field), first.get(field));
        here == was || here == merged.get(field)
    })
}

/// Where the rows of the common version are on one side, and which rows are new there.
struct Followed {
    now: Vec<Option<usize>>,
    new: Vec<usize>,
}

impl Followed {
    fn of(base: &[Value], side: &[Value]) -> Followed {
        let mut now: Vec<Option<usize>> = vec![None; base.len()];
        let mut free: Vec<usize> = (0..side.len()).collect();
        let mut find = |now: &mut Vec<Option<usize>>, fits: &dyn Fn(&Value, &Value) -> bool| {
            for (at, row) in base.iter().enumerate().filter(|(at, _)| now[*at].is_none()).collect::<Vec<_>>() {
                if let Some(place) = free.iter().position(|other| fits(row, &side[*other])) {
                    now[at] = Some(free.remove(place));
                }
            }
        };
        find(&mut now, &|row, other| row == other);
        find(&mut now, &|row, other| name(row).is_some_and(|name| Some(name) == self::name(other)));
        // a row whose name itself was changed, with rows on the same places before and after it
        if base.len() == side.len() {
            for (at, place) in now.iter_mut().enumerate().filter(|(_, place)| place.is_none()) {
                if let Some(free_at) = free.iter().position(|other| *other == at && is_group(&base[at])) {
                    *place = Some(free.remove(free_at));
                }
            }
        }
        Followed { now, new: free }
    }
}

fn is_group(row: &Value) -> bool {
    matches!(row, Value::Group(_))
}

/// What names a row: its first filled field.
fn name(row: &Value) -> Option<(usize, &Value)> {
    match row {
        Value::Group(fields) => fields.iter().next().map(|(field, value)| (field.index(), value)),
        _ => None,
    }
}

/// A row that both sides have. `None` if both changed the same field to different values.
fn row_of(base: &Value, first: &Value, second: &Value) -> Option<Value> {
    if second == base || second == first {
        return Some(first.clone());
    }
    if first == base {
        return Some(second.clone());
    }
    let (Value::Group(base), Value::Group(first), Value::Group(second)) = (base, first, second) else { return None };
    let mut merged: Fields = first.clone();
    let fields: std::collections::BTreeSet<_> =
        [base, first, second].iter().flat_map(|side| side.iter().map(|(field, _)| field)).collect();
    for field in fields {
        let (was, here, there) = (base.get(field), first.get(field), second.get(field));
        if there == was || there == here {
            continue;
        }
        if here != was {
            return None;
        }
        match there {
            Some(value) => merged.set(field, value.clone()),
            None => merged.clear(field),
        }
    }
    let sides = [base, first, second].map(Fields::unknown);
    if !unknown::disputed(sides).is_empty() {
        return None;
    }
    merged.keep(unknown::merged(sides, &|_| true));
    Some(Value::Group(merged))
}

#[cfg(test)]
mod tests {
    use super::rows;
    use crate::record::{FieldId, Fields, Value};

    /// `a1 b2`: a row for each word, named by its letter, with a number beside it.
    fn list(text: &str) -> Vec<Value> {
        let row = |word: &str| {
            let mut fields = Fields::new();
            for (at, part) in word.chars().filter(|part| *part != '-').enumerate() {
                let at = u16::try_from(at).unwrap();
                fields.set(FieldId(at), Value::Text(part.to_string()));
            }
            Value::Group(fields)
        };
        text.split_whitespace().map(row).collect()
    }

    fn text(rows: &[Value]) -> String {
        let word = |row: &Value| match row {
            Value::Group(fields) => fields.iter().filter_map(|(_, value)| value.as_text()).collect::<String>(),
            _ => String::new(),
        };
        rows.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_lost_of_a_side_is_told_by_row() {
        // base, first, merged, the rows where something is lost; `!` if it is lost without a row
        for (base, first, merged, rows) in [
            ("a1 b1", "a2 b1", "a2 b2", ""),
            ("a1 b1", "a2 b1", "a3 b1", "1"),
            ("a-- b1", "a1 b1", "a2 b2", "1"),
            ("a1 b1", "b1", "b2", ""),
            ("a1 b1 c1", "a1 c1", "a1 b2 c1", "2"),
            ("a1 b1", "a1 b2", "a1", "!"),
            ("a1", "a1 b1", "a1 c1", "!"),
            ("a1", "a1 b1", "a2 c1 b1", ""),
            ("a1", "a2", "a3", "!"),
        ] {
            let lost = super::lost(&list(base), &list(first), &list(merged));
            let found: Vec<String> = lost.rows.iter().map(usize::to_string).collect();
            let found = if lost.any && found.is_empty() { "!".to_owned() } else { found.join(" ") };
            assert_eq!(found, rows, "{base} / {first} / {merged}");
        }
    }

    #[test]
    fn what_happens_to_a_row_on_either_side() {
        // base, first, second, result; `!` if they cannot be merged
        for (base, first, second, result) in [
            // nothing, added, changed, removed on one side
            ("a1 b1", "a1 b1", "a1 b1", "a1 b1"),
            ("a1", "a1 b1", "a1", "a1 b1"),
            ("a1", "a1", "a1 b1", "a1 b1"),
            ("a1 b1", "a2 b1", "a1 b1", "a2 b1"),
            ("a1 b1", "a1 b1", "a2 b1", "a2 b1"),
            ("a1 b1", "b1", "a1 b1", "b1"),
            ("a1 b1", "a1 b1", "b1", "b1"),
            // added on both
            ("a1", "a1 b1", "a1 c1", "a1 b1 c1"),
            ("", "b1", "c1", "b1 c1"),
            ("a1", "a1 b1", "a1 b1", "a1 b1"),
            ("a1", "a1 b1", "a1 b1 b1", "a1 b1 b1"),
            ("a1", "a1 b1", "a1 b2", "a1 b1 b2"),
            // changed on both
            ("a1 b1", "a2 b1", "a1 b2", "a2 b2"),
            ("a1", "a2", "a2", "a2"),
            ("a1", "a2", "a3", "!"),
            ("a11", "a21", "a12", "a22"),
            // removed on both, or removed and changed
            ("a1 b1", "b1", "b1", "b1"),
            ("a1 b1", "b1", "a1", ""),
            ("a1 b1", "b1", "a2 b1", "!"),
            ("a1 b1", "a2 b1", "b1", "!"),
            // added, changed, removed at once
            ("a1 b1 c1", "a2 b1 d1", "a1 b2 c1 e1", "a2 b2 d1 e1"),
            // the name itself was changed
            ("a1 b1", "x1 b1", "a1 b2", "x1 b2"),
            // the same row twice
            ("a1 a1", "a1", "a1 a1", "a1"),
            ("a1 a1", "a1", "a1", "a1"),
            // another order
            ("a1 b1", "b1 a1", "a1 b2", "b2 a1"),
        ] {
            let merged = rows(&list(base), &list(first), &list(second));
            let merged = merged.map_or_else(|| "!".to_owned(), |rows| text(&rows));
            assert_eq!(merged, result, "{base} | {first} | {second}");
        }
    }

    #[test]
    fn values_without_fields_are_their_own_names() {
        let of = |text: &str| text.split_whitespace().map(|word| Value::Text(word.into())).collect::<Vec<_>>();
        for (base, first, second, result) in [
            ("x y", "x y z", "x y w", "x y z w"),
            ("x y", "x y z", "x y z", "x y z"),
            ("x y", "y", "x y w", "y w"),
            ("x y", "y", "x", ""),
        ] {
            assert_eq!(rows(&of(base), &of(first), &of(second)), Some(of(result)), "{base} | {first} | {second}");
        }
    }
}
