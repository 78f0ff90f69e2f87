//! Warning signs: `policy/signs.toml` (CL8). A sign is a rule about a record's rollups, and the remedy that it opens.
//! `planning` finds the records with signs.

use serde::{Deserialize, Serialize};

use super::callbacks::{set_fields, span};
use super::naming::{Loading, Naming, did_you_mean};
use super::recurring::{Copied, DutyHolder, copied, due_field, holder};
use super::roles::{label, labels_are_unique, named};
use crate::calendar::{Roll, Span, Within};
use crate::filter::Shapes;
use crate::kind::Condition;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, RuleText};
use crate::place::toml::{Section, nearest, read};
use crate::place::{Place, Placed, Problem};
use crate::record::{FieldId, Type, Value};

/// The content of `signs.toml`. Empty if there are no signs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Signs {
    /// The signs, in the order of the file.
    pub signs: Vec<Sign>,
}

/// A rule for when a record gives a warning.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sign {
    /// Its name; the keys of opened records have it.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The kind of the records that are examined.
    pub kind: String,
    /// The condition for a warning.
    pub when: Condition,
    /// The rollups whose records are shown as evidence.
    pub records: Vec<String>,
    /// The step that the record takes, if it leads from its state.
    pub step: Option<String>,
    /// How long after a sign it may come again. `None` means never.
    pub again: Option<Span>,
    /// The remedies; the first one that fits is opened.
    pub opens: Vec<Remedy>,
    /// Where it is declared.
    pub place: Place,
}

/// A record that a sign opens.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Remedy {
    /// Its kind.
    pub kind: String,
    /// The records for which it is opened; `None` means all.
    pub when: Option<Condition>,
    /// Who handles it: the first entry that gives somebody who is present.
    pub holders: Vec<DutyHolder>,
    /// When it is due, counted from the day of the sign.
    pub due: Option<Within>,
    /// What happens if that day is not a working day.
    pub roll: Roll,
    /// The date or time field for when it is due.
    pub field: Option<FieldId>,
    /// The list of references for the records behind the sign.
    pub evidence: Option<FieldId>,
    /// The values that it begins with.
    pub set: Vec<(FieldId, Value)>,
    /// The fields that are copied from the record with the sign.
    pub with: Vec<(FieldId, Copied)>,
}

impl Signs {
    /// The path of the file.
    pub const FILE: &'static str = "policy/signs.toml";

    /// Reads the file. All problems are noted, and everything without problems is returned.
    pub(super) fn load(text: &str, loading: Loading<'_>) -> Self {
        let problems = loading.problems;
        let Some(file) = read(Self::FILE, text, problems) else { return Signs::default() };
        let signs: Vec<Sign> =
            file.list("signs", problems).into_iter().filter_map(|table| sign(table, loading)).collect();
        file.finish(problems);
        labels_are_unique(signs.iter().map(|sign| (&sign.label, &sign.place)), problems);
        for (i, sign) in signs.iter().enumerate() {
            if signs[..i].iter().any(|before| before.name == sign.name) {
                problems.say(&sign.place, label!(LoadText::ThereIs, name = sign.name; what = RuleText::WordSign));
            }
        }
        Signs { signs }
    }
}

fn sign(table: &Section, loading: Loading<'_>) -> Option<Sign> {
    let problems = loading.problems;
    let name = table.required_text("name", problems);
    name.iter().for_each(|name| named(name, RuleText::WordSign, problems));
    let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
    let kind = loading.named_in(table);
    table.required_text("when", problems);
    let when = kind.and_then(|kind| kind.condition(table, "when"));
    let records = table.texts("records", problems);
    let known = |kind: Naming<'_>| rollups(kind, &records, false);
    let records = kind.map(known).unwrap_or_default();
    let step = kind.and_then(|kind| kind.step(table, "step"));
    let again = table.text("again", problems).and_then(|text| span(&text, problems));
    let tables = table.list("opens", problems);
    if tables.is_empty() {
        problems.push(Problem::new(table.place().clone(), RuleText::SignOpensNothing).help(RuleText::SignOpensDo));
    }
    let opens: Vec<Remedy> = tables.into_iter().filter_map(|table| remedy(table, kind?, loading)).collect();
    table.finish(problems);
    let (name, kind) = (name?, kind?);
    let (kind, place) = (kind.name().to_owned(), name.place);
    Some(Sign { name: name.value, label, kind, when: when?, records, step, again, opens, place })
}

/// The rollups of a kind with these names. If their values are shown to everybody (`told`), none of them may be
/// private.
pub(super) fn rollups(kind: Naming<'_>, names: &[Placed<String>], told: bool) -> Vec<String> {
    let known = kind.loading.shapes.rollups(kind.name());
    let mut found = Vec::new();
    for name in names {
        if let Some(rollup) = known.iter().find(|rollup| rollup.name == name.value) {
            if told && rollup.private {
                let message = label!(RuleText::RollupHidden, name = name.value);
                kind.loading.problems.push(Problem::new(name.place.clone(), message).help(RuleText::RollupHiddenDo));
            }
            found.push(name.value.clone());
            continue;
        }
        let near = nearest(&name.value, known.iter().map(|rollup| rollup.name.as_str())).map(did_you_mean);
        let all = known.iter().map(|rollup| rollup.name.as_str()).collect::<Vec<_>>().join(", ");
        let help = near.unwrap_or_else(|| label!(RuleText::RollupsThere, kind = kind.name(), names = all));
        let message = label!(RuleText::NoRollup, kind = kind.name(), name = name.value);
        kind.loading.problems.push(Problem::new(name.place.clone(), message).help(help));
    }
    found
}

fn remedy(table: &Section, of: Naming<'_>, loading: Loading<'_>) -> Option<Remedy> {
    let problems = loading.problems;
    let kind = loading.named_in(table);
    let when = of.condition(table, "when");
    let holders = table.texts("holder", problems);
    let holders = holders.iter().filter_map(|text| holder(text, Some(of), loading)).collect();
    let due = table.text("due", problems).and_then(|text| {
        let wrong = |error: crate::calendar::SpanError| problems.say(&text.place, error.label());
        text.value.parse::<Within>().map_err(wrong).ok()
    });
    let roll = table.text("roll", problems);
    if let Some(roll) = roll.as_ref().filter(|roll| roll.value != "next-workday") {
        problems.say(&roll.place, LoadText::RollIs);
    }
    let given = kind.and_then(|kind| kind.field(table, "field", &["date", "time"]));
    let evidence = table.text("evidence", problems);
    let kept = evidence.as_ref().and_then(|name| {
        let kind = kind?;
        let field = kind.typed(name, &["list"])?;
        let refs = matches!(kind.shape.field(field).ty.element(), Type::Ref(_));
        if !refs {
            problems.say(&name.place, label!(RuleText::EvidenceOfRefs, name = name.value));
        }
        refs.then_some(field)
    });
    let set = table.section("set", problems);
    let set = set.zip(kind).map(|(set, kind)| set_fields(set, kind)).unwrap_or_default();
    let with = table.section("with", problems);
    let with = with.map(|with| with.entries().filter_map(|(name, item)| copied(name, item, kind?, of)).collect());
    table.finish(problems);
    let kind = kind?;
    Some(Remedy {
        kind: kind.name().to_owned(),
        when,
        holders,
        field: due.is_some().then(|| given.or_else(|| due_field(kind))).flatten(),
        due,
        roll: if roll.is_some() { Roll::NextWorkday } else { Roll::Stay },
        evidence: kept,
        set,
        with: with.unwrap_or_default(),
    })
}
