//! Why a step is not taken. Each refusal says which rule, where it stands in the policy, and who or what could mend it;
//! `say` puts it into words.

use rust_decimal::Decimal;

use crate::calendar::Moment;
use crate::locale::Label;
use crate::place::Place;
use crate::policy::Term;
use crate::record::{Id, Value, ValueError};

/// Why a step is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Other records that the rules ask of could not be looked up, so that nothing can be said.
    Unanswered {
        /// Why not.
        why: Label,
    },
    /// There is no such kind.
    NoKind {
        /// The kind.
        kind: String,
    },
    /// There is no such record.
    NoRecord {
        /// The id.
        id: Id,
    },
    /// The kind has no such state, or no longer.
    NoState {
        /// The kind.
        kind: String,
        /// The state.
        state: String,
    },
    /// The kind has no such step.
    NoStep {
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// What was meant, perhaps.
        near: Option<String>,
    },
    /// The step leads not from the state that the record is in.
    NotFrom {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state.
        state: String,
        /// The states that it leads from.
        from: Vec<String>,
        /// The steps that can be taken instead.
        instead: Vec<String>,
        /// Where the step is declared.
        place: Place,
    },
    /// `previous` leads nowhere: the record was in no other state before.
    NoPrevious {
        /// The record, where there is one already.
        id: Option<Id>,
        /// The step.
        step: String,
        /// Where the step is declared.
        place: Place,
    },
    /// Whoever acts has no staff record, or has left.
    NotStaff {
        /// The person.
        person: Id,
    },
    /// Who types may not act in that name.
    NotActing {
        /// Who types.
        typist: Id,
        /// In whose name.
        actor: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// When the typist is the actor's deputy, which is not today.
        terms: Vec<Term>,
        /// Where it would be allowed.
        place: Place,
    },
    /// The actor is not among those who may take the step.
    NotEntitled {
        /// The actor.
        actor: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// Who may.
        by: Vec<Whom>,
        /// When the actor stands in for one of those who could, which is not today.
        terms: Vec<Term>,
        /// The people who could, today.
        could: Vec<Id>,
        /// Where the step is declared.
        place: Place,
    },
    /// The actor is not among those who may change a field, whatever the step.
    NotTheirs {
        /// The actor.
        actor: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// Who may.
        by: Vec<Whom>,
        /// The people who could, today.
        could: Vec<Id>,
        /// Where it is said.
        place: Place,
    },
    /// Four eyes: the actor, the principal or who types had a hand in what they may not decide on (GP1).
    SameEyes {
        /// The person.
        person: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The step that the person took, or the field that names the person.
        because: Whom,
        /// The people who could, today.
        could: Vec<Id>,
        /// Where the step is declared.
        place: Place,
    },
    /// The table gives the decision to a higher level (CP7, CP12).
    AboveAuthority {
        /// The actor.
        actor: Id,
        /// The step.
        step: String,
        /// The table.
        table: String,
        /// The amount to decide on.
        amount: Decimal,
        /// What it is made up of: forms of the case, and what stands beside their decisions.
        parts: Vec<(Id, Decimal)>,
        /// The roles that may decide, from the lowest.
        roles: Vec<String>,
        /// When the actor stands in for one of those who could, which is not today.
        terms: Vec<Term>,
        /// The people who could, today.
        could: Vec<Id>,
        /// The row that fits first.
        place: Place,
    },
    /// No row of the table fits.
    NoAuthority {
        /// The step.
        step: String,
        /// The table.
        table: String,
        /// The amount.
        amount: Decimal,
        /// The table's place.
        place: Place,
    },
    /// A line that must have an amount has none.
    NoAmount {
        /// The step.
        step: String,
        /// What kind of line it is.
        line: String,
        /// Where the rule stands.
        place: Place,
    },
    /// The field cannot be changed since a step that seals it.
    Sealed {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The step that sealed it.
        by: String,
        /// Where the sealing step is declared.
        place: Place,
    },
    /// Fields that the step asks for are not there.
    Missing {
        /// The record, where there is one already.
        id: Option<Id>,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from; empty where there is no record yet.
        state: String,
        /// The fields.
        fields: Vec<String>,
        /// Whether a note was given with the step: that fills in no field.
        noted: bool,
        /// Where they are asked for.
        place: Place,
    },
    /// A record names itself, or another of its kind that leads back to it.
    Circular {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The records on the way, in order; none where it names itself.
        through: Vec<Id>,
    },
    /// There is no level above that somebody holds.
    NoLevel {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The highest level, which has the case already.
        role: String,
        /// Where it is said from where the step climbs.
        place: Place,
    },
    /// A level would be left out (CP12).
    NotNextLevel {
        /// The record.
        id: Id,
        /// The step.
        step: String,
        /// The level that was given.
        role: String,
        /// The next one.
        next: String,
        /// Where it is said from where the step climbs.
        place: Place,
    },
    /// The case has grown beyond what somebody decided, so that the decision no longer holds (CP7).
    Outgrown {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The decision that no longer holds.
        decision: String,
        /// Who took it.
        person: Id,
        /// The amount by now.
        amount: Decimal,
        /// What it is made up of.
        parts: Vec<(Id, Decimal)>,
        /// The roles that may decide on it.
        roles: Vec<String>,
        /// Where it is demanded.
        place: Place,
    },
    /// A condition does not hold.
    Unmet {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from; empty where there is no record yet.
        state: String,
        /// The condition as written.
        condition: String,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it stands.
        place: Place,
    },
    /// Another record of the kind holds the same already.
    NotUnique {
        /// The record, where there is one already.
        id: Id,
        /// The kind.
        kind: String,
        /// The fields.
        fields: Vec<String>,
        /// The one that holds it.
        other: Named,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// A field says something else than the record that another field names.
    NotSame {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What it says.
        ours: String,
        /// The record that is named, or that names this one.
        other: Named,
        /// What it says there.
        theirs: String,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it is said.
        place: Place,
    },
    /// With the others that name the same record it comes to more than that one allows.
    Exceeded {
        /// The record.
        id: Id,
        /// The step.
        step: String,
        /// The record that all of them name.
        of: Named,
        /// What they come to.
        sum: Decimal,
        /// What they may come to.
        most: Decimal,
        /// The others.
        others: Vec<Id>,
        /// Why it is so, in the policy's words.
        reason: crate::locale::Label,
        /// Where it stands.
        place: Place,
    },
    /// Other steps must be taken first.
    Before {
        /// The record.
        id: Id,
        /// The kind.
        kind: String,
        /// The step.
        step: String,
        /// The state that it would be taken from; empty where there is no record yet.
        state: String,
        /// What is missing.
        missing: Vec<Lacking>,
        /// Where it stands.
        place: Place,
    },
    /// Linked records have not come to where they must be.
    Needs {
        /// The record.
        id: Id,
        /// The step.
        step: String,
        /// The linked kind.
        kind: String,
        /// The states that will do.
        states: Vec<String>,
        /// The records that are elsewhere, with their states; none where there must be one and is not.
        open: Vec<(Id, String)>,
        /// Where it stands.
        place: Place,
    },
    /// Records are still dealt to the person, who may not leave them behind (GP5).
    StillDealt {
        /// The person.
        person: Id,
        /// The step.
        step: String,
        /// The records with their kinds and states.
        open: Vec<(Id, String, String)>,
        /// Where the step is declared.
        place: Place,
    },
    /// The step would precede the last event.
    BeforeLast {
        /// The record.
        id: Id,
        /// The time given.
        at: Moment,
        /// The last event's.
        last: Moment,
    },
    /// The step would have happened after now.
    Future {
        /// The time given.
        at: Moment,
        /// The time of recording.
        now: Moment,
    },
    /// Ids know the years 2000 to 2099 alone.
    NotOfThisCentury {
        /// The time given.
        at: Moment,
    },
    /// The kind's ids are names, and none was given; or one was given and they are drawn.
    NoId {
        /// The kind.
        kind: String,
    },
    /// A record has the id already.
    IdTaken {
        /// The id.
        id: Id,
    },
    /// A required field would be empty.
    Required {
        /// The record, where there is one already.
        id: Option<Id>,
        /// The kind.
        kind: String,
        /// The fields.
        fields: Vec<String>,
    },
    /// A field is given that is no longer offered.
    Retired {
        /// The kind.
        kind: String,
        /// The field, or the field with the choice.
        field: String,
    },
    /// A field names a record that is not there, or one of a kind that does not belong there.
    BadReference {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The record that it names.
        to: Id,
        /// The kinds that belong there.
        kinds: Vec<String>,
    },
    /// A field names nobody of the staff.
    NoPerson {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The person that it names.
        person: String,
    },
    /// A field names a role that the policy does not declare.
    NoRole {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The role that it names.
        role: String,
        /// What was meant, perhaps.
        near: Option<String>,
    },
    /// A field names a department that the policy does not declare.
    NoDepartment {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// The department that it names.
        department: String,
        /// What was meant, perhaps.
        near: Option<String>,
    },
    /// A value is no value of its field.
    BadValue {
        /// The field.
        field: String,
        /// Why.
        error: ValueError,
    },
    /// A date or time that only looks forward has passed at the time of the step that gives it.
    Passed {
        /// The kind.
        kind: String,
        /// The field.
        field: String,
        /// What it was given.
        value: Value,
        /// When the step happens.
        at: Moment,
        /// Where the field says so.
        place: Place,
    },
    /// Nothing would change.
    Unchanged {
        /// The record.
        id: Id,
    },
    /// A record that a step would open or advance is refused.
    Consequence {
        /// The step that has the consequence.
        step: String,
        /// What it does: the kind that it opens, or the step of the other record.
        what: String,
        /// Why that is refused.
        cause: Box<Refusal>,
        /// Where the consequence stands.
        place: Place,
    },
    /// Steps open or advance one another without an end.
    Endless {
        /// The step.
        step: String,
        /// Where it is declared.
        place: Place,
    },
    /// What only git may do: change the id, kind, state, rules or history by hand.
    Untouchable {
        /// The record.
        id: Id,
        /// What was changed.
        what: &'static str,
    },
}

/// A step that must come before another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The step.
    pub step: String,
    /// By these departments; none where it does not matter by whom.
    pub departments: Vec<String>,
    /// How often still.
    pub times: usize,
    /// The people who could take it, today.
    pub could: Vec<Id>,
}

/// Of whom a rule speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Whoever has a role.
    Role(String),
    /// Whom a field names.
    Field(String),
    /// Everybody of the department that a field names.
    Department(String),
    /// Whoever took a step.
    Step(String),
}

/// A record by its id, and by what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Id,
    /// Its title: an invoice's number, a client's name.
    pub title: Option<String>,
}
