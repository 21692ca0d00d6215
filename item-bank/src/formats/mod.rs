//! Text to banks, parameters and responses, and back. Never opens a file.
