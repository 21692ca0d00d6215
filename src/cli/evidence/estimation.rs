//! How parameters are estimated: one set of options, the same for every command that estimates.

use anyhow::{Context, anyhow, bail};
use calibration::{Algorithm, Calibration, CalibrationPlan, Grid, GridChoice, GridWarning, ItemPlan, Prior};
use clap::{Args, ValueEnum};

/// What a plan is told where nothing is said of it.
const TOLERANCE: f64 = 1e-6;
const NODES: usize = 61;
const RANGE: f64 = 6.0;

/// The grid that integrals over ability are taken on, and how closely the maximum is sought.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct PrecisionArguments {
    /// Number of equally spaced quadrature nodes [default: at least 61, chosen from the examinees].
    #[arg(long, value_name = "N")]
    quadrature: Option<usize>,
    /// The nodes span [-R, R] logits [default: 6; without --quadrature as far as groups and examinees need].
    #[arg(long, value_name = "R")]
    quadrature_range: Option<f64>,
    /// Largest change of a parameter, were one more step taken, at which iteration stops [default: 1e-6].
    #[arg(long)]
    tolerance: Option<f64>,
}

impl PrecisionArguments {
    /// Puts them into a plan.
    pub(in crate::cli) fn apply(&self, plan: &mut CalibrationPlan) -> anyhow::Result<()> {
        plan.tolerance = self.tolerance.unwrap_or(TOLERANCE);
        plan.grid = match (self.quadrature, self.quadrature_range) {
            (None, None) => GridChoice::FromInformation,
            (nodes, range) => GridChoice::Stated(Grid::new(nodes.unwrap_or(NODES), range.unwrap_or(RANGE))?),
        };
        Ok(())
    }

    /// Whether any of them is given.
    pub(in crate::cli) fn is_given(&self) -> bool {
        self.quadrature.is_some() || self.quadrature_range.is_some() || self.tolerance.is_some()
    }
}

/// Priors, precision and how the likelihood is climbed.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct EstimationArguments {
    /// Prior on slopes: normal:MEAN,SD, lognormal:MEAN,SD or none.
    #[arg(long, value_name = "PRIOR")]
    prior_slope: Option<String>,
    /// Prior on intercepts.
    #[arg(long, value_name = "PRIOR")]
    prior_intercept: Option<String>,
    /// Prior on guessing: normal:MEAN,SD of its logit, beta:ALPHA,BETA of itself, or none [3pl, 4pl: normal:-1.386294361,0.5].
    #[arg(long, value_name = "PRIOR")]
    prior_guessing: Option<String>,
    /// Prior on the upper asymptote, as for guessing [4pl: normal:3,0.5].
    #[arg(long, value_name = "PRIOR")]
    prior_upper: Option<String>,
    #[command(flatten)]
    precision: PrecisionArguments,
    /// The most passes over the responses.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..))]
    cycles: u32,
    /// How the likelihood is climbed.
    #[arg(long, value_enum, default_value_t = AlgorithmArgument::QuasiNewton)]
    algorithm: AlgorithmArgument,
}

/// How the likelihood is climbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AlgorithmArgument {
    /// EM, then quasi-Newton steps.
    QuasiNewton,
    /// EM with squared extrapolation.
    Squarem,
    /// EM alone.
    Em,
}

impl EstimationArguments {
    /// Puts them into a plan; priors are for its items that are estimated.
    pub(in crate::cli) fn apply(&self, plan: &mut CalibrationPlan) -> anyhow::Result<()> {
        self.precision.apply(plan)?;
        self.set_priors(&mut plan.items)?;
        plan.cycles_max = self.cycles;
        plan.algorithm = match self.algorithm {
            AlgorithmArgument::QuasiNewton => Algorithm::QuasiNewton,
            AlgorithmArgument::Squarem => Algorithm::Squarem,
            AlgorithmArgument::Em => Algorithm::Em,
        };
        Ok(())
    }

    fn set_priors(&self, items: &mut [ItemPlan]) -> anyhow::Result<()> {
        let given = |text: &Option<String>, name: &str| -> anyhow::Result<Option<Option<Prior>>> {
            text.as_deref().map(|text| prior(text).with_context(|| format!("--prior-{name}"))).transpose()
        };
        let slope = given(&self.prior_slope, "slope")?;
        let intercept = given(&self.prior_intercept, "intercept")?;
        let guessing = given(&self.prior_guessing, "guessing")?;
        let upper = given(&self.prior_upper, "upper")?;
        if [slope, intercept].iter().flatten().any(|prior| matches!(prior, Some(Prior::Beta(..)))) {
            bail!("a beta prior is for guessing and the upper asymptote only");
        }
        let log_normal = |prior: &Option<Prior>| matches!(prior, Some(Prior::LogNormal(..)));
        if [intercept, guessing, upper].iter().flatten().any(log_normal) {
            bail!("a lognormal prior is for slopes only");
        }
        for item in items {
            item.priors.slope = slope.unwrap_or(item.priors.slope);
            item.priors.intercept = intercept.unwrap_or(item.priors.intercept);
            item.priors.guessing = guessing.unwrap_or(item.priors.guessing);
            item.priors.upper = upper.unwrap_or(item.priors.upper);
        }
        Ok(())
    }
}

fn prior(text: &str) -> anyhow::Result<Option<Prior>> {
    if text == "none" {
        return Ok(None);
    }
    let malformed =
        || anyhow!("expected normal:MEAN,SD, lognormal:MEAN,SD, beta:ALPHA,BETA or none, got {text:?}");
    let (kind, numbers) = text.split_once(':').ok_or_else(malformed)?;
    let (first, second) = numbers.split_once(',').ok_or_else(malformed)?;
    let number =
        |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(malformed);
    let (first, second) = (number(first)?, number(second)?);
    let prior = match kind {
        "normal" => Prior::Normal(first, second),
        "lognormal" => Prior::LogNormal(first, second),
        "beta" => Prior::Beta(first, second),
        _ => return Err(malformed()),
    };
    Ok(Some(prior.checked()?))
}

/// How a grid falls short, for people.
pub(in crate::cli) fn grid_warning(warning: &GridWarning) -> String {
    format!("warning: {warning}")
}

/// The warnings about an estimation that people should read before its results.
pub(in crate::cli) fn estimation_warnings(calibration: &Calibration) -> Vec<String> {
    let unconverged = "warning: the estimation did not converge";
    let first = (!calibration.converged()).then(|| unconverged.to_owned());
    first.into_iter().chain(calibration.grid_warnings().iter().map(grid_warning)).collect()
}
