//! Fills empty tables from a commit, and moves filled ones from one commit to another.

use std::collections::BTreeSet;

use git2::Oid;
use rusqlite::{Connection, params};

use super::error::IndexError;
use super::fill::{self, File};
use super::schema::{self, Kinds, Target};
use super::write::{self, Writer};
use crate::book::repo::{FileAt, Repo};
use crate::policy::Policy;

/// The commit, policy and kinds for which tables are made.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) commit: Oid,
    pub(super) policy: std::sync::Arc<Policy>,
    pub(super) kinds: Kinds,
}

/// A file of a kind's folder that differs between two commits. `file` is the new version, if it still exists.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) path: String,
    pub(super) after: Option<File>,
}

impl Wanted {
    /// The record files that differ between `from` and the commit; all files if there is no `from`.
    pub(super) fn changes(&self, repo: &Repo, from: Option<Oid>) -> Result<Vec<Change>, IndexError> {
        let folders: Vec<&str> = self.kinds.all.iter().map(|kind| kind.folder.as_str()).collect();
        let mut changes = Vec::new();
        for (path, after) in repo.differences(from, self.commit, &folders)? {
            // a folder is only named if it cannot be read
            if !path.ends_with(".yaml") && !after.as_ref().is_some_and(FileAt::is_folder) {
                continue;
            }
            let folder = path.split('/').next().unwrap_or_default();
            let Some(kind) = self.kinds.in_folder(folder) else { continue };
            let after = after.map(|file| File { kind, blob: readable(&file), path: file.path });
            changes.push(Change { path, after });
        }
        // in the order of ids, so that their rows are appended
        changes
            .sort_by(|one, other| name_of(&one.path).cmp(name_of(&other.path)).then_with(|| one.path.cmp(&other.path)));
        Ok(changes)
    }

    /// Makes the tables of the commit on an empty connection.
    pub(super) fn build(&self, connection: &Connection, repo: &Repo) -> Result<(), IndexError> {
        let files: Vec<File> = self.changes(repo, None)?.into_iter().filter_map(|change| change.after).collect();
        let all = connection.unchecked_transaction()?;
        schema::create_meta(connection)?;
        schema::create(connection, &self.policy, Target::Main)?;
        let mut writer = Writer::new(connection, &self.kinds, Target::Main)?;
        fill::read(repo, &self.policy, &files, |loaded| writer.put(loaded))?;
        writer.finish()?;
        schema::create_indexes(connection, &self.policy)?;
        let tip = self.commit.to_string();
        let meta = "INSERT INTO main.\"book:meta\" VALUES (1, ?, ?, 1)";
        connection.execute(meta, params![self.kinds.fingerprint, tip])?;
        all.commit()?;
        Ok(())
    }

    /// Applies changes to the tables of the commit from which they start.
    pub(super) fn apply(&self, connection: &Connection, repo: &Repo, changes: &[Change]) -> Result<(), IndexError> {
        for change in changes {
            write::remove(connection, &self.policy, &self.kinds, &change.path)?;
        }
        self.put(connection, repo, changes, Target::Main)?;
        let changed: BTreeSet<usize> = changes.iter().filter_map(|change| Some(change.after.as_ref()?.kind)).collect();
        for kind in changed.into_iter().filter_map(|at| self.policy.kinds.nth(at)) {
            schema::index_kind(connection, kind)?;
        }
        let sql = "UPDATE main.\"book:meta\" SET tip = ?, generation = generation + 1";
        connection.execute(sql, [self.commit.to_string()])?;
        Ok(())
    }

    /// Adds the new contents of changed files.
    pub(super) fn put(
        &self,
        connection: &Connection,
        repo: &Repo,
        changes: &[Change],
        target: Target,
    ) -> Result<(), IndexError> {
        let files: Vec<File> = changes.iter().filter_map(|change| change.after.clone()).collect();
        let mut writer = Writer::new(connection, &self.kinds, target)?;
        fill::read(repo, &self.policy, &files, |loaded| writer.put(loaded))?;
        Ok(writer.finish()?)
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The content of an ordinary file whose name is valid UTF-8.
fn readable(file: &FileAt) -> Option<Oid> {
    (file.is_regular() && !file.path.contains(char::REPLACEMENT_CHARACTER)).then_some(file.blob)
}
