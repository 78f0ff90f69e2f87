//! `policy upgrade`: books of an older program, and changes that the company has made in them.

use crate::sandbox::Sandbox;

/// A book of the version before voided records and running numbers, from `git bundle` files that this version made.
fn older(preset: &str) -> Sandbox {
    let sandbox = Sandbox::empty();
    let bundle = format!("{}/tests/upgrade/{preset}.bundle", env!("CARGO_MANIFEST_DIR"));
    sandbox.git("init -q -b main");
    sandbox.git(&format!("pull -q {bundle} main"));
    sandbox.git("config user.email li.na@example.com");
    sandbox
}

/// Runs a command by the real clock, which these books have.
fn real(sandbox: &Sandbox, line: &str) -> String {
    let mut command = sandbox.redress(line);
    command.env_remove("REDRESS_NOW").env_remove("GIT_AUTHOR_DATE").env_remove("GIT_COMMITTER_DATE");
    sandbox.shown(&command.output().expect("redress runs"))
}

fn lines_that_differ(sandbox: &Sandbox, file: &str) -> String {
    sandbox.git(&format!("diff --stat HEAD~1 HEAD -- {file}"))
}

#[test]
fn a_book_of_the_version_before_gets_the_new_rules_and_keeps_its_own() {
    let sandbox = older("manufacturer");
    let before = sandbox.git("rev-list --count HEAD");
    let said = real(&sandbox, "--lang en policy upgrade --dry-run");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(sandbox.git("rev-list --count HEAD"), before, "a dry run commits nothing");
    let said = real(&sandbox, "--lang zh policy upgrade");
    assert!(said.contains("制度文件升级到本程序的预设 manufacturer") && said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(sandbox.git("status --porcelain"), "");
    assert!(!lines_that_differ(&sandbox, "policy/kinds/complaint.toml").is_empty());
    // the company's text stays
    assert!(sandbox.read("policy/authority.toml").contains("up-to = \"8000.00\"               # 本公司"));
    assert!(sandbox.read("policy/kinds/client.toml").contains("[fields.region]                 # 本公司：销售区域"));
    assert!(sandbox.read("policy/kinds/warranty.toml").contains("保修中"));
    // forms have left the rules, and the company's own change went along
    assert!(sandbox.git("ls-files policy/forms policy/forms.toml").is_empty());
    assert!(sandbox.read("forms/forms.toml").contains("[[forms]]"));
    assert!(sandbox.git("ls-files forms").lines().count() > 10);
    // the book goes on with both
    assert_eq!(real(&sandbox, "validate"), "--- exit 0\n");
    assert_eq!(real(&sandbox, "audit --quiet"), "--- exit 0\n");
    // the company's own kind lacks what every kind has now, and nothing else is wrong
    let checked = real(&sandbox, "--lang en policy check");
    assert!(checked.contains("policy/kinds/warranty.toml:1") && checked.contains("[no-void]"), "{checked}");
    assert_eq!(checked.lines().count(), 2, "{checked}");
    assert!(real(&sandbox, "list client region=华东 --fields region").contains("华东"));
    assert!(real(&sandbox, "new warranty client=晨光机械 product=DN80").ends_with("--- exit 0\n"));
    let said = real(&sandbox, "--lang en policy upgrade");
    assert!(said.contains("already") && said.ends_with("--- exit 0\n"), "{said}");
}

#[test]
fn a_small_book_is_upgraded_too() {
    let sandbox = older("basic");
    let said = real(&sandbox, "policy upgrade");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(real(&sandbox, "validate"), "--- exit 0\n");
    assert_eq!(real(&sandbox, "audit --quiet"), "--- exit 0\n");
    assert!(real(&sandbox, "advance case reopen").ends_with("--- exit 0\n"));
}

#[test]
fn forms_of_the_company_are_printed_where_they_lie_and_move_with_an_upgrade() {
    let sandbox = older("basic");
    let own = "\n[[forms]]\nname = \"label\"\nlabel = { en = \"Label\", zh = \"标签\" }\nkind = \"complaint\"\n";
    let listed = sandbox.read("policy/forms.toml");
    sandbox.write("policy/forms.toml", &format!("{listed}{own}"));
    sandbox.write("policy/forms/label.html", "<b>{{ record.id }}</b>\n");
    let slip = sandbox.read("policy/forms/complaint-slip.html");
    sandbox.write("policy/forms/complaint-slip.html", &format!("{slip}{{# ours #}}\n"));
    sandbox.git("add -A");
    sandbox.git("commit -qm forms");
    let printed = real(&sandbox, "print case label -o -");
    assert!(printed.contains("<b>C-"), "{printed}");
    sandbox.write("policy/forms/label.html", "{{ record.nothing }}\n");
    sandbox.git("commit -qam broken");
    let broken = real(&sandbox, "print case label -o -");
    assert!(broken.contains("policy/forms/label.html:1"), "{broken}");
    sandbox.write("policy/forms/label.html", "<b>{{ record.id }}</b>\n");
    sandbox.git("commit -qam mended");
    let said = real(&sandbox, "--lang en policy upgrade");
    assert!(said.contains("moved:     forms/label.html\n           from policy/forms/label.html\n"), "{said}");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert_eq!(sandbox.git("ls-files policy/forms policy/forms.toml"), "");
    assert_eq!(sandbox.git("status --porcelain"), "");
    assert!(sandbox.read("forms/forms.toml").contains(own));
    assert!(sandbox.read("forms/complaint-slip.html").contains("{# ours #}"));
    assert!(real(&sandbox, "print case label -o -").contains("<b>C-"));
    assert_eq!(real(&sandbox, "policy check"), "--- exit 0\n");
    // a new form makes no new rules: a case opened now is judged by the same ones
    let rules = sandbox.git("rev-parse HEAD:policy");
    sandbox.write("forms/label.html", "<i>{{ record.id }}</i>\n");
    assert!(real(&sandbox, "commit").ends_with("--- exit 0\n"));
    assert_eq!(sandbox.git("rev-parse HEAD:policy"), rules);
    assert!(real(&sandbox, "print case label -o -").contains("<i>C-"));
}

/// A book that a program founded whose preset was older: a file of the preset has `was` in place of `is`.
fn founded_earlier(file: &str, is: &str, was: &str) -> Sandbox {
    let today = Sandbox::empty();
    today.run("init --name Test --lang en");
    let sandbox = Sandbox::empty();
    sandbox.git("init -q -b main");
    for path in today.git("ls-files").lines() {
        let text = today.read(path);
        let text = if path == file { text.replacen(is, was, 1) } else { text };
        assert!(path != file || text.contains(was), "{file} holds {is}");
        sandbox.write(path, &text);
    }
    sandbox.git("add -A");
    sandbox.git("commit -qm founded");
    sandbox
}

const CLIENT: &str = "policy/kinds/client.toml";
const IS: &str = "label = { en = \"Phone\", zh = \"公司电话\" }";
const WAS: &str = "label = { en = \"Telephone\", zh = \"公司电话\" }";

#[test]
fn lines_that_both_changed_are_left_to_a_person() {
    let sandbox = founded_earlier(CLIENT, IS, WAS);
    let own = sandbox.read(CLIENT).replacen(WAS, "label = { en = \"Switchboard\", zh = \"总机\" }", 1);
    sandbox.write(CLIENT, &own);
    sandbox.git("commit -qam own");
    let dry = real(&sandbox, "policy upgrade --dry-run");
    assert!(dry.contains("conflict:  policy/kinds/client.toml") && dry.contains("--- exit 1"), "{dry}");
    assert_eq!(sandbox.git("status --porcelain"), "", "a dry run writes nothing");
    let said = real(&sandbox, "policy upgrade");
    assert!(said.contains("policy/kinds/client.toml:") && said.contains("redress commit"), "{said}");
    let text = sandbox.read(CLIENT);
    assert!(
        text.contains("<<<<<<< this book\nlabel = { en = \"Switchboard\"") && text.contains(">>>>>>> the new preset")
    );
    // it is not committed before it is mended, and the upgrade does not overwrite it
    assert!(real(&sandbox, "commit").contains("--- exit 1"));
    assert!(real(&sandbox, "policy upgrade").contains("changes that are not committed"));
    let (head, tail) = text.split_once("<<<<<<< this book\n").expect("a marker");
    let (ours, tail) = tail.split_once("=======\n").expect("a marker");
    let (_, tail) = tail.split_once(">>>>>>> the new preset\n").expect("a marker");
    sandbox.write(CLIENT, &format!("{head}{ours}{tail}"));
    let done = real(&sandbox, "commit -m merged");
    assert!(done.ends_with("--- exit 0\n"), "{done}");
    assert!(sandbox.read(CLIENT).contains("总机"));
    assert!(real(&sandbox, "policy upgrade").contains("already"));
}

#[test]
fn a_line_that_the_company_left_alone_follows_the_preset() {
    let sandbox = founded_earlier(CLIENT, IS, WAS);
    let said = real(&sandbox, "policy upgrade --json");
    assert!(said.contains("\"change\":\"replaced\"") || said.contains("\"change\": \"replaced\""), "{said}");
    assert!(sandbox.read(CLIENT).contains(IS));
}

#[test]
fn a_book_with_rules_of_its_own_has_nothing_to_upgrade_to() {
    let sandbox = Sandbox::empty();
    sandbox.run("init made --name Test --lang en");
    sandbox.run("init own --policy made/policy --lang en");
    let said = real(&sandbox, "-C own policy upgrade");
    assert!(said.contains("rules of its own") && said.contains("--- exit 1"), "{said}");
}

#[test]
fn a_clone_without_history_says_what_to_fetch() {
    let sandbox = older("basic");
    sandbox.git("commit -q --allow-empty -m more");
    let from = sandbox.dir();
    sandbox.git(&format!("clone -q --depth 1 file://{} shallow", from.display()));
    let said = real(&sandbox, "-C shallow policy upgrade");
    assert!(said.contains("git fetch --unshallow") && said.contains("--- exit 4"), "{said}");
}
