//! `redress find WORD…`: finds records of all kinds by their texts.

use serde_json::Value as Json;

use crate::book::View;
use crate::book::index::WantedWords;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::listing::{self, Listing, OpenForm};
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{cautions, cells, done};
use crate::kind::Kind;
use crate::locale::messages::{FindText as Text, RecordText};
use crate::locale::text::{fold, one_line, truncate};
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Table};
use crate::record::{Fields, Id, Record, Shape, Type, Value, is_phone};
use crate::report::worded;
use crate::wording::{self, Sight};
use crate::{label, say};

/// Find records by words in any text
///
/// Looks through the records of all kinds for those that say all of the words: in their texts and notes, or in the names and phones
/// of the clients, cases and people whom they name. The latest come first. Parts of words count, and so do single Chinese characters;
/// case and width do not matter. A whole phone number finds its client; parts of private numbers and texts are looked for with
/// --private.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What they say: all of the words
    #[arg(value_name = "WORD", required = true)]
    words: Vec<String>,
    /// Records of these kinds alone
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kind: Vec<String>,
    /// At most this many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    form: OpenForm,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "find",
    group: Group::Reports,
    zh: "按词语查找各种记录\n\n在所有种类的记录中查找同时含有这些词语的记录：正文与备注，以及所涉客户、案件、人员的名称和电话。最近的在前。按部分文字查找，一两个汉字也可；不分大小写和全角半角。完整的电话号码可找到其客户；按部分号码查找隐私内容须加 --private。",
    zh_args: &[
        ("words", "词语，须同时符合"),
        ("kind", "只查找这些种类"),
        ("limit", "最多多少条"),
        ("format", "格式：{formats}；不写则依文件扩展名，否则为 text"),
        ("output", "写入文件而不显示；- 为标准输出"),
        ("open", "写好后打开；未写 -o 和 --format 时为网页，即当前目录中的 find.html"),
    ],
    examples: &[
        Example { line: "redress find 漏水", en: "whatever speaks of leaks", zh: "所有提到漏水的记录" },
        Example {
            line: "redress find 恒泰 阀门 --kind complaint",
            en: "complaints of a client about valves",
            zh: "redress find 恒泰 阀门 --kind 投诉\n某客户关于阀门的投诉",
        },
        Example { line: "redress find 13800000000", en: "who calls", zh: "来电的是谁" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// How many lines a terminal shows if no limit is given.
const SHOWN: usize = 50;
/// How wide an excerpt is, in columns.
const EXCERPT: usize = 44;

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let way = args.form.way(COMMAND.name, context)?.of(args.words.iter().chain(&args.kind).map(String::as_str));
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let kinds = args.kind.iter().map(|word| Ok(session::kind(view.policy(), word)?.name().to_owned()));
    let kinds: Vec<String> = kinds.collect::<Result<_, Failure>>()?;
    let words: Vec<(String, Vec<Id>)> = args
        .words
        .iter()
        .flat_map(|words| words.split_whitespace())
        .map(|word| (word.to_owned(), people(&view, word)))
        .collect();
    if words.is_empty() {
        return Err(Failure::usage("no-words", Text::NoWords));
    }
    let private = view.words().sight == Sight::Clear;
    let merged = view.merged()?;
    let found = view.index()?.saying(&WantedWords { words: &words, kinds: &kinds, private, merged })?;
    let usual = if way.is_on_screen(context) { SHOWN } else { usize::MAX };
    let shown = &found[..found.len().min(args.limit.unwrap_or(usual))];
    let records = view.index()?.records(shown)?;
    let said: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
    let said = said.join(" ");
    let mut data = Vec::new();
    if way.takes_data(context) {
        let links = view.links_to_each(shown)?;
        let told = records.iter().map(|record| {
            let kind = session::kind(view.policy(), &record.kind)?;
            let links = links.get(&record.id).map(Vec::as_slice).unwrap_or_default();
            Ok(cells::json(&view, kind, record, links, view.words().sight)?)
        });
        data = told.collect::<Result<Vec<Json>, Failure>>()?;
    }
    let title = match records.len() == found.len() {
        true => label!(Text::Title, words = said, count = found.len()),
        false => label!(Text::TitleCut, words = said, shown = records.len(), count = found.len()),
    };
    let listing = Listing {
        command: COMMAND.name,
        title,
        table: if way.takes_data(context) { Table::default() } else { rows(&view, &records, &words) },
        screen: None,
        lines: 2,
        numbered: true,
        keep: Vec::new(),
        chooses: false,
        data,
        total: Some(found.len() as u64),
        ids: Some(records.iter().map(|record| record.id.to_string()).collect()),
    };
    listing::write(context, &view, &way, listing)?;
    if records.len() < found.len() && way.is_text() && !context.flags.quiet {
        let (more, all) = (found.len() - records.len(), found.len());
        context.out.aside(&say!(context.lang, Text::More, more = more, all = all));
    }
    if found.is_empty() {
        context.out.aside(&say!(context.lang, Text::NothingFits, words = said));
        if !private && words.iter().any(|(word, _)| is_phone(&fold(word))) {
            context.out.aside(Text::PartsArePrivate.get(context.lang));
        }
    }
    session.at_sign.borrow_mut().listed(records.iter().map(|record| &record.id));
    let unreadable = cautions::note_unreadable(context, &view)?;
    Ok(if unreadable == Exit::Done { context.listed(found.len()) } else { unreadable })
}

/// The people whose names contain a word.
fn people(view: &View<'_>, word: &str) -> Vec<Id> {
    let folded = fold(word);
    let named = view.people().iter().filter(|person| fold(&person.name).contains(&folded));
    named.map(|person| person.id.clone()).collect()
}

fn rows(view: &View<'_>, records: &[Record], words: &[(String, Vec<Id>)]) -> Table {
    let numbered = records.iter().any(|record| done::number(view, record).is_some());
    let mut columns = vec![
        Column::id("id", RecordText::ColumnId).weighing(u8::MAX),
        Column::label("kind", RecordText::ColumnKind),
        Column::text("title", RecordText::ColumnTitle).weighing(Column::MUCH),
        Column::label("state", RecordText::ColumnState),
        Column::moment("opened", RecordText::ColumnOpened).weighing(Column::LITTLE),
    ];
    if numbered {
        // not every record that is found has a number
        columns.insert(0, Column::text("number", RecordText::ColumnNumber).weighing(Column::MUCH));
    }
    let mut rows = Table::new(columns);
    for record in records {
        let Some(kind) = view.policy().kind(&record.kind) else { continue };
        let mut cells = vec![
            Cell::id(&record.id),
            Cell::Label(kind.shape.label.clone()),
            worded::said(what(view, kind, record, words)),
            Cell::Label(wording::standing(kind, record)),
            record.opened().map_or(Cell::Empty, Cell::Moment),
        ];
        if numbered {
            cells.insert(0, done::number(view, record).map_or(Cell::Empty, Cell::text));
        }
        rows.row(cells);
    }
    rows
}

/// What a record is about. Below it stand the words in their context, if the title does not contain them.
fn what(view: &View<'_>, kind: &Kind, record: &Record, words: &[(String, Vec<Id>)]) -> Label {
    let about = view.words().about(record);
    let told = fold(&format!("{} {}", about.get(Lang::En), about.get(Lang::Zh)));
    let hidden = words.iter().map(|(word, _)| fold(word)).find(|word| !told.contains(word.as_str()));
    let Some((field, text)) = hidden.and_then(|word| {
        excerpt(&record.fields, &kind.shape, &word, view.words().sight).or_else(|| noted(record, &word))
    }) else {
        return about;
    };
    Label::each(|lang| {
        let name = field.get(lang);
        let line = if name.is_empty() { text.clone() } else { say!(lang, Text::ExcerptOf, field = name, text = text) };
        format!("{}\n{line}", about.get(lang)).trim().to_owned()
    })
}

/// The field whose text contains a word, and the text around the word.
fn excerpt(fields: &Fields, shape: &Shape, word: &str, sight: Sight) -> Option<(Label, String)> {
    fields.iter().find_map(|(id, value)| {
        let field = shape.field(id);
        if !sight.shows(field) {
            return None;
        }
        value.elements().iter().find_map(|value| match (field.ty.element(), value) {
            (Type::Group(inner), Value::Group(fields)) => excerpt(fields, inner, word, sight),
            (Type::Text | Type::Email | Type::Phone, Value::Text(text)) => {
                Some((field.label.clone(), around(text, word)?))
            }
            (Type::File, Value::File(file)) => Some((field.label.clone(), around(&file.name, word)?)),
            _ => None,
        })
    })
}

/// The note that contains a word.
fn noted(record: &Record, word: &str) -> Option<(Label, String)> {
    let note = record.history.iter().rev().find_map(|event| around(event.note.as_deref()?, word))?;
    Some((RecordText::ColumnNote.label(), note))
}

/// The text around a word.
fn around(text: &str, word: &str) -> Option<String> {
    let line = text.lines().find(|line| fold(line).contains(word))?;
    let letters: Vec<char> = line.chars().collect();
    let holds = |from: usize| fold(&letters[from..].iter().collect::<String>()).starts_with(word);
    let at = (0..letters.len()).find(|from| holds(*from)).unwrap_or_default();
    let from = at.saturating_sub(8);
    let shown: String = letters[from..].iter().collect();
    let lead = if from > 0 { "…" } else { "" };
    Some(format!("{lead}{}", truncate(&one_line(&shown), EXCERPT)))
}
