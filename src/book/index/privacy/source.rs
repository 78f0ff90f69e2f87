//! The part after `from`: views, queries in parentheses, functions that return tables, and joins.

use super::Walk;
use super::scope::{Bound, Relation};

/// The words that join tables, besides the comma.
const JOINS: [&str; 8] = ["NATURAL", "LEFT", "RIGHT", "FULL", "OUTER", "INNER", "CROSS", "JOIN"];

impl Walk<'_> {
    /// The tables up to `end`. Conditions are collected and examined once all tables are known. `merged` says whether
    /// a join merges two columns into one.
    pub(super) fn sources(
        &mut self,
        end: usize,
        outer: &[&[Bound]],
        conditions: &mut Vec<(usize, usize)>,
        merged: &mut bool,
    ) -> Result<Vec<Bound>, String> {
        let mut sources: Vec<Bound> = Vec::new();
        let mut natural = false;
        while self.at < end {
            let before = self.at;
            let mut next = self.source(outer, &sources, conditions, merged)?;
            if natural {
                *merged = true;
                for shown in next.iter().flat_map(|source| &source.shows.columns) {
                    let own = sources.iter().flat_map(|source| &source.shows.columns);
                    let both = own.filter(|own| own.name == shown.name).any(|own| own.private || shown.private);
                    if both {
                        return Err(shown.name.clone());
                    }
                }
            }
            sources.append(&mut next);
            if self.take("ON") {
                let to = self.condition_end(end);
                conditions.push((self.at, to));
                self.at = to;
            }
            if self.take("USING") {
                *merged = true;
                let to = self.behind(self.at);
                for at in self.at..to {
                    let column = self.tokens[at].text().unwrap_or_default();
                    if sources.iter().any(|source| source.shows.private(column)) {
                        return Err(column.to_owned());
                    }
                }
                self.at = to;
            }
            natural = false;
            while self.at < end && (self.sign(self.at, ',') || JOINS.iter().any(|word| self.is(self.at, word))) {
                natural |= self.is(self.at, "NATURAL");
                self.at += 1;
            }
            // if something is not understood, go on; SQLite reports what is wrong with it
            if self.at == before {
                self.at += 1;
            }
        }
        Ok(sources)
    }

    fn condition_end(&self, end: usize) -> usize {
        let mut at = self.at;
        while at < end {
            if self.sign(at, '(') {
                at = self.behind(at);
                continue;
            }
            // `left(…)` is a function
            let joins = JOINS.iter().any(|word| self.is(at, word)) && !self.sign(at + 1, '(');
            if joins || self.sign(at, ',') {
                break;
            }
            at += 1;
        }
        at.min(end)
    }

    fn source(
        &mut self,
        outer: &[&[Bound]],
        before: &[Bound],
        conditions: &mut Vec<(usize, usize)>,
        merged: &mut bool,
    ) -> Result<Vec<Bound>, String> {
        if self.sign(self.at, '(') {
            let end = self.behind(self.at);
            self.at += 1;
            let query = ["SELECT", "WITH", "VALUES"].iter().any(|word| self.is(self.at, word));
            let mut inner = match query {
                true => vec![Bound { name: String::new(), shows: self.query(outer)? }],
                false => self.sources(end.saturating_sub(1), outer, conditions, merged)?,
            };
            self.at = end;
            if let Some(name) = self.alias() {
                match query {
                    true => inner.iter_mut().for_each(|source| source.name.clone_from(&name)),
                    false => {
                        let columns = inner.iter().flat_map(|source| source.shows.columns.clone()).collect();
                        inner.push(Bound { name, shows: Relation { columns, loose: true, open: false } });
                    }
                }
            }
            return Ok(inner);
        }
        let mut name = self.text_at(self.at);
        self.at += 1;
        if self.sign(self.at, '.') {
            name = self.text_at(self.at + 1);
            self.at += 2;
        }
        let shows = match self.sign(self.at, '(') {
            true => {
                let end = self.behind(self.at);
                let within: Vec<&[Bound]> = outer.iter().copied().chain([before]).collect();
                self.expression(self.at, end, &within, None)?;
                self.at = end;
                // a function that makes a table from JSON; it may not be given a private column
                Relation::open()
            }
            false => self.relation(&name).cloned().unwrap_or_default(),
        };
        let name = self.alias().unwrap_or(name);
        if self.take("INDEXED") {
            self.at += 2;
        }
        if self.is(self.at, "NOT") && self.is(self.at + 1, "INDEXED") {
            self.at += 2;
        }
        Ok(vec![Bound { name, shows }])
    }

    fn text_at(&self, at: usize) -> String {
        self.tokens.get(at).and_then(|token| token.text()).unwrap_or_default().to_owned()
    }

    /// The name that a table is given.
    fn alias(&mut self) -> Option<String> {
        let said = self.take("AS");
        let token = self.tokens.get(self.at)?;
        let text = token.text()?.to_owned();
        let words = ["ON", "USING", "INDEXED", "NOT"];
        let joins = JOINS.iter().chain(&words).any(|word| token.is(word));
        if joins && !said {
            return None;
        }
        self.at += 1;
        Some(text)
    }
}
