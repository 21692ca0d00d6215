//! Means, quantiles and their like, summed in the order of the examinees.

/// Mean; 0 of nothing.
pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = values.into_iter().fold((0.0, 0_u32), |(sum, count), value| (sum + value, count + 1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

/// Root of the mean square.
pub(super) fn root_mean_square(values: impl IntoIterator<Item = f64>) -> f64 {
    mean(values.into_iter().map(|value| value * value)).sqrt()
}

/// The quantile by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996); 0 of nothing.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// Pearson's correlation; 0 where one of the two does not vary.
pub(super) fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let mean_x = mean(pairs.iter().map(|pair| pair.0));
    let mean_y = mean(pairs.iter().map(|pair| pair.1));
    let product =
        |f: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|&(x, y)| f(x - mean_x, y - mean_y)).sum::<f64>();
    let spread = (product(&|x, _| x * x) * product(&|_, y| y * y)).sqrt();
    if spread > 0.0 { product(&|x, y| x * y) / spread } else { 0.0 }
}

/// A copy in ascending order.
pub(super) fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}
