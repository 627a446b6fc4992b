/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* WAV in (16-bit PCM or mu-law, any rate, one or two channels, mixed to one) and out (16-bit
 * PCM). Every refusal names the file, what it holds and what is accepted. */

#include "wav.h"

#include "emu-error.h"
#include "mulaw.h"

#include <string.h>

#define OFFHOOK_EMU_WAV_MAX_BYTES (200u * 1024 * 1024)
#define OFFHOOK_EMU_WAV_PCM       1
#define OFFHOOK_EMU_WAV_MULAW     7
#define OFFHOOK_EMU_WAV_EXTENSION 0xfffe

typedef struct {
	const gchar *name;
	guint format;
	guint channels;
	guint rate;
	guint bits;
	const guint8 *data;
	gsize data_length;
} OffhookEmuWav;

static guint
offhook_emu_wav_u16(const guint8 *at)
{
	return (guint)at[0] | (guint)at[1] << 8;
}

static guint32
offhook_emu_wav_u32(const guint8 *at)
{
	return (guint32)offhook_emu_wav_u16(at) | (guint32)offhook_emu_wav_u16(at + 2) << 16;
}

static gboolean offhook_emu_wav_refuse(const gchar *name, GError **error, const gchar *format, ...)
    G_GNUC_PRINTF(3, 4);

static gboolean
offhook_emu_wav_refuse(const gchar *name, GError **error, const gchar *format, ...)
{
	g_autofree gchar *reason = NULL;
	va_list args;

	va_start(args, format);
	reason = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, OFFHOOK_EMU_ERROR, OFFHOOK_EMU_ERROR_AUDIO, "%s: %s", name, reason);
	return FALSE;
}

static const gchar *
offhook_emu_wav_format_name(guint format)
{
	switch (format) {
	case 2:
	case 17:
		return "ADPCM";
	case 3:
		return "floating point";
	case 6:
		return "A-law";
	case 85:
		return "MP3";
	default:
		return "unknown";
	}
}

static gboolean
offhook_emu_wav_read_fmt(OffhookEmuWav *wav, const guint8 *chunk, gsize length, GError **error)
{
	if (length < 16)
		return offhook_emu_wav_refuse(
		    wav->name, error,
		    "the fmt chunk has %" G_GSIZE_FORMAT " bytes, expected at least 16", length);
	wav->format = offhook_emu_wav_u16(chunk);
	wav->channels = offhook_emu_wav_u16(chunk + 2);
	wav->rate = offhook_emu_wav_u32(chunk + 4);
	wav->bits = offhook_emu_wav_u16(chunk + 14);
	if (wav->format == OFFHOOK_EMU_WAV_EXTENSION && length >= 26)
		wav->format = offhook_emu_wav_u16(chunk + 24);
	return TRUE;
}

/* Streamed files (a pipe's output) carry a data length that was never filled in: take what is
 * there. */
static gboolean
offhook_emu_wav_read_chunks(OffhookEmuWav *wav, const guint8 *file, gsize length, GError **error)
{
	gsize at = 12;

	while (wav->data == NULL && at + 8 <= length) {
		const guint8 *chunk = file + at + 8;
		gsize size = MIN(offhook_emu_wav_u32(file + at + 4), length - at - 8);

		if (memcmp(file + at, "fmt ", 4) == 0) {
			if (!offhook_emu_wav_read_fmt(wav, chunk, size, error))
				return FALSE;
		} else if (memcmp(file + at, "data", 4) == 0) {
			wav->data = chunk;
			wav->data_length = size;
		}
		at += 8 + size + (size & 1);
	}
	if (wav->format == 0)
		return offhook_emu_wav_refuse(wav->name, error,
					      "no fmt chunk before the sound data");
	if (wav->data == NULL)
		return offhook_emu_wav_refuse(wav->name, error, "no data chunk");
	return TRUE;
}

static gboolean
offhook_emu_wav_check(const OffhookEmuWav *wav, GError **error)
{
	if (wav->format != OFFHOOK_EMU_WAV_PCM && wav->format != OFFHOOK_EMU_WAV_MULAW)
		return offhook_emu_wav_refuse(
		    wav->name, error, "sound format %u (%s), expected 1 (16-bit PCM) or 7 (mu-law)",
		    wav->format, offhook_emu_wav_format_name(wav->format));
	if (wav->format == OFFHOOK_EMU_WAV_PCM && wav->bits != 16)
		return offhook_emu_wav_refuse(wav->name, error,
					      "PCM of %u bits per sample, expected 16", wav->bits);
	if (wav->format == OFFHOOK_EMU_WAV_MULAW && wav->bits != 8)
		return offhook_emu_wav_refuse(
		    wav->name, error, "mu-law of %u bits per sample, expected 8", wav->bits);
	if (wav->channels < 1 || wav->channels > 2)
		return offhook_emu_wav_refuse(wav->name, error, "%u channels, expected 1 or 2",
					      wav->channels);
	if (wav->rate < 4000 || wav->rate > 192000)
		return offhook_emu_wav_refuse(
		    wav->name, error, "a rate of %u Hz, expected 4000 to 192000", wav->rate);
	if (wav->data_length < wav->bits / 8 * wav->channels)
		return offhook_emu_wav_refuse(wav->name, error, "it holds no sound");
	return TRUE;
}

static gint
offhook_emu_wav_sample(const OffhookEmuWav *wav, gsize index)
{
	if (wav->format == OFFHOOK_EMU_WAV_MULAW)
		return offhook_emu_mulaw_decode(wav->data[index]);
	return (gint16)offhook_emu_wav_u16(wav->data + 2 * index);
}

OffhookEmuPcm *
offhook_emu_wav_parse(const gchar *name, const guint8 *data, gsize length, GError **error)
{
	OffhookEmuWav wav = {.name = name};
	g_autoptr(OffhookEmuPcm) pcm = NULL;
	gsize frames;

	if (length < 12 || memcmp(data, "RIFF", 4) != 0 || memcmp(data + 8, "WAVE", 4) != 0) {
		offhook_emu_wav_refuse(name, error, "not a WAV file (no RIFF/WAVE header)");
		return NULL;
	}
	if (!offhook_emu_wav_read_chunks(&wav, data, length, error) ||
	    !offhook_emu_wav_check(&wav, error))
		return NULL;
	pcm = offhook_emu_pcm_new(wav.rate);
	frames = wav.data_length / (wav.bits / 8 * wav.channels);
	for (gsize i = 0; i < frames; i++) {
		gint left = offhook_emu_wav_sample(&wav, i * wav.channels);
		gint right = offhook_emu_wav_sample(&wav, i * wav.channels + wav.channels - 1);
		gint16 mixed = (gint16)((left + right) / 2);

		g_array_append_val(pcm->samples, mixed);
	}
	return g_steal_pointer(&pcm);
}

OffhookEmuPcm *
offhook_emu_wav_read(const gchar *path, GError **error)
{
	g_autoptr(GMappedFile) file = NULL;
	g_autoptr(GError) local = NULL;

	file = g_mapped_file_new(path, FALSE, &local);
	if (file == NULL) {
		offhook_emu_wav_refuse(path, error, "cannot be read: %s", local->message);
		return NULL;
	}
	if (g_mapped_file_get_length(file) > OFFHOOK_EMU_WAV_MAX_BYTES) {
		offhook_emu_wav_refuse(path, error, "larger than %u MiB",
				       OFFHOOK_EMU_WAV_MAX_BYTES / (1024 * 1024));
		return NULL;
	}
	return offhook_emu_wav_parse(path, (const guint8 *)g_mapped_file_get_contents(file),
				     g_mapped_file_get_length(file), error);
}

static void
offhook_emu_wav_put(GByteArray *out, guint32 value, guint bytes)
{
	for (guint i = 0; i < bytes; i++) {
		guint8 byte = (guint8)(value >> (8 * i));

		g_byte_array_append(out, &byte, 1);
	}
}

static void
offhook_emu_wav_put_header(GByteArray *out, guint rate, guint channels, guint32 data_length)
{
	g_byte_array_append(out, (const guint8 *)"RIFF", 4);
	offhook_emu_wav_put(out, 36 + data_length, 4);
	g_byte_array_append(out, (const guint8 *)"WAVEfmt ", 8);
	offhook_emu_wav_put(out, 16, 4);
	offhook_emu_wav_put(out, OFFHOOK_EMU_WAV_PCM, 2);
	offhook_emu_wav_put(out, channels, 2);
	offhook_emu_wav_put(out, rate, 4);
	offhook_emu_wav_put(out, rate * 2 * channels, 4);
	offhook_emu_wav_put(out, 2 * channels, 2);
	offhook_emu_wav_put(out, 16, 2);
	g_byte_array_append(out, (const guint8 *)"data", 4);
	offhook_emu_wav_put(out, data_length, 4);
}

static guint32
offhook_emu_wav_track_sample(const GArray *track, guint index)
{
	return index < track->len ? (guint16)g_array_index(track, gint16, index) : 0;
}

/* One track, or two side by side (@right may be NULL); the shorter one ends in silence. */
gboolean
offhook_emu_wav_write(const gchar *path, const OffhookEmuPcm *left, const OffhookEmuPcm *right,
		      GError **error)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint channels = right != NULL ? 2 : 1;
	guint frames = MAX(left->samples->len, right != NULL ? right->samples->len : 0);

	offhook_emu_wav_put_header(out, left->rate, channels, frames * 2 * channels);
	for (guint i = 0; i < frames; i++) {
		offhook_emu_wav_put(out, offhook_emu_wav_track_sample(left->samples, i), 2);
		if (right != NULL)
			offhook_emu_wav_put(out, offhook_emu_wav_track_sample(right->samples, i),
					    2);
	}
	return g_file_set_contents_full(path, (const gchar *)out->data, out->len,
					G_FILE_SET_CONTENTS_NONE, 0644, error);
}
