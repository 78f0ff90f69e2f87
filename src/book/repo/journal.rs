//! What recovery needs to know about a commit that is being published.
//!
//! The journal is one file that always stays in its place. Each commit overwrites the last one, which needs only one
//! flush, and marks it as spent at the end. A line at the head says which of the two it is, and has a digest of the
//! rest. If the journal is torn, the branch was not moved yet, so nothing has happened.
//!
//! git's index is put in place last, and nobody waits until it is on the disk. The head of the journal has the boot
//! time of the machine. After a restart, the next writer updates an index that still has the state before the commit.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use git2::Oid;
use serde::{Deserialize, Serialize};

use super::changes::WorktreeChange;
use super::error::RepoError;
use super::index::InIndex;
use super::place::blob_id;
use crate::locale::messages::RepoText;

/// The beginning of the head. A file with another beginning, such as another format, is not touched.
const MARK: &str = "redress journal 2 ";
/// The word after the mark while a commit is in progress, and afterwards. Both have the same length, because one
/// overwrites the other.
const BEGUN: &str = "begun";
const OVER: &str = "spent";
/// The longest head, in bytes: mark, state, length, and git's id of the rest.
const HEAD: usize = 120;
/// A longer journal, such as that of a large batch, is removed afterwards. In bytes.
const KEPT: u64 = 64 << 10;

/// A commit in progress, as it is stored.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Journal {
    pub(super) branch: String,
    old: Option<String>,
    new: String,
    pub(super) files: Vec<JournalFile>,
}

/// One path of it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct JournalFile {
    pub(super) path: String,
    /// Its content in the working tree before.
    was: Option<String>,
    /// Its content in the index before.
    pub(super) index: String,
    /// Its content and mode in the commit.
    new: Option<String>,
    pub(super) mode: u32,
    /// The name of the temporary file in the state directory.
    pub(super) temporary: Option<String>,
}

impl JournalFile {
    pub(super) fn new(
        path: &str,
        was: Option<Oid>,
        index: InIndex,
        new: Option<(Oid, u32)>,
        temporary: Option<String>,
    ) -> JournalFile {
        JournalFile {
            path: path.to_owned(),
            was: was.map(|id| id.to_string()),
            index: in_words(index),
            new: new.map(|(id, _)| id.to_string()),
            mode: new.map_or(0, |(_, mode)| mode),
            temporary,
        }
    }

    pub(super) fn was(&self) -> Option<Oid> {
        parse(self.was.as_deref())
    }

    pub(super) fn blob(&self) -> Option<Oid> {
        parse(self.new.as_deref())
    }

    /// Whether the difference at a path only means that the commit has not reached it yet, or not everywhere.
    pub(super) fn explains(&self, change: &WorktreeChange) -> bool {
        let ours = |id: Option<Oid>| id == self.was() || id == self.blob();
        change.tip == self.blob() && ours(change.index) && ours(change.disk)
    }
}

/// What the index has for a path, in one word.
pub(super) fn in_words(state: InIndex) -> String {
    match state {
        InIndex::Absent => "absent".to_owned(),
        InIndex::Plain { blob, mode } => format!("{mode:o}:{blob}"),
        InIndex::Skipped => "skipped".to_owned(),
        InIndex::Intent => "intent".to_owned(),
        InIndex::Conflict => "conflict".to_owned(),
        InIndex::Blocked => "blocked".to_owned(),
    }
}

/// What is in the place of the journal.
pub(super) enum Found {
    Nothing,
    Journal(Journal),
    /// A spent journal from before a restart. git's index was put in place last, and nobody waited until it was on
    /// the disk, so it may be missing.
    Before(Journal),
    /// A journal that was not completely written: its branch was not moved.
    Torn,
    /// Something that this version cannot read.
    Unreadable,
}

impl Journal {
    pub(super) fn new(branch: &str, old: Option<Oid>, new: Oid, files: Vec<JournalFile>) -> Journal {
        Journal { branch: branch.to_owned(), old: old.map(|id| id.to_string()), new: new.to_string(), files }
    }

    pub(super) fn old(&self) -> Option<Oid> {
        parse(self.old.as_deref())
    }

    pub(super) fn new_tip(&self) -> Option<Oid> {
        parse(Some(&self.new))
    }

    /// Writes the journal and returns the file. It must be flushed before the branch moves.
    pub(super) fn write(&self, state_dir: &Path) -> Result<(PathBuf, File), RepoError> {
        let path = place(state_dir);
        let body = serde_json::to_vec(self).map_err(|error| RepoError::io(RepoText::DoWrite, &path)(error.into()))?;
        let boot = boot().unwrap_or_default();
        let head = format!("{MARK}{BEGUN} {} {} {boot}\n", body.len(), blob_id(&body)?);
        let write = || -> std::io::Result<File> {
            let mut file = match File::options().write(true).open(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    let file = File::create_new(&path)?;
                    // the folder changes only this once
                    File::open(state_dir)?.sync_all()?;
                    file
                }
                opened => opened?,
            };
            file.write_all(&[head.as_bytes(), &body].concat())?;
            Ok(file)
        };
        let file = write().map_err(RepoError::io(RepoText::DoWrite, &path))?;
        Ok((path, file))
    }

    pub(super) fn read(state_dir: &Path) -> Result<Found, RepoError> {
        let path = place(state_dir);
        let reading = |error| RepoError::io(RepoText::DoRead, &path)(error);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(reading(error)),
        };
        let mut bytes = Vec::with_capacity(HEAD);
        Read::take(&file, HEAD as u64).read_to_end(&mut bytes).map_err(reading)?;
        let Some(head) = bytes.strip_prefix(MARK.as_bytes()) else {
            return Ok(if bytes.is_empty() { Found::Nothing } else { Found::Unreadable });
        };
        let over = head.starts_with(OVER.as_bytes());
        if over && !was_before(head) {
            return Ok(Found::Nothing);
        }
        file.read_to_end(&mut bytes).map_err(reading)?;
        Ok(match Journal::parse(&bytes, if over { OVER } else { BEGUN }) {
            Some(journal) if over => Found::Before(journal),
            Some(journal) => Found::Journal(journal),
            None if over => Found::Nothing,
            None => Found::Torn,
        })
    }

    fn parse(bytes: &[u8], state: &str) -> Option<Journal> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (head, body) = (std::str::from_utf8(bytes.get(..end)?).ok()?, bytes.get(end + 1..)?);
        let mut words = head.strip_prefix(MARK)?.strip_prefix(state)?.split_ascii_whitespace();
        let body = body.get(..words.next()?.parse().ok()?)?;
        let vouched = words.next()? == blob_id(body).ok()?.to_string();
        serde_json::from_slice(body).ok().filter(|journal: &Journal| vouched && journal.new_tip().is_some())
    }

    /// Whether a commit is in progress, or was when its writer ended. A folder that may not be read says neither.
    pub(super) fn is_open(state_dir: &Path) -> bool {
        !matches!(Journal::read(state_dir), Ok(Found::Nothing | Found::Before(_)) | Err(RepoError::Io { .. }))
    }

    /// Marks the journal as spent.
    pub(super) fn close(state_dir: &Path) -> Result<(), RepoError> {
        let path = place(state_dir);
        let close = || -> std::io::Result<()> {
            let mut file = File::options().write(true).open(&path)?;
            let kept = file.metadata()?.len() <= KEPT;
            if !kept {
                file.set_len(0)?;
            }
            file.seek(SeekFrom::Start(0))?;
            file.write_all(format!("{MARK}{OVER}").as_bytes())
        };
        match close() {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(RepoError::io(RepoText::DoWrite, &path)(error)),
            _ => Ok(()),
        }
    }
}

/// The system's boot id, if the system tells it.
pub(in crate::book) fn boot() -> Option<String> {
    // it does not change while the process lives
    static ID: OnceLock<Option<String>> = OnceLock::new();
    let read = || {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(id.trim().to_owned()).filter(|id| !id.is_empty() && id.len() <= 36 && !id.contains(char::is_whitespace))
    };
    ID.get_or_init(read).clone()
}

/// Whether a head (the part after the mark) is from before the last restart.
fn was_before(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().and_then(|line| std::str::from_utf8(line).ok());
    // state, length, digest, boot id
    let then = line.and_then(|line| line.split_ascii_whitespace().nth(3));
    then.zip(boot()).is_some_and(|(then, now)| then != now)
}

fn place(state_dir: &Path) -> PathBuf {
    state_dir.join("journal")
}

fn parse(id: Option<&str>) -> Option<Oid> {
    id.and_then(|id| Oid::from_str(id).ok())
}

#[cfg(test)]
mod tests {
    use super::{Found, Journal, JournalFile, KEPT, place};
    use crate::book::repo::index::InIndex;
    use crate::book::repo::testing::Sandbox;
    use crate::book::repo::{RecoveryOutcome, recover};
    use git2::Oid;
    use proptest::prelude::{any, prop, prop_assert, proptest};
    use std::path::Path;

    fn journal(files: usize) -> Journal {
        let id = |byte: u8| Oid::from_bytes(&[byte; 20]).unwrap();
        let file = |number: usize| {
            JournalFile::new(
                &format!("complaints/{number}.yaml"),
                None,
                InIndex::Absent,
                Some((id(3), 0o100_644)),
                None,
            )
        };
        Journal::new("refs/heads/main", Some(id(1)), id(2), (0..files).map(file).collect())
    }

    fn found(state_dir: &Path) -> &'static str {
        match Journal::read(state_dir).unwrap() {
            Found::Nothing => "nothing",
            Found::Journal(_) => "journal",
            Found::Before(_) => "before",
            Found::Torn => "torn",
            Found::Unreadable => "unreadable",
        }
    }

    #[test]
    fn it_is_there_from_its_writing_to_its_closing() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        assert_eq!(found(dir), "nothing");
        Journal::close(dir).unwrap();
        // a shorter one over a longer one, and the reverse
        for files in [3, 1, 2, 2_000, 1] {
            journal(files).write(dir).unwrap();
            let Found::Journal(read) = Journal::read(dir).unwrap() else { panic!("{files} files") };
            assert_eq!(format!("{read:?}"), format!("{:?}", journal(files)));
            assert!(Journal::is_open(dir));
            Journal::close(dir).unwrap();
            assert_eq!(found(dir), "nothing");
            assert!(std::fs::metadata(place(dir)).unwrap().len() <= KEPT);
        }
        journal(1).write(dir).unwrap();
        Journal::close(dir).unwrap();
        if let Some(boot) = super::boot() {
            let spent = std::fs::read_to_string(place(dir)).unwrap();
            std::fs::write(place(dir), spent.replace(&boot, "an-earlier-one")).unwrap();
            assert_eq!((found(dir), Journal::is_open(dir)), ("before", false));
        }
        std::fs::write(place(dir), "{\"version\":1}").unwrap();
        assert_eq!(found(dir), "unreadable");
    }

    #[test]
    fn a_journal_that_was_torn_is_of_a_commit_that_was_not_made() {
        let sandbox = Sandbox::new();
        sandbox.add("a", "a\n");
        let place = sandbox.top().join(".git/redress/journal");
        let whole = std::fs::read_to_string(&place).unwrap().replace(" spent ", " begun ");
        std::fs::write(&place, &whole[..whole.len() / 2]).unwrap();
        let repo = sandbox.repo();
        assert!(repo.is_half_done());
        assert_eq!(recover(&repo).unwrap().outcome, RecoveryOutcome::RolledBack);
        assert!(!repo.is_half_done());
        sandbox.add("b", "b\n");
        assert_eq!(sandbox.complaints(), "");
    }

    #[test]
    fn an_index_that_did_not_come_to_the_disk_is_made_up_for_after_a_restart() {
        let Some(boot) = super::boot() else { return };
        let sandbox = Sandbox::new();
        let (index, journal) = (sandbox.top().join(".git/index"), sandbox.top().join(".git/redress/journal"));
        let restarted = || {
            let spent = std::fs::read_to_string(&journal).unwrap();
            std::fs::write(&journal, spent.replace(&boot, "an-earlier-one")).unwrap();
        };
        sandbox.add("a", "a\n");
        let lost = std::fs::read(&index).unwrap();
        sandbox.add("b", "b\n");
        std::fs::write(&index, &lost).unwrap();
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "D  b\n?? b\n");
        restarted();
        assert_eq!(recover(&sandbox.repo()).unwrap().outcome, RecoveryOutcome::Clean);
        assert_eq!(sandbox.complaints(), "");
        // changes that somebody has staged or made since are kept
        sandbox.write("b", "b by hand\n");
        sandbox.git(&["add", "b"]);
        restarted();
        recover(&sandbox.repo()).unwrap();
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "M  b\n");
    }

    #[test]
    fn what_the_disk_holds_of_two_of_them_is_never_a_third() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let written = |files: usize| {
            journal(files).write(dir).unwrap();
            std::fs::read(place(dir)).unwrap()
        };
        let new = written(2);
        std::fs::remove_file(place(dir)).unwrap();
        let mut old = written(3);
        old[..b"redress journal 2 spent".len()].copy_from_slice(b"redress journal 2 spent");
        proptest!(|(reached in prop::collection::vec(any::<bool>(), new.len()), whole in 0..4_usize)| {
            // after a power loss, any of the bytes may have been written
            let mut bytes = old.clone();
            for (at, _) in reached.iter().enumerate().filter(|(_, reached)| **reached || whole == 0) {
                bytes[at] = new[at];
            }
            std::fs::write(place(dir), &bytes).unwrap();
            let all = bytes[..new.len()] == new;
            prop_assert!(matches!(found(dir), "nothing" | "torn" | "unreadable") || all);
            prop_assert!(!all || found(dir) == "journal");
        });
    }
}
