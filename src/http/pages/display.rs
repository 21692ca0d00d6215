//! Colours and size of text, kept in cookies of this device.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::frame::{Frame, THEME_COOKIE, THEMES, ZOOM_COOKIE, ZOOMS, show};
use crate::http::error::ApiError;
use crate::http::flash::{Flash, see};

/// Where to go back to.
#[derive(Debug, Deserialize)]
pub struct Back {
    back: Option<String>,
}

/// What the reader chose.
#[derive(Debug, Deserialize)]
pub struct Chosen {
    theme: Option<String>,
    zoom: Option<String>,
    back: Option<String>,
}

#[derive(Template)]
#[template(path = "display.html")]
struct DisplayPage {
    frame: Frame,
    back: String,
    themes: [(&'static str, &'static str); 5],
    zooms: [&'static str; 4],
}

/// Shows the choices.
pub async fn display(frame: Frame, query: web::Query<Back>) -> Result<HttpResponse, ApiError> {
    let back = own_path(query.into_inner().back.as_deref());
    show(&DisplayPage { frame, back, themes: THEMES, zooms: ZOOMS })
}

/// Keeps them and goes back.
pub async fn keep_display(form: web::Form<Chosen>) -> HttpResponse {
    let chosen = form.into_inner();
    let mut response = see(&own_path(chosen.back.as_deref()));
    let theme = chosen.theme.filter(|theme| THEMES.iter().any(|(known, _)| known == theme));
    let zoom = chosen.zoom.filter(|zoom| ZOOMS.contains(&zoom.as_str()));
    for (name, value) in [(THEME_COOKIE, theme), (ZOOM_COOKIE, zoom)] {
        if let Some(value) = value {
            let kept = Cookie::build(name, value).path("/").same_site(SameSite::Lax);
            // A cookie that cannot be written loses a preference, not the page.
            let _ = response.add_cookie(&kept.max_age(Duration::days(365)).finish());
        }
    }
    response
}

/// A path of this site; anything else is the front page.
#[must_use]
pub fn own_path(path: Option<&str>) -> String {
    match path {
        Some(path)
            if path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']) =>
        {
            path.to_owned()
        }
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_paths_of_this_site_are_gone_back_to() {
        assert_eq!(own_path(Some("/home?x=1")), "/home?x=1");
        for foreign in
            ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""]
        {
            assert_eq!(own_path(Some(foreign)), "/", "{foreign}");
        }
        assert_eq!(own_path(None), "/");
    }
}
