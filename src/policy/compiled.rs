//! A loaded rule book as bytes and back, for a caller that stores one. Reading and checking its files takes a third
//! of the time of a short command.
//!
//! The bytes do not identify the program that wrote them. Only the same build of the program understands them.

use super::{Kinds, Policy};
use crate::compute;
use crate::record::bind_kept_by;

impl Policy {
    /// The rule book as bytes. `None` if something in it cannot be written. That does no harm, because its files can
    /// still be read.
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let (heads, kinds) = self.kinds.to_bytes()?;
        let mut bytes = postcard::to_stdvec(&(self, heads)).ok()?;
        bytes.extend(kinds);
        Some(bytes)
    }

    /// The rule book in bytes that the same build of the program has written. `None` for other bytes. A kind is read
    /// when it is asked for.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Policy> {
        bind_kept_by(compute::bind);
        let ((policy, heads), kinds): ((Policy, _), _) = postcard::take_from_bytes(&bytes).ok()?;
        let at = bytes.len() - kinds.len();
        Some(Policy { kinds: Kinds::from_bytes(heads, at, bytes), ..policy })
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::preset::Preset;
    use crate::policy::tests::sources_of;
    use crate::policy::{Policy, Sources};
    use proptest::prelude::{any, prop, proptest};

    fn loaded(sources: &Sources) -> Policy {
        Policy::load(sources, "0123456789ab").unwrap()
    }

    #[test]
    fn a_rule_book_comes_back_as_it_was() {
        for preset in Preset::ALL {
            let policy = loaded(&sources_of(preset.name));
            let again = Policy::from_bytes(policy.to_bytes().unwrap()).unwrap();
            assert_eq!(format!("{again:?}"), format!("{policy:?}"), "{}", preset.name);
        }
    }

    #[test]
    fn what_was_damaged_is_another_rule_book_or_none() {
        let whole = loaded(&sources_of("manufacturer")).to_bytes().unwrap();
        proptest!(|(at in any::<prop::sample::Index>(), byte: u8, cut: bool)| {
            let mut bytes = whole.clone();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if cut {
                bytes.truncate(at);
            }
            // neither a panic nor an endless loop
            drop(Policy::from_bytes(bytes).map(|policy| format!("{policy:?}")));
        });
    }
}
