//! The presets of the program load without problems, and the manufacturer's has the names on which scripts rely.

use super::{said, sources_of};
use crate::kind::{EDIT, IMPORT, Step, Who};
use crate::locale::text::fold;
use crate::policy::Policy;
use crate::policy::preset::Preset;
use crate::record::{Class, FieldId, Type};

#[test]
fn every_preset_loads_without_a_problem() {
    for preset in Preset::ALL {
        assert_eq!(said(&sources_of(preset.name)), Vec::<String>::new(), "{}", preset.name);
    }
}

/// The states (`*` closed, `~` waiting, the first one of class new) and steps of the preset `manufacturer` on which
/// scripts rely.
const MANUFACTURER: &[(&str, &str, &str)] = &[
    (
        "client",
        "prospect active at-risk lost* archived* void*",
        "register convert warn recover lose archive update grade assign greet merge erase void",
    ),
    (
        "complaint",
        "registered accepted declined* investigated analysed proposed approved agreed refused* decided closed* confirmed* \
         withdrawn* lapsed* waiting-client~ void*",
        "register accept decline investigate analyse propose rework approve agree refuse decide close confirm reopen withdraw \
         lapse wait resume refile assign opine review instruct instruct-report check verify attribute notify promise escalate \
         apologise contain correct void",
    ),
    (
        "callback",
        "planned done recorded* unreachable* cancelled* void*",
        "plan complete record give-up retry cancel assign attempt correct void",
    ),
    ("inquiry", "open promised answered archived* void*", "register answer promise archive assign void"),
    ("notice", "issued answered closed* void*", "issue answer close void"),
    ("measure", "drafted open done verified* void*", "open draft join date complete verify fail correct void"),
    ("task", "open done checked* cancelled* void*", "assign complete check cancel correct void"),
    (
        "return",
        "ordered drafted approved received held reconciled settled* cancelled* void*",
        "draft order approve receive reconcile instruct settle cancel prove resell assess correct void",
    ),
    (
        "allowance",
        "ordered drafted approved signed settled* cancelled* void*",
        "draft order approve sign settle cancel prove correct void",
    ),
    ("invoice", "recorded void*", "record void edit"),
    (
        "sanction",
        "proposed approved applied* waived* void*",
        "propose approve apply waive appeal answer-appeal correct void",
    ),
    ("staff", "active left* void*", "join leave change void"),
];

/// The fields of a complaint that scripts write.
const COMPLAINT_FIELDS: &str = "client contact channel received category severity sensitive order product lot quantity unit \
    delivered amount content reason demand about raised-by external-number reply-due sample client-confirmed promised \
    decline-reason fault cause escape department departments responsible containment countermeasure opinion remedies decision \
    answer original duplicate-of affected level assignee lesson tags note";

#[test]
fn the_manufacturer_has_the_names_that_scripts_rely_on() {
    let policy = Policy::load(&sources_of("manufacturer"), "").expect("it loads");
    for (name, states, steps) in MANUFACTURER {
        let kind = policy.kind(name).expect("the kind");
        for (i, state) in states.split_whitespace().enumerate() {
            let named = state.trim_end_matches(['*', '~']);
            let class = match state.chars().last() {
                Some('*') => Class::Closed,
                Some('~') => Class::Waiting,
                _ if i == 0 && *name != "staff" => Class::New,
                _ => Class::Open,
            };
            assert_eq!(kind.shape.state(named).map(|state| state.class), Some(class), "{name} {named}");
        }
        for state in kind.shape.states() {
            assert!(states.split_whitespace().any(|s| s.trim_end_matches(['*', '~']) == state.name), "{}", state.name);
        }
        for step in steps.split_whitespace() {
            assert!(kind.steps_named(step).next().is_some(), "{name} has no step {step}");
        }
        assert_eq!(steps.split_whitespace().next(), Some(kind.first_step().name.as_str()), "{name} begins with it");
        for step in &kind.steps {
            assert!(!step.label.en.is_empty() && !step.label.zh.is_empty(), "{name} {}: a label in both", step.name);
        }
    }
    let shape = &policy.kind("complaint").expect("the kind").shape;
    for field in COMPLAINT_FIELDS.split_whitespace() {
        assert!(shape.find(field).is_some(), "complaint has no field {field}");
    }
    let closed = policy.kind("complaint").and_then(|kind| kind.milestone("closed")).expect("the milestone");
    assert_eq!(closed.states, ["decided"], "the sign-off ends the case");
}

/// In every preset except the smallest, each step says who takes it, and the preset says who may import and edit
/// records.
#[test]
fn every_step_but_those_of_the_smallest_preset_says_who_takes_it() {
    let mut free = Vec::new();
    for preset in Preset::ALL {
        let policy = Policy::load(&sources_of(preset.name), "").expect("it loads");
        for kind in policy.kinds.values() {
            let named = |name: &'static str| kind.steps_named(name).next();
            let anyone = |step: &Step| step.by.iter().any(|who| matches!(who, Who::Role(role) if role == "anyone"));
            match named(IMPORT) {
                Some(import) if !import.by.is_empty() && !anyone(import) => {}
                // records that only the program makes are never imported
                None if policy.reports.closing.as_ref().is_some_and(|closing| closing.kind == kind.name()) => {}
                _ => free.push(format!("{} {} import", preset.name, kind.name())),
            }
            if preset.name == Preset::DEFAULT {
                continue;
            }
            let steps = kind.steps.iter().filter(|step| !step.opened && step.by.is_empty() && step.authority.is_none());
            free.extend(steps.map(|step| format!("{} {} {}", preset.name, kind.name(), step.name)));
            if anyone(named(EDIT).unwrap_or(kind.first_step())) {
                free.push(format!("{} {} edit", preset.name, kind.name()));
            }
        }
    }
    assert_eq!(free, Vec::<String>::new());
}

/// Fields that decide about money and rank, by kind.
const OWNED: &[(&str, &str)] = &[
    ("client", "over-acceptance sales grade"),
    ("complaint", "over-acceptance affected.receivable affected.collected remedies responsible fault client"),
    ("return", "over-acceptance lines.received lines.accepted resales assessed voucher tax-rate"),
    ("allowance", "voucher tax-rate"),
    ("task", "due paid-on payment-reference"),
    ("measure", "due effect"),
    ("notice", "due"),
    ("sanction", "person amount joint-with joint-amount"),
    ("staff", "roles.role base-pay bonus"),
];

#[test]
fn what_decides_on_money_and_rank_has_owners() {
    let policy = Policy::load(&sources_of("manufacturer"), "").expect("it loads");
    for (kind, fields) in OWNED {
        let kind = policy.kind(kind).expect("the kind");
        for field in fields.split(' ') {
            let path = kind.shape.find(field.split('.').next().unwrap_or_default()).map(|(id, field)| (id, &field.ty));
            let (id, ty) = path.unwrap_or_else(|| panic!("{} has no {field}", kind.name()));
            let inner = field.split_once('.').map(|(_, inner)| match ty.element() {
                Type::Group(lines) => lines.field_id(inner).unwrap_or_else(|| panic!("no {field}")),
                _ => panic!("{field} has no lines"),
            });
            let path: Vec<FieldId> = [Some(id), inner].into_iter().flatten().collect();
            assert!(kind.guards.iter().any(|guard| guard.path == path), "{} {field} has no owner", kind.name());
        }
    }
}

/// Within a kind, one label means one thing: no field, step or state has the label of something else. A step may have
/// the label of the state to which it leads, and of a field with its own name that it fills in.
#[test]
fn within_a_kind_a_word_stands_for_one_thing() {
    let mut alike = Vec::new();
    for preset in Preset::ALL {
        let policy = Policy::load(&sources_of(preset.name), "").expect("it loads");
        for kind in policy.kinds.values() {
            let fields = kind.shape.fields().iter().map(|field| ("field", field.name.as_str(), &field.label));
            let computed = kind.shape.computed().iter().map(|value| ("field", value.name.as_str(), &value.label));
            let steps = kind.steps.iter().map(|step| ("step", step.name.as_str(), &step.label));
            let states = kind.shape.states().iter().map(|state| ("state", state.name.as_str(), &state.label));
            let named: Vec<_> = fields.chain(computed).chain(steps).chain(states).collect();
            let leads = |step: &str, state: &str| kind.steps_named(step).any(|step| step.targets().contains(&state));
            for (i, (sort, name, label)) in named.iter().enumerate() {
                for (other_sort, other, other_label) in &named[..i] {
                    let same = |one: &str, two: &str| !one.is_empty() && fold(one) == fold(two);
                    let said = same(&label.zh, &other_label.zh) || same(&label.en, &other_label.en);
                    let one_thing = name == other || (*other_sort, *sort) == ("step", "state") && leads(other, name);
                    if said && !one_thing {
                        let (zh, en) = (&label.zh, &label.en);
                        alike.push(format!(
                            "{} {}: {sort} {name} and {other_sort} {other} ({zh}, {en})",
                            preset.name,
                            kind.name()
                        ));
                    }
                }
            }
        }
    }
    assert_eq!(alike, Vec::<String>::new());
}

/// Every late step and task gets a reminder, and a question once it is done: each kind with deadlines of the staff
/// has rules for both.
#[test]
fn the_manufacturer_presses_and_asks_about_whatever_is_late() {
    let policy = super::loaded(&super::sources_of("manufacturer"));
    let notices = policy.notices.fields.as_ref().map(|fields| fields.kind.as_str());
    for kind in policy.kinds.values().filter(|kind| Some(kind.name()) != notices) {
        for deadline in kind.deadlines.iter().filter(|deadline| !deadline.outside) {
            for occasion in crate::policy::Occasion::ALL {
                let speaks = |rule: &&crate::policy::NoticeRule| {
                    rule.kind == kind.name() && rule.when.is_none() && rule.speaks_of(&deadline.name, occasion)
                };
                let found = policy.notices.rules.iter().any(|rule| speaks(&rule));
                assert!(found, "{}: {} has no rule that is {}", kind.name(), deadline.name, occasion.name());
            }
        }
    }
}
