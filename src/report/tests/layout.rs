//! The layouts of computed reports in a book's files: bound with places, signed, and in the form of older books.

use super::{Body, cases, made, policy, policy_with, rows, source};
use crate::place::Problems;
use crate::policy::Sources;
use crate::report::{Basis, CaseColumn, Layout, PlainSource, Source, named};

fn read(name: &str, text: &str) -> (Layout, Vec<String>) {
    let (policy, problems, mut sources) = (policy(), Problems::new(), Sources::new());
    sources.insert(format!("reports/{name}.toml"), text.as_bytes().to_vec());
    let layout = Layout::of(named(name).expect("a report"), &sources, &policy, &problems);
    (layout, problems.into_sorted().iter().map(ToString::to_string).collect())
}

#[test]
fn what_is_wrong_with_a_layout_is_said_with_its_place() {
    for (name, text, wanted) in [
        (
            "monthly",
            "[[tables]]\nby = \"catgory\"\n",
            "reports/monthly.toml:2: tables.0.by: `complaint` has no field `catgory` (did you mean `category`?)",
        ),
        (
            "monthly",
            "[[tables]]\nby = \"cause\"\nfirst = \"responsible.departmnt\"\n",
            "reports/monthly.toml:3: tables.0.first: `responsible` has no field `departmnt` (did you mean `department`?)",
        ),
        (
            "monthly",
            "[[tables]]\nby = \"cause\"\nfirst = \"product\"\n",
            "reports/monthly.toml:3: tables.0.first: `product` is not a part of a list",
        ),
        (
            "monthly",
            "columns = [\"lossess\"]\n",
            "reports/monthly.toml:1: columns.0: `complaint` has no field `lossess`",
        ),
        (
            "tracking",
            "columns = [\"escpe\"]\n",
            "reports/tracking.toml:1: columns.0: `complaint` has no field `escpe` (did you mean `escape`?)",
        ),
        (
            "tracking",
            "columns = [\"losses\"]\n",
            "reports/tracking.toml:1: columns.0: `complaint` has no field `losses`",
        ),
        (
            "tracking",
            "columns = [\"deadline.acceptence\"]\n",
            "reports/tracking.toml:1: columns.0: complaint has no deadline `acceptence` (did you mean `acceptance`?)",
        ),
        (
            "monthly",
            "columns = [\"step.notifi\"]\n",
            "reports/monthly.toml:1: columns.0: `complaint` has no step `notifi` (did you mean `notify`?)",
        ),
        ("losses", "columns = [\"client\"]\n", "reports/losses.toml:1: columns: unknown key `columns`"),
        (
            "losses",
            "[[signatures]]\nat = \"top\"\nlabel = \"Seen\"\n",
            "reports/losses.toml:2: signatures.0.at: `top` is no where a line to be signed stands",
        ),
        (
            "losses",
            "[[signatures]]\ndepartment = \"prodction\"\n",
            "reports/losses.toml:2: signatures.0.department: `prodction` is no department (did you mean `production`?)",
        ),
    ] {
        let (_, said) = read(name, text);
        assert!(said.len() == 1 && said[0].starts_with(wanted), "{said:#?}\n{wanted}");
    }
}

#[test]
fn an_older_book_says_in_the_rules_how_its_reports_look() {
    let policy = policy_with("[[tables]]\nby = \"lot\"\n[tracking]\ncolumns = [\"client\", \"lot\"]\n");
    let source = PlainSource::new(Basis::bare(policy, super::at("11-02T09:00")), []);
    let layout = |name: &str| source.layout(named(name).expect("a report")).expect("at hand");
    assert_eq!((layout("monthly").tables.len(), layout("monthly").columns.len()), (1, 0));
    assert!(matches!(layout("tracking").columns[..], [CaseColumn::Field(_), CaseColumn::Field(_)]));
}

#[test]
fn the_statistics_begin_with_the_cases_that_closed_and_end_with_signatures() {
    let policy = policy();
    let mut source = source(&policy, cases(&policy));
    let columns = "columns = [\"category\", \"losses\", \"measures\", \"milestone.accepted\", \"milestone.closed\", \"days\", \"overdue\"]\n";
    let signed = "[[signatures]]\ndepartment = \"production\"\n[[signatures]]\nlabel = { en = \"In\", zh = \"收\" }\nat = \"head\"\n";
    let (layout, said) = read("monthly", &format!("{columns}{signed}"));
    assert!(said.is_empty(), "{said:#?}");
    source.layouts.insert("monthly", layout);
    let report = made("monthly", &source);
    let names: Vec<&str> = report.sections.iter().map(|section| section.name.as_str()).collect();
    assert_eq!((&names[..2], names.last()), (&["signed-at-head", "closed"][..], Some(&"signatures")));
    let listed = rows(&report, "closed");
    assert_eq!(listed.len(), 2, "{listed:#?}");
    assert!(
        listed[0].contains("C-260930-AAAAA Product") && listed[0].contains("Date(2026-10-09) Date(2026-10-12) 12"),
        "{listed:#?}"
    );
    let Some(Body::Signatures(who)) = report.sections.last().map(|section| &section.body) else { panic!("signatures") };
    assert_eq!(who.iter().map(|label| label.zh.as_str()).collect::<Vec<_>>(), ["生产部"]);
    report.check().expect("rows fit their columns");
}
