//! The files of a policy at a commit.

use std::path::Path;

use super::BookError;
use super::repo::{FileAt, Oid, Repo, RepoError};
use crate::locale::messages::RepoText;
use crate::policy::{Policy, Sources};

/// How much of the id of the tree of `policy/` records keep as `rules`.
const RULES_LENGTH: usize = 12;

/// The short id of the policy of a commit.
pub(super) fn rules_id(repo: &Repo, commit: Oid) -> Result<String, BookError> {
    let tree = repo.tree_id(commit, "policy")?;
    Ok(tree.map(|tree| tree.to_string()[..RULES_LENGTH].to_owned()).unwrap_or_default())
}

/// Loads the policy of a commit.
pub(super) fn policy(repo: &Repo, commit: Oid) -> Result<Policy, BookError> {
    let Some(settings) = repo.read(commit, "redress.toml")? else {
        return Err(BookError::NoBook { commit: commit.to_string() });
    };
    let mut sources = Sources::new();
    sources.insert("redress.toml", settings);
    insert(repo, repo.list(commit, "policy")?, &mut sources)?;
    insert(repo, repo.list(commit, "calendar")?, &mut sources)?;
    Ok(Policy::load(&sources, &rules_id(repo, commit)?)?)
}

/// Loads an older policy by the short id of its tree; none where git does not know it any more.
pub(super) fn older(repo: &Repo, rules: &str, today: &Policy) -> Result<Option<Policy>, BookError> {
    let Some(tree) = repo.tree_named(rules)? else { return Ok(None) };
    let mut sources = Sources::new();
    insert(repo, repo.list_tree(tree, "policy")?, &mut sources)?;
    // Rules that do not load any more are as good as gone: today's judge.
    Ok(Policy::load_older(&sources, rules, today).ok())
}

/// The files of a policy as they lie in a working tree, committed or not. Links are not followed.
///
/// # Errors
/// If a file or folder cannot be read.
pub fn on_disk(top: &Path) -> Result<Sources, RepoError> {
    let mut sources = Sources::new();
    for root in ["redress.toml", "policy", "calendar"].map(|name| top.join(name)) {
        if !root.exists() {
            continue;
        }
        for entry in walkdir::WalkDir::new(&root) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(&root).to_owned();
                RepoError::io(RepoText::DoRead, &path)(error.into())
            })?;
            let Ok(path) = entry.path().strip_prefix(top) else { continue };
            let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
            // A name that is no text is no file of a policy.
            let Some(path) = parts.map(|parts| parts.join("/")).filter(|_| entry.file_type().is_file()) else {
                continue;
            };
            sources.insert(path, std::fs::read(entry.path()).map_err(RepoError::io(RepoText::DoRead, entry.path()))?);
        }
    }
    Ok(sources)
}

fn insert(repo: &Repo, files: Vec<FileAt>, sources: &mut Sources) -> Result<(), BookError> {
    for file in files.into_iter().filter(FileAt::is_regular) {
        let bytes = repo.blob(file.blob)?;
        sources.insert(file.path, bytes);
    }
    Ok(())
}
