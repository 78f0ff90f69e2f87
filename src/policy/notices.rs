//! When notices are due, and how long they give: `policy/notices.toml` (NT1, NT3). Which are due on a day is computed elsewhere.

use std::collections::BTreeMap;

use super::callbacks::span;
use super::roles::{label, labels_are_unique, named};
use crate::calendar::Span;
use crate::filter::Filter;
use crate::kind::{AllShapes, Condition, Kind};
use crate::locale::Label;
use crate::place::toml::{Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Type};

/// The kind of the records that `remind` makes.
pub const NOTICE: &str = "notice";

/// What `notices.toml` says; empty where a company issues none.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    /// The rules; a run of a deadline that an earlier one speaks of is not looked at again.
    pub rules: Vec<NoticeRule>,
    /// The fields of a notice that say what it is about.
    pub fields: Option<NoticeFields>,
}

/// The fields of a notice that say what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeFields {
    /// The record.
    pub about: FieldId,
    /// For what it was issued.
    pub occasion: FieldId,
    /// The deadline that was missed.
    pub deadline: FieldId,
    /// When that was due.
    pub missed: FieldId,
}

impl NoticeFields {
    fn of(kind: &Kind) -> Option<Self> {
        let field = |name: &str| kind.shape.field_id(name);
        Some(NoticeFields {
            about: field("about")?,
            occasion: field("type")?,
            deadline: field("deadline")?,
            missed: field("missed")?,
        })
    }
}

impl NoticeRule {
    /// Whether it speaks of a deadline by its name, for something that is overdue still or was closed late.
    pub fn speaks_of(&self, deadline: &str, occasion: Occasion) -> bool {
        self.occasion == occasion && (self.deadlines.is_empty() || self.deadlines.iter().any(|name| name == deadline))
    }
}

/// A rule by which notices are issued.
#[derive(Debug, Clone)]
pub struct NoticeRule {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// For what.
    pub occasion: Occasion,
    /// The kind of record whose deadlines it speaks of.
    pub kind: String,
    /// These deadlines; none named is every one of the kind.
    pub deadlines: Vec<String>,
    /// Only records for which this holds.
    pub when: Option<Condition>,
    /// How long after the deadline was missed; none is at once.
    pub after: Option<Span>,
    /// How long after a notice the next one follows while the deadline is still missed; none is one notice for a run.
    pub every: Option<Span>,
    /// How many notices a run of a deadline gets at most.
    pub at_most: Option<u64>,
    /// How long there is to answer.
    pub answer: Span,
    /// How far back what ended late is looked for.
    pub look_back: Option<Span>,
    /// The field that names the case which notices are counted for, where that is not the record itself.
    pub case: Option<FieldId>,
    /// The step of a notice that is taken by itself once what it presses for is done.
    pub settle: Option<Placed<String>>,
    /// Where it is declared.
    pub place: Place,
}

/// What a notice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// Something is overdue (催办单, NT1).
    Expedite,
    /// Something was closed late (治办单, NT3).
    Corrective,
}

impl Occasion {
    /// Both.
    pub const ALL: [Occasion; 2] = [Occasion::Expedite, Occasion::Corrective];

    /// The type that its notices have.
    pub const fn name(self) -> &'static str {
        match self {
            Occasion::Expedite => "expedite",
            Occasion::Corrective => "corrective",
        }
    }
}

impl Notices {
    /// The file that says it.
    pub const FILE: &'static str = "policy/notices.toml";

    /// Reads the file. All problems are noted; what could be read beside them is returned.
    pub(super) fn load(text: &str, kinds: &BTreeMap<String, Kind>, shapes: &AllShapes, problems: &Problems) -> Self {
        let Some(file) = read(Self::FILE, text, problems) else { return Notices::default() };
        let tables = file.list("rules", problems);
        let rules: Vec<NoticeRule> =
            tables.into_iter().filter_map(|table| rule(table, kinds, shapes, problems)).collect();
        file.finish(problems);
        labels_are_unique(rules.iter().map(|rule| (&rule.label, &rule.place)), problems);
        for (i, rule) in rules.iter().enumerate() {
            if rules[..i].iter().any(|before| before.name == rule.name) {
                problems.say(&rule.place, format!("there is a rule `{}` already", rule.name));
            }
        }
        if !rules.is_empty() && !kinds.contains_key(NOTICE) {
            let message = format!("there is no kind `{NOTICE}` of which notices could be made");
            problems.push(Problem::new(Place::of_file(Self::FILE), message).help("add policy/kinds/notice.toml"));
        }
        let fields = kinds.get(NOTICE).and_then(NoticeFields::of);
        if let (Some(kind), None, false) = (kinds.get(NOTICE), fields, rules.is_empty()) {
            let message = "a notice says what it is about: `about`, `type`, `deadline` and `missed`";
            problems.push(Problem::new(kind.place.clone(), message).help("declare these fields"));
        }
        Notices { rules, fields }
    }

    /// The rule of a name.
    pub fn rule(&self, name: &str) -> Option<&NoticeRule> {
        self.rules.iter().find(|rule| rule.name == name)
    }
}

fn rule(
    table: &Section,
    kinds: &BTreeMap<String, Kind>,
    shapes: &AllShapes,
    problems: &Problems,
) -> Option<NoticeRule> {
    let name = table.required_text("name", problems);
    name.iter().for_each(|name| named(name, "rule", problems));
    let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
    let occasion = table.required_text("type", problems).and_then(|text| occasion(&text, problems));
    let kind = table.required_text("kind", problems).and_then(|text| kind(&text, kinds, problems));
    let deadlines: Vec<String> = table
        .texts("deadlines", problems)
        .into_iter()
        .filter(|name| kind.is_none_or(|kind| deadline(name, kind, problems)))
        .map(|name| name.value)
        .collect();
    let when =
        table.text("when", problems).and_then(|text| match Filter::read(&text, kind?.name(), shapes, &shapes.scope) {
            Ok(filter) => Some(Condition { filter, text, reason: Label::default() }),
            Err(problem) => {
                problems.push(problem);
                None
            }
        });
    let spanned = |key: &str| table.text(key, problems).and_then(|text| span(&text, problems));
    let (after, every, look_back) = (spanned("after"), spanned("every"), spanned("look-back"));
    let answer = table.required_text("answer-within", problems).and_then(|text| span(&text, problems));
    let at_most = table.count("at-most", problems);
    if let Some(none) = at_most.as_ref().filter(|count| count.value == 0) {
        problems.say(&none.place, "no notice would ever be issued: give at least 1, or take the rule out");
    }
    if occasion == Some(Occasion::Corrective) && (table.has("every") || table.has("at-most")) {
        let place = table.place();
        problems.say(place, "`every` and `at-most` are for what is overdue still: what ended late gets one notice");
    }
    let case = table.text("case", problems).and_then(|text| case(&text, kind?, problems));
    let settle = table.text("settle", problems).filter(|text| settles(text, occasion, kinds, problems));
    table.finish(problems);
    let name = name?;
    Some(NoticeRule {
        name: name.value,
        label,
        occasion: occasion?,
        kind: kind?.name().to_owned(),
        deadlines,
        when,
        after,
        every,
        at_most: at_most.map(|count| count.value),
        answer: answer?,
        look_back,
        case,
        settle,
        place: name.place,
    })
}

/// The field of a record that names the case.
fn case(name: &Placed<String>, kind: &Kind, problems: &Problems) -> Option<FieldId> {
    let found = kind.shape.find(&name.value);
    match found {
        Some((id, field)) if matches!(field.ty, Type::Ref(_)) => Some(id),
        Some(_) => {
            problems.say(&name.place, format!("`{}` is no ref, so that it names no case", name.value));
            None
        }
        None => {
            let near = nearest(&name.value, kind.shape.fields().iter().map(|field| field.name.as_str()));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let message = format!("the kind `{}` has no field `{}`", kind.name(), name.value);
            problems.push(Problem::new(name.place.clone(), message).help_if(help));
            None
        }
    }
}

/// Whether notices of an occasion can be settled by a step.
fn settles(
    name: &Placed<String>,
    occasion: Option<Occasion>,
    kinds: &BTreeMap<String, Kind>,
    problems: &Problems,
) -> bool {
    if occasion == Some(Occasion::Corrective) {
        problems.say(&name.place, "a corrective notice asks for an answer, and is not settled without one");
        return false;
    }
    let Some(kind) = kinds.get(NOTICE) else { return false };
    let known = kind.steps.iter().any(|step| step.name == name.value);
    if !known {
        let near = nearest(&name.value, kind.steps.iter().map(|step| step.name.as_str()));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        let message = format!("a notice has no step `{}`", name.value);
        problems.push(Problem::new(name.place.clone(), message).help_if(help));
    }
    known
}

fn occasion(text: &Placed<String>, problems: &Problems) -> Option<Occasion> {
    let found = Occasion::ALL.into_iter().find(|occasion| occasion.name() == text.value);
    if found.is_none() {
        let message = format!("`{}` is no type of notice", text.value);
        problems.push(Problem::new(text.place.clone(), message).help("write `expedite` or `corrective`"));
    }
    found
}

fn kind<'k>(name: &Placed<String>, kinds: &'k BTreeMap<String, Kind>, problems: &Problems) -> Option<&'k Kind> {
    let found = kinds.get(&name.value);
    if found.is_none() {
        let near = nearest(&name.value, kinds.keys().map(String::as_str));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        problems.push(Problem::new(name.place.clone(), format!("there is no kind `{}`", name.value)).help_if(help));
    }
    found
}

fn deadline(name: &Placed<String>, kind: &Kind, problems: &Problems) -> bool {
    let known = kind.deadline(&name.value).is_some();
    if !known {
        let near = nearest(&name.value, kind.deadlines.iter().map(|deadline| deadline.name.as_str()));
        let message = format!("the kind `{}` has no deadline `{}`", kind.name(), name.value);
        let help = near.map(|near| format!("did you mean `{near}`?"));
        problems.push(Problem::new(name.place.clone(), message).help_if(help));
    }
    known
}
