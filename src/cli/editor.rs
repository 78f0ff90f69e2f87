//! Editing in the user's editor. A mistake never loses the text, and it is shown where it is.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value as Json};

use super::context::Context;
use super::entries;
use super::failure::Failure;
use super::naming;
use super::naming::Names;
use crate::book::View;
use crate::entry::Assignment;
use crate::kind::Kind;
use crate::label;
use crate::locale::Lang;
use crate::locale::messages::RecordText as Text;
use crate::locale::os_error;
use crate::place::Problem;
use crate::record::{Fields, Type};

/// Marks lines that the program wrote above the text. They are removed again.
const MARK: &str = "#! ";

/// Opens `text` in the editor until `read` accepts it or the user gives up. `file` is the file that the editor opens.
/// It keeps the text if the user gives up.
///
/// # Errors
/// If there is no editor or terminal, or the user gave up. The text is kept then.
pub fn edit<T>(
    context: &Context,
    file: &Path,
    text: &str,
    mut read: impl FnMut(&str) -> Result<T, Vec<Problem>>,
) -> Result<Option<T>, Failure> {
    let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| context.variable(name));
    let editor = editor.and_then(|editor| editor.into_string().ok()).unwrap_or_else(|| "vi".to_owned());
    let unwritable = |error: std::io::Error| {
        Failure::unreadable("file", label!(Text::BadFrom, file = file.display(); reason = os_error(&error)))
    };
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let mut shown = text.to_owned();
    loop {
        std::fs::write(file, &shown).map_err(unwritable)?;
        // As in git: the shell splits the variable, so that `code --wait` works.
        let status = Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg(&editor).arg(file).status();
        let ended = status.map_err(unwritable)?;
        let written = String::from_utf8(std::fs::read(file).map_err(unwritable)?);
        let written = written.map_err(|_| {
            Failure::refused("editor", Text::EditorNotUtf8).hint(label!(Text::EditorKept, file = file.display()))
        })?;
        let clean: String =
            written.lines().filter(|line| !line.starts_with(MARK)).map(|line| format!("{line}\n")).collect();
        if !ended.success() {
            return Err(Failure::refused("editor", label!(Text::EditorFailed, editor = editor))
                .hint(label!(Text::EditorKept, file = file.display())));
        }
        if clean.trim() == text.trim() && shown == text {
            std::fs::remove_file(file).map_err(unwritable)?;
            return Ok(None);
        }
        match read(&clean) {
            Ok(value) => {
                std::fs::remove_file(file).map_err(unwritable)?;
                return Ok(Some(value));
            }
            Err(problems) => {
                let again = annotated(&clean, &problems, context.lang);
                // The same mistake, saved again unchanged, means that the user wants to leave.
                if again == shown || !context.terminal.input {
                    return Err(Failure::refused("editor", Text::EditorMistakes)
                        .hint(label!(Text::EditorKept, file = file.display()))
                        .problems(problems)
                        .source(file.display().to_string(), clean));
                }
                shown = again;
            }
        }
    }
}

/// The text, with each problem above its line.
fn annotated(text: &str, problems: &[Problem], lang: Lang) -> String {
    let mut out = String::new();
    for (number, line) in (1..).zip(text.lines()) {
        for problem in problems.iter().filter(|problem| problem.place.line == number) {
            let help = problem.help.as_ref().map(|help| format!(" ({})", help.get(lang))).unwrap_or_default();
            out.push_str(&format!("{MARK}{}{help}\n", problem.message.get(lang).replace('\n', " ")));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The fields of a new record, written in the editor in a form that names every field of the kind.
///
/// # Errors
/// As [`edit`]. An empty form is a usage error.
pub fn fields(
    context: &Context,
    view: &View<'_>,
    kind: &Kind,
    assignments: &[Assignment],
    object: Option<Map<String, Json>>,
) -> Result<Map<String, Json>, Failure> {
    let names = Names { view, at_sign: None };
    let mut given = Fields::new();
    if let Some(object) = &object {
        given = naming::read_json(&names, kind, &given, object)?;
    }
    given = naming::read_assignments(&names, kind, &given, assignments, None)?;
    let form = form(kind, &given, context.lang);
    let file = view.repo().state_dir().join("edit").join(format!("new-{}.yaml", kind.name()));
    let read = |text: &str| {
        let problem = |failure: Failure| match failure.problems.is_empty() {
            true => {
                vec![Problem::new(crate::place::Place::of_file("new"), failure.message)]
            }
            false => failure.problems,
        };
        let object = entries::object(&file.display().to_string(), text).map_err(problem)?;
        naming::read_json(&names, kind, &Fields::new(), &object).map_err(problem)?;
        Ok(object)
    };
    edit(context, &file, &form, read)?.ok_or_else(|| Failure::usage("editor", Text::NothingWritten))
}

fn form(kind: &Kind, given: &Fields, lang: Lang) -> String {
    let written = crate::record::write_fields(given, &kind.shape);
    let mut text = written;
    for (id, field) in kind.shape.handles().filter(|(id, field)| given.get(*id).is_none() && !field.retired) {
        let choices = match field.ty.element() {
            Type::Choice(choices) => {
                let names: Vec<&str> = choices.iter().filter(|c| !c.retired).map(|c| c.name.as_str()).collect();
                format!(" [{}]", names.join(", "))
            }
            _ => String::new(),
        };
        let mark = if kind.first_step().asks.iter().any(|ask| ask.field == id) || field.required { "" } else { "# " };
        text.push_str(&format!("# {}{choices}\n{mark}{}:\n", field.label.get(lang), field.name));
    }
    text
}
