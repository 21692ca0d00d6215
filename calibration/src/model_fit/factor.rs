//! Functions of one item's score that moments are taken of.

/// What of an item's score enters a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Factor {
    /// X^power.
    Power(u32),
    /// 1[X = category] · X^power.
    Category(usize, u32),
    /// Two different categories at once: never.
    Never,
}

impl Factor {
    pub(super) fn value(self, category: usize) -> f64 {
        match self {
            Self::Power(power) => (category as f64).powi(power as i32),
            Self::Category(own, power) if own == category => (category as f64).powi(power as i32),
            Self::Category(..) | Self::Never => 0.0,
        }
    }

    pub(super) fn times(self, other: Self) -> Self {
        match (self, other) {
            (Self::Power(a), Self::Power(b)) => Self::Power(a + b),
            (Self::Category(k, a), Self::Power(b)) | (Self::Power(b), Self::Category(k, a)) => {
                Self::Category(k, a + b)
            }
            (Self::Category(k, a), Self::Category(l, b)) if k == l => Self::Category(k, a + b),
            _ => Self::Never,
        }
    }
}
