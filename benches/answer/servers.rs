//! The two servers: Waymark, and a handler that does nothing but commit one row.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::Value;
use waymark::clock::SystemClock;
use waymark::delivery::secrets::{HashCost, SecretHasher};
use waymark::http::server;
use waymark::http::settings::HttpSettings;
use waymark::http::state::AppState;
use waymark::store::Store;

const WORKERS: usize = 2;

/// Which server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Waymark.
    Full,
    /// One row, committed.
    Bare,
}

/// A running server.
pub struct Running {
    /// Address and port.
    pub address: String,
    /// Which server.
    pub kind: Kind,
}

/// Waymark over this store.
pub fn full(store: Store) -> Running {
    let secrets = SecretHasher::new(HashCost::RECOMMENDED, 1).expect("the recommended cost");
    let settings = HttpSettings { workers: Some(WORKERS), ..HttpSettings::default() };
    let state = AppState::new(store, Arc::new(SystemClock), secrets, settings);
    let (listener, address) = listener();
    tokio::spawn(server::start(web::Data::new(state), listener).expect("the server starts"));
    Running { address, kind: Kind::Full }
}

struct BareState {
    store: Store,
    position: AtomicI64,
}

/// The bare handler over the same store.
pub fn bare(store: Store) -> Running {
    let state = web::Data::new(BareState { store, position: AtomicI64::new(1_000_000) });
    let (listener, address) = listener();
    let server = HttpServer::new(move || {
        App::new().app_data(state.clone()).route("/bare/{attempt}", web::post().to(commit))
    });
    let running = server.workers(WORKERS).listen(listener).expect("the port is bound").run();
    tokio::spawn(running);
    Running { address, kind: Kind::Bare }
}

async fn commit(
    state: web::Data<BareState>,
    attempt: web::Path<String>,
    body: web::Json<Value>,
) -> HttpResponse {
    let position = state.position.fetch_add(1, Ordering::Relaxed);
    let mut transaction = state.store.begin_write().await.expect("the database writes");
    sqlx::query(
        "insert into attempt_events (attempt_id, position, at_ms, kind, payload) values ($1, $2, $3, $4, $5)",
    )
    .bind(attempt.into_inner())
    .bind(position)
    .bind(0_i64)
    .bind("answered")
    .bind(body.to_string())
    .execute(&mut *transaction)
    .await
    .expect("the row is new");
    transaction.commit().await.expect("the database writes");
    HttpResponse::Ok().json(serde_json::json!({}))
}

fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("a bound listener has an address").to_string();
    (listener, address)
}
