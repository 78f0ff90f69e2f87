//! Forgeries against a manufacturer's procedure, each found by the rule that it breaks.

use super::super::AuditScope;
use super::super::ground::{Ground, Line, own, person};
use super::forging::{
    APPROVE, Forgery, all_found, append, at, by_hand, change, forged, path, rewrite, signed, trailers,
};
use super::procedure::{Base, approved, base, opinions};
use crate::record::Id;

fn removed(g: &Ground, id: &Id) {
    g.git(&["rm", "-q", &path(id)]);
    g.commit("li.na", "tidy");
}

const SIGN: (&str, &str, &str) = ("sign", "approved", "signed");

/// Another invoice of the client.
fn invoice(b: &Base, g: &Ground, amount: &str) -> Id {
    let client = b.client.as_str();
    let fields = [("number", "0712"), ("client", client), ("date", "2026-11-10"), ("amount", amount)];
    g.make("wei.hong", "invoice", &[&fields[..], &[("tax-kind", "zero-rated")]].concat())
}

/// A field added to a registered case, as an edit.
fn added(g: &Ground, id: &Id, field: &str) {
    change(g, id, &[("\nhistory:", &format!("\n{field}\nhistory:"))]);
    let name = field.split(':').next().unwrap_or_default();
    signed(g, id, "edit", "registered", "li.na", &format!("\nset: [{name}]"));
}

/// A client who has been reminded twice, each time after three working days of silence; the last time on 7 December,
/// a Monday.
fn silent(b: &Base, g: &Ground) {
    g.step("li.na", &b.fresh, "wait", &[]);
    for day in ["2026-12-01", "2026-12-07"] {
        g.set_now(&format!("{day}T10:00:00+08:00"));
        g.step("li.na", &b.fresh, "remind", &[]);
    }
}

/// A sanction of sun.bo under a key that the program makes.
fn sanctioned(b: &Base, g: &Ground, about: &Id, key: &str) {
    let key = key.replace("CASE", b.decided.as_str());
    let fields = [("about", about.as_str()), ("person", "sun.bo"), ("type", "deduction"), ("amount", "1.00")];
    g.make("wang.lei", "sanction", &[&fields[..], &[("reason", "漏检"), ("#key", &key)]].concat());
}

const FORGERIES: &[Forgery<Base>] = &[
    // what the program proposes
    ("a sanction that the program proposes of another person", &["key-reserved"], |b, g| {
        sanctioned(b, g, &b.decided, "plan sanctions loss-share CASE qian.jun");
    }),
    ("a sanction that the program proposes about another case", &["key-reserved"], |b, g| {
        sanctioned(b, g, &b.dear, "plan sanctions loss-share CASE sun.bo");
    }),
    ("a sanction that the program proposes", &[], |b, g| {
        sanctioned(b, g, &b.split, "plan sanctions loss-share CASE sun.bo 2");
    }),
    // what was decided
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
    // who may act
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
        let li = person("li.na");
        change(g, &li, &[("role: cs-specialist", "role: cs-manager")]);
        append(g, &li, &format!("at: {}\nby: li.na\nstep: change\nset: [roles]", at(g)));
        g.commit("li.na", &trailers(&li, "change", "active", "active", "li.na"));
    }),
    ("how many are taken, by finance", &["not-theirs"], |b, g| {
        change(g, &b.goods, &[("    received: \"100\"\n", "    received: \"100\"\n    accepted: \"90\"\n")]);
        signed(g, &b.goods, "edit", "reconciled", "wei.hong", "\nset: [lines]");
    }),
    ("more goods taken than were approved, by the GM office", &["above-authority"], |b, g| {
        let slip = g.make("li.na", "return", &[("client", b.client.as_str()), ("reason", "漏水")]);
        let line = |more: Line<'static>| [&[("item", "DN50"), ("approved", "100"), ("price", "30.00")], more].concat();
        let goods = [("handling", "重工"), ("basis", "协议")];
        g.step_as(own("zhao.min"), &slip, "approve", &goods, &[("lines", &[&line(&[])])]);
        g.step("wu.fang", &slip, "instruct", &[("instruction", "收下")]);
        g.step_as(own("chu.wei"), &slip, "receive", &[], &[("lines", &[&line(&[("received", "120")])])]);
        g.step("wei.hong", &slip, "reconcile", &[]);
        change(g, &slip, &[("    received: \"120\"\n", "    received: \"120\"\n    accepted: \"110\"\n")]);
        change(g, &slip, &[("state: held", "state: reconciled")]);
        change(g, &slip, &[("\nreceipt-instruction:", "\ninstruction: 允收\nreceipt-instruction:")]);
        let set = "[lines, instruction]";
        append(g, &slip, &format!("at: {}\nby: wu.fang\nstep: instruct\nto: reconciled\nset: {set}", at(g)));
        g.commit("wu.fang", &trailers(&slip, "instruct", "held", "reconciled", "wu.fang"));
    }),
    ("shares of more than the whole", &["unmet"], |b, g| {
        change(g, &b.dear, &[("share: \"100\"", "share: \"110\"")]);
        signed(g, &b.dear, "edit", "proposed", "qian.jun", "\nset: [responsible]");
    }),
    ("a share that is nobody's", &["neither"], |b, g| added(g, &b.fresh, "responsible:\n  - share: \"100\"")),
    ("a ratio raised on a slip", &["sealed"], |b, g| {
        change(g, &b.goods, &[("over-acceptance: \"3\"", "over-acceptance: \"50\"")]);
        signed(g, &b.goods, "edit", "reconciled", "li.na", "\nset: [over-acceptance]");
    }),
    // rules between records
    ("a certificate above its invoice", &["exceeded"], |b, g| {
        let low = invoice(b, g, "999.99");
        forged(g, &b.allowance, SIGN, "li.na", &format!("signed: [manager, gm, client]\ninvoice: {low}"));
    }),
    ("certificates that come to more than their invoice together", &["exceeded"], |b, g| {
        let low = invoice(b, g, "3999.99");
        g.step("wei.hong", &b.goods, "edit", &[("invoice", low.as_str())]);
        forged(g, &b.allowance, SIGN, "li.na", &format!("signed: [manager, gm, client]\ninvoice: {low}"));
    }),
    ("an invoice lowered below what rests on it", &["exceeded"], |b, g| {
        g.step("li.na", &b.allowance, "sign", &[("signed", "manager,gm,client"), ("invoice", b.invoice.as_str())]);
        change(g, &b.invoice, &[("9000.00", "999.99")]);
        signed(g, &b.invoice, "edit", "recorded", "wei.hong", "\nset: [amount]");
    }),
    ("an invoice made void under a certificate", &["needs"], |b, g| {
        g.step("li.na", &b.allowance, "sign", &[("signed", "manager,gm,client"), ("invoice", b.invoice.as_str())]);
        forged(g, &b.invoice, ("void", "recorded", "void"), "wei.hong", "void-reason: 误记");
    }),
    ("an invoice recorded twice", &["not-unique"], |b, g| {
        let other = invoice(b, g, "1.00");
        change(g, &other, &[("0712", "0711")]);
        signed(g, &other, "edit", "recorded", "wei.hong", "\nset: [number]");
    }),
    ("a form of another client's case", &["not-same"], |b, g| {
        let other = g.make("li.na", "client", &[("name", "宁波远洋阀门")]);
        change(g, &b.split, &[(b.client.as_str(), other.as_str())]);
        signed(g, &b.split, "edit", "proposed", "li.na", "\nset: [client]");
    }),
    ("a case that changes its client under its slips", &["sealed"], |b, g| {
        let other = g.make("li.na", "client", &[("name", "宁波远洋阀门")]);
        change(g, &b.decided, &[(b.client.as_str(), other.as_str())]);
        signed(g, &b.decided, "edit", "decided", "li.na", "\nset: [client]");
    }),
    ("a case sent back over goods that were signed for", &["needs"], |b, g| {
        forged(g, &b.decided, ("rework", "decided", "analysed"), "li.na", "");
    }),
    ("somebody leaves with open records", &["still-dealt"], |_, g| {
        forged(g, &person("qian.jun"), ("leave", "active", "left"), "wu.fang", "");
    }),
    ("an answer to what has grown beyond its approval", &["outgrown"], |b, g| {
        g.step("feng.jie", &b.proposed, "approve", &[]);
        g.step("li.na", &b.proposed, "rework", &[]);
        opinions(g, &b.proposed);
        let less: &[Line<'_>] = &[&[("kind", "compensation"), ("amount", "2000.00")]];
        g.step_as(own("li.na"), &b.proposed, "propose", &[], &[("remedies", less)]);
        g.step("wu.fang", &b.proposed, "review", &[]);
        approved(g, &b.proposed);
        let slip = [
            ("client", b.client.as_str()),
            ("complaint", b.proposed.as_str()),
            ("reason", "少货"),
            ("amount", "4000.00"),
        ];
        let slip = g.make("li.na", "allowance", &slip);
        let line: &[Line<'_>] = &[&[("item", "DN50"), ("quantity", "1"), ("price", "4000.00"), ("net", "0")]];
        g.step_as(own("feng.jie"), &slip, "approve", &[], &[("lines", line)]);
        change(g, &b.proposed, &[("decides: cs-manager", "decides: gm"), ("state: approved", "state: agreed")]);
        change(g, &b.proposed, &[("\nhistory:", "\nanswer: 同意\nhistory:")]);
        let event = "by: li.na\nstep: agree\nto: agreed\nset: [answer, decides]";
        append(g, &b.proposed, &format!("at: {}\n{event}", at(g)));
        g.commit("li.na", &trailers(&b.proposed, "agree", "approved", "agreed", "li.na"));
    }),
    ("a complaint without its channel", &["required"], |b, g| {
        change(g, &b.fresh, &[("channel: phone\n", "")]);
        signed(g, &b.fresh, "edit", "registered", "li.na", "\nset: [channel]");
    }),
    ("a client who is not in the book", &["bad-reference"], |b, g| {
        change(g, &b.fresh, &[(b.client.as_str(), "K-261123-00000")]);
        signed(g, &b.fresh, "edit", "registered", "li.na", "\nset: [client]");
    }),
    ("a client who is none", &["bad-reference"], |b, g| {
        change(g, &b.fresh, &[(b.client.as_str(), b.decided.as_str())]);
        signed(g, &b.fresh, "edit", "registered", "li.na", "\nset: [client]");
    }),
    ("a complaint about nobody of the staff", &["no-person"], |b, g| added(g, &b.fresh, "about: he.xi")),
    ("a level that there is not", &["no-role"], |b, g| added(g, &b.fresh, "level: cs-chief")),
    ("a department that there is not", &["no-department"], |b, g| added(g, &b.fresh, "departments: [depot]")),
    ("a remedy that does not say of what kind it is", &["required"], |b, g| {
        added(g, &b.fresh, "remedies:\n  - amount: \"3.00\"");
    }),
    // the order of steps
    ("a promise of a time that has passed", &["passed"], |b, g| {
        let was = "promised: 2026-12-24T17:30:00+08:00";
        change(g, &b.proposed, &[(was, "promised: 2026-11-02T17:30:00+08:00")]);
        signed(g, &b.proposed, "promise", "proposed", "li.na", &format!("\nset: [promised]\nwas:\n  {was}"));
    }),
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
    ("a client reminded at once", &["not-overdue"], |b, g| {
        g.step("li.na", &b.fresh, "wait", &[]);
        signed(g, &b.fresh, "remind", "waiting-client", "li.na", "");
    }),
    ("a case that lapses before the last reminder could be answered", &["not-overdue"], |b, g| {
        silent(b, g);
        g.set_now("2026-12-10T17:29:00+08:00");
        forged(g, &b.fresh, ("lapse", "waiting-client", "lapsed"), "li.na", "");
    }),
    ("a lapse said to have come later than it was written", &["recorded-elsewhen"], |b, g| {
        silent(b, g);
        change(g, &b.fresh, &[("state: waiting-client", "state: lapsed")]);
        append(g, &b.fresh, "at: 2026-12-10T17:31:00+08:00\nby: li.na\nstep: lapse\nto: lapsed");
        g.commit("li.na", &trailers(&b.fresh, "lapse", "waiting-client", "lapsed", "li.na"));
    }),
    ("a lapse said to have come earlier than it could", &["not-overdue"], |b, g| {
        silent(b, g);
        g.set_now("2026-12-14T10:00:00+08:00");
        change(g, &b.fresh, &[("state: waiting-client", "state: lapsed")]);
        let at = format!("at: 2026-12-10T17:30:00+08:00\nnoted: {}", at(g));
        append(g, &b.fresh, &format!("{at}\nby: li.na\nstep: lapse\nto: lapsed"));
        g.commit("li.na", &trailers(&b.fresh, "lapse", "waiting-client", "lapsed", "li.na"));
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
    ("an allowance that the client has not signed", &["unmet"], |b, g| {
        forged(
            g,
            &b.allowance,
            ("sign", "approved", "signed"),
            "li.na",
            &format!("signed: [manager, gm]\ninvoice: {}", b.invoice),
        );
    }),
    ("a return settled without a proof", &["unmet"], |b, g| {
        forged(g, &b.goods, ("settle", "reconciled", "settled"), "wei.hong", "");
    }),
    ("a proof that finance gives itself", &["not-theirs"], |b, g| {
        let fields = format!("invoice: {}\nproof: certificate\nproof-stamped: true", b.invoice);
        forged(g, &b.goods, ("settle", "reconciled", "settled"), "wei.hong", &fields);
    }),
    ("a ground that was approved, written anew", &["sealed"], |b, g| {
        change(g, &b.goods, &[("basis: 核决", "basis: 协议")]);
        signed(g, &b.goods, "edit", "reconciled", "li.na", "\nset: [basis]");
    }),
    ("goods received after the day on which that was recorded", &["sealed"], |b, g| {
        change(g, &b.goods, &[("received-on: 2026-11-23", "received-on: 2026-12-01")]);
        signed(g, &b.goods, "edit", "reconciled", "chu.wei", "\nset: [received-on]");
    }),
    ("a red-letter invoice of a day to come", &["too-late"], |b, g| {
        change(g, &b.goods, &[("\nhistory:", "\nred-date: 2030-01-01\nhistory:")]);
        signed(g, &b.goods, "edit", "reconciled", "li.na", "\nset: [red-date]");
    }),
    ("a compensation paid without reference", &["missing"], |b, g| {
        forged(g, &b.task, ("complete", "open", "done"), "wei.hong", "result: 已付");
    }),
    ("an ordered task cancelled", &["unmet"], |b, g| {
        forged(g, &b.task, ("cancel", "open", "cancelled"), "wang.lei", "");
    }),
    ("goods made unreceived", &["not-from"], |b, g| {
        forged(g, &b.goods, ("cancel", "reconciled", "cancelled"), "wang.lei", "");
    }),
    // the consequences of steps
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
        g.commit("zhao.min", &format!("x\n\n{said}"));
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
    (
        "a limit raised with the approval that it allows",
        &["above-authority", "policy-broken", "policy-with-records"],
        |b, g| {
            let file = "policy/authority.toml";
            g.put(file, &g.read(file).replace("5000.00", "500000.00"));
            forged(g, &b.dear, APPROVE, "zhao.min", "");
        },
    ),
];

#[test]
fn every_forgery_of_the_procedure_is_found() {
    let base = base();
    assert!(base.ground.rules().is_empty(), "{:#?}", base.ground.audit());
    let tip = base.ground.git(&["rev-parse", "HEAD"]).parse().expect("an id");
    let scope = AuditScope { since: Some(tip), ..AuditScope::default() };
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit_in(&scope));
}
