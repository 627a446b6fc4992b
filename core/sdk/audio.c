/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Sizes and silence of the wire formats. Any thread.
 */

#include <offhook/audio.h>

gsize
offhook_audio_format_get_bytes(const OffhookAudioFormat *format, guint ms)
{
	gsize samples = (gsize)format->rate * ms / 1000;

	return format->encoding == OFFHOOK_ENCODING_S16LE ? samples * 2 : samples;
}

guint8
offhook_encoding_get_silence(OffhookEncoding encoding)
{
	switch (encoding) {
	case OFFHOOK_ENCODING_MULAW:
		return 0xff;
	case OFFHOOK_ENCODING_ALAW:
		return 0xd5;
	case OFFHOOK_ENCODING_S16LE:
	default:
		return 0;
	}
}
