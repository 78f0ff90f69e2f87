//! Several records of two clones.

use std::cell::RefCell;
use std::collections::BTreeMap;

use sha1::{Digest, Sha1};

use super::{path, policy, text};
use crate::filter::Unanswered;
use crate::kind::Unique;
use crate::policy::Policy;
use crate::record::{Id, Record};
use crate::unite::{Changed, Content, Contents, Hash, Joined, Told, WhichLine, unite_books};

pub(super) type Tree = BTreeMap<String, String>;

/// The contents of three trees.
struct Store<'t> {
    first: &'t Tree,
    contents: RefCell<BTreeMap<Hash, Vec<u8>>>,
    between: &'t [Tree],
}

impl Store<'_> {
    fn put(&self, text: &str) -> Hash {
        let hash: Hash = Sha1::digest(text.as_bytes()).into();
        self.contents.borrow_mut().insert(hash, text.as_bytes().to_vec());
        hash
    }

    fn changes(&self, base: &Tree, side: &Tree) -> Vec<Changed> {
        let paths: std::collections::BTreeSet<&String> = base.keys().chain(side.keys()).collect();
        let differs = paths.into_iter().filter(|path| base.get(*path) != side.get(*path));
        let hash = |text: Option<&String>| text.map(|text| self.put(text));
        differs
            .map(|path| Changed { path: path.clone(), old: hash(base.get(path)), new: hash(side.get(path)) })
            .collect()
    }
}

impl Store<'_> {
    /// The records whose file has a text.
    fn holding(&self, text: &str) -> Vec<Id> {
        let files = self.first.iter().filter(|(_, file)| file.contains(text));
        files.filter_map(|(path, _)| Some(Id::of_path(path)?.1)).collect()
    }
}

impl Contents for Store<'_> {
    fn bytes(&self, content: &Hash) -> Option<Vec<u8>> {
        self.contents.borrow().get(content).cloned()
    }
    fn at(&self, path: &str) -> Option<Vec<u8>> {
        self.first.get(path).map(|text| text.as_bytes().to_vec())
    }
    fn is_taken(&self, path: &str) -> bool {
        self.first.contains_key(path)
    }
    fn staff(&self, policy: &Policy) -> Vec<Record> {
        let shape = &policy.kind("staff").unwrap().shape;
        let files = self.first.iter().filter(|(path, _)| path.starts_with("staff/"));
        files.map(|(path, text)| Record::read(text.as_bytes(), path, shape).unwrap()).collect()
    }
    fn versions(&self, of: WhichLine, path: &str) -> Vec<Vec<u8>> {
        self.between
            .iter()
            .filter(|_| of == WhichLine::Second)
            .filter_map(|tree| Some(tree.get(path)?.as_bytes().to_vec()))
            .collect()
    }
    fn naming(&self, id: &Id, _: &str) -> Result<Vec<Id>, Unanswered> {
        Ok(self.holding(id.as_str()))
    }
    fn alike(&self, unique: &Unique, record: &Record) -> Result<Vec<Id>, Unanswered> {
        Ok(unique.key(record).map(|_| self.holding("")).unwrap_or_default())
    }
    fn merged(&self, _: &str, _: &[u8], _: &[u8], _: &[u8]) -> Option<Vec<u8>> {
        None
    }
}

/// Merges two trees; returns the merged tree and what is told.
pub(super) fn merged(base: &Tree, first: &Tree, second: &Tree) -> (Tree, Joined) {
    merged_with(base, first, second, &[])
}

/// As [`merged`]; the second line had these versions in between.
fn merged_with(base: &Tree, first: &Tree, second: &Tree, between: &[Tree]) -> (Tree, Joined) {
    let store = Store { first, contents: RefCell::default(), between };
    let (one, two) = (store.changes(base, first), store.changes(base, second));
    let joined = unite_books(policy(), &store, &one, &two);
    let mut tree = first.clone();
    for (path, content) in &joined.files {
        match content {
            None => tree.remove(path),
            Some(Content::Kept(hash)) => {
                tree.insert(path.clone(), String::from_utf8(store.bytes(hash).unwrap()).unwrap())
            }
            Some(Content::Made(bytes)) => tree.insert(path.clone(), String::from_utf8(bytes.clone()).unwrap()),
        };
    }
    (tree, joined)
}

pub(super) fn tree(records: &[(&str, &str, &str, &str)]) -> Tree {
    records.iter().map(|(id, state, fields, events)| (path(id), text(id, state, fields, events))).collect()
}

pub(super) const C1: &str = "C-260302-00001";
pub(super) const C2: &str = "C-260302-00002";
pub(super) const S1: &str = "S-260302-00001";

#[test]
fn records_of_both_lines_are_there() {
    let base = tree(&[]);
    let first = tree(&[(C1, "open", "title: a\n", "08:00 ann report>open title")]);
    let second = tree(&[(C2, "open", "title: b\n", "08:00 bob report>open title")]);
    let (merged, joined) = self::merged(&base, &first, &second);
    assert_eq!(merged, first.into_iter().chain(second).collect());
    assert_eq!(joined.told, []);
}

#[test]
fn an_id_that_was_drawn_twice_leads_to_both_records() {
    let base = tree(&[]);
    let first = tree(&[(C1, "open", "title: a\n", "08:00 ann report>open title")]);
    let other = format!("title: c\nother: {C1}\n");
    let mut second = tree(&[
        (C1, "open", "title: b\n", "08:00 bob report>open title"),
        (C2, "open", &other, "08:10 bob report>open title,other"),
        (S1, "drafted", &format!("case: {C1}\n"), &format!("08:20 bob draft>drafted via={C1}#close case")),
    ]);
    second.insert(format!("files/{C1}/a.jpg"), "second".to_owned());
    let mut first = first;
    first.insert(format!("files/{C1}/a.jpg"), "first".to_owned());
    let (merged, joined) = self::merged(&base, &first, &second);
    let [Told::Renamed { from, to }] = &joined.told[..] else { panic!("{:?}", joined.told) };
    assert_eq!(from.as_str(), C1);
    assert_eq!(merged[&path(C1)], first[&path(C1)]);
    let moved = &merged[&path(to.as_str())];
    assert!(moved.contains("title: b\n") && moved.contains(&format!("step: unite\n    via: {C1}\n")), "{moved}");
    assert!(merged[&path(C2)].contains(&format!("other: {to}\n")), "{}", merged[&path(C2)]);
    assert!(merged[&path(S1)].contains(&format!("case: {to}\n")), "{}", merged[&path(S1)]);
    assert!(merged[&path(S1)].contains(&format!("via: {to}#close\n")), "{}", merged[&path(S1)]);
    assert_eq!(merged[&format!("files/{C1}/a.jpg")], "first");
    assert_eq!(merged[&format!("files/{to}/a.jpg")], "second");
    // the id follows from the content alone
    assert_eq!(self::merged(&base, &first, &second).0, merged);
}

#[test]
fn an_id_that_was_chosen_for_two_persons_leads_to_both() {
    let staff = |id: &str, email: &str, by: &str| {
        let made =
            format!("history:\n  - at: 2026-03-01T08:00:00+08:00\n    by: {by}\n    step: join\n    to: active\n");
        (format!("staff/{id}.yaml"), format!("id: {id}\nkind: staff\nstate: active\nname: Zhang\n{email}{made}"))
    };
    let base = tree(&[(C2, "open", "title: a\n", "08:00 ann report>open title")]);
    let mut first = base.clone();
    first.extend([staff("zhang", "emails: [one@x.cn]\n", "ann")]);
    let mut second = tree(&[
        (C2, "open", "title: a\nowner: zhang\n", "08:00 ann report>open title; 09:00 bob assign owner"),
        (C1, "open", "title: b\n", "09:10 zhang report>open title"),
    ]);
    second.extend([staff("zhang", "emails: [two@x.cn]\n", "bob")]);
    let (merged, joined) = self::merged(&base, &first, &second);
    let [Told::Renamed { from, to }] = &joined.told[..] else { panic!("{:?}", joined.told) };
    assert_eq!((from.as_str(), to.as_str().starts_with("zhang-")), ("zhang", true), "{to}");
    assert_eq!(merged["staff/zhang.yaml"], first["staff/zhang.yaml"]);
    let moved = &merged[&format!("staff/{to}.yaml")];
    assert!(moved.contains("two@x.cn") && moved.contains("step: unite\n    via: zhang\n"), "{moved}");
    assert!(merged[&path(C2)].contains(&format!("owner: {to}\n")), "{}", merged[&path(C2)]);
    assert!(merged[&path(C1)].contains(&format!("by: {to}\n")), "{}", merged[&path(C1)]);
    assert_eq!(self::merged(&base, &first, &second).0, merged, "the id follows from the content alone");
    // an address in common, in any form: one person, made twice
    for emails in ["emails: [two@x.cn, One@X.cn]\n", "emails: [one@x.cn]\n"] {
        second.extend([staff("zhang", emails, "bob")]);
        let (merged, joined) = self::merged(&base, &first, &second);
        assert!(joined.told.iter().all(|told| told.code() == "overruled"), "{:?}", joined.told);
        assert_eq!(merged.keys().filter(|path| path.starts_with("staff/")).count(), 1);
        assert!(merged[&path(C2)].contains("owner: zhang\n"), "{}", merged[&path(C2)]);
    }
}

#[test]
fn the_same_record_on_both_sides_is_one() {
    let base = tree(&[]);
    let one = tree(&[(C1, "open", "title: a\n", "08:00 ann report>open title")]);
    let (merged, joined) = self::merged(&base, &one, &one);
    assert_eq!((merged, joined.told), (one, Vec::new()));
}

#[test]
fn a_key_belongs_to_one_record() {
    let base = tree(&[]);
    let first = tree(&[(C1, "open", "title: a\n", "08:00 ann import>open key=x title")]);
    // equal: one record, and what refers to the other refers to it
    let same = tree(&[
        (C2, "open", "title: a\n", "09:00 bob import>open key=x title"),
        (S1, "drafted", &format!("case: {C2}\n"), "09:20 bob draft>drafted case"),
    ]);
    let (tree_of_same, joined) = self::merged(&base, &first, &same);
    assert_eq!(joined.told, [Told::Same { gone: C2.parse().unwrap(), stays: C1.parse().unwrap() }]);
    assert!(!tree_of_same.contains_key(&path(C2)));
    assert!(tree_of_same[&path(S1)].contains(&format!("case: {C1}\n")));
    // a note of one's own must not be lost
    let mut noted = same.clone();
    let text = noted[&path(C2)].clone() + "    note: by phone\n";
    noted.insert(path(C2), text);
    let (tree_of_noted, _) = self::merged(&base, &first, &noted);
    assert!(tree_of_noted[&path(C2)].contains("note: by phone") && tree_of_noted[&path(C2)].contains("state: wrong"));
    // not equal: the second is void and names the first
    let other = tree(&[(C2, "open", "title: b\n", "09:00 bob import>open key=x title")]);
    let (merged, joined) = self::merged(&base, &first, &other);
    assert_eq!(joined.told, [Told::Voided { id: C2.parse().unwrap(), by: C1.to_owned(), because: None }]);
    let void = &merged[&path(C2)];
    assert!(
        void.contains("state: wrong\n") && void.contains(&format!("step: unite\n    to: wrong\n    via: {C1}\n")),
        "{void}"
    );
}

#[test]
fn each_overruled_change_of_a_list_keeps_its_rows_and_the_others_stay() {
    let made = "08:00 ann report>open title,lines";
    let version = |rows: &[(&str, &str)], events: &str| {
        let rows: String =
            rows.iter().map(|(item, amount)| format!("  - item: {item}\n    amount: \"{amount}\"\n")).collect();
        tree(&[(C1, "open", &format!("title: a\nlines:\n{rows}"), &format!("{made};{events}"))])
    };
    let base = version(&[("x", "1.00")], "");
    let first = version(&[("x", "2.00")], "09:00 ann edit lines");
    let events = ["09:10 bob edit lines", "09:20 bob visit lines", "09:30 bob edit lines"];
    let between =
        [version(&[("x", "3.00")], events[0]), version(&[("x", "3.00"), ("z", "5.00")], &events[..2].join(";"))];
    let second = version(&[("x", "4.00"), ("z", "5.00")], &events.join(";"));
    let (merged, joined) = merged_with(&base, &first, &second, &between);
    assert_eq!(joined.told.iter().map(Told::code).collect::<Vec<_>>(), ["overruled", "overruled"]);
    let text = &merged[&path(C1)];
    let row = |item: &str, amount: &str| format!("item: {item}\n    amount: \"{amount}\"\n");
    let (fields, history) = text.split_once("history:\n").unwrap();
    assert!(fields.contains(&row("x", "2.00")) && fields.contains(&row("z", "5.00")), "{text}");
    assert_eq!(history.matches("overruled:").count(), 2, "{text}");
    for amount in ["3.00", "4.00"] {
        assert!(history.contains(&format!("amount: \"{amount}\"")), "{amount}: {text}");
    }
    // where nobody knows what was in between, all that set the list give way
    let (merged, _) = self::merged(&base, &first, &second);
    assert_eq!(merged[&path(C1)].matches("overruled:").count(), 3);
}

#[test]
fn what_an_overruled_step_opened_is_void() {
    let taken = "08:00 ann report>open title; 08:10 ann take>taken";
    let base = tree(&[(C1, "taken", "title: a\n", taken)]);
    let first = tree(&[(C1, "closed", "title: a\n", &format!("{taken}; 09:00 ann close>closed"))]);
    let second = tree(&[
        (C1, "closed", "title: a\n", &format!("{taken}; 09:00 bob close>closed")),
        (
            S1,
            "sent",
            &format!("case: {C1}\n"),
            &format!("09:00 bob draft>drafted via={C1}#close case; 09:10 bob send>sent"),
        ),
    ]);
    let (merged, joined) = self::merged(&base, &first, &second);
    let slip = &merged[&path(S1)];
    assert!(slip.contains("state: void\n") && slip.contains(&format!("to: void\n    via: {C1}#close\n")), "{slip}");
    assert!(merged[&path(C1)].contains("overruled: {}\n"), "{}", merged[&path(C1)]);
    let voided = Told::Voided { id: S1.parse().unwrap(), by: format!("{C1}#close"), because: None };
    assert!(joined.told.contains(&voided), "{:?}", joined.told);
    assert_eq!(joined.told.len(), 2, "{:?}", joined.told);
}

#[test]
fn a_number_that_was_given_twice_is_given_anew() {
    let base = tree(&[(C1, "open", "number: N2026-0001\ntitle: a\n", "07:00 ann report>open number,title")]);
    let with = |id: &str, number: &str, title: &str| {
        let mut tree = base.clone();
        let fields = format!("number: {number}\ntitle: {title}\n");
        tree.insert(path(id), text(id, "open", &fields, "08:00 ann report>open number,title"));
        tree
    };
    let first = with(C2, "N2026-0002", "b");
    let mut second = with("C-260302-00003", "N2026-0002", "c");
    second.extend(with("C-260302-00004", "N2026-0003", "d"));
    let (merged, joined) = self::merged(&base, &first, &second);
    assert!(merged[&path(C2)].contains("number: N2026-0002\n"));
    let moved = &merged[&path("C-260302-00003")];
    assert!(moved.contains("number: N2026-0004\n"), "{moved}");
    assert!(moved.contains("step: unite\n    set: [number]\n    was:\n      number: N2026-0002\n"), "{moved}");
    assert!(merged[&path("C-260302-00004")].contains("number: N2026-0003\n"));
    let told = Told::Renumbered {
        id: "C-260302-00003".parse().unwrap(),
        from: "N2026-0002".into(),
        to: "N2026-0004".into(),
        first: Some(C2.parse().unwrap()),
    };
    assert_eq!(joined.told, [told]);
}

#[test]
fn other_files() {
    let of = |files: &[(&str, &str)]| {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect::<Tree>()
    };
    let base = of(&[("policy/a.toml", "1"), ("policy/b.toml", "1"), ("README.md", "1")]);
    let first = of(&[("policy/a.toml", "2"), ("policy/b.toml", "1"), ("README.md", "2")]);
    let second = of(&[("policy/a.toml", "3"), ("policy/b.toml", "2"), ("README.md", "2"), ("new", "x")]);
    let (merged, joined) = self::merged(&base, &first, &second);
    assert_eq!(joined.conflicts.iter().map(String::as_str).collect::<Vec<_>>(), ["policy/a.toml"]);
    assert_eq!(
        (merged["policy/b.toml"].as_str(), merged["README.md"].as_str(), merged["new"].as_str()),
        ("2", "2", "x")
    );
}

#[test]
fn two_files_of_one_name_stay() {
    let digest = |text: &str| crate::record::FileRef::digest(text.as_bytes());
    let made = "08:00 ann report>open title";
    let base = tree(&[(C1, "open", "title: a\n", made)]);
    let side = |content: &str, by: &str| {
        let fields = format!("title: a\nproof: [\"a.jpg sha256:{}\"]\n", digest(content));
        let mut tree = tree(&[(C1, "open", &fields, &format!("{made}; 09:00 {by} visit proof"))]);
        tree.insert(format!("files/{C1}/a.jpg"), content.to_owned());
        tree
    };
    let (merged, joined) = self::merged(&base, &side("one", "ann"), &side("two", "bob"));
    let [Told::Refiled { to, .. }] = &joined.told[..] else { panic!("{:?}", joined.told) };
    assert_eq!(merged[&format!("files/{C1}/a.jpg")], "one");
    assert_eq!(merged[&format!("files/{C1}/{to}")], "two");
    let record = &merged[&path(C1)];
    assert!(record.contains(&format!("a.jpg sha256:{}", digest("one"))), "{record}");
    assert!(record.contains(&format!("{to} sha256:{}", digest("two"))), "{record}");
}

/// What a step asks of other records is asked again: `finish` of a case needs its slips to be sent.
#[test]
fn what_the_first_line_did_with_other_records_overrules_a_step() {
    let made = "08:00 ann report>open title; 08:10 ann take>taken";
    let case = |state: &str, more: &str| (C1, state.to_owned(), "title: a\n", format!("{made}{more}"));
    let of = |records: &[(&str, String, &str, String)]| {
        let all: Vec<_> =
            records.iter().map(|(id, state, fields, events)| (*id, &**state, *fields, &**events)).collect();
        tree(&all)
    };
    let slip = |state: &str, events: &str| (S1, state.to_owned(), "case: C-260302-00001\n", events.to_owned());
    let drafted = "09:00 ann draft>drafted case";
    let sent = "09:00 ann draft>drafted case; 09:10 ann send>sent";
    let finished = [case("closed", "; 09:30 bob finish>closed")];
    let base = of(&[case("taken", "")]);
    // (the first line, the second line, whether the step is overruled)
    let rows = [
        // the first line has opened what must be done before
        (of(&[case("taken", ""), slip("drafted", drafted)]), of(&finished), true),
        (of(&[case("taken", ""), slip("sent", sent)]), of(&finished), false),
        // and in the other order the case is closed before the slip is made
        (of(&finished), of(&[case("taken", ""), slip("drafted", drafted)]), false),
        // a record that the first line uses is not void
        (of(&[case("taken", "")]), of(&finished), false),
    ];
    for (number, (first, second, overruled)) in rows.into_iter().enumerate() {
        let (merged, joined) = self::merged(&base, &first, &second);
        let told =
            joined.told.iter().any(|told| matches!(told, Told::Overruled { event, .. } if event.step == "finish"));
        assert_eq!(told, overruled, "{number}: {:?}", joined.told);
        assert_eq!(merged[&path(C1)].contains("state: taken"), overruled, "{number}: {}", merged[&path(C1)]);
    }
}

/// What a record of the second line stood on is gone: the first line has voided it, or uses what the second voids.
#[test]
fn what_the_first_line_names_is_not_void() {
    let base = tree(&[(C1, "open", "title: a\n", "08:00 ann report>open title")]);
    let mut first = base.clone();
    first.extend(tree(&[(S1, "drafted", "case: C-260302-00001\n", "09:00 ann draft>drafted case")]));
    let second = tree(&[(C1, "wrong", "title: a\n", "08:00 ann report>open title; 09:30 bob mistake>wrong")]);
    let (merged, joined) = self::merged(&base, &first, &second);
    assert!(
        matches!(&joined.told[..], [Told::Overruled { event, .. }] if event.step == "mistake"),
        "{:?}",
        joined.told
    );
    assert!(merged[&path(C1)].contains("state: open\n"), "{}", merged[&path(C1)]);
}

/// A member of staff with a role, in a state.
pub(super) fn person(id: &str, role: &str, state: &str) -> (String, String) {
    let made = "history:\n  - at: 2026-01-01T09:00:00+08:00\n    by: cy\n    step: join\n    to: active\n";
    let left = match state {
        "left" => "  - at: 2026-03-02T09:00:00+08:00\n    by: cy\n    step: leave\n    to: left\n",
        _ => "",
    };
    let text = format!("id: {id}\nkind: staff\nstate: {state}\nname: {id}\nroles:\n  - role: {role}\n{made}{left}");
    (format!("staff/{id}.yaml"), text)
}

#[test]
fn what_only_the_second_line_changed_is_judged_by_the_staff_of_the_first() {
    let row = "title: a\nlines:\n  - item: x\n    amount: \"900.00\"\n";
    let made = "08:00 ann report>open title,lines";
    let mut base = tree(&[(C1, "open", row, made)]);
    base.extend([person("ann", "clerk", "active"), person("bob", "typist", "active"), person("cy", "boss", "active")]);
    for (who, role, state, by, step, stands) in [
        ("ann", "clerk", "active", "ann", "approve", true),
        ("ann", "typist", "active", "ann", "approve", false),
        ("ann", "boss", "active", "ann", "approve", true),
        ("ann", "typist", "active", "ann", "visit", true),
        // the change of somebody else takes nothing away
        ("cy", "typist", "active", "ann", "approve", true),
        ("bob", "clerk", "active", "ann", "approve", true),
        ("bob", "boss", "left", "cy", "approve", true),
        // who has left does nothing more
        ("ann", "clerk", "left", "ann", "visit", false),
        ("ann", "clerk", "left", "ann", "edit", false),
    ] {
        let (mut first, mut second) = (base.clone(), base.clone());
        first.extend([person(who, role, state)]);
        second.extend(tree(&[(C1, "open", row, &format!("{made}; 10:30 {by} {step}"))]));
        let (merged, joined) = self::merged(&base, &first, &second);
        assert_eq!(joined.told.is_empty(), stands, "{who} {role} {state}: {by} {step}");
        assert_eq!(merged[&path(C1)].contains("overruled"), !stands, "{}", merged[&path(C1)]);
    }
}

/// The common ancestor has a step, and one line has taken it back: the step stays, and so does all that followed it.
#[test]
fn what_one_line_took_back_although_the_other_has_it_stays() {
    let made = "08:00 ann report>open title";
    let (before, base) = (tree(&[(C1, "open", "title: a\n", made)]), |fields: &str, more: &str| {
        tree(&[(C1, "taken", &format!("title: a\n{fields}"), &format!("{made}; 08:10 ann take>taken owner{more}"))])
    });
    let taken = base("owner: ann\n", "");
    let kept = [Told::Kept { id: C1.parse().unwrap() }];
    // in either line, whether the other has gone on or not
    let further = base("owner: cy\n", "; 09:00 ann assign owner");
    for other in [&taken, &further] {
        for (first, second) in [(other, &before), (&before, other)] {
            let (merged, joined) = merged_with(&taken, first, second, std::slice::from_ref(&before));
            assert_eq!((&merged, joined.told.as_slice(), joined.conflicts.len()), (other, &kept[..], 0));
        }
        // the record as a whole
        for (first, second) in [(other, &tree(&[])), (&tree(&[]), other)] {
            let (merged, joined) = self::merged(&taken, first, second);
            assert_eq!((&merged, joined.told.as_slice()), (other, &kept[..]));
        }
    }
    // what the line did after it follows, if it still can
    let visited = tree(&[(C1, "open", "title: a\ntags: [x]\n", &format!("{made}; 09:10 bob visit tags"))]);
    let (merged, joined) = merged_with(&taken, &further, &visited, &[before.clone(), visited.clone()]);
    let file = &merged[&path(C1)];
    assert!(file.contains("owner: cy\n") && file.contains("tags: [x]\n") && file.contains("state: taken"), "{file}");
    assert_eq!(joined.told, kept);
    // and its files
    let (mut filed, mut other) = (taken.clone(), further.clone());
    let file = format!("files/{C1}/a.jpg");
    for tree in [&mut filed, &mut other] {
        let stored = crate::record::FileRef::of("a.jpg", b"x").unwrap().stored();
        let record = tree.get_mut(&path(C1)).unwrap();
        *record = record.replace("history:", &format!("proof: [\"{stored}\"]\nhistory:"));
        tree.insert(file.clone(), "x".to_owned());
    }
    for (first, second) in [(&other, &before), (&before, &other)] {
        let (merged, _) = merged_with(&filed, first, second, std::slice::from_ref(&before));
        assert_eq!(merged.get(&file).map(String::as_str), Some("x"));
    }
}
