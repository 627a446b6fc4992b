-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What pages, searches and statistics over very many calls need. Days begin at midnight UTC.

-- Wide enough to judge a call by, so that pages with filters need not fetch the calls they pass over.
DROP INDEX calls_by_time;
CREATE INDEX calls_by_time ON calls (created_us, id) INCLUDE (status, direction, driver, assistant,
	from_number, to_number, answered_us, ended_us, cost);
CREATE INDEX calls_by_assistant ON calls (assistant, created_us, id) WHERE assistant IS NOT NULL;
CREATE INDEX calls_by_driver ON calls (driver, created_us, id);

-- Calls are counted as they are written: nobody waits for a million rows to be counted. Each daemon
-- counts its own, so that several don't wait for one another.
CREATE TABLE call_days (
	day BIGINT NOT NULL,
	node TEXT NOT NULL,
	driver TEXT NOT NULL,
	assistant TEXT NOT NULL,
	status TEXT NOT NULL,
	calls BIGINT NOT NULL,
	answered BIGINT NOT NULL,
	talk_us BIGINT NOT NULL,
	cost DOUBLE PRECISION NOT NULL,
	PRIMARY KEY (day, node, driver, assistant, status)
) WITH (fillfactor = 50);

INSERT INTO call_days
SELECT created_us / 86400000000, node, driver, coalesce(assistant, ''), status, count(*),
	count(answered_us), coalesce(sum(greatest(ended_us - answered_us, 0)), 0), coalesce(sum(cost), 0)
FROM calls GROUP BY 1, 2, 3, 4, 5;

CREATE FUNCTION count_call() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND (old.created_us, old.node, old.driver, old.assistant, old.status,
			old.answered_us, old.ended_us, old.cost)
		IS NOT DISTINCT FROM (new.created_us, new.node, new.driver, new.assistant, new.status,
			new.answered_us, new.ended_us, new.cost) THEN
		RETURN NULL;
	END IF;
	IF TG_OP <> 'INSERT' THEN
		UPDATE call_days SET calls = calls - 1,
			answered = answered - (old.answered_us IS NOT NULL)::int,
			talk_us = talk_us - CASE WHEN old.answered_us < old.ended_us
				THEN old.ended_us - old.answered_us ELSE 0 END,
			cost = cost - coalesce(old.cost, 0)
		WHERE day = old.created_us / 86400000000 AND node = old.node AND driver = old.driver
			AND assistant = coalesce(old.assistant, '') AND status = old.status;
	END IF;
	IF TG_OP <> 'DELETE' THEN
		INSERT INTO call_days AS d VALUES (new.created_us / 86400000000, new.node, new.driver,
			coalesce(new.assistant, ''), new.status, 1, (new.answered_us IS NOT NULL)::int,
			CASE WHEN new.answered_us < new.ended_us
				THEN new.ended_us - new.answered_us ELSE 0 END, coalesce(new.cost, 0))
		ON CONFLICT (day, node, driver, assistant, status) DO UPDATE SET calls = d.calls + 1,
			answered = d.answered + excluded.answered,
			talk_us = d.talk_us + excluded.talk_us, cost = d.cost + excluded.cost;
	END IF;
	RETURN NULL;
END $$;

CREATE TRIGGER calls_counted AFTER INSERT OR UPDATE OR DELETE ON calls
	FOR EACH ROW EXECUTE FUNCTION count_call();

-- How often an answer took how long, in steps of 10 ms, the last of them being 10 s and more.
CREATE TABLE turn_days (
	day BIGINT NOT NULL,
	node TEXT NOT NULL,
	driver TEXT NOT NULL,
	assistant TEXT NOT NULL,
	step INTEGER NOT NULL,
	turns BIGINT NOT NULL,
	PRIMARY KEY (day, node, driver, assistant, step)
) WITH (fillfactor = 50);

INSERT INTO turn_days
SELECT created_us / 86400000000, node, driver, coalesce(calls.assistant, ''),
	least(floor(answer_delay_ms / 10), 1000), count(*)
FROM turns JOIN calls ON calls.id = turns.call_id WHERE answer_delay_ms IS NOT NULL
GROUP BY 1, 2, 3, 4, 5;

CREATE FUNCTION count_turn() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND old.answer_delay_ms IS NOT DISTINCT FROM new.answer_delay_ms THEN
		RETURN NULL;
	END IF;
	IF TG_OP <> 'INSERT' AND old.answer_delay_ms IS NOT NULL THEN
		UPDATE turn_days AS d SET turns = turns - 1 FROM calls AS c
		WHERE c.id = old.call_id AND d.day = c.created_us / 86400000000 AND d.node = c.node
			AND d.driver = c.driver AND d.assistant = coalesce(c.assistant, '')
			AND d.step = least(floor(old.answer_delay_ms / 10), 1000)::int;
	END IF;
	IF TG_OP <> 'DELETE' AND new.answer_delay_ms IS NOT NULL THEN
		INSERT INTO turn_days AS d
		SELECT created_us / 86400000000, node, driver, coalesce(assistant, ''),
			least(floor(new.answer_delay_ms / 10), 1000), 1
		FROM calls WHERE id = new.call_id
		ON CONFLICT (day, node, driver, assistant, step) DO UPDATE SET turns = d.turns + 1;
	END IF;
	RETURN NULL;
END $$;

CREATE TRIGGER turns_counted AFTER INSERT OR UPDATE OR DELETE ON turns
	FOR EACH ROW EXECUTE FUNCTION count_turn();

-- Turns are uncounted while it is still known whose they were.
CREATE FUNCTION forget_turns() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	DELETE FROM turns WHERE call_id = old.id;
	RETURN old;
END $$;

CREATE TRIGGER calls_forget_turns BEFORE DELETE ON calls
	FOR EACH ROW EXECUTE FUNCTION forget_turns();

-- What is searched are words that the server has folded, the same for every database: they go past
-- PostgreSQL's own parser. A message from before has none until the server has gone over it.
DROP INDEX messages_text;

ALTER TABLE messages ADD COLUMN words TEXT;
ALTER TABLE messages ADD COLUMN search TSVECTOR
	GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED;
CREATE INDEX messages_unfolded ON messages (number) WHERE words IS NULL;
CREATE INDEX messages_text ON messages USING gin (search);
