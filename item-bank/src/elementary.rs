//! Exponential and logarithm made of IEEE additions, multiplications and divisions only.
//!
//! The standard library leaves `exp` and `ln` to the platform, whose last digits differ from machine to machine; a
//! live decision must replay to the bit on any of them. These are also free of branches, so loops over quadrature
//! nodes become vector instructions. Relative error below 4e-16 over the documented domains (checked in tests).

const ROUND_TO_INTEGER: f64 = 6_755_399_441_055_744.0; // 1.5 · 2^52: adding it rounds to the nearest integer
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1; // the upper 33 bits of ln 2, so k · LN_2_HIGH is exact
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
const ONE_BITS: u64 = 0x3ff0_0000_0000_0000;
const MANTISSA: u64 = 0x000f_ffff_ffff_ffff;
const SQRT_HALF_BITS: u64 = 0x3fe6_a09e_667f_3bcd;

/// e^x. Zero below −708, and e^709 above 709, so the result is always finite.
#[inline]
#[must_use]
pub fn exp(x: f64) -> f64 {
    let bounded = x.clamp(-708.0, 709.0);
    let shifted = bounded * std::f64::consts::LOG2_E + ROUND_TO_INTEGER;
    let power = shifted - ROUND_TO_INTEGER;
    let r = (bounded - power * LN_2_HIGH) - power * LN_2_LOW;
    // Taylor series on |r| ≤ ln 2 / 2; the first omitted term is below 5e-18.
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (1.0 / 2.0 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0));
    let middle = (1.0 / 720.0 + r * (1.0 / 5_040.0)) + r2 * (1.0 / 40_320.0 + r * (1.0 / 362_880.0));
    let high = (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0))
        + r2 * (1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0));
    let series = 1.0 + (r + r2 * (low + r4 * (middle + r4 * high)));
    let scale = f64::from_bits((shifted.to_bits() << 52).wrapping_add(ONE_BITS));
    let value = series * scale;
    if x < -708.0 { 0.0 } else { value }
}

/// Natural logarithm of a normal positive number.
#[inline]
#[must_use]
pub fn ln(x: f64) -> f64 {
    // x = m · 2^k with m in [√½, √2).
    let bits = x.to_bits();
    let offset = bits.wrapping_sub(SQRT_HALF_BITS);
    // The exponent as a float, through the mantissa of 2^52 (biased so that it is never negative).
    let biased = (offset.wrapping_add(1 << 62) >> 52) | 0x4330_0000_0000_0000;
    let k = f64::from_bits(biased) - (4_503_599_627_370_496.0 + 1024.0);
    let m = f64::from_bits((offset & MANTISSA).wrapping_add(SQRT_HALF_BITS));
    k * LN_2_HIGH + (log_ratio((m - 1.0) / (m + 1.0)) + k * LN_2_LOW)
}

/// ln(1 + u) for u in [0, 1].
#[inline]
#[must_use]
pub fn ln_one_plus(u: f64) -> f64 {
    let wide = u > std::f64::consts::SQRT_2 - 1.0;
    let numerator = if wide { u - 1.0 } else { u };
    let denominator = if wide { u + 3.0 } else { u + 2.0 };
    let base = if wide { std::f64::consts::LN_2 } else { 0.0 };
    base + log_ratio(numerator / denominator)
}

/// 2 artanh(s) = ln((1 + s) / (1 − s)) for |s| ≤ 0.172.
#[inline]
fn log_ratio(s: f64) -> f64 {
    let z = s * s;
    let z2 = z * z;
    let z4 = z2 * z2;
    let low = (1.0 / 3.0 + z * (1.0 / 5.0)) + z2 * (1.0 / 7.0 + z * (1.0 / 9.0));
    let middle = (1.0 / 11.0 + z * (1.0 / 13.0)) + z2 * (1.0 / 15.0 + z * (1.0 / 17.0));
    let high = 1.0 / 19.0 + z * (1.0 / 21.0);
    2.0 * s + 2.0 * s * z * (low + z4 * (middle + z4 * high))
}

/// 1 − e^(−x) for x ≥ 0, exact for small x too.
#[must_use]
pub fn one_minus_exp_of_minus(x: f64) -> f64 {
    if x > 0.5 {
        return 1.0 - exp(-x);
    }
    // x − x²/2! + x³/3! − …, evaluated from the smallest term.
    (1..=18).rev().fold(0.0, |tail, n| x / f64::from(n) * (1.0 - tail))
}

/// The logistic function at z and at −z, each exact when tiny.
#[inline]
#[must_use]
pub fn logistic_pair(z: f64) -> (f64, f64) {
    let e = exp(-z.abs());
    let large = 1.0 / (1.0 + e);
    let small = e * large;
    if z >= 0.0 { (large, small) } else { (small, large) }
}

/// ln(1 / (1 + e^(−z))) for any z.
#[inline]
#[must_use]
pub fn log_logistic(z: f64) -> f64 {
    z.min(0.0) - ln_one_plus(exp(-z.abs()))
}

/// sin πx and cos πx.
#[must_use]
pub fn sine_cosine_of_pi(x: f64) -> (f64, f64) {
    let nearest = (x + ROUND_TO_INTEGER) - ROUND_TO_INTEGER;
    let angle = (x - nearest) * std::f64::consts::PI;
    let square = angle * angle;
    // Taylor series on |angle| ≤ π/2, from the smallest term; the first omitted is below 1e-20.
    let (mut sine, mut cosine) = (1.0, 1.0);
    for n in (1..=12).rev() {
        let even = f64::from(2 * n);
        sine = 1.0 - square / (even * (even + 1.0)) * sine;
        cosine = 1.0 - square / (even * (even - 1.0)) * cosine;
    }
    let sign = if nearest % 2.0 == 0.0 { 1.0 } else { -1.0 };
    (sign * angle * sine, sign * cosine)
}

/// Σ x_i y_i over as many as both have, added in their order: the same digits on every machine.
#[must_use]
pub fn inner_product(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() <= 6e-16 * want.abs(), "{got:e} is not {want:e}");
    }

    #[test]
    fn exponential_and_logarithm_agree_with_the_platform() {
        for step in 0..200_001 {
            let x = -700.0 + 0.007 * f64::from(step);
            close(exp(x), x.exp());
            close(ln(x.exp()), x.exp().ln());
        }
        assert_eq!(exp(-1e9), 0.0);
        assert!(exp(f64::INFINITY).is_finite());
    }

    #[test]
    fn logarithms_keep_their_digits_near_one() {
        for step in 0..=100_000 {
            let u = f64::from(step) / 100_000.0;
            close(ln_one_plus(u), u.ln_1p());
            close(one_minus_exp_of_minus(u), -(-u).exp_m1());
            close(ln(0.5 + u), (0.5 + u).ln());
        }
    }

    #[test]
    fn sine_and_cosine_of_pi_turn_with_the_platform() {
        for step in -4_000..=4_000 {
            let x = f64::from(step) / 1_000.0;
            let (sine, cosine) = sine_cosine_of_pi(x);
            let angle = x * std::f64::consts::PI;
            assert!((sine - angle.sin()).abs() < 2e-15, "sin π {x}");
            assert!((cosine - angle.cos()).abs() < 2e-15, "cos π {x}");
        }
    }

    #[test]
    fn the_two_tails_of_the_logistic_never_lose_their_digits() {
        let (large, small) = logistic_pair(100.0);
        assert_eq!(large, 1.0);
        close(small, (-100.0_f64).exp());
        close(log_logistic(-1000.0), -1000.0);
        close(log_logistic(40.0), -(-40.0_f64).exp().ln_1p());
    }

    #[test]
    fn an_inner_product_is_added_in_order() {
        assert_eq!(inner_product(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]), 32.0);
        assert_eq!(inner_product(&[2.0, 3.0], &[0.5]), 1.0);
        assert_eq!(inner_product(&[1e16, 1.0, -1e16], &[1.0; 3]), 0.0);
        assert_eq!(inner_product(&[], &[]), 0.0);
    }
}
