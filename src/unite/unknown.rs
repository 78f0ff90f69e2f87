//! Merges what neither the kind nor this program knows: the three versions of such entries are compared as texts.

use crate::record::Unknown;

/// Base, first and second line.
type Sides<'u> = [&'u [Unknown]; 3];

fn text<'u>(side: &'u [Unknown], key: &str) -> Option<&'u str> {
    side.iter().find(|unknown| unknown.key == key).map(|unknown| unknown.text.as_str())
}

/// The keys whose text in the second line is neither that of the base nor that of the first line.
pub(super) fn changed<'u>([base, first, second]: Sides<'u>) -> Vec<&'u str> {
    let differs = Unknown::differing(base, second);
    differs.filter(|key| text(second, key) != text(first, key)).collect()
}

/// The keys that both lines changed to different texts.
pub(super) fn disputed<'u>(sides: Sides<'u>) -> Vec<&'u str> {
    let [base, first, _] = sides;
    changed(sides).into_iter().filter(|key| text(base, key) != text(first, key)).collect()
}

/// The entries of both lines. Those that only the second line changed are taken from it, as far as they are `taken`.
/// If both changed an entry, that of the first line stays.
pub(super) fn merged([base, first, second]: Sides<'_>, taken: &dyn Fn(&str) -> bool) -> Vec<Unknown> {
    let mut merged = first.to_vec();
    for key in changed([base, first, second]) {
        if text(base, key) != text(first, key) || !taken(key) {
            continue;
        }
        let theirs = second.iter().find(|unknown| unknown.key == key);
        match (merged.iter().position(|unknown| unknown.key == key), theirs) {
            (Some(at), Some(theirs)) => merged[at] = theirs.clone(),
            (Some(at), None) => {
                merged.remove(at);
            }
            (None, Some(theirs)) => merged.push(theirs.clone()),
            (None, None) => {}
        }
    }
    Unknown::sort(&mut merged);
    merged
}
