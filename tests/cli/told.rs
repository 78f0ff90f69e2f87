//! What commands and syncs say of changes: which fields and rows, what a colleague has done meanwhile, and whom to ask.

use crate::clones::Clones;

#[test]
fn a_step_that_stays_in_its_state_names_the_fields_and_what_it_cleared() {
    let clones = Clones::with(0);
    let term = "deputies.0.from=2026-11-24 deputies.0.until=2026-11-30";
    let said = clones.ok("li", &format!("advance wang.lei change deputies.+.person=li.na {term}"));
    assert!(said.contains("Change role or data (change): Deputies (Active)"), "{said}");
    assert!(!said.contains("cleared"), "{said}");
    let said = clones.ok("li", "advance wang.lei change deputies=");
    assert!(said.contains("(change): Deputies (Active)") && said.contains("Deputies: cleared"), "{said}");
    clones.ok("li", "edit hengtai city=杭州");
    let zh = clones.ok("li", "edit hengtai city= --lang zh");
    assert!(zh.contains("：已清空"), "{zh}");
}

#[test]
fn commits_after_which_nothing_differs_are_told_as_that() {
    let clones = Clones::with(1);
    clones.add("li", "ningbo");
    clones.ok("li", "undo -y");
    let said = clones.ok("li", "sync");
    assert!(said.contains("went out to origin/main: 2 commits\n  no record differs"), "{said}");
    let zh = clones.ok("wang", "sync --lang zh");
    assert!(zh.contains("收到 2 次提交\n  没有记录因此不同"), "{zh}");
    // both have made the same client
    for name in ["li", "wang"] {
        clones.ok(name, "new client name=twin --key twin");
    }
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    let came = clones.ok("li", "sync");
    assert!(came.contains("commits\n  no record differs"), "{came}");
    assert!(!clones.ok("li", "sync").contains("no record differs"), "nothing came");
}

#[test]
fn who_may_act_in_no_other_name_is_not_told_that_name() {
    let clones = Clones::with(1);
    clones.rewrite("li", "policy/acting.toml", &[("anyone = true", "anyone = false")]);
    clones.ok("li", "commit -m deputies");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    let said = clones.run("wang", "edit hengtai city=杭州 --as li.na");
    assert!(said.contains("nobody else acts in the name of") && said.ends_with("--- exit 1\n"), "{said}");
    let zh = clones.run("wang", "edit hengtai city=杭州 --as li.na --lang zh");
    assert!(zh.contains("目前没有其他人可以"), "{zh}");
}

#[test]
fn what_names_a_record_that_a_colleague_has_voided_is_told() {
    let clones = Clones::with(1);
    clones.ok("li", "advance hengtai void void-reason=twice");
    clones.ok("wang", "new complaint client=hengtai channel=phone content=leak --key case");
    clones.ok("li", "sync");
    let named = |said: &str| assert!(said.contains(": Client: ") && said.contains("is void; look whether"), "{said}");
    named(&clones.ok("wang", "sync"));
    named(&clones.ok("li", "sync"));
    named(&clones.ok("wang", "new complaint client=hengtai channel=phone content=crack --key other"));
    for quiet in ["edit other note=x", "sync", "advance other void void-reason=wrong", "sync"] {
        assert!(!clones.ok("wang", quiet).contains("is void; look"), "{quiet}");
    }
    let zh = clones.ok("wang", "new complaint client=hengtai channel=phone content=noise --lang zh");
    assert!(zh.contains("已作废，请核对"), "{zh}");
}

#[test]
fn a_merge_of_a_list_says_which_row_counts() {
    let clones = Clones::with(1);
    clones.ok("li", "new complaint client=hengtai channel=phone content=leak --key case");
    let rows = "remedies.+.kind=allowance remedies.0.amount=100 remedies.+.kind=repair remedies.1.amount=50";
    clones.ok("li", "advance case accept promised=fri");
    clones.ok("li", &format!("advance case propose {rows}"));
    clones.agree(&["li", "wang"]);
    clones.ok("li", "edit case remedies.0.amount=130");
    clones.ok("li", "edit case remedies.1.note=b");
    clones.ok("wang", "edit case remedies.0.amount=120");
    clones.ok("wang", "edit case remedies.1.amount=60");
    clones.ok("li", "sync");
    let said = clones.ok("wang", "sync");
    assert!(said.contains("Edit: Remedies 1 by wang.lei has no effect"), "{said}");
    // each has changed another field of the second row, and both are there
    let came = clones.ok("li", "sync");
    assert!(!said.contains("counts") && !came.contains("counts"), "{said}{came}");
    let shown = clones.ok("li", "show case");
    assert!(shown.contains("60.00") && shown.contains("Note: b"), "{shown}");
}

#[test]
fn a_time_to_come_is_to_be_undone_by_those_alone_who_can() {
    let clones = Clones::with(1);
    clones.ok("li", "--now 2026-11-25T09:00:00+08:00 edit hengtai city=杭州");
    let said = clones.run("li", "show hengtai");
    assert!(said.contains("lies in the future") && said.contains("redress undo K-"), "{said}");
    clones.ok("li", "sync");
    for name in ["li", "wang"] {
        clones.run(name, "sync");
        let said = clones.run(name, "show hengtai");
        assert!(said.contains("lies in the future") && !said.contains("redress undo"), "{name}: {said}");
        assert!(clones.run(name, "show hengtai --lang zh").contains("继续办理即可"), "{name}");
    }
    let said = clones.ok("wang", "edit hengtai note=z");
    assert!(!said.contains("redress undo"), "{said}");
}
