//! Random people, deputies for a time and typists walk through the manufacturer's whole procedure and fill in
//! whatever a step asks for. What must hold in any case is taken only from the duties (`table`, `oracle`, `standing`,
//! `goods`). Only the engine reads the preset.

mod clerk;
mod goods;
mod ledger;
mod oracle;
mod staff;
mod standing;
mod table;
mod total;
mod walk;

use redress::policy::preset::{Choices, Preset};
use redress::policy::{People, Policy, Sources};
use redress::record::Record;
use staff::Staff;
use walk::{Tally, Walk};

/// Choices in an order that a seed gives.
#[derive(Debug, Clone)]
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % n.max(1)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }
}

/// The files of a book of the preset.
fn files() -> Vec<(String, String)> {
    let files = Preset::named("manufacturer").expect("the preset").files(&Choices::default()).expect("it resolves");
    let book =
        "format = 1\nname = \"walk\"\nlanguage = \"en\"\ntime-zone = \"Asia/Shanghai\"\npreset = \"manufacturer\"\n";
    let files = files.into_iter().map(|file| (file.path, file.text));
    files.chain([("redress.toml".to_owned(), book.to_owned())]).collect()
}

fn policy() -> Policy {
    let sources: Sources = files().into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    Policy::load(&sources, "0").unwrap_or_else(|error| panic!("{:#?}", error.0))
}

fn people(policy: &Policy, staff: &Staff) -> People {
    People::of(&staff.records(policy), &policy.kind("staff").expect("the kind").shape, &policy.roles)
}

const SEEDS: u64 = 18;
const TURNS: usize = 700;

#[test]
fn nobody_gets_around_the_manufacturers_procedure() {
    let policy = policy();
    let (mut tally, mut closed) = (Tally::default(), 0);
    for seed in 1..=SEEDS {
        let mut draw = Draw(seed);
        let staff = Staff::drawn(&mut draw);
        let people = people(&policy, &staff);
        let mut walk = Walk::new(&policy, &people, &staff, draw);
        (0..TURNS).for_each(|turn| walk.turn(turn));
        for (id, record) in &walk.book.0 {
            let shape = &policy.kind(&record.kind).expect("the kind").shape;
            let again = Record::read(record.write(shape).as_bytes(), &id.path(&shape.folder), shape);
            assert_eq!(again.as_ref().ok(), Some(record), "{id} is read as it was written");
        }
        closed += usize::from(walk.tally.reached("complaint:closed") > 0);
        tally.add(walk.tally);
    }
    // the walks go far and use every rule, so that the properties do not hold by luck
    assert!(closed * 3 >= SEEDS as usize, "{closed} of {SEEDS} walks came to closed: {tally:#?}");
    for state in [
        "complaint:declined",
        "complaint:refused",
        "complaint:withdrawn",
        "complaint:waiting-client",
        "complaint:lapsed",
        "complaint:confirmed",
        "return:held",
        "return:settled",
        "allowance:settled",
        "task:checked",
        "callback:recorded",
        "measure:done",
        "task:void",
        "complaint:void",
        "return:void",
    ] {
        assert!(tally.reached(state) > 0, "no walk came to {state}: {tally:#?}");
    }
    for rule in [
        "above-authority",
        "same-eyes",
        "not-entitled",
        "not-acting",
        "before",
        "not-overdue",
        "too-soon",
        "unmet",
        "needs",
        "sealed",
    ] {
        assert!(tally.refused.get(rule).copied().unwrap_or(0) > 0, "{rule} never refused: {tally:#?}");
    }
    assert!(tally.taken.contains_key("return:correct"), "no quantity was put right: {tally:#?}");
    assert!(tally.beside > 0, "no slip was approved that was drafted by hand: {tally:#?}");
    for (what, count) in [
        ("deputies", tally.stood_in),
        ("typists", tally.typed),
        ("forms", tally.forms),
        ("losses", tally.losses),
        ("charged", tally.charged),
    ] {
        assert!(count >= 3, "{what}: {count}; {tally:#?}");
    }
}
