/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A piece of speech. Main thread.
 */

#include "elevenlabs-piece.h"

#include "elevenlabs-sound.h"
#include "elevenlabs-words.h"
#include <offhook/error.h>
#include <string.h>

#define MAX_CHARACTERS 5000
#define MAX_SOUND      (32 * 1024 * 1024) /* bytes that wait to be told */

struct _OffhookElevenlabsPiece {
	guint number;
	char *context;
	char *text;
	OffhookElevenlabsWords *words; /* (nullable): places in the text can't be told */
	OffhookElevenlabsSound *decoder;
	GByteArray *sound; /* not taken yet */
	GArray *times;     /* likewise */
	gboolean has_sound;
	gboolean ended;
	GError *error; /* (nullable) */
};

/* Without letters and digits there is nothing to be said, and the service would be silent. */
static gboolean
offhook_elevenlabs_is_speakable(const char *text)
{
	for (; *text != '\0'; text = g_utf8_next_char(text))
		if (g_unichar_isalnum(g_utf8_get_char(text)))
			return TRUE;
	return FALSE;
}

/* Line breaks are spaces; nothing moves. */
static char *
offhook_elevenlabs_clean(const char *text)
{
	char *clean = g_utf8_make_valid(text, -1);

	for (char *at = clean; *at != '\0'; at++)
		if ((guchar)*at < ' ' || *at == 0x7f)
			*at = ' ';
	return g_strchomp(clean);
}

OffhookElevenlabsPiece *
offhook_elevenlabs_piece_new(guint number, const char *text, const OffhookAudioFormat *format)
{
	OffhookElevenlabsPiece *self = g_new0(OffhookElevenlabsPiece, 1);

	self->number = number;
	self->context = g_strdup_printf("%u", number);
	self->text = offhook_elevenlabs_clean(text);
	self->decoder = offhook_elevenlabs_sound_new(format);
	self->sound = g_byte_array_new();
	self->times = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	if (g_utf8_validate(text, -1, NULL))
		self->words = offhook_elevenlabs_words_new(self->text);
	if (!offhook_elevenlabs_is_speakable(self->text)) {
		*self->text = '\0';
		offhook_elevenlabs_piece_end(self, NULL);
	} else if (g_utf8_strlen(self->text, -1) > MAX_CHARACTERS) {
		offhook_elevenlabs_piece_end(self, g_error_new(OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
							       "elevenlabs: a text to speak has "
							       "more than %d characters",
							       MAX_CHARACTERS));
	}
	return self;
}

void
offhook_elevenlabs_piece_free(OffhookElevenlabsPiece *self)
{
	if (self == NULL)
		return;
	offhook_elevenlabs_words_free(self->words);
	offhook_elevenlabs_sound_free(self->decoder);
	g_byte_array_unref(self->sound);
	g_array_unref(self->times);
	g_clear_error(&self->error);
	g_free(self->context);
	g_free(self->text);
	g_free(self);
}

guint
offhook_elevenlabs_piece_get_number(OffhookElevenlabsPiece *self)
{
	return self->number;
}

const char *
offhook_elevenlabs_piece_get_text(OffhookElevenlabsPiece *self)
{
	return self->text;
}

const char *
offhook_elevenlabs_piece_get_context(OffhookElevenlabsPiece *self)
{
	return self->context;
}

void
offhook_elevenlabs_piece_take(OffhookElevenlabsPiece *self, const OffhookElevenlabsMessage *message)
{
	gsize size = 0;
	const guint8 *data;

	if (self->ended)
		return;
	if (message->times != NULL && self->words != NULL)
		offhook_elevenlabs_words_push(self->words, message->times,
					      offhook_elevenlabs_sound_get_ms(self->decoder),
					      self->times);
	if (message->audio != NULL) {
		data = g_bytes_get_data(message->audio, &size);
		offhook_elevenlabs_sound_push(self->decoder, data, size, self->sound);
		self->has_sound = TRUE;
	}
	if (self->sound->len > MAX_SOUND)
		offhook_elevenlabs_piece_end(
		    self, g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_LIMIT,
					      "elevenlabs: more than 32 MiB of sound for a text"));
	else if (message->is_final)
		offhook_elevenlabs_piece_end(
		    self, self->has_sound
			      ? NULL
			      : g_error_new_literal(OFFHOOK_ERROR, OFFHOOK_ERROR_PROVIDER,
						    "elevenlabs: a text was ended without sound"));
}

gboolean
offhook_elevenlabs_piece_has_sound(OffhookElevenlabsPiece *self)
{
	return self->has_sound;
}

void
offhook_elevenlabs_piece_end(OffhookElevenlabsPiece *self, GError *error)
{
	self->ended = TRUE;
	self->error = error;
	offhook_elevenlabs_sound_finish(self->decoder, self->sound);
}

gboolean
offhook_elevenlabs_piece_has_ended(OffhookElevenlabsPiece *self)
{
	return self->ended;
}

GArray *
offhook_elevenlabs_piece_take_words(OffhookElevenlabsPiece *self)
{
	GArray *words = self->times;

	if (words->len == 0)
		return NULL;
	self->times = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	return words;
}

GBytes *
offhook_elevenlabs_piece_take_sound(OffhookElevenlabsPiece *self)
{
	GByteArray *sound = self->sound;

	if (sound->len == 0)
		return NULL;
	self->sound = g_byte_array_new();
	return g_byte_array_free_to_bytes(sound);
}

GError *
offhook_elevenlabs_piece_take_error(OffhookElevenlabsPiece *self)
{
	return g_steal_pointer(&self->error);
}
