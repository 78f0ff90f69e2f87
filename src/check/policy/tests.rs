//! Each check finds its mistake in a preset that has none.

use chrono::NaiveDate;

use super::{Finding, Rulebook, Severity, findings};
use crate::locale::Lang;
use crate::policy::new_kind::{NewKind, Wanted};
use crate::policy::preset::Preset;
use crate::policy::tests::{loaded, replaced, sources_of};
use crate::policy::{People, Sources};

fn changed(path: &str, from: &str, to: &str) -> Sources {
    replaced(sources_of("basic"), path, &[(from, to)])
}

fn found(sources: &Sources, today: NaiveDate) -> Vec<Finding> {
    findings(&Rulebook { policy: &loaded(sources), sources, people: &People::default(), today })
}

fn said(sources: &Sources) -> Vec<String> {
    let found = found(sources, NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date"));
    let told = found.iter().filter(|finding| finding.severity > Severity::Note);
    told.map(|finding| format!("{}: {}: {}", finding.check, finding.place, finding.message.en)).collect()
}

#[test]
fn no_preset_has_a_finding_beyond_notes() {
    for preset in Preset::ALL {
        assert_eq!(said(&sources_of(preset.name)), Vec::<String>::new(), "{}", preset.name);
    }
}

#[test]
fn a_new_kind_is_valid_as_it_is_written() {
    for preset in Preset::ALL {
        for lang in Lang::ALL {
            let mut sources = sources_of(preset.name);
            let mut policy = loaded(&sources);
            policy.settings.lang = lang;
            let wanted = Wanted { name: "site-visit", label: Some("上门\"服务\\"), ..Wanted::default() };
            let kind = NewKind::of(&policy, wanted, |_| false).unwrap();
            sources.insert(kind.path(), kind.text(&policy).into_bytes());
            assert_eq!(said(&sources), Vec::<String>::new(), "{}", preset.name);
            let found = found(&sources, NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date"));
            let own = found.iter().filter(|finding| *finding.place.file == *kind.path());
            assert_eq!(own.map(|finding| &finding.message.en).collect::<Vec<_>>(), Vec::<&String>::new());
            assert_eq!(loaded(&sources).kind("site-visit").unwrap().shape.label, kind.label);
        }
    }
}

#[test]
fn every_label_of_every_preset_is_chinese() {
    for preset in Preset::ALL {
        let policy = loaded(&sources_of(preset.name));
        super::labels::every(&policy, &mut |name, label, place| {
            let chinese = label.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            // Grades are the same letters in both languages.
            let letter = label.zh == label.en && name.len() == 1;
            assert!(chinese || letter, "{}: {place}: {name}: {:?}", preset.name, label.zh);
        });
    }
}

#[test]
fn each_check_finds_its_slip() {
    let complaint = "policy/kinds/complaint.toml";
    for (path, from, to, wanted) in [
        (complaint, "zh = \"涉及金额\"", "zh = \"数量\"", "labels-unique: policy/kinds/complaint.toml:"),
        (complaint, "also = [\"立案\"]", "also = [\"立案\", \"结案\"]", "labels-unique: policy/kinds/complaint.toml:"),
        (complaint, "also = [\"批次\"]", "also = [\"批次\", \"数量\"]", "labels-unique: policy/kinds/complaint.toml:"),
        (complaint, "also = [\"批次\"]", "also = [\"批次\", \"状态\"]", "labels-unique: policy/kinds/complaint.toml:"),
        (complaint, "en = \"Declined\"", "en = \"accepted\"", "labels-unique: policy/kinds/complaint.toml:"),
        (complaint, ", zh = \"涉及金额\"", "", "labels: policy/kinds/complaint.toml:"),
        (
            complaint,
            "label = { en = \"Promised answer\"",
            "retired = true\nlabel = { en = \"Promised answer\"",
            "retired: policy/kinds/complaint.toml:",
        ),
        (complaint, "[states.lapsed]", "[states.lapsed]\nretired = true", "retired: policy/kinds/complaint.toml:"),
    ] {
        let said = said(&changed(path, from, to));
        assert!(!said.is_empty() && said.iter().all(|line| line.starts_with(wanted)), "{to}\n{said:#?}");
    }
}

/// (the file, what is replaced, by what, the key and how the finding begins)
const IDLE: &[(&str, &str, &str, &str)] = &[
    (
        "inquiry",
        "void = true                     # in no figure; rules treat it as not there\n",
        "",
        ": `inquiry` has no state with `void = true`",
    ),
    // an open state without a deadline, and a way into one without a deadline
    (
        "inquiry",
        "starts = [\"answered\"]\nstops = [\"archived\"]\nwithin = \"2 workdays\"",
        "starts = [\"open\"]\nstops = [\"answered\"]\nwithin = \"2 workdays\"",
        "states.answered: no deadline can run in the open state `answered`",
    ),
    (
        "complaint",
        "starts = [\"registered\", \"step:reopen\"]      # a case that is taken up again goes on from where it was\n",
        "starts = [\"registered\"]\n",
        "steps.11.name: after `reopen` no deadline runs in the open state `accepted`: let one start with `step:reopen`",
    ),
    (
        "client",
        "class = \"open\"\nresting = true",
        "class = \"open\"",
        "states.active: no deadline can run in the open state `active`",
    ),
    // deadlines
    (
        "callback",
        "from = [\"unreachable\"]\nto = \"planned\"",
        "from = [\"unreachable\"]\nto = \"cancelled\"",
        "deadlines.0.reopen: `reopen` never acts, since nothing leads back to a start of `callback`",
    ),
    (
        "task",
        "stops = [\"done\"]\n",
        "stops = [\"done\", \"step:check\"]\n",
        "deadlines.0.stops.1: `stops` names `step:check`, which never comes while `task` runs",
    ),
    (
        "callback",
        "stops = [\"recorded\"]\n",
        "stops = [\"recorded\"]\nmisses = [\"unreachable\"]\n",
        "deadlines.1.misses.0: `misses` names `unreachable`, which never comes while `record` runs",
    ),
    (
        "callback",
        "stops = [\"recorded\"]\n",
        "stops = [\"recorded\"]\noutlives = [\"cancelled\"]\n",
        "deadlines.1.outlives: `outlives` names `cancelled`, which never comes while `record` runs",
    ),
    (
        "inquiry",
        "stops = [\"promised\", \"answered\"]\n",
        "stops = [\"promised\", \"answered\"]\npauses = [\"promised\"]\n",
        "deadlines.0.pauses.0: `pauses` names `promised`, which never comes while `response` runs",
    ),
    (
        "inquiry",
        "starts = [\"answered\"]",
        "starts = [\"answered\", \"step:import\"]",
        "deadlines.2.starts.1: `step:import` never starts `archive`",
    ),
    ("measure", "starts = [\"done\"]", "starts = [\"done\", \"task:complete\"]", ""),
    (
        "client",
        "stops = [\"active\"]",
        "stops = [\"active\", \"staff:leave\"]",
        "deadlines.0.stops.1: `staff:leave` never comes, since no field of staff names a client",
    ),
    (
        "inquiry",
        "within = \"2 workhours\"\nwarns = \"30 workminutes\"",
        "within = \"2 workhours\"\nwarns = \"3 workhours\"",
        "deadlines.0.warns: `warns` is longer than `response` lasts",
    ),
    (
        "inquiry",
        "within = \"2 workhours\"\nwarns = \"30 workminutes\"",
        "within = \"2 workhours\"\nwarns = \"2 workhours\"",
        "",
    ),
    (
        "inquiry",
        "warns = \"30 workminutes\"\nholder = [\"field:assignee\", \"role:cs-specialist\"]",
        "warns = \"30 workminutes\"\nholder = \"field:client\"",
        "deadlines.0.warns: `warns` does nothing: `response` is not the company's deadline",
    ),
    (
        "measure",
        "within = \"3 months\"     # ours\nreopen = \"restart\"\nroll = \"next-workday\"\nwarns = \"5 workdays\"",
        "within = \"3 months\"\nreopen = \"restart\"\nroll = \"next-workday\"\nwarns = \"4 months\"",
        "deadlines.1.warns: `warns` is longer than `verification` lasts",
    ),
    (
        "inquiry",
        "within = \"2 workhours\"",
        "within = \"2 workhours\"\nroll = \"next-workday\"",
        "deadlines.0.roll: `roll` never acts",
    ),
    (
        "client",
        "holder = [\"field:owner\", \"role:cs-specialist\"]",
        "holder = [\"role:cs-specialist\", \"field:owner\"]",
        "deadlines.0.holder.1: `role:cs-specialist` always holds `recovery`",
    ),
    // steps
    ("complaint", "asks = [\"remedies\"]\n", "asks = [\"remedies\"]\nnot-by = [\"agree\"]\n", ""),
    (
        "inquiry",
        "asks = [\"answer\"]\n",
        "asks = [\"answer\"]\nnot-by = [\"register\", \"archive\"]\n",
        "steps.1.not-by.1: `not-by` names `archive`, which is never taken before `answer`",
    ),
    (
        "inquiry",
        "asks = [\"answer\"]\n",
        "asks = [\"answer\"]\nby = [\"cs-manager\", \"step:archive\"]\n",
        "steps.1.by.1: `by` names the person who took `archive`, which is never taken before `answer`",
    ),
    (
        "complaint",
        "to = \"agreed\"\n",
        "to = \"agreed\"\nafter = [\"notify\", \"contain\"]\n",
        "steps.7.after.1: `agree` comes after `contain`, which cannot be taken in approved",
    ),
    ("complaint", "to = \"agreed\"\n", "to = \"agreed\"\nafter = [{ step = \"contain\", since = \"accepted\" }]\n", ""),
    (
        "inquiry",
        "asks = [\"answer\"]\n",
        "asks = [\"answer\"]\nby = [\"step:register\"]\nnot-by = [\"register\"]\n",
        "steps.1.not-by: `not-by` forbids everybody whom `by` names",
    ),
    (
        "inquiry",
        "to = \"open\"\n",
        "to = \"open\"\nclears = [\"note\"]\n",
        "steps.0.clears.0: `register` makes the record, so that `note` is empty before it",
    ),
    (
        "inquiry",
        "asks = [\"answer\"]\n",
        "asks = [\"answer\", \"content\"]\n",
        "steps.1.asks.1: every record has `content`, so that `answer` never has to ask for it",
    ),
    (
        "inquiry",
        "asks = [\"answer\"]\n",
        "asks = [\"answer\"]\nsets = { content = \"-\" }\n",
        "steps.1.sets.content: every record has `content` before `answer`",
    ),
    (
        "complaint",
        "needs = [\"task:done,checked,cancelled\"]",
        "needs = [\"staff:left\"]",
        "steps.9.needs.0: no field of staff names a complaint, so that `close` never finds one",
    ),
    (
        "complaint",
        "needs = [\"task:done,checked,cancelled\"]",
        "needs = [\"some staff:left\"]",
        "steps.9.needs.0: `close` needs a staff, but no field of staff names a complaint",
    ),
    ("callback", "{ ref = \"about\", step = \"confirm\"", "{ ref = \"about\", step = \"issue\"", "steps.2.advances.0"),
    // the opened record, and what its first step asks for
    ("callback", "content = \"needs\", assignee", "assignee", "steps.2.opens.0"),
    ("inquiry", "[fields.content]\n", "[fields.content]\nby = [\"cs-manager\"]\n", ""),
    // a condition that the entry decides, because it gives no value for it
    (
        "inquiry",
        "asks = [\"client\", \"content\"]\n",
        "asks = [\"client\", \"content\", { field = \"note\", when = \"promised=..\" }]\n",
        "",
    ),
    (
        "inquiry",
        "asks = [\"client\", \"content\"]\n",
        "asks = [\"client\", \"content\", { field = \"note\", when = \"not promised=..\" }]\n",
        "steps.2.opens.0.kind: `record` opens a inquiry without note,",
    ),
    // a reference that stays empty leads nowhere
    (
        "inquiry",
        "asks = [\"client\", \"content\"]\n",
        "asks = [\"client\", \"content\", { field = \"note\", when = \"promised=.. channel=phone\" }]\n",
        "",
    ),
    // and a condition that depends on a copied value
    (
        "inquiry",
        "asks = [\"client\", \"content\"]\n",
        "asks = [\"client\", \"content\", { field = \"note\", when = \"channel=phone\" }]\n",
        "steps.2.opens.0.kind: `record` opens a inquiry without note, for which its first step `register` asks where `channel=phone` holds",
    ),
];

#[test]
fn what_can_never_act_is_found_with_its_key() {
    let mut wrong = Vec::new();
    for (kind, from, to, wanted) in IDLE {
        let path = format!("policy/kinds/{kind}.toml");
        let found = found(&changed(&path, from, to), NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date"));
        let said: Vec<String> = found
            .iter()
            .filter(|finding| finding.severity > Severity::Note)
            .map(|finding| format!("{}: {}", finding.place.key, finding.message.en))
            .collect();
        let right = match *wanted {
            "" => said.is_empty(),
            wanted => said.iter().any(|said| said.starts_with(wanted)) && said.len() < 3,
        };
        if !right {
            wrong.push(format!("{to}\nwanted {wanted}\nsaid {said:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Whoever may change deputies, addresses or departments of others may give roles, too: nobody raises themselves by the
/// record of somebody else.
#[test]
fn who_gives_rights_may_give_roles() {
    use crate::kind::Who;
    use crate::policy::{STAFF, Staff};
    for preset in Preset::ALL {
        let policy = loaded(&sources_of(preset.name));
        let kind = policy.kind(STAFF).expect("staff");
        let owners = |name: &str| {
            let guard = kind.guards.iter().find(|guard| guard.path == [kind.shape.field_id(name).expect("a field")]);
            guard.unwrap_or_else(|| panic!("{}: anybody changes {name}", preset.name)).by.clone()
        };
        let givers = owners("roles");
        assert!(givers.iter().all(|who| matches!(who, Who::Role(_))) && !givers.is_empty(), "{}", preset.name);
        let staff = Staff::of(&kind.shape);
        for field in staff.deciding() {
            let own = staff.deputies() == Some(field);
            let further = owners(&kind.field(field).name);
            let fit = further.iter().all(|who| givers.contains(who) || own && *who == Who::Own);
            assert!(fit && !further.is_empty(), "{}: {}: {further:?}", preset.name, kind.field(field).name);
        }
    }
}

#[test]
fn rights_that_anybody_can_change_are_found() {
    let staff = "policy/kinds/staff.toml";
    for (from, to, wanted) in [
        (
            "[fields.roles]\nby = [\"gm\"]                     # ours\n",
            "[fields.roles]\n",
            "with `change` anybody of the staff can change roles,",
        ),
        (
            "[fields.department]\nby = [\"gm\"]",
            "[fields.department]\nby = [\"anyone\"]",
            "with `change` anybody of the staff can change department,",
        ),
        (
            "[fields.emails]\nby = [\"gm\"]",
            "[fields.emails]\nby = [\"gm\", \"field:id\"]",
            "with `change` anybody of the staff can change emails,",
        ),
        (
            "by = [\"gm\", \"field:id\"]",
            "by = [\"field:id\", \"anyone\"]",
            "with `change` anybody of the staff can change deputy,",
        ),
        (
            "[fields.emails]\nby = [\"gm\"]",
            "[fields.emails]\nby = [\"field:id\"]",
            "with `change` anybody of the staff can change emails,",
        ),
        (
            "by = [\"gm\"]\n\n[[steps]]\nname = \"rejoin\"",
            "\n[[steps]]\nname = \"rejoin\"",
            "with `leave` anybody of the staff can change state,",
        ),
    ] {
        let said = said(&changed(staff, from, to));
        assert!(said.len() == 1 && said[0].starts_with("open-rights: policy/kinds/staff.toml:"), "{to}\n{said:#?}");
        assert!(said[0].contains(wanted), "{said:#?}");
    }
}

#[test]
fn a_year_without_holidays_is_found() {
    let in_2030 = NaiveDate::from_ymd_opt(2030, 1, 1).expect("a date");
    let lacking = found(&sources_of("basic"), in_2030);
    let years = lacking.iter().filter(|finding| finding.check == "calendar-years").count();
    assert_eq!(years, 4, "2027 to 2030");
}

#[test]
fn a_role_that_no_rule_names_is_a_note() {
    let sources = changed(
        "policy/roles.toml",
        "[roles.cs-manager]",
        "[roles.idle]\nlabel = { en = \"Idle\", zh = \"闲置\" }\n[roles.cs-manager]",
    );
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
    let found = found(&sources, today);
    let idle = found.iter().find(|finding| finding.message.en.contains("`idle`")).expect("the note");
    assert_eq!((idle.check, idle.severity), ("unused-roles", Severity::Note));
}

/// The fixed values of an entry of `opens` decide a condition of the record that it opens.
#[test]
fn what_an_entry_gives_decides_what_the_opened_record_is_asked_for() {
    let asks = [(
        "asks = [\"client\", \"content\"]\n",
        "asks = [\"client\", \"content\", { field = \"note\", when = \"channel=visit\" }]\n",
    )];
    let sources = replaced(sources_of("basic"), "policy/kinds/inquiry.toml", &asks);
    let given = |channel: &str| {
        let (from, to) = (
            "callback = \"id\", channel = \"method\", content = \"needs\", assignee = \"assignee\" } }",
            "callback = \"id\", content = \"needs\" }, set = { channel = \"CHANNEL\" } }",
        );
        let sources =
            replaced(sources.clone(), "policy/kinds/callback.toml", &[(from, &to.replace("CHANNEL", channel))]);
        said(&sources).into_iter().filter(|said| said.starts_with("opens-lacks")).count()
    };
    assert_eq!((given("visit"), given("phone")), (1, 0));
}

#[test]
fn a_file_that_nothing_reads_is_named_with_what_may_be_meant() {
    for (path, wanted) in [
        ("policy/departements.toml", "nothing reads this file (is it policy/departments.toml that is meant?)"),
        ("policy/anything.txt", "nothing reads this file"),
        ("policy/kinds/complaint.toml~", "nothing reads this file"),
        ("policy/forms.toml", "since forms/forms.toml is there"),
        ("policy/forms/slip.html", "since forms/slip.html is there"),
        ("calendar/cn.txt", "nothing reads this file"),
    ] {
        let mut sources = sources_of("basic");
        sources.insert(path, b"x = 1\n".to_vec());
        let said = said(&sources);
        assert!(said.len() == 1 && said[0].starts_with(&format!("unread-files: {path}")), "{path}\n{said:#?}");
        assert!(said[0].contains(wanted), "{path}\n{said:#?}");
    }
    let older = [("[samples]", "[[tables]]\nby = \"lot\"\n[samples]")];
    let said_of = said(&replaced(sources_of("basic"), "policy/reports.toml", &older));
    assert!(said_of.len() == 1 && said_of[0].contains("nothing reads `[[tables]]`"), "{said_of:#?}");
    let mut sources = sources_of("basic");
    sources.insert("reports/inquiries.toml", b"".to_vec());
    assert_eq!(said(&sources), Vec::<String>::new());
}
