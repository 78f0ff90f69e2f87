//! Mistakes in the fields, states, deadlines and amounts of a kind.

use super::{KIND, all_said, changed, kind, said, sources};

/// (text to replace, its replacement, the message)
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "stops = [\"done\"]",
        "stops = [\"dne\"]",
        "R:34: deadlines.0.stops.0: `repair` has no state `dne` (did you mean `done`?)",
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
        "R:36: deadlines.0.holder.1: `cs` says nobody (write `role:NAME`, `role:NAME@FIELD`, `field:NAME` or `department:NAME`)",
    ),
    (
        "[milestones]",
        "[[proposals]]\nfield = \"cost\"\nvalues = [\"5\"]\n[milestones]",
        "R:21: proposals.0.field: `cost` is neither a choice nor a text",
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
        "R:8: fields.Cost: `Cost` is not a field name: use small letters, digits and dashes",
    ),
    (
        "[fields.cost]",
        "[fields.state]",
        "R:8: fields.state: every record has `state` already (choose another name for the field)",
    ),
    ("prefix = \"RP\"", "prefix = \"rp\"", "R:2: prefix: `rp` is not a prefix: one to three capital letters"),
    ("prefix = \"RP\"", "prefix = \"C\"", "R:1: the kind `complaint` has the same prefix (choose another prefix)"),
    ("folder = \"repairs\"", "folder = \"policy\"", "R:3: folder: `policy` is a folder of the book itself"),
    (
        "name = \"repair\"",
        "name = \"mend\"",
        "R:1: name: the file is not named for its kind `mend` (name it `mend.toml`)",
    ),
    // rollups, and the most lines of a list
    (
        "[milestones]\n",
        "[rollups.again]\nof = \"repairs\"\n[milestones]\n",
        "R:21: rollups.again.of: `policy/kinds` has no kind `repairs` (did you mean `repair`?)",
    ),
    (
        "[milestones]\n",
        "[rollups.again]\nof = \"task\"\nthrough = \"client\"\n[milestones]\n",
        "R:22: rollups.again.through: `client` of task names no repair",
    ),
    (
        "[milestones]\n",
        "[rollups.again]\nof = \"repair\"\nsame = [\"client\", \"parts\"]\n[milestones]\n",
        "R:22: rollups.again.same.1: records cannot be alike in `parts`, which is of type list",
    ),
    (
        "[milestones]\n",
        "[rollups.again]\nof = \"repair\"\nsame = [\"client\"]\nwithin = \"3 workdays\"\n[milestones]\n",
        "R:23: rollups.again.within: `3 workdays` counts working time (write a span backwards in minutes, hours, days, weeks or months: `12 months`)",
    ),
    (
        "[milestones]\n",
        "[rollups.again]\nof = \"repair\"\nsame = [\"client\"]\nat = \"owner\"\n[milestones]\n",
        "R:23: rollups.again.at: `owner` is not a date or time (write `opened`, `closed`, `milestone.NAME`, or a field of type date or time)",
    ),
    (
        "[milestones]\n",
        "[rollups.again]\nof = \"repair\"\nsame = [\"client\"]\nsum = \"due\"\n[milestones]\n",
        "R:23: rollups.again.sum: `due` of repair is not an amount",
    ),
    (
        "[milestones]\n",
        "[rollups.cost]\nof = \"repair\"\nsame = [\"client\"]\n[milestones]\n",
        "R:20: rollups.cost: `cost` means something else already (choose another name for the rollup)",
    ),
    (
        "[milestones]\n",
        "[rollups.one]\nof = \"repair\"\nsame = [\"client\"]\nwhere = \"one>1\"\n[milestones]\n",
        "R:23: rollups.one.where: the rollup `one` rests on others that rest on it or cannot be read: one (a rollup may ask of another one, but not in a circle)",
    ),
    ("[fields.team]\n", "[fields.team]\nmost-lines = 3\n", "R:15: fields.team.most-lines: `team` is not a list"),
    // fields of lines
    (
        "[fields.parts]\ntype = \"list\"\n",
        "[fields.parts]\ntype = \"list\"\neither = [\"type\", \"prise\"]\n",
        "R:39: fields.parts.either.1: `parts` has no field `prise` (did you mean `price`?)",
    ),
    (
        "[fields.team]\n",
        "[fields.team]\neither = [\"owner\"]\n",
        "R:15: fields.team.either.0: `either` is of the lines of a list, and `team` has none",
    ),
    // running numbers, and identifying fields
    (
        "[fields.owner]\n",
        "[fields.owner]\nrunning = \"RP{0000}\"\n",
        "R:13: fields.owner.running: `owner` runs by itself, so that it is of type text, and neither private nor required",
    ),
    (
        "[fields.owner]\n",
        "[fields.code]\ntype = \"text\"\nrunning = \"RP{week}-{0000}\"\n[fields.owner]\n",
        "R:14: fields.code.running: `RP{week}-{0000}` is not a pattern of running numbers (write text with {year}, {month}, {day} and one {0000}, whose zeros say how many digits the number has (up to 12), such as KS{year}{month}-{0000}; no digit follows the number)",
    ),
    (
        "[fields.owner]\n",
        "[fields.code]\ntype = \"text\"\nrunning = \"{0000}\"\nover = \"client\"\n[fields.owner]\n",
        "R:15: fields.code.over: `over = \"client\"` names no field that refers to another repair",
    ),
    (
        "label = { en = \"Repair\"",
        "identified-by = [\"owner\"]\nlabel = { en = \"Repair\"",
        "R:4: identified-by.0: `owner` identifies a record, so that it stands in `known-by`, too",
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
        "class = \"closed\"",
        "class = \"closed\"\nresting = true",
        "R:20: states.done.resting: `resting` means that nobody owes a step in an open state, and `done` is closed (leave it out, or make the state `new` or `open`)",
    ),
    // deadlines that steps wait for
    (
        "by = [\"cs-manager\"]",
        "by = [\"cs-manager\"]\noverdue = \"repare\"",
        "R:30: steps.1.overdue: `repair` has no deadline `repare` (did you mean `repair`?)",
    ),
    (
        "by = [\"cs-manager\"]",
        "by = [\"cs-manager\"]\noverdue = [\"repair\", \"callback\"]",
        "R:30: steps.1.overdue.1: `callback` is a deadline of callback, not of repair (a step waits for a deadline of its own kind: add one there)",
    ),
    (
        "to = \"open\"\n[[steps]]",
        "to = \"open\"\noverdue = \"repair\"\n[[steps]]",
        "R:25: steps.0.overdue: a record that is being made has no deadline yet that could pass",
    ),
    (
        "asks = [\"cost\"]\n",
        "asks = [\"cost\"]\n[[steps]]\nname = \"warn\"\nfrom = [\"done\"]\noverdue = \"repair\"\n",
        "R:34: steps.2.overdue: the deadline `repair` never runs where `warn` is taken (done), so that it can never pass there (the deadline stands at R:36: let it start there, or take the step from where it runs)",
    ),
    // deadlines
    (
        "holder = [\"role:cs-manager\", \"department:cs\"]",
        "holder = [\"role:cs-manager\", \"field:client\"]",
        "R:36: deadlines.0.holder.0: a deadline held by a record that a field names is nobody's of the staff: name that field alone",
    ),
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
        "stops = [\"done\"]",
        "stops = [\"filled:cost\"]",
        "R:34: deadlines.0.stops.0: `filled:` is of a deadline that is about a line of a list (add `line`, or write `becomes:FIELD=..`)",
    ),
    (
        "within = \"3 workdays\"\n",
        "within = \"3 workdays\"\nline = { list = \"parts\" }\n",
        "R:36: deadlines.0.line: `line` names a list, and in `where` one field of its lines with the value that tells, such as name = \"mortgage\"",
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
        "R:36: deadlines.0.outlives.0: `open` is not a closed state, so that it ends no deadline (leave it out, or name it in `pauses`)",
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
    all_said(MISTAKES);
}

/// Spans and filters have their own tests; this checks that their problems have the right place.
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

/// The messages about a company's own kind with these lines at its end, without places.
fn with(lines: &str) -> Vec<String> {
    let mut sources = sources();
    sources.insert("policy/kinds/repair.toml", format!("{KIND}{lines}").into_bytes());
    let problems = said(&sources).into_iter();
    problems.map(|said| said.splitn(3, ": ").nth(2).unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_counts_with_a_case_is_said_on_both_sides() {
    for (lines, wanted) in [
        ("of = []", "`of` is missing"),
        ("of = [\"parts.prise\"]", "`parts` has no field `prise` (did you mean `price`?)"),
        ("of = \"due\"", "`due` is not an amount of money"),
        ("of = \"cost\"\ncase = \"due\"", "`due` is not a ref, so that it names no record"),
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
        ("of = \"cost\"\ngranted = { of = \"cost\" }", "`by` is missing"),
        ("of = \"cost\"\ngranted = { by = \"repar\", of = \"cost\" }", "`repair` has no step `repar`"),
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
        ("[[same]]\nfield = \"owner\"\nas = \"cost.x\"", "`cost` is not a ref, so that it names no record"),
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

/// Each field has a column in the index. More than SQLite allows would stop every command at its first question.
#[test]
fn a_kind_has_as_many_fields_as_the_index_has_columns_for() {
    let top = |line: &&str| line.starts_with("[fields.") && line.matches('.').count() == 1;
    let own = super::KIND.lines().filter(top).count();
    let field = |number: usize| {
        format!("[fields.n{number}]\ntype = \"text\"\nlabel = {{ en = \"N{number}\", zh = \"号{number}\" }}\n")
    };
    let fields = |count: usize| (own..count).map(field).collect::<String>();
    let many = |count: usize| kind("[fields.cost]", &format!("{}[fields.cost]", fields(count)));
    assert_eq!(many(1_000), Vec::<String>::new());
    let [one] = many(1_001).try_into().unwrap();
    assert!(one.ends_with("a kind has at most 1000 fields (keep what repeats as the lines of a list)"), "{one}");
}
