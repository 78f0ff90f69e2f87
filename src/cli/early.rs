//! What must be known before the command line is read: the language of errors and help, and whether they are JSON.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::environment;
use super::failure::Failure;
use super::pager::Pager;
use crate::book::repo::Repo;
use crate::label;
use crate::locale::Lang;
use crate::locale::messages::CliText;

/// What the raw words of the command line show already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Early {
    pub(super) json: bool,
    no_pager: bool,
    lang: Option<String>,
    dir: Option<PathBuf>,
}

impl Early {
    /// Looks for the flags that matter, anywhere before a `--`.
    pub(super) fn scan(words: &[OsString]) -> Self {
        let mut early = Early::default();
        let mut words = words.iter().take_while(|word| *word != "--");
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--json") => early.json = true,
                Some("--no-pager") => early.no_pager = true,
                Some("--lang") => early.lang = words.next().and_then(|word| word.to_str()).map(str::to_owned),
                Some("-C") => early.dir = words.next().map(PathBuf::from),
                Some(word) => {
                    if let Some(lang) = word.strip_prefix("--lang=") {
                        early.lang = Some(lang.to_owned());
                    } else if let Some(dir) = word.strip_prefix("-C").filter(|_| !word.starts_with("--")) {
                        early.dir = Some(PathBuf::from(dir.trim_start_matches('=')));
                    }
                }
                None => {}
            }
        }
        early
    }

    /// The pager for help that is longer than the screen. `None` if there is no terminal, or the user wants none.
    pub(super) fn pager(&self) -> Option<Pager> {
        let terminal = environment::Terminal::ask();
        let columns = terminal.width.filter(|_| !self.no_pager)?;
        Pager::chosen((terminal.height, columns), self.core_pager(), &environment::variable_even_empty)
    }

    fn dir(&self) -> PathBuf {
        let named = self.dir.clone().or_else(|| environment::variable("REDRESS_DIR").map(PathBuf::from));
        named.unwrap_or_else(|| PathBuf::from("."))
    }

    /// The language: flag, environment, user configuration, book, locale. Returns the repository too, if it was
    /// opened for this.
    ///
    /// # Errors
    /// If `REDRESS_LANG` names none. A wrong `--lang` is reported when the flags are read.
    pub(super) fn lang(&self) -> Result<(Lang, Option<Opened>), Failure> {
        if let Some(lang) = self.lang.as_deref().and_then(|lang| lang.parse().ok()) {
            return Ok((lang, None));
        }
        if let Some(text) = environment::variable("REDRESS_LANG") {
            let text = text.to_string_lossy();
            let unknown = || Failure::usage("language", label!(CliText::BadLanguage, text = text));
            let lang = text.parse().map_err(|_| unknown().hint(label!(CliText::OneOf, words = "zh, en")))?;
            return Ok((lang, None));
        }
        let opened = Opened::at(&self.dir());
        let spoken = match (&opened, environment::variable("GIT_CONFIG_GLOBAL")) {
            // the library looks for the user's settings in the usual place
            (Some(opened), None) => opened.configured().or_else(|| book_language(opened.repo.top()?)),
            (_, elsewhere) => {
                let top = self.book();
                configured(top.as_deref(), elsewhere).or_else(|| book_language(&top?))
            }
        };
        Ok((spoken.or_else(locale).unwrap_or_default(), opened))
    }

    /// `core.pager` of git's configuration: from the repository around the folder, otherwise the user's.
    fn core_pager(&self) -> Option<String> {
        let set = match Opened::at(&self.dir()) {
            Some(opened) => opened.repo.setting("core.pager").map(str::to_owned),
            None => setting("core.pager", None, environment::variable("GIT_CONFIG_GLOBAL")),
        };
        set.filter(|set| !set.is_empty())
    }

    /// The top of the book around the folder: the nearest repository above, if it holds a `redress.toml`.
    pub(super) fn book(&self) -> Option<PathBuf> {
        let dir = std::fs::canonicalize(self.dir()).ok()?;
        let top = dir.ancestors().find(|dir| dir.join(".git").exists())?;
        top.join("redress.toml").is_file().then(|| top.to_owned())
    }
}

/// A repository that was opened to find the language. The command uses it too.
pub(super) struct Opened {
    /// The folder from which it was looked for, as a full path.
    pub(super) dir: PathBuf,
    pub(super) repo: Repo,
}

impl Opened {
    fn at(dir: &Path) -> Option<Opened> {
        // errors name the full path of the folder
        let dir = std::fs::canonicalize(dir).ok()?;
        let repo = Repo::discover(&dir, &environment::of_repository()).ok()?;
        Some(Opened { dir, repo })
    }

    fn configured(&self) -> Option<Lang> {
        self.repo.setting("redress.lang")?.parse().ok()
    }
}

/// `redress.lang` of git's configuration, if no repository could be opened or the user's settings lie `elsewhere`. It
/// looks in the repository's settings, then the user's, then the system's.
fn configured(top: Option<&Path>, elsewhere: Option<OsString>) -> Option<Lang> {
    setting("redress.lang", top, elsewhere)?.parse().ok()
}

/// A value of git's configuration, found in the same way.
fn setting(key: &str, top: Option<&Path>, elsewhere: Option<OsString>) -> Option<String> {
    let mut config = match elsewhere {
        Some(file) => git2::Config::open(Path::new(&file)).ok(),
        None => git2::Config::open_default().ok(),
    }?;
    if let Some(own) = top.map(|top| top.join(".git")) {
        if own.is_dir() {
            config.add_file(&own.join("config"), git2::ConfigLevel::Local, false).ok();
        } else if let Ok(book) = git2::Repository::open(&own) {
            // the settings of a linked worktree lie elsewhere
            config = book.config().ok()?;
        }
    }
    config.get_string(key).ok()
}

/// `language` of the book's `redress.toml`. The file is checked when the book is opened.
fn book_language(top: &Path) -> Option<Lang> {
    let text = std::fs::read_to_string(top.join("redress.toml")).ok()?;
    let table: toml::Table = text.parse().ok()?;
    table.get("language")?.as_str()?.parse().ok()
}

fn locale() -> Option<Lang> {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(environment::variable)?;
    set.to_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Early;
    use std::path::PathBuf;

    #[test]
    fn flags_are_found_wherever_they_stand() {
        let scan = |line: &str| Early::scan(&line.split(' ').map(Into::into).collect::<Vec<_>>());
        let all = Early { json: true, lang: Some("zh".into()), dir: Some(PathBuf::from("book")), no_pager: false };
        for line in
            ["--json --lang zh -C book list x", "list x --lang=zh -Cbook --json", "list -C=book x --json --lang zh"]
        {
            assert_eq!(scan(line), all, "{line}");
        }
        assert_eq!(scan("new complaint -- --json --lang=zh -C x"), Early::default());
    }
}
