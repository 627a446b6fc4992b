-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Calls and all that happens in them. Times are microseconds since 1970 UTC. A migration that has
-- been released is never changed: write the next one.

CREATE TABLE calls (
	id TEXT PRIMARY KEY NOT NULL,
	provider_call_id TEXT,
	driver TEXT NOT NULL,
	assistant TEXT,
	direction TEXT NOT NULL,
	from_number TEXT,
	to_number TEXT,
	status TEXT NOT NULL,
	created_us INTEGER NOT NULL,
	answered_us INTEGER,
	ended_us INTEGER,
	end_reason TEXT,
	recording_path TEXT,
	node TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX calls_by_time ON calls (created_us, id);
CREATE INDEX calls_by_status ON calls (status, created_us, id);
CREATE INDEX calls_by_from ON calls (from_number, created_us, id) WHERE from_number IS NOT NULL;
CREATE INDEX calls_by_to ON calls (to_number, created_us, id) WHERE to_number IS NOT NULL;
CREATE INDEX calls_open ON calls (node) WHERE ended_us IS NULL;

CREATE TABLE call_events (
	call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
	seq INTEGER NOT NULL,
	at_us INTEGER NOT NULL,
	type TEXT NOT NULL,
	data TEXT,
	PRIMARY KEY (call_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversations (
	id TEXT PRIMARY KEY NOT NULL,
	call_id TEXT REFERENCES calls (id) ON DELETE CASCADE,
	user_id TEXT,
	status TEXT NOT NULL,
	assistant TEXT,
	agent_type TEXT,
	created_us INTEGER NOT NULL,
	last_message_us INTEGER,
	message_count INTEGER NOT NULL DEFAULT 0,
	metadata TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_by_time ON conversations (created_us, id);
CREATE INDEX conversations_by_status ON conversations (status, created_us, id);
CREATE INDEX conversations_by_user ON conversations (user_id, created_us, id)
	WHERE user_id IS NOT NULL;
CREATE INDEX conversations_by_call ON conversations (call_id) WHERE call_id IS NOT NULL;

-- number is the order in which messages came, and what the text index refers to.
CREATE TABLE messages (
	number INTEGER PRIMARY KEY NOT NULL,
	id TEXT NOT NULL UNIQUE,
	conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
	call_id TEXT REFERENCES calls (id) ON DELETE CASCADE,
	role TEXT NOT NULL,
	content TEXT NOT NULL,
	at_us INTEGER NOT NULL,
	confidence REAL,
	interrupted INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	UNIQUE (conversation_id, seq)
) STRICT;

CREATE INDEX messages_by_call ON messages (call_id, number) WHERE call_id IS NOT NULL;

CREATE TRIGGER messages_counted AFTER INSERT ON messages BEGIN
	UPDATE conversations
	SET message_count = message_count + 1,
		last_message_us = max(coalesce(last_message_us, 0), new.at_us)
	WHERE id = new.conversation_id;
END;

CREATE VIRTUAL TABLE messages_text USING fts5 (
	content, content = 'messages', content_rowid = 'number',
	tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TRIGGER messages_text_added AFTER INSERT ON messages BEGIN
	INSERT INTO messages_text (rowid, content) VALUES (new.number, new.content);
END;

CREATE TRIGGER messages_text_changed AFTER UPDATE OF content ON messages BEGIN
	INSERT INTO messages_text (messages_text, rowid, content)
	VALUES ('delete', old.number, old.content);
	INSERT INTO messages_text (rowid, content) VALUES (new.number, new.content);
END;

CREATE TRIGGER messages_text_removed AFTER DELETE ON messages BEGIN
	INSERT INTO messages_text (messages_text, rowid, content)
	VALUES ('delete', old.number, old.content);
END;

CREATE TABLE turns (
	call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
	turn_index INTEGER NOT NULL,
	started_us INTEGER NOT NULL,
	speech_ended_ms REAL,
	transcript_final_ms REAL,
	due_ms REAL,
	committed_ms REAL,
	first_text_ms REAL,
	first_audio_ms REAL,
	first_frame_ms REAL,
	heard_end_ms REAL,
	interrupted_ms REAL,
	silenced_ms REAL,
	transcriber_ms REAL,
	agent_ms REAL,
	synthesizer_ms REAL,
	answer_delay_ms REAL,
	own_share_ms REAL,
	user_message_id TEXT,
	assistant_message_id TEXT,
	interrupted INTEGER NOT NULL,
	PRIMARY KEY (call_id, turn_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE recordings (
	id TEXT PRIMARY KEY NOT NULL,
	call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
	path TEXT NOT NULL,
	format TEXT NOT NULL,
	started_us INTEGER NOT NULL,
	duration_ms INTEGER,
	status TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX recordings_by_call ON recordings (call_id, started_us);
CREATE INDEX recordings_open ON recordings (status) WHERE status = 'recording';
