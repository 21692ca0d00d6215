//! What `waymark calibrate` is told.

use std::path::PathBuf;

use calibration::ItemModel;
use clap::{Args, ValueEnum};

use crate::cli::evidence::{EstimationArguments, RapidGuesses};
use crate::cli::threads::ThreadArguments;

/// Arguments of `waymark calibrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes parameters.csv, summary.json, scores.csv, bank.json and report.html into the folder --out names.
RESPONSES is a CSV file: a line an examinee and a column an item (optionally a first column `examinee`, or person, student,
id), or the long form with columns examinee,item,score (or person, student, id; response) in any order,
where a column timestamp_ms tells rapid guesses. Scores are integers from 0; blank or NA means not administered.
parameters.csv has a, b, c and d of an item (P = c + (d - c) / (1 + exp(-a (theta - b)))), or a and b1, b2 ...; of a nominal item a1,
a2 ... and b1, b2 ..., slopes and intercepts of score 0, 1 ... (P(k) in proportion to exp(a_k theta + b_k)): those of score 0 are 0.

Examples:
  waymark calibrate responses.csv --model 2pl --out calibrated
  waymark calibrate responses.csv --model 3pl --prior-guessing beta:5,17 --out calibrated
  waymark calibrate responses.csv --model gpcm --quadrature 61 --quadrature-range 6 --threads 2 --out calibrated
  waymark calibrate new.csv --model 2pl --fixed bank.json --out calibrated   (onto the scale of a bank)
  waymark calibrate both.csv --model 2pl --group cohort --out calibrated      (a latent distribution a group)")]
pub struct Arguments {
    /// The response file; `-` is standard input.
    #[arg(value_name = "RESPONSES")]
    pub(super) responses: PathBuf,
    /// The model of every item: rasch, 1pl, 2pl, 3pl, 4pl, grm, pcm, gpcm, rsm or nominal.
    #[arg(long)]
    pub(super) model: ItemModel,
    /// A CSV file with columns item,model for items of another model.
    #[arg(long, value_name = "FILE")]
    pub(super) item_models: Option<PathBuf>,
    /// A bank: a JSON bank file, or a table of parameters (.csv); items that it has parameters for keep them, and the latent mean and variance are estimated.
    #[arg(long, value_name = "BANK")]
    pub(super) fixed: Option<PathBuf>,
    /// Whether answers faster than a tenth of their item's mean time count, where a long file has timestamps.
    #[arg(long, value_enum, default_value_t)]
    pub(super) rapid_guesses: RapidGuesses,
    /// The column that names each examinee's group.
    #[arg(long, value_name = "COLUMN")]
    pub(super) group: Option<String>,
    /// The group whose latent distribution sets the scale [default: the first in the file].
    #[arg(long, value_name = "GROUP", requires = "group")]
    pub(super) reference: Option<String>,
    /// The column that holds sampling weights.
    #[arg(long, value_name = "COLUMN")]
    pub(super) weight: Option<String>,
    /// A column to pass over; may be given several times.
    #[arg(long, value_name = "COLUMN")]
    pub(super) ignore: Vec<String>,
    #[command(flatten)]
    pub(super) estimation: EstimationArguments,
    /// The shape of the latent distribution.
    #[arg(long, value_enum, default_value_t = LatentArgument::Normal)]
    pub(super) latent: LatentArgument,
    /// Whether standard errors are computed.
    #[arg(long, value_enum, default_value_t = ErrorsArgument::Observed)]
    pub(super) standard_errors: ErrorsArgument,
    /// Also write covariance.csv, the covariances of all parameters, for the standard errors of `waymark link`.
    #[arg(long)]
    pub(super) covariance: bool,
    /// Whether the report looks at item fit and, with --group, at differential item functioning.
    #[arg(long, value_enum, default_value_t = FitArgument::Auto)]
    pub(super) fit: FitArgument,
    #[command(flatten)]
    pub(super) threads: ThreadArguments,
    /// The folder to write into; made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
}

/// The shape of the latent distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LatentArgument {
    /// Normal.
    Normal,
    /// A weight for every node, estimated.
    Histogram,
}

/// Whether standard errors are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ErrorsArgument {
    /// From the observed information.
    Observed,
    /// None.
    None,
}

/// Whether the report looks at fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FitArgument {
    /// Up to ten million answers.
    Auto,
    /// Always.
    Yes,
    /// Never.
    No,
}
