//! Mistakes in the other files of a rule book, and changes in them that the program follows.

use super::{KIND, changed, said, sources};
use crate::policy::{Policy, Rhythm, Sources};

#[test]
fn roles_and_departments_are_named_in_other_files_too() {
    for (path, from, to, wanted) in [
        (
            "policy/authority.toml",
            "role = \"anyone\"\n",
            "role = \"anyoen\"\n",
            "there is no role `anyoen` (did you mean `anyone`?)",
        ),
        (
            "policy/acting.toml",
            "anyone = true",
            "clerks = [{ role = \"sales-clerc\", steps = [\"register\"] }]\nanyone = true",
            "there is no role `sales-clerc` (did you mean `sales-clerk`?)",
        ),
        (
            "policy/acting.toml",
            "anyone = true",
            "clerks = [{ role = \"sales-clerk\", steps = [\"complaint:regster\"] }]\nanyone = true",
            "`complaint` has no step `regster` (did you mean `register`?)",
        ),
        ("policy/departments.toml", "head = \"qm\"", "head = \"qmm\"", "there is no role `qmm` (did you mean `qm`?)"),
    ] {
        let said = said(&changed(path, from, to));
        assert!(said.len() == 1 && said[0].starts_with(path) && said[0].ends_with(wanted), "{wanted}\n{said:#?}");
    }
}

/// (file, text to replace, its replacement, the message after the file's name)
const MORE: &[(&str, &str, &str, &str)] = &[
    (
        "authority",
        "role = \"anyone\"\n",
        "up-to = \"5000.00\"\nrole = \"cs-manager\"\n[[authority.remedy]]\nwhen = \"category=other\"\nup-to = \"50000.00\"\nrole = \"gm\"\n\
         [[authority.remedy]]\nup-to = \"500.00\"\nrole = \"gm\"\n",
        "authority.remedy.2.role: the limit of `gm` lies within that of `cs-manager` before it (write the rows from the lowest level up, each with a higher `up-to`)",
    ),
    (
        "callbacks",
        "per-day = 8",
        "per-day = 0",
        "per-day: nobody could be called back: give at least 1, or leave it out",
    ),
    ("callbacks", "grade=key,A class", "grad=key,A class", "campaigns.0.select: "),
    ("callbacks", "every = \"1 months\"", "every = \"0 months\"", "campaigns.0.every: `0 months` is no time at all"),
    (
        "callbacks",
        "every = \"1 months\"",
        "evry = \"1 months\"",
        "campaigns.0.name: a campaign has one of `every`, `after` with `within`, `holiday` and `anniversary`",
    ),
    (
        "callbacks",
        "every = \"1 months\"",
        "after = \"complaint:clse\"\nwithin = \"7 days\"",
        "campaigns.0.after: `complaint` has no step `clse` (did you mean `close`?)",
    ),
    (
        "callbacks",
        "every = \"1 months\"",
        "after = \"complant:close\"\nwithin = \"7 days\"",
        "campaigns.0.after: there is no kind `complant` (did you mean `complaint`?)",
    ),
    ("callbacks", "reason = \"routine\"", "reason = \"rutine\"", "campaigns.0.set.reason: "),
    (
        "callbacks",
        "reason = \"routine\"",
        "resaon = \"routine\"",
        "campaigns.0.set.resaon: `callback` has no field `resaon` (did you mean `reason`?)",
    ),
    (
        "callbacks",
        "name = \"speed\"",
        "name = \"attitude\"",
        "questions.1.name: there is a question `attitude` already",
    ),
    (
        "callbacks",
        "name = \"regular\"",
        "name = \"key-accounts\"",
        "campaigns.1.name: there is a campaign `key-accounts` already",
    ),
    (
        "reports",
        "\"product\", \"cause\"]",
        "\"product\", \"casue\"]",
        "repeats.same.2: `complaint` has no field `casue` (did you mean `cause`?)",
    ),
    ("reports", "kind = \"complaint\"", "", "cases: `kind` is missing"),
    (
        "reports",
        "kind = \"complaint\"",
        "kind = \"complant\"",
        "cases.kind: there is no kind `complant` (did you mean `complaint`?)",
    ),
    (
        "reports",
        "[cases]",
        "[measures.cases]",
        "responsibility: nothing says which records are cases (add [cases] with `kind` to policy/reports.toml)",
    ),
    (
        "reports",
        "original = \"original\"",
        "original = \"orignal\"",
        "cases.original: `complaint` has no field `orignal` (did you mean `original`?)",
    ),
    ("reports", "original = \"original\"", "original = \"order\"", "cases.original: `order` is of type text, not ref"),
    (
        "reports",
        "accepted = \"accepted\"",
        "accepted = \"acepted\"",
        "cases.accepted: `complaint` has no milestone or state `acepted` (did you mean `accepted`?)",
    ),
    ("reports", "upheld = \"fault=own\"", "upheld = \"falt=own\"", "cases.upheld: "),
    (
        "reports",
        "answer = \"answer\"",
        "answer = \"anser\"",
        "cases.answer: `complaint` has no deadline `anser` (did you mean `answer`?)",
    ),
    (
        "reports",
        "remedies = \"remedy\"",
        "remedies = \"remdy\"",
        "cases.remedies: `complaint` has no amount `remdy` (did you mean `remedy`?)",
    ),
    (
        "reports",
        "verified = \"verified\"",
        "verified = \"verifyed\"",
        "measures.verified: `measure` has no milestone or state `verifyed` (did you mean `verified`?)",
    ),
    ("reports", "effect = \"effect\"", "efect = \"effect\"", "measures.efect: unknown key `efect`"),
    (
        "reports",
        "confirmed = \"attribute\"",
        "confirmed = \"atribute\"",
        "responsibility.confirmed: `complaint` has no step `atribute` (did you mean `attribute`?)",
    ),
    (
        "callbacks",
        "client = \"client\"",
        "client = \"about\"",
        "callbacks.client: `about` does not name records of one kind",
    ),
    ("callbacks", "kind = \"callback\"", "", "callbacks: `kind` is missing"),
    ("notices", "missed = \"missed\"", "missed = \"late\"", "notices.missed: `late` is of type decimal, not time"),
    (
        "notices",
        "corrective = \"corrective\"",
        "corrective = \"corective\"",
        "notices.corrective: `type` cannot be `corective` (did you mean `corrective`?)",
    ),
    (
        "reports",
        "same = [\"client\", \"product\", \"cause\"]",
        "",
        "repeats: `same` names no field, so that every complaint would repeat every other",
    ),
    ("reports", "within = \"90 days\"", "within = \"90 dais\"", "repeats.within: "),
    (
        "reports",
        "satisfied-from = 4",
        "satisfied-from = 6",
        "satisfaction.satisfied-from: the scores do not follow one another",
    ),
    (
        "reports",
        "dissatisfied-to = 2",
        "dissatisfied-to = 4",
        "satisfaction.satisfied-from: the scores do not follow one another",
    ),
    ("reports", "highest = 5     # ours\n", "", "satisfaction: `highest` is missing"),
    (
        "reports",
        "\"3 workdays\"",
        "\"1 workdays\"",
        "overdue.bands.1: `1 workdays` is not longer than the band before it in the same unit",
    ),
    (
        "reports",
        "\"3 workdays\"",
        "\"30 hours\"",
        "overdue.bands.1: `30 hours` is not longer than the band before it in the same unit",
    ),
    (
        "reports",
        "denominator = \"clients\"",
        "denominator = \"people\"",
        "complaint-rate.denominator: complaints are not counted against `people` (write clients, orders or amount)",
    ),
    ("reports", "per = 100", "per = 0", "complaint-rate.per: `per` cannot be 0"),
    (
        "reports",
        "[repeats]",
        "[[volumes]]\nmonth = \"2026-13\"\n[repeats]",
        "volumes.0.month: `2026-13` is not a month (write it as \"2026-10\")",
    ),
    ("reports", "[repeats]", "[[volumes]]\nmonth = \"2026-10\"\namount = \"x\"\n[repeats]", "volumes.0.amount: "),
    (
        "reports",
        "[repeats]",
        "[[volumes]]\nmonth = \"2026-10\"\n[[volumes]]\nmonth = \"2026-10\"\n[repeats]",
        "volumes.1.month: the month stands at policy/reports.toml:55 too",
    ),
];

#[test]
fn mistakes_of_callbacks_and_reports_are_said_where_they_stand() {
    let mut wrong = String::new();
    for (file, from, to, wanted) in MORE {
        let path = format!("policy/{file}.toml");
        let said = said(&changed(&path, from, to));
        let fits = |problem: &String| {
            let rest = problem.strip_prefix(&path).and_then(|rest| rest.split_once(": "));
            rest.is_some_and(|(_, rest)| rest.starts_with(wanted))
        };
        if !said.iter().any(fits) {
            wrong.push_str(&format!("{path}: {from:?} → {to:?}\nwanted {wanted}\nsaid   {said:#?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn callbacks_and_reports_follow_the_files() {
    let policy = Policy::load(&sources(), "").expect("it loads");
    assert_eq!(policy.callbacks.per_day, Some(8));
    assert_eq!(policy.callbacks.questions.len(), 4);
    let key = policy.callbacks.campaign("key-accounts").expect("the campaign");
    let select = key.select.as_ref().expect("a filter");
    assert_eq!(select.filter.to_string(), "grade=key,A class!=closed");
    assert_eq!((&key.rhythm, key.set.len()), (&Rhythm::Every("1 months".parse().expect("a span")), 2));
    assert_eq!(policy.reports.satisfaction.map(|scores| scores.satisfied_from), Some(4));
    assert_eq!(policy.reports.overdue.len(), 3);
    // older books have the contents of the statistics and the tracking table here
    assert!(policy.reports.tables.is_empty() && policy.reports.tracking.is_empty());
    let older = "[[tables]]\nby = \"category\"\n[tracking]\ncolumns = [\"client\", \"lot\"]\n[repeats]";
    let older = Policy::load(&changed("policy/reports.toml", "[repeats]", older), "").expect("it loads");
    let complaint = older.kind("complaint").expect("complaints");
    let by = older.reports.tables.iter().map(|table| complaint.field(table.by).name.as_str());
    assert_eq!(by.collect::<Vec<_>>(), ["category"]);
    assert_eq!(older.reports.tracking.len(), 2);
    let volumes = "[[volumes]]\nmonth = \"2026-10\"\norders = 1260\namount = \"3500000.00\"\n[repeats]";
    let policy = Policy::load(&changed("policy/reports.toml", "[repeats]", volumes), "").expect("it loads");
    let october = &policy.reports.volumes[0];
    assert_eq!((october.month.to_string().as_str(), october.orders), ("2026-10-01", Some(1260)));
    assert_eq!(october.amount.map(|amount| amount.to_string()), Some("3500000.00".to_owned()));
    let after =
        changed("policy/callbacks.toml", "every = \"1 months\"", "after = \"complaint:close\"\nwithin = \"7 days\"");
    let policy = Policy::load(&after, "").expect("it loads");
    let within = "7 days".parse().expect("a span");
    let wanted = Rhythm::After { kind: "complaint".to_owned(), step: "close".to_owned(), within };
    assert_eq!(policy.callbacks.campaigns[0].rhythm, wanted);
}

/// Without a section about them there are no cases, callbacks and notices, and no rule may use them.
#[test]
fn what_is_left_out_is_not_there() {
    let mut sources = sources();
    for file in ["reports", "callbacks", "notices"] {
        sources.insert(format!("policy/{file}.toml"), Vec::new());
    }
    let wanted = "policy/sharing.toml:7: losses: nothing says which records are cases (add [cases] with `kind` to policy/reports.toml)";
    assert_eq!(said(&sources), [wanted]);
    sources.insert("policy/sharing.toml", Vec::new());
    let policy = Policy::load(&sources, "").expect("it loads");
    assert!(policy.reports.cases.is_none() && policy.reports.measures.is_none());
    assert!(policy.callbacks.fields.is_none() && policy.notices.fields.is_none());
}

/// Records that were opened under older rules are counted by today's words.
#[test]
fn older_rules_speak_of_the_cases_of_today() {
    let today = Policy::load(&sources(), "").expect("it loads");
    let mut older = sources();
    older.insert("policy/reports.toml", Vec::new());
    older.insert("policy/callbacks.toml", Vec::new());
    let older = Policy::load_older(&older, "", &today).expect("it loads");
    assert_eq!(older.reports.cases.map(|cases| cases.kind), Some("complaint".to_owned()));
    assert_eq!(older.sharing.losses.len(), today.sharing.losses.len());
}

#[test]
fn a_company_that_declares_no_roles_may_name_any() {
    let all = sources();
    let left = ["policy/roles.toml", "policy/departments.toml"];
    let files = all.under("").filter(|(path, _)| !left.contains(path));
    let mut some: Sources = files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    some.insert("policy/kinds/repair.toml", KIND.replace("cs-manager", "mender").into_bytes());
    let policy = Policy::load(&some, "").expect("it loads");
    assert!(policy.roles.is_empty() && policy.departments.is_empty());
    assert_eq!(policy.roles.everybody(), ["anyone"]);
}
