//! Random people walk through small random rule books. An oracle, written independently of the program, says of every
//! step whether it may be taken and what it leaves. It shares only the types with `lifecycle`.

mod clock;
mod files;
mod oracle;
mod walk;
mod world;

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, any};
use proptest::proptest;
use walk::walk;

const STATES: [&str; 5] = ["s0", "s1", "s2", "w", "z"];
const PEOPLE: usize = 5;
const STEPS: usize = 5;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 4000, ..ProptestConfig::default() })]

    #[test]
    fn every_step_is_taken_or_refused_as_the_design_says(bytes in proptest::collection::vec(any::<u8>(), 200..1500)) {
        walk(&bytes)?;
    }
}

/// The walks meet every rule, so that no rule holds by luck.
#[test]
fn the_walks_meet_every_rule() {
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    let mut taken = 0;
    let mut seed = 1u64;
    for _ in 0..300 {
        let mut byte = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 56) as u8
        };
        let bytes: Vec<u8> = (0..1200).map(|_| byte()).collect();
        let (steps, refused) = walk(&bytes).unwrap_or_else(|error| panic!("{error}"));
        taken += steps;
        refused.into_iter().for_each(|(rule, count)| *met.entry(rule).or_default() += count);
    }
    assert!(taken > 5000, "{taken} steps taken");
    for rule in [
        "from",
        "staff",
        "time",
        "acting",
        "by",
        "not-by",
        "sealed",
        "asks",
        "when",
        "after",
        "overdue",
        "passed",
        "needs",
        "authority",
        "previous",
    ] {
        assert!(met.get(rule).copied().unwrap_or(0) >= 10, "{rule}: {met:?}");
    }
}
