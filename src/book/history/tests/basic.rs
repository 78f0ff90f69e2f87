//! Forgeries in a book of the preset basic, each found by its rule.

use super::super::ground::{Ground, Line};
use super::forging::{
    APPROVE, Forgery, all_found, amended, append, at, attach, by_hand, change, forged, path, renewed, rewrite, stored,
    trailers,
};
use super::merges::MERGES;
use super::procedure::opened;
use super::{Base, base};
use crate::record::Id;

/// Forges an undo of a step: its message names a commit.
fn taken_back(b: &Base, g: &Ground, by: &str, named: impl FnOnce(String) -> String) {
    forged(g, &b.fresh, ACCEPT, "li.na", PROMISED);
    let head = g.git(&["rev-parse", "HEAD"]).trim().to_owned();
    g.git(&["revert", "--no-commit", "HEAD"]);
    let named = named(head);
    g.take_back(by, &named);
}

/// Closes the approved case and calls the client back; returns the callback.
fn called_back(b: &Base, g: &Ground) -> Id {
    g.step("li.na", &b.approved, "agree", &[]);
    g.step("li.na", &b.approved, "close", &[]);
    let callback = opened(g, "callback", &b.approved);
    g.step("li.na", &callback, "complete", &[]);
    callback
}

const SATISFIED: Line<'_> = &[("summary", "已换货"), ("score", "5")];
const PROMISED: &str = "promised: 2026-11-27T12:00:00+08:00\nassignee: li.na";
const ACCEPT: (&str, &str, &str) = ("accept", "registered", "accepted");
const DECLINE: (&str, &str, &str) = ("decline", "registered", "declined");

const FORGERIES: &[Forgery<Base>] = &[
    ("a legal step written by hand", &[], |b, g| forged(g, &b.fresh, ACCEPT, "li.na", PROMISED)),
    ("an old event is edited", &["event-edited", "hand-commit"], |b, g| {
        by_hand(g, &b.approved, &[("已电话告知等待时间", "已书面告知等待时间")]);
    }),
    ("an old event is dropped", &["event-dropped", "hand-commit"], |b, g| {
        rewrite(g, &b.approved, |events| drop(events.remove(1)));
    }),
    ("the last event is dropped", &["event-dropped", "hand-commit", "state-false"], |b, g| {
        rewrite(g, &b.approved, |events| drop(events.pop()));
    }),
    ("events change places", &["events-reordered", "hand-commit"], |b, g| {
        rewrite(g, &b.approved, |events| events.swap(1, 2));
    }),
    ("an event is put between others", &["event-inserted", "hand-commit"], |b, g| {
        rewrite(g, &b.approved, |events| {
            let event = events[1].replace("step: accept", "step: notify");
            events.insert(2, event);
        });
    }),
    ("somebody else's name", &["typist"], |b, g| {
        change(
            g,
            &b.fresh,
            &[("state: registered", "state: accepted"), ("\nhistory:", &format!("\n{PROMISED}\nhistory:"))],
        );
        append(
            g,
            &b.fresh,
            &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised, assignee]", at(g)),
        );
        g.commit("zhao.yun", &trailers(&b.fresh, "accept", "registered", "accepted", "li.na"));
    }),
    ("a stranger", &["not-staff"], |b, g| forged(g, &b.fresh, ACCEPT, "nobody", PROMISED)),
    ("without the role", &["not-entitled"], |b, g| forged(g, &b.fresh, DECLINE, "zhao.yun", "decline-reason: x")),
    ("a role that has ended", &["not-entitled"], |b, g| forged(g, &b.fresh, DECLINE, "chen.xi", "decline-reason: x")),
    ("in a commit with an older date", &["backdated", "before-parent"], |b, g| {
        g.set_now("2026-11-20T10:00:00+08:00");
        forged(g, &b.old, DECLINE, "chen.xi", "decline-reason: x");
    }),
    ("the same eyes", &["same-eyes"], |b, g| forged(g, &b.own, APPROVE, "li.na", "")),
    ("above authority", &["above-authority"], |b, g| forged(g, &b.dear, APPROVE, "li.na", "")),
    ("deputy of nobody", &["actor-false"], |b, g| {
        change(g, &b.fresh, &[("state: registered", "state: withdrawn")]);
        append(g, &b.fresh, &format!("at: {}\nby: zhao.yun\nfor: wang.lei\nstep: withdraw\nto: withdrawn", at(g)));
        let message = trailers(&b.fresh, "withdraw", "registered", "withdrawn", "zhao.yun") + "\nRedress-For: wang.lei";
        g.commit("zhao.yun", &message);
    }),
    ("a step from another state", &["not-from"], |b, g| {
        forged(g, &b.fresh, ("agree", "registered", "agreed"), "li.na", "");
    }),
    ("a step to another state", &["target-false"], |b, g| {
        forged(g, &b.fresh, ("accept", "registered", "proposed"), "li.na", PROMISED);
    }),
    ("a promise that was renewed", &[], |b, g| renewed(g, &b.own, "\nwas: {promised: 2026-11-27T17:30:00+08:00}")),
    ("a false former promise", &["was-false"], |b, g| {
        renewed(g, &b.own, "\nwas: {promised: 2026-12-27T17:30:00+08:00}");
    }),
    ("a former promise that is left out", &["was-false"], |b, g| renewed(g, &b.own, "")),
    ("what a step asks for is missing", &["missing"], |b, g| forged(g, &b.fresh, ACCEPT, "li.na", "")),
    ("a field without an event", &["field-unnamed", "hand-commit"], |b, g| {
        by_hand(g, &b.fresh, &[("12 件", "2 件")]);
    }),
    ("a field that the event does not name", &["field-false", "field-unnamed"], |b, g| {
        change(g, &b.fresh, &[("12 件", "2 件")]);
        forged(g, &b.fresh, ACCEPT, "li.na", PROMISED);
    }),
    ("an event names a field that did not change", &["field-idle"], |b, g| {
        change(
            g,
            &b.fresh,
            &[("state: registered", "state: accepted"), ("\nhistory:", &format!("\n{PROMISED}\nhistory:"))],
        );
        append(
            g,
            &b.fresh,
            &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised, assignee, content]", at(g)),
        );
        g.commit("li.na", &trailers(&b.fresh, "accept", "registered", "accepted", "li.na"));
    }),
    ("a false trailer", &["trailer-false"], |b, g| {
        change(
            g,
            &b.fresh,
            &[("state: registered", "state: accepted"), ("\nhistory:", &format!("\n{PROMISED}\nhistory:"))],
        );
        append(
            g,
            &b.fresh,
            &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised, assignee]", at(g)),
        );
        g.commit("li.na", &trailers(&b.fresh, "accept", "registered", "accepted", "wang.lei"));
    }),
    ("two steps of which the message tells one", &["trailer-false"], |b, g| {
        let fields = ("\nhistory:", &*format!("\n{PROMISED}\nhistory:"));
        change(g, &b.fresh, &[("state: registered", "state: withdrawn"), fields]);
        append(
            g,
            &b.fresh,
            &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised, assignee]", at(g)),
        );
        append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn", at(g)));
        g.commit("li.na", &trailers(&b.fresh, "accept", "registered", "accepted", "li.na"));
    }),
    ("a trailer for what did not happen", &["trailer-false"], |b, g| {
        g.commit("li.na", &trailers(&b.fresh, "accept", "registered", "accepted", "li.na"));
    }),
    ("no trailers", &["hand-commit"], |b, g| {
        change(
            g,
            &b.fresh,
            &[("state: registered", "state: accepted"), ("\nhistory:", &format!("\n{PROMISED}\nhistory:"))],
        );
        append(
            g,
            &b.fresh,
            &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised, assignee]", at(g)),
        );
        g.commit("li.na", "accept it");
    }),
    ("a record that no trailer names", &["trailer-missing"], |b, g| {
        change(g, &b.old, &[("state: registered", "state: withdrawn")]);
        append(g, &b.old, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn", at(g)));
        forged(g, &b.fresh, ACCEPT, "li.na", PROMISED);
    }),
    ("a record is deleted", &["deleted", "hand-commit"], |b, g| {
        g.git(&["rm", "-q", &path(&b.fresh)]);
        g.commit("li.na", "tidy");
    }),
    ("a record is renamed", &["hand-commit", "renamed"], |b, g| {
        let text = g.read(&path(&b.fresh)).replace(b.fresh.as_str(), "C-261124-00000");
        g.git(&["rm", "-q", &path(&b.fresh)]);
        g.put("complaints/2026/11/24/C-261124-00000.yaml", &text);
        g.commit("li.na", "tidy");
    }),
    ("a record lies elsewhere", &["hand-commit", "misplaced"], |b, g| {
        g.put("complaints/copy.yaml", &g.read(&path(&b.fresh)));
        g.commit("li.na", "keep a copy");
    }),
    ("ids are swapped", &["hand-commit", "id-changed"], |b, g| {
        let (one, other) = (g.read(&path(&b.fresh)), g.read(&path(&b.old)));
        g.put(&path(&b.fresh), &other);
        g.put(&path(&b.old), &one);
        g.commit("li.na", "tidy");
    }),
    ("a record cannot be read", &["hand-commit", "unreadable"], |b, g| {
        by_hand(g, &b.fresh, &[("state: registered", "state: [")]);
    }),
    ("the kind is changed", &["hand-commit", "kind-changed"], |b, g| {
        by_hand(g, &b.fresh, &[("kind: complaint", "kind: inquiry")]);
    }),
    ("an unreadable record comes back with another history", &["event-edited", "hand-commit", "unreadable"], |b, g| {
        let text = g.read(&path(&b.fresh));
        g.put(&path(&b.fresh), "state: [");
        g.commit("li.na", "tidy");
        g.put(&path(&b.fresh), &text.replace("12315-1", "12345-1"));
        g.commit("li.na", "tidy");
    }),
    ("a record that could not be read is mended and goes on", &["hand-commit", "unreadable"], |b, g| {
        let text = g.read(&path(&b.fresh));
        g.put(&path(&b.fresh), "state: [");
        g.commit("li.na", "tidy");
        g.put(&path(&b.fresh), &text);
        forged(g, &b.fresh, ACCEPT, "li.na", PROMISED);
    }),
    ("other rules", &["hand-commit", "rules-changed", "rules-lost"], |b, g| {
        let text = g.read(&path(&b.fresh));
        let rules = text.lines().find(|line| line.starts_with("rules:")).expect("rules").to_owned();
        by_hand(g, &b.fresh, &[(rules.as_str(), "rules: 0123456789ab")]);
    }),
    ("the policy with a record", &["policy-with-records"], |b, g| {
        g.put("policy/acting.toml", "anyone = true\n");
        forged(g, &b.fresh, ACCEPT, "li.na", PROMISED);
    }),
    ("by rules that came with it", &["not-entitled", "policy-with-records"], |b, g| {
        let file = "policy/kinds/complaint.toml";
        g.put(file, &g.read(file).replace("by = [\"complaint-officer\"]", ""));
        forged(g, &b.fresh, DECLINE, "zhao.yun", "decline-reason: x");
    }),
    ("under rules that do not hold together", &["policy-broken"], |b, g| {
        let sound = g.read("policy/roles.toml");
        g.put("policy/roles.toml", "[[");
        g.commit("li.na", "rules");
        forged(g, &b.fresh, ACCEPT, "li.na", PROMISED);
        g.put("policy/roles.toml", &sound);
        g.commit("li.na", "rules again");
    }),
    ("a history that begins with records", &["begins-midway"], |_, g| {
        g.git(&["checkout", "-q", "--orphan", "anew"]);
        g.commit("li.na", "All there is");
    }),
    ("a commit is made anew later", &["remade"], |b, g| {
        g.step("li.na", &b.fresh, "withdraw", &[]);
        g.git(&["commit", "-q", "--amend", "--no-edit"]);
    }),
    ("an id of another day", &["id-date"], |_, g| {
        let id = "K-261120-00000";
        let made = format!("at: {}\n    by: li.na\n    step: register\n    to: prospect\n    set: [name]\n", at(g));
        let text = format!("id: {id}\nkind: client\nstate: prospect\nname: 宁波阀门\nhistory:\n  - {made}");
        g.put(&format!("clients/2026/11/20/{id}.yaml"), &text);
        g.commit("li.na", &format!("x\n\nRedress-Record: {id} register →prospect li.na"));
    }),
    ("recorded earlier than committed", &["recorded-elsewhen"], |b, g| {
        let now = g.now();
        g.set_now("2026-11-25T10:00:00+08:00");
        change(g, &b.fresh, &[("state: registered", "state: withdrawn")]);
        append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn", now.to_rfc3339()));
        g.commit("li.na", &trailers(&b.fresh, "withdraw", "registered", "withdrawn", "li.na"));
    }),
    ("before its state was entered", &["before-entered"], |b, g| {
        change(g, &b.fresh, &[("state: registered", "state: withdrawn")]);
        let event =
            format!("at: 2026-11-20T09:00:00+08:00\nnoted: {}\nby: li.na\nstep: withdraw\nto: withdrawn", at(g));
        append(g, &b.fresh, &event);
        g.commit("li.na", &trailers(&b.fresh, "withdraw", "registered", "withdrawn", "li.na"));
    }),
    ("the amount is raised after approval", &["sealed"], |b, g| {
        change(g, &b.approved, &[("3000.00", "90000.00")]);
        append(g, &b.approved, &format!("at: {}\nby: zhao.yun\nstep: edit\nset: [remedies]", at(g)));
        g.commit("zhao.yun", &trailers(&b.approved, "edit", "approved", "approved", "zhao.yun"));
    }),
    ("the state is set by hand", &["hand-commit", "state-false"], |b, g| {
        change(g, &b.approved, &[("state: approved", "state: closed")]);
        g.commit("li.na", "close it");
    }),
    ("a key is used again", &["key-again"], |b, g| {
        change(g, &b.old, &[("state: registered", "state: withdrawn")]);
        append(g, &b.old, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn\nkey: 12315-1", at(g)));
        g.commit("li.na", &trailers(&b.old, "withdraw", "registered", "withdrawn", "li.na"));
    }),
    ("a key twice in a commit", &["key-again"], |b, g| {
        let withdrawn = |id: &Id| {
            change(g, id, &[("state: registered", "state: withdrawn")]);
            append(g, id, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn\nkey: 12345-2", at(g)));
            format!("Redress-Record: {id} withdraw registered→withdrawn li.na")
        };
        let said = [&b.old, &b.fresh].map(withdrawn).join("\n");
        g.commit("li.na", &format!("x\n\n{said}"));
    }),
    ("a number is left out", &["number-gap"], |b, g| {
        let (id, text) = ("C-261123-00000", g.read(&path(&b.fresh)));
        let number = text.lines().find(|line| line.starts_with("number:")).expect("a number");
        let began = text.lines().find(|line| line.starts_with("  - at:")).expect("an event");
        let text = text.replace(number, "number: KS202611-0099").replace(b.fresh.as_str(), id);
        let text = text.replace(began, &format!("  - at: {}", at(g)));
        let text: String =
            text.lines().filter(|line| !line.contains("12315-1")).map(|line| format!("{line}\n")).collect();
        g.put(&format!("complaints/2026/11/23/{id}.yaml"), &text);
        g.commit("li.na", &format!("x\n\nRedress-Record: {id} register →registered li.na"));
    }),
    ("opened under rules of an earlier day", &["rules-false"], |b, g| {
        let (id, text) = ("C-261123-00000", g.read(&path(&b.fresh)));
        let file = "policy/kinds/inquiry.toml";
        g.put(file, &(g.read(file) + "# later\n"));
        g.commit("li.na", "Say more of inquiries");
        let began = text.lines().find(|line| line.starts_with("  - at:")).expect("an event");
        let number = text.lines().find(|line| line.starts_with("number:")).expect("a number");
        let text = text.replace(number, "number: KS202611-0006").replace(b.fresh.as_str(), id);
        let text = text.replace(began, &format!("  - at: {}", at(g)));
        let text: String =
            text.lines().filter(|line| !line.contains("12315-1")).map(|line| format!("{line}\n")).collect();
        g.put(&format!("complaints/2026/11/23/{id}.yaml"), &text);
        g.commit("li.na", &format!("x\n\nRedress-Record: {id} register →registered li.na"));
    }),
    ("closed without the callback that follows", &["unfollowed"], |b, g| {
        g.step("li.na", &b.approved, "agree", &[]);
        forged(g, &b.approved, ("close", "agreed", "closed"), "li.na", "");
    }),
    ("what a step opened is amended before anybody sees it", &["opened-false"], |b, g| {
        g.step("li.na", &b.approved, "agree", &[]);
        amended(
            g,
            || g.step("li.na", &b.approved, "close", &[]),
            |g| {
                change(g, &opened(g, "callback", &b.approved), &[("method: phone", "method: message")]);
            },
        );
    }),
    ("what a step opened is told otherwise", &["event-false"], |b, g| {
        g.step("li.na", &b.approved, "agree", &[]);
        amended(
            g,
            || g.step("li.na", &b.approved, "close", &[]),
            |g| {
                let path = path(&opened(g, "callback", &b.approved));
                g.put(&path, &(g.read(&path) + "    note: 客户来电要求\n"));
            },
        );
    }),
    ("what follows from a step is said to follow from another", &["step-false", "uncaused"], |b, g| {
        let callback = called_back(b, g);
        amended(
            g,
            || g.step("li.na", &callback, "record", SATISFIED),
            |g| {
                change(g, &b.approved, &[("#record", "#complete")]);
            },
        );
    }),
    ("something else in the place of what follows from a step", &["unfollowed"], |b, g| {
        let callback = called_back(b, g);
        let case = g.read(&path(&b.approved));
        amended(
            g,
            || g.step("li.na", &callback, "record", SATISFIED),
            |g| {
                g.put(&path(&b.approved), &case.replace("\nhistory:", "\norder: SO-1\nhistory:"));
                append(g, &b.approved, &format!("at: {}\nby: li.na\nstep: edit\nset: [order]", at(g)));
                let said = format!("Redress-Record: {callback} record done→recorded li.na");
                g.git(&[
                    "commit",
                    "-q",
                    "--amend",
                    "-m",
                    &format!(
                        "callback {callback}: record, and 1 more record\n\n{said}\nRedress-Record: {} edit closed→closed li.na",
                        b.approved
                    ),
                ]);
            },
        );
    }),
    ("a step that rests on a wrong one is none itself", &["required"], |b, g| {
        let (client, now) = ("K-261123-00000", at(g));
        let made = format!("at: {now}\n    by: li.na\n    step: register\n    to: prospect\n    set: [city]\n");
        let nameless = format!("id: {client}\nkind: client\nstate: prospect\ncity: 宁波\nhistory:\n  - {made}");
        g.put(&format!("clients/2026/11/23/{client}.yaml"), &nameless);
        change(g, &b.fresh, &[(b.client.as_str(), client)]);
        append(g, &b.fresh, &format!("at: {now}\nby: li.na\nstep: edit\nset: [client]"));
        let said = format!("Redress-Record: {client} register →prospect li.na\nRedress-Record: {} edit", b.fresh);
        g.commit("li.na", &format!("x\n\n{said} registered→registered li.na"));
    }),
    ("said to follow from another's step", &["uncaused"], |b, g| {
        change(g, &b.fresh, &[("state: registered", "state: declined")]);
        let event = format!("at: {}\nby: zhao.yun\nstep: decline\nto: declined\nvia: {}#approve", at(g), b.approved);
        append(g, &b.fresh, &event);
        g.commit("zhao.yun", &trailers(&b.fresh, "decline", "registered", "declined", "zhao.yun"));
    }),
    ("an undo that is none", &["undo-false"], |b, g| {
        let head = g.git(&["rev-parse", "HEAD"]);
        forged(g, &b.fresh, ACCEPT, "li.na", PROMISED);
        g.git(&["revert", "--no-commit", "HEAD"]);
        // The undo does not take back what it names, so its changes are judged like any other commit.
        g.take_back("li.na", &head);
    }),
    ("an undo of a commit that is not there", &["undo-false"], |b, g| {
        taken_back(b, g, "li.na", |_| "0123456789abcdef0123456789abcdef01234567".to_owned());
    }),
    ("an undo of more than the commit did", &["undo-false"], |b, g| {
        taken_back(b, g, "li.na", |head| {
            change(g, &b.old, &[("12 件", "2 件")]);
            head
        });
    }),
    ("an undo by somebody else", &["undo-false"], |b, g| taken_back(b, g, "zhao.yun", |head| head)),
    ("what was done is taken back by who did it", &[], |b, g| taken_back(b, g, "li.na", |head| head)),
    ("a file is filed that no record names", &["attachment-stray"], |b, g| {
        g.put(&format!("files/{}/leak.jpg", b.fresh), "one");
        g.commit("li.na", "file");
    }),
    ("an attachment is exchanged", &["attachment-changed"], |b, g| {
        attach(b, g);
        g.put(&format!("files/{}/leak.jpg", b.fresh), "other");
        g.commit("li.na", "better");
    }),
    ("an attachment is removed", &["attachment-changed"], |b, g| {
        attach(b, g);
        g.git(&["rm", "-q", &format!("files/{}/leak.jpg", b.fresh)]);
        g.commit("li.na", "tidy up");
    }),
    ("a record names a file that was never filed", &["attachment-missing"], |b, g| {
        attach(b, g);
        let [leak, seal] = [("leak.jpg", b"one"), ("seal.pdf", b"two")].map(|(name, bytes)| stored(name, bytes));
        change(g, &b.fresh, &[(&leak, &format!("{leak}\", \"{seal}"))]);
        append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: edit\nset: [files]", at(g)));
        g.commit("li.na", &trailers(&b.fresh, "edit", "registered", "registered", "li.na"));
    }),
    ("a record names two files of one name, and one was filed", &["attachment-missing"], |b, g| {
        let [one, two] = [b"one", b"two"].map(|bytes| stored("leak.jpg", bytes));
        amended(g, || attach(b, g), |g| change(g, &b.fresh, &[(&one, &format!("{one}\", \"{two}"))]));
    }),
];

#[test]
fn every_forgery_is_found() {
    let base = base();
    assert!(base.ground.rules().is_empty(), "{:#?}", base.ground.audit());
    all_found(&base, &base.ground, &[FORGERIES, MERGES].concat(), |name, ground| {
        let mut found = ground.audit();
        // A forged undo is also found by its changes.
        if name.starts_with("an undo ") {
            found.retain(|finding| finding.rule == "undo-false");
        }
        found
    });
}
