/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A phrase in the notation of offhook_expectation_add_phrase(), read and made ready for matching.
 * Immutable.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	OFFHOOK_DIALOG_NODE_WORD,   /* text: one word, in full */
	OFFHOOK_DIALOG_NODE_SLOT,   /* text: its name */
	OFFHOOK_DIALOG_NODE_ALL,    /* the children one after another */
	OFFHOOK_DIALOG_NODE_ANY,    /* one of the children */
	OFFHOOK_DIALOG_NODE_OPTION, /* the only child, or nothing */
} OffhookDialogNodeKind;

typedef struct {
	OffhookDialogNodeKind kind;
	char *text;
	GPtrArray *children;
} OffhookDialogNode;

/** A program whose jumps all lead forward, so that one pass over it settles one word. */
typedef enum {
	OFFHOOK_DIALOG_CODE_WORD,
	OFFHOOK_DIALOG_CODE_SLOT,
	OFFHOOK_DIALOG_CODE_FORK, /* goes on, and at `target` too */
	OFFHOOK_DIALOG_CODE_JUMP, /* goes on at `target` */
	OFFHOOK_DIALOG_CODE_END,
} OffhookDialogOp;

typedef struct {
	OffhookDialogOp op;
	const char *text; /* word or slot */
	double weight;
	guint target;
} OffhookDialogCode;

typedef struct _OffhookDialogPattern OffhookDialogPattern;

/**
 * offhook_dialog_pattern_new:
 * @error: %OFFHOOK_ERROR_FORMAT with the place
 */
OffhookDialogPattern *offhook_dialog_pattern_new(const char *phrase, GError **error);
void offhook_dialog_pattern_free(OffhookDialogPattern *self);

/** As it is written for recognisers: normal spaces, lower case, words as the author wrote them. */
const char *offhook_dialog_pattern_get_phrase(const OffhookDialogPattern *self);
const OffhookDialogNode *offhook_dialog_pattern_get_root(const OffhookDialogPattern *self);
const OffhookDialogCode *offhook_dialog_pattern_get_code(const OffhookDialogPattern *self,
							 guint *length);
/** Names, each once; %NULL-terminated. */
const char *const *offhook_dialog_pattern_get_slots(const OffhookDialogPattern *self);

/**
 * offhook_dialog_pattern_read:
 * @words: %NULL-terminated
 *
 * Matches exactly from the first of @words; a pattern with slots never does.
 *
 * Returns: how many words the longest match takes, 0 for none
 */
guint offhook_dialog_pattern_read(const OffhookDialogPattern *self, const char *const *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookDialogPattern, offhook_dialog_pattern_free)

G_END_DECLS
