//! Overlays on small texts, and the files of the presets. `policy/tests/presets` checks their content after loading.

use std::collections::BTreeSet;

use super::embedded::BASE;
use super::{BookFile, Choices, OverlayError, Preset, PresetPart, merge};

const TEXT: &str = "\
# A kind.
name = \"case\"
rules = \"opened\"  # judged by its own day

# ---- Fields ----

# Who it is.
[fields.client]
type = \"ref\"
required = true

[fields.note]
type = \"text\"

# ---- Steps ----

[[steps]]
name = \"register\"
to = \"new\"

# Said to the client.
[[steps]]
name = \"accept\"  # or decline
from = [\"new\"]
to = \"accepted\"

[[steps]]
name = \"assign\"
[[steps]]
name = \"assign\"
from = [\"new\"]

# The end.
";

fn merged(overlay: &str) -> String {
    merge("x.toml", TEXT, overlay).expect("it fits")
}

#[test]
fn an_overlay_of_nothing_changes_no_byte() {
    assert_eq!(merged(""), TEXT);
    assert_eq!(merged("# Only a comment.\n"), TEXT);
    for file in BASE.iter().filter(|file| file.path.ends_with(".toml")) {
        assert_eq!(merge(file.path, file.text, "").expect("it fits"), file.text, "{}", file.path);
    }
}

/// (what, overlay, the piece of the base, what it becomes)
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "a value is overridden, its own comment goes with it",
        "rules = \"current\"\n",
        "rules = \"opened\"  # judged by its own day\n",
        "rules = \"current\"\n",
    ),
    (
        "a comment above an overriding key replaces the one there",
        "# About the overlay.\n\n# Always this one.\nrules = \"current\" # today's\n",
        "rules = \"opened\"  # judged by its own day\n",
        "# Always this one.\nrules = \"current\" # today's\n",
    ),
    ("a key is added", "[fields.note]\nprivate = true\n", "type = \"text\"\n", "type = \"text\"\nprivate = true\n"),
    (
        "an entry of the same name is the same entry",
        "[[steps]]\nname = \"accept\"\nto = \"taken\"\nby = [\"officer\"]\n",
        "to = \"accepted\"\n",
        "to = \"taken\"\nby = [\"officer\"]\n",
    ),
    (
        "a table of that name keeps its heading and gets the overlay's comment",
        "# The company.\n[fields.client]\nrequired = false\n",
        "# Who it is.\n[fields.client]\ntype = \"ref\"\nrequired = true\n",
        "# The company.\n[fields.client]\ntype = \"ref\"\nrequired = false\n",
    ),
    (
        "a new table stands after its siblings",
        "# What the overlay is for.\n\n# Which one.\n[fields.order]\ntype = \"text\"\n",
        "type = \"text\"\n",
        "type = \"text\"\n\n# Which one.\n[fields.order]\ntype = \"text\"\n",
    ),
    (
        "or where it says",
        "[fields.order]\nbefore = \"note\"\ntype = \"text\"\n",
        "\n[fields.note]\n",
        "\n[fields.order]\ntype = \"text\"\n\n[fields.note]\n",
    ),
    (
        "a new table with tables inside keeps them together",
        "[fields.lines]\ntype = \"list\"\nbehind = \"client\"\n[fields.lines.of.item]\ntype = \"text\"\n",
        "required = true\n",
        "required = true\n\n[fields.lines]\ntype = \"list\"\n[fields.lines.of.item]\ntype = \"text\"\n",
    ),
    (
        "a new step",
        "[[steps]]\nname = \"decline\"\nbehind = \"accept\"\nto = \"declined\"\n",
        "to = \"accepted\"\n",
        "to = \"accepted\"\n\n[[steps]]\nname = \"decline\"\nto = \"declined\"\n",
    ),
    (
        "the second entry of a name",
        "[[steps]]\nname = \"assign\"\nwhich = 2\nfrom = [\"open\"]\n",
        "from = [\"new\"]\n\n# The end.",
        "from = [\"open\"]\n\n# The end.",
    ),
    (
        "another entry of a name",
        "[[steps]]\nname = \"accept\"\nadd = true\nbehind = \"accept\"\nfrom = [\"old\"]\n",
        "to = \"accepted\"\n",
        "to = \"accepted\"\n\n[[steps]]\nname = \"accept\"\nfrom = [\"old\"]\n",
    ),
    ("a table is removed", "remove = [\"fields.note\"]\n", "\n[fields.note]\ntype = \"text\"\n", ""),
    (
        "an entry is removed with its comment, the heading above stays",
        "[fields.client]\nremove = true\n",
        "# ---- Fields ----\n\n# Who it is.\n[fields.client]\ntype = \"ref\"\nrequired = true\n",
        "# ---- Fields ----\n",
    ),
    (
        "a key is removed",
        "remove = [\"steps.accept.from\"]\n",
        "from = [\"new\"]\nto = \"accepted\"\n",
        "to = \"accepted\"\n",
    ),
];

#[test]
fn an_overlay_changes_what_it_names_and_nothing_else() {
    for (what, overlay, piece, becomes) in CASES {
        assert_eq!(TEXT.matches(piece).count(), 1, "{what}: `{piece}` stands once");
        assert_eq!(merged(overlay), TEXT.replace(piece, becomes), "{what}");
    }
}

#[test]
fn rows_without_a_name_are_added() {
    let base = "# Limits.\n[[authority.remedy]]\nrole = \"manager\"\n";
    let row = "[[authority.remedy]]\nrole = \"gm\"\n";
    assert_eq!(merge("x", base, row).expect("it fits"), format!("{base}\n{row}"));
    let replaced = merge("x", base, &format!("remove = [\"authority.remedy\"]\n{row}")).expect("it fits");
    assert_eq!(replaced, format!("\n{row}"));
}

#[test]
fn what_is_not_there_is_said() {
    for (overlay, name) in [
        ("remove = [\"fields.nte\"]\n", "fields.nte"),
        ("[fields.x]\nbefore = \"y\"\n", "fields.y"),
        ("[[steps]]\nname = \"accept\"\nwhich = 3\n", "steps.accept#3"),
        ("[[steps]]\nname = \"accpt\"\nremove = true\n", "steps.accpt"),
    ] {
        let missing = OverlayError::Missing { file: "x.toml".to_owned(), name: name.to_owned() };
        assert_eq!(merge("x.toml", TEXT, overlay), Err(missing), "{overlay}");
    }
    assert!(matches!(merge("x.toml", TEXT, "a = = 1\n"), Err(OverlayError::Syntax { .. })));
}

fn files(zone: Option<&str>) -> Vec<BookFile> {
    let choices = Choices { time_zone: zone.map(str::to_owned), ..Choices::default() };
    Preset::named(Preset::DEFAULT).expect("the default").files(&choices).expect("it resolves")
}

fn text<'f>(files: &'f [BookFile], path: &str) -> &'f str {
    &files.iter().find(|file| file.path == path).expect("the file").text
}

#[test]
fn every_file_on_disk_is_in_the_program() {
    let mut on_disk = BTreeSet::new();
    for entry in walkdir::WalkDir::new("src/policy/presets") {
        let entry = entry.expect("the folder can be read");
        if entry.file_type().is_file() && entry.file_name() != "comments.zh.txt" {
            on_disk.insert(std::fs::read_to_string(entry.path()).expect("a text"));
        }
    }
    let own = Preset::ALL.iter().flat_map(|preset| preset.overlay);
    let parts = PresetPart::ALL.iter().flat_map(|part| part.overlay);
    let built_in: BTreeSet<String> = BASE.iter().chain(own).chain(parts).map(|file| file.text.to_owned()).collect();
    assert_eq!(on_disk, built_in);
}

#[test]
fn every_preset_resolves_to_files_that_parse() {
    for preset in Preset::ALL {
        let files = preset.files(&Choices::default()).expect("it resolves");
        for file in files.iter().filter(|file| file.path.ends_with(".toml")) {
            let parsed: Result<toml::Table, _> = toml::from_str(&file.text);
            assert!(parsed.is_ok(), "{} {}: {parsed:?}", preset.name, file.path);
            assert!(file.text.contains('#'), "{} {}: no comment", preset.name, file.path);
        }
        assert!(preset.without.iter().all(|path| BASE.iter().any(|file| file.path == *path)), "{}", preset.name);
    }
}

#[test]
fn anyone_may_act_in_basic() {
    let files = files(None);
    assert!(text(&files, "policy/acting.toml").contains("\nanyone = true  "));
    assert!(text(&files, "policy/authority.toml").contains("role = \"anyone\""));
}

#[test]
fn another_zone_leaves_the_holidays_out() {
    let here = files(None);
    assert_eq!(files(Some("Asia/Shanghai")), here);
    assert!(text(&here, "policy/calendar.toml").contains("files = [\"calendar/cn.ics\"]"));
    let there = files(Some("Europe/Berlin"));
    let calendar = text(&there, "policy/calendar.toml");
    assert!(calendar.contains("time-zone = \"Europe/Berlin\"\n"), "{calendar}");
    assert!(!calendar.contains("cn.ics") && calendar.contains("mon-fri"), "{calendar}");
    assert!(there.iter().all(|file| !file.path.starts_with("calendar/")));
    assert_eq!(there.len() + 1, here.len());
}
