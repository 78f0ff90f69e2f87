//! What people type in their clones beside the steps: attachments, imports, files edited by hand, changes of the
//! staff and of the rules, undo, git's own commands, and a sync whose process dies.

use std::path::Path;
use std::process::{Command, Output};

use redress::record::Id;

use super::clones::{PEOPLE, World, any};

/// The places at which a process dies.
const DEATHS: [&str; 6] =
    ["locked", "objects-written", "journal-written", "ref-moved", "file-renamed", "index-renamed"];
/// Texts of the rule book, with what may follow them. Two clones that change one of them meet.
const RULES: [(&str, &str); 4] = [
    ("policy/kinds/client.toml", "prefix = \"K\"\n"),
    ("policy/kinds/complaint.toml", "prefix = \"C\"\n"),
    ("policy/authority.toml", ""),
    ("policy/acting.toml", ""),
];
/// The commands that are typed.
const TYPED: [&str; 5] = ["attach", "undo", "import", "edit", "commit"];
/// Who gets another name or role.
const EDITED: [&str; 2] = ["chen.yu", "wu.hao"];

impl World {
    /// Something that is typed. What the program refuses is not done.
    pub(super) fn typed(&mut self, clone: usize, what: usize, one: usize, other: usize) -> Result<(), String> {
        let turn = self.turns;
        match what {
            0 => {
                let Some(id) = self.any(clone, one)? else { return Ok(()) };
                let name = format!("note-{}.txt", other % 3);
                self.put(&name, &format!("{}\n", other % 2));
                self.type_in(clone, &format!("attach {id} ../{name} -m 'turn {turn}.'"), true)
            }
            1 => self.undo(clone),
            2 => {
                let row = |key: usize| format!("imported-{key},city-{}\n", other % 2);
                self.put("rows.csv", &["name,city\n", &row(one % 2), &row(2 + one % 3)].concat());
                self.type_in(clone, "import client ../rows.csv --key name", false)
            }
            3 => {
                let id = EDITED[one % EDITED.len()];
                let role = ["cs-supervisor", "after-sales-specialist", "sales-clerk"][other % 3];
                let set = match other % 4 {
                    0 | 2 => format!("name='{id} {}'", other % 4),
                    1 => format!("roles.+.role={role}"),
                    // what they do in other clones meanwhile has no effect
                    _ => format!("roles= roles.+.role={role}"),
                };
                self.type_in(clone, &format!("edit {id} {set} -m 'turn {turn}.'"), true)
            }
            4 => {
                let (path, after) = RULES[one % RULES.len()];
                let file = self.place(clone).join(path);
                let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
                let comment = format!("# changed {other}\n");
                let changed = match text.find(after).filter(|_| !after.is_empty()) {
                    Some(at) => [&text[..at + after.len()], &comment, &text[at + after.len()..]].concat(),
                    None => text + &comment,
                };
                self.by_hand(clone, path, &changed, "commit -m rules", false)
            }
            5 => {
                let Some(id) = self.any(clone, one)? else { return Ok(()) };
                let Some(path) = self.path(clone, &id)? else { return Ok(()) };
                let text = std::fs::read_to_string(self.place(clone).join(&path)).map_err(|error| error.to_string())?;
                let text = format!("# turn {turn}.\n{text}");
                self.by_hand(clone, &path, &text, "commit --comments note", true)
            }
            6 => self.pull(clone, other.is_multiple_of(2)),
            _ => {
                let point = format!("{}:abort", DEATHS[one % DEATHS.len()]);
                self.say(clone, &format!("sync  # dies, REDRESS_FAILPOINT={point}"));
                let died = self.redress(clone, "sync").env("REDRESS_FAILPOINT", point).output();
                *self.tally.entry("died").or_default() += usize::from(died.is_ok_and(|died| !died.status.success()));
                self.open_again(clone);
                Ok(())
            }
        }
    }

    /// Runs the program in a clone. `leaves` says whether a record gets the note of this turn.
    fn type_in(&mut self, clone: usize, line: &str, leaves: bool) -> Result<(), String> {
        let before = self.tip(clone)?;
        let output = self.redress(clone, line).output().map_err(|error| error.to_string())?;
        self.open_again(clone);
        if output.status.code().is_none_or(|code| code > 3) {
            return Err(format!("{line}: {}", said(&output)));
        }
        if self.tip(clone)? != before {
            self.say(clone, line);
            let what = line.split(' ').next().unwrap_or_default();
            let known = TYPED.into_iter().find(|known| *known == what);
            *self.tally.entry(known.unwrap_or("typed")).or_default() += 1;
            if leaves {
                self.noted.push(format!("turn {}.", self.turns));
            }
        }
        Ok(())
    }

    /// Changes a file by hand and commits it. If that is refused, the file is set back.
    fn by_hand(&mut self, clone: usize, path: &str, text: &str, line: &str, leaves: bool) -> Result<(), String> {
        self.recover(clone)?;
        std::fs::write(self.place(clone).join(path), text).map_err(|error| error.to_string())?;
        self.commands.push(format!("$EDITOR {clone}/{path}"));
        self.type_in(clone, line, leaves)?;
        self.git(clone, &["checkout", "-q", "HEAD", "--", path]).map(drop)
    }

    /// An undo takes its own notes away.
    fn undo(&mut self, clone: usize) -> Result<(), String> {
        let before = self.texts(clone)?;
        self.type_in(clone, "undo -y", false)?;
        let after = self.texts(clone)?;
        self.noted.retain(|note| !before.contains(note.as_str()) || after.contains(note.as_str()));
        Ok(())
    }

    /// Lets git merge or rebase. What git alone cannot unite is taken back, as the pages say.
    fn pull(&mut self, clone: usize, rebase: bool) -> Result<(), String> {
        self.recover(clone)?;
        let before = self.tip(clone)?;
        let how = if rebase { "--rebase" } else { "--no-rebase" };
        self.commands.push(format!("git -C {clone} pull {how} origin main  # else back to sync"));
        let driver = format!("merge.redress.driver={} merge-driver %O %A %B %P", env!("CARGO_BIN_EXE_redress"));
        let pulled =
            self.command("git", clone).args(["-c", &driver, "pull", "-q", "--no-edit", how, "origin", "main"]).output();
        let pulled = pulled.is_ok_and(|output| output.status.success());
        if !pulled {
            let verb = if rebase { "rebase" } else { "merge" };
            // nothing was begun if files were in the way
            self.git(clone, &[verb, "--abort"]).ok();
        }
        self.open_again(clone);
        let sound = pulled && self.findings(clone)?.is_none();
        if !sound {
            self.git(clone, &["reset", "-q", "--hard", &before])?;
            self.open_again(clone);
        }
        let what = if sound && self.tip(clone)? != before { "pulled" } else { "pull taken back" };
        *self.tally.entry(what).or_default() += 1;
        Ok(())
    }

    /// Takes the published lines of files that both sides changed, as `sync` advises.
    pub(super) fn give_in(&mut self, clone: usize, theirs: &str, paths: &[String]) -> Result<(), String> {
        let source = format!("--source={theirs}");
        let mut words = vec!["restore", &source, "--"];
        words.extend(paths.iter().map(String::as_str));
        self.git(clone, &words)?;
        self.commands.push(format!("git -C {clone} {}", words.join(" ")));
        *self.tally.entry("gave in").or_default() += 1;
        self.type_in(clone, &format!("commit {} -m theirs", paths.join(" ")), false)
    }

    fn any(&self, clone: usize, pick: usize) -> Result<Option<Id>, String> {
        Ok(any(&self.view(clone)?, pick))
    }

    fn path(&self, clone: usize, id: &Id) -> Result<Option<String>, String> {
        Ok(self.view(clone)?.path(id))
    }

    /// The texts of all records of a clone.
    fn texts(&self, clone: usize) -> Result<String, String> {
        let paths = self.view(clone)?.record_files();
        Ok(paths.iter().filter_map(|path| std::fs::read_to_string(self.place(clone).join(path)).ok()).collect())
    }

    /// Writes a file beside the clones.
    fn put(&mut self, name: &str, text: &str) {
        std::fs::write(self.place(0).with_file_name(name), text).expect("a file");
        self.commands.push(format!("printf '{}' > {name}", text.replace('\n', "\\n")));
    }

    fn redress(&self, clone: usize, line: &str) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_redress"), clone);
        command.arg("--now").arg(self.now()).args(redress::cli::words::split(line));
        command
    }

    /// Whether a report of the first clone can be made, and all that it counts balances.
    pub(super) fn reported(&self, report: &str) -> Result<(), String> {
        let output = self.redress(0, &format!("report {report}")).output().map_err(|error| error.to_string())?;
        output.status.success().then_some(()).ok_or_else(|| format!("report {report}: {}", said(&output)))
    }

    fn git(&self, clone: usize, words: &[&str]) -> Result<String, String> {
        let output = self.command("git", clone).args(words).output().map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            false => Err(format!("git {words:?}: {}", said(&output))),
        }
    }

    /// A program in a clone, in the name of the person who works there.
    #[allow(clippy::disallowed_methods, reason = "git is found where the person who runs the tests has it")]
    fn command(&self, program: impl AsRef<Path>, clone: usize) -> Command {
        let mut command = Command::new(program.as_ref());
        let (name, email) = (PEOPLE[clone], format!("{}@example.cn", PEOPLE[clone]));
        command.env_clear().current_dir(self.place(clone)).stdin(std::process::Stdio::null());
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("LANG", "C.UTF-8");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", self.place(clone));
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), name).env(format!("GIT_{role}_EMAIL"), &email);
            command.env(format!("GIT_{role}_DATE"), self.now());
        }
        command
    }

    fn tip(&self, clone: usize) -> Result<String, String> {
        self.git(clone, &["rev-parse", "HEAD"])
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
