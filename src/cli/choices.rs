//! The steps of a record as a list: what each step asks for, who may take it, and why it cannot be taken.

use serde_json::json;

use crate::book::View;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::session::{self, Session};
use crate::cli::{done, table};
use crate::kind::{Kind, Proposal, Usual};
use crate::lifecycle::{Actor, Refusal, Unentitled, Unfit};
use crate::locale::messages::RecordText as Text;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Table};
use crate::record::{Choice, Id, Record};
use crate::say;

/// How many people a cell of the list names.
const NAMED: usize = 4;

pub(super) fn list(
    context: &mut Context,
    session: &Session,
    view: &View<'_>,
    kind: &Kind,
    id: &Id,
    actor: &Actor,
) -> Result<Exit, Failure> {
    context.page();
    let mut choices = view.options(id, actor).map_err(|refusal| session::refused(&refusal, view.policy()))?;
    // The actor's own steps come first.
    choices.sort_by_key(|choice| !choice.entitled);
    let lang = context.lang;
    let mut rows = Table::new([
        Column::text("step", Text::ColumnStep),
        Column::text("to", Text::ColumnTo),
        Column::text("asks", Text::ColumnAsks),
        Column::text("who", Text::ColumnWho),
        Column::text("why", Text::ColumnWhy),
    ]);
    let mut data = Vec::new();
    let record = view.read(id)?;
    let usual = record.as_ref().map(|record| Proposal::usual(kind, record, &view.reading()).unwrap_or_default());
    let usual = usual.unwrap_or_default();
    let state = record.map(|record| record.state).unwrap_or_default();
    for choice in &choices {
        let to: Vec<String> = choice.step.targets().iter().map(|state| done::state(kind, state, lang)).collect();
        let of = |name: &String| {
            let list = name.split('.').next().unwrap_or_default();
            usual.iter().filter(|usual| usual.field == list).collect::<Vec<_>>()
        };
        let fields = choice.missing().iter().map(|name| {
            let called = match kind.shape.find(name) {
                Some((_, field)) if field.label.get(lang) != name => format!("{} ({name})", field.label.get(lang)),
                _ => name.clone(),
            };
            match of(name)
                .iter()
                .flat_map(|usual| &usual.values)
                .map(|value| value.label.get(lang).to_owned())
                .collect::<Vec<_>>()
            {
                values if values.is_empty() => called,
                values => say!(lang, Text::UsuallyOf, field = called, values = done::enumerated(&values, lang)),
            }
        });
        let asks = done::enumerated(&fields.collect::<Vec<_>>(), lang);
        let who = match (choice.entitled, choice.could.as_slice(), choice.by.as_slice()) {
            (true, ..) => Text::You.get(lang).to_owned(),
            (false, [], []) => Text::NobodyOf.get(lang).to_owned(),
            (false, [], by) => {
                let by = by.iter().map(|whom| whom.words(lang, view.policy(), kind.name()));
                done::enumerated(&by.collect::<Vec<_>>(), lang)
            }
            (false, could, _) => people(view, could, lang),
        };
        // Missing fields and the people of the step have columns of their own.
        let said = |refusal: &&Refusal| {
            matches!(
                refusal,
                Refusal::Unfit(Unfit::Missing { .. }) | Refusal::Unentitled(Unentitled::NotEntitled { .. })
            )
        };
        let why = choice.hindrances.iter().filter(|refusal| !said(refusal));
        let why: Vec<String> = why.map(|refusal| refusal.message(lang, view.policy())).collect();
        data.push(json!({
            "step": choice.step.name, "open": choice.is_open(), "entitled": choice.entitled, "to": choice.step.targets(),
            "asks": choice.missing(), "proposed": proposed(choice.missing(), &usual), "could": choice.could.iter().map(Id::as_str).collect::<Vec<_>>(),
            "hindrances": choice.hindrances.iter().map(Refusal::code).collect::<Vec<_>>(),
        }));
        let (to, why) = (done::enumerated(&to, lang), why.join(if lang == Lang::Zh { "；" } else { "; " }));
        let cells = [done::step(kind, &choice.step.name, Some(&state), lang), to, asks, who, why];
        rows.row(cells.into_iter().map(|text| if text.is_empty() { Cell::Empty } else { Cell::text(text) }));
    }
    let title = match view.read(id)? {
        Some(record) => done::named(view, &record, lang),
        None => id.to_string(),
    };
    context.out.data(json!({ "id": id.as_str(), "state": state, "steps": data }));
    let rows = table::listed(context, rows, &["step", "who"], false);
    table::print(context, "steps", Label::new(title.clone(), title), rows)?;
    session.at_sign.borrow_mut().offered(id);
    Ok(Exit::Done)
}

/// Adds to a refusal the usual values of the fields that are missing.
pub(super) fn usual(view: &View<'_>, kind: &Kind, record: Record, refusal: &Refusal, mut failure: Failure) -> Failure {
    let missing = refusal.missing();
    let found = match missing.is_empty() {
        true => Vec::new(),
        false => Proposal::usual(kind, &record, &view.reading()).unwrap_or_default(),
    };
    for usual in found.iter().filter(|usual| missing.iter().any(|name| name.split('.').next() == Some(usual.field))) {
        let said = |lang: Lang| {
            let named = |value: &Choice| match value.label.get(lang) {
                written if written == value.name => written.to_owned(),
                label => format!("{label} ({})", value.name),
            };
            let values = done::enumerated(&usual.values.iter().map(named).collect::<Vec<_>>(), lang);
            say!(lang, Text::UsuallyOf, field = usual.chosen.label.get(lang), values = values)
        };
        failure.details.push(Label::each(said));
    }
    failure
}

/// The usual values of the fields that are asked for, by name. A field of lines is named `LIST.FIELD`.
fn proposed(asked: &[String], usual: &[Usual<'_>]) -> serde_json::Value {
    let is_asked = |usual: &&Usual<'_>| asked.iter().any(|name| name.split('.').next() == Some(usual.field));
    let each = usual.iter().filter(is_asked).map(|usual| {
        let name = match usual.chosen.name == usual.field {
            true => usual.field.to_owned(),
            false => format!("{}.{}", usual.field, usual.chosen.name),
        };
        (name, usual.values.iter().map(|value| value.name.as_str()).collect::<Vec<_>>().into())
    });
    serde_json::Value::Object(each.collect())
}

/// People by their names. If there are many, only the first few.
pub(super) fn people(view: &View<'_>, ids: &[Id], lang: Lang) -> String {
    let words = view.words();
    let name = |id: &Id| words.person(id.as_str());
    let few = if ids.len() > NAMED { NAMED - 1 } else { ids.len() };
    let named = done::enumerated(&ids[..few].iter().map(name).collect::<Vec<_>>(), lang);
    match ids.len() - few {
        0 => named,
        more => say!(lang, Text::AndMore, names = named, more = more),
    }
}
