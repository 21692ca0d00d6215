//! Background use cases.
