-- What a calibration reads: the attempts on a bank, by when they started.
create index attempts_bank on attempts (bank_id, started_at_ms, id);
