//! One route: its method and path, who may call it, and the handler, behind the gate.

use std::collections::BTreeMap;

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{FromRequest, Handler, Resource, Responder, web};

use super::access::Access;
use super::error::ApiError;
use super::gate;

/// What a route serves, which decides how a refusal looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// JSON: refusals are problem details.
    Api,
    /// HTML: refusals are pages, and who is not signed in is shown the way.
    Page,
}

/// A route and who may call it.
pub struct Route {
    /// The method it answers to.
    pub method: Method,
    /// Its path, as a template.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What it serves.
    pub surface: Surface,
    service: actix_web::Route,
}

/// Routes of one surface under construction.
#[derive(Debug, Clone, Copy)]
pub struct Routes {
    surface: Surface,
}

impl Routes {
    /// Routes that serve JSON.
    pub const API: Self = Self { surface: Surface::Api };
    /// Routes that serve HTML.
    pub const PAGES: Self = Self { surface: Surface::Page };

    /// A route that reads.
    pub fn get<F, Args>(self, path: &'static str, access: Access, handler: F) -> Route
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(Method::GET, path, access, handler)
    }

    /// A route that does something.
    pub fn post<F, Args>(self, path: &'static str, access: Access, handler: F) -> Route
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(Method::POST, path, access, handler)
    }

    /// A route that puts a thing in its place.
    pub fn put<F, Args>(self, path: &'static str, access: Access, handler: F) -> Route
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(Method::PUT, path, access, handler)
    }

    /// A route that changes part of a thing.
    pub fn patch<F, Args>(self, path: &'static str, access: Access, handler: F) -> Route
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(Method::PATCH, path, access, handler)
    }

    /// A route that takes a thing away.
    pub fn delete<F, Args>(self, path: &'static str, access: Access, handler: F) -> Route
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(Method::DELETE, path, access, handler)
    }

    fn route<F, Args>(self, method: Method, path: &'static str, access: Access, handler: F) -> Route
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let surface = self.surface;
        let check = gate::Check { access, surface };
        let service = web::method(method.clone())
            .to(handler)
            .wrap(from_fn(move |request, next| gate::pass(check, request, next)));
        Route { method, path, access, surface, service }
    }
}

/// One resource a path, with every method the table gives it; other methods are refused by name.
pub fn resources(routes: Vec<Route>) -> Vec<impl HttpServiceFactory> {
    let mut order: Vec<&'static str> = Vec::new();
    let mut by_path: BTreeMap<&'static str, Resource> = BTreeMap::new();
    for route in routes {
        let resource = by_path.remove(route.path).unwrap_or_else(|| {
            order.push(route.path);
            web::resource(route.path).default_service(web::to(method_not_allowed))
        });
        by_path.insert(route.path, resource.route(route.service));
    }
    order.into_iter().filter_map(|path| by_path.remove(path)).collect()
}

async fn method_not_allowed() -> Result<actix_web::HttpResponse, ApiError> {
    Err(ApiError::MethodNotAllowed)
}
