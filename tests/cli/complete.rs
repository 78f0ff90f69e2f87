//! What a shell offers while a line is being typed, as fish asks for it.

use crate::sandbox::Sandbox;

/// The words that are offered for the last word.
fn offered(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let mut command = sandbox.redress(&format!("-- redress {line}"));
    if line.ends_with(' ') {
        command.arg("");
    }
    let output = command.env("REDRESS_COMPLETE", "fish").output().expect("redress runs");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_shell_is_offered_what_is_in_the_book() {
    let sandbox = Sandbox::empty();
    sandbox.run("init");
    let client = sandbox.json("new client name=清泉自来水公司")["data"]["id"].as_str().expect("an id").to_owned();
    let id = sandbox.json(&format!("new complaint client={client} channel=phone content=x"))["data"]["id"].clone();
    let id = id.as_str().expect("an id");
    let random = &id[id.len() - 5..];
    for (line, wanted) in [
        ("adv", "advance"),
        ("new com", "complaint"),
        ("new complaint channel=p", "channel=phone"),
        ("new complaint department=q", "department=qm"),
        ("list complaint sev", "severity="),
        (&format!("show {}", &id[..8]), id),
        (&format!("show {}", &random[..3].to_lowercase()), random),
        ("show ", id),
        (&format!("advance {random} acc"), "accept"),
        (&format!("advance {random} accept prom"), "promised="),
        (&format!("edit {random} assignee=li"), "assignee=li.na"),
        (&format!("new complaint client={}", &client[..6]), &format!("client={client}")),
        ("new complaint demand=return,ex", "demand=return,exchange"),
        ("list complaint state!=acc", "state!=accepted"),
        (&format!("edit {random} departments+=q"), "departments+=qm"),
        (&format!("edit {random} remedies.+.kind=re"), "remedies.+.kind=return"),
        ("list complaint --as li", "li.na"),
        ("report over", "overdue"),
        ("report inquiries 2026-11 chan", "channel="),
        ("plan callbacks 2026-12 gra", "grade="),
        ("work comp", "complaint"),
        ("work complaint sev", "severity="),
        ("work over", "overdue"),
        ("list complaint --format h", "html"),
        ("report monthly --format ", "ndjson"),
        ("due --format ", "ics"),
    ] {
        let words = offered(&sandbox, line);
        assert!(words.iter().any(|word| word == wanted), "{line}: {words:?}");
    }
    // a company without rules for receivables from salespeople has no report of them
    for line in [
        "new complaint channel=xyz",
        "show C-999",
        "report receiv",
        &format!("advance {random} zzz"),
        "list nothing sev",
    ] {
        assert_eq!(offered(&sandbox, line), Vec::<String>::new(), "{line}");
    }
}
