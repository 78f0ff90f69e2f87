//! Which columns of a table are shown on a page of limited width, and how wide each is.

use crate::model::{Column, ColumnType};

/// Spaces between columns.
pub(super) const GAP: usize = 2;
/// The least width of a text column whose values can continue on the next line.
const WRAPPED: usize = 10;
const WRAPPED_LABEL: usize = 12;
/// The least width of a text column whose values are cut at the end of the line.
const CUT: usize = 16;
const CUT_LABEL: usize = 12;
/// The same for a table whose columns are all needed.
const CUT_SHORT: usize = 8;
/// The least width of a heading before it is broken.
const HEADING: usize = 8;
/// The longest word that is kept whole on its line, such as a number of a case.
pub(super) const WORD: usize = 16;
/// The greatest width of a column on an unlimited page: longer lines are of no use.
const WIDEST: usize = 1_000;

/// The width that a column wants for its widest value and its heading, and how important it is.
pub(super) struct Wish {
    pub(super) kind: ColumnType,
    pub(super) values: usize,
    pub(super) heading: usize,
    /// The widest part of a value that is kept whole on its line.
    pub(super) word: usize,
    pub(super) weight: u8,
}

impl Wish {
    pub(super) fn of(column: &Column, values: usize, heading: usize, word: usize) -> Self {
        Wish { kind: column.kind, values, heading, word, weight: column.weight }
    }

    fn whole(&self) -> usize {
        self.values.max(self.heading).clamp(1, if self.kind.is_prose() { WIDEST } else { usize::MAX })
    }

    /// The least width of the column. `short` says that its text becomes short before the column is left out.
    fn least(&self, cut: bool, short: bool) -> usize {
        let least = match self.kind {
            ColumnType::Label if cut => CUT_LABEL,
            // what a record is known by stays whole
            _ if cut && short && self.weight < u8::MAX => CUT_SHORT,
            _ if cut => CUT,
            ColumnType::Label => WRAPPED_LABEL.max(self.word),
            _ => WRAPPED.max(self.word),
        };
        let values = if self.kind.is_prose() { self.values.min(least) } else { self.values };
        values.max(self.heading.min(HEADING)).max(2)
    }
}

/// The columns that are shown, in order, each with its width; together they take at most `page`. `cut` says that
/// values are cut at the end of a line and do not continue on the next one. Columns that people need are left out only
/// if their texts, made short, have no room either.
pub(super) fn widths(wishes: &[Wish], page: Option<usize>, cut: bool) -> Vec<(usize, usize)> {
    let whole = |at: &usize| wishes.get(*at).map_or(0, Wish::whole);
    let mut kept: Vec<usize> = (0..wishes.len()).collect();
    let Some(page) = page else { return kept.iter().map(|at| (*at, whole(at))).collect() };
    let width_of = |short: bool| move |at: &usize| wishes.get(*at).map_or(0, |wish| wish.least(cut, short));
    let taken = |kept: &[usize], width: &dyn Fn(&usize) -> usize| {
        kept.iter().map(width).sum::<usize>() + GAP * kept.len().saturating_sub(1)
    };
    let weight = |at: &usize| wishes.get(*at).map_or(0, |wish| wish.weight);
    let mut short = false;
    while taken(&kept, &width_of(short)) > page {
        let leaves = (1..kept.len()).min_by_key(|&place| (kept.get(place).map(weight), std::cmp::Reverse(place)));
        let needed = leaves.and_then(|place| kept.get(place)).is_some_and(|at| weight(at) >= Column::NEEDED);
        if needed && !short {
            short = true;
            continue;
        }
        match leaves {
            Some(place) => _ = kept.remove(place),
            // a single column gets the whole width
            None => return kept.into_iter().map(|at| (at, page.max(2))).collect(),
        }
    }
    if taken(&kept, &whole) <= page {
        return kept.iter().map(|at| (*at, whole(at))).collect();
    }
    let least = width_of(short);
    let mut widths: Vec<(usize, usize)> = kept.iter().map(|at| (*at, least(at))).collect();
    // the narrowest column that wants more gets it first, so that short values stay whole and long ones share the
    // rest
    for _ in taken(&kept, &least)..page {
        let wanting = widths.iter_mut().filter(|(at, width)| *width < whole(at));
        let Some((_, width)) = wanting.min_by_key(|(at, width)| (*width, *at)) else { break };
        *width += 1;
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::{Wish, widths};
    use crate::locale::text::longest_word;
    use crate::model::ColumnType;

    fn wishes(list: &[(ColumnType, usize, usize, u8)]) -> Vec<Wish> {
        list.iter().map(|&(kind, values, heading, weight)| Wish { kind, values, heading, word: 0, weight }).collect()
    }

    #[test]
    fn prose_gives_way_and_numbers_do_not() {
        let table = wishes(&[
            (ColumnType::Id, 14, 4, 1),
            (ColumnType::Text, 40, 6, 1),
            (ColumnType::Money, 9, 12, 1),
            (ColumnType::Text, 12, 4, 1),
        ]);
        for (page, expected) in [
            (None, vec![14, 40, 12, 12]),
            (Some(84), vec![14, 40, 12, 12]),
            (Some(64), vec![14, 20, 12, 12]),
            (Some(49), vec![14, 10, 9, 10]),
            (Some(48), vec![14, 18, 12]),
            (Some(36), vec![14, 20]),
            (Some(25), vec![14]),
            (Some(3), vec![3]),
        ] {
            let found: Vec<usize> = widths(&table, page, false).into_iter().map(|(_, width)| width).collect();
            assert_eq!(found, expected, "{page:?}");
        }
        assert_eq!(widths(&wishes(&[(ColumnType::Text, 5_000, 4, 1)]), None, false), [(0, 1_000)]);
    }

    #[test]
    fn a_number_of_a_case_stays_on_its_line() {
        for (word, expected) in [(4, 10), (13, 13)] {
            let wish = Wish { kind: ColumnType::Text, values: 40, heading: 4, word, weight: 1 };
            assert_eq!((wish.least(false, false), wish.least(true, false)), (expected, 16), "{word}");
        }
        assert_eq!([40, 12].map(|most| longest_word("C-261003-7K3F2 和 https://x", most)), [14, 9]);
    }

    #[test]
    fn what_people_need_becomes_short_before_it_is_left_out() {
        let table = wishes(&[
            (ColumnType::Text, 14, 4, 255),
            (ColumnType::Text, 40, 6, 254),
            (ColumnType::Text, 40, 6, 252),
            (ColumnType::Moment, 16, 6, 253),
            (ColumnType::Text, 6, 6, 100),
        ]);
        for (page, expected) in [
            (76, vec![(0, 14), (1, 16), (2, 16), (3, 16), (4, 6)]),
            (75, vec![(0, 14), (1, 20), (2, 19), (3, 16)]),
            (60, vec![(0, 14), (1, 12), (2, 12), (3, 16)]),
            (52, vec![(0, 14), (1, 8), (2, 8), (3, 16)]),
            (51, vec![(0, 14), (1, 17), (3, 16)]),
        ] {
            assert_eq!(widths(&table, Some(page), true), expected, "{page}");
        }
    }

    #[test]
    fn what_matters_least_is_left_out_first_and_the_first_column_never() {
        let table = wishes(&[
            (ColumnType::Count, 3, 2, 0),
            (ColumnType::Id, 14, 4, 9),
            (ColumnType::Text, 40, 6, 5),
            (ColumnType::Label, 30, 6, 2),
            (ColumnType::Label, 6, 6, 8),
            (ColumnType::Date, 10, 6, 2),
        ]);
        for (page, cut, expected) in [
            (120, true, vec![0, 1, 2, 3, 4, 5]),
            (71, true, vec![0, 1, 2, 3, 4, 5]),
            (70, true, vec![0, 1, 2, 3, 4]),
            (58, true, vec![0, 1, 2, 4]),
            (44, true, vec![0, 1, 4]),
            (57, false, vec![0, 1, 2, 3, 4]),
            (19, true, vec![0, 1]),
            (18, true, vec![0]),
        ] {
            let found: Vec<usize> = widths(&table, Some(page), cut).into_iter().map(|(at, _)| at).collect();
            assert_eq!(found, expected, "{page} {cut}");
        }
    }
}
