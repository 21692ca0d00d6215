//! Policies, attempts, readiness, validation, placement, feedback. PURE.
