//! The loss of a case: shared among those responsible, reported, and deducted once.

use serde_json::{Value, json};

use crate::payer::Company;

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
    // it costs the salesperson money, so the salesperson does not say what was collected
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
    // the slip begins with what the case says, and the complaint officer draws it up
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
    // in addition to the task, the compensation has its certificate, which adds nothing to the total of the case
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

    // 1000 in price and 1000 compensation: production's 1400 by the last band, the rest is one person's
    let losses = company.json("11-02T09:00", "report losses 2026-10");
    assert!(losses.to_string().contains("\"2000.00\""), "{losses}");
    let table = |report: &Value, section: &str| {
        let sections = report["data"]["sections"].as_array().expect("sections").clone();
        let found = sections.into_iter().find(|found| found["name"] == section).unwrap_or_else(|| panic!("{section}"));
        found["rows"].to_string()
    };
    let people = table(&company.json("11-02T09:00", "report responsibility 2026-10"), "people");
    // one person's fault is charged only to that person, whatever department is named beside
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
    // nothing is applied while the appeal is open, and who approved does not decide on it
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
    // 1400, with at most half of 600 a month
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
    let audit = company.command("zong.jing", "12-31T17:00", "audit --quiet").output().expect("redress runs");
    assert_eq!(company.sandbox.shown(&audit), "--- exit 0\n");
}
