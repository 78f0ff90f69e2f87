//! The invented staff, who take the steps of an invented book.

use crate::book::{Founded, Writer};
use crate::calendar::Moment;
use crate::cli::failure::Failure;
use crate::cli::session;
use crate::demo::Random;
use crate::lifecycle::{Actor, Request};
use crate::policy::STAFF;
use crate::record::{Id, Value};

/// A member of the invented staff.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) email: String,
}

/// One person for each department, and a few more. Each has every role, so that a second person can do what the first
/// may not.
pub(super) fn crew(made: &Founded, random: &mut Random, at: Moment) -> Result<Vec<Person>, Failure> {
    let mut ids = Random::new(random.number());
    let writer = Writer { random: Some(Box::new(move || ids.id_part())), ..Writer::new(at) };
    let actor = Actor::own(made.person.clone());
    let (crew, _) = made.book.write(writer, |writing| {
        let policy = writing.view.policy();
        let kind = session::kind(policy, STAFF)?;
        let departments: Vec<String> =
            policy.departments.iter().filter(|known| !known.retired).map(|known| known.name.clone()).collect();
        let roles: Vec<&str> =
            policy.roles.iter().filter(|role| !role.retired).map(|role| role.name.as_str()).collect();
        let mut crew = Vec::new();
        for number in 0..departments.len().max(CREW) {
            let (name, email) = (format!("示例{:02}", number + 1), format!("shili{:02}@example.cn", number + 1));
            let staff = crate::policy::Staff::of(&kind.shape);
            let mut set = staff.newcomer(&name, &email, &roles, at.date_naive());
            let department = departments.get(number % departments.len().max(1)).cloned();
            let field = staff.department_key().and_then(|key| kind.shape.field_id(&key));
            set.extend(field.zip(department).map(|(field, name)| (field, Some(Value::Text(name)))));
            let request = Request { set, ..Request::new(kind.first_step().name.as_str(), actor.clone()) };
            let id: Id = format!("shili{:02}", number + 1)
                .parse()
                .map_err(|_| Failure::missing("demo", crate::locale::Label::new(name.as_str(), "")))?;
            let made = writing.operation.create(kind.name(), Some(id), &request);
            let id = made.map_err(|refusal| session::refused(&refusal, policy))?;
            crew.push(Person { id, name, email });
        }
        Ok::<_, Failure>(crew)
    })?;
    Ok(crew)
}

/// The fewest people, so that the four-eyes rule has two more.
const CREW: usize = 4;
