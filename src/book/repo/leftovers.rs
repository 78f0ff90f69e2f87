//! Files that programs leave behind if they end in the middle: locks of git on branches, and temporary files. Each of
//! them may belong to a program that is still running, so the age of the file and the running processes are looked at.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::error::RepoError;
use super::index::{is_ours, lock_path};
use super::objects;
use super::open::Repo;
use crate::locale::messages::RepoText as Text;

/// The start of the name of a temporary file beside its target; the rest is the number of the process.
pub(super) const BESIDE: &str = ".redress-";
/// A file without a known process is left behind if it is older than this, and if no program has it open.
const OLD: Duration = Duration::from_secs(600);
/// Where processes can be looked at, a file counts as left behind after this time already.
const SETTLED: Duration = Duration::from_secs(2);
/// How deep branches and folders are looked into.
const DEPTH: usize = 12;

/// A file that a program left behind, or that one still uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The file.
    pub path: PathBuf,
    /// How long it has not been changed.
    pub age: Duration,
    /// The process that still uses it, if there is one.
    pub owner: Option<u32>,
    /// Whether it may be removed: it is old enough, and no process uses it.
    pub removable: bool,
}

impl Repo {
    /// Locks and temporary files that a program may have left behind. `now` is the time of the machine.
    pub fn leftovers(&self, now: SystemTime) -> Vec<Leftover> {
        let mut paths = Vec::new();
        self.locks(&mut paths);
        self.temporaries(&mut paths);
        paths.sort();
        paths.dedup();
        self.judged(paths, now)
    }

    /// Which of these files are there, and whether a program still uses them.
    fn judged(&self, paths: Vec<PathBuf>, now: SystemTime) -> Vec<Leftover> {
        let processes = Processes::read(self);
        let leftover = |path: PathBuf| {
            let meta = path.symlink_metadata().ok().filter(Metadata::is_file)?;
            let age = meta.modified().ok().and_then(|at| now.duration_since(at).ok()).unwrap_or_default();
            let owner = processes.as_ref().and_then(|processes| processes.owner(&path));
            let enough = if processes.is_some() { SETTLED } else { OLD };
            Some(Leftover { age, owner, removable: owner.is_none() && age >= enough, path })
        };
        paths.into_iter().filter_map(leftover).collect()
    }

    /// Removes a file that was left behind. A file that was changed or is in use since then stays.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn clear_leftover(&self, leftover: &Leftover, now: SystemTime) -> Result<bool, RepoError> {
        let still = self.leftovers(now).into_iter().find(|other| other.path == leftover.path);
        if !still.is_some_and(|still| still.removable && still.age >= leftover.age) {
            return Ok(false);
        }
        std::fs::remove_file(&leftover.path).map_err(RepoError::io(Text::DoRemove, &leftover.path))?;
        Ok(true)
    }

    /// Removes the locks on this program's own references that a sync left which ended before its time. Only a sync
    /// writes these references, and the caller holds the lock of a sync; but the git of one that was ended may still be
    /// at work, so its lock is given a moment.
    ///
    /// # Errors
    /// If the system refuses.
    pub(super) fn clear_own_locks(&self) -> Result<(), RepoError> {
        let own = self.common_dir().join("refs/redress");
        for _ in 0..2 {
            let locks = self.judged(files(&own, is_lock), SystemTime::now());
            let (left, used): (Vec<_>, Vec<_>) = locks.into_iter().partition(|lock| lock.removable);
            for lock in left {
                std::fs::remove_file(&lock.path).map_err(RepoError::io(Text::DoRemoveLock, &lock.path))?;
            }
            let Some(youngest) = used.iter().map(|lock| lock.age).min() else { return Ok(()) };
            std::thread::sleep(SETTLED.saturating_sub(youngest));
        }
        Ok(())
    }

    /// The locks of git on branches and on its own files. A lock of this program on git's index is for recovery.
    fn locks(&self, paths: &mut Vec<PathBuf>) {
        for dir in [self.common_dir(), self.git_dir()] {
            let names = ["HEAD.lock", "packed-refs.lock", "config.lock", "shallow.lock", "ORIG_HEAD.lock"];
            paths.extend(names.iter().map(|name| dir.join(name)).filter(|path| path.symlink_metadata().is_ok()));
            paths.extend(files(&dir.join("refs"), is_lock));
        }
        let index = lock_path(self);
        if index.symlink_metadata().is_ok() && !is_ours(&index) {
            paths.push(index);
        }
    }

    /// Temporary files of this program: beside files of the book, among objects, in its own folder.
    fn temporaries(&self, paths: &mut Vec<PathBuf>) {
        let named = |path: &Path, fits: &dyn Fn(&str) -> bool| {
            path.file_name().and_then(|name| name.to_str()).is_some_and(fits)
        };
        if let Some(top) = self.top() {
            let number = |name: &str| name.strip_prefix(BESIDE).is_some_and(is_number);
            paths.extend(files(top, |path| named(path, &number)));
        }
        let objects = self.common_dir().join("objects");
        paths.extend(files(&objects, |path| {
            named(path, &|name| name.starts_with("tmp_") && name.contains("_redress_"))
        }));
        let own = |name: &str| {
            let numbered = name.rsplit_once('.').is_some_and(|(_, end)| is_number(end));
            // what recovery removes is told by the journal
            name != "index.new" && name != objects::PACKING && (numbered || name.ends_with(".new"))
        };
        let state = std::fs::read_dir(self.state_dir()).into_iter().flatten().flatten();
        paths.extend(state.map(|entry| entry.path()).filter(|path| named(path, &own)));
    }
}

fn is_lock(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "lock")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The files below a folder that fit. Links are not followed, and git's own folder is left out.
fn files(folder: &Path, fits: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).max_depth(DEPTH).into_iter();
    let walk = walk.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
    let found = walk.filter_map(Result::ok).filter(|entry| entry.file_type().is_file() && fits(entry.path()));
    found.map(walkdir::DirEntry::into_path).collect()
}

/// The other processes of this machine that may use files of the repository.
struct Processes {
    /// The number and the open files of each process of git or of this program in the repository's folders, and of
    /// every other process the open files.
    all: Vec<(u32, bool, Vec<PathBuf>)>,
}

impl Processes {
    /// Reads them. `None` if this system does not show them.
    fn read(repo: &Repo) -> Option<Processes> {
        let own = std::process::id();
        let folders: Vec<PathBuf> = [Some(repo.git_dir()), Some(repo.common_dir()), repo.top()]
            .into_iter()
            .flatten()
            .filter_map(|folder| folder.canonicalize().ok())
            .collect();
        let entries = std::fs::read_dir("/proc").ok()?.flatten();
        let process = |entry: std::fs::DirEntry| {
            let id: u32 = entry.file_name().to_str()?.parse().ok()?;
            let path = entry.path();
            let name = std::fs::read_to_string(path.join("comm")).unwrap_or_default();
            let here =
                path.join("cwd").read_link().is_ok_and(|dir| folders.iter().any(|folder| dir.starts_with(folder)));
            let writes = ["git", "redress"].iter().any(|program| name.trim_end().starts_with(program));
            let open = std::fs::read_dir(path.join("fd")).into_iter().flatten().flatten();
            let open = open.filter_map(|file| file.path().read_link().ok());
            Some((id, here && writes, open.collect()))
        };
        let all: Vec<_> = entries.filter_map(process).filter(|(id, ..)| *id != own).collect();
        // a system that shows no process but this one shows nothing
        Path::new("/proc/self/fd").exists().then_some(Processes { all })
    }

    /// The process that uses a file: it has the file open, the file has its number, or it is git at work here.
    fn owner(&self, path: &Path) -> Option<u32> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let numbers: Vec<u32> = name.split(['-', '_', '.']).filter_map(|part| part.parse().ok()).collect();
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let uses = |(id, at_work, open): &(u32, bool, Vec<PathBuf>)| {
            let named = numbers.contains(id) && (*at_work || is_redress(*id));
            open.contains(&real) || named || (numbers.is_empty() && *at_work)
        };
        self.all.iter().find(|process| uses(process)).map(|(id, ..)| *id)
    }
}

/// Whether a process is this program.
fn is_redress(id: u32) -> bool {
    let name = std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    name.trim_end().starts_with("redress")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use crate::book::repo::testing::Sandbox;

    fn later(seconds: u64) -> SystemTime {
        SystemTime::now() + Duration::from_secs(seconds)
    }

    #[test]
    fn what_nobody_uses_any_more_is_found_and_removed() {
        let sandbox = Sandbox::new();
        sandbox.add("complaints/a.yaml", "a\n");
        let repo = sandbox.repo();
        assert_eq!(repo.leftovers(later(5)), []);
        let top = sandbox.top();
        let state = repo.state_dir();
        std::fs::create_dir_all(&state).unwrap();
        std::fs::create_dir_all(top.join(".git/refs/heads/x")).unwrap();
        let left = [
            top.join(".git/refs/heads/main.lock"),
            top.join(".git/refs/heads/x/y.lock"),
            top.join(".git/packed-refs.lock"),
            top.join(".git/index.lock"),
            top.join("complaints/.redress-4000001"),
            top.join(".git/objects/pack/tmp_pack_redress_4000001"),
            state.join("index.sqlite.new"),
            state.join("policy.4000001"),
        ];
        for path in &left {
            std::fs::write(path, "").unwrap();
        }
        std::fs::write(top.join("complaints/.redress-note"), "").unwrap();
        let found = repo.leftovers(later(5));
        assert_eq!(found.len(), left.len(), "{found:?}");
        assert!(found.iter().all(|found| found.removable && left.contains(&found.path)), "{found:?}");
        assert!(repo.leftovers(SystemTime::now()).iter().all(|found| !found.removable), "they are too young");
        // a file that a program has open is in use
        let mut child = std::process::Command::new("sleep");
        let held = std::fs::File::open(&left[0]).unwrap();
        let mut child = child.arg("60").stdin(held).spawn().unwrap();
        let found = repo.leftovers(later(5));
        let lock = found.iter().find(|found| found.path == left[0]).unwrap();
        assert_eq!((lock.owner, lock.removable), (Some(child.id()), false));
        assert!(!repo.clear_leftover(lock, later(5)).unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
        for leftover in repo.leftovers(later(5)) {
            assert!(repo.clear_leftover(&leftover, later(5)).unwrap(), "{leftover:?}");
        }
        assert_eq!(repo.leftovers(later(5)), []);
    }
}
