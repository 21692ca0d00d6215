//! How many threads a computation may use: one option, the same for every command that has it.

use clap::Args;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::CommandError;

/// More threads than any machine has processors for only wait for each other.
const THREADS_MAX: i64 = 512;

/// The option `--threads`.
#[derive(Debug, Clone, Copy, Args)]
pub struct ThreadArguments {
    /// Threads to use [default: one a processor]; the result does not depend on it.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=THREADS_MAX))]
    threads: Option<u16>,
}

impl ThreadArguments {
    /// The threads, ready to work.
    ///
    /// # Errors
    /// Failed: the machine does not give them.
    pub fn pool(self) -> Result<ThreadPool, CommandError> {
        let mut pool = ThreadPoolBuilder::new();
        if let Some(threads) = self.threads {
            pool = pool.num_threads(usize::from(threads));
        }
        pool.build().map_err(CommandError::failed)
    }
}
