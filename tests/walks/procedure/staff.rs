//! Who works at the manufacturer: one person for each role, and others with random roles for a time, who are deputies
//! for one another.

use std::fmt::Write as _;

use chrono::{DateTime, Days, NaiveDate};
use redress::calendar::Moment;
use redress::policy::Policy;
use redress::record::Record;

use super::Draw;

/// From a day through another. `None` means open.
type Tenure = (Option<NaiveDate>, Option<NaiveDate>);

/// Person, department, roles: enough people to go the whole way.
const SETTLED: &[(&str, &str, &[&str])] = &[
    ("feng.jie", "gm-office", &["gm"]),
    ("li.na", "cs", &["complaint-officer", "cs-specialist"]),
    ("wang.lei", "cs", &["cs-supervisor", "after-sales-specialist"]),
    ("zhao.min", "cs", &["cs-manager"]),
    ("qian.jun", "qm", &["qm"]),
    ("sun.bo", "production", &["production"]),
    ("zhou.yan", "rd", &["rd"]),
    ("wu.fang", "gm-office", &["gm-office"]),
    ("zheng.tao", "gm-office", &["vice-president"]),
    ("chen.xi", "sales", &["salesperson", "sales-clerk", "sales-manager"]),
    ("chu.wei", "warehouse", &["warehouse"]),
    ("han.fei", "warehouse", &["warehouse", "head"]),
    ("wei.hong", "finance", &["finance"]),
];
/// People who come and go.
const OTHERS: &[&str] = &["jiang.hua", "shen.ke", "han.mei", "yang.guang"];
const DEPARTMENTS: &[&str] = &["cs", "qm", "production", "rd", "sales", "warehouse", "finance", "gm-office"];

pub(super) fn begin() -> Moment {
    DateTime::parse_from_rfc3339("2026-03-02T09:00:00+08:00").expect("a time")
}

/// A member of the staff.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    pub(super) id: String,
    pub(super) department: &'static str,
    roles: Vec<(&'static str, Tenure)>,
    deputies: Vec<(String, Tenure)>,
}

/// Everybody.
#[derive(Debug, Clone)]
pub(super) struct Staff(pub(super) Vec<Worker>);

fn holds((from, until): Tenure, day: NaiveDate) -> bool {
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
}

fn tenure(draw: &mut Draw) -> Tenure {
    let day = |n: usize| begin().date_naive() + Days::new(n as u64);
    let from = draw.below(20);
    let until = from + draw.below(12);
    ((draw.below(3) > 0).then(|| day(from)), (draw.below(3) > 0).then(|| day(until)))
}

impl Staff {
    pub(super) fn drawn(draw: &mut Draw) -> Self {
        let mut workers: Vec<Worker> = Vec::new();
        for (id, department, roles) in SETTLED {
            let roles = roles.iter().map(|role| (*role, (None, None))).collect();
            workers.push(Worker { id: (*id).to_owned(), department, roles, deputies: Vec::new() });
        }
        for id in OTHERS {
            let roles = (0..=draw.below(3)).map(|_| {
                let (_, _, of) = draw.of(SETTLED);
                (*draw.of(of), tenure(draw))
            });
            let roles = roles.collect();
            let department = *draw.of(DEPARTMENTS);
            workers.push(Worker { id: (*id).to_owned(), department, roles, deputies: Vec::new() });
        }
        let names: Vec<String> = workers.iter().map(|worker| worker.id.clone()).collect();
        for worker in &mut workers {
            for _ in 0..draw.below(3) {
                let deputy = draw.of(&names).clone();
                if deputy != worker.id {
                    worker.deputies.push((deputy, tenure(draw)));
                }
            }
        }
        Staff(workers)
    }

    pub(super) fn worker(&self, id: &str) -> &Worker {
        self.0.iter().find(|worker| worker.id == id).unwrap_or_else(|| panic!("{id} is not of the staff"))
    }

    pub(super) fn has_role(&self, id: &str, role: &str, day: NaiveDate) -> bool {
        self.worker(id).roles.iter().any(|(own, tenure)| *own == role && holds(*tenure, day))
    }

    /// The heads of a department: its people who are marked as heads, otherwise those with the role that it names.
    pub(super) fn heads(&self, department: &str, day: NaiveDate) -> Vec<&Worker> {
        let named = match department {
            "cs" => "cs-manager",
            "sales" => "sales-manager",
            own => own,
        };
        let of = |role: &str| -> Vec<&Worker> {
            let holds = |worker: &&Worker| worker.department == department && self.has_role(&worker.id, role, day);
            self.0.iter().filter(holds).collect()
        };
        let heads = of("head");
        if heads.is_empty() { of(named) } else { heads }
    }

    pub(super) fn stands_in(&self, deputy: &str, principal: &str, day: NaiveDate) -> bool {
        self.worker(principal).deputies.iter().any(|(person, tenure)| person == deputy && holds(*tenure, day))
    }

    /// Their records, the general manager's first.
    pub(super) fn records(&self, policy: &Policy) -> Vec<Record> {
        let shape = &policy.kind("staff").expect("the kind").shape;
        self.0
            .iter()
            .map(|worker| {
                let Worker { id, department, roles, deputies } = worker;
                let mut text =
                    format!("id: {id}\nkind: staff\nstate: active\nname: {id}\nemails:\n  - {id}@example.cn\n");
                lines(&mut text, "roles", "role", roles.iter().map(|(role, tenure)| (*role, *tenure)));
                writeln!(text, "department: {department}").expect("a text");
                lines(&mut text, "deputy", "person", deputies.iter().map(|(id, tenure)| (id.as_str(), *tenure)));
                text.push_str(
                    "history:\n  - at: 2026-01-01T09:00:00+08:00\n    by: feng.jie\n    step: join\n    to: active\n",
                );
                Record::read(text.as_bytes(), &format!("staff/{id}.yaml"), shape)
                    .unwrap_or_else(|error| panic!("{error:?}\n{text}"))
            })
            .collect()
    }
}

fn lines<'n>(text: &mut String, list: &str, name: &str, lines: impl Iterator<Item = (&'n str, Tenure)>) {
    for (i, (value, (from, until))) in lines.enumerate() {
        let head = if i == 0 { format!("{list}:\n") } else { String::new() };
        writeln!(text, "{head}  - {name}: {value}").expect("a text");
        for (key, day) in [("from", from), ("until", until)] {
            day.into_iter().for_each(|day| writeln!(text, "    {key}: {day}").expect("a text"));
        }
    }
}
