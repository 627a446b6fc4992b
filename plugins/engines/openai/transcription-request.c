/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * multipart/form-data by hand: a few fields and a WAV file. Any thread.
 */

#include "transcription-request.h"

#include <offhook/wav.h>
#include <string.h>

static void
offhook_openai_form_add(GByteArray *body, const char *text)
{
	g_byte_array_append(body, (const guint8 *)text, (guint)strlen(text));
}

/* @value: (nullable): then nothing */
static void
offhook_openai_form_add_field(GByteArray *body, const char *boundary, const char *name,
			      const char *value)
{
	g_autofree char *part = NULL;

	if (value == NULL)
		return;
	part = g_strdup_printf("--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
			       boundary, name, value);
	offhook_openai_form_add(body, part);
}

static void
offhook_openai_form_add_audio(GByteArray *body, const char *boundary, const GByteArray *audio)
{
	guint8 header[OFFHOOK_WAV_HEADER_BYTES];
	g_autofree char *part = g_strdup_printf(
	    "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"speech.wav\"\r\n"
	    "Content-Type: audio/wav\r\n\r\n",
	    boundary);

	offhook_openai_form_add(body, part);
	offhook_wav_build_header(header, OFFHOOK_RATE, 1, audio->len);
	g_byte_array_append(body, header, sizeof header);
	g_byte_array_append(body, audio->data, audio->len);
	offhook_openai_form_add(body, "\r\n");
}

/* "en-US" is "en" there. (transfer full) (nullable) */
static char *
offhook_openai_get_language(const char *language)
{
	g_autofree char *first = NULL;

	if (language == NULL)
		return NULL;
	first = g_strndup(language, strcspn(language, "-_"));
	return g_ascii_strdown(first, -1);
}

GBytes *
offhook_openai_transcription_build(const OffhookOpenaiConfig *config, const GByteArray *audio,
				   const char *language, char **content_type)
{
	/* Random, so that nothing in the audio or the prompt can end a part. */
	g_autofree char *boundary = g_uuid_string_random();
	g_autofree char *code = offhook_openai_get_language(language);
	g_autofree char *end = g_strdup_printf("--%s--\r\n", boundary);
	GByteArray *body = g_byte_array_new();

	offhook_openai_form_add_field(body, boundary, "model", config->transcription_model);
	offhook_openai_form_add_field(body, boundary, "response_format", "json");
	offhook_openai_form_add_field(body, boundary, "language", code);
	offhook_openai_form_add_field(body, boundary, "prompt", config->transcription_prompt);
	offhook_openai_form_add_audio(body, boundary, audio);
	offhook_openai_form_add(body, end);
	*content_type = g_strconcat("multipart/form-data; boundary=", boundary, NULL);
	return g_byte_array_free_to_bytes(body);
}
