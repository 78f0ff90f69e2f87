//! Words of a shell's command line: quotes them, so that a corrected command can be copied, and splits a line into
//! words.

/// The words as a line that a shell reads back as the same words.
pub fn join<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> String {
    words.into_iter().map(|word| quote(word.as_ref())).collect::<Vec<_>>().join(" ")
}

/// The word in single quotes, if a shell would read it as something else.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,+@%^、，：＝。".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The words of a line, as a shell splits it at spaces outside quotes. Nothing is expanded.
pub fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    let mut quoted: Option<char> = None;
    while let Some(c) = chars.next() {
        match (c, quoted) {
            (c, Some(end)) if c == end => quoted = None,
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(chars.next()),
            (c, Some(_)) => word.get_or_insert_default().push(c),
            ('\'' | '"', None) => {
                quoted = Some(c);
                word.get_or_insert_default();
            }
            (' ' | '\t' | '\n', None) => words.extend(word.take()),
            (c, None) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::{join, split};
    use proptest::prelude::*;

    #[test]
    fn what_a_shell_would_change_is_quoted() {
        let words = ["redress", "new", "complaint", "content=到货后 漏水", "amount=5,000.00", "a=it's", "", "x>1", "~"];
        assert_eq!(
            join(words),
            r"redress new complaint 'content=到货后 漏水' amount=5,000.00 'a=it'\''s' '' 'x>1' '~'"
        );
        assert_eq!(split(r#"redress  a="b c"  'd'"e" f\ g"#), ["redress", "a=b c", "de", "f g"]);
    }

    proptest! {
        #[test]
        fn joined_words_split_again(words in proptest::collection::vec(any::<String>(), 0..6)) {
            prop_assert_eq!(split(&join(&words)), words);
        }
    }
}
