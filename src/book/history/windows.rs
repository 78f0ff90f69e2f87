//! Judges what was done in a time once more, by the rules before it and by those after it, to tell whether a change of
//! the rules has allowed what they refuse.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::super::repo::{CommitInfo, HistoryRange, Oid, Repo, RepoError};
use super::super::{BookError, kept, sources, uniting};
use super::contents::Contents;
use super::lines::in_lines;
use super::walk::{Stop, Walk};
use crate::audit::{Act, Alternative, Blob, Commit, Said, Source, Window};
use crate::locale::text::fold;
use crate::policy::{Policy, Roles, STAFF, Sources};
use crate::record::{Event, Id, Record, UNITE};

/// The rules before some times, and the rules after them.
type Sides = (Option<Arc<Policy>>, Option<Arc<Policy>>);

/// How many times at a commit are tried two by two: those that began last.
const MOST: usize = 8;

/// What was done in each of these times and the rules before it refuse, with the commits. If the rules after it are
/// asked, too, they refuse it as well.
pub(super) fn refused(repo: &Repo, windows: &[Window], to: Oid) -> Result<Vec<Vec<(Oid, Act)>>, BookError> {
    let mut found = vec![Vec::new(); windows.len()];
    if windows.is_empty() {
        return Ok(found);
    }
    let mut all = repo.history(to, &HistoryRange::default())?.collect::<Result<Vec<CommitInfo>, RepoError>>()?;
    all.reverse();
    let all = in_lines(all);
    let Within { commits: within, ends } = within(repo, windows, &all)?;
    if within.is_empty() {
        return Ok(found);
    }
    let contents = Contents::of(repo);
    let mut walk = Walk::new(repo, &contents, None);
    let tip = Tip { repo, at: to, policy: walk.last(to)? };
    let mut trial = Trial { repo, contents: &contents, windows, ends: &ends, tip, policies: HashMap::new() };
    for info in all.iter().filter(|info| within.contains_key(&info.id)) {
        let Some(parent) = info.parents.first().copied() else { continue };
        let stop = walk.stop(info)?;
        // a merge is made by its own rules, anything else by those before it
        let ruling = if stop.commit.is_merge() { info.id } else { parent };
        let numbers = within.get(&info.id).map(Vec::as_slice).unwrap_or_default();
        let mut known: BTreeSet<String> = BTreeSet::new();
        for number in numbers {
            let acts = trial.refused(&mut walk, &stop, ruling, &[*number])?;
            known.extend(acts.iter().map(|act| act.what.clone()));
            found[*number].extend(acts.into_iter().map(|act| (info.id, act)));
        }
        for set in sets(windows, numbers, &contents, &stop.commit) {
            let acts = trial.refused(&mut walk, &stop, ruling, &set)?;
            let gravest = set.iter().copied().max_by_key(|number| !windows[*number].is_usual()).unwrap_or_default();
            // what the rules of one time refuse is told there
            found[gravest]
                .extend(acts.into_iter().filter(|act| known.insert(act.what.clone())).map(|act| (info.id, act)));
        }
        walk.pass(&stop, info.id);
    }
    Ok(found)
}

/// Judges commits by the rules before and after some times.
struct Trial<'t> {
    repo: &'t Repo,
    contents: &'t Contents<'t>,
    windows: &'t [Window],
    /// Where each time ends in the order of history.
    ends: &'t [usize],
    tip: Tip<'t>,
    policies: HashMap<(kept::Source, Vec<usize>), Sides>,
}

impl Trial<'_> {
    /// What the rules before all of these times refuse, and those after all of them.
    fn refused(&mut self, walk: &mut Walk<'_>, stop: &Stop, ruling: Oid, set: &[usize]) -> Result<Vec<Act>, BookError> {
        let windows: Vec<&Window> = set.iter().map(|number| &self.windows[*number]).collect();
        let (Some(before), after) = self.sides(walk, ruling, set)? else { return Ok(Vec::new()) };
        let stood = self.stood(set);
        let alternative = |(policy, is_after)| {
            let blob = |stood: &Stood<'_>| if is_after { stood.after.flatten() } else { stood.before };
            Alternative {
                policy,
                people: stood.iter().filter_map(|stood| Some((stood.person?, blob(stood)))).collect(),
                of_staff: windows.iter().any(|window| window.person.is_none() && is_of_staff(&window.what)),
                is_back: windows.iter().all(|window| window.is_back),
                recounts: windows.iter().any(|window| window.is_back && window.recounts),
            }
        };
        // rules that do not load allow nothing
        let sides = [Some((&before, false)), after.as_ref().map(|after| (after, true))];
        let others: Vec<Alternative<'_>> = sides.into_iter().flatten().map(alternative).collect();
        let is_overruled = |id: &Id, event: &Event| self.tip.overrules(id, event);
        Ok(walk.auditor.refused(&stop.commit, stop.rules(), &others, &is_overruled))
    }

    /// What each file or person of these times was before the earliest of them, and after the latest.
    fn stood(&self, set: &[usize]) -> Vec<Stood<'_>> {
        let mut found: Vec<(Stood<'_>, usize)> = Vec::new();
        for number in set {
            let (window, end) = (&self.windows[*number], self.ends[*number]);
            match found.iter_mut().find(|(stood, _)| stood.what == window.what) {
                Some((stood, last)) if end > *last => (stood.after, *last) = (window.after, end),
                Some(_) => {}
                None => {
                    let person = window.person.as_ref();
                    let stood = Stood { what: &window.what, person, before: window.before, after: window.after };
                    found.push((stood, end));
                }
            }
        }
        found.into_iter().map(|(stood, _)| stood).collect()
    }

    /// The rules of a commit without the commits that began these times, where the files that these are about do not
    /// load with the other ones: something may have got another name in several files. What was done to the other files
    /// since then stays. If that does not load either, they are the rules before the first of these times.
    fn without(
        &self,
        commit: Oid,
        set: &[usize],
        before: &[(&str, Option<Blob>)],
        day: Option<&Policy>,
    ) -> Option<Arc<Policy>> {
        let mut files = sources::of_commit(self.repo, commit).ok()?;
        let mut first = None;
        for number in set.iter().rev() {
            let opened = self.repo.named(&self.windows[*number].opened).ok()?;
            let parent = self.repo.commit_info(opened).ok()?.parents.first().copied()?;
            first = Some(parent);
            let bytes = |id: Option<Oid>| id.and_then(|id| self.repo.blob(id).ok()).unwrap_or_default();
            for change in self.repo.changes(Some(parent), opened).ok()? {
                let Some(now) = files.bytes(&change.path).filter(|_| Sources::is_source(&change.path)) else {
                    continue;
                };
                let (old, new) = (bytes(change.old), bytes(change.new));
                match uniting::merged(&change.path, &new, now, &old) {
                    Some(_) if change.old.is_none() => files.remove(&change.path),
                    Some(merged) => files.insert(change.path, merged),
                    None => {}
                }
            }
        }
        for (file, blob) in before {
            match blob {
                Some(blob) => files.insert(*file, self.contents.bytes(*blob)?),
                None => files.remove(file),
            }
        }
        let first = first?;
        loaded(self.repo, commit, &files, day).or_else(|| with(self.repo, self.contents, first, &[], day))
    }

    /// The rules of a commit with the files of these times as they were before, and as they were after.
    fn sides(&mut self, walk: &mut Walk<'_>, commit: Oid, set: &[usize]) -> Result<Sides, BookError> {
        let is_of_file = |number: &usize| self.windows[*number].person.is_none();
        let key = (kept::source(self.repo, commit)?, set.iter().copied().filter(is_of_file).collect());
        if let Some(known) = self.policies.get(&key) {
            return Ok(known.clone());
        }
        let stood = self.stood(set);
        let files = || stood.iter().filter(|stood| stood.person.is_none());
        let earlier: Vec<(&str, Option<Blob>)> = files().map(|stood| (stood.what, stood.before)).collect();
        let later: Vec<(&str, Option<Blob>)> = files().map(|stood| (stood.what, stood.after.flatten())).collect();
        let day = walk.last(commit)?;
        let reads = |changed: &[(&str, Option<Blob>)]| with(self.repo, self.contents, commit, changed, day.as_deref());
        let (before, after) = match earlier.is_empty() {
            true => (day.clone(), day.clone()),
            false => (reads(&earlier), reads(&later)),
        };
        // of times that did not all end with what was before them, only rules that load say anything
        let is_sure = set.len() == 1 || set.iter().all(|number| self.windows[*number].is_back);
        let (before, after) = match (before, after) {
            (Some(_), None) if !is_sure => (None, None),
            (None, after) if is_sure => (self.without(commit, set, &earlier, day.as_deref()), after),
            sides => sides,
        };
        let after = after.filter(|_| set.iter().all(|number| self.windows[*number].after.is_some()));
        self.policies.insert(key, (before.clone(), after.clone()));
        Ok((before, after))
    }
}

/// The end of what is audited.
struct Tip<'t> {
    repo: &'t Repo,
    at: Oid,
    policy: Option<Arc<Policy>>,
}

impl Tip<'_> {
    /// Whether a merge has left an event without effect, or has made the whole record void.
    fn overrules(&self, id: &Id, event: &Event) -> bool {
        let kind = self.policy.as_ref().and_then(|policy| policy.kind_of(id));
        let record = kind.and_then(|kind| {
            let path = id.path(&kind.shape.folder);
            Record::read(&self.repo.read(self.at, &path).ok()??, &path, &kind.shape).ok()
        });
        let Some(record) = record else { return false };
        let named = |event: &Event| (event.recorded(), event.step.clone(), event.people().cloned().collect::<Vec<_>>());
        let is_same = |other: &Event| named(other) == named(event);
        let is_void = |event: &Event| event.step == UNITE && event.to.is_some();
        record.history.iter().any(is_void)
            || record.overruled.iter().any(|one| is_same(&one.event)) && !record.history.iter().any(is_same)
    }
}

/// A file or a person, before some times and after them.
struct Stood<'t> {
    what: &'t str,
    person: Option<&'t Id>,
    before: Option<Blob>,
    after: Option<Option<Blob>>,
}

/// The sets of times that are tried together at a commit, small ones first. Each of several changes alone may allow
/// something; then only the rules without all of them refuse it. What else was open at that time may hide that, so two
/// by two are tried, too: two times, and all times of two files or people. One of two is a time that was set back.
fn sets(windows: &[Window], numbers: &[usize], contents: &Contents<'_>, commit: &Commit) -> Vec<Vec<usize>> {
    let of = |fits: &dyn Fn(usize) -> bool| -> Vec<usize> {
        numbers.iter().copied().filter(|number| windows[*number].after.is_some() && fits(*number)).collect()
    };
    let all = of(&|_| true);
    if all.len() < 2 {
        return Vec::new();
    }
    let mut sets = BTreeSet::from([all, of(&|number| windows[number].is_back)]);
    sets.extend(numbers.iter().filter_map(|number| together(windows, numbers, *number)));
    let concern = Concern::of(contents, commit);
    let near: Vec<usize> = of(&|number| concern.is_with(&windows[number])).into_iter().rev().take(MOST).collect();
    for (place, one) in near.iter().enumerate() {
        for other in near[..place].iter().filter(|other| windows[*one].is_back || windows[**other].is_back) {
            sets.insert(of(&|number| number == *one || number == *other));
            let both = [*one, *other].map(|number| windows[number].what.as_str());
            sets.insert(of(&|number| both.contains(&windows[number].what.as_str())));
        }
    }
    let mut sets: Vec<Vec<usize>> = sets.into_iter().filter(|set| set.len() > 1).collect();
    sets.sort_by_key(Vec::len);
    sets
}

/// Whom a commit is about: the people whom its files name, and who made it.
struct Concern<'c> {
    contents: &'c Contents<'c>,
    texts: Vec<String>,
    emails: [String; 2],
}

impl<'c> Concern<'c> {
    fn of(contents: &'c Contents<'c>, commit: &Commit) -> Self {
        let blobs = commit.changes.iter().flat_map(|change| [change.before, change.after]).flatten();
        let texts = blobs.filter_map(|blob| text(contents, blob)).collect();
        Concern { contents, texts, emails: [fold(&commit.email), fold(&commit.committer_email)] }
    }

    /// Whether a time may decide over the commit: one of the rules, or of a person in it. Whose an address was may be
    /// what the time is about.
    fn is_with(&self, window: &Window) -> bool {
        let Some(person) = window.person.as_ref().filter(|_| !window.is_identity) else { return true };
        let own = || [window.before, window.after.flatten()].into_iter().flatten();
        let signs = |text: String| self.emails.iter().any(|email| fold(&text).contains(email));
        self.texts.iter().any(|text| person.is_in(text))
            || own().filter_map(|blob| text(self.contents, blob)).any(signs)
    }
}

fn text(contents: &Contents<'_>, blob: Blob) -> Option<String> {
    Some(String::from_utf8_lossy(&contents.bytes(blob)?).into_owned())
}

/// A time, with the other times of the same file or person around the same commit, and the innermost ones of others: if
/// each of two changes alone allows something, only the rules without both refuse it. They stand in the order in which
/// they began. `None` if there are no other times.
fn together(windows: &[Window], numbers: &[usize], number: usize) -> Option<Vec<usize>> {
    let own = &windows[number];
    let others = || numbers.iter().copied().filter(|other| windows[*other].is_back && *other != number);
    // those that began later stand later
    let innermost: BTreeMap<&str, usize> = others().map(|other| (windows[other].what.as_str(), other)).collect();
    let fits = |other: &usize| {
        let what = windows[*other].what.as_str();
        what == own.what || innermost.get(what) == Some(other)
    };
    let with: BTreeSet<usize> = others().filter(fits).chain([number]).collect();
    let set: Vec<usize> = numbers.iter().copied().filter(|other| with.contains(other)).collect();
    (own.is_back && set.len() > 1).then_some(set)
}

/// Whether a file says who has which roles, or what the records of the staff mean.
fn is_of_staff(path: &str) -> bool {
    path == Roles::FILE || path.strip_prefix("policy/kinds/") == Some(&format!("{STAFF}.toml"))
}

/// Which times each commit lies in, and where each time ends in the order of history.
struct Within {
    commits: HashMap<Oid, Vec<usize>>,
    ends: Vec<usize>,
}

/// The commits of each time, with the numbers of the times, those that began earlier first. A time has the commits that
/// follow its beginning and do not follow its end, and the end itself, but not those that were taken back in it. So a
/// step of another line of history, which a merge brings in after the end, counts, too.
fn within(repo: &Repo, windows: &[Window], all: &[CommitInfo]) -> Result<Within, BookError> {
    let places: HashMap<Oid, usize> = all.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
    let parents: Vec<Vec<usize>> = all
        .iter()
        .map(|commit| commit.parents.iter().filter_map(|parent| places.get(parent).copied()).collect())
        .collect();
    let mut ends: Vec<(usize, Option<usize>, usize)> = Vec::new();
    for (number, window) in windows.iter().enumerate() {
        let closed = window.closed.as_ref().map(|closed| repo.named(closed)).transpose()?;
        let Some(opened) = places.get(&repo.named(&window.opened)?).copied() else { continue };
        ends.push((opened, closed.and_then(|closed| places.get(&closed).copied()), number));
    }
    ends.sort_unstable();
    let mut last = vec![usize::MAX; windows.len()];
    ends.iter().for_each(|(_, closed, number)| last[*number] = closed.unwrap_or(usize::MAX));
    // the commit that each commit takes back for good
    let undone: Vec<Option<usize>> = all
        .iter()
        .enumerate()
        .map(|(at, commit)| {
            let named = Said::read(&commit.message).undo?;
            let undone = places.get(&repo.named(&named).ok()?).copied()?;
            (!comes_back(&parents, undone, at)).then_some(undone)
        })
        .collect();
    let mut found: HashMap<Oid, Vec<usize>> = HashMap::new();
    for (opened, closed, number) in ends {
        // parents stand before their children
        let mut inside = vec![false; all.len()];
        inside[opened] = true;
        let mut after = vec![false; all.len()];
        let mut own: BTreeSet<usize> = BTreeSet::new();
        for at in opened + 1..all.len() {
            let follows = parents[at].iter().any(|parent| inside[*parent]);
            after[at] = Some(at) == closed || parents[at].iter().any(|parent| after[*parent]);
            inside[at] = follows && !after[at];
            let ends = follows && Some(at) == closed && windows[number].after.is_some();
            if inside[at] || ends {
                own.insert(at);
                // what was taken back in the same time has left nothing
                undone[at].map(|undone| own.remove(&undone));
            }
        }
        own.into_iter().for_each(|at| found.entry(all[at].id).or_default().push(number));
    }
    Ok(Within { commits: found, ends: last })
}

/// Whether a merge brings back what an undo has taken back: one of its lines had it before, and not the undo.
fn comes_back(parents: &[Vec<usize>], undone: usize, undo: usize) -> bool {
    let (mut had, mut without) = (vec![false; parents.len()], vec![false; parents.len()]);
    (had[undone], without[undo]) = (true, true);
    (undone + 1..parents.len()).filter(|at| *at != undo).any(|at| {
        had[at] = parents[at].iter().any(|parent| had[*parent]);
        without[at] = parents[at].iter().any(|parent| without[*parent]);
        without[at] && parents[at].iter().any(|parent| had[*parent] && !without[*parent])
    })
}

/// The rule book of a commit with other contents of some of its files, with the handles of the rules of the day. `None`
/// if that does not load.
fn with(
    repo: &Repo,
    contents: &Contents<'_>,
    commit: Oid,
    changed: &[(&str, Option<Blob>)],
    day: Option<&Policy>,
) -> Option<Arc<Policy>> {
    let mut files = sources::of_commit(repo, commit).ok()?;
    for (file, blob) in changed {
        match blob {
            Some(blob) => files.insert(*file, contents.bytes(*blob)?),
            None => files.remove(file),
        }
    }
    loaded(repo, commit, &files, day)
}

fn loaded(repo: &Repo, commit: Oid, files: &Sources, day: Option<&Policy>) -> Option<Arc<Policy>> {
    let id = sources::rules_id(repo, commit).ok()?;
    let beside = day.and_then(|day| Policy::load_beside(files, &id, day).ok());
    beside.or_else(|| Policy::load(files, &id).ok()).map(Arc::new)
}
