//! A running number that two records have, as happens after `git pull --rebase`: what `validate` advises can be typed
//! as it stands.

use crate::clones::Clones;

/// Li Na's case has the number of a published one.
fn twice() -> Clones {
    let clones = Clones::with(1);
    let file = "new complaint client=hengtai channel=phone category=product -y --key";
    clones.ok("wang", &format!("{file} theirs content=theirs"));
    clones.ok("wang", "sync");
    clones.ok("li", &format!("{file} ours content=ours"));
    clones.git("li", "pull -q --rebase");
    clones
}

/// The commands that the problems of `validate` name.
fn advised(clones: &Clones, begin: &str) -> Vec<String> {
    let found = clones.sandbox.json("-C li validate");
    let problems = found["data"].as_array().cloned().unwrap_or_default();
    let hints = problems.iter().filter_map(|problem| problem["hint"].as_str());
    let commands = hints.flat_map(|hint| hint.split("redress ").skip(1).map(str::to_owned).collect::<Vec<_>>());
    let command = |text: String| text.split(';').next().map(|text| text.replace(" gives it the next one", ""));
    commands.filter_map(command).filter(|command| command.starts_with(begin)).collect()
}

#[test]
fn the_advice_gives_the_case_that_is_not_published_the_next_number() {
    let clones = twice();
    let commands = advised(&clones, "edit");
    assert_eq!(commands.len(), 1, "{commands:?}");
    assert!(commands[0].ends_with(" number="), "{commands:?}");
    clones.ok("li", &commands[0]);
    assert_eq!(clones.run("li", "validate"), "--- exit 0\n");
    assert_ne!(clones.value("li", "ours", "number"), clones.value("li", "theirs", "number"));
    assert_eq!(clones.value("li", "theirs", "number"), clones.value("wang", "theirs", "number"));
}

#[test]
fn a_case_that_is_void_gives_its_number_up() {
    let clones = twice();
    let commands = advised(&clones, "advance");
    assert_eq!(commands.len(), 2, "{commands:?}");
    let ours = clones.value("li", "ours", "id");
    let command = commands.iter().find(|command| command.contains(&ours)).expect("one of ours");
    clones.ok("li", &command.replace("-m …", "-m twice"));
    assert_eq!(clones.run("li", "validate"), "--- exit 0\n");
    // nobody else gets it all the same
    clones.ok("li", "new complaint client=haitian channel=phone category=product -y --key next content=next");
    assert_ne!(clones.value("li", "next", "number"), clones.value("li", "ours", "number"));
    assert_eq!(clones.run("li", "validate"), "--- exit 0\n");
}
