//! Assessments: what a student can take, with the versions that a new attempt will pin.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{AssessmentId, Pins, RowReader, StoreError};
use crate::assessment::Purpose;
use crate::clock::Millis;

/// Whether students see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssessmentStatus {
    /// Offered.
    Published,
    /// No longer offered; its attempts stay.
    Retired,
}

impl AssessmentStatus {
    /// The word in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "published" => Some(Self::Published),
            "retired" => Some(Self::Retired),
            _ => None,
        }
    }
}

/// An assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Chosen by whoever published it.
    pub id: AssessmentId,
    /// Its title.
    pub name: String,
    /// Interim or summative.
    pub purpose: Purpose,
    /// What a new attempt pins.
    pub pins: Pins,
    /// Validation: the level whose cut is validated.
    pub target_level: Option<String>,
    /// Validation: the self-levelling assessment that gives its evidence.
    pub evidence_from: Option<AssessmentId>,
    /// Grades it is offered to; empty means every grade.
    pub grades: Vec<u8>,
    /// Offered or retired.
    pub status: AssessmentStatus,
    /// When it was first published.
    pub created_at: Millis,
    /// When it was last published.
    pub updated_at: Millis,
}

impl Assessment {
    /// Whether students of this grade are offered it.
    #[must_use]
    pub fn is_offered_to(&self, grade: u8) -> bool {
        self.status == AssessmentStatus::Published && (self.grades.is_empty() || self.grades.contains(&grade))
    }
}

/// The word for a purpose in the database and in JSON.
#[must_use]
pub fn purpose_word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SelfLevelling => "self_levelling",
        Purpose::Validation => "validation",
    }
}

fn parse_purpose(word: &str) -> Option<Purpose> {
    [Purpose::SelfLevelling, Purpose::Validation].into_iter().find(|&purpose| purpose_word(purpose) == word)
}

impl TryFrom<&AnyRow> for Assessment {
    type Error = StoreError;

    fn try_from(row: &AnyRow) -> Result<Self, StoreError> {
        let reader = RowReader::new(row, "assessments", "id");
        Ok(Self {
            id: reader.id("id")?,
            name: reader.get("name")?,
            purpose: reader.word("purpose", parse_purpose)?,
            pins: Pins::read(&reader)?,
            target_level: reader.get("target_level")?,
            evidence_from: reader.optional_id("evidence_from")?,
            grades: reader.json("grades")?,
            status: reader.word("status", AssessmentStatus::parse)?,
            created_at: reader.time("created_at_ms")?,
            updated_at: reader.time("updated_at_ms")?,
        })
    }
}

/// Adds an assessment; false, with nothing changed, when there is one of this name.
pub async fn insert_assessment(
    connection: &mut AnyConnection,
    assessment: &Assessment,
) -> Result<bool, StoreError> {
    let statement = "insert into assessments (id, name, purpose, bank_id, bank_version, plan_id, plan_version, \
         policy_id, policy_version, target_level, evidence_from, grades, status, created_at_ms, updated_at_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict (id) do nothing";
    write(connection, statement, assessment).await
}

/// Replaces what an assessment offers.
pub async fn update_assessment(
    connection: &mut AnyConnection,
    assessment: &Assessment,
) -> Result<(), StoreError> {
    let statement = "update assessments set name = $2, purpose = $3, bank_id = $4, bank_version = $5, plan_id = $6, \
         plan_version = $7, policy_id = $8, policy_version = $9, target_level = $10, evidence_from = $11, grades = $12, \
         status = $13, created_at_ms = $14, updated_at_ms = $15 where id = $1";
    write(connection, statement, assessment).await?;
    Ok(())
}

/// Runs a statement with the columns of an assessment in the order of the table; whether it changed a row.
async fn write(
    connection: &mut AnyConnection,
    statement: &'static str,
    assessment: &Assessment,
) -> Result<bool, StoreError> {
    let grades = serde_json::to_string(&assessment.grades).expect("a list of numbers is JSON");
    let written = sqlx::query(statement)
        .bind(assessment.id.as_str())
        .bind(&assessment.name)
        .bind(purpose_word(assessment.purpose))
        .bind(&assessment.pins.bank_id)
        .bind(i64::from(assessment.pins.bank_version))
        .bind(&assessment.pins.plan_id)
        .bind(i64::from(assessment.pins.plan_version))
        .bind(&assessment.pins.policy_id)
        .bind(i64::from(assessment.pins.policy_version))
        .bind(assessment.target_level.as_deref())
        .bind(assessment.evidence_from.as_ref().map(AssessmentId::as_str))
        .bind(grades)
        .bind(assessment.status.as_str())
        .bind(assessment.created_at.0)
        .bind(assessment.updated_at.0)
        .execute(connection)
        .await?;
    Ok(written.rows_affected() == 1)
}

/// Makes everybody else who locks the assessment wait until this transaction ends.
pub async fn lock_assessment(connection: &mut AnyConnection, id: &AssessmentId) -> Result<(), StoreError> {
    sqlx::query("update assessments set updated_at_ms = updated_at_ms where id = $1")
        .bind(id.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// Locks an assessment that has no attempt. Once one is there to be seen, what attempts rest on stays, and starts need not
/// wait for each other.
pub async fn lock_untaken_assessment(
    connection: &mut AnyConnection,
    id: &AssessmentId,
) -> Result<(), StoreError> {
    sqlx::query(
        "update assessments set updated_at_ms = updated_at_ms where id = $1 \
         and not exists (select 1 from attempts where assessment_id = $1)",
    )
    .bind(id.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// One assessment.
pub async fn find_assessment(
    connection: &mut AnyConnection,
    id: &AssessmentId,
) -> Result<Option<Assessment>, StoreError> {
    let row = sqlx::query(
        "select id, name, purpose, bank_id, bank_version, plan_id, plan_version, policy_id, policy_version, \
         target_level, evidence_from, grades, status, created_at_ms, updated_at_ms from assessments where id = $1",
    )
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(Assessment::try_from).transpose()
}

/// Every assessment, retired ones too: by name.
pub async fn list_assessments(connection: &mut AnyConnection) -> Result<Vec<Assessment>, StoreError> {
    let rows = sqlx::query(
        "select id, name, purpose, bank_id, bank_version, plan_id, plan_version, policy_id, policy_version, \
         target_level, evidence_from, grades, status, created_at_ms, updated_at_ms from assessments order by name, id",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(Assessment::try_from).collect()
}
