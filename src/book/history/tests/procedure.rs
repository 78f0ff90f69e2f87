//! A manufacturer's book made by the program, with cases at every point of the procedure.

use super::super::super::repo::Expect;
use super::super::ground::{Ground, Line, own, request};
use super::forging::{staff, stored};
use crate::record::Id;

pub(super) const REGISTRATION: Line<'_> = &[
    ("channel", "phone"),
    ("content", "到货后抽检 12 件漏水"),
    ("category", "product"),
    ("contact", "方青"),
    ("reason", "漏水"),
    ("demand", "return"),
    ("department", "production"),
    ("product", "DN50"),
    ("quantity", "120"),
    ("sample", "已收到"),
    ("client-confirmed", "yes"),
];

pub(super) struct Base {
    pub(super) ground: Ground,
    pub(super) client: Id,
    /// Only registered.
    pub(super) fresh: Id,
    /// Proposed by zhao.min, the manager, for 3,000, with an attachment.
    pub(super) proposed: Id,
    /// Proposed by li.na for 90,000.
    pub(super) dear: Id,
    /// Proposed by li.na for 4,000, as another form of the decided case.
    pub(super) split: Id,
    /// Decided for a return of 3,000, an allowance of 1,000 and a compensation of 500.
    pub(super) decided: Id,
    /// Records that it opened: the return received and reconciled, the allowance approved, the task open.
    pub(super) goods: Id,
    pub(super) allowance: Id,
    pub(super) task: Id,
    /// Refused, and the form with which it continues.
    pub(super) refused: Id,
    pub(super) next: Id,
    /// The invoice to which goods and allowance refer.
    pub(super) invoice: Id,
    /// An expedite notice about the decided case, a sanction of sun.bo, and a measure that sun.bo has completed.
    pub(super) notice: Id,
    pub(super) sanction: Id,
    pub(super) measure: Id,
}

pub(super) fn register(g: &Ground, client: &Id, more: Line<'_>) -> Id {
    let id = g.make("li.na", "complaint", &[&[("client", client.as_str())], REGISTRATION, more].concat());
    g.step("li.na", &id, "accept", &[("promised", "2026-12-24T17:30:00+08:00")]);
    id
}

pub(super) fn proposal(g: &Ground, id: &Id, by: &str, remedies: &[Line<'_>]) {
    let found = [("cause", "密封圈老化"), ("escape", "抽检未覆盖"), ("fault", "own")];
    let responsible: &[Line<'_>] = &[&[("person", "sun.bo"), ("department", "production"), ("share", "100")]];
    g.step_as(own("qian.jun"), id, "investigate", &found, &[("responsible", responsible)]);
    g.step("qian.jun", id, "report", &[]);
    g.step("feng.jie", id, "instruct-report", &[]);
    g.step("gao.jie", id, "analyse", &[("countermeasure", "更换供应商")]);
    opinions(g, id);
    g.step_as(own(by), id, "propose", &[], &[("remedies", remedies)]);
    g.step("wu.fang", id, "review", &[]);
}

pub(super) fn opinions(g: &Ground, id: &Id) {
    g.step("wu.fang", id, "instruct", &[("instruction", "从速")]);
    g.step("zhou.yan", id, "opine", &[("opinion", "材料不符")]);
    g.step("wu.fang", id, "review", &[]);
}

pub(super) fn approved(g: &Ground, id: &Id) {
    g.step("zhao.min", id, "approve", &[]);
    g.step("li.na", id, "notify", &[]);
}

/// The record of a kind that a step of another record opened.
pub(super) fn opened(g: &Ground, kind: &str, by: &Id) -> Id {
    let book = g.book("li.na");
    let view = book.view(None, g.now()).expect("the tip");
    let linked = crate::lifecycle::Lookup::linked(&view, by, kind).expect("answers");
    let shape = &view.policy().kind(kind).expect("the kind").shape;
    // a compensation has its own certificate besides its task
    let certifies = |record: &crate::record::Record| {
        let ty = record.fields.named(shape, "type").and_then(crate::record::Value::as_text);
        kind == "allowance" && ty == Some("compensation")
    };
    let opened = linked.into_iter().find(|record| record.history[0].via.is_some() && !certifies(record));
    opened.expect("it was opened").id
}

pub(super) fn base() -> Base {
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
    g.step("li.na", &goods, "draft", &[("handling", "重工"), ("basis", "核决")]);
    g.step("zheng.tao", &goods, "approve", &[]);
    let line: &[Line<'_>] = &[&[("item", "DN50"), ("approved", "100"), ("received", "100"), ("price", "30.00")]];
    g.step_as(own("chu.wei"), &goods, "receive", &[], &[("lines", line)]);
    g.step("wei.hong", &goods, "reconcile", &[("voucher", "V-1")]);
    let line: &[Line<'_>] = &[&[("item", "DN50"), ("quantity", "10"), ("price", "200.00"), ("net", "100.00")]];
    g.step_as(own("li.na"), &allowance, "draft", &[], &[("lines", line)]);
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
