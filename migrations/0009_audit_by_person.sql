-- What somebody did, and what was done to somebody or something, the latest first.
create index audit_log_by_actor on audit_log (actor_id, id);
create index audit_log_by_subject on audit_log (subject_id, id);
