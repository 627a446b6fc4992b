/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * What every store must do, whatever database is behind it.
 */
#pragma once

#include "store/store.h"

G_BEGIN_DECLS

typedef struct {
	const char *name; /* the backend's */
	/** The URL of a new, empty database. (transfer full) */
	char *(*make)(void);
	/** Removes it, when no store is open on it any more. */
	void (*remove)(const char *url);
	/** Runs commands in it, past the store. */
	void (*run)(const char *url, const char *sql);
} OffhookStoreContract;

/** @contract: must live until the tests have run */
void offhook_store_contract_add_tests(const OffhookStoreContract *contract);

G_END_DECLS
