//! The names that scripts rely on, compared with the preset `basic`: kinds with their prefixes, states, steps and
//! fields. A preset may leave out kinds, states and steps. It renames none, and adds no state and no step of its own
//! to these kinds.

use std::collections::BTreeSet;

use redress::policy::preset::{Choices, Preset};
use redress::policy::{Policy, Sources};
use redress::record::{Class, Shape, Type};

/// A kind: name, prefix, states (closed ones with a star), steps (the one that `new` takes first), fields (groups with
/// their parts in brackets).
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

const TABLE: &[Row] = &[
    (
        "client",
        "K",
        "prospect active at-risk lost* archived*",
        "register convert warn recover lose archive update grade assign greet merge erase",
        "name address city phone principal contacts[name position phone email gender birthday hours] grade owner sales source \
         personal over-acceptance tags note",
    ),
    (
        "complaint",
        "C",
        "registered accepted declined* investigated analysed proposed approved agreed refused* decided closed* confirmed* \
         withdrawn* lapsed* waiting-client",
        "register accept decline investigate analyse propose rework approve agree refuse decide close confirm reopen withdraw \
         lapse wait resume refile assign opine review instruct check verify attribute notify promise sign-off escalate \
         apologise contain",
        "client contact channel received category severity sensitive order product lot quantity unit delivered amount content \
         reason demand about raised-by external-number reply-due sample client-confirmed promised decline-reason fault cause \
         escape department departments responsible[person department share] containment countermeasure opinion \
         remedies[kind amount quantity note] decision answer original duplicate-of affected[item receivable collected] level \
         assignee lesson tags note",
    ),
    (
        "callback",
        "B",
        "planned done recorded* unreachable* cancelled*",
        "plan complete record give-up retry cancel assign attempt",
        "client about reason due assignee method attempts[at outcome] happened summary score scores needs opinion note",
    ),
    (
        "inquiry",
        "Q",
        "open promised answered archived*",
        "register answer promise archive assign",
        "client channel received content answer promised assignee note",
    ),
    (
        "notice",
        "N",
        "issued answered closed*",
        "issue answer close",
        "about type number deadline department due answer note",
    ),
    ("measure", "M", "open done verified*", "open complete verify fail", "about category action owner due effect note"),
    (
        "task",
        "W",
        "open done checked* cancelled*",
        "assign complete check cancel",
        "client about type content assignee due result note",
    ),
    (
        "staff",
        "",
        "active left*",
        "join leave change rejoin",
        "name emails roles[role from until] department capacity deputy[person from until] joined probation-until \
         base-pay[amount from] note",
    ),
];

fn basic() -> Policy {
    let book = "name = \"t\"\nformat = 1\nlanguage = \"en\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n";
    let files = Preset::named("basic").expect("the preset").files(&Choices::default()).expect("it resolves");
    let book = [("redress.toml".to_owned(), book.as_bytes().to_vec())];
    let sources: Sources = files.into_iter().map(|file| (file.path, file.text.into_bytes())).chain(book).collect();
    Policy::load(&sources, "").expect("it loads")
}

/// The fields of a row with the parts of groups, as `contacts` and `contacts.phone`.
fn fields(row: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut group: Option<&str> = None;
    for word in row.split_whitespace() {
        let (name, begins) = word.split_once('[').map_or((word, None), |(name, first)| (name, Some(first)));
        let part = begins.or(group.map(|_| word)).map(|part| part.trim_end_matches(']'));
        let list = begins.map_or(group, |_| Some(name));
        if group.is_none() {
            found.push(name.to_owned());
        }
        if let (Some(list), Some(part)) = (list, part) {
            found.push(format!("{list}.{part}"));
        }
        group = list.filter(|_| !word.ends_with(']'));
    }
    found
}

fn has(shape: &Shape, path: &str) -> bool {
    let (first, part) = path.split_once('.').map_or((path, None), |(first, part)| (first, Some(part)));
    let Some(id) = shape.field_id(first) else { return false };
    match (part, shape.field(id).ty.element()) {
        (None, _) => true,
        (Some(part), Type::Group(inner)) => inner.field_id(part).is_some(),
        _ => false,
    }
}

#[test]
fn the_default_preset_keeps_the_names_that_scripts_rely_on() {
    let policy = basic();
    let mut wrong = Vec::new();
    for (name, prefix, states, steps, named) in TABLE {
        let Some(kind) = policy.kind(name) else {
            wrong.push(format!("no kind {name}"));
            continue;
        };
        if kind.shape.prefix != *prefix {
            wrong.push(format!("{name}: prefix {}", kind.shape.prefix));
        }
        for state in kind.shape.states() {
            let shown = if state.class == Class::Closed { format!("{}*", state.name) } else { state.name.clone() };
            // every kind ends in it too
            if shown != "void*" && !states.split_whitespace().any(|known| known == shown) {
                wrong.push(format!("{name}: state {shown}"));
            }
            if (state.name == "waiting-client") != (state.class == Class::Waiting) {
                wrong.push(format!("{name}: {} is of class {}", state.name, state.class.name()));
            }
        }
        let known: BTreeSet<&str> = steps.split_whitespace().chain(["edit", "import", "void", "correct"]).collect();
        let strange = kind.steps.iter().filter(|step| !known.contains(step.name.as_str()));
        wrong.extend(strange.map(|step| format!("{name}: step {}", step.name)));
        if Some(kind.first_step().name.as_str()) != steps.split_whitespace().next() {
            wrong.push(format!("{name}: `new` takes {}", kind.first_step().name));
        }
        wrong.extend(
            fields(named)
                .into_iter()
                .filter(|path| !has(&kind.shape, path))
                .map(|path| format!("{name}: no field {path}")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_short_way_of_a_complaint_is_there() {
    let policy = basic();
    let kind = policy.kind("complaint").expect("complaints");
    for (from, step, to) in [
        ("registered", "accept", "accepted"),
        ("registered", "decline", "declined"),
        ("accepted", "propose", "proposed"),
        ("proposed", "approve", "approved"),
        ("approved", "agree", "agreed"),
        ("approved", "refuse", "refused"),
        ("agreed", "close", "closed"),
        ("closed", "confirm", "confirmed"),
        ("closed", "reopen", "accepted"),
        ("accepted", "withdraw", "withdrawn"),
        ("accepted", "wait", "waiting-client"),
    ] {
        let found = kind.step_from(step, from).map(|step| step.targets());
        assert_eq!(found.as_deref(), Some(&[to][..]), "{from} {step}");
    }
    let asks = |step: &str| -> Vec<&str> {
        let step = kind.steps_named(step).next().expect(step);
        step.asks.iter().map(|ask| kind.field(ask.field).name.as_str()).collect()
    };
    for (step, asked) in [
        ("register", vec!["client", "channel", "content"]),
        ("accept", vec!["promised"]),
        ("decline", vec!["decline-reason"]),
    ] {
        assert_eq!(asks(step), asked, "{step}");
    }
}
