//! The names that are known at a place in a statement, and which of them are private.

use super::Views;

/// A column, by its name in lower case. The name is empty if it has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) name: String,
    pub(super) private: bool,
}

/// The columns of a view, a query or a part of it, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Relation {
    pub(super) columns: Vec<Shown>,
    /// Whether the order is unknown, because a join has merged columns of the same name.
    pub(super) loose: bool,
    /// Whether nothing in it is private, whatever its columns are called.
    pub(super) open: bool,
}

impl Relation {
    pub(super) fn of(columns: Vec<Shown>) -> Self {
        Relation { columns, ..Relation::default() }
    }

    /// A relation without private columns.
    pub(super) fn open() -> Self {
        Relation { open: true, ..Relation::default() }
    }

    /// Whether a column with this name is private.
    pub(super) fn private(&self, name: &str) -> bool {
        self.columns.iter().any(|column| column.private && column.name == name)
    }

    /// Whether the column with this name is private; `None` if there is no such column.
    pub(super) fn of_name(&self, name: &str) -> Option<bool> {
        let known = self.open || self.columns.iter().any(|column| column.name == name);
        known.then(|| self.private(name))
    }

    /// The first private column.
    pub(super) fn first_private(&self) -> Option<&str> {
        self.columns.iter().find(|column| column.private).map(|column| column.name.as_str())
    }

    /// The private column with this number, counted from 1.
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

    /// The same with other column names.
    pub(super) fn renamed(&self, names: &[String]) -> Relation {
        let any = self.loose && self.first_private().is_some();
        let column = |(at, name): (usize, &String)| Shown {
            name: name.clone(),
            private: any || self.columns.get(at).is_some_and(|column| column.private),
        };
        Relation { columns: names.iter().enumerate().map(column).collect(), loose: self.loose, open: false }
    }
}

/// A table after `from`, by its name there.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub(super) name: String,
    pub(super) shows: Relation,
}

/// Whether a name, perhaps of a given table, means a private column. The innermost table with the name decides. If no
/// table has it, it is private if any view has a private column with that name.
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
