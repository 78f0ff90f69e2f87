//! The first rows as they would become, with a verdict for each: what `--dry-run` shows.

use serde_json::{Value as Json, json};

use crate::book::Writing;
use crate::cli::context::Context;
use crate::cli::done;
use crate::cli::importing::{Outcome, in_a_line};
use crate::entry::import::BadCell;
use crate::kind::Kind;
use crate::locale::Lang;
use crate::locale::messages::ImportText as Text;
use crate::record::{Type, Value};
use crate::say;

/// How many rows are shown.
const MOST: usize = 5;
/// The longest line of a field, in characters.
const LONGEST: usize = 76;

/// The first rows of a file.
pub(super) struct Preview {
    wanted: bool,
    rows: Vec<Shown>,
}

struct Shown {
    line: usize,
    verdict: Verdict,
    /// The fields: name, label with value in both languages, and the value as it is stored.
    fields: Vec<(String, [String; 2], String)>,
}

enum Verdict {
    Made { state: [String; 2], at: String },
    Exists(String),
    Differs(String),
    Rejected([String; 2]),
}

impl Preview {
    pub(super) fn new(wanted: bool) -> Self {
        Preview { wanted, rows: Vec::new() }
    }

    fn asks(&self) -> bool {
        self.wanted && self.rows.len() < MOST
    }

    /// A row that cannot be taken.
    pub(super) fn rejected(&mut self, line: usize, bad: &[BadCell]) {
        if !self.asks() {
            return;
        }
        let why = Lang::ALL.map(|lang| {
            let each = bad.iter().map(|bad| match bad.column.is_empty() {
                true => bad.message.get(lang).to_owned(),
                false => format!("{}{}{}", bad.column, lang.colon(), bad.message.get(lang)),
            });
            each.collect::<Vec<_>>().join(lang.semicolon())
        });
        self.rows.push(Shown { line, verdict: Verdict::Rejected(why), fields: Vec::new() });
    }

    /// A row that is taken, or known already.
    pub(super) fn taken(&mut self, line: usize, outcome: &Outcome, kind: &Kind, writing: &Writing<'_>) {
        if !self.asks() {
            return;
        }
        let (verdict, id) = match outcome {
            Outcome::Existed(id) => (Verdict::Exists(id.to_string()), None),
            Outcome::Differs(id) => (Verdict::Differs(id.to_string()), None),
            Outcome::Made(id) => {
                let Ok(record) = writing.operation.record(id) else { return };
                let at = record.history.last().map(|event| event.at.format("%Y-%m-%d %H:%M").to_string());
                let state = Lang::ALL.map(|lang| done::state(kind, &record.state, lang));
                (Verdict::Made { state, at: at.unwrap_or_default() }, Some(record))
            }
        };
        let fields = id.iter().flat_map(move |record| {
            record.fields.iter().map(move |(field, value)| {
                let declared = kind.field(field);
                let texts = Lang::ALL.map(|lang| {
                    let colon = if lang == Lang::Zh { "：" } else { ": " };
                    format!("{}{colon}{}", declared.label.get(lang), plain(&declared.ty, value, writing, lang))
                });
                (declared.name.clone(), texts, in_a_line(value))
            })
        });
        let fields = fields.collect();
        self.rows.push(Shown { line, verdict, fields });
    }

    /// The rows in lines.
    pub(super) fn show(&self, context: &mut Context) {
        let lang = context.lang;
        let at =
            |texts: &[String; 2]| texts[Lang::ALL.iter().position(|known| *known == lang).unwrap_or_default()].clone();
        for row in &self.rows {
            let line = row.line;
            context.out.line(&match &row.verdict {
                Verdict::Made { state, at: since } => {
                    say!(lang, Text::PreviewMade, line = line, state = at(state), at = since)
                }
                Verdict::Exists(id) => say!(lang, Text::PreviewExists, line = line, id = id),
                Verdict::Differs(id) => say!(lang, Text::PreviewDiffers, line = line, id = id),
                Verdict::Rejected(why) => say!(lang, Text::PreviewRejected, line = line, why = at(why)),
            });
            for (_, texts, _) in &row.fields {
                let text = at(texts);
                let mut short: String = text.chars().take(LONGEST).collect();
                if short.len() < text.len() {
                    short.push('…');
                }
                context.out.line(&format!("  {}", short.replace(['\n', '\r'], " ")));
            }
        }
    }

    /// The rows as JSON. `None` if nobody asked for them.
    pub(super) fn data(&self) -> Option<Json> {
        self.wanted.then(|| {
            let row = |row: &Shown| {
                let fields: serde_json::Map<String, Json> =
                    row.fields.iter().map(|(name, _, text)| (name.clone(), text.clone().into())).collect();
                let (verdict, more) = match &row.verdict {
                    Verdict::Made { at, .. } => ("made", json!({ "at": at })),
                    Verdict::Exists(id) => ("existing", json!({ "id": id })),
                    Verdict::Differs(id) => ("differs", json!({ "id": id })),
                    Verdict::Rejected(why) => ("rejected", json!({ "why": why[0] })),
                };
                json!({ "line": row.line, "verdict": verdict, "what": more, "fields": fields })
            };
            self.rows.iter().map(row).collect()
        })
    }
}

/// A value in a line: choices by their labels, records by their titles.
fn plain(ty: &Type, value: &Value, writing: &Writing<'_>, lang: Lang) -> String {
    match (ty.element(), value) {
        (_, Value::List(items)) => {
            items.iter().map(|item| plain(ty, item, writing, lang)).collect::<Vec<_>>().join(", ")
        }
        (Type::Choice(choices), Value::Text(name)) => {
            let choice = choices.iter().find(|choice| choice.name == *name);
            choice.map_or_else(|| name.clone(), |choice| choice.label.get(lang).to_owned())
        }
        (_, Value::Ref(id)) => {
            let record = writing.operation.record(id).ok();
            let kind = record.as_ref().and_then(|record| writing.view.policy().kind(&record.kind));
            let title =
                record.as_ref().zip(kind.and_then(|kind| kind.title)).and_then(|(record, title)| record.get(title));
            title.map_or_else(|| id.to_string(), in_a_line)
        }
        (_, value) => in_a_line(value),
    }
}
