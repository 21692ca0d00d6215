//! Students on keep-alive connections: the least HTTP there is, so that what is measured is the server.

use std::time::{Duration, Instant};

use item_bank::Answer;
use rand::SeedableRng;
use rand_pcg::Pcg64;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use waymark::delivery::demo::simulated_answer;

use super::school::{School, Sitting};
use super::servers::{Kind, Running};

/// How fast one student answers.
#[derive(Clone, Copy)]
pub enum Pace {
    /// As soon as the next question is there.
    AsFastAsPossible,
    /// One answer in this time.
    Every(Duration),
}

/// Answers so many questions; the time from sending each to having the next.
pub async fn answer(
    server: &Running,
    school: &School,
    sitting: Sitting,
    (answers, pace): (usize, Pace),
) -> Vec<Duration> {
    let mut connection = Connection::open(server, &sitting.token).await;
    let mut random = Pcg64::seed_from_u64(sitting.number as u64);
    let mut item = sitting.item;
    let mut latencies = Vec::with_capacity(answers);
    let begin = Instant::now();
    for count in 0..answers {
        if let Pace::Every(gap) = pace {
            let phase = gap.mul_f64(sitting.number as f64 / 64.0);
            tokio::time::sleep_until((begin + phase + gap * count as u32).into()).await;
        }
        let content =
            school.bank.item(&item).and_then(|item| item.content.as_ref()).expect("an item with content");
        let answer: Answer = simulated_answer(content, u32::from(count % 2 == 0), &mut random);
        let body = json!({ "item_id": item, "answer": answer }).to_string();
        let path = match server.kind {
            Kind::Full => format!("/api/v1/attempts/{}/answers", sitting.attempt),
            Kind::Bare => format!("/bare/{}", sitting.attempt),
        };
        let sent = Instant::now();
        let next = connection.post(&path, &body).await;
        latencies.push(sent.elapsed());
        if let Some(shown) = next["show"]["item_id"].as_str() {
            shown.clone_into(&mut item);
        }
    }
    latencies
}

/// A keep-alive connection of one student.
pub struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Connection {
    /// Connects.
    pub async fn open(server: &Running, token: &str) -> Self {
        let stream = TcpStream::connect(&server.address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a TCP connection");
        let head = format!(
            "Host: {}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n",
            server.address
        );
        Self { stream: BufReader::new(stream), head }
    }

    /// Sends a body and reads the answer, which must be a success.
    pub async fn post(&mut self, path: &str, body: &str) -> Value {
        let request =
            format!("POST {path} HTTP/1.1\r\n{}Content-Length: {}\r\n\r\n{body}", self.head, body.len());
        self.stream.write_all(request.as_bytes()).await.expect("the server reads");
        let mut line = String::new();
        self.stream.read_line(&mut line).await.expect("the server answers");
        let is_done = line.starts_with("HTTP/1.1 20");
        let mut length = 0;
        loop {
            let mut header = String::new();
            self.stream.read_line(&mut header).await.expect("the server answers");
            if header.trim().is_empty() {
                break;
            }
            if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).await.expect("the server answers");
        assert!(is_done, "{line}{}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}
