//! SQLite's messages in both languages. Rare ones are quoted in SQLite's own words.

use rusqlite::{Error, ErrorCode};

use crate::label;
use crate::locale::Label;
use crate::locale::messages::{QueryText, RepoText};

/// Why SQLite failed on the index.
pub(super) fn of_index(error: &Error) -> Label {
    let why = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            RepoText::IndexBusy
        }
        Some(ErrorCode::DiskFull) => RepoText::IndexFull,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => RepoText::IndexDamaged,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => RepoText::IndexReadOnly,
        Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) => RepoText::IndexUnreadable,
        Some(ErrorCode::OutOfMemory) => RepoText::IndexMemory,
        _ => return label!(RepoText::IndexFailed, why = error),
    };
    why.into()
}

/// SQLite's messages about statements that it refuses. Only the text between these words comes from the statement.
const STATEMENTS: [(&str, &str, QueryText); 9] = [
    ("no such column: ", "", QueryText::NoColumn),
    ("no such function: ", "", QueryText::NoFunction),
    ("ambiguous column name: ", "", QueryText::Ambiguous),
    ("near \"", "\": syntax error", QueryText::Syntax),
    ("unrecognized token: \"", "\"", QueryText::Syntax),
    ("misuse of aggregate: ", "", QueryText::Aggregate),
    ("misuse of aggregate function ", "", QueryText::Aggregate),
    ("wrong number of arguments to function ", "", QueryText::Arguments),
    ("incomplete input", "", QueryText::Incomplete),
];

/// Why a statement is refused; `known` are the existing views.
pub(super) fn of_statement(said: &str, known: &[String]) -> Label {
    let within = |before: &str, after: &str| said.strip_prefix(before)?.strip_suffix(after).map(str::to_owned);
    if let Some(name) = within("no such table: ", "") {
        let name = name.strip_prefix("main.").unwrap_or(&name).to_owned();
        return label!(QueryText::NoView, name = name, known = known.join(", "));
    }
    let found = STATEMENTS.iter().find_map(|(before, after, text)| Some((within(before, after)?, *text)));
    match found {
        Some((name, text)) => text.label_with(&[("name", &name)]),
        None => label!(QueryText::NotTaken, reason = said),
    }
}

#[cfg(test)]
mod tests {
    use super::{of_index, of_statement};
    use crate::locale::not_chinese;
    use rusqlite::{Connection, ErrorCode, ffi};

    #[test]
    fn what_sqlite_says_of_statements_is_said_in_both_languages() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE a (id); CREATE TABLE b (id)").unwrap();
        for (sql, en) in [
            ("select nmae from a", "there is no column `nmae`"),
            ("select * from c", "there is no `c` to read; there are a, b"),
            ("select id from a, b", "`id` could be of several views: write VIEW.id"),
            ("selct 1", "the query is not understood at `selct`"),
            ("select 'x", "the query is not understood at `'x`"),
            ("select", "the query is not complete"),
            ("select frob(1)", "there is no function `frob`"),
            ("select lower()", "the function `lower()` takes another number of values"),
            ("select * from a where count(*) > 1", "`count()` cannot stand here: write it after `select` or `having`"),
        ] {
            let said = match connection.prepare(sql).err() {
                Some(rusqlite::Error::SqlInputError { msg, .. } | rusqlite::Error::SqliteFailure(_, Some(msg))) => msg,
                other => panic!("{sql}: {other:?}"),
            };
            let label = of_statement(&said, &["a".to_owned(), "b".to_owned()]);
            assert_eq!(label.en, en, "{sql}: {said}");
            assert_eq!(not_chinese(&label.zh), None, "{sql}");
        }
        assert_eq!(of_statement("odd", &[]).en, "the query is not understood: \"odd\"");
    }

    #[test]
    fn what_fails_is_said_in_both_languages() {
        for code in [ffi::SQLITE_BUSY, ffi::SQLITE_FULL, ffi::SQLITE_CORRUPT, ffi::SQLITE_READONLY, ffi::SQLITE_IOERR] {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some("in English".to_owned()));
            let said = of_index(&error);
            assert_eq!(not_chinese(&said.zh), None, "{said:?}");
            assert!(!said.en.contains("in English"), "{said:?}");
        }
        let odd = rusqlite::Error::SqliteFailure(
            ffi::Error { code: ErrorCode::Unknown, extended_code: 1 },
            Some("odd".to_owned()),
        );
        assert!(of_index(&odd).zh.contains("odd"));
    }
}
