-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What an erasing still waits for in an index beside the database, and since when for nothing. Receipts from before
-- do not know.
ALTER TABLE receipts ADD COLUMN removals_left BIGINT;
ALTER TABLE receipts ADD COLUMN removals_done_us BIGINT;

CREATE TABLE receipt_removals (
	receipt_id TEXT NOT NULL,
	collection TEXT NOT NULL,
	id TEXT NOT NULL,
	PRIMARY KEY (receipt_id, collection, id)
);

ALTER TABLE receipt_removals ENABLE ROW LEVEL SECURITY;
