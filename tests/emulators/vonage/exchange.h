/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "call.h"

/* What the calls of one process have in common: who is found under which leg, and which
 * conversations have a name. Main loop only. */
typedef struct _OffhookEmuExchange OffhookEmuExchange;

OffhookEmuExchange *offhook_emu_exchange_new(void);
void offhook_emu_exchange_free(OffhookEmuExchange *self);

/* Which host calls that come in are controlled through. */
void offhook_emu_exchange_set_region(OffhookEmuExchange *self, const gchar *url);
const gchar *offhook_emu_exchange_get_region(OffhookEmuExchange *self);

/* @uuid: of a leg; the call is borrowed until it is removed */
void offhook_emu_exchange_add(OffhookEmuExchange *self, const gchar *uuid, OffhookEmuCall *call);
void offhook_emu_exchange_remove(OffhookEmuExchange *self, OffhookEmuCall *call);
OffhookEmuCall *offhook_emu_exchange_find(OffhookEmuExchange *self, const gchar *uuid);

/* Returns (transfer container): the calls in the conversation @name, this one with them. */
GPtrArray *offhook_emu_exchange_join(OffhookEmuExchange *self, const gchar *name,
				     OffhookEmuCall *call);

/* A recording that can be fetched: its id to its @format. */
void offhook_emu_exchange_add_recording(OffhookEmuExchange *self, const gchar *uuid,
					const gchar *format, gboolean split);
/* NULL: there is none. @split: (out): two channels */
const gchar *offhook_emu_exchange_find_recording(OffhookEmuExchange *self, const gchar *uuid,
						 gboolean *split);
