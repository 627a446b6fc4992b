/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every engine that is a language model must do. The model is not the engine's, so whoever
 * runs the suite says which message makes it answer how.
 */
#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

typedef struct {
	const char *name;
	/* (transfer full): an engine whose sessions can be opened without options */
	OffhookEngine *(*open)(void);
	/* A message that is answered with some text, in several pieces, with the number of tokens. */
	const char *say;
	/* (nullable), as the others: ... with a call of the tool "book" with the arguments {"people": 4}. */
	const char *call;
	/* ... with text that goes on for seconds. */
	const char *talk;
	/* ... with a failure. */
	const char *fail;
} OffhookCompleterContract;

/** @contract: lives as long as the tests */
void offhook_completer_contract_add_tests(const OffhookCompleterContract *contract);

/**
 * The @n-th of its checks, the last part of its test's path. @asks: (out): what is asked of the engine.
 * Returns: (nullable): %NULL behind the last
 */
const char *offhook_completer_contract_get_check(guint n, const char **asks);

G_END_DECLS
