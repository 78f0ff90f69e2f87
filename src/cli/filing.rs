//! Files that a command gets for a record. They are read within limits, named with their digest, and put beside the
//! record by the change that names them. On the command line `FIELD=@PATH` gives a file to a field of type file. No
//! other value is read as a path.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::input;
use crate::book::repo::Expect;
use crate::book::{View, Writing};
use crate::entry::{Assignment, Op};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::AttachText as Text;
use crate::record::{Field, FieldId, Fields, FileRef, Id, Type, Value};

/// The sign before the path of a file.
const SIGN: char = '@';

/// A file as it was given.
pub struct Taken {
    /// The reference that the record gets.
    pub file: FileRef,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The path that it was read from.
    from: PathBuf,
}

impl Taken {
    /// The file of the record, or of those that are being added, with the same content.
    ///
    /// # Errors
    /// If another file has the name: an attached file is never replaced.
    pub fn there(&self, id: Option<&Id>, fields: &Fields, added: &[Value]) -> Result<Option<FileRef>, Failure> {
        let added = added.iter().filter_map(|value| if let Value::File(file) = value { Some(file) } else { None });
        let filed: Vec<&FileRef> = fields.files().into_iter().chain(added).collect();
        if let Some(there) = filed.iter().find(|file| file.digest == self.file.digest) {
            return Ok(Some((*there).clone()));
        }
        let Some(other) = filed.iter().find(|file| file.clashes(&self.file)) else { return Ok(None) };
        let message = match id {
            Some(id) => label!(Text::NameTaken, id = id, name = other.name),
            None => label!(Text::NameTwice, name = other.name),
        };
        Err(Failure::refused("name-taken", message).hint(Text::NameTakenHint))
    }

    /// Puts the file beside a record, in the operation that is being written.
    ///
    /// # Errors
    /// If the file in its place cannot be read.
    pub fn put(&self, writing: &mut Writing<'_>, id: &Id) -> Result<(), Failure> {
        let path = self.file.path(id);
        let expect = match lies_there(writing.view, &path, &self.from) {
            true => Expect::bytes_on_disk(&self.bytes)?,
            false => Expect::Absent,
        };
        writing.file(path, self.bytes.clone(), expect);
        Ok(())
    }
}

/// The files in the assignments of a command.
#[derive(Default)]
pub struct Filing {
    given: Vec<(FieldId, Op, Taken)>,
}

impl Filing {
    /// Takes the assignments `FIELD=@PATH` out of these and reads the files.
    ///
    /// # Errors
    /// If a file is refused, or its field has another value too.
    pub fn take(kind: &Kind, assignments: &mut Vec<Assignment>, limit: u64) -> Result<Self, Failure> {
        let mut filing = Filing::default();
        let (files, others) = assignments.drain(..).partition(|assignment| path(kind, assignment).is_some());
        *assignments = others;
        for assignment in &files {
            let Some((field, given)) = path(kind, assignment) else { continue };
            let declared = kind.field(field);
            let list = matches!(declared.ty, Type::List(_));
            let again = filing.given.iter().any(|(other, ..)| *other == field);
            if assignment.op == Op::Remove || !list && (again || assignment.op == Op::Add) {
                let message = label!(Text::HoldsOne, field = declared.name);
                let failure = if list { label!(Text::RemovesPath, field = declared.name) } else { message };
                return Err(Failure::usage("no-file", failure));
            }
            filing.given.push((field, assignment.op, take(Path::new(given), None, limit)?));
        }
        Ok(filing)
    }

    /// The fields with the files, and the files to put beside the record. A record without an id does not exist yet.
    ///
    /// # Errors
    /// If a file has the name of another one.
    pub fn apply(
        &self,
        kind: &Kind,
        id: Option<&Id>,
        before: &Fields,
        fields: &mut Fields,
    ) -> Result<Vec<&Taken>, Failure> {
        let mut new: Vec<&Taken> = Vec::new();
        let mut named: Vec<Value> = Vec::new();
        let mut set: Vec<FieldId> = Vec::new();
        for (field, op, taken) in &self.given {
            let file = match taken.there(id, before, &named)? {
                Some(there) => there,
                None => {
                    new.push(taken);
                    taken.file.clone()
                }
            };
            let value = Value::File(file);
            named.push(value.clone());
            if !matches!(kind.field(*field).ty, Type::List(_)) {
                fields.set(*field, value);
                continue;
            }
            // `FIELD=` twice makes a list of two; the first one replaces the old value.
            let replaces = *op == Op::Set && !set.contains(field);
            set.push(*field);
            let kept = fields.get(*field).filter(|_| !replaces).map(|value| value.elements().to_vec());
            let mut values = kept.unwrap_or_default();
            if !values.contains(&value) {
                values.push(value);
            }
            fields.set(*field, Value::List(values));
        }
        Ok(new)
    }
}

/// The field and the path of an assignment that gives a file.
pub fn path<'a>(kind: &Kind, assignment: &'a Assignment) -> Option<(FieldId, &'a str)> {
    let [name] = assignment.path.as_slice() else { return None };
    let (id, field) = kind.shape.find(name)?;
    let path = assignment.value.strip_prefix(SIGN).filter(|path| !path.is_empty())?;
    is_for_files(field).then_some((id, path))
}

/// Whether a field names files.
pub fn is_for_files(field: &Field) -> bool {
    matches!(field.ty.element(), Type::File) && !field.retired
}

/// Reads a file that is given. It must be an ordinary file, with a name that every system can hold, and no larger
/// than `limit` bytes.
///
/// # Errors
/// If it is refused, with the reason.
pub fn take(path: &Path, called: Option<&str>, limit: u64) -> Result<Taken, Failure> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| input::unreadable(path, &error);
    let ordinary = |meta: Metadata| match () {
        () if meta.is_symlink() => Err(Failure::refused("link", label!(Text::Link, file = shown)).hint(Text::LinkHint)),
        () if meta.is_dir() => {
            Err(Failure::refused("folder", label!(Text::Folder, file = shown)).hint(Text::FolderHint))
        }
        () if !meta.is_file() => Err(Failure::refused("no-file", label!(Text::NotAFile, file = shown))),
        () => Ok(()),
    };
    ordinary(std::fs::symlink_metadata(path).map_err(unreadable)?)?;
    let name = match called {
        Some(name) => name.to_owned(),
        None => match path.file_name().map(|name| name.to_str()) {
            Some(None) => {
                let message = label!(Text::NameNotUtf8, file = shown);
                return Err(Failure::refused("bad-name", message).hint(Text::NameNotUtf8Hint));
            }
            name => name.flatten().unwrap_or_default().to_owned(),
        },
    };
    let file = File::open(path).map_err(unreadable)?;
    // The file may have been exchanged since it was looked at.
    ordinary(file.metadata().map_err(unreadable)?)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        let megabytes = limit / 1_000_000;
        let message = label!(Text::TooLarge, file = shown, megabytes = megabytes);
        return Err(Failure::refused("too-large", message).hint(Text::TooLargeHint));
    }
    let file = FileRef::of(&name, &bytes).ok_or_else(|| {
        let hint = label!(Text::BadNameHint, most = FileRef::MAX_NAME);
        Failure::refused("bad-name", label!(Text::BadName, name = name)).hint(hint)
    })?;
    Ok(Taken { file, bytes, from: path.to_owned() })
}

/// Whether the file lies in its place already.
fn lies_there(view: &View<'_>, path: &str, from: &Path) -> bool {
    let place = view.repo().top().map(|top| top.join(path));
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    place.and_then(|place| real(&place)).is_some_and(|place| real(from) == Some(place))
}
