-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What an index beside the database has of a memory: chroma.h. Whatever takes a memory away, it is to be
-- deleted there, too, and is here until it is.
ALTER TABLE memories ADD COLUMN collection TEXT;

CREATE TABLE memory_removals (
	id TEXT NOT NULL,
	collection TEXT NOT NULL,
	PRIMARY KEY (collection, id)
) STRICT;

CREATE TRIGGER memories_removed AFTER DELETE ON memories WHEN old.collection IS NOT NULL BEGIN
	INSERT OR IGNORE INTO memory_removals (id, collection) VALUES (old.id, old.collection);
END;
