//! Books for the audit's tests: made by the program, with roles and authority, and forged with git alone.

use std::cell::Cell;
use std::path::Path;
use std::process::Command;

use super::super::repo::{Environment, Repo};
use super::super::{AuditScope, Book, BookError, Writer, Writing};
use crate::audit::{Finding, Said, Subject};
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::lifecycle::{Actor, Request};
use crate::policy::tests::{sources_of, text};
use crate::policy::{Control, Policy};
use crate::record::{Fields, Id, Type, Value, parse_time};

const SETTINGS: &str =
    "name = \"test\"\nformat = 1\nlanguage = \"en\"\ntime-zone = \"Asia/Shanghai\"\npreset = \"basic\"\n";
const AUTHORITY: &str =
    "[[authority.remedy]]\nup-to = \"5000.00\"\nrole = \"cs-manager\"\n\n[[authority.remedy]]\nrole = \"gm\"\n";
const CLERKS: &str = "\n[[clerks]]\nrole = \"sales-clerk\"\nsteps = [\"complaint:register\"]\n";

/// A line of a table: names and stored values.
pub(super) type Line<'l> = &'l [(&'l str, &'l str)];

pub(super) struct Ground {
    dir: tempfile::TempDir,
    clock: Cell<i64>,
}

impl Ground {
    /// A book with the preset basic, made stricter: clerks, deputies, two levels of authority, four eyes, and a rule
    /// on who may decline.
    pub(super) fn new() -> Ground {
        Ground::of("basic", |path, text| match path {
            "policy/authority.toml" => AUTHORITY.to_owned(),
            "policy/acting.toml" => text.replace("anyone = true", "anyone = false") + CLERKS,
            "policy/kinds/complaint.toml" => text
                .replace("to = \"declined\"", "to = \"declined\"\nby = [\"complaint-officer\"]")
                .replace("authority = \"remedy\"", "authority = \"remedy\"\nnot-by = [\"propose\"]"),
            _ => text,
        })
    }

    /// A book with a preset, in the oldest format. `changed` may change each file first.
    pub(super) fn of(preset: &str, changed: impl Fn(&str, String) -> String) -> Ground {
        Ground::of_format(preset, 1, changed)
    }

    /// A book with a preset, in a given format.
    pub(super) fn of_format(preset: &str, format: u64, changed: impl Fn(&str, String) -> String) -> Ground {
        let start = time("2026-11-23T09:00:00+08:00").timestamp();
        let ground = Ground { dir: tempfile::tempdir().expect("a folder"), clock: Cell::new(start) };
        ground.git(&["init", "-q", "-b", "main"]);
        let sources = sources_of(preset);
        // who may change the rules is tried by tests of its own
        for (path, _) in sources.under("").filter(|(path, _)| *path != Control::FILE) {
            // here the first of the staff registers the others
            let text = text(&sources, path).replace("[fields.emails]\nby = [\"gm\"]", "[fields.emails]\n#");
            ground.put(path, &changed(path, text));
        }
        let settings = SETTINGS.replace("basic", preset).replace("format = 1", &format!("format = {format}"));
        ground.put("redress.toml", &settings);
        ground.commit("li.na", "Begin the book");
        ground
    }

    /// A copy, so that each case has its own.
    pub(super) fn copy(&self) -> Ground {
        let dir = tempfile::tempdir().expect("a folder");
        let copied = Command::new("cp").args(["-r", "-T"]).arg(self.top()).arg(dir.path()).status().expect("cp runs");
        assert!(copied.success());
        Ground { dir, clock: self.clock.clone() }
    }

    pub(super) fn top(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn now(&self) -> Moment {
        let utc = chrono::DateTime::from_timestamp(self.clock.get(), 0).expect("a time");
        utc.with_timezone(time("2026-11-23T09:00:00+08:00").offset())
    }

    /// Sets the time from now on.
    pub(super) fn set_now(&self, text: &str) {
        self.clock.set(time(text).timestamp());
    }

    /// Sets the time from now on, in seconds since 1970.
    pub(super) fn set_clock(&self, seconds: i64) {
        self.clock.set(seconds);
    }

    fn tick(&self) {
        self.clock.set(self.clock.get() + 540);
    }

    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let date = format!("{} +0800", self.clock.get());
        let output = Command::new("git")
            .current_dir(self.top())
            .args(["-c", "user.name=Li Na", "-c", "user.email=li.na@example.cn"])
            .args(arguments)
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.top().join(path)).expect("a file")
    }

    pub(super) fn put(&self, path: &str, text: &str) {
        let path = self.top().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }

    /// Commits the working tree with git alone.
    pub(super) fn commit(&self, author: &str, message: &str) {
        self.git(&["add", "-A"]);
        // a message that begins with `x` gets the subject that follows from its trailers, and the form that one step
        // has
        let said = Said::read(message);
        let subject = message.strip_prefix("x\n\n").and_then(|_| Subject::of(&said, &kind_named));
        let message = match (subject, said.steps.as_slice()) {
            (Some(subject), [step]) if !step.whole => {
                let mut trailers = String::new();
                step.write_whole(&mut trailers);
                format!("{}\n\n{trailers}", subject.line())
            }
            (Some(subject), _) => message.replacen('x', &subject.line(), 1),
            (None, _) => message.to_owned(),
        };
        self.commit_as(author, &["--allow-empty", "-m", &message]);
        self.tick();
    }

    /// Commits the working tree with git alone, with the message of an undo of a commit.
    pub(super) fn take_back(&self, author: &str, commit: &str) {
        let all = self.git(&["log", "--all", "--format=%H %s"]);
        let subject = all.lines().find_map(|line| line.strip_prefix(commit)).unwrap_or_default();
        self.commit(author, &format!("undo: {}\n\nRedress-Undo: {commit}", subject.trim()));
    }

    /// Commits with git, as author and committer.
    pub(super) fn commit_as(&self, person: &str, more: &[&str]) {
        let (name, email) = (format!("user.name={person}"), format!("user.email={person}@example.cn"));
        self.git(&[&["-c", &name, "-c", &email, "commit", "-q"], more].concat());
    }

    pub(super) fn book(&self, typist: &str) -> Book {
        self.book_of(None, typist)
    }

    /// The book as a build of the program opens it, which keeps what it finds out.
    pub(super) fn book_of(&self, program: Option<&str>, typist: &str) -> Book {
        let environment = Environment {
            program: program.map(str::to_owned),
            author_name: Some(typist.to_owned()),
            author_email: Some(format!("{typist}@example.cn")),
            committer_name: Some(typist.to_owned()),
            committer_email: Some(format!("{typist}@example.cn")),
            ..Environment::default()
        };
        Book::over(Repo::discover(self.top(), &environment).expect("a repository"))
    }

    /// One operation through the program.
    pub(super) fn write<T>(&self, typist: &str, work: impl FnOnce(&mut Writing<'_>) -> Result<T, BookError>) -> T {
        let result = self.book(typist).write(Writer::new(self.now()), work);
        let (value, written) = result.unwrap_or_else(|error| panic!("{error:?}"));
        assert!(written.committed.is_some(), "nothing was written");
        self.tick();
        value
    }

    /// Makes a record.
    pub(super) fn make(&self, by: &str, kind: &str, fields: Line<'_>) -> Id {
        self.make_with(by, kind, None, fields, &[])
    }

    /// Makes a record with some fields that are tables.
    pub(super) fn make_with(
        &self,
        by: &str,
        kind: &str,
        id: Option<&str>,
        fields: Line<'_>,
        tables: &[(&str, &[Line<'_>])],
    ) -> Id {
        self.write(by, |w| {
            let request = request(w.view.policy(), kind, "", own(by), fields, tables);
            Ok(w.operation.create(kind, id.map(person), &request)?)
        })
    }

    /// Takes a step.
    pub(super) fn step(&self, by: &str, id: &Id, step: &str, fields: Line<'_>) {
        self.step_as(own(by), id, step, fields, &[]);
    }

    /// Takes a step as somebody, with fields that are tables.
    pub(super) fn step_as(&self, actor: Actor, id: &Id, step: &str, fields: Line<'_>, tables: &[(&str, &[Line<'_>])]) {
        let typist = actor.typist.to_string();
        self.write(&typist, |w| {
            let kind = w.view.policy().kind_of(id).expect("a kind").name().to_owned();
            let request = request(w.view.policy(), &kind, step, actor, fields, tables);
            match step {
                "edit" => w.operation.edit(id, &request)?,
                _ => w.operation.advance(id, &request)?,
            }
            Ok(())
        });
    }

    /// All findings of the audit of the whole history.
    pub(super) fn audit(&self) -> Vec<Finding> {
        self.audit_in(&AuditScope::default())
    }

    pub(super) fn audit_in(&self, scope: &AuditScope) -> Vec<Finding> {
        self.book("li.na").audit(scope, &mut |_, _| {}).expect("history can be read").findings
    }

    /// The rules that the audit finds broken, each once.
    pub(super) fn rules(&self) -> Vec<&'static str> {
        let mut rules: Vec<&str> = self.audit().iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

pub(super) fn time(text: &str) -> Moment {
    parse_time(text).expect("a time")
}

pub(super) fn person(name: &str) -> Id {
    name.parse().expect("a person")
}

pub(super) fn own(name: &str) -> Actor {
    Actor::own(person(name))
}

pub(super) fn request(
    policy: &Policy,
    kind: &str,
    step: &str,
    actor: Actor,
    fields: Line<'_>,
    tables: &[(&str, &[Line<'_>])],
) -> Request {
    let kind = policy.kind(kind).expect("a kind");
    let mut request = Request::new(step, actor);
    for (name, text) in fields {
        match *name {
            "#note" => request.note = Some((*text).to_owned()),
            "#key" => request.key = Some((*text).to_owned()),
            "#on" => request.on = Some(time(text)),
            _ => {
                let field = kind.shape.field_id(name).unwrap_or_else(|| panic!("no field {name}"));
                request.set.push((field, value(&kind.field(field).ty, text)));
            }
        }
    }
    request.set.extend(tables.iter().map(|(name, lines)| table(kind, name, lines)));
    request
}

fn value(ty: &Type, text: &str) -> Option<Value> {
    let one = |ty: &Type, text: &str| Value::from_stored(ty, text).unwrap_or_else(|error| panic!("{text}: {error}"));
    match ty {
        _ if text.is_empty() => None,
        Type::List(element) => Some(Value::List(text.split(',').map(|text| one(element, text)).collect())),
        ty => Some(one(ty, text)),
    }
}

fn table(kind: &Kind, name: &str, lines: &[Line<'_>]) -> (crate::record::FieldId, Option<Value>) {
    let field = kind.shape.field_id(name).unwrap_or_else(|| panic!("no field {name}"));
    let Type::Group(shape) = kind.field(field).ty.element() else { panic!("{name} is no table") };
    let line = |line: &Line<'_>| {
        let mut fields = Fields::new();
        for (name, text) in *line {
            let id = shape.field_id(name).unwrap_or_else(|| panic!("no field {name}"));
            fields.set(id, value(&shape.field(id).ty, text).expect("a value"));
        }
        Value::Group(fields)
    };
    (field, Some(Value::List(lines.iter().map(line).collect())))
}

/// The kind of a record, by its id.
fn kind_named(id: &str) -> String {
    let kind = match id.split_once('-').map(|(prefix, _)| prefix) {
        Some("C") => "complaint",
        Some("K") => "client",
        Some("R") => "return",
        Some("A") => "allowance",
        Some("W") => "task",
        Some("N") => "notice",
        Some("M") => "measure",
        Some("B") => "callback",
        Some("S") => "sanction",
        Some("F") => "invoice",
        Some("Q") => "inquiry",
        _ => "staff",
    };
    kind.to_owned()
}
