-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What pages, searches and statistics over very many calls need. Days begin at midnight UTC.

-- Wide enough to judge a call by, so that pages with filters need not fetch the calls they pass over.
DROP INDEX calls_by_time;
CREATE INDEX calls_by_time ON calls (created_us, id, status, direction, driver, assistant,
	from_number, to_number, answered_us, ended_us, cost);
CREATE INDEX calls_by_assistant ON calls (assistant, created_us, id) WHERE assistant IS NOT NULL;
CREATE INDEX calls_by_driver ON calls (driver, created_us, id);

-- Calls are counted as they are written: nobody waits for a million rows to be counted.
CREATE TABLE call_days (
	day INTEGER NOT NULL,
	node TEXT NOT NULL,
	driver TEXT NOT NULL,
	assistant TEXT NOT NULL,
	status TEXT NOT NULL,
	calls INTEGER NOT NULL,
	answered INTEGER NOT NULL,
	talk_us INTEGER NOT NULL,
	cost REAL NOT NULL,
	PRIMARY KEY (day, node, driver, assistant, status)
) STRICT, WITHOUT ROWID;

INSERT INTO call_days
SELECT created_us / 86400000000, node, driver, coalesce(assistant, ''), status, count(*),
	count(answered_us), coalesce(sum(max(ended_us - answered_us, 0)), 0), coalesce(sum(cost), 0.0)
FROM calls GROUP BY 1, 2, 3, 4, 5;

CREATE TRIGGER calls_counted AFTER INSERT ON calls BEGIN
	INSERT INTO call_days VALUES (new.created_us / 86400000000, new.node, new.driver,
		coalesce(new.assistant, ''), new.status, 1, new.answered_us IS NOT NULL,
		coalesce(max(new.ended_us - new.answered_us, 0), 0), coalesce(new.cost, 0.0))
	ON CONFLICT (day, node, driver, assistant, status) DO UPDATE SET calls = calls + 1,
		answered = answered + excluded.answered, talk_us = talk_us + excluded.talk_us,
		cost = cost + excluded.cost;
END;

CREATE TRIGGER calls_uncounted AFTER DELETE ON calls BEGIN
	UPDATE call_days SET calls = calls - 1, answered = answered - (old.answered_us IS NOT NULL),
		talk_us = talk_us - coalesce(max(old.ended_us - old.answered_us, 0), 0),
		cost = cost - coalesce(old.cost, 0.0)
	WHERE day = old.created_us / 86400000000 AND node = old.node AND driver = old.driver
		AND assistant = coalesce(old.assistant, '') AND status = old.status;
END;

CREATE TRIGGER calls_recounted AFTER UPDATE ON calls
WHEN (old.created_us, old.node, old.driver, old.assistant, old.status, old.answered_us, old.ended_us,
		old.cost)
	IS NOT (new.created_us, new.node, new.driver, new.assistant, new.status, new.answered_us,
		new.ended_us, new.cost)
BEGIN
	UPDATE call_days SET calls = calls - 1, answered = answered - (old.answered_us IS NOT NULL),
		talk_us = talk_us - coalesce(max(old.ended_us - old.answered_us, 0), 0),
		cost = cost - coalesce(old.cost, 0.0)
	WHERE day = old.created_us / 86400000000 AND node = old.node AND driver = old.driver
		AND assistant = coalesce(old.assistant, '') AND status = old.status;
	INSERT INTO call_days VALUES (new.created_us / 86400000000, new.node, new.driver,
		coalesce(new.assistant, ''), new.status, 1, new.answered_us IS NOT NULL,
		coalesce(max(new.ended_us - new.answered_us, 0), 0), coalesce(new.cost, 0.0))
	ON CONFLICT (day, node, driver, assistant, status) DO UPDATE SET calls = calls + 1,
		answered = answered + excluded.answered, talk_us = talk_us + excluded.talk_us,
		cost = cost + excluded.cost;
END;

-- How often an answer took how long, in steps of 10 ms, the last of them being 10 s and more.
CREATE TABLE turn_days (
	day INTEGER NOT NULL,
	node TEXT NOT NULL,
	driver TEXT NOT NULL,
	assistant TEXT NOT NULL,
	step INTEGER NOT NULL,
	turns INTEGER NOT NULL,
	PRIMARY KEY (day, node, driver, assistant, step)
) STRICT, WITHOUT ROWID;

INSERT INTO turn_days
SELECT created_us / 86400000000, node, driver, coalesce(calls.assistant, ''),
	min(CAST(answer_delay_ms / 10 AS INTEGER), 1000), count(*)
FROM turns JOIN calls ON calls.id = turns.call_id WHERE answer_delay_ms IS NOT NULL
GROUP BY 1, 2, 3, 4, 5;

CREATE TRIGGER turns_counted AFTER INSERT ON turns WHEN new.answer_delay_ms IS NOT NULL BEGIN
	INSERT INTO turn_days
	SELECT created_us / 86400000000, node, driver, coalesce(assistant, ''),
		min(CAST(new.answer_delay_ms / 10 AS INTEGER), 1000), 1
	FROM calls WHERE id = new.call_id
	ON CONFLICT (day, node, driver, assistant, step) DO UPDATE SET turns = turns + 1;
END;

CREATE TRIGGER turns_uncounted AFTER DELETE ON turns WHEN old.answer_delay_ms IS NOT NULL BEGIN
	UPDATE turn_days SET turns = turns - 1
	WHERE (day, node, driver, assistant) = (SELECT created_us / 86400000000, node, driver,
			coalesce(assistant, '') FROM calls WHERE id = old.call_id)
		AND step = min(CAST(old.answer_delay_ms / 10 AS INTEGER), 1000);
END;

CREATE TRIGGER turns_recounted AFTER UPDATE ON turns
WHEN old.answer_delay_ms IS NOT new.answer_delay_ms
BEGIN
	UPDATE turn_days SET turns = turns - 1
	WHERE (day, node, driver, assistant) = (SELECT created_us / 86400000000, node, driver,
			coalesce(assistant, '') FROM calls WHERE id = old.call_id)
		AND step = min(CAST(old.answer_delay_ms / 10 AS INTEGER), 1000);
	INSERT INTO turn_days
	SELECT created_us / 86400000000, node, driver, coalesce(assistant, ''),
		min(CAST(new.answer_delay_ms / 10 AS INTEGER), 1000), 1
	FROM calls WHERE id = new.call_id AND new.answer_delay_ms IS NOT NULL
	ON CONFLICT (day, node, driver, assistant, step) DO UPDATE SET turns = turns + 1;
END;

-- Turns are uncounted while it is still known whose they were.
CREATE TRIGGER calls_forget_turns BEFORE DELETE ON calls BEGIN
	DELETE FROM turns WHERE call_id = old.id;
END;

-- What is searched are words that the server has folded, the same for every database; the tokenizer
-- only has to find the spaces. A message from before has none until the server has gone over it.
DROP TRIGGER messages_text_added;
DROP TRIGGER messages_text_changed;
DROP TRIGGER messages_text_removed;
DROP TABLE messages_text;

ALTER TABLE messages ADD COLUMN words TEXT;
CREATE INDEX messages_unfolded ON messages (number) WHERE words IS NULL;

CREATE VIRTUAL TABLE messages_text USING fts5 (
	words, content = 'messages', content_rowid = 'number', tokenize = 'ascii', columnsize = 0
);

CREATE TRIGGER messages_text_added AFTER INSERT ON messages WHEN new.words IS NOT NULL BEGIN
	INSERT INTO messages_text (rowid, words) VALUES (new.number, new.words);
END;

CREATE TRIGGER messages_text_changed AFTER UPDATE OF words ON messages BEGIN
	INSERT INTO messages_text (messages_text, rowid, words)
	SELECT 'delete', old.number, old.words WHERE old.words IS NOT NULL;
	INSERT INTO messages_text (rowid, words)
	SELECT new.number, new.words WHERE new.words IS NOT NULL;
END;

CREATE TRIGGER messages_text_removed AFTER DELETE ON messages WHEN old.words IS NOT NULL BEGIN
	INSERT INTO messages_text (messages_text, rowid, words)
	VALUES ('delete', old.number, old.words);
END;
