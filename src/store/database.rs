//! The connection pool, its two engines and its transactions.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Once};
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{StoreError, migrations};

/// Connections held at most: SQLite has one writer anyway, PostgreSQL a process a connection.
const CONNECTIONS_MAX: u32 = 16;
/// How long a request waits for a connection before it is refused.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection that was used so recently is taken to be alive: asking would be a round trip a request.
const TRUSTED_WHEN_IDLE: Duration = Duration::from_secs(2);

/// Which database stands behind the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded; one file, one writer at a time.
    Sqlite,
    /// A server shared by any number of nodes.
    Postgres,
}

impl Engine {
    fn of(address: &str) -> Result<Self, StoreError> {
        if address.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            Ok(Self::Postgres)
        } else {
            Err(StoreError::Address(without_secret(address)))
        }
    }
}

/// When a committed transaction is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// When the commit returns. The only choice for anything that is acknowledged to somebody.
    OnCommit,
    /// Some time after: a database that is being made and is thrown away when making it fails.
    Later,
}

/// The database. Cheap to clone; every clone shares the same connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    engine: Engine,
    // SQLite's own queue for writers polls and is unfair; this one wakes the next in line.
    writer: Arc<Mutex<()>>,
}

impl Store {
    /// Opens `sqlite:PATH` (made when it does not exist) or `postgres://…`.
    pub async fn connect(address: &str) -> Result<Self, StoreError> {
        Self::connect_with(address, Durability::OnCommit).await
    }

    /// Opens a database that must be there: a wrong path is an error and not an empty file.
    pub async fn connect_existing(address: &str) -> Result<Self, StoreError> {
        if Engine::of(address)? == Engine::Sqlite && !address.contains("mode=") {
            let separator = if address.contains('?') { '&' } else { '?' };
            return Self::connect(&format!("{address}{separator}mode=rw")).await;
        }
        Self::connect(address).await
    }

    /// Opens a database like [`Store::connect`], with a choice of durability.
    pub async fn connect_with(address: &str, durability: Durability) -> Result<Self, StoreError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(install_default_drivers);
        let engine = Engine::of(address)?;
        let options: AnyConnectOptions =
            complete(engine, address).parse().map_err(|_| StoreError::Address(without_secret(address)))?;
        let pool = AnyPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, connected| {
                Box::pin(async move {
                    Ok(connected.idle_for < TRUSTED_WHEN_IDLE || connection.ping().await.is_ok())
                })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move { prepare(engine, durability, connection).await })
            })
            .connect_with(options)
            .await?;
        let writer = Arc::new(Mutex::new(()));
        Ok(Self { pool, engine, writer })
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        Ok(migrations::migrator().run(&self.pool).await?)
    }

    /// Which database this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// A connection to read with, one statement at a time.
    pub async fn read(&self) -> Result<PoolConnection<Any>, StoreError> {
        Ok(self.pool.acquire().await?)
    }

    /// A transaction in which every read sees the same moment. Not for writing.
    pub async fn begin_read(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let statement = match self.engine {
            Engine::Sqlite => "begin",
            Engine::Postgres => "begin isolation level repeatable read read only",
        };
        Ok(self.pool.begin_with(statement).await?)
    }

    /// A transaction that writes: nothing of it stands until [`WriteTransaction::commit`], and all of it is on disk then.
    pub async fn begin_write(&self) -> Result<WriteTransaction, StoreError> {
        match self.engine {
            Engine::Sqlite => {
                let turn = Arc::clone(&self.writer).lock_owned().await;
                let transaction = self.pool.begin_with("begin immediate").await?;
                Ok(WriteTransaction { transaction, _turn: Some(turn) })
            }
            Engine::Postgres => {
                Ok(WriteTransaction { transaction: self.pool.begin_with("begin").await?, _turn: None })
            }
        }
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&mut *self.read().await?).await?;
        Ok(())
    }

    /// Closes every connection; waits for those in use.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// An open transaction; dropping it rolls back.
pub struct WriteTransaction {
    transaction: Transaction<'static, Any>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl WriteTransaction {
    /// Makes it durable. Only then may anything be acknowledged.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    /// Undoes all of it now rather than when dropped.
    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.transaction.rollback().await?)
    }
}

impl Deref for WriteTransaction {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.transaction
    }
}

impl DerefMut for WriteTransaction {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}

/// What every connection is told first.
async fn prepare(
    engine: Engine,
    durability: Durability,
    connection: &mut AnyConnection,
) -> Result<(), sqlx::Error> {
    let statements: &[&'static str] = match engine {
        Engine::Sqlite => &[
            "pragma busy_timeout = 10000",
            "pragma journal_mode = wal",
            "pragma foreign_keys = on",
            "pragma cache_size = -16000",
            "pragma temp_store = memory",
        ],
        Engine::Postgres => &["set client_min_messages = warning"],
    };
    let durable = match (engine, durability) {
        (Engine::Sqlite, Durability::OnCommit) => "pragma synchronous = full",
        (Engine::Sqlite, Durability::Later) => "pragma synchronous = off",
        (Engine::Postgres, Durability::OnCommit) => "set synchronous_commit = on",
        (Engine::Postgres, Durability::Later) => "set synchronous_commit = off",
    };
    for statement in statements.iter().chain([&durable]) {
        connection.execute(*statement).await?;
    }
    Ok(())
}

/// The address with what the driver needs to make a missing SQLite file.
fn complete(engine: Engine, address: &str) -> String {
    match engine {
        Engine::Sqlite if !address.contains("mode=") && !address.contains(":memory:") => {
            let separator = if address.contains('?') { '&' } else { '?' };
            format!("{address}{separator}mode=rwc")
        }
        Engine::Sqlite | Engine::Postgres => address.to_owned(),
    }
}

/// The address as it may appear in a message: without user and password.
fn without_secret(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}…{}", &address[..start + 3], &address[end..])
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_a_message_has_no_password() {
        assert_eq!(without_secret("mysql://root:secret@host/db"), "mysql://…@host/db");
        assert_eq!(without_secret("school.db"), "school.db");
    }

    #[test]
    fn an_unknown_engine_is_refused() {
        let error = Engine::of("mysql://root:secret@host/db").unwrap_err();
        assert_eq!(
            error.to_string(),
            "database address must start with sqlite: or postgres:, got \"mysql://…@host/db\""
        );
    }
}
