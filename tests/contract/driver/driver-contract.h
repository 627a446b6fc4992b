/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What every driver must do and must not do, whatever it speaks to. A driver's tests describe it
 * and call offhook_driver_contract_add_tests().
 */
#pragma once

#include "driver-sync.h"

G_BEGIN_DECLS

typedef struct {
	const char *name;
	GType (*get_type)(void);
	const OffhookSetting *settings;
	/* name, value, ..., %NULL: settings under which the driver takes calls */
	const char *const *good;
	/* (nullable): each like `good`; ended by %NULL: settings that must be refused */
	const char *const *const *bad;
	/*
	 * Brings the n-th call to the point where it can be acted on: its id, (transfer full).
	 * %NULL: calls are placed with make_call. One that returns %NULL knows of no way: tests that
	 * need a call are skipped.
	 */
	char *(*begin_call)(OffhookDriver *driver, OffhookFakeCallHost *host, guint n);
	/*
	 * An upgrade that the driver lets in, (transfer full); %NULL likewise. Without it: one that says nothing of
	 * itself, for drivers that ask the stream who it is.
	 */
	OffhookWebhook *(*make_upgrade)(OffhookDriver *driver, OffhookFakeCallHost *host);
} OffhookDriverContract;

/** @contract: must stay until g_test_run() is done */
void offhook_driver_contract_add_tests(const OffhookDriverContract *contract);

/**
 * The @n-th of its checks, the last part of its test's path. @asks: (out): what is asked of the driver.
 * Returns: (nullable): %NULL behind the last
 */
const char *offhook_driver_contract_get_check(guint n, const char **asks);

G_END_DECLS
