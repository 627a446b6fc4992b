/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The figures of a turn. A plain value; any thread.
 */

#include "turn/turn-timings.h"

#include <string.h>

void
offhook_turn_timings_init(OffhookTurnTimings *self)
{
	memset(self, 0, sizeof *self);
}

void
offhook_turn_timings_stamp(OffhookTurnTimings *self, OffhookStamp stamp, gint64 at_us)
{
	if (self->stamps[stamp] == 0)
		self->stamps[stamp] = at_us;
}

void
offhook_turn_timings_begin_share(OffhookTurnTimings *self, OffhookShare share, gint64 at_us)
{
	if (self->share_begin[share] == 0)
		self->share_begin[share] = at_us;
}

void
offhook_turn_timings_end_share(OffhookTurnTimings *self, OffhookShare share, gint64 at_us)
{
	if (self->share_begin[share] != 0 && self->share_end[share] == 0)
		self->share_end[share] = at_us;
}

gint64
offhook_turn_timings_get_between(const OffhookTurnTimings *self, OffhookStamp from, OffhookStamp to)
{
	if (self->stamps[from] == 0 || self->stamps[to] == 0)
		return -1;
	return self->stamps[to] - self->stamps[from];
}

gint64
offhook_turn_timings_get_share(const OffhookTurnTimings *self, OffhookShare share)
{
	if (self->share_begin[share] == 0 || self->share_end[share] == 0)
		return -1;
	return self->share_end[share] - self->share_begin[share];
}

gint64
offhook_turn_timings_get_answer_delay(const OffhookTurnTimings *self)
{
	return offhook_turn_timings_get_between(self, OFFHOOK_STAMP_SPEECH_ENDED,
						OFFHOOK_STAMP_FIRST_FRAME);
}

/* The part of a share between @from_us and @to_us: it may have begun on speculation before. */
static gint64
offhook_turn_timings_clip_share(const OffhookTurnTimings *self, OffhookShare share, gint64 from_us,
				gint64 to_us)
{
	if (offhook_turn_timings_get_share(self, share) < 0)
		return 0;
	return MAX(MIN(self->share_end[share], to_us) - MAX(self->share_begin[share], from_us), 0);
}

gint64
offhook_turn_timings_get_own_share(const OffhookTurnTimings *self)
{
	gint64 from = self->stamps[OFFHOOK_STAMP_DUE];
	gint64 to = self->stamps[OFFHOOK_STAMP_FIRST_FRAME];
	gint64 own;

	if (from == 0)
		from = self->stamps[OFFHOOK_STAMP_COMMITTED];
	if (from == 0 || to == 0)
		return -1;
	own = to - from;
	own -= offhook_turn_timings_clip_share(self, OFFHOOK_SHARE_AGENT, from, to);
	own -= offhook_turn_timings_clip_share(self, OFFHOOK_SHARE_SYNTHESIZER, from, to);
	return MAX(own, 0);
}

const char *
offhook_stamp_to_string(OffhookStamp stamp)
{
	static const char *const names[] = {
	    "speech_ended", "transcript_final", "due",         "committed",
	    "first_text",   "first_audio",      "first_frame", "heard_end", "silenced",
	};

	G_STATIC_ASSERT(G_N_ELEMENTS(names) == OFFHOOK_STAMP_LAST);
	g_return_val_if_fail((guint)stamp < OFFHOOK_STAMP_LAST, NULL);
	return names[stamp];
}
