//! Paying back: returns and allowances compared with what was decided.

use serde_json::{Value, json};

use crate::payer::Company;

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
            // neither the people who draft the slip nor the client's salesperson may say it
            let edit = format!("edit 宁波阀门 {ratio}");
            let slip = format!("new return client=0574-88886666 reason=漏水 {ratio}");
            company.refused("wang.lei", "10-08T10:00", &slip, "not-theirs");
            company.refused("yang.mei", "10-08T10:00", &edit, "not-theirs");
            company.at("fu.zong", "10-08T10:00", &edit);
        }
        let id = company.received("", received);
        company.refused("wang.lei", "10-12T10:30", &format!("edit {id} over-acceptance=50"), "sealed");
        company.refused("ku.fang", "10-12T11:00", &format!("advance {id} reconcile"), "not-entitled");
        // if everything agrees the voucher is given at once, otherwise with the settlement
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
    // goods that are not taken cannot be lost
    assert_eq!(company.json("10-12T12:00", &format!("show {id}"))["data"]["derived"]["loss"], "5000.00");
    company.refused("cai.wu", "10-12T13:00", &format!("advance {id} instruct"), "not-entitled");
    company.refused("cai.wu", "10-12T13:00", &format!("edit {id} lines.0.accepted=104"), "not-theirs");
    // nobody takes more than was received
    let much = company.refused("ban.gong", "10-12T13:00", &format!("edit {id} lines.0.accepted=105"), "too-much");
    assert!(much.contains("105") && much.contains("104"), "{much}");
    company.refused("ban.gong", "10-12T13:00", &format!("edit {id} lines.0.approved=104"), "sealed");
    company.refused("ban.gong", "10-12T13:00", &format!("advance {id} instruct"), "missing");
    // the GM office takes what was approved; more needs a new decision, by somebody who may decide on that much. The
    // instruction on the difference at receipt does not replace it
    company.refused("fu.zong", "10-12T13:00", &format!("advance {id} instruct lines.0.accepted=102"), "missing");
    assert_eq!(company.json("10-12T13:00", &format!("show {id}"))["data"]["receipt-instruction"], "按实收");
    let more = format!("advance {id} instruct lines.0.accepted=102 instruction=允收二件");
    let said = company.refused("ban.gong", "10-12T13:00", &more, "above-authority");
    assert!(said.contains("5,100.00 CNY"), "{said}");
    company.refused("he.ping", "10-12T13:00", &more, "not-entitled");
    company.at("fu.zong", "10-12T13:00", &more);
    company.refused("ban.gong", "10-12T13:30", &format!("edit {id} lines.0.accepted=104"), "sealed");
    company.refused("cai.wu", "10-12T14:00", &format!("advance {id} settle"), "missing");
    // the complaint officer gives the proof, not finance
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

/// A wrong quantity is corrected and reconciled again: the earlier instruction and posting were about the old
/// quantity.
#[test]
fn another_quantity_received_is_reconciled_anew() {
    let company = Company::new();
    let id = company.received("", "104");
    company.at("cai.wu", "10-12T11:00", &format!("advance {id} reconcile"));
    company.at("fu.zong", "10-12T12:00", &format!("advance {id} instruct lines.0.accepted=102 instruction=允收二件"));
    // the person who signed for it does not correct it; the warehouse has nobody else, so the GM office does
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
    // a correction that changes no quantity leaves the state unchanged
    company.refused("cai.wu", "10-13T12:00", &format!("advance {id} correct voucher=V-3"), "same-eyes");
    let audit = company.command("zong.jing", "10-13T12:00", "audit --quiet").output().expect("redress runs");
    assert_eq!(company.sandbox.shown(&audit), "--- exit 0\n");
}

/// What was decided does not change if somebody else does the task: another step of the same name unseals nothing.
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
    // the return is settled, and its deadline goes on: the month ends on the 12th, then there are five working days
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
    // only customer service issues notices
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

/// RT5, RT6, forms: certificates name the original invoice, and their sum never exceeds it.
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
    // a draft reserves nothing; an approved certificate of either kind does
    let allowance = |amount: &str| {
        company.at(
            "wang.lei",
            "10-12T11:00",
            &format!("new allowance client=0574-88886666 reason=色差 amount={amount} invoice=I-2 {}", items(amount)),
        )
    };
    let (much, rest) = (allowance("3000.01"), allowance("3000"));
    let said = company.refused("he.ping", "10-12T12:00", &format!("advance {much} approve"), "exceeded");
    assert!(said.contains("8,000.01 CNY") && said.contains("8,000.00 CNY"), "{said}");
    company.at("he.ping", "10-12T12:00", &format!("advance {rest} approve"));
    let none = allowance("0.01");
    company.refused("he.ping", "10-12T12:10", &format!("advance {none} approve"), "exceeded");
    company.refused("wang.lei", "10-12T12:20", &format!("edit {none} invoice=I-9"), "not-found");
    // a cancelled certificate frees its amount; an invoice that is named later is checked too
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
    assert_eq!(company.at("zong.jing", "10-13T09:00", "audit --quiet"), "");
    let page = company.at("cai.wu", "10-13T09:00", &format!("print {first} return-certificate -o - --lang en"));
    for shown in ["I-2", "2026-09-02", "8,000.00", "5,000.00", "650.00", "5,650.00", "13%"] {
        assert!(page.contains(shown), "{shown}\n{page}");
    }
}
