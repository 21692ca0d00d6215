//! One class: its people, adding one and taking one out.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::classes::status;
use super::people_words as people;
use crate::delivery::Viewer;
use crate::delivery::people::classes::{self, ClassChange};
use crate::delivery::people::{Change, accounts, members};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, show};
use crate::http::state::AppState;
use crate::store::accounts::{Account, AccountFilter, AccountStatus, Role};
use crate::store::classes::ClassStatus;
use crate::store::{AccountId, ClassId, PageRequest};

/// People offered at once.
const OFFERED_MAX: u32 = 20;

/// Whom to look for.
#[derive(Debug, Deserialize)]
pub struct FindQuery {
    find: Option<String>,
}

/// What a class is called and whether it is in use.
#[derive(Debug, Deserialize)]
pub struct ClassForm {
    name: String,
    code: String,
    #[serde(default)]
    grade: String,
}

/// Whether a class is in use.
#[derive(Debug, Deserialize)]
pub struct ClassStatusForm {
    status: String,
}

/// Who is to be a member.
#[derive(Debug, Deserialize)]
pub struct MemberForm {
    account_id: String,
}

struct PersonRow {
    id: String,
    name: String,
    role: &'static str,
    grade: String,
    status: MarkView,
}

struct Found {
    people: Vec<PersonRow>,
    more: u64,
}

#[derive(Template)]
#[template(path = "admin/class.html")]
struct ClassPage {
    frame: Frame,
    id: String,
    name: String,
    code: String,
    grade: String,
    grade_number: String,
    is_active: bool,
    status: MarkView,
    teachers: Vec<PersonRow>,
    students: Vec<PersonRow>,
    find: String,
    found: Option<Found>,
}

/// Shows a class with its people; with somebody looked for, who could be added.
pub async fn show_class(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
    query: web::Query<FindQuery>,
) -> Result<HttpResponse, ApiError> {
    let members = members::of_class(state.store(), &viewer, &ClassId(path.into_inner())).await?;
    let find = query.find.as_deref().and_then(people::filled);
    let inside: Vec<AccountId> =
        members.teachers.iter().chain(&members.students).map(|account| account.id.clone()).collect();
    let found = match &find {
        Some(text) => Some(look_for(&state, &viewer, text, &inside).await?),
        None => None,
    };
    show(&ClassPage {
        frame,
        id: members.class.id.to_string(),
        name: members.class.name,
        code: members.class.code,
        grade: people::grade(members.class.grade),
        grade_number: members.class.grade.map(|grade| grade.to_string()).unwrap_or_default(),
        is_active: members.class.status == ClassStatus::Active,
        status: status(members.class.status),
        teachers: members.teachers.into_iter().map(person).collect(),
        students: members.students.into_iter().map(person).collect(),
        find: find.unwrap_or_default(),
        found,
    })
}

/// Changes the name, the code or the grade of a class.
pub async fn change_class(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<ClassForm>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    let form = form.into_inner();
    let page = format!("/admin/classes/{id}");
    let grade = match people::read_grade(&form.grade) {
        Ok(grade) => grade,
        Err(words) => return Ok(see_with(&page, &Flash::Refused(words))),
    };
    let wanted = ClassChange { name: Some(form.name), code: Some(form.code), grade, status: None };
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let flash = match classes::change(change, &id, &wanted).await {
        Ok(class) => Flash::Done(format!("{} is changed.", class.name)),
        Err(error) => Flash::Refused(people::refusal(error)?),
    };
    Ok(see_with(&page, &flash))
}

/// Archives a class, or takes it into use again.
pub async fn set_class_status(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<ClassStatusForm>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    let status = ClassStatus::parse(&form.status).ok_or_else(|| ApiError::Malformed("status".to_owned()))?;
    let wanted = ClassChange { status: Some(status), ..ClassChange::default() };
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let class = classes::change(change, &id, &wanted).await?;
    let words = match class.status {
        ClassStatus::Archived => format!("{} is archived. Nobody signs in with its code.", class.name),
        ClassStatus::Active => format!("{} is in use again.", class.name),
    };
    Ok(see_with(&format!("/admin/classes/{id}"), &Flash::Done(words)))
}

/// Puts somebody into a class.
pub async fn add_member(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<MemberForm>,
) -> Result<HttpResponse, ApiError> {
    let id = ClassId(path.into_inner());
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let flash = match members::put(change, &id, &AccountId(form.into_inner().account_id)).await {
        Ok(()) => Flash::Done("Added to the class.".to_owned()),
        Err(error) => Flash::Refused(people::refusal(error)?),
    };
    Ok(see_with(&format!("/admin/classes/{id}"), &flash))
}

/// Takes somebody out of a class.
pub async fn remove_member(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (class, account) = path.into_inner();
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let id = ClassId(class);
    let flash = match members::remove(change, &id, &AccountId(account)).await {
        Ok(()) => Flash::Done("Taken out of the class. The account and its attempts stay.".to_owned()),
        Err(error) => Flash::Refused(people::refusal(error)?),
    };
    Ok(see_with(&format!("/admin/classes/{id}"), &flash))
}

async fn look_for(
    state: &AppState,
    viewer: &Viewer,
    text: &str,
    inside: &[AccountId],
) -> Result<Found, ApiError> {
    let filter = AccountFilter { role: None, text: Some(text.to_owned()) };
    let page = PageRequest::new(OFFERED_MAX, 0).unwrap_or_else(PageRequest::first);
    let listed = accounts::list(state.store(), &viewer.school_id, &filter, page).await?;
    let more = listed.total.saturating_sub(listed.rows.len() as u64);
    let may = |account: &Account| {
        account.role != Role::Staff
            && account.status == AccountStatus::Active
            && !inside.contains(&account.id)
    };
    Ok(Found { people: listed.rows.into_iter().filter(may).map(person).collect(), more })
}

fn person(account: Account) -> PersonRow {
    PersonRow {
        id: account.id.to_string(),
        name: account.display_name,
        role: people::role(account.role),
        grade: people::grade(account.grade),
        status: people::status(account.status),
    }
}
