//! Finds and opens the repository: the places of its files, and HEAD.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use git2::{Config, ConfigLevel, ErrorClass, ErrorCode, Oid, Repository, RepositoryOpenFlags};

use super::environment::Environment;
use super::error::{RepoError, bad_settings};
use super::lost::without_history;
use crate::locale::messages::RepoText;

/// An open repository. Only one thread may use it; [`Repo::reopen`] gives another thread its own.
pub struct Repo {
    pub(super) git: Repository,
    /// git's configuration at the first question. The library would check its files at every question.
    settings: OnceCell<HashMap<String, Option<String>>>,
    pub(super) environment: Environment,
    git_dir: PathBuf,
    common_dir: PathBuf,
    top: Option<PathBuf>,
    /// The trees of commits that were asked for: the commit of a large batch takes long to read.
    pub(super) trees: RefCell<HashMap<Oid, Oid>>,
    /// The commits at which a shallow history is cut off.
    cut: OnceCell<HashSet<Oid>>,
    /// The last large folder that was searched.
    pub(super) folder: RefCell<Option<LargeFolder>>,
    /// The commits that were made here.
    pub(super) made: RefCell<Vec<Oid>>,
}

/// The position of HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The branch's full name, as `refs/heads/main`. `None` if HEAD is detached.
    pub branch: Option<String>,
    /// The last commit; `None` on a branch without commits.
    pub tip: Option<Oid>,
}

impl Repo {
    /// Finds the repository that contains `dir`, or the one that the environment names, and opens it for reading.
    ///
    /// # Errors
    /// Every reason that prevents even reading (see `standing`); [`RepoError::NotFound`].
    pub fn discover(dir: &Path, environment: &Environment) -> Result<Repo, RepoError> {
        // As in git: the checksum of its compression protects an object, and `git fsck` checks its name.
        git2::opts::strict_hash_verification(false);
        let opened = match &environment.git_dir {
            Some(git_dir) => Repository::open(dir.join(git_dir)),
            None => Repository::open_ext(dir, RepositoryOpenFlags::CROSS_FS, std::iter::empty::<&Path>()),
        };
        let git = opened.map_err(|error| match &environment.git_dir {
            Some(given) if error.code() == ErrorCode::NotFound => RepoError::NoGitDir { given: given.clone() },
            _ => refusal(dir, error),
        })?;
        if let (Some(_), Some(work_tree)) = (&environment.git_dir, &environment.work_tree) {
            git.set_workdir(&dir.join(work_tree), false).map_err(RepoError::git(RepoText::DoSetWorktree))?;
        }
        Ok(Repo {
            settings: OnceCell::new(),
            trees: RefCell::default(),
            cut: OnceCell::new(),
            folder: RefCell::default(),
            made: RefCell::default(),
            git_dir: git.path().to_owned(),
            common_dir: git.commondir().to_owned(),
            top: git.workdir().map(Path::to_owned),
            git,
            environment: environment.clone(),
        })
    }

    /// Opens the same repository again, for another thread.
    ///
    /// # Errors
    /// As [`Repo::discover`].
    pub fn reopen(&self) -> Result<Repo, RepoError> {
        let git = Repository::open(&self.git_dir).map_err(RepoError::git(RepoText::DoReopen))?;
        if let Some(top) = &self.top {
            git.set_workdir(top, false).map_err(RepoError::git(RepoText::DoSetWorktree))?;
        }
        Ok(Repo {
            settings: OnceCell::new(),
            trees: RefCell::default(),
            cut: OnceCell::new(),
            folder: RefCell::default(),
            made: RefCell::default(),
            git,
            environment: self.environment.clone(),
            git_dir: self.git_dir.clone(),
            common_dir: self.common_dir.clone(),
            top: self.top.clone(),
        })
    }

    /// The commits that this process made, in order.
    pub fn made(&self) -> Vec<Oid> {
        self.made.borrow().clone()
    }

    /// From now on, checks that the content of each object that is read has the object's name.
    #[allow(clippy::unused_self, reason = "the library has one switch for all repositories")]
    pub(in crate::book) fn hash_again(&self) {
        git2::opts::strict_hash_verification(true);
    }

    /// The directory that git calls `$GIT_DIR`; a linked worktree has its own.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// The directory of objects and branches, shared by all worktrees.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The top of the working tree; `None` in a bare repository.
    pub fn top(&self) -> Option<&Path> {
        self.top.as_deref()
    }

    /// The directory for what is not part of the book: lock, journal, temporary files, the index.
    pub fn state_dir(&self) -> PathBuf {
        self.git_dir.join("redress")
    }

    /// Identifies this build of the program.
    pub(in crate::book) fn program(&self) -> Option<&str> {
        self.environment.program.as_deref()
    }

    /// git's own index.
    pub(super) fn index_path(&self) -> PathBuf {
        self.git_dir.join("index")
    }

    /// Whether a shallow history is cut off at a commit, so that its parents are not to be looked for.
    pub(super) fn is_cut_at(&self, commit: Oid) -> bool {
        let read = || {
            let text = std::fs::read_to_string(self.common_dir.join("shallow")).unwrap_or_default();
            text.lines().filter_map(|line| Oid::from_str(line.trim()).ok()).collect()
        };
        self.cut.get_or_init(read).contains(&commit)
    }

    /// The position of HEAD, read again at every call.
    ///
    /// # Errors
    /// [`RepoError::Git`] if HEAD cannot be read.
    pub fn head(&self) -> Result<Head, RepoError> {
        let head = self.git.find_reference("HEAD");
        let head = head.map_err(|error| self.unread_reference("HEAD", RepoText::DoReadHead, error))?;
        let Ok(Some(branch)) = head.symbolic_target().map(|target| target.map(str::to_owned)) else {
            return Ok(Head { branch: None, tip: head.target() });
        };
        let tip = self.ref_target(&branch)?;
        Ok(Head { branch: Some(branch), tip })
    }

    /// The commit to which a reference points directly. `None` if the reference does not exist.
    pub(super) fn ref_target(&self, name: &str) -> Result<Option<Oid>, RepoError> {
        match self.git.refname_to_id(name) {
            Ok(id) => Ok(Some(id)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(self.unread_reference(name, RepoText::DoReadBranch, error)),
        }
    }

    /// The last commit of the branch.
    ///
    /// # Errors
    /// [`RepoError::Unborn`] if it has none yet.
    pub fn tip(&self) -> Result<Oid, RepoError> {
        let head = self.head()?;
        head.tip.ok_or_else(|| self.unborn(head.branch.unwrap_or_else(|| "HEAD".to_owned())))
    }

    /// The last commit of the upstream branch, as of the last fetch or push. `None` if the branch has no upstream.
    ///
    /// # Errors
    /// [`RepoError::Git`] if HEAD or the branch cannot be read.
    pub fn upstream(&self) -> Result<Option<Oid>, RepoError> {
        let Some(branch) = self.head()?.branch else { return Ok(None) };
        let name = match self.git.branch_upstream_name(&branch) {
            Ok(name) => name,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(RepoError::git(RepoText::DoReadBranch)(error)),
        };
        self.ref_target(name.as_str().unwrap_or_default())
    }

    /// Whether the repository has a remote, such as a server that colleagues share.
    ///
    /// # Errors
    /// [`RepoError::Git`] if the configuration cannot be read.
    pub fn has_remote(&self) -> Result<bool, RepoError> {
        let remotes = self.git.remotes().map_err(RepoError::git(RepoText::DoReadBranch))?;
        Ok(!remotes.is_empty())
    }

    /// git's configuration: the last value of each key; `None` for a key without a value. Keys are in lower case,
    /// except for the part between the dots. A configuration that cannot be read counts as empty.
    pub(super) fn settings(&self) -> &HashMap<String, Option<String>> {
        self.settings.get_or_init(|| {
            let (global, system) = (&self.environment.global_settings, &self.environment.system_settings);
            let given = |file: &Option<PathBuf>| file.as_deref().filter(|file| file.is_file()).map(settings_in);
            let mut found: HashMap<String, Option<String>> = given(system).into_iter().flatten().collect();
            let replaced = |level: ConfigLevel| match level {
                ConfigLevel::ProgramData | ConfigLevel::System => system.is_some(),
                ConfigLevel::XDG | ConfigLevel::Global => global.is_some(),
                _ => false,
            };
            let mut own = Vec::new();
            let read = self.git.config().and_then(|mut config| config.snapshot()).and_then(|config| {
                config.entries(None)?.for_each(|entry| {
                    let Ok(name) = entry.name() else { return };
                    let value = (name.to_owned(), entry.value().ok().map(str::to_owned));
                    match entry.level() {
                        level if replaced(level) => {}
                        ConfigLevel::ProgramData | ConfigLevel::System | ConfigLevel::XDG | ConfigLevel::Global => {
                            found.extend([value]);
                        }
                        _ => own.push(value),
                    }
                })
            });
            if read.is_err() {
                found.clear();
                own.clear();
            }
            found.extend(given(global).into_iter().flatten());
            found.extend(own);
            found.extend(self.environment.settings.iter().map(|(key, value)| (key.clone(), Some(value.clone()))));
            found
        })
    }

    /// A text value of git's configuration. `None` if it is empty.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.settings().get(&key.to_ascii_lowercase())?.as_deref().filter(|value| !value.is_empty())
    }

    /// A yes-or-no value of git's configuration. A key without a value means yes.
    pub(super) fn flag(&self, key: &str) -> bool {
        let value = self.settings().get(&key.to_ascii_lowercase());
        value.is_some_and(|value| value.as_deref().is_none_or(|value| Config::parse_bool(value).unwrap_or(false)))
    }
}

/// The settings in a file that git must read in place of the usual one.
fn settings_in(file: &Path) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    let read = Config::open(file).and_then(|mut config| config.snapshot()).and_then(|config| {
        config.entries(None)?.for_each(|entry| {
            if let Ok(name) = entry.name() {
                found.push((name.to_owned(), entry.value().ok().map(str::to_owned)));
            }
        })
    });
    if read.is_err() {
        found.clear();
    }
    found
}

impl std::fmt::Debug for Repo {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Repo").field("git_dir", &self.git_dir).finish_non_exhaustive()
    }
}

/// Says exactly why a repository could not be opened. If the library only says "unsupported", git is asked.
fn refusal(dir: &Path, error: git2::Error) -> RepoError {
    if error.code() == ErrorCode::NotFound {
        return without_history(dir).unwrap_or_else(|| RepoError::NotFound { dir: dir.to_owned() });
    }
    let top = ask(dir, &["rev-parse", "--absolute-git-dir"]).map(PathBuf::from);
    if error.code() == ErrorCode::Owner {
        return RepoError::NotOwned { dir: owned_dir(dir) };
    }
    let git_dir = top.unwrap_or_else(|| dir.to_owned());
    if ask(dir, &["rev-parse", "--show-object-format"]).as_deref() == Some("sha256") {
        return RepoError::Sha256 { dir: git_dir };
    }
    if ask(dir, &["config", "extensions.refstorage"]).as_deref() == Some("reftable") {
        return RepoError::Reftable { dir: git_dir };
    }
    if error.class() == ErrorClass::Config {
        return bad_settings(error);
    }
    if error.class() == ErrorClass::Repository {
        // a file that should name the repository, and does not
        if let Some(RepoError::NoHistory { dir, mend }) = without_history(dir)
            && !dir.join(".git").is_dir()
        {
            return RepoError::NoHistory { dir, mend };
        }
        return RepoError::Extension { dir: git_dir, what: error.message().to_owned() };
    }
    RepoError::git(RepoText::DoOpenRepository)(error)
}

/// The directory that git wants in `safe.directory`: the nearest one upward with a repository.
fn owned_dir(dir: &Path) -> PathBuf {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let holds = |dir: &Path| dir.join(".git").exists() || dir.join("HEAD").exists() && dir.join("objects").exists();
    dir.ancestors().find(|dir| holds(dir)).map_or(dir.clone(), Path::to_owned)
}

/// A large folder that was searched. Its names are kept from the second search on: for one search it is not worth
/// keeping thousands of them.
pub(super) struct LargeFolder {
    pub(super) tree: Oid,
    pub(super) names: Option<HashMap<Vec<u8>, (Oid, i32)>>,
}

/// A one-line answer of git about a directory. `None` if the command fails.
pub(super) fn ask(dir: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").current_dir(dir).args(arguments).stdin(Stdio::null()).output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| line.trim_end().to_owned()).filter(|line| !line.is_empty())
}
