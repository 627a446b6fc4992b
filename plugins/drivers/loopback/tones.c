/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * DTMF: two tones a key, 100 ms long and 100 ms apart. Any thread.
 */

#include "tones.h"

#include <math.h>
#include <string.h>

#define TONE_MS   100
#define GAP_MS    100
#define AMPLITUDE 7000 /* of each tone: together -7.4 dBFS */

static const char offhook_loopback_keys[] = "123A456B789C*0#D";
static const double offhook_loopback_rows[] = {697, 770, 852, 941};
static const double offhook_loopback_columns[] = {1209, 1336, 1477, 1633};

gboolean
offhook_loopback_digits_are_valid(const char *digits)
{
	gsize size = digits != NULL ? strlen(digits) : 0;

	return size > 0 && size <= OFFHOOK_LOOPBACK_MAX_DIGITS &&
	       strspn(digits, "0123456789*#ABCDwW") == size;
}

static void
offhook_loopback_tones_add_silence(GByteArray *out, guint rate, guint ms)
{
	guint size = rate * ms / 1000 * (guint)sizeof(gint16);
	guint old = out->len;

	g_byte_array_set_size(out, old + size);
	memset(out->data + old, 0, size);
}

static void
offhook_loopback_tones_add_key(GByteArray *out, guint rate, guint key)
{
	double row = 2 * G_PI * offhook_loopback_rows[key / 4] / rate;
	double column = 2 * G_PI * offhook_loopback_columns[key % 4] / rate;
	guint samples = rate * TONE_MS / 1000;

	for (guint i = 0; i < samples; i++) {
		gint16 value = (gint16)lrint(AMPLITUDE * (sin(row * i) + sin(column * i)));

		g_byte_array_append(out, (const guint8 *)&value, sizeof value);
	}
}

GBytes *
offhook_loopback_tones_new(const char *digits, guint rate)
{
	GByteArray *out = g_byte_array_new();

	for (const char *p = digits; *p != '\0'; p++) {
		const char *key = strchr(offhook_loopback_keys, *p);

		if (key != NULL)
			offhook_loopback_tones_add_key(out, rate,
						       (guint)(key - offhook_loopback_keys));
		offhook_loopback_tones_add_silence(out, rate,
						   key != NULL ? GAP_MS
						   : *p == 'w' ? 500
							       : 1000);
	}
	return g_byte_array_free_to_bytes(out);
}
