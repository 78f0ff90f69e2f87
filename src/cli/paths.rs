//! Paths through references as users type them: `client.phone`, `about.client.name`.

use super::failure::Failure;
use crate::kind::{Astray, Kind, Path};
use crate::label;
use crate::locale::messages::RecordText as Text;
use crate::policy::Policy;

/// The path that a word means, from records of a kind.
///
/// # Errors
/// If a name in it is not a field of what it has reached.
pub(super) fn read(policy: &Policy, kind: &Kind, word: &str) -> Result<Path, Failure> {
    policy.path_from(&kind.shape, word).map_err(|Astray { part, of, near }| {
        let failure = Failure::usage("no-field", label!(Text::NoField, kind = of, field = part));
        failure.hint_if(near.map(|near| label!(Text::DidYouMean, word = near)))
    })
}
