//! What `waymark dif` is told.

use std::path::PathBuf;

use calibration::dif::{GroupPair, ModelTestKind};
use clap::{Args, ValueEnum};

use crate::cli::evidence::{EstimationArguments, ResponsesArguments};
use crate::cli::threads::ThreadArguments;

/// Arguments of `waymark dif`.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes dif.csv, summary.json and report.html into the folder --out names. Mantel-Haenszel with the classes A, B and C
of ETS (for items with more than two scores Mantel's test and the standardised mean difference) and logistic regression are always
made; --test adds a likelihood-ratio or a Wald test with the model that --model names. Probabilities are also given adjusted
for the number of items (Benjamini & Hochberg). Items with fewer answers than --minimum in a group are not compared.

--match-on ability is for tests that are adaptive or incomplete by design: examinees are matched by weighted likelihood
estimates from all their answers, in narrow strata over which each is spread by a standard error.

Priors, quadrature and tolerance are those of the models that --match-on ability and --test estimate.

Examples:
  waymark dif responses.csv --group country --reference AUS --focal JPN --out dif
  waymark dif responses.csv --group country --reference AUS --out dif     (every other group, each with AUS)
  waymark dif responses.csv --group country --reference AUS --focal JPN --match-on ability --model 2pl --out dif
  waymark dif responses.csv --group gender --reference f --focal m --model grm --test likelihood-ratio --purify --out dif
  waymark dif responses.csv --group gender --reference f --focal m --model 2pl --test wald --anchors i1,i2,i3 --out dif
  waymark dif responses.csv --group gender --reference f --focal m --model 3pl --prior-guessing beta:5,17 --quadrature 61 --test wald --purify --out dif")]
pub struct Arguments {
    #[command(flatten)]
    pub(super) responses: ResponsesArguments,
    #[command(flatten)]
    pub(super) estimation: EstimationArguments,
    /// The column that names each examinee's group.
    #[arg(long, value_name = "COLUMN")]
    pub(super) group: String,
    /// The group that others are compared with [default: the first in the file].
    #[arg(long, value_name = "GROUP")]
    pub(super) reference: Option<String>,
    /// The group that is compared; may be given several times [default: every other group with enough examinees].
    #[arg(long, value_name = "GROUP")]
    pub(super) focal: Vec<String>,
    /// Fewest examinees of a group, and fewest answers to an item in a group.
    #[arg(long, default_value_t = GroupPair::EXAMINEES_MIN)]
    pub(super) minimum: usize,
    /// What examinees are matched on; ability (for adaptive tests) needs --model or --bank.
    #[arg(long, value_enum, default_value_t = MatchArgument::Total)]
    pub(super) match_on: MatchArgument,
    /// Leave flagged items out of the matching score or ability, and of the anchors.
    #[arg(long)]
    pub(super) purify: bool,
    /// A test with the model as well.
    #[arg(long, value_enum, requires = "model")]
    pub(super) test: Option<TestArgument>,
    /// Items taken to work alike, separated by commas [default: all but the tested one].
    #[arg(long, value_delimiter = ',', value_name = "ITEMS", requires = "test")]
    pub(super) anchors: Vec<String>,
    #[command(flatten)]
    pub(super) threads: ThreadArguments,
    /// The folder to write into; made if it is not there.
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
}

/// What examinees are matched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum MatchArgument {
    /// The total score of examinees who answered everything.
    Total,
    /// The estimated ability.
    Ability,
}

/// A test with a response model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TestArgument {
    /// Likelihood ratio: two calibrations an item.
    LikelihoodRatio,
    /// Wald: one calibration.
    Wald,
}

impl TestArgument {
    pub(super) fn kind(self) -> ModelTestKind {
        match self {
            Self::LikelihoodRatio => ModelTestKind::LikelihoodRatio,
            Self::Wald => ModelTestKind::Wald,
        }
    }
}
