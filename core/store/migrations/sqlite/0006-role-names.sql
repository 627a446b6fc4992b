-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What engines do is called stt, tts and llm, as in the configuration.

ALTER TABLE turns RENAME COLUMN transcriber_ms TO stt_ms;
ALTER TABLE turns RENAME COLUMN synthesizer_ms TO tts_ms;
