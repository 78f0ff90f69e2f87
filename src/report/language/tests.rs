//! Report files with mistakes, each with its place; figures of a small book with known numbers; and on random books,
//! the records behind each figure add up to the figure.

mod charts;
mod documented;
mod figures;
mod property;
mod world;

use super::Library;
use crate::policy::Sources;
use world::{NOW, moment, policy};

/// A report without mistakes, into which tests put mistakes.
const SOUND: &str = r#"label = { en = "Calls", zh = "来电" }
period = "month"
compare = ["previous"]
[sets.asked]
kind = "inquiry"
in = "opened"
where = "channel=phone"
[sets.answered]
of = "asked"
where = "milestone.answered=.."
[[figures]]
name = "asked"
count = "asked"
[[figures]]
name = "share"
rate = { part = "answered", of = "asked" }
[[figures]]
name = "kept"
met = { deadline = "response", of = "asked" }
[[figures]]
name = "all"
weighted = [{ figure = "share", weight = 0.4 }, { figure = "kept", weight = 0.6 }]
[[tables]]
name = "by-channel"
by = "channel"
figures = ["asked", "share"]
sort = "-asked"
[[lists]]
name = "list"
set = "asked"
columns = ["id", "client.city", "content", "due"]
group = "assignee"
sort = "-opened"
"#;

fn said(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    sources.insert("reports/calls.toml", text.as_bytes().to_vec());
    let library = Library::of(&sources, &policy(), moment(NOW));
    library.problems().map(ToString::to_string).collect()
}

#[test]
fn a_report_that_is_right_is_ready() {
    assert_eq!(said(SOUND), Vec::<String>::new());
}

/// The text to replace, its replacement, and the expected message.
type Case = (&'static str, &'static str, &'static str);

#[test]
fn what_is_wrong_is_said_with_file_line_and_key() {
    let cases: &[Case] = &[
        (
            "period = \"month\"",
            "period = \"mouth\"",
            "reports/calls.toml:2: period: `mouth` is no period of a report (did you mean `month`?)",
        ),
        (
            "\"previous\"",
            "\"last\"",
            "reports/calls.toml:3: compare.0: `last` is no period to compare with (write one of: previous, year-before)",
        ),
        (
            "kind = \"inquiry\"",
            "kind = \"inqiry\"",
            "reports/calls.toml:5: sets.asked.kind: there is no kind `inqiry` (did you mean `inquiry`?)",
        ),
        (
            "in = \"opened\"",
            "in = \"opend\"",
            "reports/calls.toml:6: sets.asked.in: `opend` does not say how a record belongs to the period (did you mean `opened`?)",
        ),
        (
            "in = \"opened\"",
            "in = \"milestone.anwered\"",
            "reports/calls.toml:6: sets.asked.in: `inquiry` has no milestone `anwered` (did you mean `answered`?)",
        ),
        (
            "in = \"opened\"",
            "in = \"step.answr\"",
            "reports/calls.toml:6: sets.asked.in: `inquiry` has no step `answr` (did you mean `answer`?)",
        ),
        (
            "in = \"opened\"",
            "in = \"field.content\"",
            "reports/calls.toml:6: sets.asked.in: `content` is no date or time",
        ),
        (
            "in = \"opened\"\n",
            "",
            "reports/calls.toml:4: sets.asked: nothing says how a record belongs to the period: write `in` (write one of: opened, closed, touched, open-at-end, all, milestone.NAME, step.NAME, field.NAME)",
        ),
        (
            "channel=phone",
            "chanel=phone",
            "reports/calls.toml:7: sets.asked.where: inquiry has no field `chanel` (did you mean `channel`?)",
        ),
        (
            "of = \"asked\"\nwhere",
            "of = \"answered\"\nwhere",
            "reports/calls.toml:9: sets.answered.of: the set `answered` is part of itself: answered → answered (let one of them be of a `kind`)",
        ),
        (
            "of = \"asked\"\nwhere",
            "of = \"aksed\"\nwhere",
            "reports/calls.toml:9: sets.answered.of: there is no set `aksed` (did you mean `asked`?)",
        ),
        (
            "count = \"asked\"",
            "count = \"asekd\"",
            "reports/calls.toml:13: figures.0.count: there is no set `asekd` (did you mean `asked`?)",
        ),
        (
            "rate = { part = \"answered\", of = \"asked\" }",
            "rate = { part = \"asked\", of = \"answered\" }",
            "reports/calls.toml:16: figures.1.rate.of: `asked` is not part of `answered`, so that the rate could be above 100 % (write of = \"answered\" in [sets.asked])",
        ),
        (
            "deadline = \"response\"",
            "deadline = \"respons\"",
            "reports/calls.toml:19: figures.2.met.deadline: `inquiry` has no deadline `respons` (did you mean `response`?)",
        ),
        (
            "weight = 0.6",
            "weight = 0.5",
            "reports/calls.toml:22: figures.3.weighted: the weights add up to 0.9, not to 1",
        ),
        (
            "figure = \"kept\"",
            "figure = \"asked\"",
            "reports/calls.toml:22: figures.3.weighted.1.figure: `asked` is no share: only rate, met, filled and score are weighed (name a figure that is a share)",
        ),
        (
            "by = \"channel\"",
            "by = \"chanel\"",
            "reports/calls.toml:25: tables.0.by: `inquiry` has nothing that is called `chanel` (did you mean `channel`?)",
        ),
        (
            "figures = [\"asked\", \"share\"]",
            "figures = [\"asked\", \"shrae\"]",
            "reports/calls.toml:26: tables.0.figures.1: there is no figure `shrae` (did you mean `share`?)",
        ),
        (
            "sort = \"-asked\"",
            "sort = \"-kept\"",
            "reports/calls.toml:27: tables.0.sort: `kept` is not among the figures of the table",
        ),
        (
            "\"client.city\"",
            "\"client.ctiy\"",
            "reports/calls.toml:31: lists.0.columns.1: `inquiry` has nothing that is called `client.ctiy`",
        ),
        ("group =", "grup =", "reports/calls.toml:32: lists.0.grup: unknown key `grup` (did you mean `group`?)"),
        (
            "name = \"list\"",
            "name = \"by-channel\"",
            "reports/calls.toml:29: lists.0.name: `by-channel` is there already",
        ),
        (
            "period = \"month\"\ncompare = [\"previous\"]",
            "period = \"now\"\n#",
            "reports/calls.toml:6: sets.asked.in: a report of now has no period that `opened` could lie in (write open-at-end or all)",
        ),
        (
            "count = \"asked\"",
            "count = \"asked\"\nsum = { field = \"content\", of = \"asked\" }",
            "reports/calls.toml:11: figures.0: a figure comes about in one way (write one of: count, rate, met, filled, score, recommend, weighted, age, sum, mean, median, p90, longest, shortest)",
        ),
        (
            "count = \"asked\"",
            "sum = { field = \"content\", of = \"asked\" }",
            "reports/calls.toml:13: figures.0.sum.field: `content` is no number",
        ),
    ];
    let mut wrong = Vec::new();
    for (piece, instead, expected) in cases {
        assert!(SOUND.contains(piece), "{piece}");
        let found = said(&SOUND.replacen(piece, instead, 1));
        if !found.iter().any(|found| found == expected) {
            wrong.push(format!("{instead}\nfound    {found:#?}\nexpected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_report_about_a_kind_that_is_not_there_is_left_out() {
    let mut sources = Sources::new();
    sources.insert("reports/calls.toml", SOUND.replace("\"inquiry\"", "\"warranty\"").into_bytes());
    let library = Library::of(&sources, &policy(), moment(NOW));
    assert_eq!((library.ready().count(), library.problems().count()), (0, 0));
    assert!(matches!(library.find("来电").map(|listed| &listed.standing), Some(super::Standing::Lacks(_))));
}

#[test]
fn reports_that_take_in_one_another_are_wrong() {
    let one = |name: &str, includes: &str| {
        let text = format!(
            "label = {{ en = \"{name}\", zh = \"{name}\" }}\nperiod = \"month\"\n[[include]]\nreport = \"{includes}\"\n"
        );
        (format!("reports/{name}.toml"), text.into_bytes())
    };
    let sources: Sources = [one("aa", "bb"), one("bb", "aa"), one("cc", "monthyl")].into_iter().collect();
    let library = Library::of(&sources, &policy(), moment(NOW));
    let found: Vec<String> = library.problems().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "reports/aa.toml:4: include.0.report: the report `aa` takes in itself: aa → bb → aa",
            "reports/bb.toml:4: include.0.report: the report `bb` takes in itself: bb → aa → bb",
            "reports/cc.toml:4: include.0.report: there is no report `monthyl` (did you mean `monthly`?)",
        ]
    );
}

#[test]
fn every_shipped_report_is_ready_in_every_preset() {
    for preset in ["basic", "manufacturer"] {
        let sources = crate::policy::tests::sources_of(preset);
        let policy = std::sync::Arc::new(crate::policy::tests::loaded(&sources));
        let library = Library::of(&sources, &policy, moment(NOW));
        let wrong: Vec<String> = library.problems().map(ToString::to_string).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{preset}");
        let names: Vec<&str> = library.ready().map(|plan| plan.head.name.as_str()).collect();
        let shipped = ["after-sales", "daily", "inquiries", "quarterly", "satisfaction", "trends", "voice"];
        assert!(shipped.iter().all(|name| names.contains(name)), "{preset}: {names:?}");
        let tried = library.tried(&policy, &[], moment(NOW));
        assert_eq!(tried, [], "{preset}");
    }
}
