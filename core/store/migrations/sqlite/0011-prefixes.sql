-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- The beginnings of words are in the index, too: to look for "res*", FTS5 would otherwise put together all
-- messages of all words that begin so before the first is shown.

DROP TABLE messages_text;

CREATE VIRTUAL TABLE messages_text USING fts5 (
	words, content = 'messages', content_rowid = 'number', tokenize = 'ascii', columnsize = 0,
	prefix = '3 4'
);

INSERT INTO messages_text (messages_text) VALUES ('rebuild');
