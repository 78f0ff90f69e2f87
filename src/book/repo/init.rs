//! Makes the repository of a book. Its first content comes with the first transaction.

use std::path::Path;

use git2::{Repository, RepositoryInitOptions};

use super::environment::Environment;
use super::error::RepoError;
use super::open::Repo;
use crate::locale::messages::RepoText;

/// How to make a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InitOptions {
    /// The first branch; `None` means git's `init.defaultBranch`.
    pub branch: Option<String>,
}

/// A repository for a book.
#[derive(Debug)]
pub struct Initialised {
    /// The repository.
    pub repo: Repo,
    /// Whether it was just made, and not found.
    pub created: bool,
}

/// git's name for the repository with which a new one shares its commits.
const SHARED: &str = "origin";

impl Repo {
    /// The address of the person who would commit in a folder. The folder need not exist yet.
    pub fn address(environment: &Environment, dir: &Path) -> Option<String> {
        let there = dir.ancestors().find(|dir| dir.is_dir())?;
        environment.author_email.clone().or_else(|| super::open::ask(there, &["config", "--get", "user.email"]))
    }

    /// Stores the address of the repository with which this one shares its commits. Nothing is sent there.
    ///
    /// # Errors
    /// [`RepoError::Git`] if there is already an address, or if git refuses this one.
    pub fn share_with(&self, address: &str) -> Result<(), RepoError> {
        self.git.remote(SHARED, address).map(drop).map_err(RepoError::git(RepoText::DoWriteConfiguration))
    }

    /// Uses the repository whose top is `dir`, with or without commits, or makes one (sha1, reference files).
    ///
    /// # Errors
    /// [`RepoError::NotTopLevel`] inside another repository; every reason why the existing one cannot be written.
    pub fn init(dir: &Path, environment: &Environment, options: &InitOptions) -> Result<Initialised, RepoError> {
        if let Some(file) = dir.ancestors().find(|path| path.exists()).filter(|path| !path.is_dir()) {
            let path = file.display().to_string();
            return Err(RepoError::NotAFile { path, found: RepoText::File, wanted: RepoText::Folder });
        }
        std::fs::create_dir_all(dir).map_err(RepoError::io(RepoText::DoMakeFolder, dir))?;
        match Repo::discover(dir, environment) {
            Ok(repo) => {
                repo.check_writable()?;
                let top = repo.top().unwrap_or(repo.git_dir()).to_owned();
                let whole = |path: &Path| path.canonicalize().map_err(RepoError::io(RepoText::DoLook, path));
                if whole(&top)? != whole(dir)? {
                    return Err(RepoError::NotTopLevel { dir: dir.to_owned(), top });
                }
                Ok(Initialised { repo, created: false })
            }
            Err(RepoError::NoHistory { dir: top, mend }) if dir.canonicalize().is_ok_and(|dir| dir == top) => {
                Err(RepoError::NoHistory { dir: top, mend })
            }
            Err(RepoError::NotFound { .. } | RepoError::NoHistory { .. }) => {
                let mut how = RepositoryInitOptions::new();
                how.no_reinit(true).external_template(true);
                // the library does not read every place where git finds its settings
                let usual = || super::open::ask(dir, &["config", "--get", "init.defaultBranch"]);
                if let Some(branch) = options.branch.clone().or_else(usual) {
                    how.initial_head(&branch);
                }
                Repository::init_opts(dir, &how).map_err(RepoError::git(RepoText::DoMakeRepository))?;
                Ok(Initialised { repo: Repo::discover(dir, environment)?, created: true })
            }
            Err(error) => Err(error),
        }
    }
}
