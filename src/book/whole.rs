//! Everything that `validate` checks if no file is named. Files that have not changed since they were last found
//! valid are not read again, unless `--full` is given. The note `validated` in the state directory has the commit of
//! the last check. It can be removed at any time.
//!
//! These records are read again: those that differ from that commit, those changed by hand, and those up to two
//! references away from them. So are records with the same unique values, and those with a finding or a remark.
//! Another rule book, another staff, another build of the program or an earlier `now` make the note invalid. `--full`
//! reads everything and finds the same: a test changes a book in many ways and compares the two.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::disk::{Part, Read};
use super::held::Held;
use super::kept;
use super::repo::{Oid, Seen, WorktreeChange, WorktreeScan, has_room};
use super::{BookError, View};
use crate::kind::{Against, Side};
use crate::place::Problem;
use crate::policy::STAFF;
use crate::record::{Id, Record};

/// From this number of changed records on, everything is read, because that is faster then.
const MANY: usize = 20_000;
/// Over how many references a change of one record can have an effect.
const REACH: usize = 2;
/// How many records a thread reads before it passes them on.
const AT_ONCE: usize = 256;

/// The content of the book's folders, and the differences from the last commit.
pub struct Whole {
    pub(super) seen: Seen,
    /// The differences between the last commit, git's index and the working tree.
    pub changes: Vec<WorktreeChange>,
}

/// The last check that found the book valid.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    /// Identifies the rule book, the staff, and the build of the program.
    key: String,
    commit: String,
    /// The time of the check, in seconds since 1970. A value that was in the future may have been wrong then and
    /// right now, but not the reverse.
    now: i64,
    /// Records to be checked every time: they have a problem or a remark, or a hand had changed them.
    again: BTreeSet<String>,
}

impl View<'_> {
    /// Examines the whole working tree.
    ///
    /// # Errors
    /// If the working tree cannot be read.
    pub fn whole(&self) -> Result<Whole, BookError> {
        let below = self.below();
        let seen = self.repo().seen(&below)?;
        let scan = WorktreeScan { below: &below, at_most: None };
        let changes = self.repo().worktree_changes_in(&scan, &seen)?;
        Ok(Whole { seen, changes })
    }

    /// What is wrong with the records in the working tree, except those at `beside`. `look` gets each record that was
    /// read, and returns whether it has a remark. With `full`, everything is read.
    ///
    /// # Errors
    /// If the index or a commit cannot be read.
    pub fn validate_whole(
        &self,
        whole: &Whole,
        beside: &BTreeSet<String>,
        full: bool,
        look: &mut dyn FnMut(&Record) -> bool,
    ) -> Result<Vec<Problem>, BookError> {
        let folders: Vec<&str> = self.policy().kinds.rows().map(|kind| kind.folder.as_str()).collect();
        let of_kind = |path: &&str| path.split_once('/').is_some_and(|(folder, _)| folders.contains(&folder));
        let mut paths: Vec<&str> = whole.seen.files().chain(whole.seen.others()).filter(of_kind).collect();
        paths.retain(|path| !beside.contains(*path));
        paths.sort_unstable();
        let key = self.note_key()?;
        let note = if full { None } else { self.note(key.as_deref()) };
        let chosen = note.map(|note| self.chosen(&note, whole)).transpose()?.flatten();
        let changed: BTreeSet<&str> = whole.changes.iter().map(|change| change.path.as_str()).collect();
        // with `full`, the data in git's index about a file is not trusted
        let tips = if full { Some(self.tips(&folders)?) } else { None };
        // a file that cannot be read now may be valid once it can
        let mut again: BTreeSet<String> = changed.iter().map(|path| (*path).to_owned()).collect();
        again.extend(beside.iter().cloned());
        let mut held = Held::default();
        let mut found = Vec::new();
        self.read_rows(true, chosen.is_none())?;
        let mut one = |path: &str, read: Option<Read>| {
            let unchanged = match (&tips, &read) {
                (Some(tips), Some(read)) => tips.get(path).is_some_and(|tip| read.holds(*tip)),
                (Some(_), None) => false,
                (None, _) => !changed.contains(path),
            };
            let mut remarked = false;
            let problems = self.validate_read(path, read, unchanged, &mut held, &mut |record| remarked |= look(record));
            if remarked || !problems.is_empty() {
                again.insert(path.to_owned());
            }
            found.extend(problems);
        };
        match &chosen {
            Some(chosen) => {
                paths.retain(|path| chosen.contains(*path));
                paths.iter().for_each(|path| one(path, None));
            }
            None => {
                self.read_in_threads(&paths, &mut |path, read| one(path, read));
            }
        }
        self.read_rows(false, false)?;
        let twice = self.held_twice(&held, chosen.is_none());
        again.extend(twice.iter().map(|problem| problem.place.file.to_string()));
        found.extend(twice);
        if let Some(key) = key {
            self.keep_note(&Note { key, commit: self.commit().to_string(), now: self.now().timestamp(), again });
        }
        Ok(found)
    }

    /// The content of every record's file in the last commit, by path.
    fn tips(&self, folders: &[&str]) -> Result<BTreeMap<String, Oid>, BookError> {
        let mut tips = BTreeMap::new();
        for folder in folders {
            let files = self.repo().list(self.commit(), folder)?.into_iter();
            tips.extend(files.filter(super::repo::FileAt::is_regular).map(|file| (file.path, file.blob)));
        }
        Ok(tips)
    }

    /// Reads these files and passes them on in order; `None` for anything that is not an ordinary file.
    fn read_in_threads(&self, paths: &[&str], take: &mut dyn FnMut(&str, Option<Read>)) {
        let (Some(top), policy) = (self.repo().top(), self.policy()) else { return };
        let chunks: Vec<&[&str]> = paths.chunks(AT_ONCE).collect();
        let (next, threads) = (AtomicUsize::new(0), std::thread::available_parallelism().map_or(1, usize::from));
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(threads);
            for _ in 0..threads {
                let (sender, next, chunks) = (sender.clone(), &next, &chunks);
                scope.spawn(move || {
                    while let Some((number, chunk)) = {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        chunks.get(number).map(|chunk| (number, *chunk))
                    } {
                        let reads: Vec<Option<Read>> = chunk.iter().map(|path| Read::of(top, policy, path)).collect();
                        if sender.send((number, reads)).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(sender);
            let (mut early, mut at) = (BTreeMap::new(), 0);
            for (number, reads) in receiver {
                early.insert(number, reads);
                while let Some(reads) = early.remove(&at) {
                    chunks[at].iter().zip(reads).for_each(|(path, read)| take(path, read));
                    at += 1;
                }
            }
        });
    }

    /// The records to be checked since a note was made. `None` if it is nearly all of them, or if it is not known.
    fn chosen(&self, note: &Note, whole: &Whole) -> Result<Option<BTreeSet<String>>, BookError> {
        let (repo, policy) = (self.repo(), self.policy());
        let Some(differing) =
            Oid::from_str(&note.commit).ok().and_then(|from| repo.changes(Some(from), self.commit()).ok())
        else {
            return Ok(None);
        };
        if differing.len() > MANY {
            return Ok(None);
        }
        let mut chosen = note.again.clone();
        chosen.extend(whole.seen.others().map(str::to_owned));
        let changes = whole.changes.iter().map(|change| change.path.as_str());
        for path in differing.iter().map(|change| change.path.as_str()).chain(changes) {
            chosen.insert(path.to_owned());
            if let Part::File(id, _) = self.part(path) {
                chosen.extend(self.path(&id));
            }
        }
        let mut last: BTreeSet<Id> = BTreeSet::new();
        for change in &differing {
            let Part::Record(id) = self.part(&change.path) else { continue };
            let Some(kind) = policy.kind_of(&id) else { continue };
            for blob in [change.old, change.new].into_iter().flatten() {
                let Ok(record) = Record::read(&repo.blob(blob)?, &change.path, &kind.shape) else { continue };
                last.extend(policy.references(&record).into_iter().map(|(id, _)| id));
                for key in kind.uniques.iter().filter_map(|unique| unique.held(&record)) {
                    last.extend(self.index()?.holding(&key)?);
                }
            }
            last.insert(id);
        }
        let mut reached = last.clone();
        for step in 0..=REACH {
            if reached.len() > MANY {
                return Ok(None);
            }
            let mut next: BTreeSet<Id> = BTreeSet::new();
            if step < REACH && !last.is_empty() {
                let links = self.index()?.all_linked_to(&last)?;
                next.extend(links.into_values().flatten().map(|link| link.id));
                let records = self.index()?.records(&last)?;
                next.extend(records.iter().flat_map(|record| policy.references(record)).map(|(id, _)| id));
            }
            next.retain(|id| reached.insert(id.clone()));
            last = next;
        }
        chosen.extend(reached.iter().filter_map(|id| self.path(id)));
        Ok(Some(chosen))
    }

    /// Identifies what a note is for: the rule book, the staff and the build of the program. `None` if no note can be
    /// made.
    fn note_key(&self) -> Result<Option<String>, BookError> {
        let (repo, policy) = (self.repo(), self.policy());
        let Some(program) = repo.program() else { return Ok(None) };
        // such a rule may find a record wrong tomorrow that it accepts today
        let mut rules = policy.kinds.values().flat_map(|kind| &kind.compared);
        let passes = rules.any(|rule| rule.against == Against::Today && rule.side == Side::Before);
        if passes || repo.leaves_files_out() {
            return Ok(None);
        }
        let staff = policy.kind(STAFF).map(|kind| repo.tree_id(self.commit(), &kind.shape.folder)).transpose()?;
        let mut key = Sha1::new().chain_update(program);
        for id in kept::source(repo, self.commit())?.into_iter().chain([staff.flatten()]) {
            key.update([0]);
            key.update(id.as_ref().map(|id| id.as_bytes()).unwrap_or_default());
        }
        Ok(Some(key.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// The last note, if it is still valid.
    fn note(&self, key: Option<&str>) -> Option<Note> {
        let bytes = std::fs::read(self.repo().state_dir().join(NOTE)).ok()?;
        let note: Note = serde_json::from_slice(&bytes).ok()?;
        (key == Some(&note.key) && note.now <= self.now().timestamp()).then_some(note)
    }

    /// Stores a note. A failure changes no answer and is not reported.
    fn keep_note(&self, note: &Note) {
        let known = self.note(Some(&note.key));
        if known.is_some_and(|known| known.commit == note.commit && known.again == note.again) {
            return;
        }
        let path = self.repo().state_dir().join(NOTE);
        let beside = path.with_file_name(format!("{NOTE}.{}", std::process::id()));
        if !has_room(&self.repo().state_dir()) {
            return;
        }
        let Ok(bytes) = serde_json::to_vec(note) else { return };
        let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, &path));
        if written.is_err() {
            std::fs::remove_file(&beside).ok();
        }
    }
}

/// The file of the note in the state directory.
const NOTE: &str = "validated";
