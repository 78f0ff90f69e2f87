//! Who decides on a manufacturer's case: which amounts count, and which decisions end when they grow, level by level
//! (CP7, CP10, CP12).

use crate::manufacturer::{ACCEPTANCE, REGISTRATION, book, by, done, to_proposed};

#[test]
fn a_refusal_of_the_client_opens_the_next_form_and_the_decision_climbs() {
    let sandbox = book();
    to_proposed(&sandbox, "case", "4000");
    let own = sandbox.run("advance case approve");
    assert!(own.contains("four eyes"), "{own}");
    assert!(
        own.contains("who could: 冯杰 (feng.jie), 赵敏 (zhao.min); the rule stands at policy/kinds/complaint.toml:"),
        "{own}"
    );
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
        done(&sandbox.run(&format!("advance {next} review")));
        let approved = by(&sandbox, "zhao.min", &format!("advance {next} approve"));
        match refusal {
            1 => drop(done(&approved)),
            _ => assert!(
                approved.contains(
                    "may not decide on 4,500.00 CNY: it takes Vice president (vice-president) or General manager (gm)"
                ),
                "{approved}"
            ),
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
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

#[test]
fn a_case_that_grows_voids_what_was_decided() {
    let sandbox = book();
    to_proposed(&sandbox, "case", "4000");
    done(&by(&sandbox, "zhao.min", "advance case approve"));
    // the rest of the money is on a form of its own
    to_proposed(&sandbox, "rest", "4000");
    done(&sandbox.run("edit rest original=case"));
    let agreed = sandbox.run("advance case notify,agree answer=同意");
    assert!(agreed.contains("no longer covers the case: it has come to 8,000.00 CNY"), "{agreed}");
    let split = by(&sandbox, "zhao.min", "advance rest approve");
    assert!(split.contains("may not decide on 8,000.00 CNY"), "{split}");
}

#[test]
fn escalation_leaves_no_level_out() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    let jump = sandbox.run("advance case escalate level=gm");
    assert!(
        jump.contains("level by level: before General manager (gm) comes Customer service supervisor (cs-supervisor)"),
        "{jump}"
    );
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
    assert!(fault.contains("帮助：可用：我方责任(own)、客户责任(client)、"), "{fault}");
}

/// CP7, CP12: a case cannot stay below a limit by parts: payments of earlier decisions and slips made by hand count
/// too.
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
    // what the decision has ordered needs no further approval
    done(&sandbox.run(&format!("advance {slip} draft lines.0.price=5000 lines.0.net=0 lines.0.quantity=8")));
    done(&by(&sandbox, "zhao.min", &format!("advance {slip} approve")));
    let hand = "new allowance client=杭州恒泰机械 complaint=case reason=补偿 amount=100 lines.+.item=DN50 lines.0.quantity=1 lines.0.price=100 lines.0.net=0 --key more";
    done(&sandbox.run(hand));
    let above = by(&sandbox, "zhao.min", "advance more approve");
    assert!(
        above.contains(
            "(zhao.min) may not decide on 40,100.00 CNY: it takes Vice president (vice-president) or General manager (gm)"
        ),
        "{above}"
    );
    assert!(above.contains("what counts: C-ID") && above.contains(" 40,000.00 CNY, A-ID"), "{above}");
    done(&by(&sandbox, "feng.jie", "advance more approve"));
    // a payment must be named as one: under another word it would need neither date nor agreement
    let misnamed = sandbox.run("new task about=case type=compensasion content=赔款 due=fri amount=20000");
    assert!(misnamed.contains("did you mean `compensation`?") && misnamed.ends_with("--- exit 2\n"), "{misnamed}");
    let task = "new task about=case type=compensation content=赔款 due=fri amount=20000 --key pay";
    let paid = by(&sandbox, "zhao.min", task);
    assert!(paid.contains("(zhao.min) may not decide on 60,100.00 CNY: it takes General manager (gm)"), "{paid}");
    done(&by(&sandbox, "zhao.min", "new task about=case type=visit content=拜访 assignee=zhao.min due=fri"));
    // settled, sent back and proposed again: what was settled still counts
    let invoice =
        "new invoice number=F-1 client=杭州恒泰机械 date=2026-09-01 amount=90000 tax-kind=exempt --key invoice";
    done(&sandbox.run(invoice));
    done(&sandbox.run(&format!("advance {slip} sign invoice=F-1 signed=manager,gm,client")));
    done(&sandbox.run(&format!("advance {slip} prove proof=certificate proof-stamped=yes")));
    let settle = "settle voucher=V-1";
    done(&sandbox.run("edit feng.jie roles.+.role=finance"));
    done(&by(&sandbox, "feng.jie", &format!("advance {slip} {settle}")));
    done(&sandbox.run("advance more cancel"));
    done(&sandbox.run("advance case rework"));
    for step in ["instruct instruction=再议", "opine opinion=同前", "review"] {
        done(&sandbox.run(&format!("advance case {step}")));
    }
    done(&sandbox.run("advance case propose remedies.0.amount=4000"));
    done(&sandbox.run("advance case review"));
    let split = by(&sandbox, "zhao.min", "advance case approve");
    assert!(split.contains("(zhao.min) may not decide on 44,000.00 CNY"), "{split}");
    assert!(split.contains(" 4,000.00 CNY, A-ID") && split.contains(" 40,000.00 CNY"), "{split}");
    let zh = by(&sandbox, "zhao.min", "--lang zh advance case approve");
    assert!(zh.contains("计入金额：") && zh.contains("副总经理"), "{zh}");
    decide();
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
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
    assert!(above.contains("(zhao.min) may not decide on 5,001.00 CNY"), "{above}");
    done(&by(&sandbox, "zhao.min", &approve("50")));
}
