//! The items two banks share, and the link of their scales.

use std::collections::HashSet;
use std::path::Path;

use anyhow::anyhow;
use calibration::ItemParameters;
use calibration::linking::{
    AnchorCheck, CommonItem, Direction, Link, LinkErrors, LinkingMethod, Outliers, Symmetry, check_anchors,
    directions_from_standard_errors, link_errors,
};
use clap::{Args, ValueEnum};
use item_bank::{Bank, StandardErrors};

use crate::cli::CommandError;

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
    let (mut items, mut errors) = (Vec::new(), Vec::<(StandardErrors, StandardErrors)>::new());
    for own in banks.from.1.items() {
        let id = own.id.as_str();
        let (Some(model), Some(other)) = (&own.model, banks.to.1.item(id)) else { continue };
        let Some(kept) = &other.model else { continue };
        if wanted.is_empty() || wanted.contains(id) {
            let [from, to] = [model, kept].map(ItemParameters::from_response_model);
            items.push(CommonItem { id: id.to_owned(), from, to });
            let known = |errors: &Option<StandardErrors>| errors.clone().unwrap_or_default();
            errors.push((known(&own.standard_errors), known(&other.standard_errors)));
        }
    }
    let directions = directions_from_standard_errors(&items, &errors);
    Ok(CommonItems { items, directions })
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
