//! Responses to item parameters and the evidence behind them.
