-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Calls and all that happens in them. Times are microseconds since 1970 UTC. A migration that has
-- been released is never changed: write the next one.

CREATE TABLE calls (
	id TEXT PRIMARY KEY,
	provider_call_id TEXT,
	driver TEXT NOT NULL,
	assistant TEXT,
	direction TEXT NOT NULL,
	from_number TEXT,
	to_number TEXT,
	status TEXT NOT NULL,
	created_us BIGINT NOT NULL,
	answered_us BIGINT,
	ended_us BIGINT,
	end_reason TEXT,
	recording_path TEXT,
	node TEXT NOT NULL
);

CREATE INDEX calls_by_time ON calls (created_us, id);
CREATE INDEX calls_by_status ON calls (status, created_us, id);
CREATE INDEX calls_by_from ON calls (from_number, created_us, id) WHERE from_number IS NOT NULL;
CREATE INDEX calls_by_to ON calls (to_number, created_us, id) WHERE to_number IS NOT NULL;
CREATE INDEX calls_open ON calls (node) WHERE ended_us IS NULL;

CREATE TABLE call_events (
	call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
	seq INTEGER NOT NULL,
	at_us BIGINT NOT NULL,
	type TEXT NOT NULL,
	data TEXT,
	PRIMARY KEY (call_id, seq)
);

CREATE TABLE conversations (
	id TEXT PRIMARY KEY,
	call_id TEXT REFERENCES calls (id) ON DELETE CASCADE,
	user_id TEXT,
	status TEXT NOT NULL,
	assistant TEXT,
	agent_type TEXT,
	created_us BIGINT NOT NULL,
	last_message_us BIGINT,
	message_count INTEGER NOT NULL DEFAULT 0,
	metadata TEXT
);

CREATE INDEX conversations_by_time ON conversations (created_us, id);
CREATE INDEX conversations_by_status ON conversations (status, created_us, id);
CREATE INDEX conversations_by_user ON conversations (user_id, created_us, id)
	WHERE user_id IS NOT NULL;
CREATE INDEX conversations_by_call ON conversations (call_id) WHERE call_id IS NOT NULL;

-- number is the order in which messages came, and what the text index refers to.
CREATE TABLE messages (
	number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	call_id TEXT REFERENCES calls (id) ON DELETE CASCADE,
	role TEXT NOT NULL,
	content TEXT NOT NULL,
	at_us BIGINT NOT NULL,
	confidence DOUBLE PRECISION,
	interrupted INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	UNIQUE (conversation_id, seq)
);

CREATE INDEX messages_by_call ON messages (call_id, number) WHERE call_id IS NOT NULL;

CREATE FUNCTION count_message() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	UPDATE conversations
	SET message_count = message_count + 1,
		last_message_us = greatest(last_message_us, new.at_us)
	WHERE id = new.conversation_id;
	RETURN NULL;
END $$;

CREATE TRIGGER messages_counted AFTER INSERT ON messages
	FOR EACH ROW EXECUTE FUNCTION count_message();

CREATE INDEX messages_text ON messages USING gin (to_tsvector('simple', content));

CREATE TABLE turns (
	call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
	turn_index INTEGER NOT NULL,
	started_us BIGINT NOT NULL,
	speech_ended_ms DOUBLE PRECISION,
	transcript_final_ms DOUBLE PRECISION,
	due_ms DOUBLE PRECISION,
	committed_ms DOUBLE PRECISION,
	first_text_ms DOUBLE PRECISION,
	first_audio_ms DOUBLE PRECISION,
	first_frame_ms DOUBLE PRECISION,
	heard_end_ms DOUBLE PRECISION,
	interrupted_ms DOUBLE PRECISION,
	silenced_ms DOUBLE PRECISION,
	transcriber_ms DOUBLE PRECISION,
	agent_ms DOUBLE PRECISION,
	synthesizer_ms DOUBLE PRECISION,
	answer_delay_ms DOUBLE PRECISION,
	own_share_ms DOUBLE PRECISION,
	user_message_id TEXT,
	assistant_message_id TEXT,
	interrupted INTEGER NOT NULL,
	PRIMARY KEY (call_id, turn_index)
);

CREATE TABLE recordings (
	id TEXT PRIMARY KEY,
	call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
	path TEXT NOT NULL,
	format TEXT NOT NULL,
	started_us BIGINT NOT NULL,
	duration_ms BIGINT,
	status TEXT NOT NULL
);

CREATE INDEX recordings_by_call ON recordings (call_id, started_us);
CREATE INDEX recordings_open ON recordings (status) WHERE status = 'recording';
