//! Lets git clean up its objects when there are many, because libgit2 never packs. After writing, a command starts
//! `git maintenance run --auto` in the background, if git's own measure (`objects/17`, `gc.auto`, `gc.autoPackLimit`)
//! says that there are many objects or packs.

use std::process::Stdio;

use super::git;
use super::open::Repo;
use super::publish::Committed;

/// The folder that represents all 256 folders of loose objects; git looks at the same one.
const SAMPLE: &str = "objects/17";
const FOLDERS: usize = 256;
/// git's own limits, for a configuration without others.
const LOOSE: usize = 6700;
const PACKS: usize = 50;

impl Repo {
    /// Starts git's own maintenance in the background if there are more loose objects or packs than git allows
    /// (`gc.auto`, `gc.autoPackLimit`, `maintenance.auto`). Packs are counted after a commit that made one. Returns
    /// whether it was started.
    pub fn keep_up(&self, after: &Committed) -> bool {
        let off = self.setting("maintenance.auto").is_some() && !self.flag("maintenance.auto");
        let due = !off
            && (self.has_many("gc.auto", LOOSE, loose)
                || after.packed && self.has_many("gc.autoPackLimit", PACKS, packs));
        due && self.start().is_ok()
    }

    fn has_many(&self, key: &str, usual: usize, count: fn(&Repo) -> usize) -> bool {
        let limit = self.setting(key).and_then(|text| git2::Config::parse_i64(text).ok());
        let limit = limit.map_or(usual, |limit| usize::try_from(limit).unwrap_or_default());
        // `None` means no limit, as in git
        limit > 0 && count(self) > limit
    }

    fn start(&self) -> std::io::Result<()> {
        let mut command = git::command(self);
        command.args(["maintenance", "run", "--auto", "--quiet"]).stdout(Stdio::null()).stderr(Stdio::null());
        // a signal that ends the command at the terminal must not end it
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(drop)
    }
}

/// The approximate number of loose objects.
fn loose(repo: &Repo) -> usize {
    let is_object = |name: &str| name.len() == 38 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    names(repo, SAMPLE).filter(|name| is_object(name)).count() * FOLDERS
}

/// The number of packs, without those that somebody keeps on purpose.
fn packs(repo: &Repo) -> usize {
    let (mut packs, mut kept) = (0_usize, 0);
    for name in names(repo, "objects/pack") {
        packs += usize::from(name.ends_with(".pack"));
        kept += usize::from(name.ends_with(".keep"));
    }
    packs.saturating_sub(kept)
}

fn names(repo: &Repo, folder: &str) -> impl Iterator<Item = String> {
    let all = std::fs::read_dir(repo.common_dir().join(folder)).into_iter().flatten().flatten();
    all.filter_map(|entry| entry.file_name().into_string().ok())
}

#[cfg(test)]
mod tests {
    use crate::book::repo::testing::{Sandbox, begin, person};
    use crate::book::repo::{Committed, Expect};
    use std::time::{Duration, Instant};

    /// A book with objects in the sampled folder, and only the settings of this test.
    fn full(settings: &[(&str, &str)]) -> Sandbox {
        let sandbox = Sandbox::new();
        sandbox.git(&["config", "gc.auto", "512"]);
        for (key, value) in settings {
            sandbox.git(&["config", key, value]);
        }
        let begins =
            |text: &str| git2::Oid::hash_object(git2::ObjectType::Blob, text.as_bytes()).unwrap().as_bytes()[0];
        let texts = (0..).map(|number| format!("{number}\n")).filter(|text| begins(text) == 0x17).take(4);
        for text in texts {
            sandbox.add(text.trim(), &text);
        }
        sandbox
    }

    /// Whether maintenance is started after one more commit, which made a pack or did not.
    fn is_started(sandbox: &Sandbox, packed: bool) -> bool {
        let repo = sandbox.repo();
        let mut transaction = begin(&repo);
        let name = format!("last-{}", sandbox.git(&["rev-list", "--count", "HEAD"]).trim());
        transaction.put(&name, b"x\n".to_vec(), Expect::Absent).unwrap();
        let committed = transaction.commit("last", &person(), &person()).unwrap();
        repo.keep_up(&Committed { packed, ..committed })
    }

    #[test]
    fn git_packs_what_has_become_much() {
        let sandbox = full(&[]);
        assert!(is_started(&sandbox, false));
        let begun = Instant::now();
        let packed = || !sandbox.git(&["count-objects", "-v"]).contains("in-pack: 0");
        while !packed() && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(packed(), "{}", sandbox.git(&["count-objects", "-v"]));
        assert_eq!(sandbox.complaints(), "");
    }

    #[test]
    fn it_is_left_alone_where_there_is_little_or_git_is_told_to() {
        for settings in [("gc.auto", "0"), ("gc.auto", "6700"), ("maintenance.auto", "false")] {
            assert!(!is_started(&full(&[settings]), true), "{settings:?}");
        }
        let packed = full(&[("gc.auto", "0"), ("gc.autoPackLimit", "1")]);
        packed.git(&["repack", "-q"]);
        assert!(!is_started(&packed, true), "one pack");
        packed.git(&["repack", "-q"]);
        assert!(!is_started(&packed, false), "nothing was packed");
        assert!(is_started(&packed, true), "two packs");
    }
}
