//! Writes the files of a command into its folder: all of them, or none.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::CommandError;

/// Writes files into a folder, made if it is not there. Each is written whole under a temporary name first, so a folder
/// never holds files of two runs because the disk was full between them, and a reader never meets half a file.
///
/// # Errors
/// Refused: the folder cannot be made. Failed: a file cannot be written; the folder is as it was.
pub(super) fn write_files(folder: &Path, files: &[(&str, String)]) -> Result<(), CommandError> {
    let was_there = folder.exists();
    fs::create_dir_all(folder)
        .with_context(|| folder.display().to_string())
        .map_err(CommandError::Refused)?;
    let unfinished: Vec<PathBuf> =
        files.iter().map(|(name, _)| folder.join(format!("{name}.unfinished"))).collect();
    let written = write_and_rename(folder, files, &unfinished);
    if written.is_err() {
        for path in &unfinished {
            let _ = fs::remove_file(path);
        }
        if !was_there {
            let _ = fs::remove_dir(folder);
        }
    }
    written.map_err(CommandError::Failed)
}

fn write_and_rename(
    folder: &Path,
    files: &[(&str, String)],
    unfinished: &[PathBuf],
) -> Result<(), anyhow::Error> {
    for ((_, text), path) in files.iter().zip(unfinished) {
        fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    for ((name, _), path) in files.iter().zip(unfinished) {
        let finished = folder.join(name);
        fs::rename(path, &finished).with_context(|| finished.display().to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_are_written_into_a_new_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a/b");
        write_files(&folder, &[("one.csv", "1\n".to_owned()), ("two.csv", "2\n".to_owned())]).unwrap();
        assert_eq!(names(&folder), ["one.csv", "two.csv"]);
        assert_eq!(fs::read(folder.join("two.csv")).unwrap(), b"2\n");
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_others_as_they_were() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("one.csv"), b"old\n").unwrap();
        let files = [("one.csv", "new\n".to_owned()), ("no/folder.csv", "2\n".to_owned())];
        let refused = write_files(root.path(), &files).unwrap_err();
        assert!(matches!(refused, CommandError::Failed(_)), "{refused}");
        assert_eq!(names(root.path()), ["one.csv"]);
        assert_eq!(fs::read(root.path().join("one.csv")).unwrap(), b"old\n");
        let folder = root.path().join("new");
        write_files(&folder, &files).unwrap_err();
        assert!(!folder.exists());
    }
}
