-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What users said to agents and heard from them, whatever the way, and what is known of each user.

CREATE TABLE interactions (
	id TEXT PRIMARY KEY,
	user_id TEXT NOT NULL,
	session_id TEXT,
	agent_type TEXT,
	input TEXT NOT NULL,
	response TEXT,
	metadata TEXT,
	created_us BIGINT NOT NULL
);

CREATE INDEX interactions_by_user ON interactions (user_id, created_us, id);
CREATE INDEX interactions_by_session ON interactions (session_id, created_us, id)
	WHERE session_id IS NOT NULL;
CREATE INDEX interactions_by_time ON interactions (created_us);

CREATE TABLE preferences (
	user_id TEXT PRIMARY KEY,
	preferences TEXT NOT NULL,
	updated_us BIGINT NOT NULL,
	knowledge TEXT,
	knowledge_us BIGINT
);

-- A user, known by the claims of a token, has rows of his own only. The owner of the tables and
-- roles that bypass row security (service_role of Supabase) have all.
CREATE FUNCTION token_subject() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('request.jwt.claims', true), '')::json ->> 'sub'
$$;

ALTER TABLE interactions ENABLE ROW LEVEL SECURITY;
CREATE POLICY interactions_own ON interactions USING (user_id = (SELECT token_subject()));
ALTER TABLE preferences ENABLE ROW LEVEL SECURITY;
CREATE POLICY preferences_own ON preferences USING (user_id = (SELECT token_subject()));

-- Called at each start: the role may have been made since.
CREATE FUNCTION admit_authenticated() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	IF to_regrole('authenticated') IS NULL
		OR has_table_privilege('authenticated', 'interactions', 'INSERT') THEN
		RETURN;
	END IF;
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO authenticated', current_schema());
	GRANT SELECT, INSERT, UPDATE ON interactions, preferences TO authenticated;
EXCEPTION WHEN insufficient_privilege THEN
	RETURN; -- the tables are somebody else's, who has to do it
END $$;
