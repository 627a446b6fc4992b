-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What engines did for a call and for each turn, and what that cost. A call from before has none.

ALTER TABLE calls ADD COLUMN input_tokens BIGINT;
ALTER TABLE calls ADD COLUMN output_tokens BIGINT;
ALTER TABLE calls ADD COLUMN characters BIGINT;
ALTER TABLE calls ADD COLUMN audio_us BIGINT;
ALTER TABLE calls ADD COLUMN cost DOUBLE PRECISION;
ALTER TABLE turns ADD COLUMN input_tokens BIGINT;
ALTER TABLE turns ADD COLUMN output_tokens BIGINT;
ALTER TABLE turns ADD COLUMN characters BIGINT;
ALTER TABLE turns ADD COLUMN audio_us BIGINT;
ALTER TABLE turns ADD COLUMN cost DOUBLE PRECISION;
