//! What can be done with a record next: the steps from its state, what each still needs, and who could take it.

use super::advance::cleared;
use super::entitled::{Case, whom};
use super::{Actor, Operation, Refusal, Request, Unauthorised, Unentitled, Unfit, Whom};
use crate::kind::{EDIT, Step, Who};
use crate::record::{Fields, Id, Record};

/// A step that leads from the state of a record.
#[derive(Debug, Clone)]
pub struct StepChoice {
    /// The step.
    pub step: Step,
    /// Whether the actor is entitled to the step, whatever its other conditions.
    pub entitled: bool,
    /// Who may take it by its rule; if empty, anybody of the staff.
    pub by: Vec<Whom>,
    /// Who of the staff could take it today, if the actor cannot.
    pub could: Vec<Id>,
    /// Everything that prevents the actor from taking it now. A field that only needs a value is
    /// [`Refusal::Missing`].
    pub hindrances: Vec<Refusal>,
}

impl StepChoice {
    /// Whether the actor can take it once the missing fields are given.
    pub fn is_open(&self) -> bool {
        self.entitled && self.hindrances.iter().all(|refusal| matches!(refusal, Refusal::Unfit(Unfit::Missing { .. })))
    }

    /// The missing fields that the actor should be asked for. Empty if filling them in would not make the step
    /// possible.
    pub fn to_ask(&self) -> &[String] {
        match self.hindrances.first() {
            Some(first) if self.entitled => first.missing(),
            _ => &[],
        }
    }

    /// The fields that it still asks for.
    pub fn missing(&self) -> &[String] {
        self.hindrances.iter().map(Refusal::missing).find(|fields| !fields.is_empty()).unwrap_or_default()
    }
}

/// The steps from a record's state in the order of the kind, without `edit`.
///
/// # Errors
/// If the record or its kind does not exist.
pub fn options(operation: &Operation<'_>, id: &Id, actor: &Actor) -> Result<Vec<StepChoice>, Refusal> {
    let record = operation.record(id)?;
    let kind = operation.kind(&record.kind)?;
    let setting = &operation.setting;
    let choice = |step: &Step| -> Result<StepChoice, Refusal> {
        let case = Case { kind, step, record: Some(&record), fields: &record.fields };
        let hands =
            case.hands(setting, actor).and_then(|hands| case.four_eyes(setting, &operation.pending, hands, actor));
        let request = Request::new(step.name.as_str(), actor.clone());
        let draft = operation.draft(&case, &record, &request);
        let mut hindrances = match &draft {
            Ok(draft) => case.hindrances(setting, &operation.pending, draft, setting.now)?,
            Err(refusal) => vec![refusal.clone()],
        };
        let hands = match (hands, &draft) {
            (Ok(hands), Ok(draft)) => case.authority(setting, &operation.pending, hands, draft),
            (hands, _) => hands,
        };
        let (entitled, could) = match hands {
            Ok(_) => (true, Vec::new()),
            Err(refusal) => {
                let could = match &draft {
                    Ok(draft) => who_could(operation, &case, draft),
                    Err(_) => case.could(setting),
                };
                // A missing amount says nothing about who decides.
                let unknown = is_unknown(&refusal);
                hindrances.push(refusal);
                (unknown, could)
            }
        };
        let by = step.by.iter().map(|who| whom(who, &kind.shape)).collect();
        let decides = hindrances.iter().find_map(|refusal| match refusal {
            Refusal::Unauthorised(Unauthorised::AboveAuthority { roles, .. }) => Some(roles.clone()),
            _ => None,
        });
        Ok(StepChoice { step: step.clone(), entitled, by: decides.unwrap_or(by), could, hindrances })
    };
    kind.steps_from(&record.state).filter(|step| step.name != EDIT).map(choice).collect()
}

/// Checks whether somebody may make records of a kind, as far as that is known before anything is filled in.
///
/// # Errors
/// If the actor may not, or if the kind does not exist.
pub fn may_begin(operation: &Operation<'_>, kind: &str, actor: &Actor) -> Result<(), Refusal> {
    let kind = operation.kind(kind)?;
    let (step, fields) = (kind.first_step(), Fields::new());
    // the people that a field will name are not known yet
    if step.by.iter().any(|who| !matches!(who, Who::Role(_))) {
        return Ok(());
    }
    Case { kind, step, record: None, fields: &fields }.hands(&operation.setting, actor).map(drop)
}

/// Whether an amount is missing, so that it is not known who decides.
fn is_unknown(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Unauthorised(Unauthorised::NoAmount { .. }))
}

/// Everybody who could take the step today by role, four eyes and authority.
fn who_could(operation: &Operation<'_>, case: &Case<'_>, draft: &Record) -> Vec<Id> {
    let setting = &operation.setting;
    let may = |person: &&crate::policy::Person| {
        let actor = Actor::own(person.id.clone());
        let hands =
            case.hands(setting, &actor).and_then(|hands| case.four_eyes(setting, &operation.pending, hands, &actor));
        let decides = hands.and_then(|hands| case.authority(setting, &operation.pending, hands, draft));
        // without an amount, one of those who decide on some amount
        decides.is_ok() || decides.as_ref().is_err_and(is_unknown) && case.decides_on_some(setting, person)
    };
    let able = case.could(setting).into_iter().filter_map(|id| setting.people.get(&id));
    able.filter(may).map(|person| person.id.clone()).collect()
}

impl Operation<'_> {
    /// A refusal that names only such other steps as the actor can take now.
    pub(super) fn told_instead(&self, id: &Id, request: &Request, via: Option<&str>, mut refusal: Refusal) -> Refusal {
        if let Refusal::NotFrom { instead, .. } = &mut refusal
            && via.is_none()
            && let Ok(choices) = options(self, id, &request.actor)
        {
            instead.retain(|name| choices.iter().any(|choice| choice.step.name == *name && choice.is_open()));
        }
        refusal
    }

    /// The record after a step with the values of a request.
    fn draft(&self, case: &Case<'_>, before: &Record, request: &Request) -> Result<Record, Refusal> {
        let mut draft = self.filled(case.kind, case.step, before, request)?;
        cleared(case.kind, case.step, request, &mut draft);
        self.climbed(case.step, before, request, &mut draft)?;
        self.set_by_rule(case.step, case.kind, request, self.setting.now, Some(&before.id), &mut draft.fields)?;
        Ok(draft)
    }

    /// Replaces the people in a refusal: those who may decide by the amount, in place of everybody with the role.
    pub(super) fn naming(&self, case: &Case<'_>, draft: &Record, mut refusal: Refusal) -> Refusal {
        if let Refusal::Unentitled(Unentitled::NotEntitled { could, .. } | Unentitled::SameEyes { could, .. })
        | Refusal::Unauthorised(Unauthorised::AboveAuthority { could, .. }) = &mut refusal
            && case.step.authority.is_some()
        {
            *could = who_could(self, case, draft);
        }
        refusal
    }

    /// The same for a step that was not begun.
    pub(super) fn refused(&self, case: &Case<'_>, before: &Record, request: &Request, refusal: Refusal) -> Refusal {
        match case.step.authority.as_ref().map(|_| self.draft(case, before, request)) {
            Some(Ok(draft)) => self.naming(case, &draft, refusal),
            _ => refusal,
        }
    }
}
