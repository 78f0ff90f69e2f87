//! How wide each column of a table is, when a terminal has only so many.

use crate::report::model::{Column, Type};

/// Spaces between columns.
pub(super) const GAP: usize = 2;
/// What a column of prose keeps at least, where its text is longer.
const PROSE: usize = 10;
/// What a heading keeps at least before it is broken.
const HEADING: usize = 6;
/// What a column has at most where nothing limits the page: beyond it, lines are of no use to anybody.
const WIDEST: usize = 1_000;

/// A column's wishes: the widest of its values and its heading.
pub(super) struct Wish {
    pub(super) kind: Type,
    pub(super) values: usize,
    pub(super) heading: usize,
}

impl Wish {
    pub(super) fn of(column: &Column, values: usize, heading: usize) -> Self {
        Wish { kind: column.kind, values, heading }
    }

    fn whole(&self) -> usize {
        self.values.max(self.heading).clamp(1, if self.kind.is_prose() { WIDEST } else { usize::MAX })
    }

    /// The least that the column can do with.
    fn least(&self) -> usize {
        let values = if self.kind.is_prose() { self.values.min(PROSE) } else { self.values };
        values.max(self.heading.min(HEADING)).max(2)
    }
}

/// The width of each column, so that all together take at most `page`; none where they cannot.
pub(super) fn widths(wishes: &[Wish], page: Option<usize>) -> Option<Vec<usize>> {
    let whole: Vec<usize> = wishes.iter().map(Wish::whole).collect();
    let Some(page) = page else { return Some(whole) };
    let room = page.checked_sub(GAP * wishes.len().saturating_sub(1))?;
    if whole.iter().sum::<usize>() <= room {
        return Some(whole);
    }
    let mut widths: Vec<usize> = wishes.iter().map(Wish::least).collect();
    let mut spare = room.checked_sub(widths.iter().sum())?;
    // the narrowest column that wants more gets it first, so that short values stay whole and long ones share what is left
    while spare > 0 {
        let wanting = (0..widths.len()).filter(|&i| widths[i] < whole[i]);
        let Some(next) = wanting.min_by_key(|&i| (widths[i], i)) else { break };
        widths[next] += 1;
        spare -= 1;
    }
    Some(widths)
}

#[cfg(test)]
mod tests {
    use super::{Wish, widths};
    use crate::report::model::Type;

    #[test]
    fn prose_gives_way_and_numbers_do_not() {
        let wishes = |list: &[(Type, usize, usize)]| {
            list.iter().map(|&(kind, values, heading)| Wish { kind, values, heading }).collect::<Vec<_>>()
        };
        let table = wishes(&[(Type::Id, 14, 4), (Type::Text, 40, 6), (Type::Money, 9, 12), (Type::Text, 12, 4)]);
        for (page, expected) in [
            (None, Some(vec![14, 40, 12, 12])),
            (Some(84), Some(vec![14, 40, 12, 12])),
            (Some(64), Some(vec![14, 20, 12, 12])),
            (Some(49), Some(vec![14, 10, 9, 10])),
            (Some(48), None),
            (Some(3), None),
        ] {
            assert_eq!(widths(&table, page), expected, "{page:?}");
        }
        assert_eq!(widths(&wishes(&[(Type::Text, 5_000, 4)]), None), Some(vec![1_000]));
    }
}
