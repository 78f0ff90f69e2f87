//! Random histories, with everything that can happen to the file.

use std::fs;

use git2::Oid;
use proptest::prelude::*;

use super::oracle::Oracle;
use super::world::{Dice, World, alter, random_record, scribble};
use crate::book::index::{Index, Location};
use crate::book::repo::{Environment, Repo};

fn hold(world: &World, index: &Index, dice: &mut Dice) {
    let (files, policy) = world.at(index.commit());
    Oracle::of(&files, &policy).check(index, dice);
}

/// Does one random thing; returns its name for messages.
fn step(world: &mut World, held: &mut Vec<rusqlite::Connection>, dice: &mut Dice) -> &'static str {
    let head = world.head();
    let policy = world.commits[&head].1;
    let redress = world.state_dir();
    let file = redress.join("index.sqlite");
    let size = fs::metadata(&file).map_or(0, |metadata| metadata.len());
    held.clear();
    match dice.roll(16) {
        0..=3 => {
            let files = world.change(head, policy, dice);
            world.commit(files, policy, Some(head));
            "commit"
        }
        4 => {
            let parent = world.git.find_commit(head).expect("a commit").parent_id(0).ok();
            let files = world.change(head, policy, dice);
            world.commit(files, policy, parent);
            "amend"
        }
        5 => {
            let mut all: Vec<Oid> = world.commits.keys().copied().collect();
            all.sort();
            let to = *dice.pick(&all);
            world.git.reference("refs/heads/other", to, true, "test").expect("a branch");
            world.git.set_head("refs/heads/other").expect("switched");
            "switch"
        }
        6 => {
            let files = (*world.commits[&head].0).clone();
            world.commit(files, 1 - policy, Some(head));
            "change the policy"
        }
        7 => {
            fs::remove_file(&file).ok();
            "delete the index"
        }
        8 => {
            let length = dice.roll(usize::try_from(size).expect("small") + 1);
            if let Ok(file) = fs::OpenOptions::new().write(true).open(&file) {
                file.set_len(u64::try_from(length).expect("small")).expect("truncated");
            }
            "truncate the index"
        }
        9 => {
            for _ in 0..40 {
                let at = dice.roll(usize::try_from(size).expect("small") + 1);
                scribble(&file, u64::try_from(at).expect("small"), 0xa5);
            }
            "scribble over the index"
        }
        10 => {
            alter(&file, b"wang.lei", b"wang.lex");
            "alter the index"
        }
        11 => {
            fs::remove_file(redress.join("index.stamp")).ok();
            fs::write(redress.join("index.sqlite-journal"), b"no journal").ok();
            "lose the stamp and leave a journal"
        }
        12 => {
            // an old copy is put back, with its stamp
            let copy = redress.join("copy");
            fs::copy(&file, &copy).ok();
            let files = world.change(head, policy, dice);
            let next = world.commit(files, policy, Some(head));
            drop(world.open(&world.repo(), next, Location::Tip));
            fs::rename(&copy, &file).ok();
            "put an old index back"
        }
        13 => {
            if let Ok(connection) = rusqlite::Connection::open(&file)
                && connection.execute_batch("BEGIN EXCLUSIVE").is_ok()
            {
                held.push(connection);
            }
            "hold the index"
        }
        14 => {
            fs::remove_dir_all(&redress).ok();
            fs::write(&redress, b"in the way").expect("written");
            "block the folder"
        }
        _ => {
            fs::remove_dir_all(&redress).or_else(|_| fs::remove_file(&redress)).ok();
            "remove the folder"
        }
    }
}

fn history(seed: u64, steps: usize) {
    let mut dice = Dice(seed);
    let mut world = World::new();
    let (mut held, mut long) = (Vec::new(), Vec::<Index>::new());
    let mut worktree: Option<Repo> = None;
    let mut told = Vec::new();
    for _ in 0..steps {
        told.push(step(&mut world, &mut held, &mut dice));
        let shown = told.clone();
        let said = std::panic::AssertUnwindSafe(|| {
            let repo = world.repo();
            let index = world.open(&repo, world.head(), Location::Tip);
            hold(&world, &index, &mut dice);
            for index in &long {
                hold(&world, index, &mut dice);
            }
            let mut all: Vec<Oid> = world.commits.keys().copied().collect();
            all.sort();
            let past = *dice.pick(&all);
            hold(&world, &world.open(&repo, past, Location::Past), &mut dice);
            if let Some(repo) = &worktree {
                let tip = repo.tip().expect("a tip");
                hold(&world, &world.open(repo, tip, Location::Tip), &mut dice);
            }
            if long.len() < 3 {
                long.push(index);
            } else {
                long[0] = index;
                long.rotate_left(1);
            }
        });
        if let Err(panic) = std::panic::catch_unwind(said) {
            panic!("seed {seed}: after {shown:?}: {}", message(&panic));
        }
        if worktree.is_none() && dice.one_in(4) {
            let place = world.dir.path().join("second");
            let options = git2::WorktreeAddOptions::new();
            world.git.worktree("second", &place, Some(&options)).expect("a worktree");
            let repo = Repo::discover(&place, &Environment::default()).expect("a repository");
            assert_ne!(repo.state_dir(), world.state_dir());
            worktree = Some(repo);
        }
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

#[test]
fn a_file_that_somebody_changed_is_made_anew() {
    let mut dice = Dice(5);
    let mut world = World::new();
    for _ in 0..6 {
        let head = world.head();
        let files = world.change(head, 0, &mut dice);
        world.commit(files, 0, Some(head));
    }
    let (repo, redress) = (world.repo(), world.state_dir());
    let file = redress.join("index.sqlite");
    let harm: [(&str, &dyn Fn()); 6] = [
        ("nothing", &|| {}),
        ("other words", &|| alter(&file, b"wang.lei", b"wang.lex")),
        ("other states", &|| alter(&file, b"accepted", b"declined")),
        ("half a file", &|| fs::OpenOptions::new().write(true).open(&file).and_then(|f| f.set_len(8192)).expect("cut")),
        ("no stamp", &|| fs::remove_file(redress.join("index.stamp")).expect("removed")),
        ("another program's", &|| fs::write(&file, b"SQLite format 4").expect("written")),
    ];
    drop(world.open(&repo, world.head(), Location::Tip));
    for (name, harm) in harm {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let before = fs::metadata(&file).expect("a file").ino();
        harm();
        // the index cannot be written here, and the past is answered without it
        hold(&world, &world.open(&repo, world.head(), Location::Past), &mut dice);
        assert_eq!(fs::metadata(&file).expect("a file").ino(), before, "{name}");
        hold(&world, &world.open(&repo, world.head(), Location::Tip), &mut dice);
        let after = fs::metadata(&file).expect("a file");
        assert_eq!(after.ino() == before, name == "nothing", "{name}");
        assert_eq!(after.permissions().mode() & 0o777, 0o600);
    }
}

/// SQLite does not notice bytes that change under it; a reader with the open file does.
#[test]
fn what_changes_beneath_an_open_index_is_not_believed() {
    let mut dice = Dice(11);
    let mut world = World::new();
    for _ in 0..6 {
        let head = world.head();
        let files = world.change(head, 0, &mut dice);
        world.commit(files, 0, Some(head));
    }
    let (repo, file) = (world.repo(), world.state_dir().join("index.sqlite"));
    drop(world.open(&repo, world.head(), Location::Tip));
    for (from, to) in [(b"accepted", b"declined"), (b"wang.lei", b"wang.lex")] {
        let open = world.open(&repo, world.head(), Location::Tip);
        alter(&file, from, to);
        hold(&world, &open, &mut dice);
        // also if the next command has made the file again, and the open connection still uses the old one
        let open = world.open(&repo, world.head(), Location::Tip);
        alter(&file, from, to);
        hold(&world, &world.open(&repo, world.head(), Location::Tip), &mut dice);
        hold(&world, &open, &mut dice);
    }
}

/// A small index is not flushed, so after a restart of the machine nobody knows its state.
#[test]
fn a_small_index_is_believed_until_the_machine_starts_again() {
    use std::os::unix::fs::MetadataExt;
    let mut dice = Dice(7);
    let mut world = World::new();
    let head = world.head();
    let next = world.commit(world.change(head, 0, &mut dice), 0, Some(head));
    let (repo, redress) = (world.repo(), world.state_dir());
    let inode = || fs::metadata(redress.join("index.sqlite")).expect("a file").ino();
    drop(world.open(&repo, next, Location::Tip));
    let stamp = fs::read_to_string(redress.join("index.stamp")).expect("a stamp");
    // if the system does not tell the boot time, every index is flushed
    let Some(at) = stamp.find("boot ") else { return };
    let before = inode();
    hold(&world, &world.open(&repo, next, Location::Tip), &mut dice);
    assert_eq!(inode(), before);
    fs::write(redress.join("index.stamp"), format!("{}boot an-earlier-one\n", &stamp[..at])).expect("written");
    hold(&world, &world.open(&repo, next, Location::Tip), &mut dice);
    assert_ne!(inode(), before);
    // a stamp without the line belongs to a flushed file
    let stamp = fs::read_to_string(redress.join("index.stamp")).expect("a stamp");
    fs::write(redress.join("index.stamp"), &stamp[..stamp.find("boot ").expect("a line")]).expect("written");
    let before = inode();
    hold(&world, &world.open(&repo, next, Location::Tip), &mut dice);
    assert_eq!(inode(), before);
}

#[test]
fn one_commit_changes_the_file_and_does_not_replace_it() {
    use std::os::unix::fs::MetadataExt;
    let mut dice = Dice(6);
    let mut world = World::new();
    let repo = world.repo();
    drop(world.open(&repo, world.head(), Location::Tip));
    let file = world.state_dir().join("index.sqlite");
    let inode = fs::metadata(&file).expect("a file").ino();
    for round in 0..8 {
        let head = world.head();
        let files = world.change(head, 0, &mut dice);
        let next = world.commit(files, 0, Some(head));
        hold(&world, &world.open(&repo, next, Location::Tip), &mut dice);
        assert_eq!(fs::metadata(&file).expect("a file").ino(), inode, "round {round}");
    }
    // rows of another shape are made again
    let files = (*world.commits[&world.head()].0).clone();
    let next = world.commit(files, 1, Some(world.head()));
    hold(&world, &world.open(&repo, next, Location::Tip), &mut dice);
    assert_ne!(fs::metadata(&file).expect("a file").ino(), inode);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_every_record(seed in any::<u64>()) {
        history(seed, 10);
    }
}

#[test]
fn a_kind_gets_its_sql_indexes_when_it_has_enough_records() {
    let mut world = World::new();
    let has_indexes = |world: &World| -> bool {
        let connection = rusqlite::Connection::open(world.state_dir().join("index.sqlite")).expect("the file");
        let sql =
            "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'index' AND tbl_name = 'kind:complaint' AND sql <> ''";
        connection.query_row(sql, (), |row| row.get(0)).expect("an answer")
    };
    let mut dice = Dice(3);
    let mut made = 0;
    for (more, expected) in [(150, false), (100, true)] {
        let head = world.head();
        let mut files = (*world.at(head).0).clone();
        let shape = &world.policies[0].kind("complaint").expect("a kind").shape;
        for _ in 0..more {
            made += 1;
            let id = format!("C-261122-{made:05}").parse().expect("an id");
            let record = random_record(shape, id, &mut dice);
            files.insert(record.id.path(&shape.folder), record.write(shape).into_bytes());
        }
        let next = world.commit(files.clone(), 0, Some(head));
        let index = world.open(&world.repo(), next, Location::Tip);
        Oracle::of(&files, &world.policies[0]).check(&index, &mut dice);
        drop(index);
        assert_eq!(has_indexes(&world), expected, "after {made}");
    }
}
