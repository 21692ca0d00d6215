//! Adaptive engine. PURE: no async, SQL, HTTP, files, clock or thread randomness.
