//! What one process reads only once: the policy and the staff of a commit, identified by the trees that they come
//! from.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::BookError;
use super::compiled::Compiled;
use super::repo::{Oid, Repo};
use super::sources;
use crate::calendar::Zone;
use crate::policy::{People, Policy, STAFF};
use crate::record::Record;

/// The settings, rules, calendars and forms from which a policy is loaded.
pub(super) type Source = [Option<Oid>; 4];

/// The rules by which staff records are read, and their folder.
type Staff = (Source, Option<Oid>);

/// Policies and people, by what they were read from.
#[derive(Debug, Default)]
pub(super) struct Kept {
    policies: RefCell<HashMap<Source, Arc<Policy>>>,
    people: RefCell<HashMap<Staff, Arc<People>>>,
}

impl Kept {
    pub(super) fn policy(&self, repo: &Repo, commit: Oid) -> Result<Arc<Policy>, BookError> {
        let source = source(repo, commit)?;
        if let Some(policy) = self.known(repo, &source) {
            return Ok(policy);
        }
        let policy = Arc::new(sources::policy(repo, commit)?);
        // a past policy is not needed again soon, so only the tip's is stored
        if let Some(compiled) = Compiled::of(repo).filter(|_| repo.tip().is_ok_and(|tip| tip == commit)) {
            compiled.write(&source, &policy);
        }
        self.policies.borrow_mut().insert(source, policy.clone());
        Ok(policy)
    }

    /// The zone of a commit's book, if its policy is known without loading it.
    pub(super) fn zone(&self, repo: &Repo, commit: Oid) -> Option<Zone> {
        let policy = self.known(repo, &source(repo, commit).ok()?)?;
        Some(policy.settings.time_zone)
    }

    fn known(&self, repo: &Repo, source: &Source) -> Option<Arc<Policy>> {
        if let Some(policy) = self.policies.borrow().get(source) {
            return Some(policy.clone());
        }
        let policy = Arc::new(Compiled::of(repo)?.read(source)?);
        self.policies.borrow_mut().insert(*source, policy.clone());
        Some(policy)
    }

    pub(super) fn people(&self, repo: &Repo, commit: Oid, policy: &Policy) -> Result<Arc<People>, BookError> {
        let Some(kind) = policy.kind(STAFF) else { return Ok(Arc::default()) };
        let key = (source(repo, commit)?, repo.tree_id(commit, &kind.shape.folder)?);
        if let Some(people) = self.people.borrow().get(&key) {
            return Ok(people.clone());
        }
        let mut records = Vec::new();
        for file in repo.list(commit, &kind.shape.folder)?.into_iter().filter(|file| file.is_regular()) {
            let Some(bytes) = repo.blob_if_whole(file.blob)? else { continue };
            // A staff record that cannot be read is reported by `validate` and by every command that lists staff. Its
            // person has no role.
            records.extend(Record::read(&bytes, &file.path, &kind.shape).ok());
        }
        let people = Arc::new(People::of(&records, &kind.shape, &policy.roles));
        self.people.borrow_mut().insert(key, people.clone());
        Ok(people)
    }
}

pub(super) fn source(repo: &Repo, commit: Oid) -> Result<Source, BookError> {
    let settings = repo.entry(commit, "redress.toml")?.map(|entry| entry.blob);
    let tree = |folder| repo.tree_id(commit, folder);
    Ok([settings, tree("policy")?, tree("calendar")?, tree("forms")?])
}
