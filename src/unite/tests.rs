//! Two people work on the same records in two clones.

mod books;
mod clerks;
mod oracle;
mod records;
mod rights;
mod several;
mod sums;
mod unknown;

use std::fmt::Write as _;
use std::sync::OnceLock;

use crate::kind::Kind;
use crate::lifecycle::Bench;
use crate::policy::tests::loaded;
use crate::policy::{People, Policy};
use crate::record::Record;

const BOOK: &str = "name = \"u\"\nformat = 3\nlanguage = \"en\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n";
const FILES: &[(&str, &str)] = &[
    ("redress.toml", BOOK),
    ("policy/calendar.toml", include_str!("../lifecycle/tests/company/calendar.toml")),
    ("policy/roles.toml", include_str!("../lifecycle/tests/company/roles.toml")),
    ("policy/departments.toml", include_str!("../lifecycle/tests/company/departments.toml")),
    ("policy/authority.toml", include_str!("tests/authority.toml")),
    ("policy/kinds/staff.toml", include_str!("../lifecycle/tests/company/kinds/staff.toml")),
    ("policy/kinds/case.toml", include_str!("tests/case.toml")),
    ("policy/kinds/slip.toml", include_str!("tests/slip.toml")),
];

fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| loaded(&FILES.iter().map(|(path, text)| (*path, text.as_bytes())).collect()))
}

/// Nobody of these people is on the staff, so nobody's authority is asked.
fn bench() -> Bench<'static> {
    static NOBODY: OnceLock<People> = OnceLock::new();
    let nobody = NOBODY.get_or_init(People::default);
    Bench { policy: policy(), people: nobody, earlier: nobody }
}

fn kind(name: &str) -> &'static Kind {
    policy().kind(name).unwrap()
}

/// A record as its file has it. `fields` is YAML; `events` are `09:00 ann take>taken owner,title`, one after the
/// other, separated by `;`. After `via=` and `key=` stands what the event has there;
/// `had=tags:1` is the number of lines that a list had.
fn text(id: &str, state: &str, fields: &str, events: &str) -> String {
    let kind = if id.starts_with('C') { "case" } else { "slip" };
    let mut text = format!("id: {id}\nkind: {kind}\nstate: {state}\n{fields}history:\n");
    for event in events.split(';').map(str::trim).filter(|event| !event.is_empty()) {
        let mut words = event.split(' ');
        let (time, by, step) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
        let (step, to) = step.split_once('>').map_or((step, None), |(step, to)| (step, Some(to)));
        write!(text, "  - at: 2026-03-02T{time}:00+08:00\n    by: {by}\n    step: {step}\n").unwrap();
        if let Some(to) = to {
            writeln!(text, "    to: {to}").unwrap();
        }
        let words: Vec<&str> = words.collect();
        if let Some((list, lines)) = words.iter().find_map(|word| word.strip_prefix("had=")?.split_once(':')) {
            write!(text, "    had:\n      {list}: {lines}\n").unwrap();
        }
        for key in ["via", "key"] {
            let value = words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
            if let Some(value) = value {
                writeln!(text, "    {key}: {value}").unwrap();
            }
        }
        if let Some(set) = words.iter().find(|word| !word.contains('=')) {
            writeln!(text, "    set: [{}]", set.replace(',', ", ")).unwrap();
        }
    }
    text
}

fn path(id: &str) -> String {
    let id: crate::record::Id = id.parse().unwrap();
    id.path(if id.prefix() == Some("C") { "cases" } else { "slips" })
}

fn record(text: &str) -> Record {
    let id = text.lines().next().unwrap().trim_start_matches("id: ");
    let kind = kind(if id.starts_with('C') { "case" } else { "slip" });
    Record::read(text.as_bytes(), &path(id), &kind.shape).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}
