//! A company's own rule book for a new book. It is read from a folder within limits, and checked in full before
//! anything is written.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::failure::Failure;
use super::{input, templates};
use crate::bounds::RULE_BYTES;
use crate::bounds::RULE_FILE_BYTES;
use crate::bounds::RULE_FILES;
use crate::calendar::Moment;
use crate::check::Severity;
use crate::check::policy::{Rulebook, findings};
use crate::form::{Press, invented};
use crate::label;
use crate::locale::messages::{CliText, OwnRulesText as Text};
use crate::place::{Place, Problem, Problems};
use crate::policy::preset::Preset;
use crate::policy::{FILES, FOLDERS, Forms, Invalid, People, Policy, SOURCE_FOLDERS, Settings, Sources};
use crate::report::language::Library;

/// The files that every form needs: the page, the parts that templates share, and the sheet of a record.
const PAGES: [&str; 3] = ["forms/page.html", "forms/parts.html", "forms/sheet.html"];

/// The files of a rule book, and where each was read from.
#[derive(Debug)]
pub struct OwnRules {
    /// Paths from the top of the book, with their bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// The currency that a `redress.toml` beside them names.
    pub currency: Option<String>,
    from: BTreeMap<String, PathBuf>,
}

impl OwnRules {
    /// Reads a folder of one of two forms. Either it is like `policy/` of a book, with `kinds/` in it and perhaps
    /// `calendar/`, `forms/` and `reports/`. Or it contains `policy/` beside these, as a book does. Links are not
    /// followed. Names that a rule book does not have are refused. If the folder has forms without the files that
    /// forms need, these are added.
    ///
    /// # Errors
    /// If there is no such folder, or something cannot be taken over. Everything is said at once.
    pub fn read(dir: &Path) -> Result<Self, Failure> {
        let meta = std::fs::metadata(dir).map_err(|error| input::unreadable(dir, &error))?;
        if !meta.is_dir() {
            return Err(Failure::refused("no-folder", label!(Text::NoFolder, dir = dir.display())));
        }
        let mut reading = Reading::default();
        let whole = is_folder(&dir.join("policy"));
        let above = if whole { Some(dir) } else { dir.parent().filter(|_| dir.ends_with("policy")) };
        let currency = above.and_then(|above| currency(&above.join(Settings::FILE)));
        if whole {
            reading.folder(dir, "", &|path| SOURCE_FOLDERS.contains(&path) || path == Settings::FILE)?;
        } else {
            reading.folder(dir, "policy/", &|_| true)?;
            // a book has its calendars, forms and reports beside its policy
            for name in SOURCE_FOLDERS.into_iter().filter(|name| dir.ends_with("policy") && !is_folder(&dir.join(name)))
            {
                let beside = dir.parent().map(|above| above.join(name));
                if let Some(beside) = beside.filter(|beside| name != "policy" && is_folder(beside)) {
                    reading.folder(&beside, &format!("{name}/"), &|_| true)?;
                }
            }
        }
        if reading.problems.is_empty() && reading.files.keys().all(|path| !path.starts_with(FOLDERS[0].0)) {
            let message = label!(Text::NoRules, dir = dir.display());
            return Err(Failure::refused("no-rules", message).hint(Text::NoRulesHint));
        }
        reading.add_pages();
        if !reading.problems.is_empty() {
            let failure = Failure::refused("rules", label!(Text::NotTaken, dir = dir.display()));
            return Err(failure.hint(label!(Text::KnownNames, names = known())).problems(reading.problems));
        }
        let split = reading.files.into_iter().map(|(path, (from, bytes))| ((path.clone(), from), (path, bytes)));
        let (from, files) = split.unzip();
        Ok(OwnRules { files, currency, from })
    }

    /// Checks the rules of a new book with all checks of `policy check`. `files` are the rules with the settings.
    ///
    /// # Errors
    /// If something is wrong in them. Everything is returned, with the file as it lies in the folder.
    pub fn check(&self, files: &[(String, Vec<u8>)], now: Moment) -> Result<Vec<Problem>, Failure> {
        let sources: Sources = files.iter().cloned().collect();
        let policy = Policy::load(&sources, "").map_err(|Invalid(problems)| self.failure(&sources, problems))?;
        let policy = Arc::new(policy);
        let broken = Press::check(&policy, &*templates::renderer(), now);
        if !broken.is_empty() {
            return Err(self.failure(&sources, broken));
        }
        let library = Library::of(&sources, &policy, now);
        let mut wrong: Vec<Problem> = library.problems().cloned().collect();
        wrong.extend(library.tried(&policy, &invented(&policy, now), now));
        if !wrong.is_empty() {
            return Err(self.failure(&sources, wrong));
        }
        let (people, today) = (People::default(), now.date_naive());
        let found = findings(&Rulebook { policy: &policy, sources: &sources, people: &people, today });
        let problem = |finding: &crate::check::Finding| Problem::new(finding.place.clone(), finding.message.clone());
        let of = |severity| found.iter().filter(move |finding| finding.severity == severity).map(problem);
        let errors: Vec<Problem> = of(Severity::Error).collect();
        if !errors.is_empty() {
            return Err(self.failure(&sources, errors));
        }
        Ok(of(Severity::Warning).map(|problem| self.placed(problem)).collect())
    }

    fn failure(&self, sources: &Sources, problems: Vec<Problem>) -> Failure {
        let mut failure = Failure::refused("policy", CliText::BadPolicy);
        for problem in &problems {
            let file = &*problem.place.file;
            if let Some(text) = sources.bytes(file).and_then(|bytes| std::str::from_utf8(bytes).ok()) {
                failure = failure.source(self.called(file), text);
            }
        }
        failure.problems(problems.into_iter().map(|problem| self.placed(problem)))
    }

    fn placed(&self, mut problem: Problem) -> Problem {
        problem.place.file = self.called(&problem.place.file).into();
        problem
    }

    /// The path in the folder of a file of the book.
    fn called(&self, path: &str) -> String {
        self.from.get(path).map_or_else(|| path.to_owned(), |from| from.display().to_string())
    }
}

#[derive(Default)]
struct Reading {
    files: BTreeMap<String, (PathBuf, Vec<u8>)>,
    problems: Vec<Problem>,
    bytes: u64,
}

impl Reading {
    /// Adds the files that forms need, if the folder has forms and not these files.
    fn add_pages(&mut self) {
        if !self.files.contains_key(Forms::FILE) {
            return;
        }
        for path in PAGES {
            if let Some(text) = Preset::shared(path).filter(|_| !self.files.contains_key(path)) {
                self.files.insert(path.to_owned(), (PathBuf::from(path), text.as_bytes().to_vec()));
            }
        }
    }

    /// Reads the files of a folder. `below` is its path from the top of the book.
    fn folder(&mut self, dir: &Path, below: &str, wanted: &dyn Fn(&str) -> bool) -> Result<(), Failure> {
        let unreadable = |error: std::io::Error| input::unreadable(dir, &error);
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(dir).map_err(unreadable)? {
            entries.push(entry.map_err(unreadable)?.file_name());
            if entries.len() > RULE_FILES {
                return Err(Failure::refused(
                    "too-many",
                    label!(Text::TooMany, most = RULE_FILES, dir = dir.display()),
                ));
            }
        }
        entries.sort();
        for name in entries {
            let place = dir.join(&name);
            let path = format!("{below}{}", name.to_string_lossy());
            let meta = std::fs::symlink_metadata(&place).map_err(|error| input::unreadable(&place, &error))?;
            let folder = FOLDERS.iter().map(|(folder, _)| *folder).chain(["policy/"]);
            // a folder of policies may contain its calendars, forms and reports
            let along = path.strip_prefix("policy/").filter(|name| SOURCE_FOLDERS.contains(name));
            let target = along.map_or_else(|| path.clone(), str::to_owned);
            let path = Sources::moved(&path).unwrap_or(path);
            match () {
                () if !wanted(&path) || name.to_str().is_none() => self.say(&place, Text::UnknownName),
                () if meta.is_symlink() => self.say(&place, Text::Link),
                () if meta.is_dir() && folder.into_iter().any(|known| known == format!("{target}/")) => {
                    self.folder(&place, &format!("{target}/"), &|_| true)?;
                }
                () if meta.is_dir() => self.say(&place, Text::UnknownFolder),
                () if !meta.is_file() => self.say(&place, Text::NotAFile),
                // the new book makes its own settings
                () if path == Settings::FILE => {}
                () if !Sources::is_known(&path) => self.say(&place, Text::UnknownName),
                () => self.file(place, path)?,
            }
        }
        Ok(())
    }

    fn file(&mut self, place: PathBuf, path: String) -> Result<(), Failure> {
        let unreadable = |error: std::io::Error| input::unreadable(&place, &error);
        let file = File::open(&place).map_err(unreadable)?;
        // the file may have been exchanged since it was looked at
        if !file.metadata().as_ref().is_ok_and(Metadata::is_file) {
            self.say(&place, Text::NotAFile);
            return Ok(());
        }
        let mut bytes = Vec::new();
        file.take(RULE_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > RULE_FILE_BYTES {
            self.say(&place, label!(Text::TooLarge, most = RULE_FILE_BYTES >> 20));
            return Ok(());
        }
        self.bytes += bytes.len() as u64;
        self.files.insert(path, (place.clone(), bytes));
        if self.files.len() > RULE_FILES || self.bytes > RULE_BYTES {
            let message = label!(Text::TooMuch, files = RULE_FILES, most = RULE_BYTES >> 20);
            return Err(Failure::refused("too-many", message));
        }
        Ok(())
    }

    fn say(&mut self, place: &Path, message: impl Into<crate::locale::Label>) {
        self.problems.push(Problem::new(Place::of_file(place.display().to_string()), message));
    }
}

/// The currency in the settings of a book. Nothing else in them is taken over.
fn currency(path: &Path) -> Option<String> {
    let meta = path.symlink_metadata().ok().filter(|meta| meta.is_file() && meta.len() <= RULE_FILE_BYTES)?;
    let text = std::fs::read_to_string(path).ok().filter(|_| meta.is_file())?;
    let problems = Problems::new();
    let settings = crate::place::toml::read(Settings::FILE, &text, &problems)?;
    settings.text("currency", &problems).map(|currency| currency.value)
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|meta| meta.is_dir())
}

/// The names that a rule book has, for a folder like `policy/`.
fn known() -> String {
    let below = |path: &str| path.strip_prefix("policy/").unwrap_or(path).to_owned();
    let files = FILES.iter().map(|path| below(path));
    let folders = FOLDERS.iter().map(|(folder, ending)| format!("{}*{ending}", below(folder)));
    files.chain(folders).collect::<Vec<_>>().join(", ")
}
