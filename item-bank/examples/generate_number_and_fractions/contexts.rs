//! Names and things for the stories.

/// Children of many families.
pub const NAMES: [&str; 24] = [
    "Ana", "Ben", "Chloe", "Diego", "Emma", "Farid", "Grace", "Hiro", "Imani", "Jay", "Kofi", "Lena",
    "Mateo", "Nia", "Omar", "Priya", "Rosa", "Sam", "Tess", "Uma", "Viktor", "Wren", "Yusuf", "Zoe",
];

/// Things that are cut and shared.
pub const SHARED: [&str; 6] = ["pizza", "sandwich", "melon", "granola bar", "pie", "sheet of paper"];

/// The same, several of them.
pub const SHARED_MANY: [&str; 6] =
    ["pizzas", "sandwiches", "melons", "granola bars", "pies", "sheets of paper"];

/// Things that are measured by length, with a unit.
pub const LENGTHS: [(&str, &str); 5] =
    [("ribbon", "yard"), ("rope", "meter"), ("board", "foot"), ("trail", "mile"), ("string", "meter")];

/// Things that are measured in cups.
pub const CUPS: [&str; 6] = ["flour", "milk", "oats", "rice", "sugar", "water"];
