//! `redress clone URL [DIR]`: a clone of a colleague's book, ready to work with.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::init::questions::is_remote;
use crate::book::Book;
use crate::book::repo::{Hooked, RepoError, clone_into, forget_clone};
use crate::calendar::Moment;
use crate::cli::context::Context;
use crate::cli::environment;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::opening;
use crate::cli::paths::shell;
use crate::cli::registry::{Command, Example, Group, args};
use crate::locale::messages::SyncText as Text;
use crate::policy::People;
use crate::{label, say};

/// Make a clone of a colleague's book, ready to work with
///
/// It runs `git clone`, without submodules, and keeps nothing if the repository holds no book. It registers the merge
/// driver, says who of the staff you are by git's address, and what to do next. On a terminal it asks for your address
/// if git knows none.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address of the repository: a path, https, ssh
    #[arg(value_name = "URL")]
    address: String,
    /// The folder, which is new or empty; without it the last name in URL
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Let git check staged files before each commit. A hook that is there stays
    #[arg(long)]
    hooks: bool,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "clone",
    group: Group::Book,
    zh: "克隆同事的台账，随即可用\n\n运行 git clone，不含子模块；如仓库不是台账，则不保留任何内容。登记合并驱动，按 git 的邮件地址说明您是哪位人员，并提示下一步。如 git 不知道您的地址，在终端上会询问。",
    zh_args: &[
        ("address", "仓库地址：路径、https、ssh"),
        ("dir", "新的或空的文件夹；不写则为地址中的最后一个名称"),
        ("hooks", "让 git 在每次提交前检查已暂存的文件；已有的钩子保持不变"),
    ],
    examples: &[
        Example {
            line: "redress clone git@example.com:service/book.git",
            en: "into the folder `book`",
            zh: "到文件夹 book",
        },
        Example {
            line: "redress clone /srv/book.git work --hooks",
            en: "from a shared folder, with a check of what is committed by hand",
            zh: "从共享文件夹，并检查手工提交的内容",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let lang = context.lang;
    let address = args.address.as_str();
    if address.is_empty() || !is_remote(address) {
        return Err(Failure::usage("address", label!(Text::BadAddress, address = address)).hint(Text::BadAddressHint));
    }
    let name = args.dir.clone().or_else(|| folder_name(address).map(PathBuf::from));
    let name = name.ok_or_else(|| {
        Failure::usage("address", label!(Text::NoFolderName, address = address)).hint(Text::NoFolderNameHint)
    })?;
    let from = std::path::absolute(context.dir()).unwrap_or_else(|_| context.dir().to_owned());
    let dir = from.join(&name);
    let there = dir.symlink_metadata().is_ok();
    let is_free = !there || std::fs::read_dir(&dir).is_ok_and(|mut inside| inside.next().is_none());
    if !is_free {
        return Err(Failure::refused("not-empty", label!(Text::NotEmpty, dir = dir.display())).hint(Text::NotEmptyHint));
    }
    if context.flags.dry_run {
        context.out.note(&say!(lang, Text::WouldClone, dir = dir.display()));
        context.out.data(json!({ "dir": dir, "name": null, "person": null, "commit": null, "hook": null }));
        return Ok(Exit::Done);
    }
    let absent: Vec<PathBuf> = dir.ancestors().skip(1).take_while(|dir| !dir.exists()).map(Path::to_owned).collect();
    let talk = context.talk();
    clone_into(address, &from, &dir, talk)?;
    let book = opened(address, &dir).inspect_err(|_| forget_clone(&dir, there, &absent))?;
    let repo = book.repo();
    let tip = repo.tip()?;
    let settings = opening::settings(repo, tip);
    repo.register_merge_driver(&environment::place_of_program())?;
    let hook = args.hooks.then(|| repo.install_hook()).transpose()?;
    context.out.note(&match &settings {
        Ok(settings) => say!(lang, Text::Cloned, name = settings.name, dir = dir.display()),
        Err(_) => say!(lang, Text::Cloned, name = "", dir = dir.display()),
    });
    // a rule book that does not load is said, and the clone stays: a colleague can mend it
    let person = match book.view(None, Moment::default()) {
        Ok(view) => who(context, &book, view.people())?,
        Err(error) => {
            let failure = Failure::from(error);
            context.out.complain(&failure);
            None
        }
    };
    match hook {
        Some(Hooked::Installed) => context.out.note(Text::HookSet.get(lang)),
        Some(Hooked::Another) => context.out.warn("hook", Text::HookThere),
        None => {}
    }
    context.out.note(&say!(lang, Text::CloneNext, dir = shell(&[name.display().to_string()])));
    context.out.data(json!({
        "dir": dir, "name": settings.as_ref().map(|settings| &settings.name).ok(), "person": person,
        "commit": tip.to_string(), "hook": hook.map(|hook| hook == Hooked::Installed),
    }));
    Ok(Exit::Done)
}

/// The book in a new clone.
fn opened(address: &str, dir: &Path) -> Result<Book, Failure> {
    let book = Book::open(dir, &environment::of_repository())?;
    // the remote's HEAD may name a branch that nobody has made, such as `main` beside `master`
    if let Err(RepoError::Unborn { .. }) = book.repo().tip() {
        let branches = book.repo().branches_of_clone()?;
        match branches.as_slice() {
            [] => {}
            [branch] => book.repo().switch_clone(branch)?,
            _ => {
                let failure = Failure::refused("several-branches", label!(Text::SeveralBranches, address = address));
                let branches = branches.join(", ");
                return Err(failure.hint(label!(Text::SeveralBranchesHint, address = address, branches = branches)));
            }
        }
    }
    let tip = match book.repo().tip() {
        Err(RepoError::Unborn { .. }) => {
            let failure = Failure::refused("empty", label!(Text::EmptyRemote, address = address));
            return Err(failure.hint(label!(Text::EmptyRemoteHint, address = address)));
        }
        tip => tip?,
    };
    if book.repo().read(tip, "redress.toml")?.is_none() {
        let failure = Failure::refused("no-book", label!(Text::ClonedNoBook, address = address));
        return Err(failure.hint(Text::ClonedNoBookHint));
    }
    Ok(book)
}

/// Who of the staff works in this clone. If git does not know and somebody is there, they are asked.
fn who(context: &mut Context, book: &Book, people: &People) -> Result<Option<String>, Failure> {
    let (lang, repo) = (context.lang, book.repo());
    let mut email = repo.identity(0, 0).ok().map(|(author, _)| author.email);
    let known = |email: &Option<String>| email.as_deref().and_then(|email| people.by_email(email));
    // each question opens the keyboard anew, so the first one must be over before the second
    let typed = match known(&email).is_none() && context.may_ask() {
        true => context.prompt().line(Text::AskEmail.get(lang))?,
        false => None,
    };
    if let Some(typed) = typed {
        let usual = people.by_email(&typed).map_or_else(|| typed.clone(), |person| person.name.clone());
        let name = context.prompt().line(&say!(lang, Text::AskName, usual = usual))?.unwrap_or(usual);
        repo.configure("user.email", &typed)?;
        repo.configure("user.name", &name)?;
        email = Some(typed);
    }
    match (known(&email), &email) {
        (Some(person), _) => {
            context.out.note(&say!(lang, Text::YouAre, name = person.name, id = person.id));
            return Ok(Some(person.id.to_string()));
        }
        (None, Some(email)) => {
            context.out.warn("not-staff", label!(Text::YouAreNobody, email = email));
            context.out.aside(&say!(lang, Text::BecomeOne, email = email));
        }
        (None, None) => context.out.warn("no-identity", Text::NobodyYet),
    }
    Ok(None)
}

/// The name that git would give the folder of a clone. `None` if the address names none that is safe.
fn folder_name(address: &str) -> Option<&str> {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let path = path.trim_end_matches('/').trim_end_matches("/.git").trim_end_matches('/');
    let name = path.rsplit(['/', ':']).next().unwrap_or_default();
    let name = name.strip_suffix(".git").unwrap_or(name);
    let is_safe = !name.is_empty() && name != "." && name != ".." && !name.starts_with('-');
    is_safe.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::folder_name;

    #[test]
    fn the_folder_is_called_like_the_repository() {
        for (address, name) in [
            ("git@example.com:service/book.git", Some("book")),
            ("git@example.com:book", Some("book")),
            ("https://example.com/service/book.git/", Some("book")),
            ("ssh://git@example.com:22/srv/book/.git", Some("book")),
            ("/srv/台账.git", Some("台账")),
            ("../book", Some("book")),
            ("https://example.com", None),
            ("..", None),
            ("/", None),
            (".git", None),
        ] {
            assert_eq!(folder_name(address), name, "{address}");
        }
    }
}
