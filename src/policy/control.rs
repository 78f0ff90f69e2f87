//! Who may change the rules: `policy/change-control.toml`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{People, Roles};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::{Place, Problem, Problems, toml};
use crate::record::Id;

/// Which roles may change which files of the rules. Without rows, everybody may change all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    rows: Vec<ControlRow>,
}

/// Files that only some roles may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlRow {
    /// Paths from the top of the book; `*` stands for a part of a name, `**` for any folders.
    files: Vec<String>,
    /// The roles.
    pub by: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

impl Control {
    /// The path of the file.
    pub const FILE: &'static str = "policy/change-control.toml";

    /// Reads the file.
    pub fn load(text: &str, roles: &Roles, problems: &Problems) -> Self {
        let Some(section) = toml::read(Self::FILE, text, problems) else { return Control::default() };
        let row = |table: &toml::Section| {
            let files = table.texts("files", problems);
            let by = table.texts("by", problems);
            for (key, texts) in [("files", &files), ("by", &by)] {
                if texts.is_empty() {
                    let message = label!(LoadText::Absent, key = key);
                    problems.push(Problem::new(table.place().clone(), message).help(LoadText::ControlRow));
                }
            }
            table.finish(problems);
            for pattern in files.iter().filter(|pattern| !is_path(&pattern.value)) {
                let message = label!(LoadText::ControlPath, path = pattern.value);
                problems.push(Problem::new(pattern.place.clone(), message).help(LoadText::ControlRow));
            }
            by.iter().for_each(|role| roles.check(role, problems));
            let place = table.place().clone();
            let texts = |texts: Vec<crate::place::Placed<String>>| texts.into_iter().map(|text| text.value).collect();
            ControlRow { files: texts(files), by: texts(by), place }
        };
        let rows = section.list("rules", problems).into_iter().map(row).collect();
        section.finish(problems);
        Control { rows }
    }

    /// The first row that names a file. `None`: everybody may change it.
    pub fn row(&self, path: &str) -> Option<&ControlRow> {
        self.rows.iter().find(|row| row.files.iter().any(|pattern| fits(pattern, path)))
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The roles that it names.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().flat_map(|row| &row.by).map(String::as_str)
    }

    /// The first of these files that a person may not change on a day, with its row. In a book without staff everybody
    /// may change everything. `None` as the person is somebody who is not of the staff.
    pub fn refuses<'c, 'p>(
        &'c self,
        paths: impl IntoIterator<Item = &'p str>,
        people: &People,
        person: Option<&Id>,
        day: NaiveDate,
    ) -> Option<(&'p str, &'c ControlRow)> {
        let mut found = paths.into_iter().filter_map(|path| Some((path, self.row(path)?)));
        let may = |row: &ControlRow| person.is_some_and(|person| row.allows(people, person, day));
        found.find(|(_, row)| !people.is_empty() && !may(row))
    }
}

impl ControlRow {
    /// Whether a person may change its files on a day.
    pub fn allows(&self, people: &People, person: &Id, day: NaiveDate) -> bool {
        self.by.iter().any(|role| people.has_role(person, role, day))
    }
}

/// Whether a pattern is a path from the top of the book.
fn is_path(pattern: &str) -> bool {
    pattern.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

/// Whether a path fits a pattern.
fn fits(pattern: &str, path: &str) -> bool {
    fn folders(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern.split_first(), path.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), _) => {
                folders(rest, path) || path.split_first().is_some_and(|(_, below)| folders(pattern, below))
            }
            (Some((own, rest)), Some((name, below))) => part(own, name) && folders(rest, below),
            _ => false,
        }
    }
    fn part(pattern: &str, name: &str) -> bool {
        match pattern.split_once('*') {
            None => pattern == name,
            Some((head, tail)) => {
                let Some(rest) = name.strip_prefix(head) else { return false };
                let mut ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
                ends.any(|at| part(tail, &rest[at..]))
            }
        }
    }
    let split = |text| str::split(text, '/').collect::<Vec<&str>>();
    folders(&split(pattern), &split(path))
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_name_files() {
        for (pattern, path, expected) in [
            ("policy/acting.toml", "policy/acting.toml", true),
            ("policy/acting.toml", "policy/acting.tomlx", false),
            ("policy/*", "policy/acting.toml", true),
            ("policy/*", "policy/kinds/client.toml", false),
            ("policy/**", "policy/kinds/client.toml", true),
            ("policy/**", "policy/acting.toml", true),
            ("**/client.toml", "policy/kinds/client.toml", true),
            ("policy/*/c*t.toml", "policy/kinds/client.toml", true),
            ("policy/*/c*x.toml", "policy/kinds/client.toml", false),
            ("calendar/*.ics", "calendar/cn-2027.ics", true),
            ("calendar/*.ics", "policy/calendar.toml", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }
}
