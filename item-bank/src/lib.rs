//! Items, response models, ability estimation, scales and progressions.
