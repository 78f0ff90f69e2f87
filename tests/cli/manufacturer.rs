//! The manufacturer's procedure at the command line: what it requires, and that the book's policy defines it.

use serde_json::json;

use crate::sandbox::Sandbox;

/// A book of the preset whose founder has every role, with other people for the steps that the four-eyes rule denies
/// the founder.
pub(super) fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    for line in [
        "init --preset manufacturer --name 恒泰阀门 --lang en",
        "new staff name=赵敏 emails=zhao.min@example.cn roles.+.role=cs-manager department=cs",
        "new staff name=冯杰 emails=feng.jie@example.cn roles.+.role=gm department=gm-office",
        "new client name=杭州恒泰机械 phone=0571-1",
        "new client name=宁波远洋阀门 phone=0574-1",
    ] {
        let shown = sandbox.run(line);
        assert!(shown.ends_with("--- exit 0\n"), "{line}\n{shown}");
    }
    sandbox
}

/// Runs a command as a person, at that person's own desk.
pub(super) fn by(sandbox: &Sandbox, person: &str, line: &str) -> String {
    let mut command = sandbox.redress(line);
    command.env("GIT_AUTHOR_NAME", person).env("GIT_AUTHOR_EMAIL", format!("{person}@example.cn"));
    command.env("GIT_COMMITTER_NAME", person).env("GIT_COMMITTER_EMAIL", format!("{person}@example.cn"));
    sandbox.shown(&command.output().expect("redress runs"))
}

pub(super) fn done(shown: &str) -> &str {
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
    shown
}

pub(super) const REGISTRATION: &str = "client=杭州恒泰机械 channel=phone content='12 of 120 leak' product=DN50 lot=L1";
pub(super) const ACCEPTANCE: &str = "accept client-confirmed=yes category=product contact=方青 reason=漏水 demand=allowance promised=fri \
                          department=production quantity=12 sample=已收到";

/// Takes a new case to its proposal.
pub(super) fn to_proposed(sandbox: &Sandbox, key: &str, amount: &str) {
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key {key}")));
    for step in [
        ACCEPTANCE,
        "investigate cause=密封圈老化 escape=抽检未覆盖 fault=third-party",
        "report,instruct-report,analyse countermeasure=更换供应商",
        "instruct instruction=从速",
        "opine opinion=材料不符",
        "review",
        &format!("propose remedies.+.kind=allowance remedies.0.amount={amount}"),
        "review",
    ] {
        done(&sandbox.run(&format!("advance {key} {step}")));
    }
}

#[test]
fn what_is_alike_is_shown_at_registration() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key one")));
    let again = sandbox.run(&format!("new complaint {REGISTRATION} --key two"));
    assert!(done(&again).contains("\nRepeats: C-ID2\n"), "{again}");
    let other = "new complaint client=宁波远洋阀门 channel=phone content=也漏 product=DN50 lot=L1 --key three";
    let other = sandbox.run(other);
    assert!(done(&other).contains("\nOther clients of the same lot: C-ID2, C-ID3\n"), "{other}");
    assert!(!other.contains("Repeats"), "another client's complaint repeats nothing: {other}");
    let alike = |key: &str| sandbox.json(&format!("show {key}"))["data"]["derived"]["alike"].clone();
    let [one, two, three] =
        ["one", "two", "three"].map(|key| sandbox.json(&format!("show {key}"))["data"]["id"].clone());
    // they are of the same second, so each repeats the other; the same client's are not another client's
    assert_eq!(alike("two"), json!({ "repeats": [one], "same-lot": [three] }));
    assert_eq!(alike("one"), json!({ "repeats": [two], "same-lot": [three] }));
}

/// What repeats a complaint: within the window of the policy, to its last second if the window is in hours.
#[test]
fn a_repeat_is_another_case_of_the_same_within_the_window() {
    let sandbox = book();
    let reports = sandbox.read("policy/reports.toml");
    let hours = reports.replacen("within = \"90 days\"", "within = \"2 hours\"", 1);
    assert_ne!(hours, reports);
    sandbox.write("policy/reports.toml", &hours);
    sandbox.git("commit -qam 'Repeats within two hours'");
    let alike = |line: &str, now: &str| {
        let said = sandbox.run(&format!(
            "new complaint client=杭州恒泰机械 channel=phone content=漏水 {line} --now 2026-11-25T{now}"
        ));
        assert!(said.ends_with("--- exit 0\n"), "{line}: {said}");
        said.contains("Repeats")
    };
    for (line, now, repeats) in [
        ("product=DN50 --key first", "10:00:00", false),
        ("product=DN50", "12:00:01", false),
        ("product=DN80", "13:00:00", false),
        ("product=DN80", "15:00:00", true),
        // with only a client there is nothing that could come back
        ("--key bare", "15:00:00", false),
        ("", "15:00:01", false),
        // the same for a text of several lines
        ("product=DN20 cause='a\nb'", "16:00:00", false),
        ("product=DN20 cause='a\nb'", "16:00:01", false),
        // a further form of a case is the same case
        ("product=DN90 --key case", "17:00:00", false),
        ("product=DN90 original=case --key form", "17:00:01", false),
        ("product=DN90 --key again", "17:00:02", true),
    ] {
        assert_eq!(alike(line, now), repeats, "{line} {now}");
    }
    // forms of a case and its repeats are counted once, and later ones are not
    done(&sandbox.run("edit again duplicate-of=case --now 2026-11-25T18:00"));
    assert!(!alike("product=DN90 --key later", "23:00:00"));
    for (key, count) in
        [("case", ">No. 1<"), ("form", ">No. 1<"), ("later", ">No. 2 (before: "), ("bare", ">No. ______<")]
    {
        let page = sandbox.run(&format!("print {key} complaint-registration -o - --lang en --now 2026-11-26T09:00"));
        assert!(page.contains(count), "{key}: {page}");
    }
}

/// Only the book's policy is changed: two steps change places, a limit is lowered, and the program follows.
#[test]
fn the_procedure_is_the_policys() {
    let sandbox = book();
    let complaint = sandbox.read("policy/kinds/complaint.toml");
    let swapped = complaint
        .replacen("from = [\"accepted\"]\nto = \"investigated\"", "from = [\"accepted\"]\nto = \"analysed-first\"", 1)
        .replacen("from = [\"investigated\"]\nto = \"analysed\"", "from = [\"accepted\"]\nto = \"investigated\"", 1)
        .replacen("from = [\"accepted\"]\nto = \"analysed-first\"", "from = [\"investigated\"]\nto = \"analysed\"", 1);
    assert_ne!(swapped, complaint);
    sandbox.write("policy/kinds/complaint.toml", &swapped);
    let authority = sandbox.read("policy/authority.toml");
    sandbox.write("policy/authority.toml", &authority.replacen("up-to = \"5000.00\"", "up-to = \"50.00\"", 1));
    assert_eq!(sandbox.run("policy check"), "--- exit 0\n");
    sandbox.git("commit -qam 'Analysis first; managers decide up to 50'");
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    done(&sandbox.run(&format!("advance case {ACCEPTANCE}")));
    let old = sandbox.run("advance case investigate cause=密封圈老化 escape=抽检未覆盖 fault=third-party");
    assert!(old.contains("`investigate` can be taken from investigated"), "{old}");
    done(&sandbox.run("advance case analyse countermeasure=更换供应商"));
    done(&sandbox.run("advance case investigate cause=密封圈老化 escape=抽检未覆盖 fault=third-party"));
    for step in [
        "report,instruct-report",
        "instruct instruction=从速",
        "opine opinion=材料不符",
        "review",
        "propose remedies.+.kind=allowance remedies.0.amount=60",
        "review",
    ] {
        done(&sandbox.run(&format!("advance case {step}")));
    }
    let above = by(&sandbox, "zhao.min", "advance case approve");
    assert!(
        above.contains(
            "(zhao.min) may not decide on 60.00 CNY: it takes Vice president (vice-president) or General manager (gm)"
        ),
        "{above}"
    );
    assert!(above.contains("policy/authority.toml:"), "the place of the rule is said: {above}");
    done(&by(&sandbox, "feng.jie", "advance case approve"));
}

#[test]
fn a_measure_is_ineffective_where_the_complaint_comes_back() {
    let sandbox = book();
    to_proposed(&sandbox, "case", "100");
    done(&sandbox.run("new measure about=case category=product action=全检 owner=li.na due=2026-11-30 --key measure"));
    done(&sandbox.run("advance measure complete"));
    let alike = |sandbox: &Sandbox| sandbox.json("show measure")["data"]["derived"]["alike"].clone();
    assert_eq!(alike(&sandbox), json!({}));
    let again = "new complaint client=宁波远洋阀门 channel=phone content=又漏 category=product cause=密封圈老化";
    done(&sandbox.run(&format!("{again} --key again --now 2026-12-20T09:00")));
    done(&sandbox.run(&format!("{again} --key late --now 2027-08-20T09:00")));
    let id = sandbox.json("show again")["data"]["id"].clone();
    assert_eq!(alike(&sandbox), json!({ "recurred": [id] }), "within the policy's window alone");
    let shown = sandbox.run("show measure");
    assert!(shown.contains("Ineffective, the complaint has come back (fail opens it again)"), "{shown}");
    done(&sandbox.run("advance measure fail due=2027-09-30 --now 2027-08-20T10:00"));
    assert_eq!(sandbox.json("show measure")["data"]["state"], "open");
}

#[test]
fn a_step_that_stands_at_two_places_is_called_as_at_its_own() {
    let sandbox = book();
    to_proposed(&sandbox, "case", "100");
    done(&by(&sandbox, "zhao.min", "advance case approve"));
    done(&sandbox.run("advance case notify,agree answer=同意"));
    let listed = sandbox.run("advance case");
    assert!(listed.contains("Combined opinion (review)") && !listed.contains("Review (review)"), "{listed}");
    let early = by(&sandbox, "feng.jie", "advance case decide decision=同意 --lang zh");
    assert!(early.contains("复核客户答复(check)"), "{early}");
    let missing = sandbox.run("advance case review --lang zh");
    assert!(missing.contains("签署综合意见(review)"), "{missing}");
    done(&by(&sandbox, "zhao.min", "advance case check"));
    done(&sandbox.run("advance case review combined-opinion=同意结案"));
    let log = sandbox.run("log case");
    assert_eq!((log.matches("  Review  ").count(), log.matches("  Combined opinion  ").count()), (1, 1), "{log}");
    let page = sandbox.run("print case complaint-handling --copy qm -o -");
    let row = |name: &str| {
        let from = page.find(&format!(">{name}<small>")).unwrap_or_else(|| panic!("{name}\n{page}"));
        page[from..].split("</tr>").next().unwrap_or_default().to_owned()
    };
    assert!(row("Combined opinion").contains("同意结案") && !row("Review").contains("同意结案"), "{page}");
    // the person who took the step stands beside the line, which stays open for a signature by hand
    let known = |name: &str| (row(name).matches("class=\"known\"").count(), row(name).matches("<b>　</b>").count());
    assert_eq!((known("Review"), known("Combined opinion"), known("Decision")), ((1, 1), (1, 1), (0, 1)), "{page}");
}
