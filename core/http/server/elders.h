/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The processes before this one that still have calls, and the search among them for the one that a request is
 * about. Main thread.
 */
#pragma once

#include "http/server/request.h"

G_BEGIN_DECLS

typedef struct {
	const char *url; /* "http://KEY@127.0.0.1:43210" */
	int pid;         /* 0: not known */
	guint n_calls;   /* in progress, as far as it has told */
} OffhookHttpElder;

typedef struct _OffhookHttpElders OffhookHttpElders;

OffhookHttpElders *offhook_http_elders_new(void);
void offhook_http_elders_free(OffhookHttpElders *self);

/** Those that there are now, the newest first: in place of those that there were. */
void offhook_http_elders_set(OffhookHttpElders *self, const OffhookHttpElder *elders, guint n);

guint offhook_http_elders_count(OffhookHttpElders *self);
/** (transfer none): up to the next set */
const OffhookHttpElder *offhook_http_elders_get(OffhookHttpElders *self, guint i);
/** In all of them. */
guint offhook_http_elders_count_calls(OffhookHttpElders *self);

/** It is about nothing that another process has: @request, which waits, is to be answered here. */
typedef void (*OffhookHttpEldersFunc)(OffhookHttpRequest *request, gpointer user_data);

/**
 * Asks one after the other, until one has the call that @request is about. One that does not listen any more is just
 * ending: what became of its calls is known when it has, which is waited for.
 * @asker: (nullable): the address of whoever asks
 * @user_data: lives as long as the request's message, and so does @self
 */
void offhook_http_elders_ask(OffhookHttpElders *self, OffhookHttpRequest *request,
			     const char *asker, OffhookHttpEldersFunc nobody, gpointer user_data);

G_END_DECLS
