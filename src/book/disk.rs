//! The working tree: its differences from the last commit, and whether its files can be read.

use std::path::Path;

use super::held::Held;
use super::repo::{Expect, Oid, WorktreeScan};
use super::repo::{RepoError, Staged, WorktreeChange, read_beginning};
use super::upgrade::SHIPPED;
use super::{BookError, View, sources};
use crate::filter::Unanswered;
use crate::kind::{Kind, Step, Target};
use crate::label;
use crate::lifecycle;
use crate::locale::messages::{LoadText, RefusalText, StoredText};
use crate::locale::{Label, Lang};
use crate::place::{Place, Problem};
use crate::policy::{Policy, SOURCE_FOLDERS, Sources};
use crate::record::{Decoded, FILES, Id, Record, Type, Value, decode, entered, whose, yaml};

/// What a path of the book is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The file of a record.
    Record(Id),
    /// A file in a kind's folder whose path fits no id, or a file below `files/` that belongs to no record.
    Stray,
    /// A file beside a record, with its name.
    File(Id, String),
    /// The settings, a file of [`SOURCE_FOLDERS`], or a shipped file that an upgrade stored.
    Policy,
    /// Anything else.
    Other,
}

/// A byte order mark.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A rule book with the files that it was read from.
pub(super) type Rules = (Policy, Sources);

impl View<'_> {
    /// What a path of the book is, by its name alone.
    pub fn part(&self, path: &str) -> Part {
        let folder = path.split('/').next().unwrap_or_default();
        if Sources::is_source(path) || folder == SHIPPED {
            return Part::Policy;
        }
        if folder == FILES {
            return View::part_of_files(path);
        }
        let Some(kind) = self.policy().kind_in(folder) else { return Part::Other };
        match Id::of_path(path) {
            Some((_, id)) if self.policy().kind_of(&id).is_some_and(|own| own.name() == kind.name()) => {
                Part::Record(id)
            }
            _ => Part::Stray,
        }
    }

    /// The differences between the last commit, git's index and the working tree, in the parts of the book. `None` if
    /// the book has more files than `at_most`.
    ///
    /// # Errors
    /// If the working tree cannot be read.
    pub fn hand_edits(&self, at_most: Option<u32>) -> Result<Option<Vec<WorktreeChange>>, BookError> {
        Ok(self.repo().worktree_changes(&WorktreeScan { below: &self.below(), at_most })?)
    }

    /// The folders and files at the top that belong to the book.
    pub(super) fn below(&self) -> Vec<&str> {
        let kinds = self.policy().kinds.rows().map(|kind| kind.folder.as_str());
        kinds.chain(SOURCE_FOLDERS.into_iter().chain([SHIPPED, FILES, "redress.toml"])).collect()
    }

    /// The bytes of a file in the working tree. `None` if there is no ordinary file; links are not followed.
    pub fn on_disk(&self, path: &str) -> Option<Vec<u8>> {
        self.repo().file_on_disk(path).ok().flatten()
    }

    /// Whether there is anything at a path of the working tree, even a link.
    pub fn lies_on_disk(&self, path: &str) -> bool {
        let inside = !matches!(self.part(path), Part::Other);
        inside && self.repo().top().is_some_and(|top| top.join(path).symlink_metadata().is_ok())
    }

    /// Reads the record at a path of the working tree, as leniently as hand edits are read.
    ///
    /// # Errors
    /// If anything is wrong in it: every problem.
    pub fn read_disk(&self, kind: &Kind, path: &str, bytes: &[u8]) -> Result<Decoded, Vec<Problem>> {
        let decoded = decode(bytes, path, &kind.shape, &yaml::Reader::of_hand_edits());
        decoded.map_err(|problems| self.in_operation(problems))
    }

    /// Lets problems with the marks of a merge name the commands of what git has begun: a merge, a rebase or another.
    fn in_operation(&self, mut problems: Vec<Problem>) -> Vec<Problem> {
        let marks = Label::from(LoadText::MergeMarks);
        if problems.iter().any(|problem| problem.message == marks)
            && let Some((go_on, Some(abort))) = self.repo().ways_out()
        {
            for problem in problems.iter_mut().filter(|problem| problem.message == marks) {
                let path = problem.place.file.clone();
                problem.help = Some(label!(LoadText::MergeMarksIn, path = path, go_on = go_on, abort = abort));
            }
        }
        problems
    }

    /// Rewrites a record's file in canonical form. The last commit must hold the same content. Returns whether the file
    /// still held the bytes `seen`; otherwise nothing is written.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn make_canonical(&self, record: &Record, seen: &[u8]) -> Result<bool, BookError> {
        let Some(kind) = self.policy().kind(&record.kind) else { return Ok(false) };
        let mut record = record.clone();
        // the same instant may be written with the offset of another zone
        if let Some(before) = self.read(&record.id).ok().flatten() {
            for (field, _) in kind.shape.handles() {
                if let Some(value) = before.get(field).filter(|value| record.get(field) == Some(*value)) {
                    record.fields.set(field, value.clone());
                }
            }
            record.history = before.history;
        }
        let bytes = record.write(&kind.shape).into_bytes();
        Ok(self.repo().rewrite_on_disk(&record.id.path(&kind.shape.folder), seen, &bytes)?)
    }

    /// What is wrong with a file in the working tree: it cannot be read, its state does not fit its history, or it
    /// refers to records or people that do not exist.
    pub fn validate(&self, path: &str) -> Vec<Problem> {
        self.validate_all([path], &mut |_| ())
    }

    /// As [`View::validate`] for several files, which are also compared with one another: a unique value may be in
    /// only one of them. `look` gets each record that can be read.
    pub fn validate_all<'p>(
        &self,
        paths: impl IntoIterator<Item = &'p str>,
        look: &mut dyn FnMut(&Record),
    ) -> Vec<Problem> {
        let mut held = Held::default();
        let mut found: Vec<Problem> =
            paths.into_iter().flat_map(|path| self.validate_read(path, None, false, &mut held, look)).collect();
        found.extend(self.held_twice(&held, false));
        found
    }

    /// What is wrong with files that are staged for the next commit of git: records that cannot be read or refer to
    /// nothing, and a rule book that does not load. If one is staged that loads, it is returned, too, with its files.
    ///
    /// # Errors
    /// If git cannot read the staged files.
    pub fn validate_staged(&self, staged: &[Staged]) -> Result<(Vec<Problem>, Option<Rules>), BookError> {
        let (mut held, mut found) = (Held::default(), Vec::new());
        for Staged { path, blob } in staged {
            let (Some(blob), Part::Record(_) | Part::Stray) = (blob, self.part(path)) else { continue };
            let read = Read { bytes: self.repo().blob(*blob)?, decoded: None };
            found.extend(self.validate_read(path, Some(read), false, &mut held, &mut |_| ()));
        }
        found.extend(self.held_twice(&held, false));
        if staged.iter().any(|staged| Sources::is_source(&staged.path)) {
            let mut sources = self.rule_files()?;
            for Staged { path, blob } in staged.iter().filter(|staged| Sources::is_source(&staged.path)) {
                match blob {
                    Some(blob) => sources.insert(path.clone(), self.repo().blob(*blob)?),
                    None => sources.remove(path),
                }
            }
            match Policy::load(&sources, "") {
                Ok(policy) => {
                    found.extend(self.unfit(&policy, &sources)?);
                    return Ok((found, Some((policy, sources))));
                }
                Err(invalid) => found.extend(invalid.0),
            }
        }
        Ok((found, None))
    }

    /// What is wrong with one file; the caller may have read it already. If it is `unchanged` since the last commit,
    /// the comparison with that commit is left out.
    pub(super) fn validate_read(
        &self,
        path: &str,
        read: Option<Read>,
        unchanged: bool,
        held: &mut Held,
        look: &mut dyn FnMut(&Record),
    ) -> Vec<Problem> {
        if path.split('/').next() == Some(FILES) {
            return self.file_on_disk(path);
        }
        let (bytes, decoded) = match read {
            Some(read) => (read.bytes, read.decoded),
            None => match self.repo().file_on_disk(path) {
                Ok(Some(bytes)) => (bytes, None),
                Ok(None) => return vec![Problem::new(Place::of_file(path), StoredText::NoFile)],
                Err(error) => return vec![Problem::new(Place::of_file(path), error.label())],
            },
        };
        match self.part(path) {
            Part::Other | Part::Policy | Part::File(..) => Vec::new(),
            Part::Stray => {
                vec![Problem::new(Place::of_file(path), StoredText::NoId).help(StoredText::NoIdDo)]
            }
            Part::Record(id) => {
                let Some(kind) = self.policy().kind_of(&id) else { return Vec::new() };
                let decoded = match decoded {
                    Some(decoded) => decoded.map_err(|problems| self.in_operation(problems)),
                    None => self.read_disk(kind, path, &bytes),
                };
                // what `commit` takes out of a hand edit is a fault once it was committed with git
                let strict = (unchanged && bytes.starts_with(MARK))
                    .then(|| decode(&bytes, path, &kind.shape, &yaml::Reader::default()).err());
                match strict.flatten().map_or(decoded, Err) {
                    Err(problems) => problems,
                    Ok(decoded) => {
                        let mut found = self.inconsistencies(kind, path, &decoded, unchanged);
                        held.take(kind, path, &decoded.record);
                        look(&decoded.record);
                        found.iter_mut().for_each(|problem| problem.place = placed(&problem.place, &bytes));
                        found
                    }
                }
            }
        }
    }

    fn inconsistencies(&self, kind: &Kind, path: &str, decoded: &Decoded, unchanged: bool) -> Vec<Problem> {
        let record = &decoded.record;
        let place = |key: &str| Place { key: key.into(), ..Place::of_file(path) };
        let mut found = if unchanged { Vec::new() } else { self.overwritten(kind, decoded, &place) };
        let last = entered(&record.history).and_then(|event| event.to.as_deref());
        let said = found.iter().any(|problem| &*problem.place.key == "state");
        if last.is_some_and(|last| last != record.state) && !said {
            let last = last.unwrap_or_default();
            let message = label!(StoredText::StateDiffers, state = record.state, last = last);
            found.push(Problem::new(place("state"), message).help(StoredText::StateDo));
        }
        if let Some(at) = lifecycle::backward(record) {
            found.push(Problem::new(place(&format!("history.{at}.at")), StoredText::EventBackward));
        }
        for (field, value) in record.fields.iter() {
            let field = kind.field(field);
            self.dangling(&field.ty, value, &field.name, &mut |key, message| {
                found.push(Problem::new(place(key), message));
            });
        }
        // A file that cannot be read is reported separately; other questions without an answer are not ignored.
        let mut unanswered = Vec::new();
        let mut told = |Unanswered(why): Unanswered| unanswered.push(Problem::new(place(""), why));
        let disagreeing = lifecycle::disagreeing(self.policy(), record, &self.reading());
        for (same, other, theirs) in disagreeing.map_err(&mut told).unwrap_or_default() {
            let field = &kind.field(same.field).name;
            let words = self.words();
            let there = self.policy().kind(&other.kind);
            let theirs = there.map(|there| words.field(there, &other.fields, theirs)).unwrap_or_default();
            let message = label!(
                RefusalText::NotSame,
                field = field,
                other = other.id;
                ours = words.field(kind, &record.fields, same.field),
                theirs = theirs
            );
            found.push(Problem::new(place(field), message).help(label!(RefusalText::RuleAt, place = same.place)));
        }
        let misplaced = lifecycle::misplaced(self.policy(), record, &self.reading(), self.now());
        for wrong in misplaced.map_err(&mut told).unwrap_or_default() {
            let refusal = &wrong.refusal;
            let help = Label::each(|lang| refusal.help(lang, self.policy()).unwrap_or_default());
            let message = Label::each(|lang| refusal.message(lang, self.policy()));
            found.push(Problem::new(place(&wrong.key), message).help(help));
        }
        found.extend(unanswered);
        found.extend(self.files_on_disk(path, record));
        found
    }

    /// Changes since the last commit that only steps may make, and missing required values.
    fn overwritten(&self, kind: &Kind, decoded: &Decoded, place: &dyn Fn(&str) -> Place) -> Vec<Problem> {
        let record = &decoded.record;
        let tip = match self.read(&record.id) {
            Ok(Some(tip)) => tip,
            Ok(None) => return decoded.strange(None),
            // an unreadable file is just being repaired
            Err(BookError::Unreadable { .. }) => {
                return decoded.strange(self.last_readable(&record.id).ok().flatten().as_ref());
            }
            Err(error) => return vec![Problem::new(place(""), error.label())],
        };
        let by_hand = [
            ("state", tip.state == record.state),
            ("rules", tip.rules == record.rules),
            ("history", tip.history == record.history && tip.overruled == record.overruled),
        ];
        let by_hand = by_hand.into_iter().filter(|(_, same)| !same).map(|(what, _)| {
            let message = label!(RefusalText::Untouchable, what = what, id = record.id);
            let instead = if what == "state" { steps_on(kind, &tip) } else { None };
            Problem::new(place(what), message).help(RefusalText::UntouchableHelp).help_if(instead)
        });
        let required = kind.shape.handles().filter(|(_, field)| field.required && !field.retired);
        let lacking = required.filter(|(handle, _)| tip.get(*handle).is_some() && record.get(*handle).is_none());
        let lacking = lacking.map(|(_, field)| {
            let called = &kind.shape.label;
            Problem::new(place(&field.name), label!(RefusalText::Required, fields = field.name; kind = called))
        });
        let lines = lifecycle::lacking_lines(kind, &tip.fields, &record.fields).into_iter().map(|(key, refusal)| {
            let help = Label::each(|lang| refusal.help(lang, self.policy()).unwrap_or_default());
            Problem::new(place(&key), Label::each(|lang| refusal.message(lang, self.policy()))).help(help)
        });
        by_hand.chain(lacking).chain(lines).chain(decoded.strange(Some(&tip))).collect()
    }

    /// Changes in a record's file that only steps may make, but that were made by hand.
    pub fn changed_by_hand(&self, kind: &Kind, path: &str, decoded: &Decoded, bytes: &[u8]) -> Vec<Problem> {
        let place = |key: &str| placed(&Place { key: key.into(), ..Place::of_file(path) }, bytes);
        self.overwritten(kind, decoded, &place)
    }

    fn dangling(&self, ty: &Type, value: &Value, key: &str, say: &mut dyn FnMut(&str, Label)) {
        match (ty, value) {
            (Type::List(element), Value::List(values)) => {
                for (i, value) in values.iter().enumerate() {
                    self.dangling(element, value, &format!("{key}.{i}"), say);
                }
            }
            (Type::Group(shape), Value::Group(fields)) => {
                for (id, value) in fields.iter() {
                    let field = shape.field(id);
                    self.dangling(&field.ty, value, &format!("{key}.{}", field.name), say);
                }
            }
            (Type::Ref(kinds), Value::Ref(id)) => match self.kind_of_named(id) {
                // A file that cannot be read is reported separately.
                Err(BookError::Unreadable { .. }) => {}
                Err(error) => say(key, error.label()),
                Ok(None) => say(key, label!(StoredText::NoRecord, id = id)),
                Ok(Some(kind)) if !kinds.is_empty() && kinds.iter().all(|known| **known != *kind) => {
                    let wanted = kinds.join(" / ");
                    say(key, label!(StoredText::OtherKind, id = id, kind = kind, wanted = wanted));
                }
                Ok(Some(_)) => {}
            },
            (Type::Person, Value::Text(person)) if !person.parse().is_ok_and(|id| self.people().get(&id).is_some()) => {
                say(key, label!(StoredText::NoPerson, id = person));
            }
            _ => {}
        }
    }

    /// Every record file in the working tree, by path.
    pub fn record_files(&self) -> Vec<String> {
        let Some(top) = self.repo().top() else { return Vec::new() };
        let folders = self.policy().kinds.rows().map(|kind| top.join(&kind.folder));
        let mut found: Vec<String> = folders.flat_map(|folder| files_below(top, &folder)).collect();
        found.sort();
        found
    }

    /// The rule book in the working tree. Everything that records of the last commit use must still be in it.
    ///
    /// # Errors
    /// If anything is wrong in it: every problem.
    pub fn policy_on_disk(&self) -> Result<Policy, Vec<Problem>> {
        self.rules_on_disk().map(|(policy, _)| policy)
    }

    /// As [`View::policy_on_disk`], with the files that it was read from.
    ///
    /// # Errors
    /// If anything is wrong in it: every problem.
    pub fn rules_on_disk(&self) -> Result<Rules, Vec<Problem>> {
        let unread = |error: RepoError| {
            let path = match (&error, self.repo().top()) {
                (RepoError::Io { path, .. }, Some(top)) => path.strip_prefix(top).unwrap_or(path).display().to_string(),
                (RepoError::NotAFile { path, .. }, _) => path.clone(),
                _ => "policy".to_owned(),
            };
            vec![Problem::new(Place::of_file(path), error.label()).help_if(error.hint())]
        };
        let top = self.repo().top().ok_or_else(|| RepoError::Bare { dir: self.repo().git_dir().to_owned() });
        let sources = top.and_then(sources::on_disk).map_err(unread)?;
        let policy = Policy::load(&sources, "").map_err(|invalid| self.in_operation(invalid.0))?;
        let unread = |error: BookError| vec![Problem::new(Place::of_file("policy"), error.label())];
        let problems = self.unfit(&policy, &sources).map_err(unread)?;
        if problems.is_empty() { Ok((policy, sources)) } else { Err(problems) }
    }

    /// The blob at a path of the commit; `None` if there is none.
    ///
    /// # Errors
    /// If the commit cannot be read.
    pub fn blob_at(&self, path: &str) -> Result<Option<Oid>, BookError> {
        Ok(self.repo().entry(self.commit(), path)?.map(|entry| entry.blob))
    }
}

/// A file of the working tree that was read in advance.
pub(super) struct Read {
    bytes: Vec<u8>,
    /// The record. `None` if the path is not that of a record.
    decoded: Option<Result<Decoded, Vec<Problem>>>,
}

impl Read {
    /// Reads the file at a path below a kind's folder. `None` if it is not an ordinary file or cannot be read.
    pub(super) fn of(top: &Path, policy: &Policy, path: &str) -> Option<Read> {
        let file = top.join(path);
        if !file.symlink_metadata().is_ok_and(|meta| meta.is_file()) {
            return None;
        }
        let bytes = read_beginning(&file).ok()?;
        let kind = Id::of_path(path).and_then(|(_, id)| policy.kind_of(&id));
        let own = kind.filter(|kind| path.split('/').next() == Some(kind.shape.folder.as_str()));
        let decoded = own.map(|kind| decode(&bytes, path, &kind.shape, &yaml::Reader::of_hand_edits()));
        Some(Read { bytes, decoded })
    }

    /// Whether the file has the content of this blob.
    pub(super) fn holds(&self, blob: Oid) -> bool {
        Expect::bytes_on_disk(&self.bytes).is_ok_and(|held| held == Expect::OnDisk(Some(blob)))
    }
}

/// The steps that lead from the state of a record.
fn steps_on(kind: &Kind, tip: &Record) -> Option<Label> {
    let steps: Vec<&Step> = kind.steps_from(&tip.state).filter(|step| !matches!(step.to, Target::Stay)).collect();
    let named = |lang: Lang| {
        let names = steps.iter().map(|step| match step.label.get(lang) == step.name {
            true => step.name.clone(),
            false => format!("{} ({})", step.name, step.label.get(lang)),
        });
        names.collect::<Vec<_>>().join(", ")
    };
    let state = kind.shape.state(&tip.state).map(|state| &state.label)?;
    let first = &steps.first()?.name;
    Some(label!(RefusalText::StateByHand, id = tip.id, first = first; state = state, steps = Label::each(named)))
}

/// The place of a key in a record's file. If the key is missing, it is the place of the list or group around it, or
/// of the record's kind.
pub(super) fn placed(place: &Place, bytes: &[u8]) -> Place {
    let Ok(document) = yaml::Reader::of_hand_edits().read(bytes) else { return place.clone() };
    let mut node = &document.root;
    let mut span = node.as_map().map(whose).unwrap_or_default();
    for step in place.key.split('.') {
        let next = match step.parse::<usize>() {
            Ok(i) => node.as_list().and_then(|items| items.get(i)),
            Err(_) => node.get(step),
        };
        let Some(next) = next else { break };
        node = next;
        span = node.span.clone();
    }
    document.place(place.file.clone(), span, place.key.clone())
}

/// The ordinary files below a folder, as paths from the top. Links are not followed.
pub(super) fn files_below(top: &Path, folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    // Everything except folders is listed, so that a link in place of a file is found, but not followed.
    let files = entries.filter(|entry| !entry.file_type().is_dir());
    let path = |entry: walkdir::DirEntry| Some(entry.path().strip_prefix(top).ok()?.to_str()?.replace('\\', "/"));
    files.filter_map(path).collect()
}
