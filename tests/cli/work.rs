//! Going through the list of what is due, one record at a time, at a terminal.

use crate::manufacturer::done;
use crate::sandbox::Sandbox;
use crate::terminal::Terminal;

fn book(lang: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run(&format!("init --preset basic --lang {lang}")));
    done(
        &sandbox.run(
            "new client name=清泉自来水公司 phone=0571-88886666 contacts.+.name=王强 contacts.0.phone=13800000000",
        ),
    );
    done(&sandbox.run("new callback client=清泉自来水公司 reason=routine due=2026-11-24 --key call"));
    done(&sandbox.run("new complaint client=清泉自来水公司 channel=phone content=漏水 --key leak"));
    sandbox
}

#[test]
fn records_are_walked_one_by_one_and_each_step_asks_what_it_needs() {
    let sandbox = book("zh");
    let mut terminal = Terminal::of(80, 24);
    let answers = [
        ("[1/2]", ""),
        ("王强", ""),
        ("下一步办理", "完成回访\n"),
        ("填写回访记录", "1\n"),
        ("回访内容", "满意\n\n"),
        ("[2/2]", ""),
        ("下一步办理", "跳过\n"),
    ];
    let (seen, code) = terminal.run(&sandbox, "work", &answers);
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("已办：2 步") && seen.contains("未办：1 条，其中跳过 1 条"), "{seen}");
    assert_eq!(sandbox.json("show call")["data"]["state"], "recorded");
    assert_eq!(sandbox.json("show leak")["data"]["state"], "registered");
    let width = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
    let wide: Vec<&str> = seen.lines().filter(|line| line.starts_with('[') && width(line) > 80).collect();
    assert_eq!(wide, [""; 0]);
}

#[test]
fn a_refusal_does_not_end_it_and_stopping_leaves_the_rest() {
    let sandbox = book("en");
    let head = || sandbox.git("rev-parse HEAD");
    let before = head();
    let mut terminal = Terminal::of(80, 24);
    let answers = [("What comes next", "give-up\n"), ("nothing was written", ""), ("What comes next", "stop\n")];
    // giving up needs three attempts, and one answer gives one
    let (seen, code) = terminal.run(&sandbox, "work callback", &[("What comes next", "stop\n")]);
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("Done: 0 steps") && seen.contains("Left: 1 record"), "{seen}");
    if seen.contains("Give up") {
        let (seen, _) = terminal.run(&sandbox, "work callback", &answers);
        assert!(seen.contains("Left: 1 record"), "{seen}");
    }
    assert_eq!(head(), before);
    let (seen, code) = terminal.run(&sandbox, "work complaint content~nothing", &[]);
    assert_eq!(code, Some(0), "{seen}");
}

#[test]
fn a_script_is_told_what_to_use() {
    let sandbox = book("en");
    let refused = sandbox.run("work");
    assert!(refused.contains("redress due") && refused.ends_with("--- exit 2\n"), "{refused}");
}
