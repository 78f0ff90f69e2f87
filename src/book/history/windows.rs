//! Takes the steps of a time once more by the rules before it and by those after it, to tell whether a change of the rules
//! has allowed what they refuse.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::super::repo::{CommitInfo, HistoryRange, Oid, Repo, RepoError};
use super::super::{BookError, kept, sources};
use super::contents::Contents;
use super::lines::in_lines;
use super::walk::Walk;
use crate::audit::{Alternative, Blob, Source, Window};
use crate::policy::Policy;

/// The rules with a file as it was before a time, and as it was after it.
type Sides = (Option<Arc<Policy>>, Option<Arc<Policy>>);

/// The steps that were taken in each of these times and that the rules before it refuse, as `ID step`, with their commits. If the rules
/// after it are asked, too, they refuse these steps as well.
pub(super) fn refused(repo: &Repo, windows: &[Window], to: Oid) -> Result<Vec<Vec<(Oid, String)>>, BookError> {
    let mut found = vec![Vec::new(); windows.len()];
    let within = within(repo, windows, to)?;
    if within.is_empty() {
        return Ok(found);
    }
    let contents = Contents::of(repo);
    let mut walk = Walk::new(repo, &contents, None);
    let mut policies: HashMap<(kept::Source, usize), Sides> = HashMap::new();
    let mut all = repo.history(to, &HistoryRange::default())?.collect::<Result<Vec<CommitInfo>, RepoError>>()?;
    all.reverse();
    for info in in_lines(all).iter().filter(|info| within.contains_key(&info.id)) {
        let Some(parent) = info.parents.first().copied() else { continue };
        let stop = walk.stop(info)?;
        for number in within.get(&info.id).into_iter().flatten().copied() {
            let window = &windows[number];
            let key = (kept::source(repo, parent)?, number);
            let sides = match policies.get(&key) {
                Some(known) => known.clone(),
                None => {
                    let mut policy = |blob: Option<Blob>| match window.person {
                        Some(_) => walk.last(parent),
                        None => Ok(with(repo, &contents, parent, &window.what, blob)),
                    };
                    let before = policy(window.before)?;
                    let after = window.after.map(&mut policy).transpose()?.flatten();
                    policies.insert(key, (before.clone(), after.clone()));
                    (before, after)
                }
            };
            let (Some(before), after) = sides else { continue };
            let person = |blob: Option<Blob>| window.person.as_ref().map(|person| (person, blob));
            let mut others = vec![Alternative { policy: &before, person: person(window.before) }];
            // rules that do not load allow nothing
            if let (Some(policy), Some(blob)) = (&after, window.after) {
                others.push(Alternative { policy, person: person(blob) });
            }
            let steps = walk.auditor.refused(&stop.commit, stop.rules(), &others);
            found[number].extend(steps.into_iter().map(|step| (info.id, step)));
        }
        walk.pass(&stop, info.id);
    }
    Ok(found)
}

/// The commits of each time, with the numbers of the times. Merges took no steps.
fn within(repo: &Repo, windows: &[Window], to: Oid) -> Result<HashMap<Oid, BTreeSet<usize>>, BookError> {
    let mut found: HashMap<Oid, BTreeSet<usize>> = HashMap::new();
    for (number, window) in windows.iter().enumerate() {
        let opened = repo.named(&window.opened)?;
        let end = match &window.closed {
            Some(closed) => repo.commit_info(repo.named(closed)?)?.parents.first().copied(),
            None => Some(to),
        };
        let Some(end) = end.filter(|end| *end != opened) else { continue };
        let range = HistoryRange { from: Some(opened), ..HistoryRange::default() };
        for commit in repo.history(end, &range)? {
            let commit = commit?;
            if commit.parents.len() == 1 {
                found.entry(commit.id).or_default().insert(number);
            }
        }
    }
    Ok(found)
}

/// The rule book of a commit with another content of one of its files. `None` if that does not load.
fn with(repo: &Repo, contents: &Contents<'_>, commit: Oid, file: &str, blob: Option<Blob>) -> Option<Arc<Policy>> {
    let mut files = sources::of_commit(repo, commit).ok()?;
    match blob {
        Some(blob) => files.insert(file, contents.bytes(blob)?),
        None => files.remove(file),
    }
    let id = sources::rules_id(repo, commit).ok()?;
    Policy::load(&files, &id).ok().map(Arc::new)
}
