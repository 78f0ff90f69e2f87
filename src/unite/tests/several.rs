//! Rules over several records: what breaks them only in the merged book has no effect.

use super::books::{C1, C2, Tree, merged, tree};
use super::path;

const C3: &str = "C-260302-00003";

/// A person with these addresses; what was made of them later stands in `later`.
fn person(id: &str, emails: &str, later: &str) -> (String, String) {
    let made = "history:\n  - at: 2026-01-01T09:00:00+08:00\n    by: cy\n    step: join\n    to: active\n";
    (
        format!("staff/{id}.yaml"),
        format!("id: {id}\nkind: staff\nstate: active\nname: {id}\nemails: [{emails}]\n{made}{later}"),
    )
}

fn edited(id: &str, emails: &str) -> (String, String) {
    let edit = "  - at: 2026-03-02T09:00:00+08:00\n    by: cy\n    step: edit\n    set: [emails]\n    was:\n";
    person(id, emails, &format!("{edit}      emails: [{id}@x.cn]\n"))
}

#[test]
fn an_address_is_one_person_in_the_merged_book() {
    let base: Tree = ["ann", "bob", "cy"].map(|id| person(id, &format!("{id}@x.cn"), "")).into();
    for (first, second, overruled) in [
        (edited("ann", "ann@x.cn, one@x.cn"), edited("bob", "bob@x.cn, one@x.cn"), true),
        (edited("ann", "ann@x.cn, one@x.cn"), edited("bob", "bob@x.cn, ONE@x.cn"), true),
        (edited("ann", "ann@x.cn, one@x.cn"), edited("bob", "bob@x.cn, two@x.cn"), false),
        // it is the address that the first line gave in place of another
        (edited("ann", "one@x.cn"), edited("bob", "bob@x.cn, one@x.cn"), true),
        (person("dee", "dee@x.cn", ""), edited("bob", "bob@x.cn, dee@x.cn"), true),
        (edited("bob", "bob@x.cn, dee@x.cn"), person("dee", "dee@x.cn", ""), true),
        (person("dee", "dee@x.cn", ""), person("eve", "eve@x.cn", ""), false),
        (person("dee", "dee@x.cn", ""), person("eve", "dee@x.cn", ""), true),
    ] {
        let (mut one, mut two) = (base.clone(), base.clone());
        one.extend([first.clone()]);
        two.extend([second.clone()]);
        let (merged, joined) = merged(&base, &one, &two);
        assert_eq!(!joined.told.is_empty(), overruled, "{first:?} {second:?} {joined:?}");
        assert_eq!(merged[&first.0], first.1, "the first line stays");
        assert_eq!(merged[&second.0] != second.1, overruled, "{}", merged[&second.0]);
    }
}

/// A case that names another one since nine o'clock.
fn naming<'c>(id: &'c str, fields: &'c str) -> (&'c str, &'static str, &'c str, &'static str) {
    (id, "open", fields, "08:00 ann report>open title; 09:00 ann edit other")
}

#[test]
fn references_of_both_lines_form_no_ring() {
    let to = |id: &str| format!("title: a\nother: {id}\n");
    let (to1, to2, to3) = (to(C1), to(C2), to(C3));
    let plain = |id| (id, "open", "title: a\n", "08:00 ann report>open title");
    let base = tree(&[plain(C1), plain(C2), plain(C3)]);
    for (first, second, overruled) in [
        (vec![naming(C1, &to2)], vec![naming(C2, &to1)], vec![C2]),
        (vec![naming(C1, &to2)], vec![naming(C2, &to3)], vec![]),
        (vec![naming(C1, &to2)], vec![naming(C3, &to1)], vec![]),
        (vec![naming(C1, &to2)], vec![naming(C2, &to3), naming(C3, &to1)], vec![C3]),
        (vec![naming(C1, &to2), naming(C2, &to3)], vec![naming(C3, &to1)], vec![C3]),
    ] {
        let line = |changes: &[_]| -> Tree { base.clone().into_iter().chain(tree(changes)).collect() };
        let (merged, joined) = merged(&base, &line(&first), &line(&second));
        let told: Vec<&str> = joined.told.iter().map(|told| told.about().as_str()).collect();
        assert_eq!(told, overruled, "{first:?} {second:?}");
        for id in overruled {
            let left = &merged[&path(id)];
            assert!(left.contains("overruled:") && !left.lines().any(|line| line.starts_with("other:")), "{left}");
        }
    }
}

#[test]
fn a_key_that_both_have_used_leaves_no_file_behind() {
    let made = |id| (id, "open", "title: a\n", "08:00 ann report>open key=k title");
    let (base, mut first, mut second) = (tree(&[]), tree(&[made(C1)]), tree(&[made(C2)]));
    first.insert(format!("files/{C1}/a.json"), "x".to_owned());
    second.insert(format!("files/{C2}/a.json"), "x".to_owned());
    let (merged, _) = merged(&base, &first, &second);
    assert_eq!(merged, first);
}
