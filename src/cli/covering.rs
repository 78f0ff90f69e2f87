//! One action that serves several records: a call to a client who has several open callbacks.

use super::context::Context;
use super::done;
use super::failure::Failure;
use crate::book::View;
use crate::kind::{Covers, Kind};
use crate::lifecycle::Actor;
use crate::locale::Label;
use crate::locale::messages::RecordText as Text;
use crate::record::{Id, Record, Value};
use crate::{label, say};

/// The other records that take the step together with `record`, because one action serves all of them. With `--cover`
/// all that can take it do; otherwise a user at a terminal is asked. Records that cannot take it are left out, and
/// the reason is said.
///
/// # Errors
/// If the other records cannot be looked up, or the actor broke off the question.
pub(super) fn covered(
    context: &mut Context,
    view: &View<'_>,
    kind: &Kind,
    record: &Record,
    step: &str,
    asked: &[Id],
    (actor, wanted): (&Actor, bool),
) -> Result<Vec<Id>, Failure> {
    let together = |record: &Record, rule: &Covers| match &rule.when {
        Some(when) => when.filter.matches(record, &view.reading()),
        None => Ok(true),
    };
    let rule = kind.step_from(step, &record.state).and_then(|step| step.covers.as_ref());
    let applies = rule.map(|rule| together(record, rule)).transpose()?;
    let Some(rule) = rule.filter(|_| applies == Some(true)) else {
        return match wanted {
            true => Err(Failure::usage("covers-nothing", label!(Text::CoversNothing, step = step))),
            false => Ok(Vec::new()),
        };
    };
    // a user who agrees to everything in advance has not said that they spoke about the other records
    if !wanted && (context.flags.yes || !context.may_ask()) {
        return Ok(Vec::new());
    }
    let Some(Value::Ref(common)) = record.get(rule.field) else { return Ok(Vec::new()) };
    let mut found: Vec<Record> = Vec::new();
    let meant = view.merged_with(common)?;
    let mut linked = Vec::new();
    for id in &meant {
        linked.extend(crate::lifecycle::Lookup::linked(view, id, kind.name())?);
    }
    for other in linked {
        let same = matches!(other.get(rule.field), Some(Value::Ref(id)) if meant.contains(id));
        let Some(leads) = kind.step_from(step, &other.state).filter(|_| same && !asked.contains(&other.id)) else {
            continue;
        };
        if !together(&other, rule)? {
            continue;
        }
        match hindrance(view, &other.id, &leads.name, actor)? {
            None => found.push(other),
            Some(why) => {
                let called = Label::each(|lang| done::named(view, &other, lang));
                context.out.warn("not-covered", label!(Text::NotCovered; record = called, why = why));
            }
        }
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    let lang = context.lang;
    if !wanted {
        for other in &found {
            context.out.aside(&format!("  {}", done::named(view, other, lang)));
        }
        let (name, kind) = (view.words().title(common), kind.shape.label.get(lang));
        let count = found.len();
        let question = say!(lang, Text::CoverToo, name = name.get(lang), kind = kind.to_lowercase(), count = count);
        if !context.prompt().confirm(&question, false)? {
            return Ok(Vec::new());
        }
    }
    Ok(found.into_iter().map(|other| other.id).collect())
}

/// Why the actor may not take a step of a record. Values that are filled in with it are checked when it is taken.
fn hindrance(view: &View<'_>, id: &Id, step: &str, actor: &Actor) -> Result<Option<Label>, Failure> {
    let choices = view.options(id, actor).map_err(|refusal| super::session::refused(&refusal, view.policy()))?;
    let Some(choice) = choices.into_iter().find(|choice| choice.step.name == step) else { return Ok(None) };
    // the reason that concerns the actor is found last
    let hindrance = choice.hindrances.last().filter(|_| !choice.entitled);
    Ok(hindrance.map(|refusal| Label::each(|lang| refusal.message(lang, view.policy()))))
}
