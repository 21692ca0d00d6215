//! Simulated examinees through `adaptive::next_step`. PURE.
