//! Rules over several records that two clones have broken together.

use crate::clones::Clones;

#[test]
fn an_address_that_both_clones_gave_belongs_to_the_first() {
    let clones = Clones::with(1);
    clones.ok("li", "edit wang.lei roles.+.role=gm");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    clones.ok("li", "edit zhao.min emails.+=shared@example.cn");
    clones.ok("li", "new staff --id zhou name=周 emails=z@example.cn roles.+.role=cs-manager");
    clones.ok("li", "sync");
    clones.ok("wang", "edit wang.lei emails.+=shared@example.cn");
    clones.ok("wang", "new staff --id zhou2 name=周 emails=z@example.cn roles.+.role=cs-specialist");
    let told = clones.ok("wang", "sync");
    assert!(told.contains("has no effect"), "{told}");
    assert_eq!(clones.value("wang", "zhou2", "state"), "void");
    assert!(clones.ok("wang", "due").contains("wang.lei"));
    clones.agree(&["li", "wang"]);
}

#[test]
fn an_address_of_two_is_found_and_nobody_acts_by_it() {
    let clones = Clones::with(1);
    // as after a merge by git alone
    for id in ["wang.lei", "zhao.min"] {
        let path = format!("li/staff/{id}.yaml");
        let text = clones.sandbox.read(&path);
        clones.sandbox.write(&path, &text.replace("emails: [", "emails: [both@example.cn, "));
    }
    clones.git("li", "commit -qam both");
    let found = clones.run("li", "validate");
    assert!(found.contains("both@example.cn is in the record of zhao.min, too"), "{found}");
    assert!(found.contains("both@example.cn is in the record of wang.lei, too"), "{found}");
    clones.git("li", "config user.email both@example.cn");
    let refused = clones.run("li", "edit hengtai city=杭州");
    assert!(refused.contains("in the staff records of wang.lei and of zhao.min"), "{refused}");
    clones.git("li", "config user.email zhao.min@example.cn");
    assert!(found.contains("redress edit wang.lei emails.0="), "{found}");
    clones.git("li", "config --unset user.email");
    clones.ok("li", "edit wang.lei emails.0=");
    assert_eq!(clones.run("li", "validate"), "--- exit 0\n");
}

#[test]
fn clients_that_were_merged_crosswise_form_no_ring() {
    let clones = Clones::with(1);
    let id = |key| clones.value("li", key, "id");
    let (one, other) = (id("hengtai"), id("haitian"));
    clones.ok("li", &format!("advance {one} merge merged-into={other}"));
    clones.ok("li", "sync");
    clones.ok("wang", &format!("advance {other} merge merged-into={one}"));
    let told = clones.ok("wang", "sync");
    let because = "by wang.lei has no effect, because of what Li Na had done first to K-ID1 · hengtai: Merge";
    assert!(told.contains(because), "{told}");
    let zh = clones.ok("li", "log --lang zh");
    assert!(!zh.contains("Unite with"), "{zh}");
    assert_eq!(clones.value("wang", &other, "merged-into"), "");
    clones.agree(&["li", "wang"]);
}

#[test]
fn a_ring_is_found_with_the_command_that_opens_it() {
    let clones = Clones::with(0);
    for key in ["a", "b"] {
        clones.ok("li", &format!("new complaint client=hengtai channel=phone content={key} --key {key}"));
    }
    let (a, b) = (clones.value("li", "a", "id"), clones.value("li", "b", "id"));
    clones.ok("li", &format!("edit {a} original={b}"));
    // as after a merge by git alone
    let path =
        clones.git("li", "ls-files complaints").lines().find(|path| path.contains(&b)).map(|path| format!("li/{path}"));
    let path = path.expect("the file");
    let text = clones.sandbox.read(&path);
    clones.sandbox.write(&path, &text.replace("history:", &format!("original: {a}\nhistory:")));
    clones.git("li", "commit -qam ring");
    let found = clones.run("li", "validate");
    for id in ["C-ID1", "C-ID2"] {
        assert!(found.contains(&format!("redress edit {id} original=")), "{found}");
    }
    clones.ok("li", &format!("edit {a} original="));
    assert_eq!(clones.run("li", "validate"), "--- exit 0\n");
}

#[test]
fn a_month_that_both_have_closed_stays_as_it_was_published_first() {
    let clones = Clones::with(1);
    let close = "report monthly 2026-10 --close -m now";
    clones.ok("li", close);
    clones.ok("wang", "new client name=宁波");
    clones.ok("wang", "sync");
    clones.ok("wang", close);
    clones.ok("wang", "sync");
    let first = clones.sandbox.json("-C wang list closed-month")["data"][0]["id"].as_str().expect("an id").to_owned();
    let told = clones.ok("li", "sync");
    assert!(told.contains("void, because wang.lei had made one for the same occasion first"), "{told}");
    assert!(clones.ok("li", "due").contains("2026-10"));
    clones.ok("wang", "sync");
    assert_eq!(clones.value("wang", &first, "state"), "closed");
    clones.agree(&["li", "wang"]);
    // equal ones are one
    for name in ["li", "wang"] {
        clones.ok(name, "report monthly 2026-09 --close -m now");
    }
    clones.ok("li", "sync");
    let told = clones.ok("wang", "sync");
    let kept = clones.git("wang", "ls-files files").lines().filter(|path| path.contains("2026-09")).count();
    assert_eq!(kept, 1, "{told}");
    clones.agree(&["li", "wang"]);
}

#[test]
fn a_value_that_both_have_given_names_the_other_record_and_the_command() {
    let clones = Clones::with(0);
    let kind = clones.sandbox.read("li/policy/kinds/complaint.toml");
    let rule = "\n[[unique]]\nfields = [\"lot\"]\nreason = \"one lot, one complaint\"\n";
    clones.sandbox.write("li/policy/kinds/complaint.toml", &format!("{kind}{rule}"));
    clones.git("li", "commit -qam Unique");
    clones.ok("li", "sync");
    clones.beside("clone shared.git wang");
    clones.git("wang", "config user.name wang.lei");
    clones.git("wang", "config user.email wang.lei@example.cn");
    for name in ["li", "wang"] {
        clones.ok(name, &format!("new complaint client=hengtai channel=phone content={name} lot=7 --key {name}"));
    }
    clones.ok("li", "sync");
    let told = clones.run("wang", "sync");
    for other in ["C-ID2", "C-ID1"] {
        assert!(told.contains(&format!("`Lot` is that of {other} already")), "{told}");
    }
    // every clone names the same one, which was recorded later, and its author has a line in `due`
    clones.run("li", "sync");
    let advised = |name: &str| -> std::collections::BTreeSet<String> {
        let found = clones.sandbox.json(&format!("-C {name} validate"));
        let problems = found["data"].as_array().cloned().unwrap_or_default();
        let hints = problems.iter().filter_map(|problem| problem["hint"].as_str().map(str::to_owned));
        hints.filter_map(|hint| Some(hint.split("redress advance ").nth(1)?.split(' ').next()?.to_owned())).collect()
    };
    let named = advised("li");
    assert_eq!((named.len(), &named), (1, &advised("wang")), "{told}");
    let later = named.first().expect("one");
    let (author, other) = match clones.value("li", "li", "id") == *later {
        true => ("li", "wang"),
        false => ("wang", "li"),
    };
    let due = clones.ok(author, "due");
    assert!(due.contains("the same as C-ID") && due.contains(": Lot"), "{due}");
    assert!(!clones.ok(other, "due").contains("the same as"), "{due}");
    clones.ok(author, &format!("advance {later} void -m twice"));
    assert_eq!(clones.run(author, "validate"), "--- exit 0\n");
    assert!(!clones.ok(author, "due").contains("the same as"));
    clones.ok(author, "sync");
    clones.agree(&[other, author]);
}

/// A colleague has taken a commit from the clone itself, which knows nothing of that, and has published it.
#[test]
fn what_is_taken_back_after_a_colleague_got_it_stays() {
    let clones = Clones::with(1);
    clones.ok("li", "edit hengtai city=杭州");
    clones.ok("li", "new client name=新客户 --key new");
    clones.git("wang", "pull -q --no-rebase ../li main");
    clones.ok("wang", "edit hengtai address=西湖区");
    clones.ok("wang", "sync");
    clones.ok("li", "undo -y");
    clones.ok("li", "undo -y");
    let told = clones.ok("li", "sync");
    assert_eq!(told.matches("what was taken back stays, because the other clone had it already").count(), 2, "{told}");
    clones.agree(&["li", "wang"]);
    for name in ["li", "wang"] {
        assert_eq!(clones.value(name, "hengtai", "city"), "杭州");
        assert_eq!(clones.value(name, "hengtai", "address"), "西湖区");
        assert_eq!(clones.value(name, "new", "name"), "新客户");
    }
}

/// Both import a file with the same keys and other values: those of the second clone are void.
#[test]
fn an_import_goes_on_with_the_record_that_stands_for_its_key() {
    let clones = Clones::with(1);
    let rows = |city: &str| -> String {
        let rows = (1..=6).map(|row| format!("东方{row},0571-1000000{row},{city}\n"));
        std::iter::once("name,phone,city\n".to_owned()).chain(rows).collect()
    };
    for (name, city) in [("li", "宁波"), ("wang", "温州")] {
        clones.sandbox.write(&format!("{name}.csv"), &rows(city));
        clones.ok(name, &format!("import client {name}.csv --key phone -y"));
    }
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    let void = |name: &str| -> Vec<String> {
        let list = clones.sandbox.json(&format!("-C {name} list client state=void"));
        let all = list["data"].as_array().cloned().unwrap_or_default();
        all.iter().filter_map(|record| Some(record["id"].as_str()?.to_owned())).collect()
    };
    assert_eq!(void("wang").len(), 6);
    clones.sandbox.write("new.csv", &rows("南京"));
    let said = clones.ok("wang", "import client new.csv --key phone --update");
    assert!(said.contains("6 changed, 0 rejected"), "{said}");
    clones.ok("wang", "sync");
    clones.ok("li", "sync");
    assert_eq!(clones.tip("wang"), clones.tip("li"));
    clones.check("li");
    assert!(clones.ok("li", "list client city=南京").contains("(6)"));
    // what is void is not edited, and the answer says so in whole words
    let id = void("wang").remove(0);
    let refused = clones.run("wang", &format!("edit {id} city=南京"));
    assert!(
        refused.contains("`Edit (edit)` cannot be taken there") || refused.contains("`Edit` cannot be taken there")
    );
    let zh = clones.run("wang", &format!("--lang zh edit {id} city=南京"));
    assert!(zh.contains("不能办理“修改”"), "{zh}");
}

/// A text so long that a record cannot hold two of them.
fn long(letter: &str) -> String {
    letter.repeat(600_000)
}

#[test]
fn what_would_be_too_large_together_is_not_merged() {
    let clones = Clones::with(1);
    clones.ok("li", "new complaint client=hengtai channel=phone content=漏水 --key c1");
    clones.ok("li", "sync");
    clones.ok("wang", "sync");
    let write = |name: &str, text: &str| {
        let file = clones.sandbox.git(&format!("-C {name} ls-files complaints"));
        let path = format!("{name}/{}", file.trim());
        let record = clones.sandbox.read(&path);
        let (before, after) = record.split_once("content: ").expect("a content");
        let (_, after) = after.split_once('\n').expect("a line");
        clones.sandbox.write(&path, &format!("{before}content: {text}\n{after}"));
        clones.ok(name, "commit");
    };
    write("li", &long("a"));
    clones.ok("li", "sync");
    write("wang", &long("b"));
    let before = clones.tip("wang");
    for line in ["sync --dry-run", "sync"] {
        let said = clones.run("wang", line);
        assert!(said.contains("does not load together; nothing was changed here"), "{said}");
        assert!(said.contains("more than the 1048576") && said.contains("redress attach C-"), "{said}");
        assert!(said.ends_with("--- exit 1\n"), "{said}");
        assert_eq!(clones.tip("wang"), before);
    }
    let (merged, said) = clones.tried("wang", "pull -q --no-rebase --no-edit");
    assert!(!merged, "{said}");
    clones.git("wang", "merge --abort");
    clones.ok("wang", "undo c1 -y");
    clones.agree(&["wang", "li"]);
}
