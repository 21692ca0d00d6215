//! A real server on a port of its own, over a database of its own, with a clock the test turns.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use waymark::delivery::secrets::{HashCost, SecretHasher};
use waymark::http::server;
use waymark::http::settings::HttpSettings;
use waymark::http::state::AppState;
use waymark::store::Store;

use super::clock::{FixedClock, MORNING};
use super::database::{self, TestDatabase};

/// The least argon2 allows: tests prove what is checked, not how slow it is.
pub const CHEAP: HashCost = HashCost { memory_kib: 8, passes: 1, lanes: 1 };

/// A running server.
pub struct TestApp {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    /// The clock of the server.
    pub clock: Arc<FixedClock>,
    /// The state of the server.
    pub state: Data<AppState>,
    /// The database, taken away with the server.
    pub database: TestDatabase,
    handle: ServerHandle,
}

impl TestApp {
    /// The database of the server.
    pub fn store(&self) -> &Store {
        &self.database.store
    }

    /// A browser or program that follows no redirect and keeps cookies.
    pub fn client(&self) -> reqwest::Client {
        reqwest::Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .build()
            .expect("a client can be made")
    }

    /// Asks as the person of a bearer token; an empty token asks as nobody.
    pub fn ask(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = self.client().request(method, self.url(path));
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Stops the server at once.
    pub async fn stop(self) {
        self.handle.stop(false).await;
    }
}

/// A server on each engine at hand, with default settings.
pub async fn spawn_apps() -> Vec<TestApp> {
    let mut apps = Vec::new();
    for database in database::databases().await {
        apps.push(spawn_on(database, HttpSettings::default()));
    }
    apps
}

/// A server on SQLite, with default settings.
pub async fn spawn_app() -> TestApp {
    spawn_on(database::sqlite().await, HttpSettings::default())
}

/// A server on `database`.
pub fn spawn_on(database: TestDatabase, settings: HttpSettings) -> TestApp {
    let clock = FixedClock::at(MORNING);
    let secrets = SecretHasher::new(CHEAP, 2).expect("the cost is allowed");
    let settings = HttpSettings { workers: Some(1), ..settings };
    let state = Data::new(AppState::new(database.store.clone(), clock.clone(), secrets, settings));
    let (address, handle) = run(&state);
    TestApp { address, clock, state, database, handle }
}

/// Another node over the database of `app`, on the same clock, with rate limits of its own; gives its address.
pub fn second_node(app: &TestApp) -> String {
    let secrets = SecretHasher::new(CHEAP, 2).expect("the cost is allowed");
    let settings = app.state.settings.clone();
    let state = Data::new(AppState::new(app.store().clone(), app.clock.clone(), secrets, settings));
    run(&state).0
}

fn run(state: &Data<AppState>) -> (String, ServerHandle) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("a bound listener has an address").port();
    let running = server::start(state.clone(), listener).expect("the server starts");
    let handle = running.handle();
    tokio::spawn(running);
    (format!("http://127.0.0.1:{port}"), handle)
}
