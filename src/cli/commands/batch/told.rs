//! Reports what happened to the lines of a batch.

use std::collections::{HashMap, HashSet};

use serde_json::{Value as Json, json};

use super::Outcome;
use crate::book::View;
use crate::cli::context::Context;
use crate::cli::done;
use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::lifecycle::Change;
use crate::locale::messages::{BulkText as Text, RecordText};
use crate::record::Id;
use crate::say;

/// How many records a run lists for people. If there are more, only their number is said.
const MOST_SHOWN: usize = 20;

/// Reports what is on disk: ids for scripts, the first lines for people. Returns how many lines have been shown so
/// far.
pub(super) fn tell(
    context: &mut Context,
    session: &Session,
    done: &[Outcome],
    changes: &[Change],
    before: usize,
) -> Result<usize, Failure> {
    if context.flags.quiet {
        done.iter().for_each(|outcome| context.out.line(outcome.id.as_str()));
    } else if before < MOST_SHOWN && !context.flags.json {
        let view = session.view(context)?;
        let asked: HashSet<&Id> = done.iter().map(|outcome| &outcome.id).collect();
        for change in changes.iter().take(MOST_SHOWN - before) {
            let line = done::line(&view, change, asked.contains(change.id()), context);
            context.out.line(&line);
        }
    }
    context.out.flush();
    Ok((before + changes.len()).min(MOST_SHOWN))
}

/// The records that steps opened, by the record and step that opened them.
fn opened(changes: &[Change]) -> HashMap<&str, Vec<&Id>> {
    let mut opened: HashMap<&str, Vec<&Id>> = HashMap::new();
    for change in changes.iter().filter(|change| change.before().is_none()) {
        let first = change.after().history.first().and_then(|event| event.via.as_deref());
        if let Some(via) = first {
            opened.entry(via).or_default().push(change.id());
        }
    }
    opened
}

/// Says what was done, without the lines that were `told` already.
pub(super) fn say_done(
    context: &mut Context,
    view: &View<'_>,
    outcomes: &[Outcome],
    changes: &[Change],
    told: Option<usize>,
) {
    let opened = opened(changes);
    let data = outcomes.iter().map(|outcome| {
        let via = format!("{}#{}", outcome.id, outcome.step);
        let others = opened.get(via.as_str()).filter(|_| !outcome.existing);
        let others: Vec<&str> = others.into_iter().flatten().map(|id| id.as_str()).collect();
        json!({
            "id": outcome.id.as_str(), "state": outcome.state, "commit": outcome.commit, "opened": others,
            "existing": outcome.existing,
        })
    });
    context.out.data(Json::Array(data.collect()));
    if context.flags.quiet {
        let told = if told.is_some() { outcomes.len() } else { 0 };
        outcomes.iter().skip(told).for_each(|outcome| context.out.line(outcome.id.as_str()));
        return;
    }
    let asked: HashSet<&Id> = outcomes.iter().map(|outcome| &outcome.id).collect();
    for change in changes.iter().take(MOST_SHOWN).skip(told.unwrap_or(0)) {
        let line = done::line(view, change, asked.contains(change.id()), context);
        context.out.line(&line);
    }
    if changes.len() > MOST_SHOWN {
        context.out.line(&say!(context.lang, Text::AndMore, count = changes.len() - MOST_SHOWN));
    }
    let made = changes.iter().filter(|change| change.before().is_none());
    let made: HashSet<&Id> = made.map(|change| change.id()).collect();
    let all: HashSet<&Id> = changes.iter().map(|change| change.id()).collect();
    let existing = outcomes.iter().filter(|outcome| outcome.existing).count();
    let (made, changed) = (made.len(), all.len() - made.len());
    let (lang, dry_run) = (context.lang, context.flags.dry_run);
    context.out.line(&match dry_run {
        true => say!(lang, Text::WouldBatch, made = made, changed = changed, existing = existing),
        false => say!(lang, Text::DoneBatch, made = made, changed = changed, existing = existing),
    });
    if context.flags.dry_run {
        context.out.aside(RecordText::WouldBe.get(context.lang));
    }
}
