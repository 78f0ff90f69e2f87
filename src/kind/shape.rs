//! Reads the fields and states of a kind file.

use super::Side;
use super::reader::{label, name_of};
use crate::bounds::KIND_FIELDS;
use crate::filter::is_reserved;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section};
use crate::place::{Place, Placed, Problem, Problems};
use crate::record::{Choice, Class, Field, Shape, State, Type, is_kebab};

/// The names that every record's file, or its JSON, has besides the fields of its kind.
const HEADER: [&str; 6] = ["id", "kind", "state", "rules", "history", "derived"];
/// How deep groups may be nested.
const DEEPEST: usize = 3;

/// The fields of `[fields.…]`, in declared order.
pub(super) fn fields(section: &Section, problems: &Problems) -> Vec<Field> {
    let tables = section.sections("fields", problems);
    if let Some((first, _)) = tables.get(KIND_FIELDS) {
        problems.push(
            Problem::new(first.place.clone(), label!(LoadText::ManyFields, most = KIND_FIELDS)).help(LoadText::AsLines),
        );
    }
    tables.into_iter().filter_map(|(name, table)| field(name, table, 0, problems)).collect()
}

fn field(name: &Placed<String>, table: &Section, depth: usize, problems: &Problems) -> Option<Field> {
    if !is_kebab(&name.value) {
        problems.say(&name.place, label!(LoadText::NoFieldName, name = name.value));
    }
    if depth == 0 && (HEADER.contains(&name.value.as_str()) || is_reserved(&name.value)) {
        problems.push(
            Problem::new(name.place.clone(), label!(LoadText::EveryHas, name = name.value)).help(LoadText::RenameField),
        );
    }
    if depth <= 1 {
        // Who may change it is read later, once roles are known.
        table.has("by");
        // What it is compared with is read later too.
        Side::KEYS.iter().for_each(|(key, _)| {
            table.has(key);
        });
        table.has("not-by");
        table.has("falls-with");
        table.has("once");
    }
    if depth == 0 {
        // The limit of lines is read later, once the shape is known.
        table.has("most-lines");
        // The running number is read with the unique values.
        table.has("running");
        table.has("over");
    }
    let ty = field_type(&name.value, table, depth, problems).map(|ty| either(ty, name, table, problems));
    let field = Field {
        name: name.value.clone(),
        ty: ty?,
        label: label(table, "label", &name.value, problems),
        also: super::reader::also(table, problems),
        help: label(table, "help", "", problems),
        required: table.flag("required", problems).unwrap_or(false),
        private: table.flag("private", problems).unwrap_or(false),
        ahead: ahead(table, problems),
        retired: table.flag("retired", problems).unwrap_or(false),
        place: name.place.clone(),
    };
    table.finish(problems);
    Some(field)
}

/// Whether words for a time are looked for ahead: `true`, or `"words"` where the field takes a time that has passed all
/// the same.
fn ahead(table: &Section, problems: &Problems) -> bool {
    match table.item("ahead") {
        Some(Item::Text(said)) if said.value == AHEAD_IN_WORDS => true,
        Some(Item::Flag(said)) => said.value,
        Some(other) => {
            let _: Option<()> = other.unexpected(LoadText::WordAhead, problems);
            false
        }
        None => false,
    }
}

/// What `ahead` says of a field that may have passed.
const AHEAD_IN_WORDS: &str = "words";

fn field_type(name: &str, table: &Section, depth: usize, problems: &Problems) -> Option<Type> {
    let ty = table.required_text("type", problems)?;
    if depth > DEEPEST {
        problems.say(&ty.place, LoadText::TooDeep);
        return None;
    }
    Some(match ty.value.as_str() {
        "text" => Type::Text,
        "count" => Type::Count,
        "decimal" => Type::Decimal,
        "money" => Type::Money,
        "date" => Type::Date,
        "day" => Type::Day,
        "time" => Type::Time,
        "bool" => Type::Bool,
        "person" => Type::Person,
        "role" => Type::Role,
        "department" => Type::Department,
        "phone" => Type::Phone,
        "email" => Type::Email,
        "file" => Type::File,
        "choice" => Type::Choice(choices(table, problems)),
        "ref" => Type::Ref(table.texts("to", problems).into_iter().map(|kind| kind.value).collect()),
        "list" => Type::List(Box::new(element(name, table, depth, problems)?)),
        "group" => Type::Group(group(name, table.section("fields", problems)?, depth, problems)),
        other => {
            let known = "text, count, decimal, money, date, time, bool, choice, list, group, person, role, department, phone, email, ref, file";
            problems.push(
                Problem::new(ty.place, label!(LoadText::NoType, other = other))
                    .help(label!(LoadText::TypesAre, known = known)),
            );
            return None;
        }
    })
}

/// `either = ["person", "department"]` of a list of groups: each line must have at least one of these fields.
fn either(ty: Type, field: &Placed<String>, table: &Section, problems: &Problems) -> Type {
    let named = table.texts("either", problems);
    let Some(first) = named.first() else { return ty };
    let place = first.place.clone();
    match ty {
        Type::List(element) if matches!(*element, Type::Group(_)) => {
            let Type::Group(shape) = *element else { return Type::List(element) };
            let known = |name: &Placed<String>| super::reader::field(&shape, &name.value, &name.place, problems);
            let fields = named.iter().filter_map(known).collect();
            Type::List(Box::new(Type::Group(shape.having(fields, place))))
        }
        other => {
            problems.say(&place, label!(LoadText::EitherNoLines, name = field.value));
            other
        }
    }
}

/// `of = { type = "choice", … }` is a single type; `of = { kind = {…}, amount = {…} }` are the fields of a group.
fn element(name: &str, table: &Section, depth: usize, problems: &Problems) -> Option<Type> {
    let Some(of) = table.section("of", problems) else {
        problems.say(table.place(), LoadText::ListNeedsOf);
        return None;
    };
    if matches!(of.item("type"), Some(Item::Text(_))) {
        let ty = field_type(name, of, depth + 1, problems);
        of.finish(problems);
        if let Some(Type::List(_)) = ty {
            problems.say(of.place(), LoadText::ListOfLists);
            return None;
        }
        return ty;
    }
    Some(Type::Group(group(name, of, depth, problems)))
}

fn group(name: &str, tables: &Section, depth: usize, problems: &Problems) -> Shape {
    let fields = tables.entries().filter_map(|(name, item)| match item {
        Item::Section(table) => field(name, table, depth + 1, problems),
        other => other.unexpected(LoadText::WordFieldTable, problems),
    });
    Shape::new(name, fields.collect(), Vec::new())
}

fn choices(table: &Section, problems: &Problems) -> Vec<Choice> {
    let labels = table.section("labels", problems);
    let mut choices: Vec<Choice> = Vec::new();
    let retired = table.texts("retired-values", problems);
    let values = table.texts("values", problems);
    if values.is_empty() {
        problems.say(table.place(), LoadText::ChoiceNeeds);
    }
    for (value, retired) in values.into_iter().map(|v| (v, false)).chain(retired.into_iter().map(|v| (v, true))) {
        // Grades are written A, B and C.
        if !is_kebab(&value.value.to_ascii_lowercase()) {
            problems.say(&value.place, label!(LoadText::NoChoiceName, name = value.value));
        } else if choices.iter().any(|choice| choice.name == value.value) {
            problems.say(&value.place, label!(LoadText::StandsTwice, name = value.value));
        } else {
            let also = match labels.and_then(|labels| labels.item(&value.value)) {
                Some(Item::Section(said)) => super::reader::also(said, problems),
                _ => Vec::new(),
            };
            let label =
                labels.map_or_else(Label::default, |labels| label(labels, &value.value, &value.value, problems));
            let label = if label == Label::default() { Label::new(value.value.as_str(), "") } else { label };
            choices.push(Choice { name: value.value, label, also, retired });
        }
    }
    if let Some(labels) = labels {
        labels.finish(problems);
    }
    choices
}

/// The states of `[states.…]`, in declared order.
pub(super) fn states(section: &Section, problems: &Problems) -> Vec<State> {
    let tables = section.sections("states", problems);
    if tables.is_empty() {
        problems.say(section.place(), LoadText::NeedsStates);
    }
    tables.into_iter().filter_map(|(name, table)| state(name, table, problems)).collect()
}

fn state(name: &Placed<String>, table: &Section, problems: &Problems) -> Option<State> {
    name_of(name, LoadText::WordState, problems);
    let class = table.required_text("class", problems);
    let known = class.as_ref().and_then(|class| Class::named(&class.value));
    if let (Some(class), None) = (&class, known) {
        problems.push(
            Problem::new(class.place.clone(), label!(LoadText::NoClass, name = class.value)).help(LoadText::ClassesAre),
        );
    }
    let state = State {
        name: name.value.clone(),
        class: known?,
        resting: resting(name, table, known?, problems),
        void: void(name, table, known?, problems),
        label: label(table, "label", &name.value, problems),
        also: super::reader::also(table, problems),
        retired: table.flag("retired", problems).unwrap_or(false),
        place: name.place.clone(),
    };
    table.finish(problems);
    Some(state)
}

/// `resting = true`: nobody owes a step in the state. In a closed state nobody does anyway, and a waiting state waits
/// for the client.
fn resting(name: &Placed<String>, table: &Section, class: Class, problems: &Problems) -> bool {
    let resting = table.flag("resting", problems).unwrap_or(false);
    if resting && matches!(class, Class::Closed | Class::Waiting) {
        let place = table.item("resting").map_or(&name.place, Item::place).clone();
        let message = label!(LoadText::RestsNot, state = name.value, class = class.name());
        problems.push(Problem::new(place, message).help(LoadText::RestsOpen));
    }
    resting
}

/// `void = true`: a record in the state was registered by mistake, and is over.
fn void(name: &Placed<String>, table: &Section, class: Class, problems: &Problems) -> bool {
    let void = table.flag("void", problems).unwrap_or(false);
    if void && class != Class::Closed {
        let place = table.item("void").map_or(&name.place, Item::place).clone();
        let message = label!(LoadText::VoidNotClosed, state = name.value, class = class.name());
        problems.push(Problem::new(place, message).help(LoadText::VoidClosed));
    }
    void
}

/// The field of a dotted path, as handles from the shape inwards.
pub(super) fn path(
    shape: &Shape,
    path: &str,
    place: &Place,
    problems: &Problems,
) -> Option<Vec<crate::record::FieldId>> {
    let mut shape = shape;
    let mut handles = Vec::new();
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let id = super::reader::field(shape, part, place, problems)?;
        handles.push(id);
        match (shape.field(id).ty.element(), parts.peek()) {
            (Type::Group(inner), Some(_)) => shape = inner,
            (_, None) => {}
            (_, Some(next)) => {
                problems.say(place, label!(LoadText::NoGroup, part = part, next = next));
                return None;
            }
        }
    }
    Some(handles)
}
