//! Records that a command plans. They are made from drafts, and shown with what a second run or a dry run would say.
//! `plan` and `remind` share it.

use serde_json::Value as Json;

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::session::Session;
use super::table;
use crate::book::{Writing, Written};
use crate::lifecycle::{Actor, Refusal, Request};
use crate::locale::Label;
use crate::locale::messages::RecordText;
use crate::model::Table;
use crate::planning::Draft;
use crate::record::Id;

/// Makes the record of a draft by the first step of its kind.
///
/// # Errors
/// If a rule forbids it.
pub(super) fn make(writing: &mut Writing<'_>, actor: &Actor, draft: &Draft) -> Result<Id, Refusal> {
    let first = writing.view.policy().kind(&draft.kind).map(|kind| kind.first_step().name.clone());
    let mut request = Request::new(first.unwrap_or_default(), actor.clone());
    request.key = Some(draft.key.clone());
    request.set = draft.set.iter().map(|(field, value)| (*field, Some(value.clone()))).collect();
    writing.operation.create(&draft.kind, None, &request)
}

/// What a command has planned, as it is shown.
pub(super) struct Planned<'p> {
    /// The name of the table.
    pub(super) name: &'p str,
    /// The data for scripts.
    pub(super) data: Json,
    /// The ids of what was made. A dry run gives them up again.
    pub(super) ids: Vec<&'p Id>,
    /// The title of the table.
    pub(super) title: Label,
    /// The table. It has a column of ids if the records were written.
    pub(super) table: Table,
    /// Texts that follow it, such as letters to be sent.
    pub(super) texts: Vec<&'p Label>,
    /// What could not be planned: the code and the message.
    pub(super) warnings: Vec<(&'static str, Label)>,
    /// The message if nothing was planned.
    pub(super) nothing: Option<Label>,
}

impl Planned<'_> {
    /// Shows it.
    ///
    /// # Errors
    /// If the table does not fit its columns.
    pub(super) fn tell(self, session: &Session, written: &Written, context: &mut Context) -> Result<Exit, Failure> {
        let (dry_run, count) = (context.flags.dry_run, self.ids.len());
        context.page();
        context.out.data(self.data);
        if context.flags.quiet {
            // a record that is not written has no id
            self.ids.iter().filter(|_| !dry_run).for_each(|id| context.out.line(id.as_str()));
        } else if !context.flags.json && count > 0 {
            table::print(context, self.name, self.title, self.table)?;
            if !dry_run {
                self.texts.iter().for_each(|text| context.out.note(&format!("\n{}", text.get(context.lang))));
            }
        }
        for (code, said) in self.warnings {
            context.out.warn(code, said);
        }
        if let Some(nothing) = self.nothing.filter(|_| count == 0) {
            context.out.aside(nothing.get(context.lang));
        }
        if dry_run && count > 0 {
            context.out.aside(RecordText::WouldBe.get(context.lang));
        }
        if written.committed.is_some() {
            session.at_sign.borrow_mut().listed(self.ids.iter().copied());
        }
        Ok(context.listed(count))
    }
}
