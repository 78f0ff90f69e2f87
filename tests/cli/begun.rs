//! Repositories that began with other files before the book was made in them.

use crate::sandbox::Sandbox;

/// A shared repository with a README, and two clones of it.
fn begun() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.git("init -q --bare shared.git");
    sandbox.git("clone -q shared.git li");
    commit(&sandbox, "li", "README.md", "hello\n");
    sandbox.git("-C li push -q origin main");
    sandbox.git("clone -q shared.git wang");
    sandbox
}

fn commit(sandbox: &Sandbox, name: &str, file: &str, text: &str) {
    sandbox.write(&format!("{name}/{file}"), text);
    sandbox.git(&format!("-C {name} add -A"));
    sandbox.git(&format!("-C {name} commit -qm note"));
}

fn ok(sandbox: &Sandbox, line: &str) {
    let shown = sandbox.run(line);
    assert!(shown.ends_with("--- exit 0\n"), "{line}: {shown}");
}

/// The command is refused with these words, and the clone stays where it is.
fn refused(sandbox: &Sandbox, name: &str, line: &str, words: &str) {
    let tip = sandbox.git(&format!("-C {name} rev-parse HEAD"));
    let shown = sandbox.run(&format!("-C {name} {line}"));
    assert!(shown.contains(words) && !shown.ends_with("--- exit 0\n"), "{line}: {shown}");
    assert_eq!(sandbox.git(&format!("-C {name} rev-parse HEAD")), tip, "{line}");
}

#[test]
fn who_went_on_before_the_book_was_made_takes_it_in() {
    let sandbox = begun();
    ok(&sandbox, "-C li init . --preset basic");
    ok(&sandbox, "-C li sync");
    commit(&sandbox, "wang", "notes.txt", "a note\n");
    refused(&sandbox, "wang", "sync", "git pull --no-rebase");
    sandbox.git("-C wang pull -q --no-rebase --no-edit");
    ok(&sandbox, "-C wang sync");
    ok(&sandbox, "-C li sync");
    ok(&sandbox, "-C li audit --strict --quiet");
}

#[test]
fn a_book_is_made_while_others_go_on_without_it() {
    let sandbox = begun();
    ok(&sandbox, "-C li init . --preset basic");
    commit(&sandbox, "wang", "notes.txt", "a note\n");
    sandbox.git("-C wang push -q origin main");
    refused(&sandbox, "li", "sync", "git pull --no-rebase");
    sandbox.git("-C li pull -q --no-rebase --no-edit");
    ok(&sandbox, "-C li sync");
    ok(&sandbox, "-C li audit --strict --quiet");
}

#[test]
fn two_books_are_not_united() {
    let sandbox = begun();
    ok(&sandbox, "-C li init . --preset basic");
    ok(&sandbox, "-C li sync");
    ok(&sandbox, "-C wang init . --preset agency");
    refused(&sandbox, "wang", "sync", "git branch own-book");
}

#[test]
fn a_book_is_not_made_around_files_that_would_be_its_records() {
    let sandbox = begun();
    commit(&sandbox, "li", "staff/old.yaml", "name: old\n");
    refused(&sandbox, "li", "init . --preset basic", "git mv staff old-staff");
    sandbox.git("-C li mv staff old-staff");
    sandbox.git("-C li commit -qm room");
    ok(&sandbox, "-C li init . --preset basic");
    ok(&sandbox, "-C li audit --strict --quiet");
}
