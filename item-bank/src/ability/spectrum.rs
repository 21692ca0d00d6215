//! The distribution function of a density known at evenly spaced nodes.
//!
//! A smooth density that dies out within its nodes is, to rounding, the trigonometric polynomial through them (Trefethen
//! and Weideman, 2014), and that can be integrated up to any point, not only up to a node: as accurate as the moments.

use crate::elementary::sine_cosine_of_pi;

/// Coefficients below this are rounding; four in a row mean that all that follow are.
const SILENCE: f64 = 1e-14;

/// Fourier coefficients of masses at evenly spaced nodes, divided by their frequencies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spectrum {
    origin: f64,             // half a step before the first node, where the period starts
    period: f64,             // logits
    harmonics: Vec<Complex>, // of sin and cos of 2π j (x − origin) / period, j = 1, 2, …
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Complex {
    sine: f64,
    cosine: f64,
}

impl Spectrum {
    /// The masses sum to 1, the first at `first_node`.
    pub fn new(first_node: f64, step: f64, masses: &[f64]) -> Self {
        let count = masses.len();
        let turns: Vec<(f64, f64)> =
            (0..2 * count).map(|half| sine_cosine_of_pi(half as f64 / count as f64)).collect();
        let harmonic = |j: usize| {
            // Node k stands at (k + ½) / count of the period.
            let (mut angle, stride) = (j, 2 * j);
            let (mut sine, mut cosine) = (0.0, 0.0);
            for mass in masses {
                let (s, c) = turns[angle];
                sine += mass * s;
                cosine += mass * c;
                angle += stride;
                if angle >= 2 * count {
                    angle -= 2 * count;
                }
            }
            let scale = 1.0 / (std::f64::consts::PI * j as f64);
            Complex { sine: sine * scale, cosine: cosine * scale }
        };
        let (mut harmonics, mut silent) = (Vec::new(), 0);
        for j in 1..=(count - 1) / 2 {
            let next = harmonic(j);
            silent = if next.sine.abs().max(next.cosine.abs()) < SILENCE { silent + 1 } else { 0 };
            harmonics.push(next);
            if silent == 4 {
                break;
            }
        }
        Self { origin: first_node - 0.5 * step, period: step * count as f64, harmonics }
    }

    /// The mass below a point of the period.
    pub fn below(&self, point: f64) -> f64 {
        let share = ((point - self.origin) / self.period).clamp(0.0, 1.0);
        let (turn_sine, turn_cosine) = sine_cosine_of_pi(2.0 * share);
        let (mut sine, mut cosine) = (0.0, 1.0);
        let mut below = share;
        for harmonic in &self.harmonics {
            (sine, cosine) =
                (sine * turn_cosine + cosine * turn_sine, cosine * turn_cosine - sine * turn_sine);
            below += harmonic.cosine * sine + harmonic.sine * (1.0 - cosine);
        }
        below.clamp(0.0, 1.0)
    }
}
