/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every engine that embeds texts must do.
 */
#pragma once

#include <offhook/offhook.h>

G_BEGIN_DECLS

typedef struct {
	const char *name;
	/* (transfer full): an engine with the embed role, ready for sessions */
	OffhookEngine *(*open)(void);
} OffhookEmbedderContract;

/** @contract: lives as long as the tests */
void offhook_embedder_contract_add_tests(const OffhookEmbedderContract *contract);

/**
 * The @n-th of its checks, the last part of its test's path. @asks: (out): what is asked of the engine.
 * Returns: (nullable): %NULL behind the last
 */
const char *offhook_embedder_contract_get_check(guint n, const char **asks);

G_END_DECLS
