/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The pronouncing dictionary stays in the file, mapped; an array of line starts, sorted by word,
 * finds its entries. That costs half a megabyte, where a table of copies would cost ten. Any thread
 * once made.
 */

#include "sphinx-lexicon.h"

#include <flite/flite.h>
#include <flite/cst_lts.h>
#include <offhook/error.h>
#include <string.h>

#define OFFHOOK_SPHINX_LEXICON_MAX_VARIANTS 8
#define OFFHOOK_SPHINX_LEXICON_MAX_WORD     64

/* Of libflite_cmulex, which has no header. */
extern cst_lexicon *cmu_lex_init(void);
extern cst_lts_rules cmu_lts_rules;

struct _OffhookSphinxLexicon {
	GMappedFile *file;
	const char *text;
	gsize length;
	GArray *lines; /* guint32: where each begins, in order of their words */
};

/* How letters and digits are called. */
static const struct {
	char letter;
	const char *phones;
} offhook_sphinx_lexicon_names[] = {
    {'a', "EY"},
    {'b', "B IY"},
    {'c', "S IY"},
    {'d', "D IY"},
    {'e', "IY"},
    {'f', "EH F"},
    {'g', "JH IY"},
    {'h', "EY CH"},
    {'i', "AY"},
    {'j', "JH EY"},
    {'k', "K EY"},
    {'l', "EH L"},
    {'m', "EH M"},
    {'n', "EH N"},
    {'o', "OW"},
    {'p', "P IY"},
    {'q', "K Y UW"},
    {'r', "AA R"},
    {'s', "EH S"},
    {'t', "T IY"},
    {'u', "Y UW"},
    {'v', "V IY"},
    {'w', "D AH B AH L Y UW"},
    {'x', "EH K S"},
    {'y', "W AY"},
    {'z', "Z IY"},
    {'0', "Z IH R OW"},
    {'1', "W AH N"},
    {'2', "T UW"},
    {'3', "TH R IY"},
    {'4', "F AO R"},
    {'5', "F AY V"},
    {'6', "S IH K S"},
    {'7', "S EH V AH N"},
    {'8', "EY T"},
    {'9', "N AY N"},
};

static gsize
offhook_sphinx_lexicon_word_length(const OffhookSphinxLexicon *self, guint32 line)
{
	gsize n = 0;

	while (line + n < self->length && !g_ascii_isspace(self->text[line + n]))
		n++;
	return n;
}

/* Orders the word at @line against @word: bytes, then length. */
static int
offhook_sphinx_lexicon_compare(const OffhookSphinxLexicon *self, guint32 line, const char *word,
			       gsize length)
{
	gsize n = offhook_sphinx_lexicon_word_length(self, line);
	int order = memcmp(self->text + line, word, MIN(n, length));

	return order != 0 ? order : (n > length) - (n < length);
}

static int
offhook_sphinx_lexicon_sort_cb(gconstpointer a, gconstpointer b, gpointer user_data)
{
	const OffhookSphinxLexicon *self = user_data;
	guint32 other = *(const guint32 *)b;

	return offhook_sphinx_lexicon_compare(self, *(const guint32 *)a, self->text + other,
					      offhook_sphinx_lexicon_word_length(self, other));
}

static gboolean
offhook_sphinx_lexicon_is_in_order(OffhookSphinxLexicon *self, guint32 line)
{
	return self->lines->len == 0 ||
	       offhook_sphinx_lexicon_sort_cb(
		   &g_array_index(self->lines, guint32, self->lines->len - 1), &line, self) <= 0;
}

/* Puts lines that were not in order between the others. */
static void
offhook_sphinx_lexicon_merge(OffhookSphinxLexicon *self, GArray *strays)
{
	g_autoptr(GArray) lines = g_steal_pointer(&self->lines);
	guint at = 0;

	g_array_sort_with_data(strays, offhook_sphinx_lexicon_sort_cb, self);
	self->lines = g_array_sized_new(FALSE, FALSE, sizeof(guint32), lines->len + strays->len);
	for (guint i = 0; i < strays->len; i++) {
		const guint32 *stray = &g_array_index(strays, guint32, i);
		guint from = at;

		while (at < lines->len && offhook_sphinx_lexicon_sort_cb(
					      &g_array_index(lines, guint32, at), stray, self) <= 0)
			at++;
		g_array_append_vals(self->lines, &g_array_index(lines, guint32, from), at - from);
		g_array_append_val(self->lines, *stray);
	}
	g_array_append_vals(self->lines, &g_array_index(lines, guint32, at), lines->len - at);
}

OffhookSphinxLexicon *
offhook_sphinx_lexicon_new(const char *path, GError **error)
{
	g_autoptr(OffhookSphinxLexicon) self = g_new0(OffhookSphinxLexicon, 1);
	g_autoptr(GArray) strays = g_array_new(FALSE, FALSE, sizeof(guint32));
	g_autoptr(GError) local_error = NULL;

	self->file = g_mapped_file_new(path, FALSE, &local_error);
	if (self->file == NULL) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_NOT_FOUND,
			    "pronouncing dictionary %s: %s", path, local_error->message);
		return NULL;
	}
	self->text = g_mapped_file_get_contents(self->file);
	self->length = g_mapped_file_get_length(self->file);
	self->lines = g_array_new(FALSE, FALSE, sizeof(guint32));
	for (gsize at = 0; at < self->length && at < G_MAXUINT32;) {
		const char *end = memchr(self->text + at, '\n', self->length - at);
		guint32 line = (guint32)at;

		if (!g_ascii_isspace(self->text[at]))
			g_array_append_val(
			    offhook_sphinx_lexicon_is_in_order(self, line) ? self->lines : strays,
			    line);
		at = end != NULL ? (gsize)(end - self->text) + 1 : self->length;
	}
	/* As it is installed it is in order but for a word: that need not be found out by sorting it. */
	if (strays->len > 0)
		offhook_sphinx_lexicon_merge(self, strays);
	return g_steal_pointer(&self);
}

void
offhook_sphinx_lexicon_free(OffhookSphinxLexicon *self)
{
	if (self == NULL)
		return;
	g_clear_pointer(&self->lines, g_array_unref);
	g_clear_pointer(&self->file, g_mapped_file_unref);
	g_free(self);
}

/* (transfer full) (nullable) */
static char *
offhook_sphinx_lexicon_get_phones(const OffhookSphinxLexicon *self, const char *word)
{
	gsize length = strlen(word);
	guint from = 0, to = self->lines->len;

	while (from < to) {
		guint middle = from + (to - from) / 2;
		guint32 line = g_array_index(self->lines, guint32, middle);
		int order = offhook_sphinx_lexicon_compare(self, line, word, length);

		if (order == 0) {
			const char *phones = self->text + line + length;
			gsize rest = self->length - line - length;
			const char *end = memchr(phones, '\n', rest);
			char *text = g_strndup(phones, end != NULL ? (gsize)(end - phones) : rest);

			return g_strstrip(text);
		}
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

char **
offhook_sphinx_lexicon_find(const OffhookSphinxLexicon *self, const char *word)
{
	g_autoptr(GStrvBuilder) found = g_strv_builder_new();

	if (strlen(word) > OFFHOOK_SPHINX_LEXICON_MAX_WORD)
		return g_strv_builder_end(found);
	for (guint i = 1; i <= OFFHOOK_SPHINX_LEXICON_MAX_VARIANTS; i++) {
		g_autofree char *entry =
		    i == 1 ? g_strdup(word) : g_strdup_printf("%s(%u)", word, i);
		g_autofree char *phones = offhook_sphinx_lexicon_get_phones(self, entry);

		if (phones == NULL || *phones == '\0')
			break;
		g_strv_builder_add(found, phones);
	}
	return g_strv_builder_end(found);
}

/* Flite's names of phones are those of the model in lower case, with stress and a schwa. */
static void
offhook_sphinx_lexicon_append_phone(GString *phones, const char *name)
{
	g_autofree char *phone = g_ascii_strup(name, -1);

	phone[strcspn(phone, "0123456789")] = '\0';
	if (g_str_equal(phone, "PAU") || *phone == '\0')
		return;
	if (phones->len > 0)
		g_string_append_c(phones, ' ');
	g_string_append(phones, g_str_equal(phone, "AX") ? "AH" : phone);
}

/* @letters: lower-case ASCII letters only */
static void
offhook_sphinx_lexicon_append_sounds(GString *phones, const char *letters)
{
	static gsize ready;
	cst_val *list;

	if (g_once_init_enter(&ready)) {
		cmu_lex_init();
		g_once_init_leave(&ready, 1);
	}
	list = lts_apply(letters, "", &cmu_lts_rules);
	for (const cst_val *item = list; item != NULL; item = val_cdr(item))
		offhook_sphinx_lexicon_append_phone(phones, val_string(val_car(item)));
	delete_val(list);
}

static void
offhook_sphinx_lexicon_append_names(GString *phones, const char *letters)
{
	for (; *letters != '\0'; letters++) {
		for (guint i = 0; i < G_N_ELEMENTS(offhook_sphinx_lexicon_names); i++) {
			if (offhook_sphinx_lexicon_names[i].letter != *letters)
				continue;
			if (phones->len > 0)
				g_string_append_c(phones, ' ');
			g_string_append(phones, offhook_sphinx_lexicon_names[i].phones);
		}
	}
}

char *
offhook_sphinx_lexicon_guess(const OffhookSphinxLexicon *self, const char *word)
{
	g_autofree char *valid = g_utf8_make_valid(word, -1);
	g_autofree char *ascii = g_str_to_ascii(valid, "C");
	g_autofree char *lower = g_ascii_strdown(ascii, OFFHOOK_SPHINX_LEXICON_MAX_WORD);
	g_autoptr(GString) letters = g_string_new(NULL);
	g_autoptr(GString) phones = g_string_new(NULL);
	gboolean digits = FALSE;

	for (const char *c = lower; *c != '\0'; c++) {
		if (g_ascii_isalnum(*c))
			g_string_append_c(letters, *c);
		digits |= g_ascii_isdigit(*c);
	}
	if (digits || strpbrk(letters->str, "aeiouy") == NULL)
		offhook_sphinx_lexicon_append_names(phones, letters->str);
	else
		offhook_sphinx_lexicon_append_sounds(phones, letters->str);
	return phones->len > 0 ? g_string_free(g_steal_pointer(&phones), FALSE) : NULL;
}
