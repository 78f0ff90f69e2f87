//! Rules that cannot read what is recorded: what was said could be replaced while nobody can read it.

use super::super::ground::Ground;
use super::forging::{Forgery, all_found, append, at, attach, change, events, path, trailers};
use super::{Base, base};
use crate::record::Id;

const KIND: &str = "policy/kinds/complaint.toml";

/// The fresh case waits for its client, and lapses.
fn lapsed<'b>(b: &'b Base, g: &Ground) -> &'b Id {
    g.step("li.na", &b.fresh, "wait", &[("#note", "等客户寄样")]);
    g.step("li.na", &b.fresh, "lapse", &[("#note", "未寄样")]);
    &b.fresh
}

/// Does something while the rules are others, by a commit before it and one after it.
fn under(g: &Ground, edits: &[(&str, &str)], done: impl FnOnce()) {
    let sound = g.read(KIND);
    let text = edits.iter().fold(sound.clone(), |text, (from, to)| {
        assert!(text.contains(from), "{from:?} is not in {text}");
        text.replace(from, to)
    });
    g.put(KIND, &text);
    g.commit("li.na", "tidy");
    done();
    g.put(KIND, &sound);
    g.commit("li.na", "tidy again");
}

/// The state `lapsed` under another name.
const NO_LAPSED: &[(&str, &str)] =
    &[("[states.lapsed]", "[states.gone]"), (", \"lapsed\"]", "]"), ("to = \"lapsed\"", "to = \"gone\"")];

/// The channel `phone` is no more.
const NO_PHONE: &[(&str, &str)] = &[
    ("values = [\"phone\", ", "values = ["),
    (
        "phone = { en = \"Phone\", zh = \"电话\" }
",
        "",
    ),
];

/// What is found where a record is replaced by one of the same day.
const REPLACED: &[&str] = &[
    "key-again",
    "odd-message",
    "records-unread",
    "recorded-elsewhen",
    "rules-false",
    "trailer-false",
    "unread-replaced",
];

const FORGERIES: &[Forgery<Base>] = &[
    ("a case replaced while its state has another name", REPLACED, |b, g| {
        let id = lapsed(b, g);
        under(g, NO_LAPSED, || {
            let (head, all) = events(&g.read(&path(id)));
            let head = head.replace("state: lapsed", "state: registered").replace("漏水", "完好");
            g.put(&path(id), &format!("{head}{}", all[0]));
            g.commit("li.na", &trailers(id, "register", "", "registered", "li.na"));
        });
    }),
    ("a value that vanishes while it does not fit", &["field-unnamed", "records-unread"], |b, g| {
        under(g, NO_PHONE, || {
            change(g, &b.fresh, &[("channel: phone\n", ""), ("漏水", "渗水")]);
            append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: edit\nset: [content]", at(g)));
            g.commit("li.na", &trailers(&b.fresh, "edit", "registered", "registered", "li.na"));
        });
    }),
    ("a file that goes while nobody can read whose it is", &["attachment-changed", "records-unread"], |b, g| {
        attach(b, g);
        lapsed(b, g);
        under(g, NO_LAPSED, || {
            g.git(&["rm", "-q", &format!("files/{}/leak.jpg", b.fresh)]);
            g.commit("li.na", "tidy");
        });
    }),
];

#[test]
fn whatever_is_replaced_while_nobody_can_read_it_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}

/// Rules that read all that is recorded may change as they like.
#[test]
fn rules_that_read_every_record_are_silent() {
    let b = base();
    let g = &b.ground;
    let more = "[states.asleep]\nlabel = { en = \"Asleep\", zh = \"休眠\" }\nclass = \"closed\"\nretired = true\n\n[states.lapsed]";
    under(g, &[("[states.lapsed]", more)], || {
        g.step("li.na", &b.fresh, "accept", &[("promised", "2026-11-27T17:30:00+08:00"), ("#note", "已电话告知")]);
    });
    under(g, &[("[states.lapsed]", "[states.gone]"), NO_LAPSED[1], NO_LAPSED[2]], || {});
    let found = g.audit();
    assert!(found.is_empty(), "{found:#?}");
}
