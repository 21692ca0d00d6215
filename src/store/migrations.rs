//! The schema's steps, forward only, embedded in the program.

use std::borrow::Cow;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Version, name and text of every step, in order.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "initial", include_str!("../../migrations/0001_initial.sql")),
    (2, "sign_in_failures", include_str!("../../migrations/0002_sign_in_failures.sql")),
    (3, "field_test_counts", include_str!("../../migrations/0003_field_test_counts.sql")),
    (4, "exposure_counts", include_str!("../../migrations/0004_exposure_counts.sql")),
    (5, "calibration_files", include_str!("../../migrations/0005_calibration_files.sql")),
    (6, "plan_met", include_str!("../../migrations/0006_plan_met.sql")),
    (7, "attempts_by_bank", include_str!("../../migrations/0007_attempts_by_bank.sql")),
    (8, "item_records", include_str!("../../migrations/0008_item_records.sql")),
    (9, "audit_by_person", include_str!("../../migrations/0009_audit_by_person.sql")),
    (10, "accommodations", include_str!("../../migrations/0010_accommodations.sql")),
];

/// The newest step.
pub(super) fn newest() -> i64 {
    STEPS.iter().map(|(version, _, _)| *version).max().unwrap_or(0)
}

/// All steps, ready to run.
pub(super) fn migrator() -> Migrator {
    let steps = STEPS.iter().map(|&(version, name, text)| {
        let kind = MigrationType::Simple;
        Migration::new(version, Cow::Borrowed(name), kind, text.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect())
}
