/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * A write as a line of JSON, {"write":"put-call","call":{...}}: what the journal is made of, for a
 * program to read back and for a person to read at all. Any thread.
 */
#pragma once

#include "store/store-backend.h"

G_BEGIN_DECLS

/** (transfer full) */
char *offhook_store_codec_encode(const OffhookStoreWrite *write);

/**
 * offhook_store_codec_decode:
 * @text: as from offhook_store_codec_encode(), or anything else
 *
 * A field that is not there is empty: an older version did not have it. %NULL with
 * %OFFHOOK_ERROR_FORMAT for what is no write, or with what offhook_store_write_check() says.
 */
OffhookStoreWrite *offhook_store_codec_decode(const char *text, gsize size, GError **error);

G_END_DECLS
