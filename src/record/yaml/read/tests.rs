//! What is read, and what is refused with its place.

use super::{Reader, read};
use crate::locale::Lang;
use crate::record::yaml::error::Fault;

fn fault(text: &[u8]) -> (Fault, usize, usize, String) {
    let error = read(text).expect_err("refused");
    (error.fault, error.line, error.column, error.key)
}

#[test]
fn what_yaml_has_beside_scalars_lists_and_maps_is_refused_with_its_place() {
    let s = str::to_owned;
    let mut wrong = Vec::new();
    for (text, expected, line, column, key) in [
        ("a: &x 1\n", Fault::Anchor(s("x")), 1, 4, "a"),
        ("a:\n  - 1\n  - *x\n", Fault::Alias(s("x")), 3, 5, "a.1"),
        ("a: &x 1\nb: *x\n", Fault::Anchor(s("x")), 1, 4, "a"),
        ("a:\n  <<: {b: 1}\n", Fault::MergeKey, 2, 3, "a"),
        ("remedies:\n  - amount: 1\n  - amount: !!str 2\n", Fault::Tag(s("!!str")), 3, 13, "remedies.1.amount"),
        ("a: !x\n  b: 1\n", Fault::Tag(s("!x")), 1, 4, "a"),
        ("a: 1\nb: 2\n\"a\": 3\n", Fault::DuplicateKey { key: s("a"), first: 1 }, 3, 1, "a"),
        ("x:\n  a: 1\n  a: 2\n", Fault::DuplicateKey { key: s("a"), first: 2 }, 3, 3, "x.a"),
        ("a: 1\n---\nb: 2\n", Fault::SecondDocument, 2, 1, ""),
        ("? [a]\n: 1\n", Fault::ComplexKey, 1, 3, ""),
        ("? {a: 1}\n: 1\n", Fault::ComplexKey, 1, 3, ""),
        (": 1\n", Fault::ComplexKey, 1, 1, ""),
        ("", Fault::Empty, 1, 1, ""),
        ("# nothing\n", Fault::Empty, 1, 1, ""),
        ("---\n...\n", Fault::Empty, 1, 1, ""),
        ("- a\n", Fault::NotAMap { found: "a list" }, 1, 3, ""),
        ("投诉\n", Fault::NotAMap { found: "a text" }, 1, 1, ""),
        ("a: 投\u{1}诉\n", Fault::Control('\u{1}'), 1, 5, ""),
        ("a: 1\nb: \0\n", Fault::Control('\0'), 2, 4, ""),
        ("a: x\u{FEFF}\n", Fault::Control('\u{FEFF}'), 1, 5, ""),
        ("\u{FEFF}a: 1\n", Fault::ByteOrderMark, 1, 1, ""),
        ("a: 1\r\n", Fault::CarriageReturn, 1, 5, ""),
        ("a: 1\rb: 2\n", Fault::Control('\r'), 1, 5, ""),
        ("a:\n\tb: 1\n", Fault::Tab, 2, 1, "a"),
        ("a: \"x\n", Fault::OpenQuote, 1, 4, "a"),
        ("a: [x\nb: 1\n", Fault::Bracket, 2, 2, "a.0"),
        ("a: b: c\n", Fault::Colon, 1, 5, ""),
        ("a: 1\nsome words\n", Fault::NoColon, 2, 1, ""),
        ("a: @x\n", Fault::Reserved('@'), 1, 4, "a"),
    ] {
        let (found, expected) = (fault(text.as_bytes()), (expected, line, column, s(key)));
        if found != expected {
            wrong.push(format!("{text:?}: {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_too_much_is_refused() {
    assert_eq!(fault(&[b'a'; (1 << 20) + 1]).0, Fault::TooLarge { size: (1 << 20) + 1, limit: 1 << 20 });
    let nested = |depth: usize| format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
    assert!(read(nested(15).as_bytes()).is_ok());
    assert_eq!(fault(nested(16).as_bytes()).0, Fault::TooDeep { limit: 16 });
    assert_eq!(fault(nested(9_000).as_bytes()).0, Fault::TooDeep { limit: 16 });
    let many = format!("a: [{}1]\n", "1, ".repeat(50_000));
    assert_eq!(fault(many.as_bytes()).0, Fault::TooMany { limit: 50_000 });
    assert_eq!(fault(format!("{}: 1\n", "a".repeat(129)).as_bytes()).0, Fault::LongKey);
}

#[test]
fn other_encodings_are_recognised() {
    let (gb, ..) = encoding_rs::GB18030.encode("id: 1\nproduct: 不锈钢阀门\n");
    let error = read(&gb).expect_err("GB18030");
    assert_eq!(error.fault, Fault::NotUtf8 { offset: 15, instead: Some("GB18030") });
    assert_eq!((error.line, error.column), (2, 10));
    assert!(error.help(Lang::Zh).contains("iconv -f GB18030"), "{}", error.help(Lang::Zh));
    assert_eq!(fault(b"a: \xE9t\xE9 \xFF\n").0, Fault::NotUtf8 { offset: 3, instead: None });
    assert_eq!(fault(b"\xFF\xFEa\0:\0 \x001\0").0, Fault::NotUtf8 { offset: 0, instead: Some("UTF-16LE") });
}

#[test]
fn hand_edits_may_have_marks_and_other_line_ends() {
    let text = "\u{FEFF}a: 1\r\nb: |\r\n  x\r\n  y\r\n";
    let document = Reader::of_hand_edits().read(text.as_bytes()).expect("taken");
    assert_eq!(document.root.get("b").and_then(|b| b.as_scalar()).map(|b| b.text.as_ref()), Some("x\ny\n"));
    let a = document.root.get("a").expect("a");
    assert_eq!(&text[a.span.clone()], "1");
    assert_eq!(Reader::of_hand_edits().read(b"a: 1\rb").expect_err("a bare CR").fault, Fault::Control('\r'));
}

#[test]
fn any_style_is_read_as_written() {
    let text = "---\n{a: no, 'b': 'it''s', \"c\": \"\\u6295\", d: [1.10, 007, 12:30], e: {f: ~, g: , h: \"\"}}\n";
    let document = read(text.as_bytes()).expect("valid");
    let said = |key: &str| document.root.get(key).and_then(|node| node.as_scalar()).map(|s| s.text.to_string());
    assert_eq!((said("a"), said("b"), said("c")), (Some("no".into()), Some("it's".into()), Some("投".into())));
    let e = document.root.get("e").expect("e");
    let null = |key: &str| e.get(key).and_then(|node| node.as_scalar()).map(|s| (s.is_null(), s.text.to_string()));
    assert_eq!(null("f"), Some((true, "~".into())));
    assert_eq!(null("g"), Some((true, String::new())));
    assert_eq!(null("h"), Some((false, String::new())));
    let place = document.place("x.yaml", document.root.get("d").expect("d").span.clone(), "d");
    assert_eq!((place.line, place.column, &text[place.span.clone()]), (2, 41, "[1.10, 007, 12:30]"));
    let folded = read(b"a: >\n  one\n  two\n\n  three\nb: x\n  y\n").expect("valid");
    assert_eq!(crate::record::yaml::write(&folded.root), "a: |\n  one two\n  three\nb: x y\n");
}

#[test]
fn comments_are_found_and_nothing_else() {
    let text = "# top\na: 1 # right\nb: \"# no\"\nc: |\n  # no\nd: x#no\n  # within\ne: [1, # in\n  2]\n# end";
    let said: Vec<(usize, String)> =
        read(text.as_bytes()).expect("valid").comments.iter().map(|c| (c.line, c.text.to_string())).collect();
    let expected = [(1, "top"), (2, "right"), (7, "within"), (8, "in"), (10, "end")];
    assert_eq!(said, expected.map(|(line, text)| (line, text.to_owned())));
}

#[test]
fn a_full_width_colon_is_named_in_the_help() {
    let error = read("a: 1\n产品：阀门\n".as_bytes()).expect_err("no colon");
    assert_eq!((error.line, &error.fault), (2, &Fault::NoColon));
    let problem = error.problem("complaints/x.yaml");
    let zh = format!("{} ({})", problem.message.zh, problem.help.map(|help| help.zh).unwrap_or_default());
    assert_eq!(
        format!("{}: {zh}", problem.place),
        "complaints/x.yaml:2: 此处应为“键: 值” (请把全角“：”改为半角冒号加空格“: ”)"
    );
}
