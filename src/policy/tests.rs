//! What a company writes wrong into its rule book is said with file, line and key; what it changes, the program follows.

mod money;

use super::preset::{Choices, Preset};
use super::{Invalid, Policy, Rhythm, Sources};

const BOOK: &str =
    "name = \"测试\"\nformat = 1\nlanguage = \"zh\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n";

/// The files of a book of the default preset.
fn sources() -> Sources {
    let preset = Preset::named(Preset::DEFAULT).expect("the default");
    let files = preset.files(&Choices::default()).expect("it resolves");
    let book = [("redress.toml".to_owned(), BOOK.as_bytes().to_vec())];
    files.into_iter().map(|file| (file.path, file.text.into_bytes())).chain(book).collect()
}

fn text<'s>(sources: &'s Sources, path: &str) -> &'s str {
    std::str::from_utf8(sources.bytes(path).expect("the file")).expect("a text")
}

/// The book with one piece of one file, which must stand there, replaced.
fn changed(path: &str, from: &str, to: &str) -> Sources {
    let mut sources = sources();
    let before = text(&sources, path).to_owned();
    assert!(before.contains(from), "{path} holds no {from:?}");
    sources.insert(path, before.replacen(from, to, 1).into_bytes());
    sources
}

/// Every problem of a book, as it is said.
fn said(sources: &Sources) -> Vec<String> {
    match Policy::load(sources, "") {
        Ok(_) => Vec::new(),
        Err(Invalid(problems)) => problems.iter().map(ToString::to_string).collect(),
    }
}

/// A kind of a company's own, with one line of it replaced.
fn kind(from: &str, to: &str) -> Vec<String> {
    assert!(KIND.contains(from), "no {from:?}");
    let mut sources = sources();
    sources.insert("policy/kinds/repair.toml", KIND.replacen(from, to, 1).into_bytes());
    said(&sources).into_iter().map(|problem| problem.replace("policy/kinds/repair.toml", "R")).collect()
}

const KIND: &str = "\
name = \"repair\"
prefix = \"RP\"
folder = \"repairs\"
label = { en = \"Repair\", zh = \"维修\" }
[fields.client]
type = \"ref\"
to = \"client\"
[fields.cost]
type = \"money\"
[fields.due]
type = \"date\"
[fields.owner]
type = \"person\"
[fields.team]
type = \"department\"
[states.open]
class = \"new\"
[states.done]
class = \"closed\"
[milestones]
closed = \"done\"
[[steps]]
name = \"open\"
to = \"open\"
[[steps]]
name = \"finish\"
from = [\"open\"]
to = \"done\"
by = [\"cs-manager\"]
asks = [\"cost\"]
[[deadlines]]
name = \"repair\"
starts = [\"open\"]
stops = [\"done\"]
within = \"3 workdays\"
holder = [\"role:cs-manager\", \"department:cs\"]
[fields.parts]
type = \"list\"
[fields.parts.of.type]
type = \"choice\"
values = [\"new\"]
[fields.parts.of.price]
type = \"money\"
";

#[test]
fn a_sound_kind_of_a_companys_own_has_no_problem() {
    assert_eq!(kind("name", "name"), Vec::<String>::new());
}

/// (what is replaced, by what, what is said)
const MISTAKES: &[(&str, &str, &str)] = &[
    // names
    (
        "asks = [\"cost\"]",
        "asks = [\"csot\"]",
        "R:30: steps.1.asks.0: `repair` has no field `csot` (did you mean `cost`?)",
    ),
    ("to = \"done\"", "to = \"dnoe\"", "R:28: steps.1.to: `repair` has no state `dnoe` (did you mean `done`?)"),
    (
        "stops = [\"done\"]",
        "stops = [\"dne\"]",
        "R:34: deadlines.0.stops.0: `repair` has no state `dne` (did you mean `done`?)",
    ),
    (
        "from = [\"open\"]",
        "from = [\"opne\"]",
        "R:27: steps.1.from.0: `repair` has no state `opne` (did you mean `open`?)",
    ),
    (
        "from = [\"open\"]",
        "from = [\"class:opn\"]",
        "R:27: steps.1.from.0: `repair` has no class `opn` (did you mean `open`?)",
    ),
    (
        "by = [\"cs-manager\"]",
        "by = [\"cs-manger\"]",
        "R:29: steps.1.by.0: there is no role `cs-manger` (did you mean `cs-manager`?)",
    ),
    (
        "by = [\"cs-manager\"]",
        "by = [\"zzz\"]",
        "R:29: steps.1.by.0: there is no role `zzz` (add `[roles.zzz]` to policy/roles.toml)",
    ),
    (
        "by = [\"cs-manager\"]",
        "by = [\"field:ownr\"]",
        "R:29: steps.1.by.0: `repair` has no field `ownr` (did you mean `owner`?)",
    ),
    (
        "by = [\"cs-manager\"]",
        "by = [\"person:owner\"]",
        "R:29: steps.1.by.0: `person:` says nobody (write a role, `field:NAME`, `department:NAME` or `step:NAME`)",
    ),
    (
        "role:cs-manager",
        "role:cs-manger",
        "R:36: deadlines.0.holder.0: there is no role `cs-manger` (did you mean `cs-manager`?)",
    ),
    (
        "department:cs",
        "department:sales-",
        "R:36: deadlines.0.holder.1: there is no department `sales-` (did you mean `sales`?)",
    ),
    (
        "department:cs",
        "cs",
        "R:36: deadlines.0.holder.1: `cs` says nobody (write `role:NAME`, `field:NAME` or `department:NAME`)",
    ),
    (
        "to = \"client\"",
        "to = \"cliet\"",
        "R:5: fields.client: `client` refers to the kind `cliet`, which does not exist (did you mean `client`?)",
    ),
    (
        "closed = \"done\"",
        "closed = \"don\"",
        "R:21: milestones.closed: `repair` has no state `don` (did you mean `done`?)",
    ),
    (
        "asks = [\"cost\"]",
        "not-by = [\"opne\"]",
        "R:26: steps.1.name: `repair` has no step `opne` (did you mean `open`?)",
    ),
    (
        "asks = [\"cost\"]",
        "after = [\"opne\"]",
        "R:30: steps.1.after.0: `repair` has no step `opne` (did you mean `open`?)",
    ),
    (
        "asks = [\"cost\"]",
        "authority = \"cost\"",
        "R:30: steps.1.authority: there is no authority table `cost` (add `[[authority.cost]]` to policy/authority.toml)",
    ),
    (
        "asks = [\"cost\"]",
        "needs = [\"tsk:done\"]",
        "R:30: steps.1.needs.0: `policy/kinds` has no kind `tsk` (did you mean `task`?)",
    ),
    (
        "asks = [\"cost\"]",
        "needs = [\"task:dnoe\"]",
        "R:30: steps.1.needs.0: `task` has no state `dnoe` (did you mean `done`?)",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", with = { abut = \"id\" } }]",
        "R:30: steps.1.opens.0.with.abut: `task` has no field `abut` (did you mean `about`?)",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", with = { due = \"cost\" } }]",
        "R:30: steps.1.opens.0.with.due: `cost` is of type money, `due` of time",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"complaint\", set = { department = \"gm-ofice\" } }]",
        "R:30: steps.1.opens.0.set.department: there is no department `gm-ofice` (did you mean `gm-office`?)",
    ),
    (
        "asks = [\"cost\"]",
        "advances = [{ ref = \"cost\", step = \"close\" }]",
        "R:30: steps.1.advances.0.ref: `cost` is no ref, so that it names no record",
    ),
    // lines, levels, earlier steps
    (
        "asks = [\"cost\"]",
        "asks = [\"cost.amount\"]",
        "R:30: steps.1.asks.0: `cost` is no list of lines with fields of their own",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [{ field = \"parts.prise\", where = { type = [\"new\"] } }]",
        "R:30: steps.1.asks.0.field: `parts` has no field `prise` (did you mean `price`?)",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [{ field = \"parts.price\", where = { type = [\"nwe\"] } }]",
        "R:30: steps.1.asks.0.where.type.0: `type` cannot be `nwe`",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [{ field = \"cost\", where = { type = [\"new\"] } }]",
        "R:30: steps.1.asks.0.where: `where` chooses among the lines of a list, and none is named",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", each = \"cost\" }]",
        "R:30: steps.1.opens.0.each: `cost` is no list of lines with fields of their own",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", each = \"parts\", with = { content = \"parts.price\" } }]",
        "R:30: steps.1.opens.0.with.content: `parts.price` is of type money, `content` of text",
    ),
    (
        "asks = [\"cost\"]",
        "advances = [{ kind = \"task\", step = \"chek\" }]",
        "R:30: steps.1.advances.0.step: `task` has no step `chek` (did you mean `check`?)",
    ),
    (
        "asks = [\"cost\"]",
        "after = [{ step = \"open\", times = 0 }]",
        "R:30: steps.1.after.0.times: `times` counts steps, at least 1",
    ),
    (
        "asks = [\"cost\"]",
        "after = [{ step = \"open\", since = \"opne\" }]",
        "R:30: steps.1.after.0.since: `repair` has no state `opne` (did you mean `open`?)",
    ),
    (
        "asks = [\"cost\"]",
        "climbs = { field = \"cost\", from = \"cs-manager\" }",
        "R:30: steps.1.climbs.field: `cost` holds no role",
    ),
    (
        "asks = [\"cost\"]",
        "upholds = [\"open\"]",
        "R:30: steps.1.upholds.0: `open` has no `authority`, so that it decides nothing",
    ),
    ("asks = [\"cost\"]", "aks = [\"cost\"]", "R:30: steps.1.aks: unknown key `aks` (did you mean `asks`?)"),
    (
        "type = \"money\"",
        "type = \"mony\"",
        "R:9: fields.cost.type: there is no type `mony` (types are text, count, decimal, money, date, time, bool, choice, list, group, person, role, department, phone, email, ref, file)",
    ),
    (
        "class = \"new\"",
        "class = \"begin\"",
        "R:17: states.open.class: there is no class `begin` (classes are new, open, waiting, closed)",
    ),
    (
        "[fields.cost]",
        "[fields.Cost]",
        "R:8: fields.Cost: `Cost` is no field name: use small letters, digits and dashes",
    ),
    (
        "[fields.cost]",
        "[fields.state]",
        "R:8: fields.state: every record has `state` already (choose another name for the field)",
    ),
    ("prefix = \"RP\"", "prefix = \"rp\"", "R:2: prefix: `rp` is no prefix: one to three capital letters"),
    ("prefix = \"RP\"", "prefix = \"C\"", "R:1: the kind `complaint` has the same prefix (choose another prefix)"),
    ("folder = \"repairs\"", "folder = \"policy\"", "R:3: folder: `policy` is a folder of the book itself"),
    (
        "name = \"repair\"",
        "name = \"mend\"",
        "R:1: name: the file is not named for its kind `mend` (name it `mend.toml`)",
    ),
    // the lifecycle
    (
        "[milestones]",
        "[states.lost]\nclass = \"closed\"\n[milestones]",
        "R:20: states.lost: no step leads to the state `lost` (add a step, or say `retired = true`)",
    ),
    (
        "class = \"closed\"",
        "class = \"open\"",
        "R:18: states.done: no step leads out of the state `done`, and it is not closed (add a step, or give it class = \"closed\")",
    ),
    (
        "[[deadlines]]",
        "[[steps]]\nname = \"finish\"\nfrom = [\"open\"]\n[[deadlines]]",
        "R:32: steps.2.name: a second step `finish` from `open` (the first stands at R:26)",
    ),
    (
        "[[deadlines]]",
        "[[steps]]\nname = \"import\"\nfrom = [\"open\"]\n[[deadlines]]",
        "R:32: steps.2.name: `import` is a step of every kind already",
    ),
    ("from = [\"open\"]\n", "", "R:26: steps.1.name: `from` is missing: the states that the step can be taken from"),
    (
        "to = \"open\"\n",
        "to = \"open\"\nfrom = [\"open\"]\n",
        "R:23: steps.0.name: the first step makes the record, so that it has no `from`",
    ),
    (
        "to = \"done\"",
        "to = [{ when = \"cost=1..\", state = \"done\" }]",
        "R:28: steps.1.to: the list may leave the record without a state (end it with a state that needs no condition)",
    ),
    (
        "to = \"open\"\n",
        "to = \"open\"\nopens = [{ kind = \"repair\" }]\n",
        "R:25: steps.0.opens.0.kind: making `repair` makes another without an end: repair → repair (give one of the `opens` a `when`)",
    ),
    (
        "asks = [\"cost\"]",
        "advances = [{ ref = \"client\", step = \"covert\" }]",
        "R:30: steps.1.advances.0.step: `client` has no step `covert` (did you mean `convert`?)",
    ),
    (
        "asks = [\"cost\"]",
        "clears = [\"csot\"]",
        "R:30: steps.1.clears.0: `repair` has no field `csot` (did you mean `cost`?)",
    ),
    ("asks = [\"cost\"]", "hands-over = true", "R:26: steps.1.name: records are dealt to people, and a repair is none"),
    // deadlines
    (
        "stops = [\"done\"]\n",
        "",
        "R:32: deadlines.0.name: the deadline never stops: `stops` names no state, step or field",
    ),
    (
        "starts = [\"open\"]\n",
        "",
        "R:32: deadlines.0.name: the deadline never starts: `starts` names no state, step or field",
    ),
    (
        "stops = [\"done\"]",
        "stops = [\"step:finsh\"]",
        "R:34: deadlines.0.stops.0: `repair` has no step `finsh` (did you mean `finish`?)",
    ),
    (
        "stops = [\"done\"]",
        "stops = [\"task:complet\"]",
        "R:34: deadlines.0.stops.0: `task` has no step `complet` (did you mean `complete`?)",
    ),
    (
        "stops = [\"done\"]",
        "stops = [\"field:cost\"]",
        "R:34: deadlines.0.stops.0: a deadline starts or stops at a field of type date or time",
    ),
    (
        "within = \"3 workdays\"\n",
        "",
        "R:32: deadlines.0.name: a deadline has either `within` or `by` (write `within = \"1 workday\"` or `by = \"promised\"`)",
    ),
    ("within = \"3 workdays\"", "by = \"cost\"", "R:35: deadlines.0.by: `cost` is neither a date nor a time"),
    (
        "within = \"3 workdays\"",
        "within = \"3 workdays\"\nroll = \"never\"",
        "R:36: deadlines.0.roll: `roll` is `next-workday`, or left out",
    ),
    (
        "within = \"3 workdays\"",
        "within = \"3 workdays\"\nreopen = \"never\"",
        "R:36: deadlines.0.reopen: `reopen` is `resume` or `restart`",
    ),
    (
        "within = \"3 workdays\"",
        "within = \"3 workdays\"\noutlives = [\"open\"]",
        "R:36: deadlines.0.outlives.0: `open` is no closed state, so that it ends no deadline (leave it out, or name it in `pauses`)",
    ),
    (
        "asks = [\"cost\"]",
        "limits = [{ sum = [\"repair.cost\"], most = \"cost\" }]",
        "R:30: steps.1.limits.0.most: an amount of the record itself needs `through`: the field by which the others name it (where it stands in the record that all of them name, write `REF.FIELD`)",
    ),
    (
        "within = \"3 workdays\"",
        "within = \"3 workdays\"\ncalendar = \"offce\"",
        "R:36: deadlines.0.calendar: there is no calendar `offce` (did you mean `office`?)",
    ),
    (
        "[[deadlines]]",
        "[[deadlines]]\nname = \"repair\"\nstarts = [\"open\"]\nstops = [\"done\"]\nwithin = \"1 days\"\n[[deadlines]]",
        "R:37: deadlines.1.name: there is a deadline `repair` already",
    ),
];

#[test]
fn every_mistake_of_a_kind_file_has_file_line_and_key() {
    let mut wrong = String::new();
    for (from, to, wanted) in MISTAKES {
        let said = kind(from, to);
        if !said.iter().any(|problem| problem == wanted) {
            wrong.push_str(&format!("{from:?} → {to:?}\nwanted {wanted}\nsaid   {said:#?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What spans and filters say of themselves is theirs; here that it is said at the right place.
#[test]
fn spans_and_filters_are_read_where_they_stand() {
    for (from, to, place) in [
        ("within = \"3 workdays\"", "within = \"3 werkdays\"", "R:35: deadlines.0.within: "),
        ("within = \"3 workdays\"", "within = \"3 workdays\"\nwarns = \"soon\"", "R:36: deadlines.0.warns: "),
        ("within = \"3 workdays\"", "within = \"3 workdays\"\nwhen = \"csot=1\"", "R:36: deadlines.0.when: "),
        ("asks = [\"cost\"]", "when = \"cost\"", "R:30: steps.1.when: "),
        ("asks = [\"cost\"]", "when = \"overdue\"", "R:30: steps.1.when: "),
        (
            "asks = [\"cost\"]",
            "opens = [{ kind = \"task\", set = { due = \"+1 wek\" } }]",
            "R:30: steps.1.opens.0.set.due: ",
        ),
        ("to = \"done\"", "to = [{ when = \"cost=x\", state = \"done\" }, \"done\"]", "R:28: steps.1.to.0.when: "),
    ] {
        let said = kind(from, to);
        assert!(said.len() == 1 && said[0].starts_with(place), "{from:?} → {to:?}\nwanted {place}\nsaid   {said:#?}");
    }
}

/// What the kind of a company's own says with these lines at its end, without where.
fn with(lines: &str) -> Vec<String> {
    let mut sources = sources();
    sources.insert("policy/kinds/repair.toml", format!("{KIND}{lines}").into_bytes());
    let problems = self::said(&sources).into_iter();
    problems.map(|said| said.splitn(3, ": ").nth(2).unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_counts_with_a_case_is_said_on_both_sides() {
    for (lines, wanted) in [
        ("of = []", "`of` is missing"),
        ("of = [\"parts.prise\"]", "`parts` has no field `prise` (did you mean `price`?)"),
        ("of = \"due\"", "`due` is no amount of money"),
        ("of = \"cost\"\ncase = \"due\"", "`due` is no ref, so that it names no record"),
        (
            "of = \"cost\"\ncase = \"client\"",
            "no kind that repair names as its case has it in `beside` of `[amounts.remedy]` (name it there in `beside`)",
        ),
        (
            "of = \"cost\"\nbeside = [\"task\"]",
            "task has no `[amounts.remedy]` with a `case` (say there what a record comes to, and which field names its case)",
        ),
        ("of = \"cost\"\nbeside = [\"tsk\"]", "`policy/kinds` has no kind `tsk` (did you mean `task`?)"),
        ("of = \"cost\"\nordered = \"cost\"", "`ordered` is what a decision of the case gave, and there is no `case`"),
        ("of = \"cost\"\npending = [\"opne\"]", "`repair` has no state `opne` (did you mean `open`?)"),
    ] {
        assert_eq!(with(&format!("[amounts.remedy]\n{lines}\n")), [wanted], "{lines}");
    }
    assert_eq!(with("[amounts.remedy]\nof = [\"parts.price\", \"cost\"]\n"), Vec::<String>::new());
    let when = |when: &str| {
        said(&changed("policy/authority.toml", "role = \"anyone\"", &format!("when = {{ {when} }}\nrole = \"anyone\"")))
    };
    assert_eq!(when("complaint = \"remedies.kind!=compensation\""), Vec::<String>::new());
    assert!(when("complain = \"a=b\"")[0].ends_with("has no kind `complain` (did you mean `complaint`?)"));
}

#[test]
fn what_holds_of_every_record_names_fields_that_there_are() {
    for (lines, wanted) in [
        ("[[unique]]\nfields = []", "`fields` is missing"),
        ("[[unique]]\nfields = [\"cost\", \"onwer\"]", "`repair` has no field `onwer` (did you mean `owner`?)"),
        ("[[unique]]\nfields = [\"parts\"]", "`parts` does not hold one value"),
        (
            "[[unique]]\nfields = [\"cost\"]\nwithout = [\"opne\"]",
            "`repair` has no state `opne` (did you mean `open`?)",
        ),
        (
            "[[same]]\nfield = \"owner\"\nas = \"client\"",
            "`as` names a field at the other end of a reference: write `REF.FIELD`",
        ),
        ("[[same]]\nfield = \"owner\"\nas = \"cost.x\"", "`cost` is no ref, so that it names no record"),
        ("[[same]]\nfield = \"owner\"\nas = \"client.ownr\"", "`client` has no field `ownr` (did you mean `owner`?)"),
        ("[[same]]\nfield = \"cost\"\nas = \"client.owner\"", "`client.owner` is of type person, `cost` of money"),
    ] {
        assert_eq!(with(&format!("{lines}\n")), [wanted], "{lines}");
    }
    let same = "[[same]]\nfield = \"owner\"\nas = \"client.owner\"\n[[unique]]\nfields = [\"owner\", \"client\"]\n";
    assert_eq!(with(same), Vec::<String>::new());
    let limit = |limit: &str| {
        let step = format!("[[steps]]\nname = \"edit\"\nlimits = [{{ {limit} }}]\n");
        with(&step)
    };
    let through = "an amount of the record itself needs `through`";
    assert!(limit("sum = [\"repair.cost\"], most = \"cost\"")[0].starts_with(through));
    let named = limit("sum = [\"repair.cost\"], through = \"client\", most = \"cost\"");
    assert_eq!(named, ["`client` of repair names no repair"]);
}

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

/// (file, what is replaced, by what, what is said after the file's name)
const MORE: &[(&str, &str, &str, &str)] = &[
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
        "campaigns.0.name: a campaign has either `every`, or `after` with `within`",
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
        "tables: nothing says which records are cases (add [cases] with `kind` to policy/reports.toml)",
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
        "cases.accepted: `complaint` reaches no milestone and no state `acepted` (did you mean `accepted`?)",
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
        "measures.verified: `measure` reaches no milestone and no state `verifyed` (did you mean `verified`?)",
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
    ("reports", "highest = 5\n", "", "satisfaction: `highest` is missing"),
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
        "by = \"category\"",
        "by = \"catgory\"",
        "tables.0.by: `complaint` has no field `catgory` (did you mean `category`?)",
    ),
    (
        "reports",
        "first = \"responsible.department\"",
        "first = \"responsible.departmnt\"",
        "tables.3.first: `responsible` has no field `departmnt` (did you mean `department`?)",
    ),
    (
        "reports",
        "first = \"responsible.department\"",
        "first = \"product\"",
        "tables.3.first: `product` is no part of a list",
    ),
    (
        "reports",
        "\"escape\"",
        "\"escpe\"",
        "tracking.columns.11: `complaint` has no field `escpe` (did you mean `escape`?)",
    ),
    (
        "reports",
        "[repeats]",
        "[[volumes]]\nmonth = \"2026-13\"\n[repeats]",
        "volumes.0.month: `2026-13` is no month (write it as \"2026-10\")",
    ),
    ("reports", "[repeats]", "[[volumes]]\nmonth = \"2026-10\"\namount = \"x\"\n[repeats]", "volumes.0.amount: "),
    (
        "reports",
        "[repeats]",
        "[[volumes]]\nmonth = \"2026-10\"\n[[volumes]]\nmonth = \"2026-10\"\n[repeats]",
        "volumes.1.month: the month stands at policy/reports.toml:50 too",
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
    let complaint = policy.kind("complaint").expect("complaints");
    let by = policy.reports.tables.iter().map(|table| complaint.field(table.by).name.as_str());
    assert_eq!(by.collect::<Vec<_>>(), ["category", "product", "cause", "department", "channel"]);
    assert_eq!(policy.reports.tracking.len(), 17);
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

/// A company says what it has: without a section about them there are no cases, callbacks and notices, and nothing may speak of them.
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

/// What records that were opened under older rules count as is told by today's words.
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
