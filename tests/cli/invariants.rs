//! What must hold for every record whatever the command: no unique value is used twice, and a certificate is for the
//! client of its invoice and within its amount, even if the invoice is changed.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    for line in [
        "init --preset manufacturer --name 恒泰阀门 --lang en",
        "new client name=杭州恒泰机械 phone=0571-1",
        "new client name=宁波远洋阀门 phone=0574-1",
        "new staff name=赵敏 emails=zhao.min@example.cn roles.+.role=cs-manager department=cs",
    ] {
        done(&sandbox.run(line));
    }
    sandbox
}

fn done(shown: &str) -> &str {
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
    shown
}

fn refused<'s>(shown: &'s str, said: &str) -> &'s str {
    assert!(shown.ends_with("--- exit 1\n") && shown.contains(said), "{said}: {shown}");
    shown
}

const INVOICE: &str = "client=杭州恒泰机械 date=2026-09-01 amount=1000 tax-kind=exempt";

#[test]
fn an_invoice_is_recorded_once_by_whatever_command() {
    let sandbox = book();
    done(&sandbox.run(&format!("new invoice number=FP-001 {INVOICE} --key one")));
    assert_data_eq!(
        sandbox.run(&format!("new invoice number=FP-001 {INVOICE}")),
        str![[r#"
--- stderr
error: an invoice is recorded once; `number` is that of FP-001 (F-ID1) already
help: the rule stands at policy/kinds/invoice.toml:[..]
--- exit 1

"#]]
    );
    // case, width and spaces around it do not make another number
    let zh = sandbox.run(&format!("--lang zh new invoice 'number= ｆp-001 ' {INVOICE}"));
    refused(&zh, "同一发票只登记一次；“发票号码(number)”与已有的 FP-001（F-ID1）相同");
    done(&sandbox.run(&format!("new invoice number=FP-002 {INVOICE} --key two")));
    refused(&sandbox.run("edit two number=FP-001"), "FP-001 (F-ID1) already");
    // the same in one operation
    let line = |number: &str| {
        let fields = "\"client\":\"杭州恒泰机械\",\"date\":\"2026-09-01\",\"amount\":\"1\",\"tax-kind\":\"exempt\"";
        format!("{{\"op\":\"new\",\"kind\":\"invoice\",\"fields\":{{\"number\":\"{number}\",{fields}}}}}\n")
    };
    refused(&sandbox.run_with("batch -", &(line("FP-003") + &line("FP-003"))), "FP-003 (F-ID");
    done(&sandbox.run_with("batch -", &(line("FP-003") + &line("FP-004"))));
    let table = |numbers: [&str; 2]| {
        let rows = numbers.map(|number| format!("{number},杭州恒泰机械,2026-09-01,5,exempt\n")).concat();
        format!("number,client,date,amount,tax-kind\n{rows}")
    };
    sandbox.write("in.csv", &table(["FP-010", "FP-002"]));
    refused(&sandbox.run("import invoice in.csv"), "FP-002 (F-ID");
    sandbox.write("in.csv", &table(["FP-011", "FP-011"]));
    refused(&sandbox.run("import invoice in.csv"), "FP-011 (F-ID");
    std::fs::remove_file(sandbox.dir().join("in.csv")).expect("the file");
    // a void record may be recorded again, and is not restored beside the new one
    done(&sandbox.run("advance two void -m x"));
    done(&sandbox.run(&format!("new invoice number=FP-002 {INVOICE}")));
    assert_eq!(sandbox.run("validate") + &sandbox.run("audit --quiet"), "--- exit 0\n--- exit 0\n");
}

#[test]
fn what_a_hand_has_made_twice_is_found_on_disk_and_in_the_past() {
    let sandbox = book();
    done(&sandbox.run(&format!("new invoice number=FP-001 {INVOICE}")));
    done(&sandbox.run(&format!("new invoice number=FP-002 {INVOICE}")));
    let files = sandbox.git("ls-files invoices");
    let path = files.lines().find(|path| sandbox.read(path).contains("FP-002")).expect("the second");
    let text = sandbox.read(path);
    sandbox.write(path, &text.replace("number: FP-002", "number: FP-001"));
    for line in ["validate", &format!("validate {path}")] {
        refused(&sandbox.run(line), "`Invoice number` is that of ");
    }
    refused(&sandbox.run("commit"), "`number` is that of ");
    assert_eq!(sandbox.run("validate").matches("`Invoice number` is that of ").count(), 2, "each is named");
    // both by hand, and neither as in the last commit
    for path in files.lines() {
        let text = sandbox.read(path);
        let changed = text.replace("number: FP-001", "number: FP-009").replace("number: FP-002", "number: FP-009");
        sandbox.write(path, &changed);
    }
    refused(&sandbox.run("validate"), "`Invoice number` is that of ");
    sandbox.git("checkout -q -- invoices");
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
    // by git itself
    let forged = text.replace("number: FP-002", "number: FP-001").trim_end().to_owned();
    let event = "\n  - at: 2026-11-24T09:31:07+08:00\n    by: li.na\n    step: edit\n    set: [number]\n";
    sandbox.write(path, &(forged + event));
    sandbox.git("commit -qam forged");
    refused(&sandbox.run("audit --quiet"), "`number` is that of FP-001");
}

#[test]
fn a_certificate_is_for_the_client_of_its_invoice_and_within_it_also_when_that_changes() {
    let sandbox = book();
    done(&sandbox.run(&format!("new invoice number=FP-001 {INVOICE} --key invoice")));
    let other = sandbox.run("new allowance client=宁波远洋阀门 reason=少货 amount=600 invoice=FP-001");
    refused(
        &other,
        "a certificate is for the client of its invoice; `client` is 宁波远洋阀门, and that of FP-001 (F-ID1) is 杭州恒泰机械",
    );
    done(&sandbox.run("new complaint client=宁波远洋阀门 channel=phone content=漏 --key case"));
    let slip = sandbox.run("new return client=杭州恒泰机械 complaint=case reason=漏");
    refused(&slip, "a slip is for the client of its case");
    done(&sandbox.run("new allowance client=宁波远洋阀门 reason=少货 amount=600 lines.+.item=阀 lines.0.quantity=1 lines.0.price=600 lines.0.net=0 --key slip"));
    refused(&sandbox.run("edit slip invoice=FP-001"), "a certificate is for the client of its invoice");
    done(&sandbox.run("edit slip client=杭州恒泰机械 invoice=FP-001"));
    refused(&sandbox.run("edit invoice client=宁波远洋阀门"), "`client` is 宁波远洋阀门, and that of 少货 (A-ID");
    // without certificates the amount of the invoice is free, then it is never less than theirs
    done(&sandbox.run("edit invoice amount=500"));
    let mut above = sandbox.redress("advance slip approve --as zhao.min");
    let approve = |command: &mut std::process::Command| {
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "zhao.min").env(format!("GIT_{who}_EMAIL"), "zhao.min@example.cn");
        }
        sandbox.shown(&command.output().expect("redress runs"))
    };
    refused(&approve(&mut above), "what names FP-001 (F-ID");
    done(&sandbox.run("edit invoice amount=600"));
    done(&approve(&mut above));
    refused(&sandbox.run("edit invoice amount=599.99"), "certificates never come to more than the original invoice");
    refused(&sandbox.run("edit invoice amount="), "FP-001 (F-ID1) comes to 600.00 CNY, and it allows 0.00 CNY");
    done(&sandbox.run("edit invoice amount=700"));
    // nothing of it can be undone by hand
    let path = sandbox.git("ls-files invoices").trim().to_owned();
    sandbox.write(&path, &sandbox.read(&path).replace("700.00", "10.00"));
    refused(&sandbox.run("commit"), "it allows 10.00");
    sandbox.git("checkout -q -- invoices");
    let path = sandbox.git("ls-files allowances").trim().to_owned();
    let clients = sandbox.git("ls-files clients");
    let id =
        |path: &str| path.rsplit('/').next().and_then(|name| name.strip_suffix(".yaml")).expect("an id").to_owned();
    let (one, two) = (id(clients.lines().next().expect("one")), id(clients.lines().nth(1).expect("two")));
    let text = sandbox.read(&path);
    let other = if text.contains(&one) { text.replace(&one, &two) } else { text.replace(&two, &one) };
    sandbox.write(&path, &other);
    refused(&sandbox.run("validate"), "and that of F-ID");
}
