//! A walk repeated in a real book: its commits contain what the walk left, and the audit finds nothing in them.

use std::path::Path;
use std::process::Command;

use chrono::TimeDelta;
use redress::book::repo::{Environment, Expect, Repo};
use redress::book::{AuditScope, Book, BookError, Writer, Writing};
use redress::calendar::Moment;
use redress::lifecycle::{Actor, Request};
use redress::record::{Id, Record, Value};

use super::clerk::FILE;
use super::staff::{Staff, begin};
use super::walk::{Done, Walk};
use super::{Draw, files, people, policy};
use crate::book::Numbers;

fn git(top: &Path, at: Moment, arguments: &[&str]) {
    let date = format!("{} +0800", at.timestamp());
    let output = Command::new("git")
        .current_dir(top)
        .args(["-c", "user.name=feng.jie", "-c", "user.email=feng.jie@example.cn"])
        .args(arguments)
        .env("GIT_AUTHOR_DATE", &date)
        .env("GIT_COMMITTER_DATE", &date)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn book(top: &Path, typist: &Id) -> Book {
    let (name, email) = (Some(typist.to_string()), Some(format!("{typist}@example.cn")));
    let environment = Environment {
        author_name: name.clone(),
        author_email: email.clone(),
        committer_name: name,
        committer_email: email,
        ..Environment::default()
    };
    Book::over(Repo::discover(top, &environment).expect("a repository"))
}

fn write(
    top: &Path,
    typist: &Id,
    now: Moment,
    number: usize,
    work: impl FnOnce(&mut Writing<'_>) -> Result<(), BookError>,
) {
    let numbers = Numbers(std::cell::Cell::new(number));
    let writer = Writer { random: Some(Box::new(move || numbers.next())), ..Writer::new(now) };
    let ((), written) = book(top, typist).write(writer, work).unwrap_or_else(|error| panic!("{error:?}"));
    assert!(written.committed.is_some(), "every step is a commit");
}

/// Checks a record against the walk, without the rules of the day, which a book knows from its own history.
fn same(mut of: Record, as_walked: &Record) {
    of.rules.clone_from(&as_walked.rules);
    assert_eq!(&of, as_walked);
}

#[test]
fn the_audit_finds_nothing_in_what_was_walked() {
    let policy = policy();
    for seed in [21, 22] {
        let mut draw = Draw(seed);
        let staff = Staff::drawn(&mut draw);
        let people = people(&policy, &staff);
        let mut walk = Walk::new(&policy, &people, &staff, draw);
        (0..150).for_each(|turn| walk.turn(turn));
        let dir = tempfile::tempdir().expect("a folder");
        let top = dir.path();
        let founding = begin() - TimeDelta::days(7);
        git(top, founding, &["init", "-q", "-b", "main"]);
        for (path, text) in files() {
            let path = top.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            std::fs::write(path, text).expect("a file");
        }
        git(top, founding, &["add", "-A"]);
        git(top, founding, &["commit", "-q", "-m", "Begin the book"]);
        let gm: Id = "feng.jie".parse().expect("an id");
        for record in staff.records(&policy) {
            let mut request = Request::new("join", Actor::own(gm.clone()));
            // deputies are named once all people exist
            let deputy = policy.kind("staff").expect("the kind").shape.field_id("deputy");
            let all = record.fields.iter().map(|(field, value)| (field, Some(value.clone())));
            request.set = all.filter(|(field, _)| Some(*field) != deputy).collect();
            write(top, &gm, founding, 0, |w| {
                Ok(w.operation.create("staff", Some(record.id.clone()), &request).map(drop)?)
            });
        }
        for record in staff.records(&policy) {
            let shape = &policy.kind("staff").expect("the kind").shape;
            let Some(deputies) = record.fields.named(shape, "deputy") else { continue };
            let mut request = Request::new("change", Actor::own(gm.clone()));
            request.set = vec![(shape.field_id("deputy").expect("the field"), Some(deputies.clone()))];
            write(top, &gm, founding, 0, |w| Ok(w.operation.advance(&record.id, &request)?));
        }
        for Done { now, number, on, request } in &walk.done {
            write(top, &request.actor.typist, *now, *number, |w| {
                if let Ok(id) = on {
                    for value in request.set.iter().flat_map(|(_, value)| value).flat_map(Value::elements) {
                        if let Value::File(file) = value {
                            w.file(file.path(id), FILE.to_vec(), Expect::Absent);
                        }
                    }
                }
                match on {
                    Ok(id) if request.step == "edit" => w.operation.edit(id, request)?,
                    Ok(id) => w.operation.advance(id, request)?,
                    Err(kind) => drop(w.operation.create(kind, None, request)?),
                }
                Ok(())
            });
        }
        let written = book(top, &gm);
        let view = written.view(None, walk.now).expect("the tip");
        for (id, record) in &walk.book.0 {
            same(view.read(id).expect("readable").expect("there"), record);
        }
        let audited = written.audit(&AuditScope::default(), &mut |_, _| {}).expect("history can be read");
        assert!(audited.findings.is_empty(), "{:#?}", audited.findings);
        assert!(audited.commits > walk.done.len(), "{} commits of {} steps", audited.commits, walk.done.len());
    }
}
