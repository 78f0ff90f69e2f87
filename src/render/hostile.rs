//! Hostile text in every place of a report: no format lets it become markup, a link, a script or a formula.

use super::{Options, format, markdown};
use crate::locale::text::is_hidden;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Chart, Column, Facts, Field, Figure, Level, Report, Table};

const HOSTILE: &[&str] = &[
    "</script><script>alert(1)</script>",
    "</style><style>*{display:none}</style>",
    "]]><svg onload=alert(1)>",
    "--><!-- <img src=x onerror=alert(1)>",
    "<!--",
    "</title></desc></text></svg><a href=\"javascript:alert(1)\">x</a>",
    "[x](javascript:alert(1)) ![y](data:text/html;base64,PHNjcmlwdD4=)",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)\" x='",
    "url(#x) expression(alert(1))",
    "&lt;b&gt; &#60; &amp;",
    "=HYPERLINK(\"http://x\")",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1＋1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "\u{202e}gpj.exe\u{2066}\u{200b}\u{feff}",
    "\u{0}\u{7}\u{1b}[31m\u{7f}\u{85}\u{9b}2J",
    "\u{301}\u{301}a\u{fffd}\u{fffe}\u{10ffff}",
    "| a | b |\n|---|---|\n```\n# x",
];

/// A report with a text in each of its places.
fn report(text: &str) -> Report {
    let label = || Label::verbatim(text);
    let facts = Facts { book: Some(text.to_owned()), currency: Some(text.to_owned()), ..Facts::default() };
    let mut report = Report::new("hostile", label(), facts);
    for (at, chart) in Chart::ALL.into_iter().enumerate() {
        let mut table = Table::new([Column::text("name", label()), Column::count("number", label())]);
        table.chart = Some(chart);
        table.group(label()).row([Cell::text(text), Cell::Count(3)]).row([Cell::text(text), Cell::Count(5)]);
        table.note(label()).total([Cell::Label(label()), Cell::Count(8)]);
        report.table(format!("table-{at}"), label(), table);
    }
    report.fields("fields", label(), [Field::new("field", label(), Cell::List(vec![Cell::text(text)]))]);
    report.figures("figures", label(), [Figure::new("figure", label(), label(), Cell::text(text))]);
    report.signatures("signatures", label(), [label()]);
    report.verbatim("verbatim", label(), "mermaid", text);
    report.note(Level::Warning, label());
    report
}

fn written(name: &str, report: &Report) -> String {
    let options = Options { lang: Lang::Zh, excel: true, ..Options::default() };
    String::from_utf8(format(name).unwrap().render(report, &options).unwrap()).unwrap()
}

/// The characters of a file that a reader would not see, or a program would obey.
fn hidden(text: &str) -> Vec<char> {
    let text = text.trim_start_matches('\u{feff}').chars();
    text.filter(|c| is_hidden(*c) && !matches!(c, '\n' | '\r' | '\t')).collect()
}

/// The elements of a page with the names of their attributes, and the targets of links. Class and style follow the
/// layout.
fn elements(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let mut told = tag.split([' ', '\n']).next().unwrap_or_default().to_owned();
        let parts: Vec<&str> = tag.split('"').collect();
        for pair in parts.chunks(2).filter(|pair| pair.len() == 2) {
            let name = pair[0].rsplit(' ').next().unwrap_or_default();
            let target = if ["href=", "src="].contains(&name) { pair[1] } else { "" };
            if !["class=", "style="].contains(&name) {
                told = format!("{told} {name}{target}");
            }
        }
        if !found.contains(&told) {
            found.push(told);
        }
    }
    found
}

#[test]
fn a_page_has_the_same_elements_whatever_its_texts_say() {
    let plain = elements(&written("html", &report("plain")));
    assert!(plain.iter().any(|element| element.starts_with("svg viewBox=")), "the charts are drawn: {plain:#?}");
    assert!(plain.iter().any(|element| element == "/script"));
    for text in HOSTILE {
        let page = written("html", &report(text));
        assert_eq!(page.matches("<script").count(), 1, "{text:?}");
        for never in ["<!--", "]]>", "<img", "<svg onload", "href=\"j"] {
            assert!(!page.contains(never), "{text:?}: {never}");
        }
        assert_eq!(hidden(&page), Vec::<char>::new(), "{text:?}");
        for element in elements(&page) {
            // what has no room in a picture is told whole in a title
            let known = plain.contains(&element) || ["title", "/title"].contains(&element.as_str());
            assert!(known, "{text:?}: {element}");
        }
    }
}

#[test]
fn a_cell_of_csv_is_no_formula() {
    for text in HOSTILE {
        let page = written("csv", &report(text));
        assert_eq!(hidden(&page), Vec::<char>::new(), "{text:?}");
        let text_of = page.trim_start_matches('\u{feff}').as_bytes();
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text_of);
        for record in reader.records() {
            for cell in record.expect("CSV").iter() {
                let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
                assert!(!formula, "{text:?}: {cell:?}");
            }
        }
    }
}

#[test]
fn markdown_has_no_markup_of_its_texts() {
    for text in HOSTILE {
        let mut report = report(text);
        // a block of code shows its text as it is
        report.sections.retain(|section| section.name != "verbatim");
        let page = written("md", &report);
        assert_eq!(hidden(&page), Vec::<char>::new(), "{text:?}");
        let plain = page.replace("<br>", "").replace("\\]", "");
        assert!(!plain.contains('<') && !plain.contains("](") && !plain.contains("]]>"), "{text:?}\n{plain}");
        assert!(!markdown::escape(text).contains('\n'), "{text:?}");
    }
}

#[test]
fn long_words_and_many_rows_are_cut_in_pictures_alone_and_the_page_says_so() {
    let began = std::time::Instant::now();
    let word = "长w".repeat(2_560);
    let page = written("html", &report(&word));
    assert!(page.contains(&word), "the whole word is there");
    for text in page.split("<text ").skip(1) {
        let shown = text.split('>').nth(1).and_then(|shown| shown.split('<').next()).unwrap_or_default();
        assert!(shown.chars().count() < 200, "a label of a picture is cut: {shown}");
    }
    let name = |name: &str| Label::verbatim(name);
    let mut table = Table::new([Column::text("name", name("name")), Column::count("n", name("n"))]);
    table.chart = Some(Chart::Bars);
    for at in 0..10_000 {
        table.row([Cell::text(format!("row {at}")), Cell::Count(at)]);
    }
    let mut many = Report::new("many", Label::default(), Facts::default());
    many.table("many", name("many"), table);
    let page = written("html", &many);
    assert_eq!(page.matches("<tr").count(), 10_001, "every row and the head");
    assert!(
        page.contains("<figcaption>图中为 10000 行中的 40 行，表中为全部</figcaption>"),
        "the picture says what it cuts"
    );
    for name in ["csv", "md"] {
        assert!(written(name, &many).contains("row 9999"), "{name}");
    }
    assert!(began.elapsed().as_secs() < 30, "cutting a long word takes few steps");
}
