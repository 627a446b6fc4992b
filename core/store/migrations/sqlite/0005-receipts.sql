-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What was erased, and when. A receipt names nobody: subject is a keyed hash.

CREATE TABLE receipts (
	id TEXT PRIMARY KEY NOT NULL,
	at_us INTEGER NOT NULL,
	subject TEXT NOT NULL,
	receipt TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX receipts_by_time ON receipts (at_us, id);
CREATE INDEX receipts_by_subject ON receipts (subject, at_us);
