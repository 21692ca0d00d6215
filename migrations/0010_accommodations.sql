-- Accommodations that a student needs: names with "; " between them, as a roster writes them; empty for none.
alter table accounts add column accommodations text not null default '';
