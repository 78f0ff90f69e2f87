//! NDJSON: one value on each line. For a list, the data of each record; for a report, the rows of its tables, each
//! with the name of its table.

use serde_json::{Value, json};

use super::format::{List, OfList};
use super::{Format, Options, RenderError, json as values};
use crate::model::{Body, Report};

pub(super) const FORMAT: Format =
    Format { name: "ndjson", extension: "ndjson", write, list: OfList::Data(list), binary: false };

fn write(report: &Report, options: &Options) -> Result<Vec<u8>, RenderError> {
    let mut lines = Vec::new();
    for section in report.sections.iter().filter(|part| options.section.as_ref().is_none_or(|name| *name == part.name))
    {
        let Body::Table(table) = &section.body else { continue };
        for row in table.body() {
            let mut value = values::row(row, &table.columns);
            value["table"] = json!(section.name);
            lines.push(value);
        }
    }
    written(&lines)
}

fn list(list: &List<'_>) -> Result<Vec<u8>, RenderError> {
    written(list.data)
}

fn written(values: &[Value]) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::new();
    for value in values {
        serde_json::to_writer(&mut bytes, value)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use crate::locale::{Label, Lang};
    use crate::model::{Cell, Column, Facts, Report, Table};
    use crate::render::{List, Options, format, sample};
    use serde_json::json;

    #[test]
    fn a_list_is_what_scripts_are_told_of_each_record_and_a_report_its_rows() {
        let mut report = Report::new("clients", Label::default(), Facts::default());
        let mut table = Table::new([Column::text("name", Label::new("name", "名称"))]);
        table.row([Cell::text("=1")]);
        report.table("clients", Label::default(), table);
        let data = [json!({ "id": "K-1" }), json!({ "id": "K-2" })];
        let list = List { command: "list", report: &report, data: &data, total: None };
        let written = |name: &str| {
            let options = Options { lang: Lang::Zh, ..Options::default() };
            String::from_utf8(format(name).unwrap().render_list(&list, &options).unwrap()).unwrap()
        };
        assert_eq!(written("ndjson"), "{\"id\":\"K-1\"}\n{\"id\":\"K-2\"}\n");
        assert_eq!(written("csv"), "名称\r\n'=1\r\n");
        assert!(written("json").starts_with("{\n  \"schema\": 1"));
        let rows = format("ndjson").unwrap().render(&sample::monthly(), &Options::default()).unwrap();
        let rows = String::from_utf8(rows).unwrap();
        let first: serde_json::Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
        assert_eq!(first["table"], "cases");
    }
}
