//! The items two banks share, and the link of their scales.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, anyhow};
use calibration::ItemParameters;
use calibration::linking::{
    AnchorCheck, CommonItem, Direction, Link, LinkErrors, LinkingMethod, Outliers, ParameterCovariance, Side,
    Symmetry, check_anchors, directions_from_covariance, directions_from_standard_errors, link_errors,
    standard_error_of,
};
use clap::{Args, ValueEnum};
use item_bank::{Bank, StandardErrors};

use crate::cli::CommandError;
use crate::cli::bank_input::read_text;

/// The file of covariances that stands beside a calibrated bank, and the most it may hold.
const COVARIANCE_FILE: &str = "covariance.csv";
const COVARIANCE_BYTES_MAX: usize = 1 << 30;
/// Standard errors of a bank and of the covariances beside it agree to this, or they are not of one calibration.
const AGREEMENT: f64 = 1e-6;

/// How two scales are linked.
#[derive(Debug, Args)]
pub(in crate::cli) struct LinkingArguments {
    /// How the constants are found.
    #[arg(long, value_enum, default_value_t = MethodArgument::StockingLord)]
    pub(in crate::cli) method: MethodArgument,
    /// Common items to link by, separated by commas [default: all that both banks have parameters for].
    #[arg(long, value_delimiter = ',', value_name = "ITEMS")]
    pub(in crate::cli) anchors: Vec<String>,
    /// A common item stands out where its robust z is beyond this.
    #[arg(long, default_value_t = 2.7)]
    pub(in crate::cli) limit: f64,
}

/// How the constants are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum MethodArgument {
    /// Means of slopes and difficulties.
    MeanMean,
    /// Means of difficulties, geometric means of slopes.
    MeanGeometricMean,
    /// Means and standard deviations of difficulties.
    MeanSigma,
    /// Item characteristic curves.
    Haebara,
    /// Item characteristic curves, on both scales.
    HaebaraSymmetric,
    /// Test characteristic curves.
    StockingLord,
    /// Test characteristic curves, on both scales.
    StockingLordSymmetric,
}

impl MethodArgument {
    pub(in crate::cli) fn method(self) -> LinkingMethod {
        match self {
            Self::MeanMean => LinkingMethod::MeanMean,
            Self::MeanGeometricMean => LinkingMethod::MeanGeometricMean,
            Self::MeanSigma => LinkingMethod::MeanSigma,
            Self::Haebara => LinkingMethod::Haebara(Symmetry::StayingScale),
            Self::HaebaraSymmetric => LinkingMethod::Haebara(Symmetry::BothScales),
            Self::StockingLord => LinkingMethod::StockingLord(Symmetry::StayingScale),
            Self::StockingLordSymmetric => LinkingMethod::StockingLord(Symmetry::BothScales),
        }
    }
}

/// Two banks' common items and how their parameters vary.
pub(in crate::cli) struct CommonItems {
    pub(in crate::cli) items: Vec<CommonItem>,
    pub(in crate::cli) directions: Vec<Direction>,
    /// Files of covariances that were used.
    pub(in crate::cli) covariances: Vec<String>,
}

/// Two banks, each with the file it came from.
#[derive(Clone, Copy)]
pub(in crate::cli) struct TwoBanks<'a> {
    pub(in crate::cli) from: (&'a Path, &'a Bank),
    pub(in crate::cli) to: (&'a Path, &'a Bank),
}

/// Items that both banks have parameters for, in the order of the bank that is moved; `anchors` names them where it is
/// not empty.
pub(in crate::cli) fn common_items(
    arguments: &LinkingArguments,
    banks: TwoBanks<'_>,
) -> Result<CommonItems, CommandError> {
    let refuse = |path: &Path, id: &str| {
        CommandError::Refused(anyhow!("{}: there are no parameters for anchor {id:?}", path.display()))
    };
    for id in &arguments.anchors {
        for (path, bank) in [banks.from, banks.to] {
            if bank.item(id).and_then(|item| item.model.as_ref()).is_none() {
                return Err(refuse(path, id));
            }
        }
    }
    let wanted: HashSet<&str> = arguments.anchors.iter().map(String::as_str).collect();
    let (mut items, mut errors) = (Vec::new(), [Vec::new(), Vec::new()]);
    for own in banks.from.1.items() {
        let id = own.id.as_str();
        let (Some(model), Some(other)) = (&own.model, banks.to.1.item(id)) else { continue };
        let Some(kept) = &other.model else { continue };
        if wanted.is_empty() || wanted.contains(id) {
            let [from, to] = [model, kept].map(ItemParameters::from_response_model);
            items.push(CommonItem { id: id.to_owned(), from, to });
            let known = |errors: &Option<StandardErrors>| errors.clone().unwrap_or_default();
            errors[0].push(known(&own.standard_errors));
            errors[1].push(known(&other.standard_errors));
        }
    }
    let (mut directions, mut covariances) = (Vec::new(), Vec::new());
    for ((side, bank), errors) in [(Side::From, banks.from), (Side::To, banks.to)].into_iter().zip(&errors) {
        match covariance_beside(bank)? {
            Some((file, covariance)) => {
                let found = directions_from_covariance(&items, &covariance, side);
                directions.extend(found.with_context(|| file.clone()).map_err(CommandError::Refused)?);
                covariances.push(file);
            }
            None => directions.extend(directions_from_standard_errors(&items, errors, side)),
        }
    }
    Ok(CommonItems { items, directions, covariances })
}

/// The covariances in the folder of a bank, if there are any; refused where they are not those of the bank.
fn covariance_beside(
    (path, bank): (&Path, &Bank),
) -> Result<Option<(String, ParameterCovariance)>, CommandError> {
    let file = path.with_file_name(COVARIANCE_FILE);
    if !file.is_file() {
        return Ok(None);
    }
    let shown = file.display().to_string();
    let text = read_text(&file, COVARIANCE_BYTES_MAX)?;
    let read = ParameterCovariance::from_csv(&text);
    let covariance = read.with_context(|| shown.clone()).map_err(CommandError::Refused)?;
    for (id, parameter, error) in covariance.standard_errors() {
        let Some(item) = bank.item(id) else { continue };
        let errors = item.standard_errors.as_ref();
        let known = errors.and_then(|errors| standard_error_of(errors, parameter));
        if known.is_none_or(|known| (error - known).abs() > AGREEMENT * known) {
            let path = path.display();
            return Err(CommandError::Refused(anyhow!(
                "{shown}: the covariances are not those of {path}: the standard error of item {id:?}, {parameter} is {error} here and {known:?} there"
            )));
        }
    }
    Ok(Some((shown, covariance)))
}

/// The link of the common items, with or without those that stand out, every item's check, and the constants' standard
/// errors where the banks give any.
pub(in crate::cli) fn linked(
    arguments: &LinkingArguments,
    common: &CommonItems,
    outliers: Outliers,
) -> Result<(Link, Vec<AnchorCheck>, Option<LinkErrors>), CommandError> {
    let method = arguments.method.method();
    if arguments.limit.is_nan() || arguments.limit <= 0.0 {
        let error = anyhow!("--limit must be above 0, got {}", arguments.limit);
        return Err(CommandError::Refused(error));
    }
    let (found, checks) =
        check_anchors(&common.items, method, arguments.limit, outliers).map_err(CommandError::refused)?;
    if common.directions.is_empty() {
        return Ok((found, checks, None));
    }
    let kept: Vec<usize> = (0..checks.len()).filter(|&item| !checks[item].left_out).collect();
    let items: Vec<CommonItem> = kept.iter().map(|&item| common.items[item].clone()).collect();
    let directions: Vec<Direction> =
        common.directions.iter().filter_map(|direction| direction.for_items(&kept)).collect();
    let errors = link_errors(&items, method, &directions).map_err(CommandError::refused)?;
    Ok((found, checks, Some(errors)))
}
