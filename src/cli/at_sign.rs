//! `@`, the record last written or shown in this terminal, and the row numbers of its last list. They are kept in a
//! small file for each terminal under `$GIT_DIR/redress/`. If the file is lost, these short forms cannot be typed, and
//! nothing else changes.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::failure::Failure;
use crate::label;
use crate::locale::messages::CliText;
use crate::locale::text::half_width;
use crate::record::Id;

/// How many rows can be named: those that a number of three digits can name.
const ROWS: usize = 999;
/// How many terminals are remembered.
const TERMINALS: usize = 64;

/// What a terminal last wrote, showed and listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    last: Option<String>,
    rows: Vec<String>,
    /// How many commands ran in the terminal, and which of them made the list.
    commands: u64,
    listed: u64,
}

/// The memory of one terminal. In scripts there is none: nothing is remembered, and `@` means nothing.
#[derive(Debug, Clone)]
pub struct AtSign {
    file: Option<PathBuf>,
    memory: Memory,
    /// The rows that this command named, as they were typed, until they are echoed.
    meant: RefCell<Vec<Row>>,
}

/// A row of the last list that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As it was typed.
    pub typed: String,
    /// The record.
    pub id: Id,
    /// Whether another command ran in the terminal since the list was shown.
    pub stale: bool,
}

impl AtSign {
    /// Reads what the terminal of this id last did. `state_dir` is the book's `$GIT_DIR/redress`. A file that cannot
    /// be read counts as missing.
    pub fn load(state_dir: &Path, terminal: Option<&str>) -> Self {
        let file = terminal.map(|terminal| state_dir.join("terminals").join(format!("{terminal}.json")));
        let read = file.as_ref().and_then(|file| std::fs::read(file).ok());
        let mut memory: Memory = read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        memory.commands = memory.commands.saturating_add(1);
        let at_sign = AtSign { memory, file, meant: RefCell::default() };
        if !at_sign.memory.rows.is_empty() {
            at_sign.save();
        }
        at_sign
    }

    /// Remembers the record whose possible steps were listed. If it is a row of the last list, its reader still has
    /// that list in mind, and the next command may name the row again.
    pub fn offered(&mut self, id: &Id) {
        if self.memory.rows.iter().any(|row| row == id.as_str()) {
            self.memory.listed = self.memory.commands;
        }
        self.shown(id);
    }

    /// Remembers the record that was written or shown.
    pub fn shown(&mut self, id: &Id) {
        self.memory.last = Some(id.to_string());
        self.save();
    }

    /// Remembers the rows of a list, in its order.
    pub fn listed<'i>(&mut self, ids: impl IntoIterator<Item = &'i Id>) {
        self.memory.rows = ids.into_iter().take(ROWS).map(Id::to_string).collect();
        self.memory.listed = self.memory.commands;
        self.save();
    }

    /// The id that `@` or a row number stands for, where a record is asked for. `None` if the word is neither, or if
    /// nobody types.
    ///
    /// # Errors
    /// If there is no last record, or the last list has no such row.
    pub fn meant(&self, typed: &str) -> Result<Option<Id>, Failure> {
        if self.file.is_none() {
            return Ok(None);
        }
        let typed = half_width(typed.trim());
        let is_row = typed != "@";
        let found = if typed == "@" {
            let none = || Failure::missing("no-last-record", CliText::NoLastRecord);
            self.memory.last.as_ref().ok_or_else(none)?
        } else if (1..=3).contains(&typed.len()) && typed.bytes().all(|byte| byte.is_ascii_digit()) {
            let at = typed.parse::<usize>().ok().and_then(|row| row.checked_sub(1));
            let none = || Failure::missing("no-list-row", label!(CliText::NoListRow, row = typed));
            at.and_then(|at| self.memory.rows.get(at)).ok_or_else(none)?
        } else {
            return Ok(None);
        };
        // anybody may have changed the file on disk
        let damaged = || Failure::missing("no-last-record", CliText::NoLastRecord);
        let id: Id = found.parse().map_err(|_| damaged())?;
        if is_row {
            let stale = self.memory.commands > self.memory.listed.saturating_add(1);
            let row = Row { typed: typed.into_owned(), id: id.clone(), stale };
            let mut meant = self.meant.borrow_mut();
            if !meant.contains(&row) {
                meant.push(row);
            }
        }
        Ok(Some(id))
    }

    /// The rows that were named and not echoed yet.
    pub fn to_echo(&self) -> Vec<Row> {
        std::mem::take(&mut *self.meant.borrow_mut())
    }

    /// A convenience is not worth an error: in a read-only `.git` nothing is remembered.
    fn save(&self) {
        let (Some(file), Ok(bytes)) = (&self.file, serde_json::to_vec(&self.memory)) else { return };
        let Some(folder) = file.parent() else { return };
        if std::fs::create_dir_all(folder).is_ok() && super::output::write_file(file, &bytes).is_ok() {
            forget(folder);
        }
    }
}

/// Keeps only the files of the terminals that were used last.
fn forget(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let dated = |entry: std::fs::DirEntry| Some((entry.metadata().ok()?.modified().ok()?, entry.path()));
    let mut files: Vec<_> = entries.filter_map(Result::ok).filter_map(dated).collect();
    files.sort();
    for (_, file) in files.iter().take(files.len().saturating_sub(TERMINALS)) {
        std::fs::remove_file(file).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::{AtSign, Row, TERMINALS};
    use crate::record::Id;

    fn id(text: &str) -> Id {
        text.parse().unwrap()
    }

    #[test]
    fn each_terminal_remembers_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let mut one = AtSign::load(dir.path(), Some("pts-1-77"));
        assert_eq!(one.meant("@").map_err(|failure| failure.exit.code()), Err(3));
        one.shown(&id("C-261122-7K3F2"));
        one.listed(&[id("K-260301-9XQ4M"), id("li.na")]);
        let again = AtSign::load(dir.path(), Some("pts-1-77"));
        for (typed, meant) in [
            ("@", "C-261122-7K3F2"),
            ("＠", "C-261122-7K3F2"),
            ("1", "K-260301-9XQ4M"),
            ("002", "li.na"),
            ("２", "li.na"),
        ] {
            assert_eq!(again.meant(typed), Ok(Some(id(meant))), "{typed}");
        }
        for typed in ["3", "0", "999"] {
            assert_eq!(again.meant(typed).map_err(|failure| failure.code), Err("no-list-row"), "{typed}");
        }
        for typed in ["1234", "7K3", "li.na", "", "-1", "@@"] {
            assert_eq!(again.meant(typed), Ok(None), "{typed}");
        }
        assert!(AtSign::load(dir.path(), Some("pts-2-78")).meant("1").is_err());
    }

    #[test]
    fn a_row_is_stale_once_another_command_ran() {
        let dir = tempfile::tempdir().unwrap();
        let load = || AtSign::load(dir.path(), Some("pts-1-77"));
        load().listed(&[id("K-260301-9XQ4M")]);
        for stale in [false, true] {
            let next = load();
            assert_eq!(
                (next.meant("1"), next.meant("１")),
                (Ok(Some(id("K-260301-9XQ4M"))), Ok(Some(id("K-260301-9XQ4M"))))
            );
            let row = Row { typed: "1".to_owned(), id: id("K-260301-9XQ4M"), stale };
            assert_eq!((next.to_echo(), next.to_echo()), (vec![row], vec![]), "once");
        }
        load().offered(&id("K-260301-9XQ4M"));
        let next = load();
        next.meant("1").unwrap();
        assert!(next.to_echo().iter().all(|row| !row.stale), "its steps were listed");
        let mut again = load();
        again.listed(&[id("li.na")]);
        assert!(load().meant("1").is_ok());
        again.shown(&id("li.na"));
    }

    #[test]
    fn scripts_remember_and_mean_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut script = AtSign::load(dir.path(), None);
        script.shown(&id("C-261122-7K3F2"));
        assert_eq!(script.meant("@"), Ok(None));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn damage_is_forgotten_and_terminals_do_not_pile_up() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("terminals")).unwrap();
        std::fs::write(dir.path().join("terminals/a.json"), "{\"last\":\"../../x\",\"rows\":[1]}").unwrap();
        let mut damaged = AtSign::load(dir.path(), Some("a"));
        assert!(damaged.meant("@").is_err());
        damaged.shown(&id("li.na"));
        for number in 0..TERMINALS + 5 {
            AtSign::load(dir.path(), Some(&format!("t{number}"))).shown(&id("li.na"));
        }
        assert_eq!(std::fs::read_dir(dir.path().join("terminals")).unwrap().count(), TERMINALS);
    }
}
