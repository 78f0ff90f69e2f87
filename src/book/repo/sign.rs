//! The commit object. If `commit.gpgSign` is on, git signs it, because the library cannot.

use git2::{ObjectType, Oid, Signature, Time};

use super::edit::Person;
use super::error::RepoError;
use super::git;
use super::open::Repo;
use super::written::Written;

/// Writes the commit of what was written. No branch is moved.
pub(super) fn write_commit(
    repo: &Repo,
    written: &mut Written,
    parents: &[Oid],
    message: &str,
    author: &Person,
    committer: &Person,
) -> Result<Oid, RepoError> {
    let committer = &committer.not_before(time_of(repo, parents)?);
    if repo.flag("commit.gpgSign") {
        let id = signed(repo, written.tree, parents, message, author, committer)?;
        written.add_made(id);
        return Ok(id);
    }
    let content = unsigned(written.tree, parents, message, author, committer)?;
    written.add(ObjectType::Commit, &content)
}

/// The content of an unsigned commit.
pub(super) fn unsigned(
    tree: Oid,
    parents: &[Oid],
    message: &str,
    author: &Person,
    committer: &Person,
) -> Result<Vec<u8>, RepoError> {
    let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
    let mut content = format!("tree {tree}\n{parents}").into_bytes();
    for (role, person) in [("author ", author), ("committer ", committer)] {
        content.extend([role.as_bytes(), &line(person)?, b"\n"].concat());
    }
    content.push(b'\n');
    content.extend_from_slice(message.as_bytes());
    Ok(content)
}

/// The latest committer date of the parent commits. `None` if there is no parent.
pub(super) fn time_of(repo: &Repo, parents: &[Oid]) -> Result<Option<i64>, RepoError> {
    let dates = parents.iter().map(|parent| Ok(repo.commit_info(*parent)?.seconds));
    Ok(dates.collect::<Result<Vec<_>, RepoError>>()?.into_iter().max())
}

/// A person with the time, in the format of git's objects and logs.
pub(super) fn line(person: &Person) -> Result<Vec<u8>, RepoError> {
    // the library removes characters that would break a line
    let signature = signature(person)?;
    let (name, email) = (signature.name_bytes(), signature.email_bytes());
    Ok([name, b" <", email, format!("> {}", time(person)).as_bytes()].concat())
}

/// An instant in the format of git's objects: seconds since 1970, and the offset of the clock.
fn time(person: &Person) -> String {
    let (sign, minutes) = (if person.offset < 0 { '-' } else { '+' }, person.offset.unsigned_abs());
    format!("{} {sign}{:02}{:02}", person.seconds, minutes / 60, minutes % 60)
}

fn signature(person: &Person) -> Result<Signature<'static>, RepoError> {
    let time = Time::new(person.seconds, person.offset);
    Signature::new(&person.name, &person.email, &time).map_err(|_| RepoError::NoIdentity)
}

fn signed(
    repo: &Repo,
    tree: Oid,
    parents: &[Oid],
    message: &str,
    author: &Person,
    committer: &Person,
) -> Result<Oid, RepoError> {
    let mut command = git::command(repo);
    command.args(["commit-tree", "-S"]);
    for parent in parents {
        command.args(["-p", &parent.to_string()]);
    }
    command.args(["-F", "-", &tree.to_string()]);
    let date = |person: &Person| format!("@{}", time(person));
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
