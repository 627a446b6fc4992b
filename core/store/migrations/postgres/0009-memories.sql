-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What agents remember of users. vector is what content means, as [0.1,0.2], made by model: it is worked
-- out from content, and may be missing.

CREATE TABLE memories (
	id TEXT PRIMARY KEY,
	user_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	topic TEXT,
	content TEXT NOT NULL,
	conversation_id TEXT,
	created_us BIGINT NOT NULL,
	model TEXT,
	vector TEXT
);

CREATE INDEX memories_by_user ON memories (user_id, created_us, id);
CREATE INDEX memories_by_conversation ON memories (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX memories_by_time ON memories (created_us);

-- Of each user the newest 200 stay, and no more than 65,536 bytes: offhook/memory.h.
CREATE FUNCTION limit_memories() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	DELETE FROM memories WHERE id IN (SELECT id FROM (
		SELECT id, row_number() OVER newest AS place, sum(octet_length(content)) OVER newest AS bytes
		FROM memories WHERE user_id = new.user_id
		WINDOW newest AS (ORDER BY created_us DESC, id DESC)) AS m WHERE place > 200 OR bytes > 65536);
	RETURN NULL;
END $$;

CREATE TRIGGER memories_limited AFTER INSERT OR UPDATE OF content ON memories
	FOR EACH ROW EXECUTE FUNCTION limit_memories();

ALTER TABLE memories ENABLE ROW LEVEL SECURITY;
CREATE POLICY memories_own ON memories USING (user_id = (SELECT token_subject()));

CREATE OR REPLACE FUNCTION admit_authenticated() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	IF to_regrole('authenticated') IS NULL
		OR (has_table_privilege('authenticated', 'interactions', 'INSERT')
			AND has_table_privilege('authenticated', 'memories', 'DELETE')) THEN
		RETURN;
	END IF;
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO authenticated', current_schema());
	GRANT SELECT, INSERT, UPDATE ON interactions, preferences TO authenticated;
	GRANT SELECT, DELETE ON memories TO authenticated;
EXCEPTION WHEN insufficient_privilege THEN
	RETURN; -- the tables are somebody else's, who has to do it
END $$;
