//! What records need stays in the rules: where it is taken out, and where two clones meet.

use crate::clones::Clones;

const COMPLAINT: &str = "policy/kinds/complaint.toml";

/// Two clones with a complaint.
fn clones() -> Clones {
    let clones = Clones::with(1);
    clones.ok("li", "new complaint client=hengtai channel=phone content=漏水 --key c1");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones
}

/// A choice without one of its values.
const NO_MEDIA: [(&str, &str); 2] =
    [("\"regulator\", \"media\"]", "\"regulator\"]"), ("media = { en = \"Media\", zh = \"媒体\" }\n", "")];
const MEDIA_RETIRED: [(&str, &str); 2] = [
    ("\"referral\", \"regulator\"]\n", "\"referral\", \"regulator\"]\nretired-values = [\"media\"]\n"),
    ("regulator = { en", "media = { en = \"Media\", zh = \"媒体\" }\nregulator = { en"),
];

/// Li Na takes a value out of a choice and publishes that; Wang Lei has used it meanwhile.
fn media_used() -> Clones {
    let clones = clones();
    clones.rewrite("li", COMPLAINT, &NO_MEDIA);
    clones.ok("li", "commit -m media");
    clones.ok("li", "sync");
    clones.ok("wang", "new complaint client=hengtai channel=media content=报道 --key m1");
    clones.ok("wang", "edit c1 channel=media");
    clones
}

#[test]
fn a_merge_stops_where_its_rules_lack_a_value_that_a_record_has() {
    let clones = media_used();
    let before = clones.tip("wang");
    for line in ["sync --dry-run", "sync"] {
        let said = clones.run("wang", line);
        assert!(said.contains("one side took something out of the rules"), "{line}: {said}");
        assert!(said.contains("needs `media` among the choices of `channel`"), "{line}: {said}");
        assert!(
            said.contains("wang.lei recorded it (commit ") && said.contains("Li Na took it out (commit "),
            "{said}"
        );
        assert!(said.contains("move it to `retired-values`"), "{said}");
        assert_eq!(said.matches("gives the record another value: `redress edit C-ID").count(), 2, "{said}");
        assert!(said.ends_with("--- exit 1\n"), "{said}");
    }
    assert_eq!(clones.tip("wang"), before);
    assert_eq!(clones.value("wang", "c1", "channel"), "media");
    let zh = clones.run("wang", "--lang zh sync");
    assert!(zh.contains("需要“channel”的选项 `media`"), "{zh}");
    for key in ["m1", "c1"] {
        let id = clones.value("wang", key, "id");
        clones.ok("wang", &format!("edit {id} channel=web"));
    }
    clones.ok("wang", "sync");
    clones.agree(&["li", "wang"]);
    assert_eq!(clones.value("li", "m1", "channel"), "web");
}

#[test]
fn a_value_that_stays_retired_lets_the_merge_go_on() {
    let clones = media_used();
    clones.run("wang", "sync");
    clones.rewrite("li", COMPLAINT, &MEDIA_RETIRED);
    clones.ok("li", "commit -m media");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.agree(&["li", "wang"]);
    assert_eq!(clones.value("li", "c1", "channel"), "media");
}

#[test]
fn whoever_took_it_out_is_stopped_too() {
    let clones = clones();
    clones.ok("wang", "edit c1 raised-by=client");
    clones.ok("wang", "sync");
    let path = format!("li/{COMPLAINT}");
    let text = clones.sandbox.read(&path);
    let from = text.find("[fields.raised-by]").expect("the field");
    let to = from + text[from..].find("[fields.external-number]").expect("the next field");
    clones.sandbox.write(&path, &format!("{}{}", &text[..from], &text[to..]));
    clones.ok("li", "commit -m raised");
    let said = clones.run("li", "sync");
    assert!(said.contains("needs the field `raised-by`"), "{said}");
    assert!(said.contains("wang.lei recorded it") && said.contains("`retired = true`"), "{said}");
    assert!(!said.contains("another value"), "{said}");
    clones.sandbox.write(&path, &text.replacen("[fields.raised-by]\n", "[fields.raised-by]\nretired = true\n", 1));
    clones.ok("li", "commit -m raised");
    clones.ok("li", "sync");
    clones.agree(&["wang", "li"]);
}

#[test]
fn a_merge_stops_where_a_kind_would_look_elsewhere_for_its_records() {
    for (from, to, needs) in [
        ("folder = \"complaints\"", "folder = \"cases\"", "needs the folder `complaints`"),
        ("prefix = \"C\"", "prefix = \"CC\"", "needs ids with `C`"),
    ] {
        let clones = Clones::with(1);
        clones.rewrite("li", COMPLAINT, &[(from, to)]);
        clones.ok("li", "commit -m elsewhere");
        clones.ok("li", "sync");
        clones.ok("wang", "new complaint client=hengtai channel=phone content=漏水");
        let said = clones.run("wang", "sync");
        assert!(said.contains(needs), "{said}");
        assert!(said.contains(&format!("write `{from}` again")), "{said}");
        clones.rewrite("li", COMPLAINT, &[(to, from)]);
        clones.ok("li", "commit -m back");
        clones.ok("li", "sync");
        clones.agree(&["wang", "li"]);
    }
}

#[test]
fn a_kind_with_records_keeps_its_folder_and_its_prefix() {
    let clones = clones();
    for (from, to, said) in [
        (
            "folder = \"complaints\"",
            "folder = \"cases\"",
            "the folder of the kind `complaint` was changed from `complaints` to `cases`; 1 record lies in `complaints`",
        ),
        (
            "prefix = \"C\"",
            "prefix = \"CC\"",
            "the prefix of the kind `complaint` was changed from `C` to `CC`; 1 record has an id with `C`",
        ),
    ] {
        clones.rewrite("li", COMPLAINT, &[(from, to)]);
        for line in ["policy check", "commit -m elsewhere", "validate"] {
            let shown = clones.run("li", line);
            assert!(shown.contains(said) && shown.contains(&format!("write `{from}` again")), "{line}: {shown}");
            assert!(shown.ends_with("--- exit 1\n"), "{line}: {shown}");
        }
        clones.rewrite("li", COMPLAINT, &[(to, from)]);
    }
    clones.ok("li", "policy check");
}

#[test]
fn records_in_a_folder_that_no_kind_has_any_more_are_found() {
    let clones = clones();
    clones.rewrite("li", COMPLAINT, &[("folder = \"complaints\"", "folder = \"cases\"")]);
    clones.git("li", "commit -qam elsewhere");
    let found = clones.run("li", "validate");
    assert!(found.contains("no kind has the folder `complaints`; 1 record lies there"), "{found}");
    assert!(found.ends_with("--- exit 1\n"), "{found}");
}

#[test]
fn a_value_that_only_the_history_has_is_needed_too() {
    let clones = clones();
    clones.rewrite("li", COMPLAINT, &[("remembers = [", "remembers = [\"channel\", ")]);
    clones.ok("li", "commit -m remembers");
    clones.ok("li", "edit c1 channel=media");
    clones.ok("li", "edit c1 channel=web");
    clones.rewrite("li", COMPLAINT, &NO_MEDIA);
    let said = clones.run("li", "policy check");
    assert!(said.contains("`media` was removed from the choices of `channel`; 1 record has it"), "{said}");
}

#[test]
fn a_record_that_a_merge_of_git_made_unreadable_is_mended_by_edit() {
    let clones = media_used();
    // as `redress sync` merged it before: the published side comes first
    clones.git("wang", "branch mine");
    clones.git("wang", "fetch -q origin");
    clones.git("wang", "reset -q --hard origin/main");
    clones.git("wang", "merge -q --no-edit mine");
    assert!(clones.run("wang", "validate").contains("`media`"), "it cannot be read");
    let ids: Vec<String> = {
        let files = clones.git("wang", "ls-files complaints");
        files.lines().filter_map(|path| Some(path.rsplit('/').next()?.trim_end_matches(".yaml").to_owned())).collect()
    };
    assert_eq!(ids.len(), 2);
    for id in ids {
        clones.ok("wang", &format!("edit {id} channel=web"));
    }
    clones.ok("wang", "sync");
    clones.agree(&["wang", "li"]);
    assert_eq!(clones.value("li", "c1", "channel"), "web");
}
