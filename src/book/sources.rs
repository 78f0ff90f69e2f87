//! The files of a policy at a commit.

use std::path::Path;

use super::compiled::Compiled;
use super::disk::files_below;
use super::found::SETTINGS;
use super::kept::Source;
use super::repo::{FileAt, Oid, Repo, RepoError, read_beginning};
use super::{BookError, View};
use crate::locale::Label;
use crate::locale::messages::RepoText;
use crate::place::Problem;
use crate::policy::{People, Policy, SOURCE_FOLDERS, STAFF, Sources};
use crate::record::decode;
use crate::record::yaml::Reader;

/// The folder of the book's own reports.
const REPORTS: &str = "reports";
/// How many characters of the id of the `policy/` tree records keep as `rules`.
const RULES_LENGTH: usize = 12;

/// The short id of the policy of a commit.
pub(super) fn rules_id(repo: &Repo, commit: Oid) -> Result<String, BookError> {
    let tree = repo.tree_id(commit, "policy")?;
    Ok(tree.map(|tree| tree.to_string()[..RULES_LENGTH].to_owned()).unwrap_or_default())
}

/// The settings and the files of [`SOURCE_FOLDERS`] at a commit.
///
/// # Errors
/// If the commit has no book, or if git cannot be read.
pub(super) fn of_commit(repo: &Repo, commit: Oid) -> Result<Sources, BookError> {
    // a link or a folder in the place of the settings is named as what it is
    if let Some(wrong) = repo.not_a_file(commit, SETTINGS, false)? {
        return Err(BookError::Displaced(wrong));
    }
    let settings = repo.read(commit, SETTINGS)?.ok_or_else(|| BookError::NoBook { commit: commit.to_string() })?;
    for folder in SOURCE_FOLDERS {
        if let Some(wrong) = repo.not_a_file(commit, folder, true)? {
            return Err(BookError::Displaced(wrong));
        }
    }
    files(repo, commit, settings)
}

/// Loads the policy of a commit.
pub(super) fn policy(repo: &Repo, commit: Oid) -> Result<Policy, BookError> {
    Ok(Policy::load(&of_commit(repo, commit)?, &rules_id(repo, commit)?)?)
}

fn files(repo: &Repo, commit: Oid, settings: Vec<u8>) -> Result<Sources, BookError> {
    let mut sources = Sources::new();
    sources.insert(SETTINGS, settings);
    for folder in SOURCE_FOLDERS {
        insert(repo, repo.list(commit, folder)?, &mut sources)?;
    }
    Ok(sources)
}

impl View<'_> {
    /// The files of the book's own reports.
    ///
    /// # Errors
    /// If git cannot read them.
    pub fn reports(&self) -> Result<Sources, BookError> {
        let mut sources = Sources::new();
        insert(self.repo(), self.repo().list(self.commit(), REPORTS)?, &mut sources)?;
        Ok(sources)
    }

    /// The files of the rule book: the settings, and everything in the folders for rules.
    ///
    /// # Errors
    /// If git cannot read them.
    pub fn rule_files(&self) -> Result<Sources, BookError> {
        of_commit(self.repo(), self.commit())
    }

    /// The files of the policy and of the staff.
    ///
    /// # Errors
    /// If git cannot read them.
    pub fn sources(&self) -> Result<Sources, BookError> {
        let (repo, commit) = (self.repo(), self.commit());
        let mut sources = files(repo, commit, repo.read(commit, SETTINGS)?.unwrap_or_default())?;
        if let Some(kind) = self.policy().kind(STAFF) {
            insert(repo, repo.list(commit, &kind.shape.folder)?, &mut sources)?;
        }
        Ok(sources)
    }
}

/// The staff in a working tree. Their files are added to `sources`. Files that cannot be read as records are left
/// out: `validate` reports what is wrong with them.
pub fn staff_on_disk(top: &Path, policy: &Policy, sources: &mut Sources) -> People {
    let Some(kind) = policy.kind(STAFF) else { return People::default() };
    let mut records = Vec::new();
    for path in files_below(top, &top.join(&kind.shape.folder)) {
        let file = top.join(&path);
        let regular = file.symlink_metadata().is_ok_and(|file| file.is_file());
        let Some(bytes) = regular.then(|| read_beginning(&file).ok()).flatten() else { continue };
        if let Ok(decoded) = decode(&bytes, &path, &kind.shape, &Reader::of_hand_edits()) {
            records.push(decoded.record);
            sources.insert(path, bytes);
        }
    }
    People::of(&records, &kind.shape, &policy.roles)
}

/// The result of loading the rule book under which a record was opened.
pub(super) enum Older {
    /// It loads and judges the record.
    Loaded(Box<Policy>),
    /// Git no longer has it.
    Lost,
    /// Git has it, but it no longer loads: the first problem.
    Broken(Label),
}

/// Loads an older policy by the short id of its tree. In a partial clone nobody can say that git does not have it, so
/// that is an error. `source` is the source of today's policy, if the compiled older one is to be stored.
pub(super) fn older(repo: &Repo, rules: &str, today: &Policy, source: Option<&Source>) -> Result<Older, BookError> {
    let tree = match repo.tree_named(rules)? {
        Some(tree) => tree,
        None if repo.is_partial() => return Err(RepoError::UnknownRevision { text: rules.to_owned() }.into()),
        None => return Ok(Older::Lost),
    };
    let kept = source.and_then(|source| Some((Compiled::older(repo, rules)?, source)));
    if let Some(policy) = kept.as_ref().and_then(|(compiled, source)| compiled.read(source)) {
        return Ok(Older::Loaded(Box::new(policy)));
    }
    let mut sources = Sources::new();
    insert(repo, repo.list_tree(tree, "policy")?, &mut sources)?;
    Ok(match Policy::load_older(&sources, rules, today) {
        Ok(policy) => {
            if let Some((compiled, source)) = kept {
                compiled.write(source, &policy);
            }
            Older::Loaded(Box::new(policy))
        }
        Err(invalid) => Older::Broken(invalid.0.first().map(Problem::line).unwrap_or_default()),
    })
}

/// The files of a policy in a working tree, whether committed or not. Links are not followed.
///
/// # Errors
/// If a file or folder cannot be read.
pub fn on_disk(top: &Path) -> Result<Sources, RepoError> {
    let mut sources = Sources::new();
    for name in SOURCE_FOLDERS.iter().chain(&[SETTINGS]) {
        let (root, is_folder) = (top.join(name), *name != SETTINGS);
        let Ok(meta) = root.symlink_metadata() else { continue };
        if !(if is_folder { meta.is_dir() } else { meta.is_file() }) {
            return Err(RepoError::not_a_file(name, &meta, is_folder));
        }
        for entry in walkdir::WalkDir::new(&root) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(&root).to_owned();
                RepoError::io(RepoText::DoRead, &path)(error.into())
            })?;
            let Ok(path) = entry.path().strip_prefix(top) else { continue };
            let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
            // A name that is not valid text is not a file of a policy.
            let Some(path) = parts.map(|parts| parts.join("/")).filter(|_| entry.file_type().is_file()) else {
                continue;
            };
            let reading = RepoError::io(RepoText::DoRead, entry.path());
            let size = entry.metadata().map_or(0, |file| file.len());
            match size > Sources::most(&path) {
                true => sources.leave_out(path, size),
                false => sources.insert(path, std::fs::read(entry.path()).map_err(reading)?),
            }
        }
    }
    Ok(sources)
}

fn insert(repo: &Repo, files: Vec<FileAt>, sources: &mut Sources) -> Result<(), BookError> {
    for file in files.into_iter().filter(FileAt::is_regular) {
        match repo.size(file.blob)? {
            size if size > Sources::most(&file.path) => sources.leave_out(file.path, size),
            _ => sources.insert(file.path, repo.blob(file.blob)?),
        }
    }
    Ok(())
}
