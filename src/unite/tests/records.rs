//! One record.

use super::{bench, kind, policy, record, text};
use crate::lifecycle::Bench;
use crate::policy::People;
use crate::record::{Entry, Event, Id, Record, UNITE};
use crate::unite::unite;

const ID: &str = "C-260302-00001";
const MADE: &str = "08:00 ann report>open title";

/// What both clones did: state, fields, and events after the first one.
struct Case {
    base: (&'static str, &'static str, &'static str),
    first: (&'static str, &'static str, &'static str),
    second: (&'static str, &'static str, &'static str),
}

/// The merged record as one line: state, history with `!` before what is overruled, and the fields.
fn merged(case: &Case) -> String {
    let read =
        |(state, fields, events): (&str, &str, &str)| record(&text(ID, state, fields, &format!("{MADE};{events}")));
    let base = read(case.base);
    let join = |one: &str, other: &str| format!("{one};{other}");
    let side = |(state, fields, events): (&'static str, &'static str, &'static str)| {
        record(&text(ID, state, fields, &format!("{MADE};{}", join(case.base.2, events))))
    };
    let (first, second) = (side(case.first), side(case.second));
    let kind = kind("case");
    let united = unite(bench(), kind, Some(&base), &first, &second);
    // what a merge writes can be read again
    let written = united.record.write(&kind.shape);
    assert_eq!(record(&written), united.record, "{written}");
    // nothing is lost
    let total = first.history.len() + second.history.len() - base.history.len();
    let recorded = united.record.entries().filter(|entry| entry.event().step != UNITE);
    assert_eq!(recorded.count(), total, "{written}");
    let history: Vec<String> = united
        .record
        .entries()
        .skip(base.history.len())
        .map(|entry| match entry {
            Entry::Event(event) => format!("{}.{}", event.by, event.step),
            Entry::Overruled(one) => {
                let values =
                    one.values.iter().map(|(name, value)| format!("{name}={}", value.stored().unwrap_or_default()));
                format!("!{}.{}({})", one.event.by, one.event.step, values.collect::<Vec<_>>().join(","))
            }
        })
        .collect();
    let fields = crate::record::write_fields(&united.record.fields, &kind.shape);
    let fields: Vec<&str> = fields.lines().map(str::trim).collect();
    format!("{} | {} | {}", united.record.state, history.join(" "), fields.join(" "))
}

#[test]
fn what_two_clones_did_to_one_record() {
    let open = ("open", "title: a\n", "");
    let taken = ("taken", "title: a\nowner: ann\n", "08:10 ann take>taken owner");
    for (base, first, second, expected) in [
        // only one line has changed something
        (
            open,
            ("taken", "title: a\nowner: ann\n", "09:00 ann take>taken owner"),
            open,
            "taken | ann.take | title: a owner: ann",
        ),
        (
            open,
            open,
            ("taken", "title: a\nowner: bob\n", "09:00 bob take>taken owner"),
            "taken | bob.take | title: a owner: bob",
        ),
        // two steps that fit together, in either order of their times
        (
            open,
            ("taken", "title: a\nowner: ann\n", "09:00 ann take>taken owner"),
            ("open", "title: a\ntags: [x]\n", "08:30 bob visit tags"),
            "taken | ann.take bob.visit | title: a owner: ann tags: [x]",
        ),
        // the second taking of a case has no effect, and says whom it would have given it to
        (
            open,
            ("taken", "title: a\nowner: ann\n", "09:00 ann take>taken owner"),
            ("taken", "title: a\nowner: bob\n", "08:30 bob take>taken owner"),
            "taken | ann.take !bob.take(owner=bob) | title: a owner: ann",
        ),
        // what followed on it and is still possible takes effect
        (
            open,
            ("taken", "title: a\nowner: ann\n", "09:00 ann take>taken owner"),
            (
                "answered",
                "title: a\nowner: bob\nanswer: b\n",
                "08:30 bob take>taken owner; 09:10 bob answer>answered answer",
            ),
            "answered | ann.take !bob.take(owner=bob) bob.answer | title: a owner: ann answer: b",
        ),
        // but no state is older than the one that it follows
        (
            open,
            ("taken", "title: a\nowner: ann\n", "09:00 ann take>taken owner"),
            (
                "answered",
                "title: a\nowner: bob\nanswer: b\n",
                "08:30 bob take>taken owner; 08:40 bob answer>answered answer",
            ),
            "taken | ann.take !bob.take(owner=bob) !bob.answer(answer=b) | title: a owner: ann",
        ),
        // nothing follows on a closed case
        (
            taken,
            ("closed", "title: a\nowner: ann\n", "09:00 ann close>closed"),
            (
                "answered",
                "title: a\nowner: ann\nanswer: b\ntags: [x]\n",
                "08:30 bob visit tags; 08:40 bob answer>answered answer",
            ),
            "closed | ann.close !bob.visit(tags=) !bob.answer(answer=b) | title: a owner: ann",
        ),
        // a later step decides anew; a correction gives way
        (
            taken,
            ("taken", "title: a\nowner: cy\n", "09:00 ann assign owner"),
            ("taken", "title: a\nowner: bob\n", "08:30 bob assign owner"),
            "taken | ann.assign bob.assign | title: a owner: bob",
        ),
        (
            open,
            ("open", "title: b\n", "09:00 ann edit title"),
            ("open", "title: c\n", "08:30 bob edit title"),
            "open | ann.edit !bob.edit(title=c) | title: b",
        ),
        // both corrected it alike: one value, two events
        (
            open,
            ("open", "title: b\n", "09:00 ann edit title"),
            ("open", "title: b\n", "09:00 ann edit title"),
            "open | ann.edit ann.edit | title: b",
        ),
        // other fields of the same record
        (
            open,
            ("open", "title: b\n", "09:00 ann edit title"),
            ("open", "title: a\nphone: \"13800138000\"\n", "08:30 bob edit phone"),
            "open | ann.edit bob.edit | title: b phone: \"13800138000\"",
        ),
        // a correction that lost one field loses all of them
        (
            open,
            ("open", "title: b\n", "09:00 ann edit title"),
            ("open", "title: c\nphone: \"13800138000\"\n", "08:30 bob edit title,phone"),
            "open | ann.edit !bob.edit(title=c,phone=13800138000) | title: b",
        ),
        // and what the same person did to that field before
        (
            open,
            ("open", "title: b\n", "09:00 ann edit title"),
            ("open", "title: d\n", "08:30 bob edit title; 08:40 bob edit title"),
            "open | ann.edit !bob.edit() !bob.edit(title=d) | title: b",
        ),
        // what is set back to what it was before is a decision: by a step it counts, by a correction it is overruled
        (
            taken,
            ("taken", "title: a\nowner: bob\n", "09:00 ann assign owner"),
            ("taken", "title: a\nowner: ann\n", "08:30 bob assign owner; 08:40 bob assign owner"),
            "taken | ann.assign bob.assign bob.assign | title: a owner: ann",
        ),
        (
            open,
            ("open", "title: b\n", "09:00 ann edit title"),
            ("open", "title: a\n", "08:30 bob edit title; 08:40 bob edit title"),
            "open | ann.edit !bob.edit() !bob.edit(title=a) | title: b",
        ),
        // a step that only confirms what it asks for has not seen that it is another
        (
            taken,
            ("taken", "title: a\nowner: bob\n", "09:00 ann hand owner"),
            ("taken", "title: a\nowner: ann\n", "08:30 bob hand"),
            "taken | ann.hand !bob.hand(owner=ann) | title: a owner: bob",
        ),
        (
            taken,
            ("taken", "title: b\nowner: ann\n", "09:00 ann edit title"),
            ("taken", "title: a\nowner: ann\n", "08:30 bob hand"),
            "taken | ann.edit bob.hand | title: b owner: ann",
        ),
        // what both changed without any event
        (open, ("open", "title: b\n", ""), ("open", "title: c\n", ""), "open | !ann.unite(title=c) | title: b"),
        // a sealed answer stays
        (
            taken,
            ("answered", "title: a\nowner: ann\nanswer: b\n", "09:00 ann answer>answered answer"),
            ("taken", "title: a\nowner: ann\nanswer: c\n", "08:30 bob edit answer"),
            "answered | ann.answer !bob.edit(answer=c) | title: a owner: ann answer: b",
        ),
        // nobody seals an answer that they have not seen
        (
            ("taken", "title: a\nanswer: b\n", "08:10 ann take>taken answer"),
            ("taken", "title: a\nanswer: d\n", "09:00 ann edit answer"),
            ("answered", "title: a\nanswer: b\n", "08:30 bob answer>answered"),
            "taken | ann.edit !bob.answer() | title: a answer: d",
        ),
        // both have the same answer, or the one who answers decides on it
        (
            ("taken", "title: a\nanswer: b\n", "08:10 ann take>taken answer"),
            ("taken", "title: a\nanswer: d\n", "09:00 ann edit answer"),
            ("answered", "title: a\nanswer: d\n", "08:30 bob edit answer; 08:40 bob answer>answered"),
            "answered | ann.edit bob.edit bob.answer | title: a answer: d",
        ),
        (
            ("taken", "title: a\nanswer: b\n", "08:10 ann take>taken answer"),
            ("taken", "title: a\nanswer: d\n", "09:00 ann edit answer"),
            ("answered", "title: a\nanswer: e\n", "08:30 bob answer>answered answer"),
            "answered | ann.edit bob.answer | title: a answer: e",
        ),
        // what may be done once is done once
        (
            taken,
            ("taken", "title: a\nowner: ann\n", "09:00 ann remind"),
            ("taken", "title: a\nowner: ann\n", "08:30 bob remind"),
            "taken | ann.remind !bob.remind() | title: a owner: ann",
        ),
        // interruptions
        (
            taken,
            ("waiting", "title: a\nowner: ann\n", "09:00 ann wait>waiting"),
            ("taken", "title: a\nowner: ann\n", "08:30 bob wait>waiting; 09:10 bob resume>taken"),
            "taken | ann.wait !bob.wait() bob.resume | title: a owner: ann",
        ),
        // rows of both
        (
            open,
            ("open", "title: a\nlines:\n  - item: x\n    amount: \"1.00\"\n", "09:00 ann visit lines"),
            ("open", "title: a\nlines:\n  - item: z\n    amount: \"2.00\"\n", "08:30 bob visit lines"),
            "open | ann.visit bob.visit | title: a lines: - item: x amount: \"1.00\" - item: z amount: \"2.00\"",
        ),
        // of rows that one commit added by several events, those of an overruled one are left out
        (
            ("open", "title: a\ntags: [v]\n", "08:05 ann visit tags"),
            ("open", "title: a\ntags: [v]\n", "09:00 ann remind"),
            ("open", "title: a\ntags: [v, x, w]\n", "08:30 bob remind tags; 08:30 bob visit tags had=tags:2"),
            "open | ann.remind !bob.remind(tags=) bob.visit | title: a tags: [v, w]",
        ),
        (
            open,
            ("open", "title: a\ntags: [v]\n", "09:00 ann remind tags"),
            (
                "open",
                "title: a\ntags: [x, y, z]\n",
                "08:30 bob visit tags; 08:30 bob remind tags had=tags:1; 08:30 bob visit tags had=tags:2",
            ),
            "open | ann.remind bob.visit !bob.remind(tags=) bob.visit | title: a tags: [v, x, z]",
        ),
        // what a step only confirmed had been given by one without effect
        (
            open,
            ("taken", "title: a\n", "09:00 ann take>taken"),
            ("taken", "title: a\nowner: bob\n", "08:30 bob take>taken owner; 08:30 bob hand"),
            "taken | ann.take !bob.take(owner=bob) !bob.hand(owner=bob) | title: a",
        ),
        // registered by mistake on one side, worked on at the other
        (
            open,
            ("wrong", "title: a\n", "09:00 ann mistake>wrong"),
            ("taken", "title: a\nowner: bob\n", "08:30 bob take>taken owner"),
            "wrong | ann.mistake !bob.take(owner=bob) | title: a",
        ),
        (
            open,
            ("taken", "title: a\nowner: bob\n", "08:30 bob take>taken owner"),
            ("wrong", "title: a\n", "09:00 ann mistake>wrong"),
            "taken | bob.take !ann.mistake() | title: a owner: bob",
        ),
    ] {
        let case = Case { base, first, second };
        assert_eq!(merged(&case), expected);
    }
}

#[test]
fn a_merge_with_a_line_that_has_not_moved_changes_nothing() {
    let base = record(&text(ID, "open", "title: a\n", MADE));
    let later = record(&text(ID, "taken", "title: a\nowner: ann\n", &format!("{MADE}; 09:00 ann take>taken owner")));
    let kind = kind("case");
    for (first, second) in [(&base, &later), (&later, &base)] {
        let united = unite(bench(), kind, Some(&base), first, second);
        assert_eq!((united.record, united.overruled), (later.clone(), Vec::new()));
    }
}

#[test]
fn what_was_overruled_is_unseen_until_it_is_acknowledged() {
    let base = record(&text(ID, "open", "title: a\n", MADE));
    let one = record(&text(ID, "taken", "title: a\nowner: ann\n", &format!("{MADE}; 09:00 ann take>taken owner")));
    let two = record(&text(ID, "taken", "title: a\nowner: bob\n", &format!("{MADE}; 08:30 bob take>taken owner")));
    let mut united = unite(bench(), kind("case"), Some(&base), &one, &two).record;
    let (ann, bob): (Id, Id) = ("ann".parse().unwrap(), "bob".parse().unwrap());
    assert_eq!((united.unseen(&ann).count(), united.unseen(&bob).count()), (0, 1));
    for (step, unseen) in [("visit", 1), ("acknowledge", 0)] {
        united.history.push(Event::new(one.history[1].at, bob.clone(), step));
        assert_eq!(united.unseen(&bob).count(), unseen, "{step}");
    }
}

/// An event says how many lines its list had before it, also where a merge has put other lines there.
#[test]
fn what_an_event_keeps_of_a_list_is_true_of_the_merged_record() {
    let side = |tags: &str, events: &str| {
        record(&text(
            ID,
            "open",
            &format!("title: a\ntags: [{tags}]\n"),
            &format!("{MADE}; 08:05 ann visit tags; {events}"),
        ))
    };
    let base = side("v", "");
    let first = side("v, w", "09:00 ann visit tags; 09:00 ann remind");
    for (second, lines) in [
        (side("v, x, y", "08:30 bob visit tags; 08:30 bob visit tags had=tags:2"), 3),
        (side("v, x, y", "08:30 bob remind tags; 08:30 bob visit tags had=tags:2"), 2),
    ] {
        let united = unite(bench(), kind("case"), Some(&base), &first, &second).record;
        assert_eq!(united.history.last().unwrap().had, [("tags".to_owned(), lines)]);
    }
}

/// Ann is a clerk, who decides up to 1000.00. Cy is her boss. Bob types.
fn staff() -> People {
    let kind = kind("staff");
    let person = |id: &str, role: &str| {
        let made = "history:\n  - at: 2026-01-01T09:00:00+08:00\n    by: cy\n    step: join\n    to: active\n";
        let text = format!("id: {id}\nkind: staff\nstate: active\nname: {id}\nroles:\n  - role: {role}\n{made}");
        Record::read(text.as_bytes(), &format!("staff/{id}.yaml"), &kind.shape).unwrap()
    };
    People::of(&[person("ann", "clerk"), person("cy", "boss"), person("bob", "typist")], &kind.shape, &policy().roles)
}

#[test]
fn a_decision_is_checked_again_on_what_the_first_line_has_made_of_the_case() {
    let people = staff();
    let bench = Bench { policy: policy(), people: &people, earlier: &people };
    let row = |amount: &str| format!("title: a\nlines:\n  - item: x\n    amount: \"{amount}\"\n");
    let made = "08:00 ann report>open title,lines";
    let base = record(&text(ID, "open", &row("900.00"), made));
    for (amount, first, by, step, stands) in [
        ("1000.00", "edit lines", "ann", "approve", true),
        // above what a clerk may decide
        ("900000.00", "edit lines", "ann", "approve", false),
        ("900000.00", "edit lines", "cy", "approve", true),
        // who no longer has the role
        ("1000.00", "edit lines", "bob", "approve", false),
        // nobody approves what they have visited themselves
        ("950.00", "visit lines", "cy", "approve", true),
        ("950.00", "visit lines", "ann", "approve", false),
    ] {
        let first = record(&text(ID, "open", &row(amount), &format!("{made}; 09:00 ann {first}")));
        let second = record(&text(ID, "open", &row("900.00"), &format!("{made}; 08:30 {by} {step}")));
        let united = unite(bench, kind("case"), Some(&base), &first, &second);
        assert_eq!(united.overruled.is_empty(), stands, "{amount} {by}");
        assert_eq!(united.record.fields, first.fields);
    }
}
