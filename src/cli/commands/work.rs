//! `redress work [KIND] [FILTER…]`: goes through the list of `due` at a terminal, one record at a time.

use super::due::lines::{self, Item};
use super::{advance, due, show};
use crate::book::View;
use crate::calendar::words;
use crate::cli::context::Context;
use crate::cli::done;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::prompt::MenuItem;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::kind::{EDIT, Step};
use crate::lifecycle::{StepChoice, Whose};
use crate::locale::Lang;
use crate::locale::messages::{RecordText, WorkText as Text};
use crate::locale::text::{truncate, visible};
use crate::model::Cell;
use crate::record::Id;
use crate::say;

/// Go through what you must do, one record at a time
///
/// Each record of `redress due` is shown with whom it is about, what is asked and until when. A number takes a step and
/// asks what the step needs; a step that is refused says why, and the record stays. Skip leaves a record as it is, stop
/// ends the round. Every step is a commit of its own. At the end it says what was done and what is left.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A kind, then conditions; without a kind all that `redress due` lists
    #[arg(value_name = "KIND|FILTER")]
    words: Vec<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "work",
    group: Group::Records,
    zh: "逐条办理待办事项\n\n逐条显示 redress due 的记录：涉及谁、要办什么、何时到期。输入序号即办理该步骤，并逐项询问所需内容；被拒绝时说明原因，记录不变。可跳过或结束。每一步作一次提交。最后列出已办和未办的事项。",
    zh_args: &[("words", "种类和筛选条件；不写则为 redress due 的全部事项")],
    examples: &[
        Example { line: "redress work", en: "go through everything of mine", zh: "逐条办理我的待办" },
        Example {
            line: "redress work callback",
            en: "make the day's calls",
            zh: "redress work 回访\n逐条办理今天的回访",
        },
        Example {
            line: "redress work complaint severity=critical",
            en: "the critical complaints first",
            zh: "redress work 投诉 严重程度=重大\n先办重大投诉",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// The answers that are no steps.
const SHOW: &str = "show";
const SKIP: &str = "skip";
const STOP: &str = "stop";

/// How many of the records that are left are listed.
const NAMED: usize = 20;

/// What a round has done.
#[derive(Default)]
struct Round {
    /// The steps that were taken, in words.
    done: Vec<String>,
    skipped: Vec<Id>,
}

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    if !context.may_ask() {
        return Err(Failure::usage("terminal", Text::NeedsTerminal).hint(Text::NeedsTerminalHint));
    }
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    session.actor(context, &view)?;
    let words = worded(&view, args.words);
    let mut ids: Vec<Id> = Vec::new();
    for item in mine(&view, &words)? {
        if !ids.contains(&item.record.id) {
            ids.push(item.record.id.clone());
        }
    }
    drop(view);
    if ids.is_empty() {
        context.out.aside(RecordText::DoneSoFar.get(context.lang));
        return Ok(context.listed(0));
    }
    let mut round = Round::default();
    let mut ended = Ok(Exit::Done);
    let mut left = ids.len();
    for (at, id) in ids.iter().enumerate() {
        match one(context, &words, (at + 1, ids.len()), id, &mut round) {
            Ok(true) => left = ids.len() - at - 1,
            Ok(false) => {
                left = ids.len() - at;
                break;
            }
            Err(failure) => {
                left = ids.len() - at;
                ended = Err(failure);
                break;
            }
        }
    }
    let rest: Vec<Id> = round.skipped.iter().chain(&ids[ids.len() - left..]).cloned().collect();
    tell(context, &round, &rest)?;
    ended
}

/// The filter that the words make. The first word may be a kind.
fn worded(view: &View<'_>, mut words: Vec<String>) -> Vec<String> {
    let kind = words.first().filter(|word| !word.contains(['=', '~', '<', '>', '＝', '～']));
    if let Some(kind) = kind.and_then(|word| view.policy().find_kind(word)) {
        words[0] = format!("kind={}", kind.name());
    }
    words
}

/// What the actor must do.
fn mine(view: &View<'_>, words: &[String]) -> Result<Vec<Item>, Failure> {
    let whose = view.reader().map(|person| Whose::of(person, view.people(), view.now().date_naive()));
    Ok(due::items(view, words, whose.as_ref())?.items)
}

/// Handles one record, as long as it asks something of the actor. Returns whether the round goes on.
fn one(
    context: &mut Context,
    words: &[String],
    (at, all): (usize, usize),
    id: &Id,
    round: &mut Round,
) -> Result<bool, Failure> {
    let mut again = false;
    loop {
        // others may have written in the meantime
        let session = Session::open(context)?;
        let view = session.view(context)?;
        let items: Vec<Item> = mine(&view, words)?.into_iter().filter(|item| item.record.id == *id).collect();
        let Some(first) = items.first() else { return Ok(true) };
        let steps = steps(context, &session, &view, id)?;
        if steps.is_empty() && again {
            return Ok(true);
        }
        present(context, &view, (at, all), first, &items);
        session.at_sign.borrow_mut().shown(id);
        let kind = session::kind(view.policy(), &first.record.kind)?;
        let mut choices: Vec<MenuItem> = steps
            .iter()
            .map(|step| MenuItem {
                name: step.clone(),
                label: crate::wording::step(kind, step, Some(&first.record.state)),
            })
            .collect();
        let beside = [(SHOW, Text::Show), (SKIP, Text::Skip), (STOP, Text::Stop)];
        choices.extend(beside.map(|(name, text)| MenuItem { name: name.to_owned(), label: text.label() }));
        let question = if steps.is_empty() { Text::NothingOpen } else { Text::What };
        context.out.flush();
        let chosen = match context.prompt().choose(question.get(context.lang), &choices, false)? {
            Some(at) => choices[at].name.clone(),
            None => SKIP.to_owned(),
        };
        match chosen.as_str() {
            STOP => return Ok(false),
            SKIP => {
                round.skipped.push(id.clone());
                return Ok(true);
            }
            SHOW => {
                show::report_of(context, &session, &view, id)?;
                context.out.flush();
            }
            step => match advance::run(advance::Args::of(id, step), context) {
                Ok(Exit::Done) => {
                    context.out.flush();
                    note(context, id, step, round)?;
                    again = true;
                }
                Ok(_) => context.out.aside(Text::NotTaken.get(context.lang)),
                // a user who breaks off a question is asked again; if nobody is there any more, the round ends
                Err(failure) if failure.exit == Exit::Interrupted => {
                    context.out.aside(&format!("\n{}", Text::NotTaken.get(context.lang)));
                }
                Err(failure) => {
                    context.out.complain(&failure);
                    context.out.aside(Text::NotTaken.get(context.lang));
                }
            },
        }
    }
}

/// The steps that the actor can take of a record now, once they get what they ask for, and those that the procedure
/// wants next. The latter come first.
fn steps(context: &Context, session: &Session, view: &View<'_>, id: &Id) -> Result<Vec<String>, Failure> {
    let actor = session.actor(context, view)?;
    let choices = view.options(id, &actor).map_err(|refusal| session::refused(&refusal, view.policy()))?;
    let Some(record) = view.read(id)? else { return Ok(Vec::new()) };
    let next: Vec<String> = view.awaited(&record)?.steps.iter().map(|step| step.name.clone()).collect();
    let kind = session::kind(view.policy(), &record.kind)?;
    let mut open: Vec<String> = Vec::new();
    // a record that was registered by mistake is voided with `advance`
    let offered = |step: &Step| step.name != EDIT && !step.voids(&kind.shape);
    // a step that the procedure wants is offered even if more than values is missing: the refusal says what
    let open_to = |choice: &&StepChoice| choice.is_open() || choice.entitled && next.contains(&choice.step.name);
    for choice in choices.iter().filter(open_to).filter(|choice| offered(&choice.step)) {
        if !open.contains(&choice.step.name) {
            open.push(choice.step.name.clone());
        }
    }
    open.sort_by_key(|step| next.iter().position(|named| named == step).unwrap_or(next.len()));
    Ok(open)
}

/// Shows a record: its place among all, who and what it is about, what is asked and until when.
fn present(context: &mut Context, view: &View<'_>, (at, all): (usize, usize), first: &Item, items: &[Item]) {
    let lang = context.lang;
    let page = context.terminal.width.unwrap_or(80).max(20);
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    let heading = say!(lang, Text::Heading, at = at, all = all, record = done::named(view, &first.record, lang));
    context.out.line("");
    context.out.line(&truncate(&visible(&heading), page));
    for (name, said) in lines::details(view, first, lang) {
        let said = said.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        context.out.line(&truncate(&visible(&format!("  {name}{colon}{said}")), page));
    }
    for item in items {
        let Some(kind) = view.policy().kind(&item.record.kind) else { continue };
        let asked = lines::what(kind, item);
        let mut line = say!(lang, Text::Asked, what = asked.get(lang));
        if let (Some(due), Some(standing)) = (item.duty.due(), &item.duty.standing) {
            let when = words::end(due, standing.calendar.zone(), lang);
            line = say!(lang, Text::AskedUntil, what = asked.get(lang), when = when);
        }
        if let Cell::Label(late) = lines::late(view, item) {
            line = format!("{line} · {}", late.get(lang));
        }
        context.out.line(&truncate(&format!("  {line}"), page));
    }
}

/// Notes a step that was taken.
fn note(context: &Context, id: &Id, step: &str, round: &mut Round) -> Result<(), Failure> {
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let Some(record) = view.read(id)? else { return Ok(()) };
    let Some(kind) = view.policy().kind(&record.kind) else { return Ok(()) };
    let step = crate::wording::step(kind, step, None);
    let named = done::named(&view, &record, context.lang);
    round.done.push(say!(context.lang, Text::DoneLine, step = step.get(context.lang), record = named));
    Ok(())
}

/// Says what was done and what is left.
fn tell(context: &mut Context, round: &Round, rest: &[Id]) -> Result<(), Failure> {
    let lang = context.lang;
    let page = context.terminal.width.unwrap_or(80).max(20);
    let session = Session::open(context)?;
    let view = session.view(context)?;
    context.out.line("");
    context.out.line(&say!(lang, Text::Done, count = round.done.len()));
    round.done.iter().for_each(|line| context.out.line(&truncate(&visible(&format!("  {line}")), page)));
    context.out.line(&say!(lang, Text::Left, count = rest.len(), skipped = round.skipped.len()));
    for id in rest.iter().take(NAMED) {
        let named = view.read(id)?.map_or_else(|| id.to_string(), |record| done::named(&view, &record, lang));
        context.out.line(&truncate(&visible(&format!("  {named}")), page));
    }
    if rest.len() > NAMED {
        context.out.line(&say!(lang, Text::AndMore, count = rest.len() - NAMED));
    }
    session.at_sign.borrow_mut().listed(rest.iter());
    Ok(())
}
