//! What ARCHITECTURE.md says of the kind language is what loads: each row of its table of keys, put into a kind of the preset
//! `manufacturer`, whose names the rows speak.

use super::{replaced, said, sources_of, text};

const CHAPTER: &str = include_str!("../../../ARCHITECTURE.md");
const PRESET: &str = "manufacturer";
const STEP: &str = "[[steps]]\nname = \"sample\"\nlabel = { en = \"Sample\", zh = \"样例\" }\n";
const DEADLINE: &str = "name = \"sample\"\nlabel = { en = \"Sample\", zh = \"样例\" }\nstarts = [\"decided\"]\nstops = [\"confirmed\"]\nwithin = \"1 workday\"";
const AMOUNT: &str = "[amounts.remedy]";

/// Where the sample of a row goes.
enum Into {
    /// A step of its own, from this state.
    Step(&'static str),
    /// The section that it names, with these keys besides; the name stands in place of the row's placeholder.
    Section(&'static str, &'static str),
    /// The section of the file that has this heading, in place of what it says under the same key.
    Within(&'static str),
}

/// How the sample begins, the file, where, what stands for the row's placeholders.
type Row = (&'static str, &'static str, Into, &'static [(&'static str, &'static str)]);

const ROWS: &[Row] = &[
    ("[states.S] resting", "inquiry", Into::Within("[states.promised]"), &[]),
    ("[due] shows", "task", Into::Within("[due]"), &[]),
    ("[states.S] void", "inquiry", Into::Within("[states.void]"), &[]),
    (
        "[fields.F] ahead",
        "inquiry",
        Into::Section("F", "type = \"date\"\nlabel = { en = \"Sample\", zh = \"样例\" }"),
        &[],
    ),
    (
        "[fields.F] not-before",
        "inquiry",
        Into::Section("F", "type = \"date\"\nlabel = { en = \"Sample\", zh = \"样例\" }"),
        &[],
    ),
    (
        "[fields.F] not-above",
        "return",
        Into::Section("F", "type = \"decimal\"\nlabel = { en = \"Sample\", zh = \"样例\" }"),
        &[],
    ),
    (
        "[fields.F] falls-with",
        "inquiry",
        Into::Section("F", "type = \"bool\"\nlabel = { en = \"Sample\", zh = \"样例\" }"),
        &[],
    ),
    (
        "[fields.F] running",
        "inquiry",
        Into::Section("F", "type = \"text\"\nlabel = { en = \"Sample\", zh = \"样例\" }"),
        &[],
    ),
    (
        "[fields.F] either",
        "inquiry",
        Into::Section(
            "F",
            "type = \"list\"\nlabel = { en = \"Sample\", zh = \"样例\" }\n[fields.sample.of.person]\ntype = \"person\"\n[fields.sample.of.department]\ntype = \"department\"",
        ),
        &[],
    ),
    ("asks", "complaint", Into::Step("analysed"), &[]),
    ("after", "complaint", Into::Step("class:waiting"), &[("STATE", "waiting-client")]),
    ("not-by", "return", Into::Step("drafted"), &[]),
    ("after = [{ step = \"opine\"", "complaint", Into::Step("analysed"), &[]),
    ("not-by = [{", "complaint", Into::Step("analysed"), &[]),
    ("instead", "complaint", Into::Step("analysed"), &[]),
    ("not-before", "measure", Into::Step("open"), &[("check-due", "due")]),
    (
        "[fields.F] not-by",
        "allowance",
        Into::Section("F", "type = \"date\"\nlabel = { en = \"Sample\", zh = \"样例\" }"),
        &[],
    ),
    ("not-by = [\"field:id", "staff", Into::Step("active"), &[]),
    ("[fields.F] by", "client", Into::Section("F", "type = \"date\"\nlabel = { en = \"Sample\", zh = \"样例\" }"), &[]),
    ("unseals", "complaint", Into::Step("agreed"), &[]),
    ("not-by = [\"propose", "complaint", Into::Step("agreed"), &[]),
    ("not-by = [{ who = \"step:any", "complaint", Into::Step("agreed"), &[]),
    ("not-by = [\"step:sealed", "complaint", Into::Step("agreed"), &[]),
    ("overdue", "complaint", Into::Step("waiting-client"), &[]),
    ("upholds", "complaint", Into::Step("agreed"), &[]),
    ("climbs", "complaint", Into::Step("class:open"), &[("ROLE", "complaint-officer")]),
    ("opens = [{ kind = \"return\"", "complaint", Into::Step("agreed"), &[]),
    ("opens", "complaint", Into::Step("agreed"), &[("where = { … }", "where = { kind = [\"repair\"] }")]),
    ("opens = [{ kind = \"measure\"", "complaint", Into::Step("agreed"), &[]),
    (
        "opens = [{ kind = \"callback\"",
        "complaint",
        Into::Step("agreed"),
        &[("…", "with = { client = \"client\", about = \"id\" }")],
    ),
    ("by = [\"step", "complaint", Into::Step("analysed"), &[]),
    ("advances", "complaint", Into::Step("agreed"), &[]),
    ("advances = [{ kind = \"measure\"", "complaint", Into::Step("agreed"), &[]),
    ("attends", "complaint", Into::Step("agreed"), &[]),
    ("sets = { owner", "measure", Into::Step("drafted"), &[]),
    ("when = {", "invoice", Into::Step("recorded"), &[]),
    ("limits = [{ sum = [\"return", "allowance", Into::Step("approved"), &[]),
    ("[remarks.NAME]", "complaint", Into::Section("NAME", ""), &[]),
    ("[[unique]]", "invoice", Into::Section("", ""), &[]),
    ("[[alike]]", "measure", Into::Section("", ""), &[]),
    ("[[same]]", "allowance", Into::Section("", ""), &[]),
    ("limits = [{ sum = […", "invoice", Into::Step("recorded"), &[("[…]", "[\"allowance.amount\"]")]),
    ("[amounts.NAME] raises", "complaint", Into::Within(AMOUNT), &[]),
    ("[amounts.NAME] least", "complaint", Into::Within(AMOUNT), &[]),
    ("[amounts.NAME] pending", "complaint", Into::Within(AMOUNT), &[]),
    ("[amounts.NAME] beside", "complaint", Into::Within(AMOUNT), &[]),
    ("[amounts.NAME] case", "return", Into::Within(AMOUNT), &[]),
    ("[amounts.NAME] when", "return", Into::Within(AMOUNT), &[]),
    ("[amounts.NAME] ordered", "return", Into::Within(AMOUNT), &[]),
    ("[amounts.NAME] granted", "return", Into::Within(AMOUNT), &[]),
    (
        "[[authority.NAME]] when",
        "authority",
        Into::Within("[[authority.remedy]]"),
        &[("complaint = \"…\"", "complaint = \"category=product\""), ("task = \"…\"", "task = \"type=visit\"")],
    ),
    (
        "[[deadlines]] since",
        "callback",
        Into::Section(
            "",
            "name = \"sample\"\nlabel = { en = \"Sample\", zh = \"样例\" }\nstarts = [\"done\"]\nstops = [\"recorded\"]\nwithin = \"1 workday\"",
        ),
        &[],
    ),
    ("[[deadlines]] warns", "complaint", Into::Section("", DEADLINE), &[]),
    ("[[deadlines]] when", "complaint", Into::Section("", DEADLINE), &[]),
    (
        "[[deadlines]] gained",
        "complaint",
        Into::Section(
            "",
            "name = \"sample\"\nlabel = { en = \"Sample\", zh = \"样例\" }\nstarts = [\"registered\"]\nstops = [\"accepted\"]\nwhen = \"severity=critical\"\nwithin = \"1 workday\"",
        ),
        &[],
    ),
    ("[[deadlines]] over", "complaint", Into::Section("", DEADLINE), &[]),
    ("[[deadlines]] apart", "complaint", Into::Section("", DEADLINE), &[]),
    ("[[deadlines]] reopen", "complaint", Into::Section("", DEADLINE), &[]),
    ("[[deadlines]] misses", "complaint", Into::Section("", DEADLINE), &[("proposed", "closed")]),
    ("[[deadlines]] holder", "complaint", Into::Section("", DEADLINE), &[]),
    ("[[deadlines]] outlives", "complaint", Into::Section("", DEADLINE), &[("settled", "closed")]),
    ("sets = { void-reason", "complaint", Into::Step("analysed"), &[]),
    ("sets", "complaint", Into::Step("analysed"), &[]),
    ("by", "complaint", Into::Step("analysed"), &[]),
];

/// The samples of the table: what stands in code in its first column.
fn samples() -> Vec<&'static str> {
    let (_, table) = CHAPTER.split_once("| key | what it says |\n|---|---|\n").expect("the table");
    let rows = table.lines().take_while(|line| line.starts_with("| `"));
    rows.map(|row| row[3..].split_once('`').expect("code").0).collect()
}

/// The heading of a sample and its keys, each a line; commas between keys stand for line ends in a table.
fn lines(sample: &str) -> (Option<&str>, Vec<String>) {
    let (heading, keys) = match sample.strip_prefix('[') {
        Some(_) => sample.split_once("] ").map_or((None, sample), |(heading, keys)| (Some(heading), keys)),
        None => (None, sample),
    };
    let (mut found, mut depth) = (vec![String::new()], 0);
    for c in keys.chars() {
        depth += i32::from(matches!(c, '[' | '{')) - i32::from(matches!(c, ']' | '}'));
        match c {
            ',' if depth == 0 => found.push(String::new()),
            c => found.last_mut().expect("one").push(c),
        }
    }
    (heading, found.iter().map(|line| line.trim().to_owned()).collect())
}

#[test]
fn every_key_of_the_kind_language_loads_as_it_is_described() {
    let samples = samples();
    assert_eq!(samples.len(), ROWS.len(), "each row of the table has its place in ROWS: {samples:#?}");
    for (sample, (begins, file, into, placeholders)) in samples.into_iter().zip(ROWS) {
        assert!(sample.starts_with(begins), "{sample} stands where {begins} is expected");
        let words = "{ en = \"since it is so\", zh = \"规定如此\" }";
        let mut meant = sample
            .replace("reason = …", &format!("reason = {words}"))
            .replace("says = …", &format!("says = {words}"))
            .replace("label = …", &format!("label = {words}"));
        for (placeholder, stands) in *placeholders {
            assert!(meant.contains(placeholder), "{sample} has no {placeholder}");
            meant = meant.replace(placeholder, stands);
        }
        let (heading, keys) = lines(&meant);
        let path = match *file {
            "authority" => "policy/authority.toml".to_owned(),
            kind => format!("policy/kinds/{kind}.toml"),
        };
        let sources = sources_of(PRESET);
        let before = text(&sources, &path).to_owned();
        let after = match into {
            Into::Step(from) => format!("{before}\n{STEP}from = [\"{from}\"]\n{}\n", keys.join("\n")),
            Into::Section(placeholder, besides) => {
                let heading = heading.expect("a heading");
                let heading =
                    if placeholder.is_empty() { heading.to_owned() } else { heading.replace(placeholder, "sample") };
                format!("{before}\n{heading}]\n{}\n{besides}\n", keys.join("\n"))
            }
            Into::Within(heading) => {
                let [key] = keys.as_slice() else { panic!("{sample} has several keys") };
                let name = key.split(" = ").next().expect("a key");
                let (above, section) = before.split_once(&format!("{heading}\n")).expect("the section");
                let end = section.find("\n\n").or_else(|| section.find("\n[")).unwrap_or(section.len());
                let (section, below) = section.split_at(end);
                let others: Vec<&str> =
                    section.lines().filter(|line| !line.starts_with(&format!("{name} = "))).collect();
                format!("{above}{heading}\n{key}\n{}{below}", others.join("\n"))
            }
        };
        assert_eq!(said(&replaced(sources, &path, &[(&before, &after)])), [""; 0], "{sample} as\n{meant}");
    }
}
