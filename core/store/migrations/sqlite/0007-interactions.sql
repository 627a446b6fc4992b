-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What users said to agents and heard from them, whatever the way, and what is known of each user.

CREATE TABLE interactions (
	id TEXT PRIMARY KEY NOT NULL,
	user_id TEXT NOT NULL,
	session_id TEXT,
	agent_type TEXT,
	input TEXT NOT NULL,
	response TEXT,
	metadata TEXT,
	created_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX interactions_by_user ON interactions (user_id, created_us, id);
CREATE INDEX interactions_by_session ON interactions (session_id, created_us, id)
	WHERE session_id IS NOT NULL;
CREATE INDEX interactions_by_time ON interactions (created_us);

CREATE TABLE preferences (
	user_id TEXT PRIMARY KEY NOT NULL,
	preferences TEXT NOT NULL,
	updated_us INTEGER NOT NULL,
	knowledge TEXT,
	knowledge_us INTEGER
) STRICT, WITHOUT ROWID;
