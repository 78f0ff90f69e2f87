//! `redress merge-driver BASE OURS THEIRS PATH`: what git runs for a record that both sides of a merge changed.

use std::path::PathBuf;

use crate::book::repo::{BookPath, Sides, merge_text};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::opening;
use crate::cli::registry::{Command, Example, Group, args};
use crate::label;
use crate::locale::messages::SyncText as Text;

/// Merge one record for git, which runs this where both sides of a merge changed it
///
/// `git pull` and `git rebase` run it, once it is registered. It writes the merged record into OURS. What takes more
/// than this one file stays a conflict of git, with exit code 1: give the merge up and run `redress sync`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record as both sides had it
    #[arg(value_name = "BASE")]
    base: PathBuf,
    /// The record of this side; the result is written here
    #[arg(value_name = "OURS")]
    ours: PathBuf,
    /// The record of the other side
    #[arg(value_name = "THEIRS")]
    theirs: PathBuf,
    /// Its path in the book
    #[arg(value_name = "PATH")]
    path: String,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "merge-driver",
    group: Group::Book,
    zh: "为 git 合并一条记录：合并双方都改过的记录时由 git 运行\n\n登记之后由 git pull 和 git rebase 运行，结果写入 OURS。仅凭这一个文件无法解决的，仍作为 git 的冲突，退出码为 1：请放弃合并，改用 redress sync。",
    zh_args: &[
        ("base", "双方共有的版本"),
        ("ours", "本方的版本；结果写入此文件"),
        ("theirs", "对方的版本"),
        ("path", "该记录在台账中的路径"),
    ],
    examples: &[Example {
        line: "redress merge-driver %O %A %B %P",
        en: "as git's configuration has it",
        zh: "git 配置中的写法",
    }],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// What git writes at the marks of a conflict.
const NAMES: [&str; 3] = ["ours", "base", "theirs"];

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let read = |path: &PathBuf| {
        let bytes = input::bytes(&context.dir().join(path), input::OF_A_RECORD);
        bytes.map_err(|failure| failure.hint(Text::DriverIsForGit))
    };
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    let sides = Sides { base: &base, ours: &ours, theirs: &theirs };
    let book = opening::open(context);
    let rebasing = book.as_ref().is_ok_and(|book| book.repo().is_rebasing());
    let abort = book.as_ref().ok().and_then(|book| book.repo().way_back());
    let united = book.ok().and_then(|book| book.unite_one(&args.path, sides).ok().flatten());
    let ours_at = context.dir().join(&args.ours);
    let settled = united.and_then(|united| if rebasing { united.alone } else { Some(united.bytes) });
    if let Some(bytes) = settled {
        write(&ours_at, &bytes)?;
        return Ok(Exit::Done);
    }
    // the marks of git, so that nobody takes one side for the result
    let merged = BookPath::new(&args.path).and_then(|path| merge_text(&path, sides, NAMES));
    let marked = merged.ok().filter(|merged| merged.conflict).map(|merged| merged.bytes);
    write(&ours_at, &marked.unwrap_or_else(|| both(&ours, &theirs)))?;
    context.out.warn(
        "not-settled",
        match abort {
            Some(abort) => label!(Text::NotSettled, path = args.path, abort = abort),
            None => label!(Text::NotSettledOther, path = args.path),
        },
    );
    Ok(Exit::Refused)
}

/// The whole of both sides between marks. Lines that git could merge alone are no merged record.
fn both(ours: &[u8], theirs: &[u8]) -> Vec<u8> {
    let line = |text: &[u8]| if text.ends_with(b"\n") || text.is_empty() { &b""[..] } else { b"\n" };
    [b"<<<<<<< ours\n", ours, line(ours), b"=======\n", theirs, line(theirs), b">>>>>>> theirs\n"].concat()
}

/// Writes the result into git's temporary file, which git has made for it.
fn write(path: &std::path::Path, bytes: &[u8]) -> Result<(), Failure> {
    crate::cli::output::write_file(path, bytes)
}
