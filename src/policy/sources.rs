//! The files from which a policy is loaded, of a commit or of the disk.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bounds::{CALENDAR_BYTES, MEGABYTE, RULE_BYTES, RULE_FILE_BYTES, RULE_FILES};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::{Place, Problem, Problems};

use super::{
    Acting, Authority, CALENDAR, Callbacks, Control, Deductions, Departments, Forms, Grades, Notices, Recording,
    Recurring, Reporting, Roles, Settings, Sharing, Signs,
};

/// The files of a rule book, from the top of the book, besides those of [`FOLDERS`].
pub const FILES: [&str; 16] = [
    Acting::FILE,
    Authority::FILE,
    CALENDAR,
    Callbacks::FILE,
    Control::FILE,
    Deductions::FILE,
    Departments::FILE,
    Forms::FILE,
    Grades::FILE,
    Notices::FILE,
    Recording::FILE,
    Recurring::FILE,
    Reporting::FILE,
    Roles::FILE,
    Sharing::FILE,
    Signs::FILE,
];

/// The folders of a rule book, from the top of the book, and the ending of the files in each.
pub const FOLDERS: [(&str, &str); 4] =
    [("policy/kinds/", ".toml"), (Forms::FOLDER, ".html"), ("reports/", ".toml"), ("calendar/", ".ics")];

/// The top folders of a book with its rules, calendars, forms and reports. Only `policy` judges records, so a new
/// form or report does not make new rules.
pub const SOURCE_FOLDERS: [&str; 4] = ["policy", "calendar", "forms", "reports"];

/// Where older books have files that have moved since, and today's place: whole files, and folders with a `/` at the
/// end.
const MOVED: [(&str, &str); 2] = [("policy/forms.toml", Forms::FILE), ("policy/forms/", Forms::FOLDER)];

/// The longest name of a file in a user's own rule book.
const LONGEST_NAME: usize = 100;

/// The bytes of files by path from the top of the book: `redress.toml`, and everything in [`SOURCE_FOLDERS`].
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: BTreeMap<String, Arc<[u8]>>,
    /// The sizes of files that were not read, because they are too large for a rule book.
    large: BTreeMap<String, u64>,
}

impl Sources {
    /// No file yet.
    pub fn new() -> Self {
        Sources::default()
    }

    /// Adds a file.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Arc<[u8]>>) {
        self.files.insert(path.into(), bytes.into());
    }

    /// Notes a file that is too large to be read, with its size in bytes.
    pub fn leave_out(&mut self, path: impl Into<String>, size: u64) {
        self.large.insert(path.into(), size);
    }

    /// The most bytes of a file with this path.
    pub fn most(path: &str) -> u64 {
        if path.ends_with(".ics") { CALENDAR_BYTES as u64 } else { RULE_FILE_BYTES }
    }

    /// Notes what is beyond the bounds of a rule book. Returns whether it is within them.
    pub(super) fn within_bounds(&self, problems: &Problems) -> bool {
        let say = |path: &str, message: Label| {
            problems.push(Problem::new(Place::of_file(path), message).help(LoadText::BoundHelp));
        };
        let own = self.files.iter().filter(|(path, _)| Sources::is_source(path));
        let (count, size) = own.fold((0, 0), |(count, size), (_, bytes)| (count + 1, size + bytes.len() as u64));
        if count > RULE_FILES {
            say("policy", label!(LoadText::TooManyFiles, count = count, limit = RULE_FILES));
        }
        if size > RULE_BYTES {
            say("policy", label!(LoadText::TooLargeTogether, size = size, limit = RULE_BYTES / MEGABYTE));
        }
        for (path, size) in &self.large {
            say(path, label!(LoadText::FileTooLarge, size = size, limit = Sources::most(path) / MEGABYTE));
        }
        count <= RULE_FILES && size <= RULE_BYTES && self.large.is_empty()
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(AsRef::as_ref)
    }

    /// The text of a file. If it is not UTF-8, a problem is noted and the file counts as missing.
    pub fn text(&self, path: &str, problems: &Problems) -> Option<&str> {
        let bytes = self.bytes(path)?;
        let wrong = |error: std::str::Utf8Error| {
            let message = label!(LoadText::NotUtf8, byte = error.valid_up_to());
            problems.push(Problem::new(Place::of_file(path), message).help(LoadText::SaveUtf8));
        };
        std::str::from_utf8(bytes).map_err(wrong).ok()
    }

    /// Every file with its path, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_ref()))
    }

    /// The files of a folder with their paths, sorted.
    pub fn under<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = (&'s str, &'s [u8])> {
        self.files
            .range(folder.to_owned()..)
            .take_while(move |(path, _)| path.starts_with(folder))
            .map(|(p, b)| (p.as_str(), b.as_ref()))
    }

    /// Whether a rule book can have a file with this path: one of [`FILES`], or an ordinary name in one of
    /// [`FOLDERS`].
    pub fn is_known(path: &str) -> bool {
        let ordinary = |name: &str| {
            let sign = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
            name.len() <= LONGEST_NAME && !name.starts_with(['.', '-']) && name.chars().all(sign)
        };
        let within = |(folder, ending): &(&str, &str)| {
            let name = path.strip_prefix(folder);
            name.is_some_and(|name| name.len() > ending.len() && name.ends_with(ending) && ordinary(name))
        };
        FILES.contains(&path) || FOLDERS.iter().any(within)
    }

    /// Today's place of a file of an older book; `None` if it has not moved.
    pub fn moved(path: &str) -> Option<String> {
        MOVED.iter().find_map(|(old, new)| match path.strip_prefix(old)? {
            "" => Some((*new).to_owned()),
            name => old.ends_with('/').then(|| format!("{new}{name}")),
        })
    }

    /// Whether a path belongs to the sources of a policy.
    pub fn is_source(path: &str) -> bool {
        path == Settings::FILE || path.split_once('/').is_some_and(|(folder, _)| SOURCE_FOLDERS.contains(&folder))
    }
}

impl<P: Into<String>, B: Into<Arc<[u8]>>> FromIterator<(P, B)> for Sources {
    fn from_iter<T: IntoIterator<Item = (P, B)>>(files: T) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect();
        Sources { files, large: BTreeMap::new() }
    }
}
