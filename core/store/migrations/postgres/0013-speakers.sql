-- SPDX-License-Identifier: LGPL-2.1-or-later
--
-- Which agent spoke, and of which assistant: a call may be handed over. Of what is from before it is not known.

ALTER TABLE turns ADD COLUMN assistant TEXT;
ALTER TABLE turns ADD COLUMN agent_id TEXT;
ALTER TABLE messages ADD COLUMN agent_id TEXT;
