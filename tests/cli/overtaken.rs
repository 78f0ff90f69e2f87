//! What one person did in a clone is judged by what a colleague had published before: a role that was taken away, a
//! person who has left, an amount that has changed.

use crate::clones::Clones;

/// The basic rules with a limit: who is not the general manager decides up to 5,000 yuan.
const LIMITS: &str =
    "[[authority.remedy]]\nup-to = \"5000\"\nrole = \"cs-manager\"\n[[authority.remedy]]\nrole = \"gm\"\n";

/// Li Na and Zhao Min each have a clone with a complaint for which 1,000 yuan are proposed.
fn proposed() -> Clones {
    let clones = Clones::with(0);
    clones.sandbox.write("li/policy/authority.toml", LIMITS);
    clones.git("li", "commit -qam Limits");
    clones.ok("li", "new complaint client=hengtai channel=phone content=leak --key a");
    clones.ok("li", "advance a accept promised=2026-12-31");
    clones.ok("li", "advance a propose remedies.+.kind=compensation remedies.0.amount=1000");
    clones.ok("li", "sync");
    clones.beside("clone shared.git zhao");
    clones.git("zhao", "config user.name zhao.min");
    clones.git("zhao", "config user.email zhao.min@example.cn");
    clones
}

/// Zhao Min does something after Li Na has published what she did. Returns what the sync tells him.
fn later(clones: &Clones, first: &[&str], second: &str) -> String {
    for line in first {
        clones.ok("li", line);
    }
    clones.ok("li", "sync");
    clones.ok("zhao", second);
    let told = clones.ok("zhao", "sync");
    clones.agree(&["li", "zhao"]);
    told
}

#[test]
fn who_has_lost_the_role_approves_nothing_more() {
    let clones = proposed();
    let told = later(&clones, &["advance zhao.min change roles= roles.+.role=cs-specialist"], "advance a approve");
    assert!(
        told.contains("Approve by zhao.min has no effect, because of what Li Na had done first to zhao.min: Change role or data, 2026-11-24 09:00 Tue"),
        "{told}"
    );
    assert_eq!(clones.value("li", "a", "state"), "proposed");
    assert!(clones.ok("zhao", "due").contains("overruled: Approve"));
}

#[test]
fn who_has_left_changes_nothing_more() {
    let clones = proposed();
    let told = later(&clones, &["advance zhao.min leave"], "edit hengtai city=杭州");
    assert!(told.contains("has no effect"), "{told}");
    assert_eq!(clones.value("li", "hengtai", "city"), "");
}

#[test]
fn what_somebody_who_has_left_cannot_acknowledge_falls_to_whoever_may_take_the_step() {
    let clones = proposed();
    later(&clones, &["edit hengtai city=杭州"], "edit hengtai city=宁波");
    later(&clones, &["edit a remedies.0.amount=2000"], "advance a approve");
    assert!(!clones.ok("li", "due").contains("overruled"));
    clones.ok("li", "advance zhao.min leave");
    let due = clones.ok("li", "due");
    for step in ["Edit", "Approve"] {
        assert!(due.contains(&format!("overruled: {step} (recorded by zhao.min, who has left)")), "{due}");
    }
    assert!(clones.ok("li", "due --lang zh").contains("（由已离职的zhao.min登记）"));
    clones.ok("li", "advance hengtai acknowledge");
    let shown = clones.sandbox.json("-C li show hengtai");
    let last = shown["data"]["history"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
    assert_eq!((last["by"].as_str(), last["for"].as_str()), (Some("li.na"), Some("zhao.min")), "{shown}");
    assert_eq!(clones.ok("li", "due").matches("overruled").count(), 1);
    // who may not take the step does not take note for others either
    clones.ok("li", "new staff --id sun.hao name=孙浩 emails=sun.hao@example.cn roles.+.role=salesperson");
    clones.git("li", "config user.email sun.hao@example.cn");
    let refused = clones.run("li", "advance a acknowledge");
    assert!(refused.contains("for others to acknowledge") && refused.contains("li.na"), "{refused}");
    clones.git("li", "config --unset user.email");
    clones.ok("li", "advance a acknowledge");
    assert!(!clones.ok("li", "due --all").contains("overruled"));
    assert_eq!(clones.run("li", "audit --quiet"), "--- exit 0\n");
}

#[test]
fn a_change_of_staff_that_takes_nothing_away_overrules_nothing() {
    let clones = proposed();
    let first = [
        "advance zhao.min change roles.+.role=cs-specialist",
        "advance wang.lei change roles= roles.+.role=cs-specialist",
        "edit zhao.min name=赵敏",
    ];
    let told = later(&clones, &first, "advance a approve");
    assert!(!told.contains("has no effect"), "{told}");
    assert_eq!(clones.value("li", "a", "state"), "approved");
}

#[test]
fn nobody_approves_an_amount_that_they_have_not_seen() {
    let clones = proposed();
    let told = later(&clones, &["edit a remedies.0.amount=2000"], "advance a approve");
    assert!(told.contains("has no effect"), "{told}");
    assert_eq!(clones.value("li", "a", "state"), "proposed");
    // now he has seen it
    let told = later(&clones, &["edit a content=leaks"], "advance a approve");
    assert!(!told.contains("has no effect"), "{told}");
    assert_eq!(clones.value("li", "a", "state"), "approved");
}

#[test]
fn what_somebody_made_after_leaving_is_void() {
    let clones = proposed();
    let new = "new complaint client=hengtai channel=phone content=leak --key b";
    let told = later(&clones, &["advance zhao.min leave"], new);
    assert!(
        told.contains(
            "void, because Register has no effect, because of what Li Na had done first to zhao.min: Leave, 2026-11-24 09:00 Tue"
        ),
        "{told}"
    );
    assert_eq!(clones.value("li", "b", "state"), "void");
    assert!(clones.ok("li", "due --all").contains("void: a colleague was first"));
    let shown = clones.ok("li", "show b");
    assert!(shown.contains("void, because Register of C-") && shown.contains("has no effect"), "{shown}");
    assert!(clones.ok("li", "show b --lang zh").contains("未生效而作废"));
}

#[test]
fn who_is_registered_without_the_right_is_void() {
    let clones = proposed();
    clones.ok("li", "new staff --id sun.hao name=sun.hao emails=sun.hao@example.cn roles.+.role=gm");
    clones.ok("li", "sync");
    clones.ok("zhao", "sync");
    clones.git("zhao", "config user.name sun.hao");
    clones.git("zhao", "config user.email sun.hao@example.cn");
    let told = later(
        &clones,
        &["advance sun.hao change roles= roles.+.role=cs-specialist"],
        "new staff --id sun.li name=sun.li emails=sun.li@example.cn roles.+.role=cs-manager",
    );
    assert!(told.contains("void, because Join has no effect"), "{told}");
    assert_eq!(clones.value("li", "sun.li", "state"), "void");
    assert!(clones.ok("zhao", "due").contains("void: a colleague was first"));
    clones.ok("zhao", "advance sun.li acknowledge");
    assert!(!clones.ok("zhao", "due").contains("void: a colleague was first"));
}

/// At most two complaints of a client are open. Nobody can count those of the other clone.
#[test]
fn a_count_over_the_records_of_both_clones_is_kept() {
    let clones = Clones::with(0);
    let file = "li/policy/kinds/complaint.toml";
    let first = "to = \"registered\"\nasks = [";
    let text = clones.sandbox.read(file);
    assert!(text.contains(first), "{text}");
    let limit = "when = [{ if = \"client.open-complaints<2\", reason = \"two at most\" }]\n";
    clones.sandbox.write(file, &text.replacen(first, &format!("to = \"registered\"\n{limit}asks = ["), 1));
    clones.ok("li", "commit -m Limit");
    let new = |key: &str| format!("new complaint client=hengtai channel=phone content={key} --key {key}");
    clones.ok("li", &new("a"));
    clones.ok("li", "sync");
    clones.beside("clone shared.git zhao");
    clones.git("zhao", "config user.name zhao.min");
    clones.git("zhao", "config user.email zhao.min@example.cn");
    let told = later(&clones, &[&new("b")], &new("c"));
    let because = "void, because Register has no effect, because of what Li Na had done first to KS202611-0002 C-ID1 · hengtai · b: Register";
    assert!(told.contains(because), "{told}");
    assert_eq!(clones.value("li", "c", "state"), "void");
    // if one of them is over before, there is room for one more
    clones.ok("li", "advance a void void-reason=trial");
    clones.ok("li", "sync");
    clones.ok("zhao", "sync");
    let told = later(&clones, &["edit b content=x"], &new("d"));
    assert!(!told.contains("void, because"), "{told}");
    assert_eq!(clones.value("li", "d", "state"), "registered");
}

/// What somebody registers after a colleague has recorded that they left is void, and no other record stands for it.
#[test]
fn what_was_registered_by_somebody_who_had_left_is_to_be_recorded_again() {
    let clones = proposed();
    let told = later(
        &clones,
        &["advance zhao.min leave"],
        "new complaint client=hengtai channel=phone content='price too high' --key b",
    );
    let command = "redress new complaint client=K-ID2 channel=phone content='price too high'";
    assert!(told.contains(&format!("record it again with `{command}`")), "{told}");
    assert!(told.contains("you have left") && !told.contains("stays in `redress due` until"), "{told}");
    assert!(!clones.ok("zhao", "due").contains("C-ID"));
    let due = clones.ok("li", "due");
    assert!(due.contains("to be recorded again (recorded by zhao.min, who has left)"), "{due}");
    assert!(!due.contains("you had done"), "{due}");
    for line in ["show b", "advance b acknowledge", "show b"] {
        let shown = clones.ok("li", line);
        assert!(shown.contains("record it again with `redress new complaint client="), "{line}: {shown}");
        assert!(!shown.contains("Deadlines") && !shown.contains("  met"), "{line}: {shown}");
    }
    let shown = clones.sandbox.redress("-C li show b").output().expect("it runs").stdout;
    let shown = String::from_utf8_lossy(&shown).into_owned();
    let typed =
        shown.split("`redress ").nth(1).and_then(|rest| rest.split('`').next()).expect("the command").to_owned();
    clones.ok("li", &format!("{typed} --key again"));
    assert_eq!(clones.value("li", "again", "content"), "price too high");
}
