//! Shares the commits of a book with a remote: fetches, unites, publishes, and begins again if others were faster.
//!
//! The published commit is always the first parent of a merge commit. Existing commits are not rewritten. Every
//! step leaves a sound book. So a sync that ends early, for whatever reason, goes on when it is run again.

use std::time::Duration;

use super::history::Beginning;
use super::repo::{
    CommitInfo, Committed, DEFAULT_WAIT, HistoryRange, Oid, Person, Pushed, Replaced, Repo, RepoError, Shared, Talk,
};
use super::sync_error::{Conflicts, SyncError};
use super::uniting::unite_trees;
use super::{Book, BookError, sources};
use crate::calendar::Moment;
use crate::policy::Sources;
use crate::unite::Told;

/// How often a sync begins again if others publish meanwhile.
pub const ATTEMPTS: usize = 5;
/// How long it waits for another sync of the same clone.
const WAIT: Duration = Duration::from_secs(2);

/// A sync to be done.
#[derive(Debug)]
pub struct Syncing {
    /// The remote that was asked for.
    pub remote: Option<String>,
    /// Now, for the merge commit.
    pub now: Moment,
    /// Whether only is found out what would come and go.
    pub dry_run: bool,
    /// How git may speak.
    pub talk: Talk,
}

/// What a sync did.
#[derive(Debug)]
pub struct Synced {
    /// With whom.
    pub shared: Shared,
    /// The tip before.
    pub before: Oid,
    /// The last commit of the remote. `None` if it was empty.
    pub published: Option<Oid>,
    /// The last commit that both had. `None` if the remote was empty.
    pub base: Option<Oid>,
    /// The tip now. In a dry run, and if nothing came in, that of before.
    pub after: Oid,
    /// What was written here: forward moves and merges, the last one last.
    pub written: Vec<Committed>,
    /// What people must be told about the merges.
    pub told: Vec<Told>,
    /// What the last merge changed in the published book. `None` if there was no merge. In a dry run, what it would
    /// change.
    pub edits: Option<Vec<Replaced>>,
    /// Whether commits of this clone were sent.
    pub sent: bool,
    /// Why commits of this clone could not be sent, although what came in is here.
    pub unsent: Option<RepoError>,
}

/// How the subject of a merge begins.
pub const UNITE_WITH: &str = "Unite with ";
/// The settings of a book, by which a remote is known to hold one.
const SETTINGS: &str = "redress.toml";

impl Book {
    /// Shares this clone's commits with a remote. `again` is told which attempt begins, if others were faster.
    ///
    /// # Errors
    /// If the remote cannot be reached, or its history does not continue what was published, or if hand edits are in
    /// the way. Nothing is lost then.
    pub fn sync(&self, syncing: &Syncing, again: &mut dyn FnMut(usize)) -> Result<Synced, SyncError> {
        let repo = &self.repo;
        repo.check_writable()?;
        let shared = repo.shared(syncing.remote.as_deref())?;
        let _lock = repo.lock_sync(WAIT)?;
        // completes what an earlier process left unfinished
        drop(repo.begin(DEFAULT_WAIT)?);
        let before = repo.tip()?;
        let mut synced = Synced {
            shared,
            before,
            published: None,
            base: None,
            after: before,
            written: Vec::new(),
            told: Vec::new(),
            edits: None,
            sent: false,
            unsent: None,
        };
        for attempt in 1..=ATTEMPTS {
            if attempt > 1 {
                again(attempt);
            }
            let published = match self.look(&synced.shared, syncing) {
                Ok(published) => published,
                Err(error) if synced.written.is_empty() => return Err(error),
                Err(SyncError::Book(BookError::Repo(error))) => {
                    synced.unsent = Some(error);
                    return Ok(synced);
                }
                Err(error) => return Err(error),
            };
            synced.published = published;
            if let Some(published) = published {
                let base = base(repo, &synced.shared, before, published)?;
                synced.base = Some(base);
                if base != published && !Beginning::default().has_begun(repo, base) {
                    let branch = synced.shared.short().to_owned();
                    return Err(SyncError::TwoBooks { name: synced.shared.name(), branch, published });
                }
                if attempt == 1 {
                    self.check_again(&synced.shared, base, (published, before), syncing.now)?;
                    self.check_judged(&synced.shared, (published, before), syncing.now)?;
                }
                if !syncing.dry_run {
                    repo.note_published(&synced.shared, published)?;
                    repo.set_upstream(&synced.shared)?;
                }
                self.take_in(published, syncing, &mut synced)?;
                if attempt == 1 {
                    synced.told.extend(self.replaced_by_others(before, published, syncing.now)?);
                }
            }
            let tip = synced.after;
            if syncing.dry_run || Some(tip) == published {
                return Ok(synced);
            }
            if let Some(published) = published {
                self.check_fit(published, tip).map_err(SyncError::Unfit)?;
                self.check_unique(published, tip, syncing.now)?;
            }
            match repo.push(&synced.shared, tip, published, syncing.talk) {
                Ok(Pushed::Done) => {
                    synced.sent = true;
                    repo.note_published(&synced.shared, tip)?;
                    repo.set_upstream(&synced.shared)?;
                    return Ok(synced);
                }
                Ok(Pushed::Overtaken) => {}
                Err(error) => {
                    synced.unsent = Some(error);
                    return Ok(synced);
                }
            }
        }
        let remote = synced.shared.remote.clone();
        synced.unsent = Some(RepoError::Overtaken { remote, times: ATTEMPTS });
        Ok(synced)
    }

    /// What comes in must leave a book with which people can go on: files that can be written, and rules that load.
    fn check_sound(&self, base: Oid, published: Oid) -> Result<(), SyncError> {
        let sound = |tip: Oid| -> Result<(), BookError> {
            let differing = self.check_fit(base, tip)?;
            match differing.iter().any(|file| Sources::is_source(file.path.as_str())) {
                true => sources::policy(&self.repo, tip).map(drop),
                false => Ok(()),
            }
        };
        let Err(error) = sound(published) else { return Ok(()) };
        let range = HistoryRange { from: Some(base), ..HistoryRange::default() };
        let mut commits: Vec<CommitInfo> = self.repo.history(published, &range)?.filter_map(Result::ok).collect();
        commits.reverse();
        let commit = commits.into_iter().find(|commit| sound(commit.id).is_err()).map(Box::new);
        Err(SyncError::Unsound { commit, error: Box::new(error) })
    }

    /// The remote's last commit, which continues what was published before. It is in this clone afterwards.
    fn look(&self, shared: &Shared, syncing: &Syncing) -> Result<Option<Oid>, SyncError> {
        let repo = &self.repo;
        let known = repo.published(shared)?;
        let rewritten = |lost: Oid, now: Option<Oid>| RepoError::Rewritten {
            remote: shared.remote.clone(),
            branch: shared.short().to_owned(),
            lost,
            now,
        };
        let Some(seen) = repo.look_at(shared, syncing.talk)? else {
            let Some(lost) = known.first().copied() else { return Ok(None) };
            let (remote, branch) = (shared.remote.clone(), shared.short().to_owned());
            return Err(match repo.renamed_to(shared, lost, syncing.talk)? {
                Some(to) => RepoError::BranchRenamed { remote, branch, to, lost }.into(),
                None => rewritten(lost, None).into(),
            });
        };
        let here = known.contains(&seen) || repo.tip()? == seen;
        let published = if here { seen } else { repo.fetch(shared, syncing.talk)? };
        if !known.is_empty() {
            // a history that shares nothing is that of another book
            base(repo, shared, repo.tip()?, published).map(drop).or_else(|error| match error {
                RepoError::OtherHistory { .. } => Err(error),
                _ => Ok(()),
            })?;
        }
        for lost in known {
            if !repo.is_at_or_before(lost, published)? && !self.was_put_back(shared, lost, published)? {
                return Err(rewritten(lost, Some(published)).into());
            }
        }
        let is_continued = |published: Oid| repo.is_at_or_before(published, repo.tip()?);
        // a repository may have begun with other files, upon which this book was made
        if repo.read(published, SETTINGS)?.is_none() && !is_continued(published)? {
            return Err(SyncError::NoBook { name: shared.name() });
        }
        Ok(Some(published))
    }

    /// Whether the loss of a commit puts back what this clone had taken in before: git fetched the commit while the
    /// published history was rewritten, and nobody here has gone on from it.
    fn was_put_back(&self, shared: &Shared, lost: Oid, published: Oid) -> Result<bool, RepoError> {
        let repo = &self.repo;
        let Some(noted) = repo.noted(shared)?.filter(|noted| *noted != lost) else { return Ok(false) };
        let is_rewritten = !repo.is_at_or_before(noted, lost)?;
        Ok(is_rewritten && repo.is_at_or_before(noted, published)? && !repo.is_at_or_before(lost, repo.tip()?)?)
    }

    /// Brings the published commit into this clone: by moving forward, or by a merge commit.
    fn take_in(&self, published: Oid, syncing: &Syncing, synced: &mut Synced) -> Result<(), SyncError> {
        let repo = &self.repo;
        let mut transaction = repo.begin(DEFAULT_WAIT)?;
        let tip = transaction.tip().unwrap_or(published);
        synced.after = tip;
        if repo.is_at_or_before(published, tip)? {
            return Ok(());
        }
        let base = base(repo, &synced.shared, tip, published)?;
        self.check_sound(base, published)?;
        let offset = syncing.now.offset().local_minus_utc() / 60;
        let identity = repo.identity(syncing.now.timestamp(), offset);
        let name = synced.shared.name();
        if repo.is_at_or_before(tip, published)? {
            if syncing.dry_run {
                return Ok(());
            }
            // Nobody signs a forward move. Only git's log names who made it.
            let nobody = || Person {
                name: "redress".to_owned(),
                email: "redress@localhost".to_owned(),
                seconds: syncing.now.timestamp(),
                offset,
            };
            let by = identity.map_or_else(|_| nobody(), |(_, committer)| committer);
            transaction.follow(published)?;
            let committed = transaction.commit(&format!("redress sync {name}"), &by, &by)?;
            synced.after = committed.id;
            synced.written.push(committed);
            return Ok(());
        }
        let united = unite_trees(self, base, published, tip, syncing.now)?;
        if !united.needed.is_empty() {
            return Err(SyncError::Needed(united.needed));
        }
        if !united.conflicts.is_empty() {
            let mut unpublished = Vec::new();
            for path in &united.conflicts {
                if repo.entry(published, path.as_str())?.is_none() {
                    unpublished.push(path.to_string());
                }
            }
            let paths = united.conflicts.iter().map(ToString::to_string).collect();
            let theirs = synced.shared.tracking.as_deref().and_then(|name| name.strip_prefix("refs/remotes/"));
            let theirs = theirs.map_or_else(|| published.to_string(), str::to_owned);
            return Err(SyncError::Conflicts(Conflicts { paths, unpublished, problems: united.problems, theirs }));
        }
        synced.told.extend(united.told);
        if syncing.dry_run {
            synced.edits = Some(united.edits);
            return Ok(());
        }
        let (author, committer) = identity?;
        let message = format!("{UNITE_WITH}{name}\n");
        transaction.join(published, &united.edits, &message, &author, &committer)?;
        synced.edits = Some(united.edits);
        let committed = transaction.commit(&message, &author, &committer)?;
        synced.after = committed.id;
        synced.written.push(committed);
        Ok(())
    }
}

/// The one last commit that both histories have.
fn base(repo: &Repo, shared: &Shared, tip: Oid, published: Oid) -> Result<Oid, RepoError> {
    match repo.merge_bases(tip, published)?.as_slice() {
        [base] => Ok(*base),
        [] => Err(RepoError::OtherHistory {
            remote: shared.remote.clone(),
            branch: shared.short().to_owned(),
            shallow: repo.is_shallow(),
        }),
        bases => Err(RepoError::SeveralBases { bases: bases.to_vec(), tracking: shared.name() }),
    }
}
