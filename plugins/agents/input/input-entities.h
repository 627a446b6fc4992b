/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What an utterance names, in written form: numbers, amounts, days, times, telephone numbers, e-mail
 * addresses, names, and what was spelled. Pure.
 */
#pragma once

#include "language.h"

G_BEGIN_DECLS

/** More of one utterance are left out. */
#define OFFHOOK_INPUT_MAX_ENTITIES 20

typedef enum {
	OFFHOOK_INPUT_NUMBER,  /* "4", "04711" */
	OFFHOOK_INPUT_MONEY,   /* "12.50 EUR" */
	OFFHOOK_INPUT_DATE,    /* "2026-12-04" */
	OFFHOOK_INPUT_TIME,    /* "19:30" */
	OFFHOOK_INPUT_PHONE,   /* "+493012345678" */
	OFFHOOK_INPUT_EMAIL,   /* "bob@example.com" */
	OFFHOOK_INPUT_NAME,    /* "Bob Miller" */
	OFFHOOK_INPUT_SPELLED, /* "BOB" */
	OFFHOOK_INPUT_N_ENTITY_TYPES,
} OffhookInputEntityType;

typedef struct {
	OffhookInputEntityType type;
	char *value; /* in written form */
	char *text;  /* the words */
} OffhookInputEntity;

/** "number" */
const char *offhook_input_entity_get_name(OffhookInputEntityType type);
/** %FALSE for a @name (nullable) that is none. */
gboolean offhook_input_entity_from_name(const char *name, OffhookInputEntityType *type);

/**
 * offhook_input_entities_find:
 * @text: UTF-8, cleaned
 * @words: %NULL-terminated: the same, as offhook_language_words_split_in() has it
 * @now: what "tomorrow" is counted from
 *
 * Returns: (transfer full) (element-type OffhookInputEntity): in the order of being said
 */
GPtrArray *offhook_input_entities_find(OffhookLanguage language, const char *text,
				       const char *const *words, GDateTime *now);

GPtrArray *offhook_input_entities_new(void);
/** @text: (nullable): as @value then. Does nothing when there are enough. */
void offhook_input_entities_add(GPtrArray *self, OffhookInputEntityType type, const char *value,
				const char *text);

G_END_DECLS
