//! Which decisions of a person the merges of others have replaced, for the sync that brings those merges in.

use std::collections::BTreeSet;

use super::repo::{CommitInfo, HistoryRange, Oid};
use super::{Book, BookError, Part, View};
use crate::calendar::Moment;
use crate::record::{Id, Record};
use crate::unite::{Told, replaced};

impl Book {
    /// The decisions of the person in git's configuration that merges after `before` have replaced.
    ///
    /// # Errors
    /// If the book cannot be read.
    pub(super) fn replaced_by_others(&self, before: Oid, to: Oid, now: Moment) -> Result<Vec<Told>, BookError> {
        let range = HistoryRange { from: Some(before), ..HistoryRange::default() };
        let merges = |commit: &CommitInfo| commit.parents.len() == 2;
        let merges: Vec<CommitInfo> = self.repo.history(to, &range)?.filter_map(Result::ok).filter(merges).collect();
        if merges.is_empty() {
            return Ok(Vec::new());
        }
        let view = self.view(Some(to), now)?;
        let (author, _) = self.repo.identity(0, 0)?;
        let Some(person) = view.people().by_email(&author.email).map(|person| &person.id) else {
            return Ok(Vec::new());
        };
        let mut told = Vec::new();
        for merge in merges.iter().rev() {
            told.extend(self.replaced_in(&view, person, before, merge)?);
        }
        Ok(told)
    }

    fn replaced_in(
        &self,
        view: &View<'_>,
        person: &Id,
        before: Oid,
        merge: &CommitInfo,
    ) -> Result<Vec<Told>, BookError> {
        let (repo, first, second) = (&self.repo, merge.parents[0], merge.parents[1]);
        let bases = repo.merge_bases(first, second)?;
        // this clone has nothing that came after what both lines had
        let Some(base) = bases.first().copied().filter(|_| bases.len() == 1) else { return Ok(Vec::new()) };
        if repo.is_at_or_before(before, base)? {
            return Ok(Vec::new());
        }
        let range = HistoryRange { from: Some(base), ..HistoryRange::default() };
        let is_own = |commit: CommitInfo| {
            view.people().by_email(&commit.author_email).is_some_and(|author| author.id == *person)
        };
        if !repo.history(first, &range)?.filter_map(Result::ok).any(is_own) {
            return Ok(Vec::new());
        }
        let own: BTreeSet<String> = repo.changes(Some(base), first)?.into_iter().map(|change| change.path).collect();
        let mut found = Vec::new();
        for change in repo.changes(Some(base), second)?.into_iter().filter(|change| own.contains(&change.path)) {
            let Part::Record(id) = view.part(&change.path) else { continue };
            let at = |commit: Oid| -> Option<Record> {
                let entry = repo.entry(commit, change.path.as_str()).ok()??;
                view.record_in(&id, entry.blob).ok()
            };
            let kind = view.policy().kind_of(&id);
            if let (Some(kind), Some(first), Some(merged)) = (kind, at(first), at(merge.id)) {
                found.extend(replaced(kind, at(base).as_ref(), &first, &merged));
            }
        }
        let theirs =
            |told: &Told| matches!(told, Told::Replaced { first, .. } if first.takers().any(|of| of == person));
        found.retain(theirs);
        Ok(found)
    }
}
