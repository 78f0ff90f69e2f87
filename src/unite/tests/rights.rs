//! Rights that the first line has taken away: what the second line did by them has no effect.

use super::books::{C1, C2, S1, Tree, merged, person};
use super::{path, text};
use crate::unite::{Joined, Told};

/// Ann is a clerk, Bob a typist, Cy the boss.
fn staff() -> Tree {
    [person("ann", "clerk", "active"), person("bob", "typist", "active"), person("cy", "boss", "active")].into()
}

/// The codes and records of what is told, in order.
fn told(joined: &Joined) -> Vec<String> {
    joined.told.iter().map(|told| format!("{} {}", told.code(), told.about())).collect()
}

/// The steps of a record in order; `!` stands before one without effect.
fn steps(tree: &Tree, id: &str) -> String {
    let record = super::record(&tree[&path(id)]);
    let step = |entry: crate::record::Entry<'_>| match entry {
        crate::record::Entry::Event(event) => event.step.clone(),
        crate::record::Entry::Overruled(one) => format!("!{}", one.event.step),
    };
    record.entries().map(step).collect::<Vec<_>>().join(" ") + " > " + &record.state
}

#[test]
fn what_the_second_line_made_is_judged_by_the_rights_that_the_first_line_left() {
    let base = staff();
    for (number, (who, role, state, id, fields, events, expected)) in [
        // a slip is drafted by clerks and bosses
        ("ann", "clerk", "active", S1, "", "09:00 ann draft>drafted", "draft > drafted"),
        ("ann", "boss", "active", S1, "", "09:00 ann draft>drafted", "draft > drafted"),
        ("ann", "typist", "active", S1, "", "09:00 ann draft>drafted", "draft unite > void"),
        ("ann", "clerk", "left", S1, "", "09:00 ann draft>drafted; 09:10 cy send>sent", "draft send unite > void"),
        ("bob", "clerk", "left", S1, "", "09:00 ann draft>drafted", "draft > drafted"),
        // anybody reports a case, but not those who have left
        ("ann", "typist", "active", C1, "title: a\n", "09:00 ann report>open title", "report > open"),
        ("ann", "clerk", "left", C1, "title: a\n", "09:00 ann report>open title", "report unite > wrong"),
        // a later step has no effect, and the case stays
        (
            "ann",
            "typist",
            "active",
            C1,
            "title: a\n",
            "09:00 bob report>open title; 09:10 ann approve; 09:20 bob take>taken",
            "report !approve take > taken",
        ),
        (
            "ann",
            "clerk",
            "left",
            C1,
            "title: a\nowner: bob\n",
            "09:00 bob report>open title; 09:10 ann take>taken owner; 09:20 bob answer>answered",
            "report !take !answer > open",
        ),
        // who owns a field sets it, at the making and later
        ("ann", "typist", "active", C1, "grade: a\n", "09:00 ann report>open grade", "report unite > wrong"),
        (
            "ann",
            "typist",
            "active",
            C1,
            "grade: a\n",
            "09:00 ann report>open; 09:10 ann edit grade",
            "report !edit > open",
        ),
        (
            "ann",
            "boss",
            "active",
            C1,
            "grade: a\n",
            "09:00 ann report>open; 09:10 ann edit grade",
            "report edit > open",
        ),
        // nobody knows the title with which it was made
        (
            "ann",
            "clerk",
            "left",
            C1,
            "title: b\n",
            "09:00 bob report>open title; 09:10 ann edit title",
            "report edit unite > wrong",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let (mut first, mut second) = (base.clone(), base.clone());
        first.extend([person(who, role, state)]);
        second.insert(path(id), text(id, fields_state(events), fields, events));
        let (merged, joined) = merged(&base, &first, &second);
        assert_eq!(steps(&merged, id), expected, "{number}: {}", merged[&path(id)]);
        assert_eq!(
            joined.told.is_empty(),
            !expected.contains("unite") && !expected.contains('!'),
            "{number}: {joined:?}"
        );
    }
}

/// The state to which the last event led.
fn fields_state(events: &str) -> &str {
    let last = events.rsplit('>').next().unwrap_or_default();
    last.split([' ', ';']).next().unwrap_or_default()
}

#[test]
fn what_a_record_without_rights_opened_is_void_and_its_maker_is_told() {
    let base = staff();
    let (mut first, mut second) = (base.clone(), base.clone());
    first.extend([person("ann", "clerk", "left")]);
    let taken = "09:00 ann report>open title; 09:10 ann take>taken; 09:20 cy close>closed";
    second.insert(path(C1), text(C1, "closed", "title: a\n", taken));
    let drafted = format!("09:20 cy draft>drafted via={C1}#close case");
    second.insert(path(S1), text(S1, "drafted", &format!("case: {C1}\n"), &drafted));
    let (merged, joined) = merged(&base, &first, &second);
    assert_eq!(told(&joined), [format!("voided {C1}"), format!("voided {S1}")]);
    let because = Some("ann".parse().unwrap());
    assert!(joined.told.contains(&Told::Voided { id: C1.parse().unwrap(), by: format!("{C1}#report"), because }));
    let case = &merged[&path(C1)];
    assert!(case.contains(&format!("by: ann\n    step: unite\n    to: wrong\n    via: {C1}#report\n")), "{case}");
    assert_eq!(steps(&merged, S1), "draft unite > void");
}

#[test]
fn who_is_registered_without_rights_is_told_of_and_does_nothing() {
    // staff cannot be void
    let base = staff();
    let (mut first, mut second) = (base.clone(), base.clone());
    first.extend([person("cy", "boss", "left")]);
    second.extend([person("dee", "clerk", "active")]);
    let (merged, joined) = merged(&base, &first, &second);
    assert_eq!(told(&joined), ["doubted dee"]);
    let dee = &merged["staff/dee.yaml"];
    assert!(dee.contains("state: active\n") && dee.contains("step: unite\n    via: dee#join\n"), "{dee}");
}

#[test]
fn what_was_right_before_the_second_line_itself_took_the_right_away_stands() {
    let made = "08:00 bob report>open title";
    let mut base = staff();
    base.insert(path(C2), text(C2, "open", "title: a\n", made));
    for (role, state) in [("typist", "active"), ("clerk", "left")] {
        let (mut first, mut second) = (base.clone(), base.clone());
        // the first line has changed the case, too
        first.insert(path(C2), text(C2, "open", "title: a\ntags: [x]\n", &format!("{made}; 09:00 bob visit tags")));
        let approved = format!("{made}; 10:00 ann approve");
        second.insert(path(C2), text(C2, "open", "title: a\n", &approved));
        second.insert(path(S1), text(S1, "drafted", "", "10:00 ann draft>drafted"));
        second.extend([person("ann", role, state)]);
        let (now, joined) = merged(&base, &first, &second);
        assert_eq!(told(&joined), [""; 0], "{role} {state}");
        assert_eq!(steps(&now, C2), "report visit approve > open", "{role} {state}");
        // if the first line has taken it away as well, nobody had it
        first.extend([person("ann", "typist", "active")]);
        let (now, _) = merged(&base, &first, &second);
        assert_eq!(steps(&now, C2), "report visit !approve > open", "{role} {state}");
        assert_eq!(steps(&now, S1), "draft unite > void", "{role} {state}");
    }
}

#[test]
fn a_deputy_who_was_taken_back_does_nothing_more_for_the_principal() {
    let (path_of_ann, ann) = person("ann", "clerk", "active");
    let deputy = ann.replace("roles:\n", "deputy:\n  - person: bob\nroles:\n");
    let mut base = staff();
    base.insert(path_of_ann.clone(), deputy.clone());
    let acted = "09:00 bob draft>drafted";
    let drafted = text(S1, "drafted", "", acted).replace("by: bob\n", "by: bob\n    for: ann\n");
    let reported =
        text(C1, "open", "title: a\n", "09:00 bob report>open title").replace("by: bob\n", "by: bob\n    for: ann\n");
    let mut second = base.clone();
    second.extend([(path(S1), drafted), (path(C1), reported)]);
    let mut first = base.clone();
    let (now, joined) = merged(&base, &first, &second);
    assert_eq!((told(&joined), steps(&now, S1).as_str()), (vec![], "draft > drafted"));
    first.insert(path_of_ann, ann);
    let (now, _) = merged(&base, &first, &second);
    assert_eq!(steps(&now, S1), "draft unite > void");
    // anybody may report, but not for somebody else
    assert_eq!(steps(&now, C1), "report unite > wrong");
}
