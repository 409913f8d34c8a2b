-- Written by `cargo xtask schema`; a test compares it. What makes it is in migrations/.
CREATE SCHEMA reports;
GRANT USAGE ON SCHEMA reports TO novads_server;
