//! The layouts of computed reports in older books: they are in `policy/reports.toml`. An upgrade moves them to the
//! reports' own files.

use super::document::Document;

/// What has moved: the key in `policy/reports.toml`, today's file, and whether that file itself is the table.
const MOVED: [(&str, &str, bool); 2] =
    [("tables", "reports/monthly.toml", false), ("tracking", "reports/tracking.toml", true)];

/// The text of `policy/reports.toml` without the moved parts, and the texts of the files to which they move. `None`
/// if there are no such parts, or if the text is not TOML.
pub fn layouts_of(text: &str) -> Option<(String, Vec<(&'static str, String)>)> {
    let mut rest = Document::parse(text).ok()?;
    let mut moved = Vec::new();
    for (key, file, is_file) in MOVED {
        let mut own = Document::parse("").ok()?;
        let key = [key.to_owned()];
        let parts: Vec<usize> = rest.within(&key).collect();
        for at in parts.into_iter().rev() {
            own.parts.insert(0, rest.parts.remove(at));
        }
        own.parts.retain(|part| part.has_header());
        if let Some(first) = own.parts.first_mut() {
            first.lead = first.lead.trim_start_matches('\n').to_owned();
            let mut text = String::new();
            if is_file {
                text.push_str(&first.lead);
                first.without_header();
            }
            text.push_str(&own.text());
            moved.push((file, text));
        }
    }
    (!moved.is_empty()).then(|| (rest.text(), moved))
}

#[cfg(test)]
mod tests {
    use super::layouts_of;

    #[test]
    fn what_has_moved_stands_in_files_of_its_own_with_its_comments() {
        let text = "# What counts.\n[cases]\nkind = \"complaint\"\n\n# Tables.\n[[tables]]\nby = \"category\"\n\n# Ours.\n[[tables]]\nby = \"lot\"\n\n[samples]\nsmall = 3\n\n# Columns.\n[tracking]\ncolumns = [\"client\"] # one\n";
        let (rest, moved) = layouts_of(text).expect("there is something to move");
        assert_eq!(rest, "# What counts.\n[cases]\nkind = \"complaint\"\n\n[samples]\nsmall = 3\n");
        let tables = "# Tables.\n[[tables]]\nby = \"category\"\n\n# Ours.\n[[tables]]\nby = \"lot\"\n";
        let tracking = "# Columns.\ncolumns = [\"client\"] # one\n";
        let wanted = [("reports/monthly.toml", tables), ("reports/tracking.toml", tracking)];
        assert_eq!(moved.iter().map(|(file, text)| (*file, text.as_str())).collect::<Vec<_>>(), wanted);
        assert_eq!(layouts_of(&rest), None);
    }
}
