//! From a tree to canonical text: block style, two spaces, no folding, lists of short scalars on one line.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::plain::{is_printable, looks_typed, stands_bare, stands_bare_as_key, stands_bare_in_flow};
use super::tree::{Content, Entry, Form, Node, Scalar};

/// Writes a map as a file. [`super::read`] finds the same texts in the same order, and the same tree always gives the
/// same bytes. A root that is not a map is written too, but cannot be read back.
pub fn write(root: &Node<'_>) -> String {
    let mut out = String::with_capacity(1024);
    match &root.content {
        Content::Map(entries) if !entries.is_empty() => map(&mut out, entries, 0, false),
        Content::List(items) if !on_one_line(items) => list(&mut out, items, 0, false),
        _ => {
            value(&mut out, root, 0);
            // Removes the space that would separate it from a key.
            out.remove(0);
        }
    }
    out
}

/// The entries of a map at `indent`. If `inline`, the first one goes on the line that was already begun.
fn map(out: &mut String, entries: &[Entry<'_>], indent: usize, inline: bool) {
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 || !inline {
            pad(out, indent);
        }
        if let Content::Verbatim(lines) = &entry.node.content {
            out.push_str(lines);
            continue;
        }
        if stands_bare_as_key(&entry.key) {
            out.push_str(&entry.key);
        } else {
            quote(out, &entry.key);
        }
        out.push(':');
        match &entry.node.content {
            Content::Map(inner) if !inner.is_empty() => {
                out.push('\n');
                map(out, inner, indent + 2, false);
            }
            Content::List(items) if !on_one_line(items) => {
                out.push('\n');
                list(out, items, indent + 2, false);
            }
            _ => value(out, &entry.node, indent),
        }
    }
}

/// The items of a list at `indent`, one on each line.
fn list(out: &mut String, items: &[Node<'_>], indent: usize, inline: bool) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 || !inline {
            pad(out, indent);
        }
        out.push('-');
        match &item.content {
            Content::Map(inner) if !inner.is_empty() => {
                out.push(' ');
                map(out, inner, indent + 2, true);
            }
            Content::List(inner) if !on_one_line(inner) => {
                out.push(' ');
                list(out, inner, indent + 2, true);
            }
            _ => value(out, item, indent),
        }
    }
}

/// What follows `key:` or `-` of a collection at `indent`, with the space before it and the line break after it.
fn value(out: &mut String, node: &Node<'_>, indent: usize) {
    match &node.content {
        Content::Map(_) => out.push_str(" {}"),
        // only an entry of a map has lines of its own
        Content::Verbatim(lines) => return out.push_str(lines),
        Content::List(items) => {
            out.push_str(" [");
            for (at, scalar) in items.iter().filter_map(Node::as_scalar).enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                in_flow(out, scalar);
            }
            out.push(']');
        }
        Content::Scalar(scalar) => {
            let text = scalar.text.as_ref();
            match scalar.form {
                Form::Plain if text.is_empty() => {}
                Form::Plain if stands_bare(text) => push(out, &[" ", text]),
                Form::Text if stands_bare(text) && !looks_typed(text) => push(out, &[" ", text]),
                Form::Text | Form::Plain if fits_literal(text) => return literal(out, text, indent + 2),
                _ => {
                    out.push(' ');
                    quote(out, text);
                }
            }
        }
    }
    out.push('\n');
}

/// Whether a list is written in brackets: its items are scalars without a line break, and none is bare and empty.
fn on_one_line(items: &[Node<'_>]) -> bool {
    items.iter().all(|item| {
        item.as_scalar().is_some_and(|scalar| {
            !scalar.text.contains('\n') && (scalar.form != Form::Plain || !scalar.text.is_empty())
        })
    })
}

fn in_flow(out: &mut String, scalar: &Scalar<'_>) {
    let text = scalar.text.as_ref();
    let bare = stands_bare_in_flow(text)
        && match scalar.form {
            Form::Plain => true,
            // Older readers of YAML 1.1 end a word at a colon here.
            Form::Text => !looks_typed(text) && !text.contains(':'),
            Form::Quoted => false,
        };
    if bare { out.push_str(text) } else { quote(out, text) }
}

/// Whether a literal block keeps the text exactly, in every reader and in editors that empty lines of only spaces.
fn fits_literal(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with('\n')
        && text.chars().all(is_printable)
        && text
            .split('\n')
            .all(|line| line.is_empty() || (!line.starts_with('\t') && !line.trim_matches([' ', '\t']).is_empty()))
}

fn literal(out: &mut String, text: &str, indent: usize) {
    out.push_str(" |");
    if text.starts_with(' ') {
        out.push('2');
    }
    let body = match text.strip_suffix('\n') {
        None => {
            out.push('-');
            text
        }
        Some(body) if body.ends_with('\n') => {
            out.push('+');
            body
        }
        Some(body) => body,
    };
    for line in body.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            pad(out, indent);
            out.push_str(line);
        }
    }
    out.push('\n');
}

/// The text in double quotes, on one line.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c => out.push_str(&escaped(u32::from(c))),
        }
    }
    out.push('"');
}

fn escaped(code: u32) -> Cow<'static, str> {
    let mut text = String::with_capacity(10);
    // Writing to a `String` cannot fail.
    let _ = match code {
        0x0D => return Cow::Borrowed("\\r"),
        ..=0xFF => write!(text, "\\x{code:02X}"),
        0x100..=0xFFFF => write!(text, "\\u{code:04X}"),
        _ => write!(text, "\\U{code:08X}"),
    };
    Cow::Owned(text)
}

fn pad(out: &mut String, spaces: usize) {
    out.extend(std::iter::repeat_n(' ', spaces));
}

fn push(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::record::yaml::tree::Node;

    #[test]
    fn a_record_looks_as_designed() {
        let remedy = Node::map([("kind", Node::text("return")), ("amount", Node::quoted("5000.00"))]);
        let record = Node::map([
            ("id", Node::text("C-261122-7K3F2")),
            ("rules", Node::text("3f2a9c1b77d0")),
            ("product", Node::text("不锈钢阀门 DN50")),
            ("quantity", Node::plain("120")),
            ("demand", Node::list([Node::text("return"), Node::text("no"), Node::text("a, b")])),
            ("content", Node::text("到货后抽检 12 件漏水\n")),
            ("answer", Node::text("yes\n\n  indented\nno end")),
            ("phone", Node::text("13800138000")),
            ("remedies", Node::list([remedy])),
            ("scores", Node::map([("on", Node::plain("5"))])),
            ("tags", Node::list([])),
        ]);
        let expected = "id: C-261122-7K3F2\nrules: 3f2a9c1b77d0\nproduct: 不锈钢阀门 DN50\nquantity: 120\n\
            demand: [return, \"no\", \"a, b\"]\ncontent: |\n  到货后抽检 12 件漏水\nanswer: |-\n  yes\n\n    indented\n  no end\n\
            phone: \"13800138000\"\nremedies:\n  - kind: return\n    amount: \"5000.00\"\nscores:\n  \"on\": 5\ntags: []\n";
        assert_eq!(write(&record), expected);
    }

    #[test]
    fn a_text_takes_the_form_that_carries_it() {
        for (text, expected) in [
            ("", "a: \"\"\n"),
            ("a\nb", "a: |-\n  a\n  b\n"),
            ("a\nb\n", "a: |\n  a\n  b\n"),
            ("a\n\n", "a: |+\n  a\n\n"),
            ("  a\nb\n", "a: |2\n    a\n  b\n"),
            ("  a\nb", "a: |2-\n    a\n  b\n"),
            ("a \nb\n", "a: |\n  a \n  b\n"),
            ("a\n  \nb\n", "a: \"a\\n  \\nb\\n\"\n"),
            ("\na\n", "a: \"\\na\\n\"\n"),
            ("\ta\nb", "a: \"\\ta\\nb\"\n"),
            ("a\tb\nc\n", "a: |\n  a\tb\n  c\n"),
            ("a\tb", "a: \"a\\tb\"\n"),
            ("a\r\nb\n", "a: \"a\\r\\nb\\n\"\n"),
            ("a\u{85}b\u{2028}c\u{FEFF}", "a: \"a\\x85b\\u2028c\\uFEFF\"\n"),
            ("\u{0}\u{1FFFE}", "a: \"\\x00\u{1FFFE}\"\n"),
            ("say \"it\" \\", "a: say \"it\" \\\n"),
            ("\"", "a: \"\\\"\"\n"),
        ] {
            assert_eq!(write(&Node::map([("a", Node::text(text))])), expected, "{text:?}");
        }
    }

    #[test]
    fn lists_in_lists_stay_in_block_style() {
        let inner = Node::list([Node::map([("a", Node::plain(""))]), Node::plain("1")]);
        let root = Node::map([("x", Node::list([inner, Node::map::<&str>([]), Node::text("a\nb")]))]);
        assert_eq!(write(&root), "x:\n  - - a:\n    - 1\n  - {}\n  - |-\n    a\n    b\n");
    }
}
