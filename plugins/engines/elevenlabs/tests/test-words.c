/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * From characters to words: cut anywhere, in any script, and where the service says other characters
 * than it was sent.
 */

#include "../elevenlabs-words.h"

#include <string.h>

#define MS 60 /* a character */

/* Characters of @said, from the beginning of their piece. */
static GArray *
make_times(const char *said)
{
	GArray *times = g_array_new(FALSE, FALSE, sizeof(OffhookElevenlabsTime));
	guint ms = 0;

	for (; *said != '\0'; said = g_utf8_next_char(said), ms += MS) {
		OffhookElevenlabsTime time = {g_utf8_get_char(said), ms, ms + MS};

		g_array_append_val(times, time);
	}
	return times;
}

/* "word@start-end ..." of @text when @said (pieces separated by '|') is what comes. */
static char *
read_words(const char *text, const char *said)
{
	g_autoptr(OffhookElevenlabsWords) words = offhook_elevenlabs_words_new(text);
	g_autoptr(GArray) out = g_array_new(FALSE, FALSE, sizeof(OffhookWordTime));
	g_auto(GStrv) pieces = g_strsplit(said, "|", -1);
	GString *list = g_string_new(NULL);
	guint before_ms = 0;

	for (char **piece = pieces; *piece != NULL; piece++) {
		g_autoptr(GArray) times = make_times(*piece);

		offhook_elevenlabs_words_push(words, times, before_ms, out);
		before_ms += (guint)g_utf8_strlen(*piece, -1) * MS;
	}
	for (guint i = 0; i < out->len; i++) {
		const OffhookWordTime *word = &g_array_index(out, OffhookWordTime, i);

		g_string_append_printf(list, "%s%.*s@%u-%u", i > 0 ? " " : "", (int)word->length,
				       text + word->offset, word->start_ms, word->end_ms);
	}
	return g_string_free(list, FALSE);
}

static void
test_words(void)
{
	static const struct {
		const char *text, *said, *words;
	} cases[] = {
	    {"We are open.", "We are open. ", "We@0-120 are@180-360 open@420-660"},
	    /* with the space at the beginning, cut within words */
	    {"We are open.", " W|e a|re op|en. ", "We@60-180 are@240-420 open@480-720"},
	    /* what is not a part of a word, and what is */
	    {"\"Yes\" - 100% (sure), no?!", "\"Yes\" - 100% (sure), no?! ",
	     "Yes@60-240 100%@480-720 sure@840-1080 no@1260-1380"},
	    {"It's well-known...", "It's well-known... ", "It's@0-240 well-known@300-900"},
	    {"$5.20 a@b.example", "$5.20 a@b.example ", "$5.20@0-300 a@b.example@360-1020"},
	    /* bytes are not characters */
	    {"Caf\xc3\xa9 \xc3\xa0 Z\xc3\xbcrich.", "Caf\xc3\xa9 \xc3\xa0 Z\xc3\xbcrich. ",
	     "Caf\xc3\xa9@0-240 \xc3\xa0@300-360 Z\xc3\xbcrich@420-780"},
	    /* no spaces */
	    {"\xe4\xbd\xa0\xe5\xa5\xbd\xe3\x80\x82", "\xe4\xbd\xa0\xe5\xa5\xbd\xe3\x80\x82 ",
	     "\xe4\xbd\xa0@0-60 \xe5\xa5\xbd@60-120"},
	    /* white space of another kind or number */
	    {"one  two\tthree", "one two three ", "one@0-180 two@240-420 three@480-780"},
	    /* the service writes otherwise, or leaves out */
	    {"We Are open", "we are open ", "We@0-120 Are@180-360 open@420-660"},
	    {"at 8 we open", "at eight we open ", "at@0-120 8@120-540 we@540-660 open@720-960"},
	    {"Hello \xf0\x9f\x98\x80 you", "Hello you ",
	     "Hello@0-300 \xf0\x9f\x98\x80@300-360 you@360-540"},
	    {"Hello you", "xxxx", ""},
	    {"Hello you", "Hello you and more ", "Hello@0-300 you@360-540"},
	    {"", "Hello", ""},
	    {"?!", "?! ", ""},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *words = read_words(cases[i].text, cases[i].said);

		g_assert_cmpstr(words, ==, cases[i].words);
	}
}

/* A word is told of as soon as its last character is. */
static void
test_soon(void)
{
	g_autofree char *words = read_words("Hello you.", "Hello|");

	g_assert_cmpstr(words, ==, "Hello@0-300");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/elevenlabs/words/words", test_words);
	g_test_add_func("/elevenlabs/words/soon", test_soon);
	return g_test_run();
}
