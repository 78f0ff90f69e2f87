//! Records that are probably there already. A record with the name or phone of another one (`identified-by` of its
//! kind) is refused until somebody says that it is another one.

use std::collections::BTreeMap;

use super::context::Context;
use super::done;
use super::failure::{Candidate, Failure};
use crate::book::View;
use crate::kind::{Kind, named_by};
use crate::lifecycle::Operation;
use crate::locale::messages::FindText as Text;
use crate::locale::{Label, Lang};
use crate::record::{Fields, Id};
use crate::wording::joined;
use crate::{label, say};

/// The code of the failure.
pub const DOUBLE: &str = "double";

/// What a record is identified by, folded, each with the label of its field.
fn identities(kind: &Kind, fields: &Fields) -> Vec<(String, Label)> {
    let named = kind.identified_by.iter().flat_map(|path| {
        let label = path.first().map(|first| kind.field(*first).label.clone()).unwrap_or_default();
        let values = named_by(&kind.shape, fields, path).into_iter().filter(|(value, _)| !value.is_empty());
        values.map(move |(value, _)| (value, label.clone()))
    });
    named.collect()
}

/// The records of the kind that are identified by the same as these fields, each with the labels of what is the same: those of the
/// book and those that the operation has made by now.
///
/// # Errors
/// The index cannot be read.
fn find(
    view: &View<'_>,
    operation: &Operation<'_>,
    kind: &Kind,
    fields: &Fields,
) -> Result<Vec<(Id, Vec<Label>)>, Failure> {
    let mut found: BTreeMap<Id, Vec<Label>> = BTreeMap::new();
    let index = view.index()?;
    let own = identities(kind, fields);
    for (value, label) in &own {
        let kinds = [kind.name().to_owned()];
        let known = index.known_as(&kinds, value)?;
        for id in known.into_iter().chain(operation.identified(kind, value)) {
            let labels = found.entry(id).or_default();
            if !labels.contains(label) {
                labels.push(label.clone());
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// Refuses a record that is probably there already, unless `sure`: then it is only said.
///
/// # Errors
/// [`DOUBLE`]: it probably is.
pub fn refuse(
    context: &Context,
    (view, operation): (&View<'_>, &Operation<'_>),
    kind: &Kind,
    fields: &Fields,
    sure: bool,
) -> Result<(), Failure> {
    let found = find(view, operation, kind, fields)?;
    if found.is_empty() {
        return Ok(());
    }
    let said: Vec<(Id, Label)> =
        found.iter().map(|(id, fields)| (id.clone(), said(view, operation, id, fields))).collect();
    if sure {
        let warnings = said.into_iter().map(|(_, message)| super::output::Warning { code: DOUBLE, message });
        context.later.borrow_mut().extend(warnings);
        return Ok(());
    }
    let told: Vec<Label> = said.iter().map(|(_, said)| said.clone()).collect();
    let candidates = said.into_iter().map(|(id, _)| Candidate { name: id.to_string(), about: Label::default() });
    let failure = Failure::refused(DOUBLE, label!(Text::Alike; records = joined(&told))).hint(Text::AlikeHint);
    Err(failure.candidates(candidates))
}

fn said(view: &View<'_>, operation: &Operation<'_>, id: &Id, fields: &[Label]) -> Label {
    let record = operation.record(id).ok();
    let fields = joined(fields);
    let one = |lang: Lang| {
        let record = record.as_ref().map_or_else(|| id.to_string(), |record| done::named(view, record, lang));
        say!(lang, Text::AlikeIn, record = record, fields = fields.get(lang))
    };
    Label::new(one(Lang::En), one(Lang::Zh))
}

/// Does something that may register such a record; where it does, somebody at a terminal is asked whether it is another one.
///
/// # Errors
/// Those of `work`; [`DOUBLE`] if nobody says so.
pub fn asking<T>(context: &Context, work: &mut dyn FnMut(bool) -> Result<T, Failure>) -> Result<T, Failure> {
    let sure = context.flags.yes;
    match work(sure) {
        Err(failure) if failure.code == DOUBLE && !sure && context.may_ask() => {
            let (message, sure) = (failure.message.get(context.lang), Text::SureAnother.get(context.lang));
            let question = format!("{message}\n{sure}");
            if context.prompt().confirm(&question, false)? { work(true) } else { Err(failure) }
        }
        other => other,
    }
}
