//! Information that remains when the item's parameters are themselves estimates.

use item_bank::{ResponseModel, StandardErrors, Theta};

/// I_r = P'² / (P Q + Σ se_p² (∂P/∂p)²): the error of the parameters adds to the noise of the response.
///
/// The delta method on the response curve, parameters taken as uncorrelated. For items with several steps, where the
/// shift of the whole item dominates, 1 / I_r = 1 / I + mean se_b². Without standard errors it is I.
pub(in crate::adaptive) fn information(
    model: &ResponseModel,
    errors: Option<&StandardErrors>,
    theta: Theta,
) -> f64 {
    let plain = model.information(theta);
    let Some(errors) = errors else { return plain };
    let (a, b, c, d) = match model {
        ResponseModel::OnePl(item) => (item.discrimination(), item.difficulty(), 0.0, 1.0),
        ResponseModel::TwoPl(item) => (item.discrimination(), item.difficulty(), 0.0, 1.0),
        ResponseModel::ThreePl(item) => (item.discrimination(), item.difficulty(), item.guessing(), 1.0),
        ResponseModel::FourPl(item) => {
            (item.discrimination(), item.difficulty(), item.guessing(), item.upper_asymptote())
        }
        ResponseModel::Graded(_)
        | ResponseModel::PartialCredit(_)
        | ResponseModel::GeneralizedPartialCredit(_)
        | ResponseModel::Nominal(_) => {
            let squares: f64 = errors.b.iter().flatten().map(|error| error * error).sum();
            return plain / (1.0 + plain * squares / errors.b.len().max(1) as f64);
        }
    };
    let (s, t) = item_bank::elementary::logistic_pair(a * (theta.0 - b));
    let error = |list: &[Option<f64>]| list.first().copied().flatten().unwrap_or(0.0);
    let along_logit = (d - c) * s * t;
    let noise = [
        error(&errors.a) * along_logit * (theta.0 - b),
        error(&errors.b) * along_logit * a,
        error(&errors.c) * t,
        error(&errors.d) * s,
    ];
    let variance = model.probability(theta, 0) * model.probability(theta, 1);
    let slope = along_logit * a;
    slope * slope / (variance + noise.iter().map(|part| part * part).sum::<f64>())
}
