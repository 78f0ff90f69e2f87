//! Each rule of the engine: what it allows and what it refuses. The scripts use the small company of `company`; `#`
//! says what is being tested.

use super::company::Company;
use crate::lifecycle::{Held, Party};
use crate::policy::Seat;

const SCRIPTS: &[(&str, &str)] = &[
    ("people", include_str!("rules/people.txt")),
    ("order", include_str!("rules/order.txt")),
    ("money", include_str!("rules/money.txt")),
    ("waiting", include_str!("rules/waiting.txt")),
    ("links", include_str!("rules/links.txt")),
    ("records", include_str!("rules/records.txt")),
    ("held", include_str!("rules/held.txt")),
    ("void", include_str!("rules/void.txt")),
    ("rollups", include_str!("rules/rollups.txt")),
    ("named", include_str!("rules/named.txt")),
    ("extended", include_str!("rules/extended.txt")),
    ("departments", include_str!("rules/departments.txt")),
    ("answers", include_str!("rules/answers.txt")),
    ("imported", include_str!("rules/imported.txt")),
];

#[test]
fn every_rule_lets_pass_and_refuses() {
    let mut wrong = String::new();
    for (file, text) in SCRIPTS {
        for script in text.split("\n\n") {
            let (what, script) = script.split_once('\n').expect("what is held, then what is done");
            if let Err(said) = Company::new().play(script) {
                wrong.push_str(&format!("{file} {what}: {said}\n"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_role_of_a_department_presses_those_of_the_department_alone() {
    let seat = |role: &str, department: &str| Seat { role: role.to_owned(), department: department.to_owned() };
    for (seat, wanted) in
        [(seat("elder", "desk"), "ida"), (seat("elder", "house"), "jon"), (seat("boss", "shop"), "cy")]
    {
        let held = Held::from(Party::Seat(seat));
        assert_eq!(Company::new().pressed(&held), [wanted], "{held:?}");
        assert_eq!(Held::from_stored(&held.stored()), held);
    }
}

#[test]
fn who_has_left_is_pressed_by_no_role_and_no_department() {
    let company = Company::new();
    for held in [Party::Role("boss".to_owned()), Party::Department("shop".to_owned())] {
        assert_eq!(company.pressed(&Held::from(held.clone())), ["cy"], "{held:?}, and not fay, who has left");
    }
}
