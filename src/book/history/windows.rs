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
use crate::policy::{Policy, Roles, STAFF};

/// The rules with a file as it was before a time, and as it was after it.
type Sides = (Option<Arc<Policy>>, Option<Arc<Policy>>);

/// The steps that were taken in each of these times and that the rules before it refuse, as `ID step`, with their commits. If the rules
/// after it are asked, too, they refuse these steps as well.
pub(super) fn refused(repo: &Repo, windows: &[Window], to: Oid) -> Result<Vec<Vec<(Oid, String)>>, BookError> {
    let mut found = vec![Vec::new(); windows.len()];
    if windows.is_empty() {
        return Ok(found);
    }
    let mut all = repo.history(to, &HistoryRange::default())?.collect::<Result<Vec<CommitInfo>, RepoError>>()?;
    all.reverse();
    let all = in_lines(all);
    let within = within(repo, windows, &all)?;
    if within.is_empty() {
        return Ok(found);
    }
    let contents = Contents::of(repo);
    let mut walk = Walk::new(repo, &contents, None);
    let mut policies: HashMap<(kept::Source, usize), Sides> = HashMap::new();
    for info in all.iter().filter(|info| within.contains_key(&info.id)) {
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
            let (of_staff, led) = (window.person.is_none() && is_of_staff(&window.what), window.is_back);
            let mut others = vec![Alternative { policy: &before, person: person(window.before), of_staff, led }];
            // rules that do not load allow nothing
            if let (Some(policy), Some(blob)) = (&after, window.after) {
                others.push(Alternative { policy, person: person(blob), of_staff, led });
            }
            let steps = walk.auditor.refused(&stop.commit, stop.rules(), &others);
            found[number].extend(steps.into_iter().map(|step| (info.id, step)));
        }
        walk.pass(&stop, info.id);
    }
    Ok(found)
}

/// Whether a file says who has which roles, or what the records of the staff mean.
fn is_of_staff(path: &str) -> bool {
    path == Roles::FILE || path.strip_prefix("policy/kinds/") == Some(&format!("{STAFF}.toml"))
}

/// The commits of each time, with the numbers of the times: those that follow its beginning and do not follow its end.
/// So a step of another line of history, which a merge brings in after the end, counts, too. Merges took no steps.
fn within(repo: &Repo, windows: &[Window], all: &[CommitInfo]) -> Result<HashMap<Oid, BTreeSet<usize>>, BookError> {
    let places: HashMap<Oid, usize> = all.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
    let parents: Vec<Vec<usize>> = all
        .iter()
        .map(|commit| commit.parents.iter().filter_map(|parent| places.get(parent).copied()).collect())
        .collect();
    let mut found: HashMap<Oid, BTreeSet<usize>> = HashMap::new();
    for (number, window) in windows.iter().enumerate() {
        let closed = window.closed.as_ref().map(|closed| repo.named(closed)).transpose()?;
        let Some(opened) = places.get(&repo.named(&window.opened)?).copied() else { continue };
        let closed = closed.and_then(|closed| places.get(&closed).copied());
        // parents stand before their children
        let mut inside = vec![false; all.len()];
        inside[opened] = true;
        let mut after = vec![false; all.len()];
        for (at, commit) in all.iter().enumerate().skip(opened + 1) {
            after[at] = Some(at) == closed || parents[at].iter().any(|parent| after[*parent]);
            inside[at] = !after[at] && parents[at].iter().any(|parent| inside[*parent]);
            if inside[at] && commit.parents.len() == 1 {
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
