//! The order in which the audit goes through history: parents first, and one line of history after the other.
//!
//! Two colleagues work at the same time, so commits by date change between their lines all the time. The audit holds
//! the book of one commit, and each change of lines costs as much as everything in which the lines differ.

use std::collections::HashMap;

use super::super::repo::{CommitInfo, Oid};

/// A commit that has an id and parents.
pub(super) trait Linked {
    fn id(&self) -> Oid;
    fn parents(&self) -> &[Oid];
}

impl Linked for CommitInfo {
    fn id(&self) -> Oid {
        self.id
    }

    fn parents(&self) -> &[Oid] {
        &self.parents
    }
}

/// Puts commits in this order. They are given parents first. What was merged comes before the line that takes it in, so
/// that the audit already stands at the first parent of a merge.
pub(super) fn in_lines<C: Linked>(commits: Vec<C>) -> Vec<C> {
    let places: HashMap<Oid, usize> = commits.iter().enumerate().map(|(place, commit)| (commit.id(), place)).collect();
    let parents = |place: usize| commits[place].parents().iter().filter_map(|parent| places.get(parent).copied());
    let mut is_last = vec![true; commits.len()];
    (0..commits.len()).flat_map(parents).for_each(|parent| is_last[parent] = false);
    let (mut order, mut seen) = (Vec::with_capacity(commits.len()), vec![false; commits.len()]);
    // there are several last ones if a commit between them cannot be read
    for last in (0..commits.len()).filter(|place| is_last[*place]) {
        // a commit, and whether its parents stand in the order already
        let mut next = vec![(last, false)];
        while let Some((place, whole)) = next.pop() {
            if whole {
                order.push(place);
            } else if !std::mem::replace(&mut seen[place], true) {
                next.push((place, true));
                next.extend(parents(place).map(|parent| (parent, false)));
            }
        }
    }
    let mut commits: Vec<Option<C>> = commits.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| commits[place].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Linked, in_lines};
    use crate::book::repo::Oid;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    #[derive(Clone)]
    struct Commit {
        id: Oid,
        parents: Vec<Oid>,
    }

    impl Linked for Commit {
        fn id(&self) -> Oid {
            self.id
        }

        fn parents(&self) -> &[Oid] {
            &self.parents
        }
    }

    fn commit(number: usize, parents: &[usize]) -> Commit {
        let id = |number: &usize| Oid::from_str(&format!("{number:040x}")).unwrap();
        Commit { id: id(&number), parents: parents.iter().map(id).collect() }
    }

    fn numbers(commits: Vec<Commit>) -> Vec<String> {
        in_lines(commits).iter().map(|commit| commit.id.to_string()[39..].to_owned()).collect()
    }

    #[test]
    fn lines_follow_one_another_and_the_first_parent_comes_last() {
        // 1 begins; 2 4 6 are one line, 3 5 7 another; 8 takes 7 into the line of 6
        let parents: [&[usize]; 8] = [&[], &[1], &[1], &[2], &[3], &[4], &[5], &[6, 7]];
        let commits = parents.iter().enumerate().map(|(at, parents)| commit(at + 1, parents)).collect();
        assert_eq!(numbers(commits), ["1", "3", "5", "7", "2", "4", "6", "8"]);
        // a commit between them could not be read
        let commits = vec![commit(1, &[]), commit(2, &[1]), commit(4, &[3]), commit(5, &[4])];
        assert_eq!(numbers(commits), ["1", "2", "4", "5"]);
    }

    proptest! {
        #[test]
        fn nothing_is_left_out_and_parents_come_first(
            parents in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..3), 1..40),
        ) {
            let parents_of = |at: usize| -> Vec<usize> {
                // the last number stands for a commit that could not be read
                let of = |pick: &prop::sample::Index| if pick.index(9) == 8 { 999 } else { 1 + pick.index(at) };
                if at == 0 { Vec::new() } else { parents[at].iter().map(of).collect() }
            };
            let commits: Vec<Commit> = (0..parents.len()).map(|at| commit(at + 1, &parents_of(at))).collect();
            let ordered = in_lines(commits.clone());
            prop_assert_eq!(ordered.len(), commits.len());
            let place = |id: Oid| ordered.iter().position(|commit| commit.id == id);
            for commit in &commits {
                let known = commit.parents.iter().filter_map(|parent| place(*parent));
                prop_assert!(known.max() < place(commit.id));
            }
        }
    }
}
