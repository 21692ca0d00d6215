//! What `waymark fit` is told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::evidence::{ChoicesArguments, EstimationArguments, ResponsesArguments};
use crate::cli::threads::ThreadArguments;

/// Arguments of `waymark fit`.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes item_fit.csv, person_fit.csv, local_dependence.csv, classical.csv, summary.json and report.html into the folder
--out names, and response_times.csv where a long file has timestamps. Infit and outfit compare each answer with what the
examinee's other answers predict (infit_eap and outfit_eap: with the EAP estimate plugged in, as other programs do); an item is called
misfitting where one of them is outside 0.7 to 1.3 and significant at 0.01 after adjustment. S-X2 (up to 120 items), M2,
RMSEA, SRMSR, TLI and CFI (up to 100 items) need examinees who answered every item.

Examples:
  waymark fit responses.csv --model 2pl --out fit             (estimates, then looks at the fit)
  waymark fit responses.csv --model 3pl --prior-guessing beta:5,17 --quadrature 61 --quadrature-range 6 --out fit
  waymark fit responses.csv --bank bank.json --out fit        (parameters as the bank has them)
  waymark fit responses.csv --model 3pl --choices options.csv --key key.csv --out fit   (who chose which option)
  waymark fit responses.csv --bank bank.json --model 2pl --out fit --format json   (items the bank lacks are estimated)")]
pub struct Arguments {
    #[command(flatten)]
    pub(super) responses: ResponsesArguments,
    #[command(flatten)]
    pub(super) estimation: EstimationArguments,
    #[command(flatten)]
    pub(super) choices: ChoicesArguments,
    /// Whether the latent mean and variance are estimated where a bank gives the parameters.
    #[arg(long, value_enum, default_value_t = LatentArgument::Estimate, requires = "bank")]
    pub(super) latent: LatentArgument,
    #[command(flatten)]
    pub(super) threads: ThreadArguments,
    /// The folder to write into; made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
}

/// The latent distribution of a fit to given parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LatentArgument {
    /// Normal, mean and variance estimated.
    Estimate,
    /// Standard normal.
    Standard,
}
