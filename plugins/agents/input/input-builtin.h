/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * The intents that every assistant knows, and what is said to others than the agent. Constant.
 */
#pragma once

#include "language.h"

G_BEGIN_DECLS

typedef struct {
	const char *name;
	const char *patterns[OFFHOOK_N_LANGUAGES]; /* joined by '|' */
} OffhookInputBuiltIn;

#define OFFHOOK_INPUT_GREETING "greeting"

/** Ended by an entry whose name is %NULL. */
extern const OffhookInputBuiltIn offhook_input_built_in[];
/** One row: patterns of talk to somebody else. */
extern const char *const offhook_input_side_talk[OFFHOOK_N_LANGUAGES];

G_END_DECLS
