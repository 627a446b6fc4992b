/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Any bytes as what a caller says, and as what a language model answers about it: notes that can be
 * remembered.
 */

#include "memory-question.h"
#include "memory-rules.h"

#include <offhook/json.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check_notes(GPtrArray *notes)
{
	for (guint i = 0; notes != NULL && i < notes->len; i++) {
		const OffhookMemoryNote *note = g_ptr_array_index(notes, i);

		g_assert_true(g_utf8_validate(note->text, -1, NULL));
		g_assert_cmpuint(strlen(note->text), >, 0);
		g_assert_cmpuint(strlen(note->text), <=, OFFHOOK_MEMORY_MAX_TEXT);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = size > 0 ? g_strndup((const char *)data, size) : g_strdup("");
	g_autoptr(JsonObject) answer = offhook_json_parse_object(text, -1, "answer", NULL);
	g_autoptr(GPtrArray) said = offhook_memory_rules_read(text);
	g_autoptr(GPtrArray) answered = offhook_memory_question_read(answer);

	check_notes(said);
	check_notes(answered);
	offhook_memory_rules_get_wish(text);
	return 0;
}
