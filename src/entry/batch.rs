//! The lines of `redress batch`. Each is one JSON object. It is read and checked against what a line may say. No
//! record is looked up and nothing is done here.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

pub use crate::bounds::BATCH_LINE_BYTES as LONGEST_LINE;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::EntryText as Text;
use crate::place::toml::nearest;

/// The deepest nesting of a line. The fields of every kind stay far below it.
const DEEPEST: usize = 32;
const KEYS: [&str; 8] = ["op", "key", "kind", "id", "step", "on", "note", "fields"];
const REF: &str = "ref";

/// A line that can be taken, as far as one can see without the book.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// The key. A line with a known key is not done again.
    pub key: Option<String>,
    /// What it does.
    pub act: Act,
    /// When it really happened, in ISO form.
    pub on: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// The fields that it sets. Null clears a field.
    pub fields: Map<String, Json>,
}

/// What a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Makes a record of a kind.
    New {
        /// The kind, by name or label.
        kind: String,
        /// The id, for kinds whose ids are names.
        id: Option<String>,
    },
    /// Takes a step of a record.
    Advance {
        /// The record.
        target: Target,
        /// The step.
        step: String,
    },
    /// Changes fields of a record.
    Edit {
        /// The record.
        target: Target,
    },
}

/// The record that a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// An id, part of an id, or a name.
    Word(String),
    /// The record that the line with this key made or changed.
    Key(String),
}

/// A line that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {number}: {}", message.en)]
pub struct BadLine {
    /// Its number, from 1.
    pub number: usize,
    /// Its key. `None` if it could not be read.
    pub key: Option<String>,
    /// What is wrong, and what to write if that is known.
    pub message: Label,
}

/// Reads every line. Empty lines are skipped.
pub fn lines(bytes: &[u8]) -> Vec<Result<Line, BadLine>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut keys: HashMap<String, usize> = HashMap::new();
    let mut read = Vec::new();
    for (bytes, number) in bytes.split(|byte| *byte == b'\n').zip(1usize..) {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let mut key = None;
        let mut line = object(bytes).and_then(|object| {
            key = object.get("key").and_then(Json::as_str).map(str::to_owned);
            line(number, object)
        });
        if let Some(first) = line.as_ref().ok().and_then(|line| keys.get(line.key.as_ref()?)) {
            line = Err(label!(Text::KeyTwice, line = first));
        } else if let Some(key) = &key {
            keys.insert(key.clone(), number);
        }
        read.push(line.map_err(|message| BadLine { number, key, message }));
    }
    read
}

fn object(bytes: &[u8]) -> Result<Map<String, Json>, Label> {
    if bytes.len() > LONGEST_LINE {
        return Err(label!(Text::LineTooLong, most = LONGEST_LINE >> 20));
    }
    if bytes.contains(&0) {
        return Err(Text::LineNul.into());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| label!(Text::LineNotText, byte = error.valid_up_to() + 1))?;
    if depth(text) > DEEPEST {
        return Err(label!(Text::LineTooDeep, most = DEEPEST));
    }
    match serde_json::from_str(text) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(_) => Err(Text::LineNoObject.into()),
        Err(error) => Err(label!(Text::LineNoJson, column = error.column(); reason = super::fault::json_said(&error))),
    }
}

/// How deep brackets nest, without those in strings.
fn depth(text: &str) -> usize {
    let (mut now, mut most, mut quoted, mut escaped) = (0usize, 0usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                now += 1;
                most = most.max(now);
            }
            b'}' | b']' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

fn line(number: usize, mut object: Map<String, Json>) -> Result<Line, Label> {
    if let Some(unknown) = object.keys().find(|name| !KEYS.contains(&name.as_str())) {
        return Err(match nearest(unknown, KEYS) {
            Some(near) => label!(Text::LineKeyNear, name = unknown, near = near),
            None => label!(Text::LineKey, name = unknown; known = Label::words(KEYS)),
        });
    }
    let op = text(&mut object, "op")?.ok_or_else(|| label!(Text::LineLacks, name = "op"))?;
    let key = text(&mut object, "key")?.as_deref().map(super::key).transpose()?;
    let (on, note) = (text(&mut object, "on")?, text(&mut object, "note")?);
    let fields = match object.remove("fields") {
        None | Some(Json::Null) => Map::new(),
        Some(Json::Object(fields)) => fields,
        Some(_) => return Err(label!(Text::LineNoFields, name = "fields")),
    };
    let allowed: &[&str] = match op.as_str() {
        "new" => &["kind", "id"],
        "advance" => &["id", "step", "kind"],
        "edit" => &["id", "kind"],
        _ => {
            let ops = ["new", "advance", "edit"];
            return Err(match nearest(&op, ops) {
                Some(near) => label!(Text::OpNear, op = op, near = near),
                None => label!(Text::Op, op = op; known = Label::words(ops)),
            });
        }
    };
    if let Some(stray) = object.keys().find(|name| !allowed.contains(&name.as_str())) {
        return Err(label!(Text::LineStray, name = stray, op = op));
    }
    let lacks = |name: &'static str| label!(Text::LineLacks, name = name);
    let act = match op.as_str() {
        "new" => {
            let kind = text(&mut object, "kind")?.ok_or_else(|| lacks("kind"))?;
            Act::New { kind, id: text(&mut object, "id")? }
        }
        "advance" => {
            let target = target(&mut object)?.ok_or_else(|| lacks("id"))?;
            Act::Advance { target, step: text(&mut object, "step")?.ok_or_else(|| lacks("step"))? }
        }
        _ => Act::Edit { target: target(&mut object)?.ok_or_else(|| lacks("id"))? },
    };
    Ok(Line { number, key, act, on, note, fields })
}

/// A text of the line. Null and the empty text count as absent.
fn text(object: &mut Map<String, Json>, name: &'static str) -> Result<Option<String>, Label> {
    match object.remove(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
        Some(_) => Err(label!(Text::LineNoText, name = name)),
    }
}

fn target(object: &mut Map<String, Json>) -> Result<Option<Target>, Label> {
    if let Some(key) = object.get("id").and_then(reference) {
        return Ok(Some(Target::Key(key.to_owned())));
    }
    Ok(text(object, "id")?.map(Target::Word))
}

/// The key of `{"ref": KEY}`.
fn reference(json: &Json) -> Option<&str> {
    let object = json.as_object().filter(|object| object.len() == 1)?;
    object.get(REF)?.as_str()
}

/// The fields, with the record's id for each `{"ref": KEY}`. `id_of` finds it.
///
/// # Errors
/// If a key names no record: the error of `id_of` for the first such key.
pub fn without_references<E>(
    fields: Map<String, Json>,
    id_of: &mut dyn FnMut(&str) -> Result<String, E>,
) -> Result<Map<String, Json>, E> {
    fields.into_iter().map(|(name, json)| Ok((name, replaced(json, id_of)?))).collect()
}

fn replaced<E>(json: Json, id_of: &mut dyn FnMut(&str) -> Result<String, E>) -> Result<Json, E> {
    if let Some(key) = reference(&json) {
        return id_of(key).map(Json::String);
    }
    match json {
        Json::Array(items) => items.into_iter().map(|item| replaced(item, id_of)).collect(),
        Json::Object(fields) => without_references(fields, id_of).map(Json::Object),
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests {
    use super::{Act, DEEPEST, LONGEST_LINE, Target, lines, without_references};
    use serde_json::{Value as Json, json};

    fn wrong(text: impl AsRef<[u8]>) -> String {
        let mut read = lines(text.as_ref());
        read.pop().expect("a line").expect_err("wrong").message.en
    }

    #[test]
    fn lines_say_what_to_do() {
        let text = "\u{feff}{\"op\":\"new\",\"kind\":\"client\",\"key\":\"c1\",\"fields\":{\"name\":\"恒泰\"}}\r\n\n\
            {\"op\":\"advance\",\"id\":{\"ref\":\"c1\"},\"step\":\"warn\",\"on\":\"2026-11-24\",\"note\":\"x\"}\n\
            {\"op\":\"edit\",\"id\":\"7K3F2\",\"fields\":{\"city\":null}}";
        let read: Vec<_> = lines(text.as_bytes()).into_iter().map(|line| line.expect("right")).collect();
        assert_eq!(read.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(read[0].act, Act::New { kind: "client".into(), id: None });
        assert_eq!(read[0].fields["name"], "恒泰");
        assert_eq!(read[1].act, Act::Advance { target: Target::Key("c1".into()), step: "warn".into() });
        assert_eq!(read[1].on.as_deref(), Some("2026-11-24"));
        assert_eq!(read[2].act, Act::Edit { target: Target::Word("7K3F2".into()) });
        assert_eq!(read[2].fields["city"], Json::Null);
    }

    #[test]
    fn what_is_wrong_is_said_with_what_was_meant() {
        for (text, said) in [
            (r#"{"op":"new","kind":"client","feilds":{}}"#, "did you mean `fields`"),
            (r#"{"op":"new","zzz":1}"#, "op, key, kind"),
            (r#"{"op":"advnce","id":"x","step":"y"}"#, "did you mean `advance`"),
            (r#"{"kind":"client"}"#, "`op` is missing"),
            (r#"{"op":"new"}"#, "`kind` is missing"),
            (r#"{"op":"advance","id":"x"}"#, "`step` is missing"),
            (r#"{"op":"edit","id":"x","step":"y"}"#, "`step`"),
            (r#"{"op":"new","kind":"client","fields":[]}"#, "`fields`"),
            (r#"{"op":"new","kind":3}"#, "`kind`"),
            (r#"["new"]"#, "object"),
            (r#"{"op":"new",}"#, "column 13"),
            ("{\"op\":\"\0\"}", "NUL"),
        ] {
            assert!(wrong(text).contains(said), "{text}: {}", wrong(text));
        }
        assert!(wrong(b"{\"op\":\"\xff\"}").contains("byte 8"), "{}", wrong(b"{\"op\":\"\xff\"}"));
    }

    #[test]
    fn a_key_stands_on_one_line() {
        let line = r#"{"op":"new","kind":"client","key":"c1"}"#;
        let read = lines(format!("{line}\n{line}\n").as_bytes());
        assert!(read[0].is_ok());
        let bad = read[1].as_ref().expect_err("twice");
        assert_eq!((bad.number, bad.key.as_deref()), (2, Some("c1")));
        assert!(bad.message.en.contains("line 1"), "{bad}");
    }

    #[test]
    fn nesting_and_length_have_bounds() {
        let nested =
            |n: usize| format!(r#"{{"op":"new","kind":"x","fields":{{"a":{}{}}}}}"#, "[".repeat(n), "]".repeat(n));
        assert!(lines(nested(DEEPEST - 2).as_bytes())[0].is_ok());
        assert!(wrong(nested(DEEPEST - 1)).contains("deep"));
        assert!(wrong(nested(100_000)).contains("deep"));
        let long = |n: usize| format!(r#"{{"op":"new","kind":"x","note":"{}"}}"#, "[".repeat(n));
        assert!(lines(long(1000).as_bytes())[0].is_ok(), "brackets in a text do not nest");
        assert!(wrong(long(LONGEST_LINE)).contains("1 MiB"));
    }

    #[test]
    fn references_are_replaced_wherever_they_stand() {
        let fields = json!({"client": {"ref": "c1"}, "lines": [{"item": {"ref": "i"}, "ref": "kept"}], "n": 1});
        let Json::Object(fields) = fields else { unreachable!("written as an object above") };
        let done = without_references(fields.clone(), &mut |key| Ok::<_, String>(format!("<{key}>")));
        assert_eq!(json!(done.unwrap()), json!({"client": "<c1>", "lines": [{"item": "<i>", "ref": "kept"}], "n": 1}));
        assert_eq!(without_references(fields, &mut |key| Err(key.to_owned())), Err("c1".to_owned()));
    }
}
