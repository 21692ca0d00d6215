//! A real server on a port of its own, over a database of its own, with a clock the test turns.

use std::net::TcpListener;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use reqwest::redirect::Policy;
use waymark::delivery::secrets::{HashCost, SecretHasher};
use waymark::http::server;
use waymark::http::settings::HttpSettings;
use waymark::http::state::AppState;

use super::clock::{FixedClock, MORNING};
use super::database::{self, TestDatabase};

/// The least argon2 allows: tests prove what is checked, not how slow it is.
pub const CHEAP: HashCost = HashCost { memory_kib: 8, passes: 1, lanes: 1 };

/// A running server.
pub struct TestApp {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    /// The database, taken away with the server.
    pub database: TestDatabase,
    handle: ServerHandle,
}

impl TestApp {
    /// A browser or program that follows no redirect and keeps cookies.
    pub fn client(&self) -> reqwest::Client {
        reqwest::Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .build()
            .expect("a client can be made")
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

/// A server on `database`.
pub fn spawn_on(database: TestDatabase, settings: HttpSettings) -> TestApp {
    let clock = FixedClock::at(MORNING);
    let secrets = SecretHasher::new(CHEAP, 2).expect("the cost is allowed");
    let settings = HttpSettings { workers: Some(1), ..settings };
    let state = Data::new(AppState::new(database.store.clone(), clock, secrets, settings));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("a bound listener has an address").port();
    let running = server::start(state, listener).expect("the server starts");
    let handle = running.handle();
    tokio::spawn(running);
    TestApp { address: format!("http://127.0.0.1:{port}"), database, handle }
}
