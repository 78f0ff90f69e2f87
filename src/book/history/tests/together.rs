//! Steps that are taken in one commit. Each was allowed when it was taken, and the audit must find each allowed
//! again. Fields change back and forth between them, so no commit holds the values by which the steps in between were
//! judged.

use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert, proptest};

use super::super::ground::{Ground, Line, own, request};
use super::forging::staff;
use crate::lifecycle::{Operation, Refusal, Unfit};
use crate::policy::FORMAT;
use crate::record::Id;

/// An attempt: the person, the record, the step, its fields, and a list with its lines.
type Try = (&'static str, Of, &'static str, Line<'static>, Option<(&'static str, &'static [Line<'static>])>);

#[derive(Clone, Copy, PartialEq)]
enum Of {
    Client,
    Contract,
    Rules,
}

const TRIES: &[Try] = &[
    ("li.na", Of::Client, "assign", &[("owner", "li.na")], None),
    ("li.na", Of::Client, "assign", &[("owner", "wang.lei")], None),
    ("li.na", Of::Client, "brief", &[("briefing", "一")], None),
    ("li.na", Of::Client, "brief", &[("briefing", "二")], None),
    ("li.na", Of::Client, "edit", &[("note", "甲"), ("sales", "wang.lei")], None),
    ("li.na", Of::Client, "edit", &[("note", ""), ("sales", "")], None),
    ("li.na", Of::Client, "detail", &[("hobbies", "登山"), ("family", "一子")], None),
    ("li.na", Of::Client, "detail", &[("hobbies", "摄影"), ("family", "一子")], None),
    ("li.na", Of::Client, "erase", &[], None),
    ("li.na", Of::Client, "warn", &[], None),
    ("li.na", Of::Client, "recover", &[], None),
    ("li.na", Of::Contract, "explain", &[("terms", "刊期")], None),
    ("li.na", Of::Contract, "explain", &[("terms", "换画")], None),
    ("li.na", Of::Contract, "ask", &[], Some(("asked", &[&[("answer", "正常")]]))),
    ("li.na", Of::Contract, "ask", &[], Some(("asked", &[&[("answer", "正常")], &[("answer", "更好")]]))),
    ("li.na", Of::Contract, "ask", &[], Some(("asked", &[&[("answer", "不亮")], &[("answer", "更好")]]))),
    ("li.na", Of::Contract, "change", &[], Some(("changes", &[&[("what", "换画")]]))),
    ("li.na", Of::Contract, "tell", &[], Some(("changes", &[&[("what", "换画"), ("told", "2026-11-23")]]))),
    (
        "li.na",
        Of::Contract,
        "settle-changes",
        &[],
        Some(("changes", &[&[("what", "换画"), ("told", "2026-11-23"), ("settled", "2026-11-23")]])),
    ),
    ("li.na", Of::Contract, "edit", &[("changes", "")], None),
    ("li.na", Of::Contract, "dispute", &[("dispute", "亮度")], None),
    ("li.na", Of::Contract, "dispute", &[("dispute", "刊期")], None),
    ("li.na", Of::Contract, "tell", &[("dispute-told", "2026-11-23")], None),
    ("li.na", Of::Contract, "settle", &[("settlement", "延长刊期")], None),
    ("li.na", Of::Contract, "settle", &[("settlement", "减免"), ("dispute-told", "2026-11-23")], None),
    ("li.na", Of::Contract, "assign", &[("owner", "li.na")], None),
    ("li.na", Of::Contract, "assign", &[("owner", "wang.lei")], None),
    ("li.na", Of::Contract, "accept-publication", &[], None),
    ("li.na", Of::Contract, "complete", &[], None),
    ("li.na", Of::Rules, "approve", &[], None),
    ("li.na", Of::Rules, "acknowledge", &[], None),
    ("li.na", Of::Rules, "review", &[("findings", "可用")], None),
    ("li.na", Of::Rules, "review", &[("findings", "须修订")], None),
];

fn ground() -> (Ground, [Id; 3]) {
    let ground = Ground::of_format("agency", FORMAT, |_, text| text);
    let all = ["gm", "cs-manager", "cs-supervisor", "cs-specialist", "sales-manager", "sales-assistant"];
    let roles: Vec<Vec<(&str, &str)>> = all.iter().map(|role| vec![("role", *role)]).collect();
    let roles: Vec<Line<'_>> = roles.iter().map(Vec::as_slice).collect();
    staff(&ground, "li.na", "li.na", &roles);
    staff(&ground, "li.na", "wang.lei", &[&[("role", "cs-manager")]]);
    let client = ground.make("li.na", "client", &[("name", "青禾")]);
    let signed =
        [("number", "HT-1"), ("name", "灯箱"), ("amount", "100.00"), ("signed", "2026-11-23"), ("sales", "li.na")];
    let contract = ground.make("li.na", "contract", &[&signed[..], &[("client", client.as_str())]].concat());
    let rules = ground.make("wang.lei", "rule-set", &[("title", "制度"), ("version", "1"), ("content", "见附件")]);
    (ground, [client, contract, rules])
}

/// Takes all possible steps of these in one commit, after an edit that is always possible. Every second one is taken in
/// a part of the operation that may be given up, as the demonstration and other programs do. Returns how many steps
/// there were.
fn taken(ground: &Ground, [client, contract, rules]: &[Id; 3], tried: &[usize], mark: usize) -> usize {
    ground.write("li.na", |w| {
        let policy = w.view.policy();
        let mark = format!("{mark}");
        let first = request(policy, "client", "edit", own("li.na"), &[("city", mark.as_str())], &[]);
        w.operation.edit(client, &first)?;
        let mut taken = 0;
        for (at, (by, of, step, fields, table)) in tried.iter().map(|one| TRIES[one % TRIES.len()]).enumerate() {
            let (kind, id) = match of {
                Of::Client => ("client", client),
                Of::Contract => ("contract", contract),
                Of::Rules => ("rule-set", rules),
            };
            let request = request(policy, kind, step, own(by), fields, table.as_slice());
            let before = w.operation.record(id).expect("it is there");
            let take = |operation: &mut Operation<'_>| match step {
                "edit" => operation.edit(id, &request),
                _ => operation.advance(id, &request),
            };
            let done = if at % 2 == 1 { w.operation.attempt(take) } else { take(&mut w.operation) };
            match done {
                Ok(()) => taken += 1,
                Err(_) => assert_eq!(w.operation.record(id).expect("it is there"), before, "{step} left something"),
            }
        }
        Ok(taken)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn what_was_allowed_in_one_commit_is_allowed_again(
        commits in proptest::collection::vec(proptest::collection::vec(any::<usize>(), 2..9), 6..14),
    ) {
        let (ground, ids) = ground();
        let taken: usize = commits.iter().enumerate().map(|(at, tried)| taken(&ground, &ids, tried, at)).sum();
        let found = ground.audit();
        prop_assert!(found.is_empty(), "{taken} steps of {commits:?}: {found:#?}");
    }
}

fn place(of: Of, step: &str, fields: Line<'_>) -> usize {
    TRIES.iter().position(|one| one.1 == of && one.2 == step && one.3 == fields).expect("it is tried")
}

#[test]
fn who_may_act_between_two_steps_of_a_commit_is_known_afterwards() {
    let (ground, ids) = ground();
    // one person approves and acknowledges; only in between are they the only one in the list
    let rules = [place(Of::Rules, "approve", &[]), place(Of::Rules, "acknowledge", &[])];
    assert_eq!(taken(&ground, &ids, &rules, 1), 2);
    // the specialist to whom the client was assigned in between
    let brief = [
        place(Of::Client, "assign", &[("owner", "li.na")]),
        place(Of::Client, "brief", &[("briefing", "一")]),
        place(Of::Client, "assign", &[("owner", "wang.lei")]),
    ];
    assert_eq!(taken(&ground, &ids, &brief, 2), 3);
    // a list that grew, and one that was emptied
    let contract = |step, n: usize| {
        let mut all = TRIES.iter().enumerate().filter(|(_, one)| one.1 == Of::Contract && one.2 == step);
        all.nth(n).expect("it is tried").0
    };
    let lists =
        [contract("ask", 0), contract("ask", 1), contract("change", 0), contract("tell", 0), contract("edit", 0)];
    assert_eq!(taken(&ground, &ids, &lists, 3), 5);
    let found = ground.audit();
    assert!(found.is_empty(), "{found:#?}");
    let stored = ground.read(&ids[1].path("contracts"));
    assert!(stored.contains("had:"), "a list that grew keeps how many lines it had: {stored}");
}

/// A private value of the same commit is not erased in it, because the event would keep it for ever.
#[test]
fn what_is_private_is_not_kept_by_an_event() {
    let (ground, [client, ..]) = ground();
    ground.step("li.na", &client, "convert", &[]);
    ground.write("li.na", |w| {
        let ask = |step, fields: Line<'_>| request(w.view.policy(), "client", step, own("li.na"), fields, &[]);
        let (detail, erase) = (ask("detail", &[("hobbies", "登山"), ("family", "一子")]), ask("erase", &[]));
        w.operation.advance(&client, &detail)?;
        let refused = w.operation.advance(&client, &erase);
        assert!(matches!(refused, Err(Refusal::Unfit(Unfit::Between { .. }))), "{refused:?}");
        Ok(())
    });
    ground.step("li.na", &client, "erase", &[]);
    assert!(ground.audit().is_empty());
}
