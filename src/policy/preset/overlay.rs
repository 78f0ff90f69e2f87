//! How an overlay changes a file of the base. Comments and order are kept.
//!
//! - A table's keys replace those of the base, or are added. A comment above a key of the overlay replaces the one
//!   above the base's key; a   comment after a value goes with the value.
//! - Entries of arrays of tables are matched by `name`. If there are several, `which = 2` means the second; `add =
//!   true` makes a new one.   Entries without a name are added.
//! - `remove = ["fields.sample", "steps.wait", "fields.contact.private"]` above the first table removes tables,
//!   entries and keys;   `remove = true` in a table removes that table.
//! - A new entry comes after its siblings, or where `before = "NAME"` or `behind = "NAME"` says. A list, `before =
//!   ["NAME"]`, is not such a   key: it is a step's rule about deadlines.

use toml_edit::{Item, Value};

use super::document::{Document, Part, lead_of, set_lead, trail_of};

/// Keys that control the merge and are not written to the file.
const CONTROL: [&str; 5] = ["remove", "before", "behind", "which", "add"];

/// Whether a key controls the merge of its table. `before = […]` is a rule of the step itself.
fn is_control(name: &str, item: &Item) -> bool {
    CONTROL.contains(&name) && !(name == "before" && item.is_array())
}

/// An overlay that does not fit its base.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OverlayError {
    /// One of the texts is not TOML.
    #[error("{file}: {message}")]
    Syntax {
        /// The file's path in the book.
        file: String,
        /// The parser's message.
        message: String,
    },
    /// The base does not have something that the overlay removes, or places an entry beside.
    #[error("{file}: the base has no `{name}`; correct the name in the overlay")]
    Missing {
        /// The file's path in the book.
        file: String,
        /// The name.
        name: String,
    },
}

/// The text of a base file with the changes of an overlay.
///
/// # Errors
/// If one of the texts is not TOML, or if the overlay removes, or places an entry beside, something that the base
/// does not have.
pub fn merge(file: &str, base: &str, overlay: &str) -> Result<String, OverlayError> {
    let parse = |text| {
        Document::parse(text)
            .map_err(|error| OverlayError::Syntax { file: file.to_owned(), message: error.to_string() })
    };
    let (mut base, overlay) = (parse(base)?, parse(overlay)?);
    let missing = |name: &str| OverlayError::Missing { file: file.to_owned(), name: name.to_owned() };
    for (i, part) in overlay.parts.iter().enumerate() {
        if let Some(Item::Value(Value::Array(names))) = part.body.get("remove") {
            for name in names.iter().filter_map(Value::as_str) {
                remove(&mut base, name).ok_or_else(|| missing(name))?;
            }
        }
        apply(&mut base, part, i <= 1).map_err(|name| missing(&name))?;
    }
    Ok(base.text())
}

/// Removes a table with its contents, an entry or a key. `None` if there is nothing with that name.
fn remove(base: &mut Document, name: &str) -> Option<()> {
    let id: Vec<String> = name.split('.').map(str::to_owned).collect();
    if drop_parts(base, &id) {
        return Some(());
    }
    let (key, table) = id.split_last()?;
    let body = &mut base.part(table)?.body;
    body.remove(key).map(|_| ())
}

/// Removes the parts of an id; a heading above them stays.
fn drop_parts(base: &mut Document, id: &[String]) -> bool {
    let gone: Vec<usize> = base.within(id).collect();
    let Some(&first) = gone.first() else { return false };
    let heading = heading(&base.parts[first].lead).to_owned();
    let mut at = 0;
    base.parts.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
    if let Some(next) = base.parts.get_mut(first).filter(|_| heading.contains('#')) {
        next.lead = format!("{heading}{}", next.lead.trim_start_matches('\n'));
    }
    true
}

/// Merges one table of the overlay into the base. The error is the name that does not exist.
fn apply(base: &mut Document, part: &Part, top: bool) -> Result<(), String> {
    let text = |key: &str| part.body.get(key).and_then(Item::as_str);
    let flag = |key: &str| part.body.get(key).and_then(Item::as_bool).unwrap_or(false);
    let mut id = part.id.clone();
    if let (Some(nth), Some(last)) = (part.body.get("which").and_then(Item::as_integer), id.last_mut()) {
        let name = last.split('#').next().unwrap_or_default().to_owned();
        *last = if nth == 1 { name } else { format!("{name}#{nth}") };
        if base.part(&id).is_none() {
            return Err(id.join("."));
        }
    }
    if flag("remove") {
        return if drop_parts(base, &id) { Ok(()) } else { Err(id.join(".")) };
    }
    let nameless = id.last().is_some_and(|last| last.starts_with('#'));
    match base.part(&id).filter(|_| !flag("add") && !nameless) {
        Some(old) => {
            if part.has_header() && comment(&part.lead).contains('#') {
                old.lead = format!("{}{}", heading(&old.lead), comment(&part.lead));
            }
            override_keys(old, part);
        }
        None => {
            let mut new = part.clone();
            (new.id, new.lead) = (id.clone(), lead(part, top));
            let control = part.body.iter().filter(|(name, item)| is_control(name, item));
            control.for_each(|(name, _)| drop(new.body.remove(name)));
            let at = place(base, &id, text("before"), text("behind"))?;
            base.parts.insert(at, new);
        }
    }
    Ok(())
}

fn override_keys(old: &mut Part, part: &Part) {
    for (name, item) in part.body.iter().filter(|(name, item)| !is_control(name, item)) {
        let lead = comment(&lead_of(&part.body, name)).to_owned();
        let mut item = item.clone();
        match old.body.get_mut(name) {
            Some(there) if same(there, &item) => {}
            Some(there) => {
                if let Item::Value(value) = &mut item
                    && trail_of(value).trim().is_empty()
                {
                    value.decor_mut().set_suffix("");
                }
                *there = item;
                let kept = lead_of(&old.body, name);
                if lead.contains('#') {
                    set_lead(&mut old.body, name, &format!("{}{lead}", heading(&kept)));
                }
            }
            None => {
                if let Some(key) = part.body.key(name) {
                    old.body.insert_formatted(key, item);
                    set_lead(&mut old.body, name, &lead);
                }
            }
        }
    }
}

/// Whether an overlay's value equals the present one and adds no comment.
fn same(there: &Item, item: &Item) -> bool {
    let plain = |item: &Item| item.as_value().map(|value| value.clone().decorated("", "").to_string());
    let comment = item.as_value().is_some_and(|value| !trail_of(value).trim().is_empty());
    !comment && plain(there) == plain(item)
}

/// The position of a new table.
fn place(base: &Document, id: &[String], before: Option<&str>, behind: Option<&str>) -> Result<usize, String> {
    let parents = &id[..id.len().saturating_sub(1)];
    let sibling = |name: &str| -> Vec<String> { parents.iter().cloned().chain([name.to_owned()]).collect() };
    if let Some(name) = before {
        return base.within(&sibling(name)).next().ok_or_else(|| sibling(name).join("."));
    }
    if let Some(name) = behind {
        return base.within(&sibling(name)).last().map(|at| at + 1).ok_or_else(|| sibling(name).join("."));
    }
    let near = (1..id.len()).rev().find_map(|length| base.within(&id[..length]).last());
    Ok(near.map_or(base.parts.len(), |at| at + 1))
}

/// The comments above a new table, with a blank line. The comment of the whole overlay file, which ends with a blank
/// line, is left out.
fn lead(part: &Part, top: bool) -> String {
    let blank = top || part.lead.starts_with('\n') || !heading(&part.lead).is_empty();
    format!("{}{}", if blank { "\n" } else { "" }, comment(&part.lead))
}

/// The comment of what follows: everything after the last blank line.
fn comment(lead: &str) -> &str {
    &lead[heading(lead).len()..]
}

/// Everything up to and including the last blank line.
fn heading(lead: &str) -> &str {
    let mut end = 0;
    let mut at = 0;
    for line in lead.split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() && line.ends_with('\n') {
            end = at;
        }
    }
    &lead[..end]
}
