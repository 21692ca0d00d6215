//! Throughput and latencies of one run.

use std::time::Duration;

/// What one run showed.
pub struct Figures {
    wall: Duration,
    sorted: Vec<Duration>,
}

impl Figures {
    /// From the time of the whole run and every latency in it.
    pub fn new(wall: Duration, latencies: Vec<Duration>) -> Self {
        let mut sorted = latencies;
        sorted.sort();
        Self { wall, sorted }
    }

    /// Requests a second.
    pub fn per_second(&self) -> f64 {
        self.sorted.len() as f64 / self.wall.as_secs_f64()
    }

    fn quantile_ms(&self, share: f64) -> f64 {
        let place = ((self.sorted.len() as f64 * share) as usize).min(self.sorted.len() - 1);
        self.sorted[place].as_secs_f64() * 1_000.0
    }
}

/// Prints one line of the table.
#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
pub fn print(name: &str, figures: &Figures) {
    println!(
        "{name:32} {:8.0} a second   p50 {:7.2} ms   p99 {:7.2} ms",
        figures.per_second(),
        figures.quantile_ms(0.5),
        figures.quantile_ms(0.99),
    );
}

/// Prints the ratio that has a target.
#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
pub fn ratio(engine: &str, ratio: f64) {
    println!("{engine} answer / bare handler: {ratio:.2} (target: at least 0.50)");
}

/// Prints where the database is: its disk is most of what is measured.
#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
pub fn heading(engine: &str, address: &str) {
    println!("{engine} at {address}");
}
