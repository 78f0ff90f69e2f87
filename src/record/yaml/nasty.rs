//! Generators for the property tests: texts that YAML readers get wrong, trees of such texts, and canonical records.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::Config;

use super::LONGEST_KEY;
use super::tree::{Content, Node};

/// Indicators, look-alikes, white space, controls, ideographs, emoji.
#[rustfmt::skip]
pub(super) const PIECES: &[&str] = &[
    "a", "b", "word", "-", "- ", "--- ", "---", "...", ":", ": ", "::", "#", " #", "# ", "[", "]", "{", "}",
    ",", ", ", "&a", "*a", "!", "!!str ", "|", ">", "|-\n", "'", "''", "\"", "\\", "\\n", "\\x41", "%", "@",
    "`", "?", "? ", "=", "<<", "<<: ", "~", "null", "yes", "No", "on", "OFF", "y", "n", "true", "0", "1", "007",
    "0x1F", "0o17", "0b1", "1_000", "1,000", "12:30", "12:30:45", "1e5", ".5", ".inf", "-.INF", ".nan", "+1",
    "-1", "2026-01-01", "2026-01-01T09:30:00+08:00", " ", "  ", "\t", "\n", "\n\n", "\n  ", "\r", "\r\n",
    "\u{0}", "\u{1}", "\u{7}", "\u{1B}[31m", "\u{7F}", "\u{80}", "\u{85}", "\u{9F}", "\u{A0}", "\u{AD}",
    "\u{200B}", "\u{200D}", "\u{2028}", "\u{2029}", "\u{202E}", "\u{2066}", "\u{3000}", "\u{FEFF}", "\u{FFFD}",
    "\u{FFFE}", "\u{FFFF}", "\u{E000}", "\u{1F600}", "\u{1FFFE}", "\u{10FFFF}", "投诉", "到货后抽检 12 件漏水", "：", "，",
    "“”", "　", "é", "e\u{301}", "👩‍👩‍👧", "🇨🇳", "C-261122-7K3F2", "li.na", "http://a.b/c?d=e&f", "C:\\x",
    "return",
];

/// A configuration with `share` of 256 cases; `PROPTEST_CASES` raises it in proportion.
pub(super) fn cases(share: u32) -> Config {
    let usual = Config::default();
    Config { cases: (usual.cases * share / 256).max(1), failure_persistence: None, ..usual }
}

pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => proptest::collection::vec(proptest::sample::select(PIECES), 0..7).prop_map(|pieces| pieces.concat()),
        2 => proptest::collection::vec(any::<char>(), 0..12).prop_map(|chars| chars.into_iter().collect()),
        2 => proptest::collection::vec(proptest::sample::select(PIECES), 1..30).prop_map(|pieces| pieces.concat()),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::string::string_regex("[a-z][a-z-]{0,7}").expect("a pattern"),
        1 => text().prop_filter("keys are short", |key| key.len() <= LONGEST_KEY),
    ]
}

fn scalar() -> impl Strategy<Value = Node<'static>> {
    prop_oneof![
        5 => text().prop_map(Node::text),
        1 => text().prop_map(Node::quoted),
        1 => text().prop_map(Node::plain),
        1 => proptest::sample::select(vec!["", "~", "120", "-5", "true", "2026-11-10", "2026-11-10T09:31:00+08:00"]).prop_map(Node::plain),
    ]
}

fn map_of(node: impl Strategy<Value = Node<'static>>, most: usize) -> impl Strategy<Value = Node<'static>> {
    proptest::collection::vec((key(), node), 0..most).prop_map(|mut entries| {
        let mut known = std::collections::BTreeSet::new();
        entries.retain(|(key, _)| known.insert(key.clone()));
        Node::map(entries)
    })
}

/// A random record: a map at the top, other lists and maps below.
pub(super) fn tree() -> impl Strategy<Value = Node<'static>> {
    let node = scalar().prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            2 => proptest::collection::vec(inner.clone(), 0..5).prop_map(Node::list),
            1 => proptest::collection::vec(scalar(), 0..5).prop_map(Node::list),
            2 => map_of(inner, 5),
        ]
    });
    map_of(node, 8)
}

/// A typical record: plain keys, short values, texts of several lines, a history.
pub(super) fn ordinary() -> impl Strategy<Value = Node<'static>> {
    let word = || {
        proptest::sample::select(vec![
            "accepted",
            "li.na",
            "C-261122-7K3F2",
            "不锈钢阀门 DN50",
            "120",
            "2026-11-10",
            "同意：按方案办理",
            "no",
            "a, b",
            "5000.00",
        ])
    };
    let lines = proptest::collection::vec(
        proptest::sample::select(vec![
            "到货后抽检 12 件漏水",
            "",
            "- a: b",
            "  indented",
            "# no comment",
            "a ",
            "\"quoted\"",
        ]),
        1..4,
    );
    let value = prop_oneof![
        4 => word().prop_map(Node::text),
        1 => Just(Node::plain("2026-11-10T09:31:00+08:00")),
        1 => word().prop_map(Node::quoted),
        2 => (lines, proptest::sample::select(vec!["", "\n", "\n\n"])).prop_map(|(lines, end)| Node::text(lines.join("\n") + end)),
        1 => proptest::collection::vec(word().prop_map(Node::text), 0..4).prop_map(Node::list),
    ];
    let keys = proptest::string::string_regex("k[a-z]{1,5}|评分").expect("a pattern");
    let group = proptest::collection::vec((keys, value), 1..6).prop_map(|mut entries| {
        let mut known = std::collections::BTreeSet::new();
        entries.retain(|(key, _)| known.insert(key.clone()));
        entries
    });
    let group = group.boxed();
    (group.clone(), proptest::collection::vec(group.clone(), 0..4), group).prop_map(|(mut top, history, scores)| {
        top.push(("Scores".to_owned(), Node::map(scores)));
        top.push(("History".to_owned(), Node::list(history.into_iter().map(Node::map))));
        Node::map(top)
    })
}

/// The depth of nested lists and maps, including the top one.
pub(super) fn depth(node: &Node<'_>) -> usize {
    match &node.content {
        Content::Scalar(_) | Content::Verbatim(_) => 0,
        Content::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Content::Map(entries) => 1 + entries.iter().map(|entry| depth(&entry.node)).max().unwrap_or(0),
    }
}
