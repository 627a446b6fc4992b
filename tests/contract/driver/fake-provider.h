/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * A provider's REST interface for tests: an HTTP server on loopback that writes down what it is asked
 * and answers what it was told to. Runs in threads of its own.
 */
typedef struct _OffhookFakeProvider OffhookFakeProvider;

OffhookFakeProvider *offhook_fake_provider_new(void);
void offhook_fake_provider_free(OffhookFakeProvider *self);

/** "http://127.0.0.1:PORT" (transfer none) */
const char *offhook_fake_provider_get_url(OffhookFakeProvider *self);

/** Its answers from now on. @body: (nullable); "%u" in it stands for the number of the request. */
void offhook_fake_provider_set_answer(OffhookFakeProvider *self, guint status, const char *body);

/** Requests that have @word in them are answered with @body. %NULL: none are any more. */
void offhook_fake_provider_set_exception(OffhookFakeProvider *self, const char *word,
					 const char *body);

guint offhook_fake_provider_count(OffhookFakeProvider *self);
/** The last request: "POST /calls", its headers and its body, as they came. (transfer full) */
char *offhook_fake_provider_dup_request(OffhookFakeProvider *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(OffhookFakeProvider, offhook_fake_provider_free)

G_END_DECLS
