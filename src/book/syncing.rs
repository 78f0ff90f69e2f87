//! Shares the commits of a book with a remote: fetches, unites, publishes, and begins again if others were faster.
//!
//! The published commit is always the first parent of a merge commit. Existing commits are not rewritten. Every
//! step leaves a sound book. So a sync that ends early, for whatever reason, goes on when it is run again.

use std::time::Duration;

use super::repo::{
    CommitInfo, Committed, DEFAULT_WAIT, Differs, HistoryRange, Oid, Person, Pushed, Replaced, Repo, RepoError, Shared,
    Talk, check_ordinary,
};
use super::uniting::unite_trees;
use super::{AuditScope, Book, BookError, sources};
use crate::audit::Severity;
use crate::calendar::Moment;
use crate::locale::Label;
use crate::place::Problem;
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

/// Files that both sides changed in the same lines, or rules that do not load together, so that a person must decide.
#[derive(Debug)]
pub struct Conflicts {
    /// The files.
    pub paths: Vec<String>,
    /// Those of them that the published side does not have.
    pub unpublished: Vec<String>,
    /// What is wrong with the merged rules, if they are rule files that do not load together.
    pub problems: Vec<Problem>,
    /// The published side, as git names it.
    pub theirs: String,
}

/// A merge that another tool has made, such as `git pull`, and that the audit would call false.
#[derive(Debug)]
pub struct FalseMerge {
    /// The merge commit.
    pub commit: Oid,
    /// The branch on which it lies.
    pub branch: String,
    /// What the audit would find in it.
    pub findings: Vec<Label>,
    /// Where this clone stood before the merge.
    pub own: Oid,
    /// Whether there is something that `own` and the published commit do not have: later commits, or another branch.
    pub has_more: bool,
}

/// Why a sync ended early.
#[derive(Debug)]
pub enum SyncError {
    /// The same lines were changed on both sides, or rules that do not load together.
    Conflicts(Conflicts),
    /// The remote's branch holds no book.
    NoBook {
        /// The branch as people name it.
        name: String,
    },
    /// What was published cannot be taken in by this clone.
    Unsound {
        /// The commit that brought it. `None` if it cannot be told.
        commit: Option<Box<CommitInfo>>,
        /// Why.
        error: Box<BookError>,
    },
    /// What would be sent cannot be taken in by another clone.
    Unfit(RepoError),
    /// What would be sent has values that others have already.
    NotUnique(Vec<Problem>),
    /// What would be sent has a merge that is not what both sides give.
    FalseMerge(FalseMerge),
    /// Anything else.
    Book(BookError),
}

impl From<BookError> for SyncError {
    fn from(error: BookError) -> Self {
        SyncError::Book(error)
    }
}

impl From<RepoError> for SyncError {
    fn from(error: RepoError) -> Self {
        SyncError::Book(error.into())
    }
}

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
                if attempt == 1 {
                    self.check_merges(&synced.shared, published, before)?;
                }
                synced.base = Some(base(repo, &synced.shared, before, published)?);
                if !syncing.dry_run {
                    repo.note_published(&synced.shared, published)?;
                    repo.set_upstream(&synced.shared)?;
                }
                self.take_in(published, syncing, &mut synced)?;
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

    /// Links, submodules and names that are no text are not sent: no other clone could take them in.
    fn check_fit(&self, published: Oid, tip: Oid) -> Result<Vec<Differs>, RepoError> {
        let differing = self.repo.differing(published, tip)?;
        for file in &differing {
            if let Some((_, mode)) = file.new {
                check_ordinary(&file.path, mode)?;
            }
        }
        Ok(differing)
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

    /// A merge by another tool can be false: git itself merges files that only one side changed, and knows nothing of
    /// lost rights, limits and numbers. It is not sent: once it is published, nobody can mend it.
    fn check_merges(&self, shared: &Shared, published: Oid, tip: Oid) -> Result<(), SyncError> {
        let range = HistoryRange { from: Some(published), ..HistoryRange::default() };
        let mut merges = Vec::new();
        for commit in self.repo.history(tip, &range)? {
            let commit = commit?;
            if commit.parents.len() > 1 {
                merges.push(commit);
            }
        }
        if merges.is_empty() {
            return Ok(());
        }
        let scope = AuditScope { to: Some(tip), since: Some(published), ..AuditScope::default() };
        let mut findings = self.audit(&scope, &mut |_, _| ())?.findings;
        findings.retain(|finding| finding.severity == Severity::Error);
        // of several, the first one: those after it go with it
        for merge in merges.iter().rev() {
            let id = merge.id.to_string();
            let found: Vec<Label> =
                findings.iter().filter(|finding| finding.commit == id).map(|finding| finding.message.clone()).collect();
            if found.is_empty() {
                continue;
            }
            let mut unpublished = Vec::new();
            for parent in &merge.parents {
                if !self.repo.is_at_or_before(*parent, published)? {
                    unpublished.push(*parent);
                }
            }
            let own = unpublished.first().or(merge.parents.first()).copied().unwrap_or(tip);
            let has_more = merge.id != tip || unpublished.len() > 1;
            let (commit, branch) = (merge.id, shared.short().to_owned());
            return Err(SyncError::FalseMerge(FalseMerge { commit, branch, findings: found, own, has_more }));
        }
        Ok(())
    }

    /// Commits that another tool has put upon the published ones, or has merged with them, can hold numbers that others
    /// have drawn meanwhile: `git pull` does so. They are not sent: once they are published, nobody can mend them. Other
    /// values that must be unique are asked only without a merge: `redress sync` gives other numbers, but it does not
    /// change what people wrote, and says what is to be mended.
    fn check_unique(&self, published: Oid, tip: Oid, now: Moment) -> Result<(), SyncError> {
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
            return match known.first() {
                Some(lost) => Err(rewritten(*lost, None).into()),
                None => Ok(None),
            };
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
            if !repo.is_at_or_before(lost, published)? {
                return Err(rewritten(lost, Some(published)).into());
            }
        }
        if repo.read(published, SETTINGS)?.is_none() {
            return Err(SyncError::NoBook { name: shared.name() });
        }
        Ok(Some(published))
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
        let message = format!("Unite with {name}\n");
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
