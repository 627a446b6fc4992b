/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Patterns over what was said. They rather miss something than remember what is not so. Any thread.
 */

#include "memory-rules.h"

#include <string.h>

/* Of one utterance: nobody says more that is meant for long. */
#define MAX_WORDS 2000
#define MAX_NAME  3

#define NAME      "(?<x>\\p{L}[\\p{L}'\xe2\x80\x99-]*(?: \\p{L}[\\p{L}'\xe2\x80\x99-]*){0,2})"
#define REST      "(?<x>[^.!?;,]{3,200})"
#define CLAUSE(x) "(?<x>" x " [^.!?;,]{3,200})"

typedef enum {
	AS_IT_IS,
	A_NAME, /* up to the first word that is none, with capitals */
} Reading;

static const struct {
	OffhookMemoryKind kind;
	const char *key; /* (nullable) */
	Reading reading;
	const char *pattern;
} offhook_memory_rules[] = {
    {OFFHOOK_MEMORY_FACT, "name", A_NAME,
     "\\b(?:my name is|my name's|call me|i am called|i'm called) " NAME},
    {OFFHOOK_MEMORY_FACT, "name", A_NAME, "\\bthis is " NAME " (?:speaking|calling|here)\\b"},
    {OFFHOOK_MEMORY_FACT, "name", A_NAME,
     "\\b(?:mein name ist|ich hei(?:\xc3\x9f|ss)e|nennen sie mich|nenn mich) " NAME},
    {OFFHOOK_MEMORY_FACT, "name", A_NAME, "\\bhier (?:ist|spricht) " NAME},
    /* Written with a capital where a sentence would go on with a small one. */
    {OFFHOOK_MEMORY_FACT, "name", A_NAME,
     "^(?:(?:hello|hi|hey|good \\p{L}+)[,.!]? )?i(?: am|'m) (?-i)(?<x>\\p{Lu}\\p{Ll}+(?: "
     "\\p{Lu}\\p{Ll}+)?)(?:[.,!]|$| and )"},
    {OFFHOOK_MEMORY_PREFERENCE, NULL, AS_IT_IS,
     CLAUSE("\\bi (?:really |usually |always |generally )?(?:prefer|like|love)")},
    {OFFHOOK_MEMORY_PREFERENCE, NULL, AS_IT_IS,
     CLAUSE("\\bi (?:don't|do not|really don't) (?:like|eat|drink)")},
    {OFFHOOK_MEMORY_PREFERENCE, NULL, AS_IT_IS,
     CLAUSE("\\bich (?:bevorzuge|mag|esse|trinke)(?: am liebsten| gerne| gern| kein| keine| "
	    "keinen| nicht)?")},
    {OFFHOOK_MEMORY_PREFERENCE, NULL, AS_IT_IS,
     CLAUSE("\\bam liebsten (?:habe|h\xc3\xa4tte|mag|esse|trinke|sitze|nehme) ich")},
    {OFFHOOK_MEMORY_FACT, NULL, AS_IT_IS, CLAUSE("\\bi(?: am|'m) allergic to")},
    {OFFHOOK_MEMORY_FACT, NULL, AS_IT_IS, CLAUSE("\\bich bin allergisch (?:gegen|auf)")},
    {OFFHOOK_MEMORY_FACT, NULL, AS_IT_IS, "(?:^|[.!?,] |\\bplease )remember that " REST},
    {OFFHOOK_MEMORY_FACT, NULL, AS_IT_IS, "\\bmerke?n? (?:dir|sie sich)(?: bitte)?,? dass " REST},
};

/* What ends a name, or is none; "I'm German" is none either. */
static const char offhook_memory_no_names[] =
    " a an am at and aber afraid american australian austrian auf aus belgian bitte british but "
    "calling canadian chinese danish das der die dutch ein eine english french from f\xc3\xbcr "
    "german "
    "here hier i ich in irish italian japanese late looking not nicht of on please polish "
    "portuguese "
    "russian scottish sorry spanish speaking swedish swiss the to turkish und von wegen welsh with "
    "zu ";

static const struct {
	OffhookMemoryWish wish;
	const char *pattern;
} offhook_memory_wishes[] = {
    {OFFHOOK_MEMORY_WISH_FORGET,
     "(?<!don't )(?<!do not )(?<!never )(?<!can't )\\b(?:forget|delete|erase) (?:all|everything|"
     "anything|whatever|what)\\b[^.!?]*\\b(?:me|i've|i have|my)\\b"},
    {OFFHOOK_MEMORY_WISH_FORGET, "(?<!don't )(?<!do not )(?<!never )(?<!can't )\\b(?:forget|"
				 "delete|erase) (?:about )?(?:me|my (?:data|profile|name))"
				 "(?: please| now)?(?:[.!?,]|$)"},
    {OFFHOOK_MEMORY_WISH_FORGET,
     "\\b(?:vergiss|vergessen sie|l\xc3\xb6sch|l\xc3\xb6sche|l\xc3\xb6schen sie) (?:bitte )?"
     "(?:alles|was)\\b(?!.*\\bnicht\\b)[^.!?]*\\b(?:mich|mir|ich)\\b"},
    {OFFHOOK_MEMORY_WISH_FORGET,
     "\\b(?:vergiss|vergessen sie) (?:bitte )?mich\\b(?! nicht)(?: bitte)?(?:[.!?,]|$)"},
    {OFFHOOK_MEMORY_WISH_FORGET,
     "\\b(?:l\xc3\xb6sch|l\xc3\xb6sche|l\xc3\xb6schen sie) (?:bitte )?meine daten\\b"},
    {OFFHOOK_MEMORY_WISH_TELL,
     "\\bwhat (?:do|did) you (?:know|remember|have noted) (?:about|of|on) me\\b"},
    {OFFHOOK_MEMORY_WISH_TELL, "\\bwas (?:wei(?:\xc3\x9f|ss)t du|wissen sie) "
			       "(?:\xc3\xbc"
			       "ber mich|von mir)\\b"},
};

void
offhook_memory_note_free(OffhookMemoryNote *self)
{
	g_free(self->text);
	g_free(self);
}

/* Compiled once, each. */
static GRegex *
offhook_memory_rules_compile(GRegex **place, const char *pattern)
{
	if (g_once_init_enter(place))
		g_once_init_leave(
		    place, g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL));
	return *place;
}

/* Valid, of a bounded length, with plain apostrophes and one space between words. (transfer full) */
static char *
offhook_memory_rules_tidy(const char *words)
{
	g_autofree char *start = g_strndup(words, MAX_WORDS);
	g_autofree char *valid = g_utf8_make_valid(start, -1);
	g_auto(GStrv) quotes = g_strsplit(valid, "\xe2\x80\x99", -1);
	g_autofree char *plain = g_strjoinv("'", quotes);
	g_auto(GStrv) parts = g_strsplit_set(plain, " \t\r\n", -1);
	GString *tidy = g_string_new(NULL);

	for (guint i = 0; parts[i] != NULL; i++)
		if (*parts[i] != '\0')
			g_string_append_printf(tidy, "%s%s", tidy->len > 0 ? " " : "", parts[i]);
	return g_string_free(tidy, FALSE);
}

static gboolean
offhook_memory_rules_is_no_name(const char *word)
{
	g_autofree char *small = g_utf8_strdown(word, -1);
	g_autofree char *padded = g_strconcat(" ", small, " ", NULL);

	return strstr(offhook_memory_no_names, padded) != NULL;
}

/* (transfer full) (nullable) */
static char *
offhook_memory_rules_read_name(const char *words)
{
	g_auto(GStrv) parts = g_strsplit(words, " ", -1);
	GString *name = g_string_new(NULL);

	for (guint i = 0; parts[i] != NULL && i < MAX_NAME; i++) {
		g_autofree char *first = NULL;

		if (offhook_memory_rules_is_no_name(parts[i]))
			break;
		first = g_utf8_strup(parts[i], g_utf8_next_char(parts[i]) - parts[i]);
		g_string_append_printf(name, "%s%s%s", i > 0 ? " " : "", first,
				       g_utf8_next_char(parts[i]));
	}
	return g_string_free(name, name->len == 0);
}

/* What is found in @words by rule @i. (transfer full) (nullable) */
static char *
offhook_memory_rules_find(guint i, const char *words)
{
	static GRegex *regexes[G_N_ELEMENTS(offhook_memory_rules)];
	GRegex *regex = offhook_memory_rules_compile(&regexes[i], offhook_memory_rules[i].pattern);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *found = NULL;

	if (!g_regex_match(regex, words, 0, &match))
		return NULL;
	found = g_match_info_fetch_named(match, "x");
	g_strstrip(found);
	if (offhook_memory_rules[i].reading == A_NAME)
		return offhook_memory_rules_read_name(found);
	return g_steal_pointer(&found);
}

GPtrArray *
offhook_memory_rules_read(const char *words)
{
	GPtrArray *notes = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_memory_note_free);
	g_autofree char *tidy = offhook_memory_rules_tidy(words);

	for (guint i = 0; i < G_N_ELEMENTS(offhook_memory_rules); i++) {
		g_autofree char *text = offhook_memory_rules_find(i, tidy);
		OffhookMemoryNote *note;

		if (text == NULL)
			continue;
		note = g_new0(OffhookMemoryNote, 1);
		note->kind = offhook_memory_rules[i].kind;
		note->key = offhook_memory_rules[i].key;
		note->text = g_steal_pointer(&text);
		g_ptr_array_add(notes, note);
	}
	return notes;
}

OffhookMemoryWish
offhook_memory_rules_get_wish(const char *words)
{
	static GRegex *regexes[G_N_ELEMENTS(offhook_memory_wishes)];
	g_autofree char *tidy = offhook_memory_rules_tidy(words);

	for (guint i = 0; i < G_N_ELEMENTS(offhook_memory_wishes); i++)
		if (g_regex_match(
			offhook_memory_rules_compile(&regexes[i], offhook_memory_wishes[i].pattern),
			tidy, 0, NULL))
			return offhook_memory_wishes[i].wish;
	return OFFHOOK_MEMORY_WISH_NONE;
}
