//! Counts behind exposure control: versions that never change, and which attempts are not counted yet.

use std::sync::LazyLock;

use sqlx::AnyConnection;

use super::batch::{self, BATCH_ROWS_MAX, BatchStatement};
use super::{AttemptId, Pins, RowReader, StoreError};
use crate::adaptive::ExposureRates;
use crate::clock::Millis;

/// Plan versions shown beside a bank at most.
const PLANS_MAX: i64 = 20;

/// What counts are kept for: a bank, whatever its version, and a version of a plan with its cap and its bands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExposureKey {
    /// The bank.
    pub bank_id: String,
    /// The plan.
    pub plan_id: String,
    /// Its version.
    pub plan_version: u32,
}

impl From<&Pins> for ExposureKey {
    fn from(pins: &Pins) -> Self {
        Self { bank_id: pins.bank_id.clone(), plan_id: pins.plan_id.clone(), plan_version: pins.plan_version }
    }
}

/// One version of the counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredExposure {
    /// 1, 2, 3 …
    pub version: u32,
    /// Attempts counted in it.
    pub attempts: u64,
    /// The counts.
    pub rates: ExposureRates,
}

/// The newest version, when anything was counted.
pub async fn newest_exposure_version(
    connection: &mut AnyConnection,
    key: &ExposureKey,
) -> Result<Option<u32>, StoreError> {
    let row = sqlx::query(
        "select version from exposure_counts where bank_id = $1 and plan_id = $2 and plan_version = $3 \
         order by version desc limit 1",
    )
    .bind(&key.bank_id)
    .bind(&key.plan_id)
    .bind(i64::from(key.plan_version))
    .fetch_optional(connection)
    .await?;
    row.map(|row| RowReader::new(&row, "exposure_counts", "version").number("version")).transpose()
}

/// A version of the counts.
pub async fn find_exposure(
    connection: &mut AnyConnection,
    key: &ExposureKey,
    version: u32,
) -> Result<Option<StoredExposure>, StoreError> {
    let row = sqlx::query(
        "select bank_id, version, attempts, counts from exposure_counts \
         where bank_id = $1 and plan_id = $2 and plan_version = $3 and version = $4",
    )
    .bind(&key.bank_id)
    .bind(&key.plan_id)
    .bind(i64::from(key.plan_version))
    .bind(i64::from(version))
    .fetch_optional(connection)
    .await?;
    row.map(|row| read_counts(&RowReader::new(&row, "exposure_counts", "bank_id"))).transpose()
}

/// The newest counts of every plan version that a bank was used with under a cap, 20 at most, by plan.
pub async fn list_newest_exposure(
    connection: &mut AnyConnection,
    bank_id: &str,
) -> Result<Vec<(ExposureKey, StoredExposure)>, StoreError> {
    let rows = sqlx::query(
        "select e.bank_id, e.plan_id, e.plan_version, e.version, e.attempts, e.counts from exposure_counts e \
         where e.bank_id = $1 and e.version = (select max(n.version) from exposure_counts n \
         where n.bank_id = e.bank_id and n.plan_id = e.plan_id and n.plan_version = e.plan_version) \
         order by e.plan_id, e.plan_version desc limit $2",
    )
    .bind(bank_id)
    .bind(PLANS_MAX)
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let reader = RowReader::new(row, "exposure_counts", "bank_id");
            Ok((read_key(&reader)?, read_counts(&reader)?))
        })
        .collect()
}

fn read_key(reader: &RowReader<'_>) -> Result<ExposureKey, StoreError> {
    Ok(ExposureKey {
        bank_id: reader.get("bank_id")?,
        plan_id: reader.get("plan_id")?,
        plan_version: reader.number("plan_version")?,
    })
}

fn read_counts(reader: &RowReader<'_>) -> Result<StoredExposure, StoreError> {
    Ok(StoredExposure {
        version: reader.number("version")?,
        attempts: reader.number("attempts")?,
        rates: reader.json("counts")?,
    })
}

/// Adds a version. One that is there already is [`StoreError::Duplicate`].
pub async fn insert_exposure(
    connection: &mut AnyConnection,
    now: Millis,
    key: &ExposureKey,
    counted: &StoredExposure,
) -> Result<(), StoreError> {
    let counts = serde_json::to_string(&counted.rates).expect("counts are JSON");
    let attempts = i64::try_from(counted.attempts).expect("fewer attempts than an i64 can count");
    sqlx::query(
        "insert into exposure_counts (bank_id, plan_id, plan_version, version, attempts, counts, created_at_ms) \
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&key.bank_id)
    .bind(&key.plan_id)
    .bind(i64::from(key.plan_version))
    .bind(i64::from(counted.version))
    .bind(attempts)
    .bind(counts)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Has an attempt counted once it has ended.
pub async fn expect_exposure(
    connection: &mut AnyConnection,
    attempt: &AttemptId,
    key: &ExposureKey,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into exposure_attempts (attempt_id, bank_id, plan_id, plan_version) values ($1, $2, $3, $4)",
    )
    .bind(attempt.as_str())
    .bind(&key.bank_id)
    .bind(&key.plan_id)
    .bind(i64::from(key.plan_version))
    .execute(connection)
    .await?;
    Ok(())
}

/// How many attempts have ended and are not counted yet, where there are any.
pub async fn list_uncounted(connection: &mut AnyConnection) -> Result<Vec<(ExposureKey, u64)>, StoreError> {
    let rows = sqlx::query(
        "select x.bank_id, x.plan_id, x.plan_version, count(*) as ended from exposure_attempts x \
         join attempts a on a.id = x.attempt_id \
         where x.counted_in is null and a.state not in ('in_progress', 'paused') \
         group by x.bank_id, x.plan_id, x.plan_version order by x.bank_id, x.plan_id, x.plan_version",
    )
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| {
            let reader = RowReader::new(row, "exposure_attempts", "bank_id");
            Ok((read_key(&reader)?, reader.number("ended")?))
        })
        .collect()
}

/// So many ended attempts at most that are not counted yet, in order.
pub async fn list_uncounted_attempts(
    connection: &mut AnyConnection,
    key: &ExposureKey,
    limit: u32,
) -> Result<Vec<AttemptId>, StoreError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "select x.attempt_id from exposure_attempts x join attempts a on a.id = x.attempt_id \
         where x.bank_id = $1 and x.plan_id = $2 and x.plan_version = $3 and x.counted_in is null \
         and a.state not in ('in_progress', 'paused') order by x.attempt_id limit $4",
    )
    .bind(&key.bank_id)
    .bind(&key.plan_id)
    .bind(i64::from(key.plan_version))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(AttemptId).collect())
}

static MARK_COUNTED: BatchStatement = LazyLock::new(|| {
    batch::texts(
        "with counted (counted_attempt, version) as (values ",
        2,
        ") update exposure_attempts set counted_in = version from counted \
         where attempt_id = counted_attempt and counted_in is null",
    )
});

/// Says which version counts these attempts; how many of them no version counted before.
pub async fn mark_counted(
    connection: &mut AnyConnection,
    attempts: &[AttemptId],
    version: u32,
) -> Result<u64, StoreError> {
    let mut marked = 0;
    for attempts in attempts.chunks(BATCH_ROWS_MAX) {
        let (statement, rows) = batch::for_rows(&MARK_COUNTED, attempts.len());
        let mut query = sqlx::query(statement);
        for attempt in attempts {
            query = query.bind(attempt.as_str()).bind(i64::from(version));
        }
        for _ in attempts.len()..rows {
            query = query.bind("").bind(0_i64);
        }
        marked += query.execute(&mut *connection).await?.rows_affected();
    }
    Ok(marked)
}
