-- Whether an attempt ended with every minimum of its plan met; 0 while it is open. Derived from the log, like the columns
-- beside it. What the engine ended had met them, unless it says otherwise.
alter table attempts add column plan_met bigint not null default 0;

update attempts set plan_met = 1 where exists (
    select 1 from attempt_events e
    where e.attempt_id = attempts.id and e.kind = 'completed' and e.payload like '%"engine"%'
        and e.payload not like '%"no_feasible_test"%' and e.payload not like '%"log_does_not_fit_pool"%'
);
