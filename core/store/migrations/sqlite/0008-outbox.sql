-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What is still to be done: events to be delivered to other systems, and calls to be placed.

CREATE TABLE deliveries (
	id TEXT PRIMARY KEY NOT NULL,
	endpoint TEXT NOT NULL,
	node TEXT NOT NULL,
	call_id TEXT REFERENCES calls (id) ON DELETE CASCADE,
	position INTEGER NOT NULL,
	type TEXT NOT NULL,
	body TEXT NOT NULL,
	status TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	created_us INTEGER NOT NULL,
	expires_us INTEGER NOT NULL,
	next_us INTEGER,
	error TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_by_position ON deliveries (position, id);
CREATE INDEX deliveries_waiting ON deliveries (endpoint, node, position) WHERE status = 'pending';
CREATE INDEX deliveries_dead ON deliveries (endpoint, created_us) WHERE status = 'dead';
CREATE INDEX deliveries_by_call ON deliveries (call_id, position) WHERE call_id IS NOT NULL;

CREATE TABLE scheduled_calls (
	id TEXT PRIMARY KEY NOT NULL,
	node TEXT NOT NULL,
	number TEXT NOT NULL,
	assistant TEXT,
	reason TEXT,
	origin_call_id TEXT,
	status TEXT NOT NULL,
	at_us INTEGER NOT NULL,
	next_us INTEGER,
	attempts INTEGER NOT NULL,
	max_attempts INTEGER NOT NULL,
	retry_s INTEGER NOT NULL,
	call_id TEXT,
	error TEXT,
	created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX scheduled_calls_by_time ON scheduled_calls (at_us, id);
CREATE INDEX scheduled_calls_open ON scheduled_calls (node, at_us)
	WHERE status IN ('waiting', 'calling');
CREATE INDEX scheduled_calls_by_number ON scheduled_calls (number);
