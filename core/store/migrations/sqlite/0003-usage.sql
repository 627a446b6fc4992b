-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- What engines did for a call and for each turn, and what that cost. A call from before has none.

ALTER TABLE calls ADD COLUMN input_tokens INTEGER;
ALTER TABLE calls ADD COLUMN output_tokens INTEGER;
ALTER TABLE calls ADD COLUMN characters INTEGER;
ALTER TABLE calls ADD COLUMN audio_us INTEGER;
ALTER TABLE calls ADD COLUMN cost REAL;
ALTER TABLE turns ADD COLUMN input_tokens INTEGER;
ALTER TABLE turns ADD COLUMN output_tokens INTEGER;
ALTER TABLE turns ADD COLUMN characters INTEGER;
ALTER TABLE turns ADD COLUMN audio_us INTEGER;
ALTER TABLE turns ADD COLUMN cost REAL;
