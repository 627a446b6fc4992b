/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What a far end says it has spoken (the second line) of a text (the first): a prefix of the text that
 * ends between characters, or nothing of it. The same of the estimate.
 */

#include "turn/spoken-text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void
check(const char *text, gsize length)
{
	g_assert_cmpuint(length, <=, strlen(text));
	g_assert_cmpint(text[length] & 0xC0, !=, 0x80);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *input =
	    g_utf8_make_valid(size > 0 ? (const char *)data : "", (gssize)size);
	char *spoken = strchr(input, '\n');
	gsize length;

	if (spoken == NULL)
		return 0;
	*spoken++ = '\0';
	if (offhook_spoken_text_match(input, spoken, &length))
		check(input, length);
	g_assert_true(offhook_spoken_text_match(input, "", &length));
	check(input, offhook_spoken_text_estimate_length(
			 input, offhook_spoken_text_estimate_ms(input) / 2));
	g_assert_cmpuint(
	    offhook_spoken_text_estimate_length(input, offhook_spoken_text_estimate_ms(input)), ==,
	    strlen(input));
	return 0;
}
