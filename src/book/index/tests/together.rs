//! Several readers, while a writer commits and refreshes.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::oracle::Oracle;
use super::world::{Dice, World};
use crate::book::index::{Index, Location};
use crate::book::repo::{Environment, Repo};

#[test]
fn readers_answer_rightly_while_a_writer_refreshes() {
    let mut world = World::new();
    let place = world.dir.path().join("book");
    // the content of every commit, known before the branch moves to it
    let known = Mutex::new(world.commits.clone());
    let policies = world.policies.clone();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|number| {
                let (known, policies, done, place) = (&known, &policies, &done, &place);
                scope.spawn(move || {
                    let mut dice = Dice(number);
                    let repo = Repo::discover(place, &Environment::default()).expect("a repository");
                    let mut rounds = 0;
                    while !done.load(Ordering::Relaxed) || rounds == 0 {
                        let tip = repo.tip().expect("a tip");
                        let found = known.lock().expect("not poisoned").get(&tip).cloned();
                        // the writer has moved the branch but not reported it yet
                        let Some((files, policy)) = found else { continue };
                        let policy = &policies[policy];
                        let index = Index::open(&repo, tip, policy, Location::Tip).expect("an index");
                        Oracle::of(&files, policy).check(&index, &mut dice);
                        rounds += 1;
                    }
                })
            })
            .collect();
        let mut dice = Dice(99);
        for round in 0..25 {
            let head = world.head();
            let policy = usize::from(round % 9 == 8);
            let files = world.change(head, policy, &mut dice);
            let next = world.commit(files, policy, Some(head));
            *known.lock().expect("not poisoned") = world.commits.clone();
            drop(world.open(&world.repo(), next, Location::Tip));
        }
        done.store(true, Ordering::Relaxed);
        readers.into_iter().for_each(|reader| reader.join().expect("right answers"));
    });
}
