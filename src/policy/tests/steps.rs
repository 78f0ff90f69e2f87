//! Mistakes in the steps of a kind.

use super::all_said;

/// (text to replace, its replacement, the message)
const MISTAKES: &[(&str, &str, &str)] = &[
    // four eyes beyond the record
    (
        "by = [\"cs-manager\"]",
        "by = [\"cs-manager\"]\nnot-by = [\"field:client.ownr\"]",
        "R:30: steps.1.not-by.0: `client` has no field `ownr` (did you mean `owner`?)",
    ),
    (
        "by = [\"cs-manager\"]",
        "by = [\"cs-manager\"]\nnot-by = [\"field:owner.name\"]",
        "R:30: steps.1.not-by.0: `owner` is not a ref, so that it names no record",
    ),
    // names
    (
        "asks = [\"cost\"]",
        "asks = [\"csot\"]",
        "R:30: steps.1.asks.0: `repair` has no field `csot` (did you mean `cost`?)",
    ),
    ("to = \"done\"", "to = \"dnoe\"", "R:28: steps.1.to: `repair` has no state `dnoe` (did you mean `done`?)"),
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
        "R:29: steps.1.by.0: `person:` says nobody (write a role, `ROLE@FIELD`, `field:NAME`, `department:NAME` or `step:NAME`)",
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
        "R:30: steps.1.advances.0.ref: `cost` is not a ref, so that it names no record",
    ),
    // lines, levels, earlier steps
    (
        "asks = [\"cost\"]",
        "asks = [{ field = \"cost\", times = 2 }]",
        "R:30: steps.1.asks.0.field: `times` and `days` count the entries of a list, and `cost` is none",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [{ field = \"parts.price\", times = 2, days = 2 }]",
        "R:30: steps.1.asks.0.days: `days` needs dates or times, and `parts.price` is neither (name the date of each line: `field = \"LIST.DATE\"`)",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [{ field = \"parts.price\", times = 0 }]",
        "R:30: steps.1.asks.0.times: this is a number of times or days, at least 1",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [{ field = \"parts.price\", since = \"done\" }]",
        "R:30: steps.1.asks.0.since: `since` goes with `times` or `days`",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [{ field = \"cost\", anew = true }]",
        "R:30: steps.1.asks.0.anew: `anew` asks for a further line of a list, and `cost` is not a list",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [{ field = \"parts.price\", anew = true }]",
        "R:30: steps.1.asks.0.anew: `anew` goes with the list itself, without `LIST.FIELD`, `times` and `days`",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [\"cost\"]\nnext = \"csot=1\"",
        "R:31: steps.1.next: repair has no field `csot` (did you mean `cost`?)",
    ),
    (
        "asks = [\"cost\"]",
        "covers = { field = \"cost\" }",
        "R:30: steps.1.covers.field: `cost` is not a ref, so that it names no record",
    ),
    (
        "asks = [\"cost\"]",
        "asks = [\"cost.amount\"]",
        "R:30: steps.1.asks.0: `cost` is not a list of lines with fields of their own",
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
        "R:30: steps.1.opens.0.each: `cost` is not a list of lines with fields of their own",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", each = \"parts\", with = { content = \"parts.price\" } }]",
        "R:30: steps.1.opens.0.with.content: `parts.price` is of type money, `content` of text",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", each = \"cost.parts\" }]",
        "R:30: steps.1.opens.0.each: `cost` names no record of a kind, so that nothing can be taken from it",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", each = \"client.name\" }]",
        "R:30: steps.1.opens.0.each: `name` is not a list of lines with fields of their own",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", once = { alike = [\"contnt\"], without = [\"cancelled\"] } }]",
        "R:30: steps.1.opens.0.once.alike.0: `task` has no field `contnt` (did you mean `content`?)",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", once = { alike = [\"content\"], without = [\"canceled\"] } }]",
        "R:30: steps.1.opens.0.once.without.0: `task` has no state `canceled` (did you mean `cancelled`?)",
    ),
    (
        "asks = [\"cost\"]",
        "opens = [{ kind = \"task\", with = { due = { span = \"cost\", unit = \"workhours\" } } }]",
        "R:30: steps.1.opens.0.with.due.span: `cost` is of type money, `due` of count",
    ),
    (
        "asks = [\"cost\"]",
        "advances = [{ kind = \"task\", step = \"chek\" }]",
        "R:30: steps.1.advances.0.step: `task` has no step `chek` (did you mean `check`?)",
    ),
    (
        "asks = [\"cost\"]",
        "after = [{ step = \"open\", times = 0 }]",
        "R:30: steps.1.after.0.times: this is a number of times or days, at least 1",
    ),
    (
        "asks = [\"cost\"]",
        "after = [{ step = \"open\", since = \"opne\" }]",
        "R:30: steps.1.after.0.since: `repair` has no state `opne` (did you mean `open`?)",
    ),
    ("asks = [\"cost\"]", "not-by = [\"department:cost\"]", "R:30: steps.1.not-by.0: `cost` holds no department"),
    (
        "asks = [\"cost\"]",
        "not-by = [{ who = \"open\", when = \"cst=1\" }]",
        "R:30: steps.1.not-by.0.when: repair has no field `cst` (did you mean `cost`?)",
    ),
    (
        "asks = [\"cost\"]",
        "instead = [\"gmm\"]",
        "R:30: steps.1.instead.0: there is no role `gmm` (did you mean `gm`?)",
    ),
    (
        "asks = [\"cost\"]",
        "not-before = \"cost\"",
        "R:30: steps.1.not-before: `cost` is not a date: a step is open from a day on",
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
        "[[deadlines]]",
        "[[steps]]\nname = \"finish\"\nfrom = [\"open\"]\n[[deadlines]]",
        "R:32: steps.2.name: a second step `finish` from `open` (the first stands at R:26)",
    ),
    (
        "[[deadlines]]",
        "[[steps]]\nname = \"import\"\nfrom = [\"open\"]\n[[deadlines]]",
        "R:33: steps.2.from: `from` never acts in `import` (an imported record keeps the state that the file gives, and nothing follows from it; `import` takes `by`, `not-by`, `authority`, `asks`, `when`, `limits`)",
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
    (
        "asks = [\"cost\"]",
        "at-most = 0",
        "R:30: steps.1.at-most: a step that may be taken 0 times is never open (write how often it may be taken, or take the step out)",
    ),
    (
        "asks = [\"cost\"]",
        "at-most = { times = 2, within = \"5 workdays\" }",
        "R:30: steps.1.at-most.within: `5 workdays` counts working time (write a span backwards in minutes, hours, days, weeks or months: `12 months`)",
    ),
    (
        "to = \"open\"\n",
        "to = \"open\"\nat-most = 2\n",
        "R:25: steps.0.at-most: a step that makes a record is taken of it once",
    ),
    (
        "asks = [\"cost\"]",
        "limits = [{ sum = [\"repair.cost\"], most = \"cost\" }]",
        "R:30: steps.1.limits.0.most: an amount of the record itself needs `through`: the field by which the others name it (where it stands in the record that all of them name, write `REF.FIELD`)",
    ),
];

#[test]
fn every_mistake_of_a_step_has_file_line_and_key() {
    all_said(MISTAKES);
}
