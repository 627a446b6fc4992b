/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The voice of a ConversationRelay session. Tokens are put together and spoken sentence by sentence, a
 * tone for each word; a talk cycle is what belongs together, up to "last". Main loop only. */

#include "relay-voice.h"

#include <math.h>
#include <string.h>

#define OFFHOOK_EMU_RELAY_START_MS    150
#define OFFHOOK_EMU_RELAY_SENTENCE_MS 200 /* shorter than what the ear takes for the end */
#define OFFHOOK_EMU_RELAY_TONE_HZ     300
#define OFFHOOK_EMU_RELAY_LEVEL       6000

typedef struct {
	gsize end;     /* in the text */
	gint64 end_ms; /* in what was put on the line */
} OffhookEmuRelayWord;

struct _OffhookEmuRelayVoice {
	OffhookEmuLine *line;
	guint rate;
	guint character_ms;

	GString *text;  /* of the talk cycle */
	gsize rendered; /* of it */
	GArray *words;  /* of OffhookEmuRelayWord */
	gint64 put_ms;  /* on the line, from the beginning of the call; dropped sound not counted */
	gint64 begin_ms;
	gboolean complete; /* "last" has come: the next token begins a new cycle */
	gboolean interruptible;
	gboolean preemptible;
};

OffhookEmuRelayVoice *
offhook_emu_relay_voice_new(OffhookEmuLine *line, guint rate, guint characters_per_second)
{
	OffhookEmuRelayVoice *self = g_new0(OffhookEmuRelayVoice, 1);

	self->line = line;
	self->rate = rate;
	self->character_ms = MAX(1000 / characters_per_second, 1);
	self->text = g_string_new(NULL);
	self->words = g_array_new(FALSE, FALSE, sizeof(OffhookEmuRelayWord));
	self->complete = TRUE;
	return self;
}

void
offhook_emu_relay_voice_free(OffhookEmuRelayVoice *self)
{
	g_string_free(self->text, TRUE);
	g_array_unref(self->words);
	g_free(self);
}

gboolean
offhook_emu_relay_voice_is_speaking(OffhookEmuRelayVoice *self)
{
	return offhook_emu_line_get_played_ms(self->line) < self->put_ms;
}

gboolean
offhook_emu_relay_voice_is_interruptible(OffhookEmuRelayVoice *self)
{
	return self->interruptible;
}

static void
offhook_emu_relay_voice_put(OffhookEmuRelayVoice *self, guint ms, gboolean tone)
{
	gsize length = (gsize)ms * self->rate / 1000;
	g_autofree gint16 *samples = g_new0(gint16, MAX(length, 1));

	for (gsize i = 0; tone && i < length; i++)
		samples[i] =
		    (gint16)(OFFHOOK_EMU_RELAY_LEVEL *
			     sin(2 * G_PI * OFFHOOK_EMU_RELAY_TONE_HZ * (gdouble)i / self->rate));
	offhook_emu_line_receive_audio(self->line, samples, length);
	self->put_ms += ms;
}

/* The words of @text up to @end. */
static void
offhook_emu_relay_voice_render(OffhookEmuRelayVoice *self, gsize end)
{
	while (self->rendered < end) {
		const gchar *begin = self->text->str + self->rendered;
		gsize spaces = strspn(begin, " \t\r\n");
		gsize length = strcspn(begin + spaces, " \t\r\n");
		OffhookEmuRelayWord word = {.end = self->rendered + spaces + length};

		self->rendered += spaces + length;
		if (length == 0)
			continue;
		offhook_emu_relay_voice_put(
		    self, (guint)g_utf8_strlen(begin + spaces, (gssize)length) * self->character_ms,
		    TRUE);
		word.end_ms = self->put_ms;
		g_array_append_val(self->words, word);
		offhook_emu_relay_voice_put(self,
					    strchr(".!?", begin[spaces + length - 1]) != NULL
						? OFFHOOK_EMU_RELAY_SENTENCE_MS
						: self->character_ms,
					    FALSE);
	}
}

/* A sentence is spoken when it is known to have ended. */
static gsize
offhook_emu_relay_voice_find_end(OffhookEmuRelayVoice *self)
{
	gsize end = self->rendered;

	for (gsize i = self->rendered; i + 1 < self->text->len; i++)
		if (strchr(".!?", self->text->str[i]) != NULL &&
		    g_ascii_isspace(self->text->str[i + 1]))
			end = i + 1;
	return end;
}

static void
offhook_emu_relay_voice_reset(OffhookEmuRelayVoice *self)
{
	g_string_truncate(self->text, 0);
	g_array_set_size(self->words, 0);
	self->rendered = 0;
}

static void
offhook_emu_relay_voice_drop(OffhookEmuRelayVoice *self)
{
	offhook_emu_line_receive_clear(self->line, FALSE);
	self->put_ms = offhook_emu_line_get_played_ms(self->line);
}

static void
offhook_emu_relay_voice_begin(OffhookEmuRelayVoice *self)
{
	if (offhook_emu_relay_voice_is_speaking(self) && self->preemptible)
		offhook_emu_relay_voice_drop(self);
	if (!offhook_emu_relay_voice_is_speaking(self)) {
		offhook_emu_relay_voice_reset(self);
		self->begin_ms = self->put_ms;
		offhook_emu_relay_voice_put(self, OFFHOOK_EMU_RELAY_START_MS, FALSE);
	}
	self->complete = FALSE;
}

void
offhook_emu_relay_voice_add(OffhookEmuRelayVoice *self, const gchar *token, gboolean last,
			    gboolean interruptible, gboolean preemptible)
{
	if (self->complete && *token != '\0')
		offhook_emu_relay_voice_begin(self);
	self->interruptible = interruptible;
	self->preemptible = preemptible;
	g_string_append(self->text, token);
	offhook_emu_relay_voice_render(self, last ? self->text->len
						  : offhook_emu_relay_voice_find_end(self));
	self->complete = self->complete || last;
}

gchar *
offhook_emu_relay_voice_cut(OffhookEmuRelayVoice *self, gint64 *duration_ms)
{
	gint64 played_ms = offhook_emu_line_get_played_ms(self->line);
	GString *spoken = g_string_new(NULL);
	gsize end = 0;
	g_auto(GStrv) words = NULL;
	g_autofree gchar *text = NULL;

	for (guint i = 0; i < self->words->len; i++) {
		OffhookEmuRelayWord *word = &g_array_index(self->words, OffhookEmuRelayWord, i);

		if (word->end_ms <= played_ms)
			end = word->end;
	}
	/* in the carrier's own spelling */
	text = g_strndup(self->text->str, end);
	words = g_strsplit_set(text, " \t\r\n", -1);
	for (guint i = 0; words[i] != NULL; i++)
		if (*words[i] != '\0')
			g_string_append_printf(spoken, "%s%s", spoken->len > 0 ? " " : "",
					       words[i]);
	*duration_ms = played_ms - self->begin_ms;
	offhook_emu_relay_voice_drop(self);
	offhook_emu_relay_voice_reset(self);
	return g_string_free(spoken, FALSE);
}
