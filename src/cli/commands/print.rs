//! `redress print ID [FORM]`: a record as a form for paper.

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value as Json, json};

use crate::book::View;
use crate::cli::commands::validate;
use crate::cli::context::Context;
use crate::cli::done;
use crate::cli::exit::Exit;
use crate::cli::failure::{Candidate, Failure};
use crate::cli::flags::Tongue;
use crate::cli::output::write_file;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{listing, opener, templates};
use crate::filter::Unanswered;
use crate::form::{Desk, FormError, Paper, Press, Sheet, Style};
use crate::gather;
use crate::kind::{Condition, Kind};
use crate::locale::messages::FormText as Text;
use crate::locale::messages::RecordText;
use crate::locale::{Label, Lang};
use crate::place::Problem;
use crate::policy::{Form, Forms};
use crate::record::Record;
use crate::{label, say};

/// Print a record as a form: HTML for A4 paper
///
/// Every copy is a sheet of its own that names its holder. What the record does not have yet stays ruled space, to be
/// filled in, signed or stamped by hand. Without a form those that are wanted of the record as it stands; the others
/// that fit are printed by name. Which forms there are says forms/forms.toml, how they look the templates beside it. A
/// browser prints the page, or saves it as PDF. `--lang both` names every cell in both languages, as without `--lang`;
/// `--lang zh` and `--lang en` in one. Each form becomes a file of its own in the current folder, ID-FORM.html. A file
/// that is there already is replaced only after a question, or with -y.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record
    #[arg(value_name = "ID")]
    id: String,
    /// The form; without it those that are wanted of the record as it stands
    #[arg(value_name = "FORM")]
    form: Option<String>,
    /// The file to write, with all forms, or the folder; - is standard output. Without it ID-FORM.html in the current
    /// folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// One copy alone
    #[arg(long, value_name = "NAME")]
    copy: Option<String>,
    /// The paper: A4, or continuous paper 241 mm wide for dot printers
    #[arg(long, value_name = "a4|241mm", default_value = Paper::A4.name(), value_parser = papers(), hide_possible_values = true)]
    paper: Paper,
    /// Leave who signed open, to be signed by hand
    #[arg(long)]
    blank_signatures: bool,
    /// Open what was written
    #[arg(long)]
    open: bool,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "print",
    group: Group::Records,
    zh: "将记录打印为表单：A4 纸用的 HTML\n\n每联单独成页并注明存联部门。记录中尚无的内容留空，供手填、签字或盖章。不写表单名则打印当前阶段应出的表单，其他适用的表单按名称打印。有哪些表单见 forms/forms.toml，版式见其旁的模板。用浏览器即可打印或另存为 PDF。--lang both（不写 --lang 时亦同）为双语，--lang zh 或 en 为单语。每张表单在当前文件夹中各成一个文件：编号-表单名.html。已有同名文件时先询问，或加 -y 直接覆盖。",
    zh_args: &[
        ("id", "记录"),
        ("form", "表单；不写则为当前阶段应出的表单"),
        ("output", "写入的文件（含全部表单）或文件夹；- 为标准输出；不写则为当前文件夹中的 编号-表单名.html"),
        ("copy", "只打印其中一联"),
        ("paper", "纸张：A4，或针式打印机用的 241 毫米连续纸"),
        ("blank_signatures", "签章处留空，供手签"),
        ("open", "写好后打开"),
    ],
    examples: &[
        Example {
            line: "redress print 7K3F2 complaint-handling --open",
            en: "a form in all its copies, in the browser",
            zh: "redress print 7K3F2 客户投诉处理表 --open\n打印处理表的全部各联，并在浏览器中打开",
        },
        Example {
            line: "redress print 7K3F2 客户投诉处理表 --copy finance -o f.html",
            en: "the copy of the finance department",
            zh: "redress print 7K3F2 客户投诉处理表 --copy finance -o 处理表.html\n只打印财务联",
        },
        Example {
            line: "redress print 7K3F2 -o forms.html",
            en: "what is to be printed now, in one file",
            zh: "把当前应出的表单打印到一个文件",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    if args.copy.is_some() && args.form.is_none() {
        return Err(Failure::usage("copy", Text::CopyNeedsForm));
    }
    let to = match args.output.as_deref() {
        Some(path) if path == Path::new(listing::STANDARD) => To::Standard,
        Some(path) if path.is_dir() => To::Folder(path.to_owned()),
        Some(path) => To::File(path.to_owned()),
        None => To::Folder(PathBuf::new()),
    };
    if args.open && matches!(to, To::Standard) {
        return Err(Failure::usage("nothing-to-open", Text::NothingToOpen));
    }
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let id = session.record(context, &view, &[], &args.id)?;
    let missing = || Failure::missing("no-record", label!(RecordText::NoRecord, id = id));
    let record = view.read(&id)?.ok_or_else(missing)?;
    let kind = session::kind(view.policy(), &record.kind)?;
    let (mut sheets, others) = match &args.form {
        Some(word) => (vec![named(&view, kind, &record, word, args.copy.as_deref())?], Vec::new()),
        None => fitting(&view, kind, &record)?,
    };
    let rules = |record: &Record| view.rules_of(record);
    let reading = view.reading();
    let earlier = |record: &Record| gather::earlier(&view, record).map_err(|error| Unanswered(error.into()));
    let desk = Desk::new(view.policy(), view.people(), &reading, &rules, view.now()).counting(&earlier);
    let broken = |error: FormError| broken(&view, &error);
    let both = context.flags.lang.is_none_or(|lang| lang == Tongue::Both);
    let style = Style { paper: args.paper, both, blank_signatures: args.blank_signatures };
    let renderer = templates::renderer();
    let press = Press::new(&view.policy().forms, &*renderer, style).map_err(broken)?;
    if !renderer.is_limited() {
        context.out.warn("unlimited", Text::NotLimited);
    }
    warn_of_uncommitted(context, &view);
    let lang = context.lang;
    let print = |sheets: &[Sheet<'_>]| press.print(&desk, &record, sheets, lang);
    // one wrong template does not keep the other forms from being printed
    let mut wrong_ones: Vec<(String, Problem)> = Vec::new();
    if sheets.len() > 1 {
        let mut tried = Vec::new();
        for sheet in std::mem::take(&mut sheets) {
            match print(std::slice::from_ref(&sheet)) {
                Err(FormError::Template(problem)) => {
                    wrong_ones.push((called(std::slice::from_ref(&sheet), lang), *problem));
                }
                _ => tried.push(sheet),
            }
        }
        sheets = tried;
        if sheets.is_empty() {
            let mut problems: Vec<Problem> = wrong_ones.into_iter().map(|(_, problem)| problem).collect();
            problems.dedup();
            return Err(wrong(&view.policy().forms, problems));
        }
    }
    let print = |sheets: &[Sheet<'_>]| print(sheets).map_err(broken);
    let forms: Vec<Json> = sheets.iter().map(sheet).collect();
    let by_name: Vec<Json> = others.iter().map(sheet).collect();
    let mut data = json!({ "id": id.as_str(), "forms": forms, "by-name": by_name, "file": null, "written": [] });
    let pages: Vec<Page> = match to {
        To::Standard => {
            let page = print(&sheets)?;
            context.out.text(&page);
            data["html"] = json!(page);
            Vec::new()
        }
        To::File(file) => {
            vec![Page { replaces: true, file, html: print(&sheets)?, forms: called(&sheets, context.lang) }]
        }
        To::Folder(folder) => {
            let page = |sheet: &Sheet<'_>| {
                let copy = args.copy.as_ref().and_then(|_| sheet.copies.first());
                let copy = copy.map(|copy| format!("-{}", copy.name)).unwrap_or_default();
                let file = folder.join(format!("{id}-{}{copy}.html", sheet.form.name));
                let html = print(std::slice::from_ref(sheet))?;
                Ok(Page { replaces: false, file, html, forms: called(std::slice::from_ref(sheet), context.lang) })
            };
            sheets.iter().map(page).collect::<Result<_, Failure>>()?
        }
    };
    if !pages.is_empty() {
        context.out.note(&done::named(&view, &record, context.lang));
    }
    write(context, &pages)?;
    if !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|sheet| sheet.form.name.as_str()).collect();
        let names = done::enumerated(&names.iter().map(ToString::to_string).collect::<Vec<_>>(), context.lang);
        context.out.aside(&say!(context.lang, Text::ByName, forms = names));
    }
    let written: Vec<String> = pages.iter().map(|page| page.file.display().to_string()).collect();
    if let [file] = written.as_slice() {
        data["file"] = json!(file);
    }
    data["written"] = json!(written);
    if args.open && !context.flags.dry_run {
        // every file is tried, even after one that no program took
        let opened: Vec<bool> = pages.iter().map(|page| opener::open(context, &page.file)).collect();
        data["opened"] = json!(opened.iter().all(|opened| *opened));
    }
    if wrong_ones.is_empty() {
        context.out.data(data);
        return Ok(Exit::Done);
    }
    let (names, problems): (Vec<String>, Vec<Problem>) = wrong_ones.into_iter().unzip();
    let failure = wrong(&view.policy().forms, problems);
    let left_out = label!(Text::NotPrinted, forms = names.join(", "));
    data["not-printed"] = json!(failure.problems.iter().map(validate::json).collect::<Vec<_>>());
    context.out.data(data);
    if !context.flags.json {
        context.out.complain(&Failure { message: left_out, ..failure });
    }
    Ok(Exit::Refused)
}

/// Where the forms go.
enum To {
    Standard,
    /// All of them.
    File(PathBuf),
    /// Each in a file that is named after it.
    Folder(PathBuf),
}

/// A file to write.
struct Page {
    file: PathBuf,
    html: String,
    /// What it holds.
    forms: String,
    /// Whether the user named the file, so that an existing one may be replaced without a question.
    replaces: bool,
}

/// Writes all files or none. It asks first about existing files that would be lost.
fn write(context: &mut Context, pages: &[Page]) -> Result<(), Failure> {
    for page in pages.iter().filter(|_| !context.flags.yes && !context.flags.dry_run) {
        // a file that already has these bytes is not lost; what is no file, such as a pipe, has none
        let long = page.html.len() as u64;
        let lost = std::fs::metadata(&page.file).is_ok_and(|meta| {
            let same = || std::fs::read(&page.file).is_ok_and(|there| there == page.html.as_bytes());
            meta.is_file() && !(meta.len() == long && same())
        });
        let file = page.file.display();
        let asks = context.may_ask();
        if lost && asks && !context.prompt().confirm(&say!(context.lang, Text::Replace, file = file), false)? {
            return Err(Failure::refused("file-exists", label!(Text::LeftAlone, file = file)));
        }
        if lost && !asks && !page.replaces {
            let failure = Failure::refused("file-exists", label!(Text::IsThere, file = file));
            return Err(failure.hint(Text::IsThereHint));
        }
    }
    for page in pages {
        listing::check_target(context, &page.file)?;
    }
    for page in pages {
        let (file, forms) = (page.file.display(), &page.forms);
        let line = match context.flags.dry_run {
            true => say!(context.lang, Text::WouldWrite, file = file, forms = forms),
            false => {
                write_file(&page.file, page.html.as_bytes())?;
                say!(context.lang, Text::Written, file = file, forms = forms)
            }
        };
        context.out.note(&line);
    }
    Ok(())
}

/// The forms by name, with the number of copies if there are several.
fn called(sheets: &[Sheet<'_>], lang: Lang) -> String {
    let name = |sheet: &Sheet<'_>| match sheet.copies.len() {
        0 | 1 => sheet.form.label.get(lang).to_owned(),
        count => say!(lang, Text::InCopies, form = sheet.form.label.get(lang), count = count),
    };
    let names: Vec<String> = sheets.iter().map(name).collect();
    names.join(match lang {
        Lang::En => ", ",
        Lang::Zh => "、",
    })
}

fn sheet(sheet: &Sheet<'_>) -> Json {
    let copies: Vec<&str> = sheet.copies.iter().map(|copy| copy.name.as_str()).collect();
    json!({ "form": sheet.form.name, "copies": copies })
}

/// The form that a word names, in all its copies or in one.
fn named<'v>(
    view: &'v View<'_>,
    kind: &Kind,
    record: &Record,
    word: &str,
    copy: Option<&str>,
) -> Result<Sheet<'v>, Failure> {
    let forms = &view.policy().forms;
    let Some(form) = forms.find(word) else {
        let failure = Failure::missing("no-form", label!(Text::NoForm, form = word));
        return Err(failure.hint(known(forms, kind)).candidates(candidates(forms, kind)));
    };
    if form.kind != kind.name() {
        let own = view.policy().kind(&form.kind).map(|kind| kind.shape.label.clone()).unwrap_or_default();
        let message = |lang: Lang| {
            let (own, kind) = (own.get(lang), kind.shape.label.get(lang));
            say!(lang, Text::OtherKind, form = form.name, own = own, id = record.id, kind = kind)
        };
        let message = Label::new(message(Lang::En), message(Lang::Zh));
        return Err(Failure::refused("other-kind", message).hint(known(forms, kind)));
    }
    if let Some(when) = &form.when
        && !when.filter.matches(record, &view.reading())?
    {
        let message = label!(Text::DoesNotFit, form = form.name, id = record.id, condition = when.text.value);
        return Err(Failure::refused("does-not-fit", message));
    }
    let copies = match copy {
        None => form.copies.iter().collect(),
        Some(word) => match form.copy(word).filter(|copy| !copy.name.is_empty()) {
            Some(copy) => vec![copy],
            None => {
                let named = form.copies.iter().filter(|copy| !copy.name.is_empty());
                let names: Vec<Label> = named.map(|copy| Label::typed(&copy.name, &copy.holder)).collect();
                let message = label!(Text::NoCopy, form = form.name, copy = word);
                let hint = (!names.is_empty()).then(|| label!(Text::KnownCopies; copies = Label::list(names)));
                return Err(Failure::missing("no-copy", message).hint_if(hint));
            }
        },
    };
    Ok(Sheet { form, copies, draft: is_draft(view, form, record)? })
}

/// Whether the form is only a draft in the record's state.
fn is_draft(view: &View<'_>, form: &Form, record: &Record) -> Result<bool, Unanswered> {
    form.draft.as_ref().map_or(Ok(false), |draft| draft.filter.matches(record, &view.reading()))
}

fn papers() -> impl TypedValueParser<Value = Paper> {
    let names = PossibleValuesParser::new(Paper::ALL.map(Paper::name));
    names.map(|name| Paper::ALL.into_iter().find(|paper| paper.name() == name).unwrap_or_default())
}

/// The forms that the record needs as it stands, or all that fit if it needs none. The second list holds the other
/// forms that fit. They are printed by name.
fn fitting<'v>(view: &'v View<'_>, kind: &Kind, record: &Record) -> Result<(Vec<Sheet<'v>>, Vec<Sheet<'v>>), Failure> {
    let forms = &view.policy().forms;
    let of_kind = || forms.of_kind(kind.name());
    let holds = |condition: &Option<Condition>| {
        condition.as_ref().map_or(Ok(true), |holds| holds.filter.matches(record, &view.reading()))
    };
    let (mut sheets, mut others): (Vec<Sheet<'v>>, Vec<Sheet<'v>>) = (Vec::new(), Vec::new());
    for form in forms.forms.iter().filter(|form| form.kind == kind.name()) {
        if holds(&form.when)? {
            let sheet = Sheet { form, copies: form.copies.iter().collect(), draft: is_draft(view, form, record)? };
            if holds(&form.current)? { &mut sheets } else { &mut others }.push(sheet);
        }
    }
    if sheets.is_empty() {
        std::mem::swap(&mut sheets, &mut others);
    }
    match (sheets.is_empty(), of_kind().next()) {
        (false, _) => Ok((sheets, others)),
        (true, Some(_)) => {
            Err(Failure::refused("no-form-fits", label!(Text::NoneFits, id = record.id)).hint(known(forms, kind)))
        }
        (true, None) => Err(Failure::missing("no-form", known(forms, kind))),
    }
}

/// Warns of templates that are changed by hand: what is committed is printed.
fn warn_of_uncommitted(context: &mut Context, view: &View<'_>) {
    if context.flags.at.is_some() || view.repo().top().is_none() {
        return;
    }
    let forms = &view.policy().forms;
    let differs = |(name, text): (&String, &String)| {
        let path = format!("{}{name}", forms.home.folder());
        let there = view.on_disk(&path).and_then(|bytes| String::from_utf8(bytes).ok());
        // git may have made CR LF of the line ends
        (there.map(|there| there.replace("\r\n", "\n")) != Some(text.replace("\r\n", "\n"))).then_some(path)
    };
    let files: Vec<String> = forms.templates.iter().filter_map(differs).collect();
    if !files.is_empty() && !view.repo().leaves_files_out() {
        context.out.warn("uncommitted", label!(Text::Uncommitted, files = files.join(", ")));
    }
}

/// Which forms a kind has, in words.
fn known(forms: &Forms, kind: &Kind) -> Label {
    let names: Vec<Label> = forms.of_kind(kind.name()).map(|form| Label::typed(&form.name, &form.label)).collect();
    let kind = kind.shape.label.clone();
    match names.is_empty() {
        true => label!(Text::NoForms; kind = kind),
        false => label!(Text::KnownForms; kind = kind, forms = Label::list(names)),
    }
}

fn candidates(forms: &Forms, kind: &Kind) -> Vec<Candidate> {
    let one = |form: &Form| Candidate { name: form.name.clone(), about: form.label.clone() };
    forms.of_kind(kind.name()).map(one).collect()
}

/// The failure for a wrong template, with its place, or for something that could not be looked up.
fn broken(view: &View<'_>, error: &FormError) -> Failure {
    if let FormError::Unanswered(why) = error {
        return why.clone().into();
    }
    wrong(&view.policy().forms, vec![error.problem()])
}

/// The failure for wrong templates, with excerpts.
pub fn wrong(forms: &Forms, problems: Vec<Problem>) -> Failure {
    let mut failure = Failure::refused("template", Text::Broken);
    for problem in &problems {
        let file = problem.place.file.to_string();
        let name = file.strip_prefix(forms.home.folder()).unwrap_or_default();
        if let Some(text) = forms.templates.get(name) {
            failure = failure.source(file, text.as_str());
        }
    }
    failure.problems(problems)
}
