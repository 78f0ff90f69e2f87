//! The names by which records of a kind are known, and by which a duplicate is recognised when a new one is
//! registered: `known-by`, `identified-by`, `left-out`.

use serde::{Deserialize, Serialize};

use super::Condition;
use super::reader::{self, AllShapes};
use super::shape;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::locale::text::fold;
use crate::place::toml::Section;
use crate::place::{Problem, Problems};
use crate::record::{FieldId, Fields, Shape, Type, Value, phone_digits};

/// The values at a path in the form in which names are compared: without case and width, phone numbers by their
/// digits. The flag says whether the value is private.
pub fn named_by(shape: &Shape, fields: &Fields, path: &[FieldId]) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    collect(fields, shape, path, false, &mut found);
    found
}

fn collect(fields: &Fields, shape: &Shape, path: &[FieldId], private: bool, found: &mut Vec<(String, bool)>) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some(value) = fields.get(*first) else { return };
    let (ty, private) = (shape.field(*first).ty.element(), private || shape.field(*first).private);
    for value in value.elements() {
        match (value, ty) {
            (Value::Group(inner), Type::Group(shape)) => collect(inner, shape, rest, private, found),
            (Value::Text(text), Type::Phone) => found.push((phone_digits(text), private)),
            (value, _) => found.extend(value.stored().map(|text| (fold(&text), private))),
        }
    }
}

/// `identified-by = ["name", "phone"]`: two records with the same value in one of these fields are probably the same.
/// The fields must also be in `known-by`, because the index finds them by that.
pub(super) fn identified_by(
    section: &Section,
    shape: &Shape,
    known_by: &[Vec<FieldId>],
    problems: &Problems,
) -> Vec<Vec<FieldId>> {
    let mut found = Vec::new();
    for named in section.texts("identified-by", problems) {
        let Some(path) = shape::path(shape, &named.value, &named.place, problems) else { continue };
        match known_by.contains(&path) {
            true => found.push(path),
            false => problems.say(&named.place, label!(LoadText::NotKnownBy, name = named.value)),
        }
    }
    found
}

/// How to recognise a record that probably exists already under another spelling: `[near]` of a kind file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// The fields, as paths into groups.
    pub fields: Vec<Vec<FieldId>>,
    /// Words that are ignored in a text, such as the legal form of a company.
    pub without: Vec<String>,
    /// The field that refers to records which look alike but are known to be others.
    pub distinct: Option<FieldId>,
}

/// The prefix of the keys for similar records.
pub const NEAR: &str = "near ";

impl Near {
    /// The keys of a record, each with its field. Texts are without case, width, spaces, punctuation and ignored
    /// words; phone numbers are their digits. Two records with the same key are similar.
    pub fn keys(&self, shape: &Shape, fields: &Fields) -> Vec<(String, FieldId)> {
        let mut found = Vec::new();
        for (at, path) in self.fields.iter().enumerate() {
            let Some(first) = path.first() else { continue };
            for (value, _) in named_by(shape, fields, path) {
                let core = core(&value, &self.without);
                if !core.is_empty() {
                    found.push((format!("{NEAR}{} {at}\n{core}", shape.name), *first));
                }
            }
        }
        found.dedup();
        found
    }

    /// Everything that the keys depend on, as text that is only compared.
    pub(super) fn follow_from(&self) -> String {
        format!("near {:?} {:?}", self.fields, self.without)
    }
}

/// The letters and digits of a text without the ignored words. An ignored word in ASCII is removed only as a whole
/// word. If nothing would remain, no word is removed.
fn core(text: &str, without: &[String]) -> String {
    let mut words = plain(text);
    for word in without {
        let word = plain(word);
        words = match word.is_ascii() {
            true => format!(" {words} ").replace(&format!(" {word} "), " ").trim().to_owned(),
            false => words.replace(&word, " "),
        };
    }
    let core: String = words.split_whitespace().collect();
    if core.is_empty() { plain(text).split_whitespace().collect() } else { core }
}

/// A folded text. In an ASCII text, everything that is not a letter or digit becomes a space. In other texts, only
/// spaces separate, so that brackets and dots inside a Chinese name are dropped.
fn plain(text: &str) -> String {
    let folded = fold(text);
    let apart = folded.is_ascii();
    let letters = folded.chars().filter_map(|c| match c.is_alphanumeric() {
        true => Some(c),
        false => (apart || c == ' ').then_some(' '),
    });
    let spaced: String = letters.collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `[near] fields = ["name"], without = ["有限公司"], distinct = "distinct-from"`.
pub(super) fn near(section: &Section, shape: &Shape, problems: &Problems) -> Option<Near> {
    let table = section.section("near", problems)?;
    let named = table.texts("fields", problems);
    if named.is_empty() {
        problems.say(table.place(), label!(LoadText::Absent, key = "fields"));
    }
    let fields = named.iter().filter_map(|path| shape::path(shape, &path.value, &path.place, problems)).collect();
    let mut without: Vec<String> = table.texts("without", problems).into_iter().map(|word| word.value).collect();
    // a longer word is removed first, because it may contain another one
    without.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let distinct = table.text("distinct", problems).and_then(|named| {
        let field = reader::field(shape, &named.value, &named.place, problems)?;
        let own = matches!(shape.field(field).ty.element(), Type::Ref(kinds) if *kinds == [shape.name.as_str()]);
        if !own {
            problems.say(&named.place, label!(LoadText::NotDistinct, name = named.value, kind = shape.name));
        }
        own.then_some(field)
    });
    table.finish(problems);
    Some(Near { fields, without, distinct })
}

/// `merged-by = "merged-into"`: the field that says into which record of the kind a record was merged.
pub(super) fn merged_by(section: &Section, shape: &Shape, problems: &Problems) -> Option<FieldId> {
    let named = section.text("merged-by", problems)?;
    let field = reader::field(shape, &named.value, &named.place, problems)?;
    let own = matches!(&shape.field(field).ty, Type::Ref(kinds) if *kinds == [shape.name.as_str()]);
    if !own {
        let problem = Problem::new(named.place, label!(LoadText::NotMergedBy, name = named.value));
        problems.push(problem.help(label!(LoadText::NotMergedByHelp, kind = shape.name)));
        return None;
    }
    Some(field)
}

/// `left-out = ["state=archived"]`: if one of the conditions holds for a record, references by name do not mean it.
pub(super) fn left_out(section: &Section, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Vec<Condition> {
    let named = section.texts("left-out", problems).into_iter();
    named.filter_map(|text| reader::condition(&shape.name, text, Label::default(), shapes, problems)).collect()
}

#[cfg(test)]
mod tests {
    use super::core;

    #[test]
    fn names_are_near_that_differ_in_form_alone() {
        let without = ["有限责任公司", "股份有限公司", "有限公司", "公司", "co ltd", "ltd", "co"].map(str::to_owned);
        for (one, other, near) in [
            ("杭州恒泰机械有限公司", "杭州恒泰机械(有限)公司", true),
            ("杭州恒泰机械有限公司", " 杭州 恒泰机械 ", true),
            ("恒泰（杭州）机械有限公司", "恒泰杭州机械公司", true),
            ("ＡＢＣ贸易有限公司", "abc贸易股份有限公司", true),
            ("Hengtai Valve Co., Ltd.", "HENGTAI VALVE", true),
            ("Cocoa Ltd", "Coa", false),
            ("杭州恒泰机械有限公司", "杭州恒大机械有限公司", false),
            ("有限公司", "公司", false),
        ] {
            assert_eq!(core(one, &without) == core(other, &without), near, "{one} / {other}");
        }
    }
}
