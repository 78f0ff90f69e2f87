//! docs/policy.md describes the language of reports: each key is in its tables, and in an example that can be made.

use super::super::read;
use crate::place::Problems;
use crate::place::toml::asked::during;
use crate::policy::tests::documented::{examples, hold, reference};
use crate::policy::tests::{loaded, sources_of};
use crate::record::parse_time;
use crate::report::Layout;
use crate::report::layout::laid_out;

const FOLDER: &str = "reports/";

#[test]
fn every_key_of_a_report_is_documented_with_an_example() {
    let now = parse_time("2026-11-24T09:00:00+08:00").expect("a time");
    let page = reference();
    let mut wrong = String::new();
    let asked = during(|| {
        for example in examples(&page).iter().filter(|example| example.file.starts_with(FOLDER)) {
            let policy = loaded(&sources_of(&example.preset));
            let problems = Problems::new();
            if let Some(report) = laid_out(&example.file) {
                Layout::read(report, &example.file, &example.text, &policy, &problems);
                let said = problems.into_sorted();
                assert!(said.is_empty(), "{said:#?}");
                continue;
            }
            let read = read::report(&example.file, &example.text, &policy, now, &problems);
            for problem in problems.into_sorted() {
                wrong.push_str(&format!("{problem}\n"));
            }
            if read.is_none_or(|read| read.plan.is_none()) {
                wrong.push_str(&format!("{} cannot be made\n", example.file));
            }
        }
    });
    assert!(wrong.is_empty(), "{wrong}");
    hold(&asked, |file| file.starts_with(FOLDER));
}
