//! A manufacturer's book is clean as the program makes it, and each forgery of its procedure is found by the rule that it breaks.

use std::collections::BTreeSet;

use super::super::super::repo::Expect;
use super::super::AuditScope;
use super::super::ground::{Ground, Line, own, request};
use super::forging::{append, at, change, forged, path, rewrite, staff, stored, trailers};
use crate::record::Id;

const REGISTRATION: Line<'_> = &[
    ("channel", "phone"),
    ("content", "到货后抽检 12 件漏水"),
    ("category", "product"),
    ("contact", "方青"),
    ("reason", "漏水"),
    ("demand", "return"),
    ("department", "production"),
    ("product", "DN50"),
    ("quantity", "12"),
    ("sample", "已收到"),
    ("client-confirmed", "yes"),
];

struct Base {
    ground: Ground,
    client: Id,
    /// Registered alone.
    fresh: Id,
    /// Proposed by zhao.min, the manager, for 3,000, with an attachment.
    proposed: Id,
    /// Proposed by li.na for 90,000.
    dear: Id,
    /// Proposed by li.na for 4,000 as another form of the case decided.
    split: Id,
    /// Decided for a return of 3,000, an allowance of 1,000 and a compensation of 500.
    decided: Id,
    /// What it opened: the return received and reconciled, the allowance approved, the task open.
    goods: Id,
    allowance: Id,
    task: Id,
    /// Refused, and the form that it goes on in.
    refused: Id,
    next: Id,
    /// The invoice that goods and allowance rest on.
    invoice: Id,
    /// An expedite notice about the case decided, a sanction of sun.bo and a measure that sun.bo has completed.
    notice: Id,
    sanction: Id,
    measure: Id,
}

fn register(g: &Ground, client: &Id, more: Line<'_>) -> Id {
    let id = g.make("li.na", "complaint", &[&[("client", client.as_str())], REGISTRATION, more].concat());
    g.step("li.na", &id, "accept", &[("promised", "2026-12-24T17:30:00+08:00")]);
    id
}

fn proposal(g: &Ground, id: &Id, by: &str, remedies: &[Line<'_>]) {
    let found = [("cause", "密封圈老化"), ("escape", "抽检未覆盖"), ("fault", "own")];
    let responsible: &[Line<'_>] = &[&[("person", "sun.bo"), ("department", "production"), ("share", "100")]];
    g.step_as(own("qian.jun"), id, "investigate", &found, &[("responsible", responsible)]);
    g.step("gao.jie", id, "analyse", &[("countermeasure", "更换供应商")]);
    opinions(g, id);
    g.step_as(own(by), id, "propose", &[], &[("remedies", remedies)]);
}

fn opinions(g: &Ground, id: &Id) {
    g.step("wu.fang", id, "instruct", &[("instruction", "从速")]);
    g.step("zhou.yan", id, "opine", &[("opinion", "材料不符")]);
    g.step("wu.fang", id, "review", &[]);
}

fn approved(g: &Ground, id: &Id) {
    g.step("zhao.min", id, "approve", &[]);
    g.step("li.na", id, "notify", &[]);
}

/// The record that a step of another opened, of a kind.
fn opened(g: &Ground, kind: &str, by: &Id) -> Id {
    let book = g.book("li.na");
    let view = book.view(None, g.now()).expect("the tip");
    let linked = crate::lifecycle::Lookup::linked(&view, by, kind).expect("answers");
    let opened = linked.into_iter().find(|record| record.history[0].via.is_some());
    opened.expect("it was opened").id
}

fn base() -> Base {
    let g = Ground::of("manufacturer", |_, text| text);
    let role = |name: &'static str| -> [(&'static str, &'static str); 1] { [("role", name)] };
    staff(&g, "feng.jie", "feng.jie", &[&role("gm")]);
    for (name, roles) in [
        ("li.na", &["complaint-officer", "cs-specialist"][..]),
        ("wang.lei", &["cs-supervisor"]),
        ("zhao.min", &["cs-manager"]),
        ("zheng.tao", &["vice-president"]),
        ("qian.jun", &["qm"]),
        ("gao.jie", &["production"]),
        ("sun.bo", &["vice-president"]),
        ("zhou.yan", &["rd"]),
        ("wu.fang", &["gm-office"]),
        ("chu.wei", &["warehouse"]),
        ("wei.hong", &["finance"]),
    ] {
        let roles: Vec<_> = roles.iter().map(|name| role(name)).collect();
        let roles: Vec<Line<'_>> = roles.iter().map(|role| &role[..]).collect();
        staff(&g, "feng.jie", name, &roles);
    }
    for (name, department) in [("sun.bo", "production"), ("wei.hong", "finance")] {
        g.step("feng.jie", &super::super::ground::person(name), "change", &[("department", department)]);
    }
    let client = g.make("li.na", "client", &[("name", "杭州精密机械")]);
    let fresh = g.make("li.na", "complaint", &[&[("client", client.as_str())], REGISTRATION].concat());
    let decided = register(&g, &client, &[]);
    let remedies: &[Line<'_>] = &[
        &[("kind", "return"), ("amount", "3000.00"), ("quantity", "100")],
        &[("kind", "allowance"), ("amount", "1000.00")],
        &[("kind", "compensation"), ("amount", "500.00")],
    ];
    proposal(&g, &decided, "li.na", remedies);
    approved(&g, &decided);
    g.step("li.na", &decided, "agree", &[("answer", "同意"), ("#note", "电话确认")]);
    g.step("wang.lei", &decided, "check", &[]);
    g.step("wu.fang", &decided, "review", &[("combined-opinion", "照办")]);
    g.step("zhao.min", &decided, "decide", &[("decision", "照办")]);
    let [goods, allowance, task] = ["return", "allowance", "task"].map(|kind| opened(&g, kind, &decided));
    let line: &[Line<'_>] = &[&[("item", "DN50"), ("approved", "100"), ("price", "30.00")]];
    g.step_as(own("zheng.tao"), &goods, "approve", &[("handling", "重工"), ("basis", "核决")], &[("lines", line)]);
    let line: &[Line<'_>] = &[&[("item", "DN50"), ("approved", "100"), ("received", "100"), ("price", "30.00")]];
    g.step_as(own("chu.wei"), &goods, "receive", &[], &[("lines", line)]);
    g.step("wei.hong", &goods, "reconcile", &[]);
    g.step("zheng.tao", &allowance, "approve", &[]);
    let invoice = [
        ("number", "0711"),
        ("client", client.as_str()),
        ("date", "2026-11-10"),
        ("amount", "9000.00"),
        ("tax-kind", "zero-rated"),
    ];
    let invoice = g.make("wei.hong", "invoice", &invoice);
    let split = register(&g, &client, &[("original", decided.as_str())]);
    proposal(&g, &split, "li.na", &[&[("kind", "allowance"), ("amount", "4000.00")]]);
    let proposed = register(&g, &client, &[]);
    proposal(&g, &proposed, "zhao.min", &[&[("kind", "compensation"), ("amount", "3000.00")]]);
    g.write("li.na", |w| {
        w.file(format!("files/{proposed}/leak.jpg"), b"one".to_vec(), Expect::Absent);
        let fields = [("files", &*stored("leak.jpg", b"one"))];
        Ok(w.operation.edit(&proposed, &request(w.view.policy(), "complaint", "edit", own("li.na"), &fields, &[]))?)
    });
    let dear = register(&g, &client, &[]);
    proposal(&g, &dear, "li.na", &[&[("kind", "compensation"), ("amount", "90000.00")]]);
    let refused = register(&g, &client, &[]);
    proposal(&g, &refused, "li.na", &[&[("kind", "allowance"), ("amount", "200.00")]]);
    approved(&g, &refused);
    g.step("li.na", &refused, "refuse", &[("answer", "不接受"), ("#note", "客户要求换货")]);
    let next = opened(&g, "complaint", &refused);
    g.step("li.na", &next, "refile", &[]);
    let notice = g.make("li.na", "notice", &[("about", decided.as_str()), ("type", "expedite")]);
    let sanction = [
        ("about", decided.as_str()),
        ("person", "sun.bo"),
        ("type", "deduction"),
        ("reason", "漏检"),
        ("amount", "100.00"),
    ];
    let sanction = g.make("wang.lei", "sanction", &sanction);
    let measure = [
        ("about", decided.as_str()),
        ("action", "全检"),
        ("owner", "qian.jun"),
        ("due", "2026-11-30"),
        ("category", "product"),
    ];
    let measure = g.make("wang.lei", "measure", &measure);
    g.step("qian.jun", &measure, "complete", &[]);
    Base {
        ground: g,
        client,
        fresh,
        proposed,
        dear,
        split,
        decided,
        goods,
        allowance,
        task,
        refused,
        next,
        invoice,
        notice,
        sanction,
        measure,
    }
}

/// A forgery by its name, the rules that find it, and how it is done.
type Forgery = (&'static str, &'static [&'static str], fn(&Base, &Ground));

/// A step that leaves the state as it is, with everything true but what is wrong.
fn signed(g: &Ground, id: &Id, step: &str, state: &str, by: &str, more: &str) {
    append(g, id, &format!("at: {}\nby: {by}\nstep: {step}{more}", at(g)));
    g.commit(by, &trailers(id, step, state, state, by));
}

/// A file changed with an editor and committed with git.
fn by_hand(g: &Ground, id: &Id, edits: &[(&str, &str)]) {
    change(g, id, edits);
    g.commit("li.na", "tidy");
}

fn removed(g: &Ground, id: &Id) {
    g.git(&["rm", "-q", &path(id)]);
    g.commit("li.na", "tidy");
}

const APPROVE: (&str, &str, &str) = ("approve", "proposed", "approved");

const FORGERIES: &[Forgery] = &[
    // what was decided on
    ("an amount raised after the decision, as an edit", &["sealed"], |b, g| {
        change(g, &b.decided, &[("3000.00", "8000.00")]);
        signed(g, &b.decided, "edit", "decided", "li.na", "\nset: [remedies]");
    }),
    ("an amount raised after the decision, in the file", &["field-unnamed", "hand-commit"], |b, g| {
        by_hand(g, &b.decided, &[("3000.00", "8000.00")]);
    }),
    ("an amount raised on the slip that the decision opened", &["sealed"], |b, g| {
        change(g, &b.goods, &[("amount: \"3000.00\"", "amount: \"8000.00\"")]);
        signed(g, &b.goods, "edit", "reconciled", "li.na", "\nset: [amount]");
    }),
    ("a compensation raised on its task", &["sealed"], |b, g| {
        change(g, &b.task, &[("amount: \"500.00\"", "amount: \"4500.00\"")]);
        signed(g, &b.task, "edit", "open", "wei.hong", "\nset: [amount]");
    }),
    ("a form taken out of its case after the decision", &["sealed"], |b, g| {
        g.step("feng.jie", &b.split, "approve", &[]);
        change(g, &b.split, &[(&format!("original: {}\n", b.decided), "")]);
        signed(g, &b.split, "edit", "approved", "li.na", "\nset: [original]");
    }),
    ("a slip taken off its case", &["sealed"], |b, g| {
        change(g, &b.goods, &[(&format!("complaint: {}\n", b.decided), "")]);
        signed(g, &b.goods, "edit", "reconciled", "li.na", "\nset: [complaint]");
    }),
    // who
    ("a proposal approved by who made it", &["same-eyes"], |b, g| forged(g, &b.proposed, APPROVE, "zhao.min", "")),
    ("a proposal approved by whom it charges", &["same-eyes"], |b, g| forged(g, &b.proposed, APPROVE, "sun.bo", "")),
    ("a case approved by whom it is about", &["same-eyes"], |b, g| {
        g.step("li.na", &b.dear, "edit", &[("about", "feng.jie")]);
        forged(g, &b.dear, APPROVE, "feng.jie", "");
    }),
    ("above authority", &["above-authority"], |b, g| forged(g, &b.dear, APPROVE, "zhao.min", "")),
    ("compensation above the first level by the vice president", &["above-authority"], |b, g| {
        forged(g, &b.dear, APPROVE, "zheng.tao", "");
    }),
    ("a case split over two forms", &["above-authority"], |b, g| forged(g, &b.split, APPROVE, "zhao.min", "")),
    ("approved by somebody without authority", &["above-authority"], |b, g| {
        forged(g, &b.proposed, APPROVE, "wang.lei", "");
    }),
    ("approved in another's name", &["not-acting"], |b, g| {
        change(g, &b.dear, &[("state: proposed", "state: approved")]);
        append(g, &b.dear, &format!("at: {}\nby: feng.jie\nentered: li.na\nstep: approve\nto: approved", at(g)));
        let message = trailers(&b.dear, "approve", "proposed", "approved", "feng.jie") + "\nRedress-Entered: li.na";
        g.commit("li.na", &message);
    }),
    ("as deputy of somebody whom nobody stands in for", &["above-authority"], |b, g| {
        change(g, &b.dear, &[("state: proposed", "state: approved")]);
        append(g, &b.dear, &format!("at: {}\nby: zheng.tao\nfor: feng.jie\nstep: approve\nto: approved", at(g)));
        let message = trailers(&b.dear, "approve", "proposed", "approved", "zheng.tao") + "\nRedress-For: feng.jie";
        g.commit("zheng.tao", &message);
    }),
    ("goods received by who approved the return", &["same-eyes"], |b, g| {
        let text =
            g.read("policy/kinds/return.toml").replace("by = [\"warehouse\"]", "by = [\"warehouse\", \"cs-manager\"]");
        g.put("policy/kinds/return.toml", &text);
        g.commit("feng.jie", "Managers sign for goods too");
        let slip = g.make("li.na", "return", &[("client", b.client.as_str()), ("reason", "漏水")]);
        let line: &[Line<'_>] = &[&[("item", "DN50"), ("approved", "1"), ("price", "30.00")]];
        g.step_as(own("zhao.min"), &slip, "approve", &[("handling", "重工"), ("basis", "协议")], &[("lines", line)]);
        change(g, &slip, &[("approved: \"1\"\n", "approved: \"1\"\n    received: \"1\"\n")]);
        let dates = "received-on: 2026-11-23\nresale-until: 2026-12-23";
        change(g, &slip, &[("state: approved", "state: received"), ("\nhistory:", &format!("\n{dates}\nhistory:"))]);
        let set = "[lines, received-on, resale-until]";
        append(g, &slip, &format!("at: {}\nby: zhao.min\nstep: receive\nto: received\nset: {set}", at(g)));
        g.commit("zhao.min", &trailers(&slip, "receive", "approved", "received", "zhao.min"));
    }),
    ("a sanction approved by the person concerned", &["same-eyes"], |b, g| {
        forged(g, &b.sanction, APPROVE, "sun.bo", "");
    }),
    ("a measure verified by its owner", &["same-eyes"], |b, g| {
        forged(g, &b.measure, ("verify", "done", "verified"), "qian.jun", "effect: 有效");
    }),
    ("a role that somebody gives themselves", &["not-entitled"], |_, g| {
        let li = super::super::ground::person("li.na");
        change(g, &li, &[("role: cs-specialist", "role: cs-manager")]);
        append(g, &li, &format!("at: {}\nby: li.na\nstep: change\nset: [roles]", at(g)));
        g.commit("li.na", &trailers(&li, "change", "active", "active", "li.na"));
    }),
    ("how many are taken, by finance", &["not-theirs"], |b, g| {
        change(g, &b.goods, &[("    received: \"100\"\n", "    received: \"100\"\n    accepted: \"90\"\n")]);
        signed(g, &b.goods, "edit", "reconciled", "wei.hong", "\nset: [lines]");
    }),
    // in which order
    ("a case closed over an open task", &["before"], |b, g| {
        forged(g, &b.decided, ("close", "decided", "closed"), "li.na", "");
    }),
    ("a decision without the combined opinion", &["before"], |b, g| {
        g.step("feng.jie", &b.split, "approve", &[]);
        g.step("li.na", &b.split, "agree", &[("answer", "同意")]);
        forged(g, &b.split, ("decide", "agreed", "decided"), "feng.jie", "decision: 照办");
    }),
    ("an investigation left out", &["not-from"], |b, g| {
        forged(g, &b.fresh, ("analyse", "registered", "analysed"), "gao.jie", "countermeasure: 更换供应商");
    }),
    ("a form that the client did not refuse, taken over", &["missing"], |b, g| {
        forged(g, &b.fresh, ("refile", "registered", "analysed"), "li.na", "");
    }),
    ("a case that lapses unreminded", &["before"], |b, g| {
        g.step("li.na", &b.fresh, "wait", &[]);
        forged(g, &b.fresh, ("lapse", "waiting-client", "lapsed"), "li.na", "");
    }),
    ("a level left out", &["not-next-level"], |b, g| {
        change(g, &b.fresh, &[("\nhistory:", "\nlevel: gm\nhistory:")]);
        signed(g, &b.fresh, "escalate", "registered", "li.na", "\nset: [level]");
    }),
    ("accepted before the client has confirmed", &["unmet"], |b, g| {
        g.step("li.na", &b.fresh, "edit", &[("client-confirmed", "no")]);
        let promised = "promised: 2026-12-24T17:30:00+08:00";
        forged(g, &b.fresh, ("accept", "registered", "accepted"), "li.na", promised);
    }),
    ("an apology where the fault is not known", &["unmet"], |b, g| {
        signed(g, &b.fresh, "apologise", "registered", "li.na", "");
    }),
    ("an allowance that the client has not signed", &["unmet"], |b, g| {
        forged(
            g,
            &b.allowance,
            ("sign", "approved", "signed"),
            "li.na",
            &format!("signed: [manager, gm]\ninvoice: {}", b.invoice),
        );
    }),
    ("a return settled without a stamp", &["unmet"], |b, g| {
        let fields = format!("invoice: {}\nproof: certificate\nproof-stamped: false\nvoucher: V-1", b.invoice);
        forged(g, &b.goods, ("settle", "reconciled", "settled"), "wei.hong", &fields);
    }),
    ("a compensation paid without reference", &["missing"], |b, g| {
        forged(g, &b.task, ("complete", "open", "done"), "wei.hong", "result: 已付");
    }),
    ("an ordered task cancelled", &["unmet"], |b, g| {
        forged(g, &b.task, ("cancel", "open", "cancelled"), "wang.lei", "");
    }),
    ("goods made unreceived", &["not-from"], |b, g| {
        forged(g, &b.goods, ("void", "reconciled", "void"), "wang.lei", "");
    }),
    // what follows
    ("a refusal that opens no further form", &["unfollowed"], |b, g| {
        g.step("feng.jie", &b.split, "approve", &[]);
        forged(g, &b.split, ("refuse", "approved", "refused"), "li.na", "answer: 不接受");
    }),
    ("a slip that says a decision opened it", &["uncaused"], |b, g| {
        let text = g.read(&path(&b.goods));
        let rules = text.lines().find(|line| line.starts_with("rules:")).expect("rules");
        let (case, client, now) = (&b.decided, &b.client, at(g));
        let slip = format!(
            "id: R-261123-00000\nkind: return\nstate: drafted\n{rules}\ncomplaint: {case}\nclient: {client}\nreason: 漏水\n\
             amount: \"900.00\"\nover-acceptance: \"3\"\nhistory:\n  - at: {now}\n    by: zhao.min\n    step: draft\n    \
             to: drafted\n    via: {case}#decide\n    set: [complaint, client, reason, amount, over-acceptance]\n"
        );
        g.put("returns/2026/11/23/R-261123-00000.yaml", &slip);
        let said = "Redress-Record: R-261123-00000\nRedress-Step: draft\nRedress-To: drafted\nRedress-By: zhao.min";
        g.commit("zhao.min", &format!("x\n\n{said}\nRedress-Via: {case}#decide"));
    }),
    // the past
    ("a removed return", &["deleted", "hand-commit"], |b, g| removed(g, &b.goods)),
    ("a deleted notice", &["deleted", "hand-commit"], |b, g| removed(g, &b.notice)),
    ("a removed next form", &["deleted", "hand-commit"], |b, g| removed(g, &b.next)),
    ("a rewritten refusal", &["event-edited", "hand-commit"], |b, g| {
        by_hand(g, &b.refused, &[("note: 客户要求换货", "note: 客户未说明理由")]);
    }),
    ("another answer of the client", &["field-unnamed", "hand-commit"], |b, g| {
        by_hand(g, &b.refused, &[("answer: 不接受", "answer: 同意")]);
    }),
    ("a refusal that becomes an agreement", &["event-edited", "hand-commit", "state-false"], |b, g| {
        by_hand(g, &b.refused, &[("state: refused", "state: agreed"), ("step: refuse", "step: agree")]);
    }),
    ("a check put in afterwards", &["event-inserted", "hand-commit"], |b, g| {
        rewrite(g, &b.decided, |events| {
            let event = events[1].replace("step: accept", "step: check");
            events.insert(2, event);
        });
    }),
    ("a quantity received, rewritten", &["field-unnamed", "hand-commit"], |b, g| {
        by_hand(g, &b.goods, &[("received: \"100\"", "received: \"90\"")]);
    }),
    ("a quantity received, edited", &["sealed"], |b, g| {
        change(g, &b.goods, &[("received: \"100\"", "received: \"90\"")]);
        signed(g, &b.goods, "edit", "reconciled", "chu.wei", "\nset: [lines]");
    }),
    ("shares changed in the file", &["field-unnamed", "hand-commit"], |b, g| {
        by_hand(g, &b.decided, &[("person: sun.bo", "person: gao.jie")]);
    }),
    ("a sanction lowered in the file", &["field-unnamed", "hand-commit"], |b, g| {
        by_hand(g, &b.sanction, &[("100.00", "10.00")]);
    }),
    ("an attachment is exchanged", &["attachment-changed"], |b, g| {
        g.put(&format!("files/{}/leak.jpg", b.proposed), "other");
        g.commit("li.na", "better");
    }),
    ("a limit raised with the approval that it allows", &["above-authority", "policy-with-records"], |b, g| {
        let file = "policy/authority.toml";
        g.put(file, &g.read(file).replace("5000.00", "500000.00"));
        forged(g, &b.dear, APPROVE, "zhao.min", "");
    }),
];

#[test]
fn every_forgery_of_the_procedure_is_found() {
    let base = base();
    assert!(base.ground.rules().is_empty(), "{:#?}", base.ground.audit());
    let tip = base.ground.git(&["rev-parse", "HEAD"]).parse().expect("an id");
    let scope = AuditScope { since: Some(tip), ..AuditScope::default() };
    let mut wrong = Vec::new();
    for (name, expected, forge) in FORGERIES {
        let ground = base.ground.copy();
        forge(&base, &ground);
        let found = ground.audit_in(&scope);
        let rules: BTreeSet<&str> = found.iter().map(|finding| finding.rule).collect();
        if rules != expected.iter().copied().collect() {
            wrong.push(format!("{name}: expected {expected:?}, found {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
