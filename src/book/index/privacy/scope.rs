//! The names that are known at a place of a statement, and which of them are private.

use super::Views;

/// A column of what something shows, by its name in lower case. Empty if it has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) private: bool,
}

/// What a view, a query or a part of it shows, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) columns: Vec<Shown>,
    /// Whether the order is not known: a join has merged columns of the same name.
    pub(super) loose: bool,
    /// Whether nothing in it is private, whatever its columns are called.
    pub(super) open: bool,
}

impl Relation {
    pub(super) fn of(columns: Vec<Shown>) -> Self {
        Relation { columns, ..Relation::default() }
    }

    /// Something that has no private column.
    pub(super) fn open() -> Self {
        Relation { open: true, ..Relation::default() }
    }

    /// Whether a column of the name is private.
    pub(super) fn private(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.private && column.name == name)
    }

    /// Whether the column of the name is private; `None` if there is no such column.
    pub(super) fn of_name(&self, name: &str) -> Option<bool> {
        let known = self.open || self.columns.iter().any(|column| column.name == name);
        known.then(|| self.private(name))
    }

    /// The first private column.
    pub(super) fn first_private(&self) -> Option<&str> {
        self.columns.iter().find(|column| column.private).map(|column| column.name.as_str())
    }

    /// The private column of a number, counted from 1.
    pub(super) fn private_at(&self, number: usize) -> Option<&str> {
        if self.loose {
            return self.first_private();
        }
        let column = self.columns.get(number.checked_sub(1)?)?;
        column.private.then_some(column.name.as_str())
    }

    /// The rows of both, one after the other.
    pub(super) fn joined(mut self, other: &Relation) -> Relation {
        if self.columns.is_empty() {
            return other.clone();
        }
        self.loose |= other.loose;
        for (at, column) in other.columns.iter().enumerate() {
            match self.columns.get_mut(at) {
                Some(own) => own.private |= column.private,
                None => self.columns.push(column.clone()),
            }
        }
        self
    }

    /// The same with other names for its columns.
    pub(super) fn renamed(&self, names: &[String]) -> Relation {
        let any = self.loose && self.first_private().is_some();
        let column = |(at, name): (usize, &String)| Shown {
            name: name.clone(),
            private: any || self.columns.get(at).is_some_and(|column| column.private),
        };
        Relation { columns: names.iter().enumerate().map(column).collect(), loose: self.loose, open: false }
    }
}

/// Something after `from`, by the name that it has there.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub(super) name: String,
    pub(super) shows: Relation,
}

/// Whether a name, perhaps of a certain table, means a private column. The innermost table that knows the name answers. If no
/// table knows it, every view counts that has a private column of the name.
pub(super) fn find(within: &[&[Bound]], of: Option<&str>, column: &str, views: &Views) -> bool {
    let knows = |source: &&Bound| source.shows.of_name(column).is_some();
    if let Some(of) = of {
        let named = within.iter().rev().flat_map(|sources| sources.iter()).find(|source| source.name == of);
        return named.map_or_else(|| views.any_private(column), |source| source.shows.private(column));
    }
    for sources in within.iter().rev() {
        let mut known = sources.iter().filter(knows).peekable();
        if known.peek().is_some() {
            return known.any(|source| source.shows.private(column));
        }
    }
    views.any_private(column)
}
