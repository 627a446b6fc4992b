-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What agents remember of users. vector is what content means, as [0.1,0.2], made by model: it is worked
-- out from content, and may be missing.

CREATE TABLE memories (
	id TEXT PRIMARY KEY NOT NULL,
	user_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	topic TEXT,
	content TEXT NOT NULL,
	conversation_id TEXT,
	created_us INTEGER NOT NULL,
	model TEXT,
	vector TEXT
) STRICT;

CREATE INDEX memories_by_user ON memories (user_id, created_us, id);
CREATE INDEX memories_by_conversation ON memories (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX memories_by_time ON memories (created_us);

-- Of each user the newest 200 stay, and no more than 65,536 bytes: offhook/memory.h.
CREATE TRIGGER memories_limited AFTER INSERT ON memories BEGIN
	DELETE FROM memories WHERE id IN (SELECT id FROM (
		SELECT id, row_number() OVER newest AS place,
			sum(length(CAST(content AS BLOB))) OVER newest AS bytes
		FROM memories WHERE user_id = new.user_id
		WINDOW newest AS (ORDER BY created_us DESC, id DESC)) WHERE place > 200 OR bytes > 65536);
END;

CREATE TRIGGER memories_limited_again AFTER UPDATE OF content ON memories BEGIN
	DELETE FROM memories WHERE id IN (SELECT id FROM (
		SELECT id, row_number() OVER newest AS place,
			sum(length(CAST(content AS BLOB))) OVER newest AS bytes
		FROM memories WHERE user_id = new.user_id
		WINDOW newest AS (ORDER BY created_us DESC, id DESC)) WHERE place > 200 OR bytes > 65536);
END;
