//! Two to six clones of one book share it through one repository: random work, syncs in any order, and syncs that
//! break off. In the end all clones are equal, valid and complete, and the audit is silent.
//!
//! The usual few histories are the same each time. `SHARED_HISTORIES=2000` draws so many new ones. A history that fails
//! is made smaller and shown as shell commands.

mod clones;
mod typed;
mod values;

use std::cell::RefCell;
use std::collections::BTreeMap;

use clones::World;
use proptest::prelude::any;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// How many histories are tried if nobody says.
const HISTORIES: u32 = 24;

#[test]
#[allow(clippy::disallowed_methods, reason = "a long run is asked for by the environment")]
fn clones_that_share_a_book_end_equal_valid_and_complete() {
    let asked = std::env::var("SHARED_HISTORIES").ok().and_then(|count| count.parse().ok());
    let config = Config { cases: asked.unwrap_or(HISTORIES), max_shrink_iters: 300, ..Config::default() };
    // who acts, what they do, and two choices within that
    let turns = proptest::collection::vec(any::<(u8, u8, u8, u8)>(), 4..28);
    let mut runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[1; 32])),
    };
    let tally: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let tried = runner.run(&(2..=6_usize, turns), |(clones, turns)| {
        let mut world = World::new(clones);
        for turn in turns {
            world.turn(turn).map_err(|why| world.failed(&why))?;
        }
        world.finish().map_err(|why| world.failed(&why))?;
        let mut tally = tally.borrow_mut();
        world.tally.into_iter().for_each(|(what, count)| *tally.entry(what).or_default() += count);
        Ok::<(), TestCaseError>(())
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
    let tally = tally.into_inner();
    for what in ["came in", "overruled", "renamed", "renumbered", "attach", "import", "commit", "pulled", "died"] {
        assert!(tally.contains_key(what), "histories in which nothing meets: {tally:?}");
    }
}
