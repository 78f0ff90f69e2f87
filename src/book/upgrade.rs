//! Upgrades the rule book of a book to that of this program. It is a three-way merge, file by file, of the preset
//! with which the book began, the preset that this program ships, and the book's own files. Showing and writing the
//! result is not done here.
//!
//! The files with which a book began are those of its founding commit. An upgrade stores the shipped files of its
//! program in the folder `preset/`, so that the next upgrade starts from them; nothing else reads that folder. The
//! merge is git's, line by line. The result is loaded and checked against the records before it is committed. If it
//! has conflicts or does not load, the files are left in the working tree, uncommitted, and the book stays as it was.

use std::collections::{BTreeMap, BTreeSet};

use super::found::SETTINGS;
use super::repo::{BookPath, HistoryRange, Oid, Repo, RepoError, Sides, merge_text};
use super::{BookError, View, sources};
use crate::locale::messages::RepoText;
use crate::policy::preset::{Choices, OverlayError, Preset, PresetPart, layouts_of};
use crate::policy::{CALENDAR, FORMAT, Reporting, Sources};

/// The folder of the shipped files of the last upgrade.
pub(super) const SHIPPED: &str = "preset";

/// The names at conflict markers: the book's own text, the text with which it began, the shipped text.
const SIDES: [&str; 3] = ["this book", "the preset it began with", "the new preset"];

/// The result of merging a rule book with the shipped one.
#[derive(Debug)]
pub struct Upgrade {
    /// The preset with which the book began, as this program ships it.
    pub preset: &'static Preset,
    /// The parts that the book uses in addition, as this program ships them.
    pub parts: Vec<&'static PresetPart>,
    /// The files of the rule book that change, or that need a remark, by path.
    pub files: Vec<UpgradedFile>,
    /// The shipped files to be stored for the next upgrade; `None` removes a file.
    pub shipped: Vec<(String, Option<Vec<u8>>)>,
}

/// The effect of an upgrade on a file of the rule book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpgradedFile {
    /// Its path from the top of the book, after the upgrade.
    pub path: String,
    /// Its path before, if the upgrade moves it.
    pub from: Option<String>,
    /// What is done.
    pub change: Upgraded,
    /// Its bytes in the book; `None` if it does not exist.
    pub before: Option<Vec<u8>>,
    /// Its bytes after the upgrade; `None` if it is removed.
    pub after: Option<Vec<u8>>,
}

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgraded {
    /// The preset has added it.
    Added,
    /// The book has not changed it, so the shipped text replaces it.
    Replaced,
    /// The book has changed it too: the text has both changes.
    Merged,
    /// Both have changed the same lines; these are between conflict markers.
    Conflict,
    /// It is moved, and its text stays the same.
    Moved,
    /// The preset no longer has it, and the book has not changed it.
    Removed,
    /// The preset no longer has it, but the book has changed it and keeps it.
    Kept,
    /// The preset has changed it, but the book has removed it and does not get it back.
    StaysAway,
}

impl Upgraded {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Upgraded::Added => "added",
            Upgraded::Replaced => "replaced",
            Upgraded::Merged => "merged",
            Upgraded::Conflict => "conflict",
            Upgraded::Moved => "moved",
            Upgraded::Removed => "removed",
            Upgraded::Kept => "kept",
            Upgraded::StaysAway => "stays-away",
        }
    }
}

/// Why a rule book cannot be upgraded.
#[derive(Debug, thiserror::Error)]
pub enum UpgradeError {
    /// The book began with its own rules (`init --policy`).
    #[error("the book began with rules of its own")]
    OwnRules,
    /// This program ships no preset with the name of the book's preset.
    #[error("this program has no preset {0}")]
    NoPreset(String),
    /// This program ships no part with the name of one of the book's parts.
    #[error("this program has no part {0}")]
    NoPart(String),
    /// History is cut off (`git clone --depth`), so it is not known with which files the book began.
    #[error("the founding commit is not here")]
    CutOff,
    /// The overlays of a shipped preset do not fit together; a test makes sure that this never happens.
    #[error(transparent)]
    Preset(#[from] OverlayError),
    /// Git or the disk.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl From<RepoError> for UpgradeError {
    fn from(error: RepoError) -> Self {
        UpgradeError::Book(error.into())
    }
}

type Files = BTreeMap<String, Vec<u8>>;

impl View<'_> {
    /// Writes the upgraded files to the working tree, uncommitted, so that a person can repair them.
    ///
    /// # Errors
    /// If a file was changed in the meantime, and every failure of the disk.
    pub fn leave_on_disk(&self, upgrade: &Upgrade) -> Result<(), BookError> {
        for (path, bytes) in upgrade.writes() {
            let seen = self.repo().file_on_disk(path)?;
            if !self.repo().lay_on_disk(path, seen.as_deref(), bytes)? {
                return Err(RepoError::HandEdits { path: path.to_owned(), place: RepoText::ChangedSinceRead }.into());
            }
        }
        Ok(())
    }

    /// The upgrade of the rule book with these parts in addition to the book's own. If it has no files, the rule book
    /// is already that of this program.
    ///
    /// # Errors
    /// If the book cannot be upgraded, or if git cannot be read.
    pub fn upgrade(&self, taken: &[&'static PresetPart]) -> Result<Upgrade, UpgradeError> {
        let settings = &self.policy().settings;
        if settings.preset.is_empty() {
            return Err(UpgradeError::OwnRules);
        }
        let preset = Preset::named(&settings.preset);
        let preset = preset.ok_or_else(|| UpgradeError::NoPreset(settings.preset.clone()))?;
        let named = settings
            .parts
            .iter()
            .map(|name| PresetPart::named(&name.value).ok_or_else(|| UpgradeError::NoPart(name.value.clone())));
        let mut parts = named.collect::<Result<Vec<_>, _>>()?;
        for part in taken {
            if parts.iter().all(|known| known.name != part.name) {
                parts.push(part);
            }
        }
        let repo = self.repo();
        let mut own = rule_book(repo, self.commit())?;
        let from = moved(&mut own);
        let before = own.clone();
        take_layouts(&mut own);
        let kept = shipped(repo, self)?;
        let mut base = if kept.is_empty() { founding(repo, self)? } else { kept.clone() };
        moved(&mut base);
        take_layouts(&mut base);
        let calendar = base.get(CALENDAR).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let choices = Choices { parts: parts.clone(), ..Choices::of(calendar.unwrap_or_default()) };
        let new = preset.files(&choices)?;
        let new: Files = new.into_iter().map(|file| (file.path, file.text.into_bytes())).collect();
        let mut files = upgraded(&own, &base, &new)?;
        with_layouts(&mut files, &before, &own);
        let grown = (parts.len() > settings.parts.len()).then_some(parts.as_slice());
        files.extend(settled(&own, grown));
        with_moves(&mut files, from, &own);
        let paths: BTreeSet<&String> = new.keys().chain(kept.keys()).collect();
        let shipped = paths.into_iter().filter(|path| new.get(*path) != kept.get(*path));
        let shipped = shipped.map(|path| (format!("{SHIPPED}/{path}"), new.get(path).cloned())).collect();
        Ok(Upgrade { preset, parts, files, shipped })
    }
}

/// The shipped files of the last upgrade. Empty if there was none.
fn shipped(repo: &Repo, view: &View<'_>) -> Result<Files, UpgradeError> {
    let mut files = Files::new();
    for file in repo.list(view.commit(), SHIPPED)? {
        if let Some(path) = file.path.strip_prefix(SHIPPED).and_then(|path| path.strip_prefix('/'))
            && file.is_regular()
        {
            files.insert(path.to_owned(), repo.blob(file.blob)?);
        }
    }
    Ok(files)
}

/// The rule book of the founding commit: the first commit with settings on the first-parent line.
fn founding(repo: &Repo, view: &View<'_>) -> Result<Files, UpgradeError> {
    let range = HistoryRange { path: Some(SETTINGS.to_owned()), first_parent: true, ..HistoryRange::default() };
    let mut first = None;
    for commit in repo.history(view.commit(), &range)? {
        first = Some(commit?.id);
    }
    match first {
        Some(first) if !repo.is_shallow() => Ok(rule_book(repo, first)?),
        _ => Err(UpgradeError::CutOff),
    }
}

/// The settings, policy and calendars of a commit.
fn rule_book(repo: &Repo, commit: Oid) -> Result<Files, BookError> {
    Ok(files_of(&sources::of_commit(repo, commit)?))
}

fn files_of(sources: &Sources) -> Files {
    sources.under("").map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect()
}

/// Moves the files of an older book to today's places. Returns the old path of each by its new path. If a book
/// already has some of them in the new places, the others stay where they are.
fn moved(files: &mut Files) -> BTreeMap<String, String> {
    let places: BTreeMap<String, String> =
        files.keys().filter_map(|old| Some((Sources::moved(old)?, old.clone()))).collect();
    if places.keys().any(|new| files.contains_key(new)) {
        return BTreeMap::new();
    }
    for (new, old) in &places {
        if let Some(bytes) = files.remove(old) {
            files.insert(new.clone(), bytes);
        }
    }
    places
}

/// Moves the layout of reports from an older book's `policy/reports.toml` to the files of these reports. If a book
/// already has one of these files, everything stays where it is.
fn take_layouts(files: &mut Files) {
    let text = files.get(Reporting::FILE).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some((rest, layouts)) = text.and_then(layouts_of) else { return };
    if layouts.iter().any(|(path, _)| files.contains_key(*path)) {
        return;
    }
    files.insert(Reporting::FILE.to_owned(), rest.into_bytes());
    files.extend(layouts.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes())));
}

/// Restores the earlier bytes of files that [`take_layouts`] has changed, and adds files that changed only because of
/// it.
fn with_layouts(files: &mut Vec<UpgradedFile>, before: &Files, own: &Files) {
    for (path, text) in own.iter().filter(|(path, text)| before.get(*path) != Some(text)) {
        let (before, after) = (before.get(path).cloned(), Some(text.clone()));
        match files.iter_mut().find(|file| file.path == *path) {
            Some(file) => {
                if before.is_none() && file.change == Upgraded::Replaced {
                    file.change = Upgraded::Added;
                }
                file.before = before;
            }
            None => {
                let change = if before.is_none() { Upgraded::Added } else { Upgraded::Merged };
                files.push(UpgradedFile { path: path.clone(), from: None, change, before, after });
            }
        }
    }
}

/// Adds to each file its earlier path. Files that were only moved are added.
fn with_moves(files: &mut Vec<UpgradedFile>, mut from: BTreeMap<String, String>, own: &Files) {
    for file in files.iter_mut() {
        file.from = from.remove(&file.path);
    }
    for (path, from) in from {
        let text = own.get(&path).cloned();
        files.push(UpgradedFile { path, from: Some(from), change: Upgraded::Moved, before: text.clone(), after: text });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
}

/// The files that the merge of three rule books does not leave unchanged.
fn upgraded(own: &Files, base: &Files, new: &Files) -> Result<Vec<UpgradedFile>, RepoError> {
    let paths: BTreeSet<&String> = base.keys().chain(new.keys()).filter(|path| **path != SETTINGS).collect();
    let mut files = Vec::new();
    for path in paths {
        let (own, base, new) = (own.get(path), base.get(path), new.get(path));
        if base == new || own == new {
            continue;
        }
        let (change, after) = match (own, new) {
            (None, Some(new)) if base.is_none() => (Upgraded::Added, Some(new.clone())),
            (None, _) => (Upgraded::StaysAway, None),
            (own, new) if own == base => {
                (if new.is_some() { Upgraded::Replaced } else { Upgraded::Removed }, new.cloned())
            }
            (own, None) => (Upgraded::Kept, own.cloned()),
            (Some(ours), Some(theirs)) => {
                let base = base.map(Vec::as_slice).unwrap_or_default();
                let merged = merge_text(&BookPath::new(path)?, Sides { base, ours, theirs }, SIDES)?;
                (if merged.conflict { Upgraded::Conflict } else { Upgraded::Merged }, Some(merged.bytes))
            }
        };
        files.push(UpgradedFile { path: path.clone(), from: None, change, before: own.cloned(), after });
    }
    Ok(files)
}

/// The settings with this program's format, if the book has an older one, and with the new parts, if there are any.
fn settled(own: &Files, parts: Option<&[&'static PresetPart]>) -> Option<UpgradedFile> {
    let before = own.get(SETTINGS)?;
    let mut settings: toml_edit::DocumentMut = std::str::from_utf8(before).ok()?.parse().ok()?;
    let known = i64::try_from(FORMAT).ok()?;
    if let Some(format) = settings.get_mut("format").and_then(toml_edit::Item::as_value_mut)
        && format.as_integer().is_some_and(|format| format < known)
    {
        let decor = format.decor().clone();
        *format = known.into();
        *format.decor_mut() = decor;
    }
    if let Some(parts) = parts {
        let names: toml_edit::Array = parts.iter().map(|part| part.name).collect();
        settings.insert("parts", toml_edit::value(names));
    }
    let after = Some(settings.to_string().into_bytes()).filter(|after| after != before)?;
    Some(UpgradedFile {
        path: SETTINGS.to_owned(),
        from: None,
        change: Upgraded::Merged,
        before: Some(before.clone()),
        after: Some(after),
    })
}

impl Upgrade {
    /// Whether there is nothing to be done.
    pub fn is_empty(&self) -> bool {
        self.changed().next().is_none()
    }

    /// The files whose bytes change.
    pub fn changed(&self) -> impl Iterator<Item = &UpgradedFile> {
        self.files.iter().filter(|file| file.before != file.after || file.from.is_some())
    }

    /// The files of the rule book to be written by path; `None` means that a file is removed.
    fn rules(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.changed().flat_map(|file| {
            let left = file.from.as_deref().map(|from| (from, None));
            let stands = file.after.is_some() || file.from.is_none();
            left.into_iter().chain(stands.then_some((file.path.as_str(), file.after.as_deref())))
        })
    }

    /// The files of the rule book and the shipped files to be written by path; `None` means that a file is removed.
    pub fn writes(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.rules().chain(self.shipped.iter().map(|(path, bytes)| (path.as_str(), bytes.as_deref())))
    }

    /// Whether both sides changed the same lines of a file.
    pub fn has_conflict(&self) -> bool {
        self.files.iter().any(|file| file.change == Upgraded::Conflict)
    }

    /// The rule book after the upgrade, made from the one before it.
    pub fn applied(&self, before: &Sources) -> Sources {
        let mut files = files_of(before);
        for (path, bytes) in self.rules() {
            match bytes {
                Some(bytes) => files.insert(path.to_owned(), bytes.to_vec()),
                None => files.remove(path),
            };
        }
        files.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Files, Upgraded, upgraded};

    fn files(texts: &[(&str, &str)]) -> Files {
        texts.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    /// Own, base and new text (an empty text means a missing file), and the result.
    type Case = (&'static str, &'static str, &'static str, Option<(Upgraded, &'static str)>);

    #[test]
    fn each_file_is_merged_by_what_both_sides_did_to_it() {
        use Upgraded::{Added, Conflict, Kept, Merged, Removed, Replaced, StaysAway};
        let cases: [Case; 14] = [
            ("1\n", "1\n", "1\n", None),
            ("own\n", "1\n", "1\n", None),
            ("", "1\n", "1\n", None),
            ("2\n", "1\n", "2\n", None),
            ("2\n", "", "2\n", None),
            ("", "", "2\n", Some((Added, "2\n"))),
            ("1\n", "1\n", "2\n", Some((Replaced, "2\n"))),
            ("a\nb\nc\nD\n", "a\nb\nc\nd\n", "A\nb\nc\nd\n", Some((Merged, "A\nb\nc\nD\n"))),
            ("own\n", "1\n", "2\n", Some((Conflict, "<<<<<<< this book\nown\n=======\n2\n>>>>>>> the new preset\n"))),
            ("own\n", "", "2\n", Some((Conflict, "<<<<<<< this book\nown\n=======\n2\n>>>>>>> the new preset\n"))),
            ("1\n", "1\n", "", Some((Removed, ""))),
            ("own\n", "1\n", "", Some((Kept, "own\n"))),
            ("", "1\n", "2\n", Some((StaysAway, ""))),
            ("", "1\n", "", None),
        ];
        for (own, base, new, expected) in cases {
            let side = |text: &str| if text.is_empty() { Files::new() } else { files(&[("policy/a.toml", text)]) };
            let found = upgraded(&side(own), &side(base), &side(new)).unwrap();
            let found: Vec<(Upgraded, String)> = found
                .into_iter()
                .map(|file| (file.change, String::from_utf8(file.after.unwrap_or_default()).unwrap()))
                .collect();
            let expected: Vec<(Upgraded, String)> =
                expected.into_iter().map(|(change, text)| (change, text.to_owned())).collect();
            assert_eq!(found, expected, "{own:?} {base:?} {new:?}");
        }
    }
}
