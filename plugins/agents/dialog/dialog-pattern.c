/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Phrase notation: reading it into a tree, printing it in one normal form, and laying it out as a
 * program for the matcher. Pure, any thread.
 */

#include "dialog-pattern.h"

#include "language-words.h"
#include <offhook/error.h>
#include <string.h>

#define OFFHOOK_DIALOG_PATTERN_MAX_BYTES 500
#define OFFHOOK_DIALOG_PATTERN_MAX_CODE  300
#define OFFHOOK_DIALOG_PATTERN_MAX_DEPTH 8

struct _OffhookDialogPattern {
	OffhookDialogNode *root;
	char *phrase;
	GPtrArray *slots; /* utf8, %NULL-terminated */
	GArray *code;     /* OffhookDialogCode */
};

typedef struct {
	const char *start;
	const char *at;
	GString *phrase; /* what has been read, in normal form */
	guint depth;
} OffhookDialogPatternReader;

static OffhookDialogNode *offhook_dialog_pattern_read_any(OffhookDialogPatternReader *reader,
							  GError **error);

static void
offhook_dialog_node_free(OffhookDialogNode *node)
{
	if (node == NULL)
		return;
	g_free(node->text);
	g_clear_pointer(&node->children, g_ptr_array_unref);
	g_free(node);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDialogNode, offhook_dialog_node_free)

/* @text: (transfer full) (nullable) */
static OffhookDialogNode *
offhook_dialog_node_new(OffhookDialogNodeKind kind, char *text)
{
	OffhookDialogNode *node = g_new0(OffhookDialogNode, 1);

	node->kind = kind;
	node->text = text;
	node->children = g_ptr_array_new_with_free_func((GDestroyNotify)offhook_dialog_node_free);
	return node;
}

static gpointer
offhook_dialog_pattern_fail(OffhookDialogPatternReader *reader, GError **error,
			    const char *expected)
{
	g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "at character %ld: expected %s",
		    g_utf8_pointer_to_offset(reader->start, reader->at) + 1, expected);
	return NULL;
}

static void
offhook_dialog_pattern_print(OffhookDialogPatternReader *reader, const char *text)
{
	GString *phrase = reader->phrase;
	char last = phrase->len > 0 ? phrase->str[phrase->len - 1] : '(';

	if (strchr("([|", last) == NULL && strchr(")]|", *text) == NULL)
		g_string_append_c(phrase, ' ');
	g_string_append(phrase, text);
}

static void
offhook_dialog_pattern_skip_spaces(OffhookDialogPatternReader *reader)
{
	while (g_ascii_isspace(*reader->at))
		reader->at++;
}

static OffhookDialogNode *
offhook_dialog_pattern_read_slot(OffhookDialogPatternReader *reader, GError **error)
{
	const char *end = strchr(reader->at, '>');
	g_autofree char *name = NULL;
	g_autofree char *printed = NULL;

	if (end == NULL)
		return offhook_dialog_pattern_fail(reader, error, "'>' after the slot's name");
	name = g_strndup(reader->at + 1, (gsize)(end - reader->at - 1));
	if (!g_ascii_islower(*name) ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen(name))
		return offhook_dialog_pattern_fail(reader, error,
						   "a slot's name in '<...>': lower-case letters, "
						   "digits, '-'");
	reader->at = end + 1;
	printed = g_strdup_printf("<%s>", name);
	offhook_dialog_pattern_print(reader, printed);
	return offhook_dialog_node_new(OFFHOOK_DIALOG_NODE_SLOT, g_steal_pointer(&name));
}

/* "(...)" or "[...]". */
static OffhookDialogNode *
offhook_dialog_pattern_read_group(OffhookDialogPatternReader *reader, GError **error)
{
	gboolean option = *reader->at == '[';
	g_autoptr(OffhookDialogNode) inner = NULL;
	gsize from;
	OffhookDialogNode *node;

	if (++reader->depth > OFFHOOK_DIALOG_PATTERN_MAX_DEPTH)
		return offhook_dialog_pattern_fail(reader, error, "fewer brackets inside brackets");
	reader->at++;
	offhook_dialog_pattern_print(reader, option ? "[" : "(");
	from = reader->phrase->len;
	inner = offhook_dialog_pattern_read_any(reader, error);
	if (inner == NULL)
		return NULL;
	if (*reader->at != (option ? ']' : ')'))
		return offhook_dialog_pattern_fail(reader, error, option ? "']'" : "')'");
	reader->at++;
	reader->depth--;
	if (!option) {
		g_string_append_c(reader->phrase, ')');
		return g_steal_pointer(&inner);
	}
	/* "[a|b]" is written "[(a|b)]": the notation promises alternatives in "(...)" only. */
	if (inner->kind == OFFHOOK_DIALOG_NODE_ANY) {
		g_string_insert_c(reader->phrase, (gssize)from, '(');
		g_string_append_c(reader->phrase, ')');
	}
	g_string_append_c(reader->phrase, ']');
	node = offhook_dialog_node_new(OFFHOOK_DIALOG_NODE_OPTION, NULL);
	g_ptr_array_add(node->children, g_steal_pointer(&inner));
	return node;
}

/* One word as written, which may be several in full. */
static gboolean
offhook_dialog_pattern_read_word(OffhookDialogPatternReader *reader, GPtrArray *nodes,
				 GError **error)
{
	const char *end = reader->at;
	g_autofree char *word = NULL;
	g_autofree char *lower = NULL;
	g_auto(GStrv) full = NULL;

	for (; *end != '\0'; end = g_utf8_next_char(end)) {
		gunichar c = g_utf8_get_char(end);

		if (!g_unichar_isalpha(c) && !g_unichar_ismark(c) && c != '\'' && c != 0x2019)
			break;
	}
	if (end == reader->at) {
		offhook_dialog_pattern_fail(reader, error,
					    g_ascii_isdigit(*end)
						? "numbers written as words"
						: "a word, '(...)', '[...]' or '<slot>'");
		return FALSE;
	}
	word = g_strndup(reader->at, (gsize)(end - reader->at));
	lower = g_utf8_strdown(word, -1);
	full = offhook_language_words_split(word);
	if (full[0] == NULL) {
		offhook_dialog_pattern_fail(reader, error, "a word");
		return FALSE;
	}
	reader->at = end;
	offhook_dialog_pattern_print(reader, lower);
	for (guint i = 0; full[i] != NULL; i++)
		g_ptr_array_add(
		    nodes, offhook_dialog_node_new(OFFHOOK_DIALOG_NODE_WORD, g_strdup(full[i])));
	return TRUE;
}

static OffhookDialogNode *
offhook_dialog_pattern_read_all(OffhookDialogPatternReader *reader, GError **error)
{
	g_autoptr(OffhookDialogNode) all = offhook_dialog_node_new(OFFHOOK_DIALOG_NODE_ALL, NULL);

	for (;;) {
		OffhookDialogNode *node;

		offhook_dialog_pattern_skip_spaces(reader);
		if (*reader->at == '\0' || strchr("|)]", *reader->at) != NULL)
			break;
		if (*reader->at != '<' && *reader->at != '(' && *reader->at != '[') {
			if (!offhook_dialog_pattern_read_word(reader, all->children, error))
				return NULL;
			continue;
		}
		node = *reader->at == '<' ? offhook_dialog_pattern_read_slot(reader, error)
					  : offhook_dialog_pattern_read_group(reader, error);
		if (node == NULL)
			return NULL;
		g_ptr_array_add(all->children, node);
	}
	if (all->children->len == 0)
		return offhook_dialog_pattern_fail(reader, error, "at least one word");
	return g_steal_pointer(&all);
}

static OffhookDialogNode *
offhook_dialog_pattern_read_any(OffhookDialogPatternReader *reader, GError **error)
{
	g_autoptr(OffhookDialogNode) first = offhook_dialog_pattern_read_all(reader, error);
	g_autoptr(OffhookDialogNode) any = NULL;

	if (first == NULL || *reader->at != '|')
		return g_steal_pointer(&first);
	any = offhook_dialog_node_new(OFFHOOK_DIALOG_NODE_ANY, NULL);
	g_ptr_array_add(any->children, g_steal_pointer(&first));
	while (*reader->at == '|') {
		OffhookDialogNode *next;

		reader->at++;
		offhook_dialog_pattern_print(reader, "|");
		next = offhook_dialog_pattern_read_all(reader, error);
		if (next == NULL)
			return NULL;
		g_ptr_array_add(any->children, next);
	}
	return g_steal_pointer(&any);
}

/* Can it be said by saying nothing? */
static gboolean
offhook_dialog_node_may_be_empty(const OffhookDialogNode *node)
{
	switch (node->kind) {
	case OFFHOOK_DIALOG_NODE_WORD:
	case OFFHOOK_DIALOG_NODE_SLOT:
		return FALSE;
	case OFFHOOK_DIALOG_NODE_OPTION:
		return TRUE;
	case OFFHOOK_DIALOG_NODE_ALL:
		for (guint i = 0; i < node->children->len; i++) {
			if (!offhook_dialog_node_may_be_empty(node->children->pdata[i]))
				return FALSE;
		}
		return TRUE;
	case OFFHOOK_DIALOG_NODE_ANY:
		for (guint i = 0; i < node->children->len; i++) {
			if (offhook_dialog_node_may_be_empty(node->children->pdata[i]))
				return TRUE;
		}
		return FALSE;
	}
	return FALSE;
}

static guint
offhook_dialog_pattern_emit(OffhookDialogPattern *self, OffhookDialogOp op, const char *text)
{
	OffhookDialogCode code = {.op = op, .text = text};

	if (op == OFFHOOK_DIALOG_CODE_WORD)
		code.weight = offhook_language_words_get_weight(text);
	else if (op == OFFHOOK_DIALOG_CODE_SLOT)
		code.weight = 1.0;
	g_array_append_val(self->code, code);
	return self->code->len - 1;
}

static void
offhook_dialog_pattern_aim(OffhookDialogPattern *self, guint at)
{
	g_array_index(self->code, OffhookDialogCode, at).target = self->code->len;
}

static void
offhook_dialog_pattern_note_slot(OffhookDialogPattern *self, const char *name)
{
	for (guint i = 0; i < self->slots->len; i++) {
		if (g_str_equal(self->slots->pdata[i], name))
			return;
	}
	g_ptr_array_add(self->slots, g_strdup(name));
}

static void
offhook_dialog_pattern_compile(OffhookDialogPattern *self, const OffhookDialogNode *node)
{
	g_autoptr(GArray) jumps = NULL;
	guint fork;

	switch (node->kind) {
	case OFFHOOK_DIALOG_NODE_WORD:
		offhook_dialog_pattern_emit(self, OFFHOOK_DIALOG_CODE_WORD, node->text);
		break;
	case OFFHOOK_DIALOG_NODE_SLOT:
		offhook_dialog_pattern_note_slot(self, node->text);
		offhook_dialog_pattern_emit(self, OFFHOOK_DIALOG_CODE_SLOT, node->text);
		break;
	case OFFHOOK_DIALOG_NODE_ALL:
		for (guint i = 0; i < node->children->len; i++)
			offhook_dialog_pattern_compile(self, node->children->pdata[i]);
		break;
	case OFFHOOK_DIALOG_NODE_OPTION:
		fork = offhook_dialog_pattern_emit(self, OFFHOOK_DIALOG_CODE_FORK, NULL);
		offhook_dialog_pattern_compile(self, node->children->pdata[0]);
		offhook_dialog_pattern_aim(self, fork);
		break;
	case OFFHOOK_DIALOG_NODE_ANY:
		jumps = g_array_new(FALSE, FALSE, sizeof(guint));
		for (guint i = 0; i + 1 < node->children->len; i++) {
			guint jump;

			fork = offhook_dialog_pattern_emit(self, OFFHOOK_DIALOG_CODE_FORK, NULL);
			offhook_dialog_pattern_compile(self, node->children->pdata[i]);
			jump = offhook_dialog_pattern_emit(self, OFFHOOK_DIALOG_CODE_JUMP, NULL);
			g_array_append_val(jumps, jump);
			offhook_dialog_pattern_aim(self, fork);
		}
		offhook_dialog_pattern_compile(self,
					       node->children->pdata[node->children->len - 1]);
		for (guint i = 0; i < jumps->len; i++)
			offhook_dialog_pattern_aim(self, g_array_index(jumps, guint, i));
		break;
	}
}

OffhookDialogPattern *
offhook_dialog_pattern_new(const char *phrase, GError **error)
{
	g_autoptr(OffhookDialogPattern) self = NULL;
	g_autoptr(GString) printed = g_string_new(NULL);
	OffhookDialogPatternReader reader = {.start = phrase, .at = phrase, .phrase = printed};
	g_autoptr(OffhookDialogNode) root = NULL;

	if (strlen(phrase) > OFFHOOK_DIALOG_PATTERN_MAX_BYTES) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT, "expected at most %d bytes",
			    OFFHOOK_DIALOG_PATTERN_MAX_BYTES);
		return NULL;
	}
	root = offhook_dialog_pattern_read_any(&reader, error);
	if (root == NULL)
		return NULL;
	if (*reader.at != '\0')
		return offhook_dialog_pattern_fail(&reader, error,
						   "an opening bracket before this");
	if (offhook_dialog_node_may_be_empty(root))
		return offhook_dialog_pattern_fail(&reader, error,
						   "something that is not optional");

	self = g_new0(OffhookDialogPattern, 1);
	self->slots = g_ptr_array_new_with_free_func(g_free);
	self->code = g_array_new(FALSE, FALSE, sizeof(OffhookDialogCode));
	self->phrase = g_string_free(g_steal_pointer(&printed), FALSE);
	self->root = g_steal_pointer(&root);
	offhook_dialog_pattern_compile(self, self->root);
	offhook_dialog_pattern_emit(self, OFFHOOK_DIALOG_CODE_END, NULL);
	g_ptr_array_add(self->slots, NULL);
	if (self->code->len > OFFHOOK_DIALOG_PATTERN_MAX_CODE) {
		g_set_error(error, OFFHOOK_ERROR, OFFHOOK_ERROR_FORMAT,
			    "expected fewer words and alternatives in one phrase");
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
offhook_dialog_pattern_free(OffhookDialogPattern *self)
{
	if (self == NULL)
		return;
	offhook_dialog_node_free(self->root);
	g_free(self->phrase);
	g_ptr_array_unref(self->slots);
	g_array_unref(self->code);
	g_free(self);
}

const char *
offhook_dialog_pattern_get_phrase(const OffhookDialogPattern *self)
{
	return self->phrase;
}

const OffhookDialogNode *
offhook_dialog_pattern_get_root(const OffhookDialogPattern *self)
{
	return self->root;
}

const OffhookDialogCode *
offhook_dialog_pattern_get_code(const OffhookDialogPattern *self, guint *length)
{
	*length = self->code->len;
	return (const OffhookDialogCode *)(gpointer)self->code->data;
}

const char *const *
offhook_dialog_pattern_get_slots(const OffhookDialogPattern *self)
{
	return (const char *const *)self->slots->pdata;
}

guint
offhook_dialog_pattern_read(const OffhookDialogPattern *self, const char *const *words)
{
	const OffhookDialogCode *code = (const OffhookDialogCode *)(gpointer)self->code->data;
	guint n = self->code->len;
	g_autofree guint8 *now = g_new0(guint8, n);
	g_autofree guint8 *next = g_new0(guint8, n);
	guint longest = 0;

	now[0] = 1;
	for (guint at = 0;; at++) {
		gboolean alive = FALSE;

		for (guint pc = 0; pc < n; pc++) {
			if (now[pc] == 0)
				continue;
			if (code[pc].op == OFFHOOK_DIALOG_CODE_END) {
				longest = at;
			} else if (code[pc].op == OFFHOOK_DIALOG_CODE_FORK) {
				now[pc + 1] = 1;
				now[code[pc].target] = 1;
			} else if (code[pc].op == OFFHOOK_DIALOG_CODE_JUMP) {
				now[code[pc].target] = 1;
			} else if (code[pc].op == OFFHOOK_DIALOG_CODE_WORD && words[at] != NULL &&
				   g_str_equal(words[at], code[pc].text)) {
				next[pc + 1] = 1;
				alive = TRUE;
			}
		}
		if (!alive)
			return longest;
		memcpy(now, next, n);
		memset(next, 0, n);
	}
}
