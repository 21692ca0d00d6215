//! What operators do: back up and restore, and the commands on a live database.

mod backups;
mod commands;
mod replaying;
