//! A bank is calibrated from a response file: the estimates recover what the answers came from, an item that works
//! differently for a group of the file is held, and the file stays as long as it is evidence.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use waymark::delivery::DeliveryError;
use waymark::delivery::recalibration::{
    Hold, ItemsToEstimate, PublishCalibration, calibration_file, publish_calibration,
};
use waymark::delivery::staff_jobs::{StaffJob, cancel_staff_job};
use waymark::jobs::calibrate::{self, FileCalibration};
use waymark::store::calibration_files::{StoredFile, forget_calibration_files};

use super::calibrating::{proposal, run_worker_until_idle, standard_normal};
use crate::support::assessed_school::schools;
use crate::support::clock::MORNING;

const EXAMINEES: usize = 1_200;
const ITEMS: usize = 20;
/// The slope of every item of the small bank.
const SLOPE: f64 = 1.4;
/// Harder for one of the two classes, at equal ability.
const UNFAIR: usize = 7;

fn name(item: usize) -> String {
    format!("interim-{:03}", 20 + item)
}

fn difficulty(item: usize) -> f64 {
    -3.0 + 6.0 * (20 + item) as f64 / 59.0
}

/// Answers as the bank's parameters say, long, but for one item.
fn answers() -> String {
    let mut random = Pcg64::seed_from_u64(20_261_124);
    let mut text = String::from("examinee,item,score,class\n");
    for examinee in 0..EXAMINEES {
        let class = if examinee % 2 == 0 { "north" } else { "south" };
        let ability = standard_normal(&mut random);
        for item in 0..ITEMS {
            let shift = if item == UNFAIR && class == "south" { 1.3 } else { 0.0 };
            let probability = 1.0 / (1.0 + (-SLOPE * (ability - difficulty(item) - shift)).exp());
            let score = u8::from(random.random::<f64>() < probability);
            text += &format!("e{examinee},{},{score},{class}\n", name(item));
        }
    }
    text
}

fn asked(content: String) -> FileCalibration {
    FileCalibration {
        bank: ("small".to_owned(), 1),
        items: ItemsToEstimate::All,
        minimum_answers: 100,
        group: Some("class".to_owned()),
        file: StoredFile { name: "spring.csv".to_owned(), content },
    }
}

#[tokio::test]
async fn from_a_file_to_a_new_version() {
    for school in schools().await {
        let service = &school.service;
        let job =
            calibrate::request_from_file(service, MORNING, asked(answers()), &school.staff).await.unwrap();
        run_worker_until_idle(service).await;
        let proposal = proposal(service, &job.id).await;
        assert_eq!((proposal.attempts as usize, proposal.rapid_guesses), (EXAMINEES, None));
        assert_eq!(proposal.items.len(), ITEMS);
        for (item, found) in proposal.items.iter().enumerate() {
            assert_eq!(found.id.as_str(), name(item), "in the order of the bank");
            assert_eq!(found.times, None);
            let difference = found.difference.as_ref().unwrap();
            assert_eq!((difference.reference.as_str(), difference.focal.as_str()), ("north", "south"));
            let held_for_difference = found.holds.iter().any(|hold| matches!(hold, Hold::Dif { .. }));
            assert_eq!(held_for_difference, item == UNFAIR, "{found:?}");
        }
        // Standardised errors of the difficulties have a mean square near 1: within four of its standard errors, √(2/n).
        let squares =
            proposal.items.iter().enumerate().filter(|(item, _)| *item != UNFAIR).map(|(item, found)| {
                let after =
                    serde_json::to_value(found.after.as_ref().unwrap()).unwrap()["b"].as_f64().unwrap();
                let error = found.standard_errors.as_ref().unwrap().b[0].unwrap();
                ((after - difficulty(item)) / error).powi(2)
            });
        let squares: Vec<f64> = squares.collect();
        let mean_square = squares.iter().sum::<f64>() / squares.len() as f64;
        let allowed = 4.0 * (2.0 / squares.len() as f64).sqrt();
        assert!((mean_square - 1.0).abs() < allowed, "mean square {mean_square}, allowed ±{allowed}");

        let publish = PublishCalibration { job: job.id.clone(), reason: "the spring trial".to_owned() };
        assert_eq!(publish_calibration(service, MORNING, &publish, &school.staff).await.unwrap().version, 2);
        let mut transaction = service.store.begin_write().await.unwrap();
        assert_eq!(forget_calibration_files(&mut transaction).await.unwrap(), 0);
        transaction.commit().await.unwrap();
        assert_eq!(calibration_file(service, &job.id).await.unwrap().content, answers());
    }
}

#[tokio::test]
async fn the_file_of_a_calibration_that_was_stopped_is_taken_away() {
    for school in schools().await {
        let service = &school.service;
        let job =
            calibrate::request_from_file(service, MORNING, asked(answers()), &school.staff).await.unwrap();
        assert_eq!(calibration_file(service, &job.id).await.unwrap().name, "spring.csv");
        cancel_staff_job(service, MORNING, (StaffJob::Calibration, &job.id), &school.staff).await.unwrap();
        let mut transaction = service.store.begin_write().await.unwrap();
        assert_eq!(forget_calibration_files(&mut transaction).await.unwrap(), 1);
        transaction.commit().await.unwrap();
        let gone = calibration_file(service, &job.id).await.unwrap_err();
        assert!(matches!(gone, DeliveryError::NotFound { .. }), "{gone}");
    }
}
