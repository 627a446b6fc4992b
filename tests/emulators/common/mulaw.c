/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* G.711 mu-law, worked out from the standard's segments and kept in two tables that are filled
 * once. Pure functions; the emulator has one thread. */

#include "mulaw.h"

static gint16 offhook_emu_mulaw_expanded[256];
static guint8 offhook_emu_mulaw_compressed[65536];

/* Segment s starts at ((33 << s) - 33) on a 14-bit scale and has 16 steps of (2 << s). */
static gint16
offhook_emu_mulaw_expand(guint8 code)
{
	guint8 bits = (guint8)~code;
	gint segment = (bits >> 4) & 7;
	gint step = bits & 15;
	gint magnitude = (((2 * step + 33) << segment) - 33) * 4;

	return (gint16)((bits & 0x80) ? -magnitude : magnitude);
}

static guint8
offhook_emu_mulaw_compress(gint sample)
{
	gint magnitude = MIN(ABS(sample) / 4, 8158) + 33;
	gint segment = g_bit_nth_msf((gulong)magnitude, -1) - 5;
	gint step = (magnitude >> (segment + 1)) & 15;

	return (guint8) ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step);
}

static void
offhook_emu_mulaw_fill_tables(void)
{
	static gsize filled = 0;

	if (!g_once_init_enter(&filled))
		return;
	for (gint code = 0; code < 256; code++)
		offhook_emu_mulaw_expanded[code] = offhook_emu_mulaw_expand((guint8)code);
	for (gint sample = -32768; sample < 32768; sample++)
		offhook_emu_mulaw_compressed[sample + 32768] = offhook_emu_mulaw_compress(sample);
	g_once_init_leave(&filled, 1);
}

guint8
offhook_emu_mulaw_encode(gint16 sample)
{
	offhook_emu_mulaw_fill_tables();
	return offhook_emu_mulaw_compressed[sample + 32768];
}

gint16
offhook_emu_mulaw_decode(guint8 code)
{
	offhook_emu_mulaw_fill_tables();
	return offhook_emu_mulaw_expanded[code];
}
