//! When two texts are the same for a reader: compatibility forms and case are ignored.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::escape::is_hidden;

/// NFKC and lower case, for comparing and searching: `Ａcme㈱` and `acme(株)` fold to the same.
///
/// Letters are made lower case one by one, so that a part of a text folds to a part of the folded text.
pub fn fold(text: &str) -> String {
    // these common characters have no other form, so only ASCII letters change
    if text.chars().all(|c| c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fff}' | '、' | '。')) {
        return text.to_ascii_lowercase();
    }
    // composed again, because lower case can decompose a letter (`İ`)
    text.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// A text as a reader takes it in: folded, without the characters that nobody sees, and with Latin letters in the place
/// of letters of other scripts that look the same.
pub fn as_seen(text: &str) -> String {
    match text.is_ascii() {
        true => fold(text),
        false => fold(&text.nfkc().filter(|c| !is_hidden(*c)).map(look_alike).collect::<String>()),
    }
}

/// Cyrillic and Greek letters, and signs, with those that look the same.
const LOOK_ALIKE: [(&str, &str); 3] = [
    ("АВЕЅІЈКМНОРСТУХҮԌԚԜӀавеѕіјкмнорстухүԁһӏԛԝ", "ABESIJKMHOPCTYXYGQWIabesijkmhopctyxydhlqw"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϳαγικνορτυχϲı", "ABEZHIKMNOPTYXCjayikvoptuxci"),
    ("‐‑‒–—−∶꞉ː", "------:::"),
];

fn look_alike(c: char) -> char {
    let found = LOOK_ALIKE.iter().find_map(|(from, to)| from.chars().zip(to.chars()).find(|(from, _)| *from == c));
    found.map_or(c, |(_, to)| to)
}

/// Full-width ASCII, the ideographic space and `￥` in their ordinary forms; everything else unchanged.
///
/// Input methods produce them: `＝，：０-９` count as ASCII outside text.
pub fn half_width(text: &str) -> Cow<'_, str> {
    let half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '\u{ffe5}' => '¥',
        c => c,
    };
    if text.chars().all(|c| half(c) == c) { Cow::Borrowed(text) } else { Cow::Owned(text.chars().map(half).collect()) }
}

#[cfg(test)]
mod tests {
    use super::{as_seen, fold, half_width};
    use proptest::prelude::*;

    #[test]
    fn compatibility_and_case_are_put_aside() {
        for (text, folded) in [
            ("ABC", "abc"),
            ("ＳＯ－２６１１", "so-2611"),
            ("㈱", "(株)"),
            ("ÉCLAIR", "éclair"),
            ("E\u{301}", "é"),
            ("ΣΑΣ", "σασ"),
            ("ﬁne", "fine"),
            ("漏水", "漏水"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        assert_eq!(as_seen("Ｗａｎｇ\u{200b}.L\u{ad}ei"), "wang.lei");
        assert_eq!(as_seen("漏水"), "漏水");
    }

    #[test]
    fn letters_that_look_the_same_are_the_same() {
        assert_eq!(as_seen("соmрlаіnt С‑261124∶ ΑCCЕРТ"), "complaint c-261124: accept");
        for (from, to) in super::LOOK_ALIKE {
            assert_eq!(from.chars().count(), to.chars().count(), "{from}");
        }
    }

    #[test]
    fn full_width_ascii_becomes_ascii() {
        assert_eq!(half_width("ａｍｏｕｎｔ＝￥５，０００．００　元"), "amount=¥5,000.00 元");
        assert!(matches!(half_width("漏水，严重".split('，').next().unwrap()), std::borrow::Cow::Borrowed("漏水")));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
        }

        #[test]
        fn case_does_not_matter(text in "[a-zA-Z投诉é]{0,20}") {
            prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
        }
    }
}
