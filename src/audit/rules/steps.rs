//! Every event is a step that the rules of its day allowed. Taken again through `lifecycle`, it gives the recorded
//! result.

use super::super::scene::Scene;
use super::{Of, Rule};
use crate::audit::finding::Finding;
use crate::audit::replay::replay;

pub(super) static RULE: Rule = Rule {
    name: "steps",
    ids: &[
        "step-false",
        "actor-false",
        "target-false",
        "event-false",
        "was-false",
        "holds-false",
        "field-false",
        "opened-false",
        "unfollowed",
        "uncaused",
        "backdated",
    ],
    of: Of::Ordinary,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    if !scene.midway {
        found.extend(replay(scene));
    }
}
