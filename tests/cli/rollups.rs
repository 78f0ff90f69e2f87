//! Rollups: values of a record from the records that name it, or that resemble it.

use crate::manufacturer::done;
use crate::sandbox::Sandbox;

/// A book whose clients count their claims, and take no fourth complaint in a year.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset basic --lang en"));
    let client = sandbox.read("policy/kinds/client.toml");
    sandbox.write(
        "policy/kinds/client.toml",
        &format!(
            "{client}\n[rollups.claimed]\nof = \"complaint\"\nsum = \"amount\"\nlabel = {{ en = \"Claimed\", zh = \"涉诉合计\" }}\n\
             [rollups.last-word]\nof = \"complaint\"\nlast = \"content\"\nlabel = {{ en = \"Last word\", zh = \"最近一次\" }}\n"
        ),
    );
    let complaint = sandbox.read("policy/kinds/complaint.toml");
    let register = "[[steps]]\nname = \"register\"\n";
    assert!(complaint.contains(register));
    sandbox.write(
        "policy/kinds/complaint.toml",
        &complaint.replacen(register, &format!("{register}when = [\"client.complaints-year<3\"]\n"), 1),
    );
    assert_eq!(sandbox.run("policy check"), "--- exit 0\n");
    sandbox.git("commit -qam 'Claims of clients'");
    done(&sandbox.run("new client name=泵业 --key k"));
    done(&sandbox.run("new client name=阀门 --key l"));
    sandbox
}

fn complain(sandbox: &Sandbox, client: &str, rest: &str) -> String {
    sandbox.run(&format!("new complaint client={client} channel=phone {rest}"))
}

#[test]
fn lists_filters_and_queries_know_what_a_client_has_come_to() {
    let sandbox = book();
    done(&complain(&sandbox, "k", "content=甲 amount=100 category=product --key one --on 20m-ago"));
    done(&complain(&sandbox, "k", "content=乙 amount=50.5 category=product"));
    done(&complain(&sandbox, "l", "content=丙 category=price"));
    let names = |line: &str| {
        let json = sandbox.json(line);
        let rows = json["data"].as_array().cloned().unwrap_or_else(|| panic!("{line}: {json}"));
        rows.iter().map(|row| row["name"].as_str().or(row["content"].as_str()).unwrap_or_default().to_owned()).collect()
    };
    let found: Vec<String> = names("list client complaints-year>1 --fields name");
    assert_eq!(found, ["泵业"]);
    let found: Vec<String> = names("list client claimed=0 --fields name");
    assert_eq!(found, ["阀门"]);
    let found: Vec<String> = names("list client --fields name --sort -claimed");
    assert_eq!(found, ["泵业", "阀门"]);
    let found: Vec<String> =
        names("list complaint client.claimed=150.. alike-year=1.. --fields content --sort -amount");
    assert_eq!(found, ["甲", "乙"]);
    let json = sandbox.json("list client --fields name,complaints-year,claimed,last-word --sort name");
    let row = json["data"].as_array().and_then(|rows| rows.iter().find(|row| row["name"] == "泵业")).cloned();
    let row = row.unwrap_or_else(|| panic!("{json}"));
    assert_eq!(
        (&row["complaints-year"], &row["claimed"], &row["last-word"]),
        (&2.into(), &"150.50".into(), &"乙".into())
    );
    let zh = sandbox.run("--lang zh list 客户 近12个月投诉>1 --fields 客户名称,涉诉合计,未结投诉");
    assert!(zh.contains("涉诉合计") && zh.contains("150.50") && zh.contains("未结投诉"), "{zh}");
    let shown = sandbox.run("show k");
    assert!(shown.contains("From other records") && shown.contains("Claimed"), "{shown}");
    assert_eq!(sandbox.json("show k")["data"]["derived"]["complaints-year"], 2);
    let asked = sandbox.json("query 'select name, complaints_year, claimed from client where claimed > 0'");
    assert!(asked.to_string().contains("150.5"), "{asked}");
    // a void complaint counts nowhere
    done(&sandbox.run("advance one void -m 误登"));
    let json = sandbox.json("list client claimed=50.5 --fields name,open-complaints,complaints-year");
    assert_eq!(json["data"][0]["open-complaints"], 1, "{json}");
    assert_eq!(json["data"][0]["complaints-year"], 1, "{json}");
}

#[test]
fn a_step_asks_at_its_own_time_and_the_audit_finds_the_same() {
    let sandbox = book();
    for content in ["甲", "乙", "丙"] {
        done(&complain(&sandbox, "k", &format!("content={content}")));
    }
    let refused = complain(&sandbox, "k", "content=丁");
    assert!(refused.contains("complaints-year") && refused.ends_with("--- exit 1\n"), "{refused}");
    // before the others came nothing prevented it, whenever it is noted
    done(&complain(&sandbox, "k", "content=戊 --on '2026-11-01 09:00'"));
    done(&sandbox.run("--now 2028-01-10T09:00:00+08:00 new complaint client=k channel=phone content=己"));
    assert_eq!(sandbox.run("--now 2028-01-10T09:00:00+08:00 audit --quiet"), "--- exit 0\n");
}

#[test]
fn a_rollup_of_what_is_private_is_private() {
    let sandbox = book();
    let text = sandbox.read("policy/kinds/complaint.toml");
    sandbox.write(
        "policy/kinds/complaint.toml",
        &text.replacen("[fields.content]\n", "[fields.content]\nprivate = true\n", 1),
    );
    sandbox.git("commit -qam 'Words are private'");
    done(&complain(&sandbox, "k", "content=机密"));
    for line in ["list client --fields name,last-word", "query 'select name, last_word from client'"] {
        let said = sandbox.run(line);
        assert!(!said.contains("机密") && said.ends_with("--- exit 0\n"), "{line}: {said}");
    }
    assert!(sandbox.run("list client --sort last-word").ends_with("--- exit 1\n"));
    assert!(sandbox.run("list client last-word~机").ends_with("--- exit 2\n"));
    assert!(sandbox.run("show k").contains("机密"));
}

#[test]
fn reports_take_rollups_as_they_stand_at_the_end_of_their_period() {
    let sandbox = book();
    sandbox.write(
        "reports/clients-so-far.toml",
        "label = { en = \"Clients\", zh = \"客户\" }\nperiod = \"month\"\n\
         [sets.all]\nlabel = \"all\"\nkind = \"client\"\nin = \"all\"\n\
         [sets.often]\nlabel = \"often\"\nof = \"all\"\nwhere = \"complaints-year>1\"\n\
         [[figures]]\nname = \"often\"\nlabel = \"Often\"\nmeans = \"clients with more than one complaint\"\ncount = \"often\"\n\
         [[figures]]\nname = \"claims\"\nlabel = \"Claims\"\nmeans = \"all claims\"\nsum = { field = \"claimed\", of = \"all\" }\n\
         [[tables]]\nname = \"by-number\"\nby = \"complaints-year\"\nfigures = [\"claims\"]\n\
         [[lists]]\nname = \"list\"\nset = \"all\"\ncolumns = [\"name\", \"complaints-year\", \"claimed\"]\nsort = \"-claimed\"\n",
    );
    let checked = sandbox.run("policy check");
    assert!(checked.ends_with("--- exit 0\n"), "{checked}");
    sandbox.git("add -A");
    sandbox.git("commit -qm 'A report'");
    done(&complain(&sandbox, "k", "content=甲 amount=100"));
    done(&complain(&sandbox, "k", "content=乙 amount=20 --on '2026-10-05 09:00'"));
    let this = sandbox.run("report clients-so-far 2026-11");
    assert!(this.contains("120.00"), "{this}");
    // at the end of October there was one complaint, and later ones are not in it
    let before = sandbox.run("report clients-so-far 2026-10");
    assert!(!before.contains("120.00"), "{before}");
}
