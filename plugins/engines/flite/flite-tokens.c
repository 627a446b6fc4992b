/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What Flite's own text analysis reads wrongly, or not at all, is written out here: times of day,
 * amounts of money, percent, and signs. Pure, any thread.
 */

#include "flite-tokens.h"

#include <string.h>

/* Longer ones are cut: no word is, and Flite's rules take more than linear time for them. */
#define OFFHOOK_FLITE_TOKENS_MAX_LETTERS 40

static const struct {
	char sign;
	const char *word;
} offhook_flite_tokens_signs[] = {
    {'&', "and"}, {'@', "at"}, {'+', "plus"}, {'=', "equals"}, {'%', "percent"}, {'#', "number"},
};

static const struct {
	const char *sign;
	const char *word;
} offhook_flite_tokens_money[] = {
    {"$", "dollars"},
    {"\302\243", "pounds"},    /* pound sign */
    {"\342\202\254", "euros"}, /* euro sign */
};

static const char offhook_flite_tokens_before[] = "\"'`({[<";
static const char offhook_flite_tokens_after[] = "\"'`)}]>.,:;!?";

typedef struct {
	GArray *tokens;
	guint offset; /* of the place that is being read */
	guint length;
	guint first; /* index of its first token */
} OffhookFliteTokenizer;

static void
offhook_flite_token_clear(gpointer data)
{
	g_free(((OffhookFliteToken *)data)->name);
}

static void
offhook_flite_tokenizer_add(OffhookFliteTokenizer *self, const char *name, gsize length)
{
	while (length > 0) {
		gsize part = MIN(length, OFFHOOK_FLITE_TOKENS_MAX_LETTERS);
		OffhookFliteToken token = {
		    .name = g_strndup(name, part), .offset = self->offset, .length = self->length};

		g_array_append_val(self->tokens, token);
		name += part;
		length -= part;
	}
}

static void
offhook_flite_tokenizer_add_word(OffhookFliteTokenizer *self, const char *word)
{
	offhook_flite_tokenizer_add(self, word, strlen(word));
}

/* "am", "pm", "a.m.", "p.m." at @text, whatever the case; 0 for none. */
static gsize
offhook_flite_tokens_match_half(const char *text, const char **spoken)
{
	char letter = g_ascii_tolower(text[0]);
	gsize n = 0;

	if (letter != 'a' && letter != 'p')
		return 0;
	if (g_ascii_tolower(text[1]) == 'm')
		n = 2;
	else if (text[1] == '.' && g_ascii_tolower(text[2]) == 'm')
		n = text[3] == '.' ? 4 : 3;
	if (n == 0 || g_ascii_isalnum(text[n]))
		return 0;
	*spoken = letter == 'a' ? "a.m." : "p.m.";
	return n;
}

/* "5:30", "05:30pm", "17:00". Returns how much of @text that is. */
static gsize
offhook_flite_tokenizer_read_time(OffhookFliteTokenizer *self, const char *text)
{
	gsize digits = strspn(text, "0123456789");
	const char *minutes = text + digits + 1;
	const char *half = NULL;
	gsize n = digits + 3, rest;
	g_autofree char *hour = NULL;

	if (digits < 1 || digits > 2 || text[digits] != ':' || !g_ascii_isdigit(minutes[0]) ||
	    !g_ascii_isdigit(minutes[1]) || g_ascii_isdigit(minutes[2]) || minutes[2] == ':' ||
	    minutes[0] > '5')
		return 0;
	rest = offhook_flite_tokens_match_half(text + n, &half);
	if (rest == 0 && g_ascii_isalpha(text[n]))
		return 0;
	hour = g_strdup_printf("%d", (int)g_ascii_strtoull(text, NULL, 10));
	offhook_flite_tokenizer_add_word(self, hour);
	if (minutes[0] != '0') {
		offhook_flite_tokenizer_add(self, minutes, 2);
	} else if (minutes[1] != '0') {
		offhook_flite_tokenizer_add_word(self, "oh");
		offhook_flite_tokenizer_add(self, minutes + 1, 1);
	} else if (half == NULL) {
		offhook_flite_tokenizer_add_word(self, "o'clock");
	}
	if (half != NULL)
		offhook_flite_tokenizer_add_word(self, half);
	return n + rest;
}

/* "5pm" */
static gsize
offhook_flite_tokenizer_read_hour(OffhookFliteTokenizer *self, const char *text)
{
	gsize digits = strspn(text, "0123456789");
	const char *half = NULL;
	gsize rest = digits > 0 ? offhook_flite_tokens_match_half(text + digits, &half) : 0;

	if (rest == 0 || digits > 2)
		return 0;
	offhook_flite_tokenizer_add(self, text, digits);
	offhook_flite_tokenizer_add_word(self, half);
	return digits + rest;
}

/* A sign of money and an amount, "$29.95": the name of the money stands after the whole part. */
static gsize
offhook_flite_tokenizer_read_money(OffhookFliteTokenizer *self, const char *text)
{
	for (guint i = 0; i < G_N_ELEMENTS(offhook_flite_tokens_money); i++) {
		const char *sign = offhook_flite_tokens_money[i].sign;
		gsize before = strlen(sign), whole, n;

		if (!g_str_has_prefix(text, sign))
			continue;
		whole = strspn(text + before, "0123456789,");
		while (whole > 0 && text[before + whole - 1] == ',')
			whole--;
		if (whole == 0)
			return 0;
		n = before + whole;
		offhook_flite_tokenizer_add(self, text + before, whole);
		offhook_flite_tokenizer_add_word(self, offhook_flite_tokens_money[i].word);
		if (text[n] == '.' && g_ascii_isdigit(text[n + 1]) &&
		    g_ascii_isdigit(text[n + 2])) {
			offhook_flite_tokenizer_add(self, text + n + 1, 2);
			n += 3;
		}
		return n;
	}
	return 0;
}

/* Signs and their neighbours; letters of other alphabets as near as ASCII comes. */
static gsize
offhook_flite_tokenizer_read_word(OffhookFliteTokenizer *self, const char *text)
{
	gsize n = 0;
	g_autofree char *raw = NULL;
	g_autofree char *ascii = NULL;
	g_autoptr(GString) word = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(offhook_flite_tokens_signs); i++) {
		if (*text == offhook_flite_tokens_signs[i].sign) {
			offhook_flite_tokenizer_add_word(self, offhook_flite_tokens_signs[i].word);
			return 1;
		}
	}
	while (text[n] != '\0' && strchr("&@+=%#/_\\|~^*", text[n]) == NULL)
		n++;
	raw = g_strndup(text, n);
	ascii = g_str_to_ascii(raw, "C");
	for (const char *c = ascii; *c != '\0'; c++) {
		if (g_ascii_isalnum(*c) || strchr("'.,-:$", *c) != NULL)
			g_string_append_c(word, *c);
	}
	/* not just punctuation */
	if (strpbrk(word->str, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") !=
	    NULL)
		offhook_flite_tokenizer_add(self, word->str, word->len);
	/* one of the signs that only separate */
	return n > 0 ? n : 1;
}

/* The tokens of one place, without its outer punctuation. */
static void
offhook_flite_tokenizer_read(OffhookFliteTokenizer *self, const char *text)
{
	while (*text != '\0') {
		gsize n = offhook_flite_tokenizer_read_time(self, text);

		if (n == 0)
			n = offhook_flite_tokenizer_read_hour(self, text);
		if (n == 0)
			n = offhook_flite_tokenizer_read_money(self, text);
		if (n == 0)
			n = offhook_flite_tokenizer_read_word(self, text);
		text += n;
	}
}

/* What Flite's phrasing looks at, without what it doesn't know. */
static void
offhook_flite_tokens_copy_marks(char to[8], const char *from, gsize length)
{
	gsize n = 0;

	for (gsize i = 0; i < length && n < 7; i++) {
		if ((guchar)from[i] < 0x80)
			to[n++] = from[i];
	}
	to[n] = '\0';
}

/* @text: from one gap to the next */
static void
offhook_flite_tokenizer_read_place(OffhookFliteTokenizer *self, const char *text)
{
	gsize before = strspn(text, offhook_flite_tokens_before);
	gsize end = strlen(text);
	g_autofree char *middle = NULL;

	while (end > before && strchr(offhook_flite_tokens_after, text[end - 1]) != NULL)
		end--;
	middle = g_strndup(text + before, end - before);
	self->first = self->tokens->len;
	offhook_flite_tokenizer_read(self, middle);
	if (self->tokens->len > self->first)
		offhook_flite_tokens_copy_marks(
		    g_array_index(self->tokens, OffhookFliteToken, self->first).before, text,
		    before);
	/* marks that stand alone belong to what was before them */
	if (self->tokens->len > 0 && text[end] != '\0')
		offhook_flite_tokens_copy_marks(
		    g_array_index(self->tokens, OffhookFliteToken, self->tokens->len - 1).after,
		    text + end, strlen(text + end));
}

GArray *
offhook_flite_tokens_new(const char *text)
{
	OffhookFliteTokenizer self = {g_array_new(FALSE, TRUE, sizeof(OffhookFliteToken))};
	const char *at = text;

	g_array_set_clear_func(self.tokens, offhook_flite_token_clear);
	while (*(at += strspn(at, " \t\r\n")) != '\0') {
		gsize length = strcspn(at, " \t\r\n");
		g_autofree char *place = g_strndup(at, length);

		self.offset = (guint)(at - text);
		self.length = (guint)length;
		offhook_flite_tokenizer_read_place(&self, place);
		at += length;
	}
	return self.tokens;
}
