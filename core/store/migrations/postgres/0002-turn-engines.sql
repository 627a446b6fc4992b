-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Which engine understood, thought and spoke in a turn.

ALTER TABLE turns ADD COLUMN stt TEXT;
ALTER TABLE turns ADD COLUMN llm TEXT;
ALTER TABLE turns ADD COLUMN tts TEXT;
