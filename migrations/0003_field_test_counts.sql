-- Answers to field-test items by cell of ability: what the next attempts spread their field-test items by. Derived from
-- the logs when an answer is written; never the truth, and never scored.

create table field_test_counts (
    bank_id text not null references banks (id),
    item_id text not null,
    ability_cell bigint not null,         -- a quarter of a logit wide; cell 0 begins at 0
    answers bigint not null,
    primary key (bank_id, item_id, ability_cell)
);
