//! What a terminal shows of tables that are wider or longer than it.

use crate::sandbox::{Sandbox, is_of_next_year};
use crate::terminal::Terminal;

fn book(lang: &str, complaints: usize) -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run(&format!("init --lang {lang}"));
    sandbox.run("new client name=杭州西湖精密机械设备制造集团股份有限公司余杭分公司 phone=0571-88886666 city=杭州");
    let line = |n: usize| {
        format!(
            "{{\"op\":\"new\",\"kind\":\"complaint\",\"fields\":{{\"client\":\"0571-88886666\",\"channel\":\"phone\",\"category\":\"after-sales\",\"severity\":\"critical\",\"content\":\"第{n}批到货后抽检十二件漏水，现场已停线，请尽快派人处理并答复\"}}}}"
        )
    };
    let lines: Vec<String> = (1..=complaints).map(line).collect();
    let shown = sandbox.run_with("batch -", &lines.join("\n"));
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
    sandbox
}

#[test]
fn a_narrow_screen_shows_fewer_columns_and_one_line_a_record() {
    for lang in ["zh", "en"] {
        let sandbox = book(lang, 3);
        for columns in [80, 60, 40] {
            let mut terminal = Terminal::of(columns, 24);
            for line in [
                "list complaint",
                "list client",
                "list complaint --fields content,client,category,severity,opened,changed,holder",
                "due --all --no-pager",
                "due --by holder --no-pager",
                "find 漏水 --no-pager",
                "log --no-pager",
                "status",
                "query 'select * from complaint' --no-pager",
                "policy show",
                "policy show complaint --no-pager",
                "report tracking 2026-11 --no-pager",
                "report overdue --no-pager",
                "plan callbacks 2026-11 --dry-run",
                "show 1 --no-pager",
                "advance 1 --no-pager",
                "doctor",
                "remind --dry-run --no-pager",
            ] {
                let (seen, code) = terminal.run(&sandbox, line, &[]);
                assert_eq!(code, Some(0), "{line}: {seen}");
                let lines = seen.lines().filter(|line| !is_of_next_year(line));
                let widest = lines.map(redress::locale::text::width).max().unwrap_or_default();
                assert!(widest <= usize::from(columns), "{lang} {line} at {columns} is {widest} wide:\n{seen}");
            }
            let (seen, _) = terminal.run(&sandbox, "list complaint", &[]);
            let rows = seen.lines().filter(|line| line.contains(" C-") || line.contains(" KS")).count();
            assert_eq!(rows, 3, "{seen}");
            // title, headings, rule, rows, and what did not fit
            let below = seen.lines().skip(1 + 1 + 1 + 3).collect::<String>();
            let (said, option) = match lang {
                "zh" => ("未显示：", "--fields"),
                _ => ("no room for", "--fields"),
            };
            assert!(below.contains(said) && below.contains(option), "{seen}");
            assert_eq!(seen.matches(said).count(), 1, "{seen}");
        }
        // the kind file says what stays
        let path = "policy/kinds/complaint.toml";
        let keep = |fields: &str| {
            let text = sandbox.read(path);
            let lines = text.lines().map(|line| match line.starts_with("keep = ") {
                true => format!("keep = {fields}\n"),
                false => format!("{line}\n"),
            });
            sandbox.write(path, &lines.collect::<String>());
            let shown = sandbox.run("commit -m keep");
            assert!(shown.ends_with("--- exit 0\n"), "{shown}");
        };
        keep("[\"severity\", \"opened\", \"category\"]");
        let (seen, _) = Terminal::of(72, 24).run(&sandbox, "list complaint", &[]);
        assert!(seen.contains("2026-11-24 09:00") && !seen.contains("漏水"), "{seen}");
        assert!(sandbox.run("policy check").ends_with("--- exit 0\n"));
        sandbox.write(path, &sandbox.read(path).replace("keep = [\"severity\"", "keep = [\"severty\""));
        let wrong = sandbox.run("policy check");
        assert!(
            wrong.contains("severty") && wrong.contains("complaint.toml") && wrong.ends_with("--- exit 1\n"),
            "{wrong}"
        );
    }
}

#[test]
fn a_pipe_gets_every_column_whole() {
    let sandbox = book("zh", 1);
    let shown = sandbox.run("list complaint");
    assert!(shown.contains("并答复") && shown.contains("严重程度") && !shown.contains("未显示"), "{shown}");
}

#[test]
fn what_is_longer_than_the_screen_goes_through_the_pager() {
    let sandbox = book("zh", 30);
    let paged = |terminal: Terminal, line: &str| {
        std::fs::remove_file(sandbox.dir().join("../paged")).ok();
        let mut terminal = terminal;
        let (seen, code) = terminal.run(&sandbox, line, &[]);
        assert_eq!(code, Some(0), "{line}: {seen}");
        (sandbox.dir().join("../paged").exists().then(|| sandbox.read("../paged")), seen)
    };
    let terminal = || Terminal::of(80, 24).with("REDRESS_PAGER", "cat > ../paged");
    for line in ["list complaint", "policy show complaint", "query 'select id from complaint'", "due --all"] {
        let (file, seen) = paged(terminal(), line);
        assert!(file.is_some_and(|file| file.lines().count() > 24) && seen.is_empty(), "{line}: {seen}");
    }
    // help, and the steps of a record
    for (line, rows) in
        [("--help", 24), ("help", 24), ("list --help", 24), ("help filters", 24), ("advance KS202611-0001", 8)]
    {
        let (file, seen) = paged(Terminal::of(80, rows).with("REDRESS_PAGER", "cat > ../paged"), line);
        let lines = file.map_or(0, |file| file.lines().count());
        assert!(lines > usize::from(rows) && seen.is_empty(), "{line}: {lines} lines; {seen}");
    }
    // not paged: what fits, what scripts read, and what the user does not want paged
    for line in [
        "list complaint --limit 5",
        "list complaint --no-pager",
        "--no-pager list complaint",
        "list complaint --json",
        "list complaint --format json",
    ] {
        let (file, seen) = paged(terminal(), line);
        assert!(file.is_none() && !seen.is_empty(), "{line}");
    }
    let (file, _) = paged(Terminal::of(80, 60).with("REDRESS_PAGER", "cat > ../paged"), "list complaint");
    assert!(file.is_none(), "it fits");
    // as git chooses: its own variable, then its configuration, then the common variable
    let with = |names: &[&'static str], value: &str| {
        names.iter().fold(Terminal::of(80, 24), |terminal, name| terminal.with(name, value))
    };
    assert!(paged(with(&["PAGER"], "cat > ../paged"), "list complaint").0.is_some());
    assert!(paged(with(&["GIT_PAGER"], "cat > ../paged").with("PAGER", "false"), "list complaint").0.is_some());
    sandbox.git("config core.pager 'tee ../paged >../copy'");
    assert!(paged(with(&["PAGER"], "false"), "list complaint").0.is_some());
    assert!(paged(with(&["GIT_PAGER"], "cat").with("PAGER", "false"), "list complaint").0.is_none());
    let (file, seen) = paged(with(&["REDRESS_PAGER"], "").with("PAGER", "false"), "list complaint");
    assert!(file.is_none() && seen.contains("KS2026"), "{seen}");
    // a pager that does not exist, or that exits early, is not an error
    let (_, seen) = paged(with(&["REDRESS_PAGER"], "no-such-pager"), "list complaint");
    assert!(seen.contains("KS2026"), "{seen}");
    let (_, seen) = paged(with(&["REDRESS_PAGER"], "head -2"), "list complaint");
    assert_eq!(seen.lines().count(), 2, "{seen}");
    let (told, _) = paged(with(&["REDRESS_PAGER"], "echo $LESS $LESSCHARSET > ../paged; cat"), "list complaint");
    assert_eq!(told.as_deref(), Some("FRX utf-8\n"));
}
