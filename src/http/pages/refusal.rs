//! What a page says when it cannot be shown: what happened in plain words, and the next thing to do.

use actix_web::http::header::{self, ContentType};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::Frame;
use super::words;
use crate::http::flash::{Flash, see, see_with};
use crate::http::problem::{FieldProblem, Problem};
use crate::store::accounts::Role;

#[derive(Template)]
#[template(path = "refusal.html")]
struct RefusalPage {
    frame: Frame,
    status: u16,
    heading: &'static str,
    words: &'static str,
    detail: Option<String>,
    errors: Vec<FieldProblem>,
    next: (String, &'static str),
}

/// Shows a person who is not signed in the way.
#[must_use]
pub fn sign_in_first(request: &HttpRequest) -> HttpResponse {
    let path = request.path();
    let adult = ["/classes", "/students", "/staff", "/admin"].iter().any(|part| path.starts_with(part));
    let words = "Sign in to go on. Everything you did is kept.".to_owned();
    see_with(if adult { "/sign-in/adult" } else { "/sign-in" }, &Flash::Done(words))
}

/// Says why a page cannot be shown, and what to do next.
#[must_use]
pub fn refusal(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let frame = Frame::of(request);
    let (heading, plain) = plain_words(status);
    // A student reads our words alone; an adult also reads what exactly was refused.
    let adult = !frame.is_for_students();
    let page = RefusalPage {
        status: status.as_u16(),
        heading,
        words: plain,
        detail: problem.detail.as_deref().filter(|_| adult).map(words::sentence),
        errors: if adult { problem.errors.clone() } else { Vec::new() },
        next: next(status, &frame, request.method()),
        frame,
    };
    let mut response = HttpResponse::build(status);
    response.content_type(ContentType::html());
    if let Some(seconds) = problem.retry_after_seconds {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    response
        .body(page.render().unwrap_or_else(|_| format!("<!doctype html><title>{heading}</title><p>{plain}")))
}

/// The address everybody starts from: each person's own first page.
pub async fn root(frame: Frame) -> HttpResponse {
    see(first_page(frame.role))
}

/// Where a person of this role begins.
#[must_use]
pub fn first_page(role: Option<Role>) -> &'static str {
    match role {
        None => "/sign-in",
        Some(Role::Student) => "/home",
        Some(Role::Teacher) => "/classes",
        Some(Role::Staff) => "/staff/assessments",
        Some(Role::Administrator) => "/admin/accounts",
    }
}

fn plain_words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::FORBIDDEN => (
            "This is not for you",
            "You are signed in, but this page or action belongs to somebody else. If the page was open for a long time, go back and load it again.",
        ),
        StatusCode::NOT_FOUND => {
            ("There is nothing here", "The address may be wrong, or what was here is gone.")
        }
        StatusCode::CONFLICT => (
            "Something changed meanwhile",
            "Nothing was done. Look at how things stand now, then decide again.",
        ),
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST => {
            ("That did not work", "Nothing was changed. Go back, check what you typed, and try again.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => ("That is too large", "Nothing was changed. Send a smaller file."),
        StatusCode::TOO_MANY_REQUESTS => {
            ("Too fast", "There were too many requests. Wait a moment, then try again. Nothing is lost.")
        }
        status if status.is_server_error() => (
            "Something is wrong on our side",
            "It is not your fault, and what was saved is safe. Try again in a moment. If it stays like this, tell your school.",
        ),
        _ => ("That did not work", "Nothing was changed. Go back and try again."),
    }
}

fn next(status: StatusCode, frame: &Frame, method: &Method) -> (String, &'static str) {
    // The start leads everybody to the own first page, whether or not it is known here who asks.
    match status {
        _ if *method != Method::GET => ("/".to_owned(), "Go to my first page"),
        StatusCode::TOO_MANY_REQUESTS => (frame.path.clone(), "Try again"),
        status if status.is_server_error() => (frame.path.clone(), "Try again"),
        _ => ("/".to_owned(), "Go to my first page"),
    }
}
