//! A company with other names for its kinds, fields, states and steps than the presets: reports, plans and notices
//! are the same.

use crate::sandbox::Sandbox;

/// The names of the presets, and those of this company. `deduct` and `hurry` are values of choices.
const WORDS: [(&str, &str); 36] = [
    ("complaint", "grievance"),
    ("client", "customer"),
    ("callback", "recall"),
    ("measure", "improving"),
    ("notice", "summons"),
    ("sanction", "penalty"),
    ("original", "earlier"),
    ("duplicate-of", "repeated"),
    ("fault", "blame"),
    ("own", "ours"),
    ("remedies", "offers"),
    ("category", "sort"),
    ("product", "article"),
    ("cause", "origin"),
    ("lesson", "learned"),
    ("answer", "respond"),
    ("accepted", "taken"),
    ("declined", "turned"),
    ("withdrawn", "retracted"),
    ("attribute", "settle-shares"),
    ("about", "concerning"),
    ("action", "deed"),
    ("owner", "keeper"),
    ("effect", "outcome-seen"),
    ("done", "finished"),
    ("verified", "proven"),
    ("campaign", "drive"),
    ("happened", "held-on"),
    ("score", "mark"),
    ("scores", "marks"),
    ("called", "spoken"),
    ("recorded", "written"),
    ("unreachable", "unfound"),
    ("missed", "lapsed-on"),
    ("applied", "imposed"),
    ("deduction", "deduct"),
];

/// A text with each of the words replaced where it is a word of its own.
fn renamed(text: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(is_part) {
        let (before, from) = rest.split_at(at);
        let (word, after) = from.split_at(from.find(|c| !is_part(c)).unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(WORDS.iter().find(|(own, _)| *own == word).map_or(word, |(_, new)| new));
        rest = after;
    }
    out + rest
}

/// A line of a policy file. What people read in it stays unchanged.
fn rewritten_line(line: &str) -> String {
    let mut pieces = line.split("{ en = \"");
    let mut out = renamed(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (english, rest) = piece.split_once('"').unwrap_or((piece, ""));
        out += &format!("{{ en = \"{english}\"{}", renamed(rest));
    }
    out
}

/// A file of the policy in the company's words. In tables whose keys are the program's, only the part after `=`
/// changes.
fn rewritten(text: &str) -> String {
    let fixed = [
        "", // the head of a file
        "cases",
        "measures",
        "lessons",
        "responsibility",
        "callbacks",
        "notices",
        "sanctions",
        "recurrence",
        "cap",
        "responsible",
        "recovery",
        "computed",
        "closing",
        "sets",
        "figures",
        "tables",
        "lists",
        "questionnaire",
        "grades",
        "signs",
    ];
    let mut section = String::new();
    let line = |line: &str| {
        if let Some(heading) = line.strip_prefix('[') {
            section = heading.trim_start_matches('[').split(['.', ']']).next().unwrap_or_default().to_owned();
        }
        // a table is called by its field, its columns by the program
        if let Some((table, how)) = line.split_once(" = ").filter(|_| section == "charts") {
            let by_field = |(before, field)| format!("{before}by-{}", renamed(field));
            return format!("{} = {how}\n", table.split_once("by-").map_or_else(|| table.to_owned(), by_field));
        }
        match line.split_once(" = ").filter(|_| fixed.contains(&section.as_str())) {
            Some((key, value)) => format!("{key} = {}\n", rewritten_line(value)),
            None => rewritten_line(line) + "\n",
        }
    };
    text.lines().map(line).collect()
}

/// A template of a form in the company's words: the fields and steps that it names.
fn rewritten_template(text: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut text = text.to_owned();
    for (own, new) in WORDS {
        text = text.replace(&format!("\"{own}\""), &format!("\"{new}\""));
        for of in ["f", "fields", "steps"] {
            let dotted = format!("{of}.{own}");
            let mut out = String::new();
            let mut rest = text.as_str();
            while let Some(at) = rest.find(&dotted) {
                let (before, from) = rest.split_at(at);
                let after = &from[dotted.len()..];
                let whole = !before.ends_with(is_part) && !after.starts_with(is_part);
                out += before;
                out += &if whole { format!("{of}[\"{new}\"]") } else { dotted.clone() };
                rest = after;
            }
            text = out + rest;
        }
    }
    text
}

/// A book of a preset, in the preset's words or in the company's.
struct Company {
    sandbox: Sandbox,
    otherwise: bool,
    /// Who acts. `None` means the founder.
    person: Option<&'static str>,
}

impl Company {
    fn new(preset: &str, otherwise: bool) -> Self {
        let company = Company { sandbox: Sandbox::empty(), otherwise, person: None };
        company.run("09-01T09:00", &format!("init --name 测试 --preset {preset}"));
        if otherwise {
            company.rewrite();
        }
        company
    }

    fn rewrite(&self) {
        let files = |folder: &str| walkdir::WalkDir::new(self.sandbox.dir().join(folder));
        for entry in ["policy", "forms", "reports"].into_iter().flat_map(files) {
            let entry = entry.expect("the policy can be read");
            let path = entry.path().strip_prefix(self.sandbox.dir()).expect("in the book").display().to_string();
            let (stem, kind) = (path.trim_end_matches(".toml"), path.starts_with("policy/kinds/"));
            if !path.ends_with(".toml") {
                continue;
            }
            let mut text = rewritten(&self.sandbox.read(&path));
            // `type` of a rule is the program's word, and the value of the field is the company's
            match path.as_str() {
                "policy/kinds/notice.toml" => text = text.replace("expedite", "hurry"),
                "forms/forms.toml" => text = text.replace("=expedite", "=hurry"),
                // this table's name is the program's
                "reports/losses.toml" => text = text.replace("by-origin", "by-cause"),
                "policy/notices.toml" => text = text.replace("expedite = \"expedite\"", "expedite = \"hurry\""),
                _ => {}
            }
            let new = if kind {
                format!("policy/kinds/{}.toml", renamed(&stem["policy/kinds/".len()..]))
            } else {
                path.clone()
            };
            std::fs::remove_file(entry.path()).expect("a file");
            self.sandbox.write(&new, &text);
        }
        self.sandbox.git("add -A");
        self.sandbox.git("commit -qm 'Call things otherwise'");
        // the templates name the fields too, and are reported by name
        let said = self.sandbox.run("policy check --lang en");
        assert!(said.contains("forms/client-file.html") && said.contains("has no field `owner`"), "{said}");
        for entry in files("forms").into_iter().filter_map(Result::ok) {
            let path = entry.path().strip_prefix(self.sandbox.dir()).expect("in the book").display().to_string();
            if path.ends_with(".html") {
                self.sandbox.write(&path, &rewritten_template(&self.sandbox.read(&path)));
            }
        }
        self.sandbox.git("commit -qam 'Let forms name them so'");
        let said = self.run("09-01T09:00", "policy check");
        assert!(said.ends_with("--- exit 0\n"), "{said}");
    }

    fn output(&self, now: &str, line: &str) -> std::process::Output {
        let line = if self.otherwise { renamed(line) } else { line.to_owned() };
        let mut command = self.sandbox.redress(&line);
        command.env("REDRESS_NOW", format!("2026-{now}:00+08:00"));
        for (who, person) in ["AUTHOR", "COMMITTER"].into_iter().zip([self.person; 2]) {
            command.envs(person.map(|person| (format!("GIT_{who}_NAME"), person.to_owned())));
            command.envs(person.map(|person| (format!("GIT_{who}_EMAIL"), format!("{person}@example.cn"))));
        }
        let output = command.output().expect("redress runs");
        assert!(output.status.success(), "{line}: {}", self.sandbox.shown(&output));
        output
    }

    /// The output of a command that is typed in the company's words.
    fn run(&self, now: &str, line: &str) -> String {
        self.sandbox.shown(&self.output(now, line))
    }

    /// The id of the record that a command makes.
    fn made(&self, now: &str, line: &str) -> String {
        let output = self.output(now, &format!("--quiet {line}"));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }
}

/// Complaints of every sort in October, a callback, a lesson and a measure; and what reports, a plan and notices say
/// about them.
fn said(otherwise: bool) -> Vec<(&'static str, String)> {
    let company = Company::new("basic", otherwise);
    let made = |now: &str, line: &str| company.made(now, line);
    let client = made("09-02T09:00", "new client name=杭州精密 grade=A");
    made("09-02T09:10", "new client name=宁波阀门 grade=B");
    let new = |now: &str, fields: &str| made(now, &format!("new complaint client={client} content=漏水 {fields}"));
    let first = new("09-28T09:00", "channel=phone category=product product=阀门 cause=密封");
    made("09-28T10:00", &format!("advance {first} accept promised=2026-10-12T17:00"));
    let remedies = "remedies.+.kind=compensation remedies.0.amount=500 remedies.+.kind=return remedies.1.amount=80 remedies.1.quantity=4";
    made("10-09T10:00", &format!("advance {first} propose {remedies}"));
    made("10-09T11:00", &format!("advance {first} approve,agree"));
    made("10-09T11:05", &format!("advance {first} attribute fault=own"));
    made("10-09T11:10", &format!("advance {first} close"));
    made("10-09T12:00", &format!("edit {first} lesson='check the seal'"));
    let second = new("10-12T09:00", "channel=email category=product product=阀门 cause=密封");
    made("10-12T09:30", &format!("advance {second} accept promised=2026-10-14T17:00"));
    let third = new("10-13T09:00", "channel=web category=service");
    made("10-13T10:00", &format!("advance {third} decline decline-reason=无关"));
    let fourth = new("10-14T09:00", "channel=web category=service");
    made("10-14T09:30", &format!("edit {fourth} duplicate-of={second}"));
    let fifth = new("10-15T09:00", "channel=web category=price");
    made("10-15T09:30", &format!("advance {fifth} withdraw"));
    new("10-16T09:00", &format!("channel=web category=price original={fifth}"));
    let listed = company.output("10-10T09:00", "--json list callback");
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("json");
    let callback = listed["data"][0]["id"].as_str().expect("the close opened one").to_owned();
    made("10-12T10:00", &format!("advance {callback} complete"));
    made("10-12T10:05", &format!("advance {callback} record summary=满意 score=5"));
    let measure = made(
        "10-09T13:00",
        &format!("new measure about={first} category=product action=inspect owner=li.na due=2026-10-10"),
    );
    made("10-10T09:00", &format!("advance {measure} complete"));
    [
        "report monthly 2026-10",
        "report tracking 2026-10",
        "report improvement 2026-10",
        "report lessons 2026",
        "report losses 2026-10",
        "report callbacks 2026-10",
        "report overdue",
        "plan callbacks 2026-11",
        "remind",
        "remind --dry-run",
    ]
    .map(|line| (line, company.run("11-02T09:00", line)))
    .into()
}

/// A deduction of a manufacturer and what the month deducts.
fn deducted(otherwise: bool) -> String {
    let mut company = Company::new("manufacturer", otherwise);
    company.made("10-08T09:00", "new staff name=he.ping emails=he.ping@example.cn roles.+.role=gm");
    company.made("10-08T09:00", "new staff name=wang.lei emails=wang.lei@example.cn department=cs bonus.+.amount=100");
    let sanction = "new sanction person=wang.lei type=deduction amount=80 reason=迟交";
    let sanction = company.made("10-09T09:00", sanction);
    company.person = Some("he.ping");
    company.made("10-09T10:00", &format!("advance {sanction} approve"));
    company.person = None;
    company.made("10-09T11:00", &format!("advance {sanction} apply"));
    company.run("11-02T09:00", "report deductions 2026-10")
}

#[test]
fn a_company_that_calls_things_otherwise_gets_the_same() {
    let (own, other) = (said(false), said(true));
    for ((line, own), (_, other)) in own.iter().zip(&other) {
        assert_eq!(own, other, "{line}");
    }
    let money = |said: &str, amount: &str| assert!(said.contains(amount), "{said}");
    money(&own[0].1, "580.00");
    assert!(own.iter().all(|(_, said)| said.lines().count() > 3 || said == "--- exit 0\n"), "{own:#?}");
    let (own, other) = (deducted(false), deducted(true));
    assert_eq!(own, other);
    money(&own, "80.00");
}
