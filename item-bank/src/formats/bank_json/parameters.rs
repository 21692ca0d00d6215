//! The fields `model`, `a`, `b`, `c`, `d` and `se` of an item.
//!
//! A dichotomous item's `b` may be a list of one and a polytomous item's `b` a number when it has one step. The
//! nominal model's intercepts stand in `b`; a list in `c` is read as the same thing.

use serde_json::Value;

use super::super::issue::Issues;
use super::super::json_node::{Object, Path, kind, number};
use crate::item::StandardErrors;
use crate::model::{ModelName, ModelParameters, NumberOrList, ParameterError, ResponseModel};

const MODELS: &str = "1PL, 2PL, 3PL, 4PL, GRM, PCM, GPCM or NRM";

type ModelAndErrors = (ResponseModel, Option<StandardErrors>);

/// The checked model at D = 1 and its standard errors; `None` when absent or refused.
pub(super) fn read_parameters(
    item: &Object<'_>,
    scaling_constant: f64,
    issues: &mut Issues,
) -> Option<ModelAndErrors> {
    let model = read_model_name(item, issues)?;
    let parameters = read_letters(item, model, issues)?;
    let checked =
        parameters.check().and_then(|_| parameters.clone().on_logistic_metric(scaling_constant)?.check());
    match checked {
        Ok(checked) => {
            let errors = read_standard_errors(item, &parameters, scaling_constant, issues);
            Some((checked, errors))
        }
        Err(error) => {
            report(item, &parameters, &error, issues);
            None
        }
    }
}

fn read_model_name(item: &Object<'_>, issues: &mut Issues) -> Option<ModelName> {
    match item.field("model") {
        None => {
            if let Some(letter) = ["a", "b", "c", "d"].iter().find(|name| item.field(name).is_some()) {
                let problem = format!("parameter {letter} without a model; expected {MODELS}");
                item.error("model", problem, issues);
            }
            None
        }
        Some(Value::String(name)) => {
            let model = ModelName::parse(name);
            if model.is_none() {
                item.error("model", format_args!("unknown model; expected {MODELS}"), issues);
            }
            model
        }
        Some(other) => {
            let problem = format!("expected {MODELS}, not {}", kind(other));
            item.error("model", problem, issues);
            None
        }
    }
}

fn is_polytomous(model: ModelName) -> bool {
    match model {
        ModelName::OnePl | ModelName::TwoPl | ModelName::ThreePl | ModelName::FourPl => false,
        ModelName::Graded
        | ModelName::PartialCredit
        | ModelName::GeneralizedPartialCredit
        | ModelName::Nominal => true,
    }
}

fn read_letters(item: &Object<'_>, model: ModelName, issues: &mut Issues) -> Option<ModelParameters> {
    let nominal = model == ModelName::Nominal;
    let intercepts_in_c = nominal && matches!(item.field("c"), Some(Value::Array(_)));
    let location = if intercepts_in_c { "c" } else { "b" };
    let a = number_or_list(item, "a", issues);
    let b = number_or_list(item, location, issues);
    let c = if intercepts_in_c { Some(None) } else { optional_number(item, "c", issues) };
    let d = optional_number(item, "d", issues);
    let b = match b? {
        Some(NumberOrList::Number(step)) if is_polytomous(model) && !nominal => {
            Some(NumberOrList::List(vec![step]))
        }
        Some(NumberOrList::List(list)) if !is_polytomous(model) && list.len() == 1 => {
            Some(NumberOrList::Number(list[0]))
        }
        other => other,
    };
    Some(ModelParameters { model, a: a?, b, c: c?, d: d? })
}

/// `None` when refused, `Some(None)` when absent.
fn optional_number(item: &Object<'_>, name: &str, issues: &mut Issues) -> Option<Option<f64>> {
    if item.field(name).is_none() {
        return Some(None);
    }
    item.number(name, issues).map(Some)
}

fn number_or_list(item: &Object<'_>, name: &str, issues: &mut Issues) -> Option<Option<NumberOrList>> {
    let path = Path::Field(item.path, name);
    match item.field(name) {
        None => Some(None),
        Some(Value::Array(values)) => {
            let mut list = Vec::with_capacity(values.len());
            for (position, value) in values.iter().enumerate() {
                list.extend(number(&Path::Index(&path, position), value, issues));
            }
            (list.len() == values.len()).then_some(Some(NumberOrList::List(list)))
        }
        Some(value) => number(&path, value, issues).map(|number| Some(NumberOrList::Number(number))),
    }
}

/// Reports an error at the parameter that it speaks of.
fn report(item: &Object<'_>, parameters: &ModelParameters, error: &ParameterError, issues: &mut Issues) {
    let (letter, entry) = parameter_of(parameters, error);
    let field = Path::Field(item.path, letter);
    match entry {
        Some(entry) => issues.error(Path::Index(&field, entry), "", error),
        None => issues.error(field, "", error),
    }
}

fn parameter_of(parameters: &ModelParameters, error: &ParameterError) -> (&'static str, Option<usize>) {
    let find = |values: &Option<NumberOrList>, wanted: &[f64]| match values {
        Some(NumberOrList::List(list)) => list
            .windows(wanted.len())
            .position(|window| window == wanted)
            .map(|position| position + wanted.len() - 1),
        _ => None,
    };
    match error {
        ParameterError::Discrimination(_) | ParameterError::EqualSlopes(_) => ("a", None),
        ParameterError::Slope(value) => ("a", find(&parameters.a, &[*value])),
        ParameterError::Difficulty(value) | ParameterError::Intercept(value) => {
            ("b", find(&parameters.b, &[*value]))
        }
        ParameterError::BoundaryOrder { first, second } => ("b", find(&parameters.b, &[*first, *second])),
        ParameterError::Guessing(_) => ("c", None),
        ParameterError::UpperAsymptote { .. } => ("d", None),
        ParameterError::Categories(_) | ParameterError::NominalLengths { .. } => ("b", None),
        ParameterError::Missing { parameter, .. }
        | ParameterError::Fixed { parameter, .. }
        | ParameterError::ListNotNumber { parameter, .. }
        | ParameterError::NumberNotList { parameter, .. } => (parameter, None),
        ParameterError::ScalingConstant(_) => ("a", None),
    }
}

fn read_standard_errors(
    item: &Object<'_>,
    parameters: &ModelParameters,
    scaling_constant: f64,
    issues: &mut Issues,
) -> Option<StandardErrors> {
    let path = Path::Field(item.path, "se");
    let object = Object::of(&path, item.field("se")?, issues)?;
    object.warn_unknown(&["a", "b", "c", "d"], issues);
    let length = |values: &Option<NumberOrList>| match values {
        Some(NumberOrList::List(list)) => list.len(),
        Some(NumberOrList::Number(_)) => 1,
        None => 0,
    };
    // A slope that the file leaves out is fixed; its standard error, if given, is one number.
    let slopes = length(&parameters.a).max(1);
    let mut errors = StandardErrors {
        a: error_list(&object, "a", slopes, issues),
        b: error_list(&object, "b", length(&parameters.b), issues),
        c: error_list(&object, "c", 1, issues),
        d: error_list(&object, "d", 1, issues),
    };
    for slope in errors.a.iter_mut().flatten() {
        *slope *= scaling_constant;
    }
    Some(errors)
}

fn error_list(object: &Object<'_>, name: &str, length: usize, issues: &mut Issues) -> Vec<Option<f64>> {
    let Some(value) = object.field(name) else {
        return Vec::new();
    };
    let path = Path::Field(object.path, name);
    let values = match value {
        Value::Array(values) => values.as_slice(),
        single => std::slice::from_ref(single),
    };
    if values.len() != length {
        let problem = format!("expected {length} standard errors, not {}", values.len());
        issues.error(path, value, problem);
        return Vec::new();
    }
    let mut errors = Vec::with_capacity(length);
    for (position, value) in values.iter().enumerate() {
        let path = Path::Index(&path, position);
        if value.is_null() {
            errors.push(None);
        } else if let Some(error) = number(&path, value, issues) {
            if error < 0.0 {
                issues.error(path, value, "a standard error is not negative");
            }
            errors.push(Some(error));
        }
    }
    errors
}
