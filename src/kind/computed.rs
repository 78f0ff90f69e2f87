//! Reads `[computed.…]` of a kind file: which computations a kind has, which of its fields they use, and what they
//! are called.

use super::reader::{label, name_of, unknown};
use super::shape::path;
use crate::compute::{Bindings, COMPUTATIONS, Computation, Input, Within};
use crate::filter::is_reserved;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Placed, Problem, Problems};
use crate::record::{Bound, Computed, FieldId, Shape, Type};

/// The names that JSON adds to the fields of a record.
pub(super) const DERIVED: [&str; 7] = ["age", "due", "deadline", "deadlines", "holder", "overdue", "links"];

/// The computed values of a kind, in declared order.
pub(super) fn computed(section: &Section, shape: &Shape, problems: &Problems) -> Vec<Computed> {
    let mut found: Vec<Computed> = Vec::new();
    for (name, table) in section.sections("computed", problems) {
        let by = table.text("by", problems).unwrap_or_else(|| name.clone());
        match Computation::named(&by.value) {
            Some(computation) => values(computation, table, shape, &mut found, problems),
            None => {
                let names: Vec<&str> = COMPUTATIONS.iter().map(|computation| computation.name).collect();
                let help = nearest(&by.value, names.iter().copied()).map_or_else(
                    || label!(LoadText::ComputationsAre, names = names.join(", ")),
                    |near| label!(LoadText::DidYouMean, near = near),
                );
                problems.push(Problem::new(by.place, label!(LoadText::NoComputation, name = by.value)).help(help));
                continue;
            }
        }
        table.finish(problems);
    }
    found
}

fn values(
    computation: &'static Computation,
    table: &Section,
    shape: &Shape,
    found: &mut Vec<Computed>,
    problems: &Problems,
) {
    let mut bindings = Bindings::default();
    let mut lists: Vec<(char, FieldId)> = Vec::new();
    let (mut sound, mut private, mut rule) = (true, false, computation.name.to_owned());
    for input in computation.inputs {
        match table.text(input.name, problems) {
            Some(named) => match bound(input, &named, shape, &mut lists, problems) {
                Some(handles) => {
                    private |= handles.first().is_some_and(|first| shape.field(*first).private);
                    rule.push_str(&format!(" {}={}", input.name, named.value));
                    bindings.0.insert(input.name.to_owned(), handles);
                }
                None => sound = false,
            },
            None if input.required => {
                problems.say(table.place(), label!(LoadText::NoInput, name = input.name));
                sound = false;
            }
            None => {}
        }
    }
    let outputs = (computation.outputs)();
    let Some(gives) = table.section("gives", problems) else {
        problems.say(table.place(), LoadText::NoGives);
        return;
    };
    for (name, item) in gives.entries() {
        let Item::Section(said) = item else {
            let example = r#"{ value = "over", label = { en = "…", zh = "…" } }"#;
            item.unexpected::<()>(label!(LoadText::WordTableSuch, example = example), problems);
            continue;
        };
        let value = said.required_text("value", problems);
        let (label, help) = (label(said, "label", &name.value, problems), label(said, "help", "", problems));
        said.finish(problems);
        let Some(value) = value else { continue };
        let Some(output) = outputs.iter().find(|output| output.name == value.value) else {
            let near = nearest(&value.value, outputs.iter().map(|output| output.name));
            problems.push(unknown(&value.place, LoadText::WordValue, &value.value, computation.name, near));
            continue;
        };
        free(name, shape, found, problems);
        let Some(compute) = Some(&bindings).filter(|_| sound).and_then(|b| (computation.bind)(b, output.name)) else {
            continue;
        };
        let rule = format!("{rule} → {}", output.name);
        let (computation, output_name) = (computation.name.to_owned(), output.name.to_owned());
        let bound = Bound { computation, output: output_name, fields: bindings.0.clone() };
        let mut made = Computed::new(&name.value, output.ty.clone(), rule, name.place.clone(), bound, compute);
        (made.label, made.help, made.private) = (label, help, private);
        found.push(made);
    }
}

/// Notes a problem if a name already has another meaning.
fn free(name: &Placed<String>, shape: &Shape, found: &[Computed], problems: &Problems) {
    name_of(name, LoadText::WordComputed, problems);
    let field = shape.field_id(&name.value).is_some();
    let taken = field || found.iter().any(|computed| computed.name == name.value);
    if taken || is_reserved(&name.value) || DERIVED.contains(&name.value.as_str()) {
        let message = label!(LoadText::MeansElse, name = name.value);
        problems.push(Problem::new(name.place.clone(), message).help(LoadText::RenameComputed));
    }
}

/// The handles of an input, if it has the right type and place.
fn bound(
    input: &Input,
    named: &Placed<String>,
    shape: &Shape,
    lists: &mut Vec<(char, FieldId)>,
    problems: &Problems,
) -> Option<Vec<FieldId>> {
    let handles = path(shape, &named.value, &named.place, problems)?;
    let wrong = |message: Label| {
        problems.say(&named.place, message);
        None
    };
    let ty = match (input.within, handles.as_slice()) {
        (Within::Record, [field]) => &shape.field(*field).ty,
        (Within::Record, _) => return wrong(label!(LoadText::OfRecord, name = input.name)),
        (Within::Lines(_), [list, field]) => match &shape.field(*list).ty {
            Type::List(element) => match element.as_ref() {
                Type::Group(inner) => &inner.field(*field).ty,
                _ => return wrong(label!(LoadText::OfLines, name = input.name)),
            },
            _ => return wrong(label!(LoadText::OfLines, name = input.name)),
        },
        (Within::Lines(_), _) => {
            return wrong(label!(LoadText::OfLinesWrite, name = input.name));
        }
    };
    if !input.types.contains(&ty.name()) {
        return wrong(label!(LoadText::TypeNot, name = named.value, ty = ty.name(), wanted = input.types.join(" / ")));
    }
    if let Within::Lines(of) = input.within {
        match lists.iter().find(|(other, _)| *other == of) {
            Some((_, list)) if *list != handles[0] => {
                let list = &shape.field(*list).name;
                return wrong(label!(LoadText::OtherList, name = named.value, list = list));
            }
            Some(_) => {}
            None => lists.push((of, handles[0])),
        }
    }
    Some(handles)
}
