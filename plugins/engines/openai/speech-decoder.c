/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The first bytes tell what it is. Samples go through the resampler at once: the first sound does
 * not wait for the second. One thread.
 */

#include "speech-decoder.h"

#include "openai-error.h"
#include <offhook/error.h>
#include <offhook/resampler.h>
#include <offhook/wav.h>
#include <string.h>

#define MAX_HELD   (64 * 1024) /* bytes of a header, or of an error */
#define MAX_CLAIM  0x7fffffff  /* a length that says "unknown" */
#define BLOCK      2048        /* samples converted at a time */
#define FEWEST     2           /* bytes that tell an error from sound */
#define RIFF_BYTES 4

typedef enum {
	OFFHOOK_SPEECH_UNKNOWN,
	OFFHOOK_SPEECH_SAMPLES,
	OFFHOOK_SPEECH_HEADER, /* of a WAV file, not whole yet */
	OFFHOOK_SPEECH_OBJECT, /* an error, it seems */
} OffhookSpeechForm;

struct _OffhookSpeechDecoder {
	guint rate;
	OffhookSpeechForm form;
	GByteArray *held;            /* what can't be told yet; of samples, the odd byte */
	guint64 left;                /* bytes of samples that are still to come, at most */
	OffhookResampler *resampler; /* (nullable): before the first sample */
};

OffhookSpeechDecoder *
offhook_speech_decoder_new(guint rate)
{
	OffhookSpeechDecoder *self = g_new0(OffhookSpeechDecoder, 1);

	self->rate = rate;
	self->held = g_byte_array_new();
	self->left = G_MAXUINT64;
	return self;
}

void
offhook_speech_decoder_free(OffhookSpeechDecoder *self)
{
	if (self == NULL)
		return;
	g_byte_array_unref(self->held);
	g_clear_pointer(&self->resampler, offhook_resampler_free);
	g_free(self);
}

/* ---- samples ---- */

/* What is held and is whole samples. */
static void
offhook_speech_decoder_convert(OffhookSpeechDecoder *self, GByteArray *out)
{
	gsize size = self->held->len - self->held->len % sizeof(gint16);
	gint16 block[BLOCK];

	if (self->resampler == NULL)
		self->resampler = offhook_resampler_new(self->rate, OFFHOOK_RATE);
	for (gsize at = 0; at < size; at += sizeof block) {
		gsize bytes = MIN(size - at, sizeof block);

		memcpy(block, self->held->data + at, bytes);
		for (gsize i = 0; i < bytes / sizeof(gint16); i++)
			block[i] = GINT16_FROM_LE(block[i]);
		offhook_resampler_push(self->resampler, block, bytes / sizeof(gint16), out);
	}
	g_byte_array_remove_range(self->held, 0, (guint)size);
}

/* What comes after the samples of a file is no sound. */
static void
offhook_speech_decoder_take(OffhookSpeechDecoder *self, GByteArray *out)
{
	if (self->held->len > self->left)
		g_byte_array_set_size(self->held, (guint)self->left);
	if (self->left != G_MAXUINT64)
		self->left -= self->held->len - self->held->len % sizeof(gint16);
	offhook_speech_decoder_convert(self, out);
}

/* ---- a file's header ---- */

/* The length as the header has it: what offhook_wav_parse() tells is what was there by then. */
static guint64
offhook_speech_decoder_get_claim(const guint8 *data, const OffhookWavInfo *info)
{
	guint32 claim;

	memcpy(&claim, data + info->offset - sizeof claim, sizeof claim);
	claim = GUINT32_FROM_LE(claim);
	return claim == 0 || claim >= MAX_CLAIM ? G_MAXUINT64 : claim;
}

static gboolean
offhook_speech_decoder_read_header(OffhookSpeechDecoder *self, gboolean last, GError **error)
{
	g_autoptr(GError) local = NULL;
	OffhookWavInfo info;

	if (!offhook_wav_parse(self->held->data, self->held->len, &info, &local)) {
		if (!last && self->held->len < MAX_HELD)
			return TRUE;
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "openai: the sound: %s",
			    local->message);
		return FALSE;
	}
	if (info.encoding != OFFHOOK_ENCODING_S16LE || info.channels != 1) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "openai: the sound has %u channels or is compressed, expected 16-bit "
			    "samples on one",
			    info.channels);
		return FALSE;
	}
	self->rate = info.rate;
	self->left = offhook_speech_decoder_get_claim(self->held->data, &info);
	self->form = OFFHOOK_SPEECH_SAMPLES;
	g_byte_array_remove_range(self->held, 0, (guint)info.offset);
	return TRUE;
}

/* ---- an error ---- */

static gboolean
offhook_speech_decoder_read_error(OffhookSpeechDecoder *self, GError **error)
{
	g_autoptr(JsonObject) object = offhook_json_parse_object(
	    (const char *)self->held->data, (gssize)self->held->len, "body", NULL);
	GError *said = object != NULL ? offhook_openai_error_from_object(object) : NULL;

	if (object == NULL) /* sound after all */
		return TRUE;
	if (said == NULL)
		said = g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
				   "openai: the service answered with JSON, expected sound");
	g_propagate_error(error, said);
	return FALSE;
}

/* ---- all of it ---- */

static void
offhook_speech_decoder_recognise(OffhookSpeechDecoder *self, gboolean last)
{
	const guint8 *data = self->held->data;
	guint length = self->held->len;

	if (length < FEWEST && !last)
		return;
	if (length >= FEWEST && data[0] == '{' && (data[1] == '"' || g_ascii_isspace(data[1])))
		self->form = OFFHOOK_SPEECH_OBJECT;
	else if (memcmp(data, "RIFF", MIN(length, RIFF_BYTES)) != 0)
		self->form = OFFHOOK_SPEECH_SAMPLES;
	else if (length >= RIFF_BYTES || last)
		self->form = OFFHOOK_SPEECH_HEADER;
}

gboolean
offhook_speech_decoder_push(OffhookSpeechDecoder *self, const guint8 *data, gsize size,
			    GByteArray *out, GError **error)
{
	g_byte_array_append(self->held, data, (guint)size);
	if (self->form == OFFHOOK_SPEECH_UNKNOWN)
		offhook_speech_decoder_recognise(self, FALSE);
	if (self->form == OFFHOOK_SPEECH_OBJECT && self->held->len > MAX_HELD)
		self->form = OFFHOOK_SPEECH_SAMPLES;
	if (self->form == OFFHOOK_SPEECH_HEADER &&
	    !offhook_speech_decoder_read_header(self, FALSE, error))
		return FALSE;
	if (self->form == OFFHOOK_SPEECH_SAMPLES)
		offhook_speech_decoder_take(self, out);
	return TRUE;
}

gboolean
offhook_speech_decoder_finish(OffhookSpeechDecoder *self, GByteArray *out, GError **error)
{
	if (self->form == OFFHOOK_SPEECH_UNKNOWN && self->held->len == 0) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "openai: the service answered with nothing, expected sound");
		return FALSE;
	}
	if (self->form == OFFHOOK_SPEECH_UNKNOWN)
		offhook_speech_decoder_recognise(self, TRUE);
	if (self->form == OFFHOOK_SPEECH_HEADER &&
	    !offhook_speech_decoder_read_header(self, TRUE, error))
		return FALSE;
	if (self->form == OFFHOOK_SPEECH_OBJECT && !offhook_speech_decoder_read_error(self, error))
		return FALSE;
	offhook_speech_decoder_take(self, out);
	offhook_resampler_flush(self->resampler, out);
	return TRUE;
}
