/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as the sound that a service sends: in one piece and in small ones the same comes out,
 * whole samples, or an error.
 */

#include "speech-decoder.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static GByteArray *
decode(const guint8 *data, gsize size, gsize step, int *code)
{
	g_autoptr(OffhookSpeechDecoder) decoder = offhook_speech_decoder_new(24000);
	g_autoptr(GError) error = NULL;
	GByteArray *out = g_byte_array_new();
	gboolean good = TRUE;

	for (gsize at = 0; good && at < size; at += step)
		good = offhook_speech_decoder_push(decoder, data + at, MIN(step, size - at), out,
						   &error);
	if (good)
		good = offhook_speech_decoder_finish(decoder, out, &error);
	g_assert_true(good == (error == NULL));
	g_assert_cmpuint(out->len % sizeof(gint16), ==, 0);
	*code = good ? -1 : error->code;
	return out;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	int whole_code, piece_code;
	g_autoptr(GByteArray) whole = decode(data, size, MAX(size, 1), &whole_code);
	g_autoptr(GByteArray) pieces = decode(data, size, 5, &piece_code);

	g_assert_cmpint(whole_code, ==, piece_code);
	g_assert_cmpmem(whole->data, whole->len, pieces->data, pieces->len);
	return 0;
}
