//! Every fault is reported in Chinese too: a table of what people write wrongly, for each command and each kind of
//! file.

use crate::sandbox::Sandbox;

#[path = "../../src/locale/checked.rs"]
mod checked;

use checked::not_chinese;

/// A book with a client and a complaint.
fn book() -> (Sandbox, String, String) {
    let sandbox = Sandbox::empty();
    let id = |answer: serde_json::Value| answer["data"]["id"].as_str().expect("an id").to_owned();
    sandbox.run("init . --name 测试 --lang zh --time-zone Asia/Shanghai");
    let client = id(sandbox.json("new client name=恒泰机械"));
    let complaint = id(sandbox.json("new complaint client=恒泰机械 channel=phone content=漏水"));
    (sandbox, client, complaint)
}

/// The text after the labels of what people read. Excerpts of files stay unchanged.
fn said(text: &str) -> Vec<&str> {
    let excerpt = |line: &&str| {
        let line = line.trim_start();
        let quoted = line.split(['|', '=']).next().unwrap_or_default().trim();
        line.starts_with("-->") || (line.contains('|') && quoted.chars().all(|c| c.is_ascii_digit()))
    };
    text.lines().filter(|line| !excerpt(line) && !line.trim().is_empty()).collect()
}

fn hold(sandbox: &Sandbox, line: &str, wrong: &mut String) {
    let output = sandbox.redress(line).args(["--lang", "zh"]).output().expect("redress runs");
    // faults in files are what commands print
    let text = String::from_utf8([output.stderr, output.stdout].concat()).expect("text");
    if output.status.success() || text.is_empty() {
        wrong.push_str(&format!("redress {line}\n  nothing is wrong: {}\n", output.status));
    }
    for sentence in said(&text) {
        // candidates have their own names
        let named = sentence.starts_with("  ") && !sentence.contains("= ");
        if let Some(english) = not_chinese(sentence).filter(|_| !named) {
            wrong.push_str(&format!("redress {line}\n  {sentence}\n  not Chinese: {english}\n"));
        }
    }
}

#[test]
fn whatever_is_typed_wrongly_is_said_in_chinese() {
    let (sandbox, client, complaint) = book();
    sandbox.write("bad.json", "{\"name\": }");
    sandbox.write("bad.yaml", "name: [a\n");
    sandbox.write("list.yaml", "- a\n");
    sandbox.write("bad.csv", "name,name\nx,y\n");
    sandbox.write("odd.csv", "nmae\nx\n");
    sandbox.write("names.csv", "name\nx\n");
    sandbox.write("map.toml", "dats = 1\n[fields]\nnmae = 3\nname = \"{x\"\ncity = { column = \"City\" }\n");
    sandbox.write("bad.ndjson", "{\"op\":\"nwe\"}\n{\"op\":\n[]\n{\"op\":\"new\",\"kind\":\"client\",\"feilds\":{}}\n");
    std::fs::write(sandbox.dir().join("bytes.yaml"), b"name: \xff\n").expect("a file");
    let lines = [
        "report monthly 9999",
        "plan callbacks 2300",
        "nwe client",
        "new",
        "new clinet name=x",
        "new client nmae=x",
        "new client",
        "new client name=x phone=abc",
        "new client name=x grade=Z",
        "new client name=x over-acceptance=drei",
        "new client name=x contacts=3",
        "new client 恒泰",
        "new client --from nothing.yaml",
        "new client --from bad.json",
        "new client --from bad.yaml",
        "new client --from list.yaml",
        "new client --from bytes.yaml",
        "new client --nmae x",
        "new client name=x --on 明年",
        "new client name=x --on 5点",
        "new client name=x --on 2026-13-01",
        "new client name=x --on tomorrow",
        "new client name=x --as nobody",
        "new staff name=张三 --id '!!'",
        "new complaint client=nobody channel=phone content=x",
        "new complaint client=恒泰机械 channel=pohne content=x",
        "new complaint client=恒泰机械 channel=phone content=x quantity=many amount=lots",
        "new complaint client=恒泰机械 channel=phone content=x delivered=bald received=5点",
        "advance K-000000-00000 accept",
        "advance COMPLAINT acept",
        "advance COMPLAINT propose",
        "advance COMPLAINT accept",
        "advance COMPLAINT accept promised=gestern",
        "edit COMPLAINT state=closed",
        "edit COMPLAINT content=漏水",
        "edit COMPLAINT",
        "show",
        "show nothing",
        "show C-261122-7K3F2",
        "log nothing",
        "explain COMPLAINT anser",
        "list",
        "list complant",
        "list complaint stat=open",
        "list complaint amount=x..",
        "list complaint overdeu",
        "list complaint --fields nmae",
        "list complaint --sort nmae",
        "list complaint --limit many",
        "due --within soon",
        "due --for nobody",
        "due --all --for li.na",
        "attach COMPLAINT nothing.jpg",
        "attach COMPLAINT .",
        "import client bad.csv",
        "import client odd.csv",
        "import client names.csv --map map.toml",
        "import client nothing.csv",
        "import client names.doc",
        "import clinet names.csv",
        "batch bad.ndjson",
        "batch nothing.ndjson",
        "query 'drop table x'",
        "query 'select 1; select 2'",
        "query 'select * from sqlite_master'",
        "report montly",
        "report monthly 2026-13",
        "report monthly --format jso",
        "report monthly -o x.odt",
        "report roster 2026-10",
        "print COMPLAINT slip",
        "print COMPLAINT complaint-slip --copy x",
        "print COMPLAINT --copy x",
        "print COMPLAINT client-file",
        "plan calbacks",
        "calendar day 2026-02-30",
        "calendar add today 'two days'",
        "calendar between today",
        "calendar day today --calendar factory",
        "policy chek",
        "policy show clinet",
        "audit 2026-13",
        "audit --since nothing",
        "validate nothing.yaml",
        "commit nothing.yaml",
        "commit --comments=keep",
        "init .",
        "init other --preset basik",
        "init other --time-zone Mars/Olympus",
        "demo --preset service",
        "completions fisch",
        "doctor extra",
        "--now gestern due",
        "--at nothing list client",
        "--at 1999-01-01 list client",
        "--at HEAD new client name=x",
        "-C nowhere due",
        "--lang",
    ];
    let mut wrong = String::new();
    for line in lines {
        hold(&sandbox, &line.replace("COMPLAINT", &complaint).replace("CLIENT", &client), &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// (file, the text that is replaced by another text, the command that reports it)
const FILES: &[(&str, &str, &str, &str)] = &[
    ("redress.toml", "language = \"zh\"", "language = \"fr\"", "policy check"),
    ("redress.toml", "name = ", "nmae = ", "policy check"),
    ("policy/calendar.toml", "\"08:30-", "\"8:30-", "policy check"),
    ("policy/calendar.toml", "mon-fri", "mon-fry", "policy check"),
    ("policy/calendar.toml", "calendar/cn.ics", "calendar/de.ics", "policy check"),
    ("policy/calendar.toml", "Asia/Shanghai", "Asia/Shangai", "policy check"),
    ("policy/kinds/client.toml", "[fields.name]", "[fields.name", "policy check"),
    ("policy/kinds/client.toml", "[fields.city]", "[fields.city]\ntype = \"txt\"", "policy check"),
    ("policy/kinds/client.toml", "[fields.city]", "[fields.stadt]", "commit"),
    ("policy/roles.toml", "[roles.qm]", "[roles.QM]", "policy check"),
    ("forms/forms.toml", "name = ", "nmae = ", "policy check"),
    ("policy/reports.toml", "[repeats]", "[repeat]", "policy check"),
    ("forms/complaint-slip.html", "{{", "{{ nothing.at.all }} {{", "print COMPLAINT complaint-slip"),
    ("calendar/cn.ics", "BEGIN:VCALENDAR", "BEGIN:VCALENDER", "policy check"),
    ("calendar/cn.ics", "DTSTART", "DTSTRAT", "policy check"),
    ("COMPLAINT", "channel: phone", "channel: pohne", "validate"),
    ("COMPLAINT", "channel: phone", "chanel: phone", "validate"),
    ("COMPLAINT", "channel: phone", "channel: phone\nquantity: many", "validate"),
    ("COMPLAINT", "channel: phone", "channel: [phone]", "validate"),
    ("COMPLAINT", "channel: phone", "channel: phone\nassignee: nobody", "validate"),
    ("COMPLAINT", "channel: phone", "channel: phone\noriginal: C-261122-7K3F2", "validate"),
    ("COMPLAINT", "channel: phone", "channel: phone\ndemand: return", "validate"),
    ("COMPLAINT", "channel: phone", "channel：phone", "validate"),
    ("COMPLAINT", "channel: phone", "channel: &a phone", "validate"),
    ("COMPLAINT", "state: registered", "state: registred", "validate"),
    ("COMPLAINT", "state: registered", "state: closed", "validate"),
    ("COMPLAINT", "kind: complaint", "kind: client", "validate"),
    ("COMPLAINT", "  - at: ", "  - at: 1", "validate"),
    ("COMPLAINT", "by: li.na", "by: LI NA", "validate"),
    ("COMPLAINT", "step: register", "stp: register", "validate"),
    ("COMPLAINT", "content: ", "contact: x\ncontent: ", "validate nothing"),
];

#[test]
fn an_audit_says_in_chinese_why_rules_do_not_load() {
    let (sandbox, _, _) = book();
    let roles = sandbox.read("policy/roles.toml");
    sandbox.write("policy/roles.toml", &format!("{roles}\n[odd]\n"));
    sandbox.git("commit -qam 改");
    let said = sandbox.run("audit --quiet --lang zh");
    let line = said.lines().find(|line| line.contains("policy-broken")).expect("a finding");
    assert!(line.contains("处问题") && !line.contains("problem"), "{line}");
}

#[test]
fn whatever_is_wrong_in_files_is_said_in_chinese() {
    let (sandbox, _, complaint) = book();
    let path = format!("complaints/2026/11/24/{complaint}.yaml");
    let mut wrong = String::new();
    for (file, from, to, line) in FILES {
        let file = file.replace("COMPLAINT", &path);
        let before = sandbox.read(&file);
        if !before.contains(from) {
            wrong.push_str(&format!("{file} holds no {from:?}\n"));
        }
        sandbox.write(&file, &before.replacen(from, to, 1));
        let (reads, so_far) = (line.starts_with("print"), wrong.len());
        if reads {
            sandbox.git("commit -qam x");
        }
        hold(&sandbox, &line.replace("COMPLAINT", &complaint), &mut wrong);
        if wrong.len() > so_far {
            wrong.push_str(&format!("  in {file}: {from} → {to}\n"));
        }
        sandbox.write(&file, &before);
        if reads {
            sandbox.git("commit -qam y");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
