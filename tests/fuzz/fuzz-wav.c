/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as a WAV file: its audio lies inside the bytes, or an error says what is wrong.
 */

#include <offhook/error.h>
#include <offhook/wav.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autoptr(GError) error = NULL;
	OffhookWavInfo info;

	if (!offhook_wav_parse(data, size, &info, &error)) {
		g_assert_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT);
		return 0;
	}
	g_assert_no_error(error);
	g_assert_true(info.offset <= size && info.size <= size - info.offset);
	g_assert_true(info.channels == 1 || info.channels == 2);
	g_assert_true(info.rate >= 4000 && info.rate <= 192000);
	return 0;
}
