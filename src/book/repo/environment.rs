//! The process's environment, as far as the repository uses it, as a value. Only the command edge reads the
//! variables.

use std::ffi::OsString;
use std::path::PathBuf;

use super::failpoint::Failpoint;

/// The variables of git that change how a repository is opened and written, and our own failpoint.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `GIT_DIR`: the repository to use instead of the one found from the directory.
    pub git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`: the working tree that belongs to `git_dir`.
    pub work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: set in a hook, or in a script that builds its own commit. Writing is then refused.
    pub index_file: Option<PathBuf>,
    /// `GIT_REFLOG_ACTION`: what git is doing while it runs this program, as `merge origin/main`. Not every command of
    /// git says it.
    pub doing: Option<String>,
    /// `GIT_AUTHOR_NAME`; it wins over `user.name`.
    pub author_name: Option<String>,
    /// `GIT_AUTHOR_EMAIL`; it wins over `user.email`.
    pub author_email: Option<String>,
    /// `GIT_COMMITTER_NAME`; it wins over `user.name`.
    pub committer_name: Option<String>,
    /// `GIT_COMMITTER_EMAIL`; it wins over `user.email`.
    pub committer_email: Option<String>,
    /// Settings of git in the environment, in the order in which git reads them: `GIT_CONFIG_COUNT` with
    /// `GIT_CONFIG_KEY_n` and `GIT_CONFIG_VALUE_n`, and `GIT_CONFIG_PARAMETERS`, which `git -c` sets.
    pub settings: Vec<(String, String)>,
    /// `GIT_CONFIG_GLOBAL`: the settings file that replaces the user's.
    pub global_settings: Option<PathBuf>,
    /// `GIT_CONFIG_SYSTEM`: the settings file that replaces the system's. `GIT_CONFIG_NOSYSTEM` means that there is
    /// none.
    pub system_settings: Option<PathBuf>,
    /// Identifies this build of the program, so that stored files are only used by the same build. `None` means that
    /// nothing is stored.
    pub program: Option<String>,
    /// `REDRESS_FAILPOINT`: where a debug build must fail on purpose.
    pub failpoint: Failpoint,
}

impl Environment {
    /// Reads the variables with `get`, which at the command edge reads the process's environment.
    pub fn read(get: impl Fn(&str) -> Option<OsString>) -> Environment {
        let filled = |name: &str| get(name).filter(|value| !value.is_empty());
        let text = |name: &str| filled(name).and_then(|value| value.into_string().ok());
        Environment {
            git_dir: filled("GIT_DIR").map(PathBuf::from),
            work_tree: filled("GIT_WORK_TREE").map(PathBuf::from),
            index_file: filled("GIT_INDEX_FILE").map(PathBuf::from),
            doing: text("GIT_REFLOG_ACTION"),
            author_name: text("GIT_AUTHOR_NAME"),
            author_email: text("GIT_AUTHOR_EMAIL"),
            committer_name: text("GIT_COMMITTER_NAME"),
            committer_email: text("GIT_COMMITTER_EMAIL"),
            settings: settings(&text),
            global_settings: get("GIT_CONFIG_GLOBAL").map(PathBuf::from),
            system_settings: match text("GIT_CONFIG_NOSYSTEM").is_some_and(|value| is_yes(&value)) {
                true => Some(PathBuf::new()),
                false => get("GIT_CONFIG_SYSTEM").map(PathBuf::from),
            },
            program: None,
            failpoint: text("REDRESS_FAILPOINT").map(|spec| Failpoint::parse(&spec)).unwrap_or_default(),
        }
    }
}

/// The settings that git reads from the environment. Git itself complains about anything else.
fn settings(text: &dyn Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let count = text("GIT_CONFIG_COUNT").and_then(|count| count.trim().parse::<usize>().ok()).unwrap_or_default();
    // an empty value counts as a value, but `text` does not distinguish it from a missing one
    let numbered = (0..count.min(MOST)).filter_map(|n| {
        let value = text(&format!("GIT_CONFIG_VALUE_{n}")).unwrap_or_default();
        Some((text(&format!("GIT_CONFIG_KEY_{n}"))?, value))
    });
    let handed = text("GIT_CONFIG_PARAMETERS").map(|text| handed_on(&text)).unwrap_or_default();
    handed.into_iter().chain(numbered).map(|(key, value)| (plain(&key), value)).collect()
}

/// Whether git takes a text for yes.
fn is_yes(text: &str) -> bool {
    !matches!(text.to_ascii_lowercase().as_str(), "false" | "no" | "off" | "0")
}

/// The most settings that are read.
const MOST: usize = 1_000;

/// A key in the library's form: section and name in lower case, the part between them unchanged.
fn plain(key: &str) -> String {
    match (key.split_once('.'), key.rsplit_once('.')) {
        (Some((section, _)), Some((before, name))) => {
            let between = before.get(section.len()..).unwrap_or_default();
            format!("{}{between}.{}", section.to_ascii_lowercase(), name.to_ascii_lowercase())
        }
        _ => key.to_ascii_lowercase(),
    }
}

/// The settings that `git -c` passes on: `'key=value'` or `'key'='value'`, one after another, quoted for a shell.
fn handed_on(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for word in words(text) {
        let (key, value) = word.split_once('=').map_or((word.as_str(), "true"), |(key, value)| (key, value));
        found.push((key.to_owned(), value.to_owned()));
    }
    found
}

/// The words of a line with git's quoting: only `'…'`, `\'` and `\!`.
fn words(text: &str) -> Vec<String> {
    let (mut found, mut word, mut quoted) = (Vec::new(), String::new(), false);
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\'' => quoted = !quoted,
            '\\' if !quoted => word.extend(signs.next()),
            ' ' if !quoted => found.push(std::mem::take(&mut word)),
            sign => word.push(sign),
        }
    }
    found.push(word);
    found.retain(|word| !word.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::Environment;
    use std::collections::HashMap;

    fn read(variables: &[(&str, &str)]) -> Vec<(String, String)> {
        let variables: HashMap<&str, &str> = variables.iter().copied().collect();
        Environment::read(|name| variables.get(name).map(Into::into)).settings
    }

    #[test]
    fn settings_come_from_the_environment_as_git_has_them() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let name = ("GIT_CONFIG_KEY_0", "User.Name");
        assert_eq!(read(&[name, ("GIT_CONFIG_VALUE_0", "Li Na")]), []);
        let counted = ("GIT_CONFIG_COUNT", "2");
        let more = [counted, name, ("GIT_CONFIG_VALUE_0", "Li Na"), ("GIT_CONFIG_KEY_1", "url.A/B.insteadOf")];
        assert_eq!(read(&more), [pair("user.name", "Li Na"), pair("url.A/B.insteadof", "")]);
        let handed = ("GIT_CONFIG_PARAMETERS", r"'user.name'='O'\''Hara' 'user.email=o@example.com' 'commit.gpgSign'");
        let all = [pair("user.name", "O'Hara"), pair("user.email", "o@example.com"), pair("commit.gpgsign", "true")];
        assert_eq!(read(&[handed]), all);
        assert_eq!(read(&[("GIT_CONFIG_COUNT", "many"), name]), []);
    }
}
