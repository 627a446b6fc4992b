/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What the memory agent says itself. Any thread.
 */

#include "memory-phrases.h"

#include "language.h"

static const char *const offhook_memory_phrases[][OFFHOOK_MEMORY_N_PHRASES] = {
    {
	[OFFHOOK_MEMORY_FORGOTTEN] = "I have forgotten everything I had noted about you.",
	[OFFHOOK_MEMORY_KEPT] = "I am sorry, I can't delete what I have noted about you at the "
				"moment. Please ask me again later.",
	[OFFHOOK_MEMORY_UNKNOWN] = "I have noted nothing about you.",
	[OFFHOOK_MEMORY_UNREAD] = "I am sorry, I can't look that up at the moment.",
	[OFFHOOK_MEMORY_KNOWN] = "This is what I have noted about you:",
    },
    {
	[OFFHOOK_MEMORY_FORGOTTEN] = "Ich habe alles vergessen, was ich mir \xc3\xbc"
				     "ber Sie gemerkt hatte.",
	[OFFHOOK_MEMORY_KEPT] = "Es tut mir leid, ich kann das im Moment nicht l\xc3\xb6schen. "
				"Bitte fragen Sie mich sp\xc3\xa4ter noch einmal.",
	[OFFHOOK_MEMORY_UNKNOWN] = "Ich habe mir nichts \xc3\xbc"
				   "ber Sie gemerkt.",
	[OFFHOOK_MEMORY_UNREAD] = "Es tut mir leid, das kann ich im Moment nicht nachsehen.",
	[OFFHOOK_MEMORY_KNOWN] = "Das habe ich mir \xc3\xbc"
				 "ber Sie gemerkt:",
    },
};

const char *
offhook_memory_phrases_get(const char *language, OffhookMemoryPhrase phrase)
{
	gboolean german = offhook_language_from_tag(language) == OFFHOOK_LANGUAGE_DE;

	return offhook_memory_phrases[german ? 1 : 0][phrase];
}
