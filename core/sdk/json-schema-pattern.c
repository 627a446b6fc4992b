/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A regular expression of a schema, matched with its work counted. A limit of PCRE's own holds for each
 * place where a match may begin, and none of them counts what is scanned; so a callout stands before
 * every item of the pattern. Immutable once read; any thread.
 */

#define PCRE2_CODE_UNIT_WIDTH 8

#include "json-schema-pattern.h"

#include <pcre2.h>
#include <string.h>

/* What one step pays for; a character costs more where an item, such as a class, is long. */
#define CHARACTERS_OF_STEP 16
#define LENGTH_OF_ITEM     16
#define STEPS_TO_BEGIN     4
#define MAX_HEAP_KIB       4096
#define MAX_BACKTRACKS     20000 /* from one beginning; PCRE keeps memory for each */
#define MAX_CLASSES        32    /* \\w and the like: each is looked for in tables of Unicode */

struct _OffhookSchemaPattern {
	pcre2_code *code;
	char *text;
};

typedef struct {
	const char *pattern;
	gsize *steps;
	gsize max_steps;
	gsize at;     /* in the subject */
	gsize weight; /* of the item before */
} OffhookSchemaMatching;

/* Whether an item may look at the whole subject and yet come to nothing. */
static gboolean
offhook_schema_pattern_scans(const char *item, gsize length)
{
	if (memchr(item, '{', length) != NULL)
		return TRUE;
	if (length >= 2 && item[0] == '\\')
		return strchr("123456789gk", item[1]) != NULL;
	return length >= 3 && item[0] == '(' && item[1] == '?' && strchr("P<", item[2]) != NULL;
}

static int
offhook_schema_pattern_callout_cb(pcre2_callout_block *block, void *user_data)
{
	OffhookSchemaMatching *matching = user_data;
	const char *item = matching->pattern + block->pattern_position;
	gsize at = block->current_position;
	gsize moved = at > matching->at ? at - matching->at : 0;

	*matching->steps += 1 + moved * matching->weight / CHARACTERS_OF_STEP;
	matching->at = at;
	matching->weight = 1 + block->next_item_length / LENGTH_OF_ITEM;
	if (offhook_schema_pattern_scans(item, block->next_item_length))
		*matching->steps += block->subject_length * matching->weight / CHARACTERS_OF_STEP;
	return *matching->steps <= matching->max_steps ? 0 : PCRE2_ERROR_CALLOUT;
}

/*
 * What PCRE knows beyond the regular expressions of a schema, which are ECMAScript's: options, of which one
 * makes a class take seconds to compile; recursion, verbs, and items of a length that nobody counts.
 */
static gboolean
offhook_schema_pattern_goes_beyond(const char *text)
{
	guint n_classes = 0;
	gboolean in_class = FALSE;

	for (; *text != '\0'; text++) {
		if (*text == '\\' && text[1] != '\0') {
			text++;
			n_classes += strchr("wWdDsSpPvV", *text) != NULL;
			if (strchr("XRKGhHVgCQE", *text) != NULL)
				return TRUE;
		} else if (in_class) {
			in_class = *text != ']';
		} else if (*text == '[') {
			in_class = TRUE;
			/* A bracket that comes first is one of the class. */
			text += text[1] == '^';
			text += text[1] == ']';
		} else if (*text == '(' && text[1] == '*') {
			return TRUE;
		} else if (*text == '(' && text[1] == '?' &&
			   (text[2] == '\0' || strchr(":=!<", text[2]) == NULL)) {
			return TRUE;
		}
	}
	return n_classes > MAX_CLASSES;
}

OffhookSchemaPattern *
offhook_schema_pattern_new(const char *text)
{
	pcre2_compile_context *context;
	OffhookSchemaPattern *self;
	pcre2_code *code;
	PCRE2_SIZE at;
	int number;

	if (offhook_schema_pattern_goes_beyond(text))
		return NULL;
	context = pcre2_compile_context_create(NULL);
	pcre2_set_newline(context, PCRE2_NEWLINE_ANY);
	code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
			     PCRE2_UTF | PCRE2_UCP | PCRE2_AUTO_CALLOUT | PCRE2_NEVER_BACKSLASH_C,
			     &number, &at, context);
	pcre2_compile_context_free(context);
	if (code == NULL)
		return NULL;
	self = g_new(OffhookSchemaPattern, 1);
	*self = (OffhookSchemaPattern){code, g_strdup(text)};
	return self;
}

void
offhook_schema_pattern_free(OffhookSchemaPattern *self)
{
	if (self == NULL)
		return;
	pcre2_code_free(self->code);
	g_free(self->text);
	g_free(self);
}

const char *
offhook_schema_pattern_get_text(const OffhookSchemaPattern *self)
{
	return self->text;
}

gsize
offhook_schema_pattern_get_size(const OffhookSchemaPattern *self)
{
	size_t size = 0;

	pcre2_pattern_info(self->code, PCRE2_INFO_SIZE, &size);
	return size;
}

OffhookSchemaMatch
offhook_schema_pattern_match(const OffhookSchemaPattern *self, const char *text, gsize *steps,
			     gsize max_steps)
{
	OffhookSchemaMatching matching = {
	    .pattern = self->text, .steps = steps, .max_steps = max_steps, .weight = 1};
	pcre2_match_data *data = pcre2_match_data_create_from_pattern(self->code, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	int result;

	*steps += STEPS_TO_BEGIN;
	pcre2_set_callout(context, offhook_schema_pattern_callout_cb, &matching);
	pcre2_set_match_limit(context, MAX_BACKTRACKS);
	pcre2_set_heap_limit(context, MAX_HEAP_KIB);
	result = pcre2_match(self->code, (PCRE2_SPTR)text, strlen(text), 0, PCRE2_NO_UTF_CHECK,
			     data, context);
	pcre2_match_context_free(context);
	pcre2_match_data_free(data);
	if (result >= 0)
		return OFFHOOK_SCHEMA_MATCHES;
	return result == PCRE2_ERROR_NOMATCH ? OFFHOOK_SCHEMA_MATCHES_NOT
					     : OFFHOOK_SCHEMA_MATCH_EXCEEDS;
}
