//! A manufacturer's book: returns and allowances against what was decided, shares of the loss, sanctions and their month.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

/// A book with staff of every department, a client with a salesperson, and a clock.
struct Company {
    sandbox: Sandbox,
}

const STAFF: [(&str, &str, &str); 11] = [
    ("wang.lei", "cs", "complaint-officer"),
    ("chen.jie", "cs", "cs-supervisor"),
    ("he.ping", "cs", "cs-manager"),
    ("zhang.san", "production", "production"),
    ("sun.er", "qm", "qm"),
    ("rd.yi", "rd", "rd"),
    ("ku.fang", "warehouse", "warehouse"),
    ("cai.wu", "finance", "finance"),
    ("ban.gong", "gm-office", "gm-office"),
    ("fu.zong", "gm-office", "vice-president"),
    ("yang.mei", "sales", "salesperson"),
];

impl Company {
    fn new() -> Self {
        let company = Company { sandbox: Sandbox::empty() };
        company.at("zong.jing", "10-08T09:00", "init --preset manufacturer --name 恒泰");
        for (person, department, role) in STAFF {
            let line = format!(
                "new staff name={person} emails={person}@example.cn department={department} roles.+.role={role} bonus.+.amount=600"
            );
            company.at("zong.jing", "10-08T09:00", &line);
        }
        company.at("zong.jing", "10-08T09:05", "edit zong.jing roles= roles.+.role=gm department=gm-office");
        let client =
            "new client name=宁波阀门 phone=0574-88886666 address=宁波 principal=林总 owner=wang.lei sales=yang.mei";
        company.at("wang.lei", "10-08T09:10", &format!("{client} contacts.+.name=林 contacts.0.phone=13900000000"));
        let invoice =
            "new invoice number=I-1 client=0574-88886666 date=2026-09-01 amount=20000 tax-kind=taxable tax-rate=13";
        company.at("cai.wu", "10-08T09:20", invoice);
        company
    }

    fn command(&self, person: &str, now: &str, line: &str) -> std::process::Command {
        let mut command = self.sandbox.redress(line);
        command.env("REDRESS_NOW", format!("2026-{now}:00+08:00"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), person);
            command.env(format!("GIT_{who}_EMAIL"), format!("{person}@example.cn"));
        }
        command
    }

    /// What a person does, which must succeed; gives what `--quiet` prints.
    fn at(&self, person: &str, now: &str, line: &str) -> String {
        let output = self.command(person, now, line).arg("--quiet").output().expect("redress runs");
        assert!(output.status.success(), "{person}: {line}: {}", self.sandbox.shown(&output));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    /// What a person tries, which must be refused with this code; gives the message.
    fn refused(&self, person: &str, now: &str, line: &str, code: &str) -> String {
        let output = self.command(person, now, line).arg("--json").output().expect("redress runs");
        assert!(!output.status.success(), "{person}: {line}: {}", self.sandbox.shown(&output));
        let answer: Value = serde_json::from_slice(&output.stdout).expect("json");
        assert_eq!(answer["error"]["code"], code, "{line}: {answer}");
        answer["error"]["message"].as_str().unwrap_or_default().to_owned()
    }

    fn json(&self, now: &str, line: &str) -> Value {
        let output = self.command("zong.jing", now, line).arg("--json").output().expect("redress runs");
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{line}: {error} {}", self.sandbox.shown(&output)))
    }

    /// A return of 100 at 50.00. This many were received; it is as approved and signed for on the 12th.
    fn received(&self, fields: &str, received: &str) -> String {
        let new = format!("new return client=0574-88886666 reason=漏水 {fields}");
        let id = self.at("wang.lei", "10-09T09:00", &new);
        let lines = "handling=重工 basis=协议 lines.+.item=阀门 lines.0.approved=100 lines.0.price=50";
        self.at("he.ping", "10-09T10:00", &format!("advance {id} approve {lines}"));
        if received != "100" {
            let early = format!("advance {id} receive lines.0.received={received}");
            self.refused("ku.fang", "10-12T09:00", &early, "missing");
            self.refused("ku.fang", "10-12T09:00", &format!("{early} instruction=收下"), "not-theirs");
            self.at("ban.gong", "10-12T09:30", &format!("advance {id} instruct instruction=按实收"));
        }
        self.at("ku.fang", "10-12T10:00", &format!("advance {id} receive lines.0.received={received}"));
        id
    }
}

#[test]
fn a_return_is_posted_by_what_came_and_held_beyond_the_ratio() {
    let company = Company::new();
    // the client's ratio, received, state, quantity and amount for the voucher
    for (ratio, received, state, quantity, amount) in [
        ("", "100", "reconciled", "100", "5000.00"),
        ("", "97", "reconciled", "97", "4850.00"),
        ("", "103", "reconciled", "103", "5150.00"),
        ("", "104", "held", "100", "5000.00"),
        ("over-acceptance=5", "104", "reconciled", "104", "5200.00"),
    ] {
        if !ratio.is_empty() {
            // it is not for those to say who draft the slip, and not for the client's salesperson
            let edit = format!("edit 宁波阀门 {ratio}");
            let slip = format!("new return client=0574-88886666 reason=漏水 {ratio}");
            company.refused("wang.lei", "10-08T10:00", &slip, "not-theirs");
            company.refused("yang.mei", "10-08T10:00", &edit, "not-theirs");
            company.at("fu.zong", "10-08T10:00", &edit);
        }
        let id = company.received("", received);
        company.refused("wang.lei", "10-12T10:30", &format!("edit {id} over-acceptance=50"), "sealed");
        company.refused("ku.fang", "10-12T11:00", &format!("advance {id} reconcile"), "not-entitled");
        // where all agrees the voucher is given at once, otherwise with the settlement
        if received == "100" {
            company.refused("cai.wu", "10-12T11:00", &format!("advance {id} reconcile"), "missing");
            company.at("cai.wu", "10-12T11:00", &format!("advance {id} reconcile voucher=V-0"));
        } else {
            company.at("cai.wu", "10-12T11:00", &format!("advance {id} reconcile"));
        }
        let shown = company.json("10-12T12:00", &format!("show {id}"));
        assert_eq!(shown["data"]["state"], state, "{received} {ratio}");
        let derived = &shown["data"]["derived"];
        assert_eq!((&derived["posted-quantity"], &derived["posted-amount"]), (&json!(quantity), &json!(amount)));
    }
    let held = company.json("10-12T12:00", "list return over-accepted state=held");
    assert_eq!(held["data"].as_array().map(Vec::len), Some(1));
    let queried = company.json("10-12T12:00", "query 'select count(*) as n from return where posted_amount > 5000'");
    assert_eq!(queried["data"], json!([{ "n": 2 }]));
    let id = held["data"][0]["id"].as_str().expect("an id");
    // what is not taken is nothing that could be lost
    assert_eq!(company.json("10-12T12:00", &format!("show {id}"))["data"]["derived"]["loss"], "5000.00");
    company.refused("cai.wu", "10-12T13:00", &format!("advance {id} instruct"), "not-entitled");
    company.refused("cai.wu", "10-12T13:00", &format!("edit {id} lines.0.accepted=104"), "not-theirs");
    // nobody takes more than came
    let much = company.refused("ban.gong", "10-12T13:00", &format!("edit {id} lines.0.accepted=105"), "too-much");
    assert!(much.contains("105") && much.contains("104"), "{much}");
    company.refused("ban.gong", "10-12T13:00", &format!("edit {id} lines.0.approved=104"), "sealed");
    company.refused("ban.gong", "10-12T13:00", &format!("advance {id} instruct"), "missing");
    // what was approved the GM office takes; more is decided on again, by somebody who may decide on that much
    // what was instructed on the difference at receipt stands for nothing here
    company.refused("fu.zong", "10-12T13:00", &format!("advance {id} instruct lines.0.accepted=102"), "missing");
    assert_eq!(company.json("10-12T13:00", &format!("show {id}"))["data"]["receipt-instruction"], "按实收");
    let more = format!("advance {id} instruct lines.0.accepted=102 instruction=允收二件");
    let said = company.refused("ban.gong", "10-12T13:00", &more, "above-authority");
    assert!(said.contains("5100.00"), "{said}");
    company.refused("he.ping", "10-12T13:00", &more, "not-entitled");
    company.at("fu.zong", "10-12T13:00", &more);
    company.refused("ban.gong", "10-12T13:30", &format!("edit {id} lines.0.accepted=104"), "sealed");
    company.refused("cai.wu", "10-12T14:00", &format!("advance {id} settle"), "missing");
    // the proof is the complaint officer's, not finance's
    let settle = format!("advance {id} settle voucher=V-1");
    let said = company.refused("cai.wu", "10-12T14:00", &settle, "unmet");
    assert!(said.contains("prove"), "{said}");
    let given = format!("{settle} invoice=I-1 proof=certificate proof-stamped=yes");
    company.refused("cai.wu", "10-12T14:00", &given, "not-theirs");
    let prove = format!("advance {id} prove invoice=I-1 proof=certificate");
    company.refused("cai.wu", "10-12T14:00", &format!("{prove} proof-stamped=yes"), "not-entitled");
    let said = company.refused("wang.lei", "10-12T14:00", &format!("{prove} proof-stamped=no"), "unmet");
    assert!(said.contains("stamp") || said.contains("盖"), "{said}");
    company.at("wang.lei", "10-12T14:00", &format!("{prove} proof-stamped=yes"));
    company.refused("wang.lei", "10-12T14:00", &format!("edit {id} proof=invoice"), "sealed");
    company.at("cai.wu", "10-12T14:00", &settle);
    let derived = company.json("10-12T15:00", &format!("show {id}"))["data"]["derived"].clone();
    assert_eq!(derived["posted-amount"], "5100.00");
}

/// A quantity that was signed for wrongly is put right and reconciled anew: what was instructed and posted spoke of the one before.
#[test]
fn another_quantity_received_is_reconciled_anew() {
    let company = Company::new();
    let id = company.received("", "104");
    company.at("cai.wu", "10-12T11:00", &format!("advance {id} reconcile"));
    company.at("fu.zong", "10-12T12:00", &format!("advance {id} instruct lines.0.accepted=102 instruction=允收二件"));
    // whoever signed for it does not put it right; nobody else is of the warehouse, so that the GM office does
    let correct = format!("advance {id} correct lines.0.received=101 -m 点错");
    company.refused("ku.fang", "10-12T13:00", &correct, "same-eyes");
    company.refused("cai.wu", "10-12T13:00", &correct, "not-theirs");
    company.at("ban.gong", "10-12T13:00", &correct);
    let shown = company.json("10-12T13:30", &format!("show {id}"))["data"].clone();
    assert_eq!((&shown["state"], &shown["lines"][0]["accepted"]), (&json!("received"), &Value::Null), "{shown}");
    let due = company.json("10-12T13:30", "due --all kind=return").to_string();
    assert!(due.contains("\"reconciliation\""), "{due}");
    company.at("cai.wu", "10-12T14:00", &format!("advance {id} reconcile"));
    company.at(
        "wang.lei",
        "10-12T14:00",
        &format!("advance {id} prove invoice=I-1 proof=certificate proof-stamped=yes"),
    );
    company.at("cai.wu", "10-12T14:00", &format!("advance {id} settle voucher=V-1"));
    // also after it was settled, by a colleague: the voucher is for another quantity
    company.at(
        "zong.jing",
        "10-13T09:00",
        "new staff name=库二 emails=ku.er@example.cn roles.+.role=warehouse department=warehouse",
    );
    let correct = format!("advance {id} correct lines.0.received=100 -m 点错");
    company.refused("ban.gong", "10-13T10:00", &correct, "not-theirs");
    company.at("ku.er", "10-13T10:00", &correct);
    let shown = company.json("10-13T10:30", &format!("show {id}"))["data"].clone();
    assert_eq!((&shown["state"], &shown["voucher"]), (&json!("received"), &Value::Null), "{shown}");
    company.refused("cai.wu", "10-13T11:00", &format!("advance {id} reconcile"), "missing");
    company.at("cai.wu", "10-13T11:00", &format!("advance {id} reconcile voucher=V-2"));
    company.at("cai.wu", "10-13T11:00", &format!("advance {id} settle"));
    // what changes no quantity leaves it where it is
    company.refused("cai.wu", "10-13T12:00", &format!("advance {id} correct voucher=V-3"), "same-eyes");
    let audit = company.command("zong.jing", "10-13T12:00", "audit").output().expect("redress runs");
    assert_eq!(company.sandbox.shown(&audit), "--- exit 0\n");
}

/// Nobody changes what was decided by having the task done by somebody else: another step of the same name unseals nothing.
#[test]
fn what_is_paid_stays_what_was_decided_whoever_does_it() {
    let company = Company::new();
    let task =
        "new task client=0574-88886666 type=compensation content=赔款 department=finance due=2026-10-20 amount=100";
    let id = company.at("he.ping", "10-09T09:00", task);
    company.refused("he.ping", "10-09T10:00", &format!("edit {id} amount=9000"), "sealed");
    company.at("chen.jie", "10-09T11:00", &format!("advance {id} assign assignee=cai.wu"));
    for field in ["amount=9000", "type=visit"] {
        company.refused("chen.jie", "10-09T12:00", &format!("edit {id} {field}"), "sealed");
        company.refused("chen.jie", "10-09T12:00", &format!("advance {id} assign {field}"), "sealed");
    }
}

#[test]
fn what_came_back_is_resold_in_a_month_or_assessed_also_after_settlement() {
    let company = Company::new();
    let id = company.received("", "100");
    company.at("cai.wu", "10-12T11:00", &format!("advance {id} reconcile voucher=V-2"));
    company.at("wang.lei", "10-12T14:00", &format!("advance {id} prove invoice=I-1 proof=invoice proof-stamped=yes"));
    company.at("cai.wu", "10-12T14:00", &format!("advance {id} settle"));
    let loss = |now: &str| company.json(now, &format!("show {id}"))["data"]["derived"]["loss"].clone();
    assert_eq!(loss("10-13T09:00"), "5000.00");
    let sale = "resales.+.date=2026-10-20 resales.0.quantity=60 resales.0.price=40";
    company.at("yang.mei", "10-20T09:00", &format!("advance {id} resell {sale}"));
    assert_eq!(loss("10-20T10:00"), "2600.00");
    let late = "resales.+.date=2026-11-13 resales.1.quantity=1 resales.1.price=40";
    company.refused("yang.mei", "11-13T09:00", &format!("advance {id} resell {late}"), "unmet");
    let much = "resales.+.date=2026-10-21 resales.1.quantity=41 resales.1.price=40";
    company.refused("yang.mei", "10-21T09:00", &format!("advance {id} resell {much}"), "unmet");
    company.refused("cai.wu", "11-12T09:00", &format!("advance {id} assess assessed=1500"), "unmet");
    // the return is settled, and its deadline runs on: the month ends on the 12th, then there are five working days
    let due = |now: &str| company.json(now, "due kind=return --all")["data"].clone();
    assert_eq!((&due("11-12T09:00")[0]["id"], &due("11-12T09:00")[0]["deadline"]), (&json!(id), &json!("assessment")));
    let overdue = |now: &str| {
        let listed = company.json(now, "list return overdue")["data"].clone();
        let report = company.json(now, "report overdue").to_string();
        (listed.as_array().map_or(0, Vec::len), report.contains(&id))
    };
    assert_eq!((overdue("11-19T17:00"), overdue("11-20T09:00")), ((0, false), (1, true)));
    let shown = company.at("cai.wu", "11-20T09:00", &format!("show {id} --lang en"));
    assert!(shown.contains("Assessment of the loss"), "{shown}");
    // customer service alone issues notices
    let output = company.command("wang.lei", "11-20T09:00", "remind --dry-run --json").output().expect("redress runs");
    let pressed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let pressed = pressed["data"]["issued"].clone();
    let pressed: Vec<&Value> = pressed.as_array().expect("a list").iter().filter(|n| n["about"] == json!(id)).collect();
    assert_eq!(pressed.iter().map(|n| &n["deadline"]).collect::<Vec<_>>(), [&json!("assessment")]);
    company.at("cai.wu", "11-13T09:00", &format!("advance {id} assess assessed=1500"));
    assert_eq!(loss("11-13T10:00"), "2100.00");
    assert_eq!((due("11-20T09:00"), overdue("11-20T09:00")), (json!([]), (0, false)));
}

#[test]
fn an_allowance_is_signed_by_three_and_proved_once() {
    let company = Company::new();
    let id = company.at("wang.lei", "10-09T09:00", "new allowance client=0574-88886666 reason=色差 amount=100");
    let lines = "lines.+.item=阀门 lines.0.quantity=100 lines.0.price=50 lines.0.net=49";
    let other = lines.replace("net=49", "net=48");
    company.refused("he.ping", "10-09T10:00", &format!("advance {id} approve {other}"), "unmet");
    company.refused("he.ping", "10-09T10:00", &format!("advance {id} approve {other} amount=200"), "sealed");
    company.at("he.ping", "10-09T10:00", &format!("advance {id} approve {lines}"));
    company.refused("wang.lei", "10-09T11:00", &format!("advance {id} sign invoice=I-1 signed=manager,gm"), "unmet");
    company.at("wang.lei", "10-09T11:00", &format!("advance {id} sign invoice=I-1 signed=manager,gm,client"));
    company.refused("cai.wu", "10-10T09:00", &format!("edit {id} amount=99"), "sealed");
    let settle = format!("advance {id} settle voucher=V-3");
    company.refused("cai.wu", "10-10T09:00", &settle, "unmet");
    let prove = format!("advance {id} prove proof=invoice-copy");
    company.refused("wang.lei", "10-10T09:00", &prove, "missing");
    company.at("wang.lei", "10-10T09:00", &format!("{prove} proof-stamped=yes"));
    company.at("cai.wu", "10-10T09:00", &settle);
}

/// RT5, RT6, forms: certificates name the original invoice, and together never come to more than it.
#[test]
fn certificates_of_an_invoice_never_come_to_more_than_it() {
    let company = Company::new();
    let kind = "new invoice number=I-2 client=0574-88886666 date=2026-09-02 amount=8000";
    company.refused("cai.wu", "10-09T09:00", &format!("{kind} tax-kind=taxable"), "missing");
    let exempt = company.refused("cai.wu", "10-09T09:00", &format!("{kind} tax-kind=exempt tax-rate=13"), "unmet");
    assert!(exempt.contains("rate of tax") || exempt.contains("税率"), "{exempt}");
    company.at("cai.wu", "10-09T09:00", &format!("{kind} tax-kind=taxable tax-rate=13"));
    let first = company.received("invoice=I-2", "100");
    let shown = company.json("10-12T10:10", &format!("show {first}"));
    assert_eq!(shown["data"]["tax-rate"], "13", "the rate is the invoice's");
    let derived = &shown["data"]["derived"];
    assert_eq!((&derived["certified-amount"], &derived["certified-tax"]), (&json!("5000.00"), &json!("650.00")));
    let items = |amount: &str| format!("lines.+.item=阀门 lines.0.quantity=1 lines.0.price={amount} lines.0.net=0");
    // what is only drafted reserves nothing; what is approved does, of either kind
    let allowance = |amount: &str| {
        company.at(
            "wang.lei",
            "10-12T11:00",
            &format!("new allowance client=0574-88886666 reason=色差 amount={amount} invoice=I-2 {}", items(amount)),
        )
    };
    let (much, rest) = (allowance("3000.01"), allowance("3000"));
    let said = company.refused("he.ping", "10-12T12:00", &format!("advance {much} approve"), "exceeded");
    assert!(said.contains("8000.01") && said.contains("8000.00"), "{said}");
    company.at("he.ping", "10-12T12:00", &format!("advance {rest} approve"));
    let none = allowance("0.01");
    company.refused("he.ping", "10-12T12:10", &format!("advance {none} approve"), "exceeded");
    company.refused("wang.lei", "10-12T12:20", &format!("edit {none} invoice=I-9"), "not-found");
    // a cancelled certificate frees what it held; a later name of the invoice is held against it as well
    company.at("chen.jie", "10-12T13:00", &format!("advance {rest} cancel"));
    company.at("he.ping", "10-12T13:10", &format!("advance {none} approve"));
    let later = company.at(
        "wang.lei",
        "10-12T13:20",
        &format!("new allowance client=0574-88886666 reason=色差 amount=3000 {}", items("3000")),
    );
    company.at("he.ping", "10-12T13:30", &format!("advance {later} approve"));
    let sign = format!("advance {later} sign signed=manager,gm,client");
    company.refused("wang.lei", "10-12T13:40", &sign, "missing");
    company.refused("wang.lei", "10-12T13:40", &format!("{sign} invoice=I-2"), "exceeded");
    company.at("wang.lei", "10-12T13:50", &format!("{sign} invoice=I-1"));
    company.refused("cai.wu", "10-12T14:00", &format!("edit {later} invoice=I-2"), "sealed");
    company.refused("wang.lei", "10-12T14:00", "edit I-2 amount=9000", "not-entitled");
    assert_eq!(company.at("zong.jing", "10-13T09:00", "audit"), "");
    let page = company.at("cai.wu", "10-13T09:00", &format!("print {first} return-certificate -o - --lang en"));
    for shown in ["I-2", "2026-09-02", "8,000.00", "5,000.00", "650.00", "5,650.00", "13%"] {
        assert!(page.contains(shown), "{shown}\n{page}");
    }
}

/// A complaint at the sign-off, with a return and compensation decided.
fn decided(company: &Company) -> String {
    let at = |person: &str, now: &str, line: &str| company.at(person, now, line);
    let new = "new complaint client=0574-88886666 channel=phone category=product product=阀门 content=漏水 contact=林 reason=漏水 quantity=100 demand=return sample=有 client-confirmed=yes";
    let id = at("wang.lei", "10-09T09:00", new);
    at(
        "wang.lei",
        "10-09T09:30",
        &format!("advance {id} accept promised=2026-10-20T17:00 department=production severity=minor"),
    );
    let shares = "responsible.+.person=zhang.san responsible.0.department=production responsible.0.share=70 responsible.+.person=sun.er responsible.1.share=30";
    at("sun.er", "10-09T10:00", &format!("advance {id} investigate cause=密封 escape=漏检 fault=own {shares}"));
    at("sun.er", "10-09T10:10", &format!("advance {id} report"));
    let affected = "affected.+.item=货款一 affected.0.receivable=10000 affected.0.collected=4000";
    company.at("zong.jing", "10-09T10:20", &format!("advance {id} instruct-report report-instruction=照办"));
    // it costs the salesperson, who does not say what was collected
    company.refused("yang.mei", "10-09T10:30", &format!("edit {id} {affected}"), "not-theirs");
    company.at("cai.wu", "10-09T10:30", &format!("edit {id} {affected}"));
    // the head of production is responsible; somebody else of the department analyses
    company.at(
        "zong.jing",
        "10-09T10:40",
        "new staff name=生产二 emails=sheng.chan@example.cn department=production roles.+.role=production",
    );
    at("sheng.chan", "10-09T11:00", &format!("advance {id} analyse countermeasure=换密封圈"));
    at("ban.gong", "10-09T11:05", &format!("advance {id} instruct instruction=照办"));
    at("rd.yi", "10-09T11:10", &format!("advance {id} opine opinion=同意"));
    at("ban.gong", "10-09T11:20", &format!("advance {id} review"));
    let remedies = "remedies.+.kind=return remedies.0.amount=5000 remedies.0.quantity=100 remedies.+.kind=compensation remedies.1.amount=1000";
    at("wang.lei", "10-09T13:30", &format!("advance {id} propose {remedies}"));
    at("ban.gong", "10-09T13:40", &format!("advance {id} review"));
    at("zong.jing", "10-09T14:00", &format!("advance {id} approve"));
    at("wang.lei", "10-09T14:10", &format!("advance {id} notify"));
    at("wang.lei", "10-09T14:20", &format!("advance {id} agree answer=同意"));
    at("chen.jie", "10-09T14:30", &format!("advance {id} check"));
    at("ban.gong", "10-09T14:40", &format!("advance {id} review combined-opinion=照办"));
    at("zong.jing", "10-09T15:00", &format!("advance {id} decide decision=照办"));
    id
}

#[test]
fn a_loss_is_shared_reported_and_deducted_once() {
    let company = Company::new();
    let id = decided(&company);
    let returns = company.json("10-09T16:00", "list return");
    let return_id = returns["data"][0]["id"].as_str().expect("the decision opened a return").to_owned();
    assert_eq!(
        (&returns["data"][0]["amount"], &returns["data"][0]["over-acceptance"]),
        (&json!("5000.00"), &json!("3"))
    );
    // nobody checks a case that is charged to them
    company.refused("sun.er", "10-12T08:40", &format!("advance {id} verify"), "same-eyes");
    let other = "new staff name=品管二 emails=pin.guan@example.cn department=qm roles.+.role=qm";
    company.at("zong.jing", "10-12T08:50", other);
    company.refused("pin.guan", "10-12T09:00", &format!("advance {id} verify verification=好"), "needs");
    company.refused("wang.lei", "10-12T09:30", &format!("advance {id} close"), "before");
    // the slip begins with what the case says; the complaint officer draws it up
    let line = &returns["data"][0]["lines"][0];
    assert_eq!(line, &json!({ "item": "阀门", "approved": "100", "price": "50.00" }));
    assert_eq!((&returns["data"][0]["state"], &returns["data"][0]["quantity"]), (&json!("ordered"), &json!("100")));
    company.refused("he.ping", "10-12T10:00", &format!("advance {return_id} approve"), "not-from");
    company.at("wang.lei", "10-12T10:00", &format!("advance {return_id} draft handling=转售 basis=核决"));
    company.at("he.ping", "10-12T10:00", &format!("advance {return_id} approve"));
    company.at("ku.fang", "10-12T11:00", &format!("advance {return_id} receive lines.0.received=100"));
    company.at("cai.wu", "10-12T13:30", &format!("advance {return_id} reconcile voucher=V-4"));
    let sale = "resales.+.date=2026-10-13 resales.0.quantity=100 resales.0.price=40";
    company.at("yang.mei", "10-13T09:00", &format!("advance {return_id} resell {sale}"));
    let prove = format!("advance {return_id} prove invoice=I-1 proof=invoice proof-stamped=yes");
    company.at("wang.lei", "10-13T09:30", &prove);
    company.at("cai.wu", "10-13T10:00", &format!("advance {return_id} settle"));
    let refused = company.refused("pin.guan", "10-13T10:10", &format!("advance {id} verify verification=好"), "needs");
    assert!(refused.contains("task"), "the compensation is not paid yet: {refused}");
    let tasks = company.json("10-13T10:20", "list task");
    let task = tasks["data"][0]["id"].as_str().expect("the decision opened a task").to_owned();
    let paid = "result=已付 paid-on=2026-10-13 payment-reference=P-1";
    company.refused("cai.wu", "10-13T10:30", &format!("advance {task} complete result=已付"), "missing");
    let bare = company.refused("cai.wu", "10-13T10:30", &format!("advance {task} complete {paid}"), "missing");
    assert!(bare.contains("files"), "the settlement agreement is attached: {bare}");
    company.sandbox.write("和解协议.pdf", "signed");
    company.at("cai.wu", "10-13T10:25", &format!("attach {task} 和解协议.pdf"));
    company.at("cai.wu", "10-13T10:30", &format!("advance {task} complete {paid}"));
    company.at("wang.lei", "10-13T10:40", &format!("advance {task} check"));
    // beside the task the compensation has its certificate, which adds nothing to what the case comes to
    let refused = company.refused("pin.guan", "10-13T10:40", &format!("advance {id} verify verification=好"), "needs");
    assert!(refused.contains("allowance"), "{refused}");
    let certificates = company.json("10-13T10:40", "list allowance");
    let certificate = &certificates["data"][0];
    assert_eq!((&certificate["type"], &certificate["amount"]), (&json!("compensation"), &json!("1000.00")));
    assert_eq!(certificate["lines"][0], json!({ "item": "阀门", "quantity": "100" }));
    let certificate = certificate["id"].as_str().expect("an id").to_owned();
    let bare = format!("advance {certificate} draft lines=");
    company.refused("wang.lei", "10-13T10:42", &bare, "missing");
    company.at("wang.lei", "10-13T10:42", &format!("advance {certificate} draft lines.0.price=10 lines.0.net=0"));
    company.at("he.ping", "10-13T10:44", &format!("advance {certificate} approve"));
    company.at("wang.lei", "10-13T10:46", &format!("advance {certificate} sign invoice=I-1 signed=manager,gm,client"));
    company.at("wang.lei", "10-13T10:48", &format!("advance {certificate} prove proof=certificate proof-stamped=yes"));
    company.at("cai.wu", "10-13T10:50", &format!("advance {certificate} settle voucher=V-5"));
    company.refused("pin.guan", "10-13T10:50", &format!("advance {id} verify"), "missing");
    company.at("pin.guan", "10-13T10:50", &format!("advance {id} verify verification=好"));
    company.at("wang.lei", "10-13T11:00", &format!("advance {id} close"));
    let present = "present.+.department=production present.0.person=sheng.chan present.+.department=qm present.1.person=pin.guan present.+.department=rd present.2.person=rd.yi";
    company.refused("ban.gong", "10-13T11:10", &format!("advance {id} attribute"), "missing");
    let alone = "present.+.department=production present.0.person=sheng.chan";
    company.refused("ban.gong", "10-13T11:10", &format!("advance {id} attribute {alone}"), "unmet");
    company.at("ban.gong", "10-13T11:15", &format!("advance {id} attribute {present}"));

    // 1000 in price and 1000 compensation: production's 1400 by the last band, the rest one person's
    let losses = company.json("11-02T09:00", "report losses 2026-10");
    assert!(losses.to_string().contains("\"2000.00\""), "{losses}");
    let table = |report: &Value, section: &str| {
        let sections = report["data"]["sections"].as_array().expect("sections").clone();
        let found = sections.into_iter().find(|found| found["name"] == section).unwrap_or_else(|| panic!("{section}"));
        found["rows"].to_string()
    };
    let people = table(&company.json("11-02T09:00", "report responsibility 2026-10"), "people");
    // one person's fault is all that person's, whatever department stands beside
    for (person, amount) in [("zhang.san", "1400.00"), ("sun.er", "600.00")] {
        assert!(people.contains(person) && people.contains(amount), "{person} {amount}: {people}");
    }
    assert!(!people.contains("fu.zong") && !people.contains("zong.jing"), "no superior shares: {people}");
    let receivables = table(&company.json("11-02T09:00", "report receivables 2026-10"), "salespeople");
    for amount in ["10000.00", "4000.00", "6000.00", "50.00", "30.00"] {
        assert!(receivables.contains(amount), "{amount}: {receivables}");
    }

    let dry = company.json("11-02T09:00", "--dry-run plan sanctions 2026-10");
    assert_eq!(dry["data"]["commit"], Value::Null);
    let plan = |person: &str| {
        let output =
            company.command(person, "11-02T10:00", "plan sanctions 2026-10 --json").output().expect("redress runs");
        serde_json::from_slice::<Value>(&output.stdout).expect("json")
    };
    let own = plan("ban.gong");
    assert_eq!(own["data"]["planned"].as_array().map(Vec::len), Some(2), "{own}");
    let again = company.command("ban.gong", "11-02T10:30", "plan sanctions 2026-10").output().expect("redress runs");
    assert!(again.status.success() && again.stdout.is_empty(), "{}", company.sandbox.shown(&again));

    let planned = own["data"]["planned"].as_array().expect("a list").clone();
    let of = |person: &str| {
        let found = planned.iter().find(|row| row["person"] == person).unwrap_or_else(|| panic!("{person}"));
        found["id"].as_str().expect("an id").to_owned()
    };
    let (zhang, sun) = (of("zhang.san"), of("sun.er"));
    company.refused("cai.wu", "11-03T09:00", &format!("advance {zhang} apply"), "not-from");
    company.refused("sun.er", "11-03T09:00", &format!("advance {sun} approve"), "not-entitled");
    company.at("fu.zong", "11-03T09:00", &format!("advance {zhang} approve"));
    company.refused("fu.zong", "11-03T09:30", &format!("edit {zhang} amount=1"), "sealed");
    company.at("zhang.san", "11-03T10:00", &format!("advance {zhang} appeal appeal=设备老化"));
    // nothing is applied while the appeal stands, and who approved does not decide on it
    company.refused("cai.wu", "11-03T11:00", &format!("advance {zhang} apply"), "unmet");
    let holds = |person: &str| {
        let output = company.command(person, "11-03T11:00", "due kind=sanction --json").output().expect("redress runs");
        String::from_utf8_lossy(&output.stdout).contains("\"deadline\":\"appeal\"")
    };
    assert!(holds("zong.jing") && !holds("cai.wu"));
    let answer = format!("advance {zhang} answer-appeal appeal-answer=设备当日已检修，维持");
    company.refused("fu.zong", "11-03T11:00", &answer, "same-eyes");
    company.at("zong.jing", "11-03T11:00", &answer);
    company.at("cai.wu", "11-03T11:00", &format!("advance {zhang} apply"));
    // 1400 against half of 600 a month
    for (month, cells) in [("2026-11", ["1400.00", "300.00", "1100.00"]), ("2026-12", ["1100.00", "300.00", "800.00"])]
    {
        let report = company.json("12-31T17:00", &format!("report deductions {month}"));
        let rows = table(&report, "people");
        assert!(cells.iter().all(|cell| rows.contains(cell)), "{month}: {rows}");
    }
    for report in ["responsibility", "losses", "receivables", "deductions"] {
        for format in ["text", "md", "csv", "json"] {
            for lang in ["en", "zh"] {
                let line = format!("report {report} 2026-10..2026-11 --format {format} --lang {lang}");
                let output = company.command("zong.jing", "12-31T17:00", &line).output().expect("redress runs");
                assert!(
                    output.status.success() && !output.stdout.is_empty(),
                    "{line}: {}",
                    company.sandbox.shown(&output)
                );
            }
        }
    }
    let audit = company.command("zong.jing", "12-31T17:00", "audit").output().expect("redress runs");
    assert_eq!(company.sandbox.shown(&audit), "--- exit 0\n");
}
