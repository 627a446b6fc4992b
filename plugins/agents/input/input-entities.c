/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Goes along the words and takes at each the first kind of entity that fits; e-mail addresses, which
 * begin before the word that gives them away, and names, whose spelling counts, come before. Pure
 * functions, any thread.
 */

#include "input-entities.h"

#include "input-spelled.h"
#include "language-calendar.h"
#include "language-numerals.h"
#include "language-time.h"
#include "language-words.h"
#include <string.h>

#define OFFHOOK_INPUT_PHONE_MIN_DIGITS 7
#define OFFHOOK_INPUT_PHONE_MAX_DIGITS 15
/* Dictated digits that are no telephone number are one number from so many words on. */
#define OFFHOOK_INPUT_DIGITS_MIN_WORDS 3

typedef struct {
	OffhookLanguage language;
	const char *text;
	const char *const *words;
	guint n;
	guint8 *taken; /* a byte for each word */
	GDateTime *now;
	GPtrArray *found;
} OffhookInputSearch;

static const char *const offhook_input_entity_names[] = {
    [OFFHOOK_INPUT_NUMBER] = "number", [OFFHOOK_INPUT_MONEY] = "money",
    [OFFHOOK_INPUT_DATE] = "date",     [OFFHOOK_INPUT_TIME] = "time",
    [OFFHOOK_INPUT_PHONE] = "phone",   [OFFHOOK_INPUT_EMAIL] = "email",
    [OFFHOOK_INPUT_NAME] = "name",     [OFFHOOK_INPUT_SPELLED] = "spelled",
};

const char *
offhook_input_entity_get_name(OffhookInputEntityType type)
{
	return offhook_input_entity_names[type];
}

gboolean
offhook_input_entity_from_name(const char *name, OffhookInputEntityType *type)
{
	for (guint i = 0; i < OFFHOOK_INPUT_N_ENTITY_TYPES; i++) {
		if (g_strcmp0(name, offhook_input_entity_names[i]) == 0) {
			*type = i;
			return TRUE;
		}
	}
	return FALSE;
}

static void
offhook_input_entity_free(gpointer data)
{
	OffhookInputEntity *entity = data;

	g_free(entity->value);
	g_free(entity->text);
	g_free(entity);
}

GPtrArray *
offhook_input_entities_new(void)
{
	return g_ptr_array_new_with_free_func(offhook_input_entity_free);
}

void
offhook_input_entities_add(GPtrArray *self, OffhookInputEntityType type, const char *value,
			   const char *text)
{
	OffhookInputEntity *entity;

	if (self->len >= OFFHOOK_INPUT_MAX_ENTITIES)
		return;
	entity = g_new0(OffhookInputEntity, 1);
	entity->type = type;
	entity->value = g_strdup(value);
	entity->text = g_strdup(text != NULL ? text : value);
	g_ptr_array_add(self, entity);
}

/* Adds what the @length words from @at on say. */
static void
offhook_input_search_add(OffhookInputSearch *self, guint at, guint length,
			 OffhookInputEntityType type, const char *value)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = at; i < at + length && i < self->n; i++) {
		g_string_append_printf(text, "%s%s", i > at ? " " : "", self->words[i]);
		self->taken[i] = 1;
	}
	offhook_input_entities_add(self->found, type, value, text->str);
}

static const char *
offhook_input_search_get_before(const OffhookInputSearch *self, guint at)
{
	return at > 0 ? self->words[at - 1] : "";
}

/* ---- one kind after the other: each returns how many words it took ---- */

static guint
offhook_input_search_take_phone(OffhookInputSearch *self, guint at)
{
	g_autoptr(GString) digits = g_string_new(NULL);
	guint used =
	    offhook_language_numerals_read_digits(self->language, self->words + at, digits);
	g_autofree char *plus = NULL;

	if (used > 0 && digits->len >= OFFHOOK_INPUT_PHONE_MIN_DIGITS &&
	    digits->len <= OFFHOOK_INPUT_PHONE_MAX_DIGITS) {
		plus = g_strconcat("+", self->words[at], NULL);
		if (g_str_equal(offhook_input_search_get_before(self, at), "plus") ||
		    strstr(self->text, plus) != NULL)
			g_string_prepend_c(digits, '+');
		offhook_input_search_add(self, at, used, OFFHOOK_INPUT_PHONE, digits->str);
		return used;
	}
	return 0;
}

/* "four seven one one" */
static guint
offhook_input_search_take_digits(OffhookInputSearch *self, guint at)
{
	g_autoptr(GString) digits = g_string_new(NULL);
	guint used =
	    offhook_language_numerals_read_digits(self->language, self->words + at, digits);

	if (used < OFFHOOK_INPUT_DIGITS_MIN_WORDS || digits->len > 32)
		return 0;
	offhook_input_search_add(self, at, used, OFFHOOK_INPUT_NUMBER, digits->str);
	return used;
}

static guint
offhook_input_search_take_spelled(OffhookInputSearch *self, guint at)
{
	g_autoptr(GString) letters = g_string_new(NULL);
	guint used = offhook_input_spelled_read(self->language, self->words + at, letters);

	if (used > 0)
		offhook_input_search_add(self, at, used, OFFHOOK_INPUT_SPELLED, letters->str);
	return used;
}

static guint
offhook_input_search_take_date(OffhookInputSearch *self, guint at)
{
	static const char *const good[] = {"guten", "heute", "la", "de", "por", NULL};
	g_autoptr(GDateTime) day = NULL;
	g_autofree char *value = NULL;
	guint used;

	/* "guten Morgen", "por la mañana" */
	if (g_str_equal(self->words[at], "morgen") || g_str_equal(self->words[at], "manana")) {
		if (g_strv_contains(good, offhook_input_search_get_before(self, at)))
			return 0;
	}
	used =
	    offhook_language_calendar_read_day(self->language, self->words + at, self->now, &day);
	if (used == 0)
		return 0;
	value = offhook_language_day_to_string(day);
	offhook_input_search_add(self, at, used, OFFHOOK_INPUT_DATE, value);
	return used;
}

/* "Seven" alone is a time only behind "at". */
static guint
offhook_input_search_take_time(OffhookInputSearch *self, guint at)
{
	static const char *const before[] = {"at", "um", "gegen", "las", "la", NULL};
	static const char *const nobody[] = {"people", "persons", "guests", "of", NULL};
	gboolean sure = FALSE;
	guint minutes = 0;
	guint used =
	    offhook_language_calendar_read_time(self->language, self->words + at, &minutes, &sure);
	const char *next = used > 0 && self->words[at + used] != NULL ? self->words[at + used] : "";
	g_autofree char *value = NULL;

	if (used == 0 ||
	    (!sure && (!g_strv_contains(before, offhook_input_search_get_before(self, at)) ||
		       g_strv_contains(nobody, next))))
		return 0;
	value = offhook_language_time_to_string(minutes);
	offhook_input_search_add(self, at, used, OFFHOOK_INPUT_TIME, value);
	return used;
}

static const struct {
	const char *word;
	const char *code;
} offhook_input_currencies[] = {
    {"dollar", "USD"}, {"dollars", "USD"}, {"bucks", "USD"},  {"euro", "EUR"},
    {"euros", "EUR"},  {"pound", "GBP"},   {"pounds", "GBP"}, {"quid", "GBP"},
    {"pfund", "GBP"},  {"franken", "CHF"}, {"francs", "CHF"}, {"pesos", "MXN"},
};

static const struct {
	const char *sign;
	const char *code;
} offhook_input_signs[] = {{"$", "USD"}, {"€", "EUR"}, {"£", "GBP"}};

static const char *
offhook_input_search_find_currency(const char *word)
{
	for (guint i = 0; word != NULL && i < G_N_ELEMENTS(offhook_input_currencies); i++) {
		if (g_str_equal(word, offhook_input_currencies[i].word))
			return offhook_input_currencies[i].code;
	}
	return NULL;
}

/* A sign beside the digits, which splitting loses. */
static const char *
offhook_input_search_find_sign(const OffhookInputSearch *self, const char *digits)
{
	if (!g_ascii_isdigit(*digits))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(offhook_input_signs); i++) {
		const char *sign = offhook_input_signs[i].sign;
		g_autofree char *before = g_strconcat(sign, digits, NULL);
		g_autofree char *after = g_strconcat(digits, sign, NULL);
		g_autofree char *apart = g_strconcat(digits, " ", sign, NULL);

		if (strstr(self->text, before) != NULL || strstr(self->text, after) != NULL ||
		    strstr(self->text, apart) != NULL)
			return offhook_input_signs[i].code;
	}
	return NULL;
}

/* "and twenty cents", "fünfzig": how many words, behind the currency. */
static guint
offhook_input_search_read_cents(const OffhookInputSearch *self, guint at, guint *cents)
{
	static const char *const joints[] = {"and", "und", "et", "y", "con", NULL};
	static const char *const names[] = {"cents",    "cent",   "pence", "centimes",
					    "centimos", "rappen", NULL};
	guint joint = self->words[at] != NULL && g_strv_contains(joints, self->words[at]) ? 1 : 0;
	guint used =
	    self->words[at] != NULL
		? offhook_language_numerals_read(self->language, self->words + at + joint, cents)
		: 0;
	const char *next;

	if (used == 0 || *cents > 99)
		return 0;
	next = self->words[at + joint + used];
	if (next != NULL && g_strv_contains(names, next))
		return joint + used + 1;
	return joint == 0 && *cents >= 10 ? used : 0;
}

static guint
offhook_input_search_take_money(OffhookInputSearch *self, guint at)
{
	guint amount = 0;
	guint cents = 0;
	guint used = offhook_language_numerals_read(self->language, self->words + at, &amount);
	const char *code;
	g_autofree char *value = NULL;
	guint more = 0;

	if (used == 0)
		return 0;
	code = offhook_input_search_find_currency(self->words[at + used]);
	if (code != NULL) {
		used++;
		more = offhook_input_search_read_cents(self, at + used, &cents);
	} else {
		code = offhook_input_search_find_sign(self, self->words[at]);
	}
	if (code == NULL)
		return 0;
	value = more > 0 ? g_strdup_printf("%u.%02u %s", amount, cents, code)
			 : g_strdup_printf("%u %s", amount, code);
	offhook_input_search_add(self, at, used + more, OFFHOOK_INPUT_MONEY, value);
	return used + more;
}

static guint
offhook_input_search_take_number(OffhookInputSearch *self, guint at)
{
	guint number = 0;
	guint used = offhook_language_numerals_read(self->language, self->words + at, &number);
	g_autofree char *value = NULL;

	/* "one", "ein", "un" are mostly no numbers */
	if (used == 0 ||
	    (used == 1 && number == 1 && self->n > 2 && !g_ascii_isdigit(*self->words[at]) &&
	     !g_str_equal(self->words[at], "eins")))
		return 0;
	value = g_strdup_printf("%u", number);
	offhook_input_search_add(self, at, used, OFFHOOK_INPUT_NUMBER, value);
	return used;
}

/* ---- what does not begin where it is noticed ---- */

static void
offhook_input_search_take_emails(OffhookInputSearch *self)
{
	g_autoptr(GString) address = g_string_new(NULL);
	guint first = 0;

	for (guint at = 1; at < self->n; at++) {
		guint from, to;

		if (!offhook_input_spelled_read_email(self->language, self->words, first, at,
						      address, &from, &to))
			continue;
		offhook_input_search_add(self, from, to - from, OFFHOOK_INPUT_EMAIL, address->str);
		first = at = to;
	}
}

/* "bob@example.com", as some recognisers write it: its words are none of anything else. */
static void
offhook_input_search_take_written_email(OffhookInputSearch *self, const char *written)
{
	g_auto(GStrv) parts =
	    offhook_language_words_split_in(offhook_language_get_code(self->language), written);
	g_autofree char *lower = g_utf8_strdown(written, -1);
	gsize end = strlen(lower);

	while (end > 0 && strchr(".,;:!?)>", lower[end - 1]) != NULL)
		lower[--end] = '\0';
	if (strchr(lower, '@') == lower || strchr(strchr(lower, '@'), '.') == NULL || end > 254)
		return;
	offhook_input_entities_add(self->found, OFFHOOK_INPUT_EMAIL, lower, lower);
	for (guint at = 0; at < self->n; at++) {
		guint k = 0;

		while (parts[k] != NULL && at + k < self->n &&
		       g_str_equal(parts[k], self->words[at + k]))
			k++;
		if (parts[k] == NULL)
			memset(self->taken + at, 1, k);
	}
}

static const char offhook_input_name_triggers[] =
    "my name is|my name's|name is|i am called|mein name ist|ich heiße|ich heisse|je m'appelle|"
    "mon nom est|me llamo|mi nombre es";

/* Ends a name that was begun. */
static const char *const offhook_input_name_ends[] = {
    "and", "i",   "i'm", "i'd", "calling", "from", "with", "my",     "but",     "phone",  "number",
    "und", "ich", "von", "aus", "et",      "je",   "mon",  "y",      "quiero",  "quería", "mi",
    "de",  "for", "at",  "on",  "is",      "not",  "it's", "that's", "spelled", "here",   NULL,
};

/* The words behind a trigger, in lower case, with capitals. (transfer full) (nullable) */
static char *
offhook_input_search_read_name(const char *const *words)
{
	GString *name = g_string_new(NULL);

	for (guint k = 0; k < 3 && words[k] != NULL; k++) {
		gsize length = strcspn(words[k], ",.;:!?");
		g_autofree char *word = g_strndup(words[k], length);
		g_autofree char *first = NULL;
		g_autofree char *capital = NULL;

		if (g_utf8_strlen(word, -1) < 2 || !g_unichar_isalpha(g_utf8_get_char(word)) ||
		    g_strv_contains(offhook_input_name_ends, word))
			break;
		first = g_utf8_substring(word, 0, 1);
		capital = g_utf8_strup(first, -1);
		g_string_append_printf(name, "%s%s%s", k > 0 ? " " : "", capital,
				       g_utf8_next_char(word));
		if (words[k][length] != '\0')
			break;
	}
	return g_string_free(name, name->len == 0);
}

static void
offhook_input_search_take_name(OffhookInputSearch *self)
{
	g_autofree char *lower = g_utf8_strdown(self->text, -1);
	g_auto(GStrv) parts = g_strsplit_set(lower, " \t\r\n", -1);
	const char *const *words = (const char *const *)parts;

	for (guint at = 0; words[at] != NULL; at++) {
		guint used = offhook_language_words_match(offhook_input_name_triggers, words + at);
		g_autofree char *name =
		    used > 0 ? offhook_input_search_read_name(words + at + used) : NULL;

		if (name != NULL)
			offhook_input_entities_add(self->found, OFFHOOK_INPUT_NAME, name, NULL);
		if (used > 0)
			return;
	}
}

static void
offhook_input_search_take_written(OffhookInputSearch *self)
{
	g_auto(GStrv) parts = g_strsplit_set(self->text, " \t\r\n", -1);

	for (guint i = 0; parts[i] != NULL; i++) {
		if (strchr(parts[i], '@') != NULL)
			offhook_input_search_take_written_email(self, parts[i]);
	}
}

GPtrArray *
offhook_input_entities_find(OffhookLanguage language, const char *text, const char *const *words,
			    GDateTime *now)
{
	static guint (*const takers[])(OffhookInputSearch *, guint) = {
	    offhook_input_search_take_phone,  offhook_input_search_take_spelled,
	    offhook_input_search_take_date,   offhook_input_search_take_money,
	    offhook_input_search_take_time,   offhook_input_search_take_digits,
	    offhook_input_search_take_number,
	};
	guint n = g_strv_length((char **)words);
	g_autofree guint8 *taken = g_new0(guint8, n + 1);
	OffhookInputSearch self = {
	    language, text, words, n, taken, now, offhook_input_entities_new()};

	offhook_input_search_take_written(&self);
	offhook_input_search_take_emails(&self);
	offhook_input_search_take_name(&self);
	for (guint at = 0; at < n;) {
		guint used = taken[at] != 0 ? 1 : 0;

		for (guint i = 0; used == 0 && i < G_N_ELEMENTS(takers); i++)
			used = takers[i](&self, at);
		at += MAX(used, 1);
	}
	return self.found;
}
