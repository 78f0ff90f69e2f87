//! Templates that ask for more than they may: printing and `policy check` end soon, with file, line, bound and help.

use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;

const SLIP: &str = "forms/complaint-slip.html";

fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name x --lang zh");
    sandbox.run("new client name=A phone=0571-88886666");
    sandbox.run("new complaint client=A channel=phone content=y --key K1");
    sandbox
}

/// What the check says of a template, and how long it takes.
fn checked(sandbox: &Sandbox, template: &str) -> (String, Duration) {
    sandbox.write(SLIP, template);
    let begun = Instant::now();
    (sandbox.run("--lang en policy check"), begun.elapsed())
}

#[test]
fn a_template_that_asks_for_too_much_is_named_with_its_line_and_the_bound() {
    let sandbox = book();
    let table = [
        ("<p>\n{{ '%10000000000d'|format(1) }}", 2, ""),
        (
            "{% set n = namespace(s='x') %}\n{% for i in range(60) %}\n{% set n.s = n.s ~ n.s %}{% endfor %}",
            3,
            "512 MB",
        ),
        // the line may not be found in time on a busy machine
        ("{% set n = namespace(l=[1]) %}{% for i in range(60) %}{% set n.l = n.l + n.l %}{% endfor %}", 1, "512 MB"),
        ("<p>{{ 1 }}\n{{ [1]|batch(10000000000, 'x')|list|length }}", 2, ""),
        ("{% for n in range(100000) %}\n{% for m in range(100000) %}x{% endfor %}{% endfor %}", 2, "20000000 steps"),
    ];
    for (template, line, bound) in table {
        let (said, took) = checked(&sandbox, template);
        let place = format!("{SLIP}:{line}");
        assert!(said.contains(&place) && said.contains(bound), "{template}\n{said}");
        assert!(said.contains("docs/bounds.md") && said.ends_with("--- exit 1\n"), "{template}\n{said}");
        assert!(took < Duration::from_secs(120), "{template}: {took:?}");
    }
    sandbox.write(SLIP, table[1].0);
    sandbox.git("commit -qam forms");
    let said = sandbox.run("--lang en print K1 complaint-slip -o -");
    assert!(said.contains(&format!("{SLIP}:3")) && said.contains("512 MB") && said.ends_with("--- exit 1\n"), "{said}");
    // other forms are printed as before
    assert!(sandbox.run("print K1 complaint-registration -o -").contains("<!DOCTYPE html>"));
}

#[test]
fn one_wrong_template_stops_its_own_form_and_is_named_by_every_check() {
    let sandbox = book();
    let table = [
        ("<p>\n{% if %}", 2, "syntax error"),
        ("<p>\n{{ record.id|safe }}", 2, "`safe` prints"),
        ("<p>\n\n{{ record.id|nosuch }}", 3, "there is no filter `nosuch`"),
        ("{% if record is odder %}{% endif %}", 1, "there is no test `odder`"),
    ];
    for (template, line, said) in table {
        sandbox.write(SLIP, template);
        let place = format!("{SLIP}:{line}");
        let named = |shown: &str| shown.contains(&place) && shown.contains(said) && shown.contains("help: ");
        let refuses = |shown: &str| named(shown) && shown.contains("--- exit 1\n");
        for command in ["status", "validate", "commit", "validate forms"] {
            let shown = sandbox.run(&format!("--lang en {command}"));
            assert!(refuses(&shown), "{command}: {shown}");
        }
        sandbox.git("add -A");
        let shown = sandbox.run("--lang en validate --staged");
        assert!(refuses(&shown), "{shown}");
        sandbox.git("commit -qm forms");
        for command in ["status", "validate", "policy check"] {
            let shown = sandbox.run(&format!("--lang en {command}"));
            assert!(refuses(&shown), "{command}, committed: {shown}");
        }
        assert!(sandbox.run("--lang en status").contains("wrong as committed"));
        assert!(sandbox.run("--lang zh status").contains("已提交，但有问题"));
        let json = sandbox.json("status");
        assert_eq!((&json["data"][0]["what"], &json["data"][0]["path"]), (&"committed".into(), &SLIP.into()), "{json}");
        // the other forms of the record are printed, and the wrong one is named
        let shown = sandbox.run("--lang en print K1 -y");
        assert!(shown.contains("complaint-registration.html is written"), "{shown}");
        assert!(
            shown.contains("left out, because its template is wrong: Complaint slip") && refuses(&shown),
            "{shown}"
        );
        let shown = sandbox.run("--lang en print K1 complaint-slip -o -");
        assert!(refuses(&shown), "{shown}");
        assert!(sandbox.run("print K1 complaint-registration -o -").contains("<!DOCTYPE html>"));
    }
    // a template that others include stops those
    sandbox.git("checkout -q HEAD~4 -- forms");
    let parts = sandbox.read("forms/parts.html");
    sandbox.write("forms/parts.html", &format!("{parts}{{% if %}}"));
    sandbox.git("add -A");
    sandbox.git("commit -qm parts");
    let shown = sandbox.run("--lang en print K1 complaint-registration -o -");
    assert!(shown.contains("forms/parts.html:") && shown.contains("syntax error"), "{shown}");
}

#[test]
fn a_wrong_report_is_named_by_every_check_too() {
    let sandbox = book();
    sandbox.write("reports/mine.toml", "nonsense = 1\n");
    for command in ["status", "validate", "commit"] {
        let shown = sandbox.run(&format!("--lang en {command}"));
        assert!(shown.contains("reports/mine.toml:1") && shown.contains("--- exit 1\n"), "{command}: {shown}");
    }
    sandbox.git("add -A");
    assert!(sandbox.run("--lang en validate --staged").contains("reports/mine.toml:1"));
    sandbox.git("commit -qm reports");
    assert!(sandbox.run("--lang en status").contains("reports/mine.toml:1"));
}

#[test]
fn what_prints_text_unescaped_is_refused_at_the_check_and_when_it_is_printed() {
    let sandbox = book();
    let table = [
        ("<p>\n{{ record.id|safe }}", 2, "safe"),
        ("<p>\n\n{% if false %}{{ record.id | upper | safe }}{% endif %}", 3, "safe"),
        ("{% filter safe %}x{% endfilter %}", 1, "safe"),
        ("<p>\n{% set x | safe %}x{% endset %}", 2, "safe"),
        ("<p>\n{{ [record.id]|map('safe')|join }}", 2, "safe"),
        ("<p>\n{% macro m(a=record.id|safe) %}{% endmacro %}", 2, "safe"),
        ("<p>\n{% autoescape false %}{{ record.id }}{% endautoescape %}", 2, "autoescape"),
        ("<p>\n{% autoescape both %}{{ record.id }}{% endautoescape %}", 2, "autoescape"),
        ("<p>\n{% if false %}\n{% include \"nowhere.html\" %}{% endif %}", 3, "nowhere.html"),
        ("<p>\n{% if false %}{% import \"nowhere.html\" as p %}{% endif %}", 2, "nowhere.html"),
        ("<p>\n{% if false %}{% include [\"a.html\", \"b.html\"] %}{% endif %}", 2, "a.html, b.html"),
    ];
    for (template, line, named) in table {
        let (said, _) = checked(&sandbox, template);
        assert!(said.contains(&format!("{SLIP}:{line}")) && said.contains(named), "{template}\n{said}");
        assert!(said.ends_with("--- exit 1\n"), "{template}\n{said}");
    }
    for (template, line, _) in [table[0], table[6], table[8]] {
        sandbox.write(SLIP, template);
        sandbox.git("commit -qam forms");
        let said = sandbox.run("--lang en print K1 complaint-slip -o -");
        assert!(said.contains(&format!("{SLIP}:{line}")) && said.ends_with("--- exit 1\n"), "{template}\n{said}");
    }
    let (said, _) = checked(&sandbox, "{% autoescape true %}{{ record.id }}{% endautoescape %}");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
}

/// What no record at all can be printed with is wrong, and `policy check` and `commit` find it before anybody prints.
#[test]
fn a_template_that_nothing_can_be_printed_with_is_found_by_the_check() {
    let sandbox = book();
    let table = [
        ("<p>\n{{ undefined_thing.x.y }}", 2, "undefined"),
        ("<p>\n{{ record.felds.content }}", 2, "undefined"),
        ("{{ 'x' * 900000000 }}", 1, "too large"),
        ("{% for i in range(1000000000) %}{% endfor %}", 1, "too many elements"),
        ("<p>\n{% include \"complaint-slip.html\" %}", 2, "recursion"),
        ("{{ 10 ** 1000000000 }}", 1, ""),
        ("{{ '%0*d'|format(9, 1) }}", 1, "format"),
        (" \n", 0, "an empty page"),
    ];
    for (template, line, named) in table {
        let (said, _) = checked(&sandbox, template);
        let place = if line == 0 { SLIP.to_owned() } else { format!("{SLIP}:{line}") };
        assert!(said.contains(&place) && said.contains(named) && said.ends_with("--- exit 1\n"), "{template}\n{said}");
    }
    sandbox.write(SLIP, table[0].0);
    let said = sandbox.run("--lang en commit");
    assert!(said.contains(SLIP) && said.contains("undefined") && said.ends_with("--- exit 1\n"), "{said}");
    sandbox.git("checkout -q -- forms");
    let page = sandbox.read("forms/page.html");
    sandbox.write("forms/page.html", &format!("{page}{{{{ nothing.x }}}}"));
    let said = sandbox.run("--lang en policy check");
    assert!(said.contains("forms/page.html:") && said.ends_with("--- exit 1\n"), "{said}");
    sandbox.git("checkout -q -- forms");
    assert!(sandbox.run("--lang en policy check").ends_with("--- exit 0\n"));
    // what the engine says is said in Chinese, too
    sandbox.write(SLIP, "{% for i in range(1000000000) %}{% endfor %}");
    let said = sandbox.run("--lang zh policy check");
    assert!(said.contains("range 的范围过大") && !said.contains("elements"), "{said}");
}

#[test]
fn a_template_that_is_not_committed_yet_is_told_when_the_committed_one_is_printed() {
    let sandbox = book();
    let text = sandbox.read(SLIP);
    sandbox.write(SLIP, &format!("<p>NEW</p>{text}"));
    let said = sandbox.run("--lang en print K1 complaint-slip -o -");
    assert!(said.contains(&format!("not the change in {SLIP}")) && !said.contains("NEW"), "{said}");
    sandbox.run("commit");
    let said = sandbox.run("--lang en print K1 complaint-slip -o -");
    assert!(said.contains("NEW") && !said.contains("not the change"), "{said}");
    // other line ends are no change
    sandbox.write(SLIP, &sandbox.read(SLIP).replace('\n', "\r\n"));
    assert!(!sandbox.run("--lang en print K1 complaint-slip -o -").contains("not the change"));
}
