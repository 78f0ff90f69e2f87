//! Who held a record at a moment.

use std::rc::Rc;

use super::BookSource;
use crate::book::{View, unanswered};
use crate::calendar::Moment;
use crate::filter::Resolver;
use crate::record::Id;
use crate::report::Answer;
use crate::wording::Held;

impl<'b> BookSource<'_, 'b> {
    /// Who held a record right before a moment. A record only says who holds it today, so the book of that day is
    /// read.
    pub(super) fn held_before(&self, id: &Id, at: Moment) -> Answer<Held> {
        if at > self.view.now() {
            return self.held_in(self.view, id);
        }
        match self.earlier(at)? {
            Some(view) => self.held_in(&view, id),
            None => Ok(Held::default()),
        }
    }

    fn held_in(&self, view: &View<'_>, id: &Id) -> Answer<Held> {
        match view.reading().record(id)? {
            Some(record) => view.holders_of(&record),
            None => Ok(Held::default()),
        }
    }

    fn earlier(&self, at: Moment) -> Answer<Option<Rc<View<'b>>>> {
        if let Some((_, view)) = self.earlier.borrow().as_ref().filter(|(of, _)| *of == at) {
            return Ok(view.clone());
        }
        let view = self.view.before(at).map_err(unanswered)?.map(Rc::new);
        self.earlier.replace(Some((at, view.clone())));
        Ok(view)
    }
}
