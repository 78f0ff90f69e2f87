//! At a terminal: questions, `@`, rows by number, the editor, and interruptions. The tests use a pseudo-terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::sandbox::Sandbox;

/// Longer than any answer takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Marks that everything before it was read. No command writes it.
const ENDED: &str = "\u{1}ended\u{1}";

/// A terminal of its own. Several commands can run at it, one after another.
pub(crate) struct Terminal {
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    device: String,
    environment: Vec<(&'static str, String)>,
}

impl Terminal {
    pub(crate) fn open() -> Self {
        Terminal::of(120, 40)
    }

    /// A terminal with this many columns and rows.
    pub(crate) fn of(columns: u16, rows: u16) -> Self {
        let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
        grantpt(&main).expect("its rights");
        unlockpt(&main).expect("its lock");
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&main, size).expect("its size");
        let device = ptsname(&main, Vec::new()).expect("its name").into_string().expect("text");
        let keyboard = File::from(main);
        let mut reader = keyboard.try_clone().expect("a second handle");
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // the beginning of a character whose end is read next
            let mut begun = Vec::new();
            // While no process has the device open, reading fails on Linux. It goes on with the next command.
            loop {
                match reader.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(count) => {
                        begun.extend_from_slice(&bytes[..count]);
                        let whole = match std::str::from_utf8(&begun) {
                            Err(error) if error.error_len().is_none() => error.valid_up_to(),
                            _ => begun.len(),
                        };
                        if sender.send(begun.drain(..whole).collect()).is_err() {
                            break;
                        }
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        });
        Terminal { keyboard, screen, device, environment: Vec::new() }
    }

    /// The same terminal with a variable in the environment of its commands.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// The device of the terminal, for a program.
    pub(crate) fn device(&self) -> File {
        OpenOptions::new().read(true).write(true).open(&self.device).expect("the terminal")
    }

    /// Types on the keyboard.
    pub(crate) fn type_in(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).expect("typing");
    }

    fn spawn(&self, sandbox: &Sandbox, line: &str, editor: &str) -> Child {
        let device = || self.device();
        let mut command = sandbox.redress(line);
        command.env("EDITOR", editor).env("NO_COLOR", "1");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(device()).stdout(Stdio::from(device())).stderr(Stdio::from(device()));
        command.spawn().expect("redress runs")
    }

    /// Runs a command. Each answer is typed when its question has appeared. Returns what was seen, and the exit code.
    pub(crate) fn run(&mut self, sandbox: &Sandbox, line: &str, answers: &[(&str, &str)]) -> (String, Option<i32>) {
        self.edit(sandbox, line, answers, "false")
    }

    fn edit(&mut self, sandbox: &Sandbox, line: &str, answers: &[(&str, &str)], editor: &str) -> (String, Option<i32>) {
        let mut child = self.spawn(sandbox, line, editor);
        let mut seen = String::new();
        let mut from = 0;
        for (question, answer) in answers {
            from = self.until(&mut seen, from, question, &mut child);
            self.keyboard.write_all(answer.as_bytes()).expect("typing");
        }
        let begun = Instant::now();
        let status = loop {
            match child.try_wait().expect("redress ends") {
                Some(status) => break status,
                None if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(10)),
                None => {
                    child.kill().ok();
                    panic!("`{line}` asks for more:\n{seen}");
                }
            }
        };
        // what is written to the terminal now comes after everything that the command wrote
        self.device().write_all(ENDED.as_bytes()).expect("a mark");
        self.until(&mut seen, 0, ENDED, &mut child);
        (seen.replace(ENDED, "").replace("\r\n", "\n"), status.code())
    }

    /// Reads until `wanted` appears after `from`. Returns where it ends.
    pub(crate) fn until(&self, seen: &mut String, from: usize, wanted: &str, child: &mut Child) -> usize {
        let begun = Instant::now();
        loop {
            if let Some(at) = seen[from..].find(wanted) {
                return from + at + wanted.len();
            }
            match self.screen.recv_timeout(Duration::from_millis(50)) {
                Ok(bytes) => seen.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Timeout) if begun.elapsed() < PATIENCE => {}
                Err(_) => {
                    child.kill().ok();
                    panic!("`{wanted}` was never asked:\n{seen}");
                }
            }
        }
    }
}

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    for line in ["init --lang zh", "new client name=清泉自来水公司"] {
        let shown = sandbox.run(line);
        assert!(shown.ends_with("--- exit 0\n"), "{shown}");
    }
    sandbox
}

#[test]
fn what_is_missing_is_asked_for_and_the_last_record_is_at_hand() {
    let sandbox = book();
    let mut terminal = Terminal::open();
    // Part of a name is refused with what it may mean, and asked for again.
    let answers = [
        ("客户：", "清泉\n"),
        ("清泉自来水公司", ""),
        ("客户：", "清泉自来水公司\n"),
        ("10：", "9\n"),
        ("空行", "漏水\n件数十二\n\n"),
    ];
    let (seen, code) = terminal.run(&sandbox, "new complaint", &answers);
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("下一步：受理 (accept)、不予受理 (decline)"), "{seen}");
    // a past time is asked for again, and not refused at the end
    let answers = [("承诺答复时间（", "昨天\n"), ("只能写将来的时间", ""), ("承诺答复时间（", "明天 下午5点\n")];
    let (seen, code) = terminal.run(&sandbox, "advance @ accept", &answers);
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("承诺答复时间：2026-11-25 17:00 周三\n"), "what was understood: {seen}");
    // A list of groups is asked for part by part, until the user wants no more entries.
    let answers = [
        ("1 到 9：", "退货\n"),
        ("金额", "5,000元\n"),
        ("数量", "１２\n"),
        ("说明", "\n"),
        ("还有一项", "是\n"),
        ("1 到 9：", "6\n"),
        ("金额", "五百\n"),
        ("金额", "500\n"),
        ("数量", "\n"),
        ("说明", "一次性\n\n"),
        ("还有一项", "\n"),
    ];
    let (seen, code) = terminal.run(&sandbox, "advance @ propose", &answers);
    assert_eq!(code, Some(0), "{seen}");
    let (seen, _) = terminal.run(&sandbox, "list 投诉", &[]);
    assert!(seen.contains("#  案件编号") && seen.contains("\n1  KS202611-0001  C-"), "rows have numbers: {seen}");
    assert!(!seen.contains("严重程度"), "columns without a value are left out: {seen}");
    let (seen, _) = terminal.run(&sandbox, "show 1", &[]);
    assert!(seen.contains("金额：5,000.00；数量：12") && seen.contains("说明：一次性"), "{seen}");
    let record = &sandbox.json("list complaint")["data"][0];
    assert_eq!(record["channel"], "regulator");
    assert_eq!(record["content"], "漏水\n件数十二");
    assert_eq!(record["remedies"][1]["amount"], "500.00");
    // Another terminal has written nothing yet.
    let (seen, code) = Terminal::open().run(&sandbox, "show @", &[]);
    assert_eq!(code, Some(3), "{seen}");
}

#[test]
fn rows_are_echoed_and_a_client_that_is_not_there_may_be_made() {
    let sandbox = book();
    sandbox.run("new complaint client=清泉自来水公司 channel=phone content=漏水");
    let mut terminal = Terminal::open();
    terminal.run(&sandbox, "list complaint", &[]);
    let (seen, code) = terminal.run(&sandbox, "show 1", &[]);
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("1 即 KS202611-0001 C-") && seen.contains("清泉自来水公司 · 漏水"), "{seen}");
    let head = sandbox.git("rev-parse HEAD");
    let (seen, code) = terminal.run(&sandbox, "advance 1 withdraw", &[("所指是否无误？", "否\n")]);
    assert_eq!((code, sandbox.git("rev-parse HEAD") == head), (Some(130), true), "{seen}");
    let (seen, code) = terminal.run(&sandbox, "new complaint client=1 channel=phone content=x", &[]);
    assert!(code != Some(0) && seen.contains("不是客户"), "a row of another kind: {seen}");
    // on the command line and as an answer
    let made = [("是否新建？", "是\n")];
    let (seen, code) = terminal.run(&sandbox, "new complaint client=远洋 channel=phone content=裂纹", &made);
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("客户 · 远洋") && seen.contains("远洋 · 裂纹"), "{seen}");
    let answers = [("客户：", "海天\n"), ("是否新建？", "是\n")];
    let (seen, code) = terminal.run(&sandbox, "new complaint channel=phone content=裂纹", &answers);
    assert_eq!(code, Some(0), "{seen}");
    let (seen, code) = terminal.run(&sandbox, "new client name=海天", &[("确实是另一条吗？", "否\n")]);
    assert_eq!(code, Some(1), "{seen}");
    let (seen, code) = terminal.run(&sandbox, "new client name=海天", &[("确实是另一条吗？", "是\n")]);
    assert_eq!(code, Some(0), "{seen}");
}

#[test]
fn a_client_who_is_known_by_a_longer_name_is_not_made_a_second_time() {
    let sandbox = book();
    let mut terminal = Terminal::open();
    let command = "new complaint client=清泉 channel=phone content=漏水";
    let (seen, code) = terminal.run(&sandbox, command, &[("1 到 2：", "1\n")]);
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("清泉自来水公司") && seen.contains("新建客户：清泉"), "{seen}");
    let clients = || sandbox.json("list client")["data"].as_array().map_or(0, Vec::len);
    assert_eq!(clients(), 1);
    let command = "new complaint client=清泉 channel=phone content=裂纹";
    let (seen, code) = terminal.run(&sandbox, command, &[("1 到 2：", "2\n")]);
    assert_eq!((code, clients()), (Some(0), 2), "it is another one: {seen}");
}

#[test]
fn what_the_message_says_is_not_asked_again() {
    let sandbox = book();
    let mut terminal = Terminal::open();
    terminal.run(&sandbox, "new complaint client=清泉自来水公司 channel=phone content=漏水", &[]);
    let (seen, code) = terminal.run(&sandbox, "advance @ void -m 重复登记", &[]);
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!(sandbox.json("list complaint state=void")["data"][0]["void-reason"], "重复登记", "{seen}");
}

#[test]
fn which_of_several_fields_names_a_file_is_chosen() {
    let sandbox = book();
    let path = "policy/kinds/complaint.toml";
    let scans = "[fields.scans]\ntype = \"file\"\nlabel = { en = \"Scan\", zh = \"扫描件\" }\n\n[fields.files]";
    sandbox.write(path, &sandbox.read(path).replacen("[fields.files]", scans, 1));
    sandbox.run("commit -m scans");
    sandbox.run("new complaint client=清泉自来水公司 channel=phone content=漏水 --key K1");
    sandbox.write("../leak.jpg", "a picture");
    let mut terminal = Terminal::open();
    let (seen, code) = terminal.run(&sandbox, "attach K1 ../leak.jpg", &[("1 到 2：", "扫描件\n")]);
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("1  扫描件") && seen.contains("2  附件"), "{seen}");
    assert!(sandbox.json("show K1")["data"]["scans"].is_string());
}

#[test]
fn several_records_are_confirmed_and_no_is_no() {
    let sandbox = book();
    for content in ["一", "二"] {
        sandbox.run(&format!("new complaint client=清泉自来水公司 channel=phone content={content}"));
    }
    let mut terminal = Terminal::open();
    terminal.run(&sandbox, "list complaint", &[]);
    let head = sandbox.git("rev-parse HEAD");
    let (seen, code) = terminal.run(&sandbox, "advance 1,2 withdraw", &[("withdraw × 2?", "n\n")]);
    assert_eq!((code, sandbox.git("rev-parse HEAD") == head), (Some(130), true), "{seen}");
    let (seen, code) =
        terminal.run(&sandbox, "advance 1,2,1 withdraw", &[("所指是否无误？", "y\n"), ("withdraw × 2?", "y\n")]);
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!(sandbox.git("rev-parse HEAD~1"), head, "one commit");
}

#[test]
fn the_editor_shows_mistakes_in_place_and_loses_nothing() {
    let sandbox = book();
    sandbox.run("new complaint client=清泉自来水公司 channel=phone content=漏水");
    sandbox.write(
        "../editor",
        "#!/bin/sh\nif grep -q '^#! ' \"$1\"; then cp \"$1\" ../seen; sed -i 's/^severity: .*/severity: major/' \"$1\"\n\
         else printf 'severity: enormous\\nproduct: 阀门\\n' > ../add; sed -i '/^content:/r ../add' \"$1\"; fi\n",
    );
    let mut terminal = Terminal::open();
    terminal.run(&sandbox, "list complaint", &[]);
    let (seen, code) = terminal.edit(&sandbox, "edit 1", &[], "sh ../editor");
    assert_eq!(code, Some(0), "{seen}");
    let shown = sandbox.read("../seen");
    let (above, _) = shown.split_once("severity: enormous").expect("what was written");
    assert!(above.lines().last().is_some_and(|line| line.starts_with("#! ")), "{shown}");
    let record = &sandbox.json("list complaint")["data"][0];
    assert_eq!((record["severity"].as_str(), record["product"].as_str()), (Some("major"), Some("阀门")));
    // An editor that fails changes nothing, and what was written is kept.
    let head = sandbox.git("rev-parse HEAD");
    let (seen, code) = terminal.edit(&sandbox, "edit 1", &[], "sh -c 'echo lost >> \"$0\"; exit 3'");
    assert_eq!((code, sandbox.git("rev-parse HEAD") == head), (Some(1), true), "{seen}");
    let kept = seen.split(['：', ' ', '\n']).find(|word| word.contains("/edit/")).expect("where it is kept");
    assert!(std::fs::read_to_string(kept).expect("the text").ends_with("lost\n"));
}

#[test]
fn an_interrupt_at_a_question_ends_with_130_and_writes_nothing() {
    let sandbox = book();
    let head = sandbox.git("rev-parse HEAD");
    let mut terminal = Terminal::open();
    let mut child = terminal.spawn(&sandbox, "new complaint", "false");
    let mut seen = String::new();
    terminal.until(&mut seen, 0, "客户：", &mut child);
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("a signal");
    let status = child.wait().expect("redress ends");
    assert_eq!((status.code(), status.signal()), (Some(130), None), "{seen}");
    // The end of input breaks off too.
    let (seen, code) = terminal.run(&sandbox, "new complaint", &[("客户：", "\u{4}")]);
    assert_eq!(code, Some(130), "{seen}");
    assert_eq!(sandbox.git("rev-parse HEAD"), head);
    assert_eq!(sandbox.git("status --porcelain"), "");
}

#[test]
fn a_new_book_asks_for_the_company_and_its_people() {
    let sandbox = Sandbox::empty();
    let mut terminal = Terminal::open();
    let answers = [
        ("公司名称（回车：", "恒泰阀门\n"),
        ("编号 1 到", "2\n"),
        ("公司地址", "杭州文三路1号\n"),
        ("公司电话", "\n"),
        ("纳税人识别号", "91330100TEST\n"),
        ("同事姓名", "王磊\n"),
        ("王磊 的电子邮箱", "wang.lei\n"),
        ("不是电子邮箱", ""),
        ("王磊 的电子邮箱", "wang.lei@example.cn\n"),
        ("可写多个", "1、4\n"),
        ("下一位同事姓名", "\n"),
        ("完整到哪一年", "\n"),
        ("共享仓库的地址", "-x\n"),
        ("不是仓库地址", ""),
        ("共享仓库的地址", "/srv/book.git\n"),
    ];
    let (seen, code) = terminal.run(&sandbox, "init --lang zh", &answers);
    assert_eq!(code, Some(0), "{seen}");
    assert!(seen.contains("已加入：王磊") && seen.contains("redress sync"), "{seen}");
    let settings = sandbox.read("redress.toml");
    assert!(settings.contains("name = \"恒泰阀门\"") && settings.contains("address = \"杭州文三路1号\""), "{settings}");
    assert_eq!(sandbox.git("remote get-url origin"), "/srv/book.git\n");
    assert!(!sandbox.read("policy/calendar.toml").contains("\nvalid-through"), "it ends with the holidays of its file");
    assert!(sandbox.read("README.md").starts_with("# 恒泰阀门客户服务台账\n"));
    let colleague = sandbox.json("show wang.lei");
    assert_eq!(colleague["data"]["roles"].as_array().map(Vec::len), Some(2), "{colleague}");
    // the new book passes its own rules, and is not upgraded at once
    for line in ["validate", "audit --quiet", "policy check"] {
        assert_eq!(sandbox.run(line), "--- exit 0\n", "{line}");
    }
    assert!(sandbox.run("policy upgrade --lang en").contains("already"));
    // the second time nothing is asked
    let (seen, code) = terminal.run(&sandbox, "init --lang zh", &[]);
    assert_eq!(code, Some(1), "{seen}");
}

#[test]
fn a_line_is_asked_for_with_all_that_the_step_wants_of_it() {
    let sandbox = Sandbox::empty();
    for line in ["init --preset agency --lang zh", "new client name=青禾"] {
        let shown = sandbox.run(line);
        assert!(shown.ends_with("--- exit 0\n"), "{shown}");
    }
    let person = sandbox.json("list staff")["data"][0]["id"].as_str().expect("an id").to_owned();
    let answers = [
        ("姓名", "何青\n\n"),
        ("职务", "\n"),
        ("必须填写", ""),
        ("职务", "经理\n\n"),
        ("联系电话", "0571-2\n"),
        ("电子邮箱", "he@example.cn\n"),
        ("1 到 2：", "1\n"),
        ("生日", "1985-05-06\n"),
        ("方便联系时间", "上午\n\n"),
        ("还有一项", "\n"),
    ];
    let line = format!("advance 青禾 file address=路 phone=0571-1 principal=何 sales={person}");
    let (seen, code) = Terminal::open().run(&sandbox, &line, &answers);
    assert_eq!(code, Some(0), "{seen}");
    assert_eq!(sandbox.json("show 青禾")["data"]["contacts"][0]["position"], "经理");
}
