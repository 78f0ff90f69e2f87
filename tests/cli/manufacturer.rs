//! The manufacturer's procedure at the command line: what it says, and that it is the book's policy that says it.

use crate::sandbox::Sandbox;

/// A book of the preset whose founder has every role, with others who take the steps that four eyes keep from the founder.
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

/// Runs a line for somebody, as they would at their own desk.
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

fn to_proposed(sandbox: &Sandbox, key: &str, amount: &str) {
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key {key}")));
    for step in [
        ACCEPTANCE,
        "investigate cause=密封圈老化 escape=抽检未覆盖 fault=third-party",
        "report,analyse countermeasure=更换供应商",
        "instruct instruction=从速",
        "opine opinion=材料不符",
        "review",
        &format!("propose remedies.+.kind=allowance remedies.0.amount={amount}"),
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
    let derived = &sandbox.json("show two")["data"]["derived"]["alike"];
    assert_eq!(derived["repeats"], serde_json::json!([sandbox.json("show one")["data"]["id"]]));
}

#[test]
fn a_refusal_of_the_client_opens_the_next_form_and_the_decision_climbs() {
    let sandbox = book();
    to_proposed(&sandbox, "case", "4000");
    let own = sandbox.run("advance case approve");
    assert!(own.contains("four eyes"), "{own}");
    assert!(own.contains("who could: feng.jie, zhao.min; the rule stands at policy/kinds/complaint.toml:"), "{own}");
    let own = sandbox.run("advance case approve --lang zh");
    assert!(own.contains("不得进行“核准(approve)”，因为已办理过“拟定方案(propose)”"), "{own}");
    done(&by(&sandbox, "zhao.min", "advance case approve"));
    let sealed = sandbox.run("edit case remedies.0.amount=9000");
    assert!(sealed.contains("sealed"), "{sealed}");
    let mut last = "case".to_owned();
    for refusal in 1..=2 {
        let refused = sandbox.json(&format!("advance {last} notify,refuse answer=不接受"));
        let next = refused["data"]["opened"][0].as_str().expect("the next form").to_owned();
        done(&sandbox.run(&format!("advance {next} refile")));
        for step in ["instruct instruction=再议", "opine opinion=同前", "review"] {
            done(&sandbox.run(&format!("advance {next} {step}")));
        }
        done(&sandbox.run(&format!("advance {next} propose remedies.+.kind=allowance remedies.0.amount=4500")));
        let approved = by(&sandbox, "zhao.min", &format!("advance {next} approve"));
        match refusal {
            1 => drop(done(&approved)),
            _ => assert!(approved.contains("may not decide on 4500.00: it takes vice-president, gm"), "{approved}"),
        }
        last = next;
    }
    done(&by(&sandbox, "feng.jie", &format!("advance {last} approve")));
    let shown = sandbox.json(&format!("show {last}"));
    assert_eq!(shown["data"]["fields"]["cause"].as_str().or(shown["data"]["cause"].as_str()), Some("密封圈老化"));
    let shown = sandbox.run(&format!("show {last}"));
    assert!(shown.contains("Forms of the case"), "{shown}");
    let refused = |line: &&str| line.starts_with("C-") && line.contains("Client refuses");
    assert_eq!(shown.lines().filter(refused).count(), 2, "{shown}");
    assert_eq!(sandbox.run("audit"), "--- exit 0\n");
}

#[test]
fn a_case_that_grows_voids_what_was_decided() {
    let sandbox = book();
    to_proposed(&sandbox, "case", "4000");
    done(&by(&sandbox, "zhao.min", "advance case approve"));
    // the rest of the money on a form of its own
    to_proposed(&sandbox, "rest", "4000");
    done(&sandbox.run("edit rest original=case"));
    let agreed = sandbox.run("advance case notify,agree answer=同意");
    assert!(agreed.contains("no longer covers the case: it has come to 8000.00"), "{agreed}");
    let split = by(&sandbox, "zhao.min", "advance rest approve");
    assert!(split.contains("may not decide on 8000.00"), "{split}");
}

#[test]
fn escalation_leaves_no_level_out() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    let jump = sandbox.run("advance case escalate level=gm");
    assert!(jump.contains("level by level: before gm comes cs-supervisor"), "{jump}");
    for level in ["cs-supervisor", "cs-manager", "vice-president", "gm"] {
        done(&sandbox.run("advance case escalate"));
        let shown = sandbox.json("show case");
        let data = &shown["data"];
        assert_eq!(data["level"].as_str().or(data["fields"]["level"].as_str()), Some(level));
    }
    let top = sandbox.run("advance case escalate");
    assert!(top.contains("nobody stands above"), "{top}");
}

#[test]
fn a_silent_client_is_reminded_before_the_case_lapses() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    let waits = sandbox.run("advance case wait");
    assert!(
        waits.contains(
            "next: Withdraw (withdraw), Resume (resume), Remind the client (remind) after 2026-11-27 17:30 Fri ("
        ),
        "{waits}"
    );
    assert!(waits.contains("\n  Client's reply: by 2026-11-27 17:30 Fri\n"), "{waits}");
    let early = sandbox.run("advance case lapse");
    assert!(early.contains("`lapse` comes after remind (2 times)"), "{early}");
    // not before the client could have answered, by whatever way the time is said
    let at = |now: &str, line: &str| sandbox.run(&format!("--now 2026-{now}:00+08:00 {line}"));
    for (now, line) in [
        ("11-27T17:30", "advance case remind"),
        ("11-30T09:00", "advance case remind --on 2026-11-27T17:30:00+08:00"),
        ("11-30T09:00", "advance case remind,remind"),
    ] {
        let refused = at(now, line);
        assert!(
            refused.contains("error: `remind` is open once `client-reply` has passed, that is after 2026-1"),
            "{refused}"
        );
        assert!(
            refused.contains("\nhelp: who could: li.na, zhao.min; the rule stands at policy/kinds/complaint.toml:"),
            "{refused}"
        );
    }
    let listed = at("11-25T09:00", "advance case --lang zh");
    assert!(
        listed.contains(
            "“催请客户答复(remind)”须待“客户回复时限(client-reply)”届满后方可办理，即 2026-11-27 17:30 周五 之后"
        ),
        "{listed}"
    );
    done(&at("11-30T09:00", "advance case remind"));
    assert!(at("11-30T09:00", "advance case lapse").contains("`lapse` comes after remind\n"));
    let again = at("12-04T09:00", "advance case remind --lang zh");
    let next = "下一步：客户撤诉 (withdraw)、恢复处理 (resume)、2026-12-09 17:30 周三 后可催请客户答复 (remind)、2026-12-09 17:30 周三 后可逾期未复结案 (lapse)（";
    assert!(done(&again).contains(next), "{again}");
    let zh = at("12-09T12:00", "advance case lapse --lang zh");
    assert!(
        zh.contains(
            "“逾期未复结案(lapse)”须待“客户回复时限(client-reply)”届满后方可办理，即 2026-12-09 17:30 周三 之后"
        ),
        "{zh}"
    );
    // the officer is pressed in time, and nobody is measured by what the client leaves undone
    let due = sandbox.json("--now 2026-12-10T09:00:00+08:00 due kind=complaint --all");
    assert_eq!(due["data"][0]["deadline"], "client-reminder", "{due}");
    assert_eq!(at("12-10T09:00", "list complaint overdue --quiet"), "--- exit 0\n");
    let shown = at("12-10T09:00", "show case");
    let reply = shown.lines().filter(|line| line.starts_with("Client's reply ")).collect::<Vec<_>>();
    assert_eq!(reply.len(), 3, "{shown}");
    assert!(reply.iter().all(|line| line.contains(" passed ") && line.trim_end().ends_with("杭州恒泰机械")), "{shown}");
    done(&at("12-10T09:00", "advance case lapse"));
    for line in ["report overdue", "report timeliness 2026-12"] {
        let made = at("12-31T09:00", line);
        assert!(!done(&made).contains("Client's reply"), "{made}");
    }
    assert!(!at("12-31T09:00", "remind").contains("Client's reply"));
    done(&at("12-31T09:00", "advance case reopen"));
    assert_eq!(sandbox.run("audit"), "--- exit 0\n");
}

/// A case opened under older rules opens its steps when its own deadline has passed, as `explain` says it.
#[test]
fn a_case_waits_as_the_rules_it_was_opened_under_say() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key old")));
    let file = "policy/kinds/complaint.toml";
    let text = sandbox.read(file);
    let (before, after) = text.split_once("name = \"client-reply\"").expect("the deadline");
    sandbox.write(file, &format!("{before}name = \"client-reply\"{}", after.replacen("3 workdays", "1 workdays", 1)));
    done(&sandbox.run("commit"));
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key new")));
    done(&sandbox.run("advance old,new wait"));
    let remind = |key: &str, now: &str| sandbox.run(&format!("--now 2026-11-{now}:00+08:00 advance {key} remind"));
    assert!(remind("new", "25T17:30").contains("after 2026-11-25 17:30 Wed"));
    done(&remind("new", "25T17:31"));
    assert!(remind("old", "25T17:31").contains("after 2026-11-27 17:30 Fri"));
    done(&remind("old", "27T17:31"));
    assert_eq!(sandbox.run("audit"), "--- exit 0\n");
}

#[test]
fn each_remedy_is_whole_and_a_person_concerned_decides_nothing() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} about=li.na --key case")));
    let own = sandbox.run(&format!("advance case {ACCEPTANCE}"));
    assert!(own.contains("being named in `about`"), "{own}");
    to_proposed(&sandbox, "other", "100");
    done(&sandbox.run("advance other rework"));
    for step in ["instruct", "opine", "review"] {
        done(&sandbox.run(&format!("advance other {step}")));
    }
    let bare = sandbox.run("advance other propose remedies.+.kind=exchange");
    assert!(bare.contains("remedies.1.amount") && bare.contains("remedies.1.quantity"), "{bare}");
    let bare = sandbox.run("advance other propose remedies.+.kind=exchange --lang zh");
    assert!(
        bare.contains("金额(remedies.1.amount)") && bare.contains("；规定见 policy/kinds/complaint.toml:"),
        "{bare}"
    );
    let fault = sandbox.run("edit other fault=己方 --lang zh");
    assert!(fault.contains("帮助：可用：own（我方责任）, client（"), "{fault}");
}

/// The book's policy alone is changed: two steps change places, a limit is lowered, and the program follows.
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
        "instruct instruction=从速",
        "opine opinion=材料不符",
        "review",
        "propose remedies.+.kind=allowance remedies.0.amount=60",
    ] {
        done(&sandbox.run(&format!("advance case {step}")));
    }
    let above = by(&sandbox, "zhao.min", "advance case approve");
    assert!(above.contains("zhao.min may not decide on 60.00: it takes vice-president, gm"), "{above}");
    assert!(above.contains("policy/authority.toml:"), "the place of the rule is said: {above}");
    done(&by(&sandbox, "feng.jie", "advance case approve"));
}

/// The share table of the book's policy is changed alone: cases opened since then are shared by it, earlier ones as before.
#[test]
fn the_shares_are_the_policys() {
    let sandbox = book();
    done(&sandbox.run("new staff name=周工 emails=zhou.gong@example.cn roles.+.role=production department=production"));
    let decided = |key: &str| {
        to_proposed(&sandbox, key, "400");
        let responsible = "responsible.+.person=周工 responsible.0.department=production responsible.0.share=100";
        done(&sandbox.run(&format!("edit {key} fault=own {responsible}")));
        done(&by(&sandbox, "zhao.min", &format!("advance {key} approve")));
        done(&sandbox.run(&format!("advance {key} notify,agree answer=同意")));
        done(&by(&sandbox, "zhao.min", &format!("advance {key} check")));
        done(&sandbox.run(&format!("advance {key} review combined-opinion=照办")));
        done(&by(&sandbox, "zhao.min", &format!("advance {key} decide decision=照办")));
    };
    let borne = || {
        let report = sandbox.json("report responsibility 2026-11");
        let sections = report["data"]["sections"].as_array().expect("sections").clone();
        let people = sections.into_iter().find(|section| section["name"] == "people").expect("the people");
        people["rows"].to_string()
    };
    decided("before");
    assert!(borne().contains("周工") && borne().contains("\"320.00\""), "80 percent of 400: {}", borne());
    let sharing = sandbox.read("policy/sharing.toml");
    let changed = sharing.replacen("parts = [80, 15, 5]", "parts = [50, 30, 20]", 1);
    assert_ne!(changed, sharing);
    sandbox.write("policy/sharing.toml", &changed);
    sandbox.git("commit -qam 'Superiors bear half'");
    assert!(borne().contains("\"320.00\""), "the case goes by the rules of its day: {}", borne());
    decided("after");
    assert!(borne().contains("\"520.00\""), "and 50 percent of another 400: {}", borne());
    assert_eq!(sandbox.run("audit"), "--- exit 0\n");
}

#[test]
fn a_measure_is_ineffective_where_the_complaint_comes_back() {
    let sandbox = book();
    to_proposed(&sandbox, "case", "100");
    done(&sandbox.run("new measure about=case category=product action=全检 owner=li.na due=2026-11-30 --key measure"));
    done(&sandbox.run("advance measure complete"));
    let alike = |sandbox: &Sandbox| sandbox.json("show measure")["data"]["derived"]["alike"].clone();
    assert_eq!(alike(&sandbox), serde_json::json!({}));
    let again = "new complaint client=宁波远洋阀门 channel=phone content=又漏 category=product cause=密封圈老化";
    done(&sandbox.run(&format!("{again} --key again --now 2026-12-20T09:00")));
    done(&sandbox.run(&format!("{again} --key late --now 2027-08-20T09:00")));
    let id = sandbox.json("show again")["data"]["id"].clone();
    assert_eq!(alike(&sandbox), serde_json::json!({ "recurred": [id] }), "within the policy's window alone");
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
    let missing = sandbox.run("advance case review --lang zh");
    assert!(missing.contains("综合签注(review)"), "{missing}");
    done(&sandbox.run("advance case review combined-opinion=同意结案"));
    let log = sandbox.run("log case");
    assert_eq!((log.matches("  Review  ").count(), log.matches("  Combined opinion  ").count()), (1, 1), "{log}");
    let early = by(&sandbox, "feng.jie", "advance case decide decision=同意 --lang zh");
    assert!(early.contains("复核客户答复(check)"), "{early}");
    let page = sandbox.run("print case complaint-handling --copy qm");
    let row = |name: &str| {
        let from = page.find(&format!(">{name}<small>")).unwrap_or_else(|| panic!("{name}\n{page}"));
        page[from..].split("</tr>").next().unwrap_or_default().to_owned()
    };
    assert!(row("Combined opinion").contains("同意结案") && !row("Review").contains("同意结案"), "{page}");
    let signed = |name: &str| row(name).matches("<b>　</b>").count();
    assert_eq!((signed("Review"), signed("Combined opinion"), signed("Decision")), (0, 0, 1), "{page}");
}

/// CP7: an approval waits for whoever may give it, by the amount of the case.
#[test]
fn an_approval_is_due_with_the_level_that_decides() {
    let sandbox = book();
    let due = |person: &str| by(&sandbox, person, "due --fail-empty");
    to_proposed(&sandbox, "case", "4000");
    assert!(done(&due("zhao.min")).contains("Approval"));
    assert!(due("feng.jie").ends_with("--- exit 3\n"), "the general manager is not asked yet");
    done(&sandbox.run("advance case rework"));
    for step in ["instruct instruction=再议", "opine opinion=同前", "review", "propose remedies.0.amount=90000"] {
        done(&sandbox.run(&format!("advance case {step}")));
    }
    assert_eq!(sandbox.json("show case")["data"]["decides"], "gm");
    assert!(due("zhao.min").ends_with("--- exit 3\n"), "a manager cannot approve as much");
    assert!(done(&due("feng.jie")).contains("Approval"));
    assert_eq!(sandbox.run("audit"), "--- exit 0\n");
}

/// RL3: shares are parts of a whole.
#[test]
fn shares_of_more_than_the_whole_are_refused() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    done(&sandbox.run(&format!("advance case {ACCEPTANCE}")));
    let found = |share: &str| {
        format!(
            "advance case investigate cause=密封圈老化 escape=抽检未覆盖 fault=own responsible.+.department=production \
             responsible.0.share=70 responsible.+.department=qm responsible.1.share={share}"
        )
    };
    let over = sandbox.run(&found("30.01"));
    assert!(over.contains("come to more than 100 percent") && over.contains("policy/kinds/complaint.toml:"), "{over}");
    done(&sandbox.run(&found("30")));
    let later = sandbox.run("edit case responsible.0.share=71 --lang zh");
    assert!(later.contains("责任比例合计超过 100%"), "{later}");
    done(&sandbox.run("edit case responsible.0.share=60 responsible.1.share=40"));
    assert_eq!(sandbox.json("show case")["data"]["derived"]["shares-total"], "100");
}

/// CP7, CP12: a case cannot go below a limit in parts: earlier decisions' payments and slips made by hand count with it.
#[test]
fn what_was_paid_before_and_what_is_drafted_by_hand_count_with_the_case() {
    let sandbox = book();
    let decide = || {
        done(&by(&sandbox, "feng.jie", "advance case approve"));
        done(&sandbox.run("advance case notify,agree answer=同意"));
        done(&by(&sandbox, "zhao.min", "advance case check"));
        done(&sandbox.run("advance case review combined-opinion=照办"));
        done(&by(&sandbox, "feng.jie", "advance case decide decision=照办"));
    };
    to_proposed(&sandbox, "case", "40000");
    decide();
    let slip = sandbox.json("list allowance")["data"][0]["id"].as_str().expect("the certificate").to_owned();
    // what the decision has ordered needs nobody's authority again
    done(&by(&sandbox, "zhao.min", &format!("advance {slip} approve")));
    let hand = "new allowance client=杭州恒泰机械 complaint=case reason=补偿 amount=100 --key more";
    done(&sandbox.run(hand));
    let above = by(&sandbox, "zhao.min", "advance more approve");
    assert!(above.contains("zhao.min may not decide on 40100.00: it takes vice-president, gm"), "{above}");
    assert!(above.contains("what counts: C-ID") && above.contains(" 40000.00, A-ID"), "{above}");
    done(&by(&sandbox, "feng.jie", "advance more approve"));
    let task = "new task about=case type=compensation content=赔款 due=fri amount=20000 --key pay";
    let paid = by(&sandbox, "zhao.min", task);
    assert!(paid.contains("zhao.min may not decide on 60100.00: it takes gm"), "{paid}");
    done(&by(&sandbox, "zhao.min", "new task about=case type=visit content=拜访 assignee=zhao.min due=fri"));
    // settled, sent back and proposed anew: what was settled still counts
    let invoice =
        "new invoice number=F-1 client=杭州恒泰机械 date=2026-09-01 amount=90000 tax-kind=exempt --key invoice";
    done(&sandbox.run(invoice));
    done(&sandbox.run(&format!("advance {slip} sign invoice=F-1 signed=manager,gm,client")));
    let settle = "settle proof=certificate proof-stamped=yes voucher=V-1";
    done(&by(&sandbox, "feng.jie", "edit feng.jie roles.+.role=finance"));
    done(&by(&sandbox, "feng.jie", &format!("advance {slip} {settle}")));
    done(&sandbox.run("advance more void"));
    done(&sandbox.run("advance case rework"));
    for step in ["instruct instruction=再议", "opine opinion=同前", "review"] {
        done(&sandbox.run(&format!("advance case {step}")));
    }
    done(&sandbox.run("advance case propose remedies.0.amount=4000"));
    let split = by(&sandbox, "zhao.min", "advance case approve");
    assert!(split.contains("zhao.min may not decide on 44000.00"), "{split}");
    assert!(split.contains(" 4000.00, A-ID") && split.contains(" 40000.00"), "{split}");
    let zh = by(&sandbox, "zhao.min", "--lang zh advance case approve");
    assert!(zh.contains("计入金额：") && zh.contains("副总经理"), "{zh}");
    decide();
    assert_eq!(sandbox.run("audit"), "--- exit 0\n");
}

#[test]
fn goods_beyond_what_was_decided_need_authority_over_the_case() {
    let sandbox = book();
    done(&sandbox.run("new return client=杭州恒泰机械 reason=漏水 --key slip"));
    let approve = |price: &str| {
        format!(
            "advance slip approve handling=重工 basis=协议 lines.+.item=阀 lines.0.approved=100 lines.0.price={price}"
        )
    };
    let above = by(&sandbox, "zhao.min", &approve("50.01"));
    assert!(above.contains("zhao.min may not decide on 5001.00"), "{above}");
    done(&by(&sandbox, "zhao.min", &approve("50")));
}

/// RL1, RL3: a share is a person's or a department's, whatever way it comes in.
#[test]
fn a_share_is_somebodys() {
    let sandbox = book();
    let refused = |shown: &str, said: &str| {
        assert!(shown.contains(said) && shown.ends_with("--- exit 1\n"), "{said}: {shown}");
    };
    let share = "responsible.+.share=60";
    let one = sandbox.run(&format!("new complaint {REGISTRATION} {share}"));
    refused(
        &one,
        "error: line 1 of `responsible` needs one of person, department\nhelp: give responsible.0.person=… or responsible.0.department=…; the rule stands at policy/kinds/complaint.toml:",
    );
    done(&sandbox.run(&format!("new complaint {REGISTRATION} responsible.+.department=production --key case")));
    let zh = sandbox.run(&format!("edit case {share} --lang zh"));
    refused(
        &zh,
        "“责任划分(responsible)”第 2 行须填写其中一项：责任人(person)、责任部门(department)\n帮助：请这样填写：responsible.1.person=… 或 responsible.1.department=…",
    );
    // by hand
    let path = sandbox.git("ls-files complaints").trim().to_owned();
    sandbox.write(&path, &sandbox.read(&path).replace("  - department: production\n", "  - share: \"60\"\n"));
    for line in ["validate", "commit"] {
        refused(&sandbox.run(line), "line 1 of `responsible` needs one of person, department");
    }
    sandbox.git("checkout -q -- complaints");
    // from elsewhere
    let row =
        "{\"client\":\"杭州恒泰机械\",\"channel\":\"phone\",\"content\":\"漏\",\"responsible\":[{\"share\":\"5\"}]}\n";
    sandbox.write("in.ndjson", row);
    refused(&sandbox.run("import complaint in.ndjson"), "line 1 of `responsible` needs one of");
    std::fs::remove_file(sandbox.dir().join("in.ndjson")).expect("the file");
    assert_eq!(sandbox.run("validate") + &sandbox.run("audit"), "--- exit 0\n--- exit 0\n");
}
