//! Headings that need no mapping: names and labels of fields, and words that everybody uses for the same thing.

use std::collections::HashMap;

use super::mapping::{From, Mapping, Source, Stage, StateFrom, Within, several, states};
use super::own::is_own;
use super::times::Dates;
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ImportText as Text;
use crate::locale::text::{fold, half_width, simplified};
use crate::record::{FieldId, Type};

/// The headings that mean more than a field: the state that a record comes in, and the id of a kind whose ids are
/// names.
const STATE: [&str; 2] = ["state", "状态"];
const ID: [&str; 2] = ["id", "编号"];
/// When the state was entered.
const SINCE: [&str; 4] = ["since", "state since", "状态日期", "状态时间"];
/// Numbers of rows, which say nothing of a record.
const ROW: [&str; 8] = ["序号", "行号", "no", "no.", "#", "№", "s/n", "row"];
const PHONE: [&str; 17] = [
    "电话",
    "联系电话",
    "联络电话",
    "连络电话",
    "联系手机",
    "联络方式",
    "电话号码",
    "手机",
    "手机号",
    "手机号码",
    "联系方式",
    "phone",
    "phone number",
    "telephone",
    "tel",
    "mobile",
    "contact number",
];
const EMAIL: [&str; 8] = ["邮箱", "电子邮箱", "电子邮件", "邮件", "email", "e-mail", "mail", "email address"];
/// The name of a person to speak with.
const PERSON: [&str; 8] =
    ["姓名", "联络人", "连络人", "联系人姓名", "联络人姓名", "contact", "contact name", "contact person"];
/// The longest heading that is compared with fields.
const LONGEST: usize = 100;
/// Of so many strange headings a field is looked for that resembles them.
const COMPARED: usize = 50;

/// What is said of headings on the command line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'c> {
    /// Columns that are no field are left out.
    pub ignore: bool,
    /// The column of the key, which may be no field.
    pub key: Option<&'c str>,
}

impl Mapping {
    /// Headings that are names or labels of fields, or common words for one.
    ///
    /// # Errors
    /// One is neither, and is not to be left out: nothing of a file is left out in silence.
    pub fn by_headings(headings: &[String], kind: &Kind, choice: Choice<'_>) -> Result<Self, Label> {
        let mut mapping = Mapping::blank(headings, kind);
        let (mut strange, mut since) = (Vec::new(), None);
        let mut taken: HashMap<(FieldId, Option<Within>), usize> = HashMap::new();
        for (column, heading) in headings.iter().enumerate() {
            let simple: String = heading.chars().map(simplified).collect();
            let bared = bared(&simple);
            let lower = bared.to_lowercase();
            let long = heading.chars().count() > LONGEST;
            let named = [heading.as_str(), &simple, &lower, &bared].into_iter().find_map(|word| kind.shape.find(word));
            let named = named.map(|(field, _)| (field, None));
            let named = named.or_else(|| {
                Within::of(heading, kind)
                    .or_else(|| Within::of(&simple, kind))
                    .map(|(field, within)| (field, Some(within)))
            });
            if let Some((field, within)) = named.filter(|_| !long) {
                // a whole and a part of it say the same twice
                let same = taken.get(&(field, within)).or_else(|| match within {
                    Some(_) => taken.get(&(field, None)),
                    None => taken.iter().find(|((other, _), _)| *other == field).map(|(_, column)| column),
                });
                if let Some(first) = same.and_then(|column| headings.get(*column)) {
                    return Err(label!(Text::BothMean, one = first, other = heading, field = kind.field(field).name));
                }
                taken.insert((field, within), column);
                mapping.sources.push(Source { within, ..Source::plain(field, From::Column(column)) });
            } else if STATE.contains(&lower.as_str()) {
                let state = StateFrom::Column(column, states(kind));
                let stage = Stage { state, at: Vec::new(), time: None, dates: Dates::default(), when: Vec::new() };
                mapping.stages.push(stage);
            } else if ID.contains(&lower.as_str()) && kind.shape.prefix.is_empty() {
                mapping.id = Some(column);
            } else if SINCE.contains(&lower.as_str()) && since.is_none() {
                since = Some(column);
            } else if ROW.contains(&lower.as_str()) || is_own(heading) {
                mapping.left_out.push(column);
            } else {
                strange.push(column);
            }
        }
        match (since, mapping.stages.first_mut()) {
            (Some(column), Some(stage)) => stage.at.push(column),
            (column, _) => strange.extend(column),
        }
        // common words come last, so that they take nothing that another heading names
        let (mut left, contacts) = (Vec::new(), person(kind).filter(|(field, _)| taken.contains_key(&(*field, None))));
        for column in strange {
            let heading = &headings[column];
            let found = if heading.chars().count() > LONGEST { None } else { common(heading, kind, contacts) };
            match found.filter(|place| !taken.contains_key(place)) {
                Some((field, within)) => {
                    taken.insert((field, within), column);
                    let source = Source { within, ..Source::plain(field, From::Column(column)) };
                    mapping.notes.push(label!(Text::TakenAs, heading = heading, field = source.path(kind)));
                    mapping.sources.push(source);
                }
                None if choice.key.is_some_and(|key| fold(key) == fold(heading)) => {}
                None => left.push(heading.as_str()),
            }
        }
        if left.is_empty() || choice.ignore {
            return Ok(mapping);
        }
        let near = left.iter().take(COMPARED).filter(|heading| heading.chars().count() <= LONGEST);
        let near = near.into_iter().find_map(|heading| Some((*heading, kind.shape.resembling(heading)?)));
        let (kind, headings) = (kind.name(), several(&left));
        Err(match near {
            Some((heading, near)) => {
                label!(Text::StrangeNear, kind = kind, headings = headings, heading = heading, near = near)
            }
            None => label!(Text::Strange, kind = kind, headings = headings),
        })
    }
}

/// A heading without what people put around it: stars of fields that must be filled, colons, spaces between Chinese characters, and a unit
/// that changes no number, as in `* 客 户 名 称（必填）` and `金额（元）`.
fn bared(heading: &str) -> String {
    const BESIDE: [&str; 18] = [
        "元",
        "人民币",
        "人民币元",
        "rmb",
        "cny",
        "个",
        "件",
        "台",
        "套",
        "只",
        "次",
        "天",
        "必填",
        "必填项",
        "选填",
        "可选",
        "required",
        "optional",
    ];
    let chinese = heading.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let text: String = half_width(heading).chars().filter(|c| !(chinese && c.is_whitespace())).collect();
    let mut text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | ':' | '※'));
    while let Some((front, behind)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        if front.is_empty() || !BESIDE.contains(&behind.to_lowercase().as_str()) {
            break;
        }
        text = front.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | ':' | '※'));
    }
    text.to_owned()
}

/// The list of people with a phone number each, and their name.
fn person(kind: &Kind) -> Option<(FieldId, Within)> {
    kind.shape.handles().find_map(|(field, declared)| {
        let Type::Group(inner) = declared.ty.element() else { return None };
        matches!(declared.ty, Type::List(_)).then_some(())?;
        inner.handles().find(|(_, part)| part.ty == Type::Phone)?;
        let (part, _) = inner.handles().find(|(_, part)| part.ty == Type::Text)?;
        Some((field, Within { line: Some(0), part }))
    })
}

/// The field that a common word means: the phone number or the address of the record, or of the person that another
/// heading names; else the only field whose label ends in the word.
fn common(heading: &str, kind: &Kind, contacts: Option<(FieldId, Within)>) -> Option<(FieldId, Option<Within>)> {
    let word = bared(&fold(heading.trim()).chars().map(simplified).collect::<String>());
    let wanted = match (PHONE.contains(&word.as_str()), EMAIL.contains(&word.as_str())) {
        (true, _) => Some(Type::Phone),
        (_, true) => Some(Type::Email),
        _ => None,
    };
    if let Some(wanted) = wanted {
        let of_person = contacts.or_else(|| person(kind)).and_then(|(field, _)| {
            let Type::Group(inner) = kind.field(field).ty.element() else { return None };
            let (part, _) = inner.handles().find(|(_, part)| part.ty == wanted)?;
            Some((field, Some(Within { line: Some(0), part })))
        });
        let own = kind.shape.handles().find(|(_, field)| field.ty == wanted && !field.retired);
        let own = own.map(|(field, _)| (field, None));
        return if contacts.is_some() { of_person.or(own) } else { own.or(of_person) };
    }
    if PERSON.contains(&word.as_str()) {
        return person(kind).map(|(field, within)| (field, Some(within)));
    }
    if word.chars().count() < 2 {
        return None;
    }
    let ends = |label: &str| {
        let label = fold(label);
        label.strip_suffix(word.as_str()).is_some_and(|before| !word.is_ascii() || before.ends_with(' '))
    };
    let mut found =
        kind.shape.handles().filter(|(_, field)| !field.retired && (ends(&field.label.zh) || ends(&field.label.en)));
    match (found.next(), found.next()) {
        (Some((field, _)), None) => Some((field, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::bared;

    #[test]
    fn headings_are_read_without_what_stands_around_them() {
        for (heading, word) in [
            ("* 客 户 名 称（必填）", "客户名称"),
            ("金额（元）", "金额"),
            ("金额（万元）", "金额(万元)"),
            ("联系\n电话：", "联系电话"),
            ("First name *", "First name"),
            ("Amount (CNY)", "Amount"),
            ("（元）", "(元)"),
        ] {
            assert_eq!(bared(heading), word, "{heading}");
        }
    }
}
