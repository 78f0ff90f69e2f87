//! Pages in a browser: nothing is loaded, nothing overlaps or scrolls sideways, tables are sorted by hand and key, and
//! paper holds all.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use crate::chromium::{Chromium, program};
use crate::sandbox::Sandbox;

/// Gives what is wrong with a page.
const LOOK: &str = include_str!("pages/look.js");
/// All text of a page except what only a screen shows. A label of a chart that is cut has its whole text as a title.
const TEXTS: &str = "[...document.querySelectorAll('h1, h2, h3, dt, dd, p, th, td, li, svg text, figcaption, pre')]\
    .filter((one) => !one.closest('nav')).map((one) => one.cloneNode(true))\
    .map((one) => { one.querySelectorAll('title').forEach((title) => title.remove()); return one.textContent; })";

fn done(shown: &str) {
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
}

fn demo(preset: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run(&format!("demo book --preset {preset} --lang zh --quiet")));
    sandbox
}

/// Writes what a command lists as a page.
fn page(sandbox: &Sandbox, line: &str, lang: &str, name: &str) -> PathBuf {
    done(&sandbox.run(&format!("{line} --lang {lang} -C book -o {name}.{lang}.html")));
    let here = sandbox.dir().join(format!("{name}.{lang}.html"));
    if here.exists() { here } else { sandbox.dir().join("book").join(format!("{name}.{lang}.html")) }
}

/// Every report of a book, and lists of every kind, are looked over at the width of a telephone, a tablet and a desk,
/// light and dark.
#[test]
fn pages_are_whole_at_every_width_and_load_nothing() {
    let Some(mut chromium) = Chromium::start() else { return };
    let sandbox = demo("manufacturer");
    let reports = sandbox.json("report -C book");
    let names = reports["data"].as_array().expect("reports").iter().filter_map(|report| report["name"].as_str());
    let mut lines: Vec<(String, String)> = names.map(|name| (format!("report {name}"), name.to_owned())).collect();
    for (line, name) in [
        ("list complaint", "list"),
        ("due --all", "due"),
        ("find 有限公司", "find"),
        ("query 'select * from events limit 40'", "query"),
    ] {
        lines.push((line.to_owned(), name.to_owned()));
    }
    let mut wrong = Vec::new();
    for (line, name) in &lines {
        for lang in ["zh", "en"] {
            let file = page(&sandbox, line, lang, name);
            chromium.see(1024, false);
            chromium.open(&file);
            wrong.extend(chromium.complaints().into_iter().map(|what| format!("{name} {lang}: {what}")));
            for (width, dark) in [(1024, false), (1024, true), (360, false), (1600, false)] {
                chromium.see(width, dark);
                let seen = chromium.run(LOOK);
                let seen = seen.as_array().expect("a list").iter();
                wrong.extend(seen.map(|what| format!("{name} {lang} {width} {dark}: {what}")));
            }
            let head = chromium.run("document.querySelector('header').textContent");
            let head = head.as_str().expect("text");
            assert!(head.contains("演示台账") || head.contains("Demo book"), "{name} {lang}: {head}");
            assert!(head.contains("2026-"), "{name} {lang}: {head}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tables_are_sorted_by_hand_and_by_key() {
    let Some(mut chromium) = Chromium::start() else { return };
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init book --lang zh"));
    let rows = "('赵敏', 1000, '2026-10-02', 'a2'), ('陈晨', 9, '2026-02-11', 'a10'), ('', -3, '2025-12-31', 'a1'), ('李娜', 0.5, '', 'b')";
    let query = format!(
        "query 'select column1 as name, column2 as amount, column3 as day, column4 as code from (values {})'",
        rows.replace('\'', "'\\''")
    );
    for lang in ["zh", "en"] {
        let file = page(&sandbox, &query, lang, "sorted");
        chromium.see(1024, false);
        chromium.open(&file);
        let column = |chromium: &mut Chromium, at: usize| {
            let cells = format!(
                "[...document.querySelectorAll('tbody tr')].map((row) => row.cells[{at}].textContent).join('|')"
            );
            let head = format!("document.querySelector('thead tr').cells[{at}].getAttribute('aria-sort')");
            (chromium.run(&cells), chromium.run(&head))
        };
        // by pinyin: Chén, Lǐ, Zhào; what is empty is last in both orders
        for (at, up, down) in [
            (0, "陈晨|李娜|赵敏|", "赵敏|李娜|陈晨|"),
            (1, "-3|0.5|9|1,000", "1,000|9|0.5|-3"),
            (2, "2025-12-31|2026-02-11|2026-10-02|", "2026-10-02|2026-02-11|2025-12-31|"),
            (3, "a1|a2|a10|b", "b|a10|a2|a1"),
        ] {
            let button = format!("thead th:nth-child({}) button", at + 1);
            chromium.click(&button);
            assert_eq!(column(&mut chromium, at), (up.into(), "ascending".into()), "{lang}");
            chromium.click(&button);
            assert_eq!(column(&mut chromium, at), (down.into(), "descending".into()), "{lang}");
            chromium.press("Enter", 13);
            assert_eq!(column(&mut chromium, at), (up.into(), "ascending".into()), "{lang}");
            chromium.press(" ", 32);
            assert_eq!(column(&mut chromium, at), (down.into(), "descending".into()), "{lang}");
        }
        // one column at a time says that it is sorted; the next is a key away
        assert_eq!(chromium.run("document.querySelectorAll('[aria-sort]').length"), 1);
        chromium.run("document.querySelector('thead button').focus()");
        chromium.press("Tab", 9);
        assert_eq!(chromium.run("document.activeElement.textContent"), "amount");
    }
}

/// A definition is a key away, and said by name to who does not see the page.
#[test]
fn definitions_open_by_key() {
    let Some(mut chromium) = Chromium::start() else { return };
    let sandbox = demo("basic");
    let file = page(&sandbox, "report monthly", "zh", "monthly");
    chromium.see(1024, false);
    chromium.open(&file);
    let shown = "document.querySelector('.cards details p').checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })";
    chromium.run("document.querySelector('.cards summary').focus()");
    assert_eq!(chromium.run(shown), false);
    chromium.press("Enter", 13);
    assert_eq!(chromium.run(shown), true);
    let name = chromium.run("document.querySelector('.cards summary').getAttribute('aria-label')");
    let heading = chromium.run("document.querySelector('.cards h3').textContent");
    assert_eq!(name.as_str(), Some(format!("{}的定义", heading.as_str().expect("text")).as_str()));
    // the first key leads past the head to the content
    chromium.open(&file);
    chromium.press("Tab", 9);
    assert_eq!(chromium.run("document.activeElement.hash"), "#content");
}

/// The text of each sheet without spaces. `None` if there is nothing that reads a PDF.
fn sheets(sandbox: &Sandbox, printed: &[u8]) -> Option<Vec<String>> {
    let Some(reader) = program(&["pdftotext"]) else {
        writeln!(std::io::stderr(), "the text on paper is not read: pdftotext is not on the PATH").ok();
        return None;
    };
    let pdf = sandbox.dir().join("read.pdf");
    std::fs::write(&pdf, printed).expect("the PDF");
    let read = Command::new(reader).arg("-raw").arg(&pdf).arg("-").output().expect("it is read");
    let text = String::from_utf8_lossy(&read.stdout).into_owned();
    Some(text.split('\u{c}').filter(|page| !page.trim().is_empty()).map(bare).collect())
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The sizes of the sheets of a PDF, in points.
fn sizes(printed: &[u8]) -> Vec<[f64; 2]> {
    let text = String::from_utf8_lossy(printed);
    let boxes = text.split("/MediaBox [").skip(1).filter_map(|rest| {
        let numbers: Vec<f64> = rest.split(']').next()?.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        Some([*numbers.get(2)?, *numbers.get(3)?])
    });
    boxes.collect()
}

#[test]
fn paper_holds_all_of_a_page_on_a4() {
    let Some(mut chromium) = Chromium::start() else { return };
    let sandbox = demo("manufacturer");
    // the reports that departments sign, and a list of many sheets; true where it lies on its side
    for (line, name, across) in [
        ("report monthly", "monthly", true),
        ("report tracking", "tracking", true),
        ("report timeliness", "timeliness", true),
        ("report trends", "trends", true),
        ("report roster", "roster", true),
        ("query 'select step, at, id, seq from events, (select 1 union select 2 union select 3)'", "query", false),
    ] {
        for lang in ["zh", "en"] {
            let file = page(&sandbox, line, lang, name);
            chromium.see(1024, true);
            chromium.open(&file);
            let printed = chromium.print();
            for [width, height] in sizes(&printed) {
                let [short, long] = if across { [height, width] } else { [width, height] };
                assert!((short - 595.3).abs() < 1.5 && (long - 841.9).abs() < 1.5, "{name}: {width} by {height}");
            }
            // A4 without its margins of 12 mm
            let width = if across { 1032 } else { 703 };
            chromium.see_paper(width);
            let over = "[...document.querySelectorAll('header *, main *')].filter((one) => !one.closest('svg'))\
                .map((one) => [one.getBoundingClientRect().right, one]).filter(([right]) => right > innerWidth + 1)\
                .map(([right, one]) => `${one.tagName} ${right} ${one.textContent.slice(0, 40)}`)";
            assert_eq!(chromium.run(over), serde_json::json!([]), "{name} {lang}: wider than the sheet");
            chromium.see(1024, true);
            let Some(sheets) = sheets(&sandbox, &printed) else { continue };
            // each sheet says which it is of how many
            for (at, sheet) in sheets.iter().enumerate() {
                assert!(sheet.contains(&format!("{}/{}", at + 1, sheets.len())), "{name} {lang}: {sheet}");
            }
            let all = sheets.concat();
            let texts = chromium.run(TEXTS);
            for text in texts.as_array().expect("texts").iter().filter_map(|text| text.as_str()) {
                assert!(all.contains(&bare(text)), "{name} {lang}: {text} is not on paper\n{all}");
            }
            // the lines that are signed stand on one sheet with their heading
            let signed = chromium
                .run("[...document.querySelectorAll('.signed h2, .signed .who')].map((one) => one.textContent)");
            let signed: Vec<String> =
                signed.as_array().expect("texts").iter().filter_map(|text| text.as_str()).map(bare).collect();
            assert_eq!(signed.is_empty(), name != "monthly", "{name}");
            let last = sheets.last().expect("a sheet");
            assert!(signed.iter().all(|text| last.contains(text)), "{name}: {signed:?} in {last}");
            if name == "query" {
                assert!(sheets.len() > 2, "{}", sheets.len());
                assert!(sheets.iter().all(|sheet| sheet.contains("stepatidseq")), "{sheets:?}");
            }
        }
    }
}
