//! Reading inverts writing, and the fast path agrees with the parser.

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

use super::canonical::canonical;
use super::nasty::{cases, depth, ordinary, tree};
use super::plain::stands_bare_in_flow;
use super::read::{Reader, read};
use super::screen::{Screened, screen};
use super::tree::{Content, Form, Node};
use super::write::write;

/// Whether what was read matches what was written: the same texts, in a form that fits the requested one.
pub(super) fn says(written: &Node<'_>, read: &Node<'_>) -> bool {
    match (&written.content, &read.content) {
        (Content::Scalar(asked), Content::Scalar(found)) => {
            let form = match asked.form {
                Form::Plain => found.form == Form::Plain || !stands_bare_in_flow(&asked.text),
                Form::Quoted => found.form == Form::Quoted,
                Form::Text => !found.is_null(),
            };
            form && asked.text == found.text
        }
        (Content::List(a), Content::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| says(a, b)),
        (Content::Map(a), Content::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && says(&a.node, &b.node))
        }
        _ => false,
    }
}

/// If the fast path answers, its answer equals the parser's, including spans.
pub(super) fn both_agree(text: &str) -> Result<bool, String> {
    let reader = Reader::default();
    let Ok(Screened { clean: true, .. }) = screen(text.as_bytes(), reader.bytes, reader.source) else {
        return Ok(false);
    };
    let Some(fast) = canonical(text, reader.depth, reader.values) else { return Ok(false) };
    match reader.parse(text.as_bytes()) {
        Ok(document) if document.root == fast && document.comments.is_empty() => Ok(true),
        other => Err(format!("{text:?}\nfast path: {fast:?}\nparser: {other:?}")),
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn what_is_written_is_read(tree in tree()) {
        let text = write(&tree);
        match read(text.as_bytes()) {
            Ok(document) => {
                prop_assert!(says(&tree, &document.root), "{text}\n{:?}", document.root);
                prop_assert_eq!(write(&document.root), text.clone());
                prop_assert!(document.comments.is_empty());
            }
            Err(error) => prop_assert!(false, "{}\n{text}", error),
        }
    }

    #[test]
    fn spans_cover_what_was_written(tree in tree()) {
        let text = write(&tree);
        let document = read(text.as_bytes()).expect("written");
        for entry in document.root.as_map().expect("a map") {
            let key = &text[entry.key_span.clone()];
            prop_assert!(key == entry.key || key.starts_with('"'), "{}", key);
            let value = &text[entry.node.span.clone()];
            match &entry.node.content {
                Content::Scalar(scalar) if scalar.form == Form::Plain => prop_assert_eq!(value, scalar.text.as_ref()),
                Content::Scalar(scalar) if scalar.form == Form::Quoted => {
                    prop_assert!(value.starts_with('"') && value.ends_with('"'), "{}", value);
                }
                Content::Scalar(scalar) => prop_assert!(!value.ends_with('\n') && scalar.text.starts_with(value.split('\n').next().unwrap_or_default()), "{}", value),
                Content::List(_) if value.starts_with('[') && value.ends_with(']') => {}
                Content::Map(inner) if inner.is_empty() => prop_assert_eq!(value, "{}"),
                Content::Verbatim(_) => prop_assert!(false, "only for writing"),
                Content::List(_) | Content::Map(_) => prop_assert!(!value.ends_with('\n'), "{}", value),
            }
        }
    }

    #[test]
    fn the_fast_path_agrees_on_anything_written(tree in tree()) {
        let agreed = both_agree(&write(&tree));
        prop_assert!(agreed.is_ok(), "{}", agreed.unwrap_err());
    }

    #[test]
    fn the_fast_path_reads_ordinary_records(tree in ordinary()) {
        let text = write(&tree);
        let agreed = both_agree(&text);
        // The fast path leaves escapes and indentation indicators to the parser.
        let plain = !text.contains('\\') && !text.contains("|2");
        prop_assert!(agreed == Ok(true) || (agreed == Ok(false) && !plain), "{:?}\n{}", agreed, text);
        prop_assert!(depth(&tree) <= 4);
    }
}
