//! A plan is simulated in the background: by the engine, the same each time, stopped when somebody asks.

use std::sync::Arc;

use item_bank::Accommodations;
use serde_json::{Value, json};
use waymark::adaptive::{ItemPool, TestPlan};
use waymark::clock::Clock;
use waymark::delivery::simulations::{
    Abilities, EXAMINEES_MAX, EXPOSURE_ROUNDS_MAX, SimulationReport, SimulationRequest, simulation,
};
use waymark::delivery::staff_jobs::{StaffJob, cancel_staff_job};
use waymark::delivery::{self, DeliveryError, PublishDocument};
use waymark::jobs::{self, simulate as job};
use waymark::simulation::{Settings, Uniforms, normal_abilities, simulate, summarise, sympson_hetter};
use waymark::store::jobs::{Job, JobState};

use crate::support::assessed_school::{AssessedSchool, schools, with_field};
use crate::support::clock::{FixedClock, MORNING};
use crate::support::small_bank;

fn request(examinees: u32) -> SimulationRequest {
    SimulationRequest {
        bank_id: "small".to_owned(),
        bank_version: 1,
        plan_id: "levelling".to_owned(),
        plan_version: 1,
        examinees,
        abilities: Abilities::Normal { mean: 0.2, standard_deviation: 0.9 },
        grade: Some(5),
        accommodations: Accommodations::none(),
        attempts: 1,
        growth: 0.0,
        rapid: 0.0,
        slip: 0.0,
        guess: 0.0,
        strand_deviation: 0.0,
        validation: None,
        exposure_rounds: None,
        seed: 23,
    }
}

/// Works until the job has ended.
async fn worked(school: &AssessedSchool, asked: &Job) -> (Job, Option<SimulationReport>) {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let clock: Arc<dyn Clock> = FixedClock::at(MORNING);
    let worker = tokio::spawn(jobs::work(Arc::new(school.service.clone()), clock, stopped));
    let (ended, report) = loop {
        let (job, _, report) = simulation(&school.service, &asked.id).await.unwrap();
        if !matches!(job.state, JobState::Queued | JobState::Running) {
            break (job, report);
        }
        tokio::task::yield_now().await;
    };
    stop.send(true).unwrap();
    worker.await.unwrap();
    (ended, report)
}

#[tokio::test]
async fn a_simulation_in_the_background_says_what_the_command_says() {
    for school in schools().await {
        let wanted = request(200);
        let ask = || job::request(&school.service, MORNING, &wanted, &school.staff);
        let asked = ask().await.unwrap();
        assert_eq!(ask().await.unwrap().id, asked.id, "the same request is one job");
        let (ended, report) = worked(&school, &asked).await;
        assert_eq!(ended.state, JobState::Done, "{}", ended.message);
        let report = report.unwrap();

        let bank = school.service.library.bank("small", 1).await.unwrap();
        let plan = school.service.library.plan("levelling", 1).await.unwrap();
        let pool = ItemPool::prepare(&bank, &plan).unwrap();
        let settings = Settings::new(Uniforms::Counted { seed: 23 }, plan.start(Some(5), None));
        let abilities = normal_abilities(200, 0.2, 0.9, 23).unwrap();
        let tests = simulate(&pool, &plan, &abilities, &settings, &|| ());
        let expected = serde_json::to_value(summarise(&bank, &plan, &pool, &tests)).unwrap();
        for counts in ["lengths", "stop_reasons", "pool_items"] {
            assert_eq!(report.summary[counts], expected[counts], "{counts}");
        }
        for place in ["/metrics/bias", "/metrics/rmse", "/metrics/coverage_95", "/exposure/overlap"] {
            let figure = |summary: &Value| summary.pointer(place).and_then(Value::as_f64).unwrap();
            assert!((figure(&report.summary) - figure(&expected)).abs() < 1e-12, "{place}");
        }
        assert_eq!(report.summary["violations"], 0);
        assert!(report.page.starts_with("<!doctype html>") || report.page.starts_with("<!DOCTYPE html>"));
    }
}

#[tokio::test]
async fn as_many_observed_abilities_as_are_allowed_are_one_job_on_every_database() {
    for school in schools().await {
        // No two alike: nothing that a database could shorten.
        let observed = normal_abilities(EXAMINEES_MAX, 0.0, 1.0, 7).unwrap();
        let wanted = SimulationRequest { abilities: Abilities::Empirical { observed }, ..request(10) };
        let ask = || job::request(&school.service, MORNING, &wanted, &school.staff);
        let asked = ask().await.unwrap();
        assert_eq!(ask().await.unwrap().id, asked.id, "the same request is one job");
        let other = SimulationRequest { seed: 24, ..wanted.clone() };
        let other = job::request(&school.service, MORNING, &other, &school.staff).await.unwrap();
        assert_ne!(other.id, asked.id);
    }
}

/// The plan of the first version with a cap on exposure, published as the second.
async fn cap_exposure(school: &AssessedSchool) {
    let plan = small_bank::plan_text("levelling", "interim", 6, 12);
    let document = with_field(&plan, "exposure", json!({ "maximum_rate": 0.5 }));
    let publish = PublishDocument {
        id: "levelling",
        document: &document,
        by: &school.staff,
        reason: "items are spread",
    };
    assert_eq!(delivery::publish_plan(&school.service, MORNING, &publish).await.unwrap().version, 2);
}

#[tokio::test]
async fn exposure_parameters_are_found_first_and_the_plan_is_simulated_with_them() {
    for school in schools().await {
        cap_exposure(&school).await;
        let wanted = SimulationRequest { plan_version: 2, exposure_rounds: Some(6), ..request(100) };
        let asked = job::request(&school.service, MORNING, &wanted, &school.staff).await.unwrap();
        let (ended, report) = worked(&school, &asked).await;
        assert_eq!(ended.state, JobState::Done, "{}", ended.message);
        let report = report.unwrap();
        let exposure = report.exposure.unwrap();

        let bank = school.service.library.bank("small", 1).await.unwrap();
        let plan = school.service.library.plan("levelling", 2).await.unwrap();
        let settings = Settings::new(Uniforms::Counted { seed: 23 }, plan.start(Some(5), None));
        let abilities = normal_abilities(100, 0.2, 0.9, 23).unwrap();
        let found = sympson_hetter(&bank, &plan, &abilities, &settings, 6).unwrap();
        assert_eq!(TestPlan::from_json(&exposure.plan.to_string()).unwrap(), found.plan);
        assert_eq!(exposure.words, found.words());
        assert!(!found.plan.exposure.as_ref().unwrap().parameters.is_empty(), "{}", exposure.words);
        let pool = ItemPool::prepare(&bank, &found.plan).unwrap();
        let tests = simulate(&pool, &found.plan, &abilities, &settings, &|| ());
        let highest = summarise(&bank, &found.plan, &pool, &tests).exposure.max_exposure;
        assert_eq!(report.summary["exposure"]["max_exposure"].as_f64(), Some(highest));

        for rounds in [0, EXPOSURE_ROUNDS_MAX + 1] {
            let asked = SimulationRequest { exposure_rounds: Some(rounds), ..wanted.clone() };
            let refused = job::request(&school.service, MORNING, &asked, &school.staff).await.unwrap_err();
            assert!(refused.to_string().contains("must be from 1 to 20"), "{refused}");
        }
        let without_cap = SimulationRequest { plan_version: 1, ..wanted };
        let refused = job::request(&school.service, MORNING, &without_cap, &school.staff).await.unwrap_err();
        assert!(refused.to_string().contains("plan levelling has no cap on exposure"), "{refused}");
    }
}

#[tokio::test]
async fn a_simulation_that_is_stopped_while_it_waits_never_begins() {
    for school in schools().await {
        let asked = job::request(&school.service, MORNING, &request(50), &school.staff).await.unwrap();
        for _ in 0..2 {
            let job =
                cancel_staff_job(&school.service, MORNING, (StaffJob::Simulation, &asked.id), &school.staff)
                    .await
                    .unwrap();
            assert_eq!(job.state, JobState::Cancelled);
        }
        let (ended, report) = worked(&school, &asked).await;
        assert_eq!((ended.state, report), (JobState::Cancelled, None));
    }
}

#[tokio::test]
async fn what_cannot_be_simulated_is_refused_before_it_is_queued() {
    for school in schools().await {
        let even = |lowest, highest| Abilities::Uniform { lowest, highest };
        let bell = |mean, standard_deviation| Abilities::Normal { mean, standard_deviation };
        let asked = [
            SimulationRequest { examinees: 0, ..request(1) },
            SimulationRequest { examinees: EXAMINEES_MAX + 1, ..request(1) },
            SimulationRequest { abilities: even(1.0, 1.0), ..request(1) },
            SimulationRequest { abilities: even(-20.0, 1.0), ..request(1) },
            SimulationRequest { abilities: bell(0.0, 0.0), ..request(1) },
            SimulationRequest { abilities: bell(f64::NAN, 1.0), ..request(1) },
            SimulationRequest { abilities: Abilities::Given { abilities: vec![0.0, 1.0] }, ..request(1) },
            SimulationRequest { abilities: Abilities::Empirical { observed: vec![] }, ..request(1) },
            SimulationRequest { abilities: Abilities::Empirical { observed: vec![1e300] }, ..request(1) },
        ];
        for asked in asked {
            let refused = job::request(&school.service, MORNING, &asked, &school.staff).await.unwrap_err();
            assert!(matches!(refused, DeliveryError::Invalid { .. }), "{asked:?}: {refused}");
        }
        for (asked, named) in [
            (SimulationRequest { strand_deviation: -1.0, ..request(1) }, "strand_deviation"),
            (SimulationRequest { rapid: -0.1, ..request(1) }, "rapid"),
            (SimulationRequest { slip: 2.0, ..request(1) }, "slip"),
            (SimulationRequest { slip: 0.7, guess: 0.7, ..request(1) }, "guess"),
            (SimulationRequest { attempts: 0, ..request(1) }, "attempts"),
            (SimulationRequest { growth: 50.0, ..request(1) }, "growth"),
        ] {
            let refused = job::request(&school.service, MORNING, &asked, &school.staff).await.unwrap_err();
            assert!(matches!(refused, DeliveryError::Invalid { field, .. } if field == named), "{refused}");
        }
        let missing = SimulationRequest { plan_version: 9, ..request(1) };
        let refused = job::request(&school.service, MORNING, &missing, &school.staff).await.unwrap_err();
        assert!(matches!(refused, DeliveryError::NotFound { .. }), "{refused}");
    }
}
