/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * offhook setup: one answer at a time. What an option says is not asked; what can't be right is told at once,
 * and whoever is there is asked again.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/command/words.h"

G_BEGIN_DECLS

/** Whether @answer can be right. @error: says what is expected */
typedef gboolean (*OffhookQuestionCheck)(gconstpointer data, const char *answer, GError **error);

typedef struct {
	const char *option;         /* "public-url" */
	const char *text;           /* what people are asked */
	const char *fallback;       /* (nullable): what no answer means */
	OffhookQuestionCheck check; /* (nullable): anything is right */
	gconstpointer data;         /* of @check */
} OffhookQuestion;

/**
 * offhook_question_ask:
 * @ask: somebody is there
 * @answer: (out) (transfer full) (nullable): nothing was said, and there is no fallback
 *
 * Returns: %FALSE with %G_OPTION_ERROR: what the option says, or the fallback, can't be right
 */
gboolean offhook_question_ask(const OffhookQuestion *self, const OffhookWords *words, gboolean ask,
			      char **answer, GError **error);

/** A key of the core's: @data is "server/public-url". */
gboolean offhook_question_check_key(gconstpointer data, const char *answer, GError **error);
/** The name of a section: [assistant:NAME]. */
gboolean offhook_question_check_name(gconstpointer data, const char *answer, GError **error);
/** A setting of a plugin: @data is a JsonObject of GET /plugins. */
gboolean offhook_question_check_setting(gconstpointer data, const char *answer, GError **error);

G_END_DECLS
