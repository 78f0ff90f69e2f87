//! Keeps files beside records consistent with the records, in every write and in the working tree.
//!
//! A file has the path `files/ID/NAME`, and a field of type `file` refers to it with its SHA-256. `Book::write` keeps
//! both consistent, whatever the command. A file that a record newly refers to must be written in the same operation.
//! A file that it no longer refers to is removed with it. An attached file is never replaced, so a name always means
//! the same content. The audit compares digests in each commit.

use std::collections::BTreeSet;

use super::disk::Part;
use super::index::Selection;
use super::repo::{Expect, HistoryRange, Oid, Repo, Transaction, quoted};
use super::{BookError, View};
use crate::label;
use crate::lifecycle::Change;
use crate::locale::Label;
use crate::locale::messages::StoredText;
use crate::place::{Place, Problem};
use crate::record::{FILES, FieldId, Fields, FileRef, Id, Record, Type, Value};

/// A file that an operation writes or removes beside records: its path, its new content, and what is expected there.
pub(super) type Beside = (String, Option<Vec<u8>>, Expect);

/// Removes the files to which a record no longer refers. New ones must be among `given`.
///
/// # Errors
/// [`BookError::NotFiled`], [`BookError::FilesClash`].
pub(super) fn keep_in_step(
    change: &Change,
    given: &[Beside],
    repo: &Repo,
    tip: Oid,
    transaction: &mut Transaction<'_>,
) -> Result<(), BookError> {
    let id = change.id();
    let after = change.after().fields.files();
    let before = change.before().map(|record| record.fields.files()).unwrap_or_default();
    if after == before {
        return Ok(());
    }
    if let Some((one, other)) = clash(&after) {
        return Err(BookError::FilesClash { path: one.path(id), other: other.path(id) });
    }
    for file in after.iter().filter(|file| !before.contains(file)) {
        let path = file.path(id);
        let filed = given.iter().any(|(at, bytes, _)| {
            *at == path && bytes.as_ref().is_some_and(|bytes| FileRef::digest(bytes) == file.digest)
        });
        if !filed {
            return Err(BookError::NotFiled { path });
        }
    }
    for file in before.iter().filter(|old| after.iter().all(|new| new.name != old.name)) {
        let path = file.path(id);
        if given.iter().all(|(at, _, _)| *at != path)
            && let Some(entry) = repo.entry(tip, &path)?
        {
            transaction.remove(&path, Expect::Same(entry.blob))?;
        }
    }
    Ok(())
}

/// Two files of a record that some file system cannot tell apart.
pub(super) fn clash<'f>(files: &[&'f FileRef]) -> Option<(&'f FileRef, &'f FileRef)> {
    let pair = |(at, one): (usize, &&'f FileRef)| Some((*one, *files[..at].iter().find(|other| one.clashes(other))?));
    files.iter().enumerate().find_map(pair)
}

/// Whether values of a type name files.
fn names_files(ty: &Type) -> bool {
    match ty.element() {
        Type::File => true,
        Type::Group(shape) => shape.fields().iter().any(|field| names_files(&field.ty)),
        _ => false,
    }
}

/// The record and the file name in the path of a file beside a record.
pub(super) fn owner(path: &str) -> Option<(Id, &str)> {
    let (id, name) = path.strip_prefix(FILES)?.strip_prefix('/')?.split_once('/')?;
    Some((id.parse().ok()?, name)).filter(|_| !name.contains('/'))
}

impl View<'_> {
    /// What is wrong with the files that a record refers to, in the working tree.
    pub(super) fn files_on_disk(&self, path: &str, record: &Record) -> Vec<Problem> {
        let files = record.fields.files();
        let kind = self.policy().kind(&record.kind);
        // the field that refers to the file
        let key = |file: &FileRef| {
            let names = |(field, value): &(FieldId, &Value)| {
                let mut alone = Fields::new();
                alone.set(*field, (*value).clone());
                alone.files().contains(&file)
            };
            let field = record.fields.iter().find(names).map(|(field, _)| field);
            kind.zip(field).map_or(file.name.clone(), |(kind, field)| kind.field(field).name.clone())
        };
        let place = |file: &FileRef| Place { key: key(file).into(), ..Place::of_file(path) };
        // where the file stands in its list
        let row = |file: &FileRef| {
            let lists = record.fields.iter().map(|(_, value)| value.elements());
            lists.filter_map(|all| all.iter().position(|one| *one == Value::File(file.clone()))).next().unwrap_or(0)
        };
        let mut found = Vec::new();
        if let Some((one, other)) = clash(&files) {
            let message = label!(StoredText::FilesClash, one = other.name, other = one.name);
            found.push(Problem::new(place(one), message).help(label!(
                StoredText::AttachRenamed,
                id = record.id,
                field = key(one),
                row = row(one)
            )));
        }
        for file in files {
            let beside = file.path(&record.id);
            let digest = self.digest_on_disk(&beside);
            if digest.as_ref() != Some(&file.digest) {
                found.push(self.lost(place(file), &beside, file, digest.is_some()));
            }
        }
        found
    }

    /// The problem of a file that a record refers to but that has changed, or is missing.
    fn lost(&self, place: Place, path: &str, file: &FileRef, other: bool) -> Problem {
        let message = match other {
            true => label!(StoredText::FileOther, path = path),
            false => label!(StoredText::FileMissing, path = path),
        };
        let shown = quoted(path);
        let help = match self.last_with(path, file) {
            Some(commit) if commit == self.commit() => label!(StoredText::Restore, path = shown),
            Some(commit) => label!(StoredText::RestoreFrom, commit = commit, path = shown),
            None => StoredText::RestoreNowhere.into(),
        };
        Problem::new(place, message).help(help)
    }

    /// The last commit in which a file beside a record has the content that the record says.
    fn last_with(&self, path: &str, file: &FileRef) -> Option<Oid> {
        let repo = self.repo();
        let holds = |commit: &Oid| {
            let entry = repo.entry(*commit, path).ok()??;
            Some(FileRef::digest(&repo.blob(entry.blob).ok()?) == file.digest)
        };
        if holds(&self.commit()) == Some(true) {
            return Some(self.commit());
        }
        let range = HistoryRange { path: Some(path.to_owned()), ..HistoryRange::default() };
        let touching = repo.history(self.commit(), &range).ok()?;
        touching.filter_map(Result::ok).map(|commit| commit.id).find(|id| holds(id) == Some(true))
    }

    /// The files that a record refers to and the working tree lacks or has otherwise.
    ///
    /// # Errors
    /// If the records cannot be read.
    pub fn files_lost(&self) -> Result<Vec<Problem>, BookError> {
        let filed: BTreeSet<String> =
            self.repo().list(self.commit(), FILES)?.into_iter().map(|file| file.path).collect();
        let mut found = Vec::new();
        for kind in self.policy().kinds.values() {
            if !kind.shape.fields().iter().any(|field| names_files(&field.ty)) {
                continue;
            }
            for record in self.index()?.select(&Selection::of(kind.name()))? {
                let lost = record.fields.files().into_iter().filter(|file| !filed.contains(&file.path(&record.id)));
                let lost = lost.map(|file| (file.path(&record.id), file));
                // one that lies in the working tree only waits for its commit
                let lost = lost.filter(|(path, file)| self.digest_on_disk(path).as_ref() != Some(&file.digest));
                found.extend(lost.map(|(path, file)| self.lost(Place::of_file(path.as_str()), &path, file, false)));
            }
        }
        Ok(found)
    }

    /// What is wrong if a file that a record refers to is not there any more.
    pub fn file_lost(&self, id: &Id, file: &FileRef) -> Option<Problem> {
        let path = file.path(id);
        let there = self.digest_on_disk(&path);
        let lost = there.as_ref() != Some(&file.digest);
        lost.then(|| self.lost(Place::of_file(path.as_str()), &path, file, there.is_some()))
    }

    /// What is wrong with one file beside a record, comparing both in the working tree.
    pub(super) fn file_on_disk(&self, path: &str) -> Vec<Problem> {
        let stray = |message: Label| vec![Problem::new(Place::of_file(path), message).help(StoredText::Attach)];
        let Some((id, name)) = owner(path) else { return stray(StoredText::NoRecordsFile.into()) };
        let record = self.record_on_disk(&id);
        let files = record.as_ref().map(Record::files).unwrap_or_default();
        match (files.into_iter().find(|file| file.name == name), self.digest_on_disk(path)) {
            (None, None) => Vec::new(),
            (None, Some(_)) => stray(label!(StoredText::FileNotNamed, id = id)),
            (Some(file), Some(digest)) if digest == file.digest => Vec::new(),
            (Some(file), lying) => vec![self.lost(Place::of_file(path), path, file, lying.is_some())],
        }
    }

    /// The files below `files/` to which no record refers, comparing both in the working tree.
    pub fn stray_files(&self) -> Vec<Problem> {
        let Some(top) = self.repo().top() else { return Vec::new() };
        let all = super::disk::files_below(top, &top.join(FILES));
        let mut read: Option<(Id, Vec<String>)> = None;
        let named = |id: &Id, name: &str, read: &mut Option<(Id, Vec<String>)>| {
            if read.as_ref().is_none_or(|(of, _)| of != id) {
                let record = self.record_on_disk(id);
                let names = record.map(|record| record.files().iter().map(|file| file.name.clone()).collect());
                *read = Some((id.clone(), names.unwrap_or_default()));
            }
            read.as_ref().is_some_and(|(_, names)| names.iter().any(|known| known == name))
        };
        let strays = all.into_iter().filter(|path| owner(path).is_none_or(|(id, name)| !named(&id, name, &mut read)));
        strays.collect::<Vec<_>>().iter().flat_map(|path| self.file_on_disk(path)).collect()
    }

    /// A record in the working tree. `None` if it cannot be read.
    fn record_on_disk(&self, id: &Id) -> Option<Record> {
        let kind = self.policy().kind_of(id)?;
        let path = self.path(id)?;
        Some(self.read_disk(kind, &path, &self.on_disk(&path)?).ok()?.record)
    }

    /// The digest of an ordinary file in the working tree.
    fn digest_on_disk(&self, path: &str) -> Option<String> {
        let path = self.repo().top()?.join(path);
        if !std::fs::symlink_metadata(&path).ok()?.is_file() {
            return None;
        }
        FileRef::digest_of(std::fs::File::open(&path).ok()?).ok()
    }

    /// What a path below `files/` is.
    pub(super) fn part_of_files(path: &str) -> Part {
        owner(path).map_or(Part::Stray, |(id, name)| Part::File(id, name.to_owned()))
    }
}
