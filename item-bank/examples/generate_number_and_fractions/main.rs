//! Writes the bundled bank “number and fractions”:
//! `cargo run -p item_bank --example generate_number_and_fractions -- item-bank/banks/number-and-fractions.json`

mod bank;
mod contexts;
mod difficulty;
mod draft;
mod families;
mod figures;
mod ideas;
mod math;
mod progression;
mod question;
mod random;
mod standards;
mod words;

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1);
    let path = path.ok_or_else(|| std::io::Error::other("give the path of the file to write"))?;
    std::fs::write(path, item_bank::formats::write_bank_json(&bank::generate()))
}

#[cfg(test)]
mod tests {
    use item_bank::banks::NUMBER_AND_FRACTIONS_JSON;

    #[test]
    fn the_bundled_file_is_what_the_generator_writes() {
        let written = item_bank::formats::write_bank_json(&super::bank::generate());
        assert!(written == NUMBER_AND_FRACTIONS_JSON, "run the generator and commit the file");
    }
}
