/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From a text to what leaves for it. All characters take the same time; with the voice "tone" that is
 * OFFHOOK_EMU_SAYING_TONE_MS. */

#include "voice.h"

#include "mulaw.h"
#include "saying.h"

#include <string.h>

/* So that words are cut. */
#define PIECE_CHARACTERS 8

static void
offhook_emu_elevenlabs_piece_free(gpointer data)
{
	OffhookEmuElevenlabsPiece *self = data;

	json_object_unref(self->message);
	g_free(self);
}

static gchar *
offhook_emu_elevenlabs_encode(const gint16 *samples, gsize n, gboolean is_mulaw)
{
	g_autofree guint8 *bytes = NULL;

	if (!is_mulaw)
		return g_base64_encode((const guchar *)samples, n * sizeof *samples);
	bytes = g_malloc(n + 1);
	for (gsize i = 0; i < n; i++)
		bytes[i] = offhook_emu_mulaw_encode(samples[i]);
	return g_base64_encode(bytes, n);
}

/* How a character is written when all is written out. */
static const gchar *
offhook_emu_elevenlabs_write_out(const gchar *character)
{
	static const gchar *const digits[] = {"zero", "one", "two",   "three", "four",
					      "five", "six", "seven", "eight", "nine"};

	if (g_ascii_isdigit(*character))
		return digits[g_ascii_digit_value(*character)];
	return g_str_equal(character, "%") ? "percent" : character;
}

/* The times of @characters, which take @ms each, after @lead_ms. */
static JsonObject *
offhook_emu_elevenlabs_align(GPtrArray *characters, guint from, guint to, gdouble ms,
			     gboolean normalized)
{
	JsonObject *alignment = json_object_new();
	JsonArray *chars = json_array_new(), *starts = json_array_new();
	JsonArray *durations = json_array_new();

	for (guint i = from; i < to; i++) {
		const gchar *character = g_ptr_array_index(characters, i);
		const gchar *written =
		    normalized ? offhook_emu_elevenlabs_write_out(character) : character;
		glong n = g_utf8_strlen(written, -1);

		for (glong k = 0; k < n; k++) {
			const gchar *at = g_utf8_offset_to_pointer(written, k);
			g_autofree gchar *one = g_strndup(at, (gsize)(g_utf8_next_char(at) - at));
			gint64 start = (gint64)((i - from) * ms + k * ms / n);
			gint64 end = (gint64)((i - from) * ms + (k + 1) * ms / n);

			json_array_add_string_element(chars, one);
			json_array_add_int_element(starts, start);
			json_array_add_int_element(durations, end - start);
		}
	}
	json_object_set_array_member(alignment, "chars", chars);
	json_object_set_array_member(alignment, "charStartTimesMs", starts);
	json_object_set_array_member(alignment, "charDurationsMs", durations);
	return alignment;
}

/* The space of the context's first message is a character, too, and takes no time. */
static void
offhook_emu_elevenlabs_add_lead(JsonObject *alignment)
{
	static const gchar *const numbers[] = {"charStartTimesMs", "charDurationsMs"};
	JsonArray *chars = json_object_get_array_member(alignment, "chars");
	JsonArray *with = json_array_new();

	json_array_add_string_element(with, " ");
	for (guint i = 0; i < json_array_get_length(chars); i++)
		json_array_add_string_element(with, json_array_get_string_element(chars, i));
	json_object_set_array_member(alignment, "chars", with);
	for (gsize k = 0; k < G_N_ELEMENTS(numbers); k++) {
		JsonArray *old = json_object_get_array_member(alignment, numbers[k]);

		with = json_array_new();
		json_array_add_int_element(with, 0);
		for (guint i = 0; i < json_array_get_length(old); i++)
			json_array_add_int_element(with, json_array_get_int_element(old, i));
		json_object_set_array_member(alignment, numbers[k], with);
	}
}

static GPtrArray *
offhook_emu_elevenlabs_split(const gchar *text)
{
	GPtrArray *characters = g_ptr_array_new_with_free_func(g_free);

	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at))
		g_ptr_array_add(characters, g_strndup(at, (gsize)(g_utf8_next_char(at) - at)));
	return characters;
}

/* What has nothing to be said makes no sound. */
static gboolean
offhook_emu_elevenlabs_is_speakable(const gchar *text)
{
	for (const gchar *at = text; *at != '\0'; at = g_utf8_next_char(at))
		if (g_unichar_isalnum(g_utf8_get_char(at)))
			return TRUE;
	return FALSE;
}

GPtrArray *
offhook_emu_elevenlabs_voice_speak(const gchar *text, gboolean lead, const gchar *voice,
				   const OffhookEmuElevenlabsWish *wish)
{
	GPtrArray *pieces = g_ptr_array_new_with_free_func(offhook_emu_elevenlabs_piece_free);
	g_autoptr(GPtrArray) characters = offhook_emu_elevenlabs_split(text);
	g_autoptr(OffhookEmuPcm) pcm = NULL;
	const gint16 *samples;
	gdouble ms;

	if (!offhook_emu_elevenlabs_is_speakable(text))
		return pieces;
	pcm = offhook_emu_saying_make(text, voice, wish->rate);
	samples = (const gint16 *)(gpointer)pcm->samples->data;
	ms = pcm->samples->len * 1000.0 / wish->rate / characters->len;
	for (guint from = 0; from < characters->len; from += PIECE_CHARACTERS) {
		guint to = MIN(from + PIECE_CHARACTERS, characters->len);
		gsize first = (gsize)((guint64)pcm->samples->len * from / characters->len);
		gsize last = (gsize)((guint64)pcm->samples->len * to / characters->len);
		g_autofree gchar *audio =
		    offhook_emu_elevenlabs_encode(samples + first, last - first, wish->is_mulaw);
		OffhookEmuElevenlabsPiece *piece = g_new0(OffhookEmuElevenlabsPiece, 1);
		JsonObject *alignment =
		    offhook_emu_elevenlabs_align(characters, from, to, ms, FALSE);

		if (lead && from == 0)
			offhook_emu_elevenlabs_add_lead(alignment);
		piece->message = json_object_new();
		piece->ms = (guint)((last - first) * 1000 / wish->rate);
		json_object_set_string_member(piece->message, "audio", audio);
		json_object_set_null_member(piece->message, "isFinal");
		json_object_set_object_member(piece->message, "alignment", alignment);
		json_object_set_object_member(
		    piece->message, "normalizedAlignment",
		    offhook_emu_elevenlabs_align(characters, from, to, ms, TRUE));
		g_ptr_array_add(pieces, piece);
	}
	return pieces;
}
