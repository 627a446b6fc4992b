/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Erases a caller: rows in all tables, recordings here and at the providers, text messages in memory,
 * and what of it is left in the database's files. Leaves a receipt. Main thread.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "call/event.h"
#include "plugin/registry.h"
#include "store/store-erase.h"

G_BEGIN_DECLS

struct _OffhookCallManager;

#define OFFHOOK_TYPE_ERASER (offhook_eraser_get_type())
G_DECLARE_FINAL_TYPE(OffhookEraser, offhook_eraser, OFFHOOK, ERASER, GObject)

/** @calls: (transfer none): outlives it */
OffhookEraser *offhook_eraser_new(struct _OffhookCallManager *calls, OffhookPluginRegistry *plugins,
				  OffhookStore *store, OffhookEventBus *events);

/** Where the receipts' key is. */
void offhook_eraser_set_state_dir(OffhookEraser *self, const char *state_dir);

/**
 * offhook_eraser_erase_async:
 *
 * Fails with %OFFHOOK_ERROR_INVALID_ARGUMENT for a caller that can't be, %OFFHOOK_ERROR_INVALID_STATE
 * while a call of his is in progress, %OFFHOOK_ERROR_BUSY while another one is being erased, and
 * %OFFHOOK_ERROR_STORAGE when the database is away: then it has to be done again. A file or a
 * provider that fails does not stop it: the receipt says so, and doing it again tries that again.
 */
void offhook_eraser_erase_async(OffhookEraser *self, const OffhookCaller *caller,
				GAsyncReadyCallback callback, gpointer user_data);
/** (transfer full): the receipt */
JsonObject *offhook_eraser_erase_finish(OffhookEraser *self, GAsyncResult *result, GError **error);

/** A stored receipt as JSON, with "intact" and what Chroma has now. (transfer full) */
JsonObject *offhook_eraser_view_receipt(OffhookEraser *self, const OffhookReceiptRecord *record,
					GError **error);

G_END_DECLS
