/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is kept of an erasing: enough to prove it to who asks, and nothing of whom it was about. Any
 * thread.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "store/store-erase.h"

G_BEGIN_DECLS

/** The key's file in the state directory; see offhook_secret_load_key(). */
#define OFFHOOK_RECEIPT_KEY_FILE "receipt-key"

/**
 * Who it was, for one who knows him and has the key: a keyed hash (HMAC with SHA-256), as a plain one
 * of a phone number could be guessed by trying all. (transfer full)
 */
char *offhook_receipt_make_subject(const char *key, const OffhookCaller *caller);

/** Adds "seal", a keyed hash over the rest, by which a change would be noticed. */
void offhook_receipt_seal(JsonObject *receipt, const char *key);
/** Whether it is still what was sealed. */
gboolean offhook_receipt_is_intact(JsonObject *receipt, const char *key);

G_END_DECLS
