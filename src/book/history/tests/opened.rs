//! Rules beside those of steps that are others for a time, and rules that are opened in two places at once.

use super::super::ground::{Ground, Line, own, person, request};
use super::forging::{APPROVE, Forgery, all_found, append, at, change, forged, path, stored, trailers};
use super::{Base, base};
use crate::audit::{Finding, Severity};
use crate::book::repo::Expect;

const CONTROL: &str = "policy/change-control.toml";
const RECORDING: &str = "policy/recording.toml";
const AUTHORITY: &str = "policy/authority.toml";
const COMPLAINT: &str = "policy/kinds/complaint.toml";
const ROLES: &str = "policy/roles.toml";
const SETTINGS: &str = "redress.toml";
const DECLINE: (&str, &str, &str) = ("decline", "registered", "declined");

/// Puts files and commits them.
fn put(g: &Ground, by: &str, files: &[(&str, &str)]) {
    files.iter().for_each(|(path, text)| g.put(path, text));
    g.commit(by, "Rules");
}

fn control(roles: &str) -> String {
    format!("[[rules]]\nfiles = [\"{AUTHORITY}\", \"{CONTROL}\"]\nby = [{roles}]\n")
}

/// The manager, who may not, changes the limit while the file of change control lets them.
fn limit_changed(g: &Ground) {
    put(g, "li.na", &[(AUTHORITY, &g.read(AUTHORITY).replace("5000.00", "6000.00"))]);
}

/// An attachment of two megabytes, while the settings allow so many.
fn attached(b: &Base, g: &Ground, allowed: u64) {
    let settings = g.read(SETTINGS);
    let with = |megabytes: u64| format!("{settings}attachment-megabytes = {megabytes}\n");
    put(g, "li.na", &[(SETTINGS, &with(1))]);
    put(g, "li.na", &[(SETTINGS, &with(allowed))]);
    let bytes = vec![b'x'; 2_000_000];
    g.write("li.na", |w| {
        w.file(format!("files/{}/leak.jpg", b.fresh), bytes.clone(), Expect::Absent);
        let fields = [("files", &*stored("leak.jpg", &bytes))];
        let request = request(w.view.policy(), "complaint", "edit", own("li.na"), &fields, &[]);
        Ok(w.operation.edit(&b.fresh, &request)?)
    });
    put(g, "li.na", &[(SETTINGS, &with(1))]);
}

/// Something is taken back three days later, while the rules allow so many.
fn taken_back(b: &Base, g: &Ground, days: u64, after: u64) {
    let rules = |days: u64| format!("undo-within = \"{days} days\"\n");
    put(g, "li.na", &[(RECORDING, &rules(1))]);
    g.step("li.na", &b.fresh, "withdraw", &[]);
    let done = g.git(&["rev-parse", "HEAD"]);
    g.set_now("2026-11-26T10:00:00+08:00");
    put(g, "li.na", &[(RECORDING, &rules(days))]);
    g.git(&["revert", "--no-commit", &done]);
    g.take_back("li.na", &done);
    put(g, "li.na", &[(RECORDING, &rules(after))]);
}

/// Somebody else accepts a case in the manager's name, under an address that the manager has for a while or for good.
fn under_an_address(b: &Base, g: &Ground, for_good: bool) {
    address_added(g);
    accepted_by_mallory(b, g);
    if !for_good {
        address_taken(g);
    }
}

fn address_added(g: &Ground) {
    g.step("wang.lei", &person("li.na"), "change", &[("emails", "li.na@example.cn,mallory@example.cn")]);
}

fn address_taken(g: &Ground) {
    g.step("wang.lei", &person("li.na"), "change", &[("emails", "li.na@example.cn")]);
}

fn accepted_by_mallory(b: &Base, g: &Ground) {
    let promised = "promised: 2026-11-27T12:00:00+08:00\nassignee: li.na";
    change(
        g,
        &b.fresh,
        &[("state: registered", "state: accepted"), ("\nhistory:", &format!("\n{promised}\nhistory:"))],
    );
    append(g, &b.fresh, &format!("at: {}\nby: li.na\nstep: accept\nto: accepted\nset: [promised, assignee]", at(g)));
    g.commit("mallory", &trailers(&b.fresh, "accept", "registered", "accepted", "li.na"));
}

/// Something that can be opened, used and closed.
struct Opened {
    /// The file that says whether it is open.
    file: fn() -> String,
    open: fn(&Ground),
    used: fn(&Base, &Ground),
    close: fn(&Ground),
}

const ADDRESS: Opened =
    Opened { file: || path(&person("li.na")), open: address_added, used: accepted_by_mallory, close: address_taken };

const BACK: Opened = Opened {
    file: || path(&person("chen.xi")),
    open: |g| g.step("wang.lei", &person("chen.xi"), "rejoin", &[]),
    used: |b, g| forged(g, &b.fresh, DECLINE, "chen.xi", "decline-reason: x"),
    close: |g| g.step("wang.lei", &person("chen.xi"), "leave", &[]),
};

const LIMIT: Opened = Opened {
    file: || AUTHORITY.to_owned(),
    open: |g| put(g, "li.na", &[(AUTHORITY, &g.read(AUTHORITY).replace("5000.00", "95000.00"))]),
    used: |b, g| forged(g, &b.dear, APPROVE, "li.na", ""),
    close: |g| put(g, "li.na", &[(AUTHORITY, &g.read(AUTHORITY).replace("95000.00", "5000.00"))]),
};

/// When it is used: on the main line, or after both lines have met.
#[derive(Clone, Copy, PartialEq)]
enum When {
    Before,
    After,
}

/// Two lines of history open something. One of them closes it, so that it is open where they meet. It is used, and then
/// closed.
fn on_two_lines(b: &Base, g: &Ground, what: &Opened, first: &str, when: When, for_good: bool) {
    if (what.file)() == (BACK.file)() {
        let roles: &[Line<'_>] = &[&[("role", "complaint-officer")]];
        g.step_as(own("wang.lei"), &person("chen.xi"), "change", &[], &[("roles", roles)]);
        (what.close)(g);
    }
    let file = (what.file)();
    let split = |text: &str| -> (String, String) {
        let (fields, history) = text.trim_end().split_once("\nhistory:").unwrap_or((text.trim_end(), ""));
        (fields.to_owned(), history.to_owned())
    };
    let (_, base) = split(&g.read(&file));
    g.git(&["checkout", "-q", "-b", "side"]);
    (what.open)(g);
    (what.close)(g);
    let (_, side) = split(&g.read(&file));
    g.git(&["checkout", "-q", "main"]);
    (what.open)(g);
    if when == When::Before {
        (what.used)(b, g);
    }
    let (fields, main) = split(&g.read(&file));
    // the merge has the events of both, and what the main line says
    let more = |history: &str| history.strip_prefix(&base).expect("history grows").to_owned();
    let (second, events) = match first {
        "main" => ("side", more(&main) + &more(&side)),
        _ => ("main", more(&side) + &more(&main)),
    };
    g.git(&["checkout", "-q", first]);
    g.git(&["merge", "-q", "--no-ff", "--no-commit", "-s", "ours", second]);
    g.git(&["checkout", "-q", "main", "--", "."]);
    let history = if base.is_empty() { String::new() } else { format!("\nhistory:{base}{events}") };
    g.put(&file, &format!("{fields}{history}\n"));
    g.commit("wang.lei", "Merge");
    if when == When::After {
        (what.used)(b, g);
    }
    if !for_good {
        (what.close)(g);
    }
}

/// Anybody may decline by the kind, and anybody has the role that may. Somebody declines. Then both are set back.
fn opened_twice(b: &Base, g: &Ground, back: &[&[&str]]) {
    let (complaint, roles) = (g.read(COMPLAINT), g.read(ROLES));
    let open = complaint.replace("to = \"declined\"\nby = [\"complaint-officer\"]", "to = \"declined\"");
    assert_ne!(open, complaint);
    put(g, "li.na", &[(COMPLAINT, &open)]);
    let all = roles.replace("[roles.complaint-officer]\n", "[roles.complaint-officer]\neverybody = true\n");
    assert_ne!(all, roles);
    put(g, "li.na", &[(ROLES, &all)]);
    forged(g, &b.fresh, DECLINE, "zhao.yun", "decline-reason: x");
    for files in back {
        let sound =
            |path: &&str| if *path == ROLES { (ROLES, roles.as_str()) } else { (COMPLAINT, complaint.as_str()) };
        put(g, "li.na", &files.iter().map(sound).collect::<Vec<_>>());
    }
}

/// Closing a case opens no callback for a while. A case is closed, and the callback is to follow again.
fn unfollowed(b: &Base, g: &Ground, back: impl FnOnce(&str) -> String) {
    let sound = g.read(COMPLAINT);
    let (before, rest) = sound.split_once("name = \"close\"").expect("the step");
    let (_, after) = rest.split_once("\n]\n").expect("what it opens");
    let (own, _) = rest.split_once("opens = [").expect("what it opens");
    put(g, "li.na", &[(COMPLAINT, &format!("{before}name = \"close\"{own}{after}"))]);
    g.step("li.na", &b.approved, "agree", &[]);
    g.step("li.na", &b.approved, "close", &[]);
    put(g, "li.na", &[(COMPLAINT, &back(&sound))]);
}

/// What a client agrees to opens a callback as well, for a while or for good. Then a client agrees.
fn followed(b: &Base, g: &Ground, for_good: bool) {
    let sound = g.read(COMPLAINT);
    let callback = "{ kind = \"callback\", with = { client = \"client\", about = \"id\" }, set = { reason = \"complaint\", due = \"+1 weeks\" } }";
    let with = sound.replacen("name = \"agree\"\n", &format!("name = \"agree\"\nopens = [{callback}]\n"), 1);
    assert_ne!(sound, with);
    put(g, "li.na", &[(COMPLAINT, &with)]);
    g.step("li.na", &b.approved, "agree", &[]);
    if !for_good {
        put(g, "li.na", &[(COMPLAINT, &sound)]);
    }
}

/// The manager approves 90,000 because of a higher limit and a second row, which are then taken back one after the
/// other.
fn limit_opened_twice(b: &Base, g: &Ground, both: bool) {
    let sound = g.read(AUTHORITY);
    let raised = sound.replace("5000.00", "95000.00");
    let row = "\n[[authority.remedy]]\nrole = \"cs-manager\"\n";
    put(g, "li.na", &[(AUTHORITY, &raised)]);
    put(g, "li.na", &[(AUTHORITY, &(raised + row))]);
    forged(g, &b.dear, APPROVE, "li.na", "");
    put(g, "li.na", &[(AUTHORITY, &(sound.clone() + row))]);
    if both {
        put(g, "li.na", &[(AUTHORITY, &sound)]);
    }
}

/// A case is accepted while nobody who accepts one becomes its assignee.
fn wrote_nothing(b: &Base, g: &Ground, for_good: bool) {
    let sound = g.read(COMPLAINT);
    let without = sound.replace("sets = { assignee = \"@actor\" }", "");
    assert_ne!(sound, without);
    put(g, "li.na", &[(COMPLAINT, &without)]);
    g.step("li.na", &b.fresh, "accept", &[("promised", "2026-11-27T17:30:00+08:00")]);
    if !for_good {
        put(g, "li.na", &[(COMPLAINT, &sound)]);
    }
}

/// A case is opened while cases do not keep the rules of their day.
fn kept_no_rules(b: &Base, g: &Ground, for_good: bool) {
    let sound = g.read(COMPLAINT);
    let without = sound.replace("rules = \"opened\"", "rules = \"current\"");
    assert_ne!(sound, without);
    put(g, "li.na", &[(COMPLAINT, &without)]);
    g.make("li.na", "complaint", &[("channel", "phone"), ("content", "漏水"), ("client", b.client.as_str())]);
    if !for_good {
        put(g, "li.na", &[(COMPLAINT, &sound)]);
    }
}

/// Somebody approves with either of two roles, which are then taken away one after the other.
fn roles_given_twice(b: &Base, g: &Ground, last: &[Line<'_>]) {
    let zhao = person("zhao.yun");
    let (manager, gm): (Line<'_>, Line<'_>) = (&[("role", "cs-manager")], &[("role", "gm")]);
    let give = |roles: &[Line<'_>]| g.step_as(own("wang.lei"), &zhao, "change", &[], &[("roles", roles)]);
    give(&[manager]);
    give(&[manager, gm]);
    forged(g, &b.own, APPROVE, "zhao.yun", "");
    give(&[gm]);
    match last {
        [] => g.step("wang.lei", &zhao, "change", &[("roles", "")]),
        last => give(last),
    }
}

const FORGERIES: &[Forgery<Base>] = &[
    ("a step that writes nothing for a while", &["rules-restored"], |b, g| wrote_nothing(b, g, false)),
    ("a step that writes nothing from now on", &[], |b, g| wrote_nothing(b, g, true)),
    ("cases that keep no rules for a while", &["rules-restored"], |b, g| kept_no_rules(b, g, false)),
    ("cases that keep no rules from now on", &[], |b, g| kept_no_rules(b, g, true)),
    ("a limit opened twice in one file", &["rules-restored"], |b, g| limit_opened_twice(b, g, true)),
    ("a limit opened twice in one file, once for good", &[], |b, g| limit_opened_twice(b, g, false)),
    ("a person with two roles, one after the other", &["rules-restored"], |b, g| roles_given_twice(b, g, &[])),
    ("a person with two roles, one for good", &[], |b, g| {
        roles_given_twice(b, g, &[&[("role", "gm")], &[("role", "sales-clerk")]]);
    }),
    ("a step that opens nothing for a while", &["rules-restored"], |b, g| unfollowed(b, g, str::to_owned)),
    ("a step that opens nothing for a while, set back to almost what it was", &["rules-restored"], |b, g| {
        unfollowed(b, g, |sound| sound.replace("due = \"+1 weeks\" } },\n", "due = \"+2 weeks\" } },\n"));
    }),
    ("a step that opens nothing from now on", &[], |b, g| {
        unfollowed(b, g, |_| format!("{}\n# x\n", g.read(COMPLAINT)));
    }),
    ("a step that opens something for a while", &["rules-restored"], |b, g| followed(b, g, false)),
    ("a step that opens something from now on", &[], |b, g| followed(b, g, true)),
    ("change control that is opened for another change", &["rules-restored"], |_, g| {
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\", \"cs-manager\""))]);
        limit_changed(g);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
    }),
    ("change control that is closed with another change", &["rules-restored"], |_, g| {
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\", \"cs-manager\""))]);
        g.put(CONTROL, &control("\"gm\""));
        limit_changed(g);
    }),
    ("change control that is opened while only those change the rules who may", &[], |_, g| {
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\", \"cs-manager\""))]);
        put(g, "wang.lei", &[(AUTHORITY, &g.read(AUTHORITY).replace("5000.00", "6000.00"))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
    }),
    ("change control that is opened for good", &[], |_, g| {
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\""))]);
        put(g, "wang.lei", &[(CONTROL, &control("\"gm\", \"cs-manager\""))]);
        limit_changed(g);
    }),
    ("a longer time for an undo, which is set back", &["rules-restored"], |b, g| taken_back(b, g, 30, 1)),
    ("a longer time for an undo, which stays", &[], |b, g| taken_back(b, g, 30, 40)),
    ("an undo after its time", &["undo-false"], |b, g| taken_back(b, g, 1, 1)),
    ("larger attachments for a while", &["rules-restored"], |b, g| attached(b, g, 3)),
    ("an attachment above the limit", &["attachment-large"], |b, g| attached(b, g, 1)),
    ("an address for a while", &["rules-restored"], |b, g| under_an_address(b, g, false)),
    ("an address for good", &[], |b, g| under_an_address(b, g, true)),
    ("an address on two lines of history", &["rules-restored"], |b, g| {
        on_two_lines(b, g, &ADDRESS, "main", When::After, false);
    }),
    ("an address on two lines of history, the other first", &["rules-restored"], |b, g| {
        on_two_lines(b, g, &ADDRESS, "side", When::After, false);
    }),
    ("an address on two lines of history, used on one", &["rules-restored"], |b, g| {
        on_two_lines(b, g, &ADDRESS, "main", When::Before, false);
    }),
    ("an address on two lines of history, for good on one", &[], |b, g| {
        on_two_lines(b, g, &ADDRESS, "main", When::Before, true);
    }),
    ("a person who is back on two lines of history", &["rules-restored"], |b, g| {
        on_two_lines(b, g, &BACK, "side", When::After, false);
    }),
    ("a person who is back on two lines of history, for good on one", &[], |b, g| {
        on_two_lines(b, g, &BACK, "side", When::After, true);
    }),
    ("a limit on two lines of history", &["rules-restored"], |b, g| {
        on_two_lines(b, g, &LIMIT, "main", When::After, false);
    }),
    ("a limit on two lines of history, for good on one", &[], |b, g| {
        on_two_lines(b, g, &LIMIT, "main", When::Before, true);
    }),
    ("a right opened in two files, closed in one commit", &["rules-restored"], |b, g| {
        opened_twice(b, g, &[&[ROLES, COMPLAINT]]);
    }),
    ("a right opened in two files, closed in the same order", &["rules-restored"], |b, g| {
        opened_twice(b, g, &[&[COMPLAINT], &[ROLES]]);
    }),
    ("a right opened in two files, closed in the other order", &["rules-restored"], |b, g| {
        opened_twice(b, g, &[&[ROLES], &[COMPLAINT]]);
    }),
    ("a right opened in two files, one of them for good", &[], |b, g| opened_twice(b, g, &[&[ROLES]])),
];

#[test]
fn every_rule_that_is_others_for_a_time_is_found() {
    let base = base();
    all_found(&base, &base.ground, FORGERIES, |_, ground| ground.audit());
}

/// Honest people change addresses, too. What one of two changes alone explains is told there, with its severity.
#[test]
fn what_honest_people_do_is_a_warning() {
    let b = base();
    under_an_address(&b, &b.ground, false);
    let severities = |g: &Ground| -> Vec<(&str, Severity)> {
        g.audit()
            .iter()
            .map(|finding| (finding.rule, finding.severity))
            .filter(|found| found.0 != "not-canonical")
            .collect()
    };
    assert_eq!(severities(&b.ground), [("rules-restored", Severity::Warning)]);
    let b = base();
    let (g, chen) = (&b.ground, person("chen.xi"));
    let roles: &[Line<'_>] = &[&[("role", "complaint-officer")]];
    g.step_as(own("wang.lei"), &chen, "change", &[], &[("roles", roles)]);
    g.step("wang.lei", &chen, "leave", &[]);
    let limit = g.read(AUTHORITY);
    put(g, "li.na", &[(AUTHORITY, &limit.replace("5000.00", "6000.00"))]);
    g.step("wang.lei", &chen, "rejoin", &[]);
    forged(g, &b.fresh, DECLINE, "chen.xi", "decline-reason: x");
    put(g, "li.na", &[(AUTHORITY, &limit)]);
    g.step("wang.lei", &chen, "leave", &[]);
    assert_eq!(severities(g), [("rules-restored", Severity::Warning)]);
}

/// A limit that two lines of history raise and that is set back is as grave as on one line.
#[test]
fn a_limit_on_two_lines_of_history_that_is_set_back_is_an_error() {
    for first in ["main", "side"] {
        let b = base();
        on_two_lines(&b, &b.ground, &LIMIT, first, When::After, false);
        let found = b.ground.audit();
        let is_grave = |finding: &Finding| finding.rule == "rules-restored" && finding.severity == Severity::Error;
        assert!(found.iter().any(is_grave), "{first}: {found:#?}");
    }
}

/// Whatever the loader reads out of a file of the calendar is listed, with the earlier days that it changes. So is an
/// order of rows.
#[test]
fn whatever_the_loader_reads_out_of_a_changed_file_is_listed() {
    const CALENDAR: &str = "calendar/cn.ics";
    let b = base();
    let g = &b.ground;
    let calendar = g.read(CALENDAR);
    let before_end = |text: &str| calendar.replace("END:VCALENDAR", &format!("{text}END:VCALENDAR"));
    let off = "BEGIN:VEVENT\nUID:x1\nDTSTAMP:20260101T000000Z\nDTSTART;VALUE=DATE:20261118\nSUMMARY:补休\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY\nEND:VEVENT\n";
    let lower = off.replace("BEGIN:VEVENT", "begin:vevent").replace("END:VEVENT", "end:vevent");
    let holiday = |around: [&str; 2]| {
        let at = calendar.find("DTSTART;VALUE=DATE:20261001").expect("the holiday");
        let begin = calendar[..at].rfind("BEGIN:VEVENT").expect("an event");
        let end = at + calendar[at..].find("END:VEVENT").expect("its end") + "END:VEVENT".len();
        let [before, after] = around;
        format!("{}{before}\n{}\n{after}{}", &calendar[..begin], &calendar[begin..end], &calendar[end..])
    };
    let cancelled = ["END:VCALENDAR\nBEGIN:VCALENDAR\nMETHOD:CANCEL", "END:VCALENDAR\nBEGIN:VCALENDAR"];
    let complaint = g.read(COMPLAINT);
    let mut steps: Vec<&str> = complaint.split("[[steps]]\n").collect();
    steps.swap(2, 3);
    let cases: &[(&str, &str, String, bool)] = &[
        ("a name in small letters", CALENDAR, before_end(&lower), true),
        ("an event within another component", CALENDAR, holiday(["BEGIN:X-OLD", "END:X-OLD"]), true),
        ("an event that is cancelled around it", CALENDAR, holiday(cancelled), true),
        ("what no event says", CALENDAR, calendar.replacen("BEGIN:VCALENDAR\n", "BEGIN:VCALENDAR\nX-A:1\n", 1), false),
        ("an order of steps", COMPLAINT, steps.join("[[steps]]\n"), false),
        ("a comment", COMPLAINT, format!("{complaint}# x\n"), false),
    ];
    for (name, path, text, changes_days) in cases {
        let sound = g.read(path);
        assert_ne!(*text, sound, "{name}");
        put(g, "li.na", &[(path, text)]);
        let commit = g.git(&["rev-parse", "HEAD"]);
        let audited = g.book("li.na").audit(&super::AuditScope::default(), &mut |_, _| {}).expect("readable");
        assert!(audited.findings.is_empty(), "{name}: {:#?}", audited.findings);
        let listed: Vec<_> = audited.changes.iter().filter(|change| change.commit == commit).collect();
        assert_eq!(listed.iter().map(|change| change.what.as_str()).collect::<Vec<_>>(), [*path], "{name}");
        assert_eq!(!listed[0].days.is_empty(), *changes_days, "{name}: {:?}", listed[0]);
        put(g, "li.na", &[(path, &sound)]);
    }
}

/// What people see of the book is listed as the rules are.
#[test]
fn forms_and_what_git_shows_are_listed() {
    let b = base();
    let g = &b.ground;
    for (path, text) in [(".mailmap", "Wang Lei <li.na@example.cn>\n"), ("forms/page.html", "<p>x</p>\n")] {
        put(g, "li.na", &[(path, text)]);
        g.git(&["rm", "-q", path]);
        g.commit("li.na", "As it was");
    }
    let audited = g.book("li.na").audit(&super::AuditScope::default(), &mut |_, _| {}).expect("readable");
    assert!(audited.findings.is_empty(), "{:#?}", audited.findings);
    let listed = audited.changes.iter().map(|change| (change.what.as_str(), change.until.is_some()));
    let listed: Vec<_> = listed.filter(|(what, _)| [".mailmap", "forms/page.html"].contains(what)).collect();
    let expected = [(".mailmap", true), (".mailmap", false), ("forms/page.html", true), ("forms/page.html", false)];
    assert_eq!(listed, expected);
}
