//! Forms for paper: which fit, in which copies, and nothing in them but text.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;
use crate::terminal::Terminal;

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name 恒泰机械客服部 --lang zh");
    sandbox.run("new client name=杭州精密机械 phone=0571-88886666");
    let mut hostile = sandbox.redress("new complaint client=杭州精密机械 channel=phone --key K1");
    hostile.arg("content=</td><script>alert(1)</script>{{ 7*7 }}\u{202e}\n第二行").output().expect("runs");
    sandbox
}

#[test]
fn a_form_is_printed_with_what_the_record_has() {
    let sandbox = book();
    let page = sandbox.run("print K1 complaint-registration -o -");
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"zh-CN\">"), "{page}");
    assert!(page.contains("<span class=\"company\">恒泰机械客服部</span>") && page.contains("0571-88886666"), "{page}");
    assert!(page.contains("<span class=\"box yes\">电话</span>") && page.contains("<span class=\"box\">来访</span>"));
    assert!(page.contains("&lt;&#x2f;td&gt;&lt;script&gt;alert(1)&lt;&#x2f;script&gt;{{ 7*7 }}"), "{page}");
    assert!(!page.contains("<script") && !page.contains('\u{202e}'));
    assert!(sandbox.run("--lang en print K1 complaint-registration -o -").contains("<html lang=\"en\">"));
    // nothing is written, and the page is the same every time
    assert_eq!(page, sandbox.run("print K1 客户投诉登记表 -o -"));
    assert!(sandbox.run("status").contains("没有需要提交的改动"));
}

#[test]
fn those_that_fit_are_printed_and_copies_name_their_holders() {
    let sandbox = book();
    let names = |json: &serde_json::Value| {
        let forms = json["data"]["forms"].as_array().cloned().unwrap_or_default();
        forms.iter().map(|form| form["form"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&sandbox.json("print K1 -o -")), ["complaint-registration", "complaint-slip"]);
    assert_data_eq!(
        sandbox.run("--lang en print K1 complaint-handling -o -"),
        str![[r#"
--- stderr
error: `complaint-handling` does not fit C-ID1: it is for state!=registered,declined
--- exit 1

"#]]
    );
    sandbox.run("advance K1 accept promised=fri");
    let all = sandbox.json("print K1 complaint-handling -o -");
    assert_eq!(
        all["data"]["forms"][0]["copies"],
        serde_json::json!(["qm", "production", "cs", "finance", "gm-office"])
    );
    let page = all["data"]["html"].as_str().expect("a page");
    for holder in ["第一联（共5联）：质量管理部存", "第四联（共5联）：财务部存", "第五联（共5联）：总经理办公室存"]
    {
        assert_eq!(page.matches(holder).count(), 1, "{holder}");
    }
    let one = sandbox.json("print K1 complaint-handling --copy 财务部 -o finance.html");
    assert_eq!(one["data"]["forms"][0]["copies"], serde_json::json!(["finance"]));
    let page = sandbox.read("finance.html");
    assert!(page.contains("第四联（共5联）：财务部存") && !page.contains("质量管理部存"));
    assert_data_eq!(
        sandbox.run("--lang en print K1 complaint-handling --copy nobody -o -"),
        str![[r#"
--- stderr
error: `complaint-handling` has no copy `nobody`
help: copies are qm, production, cs, finance, gm-office
--- exit 3

"#]]
    );
    assert!(sandbox.run("print K1 client-file -o -").ends_with("--- exit 1\n"));
    assert!(sandbox.run("print K1 no-such-form -o -").ends_with("--- exit 3\n"));
    assert!(sandbox.run("print K1 --copy qm -o -").ends_with("--- exit 2\n"));
}

#[test]
fn a_company_makes_forms_of_its_own_and_is_told_what_is_wrong_in_them() {
    let sandbox = book();
    let forms = sandbox.read("forms/forms.toml");
    let own = "\n[[forms]]\nname = \"label\"\nlabel = { en = \"Label\", zh = \"标签\" }\nkind = \"complaint\"\n";
    sandbox.write("forms/forms.toml", &format!("{forms}{own}"));
    let missing = sandbox.run("--lang en policy check");
    assert!(missing.contains("there is no template forms/label.html"), "{missing}");
    sandbox.write("forms/label.html", "<b>{{ record.id }}</b>\n{{ record.fields.colour.text }}\n");
    let unknown = sandbox.run("--lang en policy check");
    let wanted =
        "error: `complaint` has no field `colour`, so that it is missing on the form\n --> forms/label.html:2:";
    assert!(unknown.contains(wanted) && unknown.ends_with("--- exit 1\n"), "{unknown}");
    let refused = sandbox.run("--lang en commit");
    assert!(refused.contains(wanted) && refused.ends_with("--- exit 1\n"), "{refused}");
    sandbox.git("add -A");
    sandbox.git("commit -qm label");
    assert_data_eq!(
        sandbox.run("--lang en print K1 label -o -"),
        str![[r#"
--- stderr
error: a form cannot be printed
error: undefined value[..]
 --> forms/label.html:2:17
...
--- exit 1

"#]]
    );
    sandbox.write("forms/label.html", "<b>{{ record.id }}</b>\n");
    sandbox.run("commit forms -m 'mend the label'");
    assert!(sandbox.run("print K1 标签 -o -").contains("<b>C-ID1</b>"));
    sandbox.write("forms/label.html", "{% if %}");
    let broken = sandbox.run("--lang en policy check");
    assert!(broken.contains("forms/label.html:1") && broken.ends_with("--- exit 1\n"), "{broken}");
}

#[test]
fn a_promise_on_a_day_off_reads_as_the_day_that_was_meant() {
    let sandbox = book();
    // a Sunday, on which no working time ends
    sandbox.run("advance K1 accept promised=2026-12-06");
    assert_eq!(sandbox.json("show K1")["data"]["promised"], "2026-12-07T00:00:00+08:00");
    for form in ["complaint-registration", "complaint-handling"] {
        let page = sandbox.run(&format!("print K1 {form} -o -"));
        assert!(!page.contains("2026-12-07 00:00"), "{form}: {page}");
    }
    assert!(sandbox.run("print K1 complaint-registration -o -").contains("2026-12-06 24:00"));
}

#[test]
fn each_form_is_a_file_that_replaces_no_other_unasked() {
    let sandbox = book();
    let id = sandbox.json("show K1")["data"]["id"].as_str().expect("an id").to_owned();
    let [registration, slip] = ["complaint-registration", "complaint-slip"].map(|form| format!("{id}-{form}.html"));
    let printed = sandbox.run("print K1");
    let written = format!("\n已写入 {registration}：客户投诉登记表\n已写入 {slip}：客户投诉单\n--- exit 0\n");
    assert!(
        printed.starts_with("KS202611-0001 C-ID1  客户投诉：已登记 · ") && printed.ends_with(&written),
        "{printed}"
    );
    let page = sandbox.read(&registration);
    assert!(page.starts_with("<!DOCTYPE html>") && sandbox.read(&slip).starts_with("<!DOCTYPE html>"));
    // a file with the same content is not lost
    assert!(sandbox.run("print K1 complaint-slip").ends_with("--- exit 0\n"));
    sandbox.write(&slip, "mine");
    let refused = sandbox.run("--lang en print K1");
    assert!(refused.contains("is there already and says something else\nhelp: -y replaces it"), "{refused}");
    assert!(refused.ends_with("--- exit 1\n"), "{refused}");
    assert_eq!((sandbox.read(&registration), sandbox.read(&slip)), (page.clone(), "mine".to_owned()), "all or none");
    let (seen, code) = Terminal::of(80, 24).run(&sandbox, "print K1", &[("是否覆盖", "n\n")]);
    assert_eq!((code, sandbox.read(&slip)), (Some(1), "mine".to_owned()), "{seen}");
    let (seen, code) = Terminal::of(80, 24).run(&sandbox, "print K1", &[("是否覆盖", "y\n")]);
    assert_eq!((code, sandbox.read(&slip) != "mine"), (Some(0), true), "{seen}");
    sandbox.write(&slip, "mine");
    assert_eq!(sandbox.json("print K1 -y")["data"]["written"], serde_json::json!([registration, slip]));
    // one copy has a name of its own, a folder takes the files, and nothing is written if there is nothing to do
    sandbox.write("out/there", "");
    sandbox.run("print K1 complaint-slip -o out");
    assert_eq!(sandbox.read(&format!("out/{slip}")), sandbox.read(&slip));
    sandbox.run("advance K1 accept promised=fri");
    assert_eq!(
        sandbox.json("print K1 complaint-handling --copy finance --dry-run")["data"]["file"],
        format!("{id}-complaint-handling-finance.html")
    );
    assert!(!sandbox.dir().join(format!("{id}-complaint-handling-finance.html")).exists());
    assert!(sandbox.run("status").contains("没有需要提交的改动"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_was_written_is_opened_or_said_where_it_lies() {
    let sandbox = book();
    let program = |text: &str| {
        use std::os::unix::fs::PermissionsExt;
        for name in ["xdg-open", "wslview", "gio"] {
            sandbox.write(&format!("../bin/{name}"), &format!("#!/bin/sh\n{text}\n"));
            let path = sandbox.dir().join(format!("../bin/{name}"));
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("rights");
        }
    };
    let opened = |line: &str| {
        let mut command = sandbox.redress(line);
        let path =
            command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path).expect("PATH").to_owned();
        let bin = sandbox.dir().parent().expect("a folder").join("bin");
        command
            .env("PATH", std::env::join_paths(std::iter::once(bin).chain(std::env::split_paths(&path))).expect("PATH"));
        sandbox.shown(&command.output().expect("redress runs"))
    };
    program("echo \"$1\" >> ../opened");
    assert!(opened("print K1 complaint-slip --open").ends_with("--- exit 0\n"));
    let named = sandbox.read("../opened");
    assert!(
        named.trim().ends_with("-complaint-slip.html") && std::path::Path::new(named.trim()).is_absolute(),
        "{named}"
    );
    // lists are opened as pages, or in the format that is named
    for (line, file) in [
        ("list complaint --open", "/list.html"),
        ("due --all --open", "/due.html"),
        ("query 'select 1 as n' --open -o n.csv", "/n.csv"),
    ] {
        let shown = opened(line);
        assert!(shown.ends_with("--- exit 0\n"), "{shown}");
        let named = sandbox.read("../opened");
        assert!(named.trim().ends_with(file), "{named}");
    }
    assert!(opened("list complaint --open -o -").ends_with("--- exit 2\n"));
    program("exit 3");
    let shown = opened("print K1 complaint-slip --open");
    assert!(shown.contains("文件在 [BOOK]/C-") && shown.ends_with("--- exit 0\n"), "{shown}");
    assert!(opened("print K1 complaint-slip --open -o -").ends_with("--- exit 2\n"));
}

/// Letters to the client (受理告知书, 不予受理说明, 处理结果告知函), each with a text message. What people wrote is only text in both.
#[test]
fn letters_to_the_client_come_with_a_text_message() {
    let sandbox = book();
    let settings = sandbox.read("redress.toml");
    let (_, company) = settings.split_once("\n[company]").expect("init names the company");
    for key in ["name", "address", "phone", "tax-number", "bank", "account"] {
        assert!(company.contains(&format!("\n{key} = \"")), "{key}\n{settings}");
    }
    sandbox.write("redress.toml", &settings.replace("phone = \"\"", "phone = \"0571-88001234\""));
    sandbox.git("commit -qam company");
    let message = |page: &str| {
        let from = page.find("<pre class=\"screen\">").unwrap_or_else(|| panic!("{page}"));
        page[from..].split("</pre>").next().unwrap_or_default().to_owned()
    };
    let mut declined = sandbox.redress("new complaint client=杭州精密机械 channel=phone content=x --key K2");
    declined.output().expect("runs");
    let mut declined = sandbox.redress("advance K2 decline");
    declined.arg("decline-reason=质保 < 2 年 & 无发票").output().expect("runs");
    let page = sandbox.run("print K2 decline-letter -o - --lang zh");
    assert!(page.contains("不予受理说明") && message(&page).contains("原因：质保 &lt; 2 年 &amp; 无发票。"), "{page}");
    assert!(message(&page).contains("【恒泰机械客服部】") && message(&page).contains("0571-88001234"), "{page}");
    assert!(sandbox.run("print K1 acceptance-letter -o -").ends_with("--- exit 1\n"), "it is not accepted yet");
    sandbox.run("advance K1 accept promised=2026-11-27T17:30:00+08:00 assignee=li.na");
    let page = sandbox.run("print K1 受理告知书 -o - --lang zh");
    assert!(
        page.contains("将于 2026-11-27 17:30 前答复贵方") && message(&page).contains("将于 2026-11-27 17:30 前答复您"),
        "{page}"
    );
    let page = sandbox.run("print K1 acceptance-letter -o - --lang en");
    assert!(page.contains("answer you by 2026-11-27 17:30") && message(&page).contains("Text message"), "{page}");
    sandbox.run("advance K1 propose remedies.+.kind=return remedies.0.amount=100 remedies.0.quantity=2");
    sandbox.run("advance K1 approve");
    let page = sandbox.run("print K1 result-letter -o - --lang zh");
    assert!(message(&page).contains("处理结果：退货2（100.00 元）。"), "{page}");
}

/// The style of paper: one language or both, wide paper, signatures left open. Copies before the sign-off are drafts.
#[test]
fn forms_are_printed_as_the_reader_wants_them() {
    let sandbox = book();
    sandbox.run("advance K1 accept promised=2026-11-27T17:30:00+08:00");
    let print = |more: &str| sandbox.run(&format!("print K1 complaint-registration -o - {more}"));
    let (both, zh, en) = (print("--lang both"), print("--lang zh"), print("--lang en"));
    assert!(both.contains(">客户<small>Client</small>") && zh.contains(">客户<small></small>"), "{both}");
    assert!(en.contains(">Client<small></small>") && !en.contains("受理渠道"), "{en}");
    assert_eq!(print(""), both, "both where nobody asks for one");
    assert!(both.contains("size: A4 portrait") && print("--paper 241mm").contains("size: 241mm 279.4mm"));
    // a typed name is no signature: it stands beside a line that is signed by hand
    let lines = |page: &str| page.matches("<b>　</b>").count();
    let known = |page: &str| page.matches("class=\"known\"").count();
    let blank = print("--blank-signatures");
    assert_eq!((lines(&both), known(&both)), (lines(&blank), 1), "{both}");
    assert_eq!(known(&blank), 0, "{blank}");
    assert!(both.contains("（录入）") || both.contains("(typed)"), "{both}");
    assert!(sandbox.run("list complaint --lang both").ends_with("--- exit 2\n"));
    let handling = |more: &str| sandbox.run(&format!("print K1 complaint-handling -o - {more}"));
    assert_eq!(handling("--copy qm").matches("草稿</span>").count(), 2, "at the head and across");
    assert!(handling("--lang en").contains("DRAFT") && !both.contains("草稿"));
    for step in ["propose remedies.+.kind=apology", "approve", "agree answer=好", "close"] {
        sandbox.run(&format!("advance K1 {step}"));
    }
    let page = handling("--copy qm");
    assert!(page.contains("客户投诉处理表") && !page.contains("草稿"), "{page}");
}

/// Certificates say their amount in words, and an empty one is not printed.
#[test]
fn a_certificate_says_its_amount_in_words_and_certifies_something() {
    let sandbox = crate::manufacturer::book();
    let invoice = "new invoice number=F-1 client=杭州恒泰机械 date=2026-09-01 amount=90000 tax-kind=taxable tax-rate=13 --key invoice";
    sandbox.run(invoice);
    let lines = "lines.+.item=DN50 lines.0.quantity=10 lines.0.price=150.05 lines.0.net=10";
    sandbox
        .run(&format!("new allowance client=杭州恒泰机械 reason=漏水 amount=1400.50 invoice=F-1 {lines} --key slip"));
    let early = sandbox.run("print slip allowance-certificate -o -");
    assert!(early.ends_with("--- exit 1\n"), "{early}");
    crate::manufacturer::by(&sandbox, "zhao.min", "advance slip approve");
    let page = sandbox.run("print slip allowance-certificate -o - --lang zh");
    assert!(page.contains("人民币壹仟伍佰捌拾贰元伍角柒分") && page.contains("以下空白"), "{page}");
}
