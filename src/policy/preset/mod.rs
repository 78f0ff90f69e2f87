//! The rule books that come with the program. Each is the shared base with an overlay of its own. `init` writes the
//! resulting files into the book, and from then on the book uses these. This module does not read rule books.
//! Overlays are merged with `toml_edit`, because it keeps comments.

mod comments;
mod document;
mod embedded;
mod layouts;
mod overlay;

pub use layouts::layouts_of;
pub use overlay::{OverlayError, merge};

use chrono::Datelike;

use crate::locale::{Label, Lang};
use crate::place::Problems;
use crate::place::toml;
use crate::policy::CALENDAR;

/// The key of the last date that a calendar knows.
const THROUGH: &str = "valid-through";

/// A rule book that comes with the program.
#[derive(Debug)]
pub struct Preset {
    /// Its name for `--preset`.
    pub name: &'static str,
    /// Its label in English and Chinese.
    label: (&'static str, &'static str),
    /// Which companies it is for, in English and Chinese.
    help: (&'static str, &'static str),
    /// Files of the base that it leaves out, by path in the book. It may have its own file in their place.
    without: &'static [&'static str],
    /// Its own files: an overlay if the base has a file with the path, else a whole file.
    overlay: &'static [File],
}

/// A small rule book that a company may add to any preset, such as the time limits of a regulator. It is an overlay
/// on the preset.
#[derive(Debug)]
pub struct PresetPart {
    /// Its name for `--part`.
    pub name: &'static str,
    /// Its label in English and Chinese.
    label: (&'static str, &'static str),
    /// Its files: an overlay if the preset has a file with the path, else a whole file.
    overlay: &'static [File],
}

/// A file of a preset as the program holds it.
#[derive(Debug, Clone, Copy)]
struct File {
    /// Its path, from the top of the book.
    path: &'static str,
    text: &'static str,
}

/// A file that `init` writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookFile {
    /// Its path, from the top of the book, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// The choices of a new book about its preset.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// The time zone of the calendars, such as `Europe/Berlin`; `None` means the preset's.
    pub time_zone: Option<String>,
    /// The last year of every calendar; `None` means that they do not end.
    pub through: Option<i32>,
    /// The language of the comments.
    pub lang: Lang,
    /// The parts added to the preset, in this order.
    pub parts: Vec<&'static PresetPart>,
}

impl Choices {
    /// The choices with which a calendar file was written.
    pub fn of(calendar: &str) -> Choices {
        let problems = Problems::new();
        let lang = comments::language(calendar);
        let Some(file) = toml::read(CALENDAR, calendar, &problems) else { return Choices::default() };
        let default = file.text("default", &problems).map(|name| name.value);
        let tables = file.sections("calendars", &problems);
        let chosen = tables.into_iter().find(|(name, _)| Some(&name.value) == default.as_ref());
        let Some((_, table)) = chosen else {
            return Choices { lang, ..Choices::default() };
        };
        Choices {
            lang,
            time_zone: table.text("time-zone", &problems).map(|zone| zone.value),
            through: table.date(THROUGH, &problems).map(|last| last.value.year()),
            parts: Vec::new(),
        }
    }
}

impl PresetPart {
    /// Every part, in the order of help.
    pub const ALL: &'static [PresetPart] = embedded::PARTS;

    /// The part with this name.
    pub fn named(name: &str) -> Option<&'static PresetPart> {
        PresetPart::ALL.iter().find(|part| part.name == name)
    }

    /// Its label.
    pub fn label(&self) -> Label {
        Label::new(self.label.0, self.label.1)
    }

    /// Applies the part to the files of a preset.
    fn lay_over(&self, files: &mut Vec<BookFile>) -> Result<(), OverlayError> {
        for own in self.overlay {
            match files.iter_mut().find(|file| file.path == own.path) {
                Some(file) if own.path.ends_with(".toml") => file.text = merge(own.path, &file.text, own.text)?,
                Some(file) => own.text.clone_into(&mut file.text),
                None => files.push(BookFile { path: own.path.to_owned(), text: own.text.to_owned() }),
            }
        }
        Ok(())
    }
}

impl Preset {
    /// The preset of a new book if none is named.
    pub const DEFAULT: &'static str = "basic";

    /// The text of a file that all presets share.
    pub fn shared(path: &str) -> Option<&'static str> {
        embedded::BASE.iter().find(|file| file.path == path).map(|file| file.text)
    }

    /// Every preset, the default first.
    pub const ALL: &'static [Preset] = embedded::PRESETS;

    /// Whether the preset has a file with this path.
    pub fn ships(&self, path: &str) -> bool {
        let of_base = embedded::BASE.iter().filter(|file| !self.without.contains(&file.path));
        of_base.chain(self.overlay).any(|file| file.path == path)
    }

    /// The preset with this name.
    pub fn named(name: &str) -> Option<&'static Preset> {
        Preset::ALL.iter().find(|preset| preset.name == name)
    }

    /// Its label.
    pub fn label(&self) -> Label {
        Label::new(self.label.0, self.label.1)
    }

    /// Which companies it is for.
    pub fn help(&self) -> Label {
        Label::new(self.help.0, self.help.1)
    }

    /// The files of a new book by path: policy and calendars, merged and commented, without `redress.toml`.
    ///
    /// # Errors
    /// If an overlay does not fit its base, or if a file is not TOML. A test makes sure that every preset can be
    /// merged.
    pub fn files(&self, choices: &Choices) -> Result<Vec<BookFile>, OverlayError> {
        let mut files = Vec::new();
        let of_base = |path: &str| embedded::BASE.iter().any(|file| file.path == path) && !self.without.contains(&path);
        for file in embedded::BASE.iter().filter(|file| of_base(file.path)) {
            let own = self.overlay.iter().find(|own| own.path == file.path);
            let text = match own {
                // A file that is not TOML, such as a template, comes completely from the preset.
                Some(own) if !file.path.ends_with(".toml") => own.text.to_owned(),
                Some(own) => merge(file.path, file.text, own.text)?,
                None => file.text.to_owned(),
            };
            files.push(BookFile { path: file.path.to_owned(), text });
        }
        for own in self.overlay.iter().filter(|own| !of_base(own.path)) {
            files.push(BookFile { path: own.path.to_owned(), text: own.text.to_owned() });
        }
        choices.parts.iter().try_for_each(|part| part.lay_over(&mut files))?;
        if let Some(zone) = &choices.time_zone {
            set_zone(&mut files, zone)?;
        }
        if let Some(year) = choices.through {
            set_end(&mut files, year)?;
        }
        for file in &mut files {
            file.text = comments::in_language(&file.path, std::mem::take(&mut file.text), choices.lang);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }
}

/// Moves every calendar to another zone. The holidays of the preset's own zone do not apply there, and are left out
/// with their files.
fn set_zone(files: &mut Vec<BookFile>, zone: &str) -> Result<(), OverlayError> {
    let Some(calendar) = files.iter_mut().find(|file| file.path == CALENDAR) else { return Ok(()) };
    let problems = Problems::new();
    let Some(section) = toml::read(CALENDAR, &calendar.text, &problems) else { return Ok(()) };
    let mut tables = String::new();
    let mut removed = Vec::new();
    let mut dropped = Vec::new();
    for (name, table) in section.sections("calendars", &problems) {
        if table.text("time-zone", &problems).is_some_and(|own| own.value == zone) {
            continue;
        }
        tables.push_str(&format!("[calendars.{}]\ntime-zone = {}\n", name.value, toml_edit::Value::from(zone)));
        for key in ["files", "holidays", "workdays"].into_iter().filter(|key| table.has(key)) {
            removed.push(format!("calendars.{}.{key}", name.value));
        }
        dropped.extend(table.texts("files", &problems).into_iter().map(|file| file.value));
    }
    if !tables.is_empty() {
        let removed: toml_edit::Array = removed.into_iter().collect();
        calendar.text = merge(CALENDAR, &calendar.text, &format!("remove = {removed}\n{tables}"))?;
        files.retain(|file| !dropped.contains(&file.path));
    }
    Ok(())
}

/// Makes every calendar end with a year.
fn set_end(files: &mut [BookFile], year: i32) -> Result<(), OverlayError> {
    let Some(calendar) = files.iter_mut().find(|file| file.path == CALENDAR) else { return Ok(()) };
    let problems = Problems::new();
    let Some(section) = toml::read(CALENDAR, &calendar.text, &problems) else { return Ok(()) };
    let mut tables = String::new();
    for (name, _) in section.sections("calendars", &problems) {
        tables.push_str(&format!("[calendars.{}]\n{THROUGH} = {year:04}-12-31\n", name.value));
    }
    calendar.text = merge(CALENDAR, &calendar.text, &tables)?;
    Ok(())
}

#[cfg(test)]
mod tests;
