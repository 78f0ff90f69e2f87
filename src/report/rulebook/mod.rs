//! The rules for a kind of record, each with its place in the policy, as `redress policy show KIND` prints them.

mod changes;
mod drawing;

pub use changes::changes;
pub use drawing::{mermaid, tree};

use super::model::{Cell, Column, Facts, Level, Report, Table};
use crate::kind::{Bar, Branch, Condition, DeadlineTarget, Holder, Kind, Line, Mark, NotBy, Step, Target, Who, Whose};
use crate::locale::messages::PolicyText as Text;
use crate::locale::{Label, Lang};
use crate::place::Place;
use crate::policy::Policy;
use crate::record::{Field, FieldId, Type};
use crate::{cells, label};

/// The fields, states, steps and deadlines of a kind, and a drawing of its lifecycle. `lang` is the language of the
/// drawing; the tables have every language.
pub fn rulebook(policy: &Policy, kind: &Kind, facts: Facts, lang: Lang) -> Report {
    let kind_label = &kind.shape.label;
    let title = Label::new(
        Text::RuleBook.with(Lang::En, &[("kind", &kind_label.get(Lang::En))]),
        Text::RuleBook.with(Lang::Zh, &[("kind", &kind_label.get(Lang::Zh))]),
    );
    let mut report = Report::new("policy", title, facts);
    report.verbatim("lifecycle", Text::Lifecycle, "text", tree(kind, lang));
    report.table("steps", Text::Steps, steps(policy, kind));
    report.table("deadlines", Text::Deadlines, deadlines(policy, kind));
    report.table("fields", Text::Fields, fields(kind));
    report.table("states", Text::States, states(kind));
    if !kind.conditions.is_empty() {
        report.table("conditions", Text::Conditions, conditions(kind));
    }
    report
}

/// The conditions that a kind names, each with its alternatives.
fn conditions(kind: &Kind) -> Table {
    let mut table = Table::new([
        Column::id("name", Text::Name),
        Column::label("label", Text::Label),
        Column::text("any", Text::OneHolds).weighing(Column::MUCH),
    ]);
    for named in &kind.conditions {
        let any = named.any.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
        table.row(cells![Cell::id(&named.name), Cell::Label(named.label.clone()), Cell::text(any)]);
    }
    table
}

fn steps(policy: &Policy, kind: &Kind) -> Table {
    let mut table = Table::new([
        Column::id("name", Text::Name),
        Column::label("label", Text::Label),
        Column::text("from", Text::From),
        Column::text("to", Text::To).weighing(Column::MUCH),
        Column::text("who", Text::Who).weighing(Column::MUCH),
        Column::text("asks", Text::Asks),
        Column::text("rules", Text::Rules),
        Column::id("place", Text::Place).weighing(Column::LITTLE),
    ]);
    for step in &kind.steps {
        let all = kind.shape.states().iter().all(|state| step.leads_from(&state.name));
        let from: Cell = if all { Cell::text("*") } else { Cell::text(step.from.join(", ")) };
        let asks = step.asks.iter().map(|ask| {
            let mut name = kind.field(ask.field).name.clone();
            if let (Some(inner), Type::Group(group)) = (ask.inner, kind.field(ask.field).ty.element()) {
                name = format!("{name}.{}", group.field(inner).name);
            }
            if let Some(entries) = &ask.entries {
                name = format!("{name} × {} / {}", entries.times, entries.days);
            }
            if ask.anew {
                name.push_str(" +");
            }
            ask.when.as_ref().map_or_else(|| name.clone(), |when| format!("{name} ({})", when.text.value))
        });
        table.row(cells![
            Cell::id(&step.name),
            Cell::Label(step.label.clone()),
            from,
            Cell::text(target(kind, step)),
            Cell::text(who(policy, kind, step)),
            Cell::text(asks.collect::<Vec<_>>().join(", ")),
            Cell::text(rules(kind, step).join("; ")),
            Cell::id(&step.place),
        ]);
    }
    table
}

fn target(kind: &Kind, step: &Step) -> String {
    match &step.to {
        Target::Stay => "=".to_owned(),
        Target::State(state) => state.clone(),
        Target::Previous => "previous".to_owned(),
        Target::First(branches) => {
            let branch = |branch: &Branch| {
                let changes =
                    branch.changes.iter().map(|path| format!("changes {}", self::path(kind, path).unwrap_or_default()));
                let when = branch.when.as_ref().map(|when| when.text.value.clone());
                let on: Vec<String> = changes.chain(when).collect();
                if on.is_empty() { branch.state.clone() } else { format!("{} ({})", branch.state, on.join(", ")) }
            };
            branches.iter().map(branch).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The name of a field; for a field of a list's lines, with the list before it.
fn path(kind: &Kind, path: &[FieldId]) -> Option<String> {
    match path {
        [field] => Some(kind.field(*field).name.clone()),
        [list, inner] => match kind.field(*list).ty.element() {
            Type::Group(lines) => Some(format!("{}.{}", kind.field(*list).name, lines.field(*inner).name)),
            _ => None,
        },
        _ => None,
    }
}

fn who(policy: &Policy, kind: &Kind, step: &Step) -> String {
    let mut all = by(kind, &step.by);
    let table = step.authority.as_ref().and_then(|named| policy.authority.get(&named.value));
    let row = |row: &crate::policy::Row| {
        let limit = row.up_to.map(|limit| format!(" ≤ {limit}")).unwrap_or_default();
        let when = row.when.get(kind.name()).map(|when| format!(" ({})", when.text.value)).unwrap_or_default();
        format!("{}{limit}{when}", by(kind, &[row.by(kind.name())]).concat())
    };
    all.extend(table.into_iter().flat_map(|table| &table.rows).map(row));
    if all.is_empty() {
        all.push("*".to_owned());
    }
    all.extend(not_by(kind, &step.not_by));
    if !step.instead.is_empty() {
        all.push(format!("instead {}", by(kind, &step.instead).join(" > ")));
    }
    all.join(", ")
}

/// The terms of `by` in the notation of kind files.
fn by(kind: &Kind, by: &[Who]) -> Vec<String> {
    let one = |who: &Who| match who {
        Who::Role(role) => role.clone(),
        Who::Field(field) => format!("field:{}", kind.field(*field).name),
        Who::Department(field) => format!("department:{}", kind.field(*field).name),
        Who::Post(post) => post.written(&kind.shape),
        Who::Step(step) => format!("step:{step}"),
        Who::Own => "field:id".to_owned(),
    };
    by.iter().map(one).collect()
}

/// The terms of `not-by` in the notation of kind files, each with its condition.
fn not_by(kind: &Kind, not_by: &[Bar]) -> Vec<String> {
    let one = |bar: &Bar| {
        let who = match &bar.who {
            NotBy::Step(step) => format!("step:{step}"),
            NotBy::Anything => "step:any".to_owned(),
            NotBy::Sealed => "step:sealed".to_owned(),
            NotBy::Missed(deadline) => format!("deadline:{}", deadline.as_deref().unwrap_or("any")),
            NotBy::Field(field) => format!("field:{}", kind.field(*field).name),
            NotBy::Beyond(field, of) => format!("field:{}.{of}", kind.field(*field).name),
            NotBy::Department(field) => format!("department:{}", kind.field(*field).name),
            NotBy::Post(post) => post.written(&kind.shape),
            NotBy::Own => "field:id".to_owned(),
        };
        let when = bar.when.as_ref().map(|when| format!(" ({})", when.text.value)).unwrap_or_default();
        let missed = bar.missed.then(|| "breached".to_owned());
        let once: Vec<String> = bar.once.iter().map(|step| step.value.clone()).chain(missed).collect();
        let once = if once.is_empty() { String::new() } else { format!(" (once {})", once.join(", ")) };
        format!("≠ {who}{when}{once}")
    };
    not_by.iter().map(one).collect()
}

/// The other rules of a step, in the notation of kind files.
fn rules(kind: &Kind, step: &Step) -> Vec<String> {
    let names = |fields: &[crate::record::FieldId]| {
        fields.iter().map(|field| kind.field(*field).name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let when =
        |when: &Option<Condition>| when.as_ref().map(|when| format!(" ({})", when.text.value)).unwrap_or_default();
    let demands = step.when.iter().map(|demand| format!("when {}{}", demand.holds.text.value, when(&demand.when)));
    let mut rules: Vec<String> = demands.collect();
    rules.extend(step.limits.iter().map(|limit| {
        let without =
            if limit.without.is_empty() { String::new() } else { format!(" (without {})", limit.without.join(", ")) };
        format!("limits {}{without}", limit.text)
    }));
    rules.extend(step.after.iter().map(|after| {
        let each = after.each.map(|field| format!(":each {}", kind.field(field).name)).unwrap_or_default();
        let times = if after.times > 1 { format!(" ×{}", after.times) } else { String::new() };
        let since = after.since.as_ref().map(|state| format!(" since {state}")).unwrap_or_default();
        format!("after {}{each}{times}{since}{}", after.step, when(&after.when))
    }));
    rules.extend(step.overdue.iter().map(|deadline| format!("overdue {}", deadline.value)));
    rules.extend(step.before.iter().map(|deadline| format!("before {}", deadline.value)));
    rules.extend(step.not_before.iter().map(|from| format!("not-before {}", kind.field(from.field).name)));
    rules.extend(step.upholds.iter().map(|decision| format!("upholds {}", decision.value)));
    rules
        .extend(step.climbs.iter().map(|climb| format!("climbs {} from {}", kind.field(climb.field).name, climb.from)));
    rules.extend(step.needs.iter().map(|need| {
        let some = if need.some { "some " } else { "" };
        format!("needs {some}{}:{}", need.kind, need.states.join(","))
    }));
    if step.hands_over {
        rules.push("hands-over".to_owned());
    }
    let within = step.seals_within.iter().filter_map(|(list, field)| path(kind, &[*list, *field]));
    let unsealed: Vec<String> = step.unseals.iter().filter_map(|named| path(kind, named)).collect();
    if !unsealed.is_empty() {
        rules.push(format!("unseals {}", unsealed.join(", ")));
    }
    let sealed: Vec<String> = step.seals.iter().map(|id| kind.field(*id).name.clone()).chain(within).collect();
    if !sealed.is_empty() {
        rules.push(format!("seals {}", sealed.join(", ")));
    }
    let sets: Vec<crate::record::FieldId> = step.sets.iter().map(|(field, _)| *field).collect();
    if !sets.is_empty() {
        rules.push(format!("sets {}", names(&sets)));
    }
    if !step.clears.is_empty() {
        rules.push(format!("clears {}", names(&step.clears)));
    }
    rules.extend(step.opens.iter().map(|opens| {
        let list = opens.through.or(opens.each);
        let each = list.map(|field| format!(":each {}", kind.field(field).name)).unwrap_or_default();
        let joins = opens.joins.as_ref().map(|joins| format!(" or joins by {}", joins.step.value)).unwrap_or_default();
        format!("opens {}{each}{joins}{}", opens.kind, when(&opens.when))
    }));
    rules.extend(step.advances.iter().map(|advance| {
        let whose = match &advance.whose {
            Whose::Named(field) => kind.field(*field).name.as_str(),
            Whose::Linked(kind) => kind.as_str(),
        };
        let only = advance.only.as_ref().map(|only| format!("[{}]", only.text.value)).unwrap_or_default();
        format!("advances {whose}{only}:{}{}", advance.step, when(&advance.when))
    }));
    rules
}

fn deadlines(policy: &Policy, kind: &Kind) -> Table {
    let mut table = Table::new([
        Column::id("name", Text::Name),
        Column::label("label", Text::Label),
        Column::text("starts", Text::Starts),
        Column::text("stops", Text::Stops),
        Column::label("limit", Text::Limit).weighing(Column::MUCH),
        Column::text("pauses", Text::Pauses),
        Column::text("holder", Text::Holder).weighing(Column::MUCH),
        Column::id("place", Text::Place).weighing(Column::LITTLE),
    ]);
    for deadline in &kind.deadlines {
        let mark = |mark: &Mark| match mark {
            Mark::State(state) => state.clone(),
            Mark::Step(step) => format!("step:{step}"),
            Mark::Field(field) => format!("field:{}", kind.field(*field).name),
            Mark::Filled(list, inner) => format!("filled:{}", path(kind, &[*list, *inner]).unwrap_or_default()),
            Mark::Becomes(becomes) => becomes.told.clone(),
            Mark::Needs(step) => format!("needs:{step}"),
            Mark::Linked { kind, step } => format!("{kind}:{step}"),
        };
        let marks = |marks: &[Mark]| marks.iter().map(mark).collect::<Vec<_>>().join(", ");
        let line = deadline.line.as_ref();
        let key = |line: &Line| path(kind, &[line.list, line.key]).unwrap_or_default();
        let line = line.map(|line| format!(" ({}={})", key(line), line.is)).unwrap_or_default();
        let when = deadline.when.as_ref().map(|when| format!(" ({})", when.text.value)).unwrap_or_default() + &line;
        let since = deadline.since.map(|field| format!("; since {}", kind.field(field).name)).unwrap_or_default();
        let beside = [("misses", &deadline.misses), ("outlives", &deadline.outlives)].map(|(key, states)| {
            if states.is_empty() { String::new() } else { format!("; {key} {}", states.join(", ")) }
        });
        let limit = match &deadline.target {
            DeadlineTarget::Within(within) => Label::new(within.text(Lang::En), within.text(Lang::Zh)),
            DeadlineTarget::By(field) => {
                let inner = deadline.line.as_ref().and_then(|line| kind.line_field(line.list, line.by?));
                inner.unwrap_or_else(|| kind.field(*field)).label.clone()
            }
        };
        let limit = deadline.extends.iter().fold(limit, |limit, extends| {
            let to = Label::new(extends.to.text(Lang::En), extends.to.text(Lang::Zh));
            label!(Text::ExtendedTo, on = mark(&extends.on); limit = limit, to = to)
        });
        let holder = deadline.holder.iter().map(|holder| match holder {
            Holder::Role(role) => role.clone(),
            Holder::Post(post) => post.written(&kind.shape),
            Holder::Field(named) => format!("field:{}", path(kind, named).unwrap_or_default()),
            Holder::Department(name) => {
                let head =
                    policy.departments.get(name).map(|department| department.head.join(", ")).unwrap_or_default();
                if head.is_empty() { format!("department:{name}") } else { format!("department:{name} ({head})") }
            }
        });
        table.row(cells![
            Cell::id(&deadline.name),
            Cell::Label(deadline.label.clone()),
            Cell::text(format!("{}{since}{when}", marks(&deadline.starts))),
            Cell::text(format!("{}{}", marks(&deadline.stops), beside.concat())),
            Cell::Label(limit),
            Cell::text(deadline.pauses.join(", ")),
            Cell::text(holder.collect::<Vec<_>>().join(", ")),
            Cell::id(&deadline.place),
        ]);
    }
    table
}

fn fields(kind: &Kind) -> Table {
    let mut table = Table::new([
        Column::id("name", Text::Name),
        Column::label("label", Text::Label),
        Column::text("type", Text::Type).weighing(Column::MUCH),
        Column::flag("required", Text::Required),
        Column::flag("private", Text::Private),
        Column::text("who", Text::Who).weighing(Column::MUCH),
        Column::id("place", Text::Place).weighing(Column::LITTLE),
    ]);
    for (id, field) in kind.shape.handles().filter(|(_, field)| !field.retired) {
        row(&mut table, kind, &[id], "", field);
    }
    table
}

/// Adds a field with those who may write it; `*` means everybody who may take the step.
fn row(table: &mut Table, kind: &Kind, path: &[FieldId], within: &str, field: &Field) {
    let name = format!("{within}{}", field.name);
    let (element, list) = (field.ty.element(), matches!(field.ty, crate::record::Type::List(_)));
    let ty = if list { format!("list of {}", element.name()) } else { element.name().to_owned() };
    let place: &Place = &field.place;
    table.row(cells![
        Cell::id(&name),
        Cell::Label(field.label.clone()),
        Cell::text(ty),
        Cell::Bool(field.required),
        Cell::Bool(field.private),
        Cell::text(owners(kind, path)),
        Cell::id(place),
    ]);
    if let crate::record::Type::Group(inner) = element {
        for (id, field) in inner.handles().filter(|(_, field)| !field.retired) {
            row(table, kind, &[path, &[id]].concat(), &format!("{name}."), field);
        }
    }
}

fn owners(kind: &Kind, path: &[FieldId]) -> String {
    let Some(guard) = kind.guards.iter().find(|guard| guard.path == path) else { return "*".to_owned() };
    let mut all = by(kind, &guard.by);
    if all.is_empty() {
        all.push("*".to_owned());
    }
    all.extend(not_by(kind, &guard.not_by));
    all.join(", ")
}

fn states(kind: &Kind) -> Table {
    let mut table = Table::new([
        Column::id("name", Text::Name),
        Column::label("label", Text::Label),
        Column::text("class", Text::Class),
        Column::text("resting", Text::Resting),
        Column::id("place", Text::Place).weighing(Column::LITTLE),
    ]);
    for state in kind.shape.states().iter().filter(|state| !state.retired) {
        table.row(cells![
            Cell::id(&state.name),
            Cell::Label(state.label.clone()),
            Cell::text(state.class.name()),
            Cell::text(if state.resting { "resting" } else { "" }),
            Cell::id(&state.place),
        ]);
    }
    table
}

/// Every kind of a rule book, with its place.
pub fn kinds(policy: &Policy, facts: Facts) -> Report {
    let mut report = Report::new("policy", label!(Text::Rules), facts);
    let mut table = Table::new([
        Column::id("name", Text::Name),
        Column::label("label", Text::Label),
        Column::count("states", Text::States),
        Column::count("steps", Text::Steps),
        Column::count("deadlines", Text::Deadlines),
        Column::id("place", Text::Place).weighing(Column::LITTLE),
    ]);
    for kind in policy.kinds.values() {
        table.row(cells![
            Cell::id(kind.name()),
            Cell::Label(kind.shape.label.clone()),
            Cell::count(kind.shape.states().len()),
            Cell::count(kind.steps.len()),
            Cell::count(kind.deadlines.len()),
            Cell::id(&kind.place.file),
        ]);
    }
    report.table("kinds", Label::default(), table);
    let (preset, parts) = (&policy.settings.preset, &policy.settings.parts);
    if !parts.is_empty() {
        let names = parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(", ");
        report.note(Level::Note, label!(Text::TakesParts, preset = preset, parts = names));
    }
    report
}

#[cfg(test)]
mod tests;
