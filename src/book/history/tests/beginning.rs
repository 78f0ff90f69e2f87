//! Repositories that began before the book: what commits before it bring in is judged by nobody, so none of it may be
//! of the book.

use super::super::ground::Ground;
use super::CASE;
use super::forging::staff;
use crate::record::Id;

/// A book on top of a commit with other files, and that commit.
struct Begun {
    ground: Ground,
    client: Id,
    readme: String,
    founding: String,
}

fn begun(early: impl FnOnce(&Ground)) -> Begun {
    let ground = Ground::new();
    ground.git(&["checkout", "-q", "--orphan", "begun"]);
    ground.git(&["rm", "-rfq", "."]);
    ground.put("README.md", "hello\n");
    early(&ground);
    ground.commit("li.na", "Initial commit");
    let readme = ground.git(&["rev-parse", "HEAD"]);
    ground.git(&["checkout", "-q", "main", "--", "."]);
    ground.commit("li.na", "Begin the book");
    let founding = ground.git(&["rev-parse", "HEAD"]);
    ground.git(&["branch", "-q", "-M", "begun", "main"]);
    staff(&ground, "wang.lei", "wang.lei", &[&[("role", "gm")]]);
    let client = ground.make("wang.lei", "client", &[("name", "杭州精密机械")]);
    Begun { ground, client, readme, founding }
}

/// What a line of history from before the book changes. It is merged after the book, or before it.
fn aside(b: &Begun, is_first: bool, how: impl FnOnce(&Ground)) {
    let g = &b.ground;
    g.git(&["checkout", "-q", "-b", "side", &b.readme]);
    how(g);
    g.commit("zhao.yun", "more");
    if is_first {
        g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "main"]);
        g.git(&["checkout", "-q", "-B", "main"]);
    } else {
        g.git(&["checkout", "-q", "main"]);
        g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    }
    g.make("wang.lei", "complaint", &[CASE, &[("client", b.client.as_str())]].concat());
}

const EVIL: &str = "id: evil\nkind: staff\nstate: active\nname: evil\nemails: [evil@example.cn]\nroles:\n  - role: gm\n\
                    history:\n  - at: 2026-11-23T09:00:00+08:00\n    by: evil\n    step: join\n    to: active\n    \
                    set: [name, emails, roles]\n";

#[test]
fn a_note_from_before_the_book_may_be_merged() {
    for is_first in [false, true] {
        let b = begun(|_| ());
        aside(&b, is_first, |g| g.put("README.md", "hello, and a note\n"));
        assert_eq!(b.ground.rules(), [""; 0], "{:#?}", b.ground.audit());
    }
}

#[test]
fn what_a_line_without_the_book_changes_of_it_is_found() {
    type Change = (&'static str, fn(&Ground));
    let changes: &[Change] = &[
        ("staff/evil.yaml", |g| g.put("staff/evil.yaml", EVIL)),
        ("Staff/evil.yaml", |g| g.put("Staff/evil.yaml", EVIL)),
        ("files/C-261123-00000/leak.jpg", |g| g.put("files/C-261123-00000/leak.jpg", "one")),
        ("policy/more.toml", |g| g.put("policy/more.toml", "# more\n")),
    ];
    for (file, change) in changes {
        for is_first in [false, true] {
            let b = begun(|_| ());
            aside(&b, is_first, change);
            let found = b.ground.audit();
            let told = found.iter().any(|one| one.rule == "before-book" && one.file.as_deref() == Some(*file));
            assert!(told, "{file} {is_first}: {found:#?}");
        }
    }
}

/// An audit that goes on from the last one knows which lines have the book.
#[test]
fn a_later_audit_finds_it_as_well() {
    let b = begun(|_| ());
    let book =
        |g: &Ground| g.book_of(Some("one"), "li.na").audit(&Default::default(), &mut |_, _| {}).expect("readable");
    assert_eq!(book(&b.ground).findings, []);
    aside(&b, false, |g| g.put("staff/evil.yaml", EVIL));
    let rules: Vec<&str> = book(&b.ground).findings.iter().map(|one| one.rule).collect();
    assert_eq!(rules, ["before-book"]);
}

#[test]
fn records_that_lie_there_when_the_book_begins_are_found() {
    let client =
        EVIL.replace("id: evil\nkind: staff\nstate: active", "id: K-261123-00000\nkind: client\nstate: prospect");
    let b = begun(|g| g.put("clients/2026/11/23/K-261123-00000.yaml", &client));
    assert_eq!(b.ground.rules(), ["before-book"], "{:#?}", b.ground.audit());
}

/// Both lines have the rules, and the second one another person with all rights.
#[test]
fn a_book_that_is_begun_twice_is_found() {
    for is_first in [false, true] {
        let b = begun(|_| ());
        let g = &b.ground;
        g.git(&["checkout", "-q", "-b", "side", &b.readme]);
        g.git(&["checkout", "-q", &b.founding, "--", "."]);
        g.put("staff/evil.yaml", EVIL);
        g.commit("evil", "Begin the book");
        if is_first {
            g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "main"]);
        } else {
            g.git(&["checkout", "-q", "main"]);
            g.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
        }
        assert!(g.rules().contains(&"second-founding"), "{:#?}", g.audit());
    }
}

/// Commits before the book are not judged, so that they cannot take it away either.
#[test]
fn a_merge_that_keeps_the_line_without_the_book_is_found() {
    let b = begun(|_| ());
    let g = &b.ground;
    g.git(&["checkout", "-q", "-b", "side", &b.readme]);
    g.put("README.md", "hello, and a note\n");
    g.commit("zhao.yun", "a note");
    g.git(&["merge", "-q", "--no-ff", "-s", "ours", "-m", "Merge", "main"]);
    assert_eq!(g.rules(), ["merge-rules"], "{:#?}", g.audit());
}
