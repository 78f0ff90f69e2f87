//! A temporary folder with an identity, a clock and a language of its own, and the program that runs in it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The time of every command, unless it says otherwise: a Tuesday morning.
pub(crate) const NOW: &str = "2026-11-24T09:00:00+08:00";

/// A folder on which nothing outside has an influence.
pub(crate) struct Sandbox {
    root: tempfile::TempDir,
}

impl Sandbox {
    /// An empty folder with git's identity set, and no repository.
    pub(crate) fn empty() -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(root.path().join("book")).expect("a folder");
        let identity = "[user]\n\tname = Li Na\n\temail = li.na@example.cn\n[init]\n\tdefaultBranch = main\n[core]\n\tautocrlf = false\n";
        std::fs::write(root.path().join(".gitconfig"), identity).expect("git's configuration");
        Sandbox { root }
    }

    /// The folder that commands run in.
    pub(crate) fn dir(&self) -> PathBuf {
        self.root.path().join("book")
    }

    /// Writes a file in the folder.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.dir().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }

    /// Reads a file in the folder.
    #[allow(dead_code)] // for tests that look at what was written
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.dir().join(path)).expect("a file")
    }

    /// Runs git and returns its output.
    pub(crate) fn git(&self, line: &str) -> String {
        let output = self.command("git").args(words(line)).output().expect("git runs");
        assert!(output.status.success(), "git {line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// A command in the folder. Its environment has only what every command needs.
    #[allow(clippy::disallowed_methods, reason = "the sandbox finds git where the person who runs the tests has it")]
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(self.dir()).env_clear().stdin(Stdio::null());
        for (name, value) in [
            ("HOME", self.root.path().as_os_str().to_owned()),
            ("XDG_CONFIG_HOME", self.root.path().join("config").into()),
            ("GIT_CONFIG_GLOBAL", self.root.path().join(".gitconfig").into()),
            ("GIT_CONFIG_NOSYSTEM", "1".into()),
            ("GIT_AUTHOR_DATE", NOW.into()),
            ("GIT_COMMITTER_DATE", NOW.into()),
            ("PATH", std::env::var_os("PATH").unwrap_or_default()),
            ("LANG", "C.UTF-8".into()),
            ("TZ", "UTC".into()),
            ("REDRESS_NOW", NOW.into()),
        ] {
            command.env(name, value);
        }
        command
    }

    /// `redress` with these words, not yet run.
    pub(crate) fn redress(&self, line: &str) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_redress"));
        command.args(practice(words(line)));
        command
    }

    /// Runs `redress` and returns everything that it shows, for a snapshot: see [`shown`].
    pub(crate) fn run(&self, line: &str) -> String {
        let output = self.redress(line).output().expect("redress runs");
        self.shown(&output)
    }

    /// As [`Sandbox::run`], with text on standard input.
    #[allow(dead_code)] // for commands that read their input
    pub(crate) fn run_with(&self, line: &str, input: &str) -> String {
        let mut child = self
            .redress(line)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("redress runs");
        // a command that does not read its input closes it
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).ok();
        self.shown(&child.wait_with_output().expect("redress ends"))
    }

    /// Runs `redress --json` and returns its answer.
    #[allow(dead_code)] // for commands with data
    pub(crate) fn json(&self, line: &str) -> serde_json::Value {
        let output = self.redress(line).arg("--json").output().expect("redress runs");
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{line}: {error}\n{}", self.shown(&output)))
    }

    /// Standard output, then `--- stderr` with standard error if there is any, and `--- exit N`. Ids become `C-ID1`,
    /// `C-ID2` in the order in which they appear, commit hashes `HASH`, and the folder `[BOOK]`.
    pub(crate) fn shown(&self, output: &Output) -> String {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text in UTF-8");
        let mut all = text(&output.stdout);
        let stderr: String = text(&output.stderr).split_inclusive('\n').filter(|line| !is_of_next_year(line)).collect();
        if !stderr.is_empty() {
            all.push_str(&format!("--- stderr\n{stderr}"));
        }
        match output.status.code() {
            Some(code) => all.push_str(&format!("--- exit {code}\n")),
            None => all.push_str("--- ended by a signal\n"),
        }
        let real = std::fs::canonicalize(self.dir()).unwrap_or_else(|_| self.dir());
        let all = all.replace(&*real.to_string_lossy(), "[BOOK]").replace(&*self.dir().to_string_lossy(), "[BOOK]");
        normalised(&all)
    }
}

/// Whether a line warns that the calendar lacks the next year. Every book does so from November on; a test of calendars
/// looks at it.
pub(crate) fn is_of_next_year(line: &str) -> bool {
    line.contains("next year's holidays (") || line.contains("缺少下一年度（")
}

/// The words of a command. `init` makes a practice book, whose time is [`NOW`], unless the line names a clock.
fn practice(mut words: Vec<String>) -> Vec<String> {
    let says = |word: &String| word.starts_with("--clock") || word == "--help" || word == "help";
    if words.iter().any(|word| word == "init") && !words.iter().any(says) {
        words.extend(["--clock".to_owned(), "simulated".to_owned()]);
    }
    words
}

/// The words of a line, split at spaces. Single quotes keep words together.
fn words(line: &str) -> Vec<String> {
    redress::cli::words::split(line)
}

/// The text with names for ids and hashes that are the same at every run.
fn normalised(text: &str) -> String {
    let mut seen: Vec<String> = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || c == '-' {
            word.push(c);
            continue;
        }
        out.push_str(&replaced(&word, &mut seen));
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}

fn replaced(word: &str, seen: &mut Vec<String>) -> String {
    let coded = word.parse::<redress::record::Id>().ok().filter(|id| !id.is_person());
    if let Some(id) = coded {
        let at = seen.iter().position(|known| known == word).unwrap_or_else(|| {
            seen.push(word.to_owned());
            seen.len() - 1
        });
        return format!("{}-ID{}", id.prefix().unwrap_or_default(), at + 1);
    }
    let hexadecimal = word.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let mixed = word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_lowercase());
    match word.len() {
        // one in three hundred of the hashes with twelve characters has only digits
        12 | 40 if hexadecimal => "HASH".to_owned(),
        7..=11 if hexadecimal && mixed => "HASH".to_owned(),
        _ => word.to_owned(),
    }
}

#[test]
fn ids_and_hashes_have_the_same_names_at_every_run() {
    assert_eq!(
        normalised(
            "C-261122-7K3F2 K-260301-9XQ4M C-261122-7K3F2, li.na 3f2a9c1b77d0 710694589353 20261122 abcdefg 2026-11-24"
        ),
        "C-ID1 K-ID2 C-ID1, li.na HASH HASH 20261122 abcdefg 2026-11-24"
    );
}
