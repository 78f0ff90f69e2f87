//! What the repository takes from the process's environment, as a value: only the command edge reads the variables.

use std::ffi::OsString;
use std::path::PathBuf;

use super::failpoint::Failpoint;

/// The variables of git, and our own failpoint, that change what opening and writing do.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `GIT_DIR`: the repository to use instead of the one found from the directory.
    pub git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`: the working tree that belongs to `git_dir`.
    pub work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: set inside a hook or a script that builds a commit of its own; writing is refused.
    pub index_file: Option<PathBuf>,
    /// `GIT_AUTHOR_NAME`, before `user.name`.
    pub author_name: Option<String>,
    /// `GIT_AUTHOR_EMAIL`, before `user.email`.
    pub author_email: Option<String>,
    /// `GIT_COMMITTER_NAME`, before `user.name`.
    pub committer_name: Option<String>,
    /// `GIT_COMMITTER_EMAIL`, before `user.email`.
    pub committer_email: Option<String>,
    /// What tells this build of the program from every other, where what it keeps is to be found again: nothing is kept
    /// without it.
    pub program: Option<String>,
    /// `REDRESS_FAILPOINT`: where a debug build is to fail on purpose.
    pub failpoint: Failpoint,
}

impl Environment {
    /// Takes the variables through `get`, which at the command edge is the process's environment.
    pub fn read(get: impl Fn(&str) -> Option<OsString>) -> Environment {
        let filled = |name: &str| get(name).filter(|value| !value.is_empty());
        let text = |name: &str| filled(name).and_then(|value| value.into_string().ok());
        Environment {
            git_dir: filled("GIT_DIR").map(PathBuf::from),
            work_tree: filled("GIT_WORK_TREE").map(PathBuf::from),
            index_file: filled("GIT_INDEX_FILE").map(PathBuf::from),
            author_name: text("GIT_AUTHOR_NAME"),
            author_email: text("GIT_AUTHOR_EMAIL"),
            committer_name: text("GIT_COMMITTER_NAME"),
            committer_email: text("GIT_COMMITTER_EMAIL"),
            program: None,
            failpoint: text("REDRESS_FAILPOINT").map(|spec| Failpoint::parse(&spec)).unwrap_or_default(),
        }
    }
}
