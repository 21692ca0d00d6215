//! kill -9 in the middle of an attempt: nothing that was acknowledged is lost, and the student goes on at the very item.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use waymark::clock::{Clock, SystemClock};
use waymark::delivery::session;
use waymark::store::AttemptId;
use waymark::store::accounts::by_id;

use super::program::Program;
use crate::support::assessed_school::{AssessedSchool, schools};

struct Student {
    client: Client,
    token: String,
}

impl Student {
    async fn sign_in(school: &AssessedSchool) -> Self {
        let store = &school.service.store;
        let mut transaction = store.begin_write().await.unwrap();
        let account = by_id(&mut transaction, school.ana()).await.unwrap().unwrap();
        let opened = session::open(&mut transaction, SystemClock.now(), &account).await.unwrap();
        transaction.commit().await.unwrap();
        Self { client: Client::new(), token: opened.token }
    }

    async fn start(&self, program: &Program) -> Value {
        let url = format!("{}/api/v1/assessments/levelling/attempts", program.address);
        let response = self.client.post(url).bearer_auth(&self.token).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }

    async fn step(&self, program: &Program, attempt: &str) -> Value {
        let url = format!("{}/api/v1/attempts/{attempt}/step", program.address);
        self.client.get(url).bearer_auth(&self.token).send().await.unwrap().json().await.unwrap()
    }

    /// The next step, or nothing when the program did not live to answer.
    async fn answer(&self, program: &Program, step: &Value) -> Option<Value> {
        let url = format!("{}/api/v1/attempts/{}/answers", program.address, attempt(step));
        let answer = json!({ "type": "choice", "choice": "right" });
        let body = json!({ "item_id": step["show"]["item_id"], "answer": answer });
        let response = self.client.post(url).bearer_auth(&self.token).json(&body).send().await.ok()?;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.ok()
    }
}

fn attempt(step: &Value) -> &str {
    step["attempt_id"].as_str().unwrap()
}

#[tokio::test]
async fn after_kill_9_a_student_goes_on_at_the_very_item() {
    for school in schools().await {
        let student = Student::sign_in(&school).await;
        let program = Program::serve(&school.database.address);
        let first = student.start(&program).await;
        let mut step = first.clone();
        let mut before = first;
        for _ in 0..4 {
            before = step;
            step = student.answer(&program, &before).await.unwrap();
        }
        program.kill();

        let program = Program::serve(&school.database.address);
        assert_eq!(student.step(&program, attempt(&step)).await, step, "nothing acknowledged is lost");
        assert_eq!(
            student.answer(&program, &before).await.as_ref(),
            Some(&step),
            "sent again, it changes nothing"
        );
        while step["show"]["kind"] == "item" {
            step = student.answer(&program, &step).await.unwrap();
        }
        assert_eq!(step["state"], "completed");
        program.kill();
        assert!(school.replays(&AttemptId::from(attempt(&step))).await);
    }
}

#[tokio::test]
async fn an_answer_that_the_crash_overtook_is_sent_again_and_stands_once() {
    for school in schools().await {
        let student = Student::sign_in(&school).await;
        let program = Program::serve(&school.database.address);
        let first = student.start(&program).await;
        let second = student.answer(&program, &first).await.unwrap();
        // The answer and the end of the program meet somewhere on the way: in the socket, in the engine, in the log.
        let (_, ()) = tokio::join!(student.answer(&program, &second), async {
            tokio::task::yield_now().await;
            let _ = student.client.get(format!("{}/healthz", program.address)).send().await;
            program.kill();
        });
        let program = Program::serve(&school.database.address);
        let third = student.answer(&program, &second).await.unwrap();
        assert_eq!(third["answered"], 2);
        assert_eq!(student.step(&program, attempt(&third)).await, third);
        program.kill();
        assert!(school.replays(&AttemptId::from(attempt(&third))).await);
    }
}
