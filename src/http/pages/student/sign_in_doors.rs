//! Handlers of signing in and out.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::question::Fields;
use super::sign_in::{AdultPage, CodePage, NamePage, NameView, PictureView, SecretPage};
use crate::delivery::people::class_list::{ListedStudent, class_list};
use crate::delivery::people::sign_in::{Credentials, SignInError, sign_in};
use crate::delivery::secrets::{PICTURE_SEQUENCE, PICTURES};
use crate::delivery::session::{self, OpenedSession};
use crate::http::error::ApiError;
use crate::http::flash::see;
use crate::http::pages::display::own_path;
use crate::http::pages::refusal::first_page;
use crate::http::pages::{Frame, Html, show, show_again};
use crate::http::session::{Signed, cookie, removal};
use crate::http::state::AppState;
use crate::http::{address, limits::TooMany};
use crate::store::AccountId;
use crate::store::accounts::SecretKind;

/// A class code, as typed.
#[derive(Debug, Deserialize)]
pub struct TypedCode {
    #[serde(default)]
    code: String,
}

/// An adult's name and password.
#[derive(Deserialize)]
pub struct TypedPassword {
    username: String,
    password: String,
    #[serde(default)]
    back: String,
}

/// Asks for the class code.
pub async fn ask_code(frame: Frame) -> Result<HttpResponse, ApiError> {
    show(&CodePage { frame, code: String::new(), problem: None })
}

/// Goes on to the class.
pub async fn find_class(typed: web::Query<TypedCode>) -> HttpResponse {
    match url_part(&typed.code) {
        code if code.is_empty() => see("/sign-in"),
        code => see(&format!("/sign-in/class/{code}")),
    }
}

/// Shows the names of a class; asks for the code again when there is none with it.
pub async fn show_names(
    state: web::Data<AppState>,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    // Only here can codes be guessed.
    state.limits.class_list(address::of(&request, state.settings.client_address))?;
    let (frame, code) = (Frame::of(&request), code.into_inner());
    let Some(class) = class_list(state.store(), &code).await? else {
        let problem = Some("There is no class with this code. Check it with your teacher.".to_owned());
        return show_again(&CodePage { frame, code, problem });
    };
    let names = class.students.into_iter().map(|student| NameView {
        initial: student.display_name.chars().next().unwrap_or('?'),
        id: student.id.to_string(),
        name: student.display_name,
    });
    show(&NamePage { frame, code, class_name: class.class_name, names: names.collect() })
}

/// Asks for PIN or pictures.
pub async fn ask_secret(
    state: web::Data<AppState>,
    frame: Frame,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (code, id) = path.into_inner();
    let student = listed_student(&state, &code, &id).await?;
    show(&secret_page(frame, code, student, None))
}

/// Signs a student in.
pub async fn sign_student_in(
    state: web::Data<AppState>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    form: web::Form<Fields>,
) -> Result<HttpResponse, ApiError> {
    let (code, id) = path.into_inner();
    let secret = typed_secret(&form);
    let credentials =
        Credentials::Student { class_code: code.clone(), student_id: AccountId(id.clone()), secret };
    match open(&state, &request, &credentials).await? {
        Ok(opened) => Ok(signed_in(&state, opened, "")),
        Err(problem) => {
            let student = listed_student(&state, &code, &id).await?;
            show_again(&secret_page(Frame::of(&request), code, student, Some(problem)))
        }
    }
}

/// Asks an adult for name and password.
pub async fn ask_adult(frame: Frame) -> Result<HttpResponse, ApiError> {
    show(&AdultPage { frame, username: String::new(), back: String::new(), problem: None })
}

/// Signs an adult in.
pub async fn sign_adult_in(
    state: web::Data<AppState>,
    request: HttpRequest,
    form: web::Form<TypedPassword>,
) -> Result<HttpResponse, ApiError> {
    let TypedPassword { username, password, back } = form.into_inner();
    let credentials = Credentials::Adult { username: username.clone(), password };
    match open(&state, &request, &credentials).await? {
        Ok(opened) => Ok(signed_in(&state, opened, &back)),
        Err(problem) => {
            show_again(&AdultPage { frame: Frame::of(&request), username, back, problem: Some(problem) })
        }
    }
}

/// Signs out.
pub async fn sign_out(state: web::Data<AppState>, signed: Signed) -> Result<HttpResponse, ApiError> {
    session::close(state.store(), state.now(), &signed.current).await?;
    let mut response = see("/");
    // The session is over already; the cookie only spares the browser from showing it.
    let _ = response.add_removal_cookie(&removal(state.settings.transport));
    Ok(response)
}

/// Opens a session, or says in words why not.
async fn open(
    state: &AppState,
    request: &HttpRequest,
    credentials: &Credentials,
) -> Result<Result<OpenedSession, String>, ApiError> {
    let from = address::of(request, state.settings.client_address);
    if let Err(TooMany { wait }) = state.limits.sign_in(from, &credentials.subject()) {
        return Ok(Err(wait_words(wait.as_secs())));
    }
    match sign_in(state.store(), &state.secrets, state.now(), credentials).await {
        Ok(opened) => Ok(Ok(opened)),
        Err(SignInError::Wrong) => Ok(Err("That is not right. Try again.".to_owned())),
        Err(SignInError::SlowedDown { wait_ms }) => Ok(Err(wait_words(wait_ms.unsigned_abs() / 1_000))),
        Err(other @ (SignInError::Secret(_) | SignInError::Store(_))) => Err(other.into()),
    }
}

fn wait_words(seconds: u64) -> String {
    let wait = if seconds < 90 {
        format!("{} seconds", seconds + 1)
    } else {
        format!("{} minutes", seconds / 60 + 1)
    };
    format!("There were too many wrong tries. Wait {wait}, or ask for help.")
}

fn signed_in(state: &AppState, opened: OpenedSession, back: &str) -> HttpResponse {
    let next = match own_path(Some(back)).as_str() {
        "/" => first_page(Some(opened.viewer.role)).to_owned(),
        path => path.to_owned(),
    };
    let mut response = see(&next);
    // Without its cookie the person signs in again; nothing is lost.
    let _ = response.add_cookie(&cookie(opened.token, state.settings.transport));
    response
}

async fn listed_student(state: &AppState, code: &str, id: &str) -> Result<ListedStudent, ApiError> {
    let class = class_list(state.store(), code).await?.ok_or(ApiError::NotFound("class"))?;
    let student = class.students.into_iter().find(|student| student.id.as_str() == id);
    student.ok_or(ApiError::NotFound("student"))
}

fn secret_page(frame: Frame, code: String, student: ListedStudent, problem: Option<String>) -> SecretPage {
    let pictures = match student.secret_kind {
        SecretKind::Picture => {
            PICTURES.iter().map(|name| PictureView { id: name, drawing: Html::picture(name) }).collect()
        }
        SecretKind::Pin | SecretKind::Password => Vec::new(),
    };
    SecretPage {
        frame,
        code,
        id: student.id.to_string(),
        name: student.display_name,
        pictures,
        sequence: PICTURE_SEQUENCE,
        rounds: (1..=PICTURE_SEQUENCE).collect(),
        problem,
    }
}

/// A PIN, or the pictures of all rounds in order.
fn typed_secret(fields: &Fields) -> String {
    let value = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    if let Some(pin) = value("secret") {
        return pin;
    }
    let pictures = (1..=PICTURE_SEQUENCE).filter_map(|round| value(&format!("picture{round}")));
    pictures.collect::<Vec<_>>().join("-")
}

/// A path segment of letters, digits and hyphens; class codes hold nothing else.
fn url_part(code: &str) -> String {
    let kept = code.chars().filter(|character| character.is_ascii_alphanumeric() || *character == '-');
    kept.take(24).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_joined_in_the_order_of_their_rounds() {
        let fields: Fields =
            [("picture2", "owl"), ("picture1", "cat"), ("picture4", "sun"), ("picture3", "cat")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec();
        assert_eq!(typed_secret(&fields), "cat-owl-cat-sun");
        assert_eq!(typed_secret(&vec![("secret".to_owned(), "2580".to_owned())]), "2580");
    }

    #[test]
    fn a_code_cannot_leave_its_place_in_the_address() {
        assert_eq!(url_part("TRAIL4"), "TRAIL4");
        assert_eq!(url_part("../admin?x"), "adminx");
    }
}
