//! Who holds a deadline, and to whom a record is assigned.
//!
//! If a role or a department holds a deadline, it becomes the duty of the record's assignee if the assignee has that
//! role today, or belongs to that department. The kind names the field with `assignee`. For example, an investigation
//! of QM that is assigned to one person of QM is not on the lists of the others. No work is lost by this. If the
//! assignee has left, or is away without a deputy, the role holds it again. The same happens if four eyes bar the
//! assignee from a step that ends the deadline.

use super::entitled::Case;
use super::linked::column;
use super::{Actor, Hand, Lookup, Staffing};
use crate::filter::Unanswered;
use crate::kind::{Bar, Deadline, Holder, Kind, Line, Mark, NotBy, Step};
use crate::policy::Person;
use crate::record::{FieldId, Id, Record, Type, Value};
use crate::wording::{Held, Party};

/// Who holds a deadline on a day, even if they have left since. The first of its holders that names somebody counts.
/// If none does, the assignee of the record holds it. A deadline of a role or department becomes the assignee's under
/// two conditions: the assignee has that role on the day or belongs to that department, and four eyes do not bar the
/// assignee from a step that ends it.
///
/// # Errors
/// If other records that four eyes ask about cannot be looked up.
pub fn holder(
    deadline: &Deadline,
    kind: &Kind,
    staffing: Staffing<'_>,
    lookup: &dyn Lookup,
    record: &Record,
) -> Result<Held, Unanswered> {
    let named =
        candidates(deadline, kind, staffing, record).into_iter().find(|held| !held.is_empty()).unwrap_or_default();
    let assigned = assigned(kind, record);
    let assigned: Vec<&Id> = assigned.people().collect();
    Taking { deadline, kind, staffing, lookup, record }.over(named.parties(), &assigned)
}

/// Who is reminded of a deadline now. It is its [`holder`], but people for whom nobody acts today are skipped, so
/// that no work is lost. Then the next of its holders counts, unless none of them names anybody else.
///
/// # Errors
/// If other records that four eyes ask about cannot be looked up.
pub(super) fn pressed(
    deadline: &Deadline,
    kind: &Kind,
    staffing: Staffing<'_>,
    lookup: &dyn Lookup,
    record: &Record,
) -> Result<Held, Unanswered> {
    let is_there = |id: &Id| staffing.people.is_attended(id, staffing.day());
    let candidates = candidates(deadline, kind, staffing, record);
    let assignee = assigned(kind, record);
    let assigned: Vec<&Id> = assignee.people().filter(|id| is_there(id)).collect();
    for held in &candidates {
        let there = held.parties().iter().filter(|party| !matches!(party, Party::Person(id) if !is_there(id)));
        let there: Vec<Party> = there.cloned().collect();
        if !there.is_empty() {
            return Taking { deadline, kind, staffing, lookup, record }.over(&there, &assigned);
        }
    }
    Ok(candidates.into_iter().find(|held| !held.is_empty()).unwrap_or_default())
}

/// Whether four eyes leave a person one of the steps that end a deadline, whoever holds it.
///
/// # Errors
/// If other records that four eyes ask about cannot be looked up.
pub(super) fn may_end(
    deadline: &Deadline,
    kind: &Kind,
    staffing: Staffing<'_>,
    lookup: &dyn Lookup,
    record: &Record,
    person: &Id,
) -> Result<bool, Unanswered> {
    Taking { deadline, kind, staffing, lookup, record }.may_end(person)
}

/// What each holder of a deadline names, in order, and last the assignee of the record.
fn candidates(deadline: &Deadline, kind: &Kind, staffing: Staffing<'_>, record: &Record) -> Vec<Held> {
    if deadline.outside {
        let outside = deadline.holder.iter().filter_map(|holder| match holder {
            Holder::Field(path) => path.first().and_then(|field| record.get(*field)),
            Holder::Role(_) | Holder::Department(_) | Holder::Post(_) => None,
        });
        let party =
            |value: &Value| if let Value::Ref(id) = value { Some(Party::Outside(id.clone()).into()) } else { None };
        return outside.filter_map(party).collect();
    }
    let own = deadline.holder.iter().map(|holder| match holder {
        Holder::Field(path) => match (&deadline.line, path.as_slice()) {
            (Some(line), [list, inner]) if *list == line.list => of_line(line, *inner, kind, record),
            _ => named(path, kind, record),
        },
        Holder::Role(role) => Party::Role(role.clone()).into(),
        Holder::Department(name) => Party::Department(name.clone()).into(),
        Holder::Post(post) => {
            let of = (&kind.shape, &record.fields);
            let seats = staffing.policy.departments.seats(post, of, staffing.people, staffing.day());
            seats.into_iter().map(Party::Seat).collect()
        }
    });
    own.chain([assigned(kind, record)]).collect()
}

/// How an assignee takes a deadline over from a role or a department.
struct Taking<'t> {
    deadline: &'t Deadline,
    kind: &'t Kind,
    staffing: Staffing<'t>,
    lookup: &'t dyn Lookup,
    record: &'t Record,
}

impl Taking<'_> {
    /// The parties. Each is replaced by those of the assigned people who belong to it and can end the deadline, if
    /// there are any.
    fn over(&self, parties: &[Party], assigned: &[&Id]) -> Result<Held, Unanswered> {
        let mut found: Vec<Party> = Vec::new();
        for party in parties {
            let before = found.len();
            for id in assigned.iter().filter(|id| self.belongs(id, party)) {
                if self.may_end(id)? {
                    found.push(Party::Person((*id).clone()));
                }
            }
            if found.len() == before {
                found.push(self.instead_of(party)?.unwrap_or_else(|| party.clone()));
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Who ends the deadline if four eyes bar everybody of a role or department from a step that ends it now. For
    /// example, it is the GM office if all of quality management is charged, or the general manager if the director has
    /// proposed what is to be approved. The director could only waive it.
    fn instead_of(&self, party: &Party) -> Result<Option<Party>, Unanswered> {
        for step in self.ending().into_iter().filter(|step| step.leads_from(&self.record.state)) {
            let case = Case { kind: self.kind, step, record: Some(self.record), fields: &self.record.fields };
            if let Some(party) = case.instead_of(party, self.staffing, self.lookup)? {
                return Ok(Some(party));
            }
        }
        Ok(None)
    }

    /// The steps that end the deadline.
    fn ending(&self) -> Vec<&Step> {
        let ends = |step: &Step, mark: &Mark| match mark {
            Mark::State(state) => step.targets().contains(&state.as_str()),
            Mark::Step(name) => step.name == *name,
            Mark::Field(_) | Mark::Filled(..) | Mark::Becomes(_) | Mark::Linked { .. } | Mark::Needs(_) => false,
        };
        let ending = |step: &&Step| self.deadline.stops.iter().any(|mark| ends(step, mark));
        self.kind.steps.iter().filter(ending).collect()
    }

    /// Whether a person has a role on the day or belongs to a department, even if the person has left since.
    fn belongs(&self, id: &Id, party: &Party) -> bool {
        self.staffing.people.get(id).is_some_and(|person| is_of(person, party, self.staffing))
    }

    /// Whether four eyes allow a person the steps that end the deadline: those that lead from the record's state or,
    /// if none does, all of them. If no step of the kind ends it, but a date or another record, nobody is barred.
    fn may_end(&self, person: &Id) -> Result<bool, Unanswered> {
        let all = self.ending();
        let here: Vec<&Step> = all.iter().copied().filter(|step| step.leads_from(&self.record.state)).collect();
        for step in if here.is_empty() { all } else { here } {
            if is_barred(self.kind, step, self.staffing, self.lookup, self.record, person)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn is_of(person: &Person, party: &Party, staffing: Staffing<'_>) -> bool {
    match party {
        Party::Role(role) => person.has_role(role, staffing.day()),
        Party::Department(name) => person.department.as_ref() == Some(name),
        Party::Seat(seat) => person.has_seat(&seat.role, &seat.department, staffing.day()),
        _ => false,
    }
}

impl Case<'_> {
    /// Who takes the step if four eyes bar everybody of a role or department who could take it. It is the next party
    /// of the step's rule with an unbarred person, else the people of `instead`. `None` if somebody of the role or
    /// department may take the step, or if nobody of it ever could.
    ///
    /// # Errors
    /// If other records that four eyes ask about cannot be looked up.
    pub(super) fn instead_of(
        &self,
        party: &Party,
        staffing: Staffing<'_>,
        lookup: &dyn Lookup,
    ) -> Result<Option<Party>, Unanswered> {
        let step = self.step;
        // bars about missed deadlines depend on who holds them, which is what is being computed
        let missed = |bar: &Bar| bar.missed || matches!(bar.who, NotBy::Missed(_));
        let (Some(record), false) = (self.record, step.not_by.is_empty() || step.not_by.iter().any(missed)) else {
            return Ok(None);
        };
        let could = |person: &&Person| {
            person.active && is_of(person, party, staffing) && step.by.iter().any(|who| self.is(who, person, staffing))
        };
        let mut anybody = false;
        for person in staffing.people.iter().filter(could) {
            anybody = true;
            if !is_barred(self.kind, step, staffing, lookup, record, &person.id)? {
                return Ok(None);
            }
        }
        if !anybody {
            return Ok(None);
        }
        for other in step.by.iter().flat_map(|who| self.parties_of(who, staffing)).filter(|other| other != party) {
            let of = |person: &&Person| {
                person.active
                    && (is_of(person, &other, staffing) || matches!(&other, Party::Person(id) if *id == person.id))
            };
            for person in staffing.people.iter().filter(of) {
                if !is_barred(self.kind, step, staffing, lookup, record, &person.id)? {
                    return Ok(Some(other));
                }
            }
        }
        let instead = self.instead(staffing, lookup, &|_| true)?;
        Ok(instead.and_then(|who| self.parties_of(who, staffing).into_iter().next()))
    }
}

/// Whether four eyes bar a person from a step of a record. Bars about missed deadlines are left out, because they
/// depend on who holds a deadline.
///
/// # Errors
/// If other records that four eyes ask about cannot be looked up.
pub(super) fn is_barred(
    kind: &Kind,
    step: &Step,
    staffing: Staffing<'_>,
    lookup: &dyn Lookup,
    record: &Record,
    person: &Id,
) -> Result<bool, Unanswered> {
    let case = Case { kind, step, record: Some(record), fields: &record.fields };
    let hand = Hand { by: person.clone(), for_: None };
    let bars = step.not_by.iter().filter(|bar| !bar.missed && !matches!(bar.who, NotBy::Missed(_)));
    Ok(case.conflict(bars, staffing, lookup, &hand, &Actor::own(person.clone()))?.is_some())
}

/// The assignees of a record.
pub(super) fn assigned(kind: &Kind, record: &Record) -> Held {
    kind.assignee.map(|field| named(&[field], kind, record)).unwrap_or_default()
}

/// The people, roles or departments that a field, or a field of a list's lines, names.
pub(super) fn named(path: &[FieldId], kind: &Kind, record: &Record) -> Held {
    let (ty, values) = match path {
        [field] => {
            (&kind.field(*field).ty, record.get(*field).map(Value::elements).unwrap_or_default().iter().collect())
        }
        [list, inner] => {
            let Type::Group(lines) = kind.field(*list).ty.element() else { return Held::default() };
            let column = column(record.get(*list), *inner);
            (&lines.field(*inner).ty, column.into_iter().flatten().flat_map(Value::elements).collect())
        }
        _ => return Held::default(),
    };
    parties(ty, values)
}

/// The holders that a field names in the line that a deadline is about.
fn of_line(line: &Line, inner: FieldId, kind: &Kind, record: &Record) -> Held {
    let Type::Group(lines) = kind.field(line.list).ty.element() else { return Held::default() };
    let named = line.get(record.get(line.list), inner).map(Value::elements).unwrap_or_default();
    parties(&lines.field(inner).ty, named.iter().collect())
}

/// The people, roles or departments that values of a type name.
fn parties(ty: &Type, values: Vec<&Value>) -> Held {
    let party = |text: &str| match ty.element() {
        Type::Department => Some(Party::Department(text.to_owned())),
        Type::Role => Some(Party::Role(text.to_owned())),
        _ => text.parse().ok().map(Party::Person),
    };
    values.into_iter().filter_map(Value::as_text).filter_map(party).collect()
}
