//! The example of a manufacturer's six cases runs as it is written and prints what is expected. Its book gives the
//! reports of money: each is a snapshot, in both languages if the tables have different layouts.

use crate::sandbox::Sandbox;

/// Runs a script of `examples/` as a user would in a shell, with its book in the folder `book`, and returns all that
/// it prints.
pub(crate) fn script(sandbox: &Sandbox, name: &str, book: &str) -> String {
    let script = format!("{}/examples/{name}/run", env!("CARGO_MANIFEST_DIR"));
    let mut command = sandbox.command("sh");
    // found on the path under its name, which the script's own function also has
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_redress")).parent().expect("a folder");
    let script = format!("PATH={}:$PATH REDRESS=redress sh {script} {book}", program.display());
    command.args(["-c", &script]);
    let shown = sandbox.shown(&command.output().expect("sh runs"));
    shown.replace(&format!("{}/", env!("CARGO_MANIFEST_DIR")), "")
}

#[test]
fn the_manufacturers_six_cases_go_as_expected() {
    let sandbox = Sandbox::empty();
    let shown = script(&sandbox, "manufacturer", "cases");
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/manufacturer/expected.txt"].raw());
    reports(&Desk { sandbox });
}

/// The book of the example, with the person and the time of each command.
struct Desk {
    sandbox: Sandbox,
}

impl Desk {
    fn run(&self, person: &str, now: &str, line: &str) -> String {
        let mut command = self.sandbox.redress(&format!("-C cases --lang en {line}"));
        command.env("REDRESS_NOW", format!("2026-{now}:00+08:00"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), person);
            command.env(format!("GIT_{who}_EMAIL"), format!("{person}@example.cn"));
        }
        self.sandbox.shown(&command.output().expect("redress runs"))
    }

    fn done(&self, person: &str, now: &str, line: &str) {
        let shown = self.run(person, now, line);
        assert!(shown.ends_with("--- exit 0\n"), "{line}\n{shown}");
    }

    /// A report as the general manager's office reads it on the first of April.
    fn report(&self, line: &str) -> String {
        self.run("wu.fang", "04-01T09:00", &format!("report {line}"))
    }
}

/// What was sold, a measure that holds, one that did not help, one that is late; then the reports of March.
fn reports(desk: &Desk) {
    let policy = desk.sandbox.read("cases/policy/reports.toml");
    let sold = |month: &str, amount: &str| format!("\n[[volumes]]\nmonth = \"{month}\"\namount = \"{amount}\"\n");
    let volumes = sold("2026-03", "1188030.00") + &sold("2026-02", "900000.00");
    desk.sandbox.write("cases/policy/reports.toml", &(policy + &volumes));
    desk.sandbox.git("-C cases commit -qam 'What was sold'");
    let measure = |key: &str, words: &str| format!("new measure --key {key} category=product {words}");
    for (person, now, line) in [
        (
            "qian.jun",
            "03-09T09:00",
            measure("seals", "about=case-return action=密封圈换供应商 owner=sun.bo due=2026-03-12"),
        ),
        ("sun.bo", "03-11T09:00", "advance seals complete".to_owned()),
        ("wu.fang", "03-11T10:00", "edit seals check-due=2026-03-25".to_owned()),
        ("qian.jun", "03-25T09:00", "advance seals verify effect=两周内无漏水".to_owned()),
        (
            "qian.jun",
            "03-11T09:00",
            measure("gauges", "about=case-twice action=螺纹规每班校验 owner=sun.bo due=2026-03-14"),
        ),
        ("sun.bo", "03-13T09:00", "advance gauges complete".to_owned()),
        ("qian.jun", "03-20T09:00", "advance gauges fail due=2026-04-10 -m 抽检仍有超差".to_owned()),
        (
            "qian.jun",
            "03-13T10:00",
            measure("packing", "about=case-shared action=包装加干燥剂 owner=chu.wei due=2026-03-20"),
        ),
        ("li.na", "03-31T09:00", "edit case-return lesson=每批密封圈先做老化试验".to_owned()),
        (
            "li.na",
            "03-31T09:00",
            "edit case-return affected.+.item=DN50 affected.0.receivable=100000 affected.0.collected=92800".to_owned(),
        ),
        ("wu.fang", "04-01T09:00", "plan sanctions 2026-03".to_owned()),
    ] {
        desk.done(person, now, &line);
    }
    for (report, expected) in [
        ("monthly 2026-03", snapbox::file!["reports/monthly.en.txt"].raw()),
        ("monthly 2026-03 --lang zh", snapbox::file!["reports/monthly.zh.txt"].raw()),
        ("responsibility 2026-03", snapbox::file!["reports/responsibility.en.txt"].raw()),
        ("responsibility 2026-03 --lang zh", snapbox::file!["reports/responsibility.zh.txt"].raw()),
        ("losses 2026-03", snapbox::file!["reports/losses.en.txt"].raw()),
        ("losses 2026-03 --lang zh", snapbox::file!["reports/losses.zh.txt"].raw()),
        ("receivables 2026-03", snapbox::file!["reports/receivables.en.txt"].raw()),
        ("deductions 2026-04", snapbox::file!["reports/deductions.en.txt"].raw()),
        ("timeliness 2026-03", snapbox::file!["reports/timeliness.en.txt"].raw()),
        ("improvement 2026-03", snapbox::file!["reports/improvement.en.txt"].raw()),
        ("lessons 2026-03", snapbox::file!["reports/lessons.en.txt"].raw()),
    ] {
        snapbox::assert_data_eq!(settled(&desk.report(report)), expected);
    }
}

/// Sanctions that were proposed at one time, in an order that is the same at every run. The order of their ids is
/// not.
fn settled(shown: &str) -> String {
    let plain = |line: &str| {
        let words = line.split(' ').map(|word| match word.split_once("-ID") {
            Some((prefix @ ("S" | "C"), _)) => format!("{prefix}-ID"),
            _ => word.to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let mut lines: Vec<String> = shown.lines().map(str::to_owned).collect();
    let is = |line: &&String| line.starts_with("S-");
    if let Some(first) = lines.iter().position(|line| is(&line)) {
        let end = first + lines[first..].iter().take_while(is).count();
        lines[first..end].iter_mut().for_each(|line| *line = plain(line));
        lines[first..end].sort();
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Places in the policy without their lines, because every comment above moves these.
pub(crate) fn without_lines(text: &str) -> String {
    let mut pieces = text.split(".toml:");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(".toml:LINE");
        out.push_str(piece.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}
