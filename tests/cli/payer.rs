//! A manufacturer with staff of every department, a client with a salesperson, and a clock: the book for tests of
//! paying back.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// A book with staff of every department, a client with a salesperson, and a clock.
pub(crate) struct Company {
    pub(crate) sandbox: Sandbox,
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
    pub(crate) fn new() -> Self {
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

    pub(crate) fn command(&self, person: &str, now: &str, line: &str) -> std::process::Command {
        let mut command = self.sandbox.redress(line);
        command.env("REDRESS_NOW", format!("2026-{now}:00+08:00"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), person);
            command.env(format!("GIT_{who}_EMAIL"), format!("{person}@example.cn"));
        }
        command
    }

    /// Runs what a person does. It must succeed. Returns what `--quiet` prints.
    pub(crate) fn at(&self, person: &str, now: &str, line: &str) -> String {
        let output = self.command(person, now, line).arg("--quiet").output().expect("redress runs");
        assert!(output.status.success(), "{person}: {line}: {}", self.sandbox.shown(&output));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    /// Runs what a person tries. It must be refused with this code. Returns the message.
    pub(crate) fn refused(&self, person: &str, now: &str, line: &str, code: &str) -> String {
        let output = self.command(person, now, line).arg("--json").output().expect("redress runs");
        assert!(!output.status.success(), "{person}: {line}: {}", self.sandbox.shown(&output));
        let answer: Value = serde_json::from_slice(&output.stdout).expect("json");
        assert_eq!(answer["error"]["code"], code, "{line}: {answer}");
        answer["error"]["message"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn json(&self, now: &str, line: &str) -> Value {
        let output = self.command("zong.jing", now, line).arg("--json").output().expect("redress runs");
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{line}: {error} {}", self.sandbox.shown(&output)))
    }

    /// A return of 100 at 50.00. This many were received, as approved, and signed for on the 12th.
    pub(crate) fn received(&self, fields: &str, received: &str) -> String {
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
