//! A running `waymark serve`, ended without warning when the test says so.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

/// A running program.
pub struct Program {
    child: Mutex<Child>,
    /// `http://127.0.0.1:PORT`
    pub address: String,
}

impl Program {
    /// Serves this database on a free port; returns when it listens.
    pub fn serve(database: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_waymark"))
            .arg("serve")
            .env("WAYMARK_DATABASE_URL", database)
            .env("WAYMARK_LISTEN", "127.0.0.1:0")
            .env("WAYMARK_LOG", "error")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stderr.take().expect("standard error is piped")).lines();
        let first = lines.next().expect("the program says where it listens").expect("its words are text");
        let address =
            first.strip_prefix("Waymark listens on ").unwrap_or_else(|| panic!("{first}")).to_owned();
        // Whoever stops reading fills the pipe, and then the program waits.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child: Mutex::new(child), address }
    }

    /// Ends it as a power cut would: kill -9.
    pub fn kill(&self) {
        let mut child = self.child.lock().expect("nobody panicked with the program in hand");
        child.kill().expect("the program is running");
        child.wait().expect("the program ends");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if let Ok(child) = self.child.get_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
