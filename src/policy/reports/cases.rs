//! The rules for cases: `[cases]` of `policy/reports.toml`.

use serde::{Deserialize, Serialize};

use crate::kind::{AmountOf, Condition};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::RuleText;
use crate::place::toml::{Section, nearest};
use crate::place::{Place, Placed, Problem};
use crate::policy::naming::{Naming, did_you_mean, typed};
use crate::record::{FieldId, Type};

/// The rules for cases. Reports cannot show what the policy leaves out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CaseRules {
    /// The kind of the forms of cases: complaints.
    pub kind: String,
    /// The field that refers to the previous form of the same case.
    pub original: Option<FieldId>,
    /// The field that refers to the case which a form repeats.
    pub duplicate_of: Option<FieldId>,
    /// The field with the client.
    pub client: Option<FieldId>,
    /// The kind of the clients.
    pub clients: Option<String>,
    /// The field with the product.
    pub product: Option<FieldId>,
    /// The field with the cause.
    pub cause: Option<FieldId>,
    /// The states in which a case is accepted.
    pub accepted: Option<Vec<String>>,
    /// The states in which it is closed.
    pub closed: Option<Vec<String>>,
    /// The states in which it is declined.
    pub declined: Option<Vec<String>>,
    /// The states in which it is withdrawn.
    pub withdrawn: Option<Vec<String>>,
    /// The condition for a case in which the complaint was justified.
    pub upheld: Option<Condition>,
    /// The words for that condition, which end the sentence "cases closed in the period …".
    pub upheld_means: Label,
    /// The deadline for the answer to the client.
    pub answer: Option<String>,
    /// The remedies of a case.
    pub remedies: Option<Remedies>,
    /// Where it is declared.
    pub place: Place,
}

/// The remedies of a case: an amount that authority tables decide on, in lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedies {
    /// The list.
    pub list: FieldId,
    /// The amount of a line.
    pub amount: FieldId,
    /// The kind of remedy of a line.
    pub kind: Option<FieldId>,
    /// The quantity of a line.
    pub quantity: Option<FieldId>,
    /// The states of forms whose remedies do not count.
    pub without: Vec<String>,
}

impl CaseRules {
    pub(super) fn read(table: &Section, case: Naming<'_>) -> Self {
        let problems = case.loading.problems;
        let client = table.text("client", problems);
        let clients = client.as_ref().and_then(|name| Some((case.typed(name, &["ref"])?, name)));
        let upheld = case.condition(table, "upheld");
        let answer = table.text("answer", problems).filter(|name| case.has_deadline(name));
        CaseRules {
            kind: case.name().to_owned(),
            original: case.field(table, "original", &["ref"]),
            duplicate_of: case.field(table, "duplicate-of", &["ref"]),
            client: clients.map(|(field, _)| field),
            clients: clients.and_then(|(field, name)| case.leads_to(field, &name.place)),
            product: case.field(table, "product", &[]),
            cause: case.field(table, "cause", &[]),
            accepted: case.states(table, "accepted"),
            closed: case.states(table, "closed"),
            declined: case.states(table, "declined"),
            withdrawn: case.states(table, "withdrawn"),
            upheld_means: table.label("upheld-means", problems).unwrap_or_else(|| {
                let condition = upheld.as_ref().map(|upheld| upheld.text.value.as_str()).unwrap_or_default();
                label!(RuleText::UpheldMeans, condition = condition)
            }),
            upheld,
            answer: answer.map(|name| name.value),
            remedies: remedies(table, case),
            place: table.place().clone(),
        }
    }
}

impl CaseRules {
    /// The keys of milestones that are left out.
    pub fn left_out(&self) -> impl Iterator<Item = &'static str> {
        let reached = [
            ("accepted", &self.accepted),
            ("closed", &self.closed),
            ("declined", &self.declined),
            ("withdrawn", &self.withdrawn),
        ];
        reached.into_iter().filter(|(_, states)| states.is_none()).map(|(key, _)| key)
    }
}

fn remedies(table: &Section, case: Naming<'_>) -> Option<Remedies> {
    let problems = case.loading.problems;
    let quantity = table.text("quantity", problems);
    let name = table.text("remedies", problems)?;
    let kind = case.rules()?;
    let Some(amount) = kind.amounts.get(&name.value) else {
        let near = nearest(&name.value, kind.amounts.keys().map(String::as_str));
        let message = label!(RuleText::NoAmountNamed, kind = case.name(), name = name.value);
        problems.push(Problem::new(name.place.clone(), message).help_if(near.map(did_you_mean)));
        return None;
    };
    let no_part = |name: &Placed<String>| {
        problems.push(
            Problem::new(name.place.clone(), label!(RuleText::NoPart, name = name.value)).help(RuleText::NoPartDo),
        );
    };
    let path = match amount.of.as_slice() {
        [AmountOf::Path(path)] => path.as_slice(),
        _ => &[],
    };
    let [list, part] = path else {
        no_part(&name);
        return None;
    };
    let Type::Group(lines) = case.shape.field(*list).ty.element() else {
        no_part(&name);
        return None;
    };
    let quantity = quantity.and_then(|name| typed(lines, &name, &["decimal", "count"], problems));
    Some(Remedies { list: *list, amount: *part, kind: amount.kind, quantity, without: amount.without.clone() })
}
