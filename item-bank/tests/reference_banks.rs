//! Every bank of the reference set is read and written without loss. Runs only where `WAYMARK_REFERENCE` is set.

use item_bank::formats::{read_bank_json, write_bank_json};

#[test]
#[expect(clippy::print_stderr, reason = "says that there was nothing to compare with")]
fn reference_banks_are_read_and_written_without_loss() {
    let Ok(folder) = std::env::var("WAYMARK_REFERENCE") else {
        eprintln!("WAYMARK_REFERENCE is not set: nothing to compare with");
        return;
    };
    let folder = std::path::Path::new(&folder).join("cat/banks");
    let mut banks = 0;
    for entry in std::fs::read_dir(folder).expect("the reference folder has banks") {
        let path = entry.expect("readable").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        let bank = read_bank_json(&text, &path.to_string_lossy()).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(read_bank_json(&write_bank_json(&bank), "again").as_ref(), Ok(&bank));
        banks += 1;
    }
    assert!(banks >= 15, "{banks} banks");
}
