//! Mistakes about computed values, sets, sums and guards, about sharing and about deductions.

use super::{OTHERS, problems, replaced, sources_of, text, with_division};
use crate::policy::{Measure, Much, Policy, Sources};

/// The manufacturer's book with pieces of one file replaced.
fn changed(path: &str, pieces: &[(&str, &str)]) -> Sources {
    replaced(sources_of("manufacturer"), path, pieces)
}

/// The messages about a book without places: file and line are tested elsewhere.
fn said(sources: &Sources) -> Vec<String> {
    let say = |problem: crate::place::Problem| {
        assert!(problem.place.line > 1 || !problem.place.key.is_empty(), "no place: {problem}");
        let help = problem.help.as_ref().map(|help| format!(" ({})", help.en)).unwrap_or_default();
        format!("{}: {}{help}", problem.place.key, problem.message.en)
    };
    problems(sources).into_iter().map(say).collect()
}

const RETURN: &str = "policy/kinds/return.toml";
const SHARING: &str = "policy/sharing.toml";
const REPORTS: &str = "policy/reports.toml";
const DEDUCTIONS: &str = "policy/deductions.toml";

/// (file, text to replace, its replacement, the message)
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    (
        RETURN,
        "[computed.resale]\n",
        "[computed.resale]\nby = \"resail\"\n",
        "computed.resale.by: there is no computation `resail` (did you mean `resale`?)",
    ),
    (
        RETURN,
        "received = \"lines.received\"",
        "received = \"lines.recieved\"",
        "computed.reconciliation.received: `lines` has no field `recieved` (did you mean `received`?)",
    ),
    (
        RETURN,
        "received = \"lines.received\"",
        "received = \"lines.item\"",
        "computed.reconciliation.received: `lines.item` is of type text, not decimal / count",
    ),
    (
        RETURN,
        "received = \"lines.received\"",
        "received = \"resales.quantity\"",
        "computed.reconciliation.received: `resales.quantity` is not of the same list `lines` as the fields before it",
    ),
    (
        RETURN,
        "{ value = \"over\", label = { en = \"Over",
        "{ value = \"ovr\", label = { en = \"Over",
        "computed.reconciliation.gives.over-accepted.value: `reconciliation` has no value `ovr` (did you mean `over`?)",
    ),
    (
        RETURN,
        "\nunsold = {",
        "\nvoucher = {",
        "computed.resale.gives.voucher: `voucher` means something else already (choose another name for the computed value)",
    ),
    (
        RETURN,
        "from = [\"complaint.over-acceptance\", \"client.over-acceptance\"]",
        "from = [\"complaint.over-acceptance\", \"client.name\"]",
        "steps.0.sets.over-acceptance.from.1: `client.name` is of type text, `over-acceptance` of decimal",
    ),
    (
        RETURN,
        "from = [\"complaint.over-acceptance\", \"client.over-acceptance\"]",
        "from = [\"reason.over-acceptance\"]",
        "steps.0.sets.over-acceptance.from.0: `reason` names no record of a kind, so that nothing can be taken from it",
    ),
    (
        RETURN,
        "received-on = \"+0 days\"",
        "received-on = { authority = \"remedy\" }",
        "steps.4.sets.received-on.authority: `remedy` is of type role, `received-on` of date",
    ),
    (
        "policy/kinds/complaint.toml",
        "sets = { decides = { authority = \"remedy\" } }",
        "sets = { decides = { authority = \"cost\" } }",
        "steps.11.sets.decides.authority: there is no authority table `cost` (add `[[authority.cost]]` to policy/authority.toml)",
    ),
    (
        RETURN,
        "granted = { by = \"approve\"",
        "granted = { by = \"settle\"",
        "amounts.remedy.granted.by: `settle` takes no authority `remedy`, so that it grants nothing",
    ),
    (
        RETURN,
        "seals = [\"lines.received\", ",
        "seals = [\"lines.recieved\", ",
        "steps.4.seals.0: `lines` has no field `recieved` (did you mean `received`?)",
    ),
    (
        RETURN,
        "by = [\"gm-office\", \"vice-president\", \"gm\", \"qm\"]",
        "by = [\"gm-offic\"]",
        "fields.lines.of.accepted.by.0: there is no role `gm-offic` (did you mean `gm-office`?)",
    ),
    (SHARING, "amount = \"loss\"", "amount = \"unsold\"", "losses.3.amount: `unsold` is of type decimal, not money"),
    (
        REPORTS,
        "quantity = \"posted-quantity\"",
        "quantity = \"posted-amount\"",
        "sums.0.quantity: `posted-amount` is of type money, not decimal / count",
    ),
    (
        REPORTS,
        "quantity = \"posted-quantity\"",
        "quantity = \"posted-quantity\"\namount = \"posted-amount\"",
        "sums.0.quantity: a sum is of a `quantity` or of an `amount`, not of both",
    ),
    (
        REPORTS,
        "name = \"returned-amount\"",
        "name = \"returns\"",
        "sums.1.name: there is a loss `returns` at policy/sharing.toml:33 already (every loss is a column of the statistics)",
    ),
    (
        REPORTS,
        "name = \"returned-amount\"",
        "name = \"loss\"",
        "sums.1.name: `loss` is a column that reports have already (choose another name)",
    ),
    (SHARING, "through = \"complaint\"", "through = \"client\"", "losses.3.through: `client` names no complaint"),
    (
        SHARING,
        "where = { kind = \"other\" }",
        "where = { kind = \"othr\" }",
        "losses.2.where.kind: `kind` cannot be `othr` (did you mean `other`?)",
    ),
    (
        SHARING,
        "up-to = \"1000.00\"",
        "up-to = \"400.00\"",
        "division.bands.1: the band lies within the one before it (write them from the lowest `up-to` to one without)",
    ),
    (
        SHARING,
        "vacant = \"department\"",
        "vacant = \"nobody\"",
        "division.vacant: `nobody` is none of department, direct",
    ),
    (
        SHARING,
        "bonus = \"0.5\"",
        "bonus = \"150\"",
        "recovery.bonus: `150` is not a percentage from 0 to 100 (write it as \"0.5\")",
    ),
    (
        DEDUCTIONS,
        "on = \"breach:answer\"",
        "on = \"breach:anser\"",
        "rules.2.name: `complaint` has no deadline `anser` (did you mean `answer`?)",
    ),
    (
        REPORTS,
        "answer = \"answer\"",
        "answer = \"client-reply\"",
        "cases.answer: the deadline `client-reply` is none of the staff's: nobody is pressed for it or measured by it",
    ),
    (
        DEDUCTIONS,
        "on = \"breach:answer\"",
        "on = \"breach:client-reply\"",
        "rules.2.name: the deadline `client-reply` is none of the staff's: nobody is pressed for it or measured by it",
    ),
    (
        DEDUCTIONS,
        "person = \"field:about\"",
        "person = \"holder\"",
        "rules.1.name: `holder` is the person who missed a deadline, and this rule speaks of none (name a field, step or role, or write on = \"breach:DEADLINE\")",
    ),
    (
        DEDUCTIONS,
        "joint-amount = \"50.00\"",
        "",
        "rules.2: who is jointly liable, and with how much, go together (write `joint = [\"ROLE\"]` and `joint-amount = \"50.00\"`)",
    ),
    (
        DEDUCTIONS,
        "amount = \"amount\"\nfrom",
        "amount = \"from\"\nfrom",
        "cap.amount: `from` is of type date, not money",
    ),
    (
        DEDUCTIONS,
        "applied = \"applied\"",
        "applied = \"aplied\"",
        "sanctions.applied: `sanction` has no milestone or state `aplied` (did you mean `applied`?)",
    ),
    (
        DEDUCTIONS,
        "deduction = \"deduction\"\n",
        "",
        "rules.0.name: `[sanctions]` leaves out `deduction`, which this needs",
    ),
    (
        DEDUCTIONS,
        "name = \"loss-share\"",
        "name = \"loss-share\"\ntype = \"dedution\"",
        "rules.0.type: `type` cannot be `dedution` (did you mean `deduction`?)",
    ),
];

#[test]
fn every_mistake_is_said_with_its_key() {
    for (file, from, to, expected) in MISTAKES {
        // the manufacturer has no bands for superiors, so mistakes in bands are tried with some
        let mut book = if *file == SHARING { with_division() } else { sources_of("manufacturer") };
        let rules = format!("{}{OTHERS}", text(&book, DEDUCTIONS));
        book.insert(DEDUCTIONS, rules.into_bytes());
        let problems = said(&replaced(book, file, &[(from, to)]));
        assert!(problems.iter().any(|problem| problem == expected), "{from} → {to}:\n{problems:#?}\nnot\n{expected}");
    }
}

#[test]
fn what_a_company_changes_the_program_follows() {
    let pieces = [("\nby = \"share\"", "\nby = \"loss\""), ("\nparts = [80, 15, 5]", "\nparts = [100]")];
    let whole = replaced(with_division(), SHARING, &pieces);
    let policy = Policy::load(&whole, "").expect("sound");
    assert_eq!(policy.sharing.measure, Measure::Loss);
    assert_eq!(policy.sharing.bands[0].parts.len(), 1);
    let half = changed(DEDUCTIONS, &[("amount = \"share\"", "amount = \"50% of the share\"")]);
    let policy = Policy::load(&half, "").expect("sound");
    let rule = policy.deductions.rule("loss-share").expect("it stands there");
    assert!(matches!(rule.amount, Much::Share(percent) if percent == rust_decimal::Decimal::from(50)));
}
