/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Finding pings in returned audio. */

#include "pings.h"

/* Half a period of the lowest tone is 10 samples, so this much quiet is the end. */
#define END_SAMPLES   40
#define MIN_CROSSINGS 4

void
load_pings_init(LoadPings *self, LoadTally *tally)
{
	*self = (LoadPings){.tally = tally};
}

static void
load_pings_lose(LoadPings *self)
{
	if (self->ring[self->first++ % LOAD_PINGS_ON_THE_WAY].counted)
		self->tally->pings_lost++;
}

guint
load_pings_send(LoadPings *self, guint64 position, gint64 now_us)
{
	LoadPing *ping;

	if (self->next - self->first == LOAD_PINGS_ON_THE_WAY)
		load_pings_lose(self);
	ping = &self->ring[self->next % LOAD_PINGS_ON_THE_WAY];
	*ping = (LoadPing){position, now_us, (guint)(self->next % LOAD_PING_TONES),
			   self->tally->measuring};
	self->next++;
	if (ping->counted)
		self->tally->pings_sent++;
	return ping->tone;
}

/* Where this ping is in the returned stream against where the last one was. */
static void
load_pings_compare(LoadPings *self, const LoadPing *ping)
{
	gint64 shift = (gint64)self->onset - (gint64)ping->position;
	gint64 change = self->shifted ? shift - self->shift : 0;

	if (!self->shifted || ABS(change) > LOAD_PINGS_TOLERANCE)
		self->shift = shift;
	self->shifted = TRUE;
	if (!ping->counted)
		return;
	if (change > LOAD_PINGS_TOLERANCE)
		self->tally->samples_inserted += (guint64)change;
	else if (change < -LOAD_PINGS_TOLERANCE)
		self->tally->samples_lost += (guint64)-change;
}

static void
load_pings_take(LoadPings *self, guint tone)
{
	guint64 i = self->first;
	const LoadPing *ping;

	while (i < self->next && self->ring[i % LOAD_PINGS_ON_THE_WAY].tone != tone)
		i++;
	if (i == self->next) {
		/* One that was overtaken, came twice, or is no ping at all. */
		self->tally->pings_misordered += self->tally->measuring;
		return;
	}
	while (self->first < i)
		load_pings_lose(self);
	ping = &self->ring[self->first++ % LOAD_PINGS_ON_THE_WAY];
	load_pings_compare(self, ping);
	if (!ping->counted)
		return;
	self->tally->pings_returned++;
	load_times_add(&self->tally->delay, self->onset_us - ping->sent_us);
}

static void
load_pings_recognise(LoadPings *self)
{
	double frequency;

	if (self->crossings < MIN_CROSSINGS)
		return; /* a click; its ping is found missing */
	frequency = (double)LOAD_RATE * (self->crossings - 1) /
		    (2.0 * (double)(self->last_crossing - self->first_crossing));
	for (guint tone = 0; tone < LOAD_PING_TONES; tone++) {
		if (ABS(frequency - load_sounds_get_ping_frequency(tone)) < 90.0) {
			load_pings_take(self, tone);
			return;
		}
	}
	self->tally->pings_misordered += self->tally->measuring;
}

static void
load_pings_begin(LoadPings *self, guint64 position, gint64 at_us, gboolean negative)
{
	self->loud = TRUE;
	self->onset = position;
	self->onset_us = at_us;
	self->quiet = 0;
	self->crossings = 0;
	self->negative = negative;
}

static void
load_pings_listen(LoadPings *self, guint8 code, guint64 position)
{
	gboolean negative = !(code & 0x80);

	/* Only loud samples have a sign that counts: noise crosses zero too. */
	if (!LOAD_IS_LOUD(code)) {
		if (++self->quiet == END_SAMPLES) {
			self->loud = FALSE;
			load_pings_recognise(self);
		}
		return;
	}
	self->quiet = 0;
	if (negative == self->negative)
		return;
	self->negative = negative;
	if (self->crossings++ == 0)
		self->first_crossing = position;
	self->last_crossing = position;
}

void
load_pings_receive(LoadPings *self, const guint8 *codes, gsize n, gint64 now_us)
{
	gsize i = 0;

	while (i < n) {
		if (!self->loud) {
			i += load_mulaw_find_loud(codes + i, n - i);
			if (i == n)
				break;
			load_pings_begin(self, self->returned + i,
					 now_us + (gint64)i * LOAD_SAMPLE_US, !(codes[i] & 0x80));
		}
		load_pings_listen(self, codes[i], self->returned + i);
		i++;
	}
	self->returned += n;
}

void
load_pings_end(LoadPings *self)
{
	while (self->first < self->next)
		load_pings_lose(self);
}

gboolean
load_pings_is_waiting(const LoadPings *self)
{
	return self->first < self->next;
}
