//! Broken and hostile bytes: nothing panics or hangs, and the fast path agrees with the parser whenever it answers.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_oneof, proptest};
use proptest::sample::{Index, select};

use super::nasty::{PIECES, cases, ordinary, tree};
use super::properties::both_agree;
use super::read::{Reader, read};
use super::write::write;

/// A test that takes longer hangs, even on a busy machine: each of these takes well under a second.
const HANGS: Duration = Duration::from_secs(60);

/// A change of a text.
#[derive(Debug, Clone)]
enum Mutation {
    Flip(Index, u8),
    Insert(Index, &'static str),
    DropLine(Index),
    RepeatLine(Index),
    Indent(Index, usize),
    Cut(Index),
    DropByte(Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        2 => (at(), 0..8_u8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        4 => (at(), select(PIECES)).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        1 => at().prop_map(Mutation::DropLine),
        1 => at().prop_map(Mutation::RepeatLine),
        2 => (at(), 0..5_usize).prop_map(|(at, spaces)| Mutation::Indent(at, spaces)),
        1 => at().prop_map(Mutation::Cut),
        2 => at().prop_map(Mutation::DropByte),
    ]
}

fn mutate(mut bytes: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        if bytes.is_empty() {
            break;
        }
        let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
        match mutation {
            Mutation::Flip(at, bit) => {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
                continue;
            }
            Mutation::Insert(at, piece) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, piece.bytes());
                continue;
            }
            Mutation::Cut(at) => {
                bytes.truncate(at.index(bytes.len()));
                continue;
            }
            Mutation::DropByte(at) => {
                bytes.remove(at.index(bytes.len()));
                continue;
            }
            Mutation::DropLine(at) => drop(lines.remove(at.index(lines.len()))),
            Mutation::RepeatLine(at) => {
                let at = at.index(lines.len());
                lines.insert(at, lines[at].clone());
            }
            Mutation::Indent(at, spaces) => {
                let at = at.index(lines.len());
                let bare = lines[at].iter().take_while(|&&b| b == b' ').count();
                lines[at].splice(..bare, vec![b' '; *spaces]);
            }
        }
        bytes = lines.concat();
    }
    bytes
}

fn survives(bytes: &[u8]) -> Result<(), String> {
    let begun = Instant::now();
    for reader in [Reader::default(), Reader::of_hand_edits()] {
        match reader.read(bytes) {
            Ok(document) => {
                let written = write(&document.root);
                let again = read(written.as_bytes()).map_err(|error| format!("{error}\n{written:?}"))?;
                if !again.root.says_the_same(&read_again(&written)) || write(&again.root) != written {
                    return Err(format!("not stable: {written:?}"));
                }
            }
            Err(error) => {
                if error.span.end > bytes.len()
                    || error.span.start > error.span.end
                    || error.line == 0
                    || error.column == 0
                {
                    return Err(format!("a place outside: {error:?}"));
                }
            }
        }
    }
    let took = begun.elapsed();
    if took > HANGS { Err(format!("took {took:?}")) } else { Ok(()) }
}

/// Reads with the parser only.
fn read_again(text: &str) -> super::tree::Node<'_> {
    Reader::default().parse(text.as_bytes()).expect("written").root
}

fn records() -> impl Strategy<Value = String> {
    prop_oneof![3 => ordinary(), 1 => tree()].prop_map(|tree| write(&tree))
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn broken_records_are_read_or_refused(text in records(), mutations in vec(mutation(), 1..5)) {
        let bytes = mutate(text.into_bytes(), &mutations);
        let outcome = survives(&bytes);
        prop_assert!(outcome.is_ok(), "{}\n{:?}", outcome.unwrap_err(), String::from_utf8_lossy(&bytes));
        if let Ok(text) = str::from_utf8(&bytes) {
            let agreed = both_agree(text);
            prop_assert!(agreed.is_ok(), "{}", agreed.unwrap_err());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        let outcome = survives(&bytes);
        prop_assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    }

    #[test]
    fn any_pieces_are_read_or_refused(pieces in vec(prop_oneof![3 => select(PIECES), 1 => Just("\n"), 1 => Just("k: ")], 0..40)) {
        let text = pieces.concat();
        let outcome = survives(text.as_bytes());
        prop_assert!(outcome.is_ok(), "{}\n{:?}", outcome.unwrap_err(), text);
        let agreed = both_agree(&(text + "\n"));
        prop_assert!(agreed.is_ok(), "{}", agreed.unwrap_err());
    }
}

#[test]
fn bombs_are_refused_quickly() {
    let small = Reader { bytes: 512 << 20, ..Reader::default() };
    let aliases: String = (0..40).map(|i| format!("k{i}: &a{i} [*a{}, *a{}]\n", i + 1, i + 1)).collect();
    for (name, text) in [
        ("brackets", "[".repeat(1_000_000)),
        ("braces", "a: {".repeat(250_000)),
        ("dashes", format!("a:\n  {}", "- ".repeat(500_000))),
        ("questions", "? ".repeat(500_000)),
        ("stairs", (0..1000).map(|i| format!("{}a:\n", " ".repeat(i))).collect()),
        ("aliases", aliases),
        ("values", format!("a: [{}]\n", "1, ".repeat(300_000))),
        ("entries", (0..200_000).map(|i| format!("k{i}: 1\n")).collect()),
        ("long", format!("a: {}\n", "\\\"".repeat(500_000))),
        ("tags", "!".repeat(1_000_000)),
        ("open quote", format!("a: \"{}", "x\n\n".repeat(300_000))),
        ("open key", "a".repeat(1_000_000)),
    ] {
        let begun = Instant::now();
        let read = small.read(text.as_bytes());
        let took = begun.elapsed();
        assert!(read.is_err() || name == "long", "{name}");
        assert!(took < HANGS, "{name} took {took:?}");
    }
    let begun = Instant::now();
    let error = read(&vec![b'['; 100 << 20]).expect_err("too large");
    assert!(error.to_string().contains("104857600 bytes") && begun.elapsed() < HANGS, "{error}");
}
