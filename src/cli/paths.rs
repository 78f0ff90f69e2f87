//! Paths through references as users type them: `client.phone`, `about.client.name`. And paths of files as words of a
//! shell.

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

/// Paths of files as words of a shell.
pub(super) fn shell(paths: &[String]) -> String {
    let plain = |path: &String| !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    let word = |path: &String| if plain(path) { path.clone() } else { format!("'{}'", path.replace('\'', "'\\''")) };
    paths.iter().map(word).collect::<Vec<_>>().join(" ")
}
