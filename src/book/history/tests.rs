//! What the program makes is clean, and each forgery is found by its rule.

mod forging;
mod manufacturer;

use super::super::repo::Expect;
use super::AuditScope;
use super::ground::{Ground, Line, own, person, request, time};
use crate::lifecycle::{Actor, Arrival};
use crate::record::Id;
use forging::{append, at, change, forged, path, rewrite, staff, stored, trailers, with};

const CASE: Line<'_> = &[("channel", "phone"), ("content", "到货后抽检 12 件漏水")];

struct Base {
    ground: Ground,
    client: Id,
    /// Registered, accepted, proposed for 3,000, approved.
    approved: Id,
    /// Registered.
    fresh: Id,
    /// Proposed for 3,000 by li.na.
    own: Id,
    /// Proposed for 90,000 by zhao.yun.
    dear: Id,
    /// Imported as registered on 10 November.
    old: Id,
}

fn proposed(ground: &Ground, client: &Id, by: &str, amount: &str) -> Id {
    let id = ground.make("li.na", "complaint", &with(CASE, &[("client", client.as_str())]));
    ground.step("li.na", &id, "accept", &[("promised", "2026-11-27T17:30:00+08:00"), ("#note", "已电话告知等待时间")]);
    let remedies: &[Line<'_>] = &[&[("kind", "compensation"), ("amount", amount)]];
    ground.step_as(own(by), &id, "propose", &[], &[("remedies", remedies)]);
    id
}

fn base() -> Base {
    let ground = Ground::new();
    staff(&ground, "li.na", "li.na", &[&[("role", "cs-manager")], &[("role", "complaint-officer")]]);
    staff(&ground, "li.na", "wang.lei", &[&[("role", "gm")], &[("role", "sales-clerk")]]);
    staff(&ground, "li.na", "zhao.yun", &[]);
    staff(&ground, "li.na", "chen.xi", &[&[("role", "complaint-officer"), ("until", "2026-11-22")]]);
    let client = ground.make("li.na", "client", &[("name", "杭州精密机械")]);
    let approved = proposed(&ground, &client, "zhao.yun", "3000.00");
    ground.step("li.na", &approved, "approve", &[]);
    let fresh = ground.make("li.na", "complaint", &with(CASE, &[("client", client.as_str()), ("#key", "12315-1")]));
    let own_case = proposed(&ground, &client, "li.na", "3000.00");
    let dear = proposed(&ground, &client, "zhao.yun", "90000.00");
    let old = ground.write("li.na", |w| {
        let fields = with(CASE, &[("client", client.as_str())]);
        let request = request(w.view.policy(), "complaint", "import", own("li.na"), &fields, &[]);
        let stages = vec![(time("2026-11-10T09:00:00+08:00"), "registered".to_owned())];
        Ok(w.operation.import("complaint", None, &Arrival { stages }, &request)?)
    });
    Base { ground, client, approved, fresh, own: own_case, dear, old }
}

#[test]
fn what_the_program_makes_is_clean() {
    let base = base();
    let (ground, client) = (&base.ground, base.client.as_str());
    let deputy: &[Line<'_>] = &[&[("person", "wang.lei"), ("from", "2026-11-23"), ("until", "2026-11-30")]];
    ground.step_as(own("li.na"), &person("li.na"), "change", &[], &[("deputy", deputy)]);
    // When it really happened, and changes without a step.
    let earlier = (ground.now() - chrono::TimeDelta::minutes(3)).to_rfc3339();
    let given = [("promised", "2026-11-26T12:00:00+08:00"), ("#on", earlier.as_str())];
    ground.step("li.na", &base.fresh, "accept", &given);
    ground.step("zhao.yun", &base.fresh, "edit", &[("severity", "major"), ("order", "SO-1")]);
    ground.step("zhao.yun", &base.fresh, "edit", &[("order", "")]);
    // Four eyes and authority, as deputy, in the principal's name, and through a clerk.
    ground.step("wang.lei", &base.dear, "approve", &[]);
    ground.step("wang.lei", &base.old, "decline", &[("decline-reason", "不属本公司产品")]);
    let clerk = Actor { person: person("zhao.yun"), typist: person("wang.lei") };
    let typed = ground.write("wang.lei", |w| {
        let fields = with(CASE, &[("client", client)]);
        let request = request(w.view.policy(), "complaint", "", clerk, &fields, &[]);
        Ok(w.operation.create("complaint", None, &request)?)
    });
    let stand_in = Actor { person: person("li.na"), typist: person("wang.lei") };
    ground.step_as(stand_in.clone(), &typed, "decline", &[("decline-reason", "重复")], &[]);
    // A step that opens a record, also in the principal's name.
    ground.step("li.na", &base.approved, "agree", &[]);
    ground.step_as(stand_in, &base.approved, "close", &[], &[]);
    // Several records in one commit, of which one needs another that comes later by path.
    ground.write("li.na", |w| {
        let policy = w.view.policy();
        let ask = |kind: &str, step: &str, fields: Line<'_>| request(policy, kind, step, own("li.na"), fields, &[]);
        let client =
            w.operation.create("client", None, &ask("client", "", &[("name", "宁波阀门"), ("#key", "c-2")]))?;
        let call = [("client", client.as_str()), ("reason", "routine"), ("due", "2026-12-01")];
        let call = w.operation.create("callback", None, &ask("callback", "", &call))?;
        w.operation.edit(&call, &ask("callback", "edit", &[("due", "2026-12-02")]))?;
        w.operation.edit(&call, &ask("callback", "edit", &[("due", "2026-12-03")]))?;
        let case = with(CASE, &[("client", client.as_str())]);
        let case = w.operation.create("complaint", None, &ask("complaint", "", &case))?;
        w.operation.advance(&case, &ask("complaint", "accept", &[("promised", "2026-11-27T12:00:00+08:00")]))?;
        w.operation.advance(&case, &ask("complaint", "wait", &[]))?;
        w.operation.advance(&case, &ask("complaint", "resume", &[]))?;
        Ok(w.operation.edit(&client, &ask("client", "edit", &[("city", "宁波")]))?)
    });
    // Stages of an import.
    ground.write("li.na", |w| {
        let fields = with(CASE, &[("client", client), ("promised", "2026-01-09T12:00:00+08:00"), ("#key", "old-7")]);
        let request = request(w.view.policy(), "complaint", "import", own("li.na"), &fields, &[]);
        let stage = |at: &str, state: &str| (time(at), state.to_owned());
        let stages =
            vec![stage("2026-01-05T09:00:00+08:00", "registered"), stage("2026-01-06T10:00:00+08:00", "accepted")];
        Ok(w.operation.import("complaint", None, &Arrival { stages }, &request)?)
    });
    // The policy, alone; what was opened before is worked on after.
    let file = "policy/kinds/complaint.toml";
    let text =
        ground.read(file).replace("asks = [\"containment\"]", "asks = [\"containment\"]\nwhen = \"severity=major\"");
    ground.put(file, &(text + "\n[fields.shelf]\ntype = \"text\"\n"));
    ground.commit("li.na", "Contain what is major, and say where it lies");
    ground.step("li.na", &base.fresh, "contain", &[("containment", "停止发货"), ("shelf", "A-3")]);
    ground.make("li.na", "complaint", &with(CASE, &[("client", client)]));
    // Taken back.
    ground.step("li.na", &base.fresh, "withdraw", &[]);
    let undone = ground.git(&["rev-parse", "HEAD"]);
    ground.git(&["revert", "--no-commit", "HEAD"]);
    ground.commit("li.na", &format!("Undo\n\nRedress-Undo: {undone}"));
    ground.step("zhao.yun", &base.fresh, "wait", &[]);
    // Two clones meet.
    ground.git(&["checkout", "-q", "-b", "side"]);
    ground.step("li.na", &base.own, "withdraw", &[]);
    ground.git(&["checkout", "-q", "main"]);
    ground.step("zhao.yun", &base.fresh, "resume", &[]);
    ground.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    ground.step("li.na", &person("chen.xi"), "leave", &[]);
    let found = ground.audit();
    assert!(found.is_empty(), "{found:#?}");
    // Any part of it is as clean as the whole.
    let since = AuditScope {
        since: Some(ground.git(&["rev-parse", "main~9"]).parse().expect("an id")),
        ..AuditScope::default()
    };
    let path = base.fresh.path("complaints");
    let record = AuditScope { record: Some((base.fresh.clone(), path)), ..AuditScope::default() };
    for scope in [since, record] {
        let found = ground.audit_in(&scope);
        assert!(found.is_empty(), "{found:#?}");
    }
}

/// A forgery by its name, the rules that find it, and how it is done.
type Forgery = (&'static str, &'static [&'static str], fn(&Base, &Ground));

/// A new promise in the place of the old one, as the event tells it.
fn renewed(ground: &Ground, id: &Id, was: &str) {
    change(ground, id, &[("promised: 2026-11-27T17:30:00", "promised: 2026-11-30T17:30:00")]);
    append(ground, id, &format!("at: {}\nby: li.na\nstep: promise\nset: [promised]{was}", at(ground)));
    ground.commit("li.na", &trailers(id, "promise", "proposed", "proposed", "li.na"));
}

const PROMISED: &str = "promised: 2026-11-27T12:00:00+08:00";
const ACCEPT: (&str, &str, &str) = ("accept", "registered", "accepted");
const DECLINE: (&str, &str, &str) = ("decline", "registered", "declined");
const APPROVE: (&str, &str, &str) = ("approve", "proposed", "approved");

const FORGERIES: &[Forgery] = &[
    ("a legal step written by hand", &[], |b, g| forged(g, &b.fresh, ACCEPT, "li.na", PROMISED)),
    ("an old event is edited", &["event-edited", "hand-commit"], |b, g| {
        change(g, &b.approved, &[("已电话告知等待时间", "已书面告知等待时间")]);
        g.commit("li.na", "tidy");
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
        append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised]", at(g)));
        g.commit("zhao.yun", &trailers(&b.fresh, "accept", "registered", "accepted", "li.na"));
    }),
    ("a stranger", &["not-staff"], |b, g| forged(g, &b.fresh, ACCEPT, "nobody", PROMISED)),
    ("without the role", &["not-entitled"], |b, g| forged(g, &b.fresh, DECLINE, "zhao.yun", "decline-reason: x")),
    ("a role that has ended", &["not-entitled"], |b, g| forged(g, &b.fresh, DECLINE, "chen.xi", "decline-reason: x")),
    ("in a commit with an older date", &["backdated"], |b, g| {
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
        change(g, &b.fresh, &[("12 件", "2 件")]);
        g.commit("li.na", "tidy");
    }),
    ("a field that the event does not name", &["field-unnamed"], |b, g| {
        change(g, &b.fresh, &[("12 件", "2 件")]);
        forged(g, &b.fresh, ACCEPT, "li.na", PROMISED);
    }),
    ("an event names a field that did not change", &["field-idle"], |b, g| {
        change(
            g,
            &b.fresh,
            &[("state: registered", "state: accepted"), ("\nhistory:", &format!("\n{PROMISED}\nhistory:"))],
        );
        append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised, content]", at(g)));
        g.commit("li.na", &trailers(&b.fresh, "accept", "registered", "accepted", "li.na"));
    }),
    ("a false trailer", &["trailer-false"], |b, g| {
        change(
            g,
            &b.fresh,
            &[("state: registered", "state: accepted"), ("\nhistory:", &format!("\n{PROMISED}\nhistory:"))],
        );
        append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised]", at(g)));
        g.commit("li.na", &trailers(&b.fresh, "accept", "registered", "accepted", "wang.lei"));
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
        append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised]", at(g)));
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
        change(g, &b.fresh, &[("state: registered", "state: [")]);
        g.commit("li.na", "tidy");
    }),
    ("the kind is changed", &["hand-commit", "kind-changed"], |b, g| {
        change(g, &b.fresh, &[("kind: complaint", "kind: inquiry")]);
        g.commit("li.na", "tidy");
    }),
    ("an unreadable record comes back with another history", &["event-edited", "hand-commit", "unreadable"], |b, g| {
        let text = g.read(&path(&b.fresh));
        g.put(&path(&b.fresh), "state: [");
        g.commit("li.na", "tidy");
        g.put(&path(&b.fresh), &text.replace("12315-1", "12345-1"));
        g.commit("li.na", "tidy");
    }),
    ("other rules", &["hand-commit", "rules-changed", "rules-lost"], |b, g| {
        let text = g.read(&path(&b.fresh));
        let rules = text.lines().find(|line| line.starts_with("rules:")).expect("rules").to_owned();
        change(g, &b.fresh, &[(rules.as_str(), "rules: 0123456789ab")]);
        g.commit("li.na", "tidy");
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
    ("recorded earlier than committed", &["recorded-elsewhen"], |b, g| {
        let now = g.now();
        g.set_now("2026-11-25T10:00:00+08:00");
        change(g, &b.fresh, &[("state: registered", "state: withdrawn")]);
        append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn", now.to_rfc3339()));
        g.commit("li.na", &trailers(&b.fresh, "withdraw", "registered", "withdrawn", "li.na"));
    }),
    ("before the last event", &["before-last"], |b, g| {
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
    ("closed without the callback that follows", &["unfollowed"], |b, g| {
        g.step("li.na", &b.approved, "agree", &[]);
        forged(g, &b.approved, ("close", "agreed", "closed"), "li.na", "");
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
        let fake = format!("Undo\n\nRedress-Undo: {head}");
        // What it takes back is not what it names; what it does is then looked at like any other commit.
        g.commit("li.na", &fake);
    }),
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
    ("a merge that loses a step", &["merge-dropped"], |b, g| {
        g.git(&["checkout", "-q", "-b", "side"]);
        g.step("li.na", &b.own, "withdraw", &[]);
        g.git(&["checkout", "-q", "main"]);
        g.step("li.na", &b.fresh, "withdraw", &[]);
        g.git(&["merge", "-q", "--no-ff", "-s", "ours", "-m", "Merge", "side"]);
    }),
    ("a merge that adds a step", &["merge-invented"], |b, g| {
        g.git(&["checkout", "-q", "-b", "side"]);
        g.step("li.na", &b.own, "withdraw", &[]);
        g.git(&["checkout", "-q", "main"]);
        g.step("li.na", &b.fresh, "withdraw", &[]);
        g.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
        change(g, &b.old, &[("state: registered", "state: withdrawn")]);
        append(g, &b.old, &format!("at: {}\nby: li.na\nstep: withdraw\nto: withdrawn", at(g)));
        g.commit("li.na", "Merge");
    }),
];

/// Puts a file beside a record, as the program does.
fn attach(b: &Base, g: &Ground) {
    g.write("li.na", |w| {
        w.file(format!("files/{}/leak.jpg", b.fresh), b"one".to_vec(), Expect::Absent);
        let fields = [("files", &*stored("leak.jpg", b"one"))];
        let request = request(w.view.policy(), "complaint", "edit", own("li.na"), &fields, &[]);
        Ok(w.operation.edit(&b.fresh, &request)?)
    });
}

#[test]
fn every_forgery_is_found() {
    let base = base();
    let clean = base.ground.rules();
    assert!(clean.is_empty(), "{:#?}", base.ground.audit());
    let mut wrong = Vec::new();
    for (name, expected, forge) in FORGERIES {
        let ground = base.ground.copy();
        forge(&base, &ground);
        let mut found = ground.rules();
        // A forged undo shows in what it did as well.
        if *name == "an undo that is none" {
            found.retain(|rule| *rule == "undo-false");
        }
        if found != *expected {
            wrong.push(format!("{name}: expected {expected:?}, found {:#?}", ground.audit()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn history_that_is_cut_off_is_said_to_be() {
    let base = base();
    let shallow = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", base.ground.top().display());
    let target = shallow.path().join("clone").display().to_string();
    base.ground.git(&["clone", "-q", "--depth", "4", &url, &target]);
    let repo = super::super::repo::Repo::discover(&shallow.path().join("clone"), &Default::default()).expect("opens");
    let audited = super::Book::over(repo).audit(&AuditScope::default(), &mut |_, _| {}).expect("readable");
    let rules: Vec<&str> = audited.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!((rules.as_slice(), audited.commits), (&["shallow"][..], 4), "{:#?}", audited.findings);
}
