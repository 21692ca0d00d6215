//! What every page has around it: title, who is signed in, theme and text size, the message to be told once.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::ContentType;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};
use askama::Template;

use super::assets;
use super::html::Html;
use crate::http::error::ApiError;
use crate::http::flash::{Flash, Waiting};
use crate::http::session::Signed;
use crate::store::accounts::Role;

/// Cookie that keeps the theme; not a secret, scripts write it too.
pub const THEME_COOKIE: &str = "waymark_theme";
/// Cookie that keeps the text size.
pub const ZOOM_COOKIE: &str = "waymark_zoom";
/// Themes a reader can choose, with their names.
pub const THEMES: [(&str, &str); 5] = [
    ("auto", "Like my device"),
    ("light", "Light"),
    ("dark", "Dark"),
    ("contrast", "High contrast"),
    ("cream", "Cream"),
];
/// Text sizes in percent.
pub const ZOOMS: [&str; 4] = ["100", "125", "150", "200"];

/// An entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavLink {
    /// Where it leads.
    pub address: &'static str,
    /// What it is called.
    pub name: &'static str,
}

const TEACHER_NAV: &[NavLink] = &[NavLink { address: "/classes", name: "Classes" }];
const STAFF_NAV: &[NavLink] = &[
    NavLink { address: "/staff/assessments", name: "Assessments" },
    NavLink { address: "/staff/banks", name: "Banks" },
    NavLink { address: "/staff/plans", name: "Plans" },
    NavLink { address: "/staff/policies", name: "Policies" },
    NavLink { address: "/staff/calibrations", name: "Calibrations" },
    NavLink { address: "/staff/simulations", name: "Simulations" },
    NavLink { address: "/staff/attempts", name: "Attempts" },
];
const ADMINISTRATOR_NAV: &[NavLink] = &[
    NavLink { address: "/classes", name: "Classes" },
    NavLink { address: "/admin/accounts", name: "Accounts" },
    NavLink { address: "/admin/classes", name: "Class lists" },
    NavLink { address: "/admin/roster", name: "Import" },
    NavLink { address: "/admin/sessions", name: "Sessions" },
    NavLink { address: "/admin/audit", name: "Audit log" },
    NavLink { address: "/staff/assessments", name: "Assessments" },
    NavLink { address: "/staff/banks", name: "Banks" },
    NavLink { address: "/staff/plans", name: "Plans" },
    NavLink { address: "/staff/policies", name: "Policies" },
    NavLink { address: "/staff/calibrations", name: "Calibrations" },
    NavLink { address: "/staff/simulations", name: "Simulations" },
    NavLink { address: "/staff/attempts", name: "Attempts" },
];

/// What every page has around it. Extractor: read from the request's cookies and session.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The theme's name.
    pub theme: &'static str,
    /// The text size in percent.
    pub zoom: &'static str,
    /// The person's name, when signed in.
    pub person: Option<String>,
    /// The person's role, when signed in.
    pub role: Option<Role>,
    /// What forms send back as `csrf`; empty when nobody is signed in.
    pub csrf: String,
    /// What happened on the page before.
    pub flash: Option<Flash>,
    /// This page's path and query, to come back to.
    pub path: String,
}

impl Frame {
    /// Reads the frame from a request.
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let signed = request.extensions().get::<Signed>().cloned();
        let viewer = signed.as_ref().map(|signed| signed.current.viewer.clone());
        Self {
            theme: chosen(request, THEME_COOKIE, &THEMES.map(|(id, _)| id)),
            zoom: chosen(request, ZOOM_COOKIE, &ZOOMS),
            person: viewer.as_ref().map(|viewer| viewer.display_name.clone()),
            role: viewer.map(|viewer| viewer.role),
            csrf: signed.map(|signed| signed.csrf_token().to_owned()).unwrap_or_default(),
            flash: Waiting::of(request).0,
            path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        }
    }

    /// The navigation of this person's role.
    #[must_use]
    pub fn nav(&self) -> &'static [NavLink] {
        match self.role {
            Some(Role::Teacher) => TEACHER_NAV,
            Some(Role::Staff) => STAFF_NAV,
            Some(Role::Administrator) => ADMINISTRATOR_NAV,
            Some(Role::Student) | None => &[],
        }
    }

    /// Whether the page stands at or below a navigation entry.
    #[must_use]
    pub fn is_at(&self, address: &str) -> bool {
        self.path == address
            || self.path.starts_with(&format!("{address}/"))
            || self.path.starts_with(&format!("{address}?"))
    }

    /// Whether the page speaks to a student (or to nobody yet): larger type, fewer words.
    #[must_use]
    pub fn is_for_students(&self) -> bool {
        matches!(self.role, Some(Role::Student) | None)
    }

    /// An icon of the sprite.
    #[must_use]
    pub fn icon(&self, name: &'static str) -> Html {
        Html::icon(name)
    }

    /// The address of an asset.
    #[must_use]
    pub fn asset(&self, path: &'static str) -> String {
        assets::address(path)
    }
}

fn chosen(request: &HttpRequest, cookie: &str, known: &[&'static str]) -> &'static str {
    let value = request.cookie(cookie);
    let found = value.and_then(|cookie| known.iter().find(|known| **known == cookie.value()).copied());
    found.unwrap_or(known[0])
}

impl FromRequest for Frame {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// A page as a response with status 200.
pub fn show(page: &impl Template) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().content_type(ContentType::html()).body(text(page)?))
}

/// A form shown again because something in it was refused: status 422.
pub fn show_again(page: &impl Template) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::UnprocessableEntity().content_type(ContentType::html()).body(text(page)?))
}

fn text(page: &impl Template) -> Result<String, ApiError> {
    page.render().map_err(|error| {
        ApiError::Unexpected(error.to_string(), actix_web::http::StatusCode::INTERNAL_SERVER_ERROR)
    })
}
