//! Filters as users type them. They are bound against a kind, and the names of records and people in them are looked
//! up in the book.

use super::exit::Exit;
use super::failure::Failure;
use super::{naming, words};
use crate::book::{Unresolved, View};
use crate::filter::{self, At, Filter, FilterError, Holds, Scope, Shapes, Wanted};
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::Party;
use crate::locale::Label;
use crate::locale::messages::{CliText, FilterText};
use crate::locale::text::fold;
use crate::place::toml::nearest;
use crate::policy::Person;
use crate::record::{FieldId, Id, Shape, random_part};
use crate::wording::Sight;

/// The shapes of a book, together with the names of its records and people.
struct Called<'v>(&'v View<'v>);

impl Shapes for Called<'_> {
    fn shape(&self, kind: &str) -> Option<&Shape> {
        self.0.policy().shape(kind)
    }

    fn kinds(&self) -> Vec<&str> {
        self.0.policy().kinds()
    }

    fn milestone(&self, kind: &str, name: &str) -> Option<&[String]> {
        Shapes::milestone(self.0.policy(), kind, name)
    }

    fn milestones(&self, kind: &str) -> Vec<&str> {
        self.0.policy().milestones(kind)
    }

    fn rollups(&self, kind: &str) -> &[filter::Rollup] {
        Shapes::rollups(self.0.policy(), kind)
    }

    fn condition(&self, kind: &str, word: &str) -> Option<filter::Named> {
        self.0.policy().condition(kind, word)
    }

    fn conditions(&self, kind: &str) -> Vec<String> {
        self.0.policy().conditions(kind)
    }

    fn people(&self) -> Option<&str> {
        self.0.policy().people()
    }

    fn looks_ahead(&self, kind: &str, field: FieldId) -> bool {
        self.0.policy().looks_ahead(kind, field)
    }

    fn holding(&self, wanted: Wanted<'_>, part: &str) -> Option<Vec<String>> {
        let folded = fold(part);
        match wanted {
            Wanted::Record(kinds) => {
                let private = self.0.words().sight == Sight::Clear;
                let found = self.0.index().ok()?.known_by_part(kinds, part, private).ok()?;
                Some(found.iter().map(Id::to_string).collect())
            }
            Wanted::Person => {
                let holds = |person: &&Person| {
                    fold(&person.name).contains(&folded)
                        || person.emails.iter().any(|email| fold(email).contains(&folded))
                };
                Some(self.0.people().iter().filter(holds).map(|person| person.id.to_string()).collect())
            }
            Wanted::Role | Wanted::Department => None,
        }
    }

    fn lost(&self, wanted: Wanted<'_>, text: &str) -> Option<(Label, Option<Label>)> {
        let unresolved = match wanted {
            Wanted::Record(kinds) => self.0.resolve(kinds, text).ok()?.err(),
            Wanted::Person => self.0.resolve_person(text).err(),
            Wanted::Role | Wanted::Department => None,
        };
        let lost = unresolved.filter(|it| {
            matches!(it, Unresolved::Nothing(_) | Unresolved::NoRecord(_) | Unresolved::OtherKind { .. })
        })?;
        // the start of a random part may be shorter here than where a command names one record
        let begun = random_part(text).is_some_and(|part| {
            self.0.index().is_ok_and(|index| index.by_random(&part, None).is_ok_and(|found| !found.is_empty()))
        });
        let said = naming::explain(self.0, &lost);
        (!begun).then_some((said.message, said.hint))
    }

    fn called(&self, wanted: Wanted<'_>, text: &str) -> Vec<String> {
        match wanted {
            Wanted::Record(kinds) => match self.0.resolve(kinds, text) {
                Ok(Ok(id)) => vec![id.to_string()],
                Ok(Err(Unresolved::Several { candidates, .. } | Unresolved::LeftOut { candidates, .. })) => {
                    candidates.iter().map(Id::to_string).collect()
                }
                _ => Vec::new(),
            },
            Wanted::Person => self.0.people().named(text).into_iter().map(|person| person.id.to_string()).collect(),
            other => self.0.policy().called(other, text),
        }
    }
}

/// The filter for a kind that the words make. `None` if there are no words.
///
/// # Errors
/// If the words are no filter of the kind (a usage error).
pub fn filter(view: &View<'_>, kind: &Kind, words: &[String]) -> Result<Option<Filter>, Failure> {
    if words.is_empty() {
        return Ok(None);
    }
    bound(view, kind, words).map(Some).map_err(|error| refused(view, &[kind], words, error))
}

/// The kinds, out of several, that a filter fits, each with its filter. All of them if there are no words.
///
/// # Errors
/// If the words are a filter of none of the kinds (a usage error).
pub fn filter_of_any<'k>(
    view: &View<'_>,
    kinds: Vec<&'k Kind>,
    words: &[String],
) -> Result<Vec<(&'k Kind, Option<Filter>)>, Failure> {
    if words.is_empty() {
        return Ok(kinds.into_iter().map(|kind| (kind, None)).collect());
    }
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for kind in &kinds {
        match bound(view, kind, words) {
            Ok(filter) => found.push((*kind, Some(filter))),
            Err(error) => wrong.push(error),
        }
    }
    match FilterError::of_several(wrong).filter(|_| found.is_empty()) {
        Some(error) => Err(refused(view, &kinds, words, error)),
        None => Ok(found),
    }
}

/// The same filter, asked of the record that a field of the kind names: through `about`, `client=…` becomes
/// `about.client=…`. `None` if that record does not have what is asked either.
pub fn filter_through(view: &View<'_>, kind: &Kind, field: &str, words: &[String]) -> Option<Filter> {
    let mut expr = filter::parse_words(words).ok()?;
    expr.terms.iter_mut().for_each(|term| term.path.insert(0, field.to_owned()));
    expr.bind(kind.name(), &Called(view), &scope(view)).ok()
}

fn scope<'v>(view: &'v View<'_>) -> Scope<'v> {
    let masked = view.words().sight == Sight::Masked;
    let zone = view.policy().settings.time_zone;
    Scope::question(zone, view.policy().calendars.default(), view.now()).masked(masked)
}

fn bound(view: &View<'_>, kind: &Kind, words: &[String]) -> Result<Filter, FilterError> {
    let filter = filter::parse_words(words)?.bind(kind.name(), &Called(view), &scope(view))?;
    filter.holders().flat_map(Holds::named).try_for_each(|names| holder(view, names))?;
    Ok(filter)
}

/// Checks that a person or thing of the book has this name. Without the check a mistyped name would look like
/// somebody who has nothing to do.
fn holder(view: &View<'_>, names: &[String]) -> Result<(), FilterError> {
    let policy = view.policy();
    let known = |name: &String| match name.split_once(':') {
        Some(("role", role)) => match role.split_once('@') {
            Some((role, of)) => policy.roles.get(role).is_some() && policy.departments.get(of).is_some(),
            None => policy.roles.get(role).is_some(),
        },
        Some(("department", department)) => policy.departments.get(department).is_some(),
        // the name in a field may be a client's
        _ => {
            *name == Party::Anybody.to_string()
                || name.parse().is_ok_and(|id: Id| !id.is_person() || view.people().get(&id).is_some())
        }
    };
    let Some(name) = names.first().filter(|_| !names.iter().any(known)) else { return Ok(()) };
    let people = view.people().iter().map(|person| person.id.as_str());
    let roles = policy.roles.iter().map(|role| role.name.as_str());
    let roles = roles.chain(policy.departments.iter().map(|department| department.name.as_str()));
    let error = FilterError::new(&At::default(), label!(FilterText::NoHolder, name = name));
    Err(match nearest(name, people.chain(roles)) {
        Some(near) => error.help(label!(FilterText::DidYouMean, near = near)),
        None => error.help(FilterText::BadHolder.label()),
    })
}

fn refused(view: &View<'_>, kinds: &[&Kind], words: &[String], error: FilterError) -> Failure {
    if error.missing {
        return Failure::missing("no-record", error.message).hint_if(error.help);
    }
    let failure = Failure::new(Exit::Usage, "filter", error.message);
    let fits = |words: &Vec<String>| kinds.iter().any(|kind| bound(view, kind, words).is_ok());
    match joined(words).filter(fits) {
        Some(meant) => failure.hint(label!(CliText::WriteInstead, command = words::join(meant))),
        None => failure.hint_if(error.help),
    }
}

/// The words without the spaces around their operators: `state = open` becomes `state=open`. `None` if no operator
/// stands alone.
fn joined(words: &[String]) -> Option<Vec<String>> {
    const OPERATORS: [char; 7] = ['=', '!', '~', '<', '>', '＝', '～'];
    let mut found: Vec<String> = Vec::new();
    for word in words {
        match found.last_mut() {
            Some(last) if word.starts_with(OPERATORS) || last.ends_with(OPERATORS) => last.push_str(word),
            _ => found.push(word.clone()),
        }
    }
    (found.len() < words.len()).then_some(found)
}
