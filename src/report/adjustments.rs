//! Finds the commit that changed a figure of a closed month. The report is made at commits between the closed one and
//! today's, halving the range each time. So a few reports find the commit among thousands.

use super::model::Report;
use super::{Difference, differences};

/// A change of a report by a commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjustment {
    /// The position of the commit in the line.
    pub at: usize,
    /// The position of the last known commit with the earlier report. It is further than one before `at` only if
    /// finding the exact commit would need too many reports.
    pub after: usize,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// A report as of a position in a line of commits.
type At<'r> = (usize, &'r Report);

/// The adjustments between the first and the last of a line of commits. `make` makes the report at a position; it is
/// called at most `most` times besides those two. If a later commit takes a change back, it is only noticed if a
/// report between the two happens to be made.
///
/// # Errors
/// The errors of `make`.
pub fn adjustments<E>(
    first: At<'_>,
    last: At<'_>,
    most: usize,
    make: &mut dyn FnMut(usize) -> Result<Report, E>,
) -> Result<Vec<Adjustment>, E> {
    let mut found = Vec::new();
    let mut left = most;
    halve(first, last, &mut left, make, &mut found)?;
    Ok(found)
}

fn halve<E>(
    (after, was): At<'_>,
    (at, is): At<'_>,
    left: &mut usize,
    make: &mut dyn FnMut(usize) -> Result<Report, E>,
    found: &mut Vec<Adjustment>,
) -> Result<(), E> {
    let differences = differences(was, is);
    if differences.is_empty() {
        return Ok(());
    }
    if at - after <= 1 || *left == 0 {
        found.push(Adjustment { at, after, differences });
        return Ok(());
    }
    *left -= 1;
    let middle = after + (at - after) / 2;
    let between = make(middle)?;
    halve((after, was), (middle, &between), left, make, found)?;
    halve((middle, &between), (at, is), left, make, found)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::adjustments;
    use crate::locale::Label;
    use crate::model::{Facts, Figure, Report};

    /// A report with one figure.
    fn report(value: i64) -> Report {
        let mut report = Report::new("r", Label::default(), Facts::default());
        report.figures("f", Label::default(), [Figure::new("n", Label::default(), Label::default(), value)]);
        report
    }

    /// The positions at which a figure with these values changes, and how many reports were made to find them.
    fn found(values: &[i64], most: usize) -> (Vec<(usize, usize)>, usize) {
        let mut made = 0;
        let (first, last) = (report(values[0]), report(values[values.len() - 1]));
        let found = adjustments((0, &first), (values.len() - 1, &last), most, &mut |at| {
            made += 1;
            Ok::<_, Infallible>(report(values[at]))
        });
        let Ok(found) = found;
        (found.into_iter().map(|one| (one.after, one.at)).collect(), made)
    }

    #[test]
    fn the_commits_that_changed_a_figure_are_found_by_few_reports() {
        let mut values = vec![1; 1000];
        assert_eq!(found(&values, 100), (vec![], 0));
        values[700..].fill(2);
        let (places, made) = found(&values, 100);
        assert_eq!(places, [(699, 700)]);
        assert!(made <= 10, "{made}");
        values[701..].fill(5);
        assert_eq!(found(&values, 100).0, [(699, 700), (700, 701)]);
        values[0] = 0;
        assert_eq!(found(&values, 100).0, [(0, 1), (699, 700), (700, 701)]);
    }

    #[test]
    fn where_too_many_would_have_to_be_made_the_stretch_is_told() {
        let mut values = vec![1; 100];
        values[50..].fill(2);
        let (places, made) = found(&values, 2);
        assert_eq!(made, 2);
        assert_eq!(places.len(), 1);
        assert!(places[0].0 < 50 && places[0].1 >= 50, "{places:?}");
    }
}
