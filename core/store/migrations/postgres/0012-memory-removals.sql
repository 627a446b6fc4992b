-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What an index beside the database has of a memory: chroma.h. Whatever takes a memory away, it is to be
-- deleted there, too, and is here until it is. The trigger writes as the table's owner: who may delete a
-- memory may not do anything else with this table.
ALTER TABLE memories ADD COLUMN collection TEXT;

CREATE TABLE memory_removals (
	id TEXT NOT NULL,
	collection TEXT NOT NULL,
	PRIMARY KEY (collection, id)
);

ALTER TABLE memory_removals ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION note_removal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
	INSERT INTO memory_removals (id, collection) VALUES (old.id, old.collection) ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;

CREATE TRIGGER memories_removed AFTER DELETE ON memories FOR EACH ROW WHEN (old.collection IS NOT NULL)
	EXECUTE FUNCTION note_removal();
