//! When notices are due, and how long they give: `policy/notices.toml` (NT1, NT3). `planning` computes which notices
//! are due on a day.

use serde::{Deserialize, Serialize};

use super::callbacks::span;
use super::naming::{Loading, Naming, typed};
use super::roles::{label, labels_are_unique, named};
use crate::calendar::Span;
use crate::kind::Condition;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, RuleText};
use crate::place::toml::{Section, read};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{FieldId, Type};

/// The content of `notices.toml`. Empty if a company issues none.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Notices {
    /// The rules. A run of a deadline is only judged by the first rule that names the deadline.
    pub rules: Vec<NoticeRule>,
    /// The fields of a notice. `None` if the company issues none.
    pub fields: Option<NoticeFields>,
}

/// The fields of a notice: `[notices]`. Optional fields that the policy leaves out are not written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFields {
    /// The kind of the notices.
    pub kind: String,
    /// The field with the record that it is about.
    pub about: FieldId,
    /// The occasion.
    pub occasion: FieldId,
    /// The value of that field for each occasion, in the order of [`Occasion::ALL`].
    pub occasions: [String; 2],
    /// The deadline that was missed.
    pub deadline: FieldId,
    /// When the deadline was due.
    pub missed: FieldId,
    /// How many notices its department has got about this deadline of the case.
    pub number: Option<FieldId>,
    /// The department of the addressee.
    pub department: Option<FieldId>,
    /// The person of the addressee.
    pub person: Option<FieldId>,
    /// The role of the addressee.
    pub role: Option<FieldId>,
    /// When the deadline was met in the end.
    pub ended: Option<FieldId>,
    /// How late that was, in hours of working time.
    pub late: Option<FieldId>,
    /// The time by which it must be answered.
    pub due: Option<FieldId>,
    /// The new date that the addressee promises.
    pub new_due: Option<FieldId>,
    /// The states in which it is answered. Empty if the policy gives none.
    pub answered: Vec<String>,
    /// The lines of a notice about several missed deadlines. `None` if a notice is about only one.
    pub items: Option<NoticeLines>,
}

/// The lines of a notice: `[notices.items]`. Except for the list, these are fields of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeLines {
    /// The list in the notice.
    pub list: FieldId,
    /// The record that the line is about.
    pub about: FieldId,
    /// The deadline that was missed.
    pub deadline: FieldId,
    /// When the deadline was due.
    pub missed: FieldId,
    /// How many notices the department has got about this deadline of the case.
    pub number: Option<FieldId>,
    /// When the missed run began.
    pub since: Option<FieldId>,
    /// The person.
    pub person: Option<FieldId>,
    /// The role.
    pub role: Option<FieldId>,
    /// The new date that the addressee promises.
    pub new_due: Option<FieldId>,
    /// The addressee's answer to this line.
    pub answer: Option<FieldId>,
}

impl NoticeLines {
    fn read(table: &Section, notice: Naming<'_>) -> Option<Self> {
        let problems = notice.loading.problems;
        let list = table.required_text("field", problems)?;
        let field = notice.typed(&list, &["list"])?;
        let Type::Group(line) = notice.shape.field(field).ty.element() else {
            let message = label!(RuleText::NoPart, name = list.value);
            problems.push(Problem::new(list.place, message).help(RuleText::NoPartDo));
            return None;
        };
        let required = |key, types: &[&str]| typed(line, &table.required_text(key, problems)?, types, problems);
        let kept = |key, types: &[&str]| typed(line, &table.text(key, problems)?, types, problems);
        let (about, deadline) = (required("about", &["ref"]), required("deadline", &["text", "choice"]));
        let missed = required("missed", &["time"]);
        let (number, since) = (kept("number", &["count"]), kept("since", &["time"]));
        let (person, role, new_due) =
            (kept("person", &["person"]), kept("role", &["role"]), kept("new-due", &["time"]));
        let answer = kept("answer", &["text", "choice"]);
        table.finish(problems);
        Some(NoticeLines {
            list: field,
            about: about?,
            deadline: deadline?,
            missed: missed?,
            number,
            since,
            person,
            role,
            new_due,
            answer,
        })
    }
}

impl NoticeFields {
    fn read(table: &Section, notice: Naming<'_>) -> Option<Self> {
        let problems = notice.loading.problems;
        let required = |key, types: &[&str]| notice.typed(&table.required_text(key, problems)?, types);
        let field = |key, types: &[&str]| notice.field(table, key, types);
        let about = required("about", &["ref"]);
        let occasion = required("type", &["choice", "text"]);
        let occasions = Occasion::ALL.map(|own| {
            let value = table.has(own.name()).then(|| notice.choice(table, own.name(), occasion));
            value.unwrap_or_else(|| Some(own.name().to_owned()))
        });
        let (deadline, missed) = (required("deadline", &["text", "choice"]), required("missed", &["time"]));
        let [number, department, person, role] =
            [("number", ["count"]), ("department", ["department"]), ("person", ["person"]), ("role", ["role"])]
                .map(|(key, types)| field(key, &types));
        let [ended, late, due, new_due] =
            [("ended", ["time"]), ("late", ["decimal"]), ("due", ["date"]), ("new-due", ["time"])]
                .map(|(key, types)| field(key, &types));
        let answered = notice.states(table, "answered").unwrap_or_default();
        let items = table.section("items", problems).map(|items| NoticeLines::read(items, notice));
        let [expedite, corrective] = occasions;
        Some(NoticeFields {
            kind: notice.name().to_owned(),
            about: about?,
            occasion: occasion?,
            occasions: [expedite?, corrective?],
            deadline: deadline?,
            missed: missed?,
            number,
            department,
            person,
            role,
            ended,
            late,
            due,
            new_due,
            answered,
            items: items.flatten(),
        })
    }

    /// The stored value for notices of an occasion.
    pub fn stored(&self, occasion: Occasion) -> &str {
        let [expedite, corrective] = &self.occasions;
        match occasion {
            Occasion::Expedite => expedite,
            Occasion::Corrective => corrective,
        }
    }
}

impl NoticeRule {
    /// Whether it applies to a deadline with this name, for something that is still overdue or was closed late.
    pub fn speaks_of(&self, deadline: &str, occasion: Occasion) -> bool {
        self.occasion == occasion && (self.deadlines.is_empty() || self.deadlines.iter().any(|name| name == deadline))
    }
}

/// A rule by which notices are issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NoticeRule {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The occasion.
    pub occasion: Occasion,
    /// The kind of record whose deadlines it is about.
    pub kind: String,
    /// The deadlines; if empty, every deadline of the kind.
    pub deadlines: Vec<String>,
    /// Only records that meet this condition.
    pub when: Option<Condition>,
    /// How long after the deadline was missed; `None` means at once.
    pub after: Option<Span>,
    /// How long after a notice the next one follows while the deadline is still missed; `None` means only one notice
    /// for a run.
    pub every: Option<Span>,
    /// The most notices for a run of a deadline.
    pub at_most: Option<u64>,
    /// How long the addressee has to answer.
    pub answer: Span,
    /// How far back late endings are considered.
    pub look_back: Option<Span>,
    /// The field with the case for which notices are counted, if that is not the record itself.
    pub case: Option<FieldId>,
    /// The step that a notice takes automatically once its deadlines have ended.
    pub settle: Option<Placed<String>>,
    /// Where it is declared.
    pub place: Place,
}

/// The occasion of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Occasion {
    /// Something is overdue (催办单, NT1).
    Expedite,
    /// Something was closed late (治办单, NT3).
    Corrective,
}

impl Occasion {
    /// Both.
    pub const ALL: [Occasion; 2] = [Occasion::Expedite, Occasion::Corrective];

    /// The stored type of its notices.
    pub const fn name(self) -> &'static str {
        match self {
            Occasion::Expedite => "expedite",
            Occasion::Corrective => "corrective",
        }
    }
}

impl Notices {
    /// The path of the file.
    pub const FILE: &'static str = "policy/notices.toml";

    /// Reads the file. All problems are noted, and everything without problems is returned.
    pub(super) fn load(text: &str, loading: Loading<'_>) -> Self {
        let problems = loading.problems;
        let Some(file) = read(Self::FILE, text, problems) else { return Notices::default() };
        let is = file.section("notices", problems).and_then(|table| {
            let fields = NoticeFields::read(table, loading.named_in(table)?);
            table.finish(problems);
            fields
        });
        let tables = file.list("rules", problems);
        if let Some(first) = tables.first().filter(|_| !file.has("notices")) {
            let help = label!(RuleText::AddSection, section = "notices");
            problems.push(Problem::new(first.place().clone(), RuleText::NoKindSaid).help(help));
        }
        let rules = tables.into_iter().filter_map(|table| rule(table, is.as_ref(), loading));
        let rules: Vec<NoticeRule> = rules.collect();
        file.finish(problems);
        labels_are_unique(rules.iter().map(|rule| (&rule.label, &rule.place)), problems);
        for (i, rule) in rules.iter().enumerate() {
            if rules[..i].iter().any(|before| before.name == rule.name) {
                problems.say(&rule.place, label!(LoadText::ThereIs, name = rule.name; what = RuleText::WordRule));
            }
        }
        Notices { rules, fields: is }
    }

    /// The rule with this name.
    pub fn rule(&self, name: &str) -> Option<&NoticeRule> {
        self.rules.iter().find(|rule| rule.name == name)
    }
}

fn rule(table: &Section, is: Option<&NoticeFields>, loading: Loading<'_>) -> Option<NoticeRule> {
    let problems = loading.problems;
    let name = table.required_text("name", problems);
    name.iter().for_each(|name| named(name, RuleText::WordRule, problems));
    let label = label(table, name.as_ref().map_or("", |name| name.value.as_str()), problems);
    let occasion = table.required_text("type", problems).and_then(|text| occasion(&text, problems));
    let kind = table.required_text("kind", problems).and_then(|name| loading.kind(&name));
    let deadlines = table.texts("deadlines", problems).into_iter();
    let deadlines = deadlines.filter(|name| kind.is_none_or(|kind| kind.has_deadline(name))).map(|name| name.value);
    let deadlines: Vec<String> = deadlines.collect();
    table.has("when");
    let when = kind.and_then(|kind| kind.condition(table, "when"));
    let spanned = |key: &str| table.text(key, problems).and_then(|text| span(&text, problems));
    let (after, every, look_back) = (spanned("after"), spanned("every"), spanned("look-back"));
    let answer = table.required_text("answer-within", problems).and_then(|text| span(&text, problems));
    let at_most = table.count("at-most", problems);
    if let Some(none) = at_most.as_ref().filter(|count| count.value == 0) {
        problems.say(&none.place, RuleText::AtLeastOne);
    }
    if occasion == Some(Occasion::Corrective) && (table.has("every") || table.has("at-most")) {
        problems.say(table.place(), RuleText::CorrectiveOnce);
    }
    table.has("case");
    let case = kind.and_then(|kind| kind.field(table, "case", &["ref"]));
    let settle = table.text("settle", problems).filter(|text| settles(text, occasion, is, loading));
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

/// Checks that a step can settle notices of an occasion.
fn settles(name: &Placed<String>, occasion: Option<Occasion>, is: Option<&NoticeFields>, loading: Loading<'_>) -> bool {
    if occasion == Some(Occasion::Corrective) {
        loading.problems.say(&name.place, RuleText::CorrectiveSettles);
        return false;
    }
    let Some(fields) = is else { return false };
    loading.shapes.has_step(std::slice::from_ref(&fields.kind), &name.value, &name.place, loading.problems);
    true
}

fn occasion(text: &Placed<String>, problems: &Problems) -> Option<Occasion> {
    let found = Occasion::ALL.into_iter().find(|occasion| occasion.name() == text.value);
    if found.is_none() {
        let message = label!(RuleText::NoNoticeType, name = text.value);
        problems.push(Problem::new(text.place.clone(), message).help(RuleText::NoNoticeTypeDo));
    }
    found
}
