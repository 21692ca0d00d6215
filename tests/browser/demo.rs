//! A running `waymark demo` with a school of its own.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// How long the school may take to be made, in tenths of a second.
const TENTHS_MAX: u32 = 1_200;

/// A demonstration school, taken away with this value.
pub struct Demo {
    child: Child,
    port: u16,
    /// `http://127.0.0.1:PORT`
    pub address: String,
    folder: TempDir,
}

impl Demo {
    /// Makes the school and waits until it is served.
    pub async fn start() -> Self {
        let port = free_port();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let child = run(port, &folder);
        let demo = Self { child, port, address: format!("http://127.0.0.1:{port}"), folder };
        demo.ready().await;
        demo
    }

    /// Ends the server at once, as a crash would.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Serves the same school at the same address again.
    pub async fn start_again(&mut self) {
        self.child = run(self.port, &self.folder);
        self.ready().await;
    }

    async fn ready(&self) {
        for _ in 0..TENTHS_MAX {
            if reqwest::get(format!("{}/readyz", self.address))
                .await
                .is_ok_and(|ready| ready.status().is_success())
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the demo was not ready after {} s", TENTHS_MAX / 10);
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(port: u16, folder: &TempDir) -> Child {
    Command::new(env!("CARGO_BIN_EXE_waymark"))
        .arg("demo")
        .arg("--data")
        .arg(folder.path())
        .env_remove("WAYMARK_DATABASE_URL")
        .env("WAYMARK_LISTEN", format!("127.0.0.1:{port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts")
}

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("a bound listener has an address").port()
}
