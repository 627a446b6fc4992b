/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Tones by sines; short ramps at both ends keep them from clicking. Any thread.
 */

#include "call/live/sounds.h"

#include <math.h>
#include <offhook/error.h>
#include <string.h>

#define RATE         16000
#define KEY_MS       120
#define GAP_MS       80
#define WAIT_MS      500
#define RAMP_MS      5
#define KEY_LEVEL    6000.0
#define HOLD_LEVEL   1500.0
#define HOLD_MS      10000
#define HOLD_TONE_MS 400

static void
offhook_sounds_add(GByteArray *out, double low, double high, double level, guint ms)
{
	guint n = RATE / 1000 * ms;
	guint ramp = RATE / 1000 * RAMP_MS;

	for (guint i = 0; i < n; i++) {
		double t = (double)i / RATE;
		double edge = MIN(1.0, MIN((double)i, (double)(n - i)) / ramp);
		gint16 sample =
		    (gint16)(level * edge * (sin(2 * G_PI * low * t) + sin(2 * G_PI * high * t)));

		g_byte_array_append(out, (const guint8 *)&sample, sizeof sample);
	}
}

static void
offhook_sounds_add_silence(GByteArray *out, guint ms)
{
	guint before = out->len;

	g_byte_array_set_size(out, before + RATE / 1000 * ms * sizeof(gint16));
	memset(out->data + before, 0, out->len - before);
}

GBytes *
offhook_sounds_make_keys(const char *keys, GError **error)
{
	static const char pad[] = "123A456B789C*0#D";
	static const double rows[] = {697, 770, 852, 941};
	static const double columns[] = {1209, 1336, 1477, 1633};
	g_autoptr(GByteArray) out = g_byte_array_new();
	gsize length = keys != NULL ? strlen(keys) : 0;

	if (length == 0 || length > OFFHOOK_SOUNDS_MAX_KEYS ||
	    strspn(keys, "0123456789ABCD*#wW") != length) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_INVALID_ARGUMENT,
			    "digits: expected 1 to %d of 0-9, A-D, *, #, w and W",
			    OFFHOOK_SOUNDS_MAX_KEYS);
		return NULL;
	}
	for (; *keys != '\0'; keys++) {
		const char *place = strchr(pad, *keys);

		if (place == NULL) {
			offhook_sounds_add_silence(out, *keys == 'W' ? 2 * WAIT_MS : WAIT_MS);
			continue;
		}
		offhook_sounds_add(out, rows[(place - pad) / 4], columns[(place - pad) % 4],
				   KEY_LEVEL, KEY_MS);
		offhook_sounds_add_silence(out, GAP_MS);
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

GBytes *
offhook_sounds_make_hold(void)
{
	g_autoptr(GByteArray) out = g_byte_array_new();

	offhook_sounds_add(out, 392, 523, HOLD_LEVEL, HOLD_TONE_MS);
	offhook_sounds_add_silence(out, HOLD_MS / 2 - HOLD_TONE_MS);
	offhook_sounds_add(out, 330, 523, HOLD_LEVEL, HOLD_TONE_MS);
	offhook_sounds_add_silence(out, HOLD_MS / 2 - HOLD_TONE_MS);
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
