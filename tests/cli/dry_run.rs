//! A dry run says what would be done, never that it was done, and does nothing.

use crate::sandbox::Sandbox;

#[test]
fn a_dry_run_says_would_and_does_nothing() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name Test --lang en");
    sandbox.run("new client name=杭州精密机械");
    sandbox.run("new complaint client=杭州精密机械 channel=phone content=漏水 --key K1");
    sandbox.write("../leak.jpg", "a picture");
    sandbox.write("../clients.csv", "name\n宁波远洋\n");
    let head = sandbox.git("rev-parse HEAD");
    let lines = [
        ("new client name=x", "would be made: Client (Prospect)", "将建立：客户"),
        ("advance K1 accept promised=fri", "would go Registered → Accepted", "将由已登记转为已受理"),
        ("advance K1 assign assignee=li.na", "would take Assign (assign)", "将办理分派"),
        ("edit K1 note=x", "would change Note", "将修改备注"),
        ("attach K1 ../leak.jpg", "would be attached: files/", "将附上：files/"),
        ("import client ../clients.csv", "1 would be imported", "将导入 1 条"),
        ("remind --now 2026-11-26T09:00:00+08:00", "1 notice would be issued", "将发出 1 份通知"),
        ("print K1 complaint-slip -o slip.html", "slip.html would be written", "将写入 slip.html"),
        ("report monthly 2026-11 -o monthly.csv", "monthly.csv would be written", "将写入 monthly.csv"),
        ("init ../other --name Other", "The book Other would be made", "建立"),
    ];
    let done =
        ["attached:", "was issued", "notice issued", "is written", "is ready", "changed ", "opened:", "imported,"];
    for (line, en, zh) in lines {
        let said = sandbox.run(&format!("--dry-run --lang en {line}"));
        assert!(said.contains(en) && said.ends_with("--- exit 0\n"), "{line}\n{said}");
        let claims = done
            .iter()
            .filter(|claim| said.replace("would be attached:", "").replace("would be imported,", "").contains(*claim));
        assert_eq!(claims.collect::<Vec<_>>(), [""; 0].iter().collect::<Vec<_>>(), "{line}\n{said}");
        let said = sandbox.run(&format!("--dry-run --lang zh {line}"));
        assert!(
            said.contains(zh) && said.contains('将') && !said.contains("已附上") && !said.contains("已发出"),
            "{line}\n{said}"
        );
        for file in ["slip.html", "monthly.csv", "../other"] {
            assert!(!sandbox.dir().join(file).exists(), "{line} left {file}");
        }
    }
    // a refused command leaves no folder either, in a dry run or not
    for line in ["--dry-run init deep/er", "init deep/er"] {
        let said = sandbox.run(&format!("--lang en {line}"));
        assert!(said.contains("lies inside the repository") && !sandbox.dir().join("deep").exists(), "{line}\n{said}");
    }
    sandbox.write("policy/acting.toml", &format!("{}\n# a remark\n", sandbox.read("policy/acting.toml")));
    let said = sandbox.run("--dry-run --lang en commit -m remark");
    assert!(said.contains("1 file would be committed"), "{said}");
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
    assert_eq!(sandbox.json("--dry-run new client name=x")["dry-run"], true);
    assert!(sandbox.json("list client")["dry-run"].is_null());
}
