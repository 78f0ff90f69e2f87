//! The manufacturer's procedure, duty by duty: what is measured, remarked on, called and printed.

use crate::manufacturer::{ACCEPTANCE, REGISTRATION, book, by, done};
use crate::sandbox::Sandbox;

/// Takes steps one after another, each by the person who has every role.
pub(super) fn steps(sandbox: &Sandbox, key: &str, steps: &[&str]) {
    for step in steps {
        done(&sandbox.run(&format!("advance {key} {step}")));
    }
}

/// How the deadlines of a case ended: name, outcome, and whether what they demanded was never done.
fn outcomes(sandbox: &Sandbox, key: &str) -> Vec<(String, String, bool)> {
    let explained = sandbox.json(&format!("explain {key}"));
    let runs = explained["data"].as_array().expect("runs").iter();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    runs.map(|run| (text(&run["deadline"]), text(&run["outcome"]), run["never"] == true)).collect()
}

/// CP5, CP8, NT3: an explanation that was never noted is missed, however fast the case went. The manager's office
/// instructs last, so that no case goes on without the report and the general manager's instruction on it.
#[test]
fn what_was_never_done_is_missed() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    let to_review = [
        ACCEPTANCE,
        "investigate cause=老化 escape=未检 fault=third-party",
        "analyse countermeasure=更换",
        "opine opinion=同意",
        "review",
    ];
    steps(&sandbox, "case", &to_review);
    let running = ("report".to_owned(), "open".to_owned(), false);
    assert!(
        outcomes(&sandbox, "case").contains(&running),
        "it can still be given: the analysis does not take its place"
    );
    let early = sandbox.run("advance case instruct instruction=从速");
    assert!(early.contains("`instruct` comes after instruct-report") && early.contains("exit 1"), "{early}");
    steps(&sandbox, "case", &["report", "instruct-report", "instruct instruction=从速"]);
    steps(&sandbox, "case", &["propose remedies.+.kind=allowance remedies.0.amount=100", "review"]);
    done(&by(&sandbox, "zhao.min", "advance case approve"));
    steps(&sandbox, "case", &["agree answer=同意"]);
    done(&by(&sandbox, "zhao.min", "advance case check"));
    steps(&sandbox, "case", &["review combined-opinion=照办"]);
    done(&by(&sandbox, "zhao.min", "advance case decide decision=照办"));
    let missed: Vec<_> =
        outcomes(&sandbox, "case").into_iter().filter(|(_, outcome, _)| outcome == "breached").collect();
    let never = |name: &str| (name.to_owned(), "breached".to_owned(), true);
    assert_eq!(missed, [never("explanation")]);
    let shown = sandbox.run("show case --lang zh");
    assert_eq!(shown.matches("未办理").count(), 1, "{shown}");
    let timely = sandbox.json("report timeliness 2026-11");
    let steps = timely["data"]["sections"].as_array().expect("sections").iter().find(|s| s["name"] == "by-step");
    let late = |name: &str| {
        let rows = steps.expect("the steps")["rows"].as_array().expect("rows").iter();
        let row = rows.filter(|row| row.to_string().contains(name)).map(|row| row["cells"]["late"].clone());
        row.collect::<Vec<_>>()
    };
    assert_eq!((late("Investigation report"), late("Explanation to the client")), (vec![0.into()], vec![1.into()]));
    // it gets its corrective notice, which does not say when it was done
    let issued = sandbox.json("remind");
    assert_eq!(issued["data"]["issued"].as_array().map(Vec::len), Some(1), "{issued}");
    let notices = sandbox.json("list notice type=corrective");
    let said =
        |field: &str| notices["data"].as_array().expect("notices").iter().filter(|n| n[field].is_string()).count();
    assert_eq!((said("missed"), said("ended")), (1, 0), "{notices}");
    // a deadline is named by its label
    let listed = sandbox.run("list notice --lang zh");
    assert!(listed.contains("向客户说明时限"), "{listed}");
    assert!(!listed.contains("explanation"), "{listed}");
    let told = sandbox.json("list notice deadline=explanation");
    let id = told["data"][0]["id"].as_str().expect("scripts go by the name").to_owned();
    let label = "Explanation to the client";
    assert!(
        sandbox.run(&format!("show {id}")).contains(label) && sandbox.run(&format!("print {id} -o -")).contains(label)
    );
    assert_eq!(sandbox.run("audit --quiet"), "--- exit 0\n");
}

/// A report given late is late, not missed. A report given in time is met although production was faster.
#[test]
fn a_report_may_follow_the_analysis() {
    let sandbox = book();
    let found = ["investigate cause=老化 escape=未检 fault=third-party", "analyse countermeasure=更换"];
    for (key, at, expected) in [("soon", "2026-11-25T09:00", "met"), ("late", "2026-11-26T09:00", "breached")] {
        done(&sandbox.run(&format!("new complaint {REGISTRATION} --key {key}")));
        steps(&sandbox, key, &[ACCEPTANCE, found[0], found[1]]);
        done(&sandbox.run(&format!("advance {key} report --now {at}")));
        assert!(outcomes(&sandbox, key).contains(&("report".to_owned(), expected.to_owned(), false)), "{key}");
    }
}

/// RL3: shares of less than the whole are allowed, and remarked on when they are entered, shown and validated.
#[test]
fn shares_of_less_than_the_whole_are_remarked_on() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    steps(&sandbox, "case", &[ACCEPTANCE]);
    let remark = "warning: C-ID1: the shares of those responsible come to less than 100 percent";
    let found = "responsible.+.department=production responsible.0.share=60";
    let entered = sandbox.run(&format!("advance case investigate cause=老化 escape=未检 fault=own {found}"));
    assert!(done(&entered).contains(remark), "{entered}");
    assert!(!sandbox.run("advance case report").contains("shares"), "said where they are entered, not at each step");
    let checked = sandbox.run("validate");
    assert!(done(&checked).contains(remark), "{checked}");
    let shown = sandbox.run("show case --lang zh");
    assert!(shown.contains("\n提示\n责任比例合计不足 100%：按所列比例分摊全部损失\n"), "{shown}");
    assert_eq!(sandbox.json("show case")["data"]["derived"]["remarks"], serde_json::json!(["shares-short"]));
    // a person without a share of their own bears the rest
    assert!(!sandbox.run("edit case responsible.+.department=qm").contains("warning"));
    let whole = sandbox.run("edit case responsible.1.share=40");
    assert!(!whole.contains("warning"), "{whole}");
    assert_eq!(sandbox.run("validate"), "--- exit 0\n");
    let edited = sandbox.run("edit case responsible.1.share=20 --lang zh");
    assert!(done(&edited).contains("警告：C-ID1：责任比例合计不足 100%"), "{edited}");
}

/// The note of a step and the field `note` are two things, and the refusal says which one is missing.
#[test]
fn a_note_of_the_step_is_no_field() {
    let sandbox = book();
    let proposed = "new sanction person=赵敏 type=deduction amount=10 reason=迟复 --key one";
    done(&sandbox.run(proposed));
    let waive = |rest: &str| by(&sandbox, "feng.jie", &format!("advance one waive {rest}"));
    let noted = waive("-m 从轻");
    assert!(noted.contains("`waive` needs note"), "{noted}");
    let how = "give note=… (Where the sanction is waived: why); -m gives the step a note, which fills in no field";
    assert!(noted.contains(how), "{noted}");
    let plain = waive("--lang zh");
    assert!(plain.contains("请这样填写：note=…（免除时填写免除的理由）"), "{plain}");
    assert!(!plain.contains("-m"), "nobody has mixed anything up: {plain}");
    done(&waive("note=首次，从轻 -m 经理口头同意"));
    let data = sandbox.json("show one")["data"].clone();
    assert_eq!((&data["note"], &data["history"][1]["note"]), (&"首次，从轻".into(), &"经理口头同意".into()));
}

/// Takes a registered case without fault in the company to its proposal.
fn proposed(sandbox: &Sandbox, case: &str, remedies: &str) {
    let propose = format!("propose {remedies}");
    let to_proposal = [
        ACCEPTANCE,
        "investigate cause=老化 escape=未检 fault=third-party",
        "report,instruct-report,analyse countermeasure=更换",
        "instruct instruction=从速",
        "opine opinion=同意",
        "review",
        &propose,
        "review",
    ];
    steps(sandbox, case, &to_proposal);
}

/// RT2: the complaint officer draws up a slip that a decision ordered. Somebody who may approves it, even the
/// decider.
#[test]
fn nobody_signs_a_slip_that_a_decision_opened_before_it_is_drawn_up() {
    let sandbox = book();
    let signed = |page: &str, lang: &str, row: &str| {
        let from = page.find(&format!(">{row}<small>")).unwrap_or_else(|| panic!("{lang} {row}\n{page}"));
        let row = page[from..].split("</tr>").next().unwrap_or_default();
        assert_eq!(row.matches("<b>　</b>").count(), 1, "the line is open: {row}");
        row.contains("class=\"known\"")
    };
    done(&sandbox.run("new return client=杭州恒泰机械 reason=漏水 --key hand"));
    assert!(signed(&sandbox.run("print hand return-slip --copy cs -o -"), "en", "Drawn up by customer service"));
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    proposed(&sandbox, "case", "remedies.+.kind=return remedies.0.amount=100 remedies.0.quantity=1");
    done(&by(&sandbox, "zhao.min", "advance case approve"));
    steps(&sandbox, "case", &["notify,agree answer=同意"]);
    done(&by(&sandbox, "zhao.min", "advance case check"));
    steps(&sandbox, "case", &["review combined-opinion=照办"]);
    done(&by(&sandbox, "zhao.min", "advance case decide decision=照办"));
    let slips = sandbox.json("list return complaint=case");
    let slip = slips["data"][0]["id"].as_str().expect("the slip").to_owned();
    let print = format!("print {slip} return-slip --copy cs -o -");
    assert!(!signed(&sandbox.run(&print), "en", "Drawn up by customer service"), "the decider has confirmed nothing");
    done(&sandbox.run(&format!("advance {slip} draft")));
    assert!(signed(&sandbox.run(&print), "en", "Drawn up by customer service"), "the complaint officer has");
    // the person who decided may approve what was drawn up
    done(&by(&sandbox, "zhao.min", &format!("advance {slip} approve handling=返工 basis=核决")));
    let zh = sandbox.run(&format!("{print} --lang zh"));
    assert!(signed(&zh, "zh", "核准"), "whoever approved it has signed");
}

/// ST1: a deputy acts on whole days, from the first to the last. At other times the refusal says when.
#[test]
fn a_deputy_is_told_when_they_stand_in() {
    let sandbox = book();
    done(&sandbox.run("new staff name=王磊 emails=wang.lei@example.cn roles.+.role=cs-supervisor department=cs"));
    let term = "deputy.+.person=王磊 deputy.0.from=2026-11-25 deputy.0.until=2026-11-26";
    done(&by(&sandbox, "feng.jie", &format!("advance zhao.min change {term}")));
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    proposed(&sandbox, "case", "remedies.+.kind=allowance remedies.0.amount=100");
    let at =
        |now: &str, rest: &str| by(&sandbox, "wang.lei", &format!("advance case approve --dry-run --now {now} {rest}"));
    for (now, stands_in) in [
        ("2026-11-24T23:59", false),
        ("2026-11-25T00:00", true),
        ("2026-11-26T23:59", true),
        ("2026-11-27T00:00", false),
    ] {
        for rest in ["", "--as zhao.min"] {
            let shown = at(now, rest);
            assert_eq!(shown.ends_with("--- exit 0\n"), stands_in, "{now} {rest}\n{shown}");
            let said = shown.contains("(wang.lei) is deputy of 赵敏 (zhao.min) from 2026-11-25 to 2026-11-26 alone");
            assert_eq!(said, !stands_in, "{now} {rest}\n{shown}");
        }
    }
    let zh = at("2026-11-27T00:00", "--as zhao.min --lang zh");
    assert!(zh.contains("无权以 赵敏 (zhao.min) 的名义进行“核准(approve)”"), "{zh}");
    assert!(zh.contains("(wang.lei) 仅在 2026-11-25 至 2026-11-26 期间代理 赵敏 (zhao.min)"), "{zh}");
}

/// CP7: a person who may not take a step is told who may, even if the four-eyes rule denies it and an amount decides.
#[test]
fn the_list_of_steps_names_who_decides() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    proposed(&sandbox, "case", "remedies.+.kind=allowance remedies.0.amount=100");
    let who = |lang: &str| {
        let shown = sandbox.run(&format!("advance case --lang {lang}"));
        let line =
            shown.lines().find(|line| line.contains("(approve)")).unwrap_or_else(|| panic!("{shown}")).to_owned();
        line.split("  ").filter(|cell| !cell.trim().is_empty()).nth(2).unwrap_or_default().trim().to_owned()
    };
    assert_eq!((who("en").as_str(), who("zh").as_str()), ("冯杰, 赵敏", "冯杰、赵敏"));
    done(&sandbox.run("advance case rework"));
    done(&sandbox.run("advance case opine,review,propose,review remedies.0.amount=90000"));
    assert_eq!(who("en"), "冯杰", "above what the manager decides");
    done(&sandbox.run("advance feng.jie change roles= roles.+.role=qm"));
    assert_eq!((who("en").as_str(), who("zh").as_str()), ("nobody of the staff", "目前无人可办"));
}

/// GP1: a person who types what another has done has not done it, but the four-eyes rule counts the typing. History
/// shows both.
#[test]
fn whoever_types_a_step_has_not_taken_it() {
    let sandbox = book();
    done(&sandbox.run("new staff name=李文员 emails=li.wen@example.cn roles.+.role=complaint-officer department=cs"));
    done(&sandbox.run("new staff name=钱军 emails=qian.jun@example.cn roles.+.role=qm department=qm"));
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    steps(&sandbox, "case", &[ACCEPTANCE]);
    let typed = "advance case investigate --as qian.jun cause=老化 escape=未检 fault=third-party";
    done(&by(&sandbox, "li.wen", typed));
    let own = by(&sandbox, "li.wen", "advance case report");
    assert!(own.contains("(li.wen) may not take `report` of complaint"), "{own}");
    done(&by(&sandbox, "li.wen", "advance case report --as qian.jun"));
    let log = [sandbox.run("log case"), sandbox.run("log case --lang zh")];
    assert!(log[0].contains("  钱军 (typed by 李文员)  Report "), "{}", log[0]);
    assert!(log[1].contains("  钱军（李文员代录）  提交调查报告"), "{}", log[1]);
    let stranger = by(&sandbox, "zhao.min", "advance case analyse countermeasure=x --as qian.jun");
    assert!(
        stranger.contains("in the name of 钱军 (qian.jun) acts: Li Na (li.na), 李文员 (li.wen); the rule stands at"),
        "{stranger}"
    );
}

/// RL1, RL3: the cost of an exchange stays lost if the case comes back. What is added after its share was proposed is
/// proposed once more when the case is closed again.
#[test]
fn what_a_case_loses_when_it_comes_back_is_charged_too() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    let at = |day: &str, who: &str, step: &str| {
        done(&by(&sandbox, who, &format!("advance {step} --now 2026-{day}T10:00")));
    };
    let round = |day: &str, first: &str| {
        at(day, "li.na", &format!("case {first}"));
        let whose = "responsible= responsible.+.department=production responsible.0.share=100";
        at(day, "li.na", &format!("case investigate cause=装配 escape=未检 fault=own {whose}"));
        let analysed =
            "case report,instruct-report,analyse,instruct,opine,review countermeasure=换 instruction=速 opinion=可";
        at(day, "li.na", analysed);
        let remedies = "remedies= remedies.+.kind=exchange remedies.0.amount=100 remedies.0.quantity=1";
        at(day, "li.na", &format!("case propose,review {remedies}"));
        at(day, "zhao.min", "case approve");
        at(day, "li.na", "case notify,agree answer=同意");
        at(day, "zhao.min", "case check");
        at(day, "li.na", "case review combined-opinion=可");
        at(day, "zhao.min", "case decide decision=照办");
        let tasks = sandbox.json("list task about=case class!=closed");
        let task = tasks["data"][0]["id"].as_str().expect("the task").to_owned();
        at(day, "zhao.min", &format!("{task} assign assignee=li.na"));
        at(day, "li.na", &format!("{task} complete result=已换"));
        at(day, "zhao.min", &format!("{task} check"));
        at(day, "li.na", "case verify,close verification=好");
        let present = match day {
            "11-25" => {
                " present.+.department=production present.0.person=li.na present.+.department=qm present.1.person=li.na \
                 present.+.department=rd present.2.person=li.na"
            }
            _ => "",
        };
        at(day, "li.na", &format!("case attribute{present}"));
    };
    let proposed = |now: &str| {
        let plan = sandbox.json(&format!("plan sanctions 2026-11..2026-12 --now 2026-{now}T12:00"));
        let rows = plan["data"]["planned"].as_array().unwrap_or_else(|| panic!("{plan}")).clone();
        rows.iter().map(|row| row["amount"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    round("11-25", ACCEPTANCE);
    assert_eq!(proposed("11-25"), ["100.00"]);
    round("11-27", "reopen promised=2026-12-31");
    let losses = sandbox.json("report losses 2026-11 --now 2026-12-02T09:00");
    let loss = losses["data"]["sections"][1]["figures"][0]["value"].clone();
    assert_eq!(loss, "200.00", "both exchanges were paid for: {losses}");
    assert_eq!(proposed("11-27"), ["100.00"], "what came to it");
    assert_eq!(proposed("11-27"), Vec::<String>::new());
}

/// GP4: a repeat of a case is no case of its own, so no case may repeat itself, not even through others.
#[test]
fn no_case_repeats_itself() {
    let sandbox = book();
    for key in ["one", "two", "three"] {
        done(&sandbox.run(&format!("new complaint {REGISTRATION} --key {key}")));
    }
    done(&sandbox.run("edit two duplicate-of=one"));
    done(&sandbox.run("edit three duplicate-of=two"));
    let own = sandbox.run("edit one duplicate-of=one --lang zh");
    assert!(own.contains("C-ID1 的“重复投诉于(duplicate-of)”不能是其自身"), "{own}");
    let round = sandbox.run("edit one duplicate-of=three");
    assert!(round.contains("`duplicate-of` of C-ID1 leads back to itself, through C-ID2, C-ID3"), "{round}");
    assert_eq!(
        sandbox.json("report tracking 2026-11")["data"]["sections"][0]["rows"].as_array().map(Vec::len),
        Some(1)
    );
}

/// GP4, CP17: a lapsed case that is taken up again is measured again, and needs a new promise.
#[test]
fn a_case_that_is_taken_up_again_goes_on_being_measured() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} --key case")));
    steps(&sandbox, "case", &[ACCEPTANCE, "wait"]);
    for (day, step) in [("11-30", "remind"), ("12-04", "remind"), ("12-10", "lapse")] {
        steps(&sandbox, "case", &[&format!("{step} --now 2026-{day}T09:00")]);
    }
    let opened = sandbox.run("advance case reopen --now 2026-12-17T09:00");
    assert!(done(&opened).contains("next: Investigate (investigate), Promise a new date (promise) ("), "{opened}");
    // thirteen days from the 24th, the sixteen that it waited, and the week in which it was lapsed
    assert!(opened.contains("Handling time of the case: by 2026-12-30 24:00"), "{opened}");
    let promised = sandbox.run("advance case promise promised=2026-12-21 --now 2026-12-17T09:00");
    assert!(done(&promised).contains("next: Investigate (investigate) ("), "{promised}");
    let up = sandbox.run("advance case escalate --lang zh --now 2026-12-17T09:00");
    assert!(up.contains("\n  上报层级：客服主管\n") || up.contains("\n  上报层级：客服经理\n"), "{up}");
}

/// IM1: a complaint within the window shows a measure to be ineffective, to the last second of the last day.
#[test]
fn the_window_of_a_measure_ends_with_its_last_day() {
    let sandbox = book();
    done(&sandbox.run(&format!("new complaint {REGISTRATION} category=product cause=老化 --key case")));
    done(&sandbox.run(&format!("new complaint {REGISTRATION} category=product cause=老化 --key other")));
    done(&sandbox.run(
        "new measure about=case complaints=other category=product cause=老化 action=全检 owner=li.na due=fri --key m",
    ));
    done(&sandbox.run("advance m complete --now 2026-11-25T10:00"));
    let again = "new complaint client=宁波远洋阀门 channel=phone content=又漏 category=product cause=老化";
    // a complaint like two of those that the measure is about comes back once
    for (now, known) in [("2026-11-25T10:00:00", 0), ("2027-05-26T00:00:00", 0), ("2027-05-25T23:59:59", 1)] {
        done(&sandbox.run(&format!("{again} --now {now}")));
        let shown = sandbox.json("show m --now 2027-06-01T09:00");
        let found = shown["data"]["derived"]["alike"]["recurred"].as_array().map_or(0, Vec::len);
        assert_eq!(found, known, "{now}");
    }
    // a complaint that a measure is about does not count as coming back
    let last = sandbox.json("show m --now 2027-06-01T09:00")["data"]["derived"]["alike"]["recurred"][0].clone();
    let last = last.as_str().expect("an id");
    done(&sandbox.run(&format!("edit m about={last} complaints= --now 2027-06-01T09:00")));
    let shown = sandbox.json("show m --now 2027-06-01T09:00");
    assert_eq!(shown["data"]["derived"]["alike"], serde_json::json!({}));
}
