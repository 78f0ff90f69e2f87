//! What a query may do with private columns: show one, masked, and nothing else. If a query compared, sorted,
//! grouped, joined or computed with a masked column, the answer would be silently wrong, or reveal what the column
//! holds.
//!
//! This module reads the statement and follows names through subqueries, `with`, `union` and `*`. It does not
//! understand expressions, so a private column may only stand alone after `select`.

mod scope;
mod source;
mod tokens;

use std::collections::BTreeMap;

use self::scope::{Bound, Relation, Shown, find};
use self::tokens::{Token, read};

/// The columns of the views, by the view's name in lower case.
#[derive(Debug, Default)]
pub(super) struct Views(BTreeMap<String, Relation>);

impl Views {
    /// Adds a view: each column, and whether it or a part of it is private.
    pub(super) fn insert(&mut self, view: &str, columns: impl IntoIterator<Item = (String, bool)>) {
        let shown = columns.into_iter().map(|(name, private)| Shown { name: name.to_lowercase(), private });
        self.0.entry(view.to_lowercase()).or_insert_with(|| Relation::of(shown.collect()));
    }

    /// Adds a view without private columns.
    pub(super) fn insert_open(&mut self, view: &str) {
        self.0.entry(view.to_lowercase()).or_insert_with(Relation::open);
    }

    fn any_private(&self, name: &str) -> bool {
        self.0.values().any(|view| view.private(name))
    }
}

/// The private column that a statement uses for more than showing it; `None` if there is none.
pub(super) fn misused(sql: &str, views: &Views) -> Option<String> {
    if views.0.values().all(|view| view.first_private().is_none()) {
        return None;
    }
    let tokens = read(sql);
    let mut walk = Walk { tokens: &tokens, at: 0, views, named: Vec::new() };
    let begins = |token: &Token| token.is("SELECT") || token.is("WITH") || token.is("VALUES");
    walk.at = tokens.iter().position(begins)?;
    walk.query(&[]).err().or_else(|| walk.expression(walk.at.min(tokens.len()), tokens.len(), &[], None).err())
}

/// One pass over a statement. An `Err` is the name of the misused private column.
struct Walk<'w> {
    tokens: &'w [Token],
    at: usize,
    views: &'w Views,
    /// The tables that `with` has named so far, the innermost last.
    named: Vec<(String, Relation)>,
}

/// Words that end a clause of a `select`, outside parentheses.
const CLAUSES: [&str; 11] =
    ["FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "UNION", "INTERSECT", "EXCEPT", "OFFSET"];

/// The clauses of one `select`, each from the token after its first word to its end.
#[derive(Default)]
struct Core {
    distinct: bool,
    items: Vec<(usize, usize)>,
    sources: Vec<Bound>,
    shown: Relation,
}

impl Walk<'_> {
    fn is(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(word))
    }

    fn sign(&self, at: usize, sign: char) -> bool {
        self.tokens.get(at) == Some(&Token::Sign(sign))
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.is(self.at, word);
        self.at += usize::from(there);
        there
    }

    fn name(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).and_then(Token::name)
    }

    /// The token after the parenthesis that closes the one at `at`.
    fn behind(&self, at: usize) -> usize {
        let mut depth = 0_usize;
        for (i, token) in self.tokens.iter().enumerate().skip(at) {
            match token {
                Token::Sign('(') => depth += 1,
                Token::Sign(')') if depth <= 1 => return i + 1,
                Token::Sign(')') => depth -= 1,
                _ => {}
            }
        }
        self.tokens.len()
    }

    /// From `at` to the first of these words, or to the end of the surrounding parentheses.
    fn until(&self, mut at: usize, words: &[&str]) -> usize {
        while let Some(token) = self.tokens.get(at) {
            match token {
                Token::Sign('(') => {
                    at = self.behind(at);
                    continue;
                }
                Token::Sign(')' | ';') => break,
                // `is distinct from`
                token if token.is("FROM") && at > 0 && self.is(at - 1, "DISTINCT") => {}
                // a window's name without a definition after it
                token if token.is("WINDOW") && !self.is(at + 2, "AS") => {}
                token if words.iter().any(|word| token.is(word)) => break,
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// The parts between commas.
    fn split(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let (mut parts, mut begin, mut at) = (Vec::new(), from, from);
        while at < to {
            match self.tokens[at] {
                Token::Sign('(') => at = self.behind(at).min(to),
                Token::Sign(',') => {
                    parts.push((begin, at));
                    at += 1;
                    begin = at;
                }
                _ => at += 1,
            }
        }
        parts.push((begin, to));
        parts
    }

    /// A whole query, with its `with`, its parts and their order. Returns the columns that it shows.
    fn query(&mut self, outer: &[&[Bound]]) -> Result<Relation, String> {
        let known = self.named.len();
        if self.take("WITH") {
            self.take("RECURSIVE");
            self.tables(outer)?;
        }
        let first = self.core(outer)?;
        let (mut shown, mut alone) = (first.shown.clone(), true);
        loop {
            let plain = match () {
                () if self.take("UNION") => !self.take("ALL"),
                () if self.take("INTERSECT") || self.take("EXCEPT") => true,
                () => break,
            };
            alone = false;
            let next = self.core(outer)?.shown;
            // these operators compare whole rows
            if plain && let Some(private) = shown.first_private().or(next.first_private()) {
                return Err(private.to_owned());
            }
            shown = shown.joined(&next);
        }
        let within: Vec<&[Bound]> = match alone {
            true => outer.iter().copied().chain([first.sources.as_slice()]).collect(),
            false => outer.to_vec(),
        };
        if self.take("ORDER") {
            self.take("BY");
            let end = self.until(self.at, &["LIMIT", "OFFSET"]);
            self.terms(self.at, end, &within, &shown)?;
            self.at = end;
        }
        let end = self.until(self.at, &[]);
        self.expression(self.at, end, &within, Some(&shown))?;
        self.at = end;
        self.named.truncate(known);
        Ok(shown)
    }

    /// `name (columns) as (query)`, one after another.
    fn tables(&mut self, outer: &[&[Bound]]) -> Result<(), String> {
        loop {
            let Some(name) = self.name(self.at).map(str::to_owned) else { return Ok(()) };
            self.at += 1;
            let mut columns = None;
            if self.sign(self.at, '(') {
                let end = self.behind(self.at);
                let names = (self.at + 1..end).filter_map(|at| self.name(at).map(str::to_owned));
                columns = Some(names.collect::<Vec<_>>());
                self.at = end;
            }
            let body = self.until_open(self.at);
            let end = self.behind(body);
            let renamed = |shown: Relation| match &columns {
                Some(names) => shown.renamed(names),
                None => shown,
            };
            // a recursive table shows what its parts show, and that can grow with each pass
            let mut shown = renamed(Relation::default());
            for _ in 0..=columns.as_ref().map_or(MOST_PASSES, Vec::len).min(MOST_PASSES) {
                self.named.push((name.clone(), shown.clone()));
                self.at = body + 1;
                let next = renamed(self.query(outer)?);
                self.named.pop();
                if next == shown {
                    break;
                }
                shown = next;
            }
            self.named.push((name, shown));
            self.at = end;
            if !self.sign(self.at, ',') {
                return Ok(());
            }
            self.at += 1;
        }
    }

    /// The next opening parenthesis: after `as`, `as materialized` or `as not materialized`.
    fn until_open(&self, at: usize) -> usize {
        let mut at = at;
        while at < self.tokens.len() && !self.sign(at, '(') {
            at += 1;
        }
        at
    }

    /// One `select`, without the order of the whole query.
    fn core(&mut self, outer: &[&[Bound]]) -> Result<Core, String> {
        if self.take("VALUES") {
            let end = self.until(self.at, &["ORDER", "LIMIT", "UNION", "INTERSECT", "EXCEPT"]);
            self.expression(self.at, end, outer, None)?;
            self.at = end;
            return Ok(Core::default());
        }
        if !self.take("SELECT") {
            return Ok(Core::default());
        }
        let mut core = Core { distinct: self.take("DISTINCT"), ..Core::default() };
        self.take("ALL");
        let end = self.until(self.at, &CLAUSES);
        core.items = self.split(self.at, end);
        self.at = end;
        let mut conditions = Vec::new();
        let mut merged = false;
        if self.take("FROM") {
            let end = self.until(self.at, &CLAUSES[1..]);
            core.sources = self.sources(end, outer, &mut conditions, &mut merged)?;
            self.at = end;
        }
        let within: Vec<&[Bound]> = outer.iter().copied().chain([core.sources.as_slice()]).collect();
        for (from, to) in conditions {
            self.expression(from, to, &within, None)?;
        }
        let mut shown = Vec::new();
        for (from, to) in core.items.clone() {
            shown.extend(self.item(from, to, &within, &core.sources)?);
        }
        let all = core.items.iter().any(|(from, _)| self.sign(*from, '*'));
        let open = all && core.sources.iter().all(|source| source.shows.open);
        core.shown = Relation { columns: shown, loose: merged, open };
        if core.distinct
            && let Some(private) = core.shown.first_private()
        {
            return Err(private.to_owned());
        }
        loop {
            match () {
                () if self.take("WHERE") || self.take("HAVING") || self.take("WINDOW") => {
                    let end = self.until(self.at, &CLAUSES[1..]);
                    self.expression(self.at, end, &within, Some(&core.shown))?;
                    self.at = end;
                }
                () if self.take("GROUP") => {
                    self.take("BY");
                    let end = self.until(self.at, &CLAUSES[1..]);
                    self.terms(self.at, end, &within, &core.shown)?;
                    self.at = end;
                }
                () => break,
            }
        }
        Ok(core)
    }

    /// The columns that an item after `select` shows: `*`, `name.*`, a plain column, or an expression.
    fn item(&mut self, from: usize, to: usize, within: &[&[Bound]], sources: &[Bound]) -> Result<Vec<Shown>, String> {
        let all = |sources: &mut dyn Iterator<Item = &Bound>| -> Vec<Shown> {
            sources.flat_map(|source| source.shows.columns.clone()).collect()
        };
        if to == from + 1 && self.sign(from, '*') {
            return Ok(all(&mut sources.iter()));
        }
        if to >= from + 3 && self.sign(to - 1, '*') && self.sign(to - 2, '.') {
            let name = self.name(to - 3).unwrap_or_default();
            let named = all(&mut sources.iter().filter(|source| source.name == name));
            return Ok(if named.is_empty() { all(&mut sources.iter()) } else { named });
        }
        // the name that the item is given
        let given = match to.checked_sub(1).filter(|last| *last > from) {
            Some(last) if self.is(last - 1, "AS") => Some((last - 1, last)),
            Some(last) if self.tokens[last].name().is_some() && self.ends_value(last - 1) => Some((last, last)),
            _ => None,
        };
        let (end, name) = match given {
            Some((end, at)) => (end, self.tokens[at].text().map(str::to_owned)),
            None => (to, None),
        };
        let parts: Vec<Option<&str>> = (from..end).step_by(2).map(|at| self.name(at)).collect();
        let dotted = (from + 1..end).step_by(2).all(|at| self.sign(at, '.'));
        if dotted && (end - from) % 2 == 1 && parts.len() <= 3 && parts.iter().all(Option::is_some) {
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            let (column, of) = (parts[parts.len() - 1], parts.len().checked_sub(2).map(|at| parts[at]));
            let private = find(within, of, column, self.views);
            let name = name.unwrap_or_else(|| column.to_owned());
            return Ok(vec![Shown { name, private }]);
        }
        self.expression(from, end, within, None)?;
        Ok(vec![Shown { name: name.unwrap_or_default(), private: false }])
    }

    /// Whether a token can end a value, so that a following name is the name of the value.
    fn ends_value(&self, at: usize) -> bool {
        const WITHIN: [&str; 13] =
            ["NOT", "AND", "OR", "IS", "IN", "LIKE", "GLOB", "BETWEEN", "WHEN", "THEN", "ELSE", "CASE", "COLLATE"];
        match &self.tokens[at] {
            Token::Sign(')') | Token::Number(_) | Token::Text(_) => true,
            Token::Sign(_) => false,
            Token::Name { .. } => !WITHIN.iter().any(|word| self.is(at, word)),
        }
    }

    /// The terms of grouping or sorting: expressions, names of items, and their numbers.
    fn terms(&mut self, from: usize, to: usize, within: &[&[Bound]], shown: &Relation) -> Result<(), String> {
        for (begin, end) in self.split(from, to) {
            if let Some(Token::Number(number)) = self.tokens.get(begin)
                && let Some(private) = shown.private_at(number.parse().unwrap_or(0))
            {
                return Err(private.to_owned());
            }
            self.expression(begin, end, within, Some(shown))?;
        }
        Ok(())
    }

    /// Any other expression: it may not contain a private column.
    fn expression(
        &mut self,
        from: usize,
        to: usize,
        within: &[&[Bound]],
        shown: Option<&Relation>,
    ) -> Result<(), String> {
        let mut at = from;
        while at < to {
            if self.sign(at, '(') && ["SELECT", "WITH", "VALUES"].iter().any(|word| self.is(at + 1, word)) {
                let end = self.behind(at);
                let exists = at > 0 && self.is(at - 1, "EXISTS");
                self.at = at + 1;
                let answer = self.query(within)?;
                if !exists && let Some(private) = answer.first_private() {
                    return Err(private.to_owned());
                }
                at = end;
                continue;
            }
            // `in VIEW` compares with its only column
            if at > from && self.is(at - 1, "IN") && self.name(at).is_some() {
                let name = self.name(at).unwrap_or_default();
                if let Some(private) = self.relation(name).and_then(|table| table.first_private().map(str::to_owned)) {
                    return Err(private);
                }
            }
            let qualified = at > 0 && self.sign(at - 1, '.');
            let column = match &self.tokens[at] {
                Token::Text(text) if qualified => Some(text.as_str()),
                token => token.name(),
            };
            let Some(column) = column.filter(|_| !self.sign(at + 1, '.') && !self.sign(at + 1, '(')) else {
                at += 1;
                continue;
            };
            let of = if qualified && at > 1 { self.tokens[at - 2].text() } else { None };
            let given = shown.filter(|_| !qualified).and_then(|shown| shown.of_name(column));
            let known =
                within.iter().any(|sources| sources.iter().any(|source| source.shows.of_name(column).is_some()));
            let private = match given {
                Some(true) => true,
                Some(false) if !known => false,
                _ => find(within, of, column, self.views),
            };
            if private {
                return Err(column.to_owned());
            }
            at += 1;
        }
        Ok(())
    }

    /// The columns of a name after `from`.
    fn relation(&self, name: &str) -> Option<&Relation> {
        let named = self.named.iter().rev().find(|(known, _)| known == name).map(|(_, relation)| relation);
        named.or_else(|| self.views.0.get(name))
    }
}

/// The most passes over a recursive table before its columns count as known.
const MOST_PASSES: usize = 16;

#[cfg(test)]
mod tests;
