//! The rating-scale model. The reference writes the steps of the first item, common to all, and what every other item is
//! easier by (c): step k of an item is b_k − c.

use std::ops::ControlFlow;

use calibration::{InformationSource, calibrate, covariance_from};
use serde_json::Value;

use crate::data::{case, number, root};

/// Relative distance of our standard errors of the steps of the first item, of the differences of locations, and of the
/// latent variance.
fn errors(found: &calibration::Calibration, source: InformationSource, rows: &[Value], tolerance: f64) {
    let covariance = covariance_from(found, source).unwrap();
    let mut worst = 0.0_f64;
    let mut see = |own: f64, expected: f64| worst = worst.max((own / expected - 1.0).abs());
    let first = found.items[0].parameters.conventional(Some(&covariance.item_block(0, 0)));
    for (k, step) in first.b.iter().enumerate() {
        see(step.standard_error.unwrap(), number(&rows[0]["se"], &format!("b{}", k + 1)).unwrap());
    }
    let index = |item: usize| covariance.item_indexes(item)[1].unwrap();
    for (item, row) in rows.iter().enumerate().take(found.items.len()).skip(1) {
        let (a, b) = (index(0), index(item));
        let variance = covariance.entry(a, a) + covariance.entry(b, b) - 2.0 * covariance.entry(a, b);
        see(variance.sqrt(), number(&row["se"], "c").unwrap());
    }
    let [_, variance] = covariance.latent_errors(0, found.groups[0].standard_deviation);
    see(variance.unwrap(), number(&rows[found.items.len()]["se"], "COV_11").unwrap());
    println!("{source:?}: {worst:.1e}");
    assert!(worst < tolerance, "{source:?}: {worst}");
}

#[test]
fn rating_scale() {
    let Some(root) = root() else { return };
    let case = case(&root, "science", "rsm");
    let found = calibrate(&case.matrix, &case.plan, &mut |_| ControlFlow::Continue(())).unwrap();
    let ahead = found.log_likelihood - number(&case.json, "logLik").unwrap();
    println!("log L {ahead:+.1e} {:?}", found.convergence);
    assert!((-1e-6..1e-5).contains(&ahead), "{ahead}");
    assert_eq!(found.free_parameters as f64, number(&case.json, "n_free").unwrap());
    let blocks = case.json["slope_intercept"].as_array().unwrap();
    for (item, block) in found.items.iter().zip(blocks) {
        let easier = number(&block["est"], "c").unwrap();
        for (k, step) in item.parameters.conventional(None).b.iter().enumerate() {
            let expected = number(&block["est"], &format!("b{}", k + 1)).unwrap() - easier;
            assert!((step.value - expected).abs() < 1e-4, "{} {k}: {} {expected}", item.id, step.value);
        }
    }
    let variance = number(&blocks[found.items.len()]["est"], "COV_11").unwrap();
    assert!((found.groups[0].standard_deviation.powi(2) - variance).abs() < 1e-3);
    for (source, key) in [
        (InformationSource::Observed, "slope_intercept"),
        (InformationSource::CrossProduct, "se_crossprod_slope_intercept"),
        (InformationSource::Sandwich, "se_sandwich_slope_intercept"),
    ] {
        errors(&found, source, case.json[key].as_array().unwrap(), 1e-3);
    }
}
