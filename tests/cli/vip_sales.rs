//! A sales company with VIP clients at the command line: its duties, and the month of its example.

use crate::example::{script, without_lines};
use crate::manufacturer::{by, done};
use crate::sandbox::Sandbox;

#[test]
fn a_month_at_the_company_goes_as_expected() {
    let shown = script(&Sandbox::empty(), "vip-sales", "book");
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/vip-sales/expected.txt"].raw());
}

/// A company with people in each role and VIP clients.
fn company() -> Sandbox {
    let sandbox = Sandbox::empty();
    for line in [
        "init --preset vip-sales --name 示例公司 --lang en",
        "new staff name=郑洁 emails=zheng.jie@example.cn roles.+.role=cs-supervisor department=cs",
        "new staff name=王磊 emails=wang.lei@example.cn roles.+.role=cs-specialist department=cs",
        "new staff name=宋佳 emails=song.jia@example.cn roles.+.role=after-sales-specialist department=after-sales",
        "new staff name=林岚 emails=lin.lan@example.cn roles.+.role=salesperson department=sales",
        "new staff name=许强 emails=xu.qiang@example.cn roles.+.role=sales-manager department=sales",
    ] {
        done(&sandbox.run(line));
    }
    sandbox
}

fn client(sandbox: &Sandbox, name: &str, fields: &str) {
    done(&sandbox.run(&format!("new client name={name} owner=wang.lei sales=lin.lan {fields} -y")));
    done(&sandbox.run(&format!("advance {name} convert")));
}

/// The greetings of a plan: client, occasion, day and due time.
fn greetings(sandbox: &Sandbox, line: &str) -> Vec<[String; 4]> {
    let plan = sandbox.json(line);
    let rows = plan["data"]["planned"].as_array().unwrap_or_else(|| panic!("{plan}")).clone();
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = rows.iter().filter(|row| row["day"].is_string());
    rows.map(|row| [text(row, "name"), text(row, "occasion"), text(row, "day"), text(row, "due")]).collect()
}

fn row(cells: [&str; 4]) -> [String; 4] {
    cells.map(str::to_owned)
}

#[test]
fn festivals_come_from_the_holiday_files_and_are_greeted_ahead() {
    let sandbox = company();
    client(&sandbox, "康宁", "grade=key");
    client(&sandbox, "乔安", "grade=key do-not-call=yes");
    client(&sandbox, "星桥", "grade=B");
    // mid-autumn is the 25th of September 2026, the National Day's holidays begin on the 1st of October; the 20th, a
    // Sunday, is a workday
    let plan = "--now 2026-09-01T09:00 plan callbacks 2026-09";
    let found = greetings(&sandbox, &format!("{plan} --dry-run"));
    let wanted = [
        row(["乔安", "中秋节", "2026-09-25", "2026-09-20"]),
        row(["康宁", "中秋节", "2026-09-25", "2026-09-20"]),
        row(["乔安", "国庆节", "2026-10-01", "2026-09-23"]),
        row(["康宁", "国庆节", "2026-10-01", "2026-09-23"]),
    ];
    let sorted = |mut rows: Vec<[String; 4]>| {
        rows.sort();
        rows
    };
    assert_eq!(
        sorted(found),
        sorted(wanted.to_vec()),
        "a client who is not to be called gets cards all the same; grade B gets none"
    );
    assert_eq!(greetings(&sandbox, plan).len(), 4);
    assert_eq!(greetings(&sandbox, plan), Vec::<[String; 4]>::new(), "a second run adds nothing");
    assert_eq!(greetings(&sandbox, "--now 2026-09-20T09:00 plan callbacks 2026-10"), Vec::<[String; 4]>::new());
    // the dates come only from the files: another file, another date
    let files = sandbox.read("calendar/cn.ics");
    let (before, after) = files.split_once("DTSTART;VALUE=DATE:20260925").expect("mid-autumn");
    sandbox.write("calendar/cn.ics", &format!("{before}DTSTART;VALUE=DATE:20260924{after}"));
    done(&sandbox.run("commit -m moved"));
    let moved = greetings(&sandbox, "--now 2026-09-02T09:00 plan callbacks 2026-09 --dry-run");
    assert!(moved.iter().any(|row| row[1] == "中秋节" && row[2] == "2026-09-24"), "{moved:?}");
}

#[test]
fn a_year_that_the_calendar_lacks_is_said() {
    let sandbox = company();
    client(&sandbox, "康宁", "grade=key");
    let shown = sandbox.run("--now 2026-12-01T09:00 plan callbacks 2026-12");
    assert!(shown.contains("元旦") && shown.contains("of 2027 yet") && shown.ends_with("--- exit 0\n"), "{shown}");
    // a misspelt festival would greet nobody
    let rules = "policy/callbacks.toml";
    sandbox.write(rules, &sandbox.read(rules).replace("\"春节\"", "\"春结\""));
    let shown = sandbox.run("--lang en policy check");
    assert!(shown.contains("`春结`") && shown.contains("春节") && shown.contains(rules), "{shown}");
    for (from, to, said) in [
        ("anniversary = \"contacts.birthday\"", "anniversary = \"contacts.name\"", "does not come round"),
        ("ahead = \"3 days\"", "ahead = \"3 workhours\"", "not a number of days"),
        ("with = { contact = \"contacts.name\" }", "with = { contact = \"grade\" }", "is of type choice"),
        ("campaigns = [\"key-accounts\", \"regular\"]", "campaigns = [\"regularly\"]", "no campaign `regularly`"),
    ] {
        let text = sandbox.git(&format!("show HEAD:{rules}"));
        assert!(text.contains(from), "{from}");
        sandbox.write(rules, &text.replace(from, to));
        let shown = sandbox.run("--lang en policy check");
        assert!(shown.contains(said) && shown.ends_with("--- exit 1\n"), "{to}: {shown}");
    }
}

#[test]
fn birthdays_are_known_ahead_also_those_of_29_february_and_of_weekends() {
    let sandbox = company();
    let contact = |at: usize, name: &str, day: &str| format!("contacts.+.name={name} contacts.{at}.birthday={day}");
    let both = format!("{} {}", contact(0, "方青", "1958-12-13"), contact(1, "白露", "1990-12-13"));
    client(&sandbox, "康宁", &format!("grade=key {both}"));
    client(&sandbox, "松鹤", &format!("grade=A {}", contact(0, "夏至", "1964-02-29")));
    client(&sandbox, "星桥", &format!("grade=B {}", contact(0, "乔星", "1985-12-20")));
    client(&sandbox, "长青", &format!("grade=key {}", contact(0, "安宁", "12-24")));
    client(&sandbox, "无名", "grade=key contacts.+.name=某人");
    let of = |rows: Vec<[String; 4]>| rows.into_iter().filter(|row| row[1] == "Birthday").collect::<Vec<_>>();
    let december = of(greetings(&sandbox, "--now 2026-11-30T09:00 plan callbacks 2026-12"));
    // three days before the 13th, a Sunday, is Thursday the 10th; two people of one client are two greetings
    let thursday = row(["康宁", "Birthday", "2026-12-13", "2026-12-10"]);
    // nobody knows the year of one
    let christmas = row(["长青", "Birthday", "2026-12-24", "2026-12-21"]);
    assert_eq!(december, [thursday.clone(), thursday, christmas]);
    assert!(sandbox.run("show 长青 --private").contains("--12-24"));
    let shown = sandbox.run("--lang en new client name=错 contacts.+.name=a contacts.0.birthday=02-30");
    assert!(shown.contains("is not a day") && shown.ends_with("--- exit 2\n"), "{shown}");
    let people = sandbox.json("list callback reason=greeting --fields contact --private");
    let people: Vec<&str> =
        people["data"].as_array().expect("rows").iter().filter_map(|row| row["contact"].as_str()).collect();
    assert!(people.contains(&"方青") && people.contains(&"白露"), "{people:?}");
    // 29 February is celebrated on the 28th, in leap years on the day itself; the company plans before the holidays are
    // published
    let calendar = "policy/calendar.toml";
    let longer = "[calendars.office]\nvalid-through = 2028-12-31\n";
    sandbox.write(calendar, &sandbox.read(calendar).replace("[calendars.office]\n", longer));
    done(&sandbox.run("commit -m calendar"));
    let common = of(greetings(&sandbox, "--now 2027-02-01T09:00 plan callbacks 2027-02 --dry-run"));
    assert_eq!(common, [row(["松鹤", "Birthday", "2027-02-28", "2027-02-25"])]);
    let leap = of(greetings(&sandbox, "--now 2028-02-01T09:00 plan callbacks 2028-02 --dry-run"));
    assert_eq!(leap, [row(["松鹤", "Birthday", "2028-02-29", "2028-02-25"])], "the 26th is a Saturday");
    // planned too late for the days ahead, the client is greeted at once, until the day itself is over
    let late = of(greetings(&sandbox, "--now 2028-02-28T09:00 plan callbacks 2028-02 --dry-run"));
    assert_eq!(late, [row(["松鹤", "Birthday", "2028-02-29", "2028-02-28"])]);
    assert_eq!(
        of(greetings(&sandbox, "--now 2028-03-01T09:00 plan callbacks 2028-03 --dry-run")),
        Vec::<[String; 4]>::new()
    );
    // the days ahead, and the people whose birthday nobody knows
    let ahead = sandbox.run("--now 2026-12-01T09:00 --lang en report occasions");
    assert!(ahead.contains("2026-12-13") && ahead.contains("无名"), "{ahead}");
}

#[test]
fn greetings_are_sent_with_their_cost_or_reported_as_not_sent() {
    let sandbox = company();
    client(&sandbox, "康宁", "grade=key");
    client(&sandbox, "松鹤", "grade=key");
    done(&sandbox.run("--now 2026-09-01T09:00 plan callbacks 2026-09"));
    let of = |client: &str| {
        let found = sandbox.json(&format!("list callback client={client} occasion=中秋节"));
        found["data"][0]["id"].as_str().unwrap_or_else(|| panic!("{found}")).to_owned()
    };
    let (one, two) = (of("康宁"), of("松鹤"));
    let at = "--now 2026-09-18T10:00";
    let refused = by(&sandbox, "wang.lei", &format!("{at} --lang en advance {one} complete"));
    assert!(refused.contains("gift") && refused.contains("sent") && refused.ends_with("--- exit 2\n"), "{refused}");
    done(&by(&sandbox, "wang.lei", &format!("{at} advance {one} complete gift=月饼 sent=2026-09-18")));
    let refused = by(&sandbox, "wang.lei", &format!("{at} --lang en advance {one} record"));
    assert!(refused.contains("cost"), "{refused}");
    done(&by(&sandbox, "wang.lei", &format!("{at} advance {one} record cost=168.00")));
    done(&by(&sandbox, "zheng.jie", &format!("{at} advance {two} cancel -m moved")));
    let report = sandbox.json("--now 2026-09-30T09:00 report greetings 2026-09");
    let text = report.to_string();
    assert!(text.contains("168.00") && text.contains("松鹤"), "{text}");
    let shown = sandbox.run("--now 2026-09-30T09:00 --lang en report greetings 2026-09 --records not-greeted");
    assert!(shown.contains("松鹤") && !shown.contains("康宁"), "{shown}");
    // nobody forgets a greeting: it is in the list of its holder
    let due = by(&sandbox, "wang.lei", "--now 2026-09-23T09:00 --lang en due kind=callback");
    assert!(due.contains("Greeting") && due.contains("2026-09-23"), "{due}");
    done(&sandbox.run(&format!("--now 2026-09-30T09:00 print {one} greeting-card -o card.html")));
    assert!(sandbox.read("card.html").contains("中秋节"));
}

#[test]
fn calls_letters_and_health_counselling_have_clocks_of_their_own() {
    let sandbox = company();
    client(&sandbox, "康宁", "grade=key");
    let at = "--now 2026-11-24T09:00";
    for (key, fields) in [
        ("call", "channel=phone type=product"),
        ("letter", "channel=letter type=order"),
        ("health", "channel=phone type=health condition=高血压"),
    ] {
        done(&by(&sandbox, "wang.lei", &format!("{at} new inquiry client=康宁 content=问 {fields} --key {key}")));
    }
    let due = sandbox.json(&format!("{at} due --all kind=inquiry"));
    let mut lines: Vec<(String, String, String)> = due["data"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|line| {
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
            (text("deadline"), text("due")[..16].to_owned(), line["holder"].to_string())
        })
        .collect();
    lines.sort();
    let [call, health, letter] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((call.0.as_str(), call.1.as_str()), ("response", "2026-11-24T11:00"));
    assert_eq!((health.0.as_str(), health.1.as_str()), ("response-health", "2026-11-24T14:00"));
    assert!(health.2.contains("after-sales-specialist"), "{health:?}");
    assert_eq!((letter.0.as_str(), letter.1.as_str()), ("response-letter", "2026-11-25T17:30"));
    // what the client says about their health is in no list
    let listed = by(&sandbox, "lin.lan", "--lang en list inquiry --fields client,condition");
    assert!(!listed.contains("高血压"), "{listed}");
    done(&by(&sandbox, "song.jia", &format!("{at} advance health answer answer=遵医嘱")));
}

#[test]
fn what_clients_think_is_passed_on_to_sales() {
    let sandbox = company();
    client(&sandbox, "康宁", "grade=key");
    done(&by(&sandbox, "wang.lei", "new inquiry client=康宁 channel=phone content=问价 type=product --key ask"));
    done(&by(&sandbox, "wang.lei", "advance ask answer answer=已报价 opinion=同行更便宜"));
    done(
        &sandbox
            .run("new callback client=康宁 reason=routine due=2026-11-24 method=phone assignee=wang.lei --key call"),
    );
    done(&by(&sandbox, "wang.lei", "advance call complete"));
    done(&by(&sandbox, "wang.lei", "advance call record summary=满意 opinion=希望有小包装"));
    let due = by(&sandbox, "lin.lan", "--lang en due");
    assert!(due.contains("同行更便宜") && due.contains("希望有小包装"), "{due}");
    let tasks = sandbox.json("list task type=opinion");
    let id = tasks["data"][0]["id"].as_str().expect("an id").to_owned();
    let refused = by(&sandbox, "lin.lan", &format!("--lang en advance {id} complete"));
    assert!(refused.contains("result"), "{refused}");
    done(&by(&sandbox, "lin.lan", &format!("advance {id} complete result=已调整报价")));
    let refused = by(&sandbox, "lin.lan", &format!("--lang en advance {id} check"));
    assert!(refused.ends_with("--- exit 1\n"), "{refused}");
    done(&by(&sandbox, "xu.qiang", &format!("advance {id} check")));
}

#[test]
fn health_services_that_were_promised_for_a_date_are_given_on_time() {
    let sandbox = company();
    client(&sandbox, "康宁", "grade=key");
    let services = "tasks.+.content=讲座 tasks.0.who=song.jia tasks.0.due=2026-11-26 tasks.+.content=体检 tasks.1.who=song.jia tasks.1.due=2026-12-10";
    let refused = by(&sandbox, "song.jia", "--lang en new plan purpose=service goal=服务");
    assert!(refused.contains("client"), "{refused}");
    done(&by(
        &sandbox,
        "song.jia",
        &format!("new plan purpose=service client=康宁 goal=服务 owner=song.jia {services} --key care"),
    ));
    done(&by(&sandbox, "song.jia", "advance care review"));
    assert!(
        by(&sandbox, "song.jia", "advance care approve").ends_with("--- exit 1\n"),
        "who drafted it does not approve it"
    );
    done(&by(&sandbox, "zheng.jie", "advance care approve"));
    done(&by(&sandbox, "song.jia", "advance care start"));
    let due = by(&sandbox, "song.jia", "--lang en due kind=task");
    assert!(due.contains("讲座") && due.contains("2026-11-26 17:30"), "{due}");
    let task = |content: &str| {
        let found = sandbox.json(&format!("list task content={content}"));
        found["data"][0]["id"].as_str().expect("an id").to_owned()
    };
    done(&by(
        &sandbox,
        "song.jia",
        &format!("--now 2026-11-26T15:00 advance {} complete result=到场三十人", task("讲座")),
    ));
    done(&by(&sandbox, "song.jia", &format!("--now 2026-12-14T15:00 advance {} complete result=改期", task("体检"))));
    let of = |month: &str| sandbox.run(&format!("--now 2026-12-31T17:00 --lang en report services {month}"));
    let (november, december) = (of("2026-11"), of("2026-12"));
    assert!(
        november.contains("met 1 / limits 1") && december.contains("met 0 / limits 1; late 1"),
        "{november}\n{december}"
    );
    done(&by(&sandbox, "song.jia", "print care service-plan -o plan.html"));
    assert!(sandbox.read("plan.html").contains("讲座"));
}

#[test]
fn what_is_true_of_a_client_is_said_by_its_name() {
    let sandbox = company();
    client(&sandbox, "乔安", "");
    let at = "--now 2026-11-24T09:00 --lang zh";
    done(&sandbox.run(&format!("{at} new callback client=乔安 reason=routine due=2026-11-26 --key call")));
    done(&sandbox.run(&format!("{at} edit 乔安 do-not-call=yes")));
    let said = sandbox.run(&format!("{at} edit call note=先看档案"));
    assert!(said.contains("乔安 · 客户·不接受电话回访") && !said.contains("· 是"), "{said}");
}

/// A card that is sent is no call: it serves no other callback of the client.
#[test]
fn a_greeting_covers_no_other_callback() {
    let sandbox = company();
    client(&sandbox, "康宁", "grade=key");
    done(&sandbox.run("new callback client=康宁 reason=routine due=2026-12-01 assignee=wang.lei --key call"));
    let greeting = "new callback client=康宁 reason=greeting occasion=生日 due=2026-12-01 assignee=wang.lei --key card";
    done(&sandbox.run(greeting));
    let refused = by(&sandbox, "wang.lei", "advance card complete gift=贺卡 sent=today method=post --cover");
    assert!(refused.contains("covers-nothing") || refused.contains("nothing else is covered"), "{refused}");
    let call = by(&sandbox, "wang.lei", "advance call complete method=phone --cover");
    assert!(done(&call).lines().all(|line| !line.contains("生日")), "{call}");
}

/// Who decides on a proposal follows from the amount, and has it on the list. What was agreed has somebody who sees to
/// it.
#[test]
fn a_proposal_waits_for_whom_the_amount_makes_decide() {
    let sandbox = company();
    client(&sandbox, "康宁", "grade=key");
    done(&sandbox.run("new staff name=丁宁 emails=ding.ning@example.cn roles.+.role=complaint-officer department=cs"));
    done(&sandbox.run("new staff name=赵平 emails=zhao.ping@example.cn roles.+.role=gm"));
    done(&sandbox.run("new complaint client=康宁 channel=phone content=送错货 --key case"));
    done(&by(&sandbox, "wang.lei", "advance case accept promised=tomorrow category=other"));
    let propose = "advance case propose remedies.+.kind=compensation remedies.0.amount=6000";
    done(&by(&sandbox, "ding.ning", propose));
    let owed = |person: &str| by(&sandbox, person, "due").lines().any(|line| line.contains("Approval"));
    assert!(owed("zhao.ping") && !owed("zheng.jie"));
    done(&by(&sandbox, "zhao.ping", "advance case approve"));
    done(&by(&sandbox, "ding.ning", "advance case notify,agree answer=同意"));
}
