//! What the repository takes from the process's environment, as a value: only the command edge reads the variables.

use std::ffi::OsString;
use std::path::PathBuf;

use super::failpoint::Failpoint;

/// The variables of git, and our own failpoint, that change what opening and writing do.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// `GIT_DIR`: the repository to use instead of the one found from the directory.
    pub git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`: the working tree that belongs to `git_dir`.
    pub work_tree: Option<PathBuf>,
    /// `GIT_INDEX_FILE`: set inside a hook or a script that builds a commit of its own; writing is refused.
    pub index_file: Option<PathBuf>,
    /// `GIT_AUTHOR_NAME`, before `user.name`.
    pub author_name: Option<String>,
    /// `GIT_AUTHOR_EMAIL`, before `user.email`.
    pub author_email: Option<String>,
    /// `GIT_COMMITTER_NAME`, before `user.name`.
    pub committer_name: Option<String>,
    /// `GIT_COMMITTER_EMAIL`, before `user.email`.
    pub committer_email: Option<String>,
    /// Settings of git that are given by the environment, in the order in which git takes them: `GIT_CONFIG_COUNT` with
    /// `GIT_CONFIG_KEY_n` and `GIT_CONFIG_VALUE_n`, and what `git -c` hands on in `GIT_CONFIG_PARAMETERS`.
    pub settings: Vec<(String, String)>,
    /// `GIT_CONFIG_GLOBAL` and `GIT_CONFIG_SYSTEM`: the file of settings instead of the user's and of the system's.
    pub global_settings: Option<PathBuf>,
    /// See `global_settings`; `GIT_CONFIG_NOSYSTEM` leaves the system's out.
    pub system_settings: Option<PathBuf>,
    /// What tells this build of the program from every other, so that kept files are found again. Without it nothing is kept.
    pub program: Option<String>,
    /// `REDRESS_FAILPOINT`: where a debug build is to fail on purpose.
    pub failpoint: Failpoint,
}

impl Environment {
    /// Takes the variables through `get`, which at the command edge is the process's environment.
    pub fn read(get: impl Fn(&str) -> Option<OsString>) -> Environment {
        let filled = |name: &str| get(name).filter(|value| !value.is_empty());
        let text = |name: &str| filled(name).and_then(|value| value.into_string().ok());
        Environment {
            git_dir: filled("GIT_DIR").map(PathBuf::from),
            work_tree: filled("GIT_WORK_TREE").map(PathBuf::from),
            index_file: filled("GIT_INDEX_FILE").map(PathBuf::from),
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

/// Settings as git reads them from the environment; git complains of anything else itself.
fn settings(text: &dyn Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let count = text("GIT_CONFIG_COUNT").and_then(|count| count.trim().parse::<usize>().ok()).unwrap_or_default();
    // an empty value is one, which `text` does not tell from none
    let numbered = (0..count.min(MOST)).filter_map(|n| {
        let value = text(&format!("GIT_CONFIG_VALUE_{n}")).unwrap_or_default();
        Some((text(&format!("GIT_CONFIG_KEY_{n}"))?, value))
    });
    let handed = text("GIT_CONFIG_PARAMETERS").map(|text| handed_on(&text)).unwrap_or_default();
    handed.into_iter().chain(numbered).map(|(key, value)| (plain(&key), value)).collect()
}

/// What git takes for yes.
fn is_yes(text: &str) -> bool {
    !matches!(text.to_ascii_lowercase().as_str(), "false" | "no" | "off" | "0")
}

/// More settings than anybody gives.
const MOST: usize = 1_000;

/// A key as the library has it: section and name in small letters, what stands between them as it is.
fn plain(key: &str) -> String {
    match (key.split_once('.'), key.rsplit_once('.')) {
        (Some((section, _)), Some((before, name))) => {
            let between = before.get(section.len()..).unwrap_or_default();
            format!("{}{between}.{}", section.to_ascii_lowercase(), name.to_ascii_lowercase())
        }
        _ => key.to_ascii_lowercase(),
    }
}

/// What `git -c` hands on: `'key=value'` and `'key'='value'` beside one another, quoted as for a shell.
fn handed_on(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for word in words(text) {
        let (key, value) = word.split_once('=').map_or((word.as_str(), "true"), |(key, value)| (key, value));
        found.push((key.to_owned(), value.to_owned()));
    }
    found
}

/// The words of a line in which quotes stand as git writes them: nothing but `'…'`, `\'` and `\!`.
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
