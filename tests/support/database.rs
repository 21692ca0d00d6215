//! A database of its own for every test, on both engines.
//!
//! SQLite: a file in a temporary folder. PostgreSQL: a new database on the server that `WAYMARK_TEST_POSTGRES_URL` names
//! (`scripts/with-postgres` sets it). Both are taken away when the test ends.

use tempfile::TempDir;
use waymark::clock::Millis;
use waymark::store::{Engine, Store, new_id};

/// An empty, migrated database that lives as long as this value.
pub struct TestDatabase {
    /// The open store.
    pub store: Store,
    /// Its address, for a second process or a second node.
    pub address: String,
    removal: Removal,
}

enum Removal {
    Folder { _folder: TempDir },
    Postgres { server: String, name: String },
}

impl TestDatabase {
    /// Which engine this one is on.
    pub fn engine(&self) -> Engine {
        self.store.engine()
    }
}

/// One new database on each engine at hand: always SQLite, and PostgreSQL when a server is named.
pub async fn databases() -> Vec<TestDatabase> {
    let mut databases = vec![sqlite().await];
    if let Some(database) = postgres().await {
        databases.push(database);
    }
    databases
}

/// A new SQLite database.
pub async fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let address = format!("sqlite:{}/test.sqlite", folder.path().display());
    TestDatabase { store: open(&address).await, address, removal: Removal::Folder { _folder: folder } }
}

/// A new PostgreSQL database; nothing when no server is named.
#[expect(clippy::print_stdout, reason = "a test says what it left out")]
pub async fn postgres() -> Option<TestDatabase> {
    let Ok(server) = std::env::var("WAYMARK_TEST_POSTGRES_URL") else {
        println!("PostgreSQL not tested: WAYMARK_TEST_POSTGRES_URL is not set");
        return None;
    };
    let name = format!("waymark_test_{}", new_id(Millis(0)).replace('-', ""));
    run_on_server(&server, format!("create database {name}")).await;
    let address = with_database(&server, &name);
    Some(TestDatabase { store: open(&address).await, address, removal: Removal::Postgres { server, name } })
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Removal::Postgres { server, name } = &self.removal else {
            return;
        };
        // The test's runtime may be ending; a thread with a runtime of its own is not.
        let (server, name) = (server.clone(), name.clone());
        let removed = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime can be made");
            runtime.block_on(run_on_server(&server, format!("drop database if exists {name} with (force)")));
        });
        let _ = removed.join();
    }
}

async fn open(address: &str) -> Store {
    let store = Store::connect(address).await.expect("the database opens");
    store.migrate().await.expect("the schema is made");
    store
}

async fn run_on_server(server: &str, statement: String) {
    let store = Store::connect(server).await.expect("the server answers");
    let mut connection = store.read().await.expect("the server answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut *connection)
        .await
        .expect("the server allows databases to be made");
    drop(connection);
    store.close().await;
}

/// `server` with the database in its path replaced.
fn with_database(server: &str, name: &str) -> String {
    let (path, query) = server.split_once('?').unwrap_or((server, ""));
    let (host, _) = path.rsplit_once('/').expect("an address names a database");
    if query.is_empty() { format!("{host}/{name}") } else { format!("{host}/{name}?{query}") }
}
