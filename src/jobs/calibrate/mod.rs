//! Calibrating a bank from live answers or a response file, as a background job.

mod data;
mod estimate;
mod evidence;
mod file;
mod grades;

use std::sync::Arc;

use item_bank::ItemId;
use tokio::task::spawn_blocking;

use super::{JobControl, JobError, Outcome, queue};
use crate::clock::Millis;
use crate::delivery::recalibration::{
    AnswerSource, CalibrationRequest, ItemsToEstimate, RapidGuesses, ResponseFile,
};
use crate::delivery::staff_jobs::StaffJob;
use crate::delivery::{DeliveryError, Service};
use crate::store::calibration_files::{StoredFile, find_calibration_file, insert_calibration_file};
use crate::store::jobs::{Job, JobState};
use crate::store::recalibration::{LiveAnswers, Period, list_live_answers, list_unanswered};
use crate::store::{AccountId, JobId};

/// The kind of these jobs in the queue.
pub const KIND: &str = StaffJob::Calibration.kind();
/// How often one request is made anew within its period.
const ASKED_AGAIN_MAX: u32 = 200;
/// Answers read for one calibration at most.
const ANSWERS_MAX: u32 = 5_000_000;

/// Asks for a calibration from live answers. The same request again returns the job that is there.
pub async fn request(
    service: &Service,
    now: Millis,
    request: &CalibrationRequest,
    by: &AccountId,
) -> Result<Job, DeliveryError> {
    if let AnswerSource::Live { from_ms, to_ms } = request.answers
        && from_ms >= to_ms
    {
        let must = format!("must be before to_ms, got {from_ms} and {to_ms}");
        return Err(DeliveryError::Invalid { field: "from_ms", must });
    }
    service.library.bank(&request.bank_id, request.bank_version).await?;
    let first = queue::key_of(KIND, request);
    let mut key = first.clone();
    for _ in 0..ASKED_AGAIN_MAX {
        let job = queue::enqueue(&service.store, now, (KIND, &key), request, Some(by)).await?;
        let AnswerSource::Live { to_ms, .. } = request.answers else { return Ok(job) };
        // A period that was not over when it was asked for may hold more answers now.
        if job.state != JobState::Done || job.created_at.0 >= to_ms {
            return Ok(job);
        }
        key = format!("{first} after {}", job.id);
    }
    Err(DeliveryError::Contended { what: "calibration of", id: request.bank_id.clone() })
}

/// A calibration from a response file.
#[derive(Debug, Clone)]
pub struct FileCalibration {
    /// The bank and the version whose scale is kept.
    pub bank: (String, u32),
    /// Which items are estimated.
    pub items: ItemsToEstimate,
    /// Items with fewer answers are held by default.
    pub minimum_answers: u32,
    /// The column that names the groups to compare.
    pub group: Option<String>,
    /// The file.
    pub file: StoredFile,
}

/// Asks for a calibration from a response file, which is read first: one that is refused makes no job. The same file with
/// the same wishes again returns the job that is there.
pub async fn request_from_file(
    service: &Service,
    now: Millis,
    asked: FileCalibration,
    by: &AccountId,
) -> Result<Job, DeliveryError> {
    let FileCalibration { bank: (bank_id, bank_version), items, minimum_answers, group, file } = asked;
    let bank = service.library.bank(&bank_id, bank_version).await?;
    let named =
        ResponseFile { name: file.name.clone(), digest: queue::digest(&file.content), group: group.clone() };
    let request = CalibrationRequest {
        bank_id,
        bank_version,
        answers: AnswerSource::File { file: named },
        items,
        minimum_answers,
        rapid_guesses: RapidGuesses::Kept, // a file does not say how long answers took
    };
    let refused = |reason: String| DeliveryError::ResponseFile { reason };
    // The one character that a text of the database cannot hold.
    if let Some(place) = file.content.find('\0') {
        let line = file.content[..place].matches('\n').count() + 1;
        return Err(refused(format!("line {line}: the file holds a zero byte")));
    }
    let checked = spawn_blocking(move || {
        let matrix = file::read(&bank, group.as_deref(), &file.content).map_err(|error| error.to_string())?;
        file::collect(&bank, matrix).map_err(|error| error.to_string())?;
        Ok(file)
    });
    let file = match checked.await {
        Ok(checked) => checked.map_err(refused)?,
        Err(error) => return Err(refused(error.to_string())),
    };
    let key = queue::key_of(KIND, &request);
    let mut transaction = service.store.begin_write().await?;
    let job = queue::enqueue_in(&mut transaction, now, (KIND, &key), &request, Some(by)).await?;
    insert_calibration_file(&mut transaction, now, &job.id, &file).await?;
    transaction.commit().await?;
    Ok(job)
}

/// Does the work of a job.
pub(super) async fn calibrate(service: &Arc<Service>, job: Job, control: JobControl) -> Outcome {
    let request: CalibrationRequest =
        serde_json::from_value(job.request).map_err(|error| JobError::Refused(error.to_string()))?;
    let bank = service.library.bank(&request.bank_id, request.bank_version).await?;
    control.report(0.02, "reading answers");
    let answers = answers(service, &job.id, &request).await?;
    let worked = spawn_blocking(move || {
        let data = match answers {
            Answers::Live { given, unanswered } => {
                data::collect(&bank, request.rapid_guesses, given, &unanswered)?
            }
            Answers::File { text, group } => {
                let matrix = file::read(&bank, group.as_deref(), &text)
                    .map_err(|error| JobError::Refused(error.to_string()))?;
                file::collect(&bank, matrix)?
            }
        };
        estimate::propose(&bank, &request, &data, &control)
    });
    let proposal = worked.await.map_err(|error| JobError::Failed(error.to_string()))??;
    serde_json::to_value(&proposal).map_err(|error| JobError::Failed(error.to_string()))
}

/// What was answered, as it is stored.
enum Answers {
    Live { given: LiveAnswers, unanswered: Vec<ItemId> },
    File { text: String, group: Option<String> },
}

async fn answers(service: &Service, job: &JobId, request: &CalibrationRequest) -> Result<Answers, JobError> {
    let mut connection = service.store.read().await?;
    let (from_ms, to_ms) = match &request.answers {
        AnswerSource::Live { from_ms, to_ms } => (*from_ms, *to_ms),
        AnswerSource::File { file } => {
            let stored = find_calibration_file(&mut connection, job).await?;
            let stored = stored.ok_or_else(|| JobError::Refused("the response file is gone".to_owned()))?;
            return Ok(Answers::File { text: stored.content, group: file.group.clone() });
        }
    };
    let period = Period { from: Millis(from_ms), to: Millis(to_ms) };
    let given = list_live_answers(&mut connection, &request.bank_id, period, ANSWERS_MAX + 1).await?;
    if given.answers.len() > ANSWERS_MAX as usize {
        return Err(JobError::Refused(format!("more than {ANSWERS_MAX} answers: choose a shorter period")));
    }
    let unanswered = list_unanswered(&mut connection, &request.bank_id, period, ANSWERS_MAX).await?;
    Ok(Answers::Live { given, unanswered })
}
