//! What makes a set of numbers not the parameters of an item.

use super::bounds::{MAXIMUM_CATEGORIES, MAXIMUM_DISCRIMINATION, MAXIMUM_LOCATION, MAXIMUM_NOMINAL_SLOPE};

/// A parameter outside the range its model allows, with the value that was given.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParameterError {
    /// a of a logistic model.
    #[error("discrimination must be in (0, {MAXIMUM_DISCRIMINATION}], got {0}")]
    Discrimination(f64),
    /// b of a logistic model, a category boundary or a step difficulty.
    #[error("difficulty must be in [-{MAXIMUM_LOCATION}, {MAXIMUM_LOCATION}], got {0}")]
    Difficulty(f64),
    /// c of the three- and four-parameter models.
    #[error("guessing must be in [0, 1), got {0}")]
    Guessing(f64),
    /// d of the four-parameter model.
    #[error("upper asymptote must be in (guessing, 1] = ({guessing}, 1], got {upper}")]
    UpperAsymptote {
        /// c, the lower asymptote.
        guessing: f64,
        /// d as given.
        upper: f64,
    },
    /// The boundaries of a graded item must increase strictly.
    #[error("category boundaries must ascend, got {second} after {first}")]
    BoundaryOrder {
        /// The earlier boundary.
        first: f64,
        /// The boundary that is not above it.
        second: f64,
    },
    /// Too few or too many score categories.
    #[error("an item has 2 to {MAXIMUM_CATEGORIES} categories, got {0}")]
    Categories(usize),
    /// A slope of the nominal model.
    #[error("nominal slope must be in [-{MAXIMUM_NOMINAL_SLOPE}, {MAXIMUM_NOMINAL_SLOPE}], got {0}")]
    Slope(f64),
    /// An intercept of the nominal model.
    #[error("nominal intercept must be in [-{MAXIMUM_LOCATION}, {MAXIMUM_LOCATION}], got {0}")]
    Intercept(f64),
    /// The nominal model needs one slope and one intercept for every category.
    #[error(
        "a nominal item has as many slopes as intercepts, got {slopes} slopes and {intercepts} intercepts"
    )]
    NominalLengths {
        /// How many slopes were given.
        slopes: usize,
        /// How many intercepts were given.
        intercepts: usize,
    },
    /// A nominal item whose slopes are all equal says nothing about ability.
    #[error("nominal slopes must differ, got {0} for every category")]
    EqualSlopes(f64),
    /// A parameter the named model needs is absent.
    #[error("a {model} item needs parameter {parameter}")]
    Missing {
        /// The model's name.
        model: &'static str,
        /// The parameter's name in the bank file.
        parameter: &'static str,
    },
    /// A parameter that has a value the named model fixes.
    #[error("a {model} item fixes parameter {parameter}, got {value}")]
    Fixed {
        /// The model's name.
        model: &'static str,
        /// The parameter's name in the bank file.
        parameter: &'static str,
        /// The value given.
        value: f64,
    },
    /// A list where one number belongs.
    #[error("parameter {parameter} of a {model} item is one number, got a list")]
    ListNotNumber {
        /// The model's name.
        model: &'static str,
        /// The parameter's name in the bank file.
        parameter: &'static str,
    },
    /// One number where a list belongs.
    #[error("parameter {parameter} of a {model} item is a list, got one number")]
    NumberNotList {
        /// The model's name.
        model: &'static str,
        /// The parameter's name in the bank file.
        parameter: &'static str,
    },
    /// The scaling constant of a bank file.
    #[error("scaling constant D must be in (0, 10], got {0}")]
    ScalingConstant(f64),
}
