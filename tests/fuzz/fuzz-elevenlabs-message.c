/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as messages of the service, one a line: each is understood or an error, and whatever times
 * are in them, words are told in order, within the text, and never half a character.
 */

#include "elevenlabs-words.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static const char text[] = "We open at 8, and \"caf\xc3\xa9\" is \xe4\xbd\xa0\xe5\xa5\xbd!";

static void
check_words(GArray *words, guint *offset)
{
	for (guint i = 0; i < words->len; i++) {
		const OffhookWordTime *word = &g_array_index(words, OffhookWordTime, i);

		g_assert_cmpuint(word->offset, >=, *offset);
		g_assert_cmpuint(word->length, >, 0);
		g_assert_cmpuint(word->offset + word->length, <=, strlen(text));
		g_assert_cmpuint(word->end_ms, >, word->start_ms);
		g_assert_true(g_utf8_validate(text + word->offset, word->length, NULL));
		*offset = word->offset + word->length;
	}
	g_array_set_size(words, 0);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *input = g_strndup(size > 0 ? (const char *)data : "", size);
	g_auto(GStrv) lines = g_strsplit(input, "\n", -1);
	g_autoptr(OffhookElevenlabsWords) words = offhook_elevenlabs_words_new(text);
	g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	guint before_ms = 0, offset = 0;

	for (char **line = lines; *line != NULL; line++) {
		g_auto(OffhookElevenlabsMessage) message = {0};
		g_autoptr(GError) error = NULL;
		gboolean good =
		    offhook_elevenlabs_message_parse(&message, *line, strlen(*line), &error);

		g_assert_true(good == (error == NULL));
		if (!good || message.times == NULL)
			continue;
		offhook_elevenlabs_words_push(words, message.times, before_ms, out);
		check_words(out, &offset);
		before_ms += message.audio != NULL ? (guint)g_bytes_get_size(message.audio) : 1;
	}
	return 0;
}
