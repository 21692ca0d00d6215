//! Starts of attempts over HTTP while the others of the school answer at the pace of a test.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::SCHOOL;
use super::clients::{self, Connection, Pace};
use super::figures::Figures;
use super::school::School;
use super::servers::Running;

/// Students whose start is measured; the others have started before.
const STARTS: usize = 200;
/// Time between two starts.
const GAP: Duration = Duration::from_millis(50);
/// Time from one answer of anybody to the next: the others answer once in about 40 seconds each.
const ANSWER_GAP: Duration = Duration::from_millis(22);

/// The starts, one after the other at a steady pace.
pub async fn while_others_answer(server: &Running, school: &School) -> Figures {
    let active = school.start(0..SCHOOL - STARTS).await;
    let begin = Instant::now();
    let answers = active.into_iter().take((GAP * STARTS as u32).div_duration_f64(ANSWER_GAP) as usize);
    let others = answers.enumerate().map(|(place, sitting)| async move {
        tokio::time::sleep_until((begin + ANSWER_GAP * place as u32).into()).await;
        clients::answer(server, school, sitting, (1, Pace::AsFastAsPossible)).await
    });
    let tokens = school.tokens(SCHOOL - STARTS..SCHOOL);
    let starts = tokens.enumerate().map(|(place, token)| async move {
        let mut connection = Connection::open(server, token).await;
        tokio::time::sleep_until((begin + GAP * place as u32).into()).await;
        let sent = Instant::now();
        let step = connection.post("/api/v1/assessments/bench/attempts", "").await;
        assert!(step["show"]["item_id"].is_string(), "an item is shown: {step}");
        sent.elapsed()
    });
    let (latencies, _) = tokio::join!(join_all(starts), join_all(others));
    Figures::new(begin.elapsed(), latencies)
}
