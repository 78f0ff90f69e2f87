//! What a sync does not send: once it is published, nobody could mend it.

use std::collections::HashSet;

use super::repo::{CommitInfo, Differs, HistoryRange, Oid, RepoError, Shared, check_ordinary};
use super::sync_error::{KeptBack, SyncError, Why};
use super::{Book, Part};
use crate::calendar::Moment;
use crate::record::Event;

/// The rule of the audit that finds what this program does not know.
const UNKNOWN: &str = "unknown-entry";

impl Book {
    /// Links, submodules and names that are no text are not sent: no other clone could take them in.
    pub(super) fn check_fit(&self, published: Oid, tip: Oid) -> Result<Vec<Differs>, RepoError> {
        let differing = self.repo.differing(published, tip)?;
        for file in &differing {
            if let Some((_, mode)) = file.new {
                check_ordinary(&file.path, mode)?;
            }
        }
        Ok(differing)
    }

    /// Commits that the audit would call wrong are not sent. Other tools make them: `git revert` takes events out of a
    /// history, and a merge of `git pull` knows nothing of lost rights, limits and numbers. If this program has made
    /// all of them here, they were judged when they were made.
    pub(super) fn check_judged(
        &self,
        shared: &Shared,
        (published, tip): (Oid, Oid),
        now: Moment,
    ) -> Result<(), SyncError> {
        let own: HashSet<Oid> =
            self.repo.stood()?.into_iter().filter(|stood| stood.is_own).map(|stood| stood.at).collect();
        let range = HistoryRange { from: Some(published), ..HistoryRange::default() };
        if self.repo.history(tip, &range)?.all(|commit| commit.is_ok_and(|commit| own.contains(&commit.id))) {
            return Ok(());
        }
        let mut findings = self.judged(published, tip)?;
        // what another version of the program has written is not judged here
        let unknown: HashSet<String> =
            findings.iter().filter(|finding| finding.rule == UNKNOWN).map(|finding| finding.commit.clone()).collect();
        findings.retain(|finding| !unknown.contains(&finding.commit));
        // of several, the first one: those after it go with it
        let Some(first) = findings.first() else { return Ok(()) };
        let commit = self.repo.commit_info(Oid::from_str(&first.commit).unwrap_or(tip))?;
        if commit.parents.len() < 2 && self.repo.is_at_or_before(published, tip)? {
            // who has given a number twice is told which; a file that cannot be read is among the findings
            if let Err(error @ SyncError::NotUnique(_)) = self.check_unique(published, tip, now) {
                return Err(error);
            }
        }
        let mut unpublished = Vec::new();
        for parent in &commit.parents {
            if !self.repo.is_at_or_before(*parent, published)? {
                unpublished.push(*parent);
            }
        }
        let back = unpublished.first().or(commit.parents.first()).copied().unwrap_or(published);
        let has_more = commit.id != tip || commit.parents.len() < 2 || unpublished.len() > 1;
        let found = findings.iter().filter(|finding| finding.commit == first.commit);
        let why = Why::Faulty(found.map(|finding| finding.message.clone()).collect());
        let branch = shared.short().to_owned();
        let kept = match self.before_rebase(&commit, (published, tip))? {
            Some((back, last)) => KeptBack { commit, branch, why, back, has_more: last != tip, rebased: Some(last) },
            None => KeptBack { commit, branch, why, back, has_more, rebased: None },
        };
        Err(SyncError::KeptBack(Box::new(kept)))
    }

    /// Where this branch stood before a rebase copied a commit, if all that was copied can be sent as it was there; and
    /// the last copy. What was recorded here since comes after it.
    fn before_rebase(&self, copy: &CommitInfo, (published, tip): (Oid, Oid)) -> Result<Option<(Oid, Oid)>, SyncError> {
        let line = |to: Oid| -> Result<Vec<CommitInfo>, RepoError> {
            let range = HistoryRange { from: Some(published), ..HistoryRange::default() };
            self.repo.history(to, &range)?.collect()
        };
        // a copy keeps its author, their date and the message
        let same = |one: &CommitInfo, other: &CommitInfo| {
            (&one.author_email, one.author_seconds, &one.message)
                == (&other.author_email, other.author_seconds, &other.message)
        };
        let own = line(tip)?;
        let mut looked_at = HashSet::from([tip]);
        for stood in self.repo.stood()? {
            if !looked_at.insert(stood.at) || self.repo.is_at_or_before(stood.at, tip).unwrap_or(true) {
                continue;
            }
            // git may have removed it meanwhile
            let Ok(before) = line(stood.at) else { continue };
            let there = |commit: &CommitInfo| before.iter().any(|known| same(known, commit));
            // the last commits come first
            let later = own.iter().take_while(|commit| !there(commit)).count();
            let copied = own.get(later..).unwrap_or_default();
            let Some(last) = copied.first() else { continue };
            if there(copy) && copied.iter().all(there) && self.judged(published, stood.at)?.is_empty() {
                return Ok(Some((stood.at, last.id)));
            }
        }
        Ok(None)
    }

    /// Who has changed a published commit once more, as `git commit --amend` does, has recorded its events again. A
    /// merge could not know that, and both would count.
    pub(super) fn check_again(
        &self,
        shared: &Shared,
        base: Oid,
        (published, tip): (Oid, Oid),
        now: Moment,
    ) -> Result<(), SyncError> {
        let range = HistoryRange { from: Some(tip), ..HistoryRange::default() };
        let stood: HashSet<Oid> = self.repo.stood()?.into_iter().map(|stood| stood.at).collect();
        let theirs: Vec<CommitInfo> = self.repo.history(published, &range)?.filter_map(Result::ok).collect();
        let Some(left) = theirs.into_iter().find(|commit| stood.contains(&commit.id)) else { return Ok(()) };
        let view = self.view(None, now)?;
        let range = HistoryRange { from: Some(published), ..HistoryRange::default() };
        let mut own: Vec<CommitInfo> = self.repo.history(tip, &range)?.filter_map(Result::ok).collect();
        own.reverse();
        let events = |from: Oid, to: Oid| -> Result<Vec<(String, Event)>, SyncError> {
            let mut found = Vec::new();
            for change in self.repo.changes(Some(from), to)? {
                let Part::Record(id) = view.part(&change.path) else { continue };
                let read = |blob: Option<Oid>| view.record_in(&id, blob?).ok();
                let old = read(change.old).map_or(0, |record| record.history.len());
                let new = read(change.new).into_iter().flat_map(|record| record.history.into_iter().skip(old));
                found.extend(new.map(|event| (change.path.clone(), event)));
            }
            Ok(found)
        };
        let known = events(base, left.id)?;
        for commit in own {
            let Some(parent) = commit.parents.first() else { continue };
            if events(*parent, commit.id)?.iter().any(|event| known.contains(event)) {
                let branch = shared.short().to_owned();
                let why = Why::Again(left.id);
                let kept = KeptBack { commit, branch, why, back: left.id, has_more: true, rebased: None };
                return Err(SyncError::KeptBack(Box::new(kept)));
            }
        }
        Ok(())
    }

    /// Commits that another tool has put upon the published ones, or has merged with them, can hold numbers that others
    /// have drawn meanwhile: `git pull` does so. They are not sent: once they are published, nobody can mend them.
    /// Other values that must be unique are asked only without a merge: `redress sync` gives other numbers, but it does
    /// not change what people wrote, and says what is to be mended.
    pub(super) fn check_unique(&self, published: Oid, tip: Oid, now: Moment) -> Result<(), SyncError> {
        let range = HistoryRange { from: Some(published), ..HistoryRange::default() };
        let mut merged = false;
        for commit in self.repo.history(tip, &range)? {
            merged |= commit?.parents.len() > 1;
        }
        let changes = self.repo.changes(Some(published), tip)?;
        let paths = changes.iter().map(|change| change.path.as_str());
        match self.view(None, now)?.not_unique(paths, merged)? {
            found if found.is_empty() => Ok(()),
            found => Err(SyncError::NotUnique(found)),
        }
    }
}
