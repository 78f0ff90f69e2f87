//! The commit object; signed by git where `commit.gpgSign` is on, because the library cannot.

use git2::{Oid, Signature, Time};

use super::error::RepoError;
use super::git;
use super::open::Repo;
use super::transaction::Person;
use crate::locale::messages::RepoText;

/// Writes the commit, and moves no branch.
pub(super) fn write_commit(
    repo: &Repo,
    tree: Oid,
    tip: Option<Oid>,
    message: &str,
    author: &Person,
    committer: &Person,
) -> Result<Oid, RepoError> {
    if repo.flag("commit.gpgSign") {
        return signed(repo, tree, tip, message, author, committer);
    }
    let making = || RepoError::git(RepoText::DoCommit);
    let tree = repo.find_tree(tree)?;
    let parent = tip.map(|id| repo.git.find_commit(id)).transpose().map_err(making())?;
    let parents: Vec<_> = parent.iter().collect();
    let (author, committer) = (signature(author)?, signature(committer)?);
    repo.git.commit(None, &author, &committer, message, &tree, &parents).map_err(making())
}

pub(super) fn signature(person: &Person) -> Result<Signature<'static>, RepoError> {
    let time = Time::new(person.seconds, person.offset);
    Signature::new(&person.name, &person.email, &time).map_err(|_| RepoError::NoIdentity)
}

fn signed(
    repo: &Repo,
    tree: Oid,
    tip: Option<Oid>,
    message: &str,
    author: &Person,
    committer: &Person,
) -> Result<Oid, RepoError> {
    let mut command = git::command(repo);
    command.args(["commit-tree", "-S"]);
    if let Some(tip) = tip {
        command.args(["-p", &tip.to_string()]);
    }
    command.args(["-F", "-", &tree.to_string()]);
    let date = |person: &Person| {
        let (sign, minutes) = (if person.offset < 0 { '-' } else { '+' }, person.offset.unsigned_abs());
        format!("@{} {sign}{:02}{:02}", person.seconds, minutes / 60, minutes % 60)
    };
    command.env("GIT_AUTHOR_NAME", &author.name).env("GIT_AUTHOR_EMAIL", &author.email);
    command.env("GIT_AUTHOR_DATE", date(author));
    command.env("GIT_COMMITTER_NAME", &committer.name).env("GIT_COMMITTER_EMAIL", &committer.email);
    command.env("GIT_COMMITTER_DATE", date(committer));
    let output = git::output(&mut command, message.as_bytes())?;
    let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match Oid::from_str(&id) {
        Ok(id) if output.status.success() => Ok(id),
        _ => Err(RepoError::Signing { output: git::said(&output) }),
    }
}
