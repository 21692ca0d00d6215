//! How a command ends when it does not succeed.

use std::fmt;
use std::process::ExitCode;

/// Why a command was not done. Refused: the caller can change the input. Failed: the machine could not.
#[derive(Debug)]
pub enum CommandError {
    /// The input is refused; exit code 1.
    Refused(anyhow::Error),
    /// Something the input has no part in went wrong; exit code 2.
    Failed(anyhow::Error),
}

impl CommandError {
    /// The input is refused.
    pub fn refused(error: impl Into<anyhow::Error>) -> Self {
        Self::Refused(error.into())
    }

    /// Something the input has no part in went wrong.
    pub fn failed(error: impl Into<anyhow::Error>) -> Self {
        Self::Failed(error.into())
    }

    /// What is wrong, whoever is to blame.
    #[must_use]
    pub fn into_error(self) -> anyhow::Error {
        let (Self::Refused(error) | Self::Failed(error)) = self;
        error
    }

    /// The exit code of the program.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Refused(_) => ExitCode::from(1),
            Self::Failed(_) => ExitCode::from(2),
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Refused(error) | Self::Failed(error)) = self;
        write!(formatter, "{error:#}")
    }
}
