//! Which month deducts what from whom, and the receivables that complaints affect.

use std::sync::Arc;

use super::super::{Clocked, named};
use super::{complaint, made, period, record, rows, source};
use crate::policy::Policy;
use crate::policy::tests::{loaded, sources_of};
use crate::record::{FieldId, Fields, Record, Type, Value};

fn policy() -> Arc<Policy> {
    Arc::new(loaded(&sources_of("manufacturer")))
}

/// The same record with the lines of a list, each with its fields and values; empty values are left out.
fn with_lines(policy: &Policy, mut record: Record, list: &str, names: &[&str], lines: &[&[&str]]) -> Record {
    let kind = policy.kind(&record.kind).expect("the preset has the kind");
    let (list, declared) = kind.shape.find(list).expect("a field");
    let Type::Group(group) = declared.ty.element() else { panic!("no lines") };
    let line = |texts: &&[&str]| {
        let mut line = Fields::new();
        for (name, text) in names.iter().zip(*texts).filter(|(_, text)| !text.is_empty()) {
            let (handle, field): (FieldId, _) = group.find(name).expect("a field");
            line.set(handle, Value::from_stored(&field.ty, text).expect("a value"));
        }
        Value::Group(line)
    };
    record.fields.set(list, Value::List(lines.iter().map(line).collect()));
    record
}

/// The fields of a sanction and its history.
type Sanction<'t> = (&'t [(&'t str, &'t str)], &'t [(&'t str, &'t str)]);
/// The subject, the period, the bonuses by their first day, the sanctions, the expected rows.
type Deduction<'t> = (&'t str, &'t str, &'t [&'t [&'t str]], &'t [Sanction<'t>], &'t [&'t str]);

/// Person, month, brought forward, charged, limit, deducted, carried over; by hand, at most half of a month's bonus.
#[test]
fn what_was_applied_is_deducted_up_to_the_share_of_the_bonus_and_carried_over() {
    let policy = policy();
    let applied: &[(&str, &str)] = &[("09-30T09:00", "proposed"), ("10-05T09:00", "applied")];
    let zhang = [("type", "deduction"), ("person", "zhang.san"), ("amount", "840")];
    let cases: &[Deduction<'_>] = &[
        (
            "the bonus that began last by the first day, in whatever order they stand",
            "2026-10",
            &[&["2026-10-02", "100"], &["2026-10-01", "600"], &["2026-09-01", "400"], &["", "200"]],
            &[(&zhang, applied)],
            &["zhang.san 2026-10 0 840 300 300 540"],
        ),
        (
            "else the first that begins in the month, and none that begins after it",
            "2026-10..2026-11",
            &[&["2026-11-01", "1000"], &["2026-10-20", "100"], &["2026-10-10", "600"]],
            &[(&zhang, applied)],
            &["zhang.san 2026-10 0 840 300 300 540", "zhang.san 2026-11 540 0 500 500 40"],
        ),
        (
            "of a month before the period what is left of it alone",
            "2026-11",
            &[&["", "600"]],
            &[(&zhang, applied)],
            &["zhang.san 2026-11 540 0 300 300 240"],
        ),
        (
            "months are whole, also where the period begins within one",
            "2026-10-20..2026-10-31",
            &[&["", "600"]],
            &[(&zhang, applied)],
            &["zhang.san 2026-10 0 840 300 300 540"],
        ),
        (
            "without a bonus nothing, and what another has is no bound",
            "2026-10",
            &[],
            &[(&zhang, applied)],
            &["zhang.san 2026-10 0 840 0 0 840"],
        ),
        (
            "a department has no bonus that bounds it",
            "2026-10",
            &[&["", "600"]],
            &[(&[("type", "deduction"), ("department", "production"), ("amount", "840")], applied)],
            &["Production 2026-10 0 840 - 840 0"],
        ),
        (
            "what is waived after it was applied is paid back in its own month, an appeal alone is not",
            "2026-10..2026-11",
            &[&["", "6000"]],
            &[(&zhang, &[applied[0], applied[1], ("10-30T09:00", ""), ("11-01T00:00", "waived")])],
            &["zhang.san 2026-10 0 840 3000 840 0", "zhang.san 2026-11 0 -840 3000 -840 0"],
        ),
        (
            "nothing before it is applied, nor where it never is",
            "2026-09..2026-11",
            &[&["", "6000"]],
            &[
                (&zhang, &[("09-30T09:00", "proposed"), ("10-31T23:59", "applied")]),
                (&zhang, &[("09-30T09:00", "proposed"), ("10-01T09:00", "waived")]),
                (&zhang, &[("09-30T09:00", "proposed"), ("10-01T09:00", "approved")]),
            ],
            &["zhang.san 2026-10 0 840 3000 840 0"],
        ),
        (
            "whoever is jointly liable, each with the same",
            "2026-10",
            &[&["", "6000"]],
            &[(&[zhang[0], zhang[1], zhang[2], ("joint-with", "he.ping,zhang.san"), ("joint-amount", "50")], applied)],
            &["he.ping 2026-10 0 50 0 0 50", "zhang.san 2026-10 0 890 3000 890 0"],
        ),
        (
            "deductions alone",
            "2026-10",
            &[&["", "6000"]],
            &[(&[("type", "reward"), zhang[1], zhang[2]], applied), (&[zhang[1], zhang[2]], applied)],
            &[],
        ),
    ];
    for (what, over, bonuses, sanctions, wanted) in cases {
        let staff = record(&policy, "staff", "zhang.san", &[("name", "zhang.san")], &[("09-01T09:00", "active")]);
        let staff = with_lines(&policy, staff, "bonus", &["from", "amount"], bonuses);
        let sanction = |(place, (fields, history)): (usize, &Sanction<'_>)| {
            record(&policy, "sanction", &format!("S-260930-AAAA{place}"), fields, history)
        };
        let records = sanctions.iter().enumerate().map(sanction).chain([staff]);
        let source = source(&policy, Vec::new()).with(records.map(|record| Clocked { record, clocks: Vec::new() }));
        let report = named("deductions").expect("it is listed").make(&source, &period(over)).expect("all can be read");
        assert_eq!(rows(&report, "people"), *wanted, "{what}");
        assert_eq!(report.broken().count(), 0, "{what}");
    }
}

/// RL4: the items of the latest form count for the case.
#[test]
fn the_receivables_of_a_case_are_those_of_its_latest_form() {
    let policy = policy();
    let form = |name: &str, fields: &[(&str, &str)], opened: &str, collected: &str| {
        let mut form = complaint(&policy, name, fields, &[(opened, "registered")]);
        let names = ["item", "receivable", "collected"];
        form.record = with_lines(&policy, form.record, "affected", &names, &[&["I-1", "1000", collected]]);
        form
    };
    let forms = vec![
        form("C-261013-DDDDD", &[], "10-13T09:00", "200"),
        form("C-261015-EEEEE", &[("original", "C-261013-DDDDD")], "10-15T10:00", "400"),
    ];
    let report = made("receivables", &source(&policy, forms));
    assert_eq!(rows(&report, "items"), ["- C-261015-EEEEE - - I-1 1000 400 600 400/1000 5 3"]);
}
