//! Answer to next item over HTTP, committed durably, as a ratio to a bare handler that only commits the same row.
//!
//! Both servers run in this process on the same database settings and the same number of workers; the same clients send
//! the same bodies over keep-alive connections. The bare handler parses the body, inserts one event row and commits.
//!
//! Then the same answers over a long stored history, and starts of attempts while 2,000 are active.
//!
//!     cargo bench --bench answer                                   SQLite
//!     scripts/with-postgres --durable cargo bench --bench answer   SQLite and PostgreSQL

#[path = "answer/clients.rs"]
mod clients;
#[path = "answer/figures.rs"]
mod figures;
#[path = "answer/history.rs"]
mod history;
#[path = "answer/school.rs"]
mod school;
#[path = "answer/servers.rs"]
mod servers;
#[path = "answer/starts.rs"]
mod starts;

use std::time::{Duration, Instant};

use clients::Pace;
use figures::Figures;
use school::School;

/// Students of the school.
const SCHOOL: usize = 2_000;
/// Students who answer at the same time.
const STUDENTS: usize = 64;
/// Answers of one student in one round.
const ANSWERS: usize = 12;
/// Rounds; the fastest of each kind counts, as the least disturbed.
const ROUNDS: usize = 3;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
    runtime.block_on(async {
        for database in school::databases().await {
            measure(&database).await;
        }
    });
}

async fn measure(database: &school::TestDatabase) {
    let school = School::on(database, SCHOOL, ANSWERS).await;
    let engine = format!("{:?}", database.engine());
    figures::heading(&engine, &database.address);
    let full = servers::full(school.service.store.clone());
    let bare = servers::bare(school.service.store.clone());
    let mut best: [Option<Figures>; 2] = [None, None];
    for _ in 0..ROUNDS {
        for (server, best) in [&bare, &full].into_iter().zip(&mut best) {
            let sittings = school.start(0..STUDENTS).await;
            let figures = run(server, &school, sittings, Pace::AsFastAsPossible).await;
            if best.as_ref().is_none_or(|best| figures.per_second() > best.per_second()) {
                *best = Some(figures);
            }
        }
    }
    let [Some(bare_best), Some(full_best)] = best else { unreachable!("every round gives figures") };
    figures::print(&format!("{engine} bare handler"), &bare_best);
    figures::print(&format!("{engine} answer"), &full_best);
    let half = Duration::from_secs_f64(2.0 * STUDENTS as f64 / full_best.per_second());
    let sittings = school.start(0..STUDENTS).await;
    let at_half_load = run(&full, &school, sittings, Pace::Every(half)).await;
    figures::print(&format!("{engine} answer, half load"), &at_half_load);
    figures::ratio(&engine, full_best.per_second() / bare_best.per_second());
    over_history(&full, &school, &engine).await;
    let started = starts::while_others_answer(&full, &school).await;
    figures::print(&format!("{engine} start, {SCHOOL} active"), &started);
}

/// Answers as fast as possible after a history has been stored.
async fn over_history(server: &servers::Running, school: &School, engine: &str) {
    let stored = history::fill(&school.service.store).await;
    let mut best: Option<Figures> = None;
    for _ in 0..ROUNDS {
        let sittings = school.start(0..STUDENTS).await;
        let figures = run(server, school, sittings, Pace::AsFastAsPossible).await;
        if best.as_ref().is_none_or(|best| figures.per_second() > best.per_second()) {
            best = Some(figures);
        }
    }
    let Some(best) = best else { unreachable!("every round gives figures") };
    figures::print(&format!("{engine} answer, {stored} events"), &best);
}

async fn run(
    server: &servers::Running,
    school: &School,
    sittings: Vec<school::Sitting>,
    pace: Pace,
) -> Figures {
    let begin = Instant::now();
    let clients =
        sittings.into_iter().map(|sitting| clients::answer(server, school, sitting, (ANSWERS, pace)));
    let latencies = futures_util::future::join_all(clients).await;
    Figures::new(begin.elapsed(), latencies.into_iter().flatten().collect())
}
