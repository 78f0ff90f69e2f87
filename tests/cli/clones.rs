//! Several clones of one book with a shared repository, for tests of sharing.

use crate::sandbox::Sandbox;

/// A folder with the shared repository `shared.git` and clones beside it.
pub(crate) struct Clones {
    /// Where everything lies.
    pub(crate) sandbox: Sandbox,
}

/// Those who have a clone, with their address: Li Na has made the book.
pub(crate) const PEOPLE: [(&str, &str); 3] = [("li", "li.na"), ("wang", "wang.lei"), ("zhao", "zhao.min")];

impl Clones {
    /// The clones of Li Na and of the first `others` colleagues, all equal, with two clients.
    pub(crate) fn with(others: usize) -> Self {
        let clones = Clones { sandbox: Sandbox::empty() };
        clones.sandbox.git("init -q --bare shared.git");
        clones.beside("init li --preset basic");
        for (_, id) in &PEOPLE[1..] {
            clones.ok("li", &format!("new staff --id {id} name={id} emails={id}@example.cn roles.+.role=cs-manager"));
        }
        for key in ["hengtai", "haitian"] {
            clones.ok("li", &format!("new client name={key} --key {key}"));
        }
        clones.git("li", "remote add origin ../shared.git");
        clones.ok("li", "sync");
        for (name, id) in &PEOPLE[1..=others] {
            clones.beside(&format!("clone shared.git {name}"));
            clones.git(name, &format!("config user.name {id}"));
            clones.git(name, &format!("config user.email {id}@example.cn"));
        }
        clones
    }

    /// Runs a command beside the clones, which must succeed.
    pub(crate) fn beside(&self, line: &str) -> String {
        let shown = self.sandbox.run(line);
        assert!(shown.ends_with("--- exit 0\n"), "{line}: {shown}");
        shown
    }

    /// Runs a command in a clone and returns everything that it shows.
    pub(crate) fn run(&self, name: &str, line: &str) -> String {
        self.sandbox.run(&format!("-C {name} {line}"))
    }

    /// Runs a command in a clone that must succeed.
    pub(crate) fn ok(&self, name: &str, line: &str) -> String {
        let shown = self.run(name, line);
        assert!(shown.ends_with("--- exit 0\n"), "{name}: {line}: {shown}");
        shown
    }

    /// Runs git in a clone.
    pub(crate) fn git(&self, name: &str, line: &str) -> String {
        self.sandbox.git(&format!("-C {name} {line}"))
    }

    /// A command in a clone that finds the program in its PATH, as where it is installed.
    pub(crate) fn command(&self, name: &str, program: &str) -> std::process::Command {
        let bin = std::path::Path::new(env!("CARGO_BIN_EXE_redress")).parent().expect("a folder");
        let mut command = self.sandbox.command(program);
        let path = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path);
        let path = format!("{}:{}", bin.display(), path.unwrap_or_default().to_string_lossy());
        command.env("PATH", path).current_dir(self.sandbox.dir().join(name));
        command
    }

    /// Runs git in a clone. Whether it succeeded, and what it said. The program is not in its PATH.
    pub(crate) fn tried(&self, name: &str, line: &str) -> (bool, String) {
        let mut command = self.sandbox.command("git");
        let output = command.current_dir(self.sandbox.dir().join(name)).args(line.split(' ')).output();
        let output = output.expect("git runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    /// The last commit of a clone.
    pub(crate) fn tip(&self, name: &str) -> String {
        self.git(name, "rev-parse HEAD").trim().to_owned()
    }

    /// What is published.
    pub(crate) fn published(&self) -> String {
        self.git("shared.git", "rev-parse main").trim().to_owned()
    }

    /// Makes a client with this name and key.
    pub(crate) fn add(&self, name: &str, key: &str) {
        self.ok(name, &format!("new client name={key} --key {key}"));
    }

    /// Changes a file of a clone, such as one of its rules.
    pub(crate) fn rewrite(&self, name: &str, file: &str, changes: &[(&str, &str)]) {
        let path = format!("{name}/{file}");
        let mut text = self.sandbox.read(&path);
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replacen(from, to, 1);
        }
        self.sandbox.write(&path, &text);
    }

    /// Whether git finds a clone clean and whole, and the book valid.
    pub(crate) fn check(&self, name: &str) {
        assert_eq!(self.git(name, "status --porcelain"), "", "{name}");
        self.git(name, "fsck --strict --no-dangling");
        assert_eq!(self.run(name, "validate"), "--- exit 0\n", "{name}");
    }

    /// Syncs each of these clones, in this order, so that all have what all have recorded. Then they are equal and
    /// valid, and the audit finds nothing.
    pub(crate) fn agree(&self, names: &[&str]) {
        for name in names.iter().chain(names) {
            self.ok(name, "sync");
        }
        for name in names {
            assert_eq!(self.tip(name), self.published(), "{name}");
            self.check(name);
            assert_eq!(self.run(name, "audit --quiet"), "--- exit 0\n", "{name}");
        }
    }

    /// A state or other value of a record.
    pub(crate) fn value(&self, name: &str, record: &str, field: &str) -> String {
        let shown = self.sandbox.json(&format!("-C {name} show {record}"));
        shown["data"][field].as_str().unwrap_or_default().to_owned()
    }
}
