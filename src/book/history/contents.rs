//! File contents, older rules and undone commits, as the audit asks for them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::super::repo::{Oid, Repo};
use super::super::sources::{self, Older};
use super::super::uniting;
use super::{blob, changes};
use crate::audit::{Blob, Judging, Source, Undone, is_whole_id};
use crate::filter::Unanswered;
use crate::locale::text::as_seen;
use crate::policy::Policy;
use crate::record::FILES;
use crate::unite::{Content, WhichLine};

pub(super) struct Contents<'b> {
    repo: &'b Repo,
    rules: RefCell<HashMap<String, bool>>,
}

impl<'b> Contents<'b> {
    pub(super) fn of(repo: &'b Repo) -> Self {
        Contents { repo, rules: RefCell::default() }
    }
}

impl Source for Contents<'_> {
    fn bytes(&self, blob: Blob) -> Option<Vec<u8>> {
        self.repo.blob(Oid::from_bytes(&blob.0).ok()?).ok()
    }

    fn knows_rules(&self, rules: &str) -> bool {
        if let Some(known) = self.rules.borrow().get(rules) {
            return *known;
        }
        let known = self.repo.tree_named(rules).is_ok_and(|tree| tree.is_some());
        self.rules.borrow_mut().insert(rules.to_owned(), known);
        known
    }

    fn older(&self, rules: &str, policy: &Policy) -> Result<Judging, Unanswered> {
        let older = sources::older(self.repo, rules, policy, None).map_err(|error| Unanswered(error.into()))?;
        Ok(match older {
            Older::Loaded(policy) => Ok(Arc::from(policy)),
            Older::Lost => Err(None),
            Older::Broken(why) => Err(Some(why)),
        })
    }

    fn versions(&self, merge: &str, of: WhichLine) -> HashMap<String, Vec<Blob>> {
        let info = Oid::from_str(merge).ok().and_then(|id| self.repo.commit_info(id).ok());
        let Some([first, second]) = info.as_ref().map(|info| info.parents.as_slice()) else { return HashMap::new() };
        let all = uniting::versions(self.repo, [*first, *second], of).into_iter();
        all.map(|(path, blobs)| (path, blobs.into_iter().map(blob).collect())).collect()
    }

    fn merged(&self, path: &str, base: &[u8], first: &[u8], second: &[u8]) -> Option<Vec<u8>> {
        uniting::merged(path, base, first, second)
    }

    fn clashing(&self, merge: &str, files: &BTreeMap<String, Option<Content>>) -> BTreeSet<String> {
        let info = Oid::from_str(merge).ok().and_then(|id| self.repo.commit_info(id).ok());
        let Some([first, second]) = info.as_ref().map(|info| info.parents.as_slice()) else { return BTreeSet::new() };
        uniting::clashing(self.repo, *first, *second, files).unwrap_or_default()
    }

    fn alike(&self, commit: &str, path: &str) -> Option<String> {
        // what is attached lies in the folder of its record
        let depth = if path.starts_with(FILES) { 2 } else { 1 };
        let folder = path.split('/').take(depth).collect::<Vec<_>>().join("/");
        let seen = as_seen(path);
        let files = self.repo.list(Oid::from_str(commit).ok()?, &folder).ok()?.into_iter();
        files.map(|file| file.path).find(|other| other != path && as_seen(other) == seen)
    }

    fn undone(&self, named: &str, by: &str) -> Option<Undone> {
        // a short id may mean another commit later
        let undone = Oid::from_str(named).ok().filter(|_| is_whole_id(named))?;
        let by = Oid::from_str(by).ok()?;
        if undone == by || !self.repo.is_at_or_before(undone, by).ok()? {
            return None;
        }
        let info = self.repo.commit_info(undone).ok()?;
        let before = self.repo.commit_info(by).ok()?.parents.first().copied()?;
        let paths = self.repo.changes(info.parents.first().copied(), undone).ok()?;
        Some(Undone {
            email: info.author_email,
            authored: info.author_seconds,
            message: info.message,
            parents: info.parents.len(),
            merged: self.repo.merge_between(undone, by).ok()?.is_some(),
            published: self.repo.remote_branch_between(undone, by).ok()?,
            latest: self.repo.commit_info(before).is_ok_and(|before| before.tree == info.tree),
            changes: changes(paths),
            since: changes(self.repo.changes(Some(undone), before).ok()?),
        })
    }
}
