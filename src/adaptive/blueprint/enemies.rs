//! Enemies: items that must not be in one test.
//!
//! Most enemies are families of variants, all enemies of each other: of such a family a test has at most one. A
//! family whose members are alike for every other requirement is one *unit*: it counts as a single item that can be
//! had, which keeps the integer program small and changes none of its answers.

use std::collections::HashMap;

use item_bank::Item;

/// For each item its enemies, ascending. Enemies hold both ways, whichever of the two names the other.
pub(super) fn enemies(items: &[&Item]) -> Vec<Vec<usize>> {
    let positions: HashMap<_, _> =
        items.iter().enumerate().map(|(position, item)| (&item.id, position)).collect();
    let mut enemies = vec![Vec::new(); items.len()];
    for (position, item) in items.iter().enumerate() {
        for other in item.enemies.iter().filter_map(|enemy| positions.get(enemy).copied()) {
            enemies[position].push(other);
            enemies[other].push(position);
        }
    }
    for list in &mut enemies {
        list.sort_unstable();
        list.dedup();
    }
    enemies
}

/// The groups of which a test has at most one item: whole families where all are enemies of each other, else pairs.
pub(super) fn exclusive_groups(enemies: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    let mut visited = vec![false; enemies.len()];
    for item in 0..enemies.len() {
        if visited[item] || enemies[item].is_empty() {
            continue;
        }
        let family = family_of(item, enemies);
        for &member in &family {
            visited[member] = true;
        }
        if family.iter().all(|&member| enemies[member].len() + 1 == family.len()) {
            groups.push(family);
        } else {
            let later = |&member: &usize| {
                let later = enemies[member].iter().filter(move |&&enemy| enemy > member);
                later.map(move |&enemy| vec![member, enemy]).collect::<Vec<_>>()
            };
            groups.extend(family.iter().flat_map(later));
        }
    }
    groups
}

/// Every item that a chain of enemies leads to, ascending.
fn family_of(item: usize, enemies: &[Vec<usize>]) -> Vec<usize> {
    let mut family = vec![item];
    let mut next = 0;
    while next < family.len() {
        for &enemy in &enemies[family[next]] {
            if !family.contains(&enemy) {
                family.push(enemy);
            }
        }
        next += 1;
    }
    family.sort_unstable();
    family
}
