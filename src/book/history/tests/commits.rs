//! Forgeries around a step that is true itself: what the commit says of itself, what lies beside the record, in which
//! form the record is written, and what a merge brings in.

use super::super::ground::{Ground, time};
use super::forging::{Forgery, amended, append, at, attach, by_hand, change, path, stored};
use super::{Base, base};
use crate::record::{Id, stored_time};

/// Accepts a case through the program.
pub(super) fn accepted(b: &Base, g: &Ground) {
    g.step("li.na", &b.fresh, "accept", &[("promised", "2026-11-27T17:30:00+08:00")]);
}

/// Lets the program accept a case, and changes the commit as an object.
pub(super) fn as_object(b: &Base, g: &Ground, how: impl FnOnce(&str) -> String) {
    accepted(b, g);
    let repo = git2::Repository::open(g.top()).expect("opens");
    let head = g.git(&["rev-parse", "HEAD"]).parse().expect("an id");
    let odb = repo.odb().expect("objects");
    let text = String::from_utf8(odb.read(head).expect("a commit").data().to_vec()).expect("text");
    let new = odb.write(git2::ObjectType::Commit, how(&text).as_bytes()).expect("written");
    g.git(&["update-ref", "refs/heads/main", &new.to_string()]);
}

/// Another subject over the lines of the program.
fn subject(b: &Base, g: &Ground, subject: &str) {
    as_object(b, g, |text| {
        let (head, message) = text.split_once("\n\n").expect("a message");
        let (_, rest) = message.split_once('\n').expect("trailers");
        format!("{head}\n\n{subject}\n{rest}")
    });
}

/// The line of the committer, otherwise.
fn committer(b: &Base, g: &Ground, to: &str) {
    as_object(b, g, |text| text.replace("committer li.na <li.na@example.cn>", &format!("committer {to}")));
}

/// A true step, in whose commit the file is written otherwise.
fn written(b: &Base, g: &Ground, how: impl FnOnce(String) -> String) {
    amended(g, || accepted(b, g), |g| g.put(&path(&b.fresh), &how(g.read(&path(&b.fresh)))));
}

/// A true step, in whose commit another file is changed.
fn beside(b: &Base, g: &Ground, file: &str) {
    amended(
        g,
        || accepted(b, g),
        |g| {
            let there = std::fs::read_to_string(g.top().join(file)).unwrap_or_default();
            g.put(file, &format!("{there}\n# x\n"));
            g.git(&["add", "-A"]);
        },
    );
}

/// A merge of two clones that have each withdrawn a case, with something that somebody adds to it.
pub(super) fn merged(b: &Base, g: &Ground, how: impl FnOnce(&Ground)) {
    g.git(&["checkout", "-q", "-b", "side"]);
    g.step("li.na", &b.own, "withdraw", &[]);
    g.git(&["checkout", "-q", "main"]);
    g.step("li.na", &b.fresh, "withdraw", &[]);
    g.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    how(g);
    g.commit("li.na", "Merge");
}

/// A merge in which a file gets a further line.
fn merged_with(b: &Base, g: &Ground, file: &str) {
    merged(b, g, |g| {
        let there = std::fs::read_to_string(g.top().join(file)).unwrap_or_default();
        g.put(file, &format!("{there}\n# x\n"));
    });
}

/// A merge commit with these parents and the tree of another commit.
fn joined(g: &Ground, tree: &str, parents: &[&str]) {
    let tree = g.git(&["rev-parse", &format!("{tree}^{{tree}}")]);
    let parents = parents.iter().flat_map(|parent| ["-p", parent]);
    let made = g.git(&[&["commit-tree", &tree, "-m", "Merge"], &parents.collect::<Vec<_>>()[..]].concat());
    g.git(&["update-ref", "refs/heads/main", &made]);
}

/// One clone opens a task for a case, the other closes the case.
fn closed_over_a_task(b: &Base, g: &Ground, task_first: bool) {
    g.step("li.na", &b.approved, "agree", &[]);
    let task = || {
        let fields = [("content", "上门"), ("assignee", "li.na"), ("due", "2026-11-25T17:30:00+08:00")];
        g.make("li.na", "task", &[&fields[..], &[("about", b.approved.as_str())]].concat());
    };
    let close = || g.step("li.na", &b.approved, "close", &[]);
    g.git(&["checkout", "-q", "-b", "side"]);
    if task_first {
        close()
    } else {
        task()
    }
    g.git(&["checkout", "-q", "main"]);
    if task_first {
        task()
    } else {
        close()
    }
    g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
}

/// Gives the callbacks another folder.
fn calls(g: &Ground) {
    let file = "policy/kinds/callback.toml";
    let text = g.read(file);
    let moved = text.replace("folder = \"callbacks\"", "folder = \"calls\"");
    assert_ne!(text, moved);
    g.put(file, &moved);
    g.commit("li.na", "Call them calls");
}

const FORGERIES: &[Forgery<Base>] = &[
    // what the commit says of itself
    ("a subject of another step", &["subject-false"], |b, g| {
        subject(b, g, &format!("complaint {}: approve (registered → approved)", b.fresh));
    }),
    ("a subject of another record", &["subject-false"], |b, g| {
        subject(b, g, &format!("complaint {}: accept (registered → accepted)", b.dear));
    }),
    ("a subject of another state", &["subject-false"], |b, g| {
        subject(b, g, &format!("complaint {}: accept (registered → closed)", b.fresh));
    }),
    ("a subject of another kind", &["subject-false"], |b, g| {
        subject(b, g, &format!("client {}: accept (registered → accepted)", b.fresh));
    }),
    ("a harmless subject", &["subject-false"], |b, g| subject(b, g, "tidy")),
    ("a step said to be a change of the rules", &["subject-false"], |b, g| {
        subject(b, g, "policy: change roles.toml");
    }),
    ("a step said to be many", &["subject-false"], |b, g| subject(b, g, "complaint: accept 2 records")),
    ("a step that was never taken, in a subject", &["subject-false"], |b, g| {
        g.put("notes.txt", "x");
        g.commit("li.na", &format!("complaint {}: approve (proposed → approved)", b.dear));
    }),
    ("something taken back, in a subject", &["subject-false"], |_, g| {
        g.put("notes.txt", "x");
        g.commit("li.na", "undo: complaint");
    }),
    ("a zero byte, behind which git shows nothing", &["note-false", "odd-message"], |b, g| {
        as_object(b, g, |text| text.replacen("\n\nRedress-", "\n\0\nRedress-", 1).replacen("\n\0\n", "\n\n\0\n\n", 1));
    }),
    ("another encoding", &["odd-message", "subject-false"], |b, g| {
        as_object(b, g, |text| text.replacen("\n\n", "\nencoding GBK\n\n", 1));
    }),
    ("another encoding that is none", &["odd-message"], |b, g| {
        as_object(b, g, |text| text.replacen("\n\n", "\nencoding x\n\n", 1));
    }),
    ("the encoding that it has", &[], |b, g| {
        as_object(b, g, |text| text.replacen("\n\n", "\nencoding UTF-8\n\n", 1));
    }),
    ("a step in another's name", &["committer"], |b, g| committer(b, g, "zhao.yun <zhao.yun@example.cn>")),
    ("a step that a stranger commits", &["committer"], |b, g| committer(b, g, "x <x@example.org>")),
    ("a step that nobody commits", &["committer"], |b, g| committer(b, g, "li.na <>")),
    ("a step of nobody", &["committer", "typist"], |b, g| {
        as_object(b, g, |text| text.replace("author li.na <li.na@example.cn>", "author li.na <>"));
    }),
    ("a change of the rules in another's name", &["committer"], |_, g| {
        g.put("policy/acting.toml", "anyone = false\n");
        g.git(&["add", "-A"]);
        g.commit_as("zhao.yun", &["--author", "li.na <li.na@example.cn>", "-m", "Rules"]);
    }),
    ("a step by a person with two addresses", &[], |b, g| {
        let li = super::person("li.na");
        g.step("wang.lei", &li, "change", &[("emails", "li.na@example.cn,na.li@example.cn")]);
        committer(b, g, "Na Li <Na.Li@example.cn>");
    }),
    // what lies beside the record
    ("a note in the commit of a step", &["file-unnamed"], |b, g| beside(b, g, "notes.txt")),
    ("a form in the commit of a step", &["file-unnamed"], |b, g| beside(b, g, "forms/page.html")),
    ("a report in the commit of a step", &["file-unnamed"], |b, g| beside(b, g, "reports/daily.toml")),
    ("a calendar in the commit of a step", &["file-unnamed"], |b, g| beside(b, g, "calendar/more.txt")),
    ("the settings in the commit of a step", &["file-unnamed"], |b, g| beside(b, g, "redress.toml")),
    ("git's own settings in the commit of a step", &["file-unnamed"], |b, g| beside(b, g, ".gitattributes")),
    ("rules changed under a date on which the author still had the role", &["change-control"], |_, g| {
        g.put(
            "policy/change-control.toml",
            "[[rules]]\nfiles = [\"policy/authority.toml\"]\nby = [\"complaint-officer\"]\n",
        );
        g.commit("wang.lei", "Say who changes what");
        g.put("policy/authority.toml", &format!("{}\n# more\n", g.read("policy/authority.toml")));
        g.git(&["add", "-A"]);
        g.commit_as("chen.xi", &["--date", "2026-11-22T10:00:00+08:00", "-m", "policy: change authority.toml"]);
    }),
    ("a subject on two lines", &["subject-false"], |b, g| {
        let said = format!("complaint {}:\nwithdraw (registered → withdrawn)", b.fresh);
        g.commit_as("li.na", &["--allow-empty", "--cleanup=verbatim", "-m", &said]);
    }),
    ("the rules in the commit of a step", &["policy-with-records"], |b, g| beside(b, g, "policy/roles.toml")),
    ("a folder in capital letters", &["alike-name"], |b, g| {
        g.put(&path(&b.fresh).replace("complaints", "Complaints"), &g.read(&path(&b.fresh)));
        g.commit("li.na", "Copies");
    }),
    ("a folder under the short name that Windows gives another", &["alike-name"], |b, g| {
        g.put(&path(&b.fresh).replace("complaints", "COMPLA~1"), &g.read(&path(&b.fresh)));
        g.commit("li.na", "Copies");
    }),
    ("the settings in capital letters", &["alike-name"], |_, g| {
        g.put("REDRESS.toml", "name = \"other\"\n");
        g.commit("li.na", "Notes");
    }),
    ("a folder of the rules in wide letters", &["alike-name"], |_, g| {
        g.put("Ｐolicy/authority.toml", "");
        g.commit("li.na", "Notes");
    }),
    ("a folder of the rules with a dot at its end", &["alike-name"], |_, g| {
        g.put("policy./authority.toml", "");
        g.commit("li.na", "Notes");
    }),
    ("the settings as a stream", &["alike-name"], |_, g| {
        g.put("redress.toml::$DATA", "");
        g.commit("li.na", "Notes");
    }),
    ("a file of the rules in capital letters", &["alike-name"], |_, g| {
        g.put("policy/Authority.toml", "");
        g.commit("li.na", "Notes");
    }),
    ("a folder of files in capital letters", &["alike-name"], |b, g| {
        g.put(&format!("Files/{}/leak.jpg", b.fresh), "x");
        g.commit("li.na", "Notes");
    }),
    ("an attachment in capital letters", &["alike-name"], |b, g| {
        amended(
            g,
            || attach(b, g),
            |g| {
                let [one, other] =
                    [("leak.jpg", b"one"), ("Leak.jpg", b"two")].map(|(name, bytes)| stored(name, bytes));
                g.put(&format!("files/{}/Leak.jpg", b.fresh), "two");
                change(g, &b.fresh, &[(&one, &format!("{one}\", \"{other}"))]);
                g.git(&["add", "-A"]);
            },
        );
    }),
    ("files of one's own", &[], |_, g| {
        ["README.md", "Notes/2026.txt", "forms/Letter.html"].iter().for_each(|path| g.put(path, "x"));
        g.commit("li.na", "Notes");
    }),
    ("a file without a record in the commit of a step", &["attachment-stray"], |b, g| beside(b, g, "files/x/y.txt")),
    ("a note in a commit of its own", &[], |_, g| {
        g.put("notes.txt", "x");
        g.commit("li.na", "Notes");
    }),
    // the form of the record
    ("a comment in a record", &["not-canonical"], |b, g| written(b, g, |text| format!("{text}# x\n"))),
    ("a comment over a record", &["not-canonical"], |b, g| written(b, g, |text| format!("# x\n{text}"))),
    ("an empty line in a record", &["not-canonical"], |b, g| written(b, g, |text| text + "\n")),
    ("line ends of another system", &["unreadable"], |b, g| written(b, g, |text| text.replace('\n', "\r\n"))),
    ("another order of the fields", &["not-canonical"], |b, g| {
        written(b, g, |text| {
            let line = text.lines().find(|line| line.starts_with("client: ")).expect("the client").to_owned();
            text.replacen(&format!("{line}\n"), "", 1).replacen("history:\n", &format!("{line}\nhistory:\n"), 1)
        });
    }),
    ("quotes that nothing asks for", &["not-canonical"], |b, g| {
        written(b, g, |text| text.replacen("channel: phone", "channel: \"phone\"", 1));
    }),
    ("fields that an event names in another order", &["not-canonical"], |b, g| {
        amended(
            g,
            || g.step("li.na", &b.fresh, "edit", &[("severity", "major"), ("order", "SO-1")]),
            |g| change(g, &b.fresh, &[("set: [severity, order]", "set: [order, severity]")]),
        );
    }),
    ("a field that an event names twice", &["not-canonical"], |b, g| {
        amended(
            g,
            || g.step("li.na", &b.fresh, "edit", &[("severity", "major"), ("order", "SO-1")]),
            |g| change(g, &b.fresh, &[("set: [severity, order]", "set: [severity, order, order]")]),
        );
    }),
    ("a step on the clocks of another zone", &["not-canonical"], |b, g| {
        written(b, g, |text| {
            let (before, at) = text.rsplit_once("- at: ").expect("an event");
            let (at, after) = at.split_once('\n').expect("a step");
            let west = chrono::FixedOffset::west_opt(12 * 3600).expect("an offset");
            format!("{before}- at: {}\n{after}", stored_time(&time(at).with_timezone(&west)))
        });
    }),
    ("a promise on the clocks of another zone", &["not-canonical"], |b, g| {
        written(b, g, |text| text.replace("2026-11-27T17:30:00+08:00", "2026-11-26T21:30:00-12:00"));
    }),
    ("a note becomes a record because a kind gets its folder", &["folder-moved"], |_, g| {
        g.put("calls/2026/11/23/B-261123-00000.yaml", "x");
        g.commit("li.na", "Notes");
        calls(g);
    }),
    ("a kind without records gets another folder", &[], |_, g| calls(g)),
    ("a record of one clone is none any more in a merge", &["folder-moved"], |b, g| {
        g.git(&["checkout", "-q", "-b", "side"]);
        g.make("li.na", "callback", &[("client", b.client.as_str()), ("reason", "routine"), ("due", "2026-12-01")]);
        g.git(&["checkout", "-q", "main"]);
        calls(g);
        g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    }),
    ("a note of one clone becomes a record in a merge", &["folder-moved"], |_, g| {
        g.git(&["checkout", "-q", "-b", "side"]);
        g.put("calls/2026/11/23/B-261123-00000.yaml", "x");
        g.commit("li.na", "Notes");
        g.git(&["checkout", "-q", "main"]);
        calls(g);
        g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    }),
    ("a comment put in by hand", &["hand-commit", "not-canonical"], |b, g| {
        by_hand(g, &b.fresh, &[("\nhistory:", " # x\nhistory:")]);
    }),
    ("a record that can be run", &["executable"], |b, g| {
        g.git(&["update-index", "--chmod=+x", &path(&b.fresh)]);
        g.commit_as("li.na", &["-m", "tidy"]);
    }),
    // merges
    ("a merge with one's own ancestor that sets back what was done", &["merge-dropped"], |b, g| {
        accepted(b, g);
        joined(g, "HEAD~1", &["HEAD", "HEAD~1"]);
    }),
    ("a merge with one's own ancestor that changes nothing", &[], |b, g| {
        accepted(b, g);
        joined(g, "HEAD", &["HEAD", "HEAD~1"]);
    }),
    ("a merge of many", &["merge-many"], |_, g| joined(g, "HEAD", &["HEAD", "HEAD~1", "HEAD~2"])),
    ("clones that pull from each other", &["merge-crossed"], |b, g| {
        g.git(&["checkout", "-q", "-b", "side"]);
        g.step("li.na", &b.own, "withdraw", &[]);
        g.git(&["checkout", "-q", "main"]);
        accepted(b, g);
        let (one, other) = (g.git(&["rev-parse", "main"]), g.git(&["rev-parse", "side"]));
        g.git(&["merge", "-q", "--no-ff", "-m", "Merge", &other]);
        g.git(&["checkout", "-q", "side"]);
        g.git(&["merge", "-q", "--no-ff", "-m", "Merge", &one]);
        g.step("li.na", &b.dear, "withdraw", &[]);
        g.git(&["checkout", "-q", "main"]);
        g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    }),
    ("rules changed in a merge", &["merge-differs"], |b, g| merged_with(b, g, "policy/roles.toml")),
    ("settings changed in a merge", &["merge-differs"], |b, g| merged_with(b, g, "redress.toml")),
    ("a calendar changed in a merge", &["merge-differs"], |b, g| merged_with(b, g, "policy/calendar.toml")),
    ("a form changed in a merge", &["merge-differs"], |b, g| merged_with(b, g, "forms/page.html")),
    ("a report changed in a merge", &["merge-differs"], |b, g| merged_with(b, g, "reports/daily.toml")),
    ("a note changed in a merge", &["merge-differs"], |b, g| merged_with(b, g, "notes.txt")),
    ("an attachment that comes with a merge", &["merge-differs"], |b, g| {
        merged_with(b, g, &format!("files/{}/x.txt", b.fresh));
    }),
    ("a comment that comes with a merge", &["merge-differs"], |b, g| merged_with(b, g, &path(&b.old))),
    ("a role that comes with a merge", &["merge-invented"], |b, g| {
        merged(b, g, |g| change(g, &super::person("wang.lei"), &[("role: sales-clerk", "role: cs-manager")]));
    }),
    ("a record that comes with a merge", &["merge-invented"], |b, g| {
        merged(b, g, |g| {
            let new: Id = "C-261123-00000".parse().expect("an id");
            let text = g.read(&path(&b.old)).replace(b.old.as_str(), new.as_str());
            g.put(&path(&new), &text);
        });
    }),
    ("a step doubled in a merge", &["merge-invented"], |b, g| {
        merged(b, g, |g| append(g, &b.own, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn", at(g))));
    }),
    ("a case closed over a task of the other side", &["merge-differs"], |b, g| closed_over_a_task(b, g, true)),
    ("a task for a case that the other side has closed", &[], |b, g| closed_over_a_task(b, g, false)),
];

#[test]
fn every_forgery_around_a_step_is_found() {
    let base = base();
    super::forging::all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}

/// What reaches into a part of history is known there, and what lies outside of it is not told.
#[test]
fn an_audit_of_a_part_knows_the_rules_before_it() {
    use super::super::AuditScope;
    let b = base();
    let g = &b.ground;
    let limit = "policy/authority.toml";
    let sound = g.read(limit);
    g.put(limit, &sound.replace("5000.00", "90000.00"));
    g.commit("li.na", "Raise the limit");
    let raised: crate::book::repo::Oid = g.git(&["rev-parse", "HEAD"]).parse().expect("an id");
    let from = g.now().timestamp();
    g.step("li.na", &b.dear, "approve", &[]);
    let until = g.now().timestamp();
    g.put(limit, &sound.replace("5000.00", "5000.01"));
    g.commit("li.na", "Lower the limit");
    let closed: crate::book::repo::Oid = g.git(&["rev-parse", "HEAD"]).parse().expect("an id");
    accepted(&b, g);
    let rules = |scope: &AuditScope| -> Vec<&str> { g.audit_in(scope).iter().map(|finding| finding.rule).collect() };
    let since = |since| AuditScope { since: Some(since), ..AuditScope::default() };
    let record = |id: &Id| AuditScope { record: Some((id.clone(), path(id))), ..AuditScope::default() };
    let made = |from, until| AuditScope { made: Some((from, until)), ..AuditScope::default() };
    assert_eq!(rules(&AuditScope::default()), ["rules-restored"]);
    assert_eq!(rules(&since(raised)), ["rules-restored"]);
    assert_eq!(rules(&since(closed)), Vec::<&str>::new());
    assert_eq!(rules(&record(&b.dear)), ["rules-restored"]);
    assert_eq!(rules(&record(&b.fresh)), Vec::<&str>::new());
    assert_eq!(rules(&made(from, until)), ["rules-restored"]);
    assert_eq!(rules(&made(until + 600, until + 6000)), Vec::<&str>::new());
}
