//! `redress query`: the user's own SQL, read-only, within limits of time and size.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};
use serde_json::Value as Json;

use super::Index;
use super::error::IndexError;
use super::views::Holding;
use super::{privacy, said, views};
use crate::bounds::{QUERY_BYTES, QUERY_ROWS, QUERY_SECONDS, QUERY_TEXT_BYTES};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::QueryText;

/// The limits of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long it may run.
    pub time: Duration,
    /// The most bytes of its answer, counting only values.
    pub bytes: usize,
    /// The most rows of its answer.
    pub rows: usize,
    /// Whether private fields are shown.
    pub private: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { time: Duration::from_secs(QUERY_SECONDS), bytes: QUERY_BYTES, rows: QUERY_ROWS, private: false }
    }
}

/// The answer of a query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows: null, numbers and texts; bytes as hexadecimal text.
    pub rows: Vec<Vec<Json>>,
}

/// How many steps of SQLite's machine run between two looks at the clock.
const STEPS: i32 = 10_000;

impl Index {
    /// Answers one statement over the views of the kinds. If the statement names holders ([`names_holders`]),
    /// `holdings` fills the view `holders`, and the column `holder` of each kind that has no field of this name.
    ///
    /// # Errors
    /// [`IndexError::Query`] if SQLite refuses the statement or if it would write; [`IndexError::Bound`] at a limit;
    /// [`IndexError::Private`] if it uses a private column for more than showing it and `limits` do not allow that;
    /// as [`Index::record`].
    pub fn query(&self, sql: &str, limits: &Limits, holdings: Option<&[Holding]>) -> Result<Answer, IndexError> {
        if names_tables(sql) {
            return Err(IndexError::Query(QueryText::OwnTables.into()));
        }
        let hidden = (!limits.private).then(|| views::columns_of(&self.source.wanted.policy, holdings.is_some()));
        if let Some(column) = hidden.and_then(|hidden| privacy::misused(sql, &hidden)) {
            return Err(IndexError::Private(column));
        }
        // the views are made once the connection is known to be at the right commit, and removed again
        for _ in 0..3 {
            self.ask(|_| Ok(()))?;
            match self.once(sql, limits, holdings) {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => {}
                Err(Failure::Query(message)) => return Err(IndexError::Query(message)),
                Err(Failure::Bound(message)) => return Err(IndexError::Bound(message)),
                Err(Failure::File) if self.engine.borrow().is_private() => break,
                Err(Failure::File) => {
                    let engine = self.source.own(&self.source.repo()?)?;
                    self.engine.replace(engine);
                }
            }
        }
        Err(IndexError::Query(QueryText::Unsteady.into()))
    }

    fn once(&self, sql: &str, limits: &Limits, holdings: Option<&[Holding]>) -> Result<Option<Answer>, Failure> {
        let mut engine = self.engine.borrow_mut();
        let views =
            views::create(&engine.connection, &self.source.wanted.policy, limits.private, holdings, self.until.get())?;
        let answer = engine.read_mut(|connection| guarded(connection, &views, sql, limits));
        views::drop(&engine.connection, &views)?;
        match answer? {
            Some(Ok(answer)) => Ok(Some(answer)),
            Some(Err(failure)) => Err(failure),
            None => Ok(None),
        }
    }
}

enum Failure {
    /// The user's mistake.
    Query(Label),
    /// A bound was reached.
    Bound(Label),
    /// A problem with the file.
    File,
}

impl From<rusqlite::Error> for Failure {
    fn from(_: rusqlite::Error) -> Self {
        Failure::File
    }
}

fn guarded(
    connection: &mut Connection,
    views: &[String],
    sql: &str,
    limits: &Limits,
) -> rusqlite::Result<Result<Answer, Failure>> {
    let denied = Arc::new(Mutex::new(None::<Label>));
    let (names, noted) = (views.to_vec(), Arc::clone(&denied));
    connection.authorizer(Some(move |context: AuthContext<'_>| {
        let why = refusal(&context, &names);
        let answer = if why.is_some() { Authorization::Deny } else { Authorization::Allow };
        if let (Some(why), Ok(mut noted)) = (why, noted.lock()) {
            noted.get_or_insert(why);
        }
        answer
    }))?;
    let end = Instant::now() + limits.time;
    connection.progress_handler(STEPS, Some(move || Instant::now() >= end))?;
    let length = connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, QUERY_TEXT_BYTES)?;
    let answer = run(connection, views, sql, limits);
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, length)?;
    connection.progress_handler(0, None::<fn() -> bool>)?;
    connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>)?;
    let denied = denied.lock().ok().and_then(|mut noted| noted.take());
    Ok(answer.map_err(|failure| match (failure, denied) {
        (Failure::Query(_), Some(why)) => Failure::Query(why),
        (failure, _) => failure,
    }))
}

fn run(connection: &Connection, views: &[String], sql: &str, limits: &Limits) -> Result<Answer, Failure> {
    let failed = |error: rusqlite::Error| failure(&error, limits, views);
    let mut statement = connection.prepare(sql).map_err(failed)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(Failure::Query(QueryText::OnlyReads.into()));
    }
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut answer = Answer { rows: Vec::new(), columns };
    let mut bytes = 0;
    let mut rows = statement.query(()).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let mut cells = Vec::with_capacity(answer.columns.len());
        for column in 0..answer.columns.len() {
            let cell = row.get_ref(column).map_err(failed)?;
            bytes += size_of::<Json>() + cell.as_bytes_or_null().ok().flatten().map_or(0, <[u8]>::len);
            cells.push(json(cell));
        }
        if bytes > limits.bytes {
            return Err(Failure::Bound(label!(QueryText::TooMuch, most = limits.bytes >> 20)));
        }
        if answer.rows.len() >= limits.rows {
            return Err(Failure::Bound(label!(QueryText::TooManyRows, most = limits.rows)));
        }
        answer.rows.push(cells);
    }
    Ok(answer)
}

fn json(cell: ValueRef<'_>) -> Json {
    match cell {
        ValueRef::Null => Json::Null,
        ValueRef::Integer(n) => Json::from(n),
        ValueRef::Real(n) => Json::from(n),
        ValueRef::Text(text) => Json::from(String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => Json::from(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
    }
}

fn failure(error: &rusqlite::Error, limits: &Limits, views: &[String]) -> Failure {
    use ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseCorrupt, DatabaseLocked, FileLockingProtocolFailed, NotADatabase,
        OperationInterrupted, ReadOnly, SchemaChanged, SystemIoFailure, TooBig,
    };
    match error.sqlite_error_code() {
        Some(
            CannotOpen
            | DatabaseBusy
            | DatabaseCorrupt
            | DatabaseLocked
            | FileLockingProtocolFailed
            | NotADatabase
            | ReadOnly
            | SchemaChanged
            | SystemIoFailure,
        ) => Failure::File,
        Some(TooBig) => Failure::Bound(label!(QueryText::LongText, most = QUERY_TEXT_BYTES >> 20)),
        Some(OperationInterrupted) => Failure::Bound(label!(QueryText::TooLong, seconds = limits.time.as_secs())),
        _ => Failure::Query(match error {
            rusqlite::Error::SqliteFailure(_, Some(message)) => said::of_statement(message, views),
            rusqlite::Error::SqlInputError { msg, .. } => said::of_statement(msg, views),
            rusqlite::Error::MultipleStatement => QueryText::OneStatement.into(),
            other => label!(QueryText::NotTaken, reason = other),
        }),
    }
}

/// Why a query may not do this; `None` if it may. Tables cannot be named directly (see [`names_tables`]).
fn refusal(context: &AuthContext<'_>, views: &[String]) -> Option<Label> {
    match context.action {
        AuthAction::Select | AuthAction::Recursive => None,
        AuthAction::Function { function_name } if function_name != "load_extension" => None,
        AuthAction::Pragma { pragma_name: "table_info", .. } => None,
        AuthAction::Read { table_name, .. } => {
            let system = table_name.to_ascii_lowercase().starts_with("sqlite_");
            system.then(|| label!(QueryText::NoView, name = table_name, known = views.join(", ")))
        }
        _ => Some(QueryText::OnlyReads.into()),
    }
}

/// Whether a statement names the holders of records, so that they must be computed for it.
pub fn names_holders(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| matches!(word, "holder" | "holders"))
}

/// Whether a statement names a table below the views, which would avoid the masks. These names have a colon, so they
/// must be quoted.
fn names_tables(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    let quoted = |at: usize| lower[..at].ends_with(['"', '\'', '`', '[']);
    ["book:", "kind:", "over_book:", "over_kind:"]
        .iter()
        .any(|name| lower.match_indices(name).any(|(at, _)| quoted(at)))
}
