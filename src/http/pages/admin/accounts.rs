//! Accounts: found, added, disabled, signed out.

use actix_web::{HttpResponse, web};
use askama::Template;
use item_bank::Accommodations;
use serde::Deserialize;

use super::people_words;
use super::secrets::{IssuedPage, kind_word};
use crate::clock::Millis;
use crate::delivery::people::accounts::{self, AccountChange, NewAccount};
use crate::delivery::people::{Change, PeopleError, schools};
use crate::delivery::{Viewer, session};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see_with};
use crate::http::pages::view::MarkView;
use crate::http::pages::{Frame, show, show_again, words};
use crate::http::state::AppState;
use crate::store::accounts::{Account, AccountFilter, AccountStatus, Role, SecretKind};
use crate::store::{AccountId, PAGE_ROWS, PageRequest};

const ROLES: [&str; 4] = ["student", "teacher", "staff", "administrator"];

struct AccountRow {
    id: String,
    name: String,
    role: &'static str,
    username: String,
    grade: String,
    state: MarkView,
}

#[derive(Template)]
#[template(path = "admin/accounts.html")]
struct AccountsPage {
    frame: Frame,
    total_words: String,
    text: String,
    role: String,
    roles: [&'static str; 4],
    rows: Vec<AccountRow>,
    earlier: Option<u32>,
    later: Option<u32>,
    new: NewAccountForm,
    problems: Vec<String>,
}

#[derive(Template)]
#[template(path = "admin/account.html")]
struct AccountPage {
    frame: Frame,
    id: String,
    name: String,
    facts: Vec<(&'static str, String)>,
    secret_word: &'static str,
    sessions_words: String,
    sessions: Vec<String>,
    is_active: bool,
    is_student: bool,
    username: String,
    grade: String,
    accelerated: bool,
    accommodations: String,
}

/// Who is shown.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct AccountQuery {
    #[serde(default)]
    text: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    page: u32,
}

/// Somebody new.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct NewAccountForm {
    name: String,
    role: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    grade: String,
    accelerated: Option<String>,
    #[serde(default)]
    accommodations: String,
}

/// What is known about a person.
#[derive(Debug, Deserialize)]
pub struct DetailsForm {
    name: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    grade: String,
    accelerated: Option<String>,
    #[serde(default)]
    accommodations: String,
}

/// Whether a person may sign in.
#[derive(Debug, Deserialize)]
pub struct StatusForm {
    status: String,
}

/// Shows accounts.
pub async fn list(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    query: web::Query<AccountQuery>,
) -> Result<HttpResponse, ApiError> {
    show(&page(&state, &viewer, frame, query.into_inner()).await?)
}

/// Adds somebody and shows the first secret once.
pub async fn add(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    form: web::Form<NewAccountForm>,
) -> Result<HttpResponse, ApiError> {
    let form = form.into_inner();
    let role = Role::parse(&form.role).unwrap_or(Role::Student);
    let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let student = role == Role::Student;
    let accommodations = match form.accommodations.parse() {
        Ok(accommodations) => accommodations,
        Err(error) => {
            let mut page = page(&state, &viewer, frame, AccountQuery::default()).await?;
            page.problems = vec![format!("accommodations: {error}")];
            page.new = form;
            return show_again(&page);
        }
    };
    let new = NewAccount {
        role,
        display_name: form.name.clone(),
        username: given(&form.username).filter(|_| !student),
        grade: form.grade.trim().parse().ok().filter(|_| student),
        accelerated: form.accelerated.is_some(),
        accommodations,
        external_id: None,
        secret_kind: if student { SecretKind::Pin } else { SecretKind::Password },
        secret: None,
    };
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    match accounts::add(change, &state.secrets, new).await {
        Ok(added) => show(&IssuedPage {
            frame,
            heading: format!("{} is added", added.account.display_name),
            lines: Vec::new(),
            secrets: vec![(
                added.account.display_name,
                kind_word(added.account.secret_kind).to_owned(),
                added.secret,
            )],
            back: "/admin/accounts".to_owned(),
        }),
        Err(refusal @ (PeopleError::Refused(_) | PeopleError::Taken { .. } | PeopleError::Secret(_))) => {
            let mut page = page(&state, &viewer, frame, AccountQuery::default()).await?;
            page.problems = problem_words(&refusal);
            page.new = form;
            show_again(&page)
        }
        Err(other) => Err(other.into()),
    }
}

/// Shows one account.
pub async fn account(
    state: web::Data<AppState>,
    viewer: Viewer,
    frame: Frame,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let account = accounts::find(state.store(), &viewer.school_id, &AccountId(path.into_inner())).await?;
    let zone = schools::time_zone(state.store(), &viewer.school_id).await?;
    let sessions = session::list(state.store(), state.now(), &account.id).await?;
    let seen = |at: Millis| words::date_time(at, &zone);
    let facts = vec![
        ("Role", account.role.as_str().to_owned()),
        ("User name", account.username.clone().unwrap_or_else(|| "–".to_owned())),
        ("Grade", account.grade.map_or_else(|| "–".to_owned(), |grade| grade.to_string())),
        ("Accelerated", if account.accelerated { "yes" } else { "no" }.to_owned()),
        (
            "Accommodations",
            if account.accommodations.is_empty() {
                "none".to_owned()
            } else {
                account.accommodations.words()
            },
        ),
        ("Signs in with", kind_word(account.secret_kind).to_owned()),
        ("Added", seen(account.created_at)),
        ("Changed", seen(account.updated_at)),
    ];
    show(&AccountPage {
        frame,
        facts,
        secret_word: kind_word(account.secret_kind),
        sessions_words: match sessions.len() {
            0 => "Not signed in anywhere.".to_owned(),
            count => format!("Signed in at {}.", words::counted(count, "place")),
        },
        sessions: sessions.iter().map(|found| format!("last seen {}", seen(found.last_seen))).collect(),
        is_active: account.status == AccountStatus::Active,
        is_student: account.role == Role::Student,
        username: account.username.unwrap_or_default(),
        grade: account.grade.map(|grade| grade.to_string()).unwrap_or_default(),
        accelerated: account.accelerated,
        accommodations: account.accommodations.to_string(),
        id: account.id.to_string(),
        name: account.display_name,
    })
}

/// Changes what is known about a person: the name, and a student's grade and acceleration or an adult's user name.
pub async fn change_details(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<DetailsForm>,
) -> Result<HttpResponse, ApiError> {
    let id = AccountId(path.into_inner());
    let page = format!("/admin/accounts/{id}");
    let before = accounts::find(state.store(), &viewer.school_id, &id).await?;
    let form = form.into_inner();
    let student = before.role == Role::Student;
    let grade = match people_words::read_grade(&form.grade) {
        Ok(grade) => grade.filter(|_| student),
        Err(words) => return Ok(see_with(&page, &Flash::Refused(words))),
    };
    let accommodations = match form.accommodations.parse::<Accommodations>() {
        Ok(accommodations) => accommodations,
        Err(error) => return Ok(see_with(&page, &Flash::Refused(format!("Nothing was changed: {error}.")))),
    };
    let wanted = AccountChange {
        display_name: Some(form.name),
        username: people_words::filled(&form.username).filter(|_| !student),
        grade,
        accelerated: student.then_some(form.accelerated.is_some()),
        accommodations: student.then_some(accommodations),
        status: None,
    };
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let flash = match accounts::change(change, &id, &wanted).await {
        Ok(account) => Flash::Done(format!("{} is changed.", account.display_name)),
        Err(error) => Flash::Refused(people_words::refusal(error)?),
    };
    Ok(see_with(&page, &flash))
}

/// Disables or enables an account.
pub async fn set_status(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
    form: web::Form<StatusForm>,
) -> Result<HttpResponse, ApiError> {
    let id = AccountId(path.into_inner());
    let status =
        AccountStatus::parse(&form.status).ok_or_else(|| ApiError::Malformed("status".to_owned()))?;
    let change = Change::by_viewer(state.store(), state.now(), &viewer);
    let wanted = AccountChange { status: Some(status), ..AccountChange::default() };
    let flash = match accounts::change(change, &id, &wanted).await {
        Ok(account) => Flash::Done(format!("{} is {}.", account.display_name, account.status.as_str())),
        Err(refusal @ (PeopleError::Refused(_) | PeopleError::LastAdministrator)) => {
            Flash::Refused(format!("Nothing was changed: {refusal}."))
        }
        Err(other) => return Err(other.into()),
    };
    Ok(see_with(&format!("/admin/accounts/{id}"), &flash))
}

/// Signs a person out everywhere.
pub async fn end_sessions(
    state: web::Data<AppState>,
    viewer: Viewer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let account = accounts::find(state.store(), &viewer.school_id, &AccountId(path.into_inner())).await?;
    let ended = session::close_all(state.store(), state.now(), &account.id, Some(&viewer.account_id)).await?;
    let words = format!("{} ended.", words::counted(ended as usize, "session"));
    Ok(see_with(&format!("/admin/accounts/{}", account.id), &Flash::Done(words)))
}

async fn page(
    state: &AppState,
    viewer: &Viewer,
    frame: Frame,
    query: AccountQuery,
) -> Result<AccountsPage, ApiError> {
    let text = query.text.trim().to_owned();
    let filter =
        AccountFilter { role: Role::parse(&query.role), text: (!text.is_empty()).then(|| text.clone()) };
    let request = PageRequest::new(PAGE_ROWS, query.page.saturating_mul(PAGE_ROWS));
    let request = request.unwrap_or_else(PageRequest::first);
    let found = accounts::list(state.store(), &viewer.school_id, &filter, request).await?;
    let role = filter.role.map_or("", Role::as_str);
    let shown = u64::from(request.offset()) + found.rows.len() as u64;
    Ok(AccountsPage {
        frame,
        total_words: format!("{} people.", found.total),
        text,
        role: role.to_owned(),
        roles: ROLES,
        earlier: query.page.checked_sub(1),
        later: (shown < found.total).then_some(query.page + 1),
        new: NewAccountForm::default(),
        rows: found.rows.into_iter().map(row).collect(),
        problems: Vec::new(),
    })
}

fn row(account: Account) -> AccountRow {
    AccountRow {
        id: account.id.to_string(),
        role: account.role.as_str(),
        username: account.username.unwrap_or_default(),
        grade: account.grade.map(|grade| grade.to_string()).unwrap_or_default(),
        state: match account.status {
            AccountStatus::Active => MarkView::new("good", "check", "Active"),
            AccountStatus::Disabled => MarkView::new("stop", "cross", "Disabled"),
        },
        name: account.display_name,
    }
}

fn problem_words(refusal: &PeopleError) -> Vec<String> {
    match refusal {
        PeopleError::Refused(errors) => {
            errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect()
        }
        other => vec![other.to_string()],
    }
}
