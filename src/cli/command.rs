//! Every command on one page.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Parser, Subcommand};

use super::output::{Format, Output};
use super::{
    CommandError, audit, backup, bank, calibrate, demo, dif, drift, fit, link, replay, roster, score, serve,
    simulate, user,
};

/// On-demand adaptive assessment: students self-level, teachers unlock, mastery is validated.
#[derive(Debug, Parser)]
#[command(name = "waymark", version, propagate_version = true, arg_required_else_help = true)]
struct CommandLine {
    /// How results are printed: for people or for machines.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves a complete school on an embedded database and prints people to sign in as.
    Demo(demo::Arguments),
    /// Serves the pages and the API; configured by file and environment.
    Serve(serve::Arguments),
    /// Checks, brings in, writes out and publishes banks.
    Bank(bank::Arguments),
    /// Estimates the ability of every examinee of a response file.
    Score(score::Arguments),
    /// Estimates item parameters from scored responses.
    Calibrate(Box<calibrate::Arguments>),
    /// How well items, examinees and the whole test follow their model.
    Fit(fit::Arguments),
    /// Items that work differently for two groups of equal ability.
    Dif(Box<dif::Arguments>),
    /// Puts one bank on the scale of another.
    Link(link::Arguments),
    /// Which items have changed, between two banks or in live answers.
    Drift(drift::Arguments),
    /// Derives every decision of an attempt again from its log and tells the first difference.
    Replay(replay::Arguments),
    /// Adds, lists, helps and disables accounts.
    User(user::Arguments),
    /// Brings people and classes in from a roster file.
    Roster(roster::Arguments),
    /// Lists and exports the record of every change.
    Audit(audit::Arguments),
    /// Writes the whole database into one file.
    Backup(backup::Arguments),
    /// Reads a backup into an empty database.
    Restore(backup::Arguments),
    /// Gives an adaptive test to simulated examinees and reports what it shows.
    Simulate(simulate::Arguments),
}

/// Runs the command that the arguments name. Exit code: 0 done, 1 refused input, 2 failure.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let asks_for_json = arguments.iter().any(|argument| argument == "--format=json")
        || arguments.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json");
    let line = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => {
            // Help and version are answers, not refusals.
            if error.use_stderr() && asks_for_json {
                let refusal = CommandError::Refused(anyhow!(error.render().to_string().trim().to_owned()));
                Output::new(Format::Json).error(&refusal);
                return refusal.exit_code();
            }
            let code = u8::from(error.use_stderr());
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let output = Output::new(line.format);
    match dispatch(line.command, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            error.exit_code()
        }
    }
}

fn dispatch(command: Command, output: &Output) -> Result<(), CommandError> {
    match command {
        Command::Demo(arguments) => demo::run(&arguments, output),
        Command::Serve(arguments) => serve::run(&arguments, output),
        Command::Bank(arguments) => bank::run(&arguments, output),
        Command::Score(arguments) => score::run(&arguments, output),
        Command::Calibrate(arguments) => calibrate::run(&arguments, output),
        Command::Dif(arguments) => dif::run(&arguments, output),
        Command::Link(arguments) => link::run(&arguments, output),
        Command::Fit(arguments) => fit::run(&arguments, output),
        Command::Drift(arguments) => drift::run(&arguments, output),
        Command::Replay(arguments) => replay::run(&arguments, output),
        Command::User(arguments) => user::run(&arguments, output),
        Command::Roster(arguments) => roster::run(&arguments, output),
        Command::Audit(arguments) => audit::run(&arguments, output),
        Command::Backup(arguments) => backup::backup(&arguments, output),
        Command::Restore(arguments) => backup::restore(&arguments, output),
        Command::Simulate(arguments) => simulate::run(&arguments, output),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }
}
