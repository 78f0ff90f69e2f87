//! Draws the lifecycle of a kind: as a text tree for a terminal, and as a Mermaid state diagram.

use std::collections::BTreeSet;

use crate::kind::{EDIT, Kind, Step, Target};
use crate::locale::messages::PolicyText as Text;
use crate::locale::{Label, Lang};
use crate::record::Class;
use crate::say;

/// A name, with its label if that says more.
fn named(name: &str, label: &Label, lang: Lang) -> String {
    let label = label.get(lang);
    if label.is_empty() || label == name || lang == Lang::En { name.to_owned() } else { format!("{label} {name}") }
}

/// Each state in the order of the kind, with the steps that leave it and those that stay in it.
pub fn tree(kind: &Kind, lang: Lang) -> String {
    let mut drawn = String::new();
    let state_name = |name: &str| {
        let label = kind.shape.state(name).map(|state| state.label.clone()).unwrap_or_default();
        named(name, &label, lang)
    };
    for (step, to) in kind.making().flat_map(|step| step.targets().into_iter().map(move |to| (step, to))) {
        drawn.push_str(&format!("● ─ {} → {}\n", named(&step.name, &step.label, lang), state_name(to)));
    }
    for state in kind.shape.states().iter().filter(|state| !state.retired) {
        let closed =
            if state.class == Class::Closed { format!(" {}", Text::ClosedMark.get(lang)) } else { String::new() };
        drawn.push_str(&format!("{}{closed}\n", state_name(&state.name)));
        let steps: Vec<&Step> = kind.steps_from(&state.name).filter(|step| step.name != EDIT).collect();
        let (staying, leading): (Vec<&Step>, Vec<&Step>) =
            steps.into_iter().partition(|step| matches!(step.to, Target::Stay));
        let mut lines: Vec<String> = leading
            .iter()
            .map(|step| {
                let to = match &step.to {
                    Target::Previous => Text::Previous.get(lang).to_owned(),
                    _ => step.targets().into_iter().map(state_name).collect::<Vec<_>>().join(" | "),
                };
                format!("{} → {to}", named(&step.name, &step.label, lang))
            })
            .collect();
        if !staying.is_empty() {
            let separator = if lang == Lang::Zh { "、" } else { ", " };
            let staying: Vec<String> = staying.iter().map(|step| named(&step.name, &step.label, lang)).collect();
            lines.push(say!(lang, Text::Here, steps = staying.join(separator)));
        }
        let last = lines.len().saturating_sub(1);
        for (i, line) in lines.iter().enumerate() {
            drawn.push_str(&format!("{} {line}\n", if i == last { "└─" } else { "├─" }));
        }
    }
    drawn
}

/// A Mermaid state diagram. States are numbers in it, so that no name or label can break the diagram.
pub fn mermaid(kind: &Kind, lang: Lang) -> String {
    let states: Vec<_> = kind.shape.states().iter().filter(|state| !state.retired).collect();
    let number = |name: &str| states.iter().position(|state| state.name == name);
    let mut drawn = "stateDiagram-v2\n".to_owned();
    for (i, state) in states.iter().enumerate() {
        let label = named(&state.name, &state.label, lang);
        drawn.push_str(&format!("    state \"{}\" as s{i}\n", escaped(&label)));
    }
    let mut edge = |from: Option<usize>, to: Option<usize>, text: &str| {
        let end = |state: Option<usize>| state.map_or_else(|| "[*]".to_owned(), |state| format!("s{state}"));
        let text = if text.is_empty() { String::new() } else { format!(" : {}", escaped(text)) };
        drawn.push_str(&format!("    {} --> {}{text}\n", end(from), end(to)));
    };
    for (step, to) in kind.making().flat_map(|step| step.targets().into_iter().map(move |to| (step, to))) {
        edge(None, number(to), &named(&step.name, &step.label, lang));
    }
    for (i, state) in states.iter().enumerate() {
        for step in kind.steps_from(&state.name) {
            let targets: BTreeSet<usize> = match &step.to {
                Target::Stay => BTreeSet::new(),
                Target::Previous => entered_from(kind, &state.name).into_iter().filter_map(number).collect(),
                _ => step.targets().into_iter().filter_map(number).collect(),
            };
            for to in targets {
                edge(Some(i), Some(to), &named(&step.name, &step.label, lang));
            }
        }
    }
    for (i, _) in states.iter().enumerate().filter(|(_, state)| state.class == Class::Closed) {
        edge(Some(i), None, "");
    }
    drawn
}

/// The states from which a step leads into a state.
fn entered_from<'k>(kind: &'k Kind, state: &str) -> BTreeSet<&'k str> {
    let into = kind.steps.iter().filter(|step| step.targets().contains(&state));
    into.flat_map(|step| step.from.iter().map(String::as_str)).collect()
}

/// Text that Mermaid reads as plain text: characters that could end it or begin something else become entities.
fn escaped(text: &str) -> String {
    let entity = |c: char| match c {
        '#' | ';' | ':' | '"' | '<' | '>' | '&' | '{' | '}' | '%' => format!("#{};", u32::from(c)),
        c if c.is_control() => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(entity).collect()
}
