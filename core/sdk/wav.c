/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Reading and writing WAV files. The parser takes untrusted bytes: every length is checked against
 * what is there before it is used. Any thread.
 */

#include <offhook/wav.h>

#include <errno.h>
#include <gio/gio.h>
#include <offhook/error.h>
#include <offhook/g711.h>
#include <offhook/resampler.h>
#include <string.h>

#define OFFHOOK_WAV_TAG_PCM        0x0001
#define OFFHOOK_WAV_TAG_FLOAT      0x0003
#define OFFHOOK_WAV_TAG_ALAW       0x0006
#define OFFHOOK_WAV_TAG_MULAW      0x0007
#define OFFHOOK_WAV_TAG_EXTENSIBLE 0xfffe
#define OFFHOOK_WAV_MAX_FILE       (512 * 1024 * 1024)
#define OFFHOOK_WAV_CHUNK_HEADER   8
#define OFFHOOK_WAV_FMT_BYTES      16
#define OFFHOOK_WAV_FMT_SUBFORMAT  24 /* where an extensible fmt chunk names the real tag */

static guint16
offhook_wav_read16(const guint8 *at)
{
	return at[0] | at[1] << 8;
}

static guint32
offhook_wav_read32(const guint8 *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (guint32)at[3] << 24;
}

static void
offhook_wav_write16(guint8 *at, guint16 value)
{
	at[0] = value;
	at[1] = value >> 8;
}

static void
offhook_wav_write32(guint8 *at, guint32 value)
{
	offhook_wav_write16(at, value);
	offhook_wav_write16(at + 2, value >> 16);
}

static guint
offhook_wav_get_sample_bytes(OffhookEncoding encoding)
{
	return encoding == OFFHOOK_ENCODING_S16LE ? 2 : 1;
}

static gboolean
offhook_wav_parse_encoding(guint16 tag, guint16 bits, OffhookEncoding *encoding, GError **error)
{
	guint16 wanted_bits = 8;

	switch (tag) {
	case OFFHOOK_WAV_TAG_PCM:
		*encoding = OFFHOOK_ENCODING_S16LE;
		wanted_bits = 16;
		break;
	case OFFHOOK_WAV_TAG_MULAW:
		*encoding = OFFHOOK_ENCODING_MULAW;
		break;
	case OFFHOOK_WAV_TAG_ALAW:
		*encoding = OFFHOOK_ENCODING_ALAW;
		break;
	default:
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "WAV format is 0x%04x%s, expected PCM (1), A-law (6) or mu-law (7)",
			    tag, tag == OFFHOOK_WAV_TAG_FLOAT ? " (floating point)" : "");
		return FALSE;
	}
	if (bits != wanted_bits) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "WAV bits per sample is %u, expected %u for format %u", bits,
			    wanted_bits, tag);
		return FALSE;
	}
	return TRUE;
}

static gboolean
offhook_wav_parse_fmt(const guint8 *chunk, gsize size, OffhookWavInfo *info, GError **error)
{
	guint16 tag;

	if (size < OFFHOOK_WAV_FMT_BYTES) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "WAV fmt chunk has %" G_GSIZE_FORMAT " bytes, expected at least %d",
			    size, OFFHOOK_WAV_FMT_BYTES);
		return FALSE;
	}
	tag = offhook_wav_read16(chunk);
	info->channels = offhook_wav_read16(chunk + 2);
	info->rate = offhook_wav_read32(chunk + 4);
	if (tag == OFFHOOK_WAV_TAG_EXTENSIBLE && size >= OFFHOOK_WAV_FMT_SUBFORMAT + 2)
		tag = offhook_wav_read16(chunk + OFFHOOK_WAV_FMT_SUBFORMAT);
	if (info->channels < 1 || info->channels > 2) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "WAV channels is %u, expected 1 or 2", info->channels);
		return FALSE;
	}
	if (info->rate < 4000 || info->rate > 192000) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "WAV sample rate is %u Hz, expected 4000 to 192000", info->rate);
		return FALSE;
	}
	return offhook_wav_parse_encoding(tag, offhook_wav_read16(chunk + 14), &info->encoding,
					  error);
}

/* Walks the chunks behind the RIFF header; fmt has to come before data. */
static gboolean
offhook_wav_parse_chunks(const guint8 *data, gsize size, OffhookWavInfo *info, GError **error)
{
	gboolean have_format = FALSE;
	gsize at = 12;

	while (size - at >= OFFHOOK_WAV_CHUNK_HEADER) {
		const guint8 *chunk = data + at + OFFHOOK_WAV_CHUNK_HEADER;
		gsize left = size - at - OFFHOOK_WAV_CHUNK_HEADER;
		gsize length = MIN(offhook_wav_read32(data + at + 4), left);

		if (memcmp(data + at, "fmt ", 4) == 0) {
			if (!offhook_wav_parse_fmt(chunk, length, info, error))
				return FALSE;
			have_format = TRUE;
		} else if (memcmp(data + at, "data", 4) == 0 && have_format) {
			guint frame = info->channels * offhook_wav_get_sample_bytes(info->encoding);

			info->offset = chunk - data;
			info->size = length - length % frame;
			return TRUE;
		}
		/* Chunks are padded to an even length. */
		at += OFFHOOK_WAV_CHUNK_HEADER + MIN(length + (length & 1), left);
	}
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "WAV file has no %s chunk",
		    have_format ? "data" : "fmt");
	return FALSE;
}

gboolean
offhook_wav_parse(const guint8 *data, gsize size, OffhookWavInfo *info, GError **error)
{
	*info = (OffhookWavInfo){0};
	if (size < 12 || memcmp(data, "RIFF", 4) != 0 || memcmp(data + 8, "WAVE", 4) != 0) {
		g_set_error_literal(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				    "not a WAV file: it does not begin with RIFF and WAVE");
		return FALSE;
	}
	return offhook_wav_parse_chunks(data, size, info, error);
}

/* S16 mono at the file's rate; (transfer full) */
static GByteArray *
offhook_wav_decode(const guint8 *data, const OffhookWavInfo *info)
{
	guint sample_bytes = offhook_wav_get_sample_bytes(info->encoding);
	gsize n = info->size / sample_bytes;
	GByteArray *array = g_byte_array_sized_new(n * sizeof(gint16));
	gint16 *samples;

	g_byte_array_set_size(array, n * sizeof(gint16));
	samples = (gint16 *)array->data;
	if (info->encoding != OFFHOOK_ENCODING_S16LE) {
		offhook_g711_decode(info->encoding, data + info->offset, n, samples);
	} else {
		for (gsize i = 0; i < n; i++)
			samples[i] = offhook_wav_read16(data + info->offset + i * 2);
	}
	if (info->channels == 2) {
		for (gsize i = 0; i < n / 2; i++)
			samples[i] = (samples[i * 2] + samples[i * 2 + 1]) / 2;
		g_byte_array_set_size(array, n / 2 * sizeof(gint16));
	}
	return array;
}

GBytes *
offhook_wav_read(const guint8 *data, const OffhookWavInfo *info, guint rate)
{
	g_autoptr(GByteArray) samples = offhook_wav_decode(data, info);
	g_autoptr(OffhookResampler) resampler = NULL;
	GByteArray *out;

	if (rate == 0 || rate == info->rate)
		return g_byte_array_free_to_bytes(g_steal_pointer(&samples));
	resampler = offhook_resampler_new(info->rate, rate);
	out = g_byte_array_new();
	offhook_resampler_push(resampler, (const gint16 *)samples->data, samples->len / 2, out);
	offhook_resampler_flush(resampler, out);
	return g_byte_array_free_to_bytes(out);
}

static GMappedFile *
offhook_wav_map(const char *path, GError **error)
{
	g_autoptr(GError) local = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &local);

	if (file == NULL) {
		g_set_error(error, OFFHOOK_ERROR,
			    g_error_matches(local, G_FILE_ERROR, G_FILE_ERROR_NOENT)
				? OFFHOOK_ERROR_NOT_FOUND
				: OFFHOOK_ERROR_STORAGE,
			    "%s", local->message);
		return NULL;
	}
	if (g_mapped_file_get_length(file) > OFFHOOK_WAV_MAX_FILE) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
			    "%s: %" G_GSIZE_FORMAT " bytes, expected at most %d", path,
			    g_mapped_file_get_length(file), OFFHOOK_WAV_MAX_FILE);
		return NULL;
	}
	return g_steal_pointer(&file);
}

GBytes *
offhook_wav_load(const char *path, guint rate, OffhookWavInfo *info, GError **error)
{
	g_autoptr(GMappedFile) file = offhook_wav_map(path, error);
	OffhookWavInfo local;
	const guint8 *data;

	if (file == NULL)
		return NULL;
	data = (const guint8 *)g_mapped_file_get_contents(file);
	if (!offhook_wav_parse(data, g_mapped_file_get_length(file), &local, error)) {
		g_prefix_error(error, "%s: ", path);
		return NULL;
	}
	if (info != NULL)
		*info = local;
	return offhook_wav_read(data, &local, rate);
}

void
offhook_wav_build_header(guint8 header[OFFHOOK_WAV_HEADER_BYTES], guint rate, guint channels,
			 guint64 data_bytes)
{
	guint32 size = MIN(data_bytes, G_MAXUINT32 - OFFHOOK_WAV_HEADER_BYTES);

	memcpy(header, "RIFF\0\0\0\0WAVEfmt ", 16);
	offhook_wav_write32(header + 4, size + OFFHOOK_WAV_HEADER_BYTES - 8);
	offhook_wav_write32(header + 16, OFFHOOK_WAV_FMT_BYTES);
	offhook_wav_write16(header + 20, OFFHOOK_WAV_TAG_PCM);
	offhook_wav_write16(header + 22, channels);
	offhook_wav_write32(header + 24, rate);
	offhook_wav_write32(header + 28, rate * channels * 2);
	offhook_wav_write16(header + 32, channels * 2);
	offhook_wav_write16(header + 34, 16);
	memcpy(header + 36, "data", 4);
	offhook_wav_write32(header + 40, size);
}

gboolean
offhook_wav_save(const char *path, guint rate, guint channels, const gint16 *samples,
		 gsize n_samples, GError **error)
{
	g_autoptr(GByteArray) file = g_byte_array_new();
	g_autoptr(GError) local = NULL;
	guint8 header[OFFHOOK_WAV_HEADER_BYTES];

	offhook_wav_build_header(header, rate, channels, n_samples * 2);
	g_byte_array_append(file, header, sizeof(header));
	for (gsize i = 0; i < n_samples; i++) {
		guint8 bytes[2];

		offhook_wav_write16(bytes, samples[i]);
		g_byte_array_append(file, bytes, 2);
	}
	if (!g_file_set_contents(path, (const char *)file->data, file->len, &local)) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_STORAGE, "%s", local->message);
		return FALSE;
	}
	return TRUE;
}
