/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the service sends becomes what the daemon plays, whatever the pieces are.
 */

#include "../elevenlabs-sound.h"

#include <string.h>

/* @n bytes of @byte in pieces of @step; returns how many bytes come out, the last sample in @last. */
static guint
convert(const OffhookAudioFormat *format, guint8 byte, gsize n, gsize step, gint16 *last)
{
	g_autoptr(OffhookElevenlabsSound) sound = offhook_elevenlabs_sound_new(format);
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autofree guint8 *data = g_malloc(n);
	guint ms = (guint)(n * 1000 / offhook_audio_format_get_bytes(format, 1000));

	memset(data, byte, n);
	for (gsize at = 0; at < n; at += step)
		offhook_elevenlabs_sound_push(sound, data + at, MIN(step, n - at), out);
	g_assert_cmpuint(offhook_elevenlabs_sound_get_ms(sound), ==, ms);
	offhook_elevenlabs_sound_finish(sound, out);
	memcpy(last, out->data + out->len - sizeof *last, sizeof *last);
	return out->len;
}

static void
test_formats(void)
{
	static const struct {
		OffhookAudioFormat format;
		guint8 byte;
		gsize bytes; /* of 500 ms */
	} cases[] = {
	    {{OFFHOOK_ENCODING_S16LE, 16000}, 0x12, 16000},
	    {{OFFHOOK_ENCODING_S16LE, 8000}, 0x12, 8000},
	    {{OFFHOOK_ENCODING_S16LE, 22050}, 0x12, 22050},
	    {{OFFHOOK_ENCODING_S16LE, 44100}, 0x12, 44100},
	    {{OFFHOOK_ENCODING_MULAW, 8000}, 0xff, 4000},
	};
	static const gsize steps[] = {1, 7, 1000, 100000};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		for (gsize k = 0; k < G_N_ELEMENTS(steps); k++) {
			gint16 last;
			guint size = convert(&cases[i].format, cases[i].byte, cases[i].bytes,
					     steps[k], &last);

			g_assert_cmpuint(size % sizeof(gint16), ==, 0);
			g_assert_cmpint(ABS((int)size - 16000), <=, 64);
			if (cases[i].format.rate == OFFHOOK_RATE)
				g_assert_cmpint(last, ==, 0x1212);
		}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/elevenlabs/sound/formats", test_formats);
	return g_test_run();
}
