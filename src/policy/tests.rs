//! Mistakes of a company in its rule book are reported with file, line and key. The program follows a company's
//! changes.

pub(crate) mod documented;
mod files;
mod kinds;
mod money;
mod presets;
mod steps;
mod words;

use super::preset::{Choices, Preset};
use super::{Invalid, Policy, Sources};
use crate::locale::not_chinese;
use crate::place::Problem;

const BOOK: &str =
    "name = \"测试\"\nformat = 1\nlanguage = \"zh\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n";

/// The files of a book of the default preset.
fn sources() -> Sources {
    sources_of(Preset::DEFAULT)
}

/// The files of a book of a preset.
pub(crate) fn sources_of(preset: &str) -> Sources {
    let files = Preset::named(preset).expect("shipped").files(&Choices::default()).expect("it resolves");
    let book = [("redress.toml".to_owned(), BOOK.as_bytes().to_vec())];
    files.into_iter().map(|file| (file.path, file.text.into_bytes())).chain(book).collect()
}

/// A rule book without mistakes.
pub(crate) fn loaded(sources: &Sources) -> Policy {
    Policy::load(sources, "0").unwrap_or_else(|invalid| panic!("{:#?}", invalid.0))
}

/// A file of a book.
pub(crate) fn text<'s>(sources: &'s Sources, path: &str) -> &'s str {
    std::str::from_utf8(sources.bytes(path).expect("the file")).expect("a text")
}

/// The book with one piece of one file replaced; the piece must exist.
fn changed(path: &str, from: &str, to: &str) -> Sources {
    replaced(sources(), path, &[(from, to)])
}

/// A book with pieces of one file replaced; the pieces must exist.
pub(crate) fn replaced(mut sources: Sources, path: &str, pieces: &[(&str, &str)]) -> Sources {
    let mut text = text(&sources, path).to_owned();
    for (from, to) in pieces {
        assert!(text.contains(from), "{path} holds no {from:?}");
        text = text.replacen(from, to, 1);
    }
    sources.insert(path, text.into_bytes());
    sources
}

/// The manufacturer's book with superiors who share in a loss.
pub(crate) fn with_division() -> Sources {
    let mut sources = sources_of("manufacturer");
    let bands = "by = \"share\"\nvacant = \"department\"\n[[division.bands]]\nup-to = \"500.00\"\nparts = [80, 15, 5]\n\
        [[division.bands]]\nup-to = \"1000.00\"\nparts = [70, 20, 10]\n[[division.bands]]\nparts = [60, 25, 15]\n";
    let sharing: Vec<&str> =
        text(&sources, "policy/sharing.toml").lines().filter(|line| !line.starts_with('#')).collect();
    let divided = format!("{}\n[division]\n{bands}", sharing.join("\n"));
    sources.insert("policy/sharing.toml", divided.into_bytes());
    sources
}

/// Every problem of a book. Each must have a Chinese message too.
fn problems(sources: &Sources) -> Vec<Problem> {
    let Err(Invalid(problems)) = Policy::load(sources, "") else { return Vec::new() };
    for problem in &problems {
        let help = problem.help.iter().map(|help| &help.zh);
        for text in help.chain([&problem.message.zh]) {
            assert_eq!(not_chinese(text), None, "{problem}: {text}");
        }
    }
    problems
}

/// Every problem of a book, as text.
fn said(sources: &Sources) -> Vec<String> {
    problems(sources).iter().map(ToString::to_string).collect()
}

/// The problems of a company's own kind with one line of it replaced.
fn kind(from: &str, to: &str) -> Vec<String> {
    assert!(KIND.contains(from), "no {from:?}");
    let mut sources = sources();
    sources.insert("policy/kinds/repair.toml", KIND.replacen(from, to, 1).into_bytes());
    said(&sources).into_iter().map(|problem| problem.replace("policy/kinds/repair.toml", "R")).collect()
}

const KIND: &str = "\
name = \"repair\"
prefix = \"RP\"
folder = \"repairs\"
label = { en = \"Repair\", zh = \"维修\" }
[fields.client]
type = \"ref\"
to = \"client\"
[fields.cost]
type = \"money\"
[fields.due]
type = \"date\"
[fields.owner]
type = \"person\"
[fields.team]
type = \"department\"
[states.open]
class = \"new\"
[states.done]
class = \"closed\"
[milestones]
closed = \"done\"
[[steps]]
name = \"open\"
to = \"open\"
[[steps]]
name = \"finish\"
from = [\"open\"]
to = \"done\"
by = [\"cs-manager\"]
asks = [\"cost\"]
[[deadlines]]
name = \"repair\"
starts = [\"open\"]
stops = [\"done\"]
within = \"3 workdays\"
holder = [\"role:cs-manager\", \"department:cs\"]
[fields.parts]
type = \"list\"
[fields.parts.of.type]
type = \"choice\"
values = [\"new\"]
[fields.parts.of.price]
type = \"money\"
";

#[test]
fn a_sound_kind_of_a_companys_own_has_no_problem() {
    assert_eq!(kind("name", "name"), Vec::<String>::new());
}

/// Checks a table of texts in the kind, their replacements, and the expected messages.
fn all_said(mistakes: &[(&str, &str, &str)]) {
    let mut wrong = String::new();
    for (from, to, wanted) in mistakes {
        let said = kind(from, to);
        if !said.iter().any(|problem| problem == wanted) {
            wrong.push_str(&format!("{from:?} → {to:?}\nwanted {wanted}\nsaid   {said:#?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Deductions of other companies, in the terms of the manufacturer's kinds.
pub(crate) const OTHERS: &str = r#"
[[rules]]
name = "upheld-complaint"
on = "closed"
when = "fault=own about=.."
person = "field:about"
[[rules.amounts]]
when = "severity=critical"
amount = "200.00"
[[rules.amounts]]
when = "severity=major"
amount = "50.00"
[[rules.amounts]]
amount = "10.00"
[[rules]]
name = "late-answer"
on = "breach:answer"
person = "holder"
amount = "100.00"
joint = ["cs-manager"]
joint-amount = "50.00"
"#;
